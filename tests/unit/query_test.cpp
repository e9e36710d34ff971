// Queries: how pages follow each other, what is fetched ahead, and what filters keep.

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
#include <string_view>
#include <utility>
#include <vector>

using namespace botocraft;
using ecs::Cluster;
using ecs::Service;
using ecs::TaskDefinition;

namespace {

struct Lists : fake::World {
    Lists() { fake::script_ecs(*transport); }

    [[nodiscard]] Query<Service> services() const { return Service::objects(session).list({.cluster = "prod"}); }
    [[nodiscard]] Query<std::string> families() const { return TaskDefinition::objects(session).families(); }

    std::string names(const Query<Service>& query) {
        std::string text;
        for (const Service& service : run(query.all())) text.append(*service.serviceName).append(" ");
        return text;
    }
    std::string code_of(const std::function<void()>& call) {
        try {
            call();
        } catch (const Error& error) {
            return error.code();
        }
        return {};
    }
};

std::string text_of_pages(const std::vector<std::string>& values) {
    std::string text;
    for (const std::string& value : values) text.append(value).append(" ");
    return text;
}

}  // namespace

// --- pages ------------------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Lists, "pages follow each other until there is no token, also over one that is empty") {
    transport->once("ListTaskDefinitionFamilies", fake::reply(R"({"families": ["a"], "nextToken": "1"})"));
    transport->once("ListTaskDefinitionFamilies", fake::reply(R"({"families": [], "nextToken": "2"})"));
    transport->once("ListTaskDefinitionFamilies", fake::reply(R"({"nextToken": "3"})"));
    transport->once("ListTaskDefinitionFamilies", fake::reply(R"({"families": ["b", "c"], "nextToken": ""})"));
    const auto all = run(families().all());
    CHECK(text_of_pages({all.begin(), all.end()}) == "a b c ");
    REQUIRE(transport->requests().size() == 4);
    CHECK_FALSE(transport->requests()[0].json().contains("nextToken"));
    CHECK(fake::text_of(transport->requests()[3].json(), "nextToken") == "3");
}

TEST_CASE_METHOD(Lists, "an empty page of keys in the middle ends nothing") {
    transport->once("ListServices", fake::reply(R"({"serviceArns": ["web1"], "nextToken": "1"})"));
    transport->once("ListServices", fake::reply(R"({"serviceArns": [], "nextToken": "2"})"));
    transport->once("ListServices", fake::reply(R"({"serviceArns": ["web2"]})"));
    CHECK(names(services()) == "web1 web2 ");
    CHECK(transport->count("DescribeServices") == 2);
}

TEST_CASE_METHOD(Lists, "a token that leads to where it came from is an error") {
    transport->on("ListTaskDefinitionFamilies", fake::reply(R"({"families": ["a"], "nextToken": "again"})"));
    CHECK(code_of([&] { run(families().all()); }) == "RepeatedToken");
    CHECK(transport->requests().size() == 2);
}

TEST_CASE_METHOD(Lists, "the next page is on its way while one is used") {
    auto query = services();
    fake::Running<Page<Service>> first;
    start(first, query.next_page());
    REQUIRE(first.done);
    CHECK(first.value->size() == 10);
    CHECK(transport->count("ListServices") == 2);
    CHECK(transport->count("DescribeServices") == 2);
    for (int page = 0; page < 2; ++page) CHECK(run(query.next_page()));
    const Page<Service> last = run(query.next_page());
    CHECK_FALSE(last);
    CHECK(last.empty());
    CHECK_FALSE(run(query.next_page()));
    CHECK(transport->count("ListServices") == 3);
}

TEST_CASE_METHOD(Lists, "pages do not begin anew in another execution context") {
    auto query = services();
    const auto next = [&query] {
        boost::asio::io_context another;
        auto page = boost::asio::co_spawn(another, query.next_page(), boost::asio::use_future);
        another.run();
        return page.get();
    };
    CHECK(next().size() == 10);
    CHECK(code_of([&] { next(); }) == "EndedContext");
    auto copy = query;
    query = std::move(copy);
    CHECK(next().size() == 10);
}

TEST_CASE_METHOD(Lists, "who wants only the first few fetches no page ahead") {
    SECTION("limit") {
        auto query = services().limit(15);
        CHECK(run(query.next_page()).size() == 10);
        CHECK(transport->count("ListServices") == 1);
        CHECK(run(query.next_page()).size() == 5);
        CHECK_FALSE(run(query.next_page()));
        CHECK(transport->count("ListServices") == 2);
    }
    SECTION("first") {
        CHECK(run(services().first()).front().serviceName == "web0");
        CHECK(transport->count("ListServices") == 1);
    }
    SECTION("exists") {
        CHECK(run(services().exists()));
        CHECK(transport->count("ListServices") == 1);
    }
    SECTION("none") {
        CHECK(run(services().limit(0).all()).empty());
        CHECK(transport->requests().empty());
    }
}

TEST_CASE_METHOD(Lists, "a page size is what AWS is asked for") {
    CHECK(run(services().page_size(7).first()).size() == 1);
    CHECK(transport->requests()[0].json().at("maxResults") == 7);
    CHECK_THROWS_AS(services().page_size(std::size_t{1} << 32), UsageError);
}

TEST_CASE_METHOD(Lists, "nothing is sent before something is awaited") {
    auto query = services().filter("status", "ACTIVE").order_by("serviceName");
    static_cast<void>(query);
    poll();
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(Lists, "a page size holds for relations, and for each of the lists of a list") {
    const Cluster cluster = run(Cluster::objects(session).get("prod"));
    transport->forget();
    SECTION("relation") { run(cluster.services().page_size(7).all()); }
    SECTION("lists of a list") { run(Service::objects(session).all().page_size(7).all()); }
    CHECK(transport->count("ListServices") >= 3);
    for (const auto& request : transport->requests()) {
        if (request.operation() == "ListServices") CHECK(request.json().at("maxResults") == 7);
        if (request.operation() == "ListClusters") CHECK_FALSE(request.json().contains("maxResults"));
    }
}

// --- describing what was listed -------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Lists, "keys are described ten at a time, at once, and come in their order") {
    fake::script_ecs(*transport, 95, 100);
    transport->exchanging.close();
    fake::Running<list<Service>> all;
    start(all, services().all());
    transport->exchanging.release();  // the keys
    poll();
    CHECK(transport->exchanging.waiting() == 10);
    CHECK(transport->in_flight == 10);
    transport->exchanging.open();
    finish(all);
    REQUIRE(all.value->size() == 95);
    for (std::size_t i = 0; i < 95; ++i) CHECK((*all.value)[i].serviceName == "web" + std::to_string(i));
    for (const auto& request : transport->requests()) {
        if (request.operation() == "DescribeServices") CHECK(request.json().at("services").as_array().size() <= 10);
    }
    CHECK(transport->count("DescribeServices") == 10);
}

TEST_CASE_METHOD(Lists, "at most ten descriptions are under way at once") {
    fake::script_ecs(*transport, 300, 300);
    CHECK(run(services().all()).size() == 300);
    CHECK(transport->most_in_flight == 10);
}

TEST_CASE_METHOD(Lists, "a batch that fails fails its page, and the next call tries it again") {
    fake::script_ecs(*transport, 25, 25);
    transport->once("DescribeServices", fake::error(400, "AccessDeniedException"));
    auto query = services();
    CHECK_THROWS_AS(run(query.next_page()), ecs::AccessDeniedException);
    const Page<Service> page = run(query.next_page());
    REQUIRE(page.size() == 25);
    for (std::size_t i = 0; i < 25; ++i) CHECK(page[i].serviceName == "web" + std::to_string(i));
    CHECK_FALSE(run(query.next_page()));
    CHECK(transport->count("ListServices") == 1);
}

TEST_CASE_METHOD(Lists, "what is described already is not asked for again after a failure") {
    fake::script_ecs(*transport, 25, 25);
    bool failed = false;
    transport->on("DescribeServices", [&failed](const fake::Request& request) {
        fake::json::array found;
        const fake::json::object body = request.json();
        for (const fake::json::value& asked : body.at("services").as_array()) {
            const std::string name = fake::last_part({asked.as_string().data(), asked.as_string().size()});
            if (name == "web24" && !std::exchange(failed, true)) return fake::error(400, "AccessDeniedException");
            found.push_back(fake::service(name));
        }
        return fake::reply(fake::json::object{{"services", found}});
    });
    auto query = services();
    CHECK_THROWS_AS(run(query.next_page()), ecs::AccessDeniedException);
    CHECK(run(query.next_page()).size() == 25);
    CHECK(transport->count("DescribeServices") == 4);
}

TEST_CASE_METHOD(Lists, "what was listed a moment ago may be gone") {
    transport->once("ListServices", fake::reply(R"({"serviceArns": ["web1", "missing", "web2"]})"));
    CHECK(names(services()) == "web1 web2 ");
}

TEST_CASE_METHOD(Lists, "many are read one by one, in their order, and without those that are gone") {
    transport->on("DescribeDaemon", [](const fake::Request& request) {
        const std::string arn = fake::text_of(request.json(), "daemonArn");
        if (arn == "gone") return fake::error(400, "DaemonNotFoundException");
        return fake::reply(fake::json::object{{"daemon", fake::json::object{{"daemonArn", arn}}}});
    });
    const std::vector<std::string> arns{"b", "gone", "a"};
    const auto daemons = run(ecs::Daemon::objects(session).get_many(arns));
    REQUIRE(daemons.size() == 2);
    CHECK(daemons[0].daemonArn == "b");
    CHECK(daemons[1].daemonArn == "a");
    CHECK(region_of(daemons[1]) == "us-east-1");
    CHECK(transport->count("DescribeDaemon") == 3);
    transport->on("DescribeDaemon", fake::error(400, "AccessDeniedException"));
    CHECK_THROWS_AS(run(ecs::Daemon::objects(session).get_many(arns)), ecs::AccessDeniedException);
}

TEST_CASE_METHOD(Lists, "the lists of a list: all services of all clusters") {
    auto all = run(Service::objects(session).all().all());
    CHECK(all.size() == 75);
    CHECK(transport->count("ListClusters") == 2);
    CHECK(transport->count("DescribeClusters") == 2);
    CHECK(transport->count("ListServices") == 9);
}

TEST_CASE_METHOD(Lists, "a list of a list that fails is tried again by the next call") {
    transport->once("ListServices", fake::error(400, "AccessDeniedException"));
    auto query = Service::objects(session).all();
    std::size_t found = 0;
    int failures = 0;
    for (bool more = true; more;) {
        try {
            const Page<Service> page = run(query.next_page());
            more = static_cast<bool>(page);
            found += page.size();
        } catch (const ecs::AccessDeniedException&) {
            ++failures;
        }
    }
    CHECK(found == 75);
    CHECK(failures == 1);
}

// --- filters, order, values -----------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Lists, "a filter on a field that does not exist names the nearest, and nothing is sent") {
    CHECK_THROWS_WITH(services().filter("desiredCont__gt", 1), has_text("desiredCont") && has_text("desiredCount"));
    CHECK_THROWS_AS(services().filter("desiredCount__greater", 1), UsageError);
    CHECK_THROWS_WITH(services().filter("desiredCount__greater", 1), has_text("no lookup `greater`") && has_text(", gte,"));
    CHECK_THROWS_WITH(services().filter("zzzzzzzzzzzz", 1), has_text("it has serviceArn, serviceName"));
    CHECK_THROWS_AS(services().filter("desiredCount__gt", "many"), UsageError);
    CHECK_THROWS_AS(services().filter("createdAt__gt", "yesterday"), UsageError);
    CHECK_THROWS_AS(services().filter("desiredCount__year", 2026), UsageError);
    CHECK_THROWS_AS(services().filter("serviceName__regex", "("), UsageError);
    CHECK_THROWS_WITH(services().order_by("serviceNam"), has_text("serviceName"));
    CHECK_THROWS_WITH(services().values("serviceNam"), has_text("serviceName"));
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(Lists, "a regular expression that takes too long is an error of this library's") {
    transport->on("ListServices", fake::reply(R"({"serviceArns": ["a"]})"));
    transport->on("DescribeServices",
                  fake::reply(R"({"services": [{"serviceName": ")" + std::string(60, 'a') + R"("}]})"));
    CHECK_THROWS_AS(run(services().filter("serviceName__regex", "^(a|aa|aaa)*(a|aa)*(aa|a)*b$").all()), UsageError);
}

TEST_CASE_METHOD(Lists, "every lookup keeps what it says") {
    // web1 and web2 of 14 and 15 November 2023, 22:13:21 UTC and a day later; the other has neither date nor tags.
    transport->on("ListServices", fake::reply(R"({"serviceArns": ["a", "b", "c"]})"));
    transport->on("DescribeServices", fake::reply(R"({"services": [
        {"serviceName": "Web1", "desiredCount": 1, "enableExecuteCommand": true, "createdAt": 1700000001.5,
         "clusterArn": "arn:aws:ecs:us-east-1:1:cluster/prod", "status": "ACTIVE",
         "tags": [{"key": "Team", "value": "Payments"}, {"key": "Cost.Center", "value": "7"}],
         "deployments": [{"status": "PRIMARY", "runningCount": 3}, {"status": "ACTIVE", "runningCount": 1}]},
        {"serviceName": "web2", "desiredCount": 2, "enableExecuteCommand": false, "createdAt": 1700086401,
         "clusterArn": "arn:aws:ecs:us-east-1:1:cluster/test", "status": "DRAINING", "tags": []},
        {"serviceName": "worker", "desiredCount": 10, "status": "ACTIVE"}]})"));
    const auto kept = [&](std::string_view path, Value value) { return names(services().filter(path, std::move(value))); };
    CHECK(kept("serviceName", "web2") == "web2 ");
    CHECK(kept("serviceName__exact", "web1").empty());
    CHECK(kept("serviceName__iexact", "web1") == "Web1 ");
    CHECK(kept("serviceName__contains", "eb") == "Web1 web2 ");
    CHECK(kept("serviceName__icontains", "WEB") == "Web1 web2 ");
    CHECK(kept("serviceName__startswith", "w") == "web2 worker ");
    CHECK(kept("serviceName__istartswith", "W") == "Web1 web2 worker ");
    CHECK(kept("serviceName__endswith", "er") == "worker ");
    CHECK(kept("serviceName__iendswith", "ER") == "worker ");
    CHECK(kept("serviceName__regex", "^w.*[0-9]$") == "web2 ");
    CHECK(kept("serviceName__iregex", "^w.*[0-9]$") == "Web1 web2 ");
    CHECK(kept("serviceName__in", std::vector<std::string>{"web2", "worker"}) == "web2 worker ");
    CHECK(kept("serviceName__in", "web2,Web1") == "Web1 web2 ");
    CHECK(kept("desiredCount", 2) == "web2 ");
    CHECK(kept("desiredCount", "2") == "web2 ");
    CHECK(kept("desiredCount__in", std::vector<int>{1, 10}) == "Web1 worker ");
    CHECK(kept("desiredCount__gt", 2) == "worker ");
    CHECK(kept("desiredCount__gte", 2) == "web2 worker ");
    CHECK(kept("desiredCount__lt", 2) == "Web1 ");
    CHECK(kept("desiredCount__lte", 2.5) == "Web1 web2 ");
    CHECK(kept("enableExecuteCommand", true) == "Web1 ");
    CHECK(kept("enableExecuteCommand__isnull", true) == "worker ");
    CHECK(kept("createdAt__isnull", false) == "Web1 web2 ");
    CHECK(kept("tags__Team", "Payments") == "Web1 ");
    CHECK(kept("tags__Team__icontains", "pay") == "Web1 ");
    CHECK(kept("tags__has_key", "Cost.Center") == "Web1 ");
    CHECK(kept("deployments__status", "ACTIVE") == "Web1 ");
    CHECK(kept("deployments__runningCount__gt", 2) == "Web1 ");
    CHECK(kept("cluster_name", "test") == "web2 ");  // a property
    CHECK(kept("createdAt__date", "2023-11-14") == "Web1 ");
    CHECK(kept("createdAt__gt", "2023-11-15T00:00:00Z") == "web2 ");
    CHECK(kept("createdAt__year", 2023) == "Web1 web2 ");
    CHECK(kept("createdAt__month", 11) == "Web1 web2 ");
    CHECK(kept("createdAt__day", 15) == "web2 ");
    CHECK(kept("createdAt__week", 46) == "Web1 web2 ");
    CHECK(kept("createdAt__week_day", 2) == "Web1 ");  // a Tuesday
    CHECK(kept("createdAt__quarter", 4) == "Web1 web2 ");
    CHECK(kept("createdAt__hour", 22) == "Web1 web2 ");
    CHECK(kept("createdAt__minute", 13) == "Web1 web2 ");
    CHECK(kept("createdAt__second", 21) == "Web1 web2 ");
    CHECK(kept("tags__contains", "Payments").empty());  // a key, and no lookup
    CHECK(names(services().exclude("status", "ACTIVE")) == "web2 ");
    CHECK(names(services().filter("status", "ACTIVE").exclude("desiredCount", 1)) == "worker ");
    CHECK(names(services().order_by("-createdAt")) == "web2 Web1 worker ");
    CHECK(names(services().order_by("createdAt")) == "Web1 web2 worker ");
    CHECK(names(services().order_by("status", "-desiredCount")) == "worker Web1 web2 ");
    const auto records = run(services().values("serviceName", "deployments__runningCount", "tags__Team", "cluster_name"));
    REQUIRE(records.size() == 3);
    CHECK(to_string(records[0]["deployments__runningCount"]) == to_string(Value(std::vector<int>{3, 1})));
    CHECK(records[0]["tags__Team"] == Value("Payments"));
    CHECK(records[0]["cluster_name"] == Value("prod"));
    CHECK(records[2]["tags__Team"].is_nothing());
    CHECK(records[2].members().size() == 4);
}

TEST_CASE_METHOD(Lists, "whether something is there does not depend on what it is") {
    transport->on("ListServices", fake::reply(R"({"serviceArns": ["a", "b", "c"]})"));
    transport->on("DescribeServices", fake::reply(R"({"services": [
        {"serviceName": "full", "tags": [{"key": "Team", "value": "pay"}], "deployments": [{"status": "PRIMARY"}],
         "deploymentConfiguration": {"alarms": {"alarmNames": []}}},
        {"serviceName": "empty", "tags": [], "deployments": [], "deploymentConfiguration": {}},
        {"serviceName": "null", "tags": null, "deploymentConfiguration": null}]})"));
    const auto kept = [&](std::string_view path, bool absent) { return names(services().filter(path, absent)); };
    for (const char* const path : {"tags__isnull", "deployments__isnull", "deploymentConfiguration__isnull"}) {
        INFO(path);
        CHECK(kept(path, false) == "full empty ");
        CHECK(kept(path, true) == "null ");
        CHECK(names(services().exclude(path, true)) == "full empty ");
    }
    CHECK(kept("deployments__status__isnull", false) == "full ");
    CHECK(kept("deploymentConfiguration__alarms__alarmNames__isnull", false) == "full ");
    CHECK(kept("tags__Team__isnull", false) == "full ");
    CHECK(kept("cluster_name__isnull", true) == "full empty null ");
}

TEST_CASE_METHOD(Lists, "what has parts has no value to be compared with") {
    CHECK_THROWS_WITH(services().filter("deployments", "x"), has_text("filter `deployments`") && has_text("one of its members"));
    CHECK_THROWS_AS(services().filter("tags__contains", "x").filter("tags", "x"), UsageError);
    CHECK_THROWS_AS(services().filter("deploymentConfiguration__gt", "x"), UsageError);
    CHECK_THROWS_AS(services().filter("networkConfiguration__in", "x"), UsageError);
    CHECK_THROWS_AS(services().order_by("-deployments"), UsageError);
    CHECK_THROWS_AS(services().order_by("networkConfiguration"), UsageError);
    CHECK_THROWS_AS(services().values("serviceName", "tags"), UsageError);
    CHECK(transport->requests().empty());
    CHECK_NOTHROW(services().order_by("deployments__status", "tags__Team"));
}

TEST_CASE_METHOD(Lists, "the first of a query that is limited to none is none, and counting needs no order") {
    CHECK(run(services().limit(0).first()).empty());
    CHECK(run(services().limit(0).count()) == 0);
    CHECK(run(services().order_by("serviceName").limit(7).count()) == 7);
}

TEST_CASE_METHOD(Lists, "weeks are those of ISO 8601, and quarters have three months") {
    // 29 December 2025 is in the first week of 2026; 3 January 2027 in the last of 2026, which has 53.
    transport->on("ListServices", fake::reply(R"({"serviceArns": ["a", "b", "c", "d"]})"));
    transport->on("DescribeServices", fake::reply(R"({"services": [
        {"serviceName": "december", "createdAt": 1766966400}, {"serviceName": "january", "createdAt": 1798934400},
        {"serviceName": "march", "createdAt": 1774915200}, {"serviceName": "april", "createdAt": 1775001600}]})"));
    const auto kept = [&](std::string_view path, Value value) { return names(services().filter(path, std::move(value))); };
    CHECK(kept("createdAt__week", 1) == "december ");
    CHECK(kept("createdAt__week", 53) == "january ");
    CHECK(kept("createdAt__week", 14) == "march april ");
    CHECK(kept("createdAt__quarter", 1) == "january march ");
    CHECK(kept("createdAt__quarter", 2) == "april ");
    CHECK(kept("createdAt__quarter", 4) == "december ");
    CHECK(kept("createdAt__week_day", 7) == "january ");
}

// --- errors and cancelling -----------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Lists, "after an error, the next call tries the same page again") {
    transport->once("ListTaskDefinitionFamilies", fake::reply(R"({"families": ["a"], "nextToken": "1"})"));
    transport->once("ListTaskDefinitionFamilies", fake::error(400, "ClientException"));
    transport->once("ListTaskDefinitionFamilies", fake::reply(R"({"families": ["b"]})"));
    auto query = families();
    CHECK(run(query.next_page()).front() == "a");
    CHECK_THROWS_AS(run(query.next_page()), ecs::ClientException);
    CHECK(run(query.next_page()).front() == "b");
    CHECK_FALSE(run(query.next_page()));
}

TEST_CASE_METHOD(Lists, "after a cancellation, the next call tries the same page again") {
    auto query = services();
    CHECK(run(query.next_page()).front().serviceName == "web0");
    run(query.next_page());
    transport->exchanging.close();
    // The page that is on its way is there already; it is the one after it that is waited for.
    auto other = services();
    fake::Running<Page<Service>> waiting;
    start(waiting, other.next_page());
    REQUIRE(transport->exchanging.waiting() >= 1);
    SECTION("once all is quiet") {
        cancel(waiting);
        CHECK(waiting.aborted());
        transport->exchanging.open();
        CHECK(run(other.next_page()).front().serviceName == "web0");
    }
    SECTION("at once") {
        waiting.cancel.emit(boost::asio::cancellation_type::terminal);
        transport->exchanging.open();
        fake::Running<Page<Service>> again;
        start(again, other.next_page());
        finish(again);
        CHECK(waiting.aborted());
        CHECK(again.value->front().serviceName == "web0");
    }
}

TEST_CASE_METHOD(Lists, "dropping a query cancels its requests") {
    fake::script_ecs(*transport, 95, 100);
    std::size_t under_way = 0;
    SECTION("one that is fetched ahead") {
        fake::script_ecs(*transport, 25, 10);
        auto query = std::make_unique<Query<Service>>(services());
        transport->exchanging.close();
        fake::Running<Page<Service>> page;
        start(page, query->next_page());
        transport->exchanging.release();
        poll();
        transport->exchanging.release();
        poll();
        REQUIRE(page.done);
        under_way = transport->in_flight;
        query.reset();
    }
    SECTION("many that describe, under way for a coroutine that is cancelled") {
        fake::Running<list<Service>> all;
        transport->exchanging.close();
        start(all, services().all());
        transport->exchanging.release();
        poll();
        under_way = transport->in_flight;
        CHECK(under_way == 10);
        cancel(all);
        CHECK(all.aborted());
    }
    poll();
    CHECK(under_way > 0);
    CHECK(transport->in_flight == 0);
    CHECK(transport->cancelled == under_way);
}

TEST_CASE_METHOD(Lists, "every type of cancellation ends what is under way") {
    using boost::asio::cancellation_type;
    const auto ends = [this](auto work) {
        for (const auto type : {cancellation_type::terminal, cancellation_type::partial, cancellation_type::total}) {
            transport->exchanging.close();
            auto running = std::make_unique<fake::Running<std::decay_t<decltype(run(work()))>>>();
            start(*running, fake::heeding(work()));
            REQUIRE(transport->in_flight > 0);
            running->cancel.emit(type);
            poll();
            CHECK(running->aborted());
            CHECK(transport->in_flight == 0);
            transport->exchanging.open();
        }
    };
    SECTION("all") { ends([this] { return services().all(); }); }
    SECTION("count") { ends([this] { return services().count(); }); }
    SECTION("a page") {
        auto query = services();
        ends([&query] { return query.next_page(); });
    }
    SECTION("many regions") { ends([this] { return across({session, session.with_region("eu-west-1")}, services()).all(); }); }
    SECTION("one by one") {
        ends([this] { return TaskDefinition::objects(session).get_many(std::vector<std::string>{"a:1", "b:1"}); });
    }
}

TEST_CASE_METHOD(Lists, "a page of a list of lists that is cancelled leaves none of them under way") {
    auto query = Service::objects(session).all();
    transport->exchanging.close();
    fake::Running<Page<Service>> page;
    start(page, query.next_page());
    for (int outer = 0; outer < 4; ++outer) {  // two pages of clusters, and what they are
        transport->exchanging.release();
        poll();
    }
    REQUIRE(transport->in_flight == 3);
    cancel(page);
    CHECK(page.aborted());
    CHECK(transport->in_flight == 0);
    transport->exchanging.open();
    std::size_t count = 0;
    while (const auto next = run(query.next_page())) count += next.size();
    CHECK(count == 75);
}
