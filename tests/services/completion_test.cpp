// Models that a service tells of in more than one answer: the calls besides, for one model, for many, and for pages of them.

#include "support/world.hpp"

#include <botocraft/error.hpp>
#include <botocraft/small.hpp>

#include "catch.hpp"

#include <string>
#include <vector>

using namespace botocraft;
using fake::reply;
using small::Cart;
using small::Yard;

namespace {

struct Completion : fake::World {
    Completion() {
        options.endpoint_url = "http://small.example";
        session = Session(options);
        transport->on("FindCarts", reply(R"({"rows": [{"cartArn": "a", "cartName": "one"}, {"cartName": "no arn"},
                                             {"cartArn": "gone", "cartName": "two"}, {"cartArn": "b", "cartName": "three"}]})"));
        transport->on("ListCartLabels", [](const fake::Request& request) {
            const fake::json::object asked = request.json();
            const std::string cart(asked.at("cart").as_string());
            if (cart == "gone") return fake::error(404, "CartNotFoundException");
            if (asked.contains("nextToken")) return reply(R"({"tags": [{"Key": "2", "Value": "b"}]})");
            return reply(R"({"labels": {"of": ")" + cart + R"("}, "tags": [{"Key": "1", "Value": "a"}], "nextToken": "n"})");
        });
    }
};

}  // namespace

TEST_CASE_METHOD(Completion, "each model of a list is completed, by all pages of what is asked for it") {
    const auto carts = run(Cart::objects(session).find("yard"));
    REQUIRE(carts.size() == 4);
    // Two pages each, nothing to ask without an ARN, and three attempts: the refusal is one that AWS says may pass.
    CHECK(transport->count("ListCartLabels") == 7);
    CHECK(transport->most_in_flight == 3);
    CHECK(carts[0].labels.at("of") == "a");
    CHECK(carts[0].tags.size() == 2);
    CHECK(carts[0].tags.get("2") == "b");
    CHECK(carts[3].labels.at("of") == "b");
    // What AWS says is not there, or cannot be asked for, is left out.
    CHECK(carts[1].labels.is_absent());
    CHECK(carts[2].labels.is_absent());
    // From the call, and from what the model has.
    CHECK(carts[2].yardArn == "yard");
    CHECK(carts[2].kind == "t");
    CHECK(carts[2].state_.from_aws());
}

TEST_CASE_METHOD(Completion, "pages that are joined are one answer for who asks as well") {
    const auto labels = run(Cart::objects(session).labels("a"));
    CHECK(labels.tags.size() == 2);
    CHECK(labels.labels.at("of") == "a");
    CHECK_THROWS_AS(run(Cart::objects(session).labels("gone")), ServiceError);
}

TEST_CASE_METHOD(Completion, "models of pages are completed page by page, and a page that failed is asked for again") {
    transport->on("DescribeYards", [](const fake::Request& request) {
        return request.json().contains("marker") ? reply(R"({"yards": [{"yardArn": "y3"}], "more": false, "nextMarker": "x"})")
                                                 : reply(R"({"yards": [{"yardArn": "y1"}, {"yardArn": "y2"}], "more": true,
                                                             "nextMarker": "m"})");
    });
    transport->on("ListYardCarts", [](const fake::Request& request) {
        return reply(fake::json::object{{"cartArns", {request.json().at("yard"), "last"}}});
    });
    const auto yards = run(Yard::objects(session).list().all());
    REQUIRE(yards.size() == 3);
    CHECK(yards[0].cartArns == std::vector<std::string>{"y1", "last"});
    CHECK(yards[2].cartArns == std::vector<std::string>{"y3", "last"});

    transport->once("ListYardCarts", fake::error(403, "AccessDenied"));
    auto query = Yard::objects(session).list();
    CHECK_THROWS_AS(run(query.next_page()), ServiceError);
    const auto page = run(query.next_page());
    REQUIRE(page);
    CHECK(page.size() == 2);
    CHECK(page.begin()[1].cartArns == std::vector<std::string>{"y2", "last"});
}
