// A list of IAM on a moto server, page by page.

#include "catch.hpp"
#include "compare.hpp"
#include "witness.hpp"

#include <botocraft/iam.hpp>

#include <string>
#include <vector>

namespace iam = botocraft::iam;
using botocraft::Session;
using namespace botocraft::test;

namespace {

constexpr const char* trust = R"({"RoleName": "deploy", "Path": "/app/", "Description": "d&d",
    "AssumeRolePolicyDocument": "{\"Version\": \"2012-10-17\", \"Statement\": []}", "Tags": [{"Key": "Team", "Value": "payments"}]})";

// The names of each page.
botocraft::awaitable<std::vector<std::vector<std::string>>> pages_of(botocraft::Query<iam::IAMRole> query) {
    std::vector<std::vector<std::string>> pages;
    while (auto page = co_await query.next_page()) {
        std::vector<std::string>& names = pages.emplace_back();
        for (const iam::IAMRole& role : page) names.push_back(*role.RoleName);
    }
    co_return pages;
}

}  // namespace

TEST_CASE("a list of more than two pages comes whole, in the order of boto3's") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    for (int i = 0; i < 7; ++i) {
        auto role = parse(trust);
        role["RoleName"] = "role-" + std::to_string(i);
        witness->call("iam", "create_role", role);
    }
    const Session session = session_for(*witness);
    const auto theirs = witness->call("iam", "list_roles", parse("{}"));
    std::vector<std::string> expected;
    for (const auto& role : theirs.at("Roles").as_array()) expected.emplace_back(role.at("RoleName").as_string());
    REQUIRE(expected.size() == 7);

    const auto pages = await(pages_of(iam::IAMRole::objects(session).list().page_size(2)));
    std::vector<std::string> names;
    for (const auto& page : pages) names.insert(names.end(), page.begin(), page.end());
    CHECK(pages.size() >= 4);
    CHECK(names == expected);
    CHECK(await(iam::IAMRole::objects(session).list().page_size(3).limit(4).count()) == 4);
}
