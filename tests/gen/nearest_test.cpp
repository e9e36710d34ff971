#include "nearest.hpp"

#include "catch.hpp"

using botocraft::gen::did_you_mean;
using botocraft::gen::nearest;
using Names = std::vector<std::string>;

TEST_CASE("nearest finds the name that was meant") {
    const Names names = {"cluster", "clusterArn", "desiredCount", "runningCount", "serviceName", "id"};
    CHECK(nearest("cluster", names) == "cluster");
    CHECK(nearest("clsuter", names) == "cluster");
    CHECK(nearest("clusterArm", names) == "clusterArn");
    CHECK(nearest("desired_count", names) == "desiredCount");
    CHECK(nearest("DESIREDCOUNT", names) == "desiredCount");
    CHECK(nearest("servicename", names) == "serviceName");
    CHECK(nearest("runingCount", names) == "runningCount");
}

TEST_CASE("nearest prefers the same letter case, then the first of equals") {
    CHECK(nearest("tags", Names{"Tags", "tags"}) == "tags");
    CHECK(nearest("Tags", Names{"tags", "Tags"}) == "Tags");
    CHECK(nearest("cat", Names{"bat", "rat"}) == "bat");
}

TEST_CASE("nearest stays silent when nothing is near") {
    CHECK(nearest("zebra", Names{"cluster", "id"}).empty());
    CHECK(nearest("ab", Names{"xy", ""}).empty());
    CHECK(nearest("", Names{"id"}).empty());
    CHECK(nearest("x", Names{}).empty());
    CHECK(did_you_mean("zebra", Names{"cluster"}).empty());
    CHECK(did_you_mean("clutser", Names{"cluster"}) == " (did you mean `cluster`?)");
}
