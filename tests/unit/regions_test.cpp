// One query in many regions at once.

#include "support/ecs_script.hpp"
#include "support/world.hpp"

#include <botocraft/ecs.hpp>
#include <botocraft/error.hpp>
#include <botocraft/regions.hpp>

#include "catch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

using namespace botocraft;
using ecs::Service;
using ecs::TaskDefinition;

namespace {

const std::vector<std::string> regions = {"us-east-1", "eu-west-1", "ap-south-1", "sa-east-1"};

struct Regions : fake::World {
    Regions() { fake::script_ecs(*transport); }

    [[nodiscard]] Query<Service> services() const { return Service::objects(session).list({.cluster = "prod"}); }
    [[nodiscard]] Query<std::string> families() const { return TaskDefinition::objects(session).families(); }

    std::string code_of(const std::function<void()>& call) {
        try {
            call();
        } catch (const Error& error) {
            return error.code();
        }
        return {};
    }
};

}  // namespace

TEST_CASE_METHOD(Regions, "a region that fails is reported beside the results of the others") {
    transport->on("ListServices", [&](const fake::Request& request) {
        if (request.region() == "eu-west-1") return fake::error(400, "AccessDeniedException", "not you");
        return fake::page_of(request, "serviceArns", "service", "prod/", "web", 25, 10);
    });
    const auto results = run(across(in_regions(session, regions), services()).all());
    REQUIRE(results.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(results[i].region() == regions[i]);
        if (regions[i] == "eu-west-1") {
            CHECK(results[i].items.empty());
            CHECK_THROWS_AS(std::rethrow_exception(results[i].error), ecs::AccessDeniedException);
        } else {
            CHECK(results[i].error == nullptr);
            REQUIRE(results[i].items.size() == 25);
            CHECK(results[i].items[24].serviceArn == fake::arn_of("service", "prod/web24", regions[i]));
        }
    }
}

TEST_CASE_METHOD(Regions, "a region that cannot be is reported as well") {
    const auto results = run(across(in_regions(session, std::vector<std::string>{"us-east-1", "no region"}), services()).all());
    CHECK(results[0].items.size() == 25);
    CHECK_THROWS_AS(std::rethrow_exception(results[1].error), ConfigurationError);
}

TEST_CASE_METHOD(Regions, "so many regions at once, and no more") {
    transport->exchanging.close();
    auto pages = across(in_regions(session, regions), families(), 2);
    transport->on("ListTaskDefinitionFamilies", fake::reply(R"({"families": ["a"]})"));
    fake::Running<RegionPage<std::string>> page;
    start(page, pages.next_page());
    CHECK(transport->in_flight == 2);
    transport->exchanging.open();
    finish(page);
    std::size_t count = page.value->size();
    std::size_t finished = 0;
    while (true) {
        auto next = run(pages.next_page());
        if (!next) break;
        count += next.size();
        finished += next.finished() ? 1 : 0;
    }
    CHECK(count == 4);
    CHECK(finished == 4);
    CHECK(transport->most_in_flight == 2);
}

TEST_CASE_METHOD(Regions, "a bound of none is a bound of one") {
    CHECK(run(across(in_regions(session, regions), families(), 0).all()).size() == 4);
    CHECK(transport->most_in_flight == 1);
}

TEST_CASE_METHOD(Regions, "regions that are equally quick take turns") {
    transport->on("ListTaskDefinitionFamilies", [](const fake::Request& request) {
        const std::string token = fake::text_of(request.json(), "nextToken");
        if (token.empty()) return fake::reply(R"({"families": ["a"], "nextToken": "1"})");
        if (token == "1") return fake::reply(R"({"families": ["b"], "nextToken": "2"})");
        return fake::reply(R"({"families": ["c"]})");
    });
    auto pages = across(in_regions(session, std::vector<std::string>{"us-east-1", "eu-west-1"}), families());
    std::vector<std::size_t> order;
    while (const auto page = run(pages.next_page())) {
        if (page.size() > 0) order.push_back(page.index());
        poll();  // until the next page of each is there
    }
    CHECK(order == std::vector<std::size_t>{0, 1, 0, 1, 0, 1});
}

TEST_CASE_METHOD(Regions, "everything of many regions is everything, whatever was read before") {
    auto everywhere = across(in_regions(session, regions), services());
    run(everywhere.next_page());
    for (int i = 0; i < 2; ++i) {
        const auto results = run(everywhere.all());
        REQUIRE(results.size() == 4);
        for (const auto& result : results) CHECK(result.items.size() == 25);
    }
}

TEST_CASE_METHOD(Regions, "pages of many regions do not begin anew in another execution context") {
    auto everywhere = across(in_regions(session, regions), services());
    const auto next = [&everywhere] {
        boost::asio::io_context another;
        auto page = boost::asio::co_spawn(another, everywhere.next_page(), boost::asio::use_future);
        another.run();
        return page.get();
    };
    CHECK(next().size() == 10);
    CHECK(code_of([&] { next(); }) == "EndedContext");
}

TEST_CASE_METHOD(Regions, "a session without a region is reported by its index") {
    environment->set("AWS_EC2_METADATA_DISABLED", "true");
    SessionOptions nowhere = options;
    nowhere.region.reset();
    const auto page = run(across({Session(nowhere)}, services()).next_page());
    CHECK(page.region().empty());
    CHECK(page.error() != nullptr);
    CHECK(page.index() == 0);
}

TEST_CASE_METHOD(Regions, "no region at all is no result") {
    CHECK(run(across({}, services()).all()).empty());
    auto pages = across({}, services());
    CHECK_FALSE(run(pages.next_page()));
}

TEST_CASE_METHOD(Regions, "many regions are cancelled, and asked again") {
    transport->exchanging.close();
    auto pages = across(in_regions(session, regions), services());
    fake::Running<RegionPage<Service>> page;
    start(page, pages.next_page());
    CHECK(transport->in_flight == 4);
    std::size_t count = 0;
    SECTION("once all is quiet") {
        cancel(page);
        CHECK(page.aborted());
        CHECK(transport->in_flight == 0);
        transport->exchanging.open();
    }
    SECTION("at once") {
        page.cancel.emit(boost::asio::cancellation_type::terminal);
        transport->exchanging.open();
    }
    while (true) {
        auto next = run(pages.next_page());
        if (!next) break;
        CHECK(next.error() == nullptr);
        count += next.size();
    }
    CHECK(count == 100);
}

TEST_CASE_METHOD(Regions, "dropping a query in many regions cancels its requests") {
    transport->exchanging.close();
    {
        auto pages = across(in_regions(session, regions), services());
        auto page = std::make_unique<fake::Running<RegionPage<Service>>>();
        start(*page, pages.next_page());
        cancel(*page);
        poll();
    }
    poll();
    CHECK(transport->in_flight == 0);
    CHECK(transport->cancelled == 4);
}
