#include "retry/classify.hpp"
#include "retry/standard.hpp"

#include "catch.hpp"

#include <limits>

using botocraft::retry::Failure;
using botocraft::retry::TokenBucket;
using namespace std::chrono_literals;

TEST_CASE("the code of an error decides before its status") {
    CHECK(botocraft::retry::classify(400, "ThrottlingException") == Failure::throttling);
    CHECK(botocraft::retry::classify(400, "RequestTimeout") == Failure::transient);
    CHECK(botocraft::retry::classify(503, "SlowDown") == Failure::throttling);
    CHECK(botocraft::retry::classify(400, "ClusterNotFoundException") == Failure::final);
    CHECK(botocraft::retry::classify(500, "ServerException") == Failure::transient);
    CHECK(botocraft::retry::classify(429, "") == Failure::throttling);
    CHECK(botocraft::retry::classify(501, "") == Failure::final);
    for (const int status : {500, 502, 503, 504}) CHECK(botocraft::retry::classify(status, "") == Failure::transient);
}

TEST_CASE("a hundred retries empty the bucket, and success fills it again") {
    TokenBucket bucket;
    for (int i = 0; i < 100; ++i) CHECK(bucket.take(TokenBucket::retry_cost));
    CHECK_FALSE(bucket.take(TokenBucket::retry_cost));
    CHECK_FALSE(bucket.take(TokenBucket::success_gain));
    bucket.give_back(TokenBucket::retry_cost);
    CHECK(bucket.take(TokenBucket::retry_cost));
    for (int i = 0; i < 1000; ++i) bucket.give_back(TokenBucket::timeout_cost);
    CHECK(bucket.available() == TokenBucket::capacity);
}

TEST_CASE("the wait is a random part of 1 s, 2 s, 4 s, up to 20 s") {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    CHECK(botocraft::retry::backoff(1, 0) == 0s);
    CHECK(botocraft::retry::backoff(1, most) > 999ms);
    CHECK(botocraft::retry::backoff(1, most) <= 1s);
    CHECK(botocraft::retry::backoff(2, std::uint64_t{1} << 63) == 1s);
    CHECK(botocraft::retry::backoff(3, std::uint64_t{1} << 63) == 2s);
    CHECK(botocraft::retry::backoff(50, std::uint64_t{1} << 63) == 10s);
}
