// Forms for uploads to S3.

#include "auth/post_policy.hpp"
#include "protocol/base64.hpp"
#include "runtime/session_state.hpp"
#include "support/world.hpp"

#include <botocraft/error.hpp>
#include <botocraft/s3/presigned_post.hpp>
#include <botocraft/s3/requests.hpp>

#include <boost/json/parse.hpp>

#include "catch.hpp"

#include <chrono>
#include <string>

using namespace botocraft;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using s3::PostPolicy;
using s3::PresignedPost;
using s3::presign_post;

namespace {

struct Posts : fake::World {
    static PostPolicy policy() {
        PostPolicy made;
        made.bucket = "bucket";
        made.key = "user/${filename}";
        made.fields = {{"acl", "private"}};
        made.starts_with = {{"Content-Type", "image/"}};
        made.content_length = {1, 1024};
        return made;
    }
    static std::string field(const PresignedPost& post, std::string_view name) {
        for (const auto& [key, value] : post.fields) {
            if (key == name) return value;
        }
        return {};
    }
};

}  // namespace

// The example in S3's documentation of signed forms; its policy has line breaks in it, which are signed as well.
TEST_CASE("the documented example of a policy is signed as documented") {
    const std::string policy =
        "{ \"expiration\": \"2015-12-30T12:00:00.000Z\",\r\n  \"conditions\": [\r\n"
        "    {\"bucket\": \"sigv4examplebucket\"},\r\n    [\"starts-with\", \"$key\", \"user/user1/\"],\r\n"
        "    {\"acl\": \"public-read\"},\r\n    {\"success_action_redirect\": "
        "\"http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html\"},\r\n"
        "    [\"starts-with\", \"$Content-Type\", \"image/\"],\r\n    {\"x-amz-meta-uuid\": \"14365123651274\"},\r\n"
        "    {\"x-amz-server-side-encryption\": \"AES256\"},\r\n    [\"starts-with\", \"$x-amz-meta-tag\", \"\"],\r\n\r\n"
        "    {\"x-amz-credential\": \"AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request\"},\r\n"
        "    {\"x-amz-algorithm\": \"AWS4-HMAC-SHA256\"},\r\n    {\"x-amz-date\": \"20151229T000000Z\" }\r\n  ]\r\n}";
    const Credentials credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    auth::SigningKeys keys;
    CHECK(auth::sign_policy(protocol::base64(std::as_bytes(std::span(policy))), {"20151229", "us-east-1", "s3"},
                            credentials, keys) == "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e");
}

TEST_CASE_METHOD(Posts, "a form has the fields that its policy names, and is signed") {
    const PresignedPost post = run(presign_post(session, policy()));
    CHECK(post.url == "https://bucket.s3.us-east-1.amazonaws.com/");
    CHECK(post.expires == clock->now() + 1h);
    CHECK(field(post, "key") == "user/${filename}");
    CHECK(field(post, "x-amz-credential") == "AKIDEXAMPLE/20150830/us-east-1/s3/aws4_request");
    CHECK(field(post, "x-amz-date") == "20150830T123600Z");
    blob decoded;
    REQUIRE(protocol::parse_base64(field(post, "policy"), decoded));
    const auto text = std::string(reinterpret_cast<const char*>(decoded.data()), decoded.size());
    CHECK(boost::json::parse(text) == boost::json::parse(R"({"expiration": "2015-08-30T13:36:00Z", "conditions": [
        {"bucket": "bucket"}, ["starts-with", "$key", "user/"], {"acl": "private"},
        ["starts-with", "$Content-Type", "image/"], ["content-length-range", 1, 1024],
        {"x-amz-algorithm": "AWS4-HMAC-SHA256"},
        {"x-amz-credential": "AKIDEXAMPLE/20150830/us-east-1/s3/aws4_request"},
        {"x-amz-date": "20150830T123600Z"}]})"));
    CHECK(field(post, "x-amz-signature").size() == 64);
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(Posts, "a form goes to the bucket's host where it can have one") {
    PostPolicy policy = Posts::policy();
    policy.bucket = "Bucket.with.dots";
    CHECK(run(presign_post(session, policy)).url == "https://s3.us-east-1.amazonaws.com/Bucket.with.dots");
    policy.bucket = "bucket";
    CHECK(run(presign_post(session.with_region("cn-north-1"), policy)).url ==
          "https://bucket.s3.cn-north-1.amazonaws.com.cn/");
    options.endpoint_url = "http://localhost:9000";
    CHECK(run(presign_post(Session(options), policy)).url == "http://localhost:9000/bucket");
}

TEST_CASE_METHOD(Posts, "a form goes where an object would be put") {
    PostPolicy policy = Posts::policy();
    const auto url = [&] { return run(presign_post(Session(options), policy)).url; };
    SECTION("FIPS") {
        options.endpoints.use_fips = true;
        CHECK(url() == "https://bucket.s3-fips.us-east-1.amazonaws.com/");
    }
    SECTION("dual stack") {
        options.endpoints.use_dualstack = true;
        CHECK(url() == "https://bucket.s3.dualstack.us-east-1.amazonaws.com/");
    }
    SECTION("an endpoint of one's own for this service") {
        environment->set("AWS_ENDPOINT_URL_S3", "https://storage.example.com/base");
        CHECK(url() == "https://storage.example.com/base/bucket");
    }
    SECTION("buckets in paths") {
        options.endpoints.s3.addressing_style = AddressingStyle::path;
        CHECK(url() == "https://s3.us-east-1.amazonaws.com/bucket");
    }
    SECTION("an access point of another region") {
        policy.bucket = "arn:aws:s3:eu-west-1:123456789012:accesspoint:logs";
        environment->set("AWS_S3_USE_ARN_REGION", "true");
        const PresignedPost post = run(presign_post(Session(options), policy));
        CHECK(post.url == "https://logs-123456789012.s3-accesspoint.eu-west-1.amazonaws.com/");
        CHECK(field(post, "x-amz-credential") == "AKIDEXAMPLE/20150830/eu-west-1/s3/aws4_request");
    }
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(Posts, "buckets that take no forms are refused") {
    PostPolicy policy = Posts::policy();
    SECTION("multi-region access points") { policy.bucket = "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap"; }
    SECTION("directory buckets") { policy.bucket = "bucket--use1-az4--x-s3"; }
    SECTION("directory buckets without sessions") {
        policy.bucket = "bucket--use1-az4--x-s3";
        environment->set("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "true");
    }
    try {
        static_cast<void>(run(presign_post(Session(options), policy)));
        FAIL("S3 would refuse it");
    } catch (const UsageError& error) {
        CHECK_THAT(error.what(), Contains("takes no posted forms"));
    }
}

TEST_CASE_METHOD(Posts, "the instance says the region of a form that nobody else names") {
    options.region = std::nullopt;
    transport->on("", [](const fake::Request& request) {
        return fake::reply(request.text.starts_with("GET /latest/meta-data/placement/region ") ? "eu-west-3" : "token");
    });
    const PresignedPost post = run(presign_post(Session(options), policy()));
    CHECK(post.url == "https://bucket.s3.eu-west-3.amazonaws.com/");
    CHECK(field(post, "x-amz-credential") == "AKIDEXAMPLE/20150830/eu-west-3/s3/aws4_request");
}

TEST_CASE_METHOD(Posts, "a form is signed with the time that S3 turned out to have") {
    session.state()->service(s3::tables::service).clock_offset = 3600;
    const PresignedPost post = run(presign_post(session, policy()));
    CHECK(field(post, "x-amz-date") == "20150830T133600Z");
    CHECK(post.expires == clock->now() + 2h);
}

TEST_CASE_METHOD(Posts, "a form waits for its credentials as long as a call may take, without a limit as well") {
    struct Later final : CredentialsProvider {
        fake::Gate asked;
        awaitable<Credentials> resolve(const CredentialsContext&) override {
            const bool passed = co_await asked.pass();
            if (!passed) throw std::logic_error("cancelled");
            Credentials made("AKIDLATER", "secret");
            co_return made;
        }
        std::string_view name() const noexcept override { return "later"; }
    };
    for (const auto limit : {std::chrono::milliseconds(5min), std::chrono::milliseconds::max()}) {
        const auto provider = std::make_shared<Later>();
        provider->asked.close();
        options.credentials = provider;
        options.call_timeout = limit;
        fake::Running<PresignedPost> post;
        start(post, presign_post(Session(options), policy()));
        CHECK_FALSE(post.done);
        provider->asked.open();
        finish(post);
        CHECK_THAT(field(*post.value, "x-amz-credential"), Contains("AKIDLATER"));
    }
}

TEST_CASE_METHOD(Posts, "a session token is a field and a condition of its own") {
    options.credentials = static_credentials(Credentials("AKIDEXAMPLE", "secret", "a-token"));
    const PresignedPost post = run(presign_post(Session(options), policy()));
    CHECK(field(post, "x-amz-security-token") == "a-token");
}

TEST_CASE_METHOD(Posts, "a policy that nobody can meet is refused") {
    PostPolicy policy = Posts::policy();
    SECTION("no bucket") { policy.bucket.clear(); }
    SECTION("no key") { policy.key.clear(); }
    SECTION("no time") { policy.valid_for = 0s; }
    SECTION("too long") { policy.valid_for = std::chrono::days(8); }
    SECTION("lengths") { policy.content_length = {2, 1}; }
    CHECK_THROWS_AS(run(presign_post(session, policy)), UsageError);
}
