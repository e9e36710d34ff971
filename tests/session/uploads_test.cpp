// Bodies with checksums: in which header, in which trailer, and when none is needed.

#include "protocol/checksum.hpp"
#include "runtime/invoke.hpp"
#include "runtime/session_state.hpp"
#include "support/world.hpp"

#include <botocraft/error.hpp>
#include <botocraft/explain.hpp>
#include <botocraft/s3/requests.hpp>

#include "catch.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

using namespace botocraft;
using Catch::Matchers::Contains;

namespace {

struct Uploads : fake::World {
    Uploads() { transport->on("", fake::reply("")); }

    void change(const std::function<void(SessionOptions&)>& how) {
        how(options);
        session = Session(options);
    }
    static std::uint16_t row_of(std::string_view operation) {
        const orm::ServiceTables& tables = s3::tables::service;
        for (std::uint16_t row = 0; row < tables.operation_count; ++row) {
            if (tables.text(tables.operations[row].name) == operation) return row;
        }
        throw std::out_of_range("no such operation");
    }
    static s3::PutObjectRequest object(std::string_view text) {
        s3::PutObjectRequest input{.Bucket = "web-logs", .Key = "a"};
        auto& body = input.Body.emplace();
        for (const char c : text) body.push_back(static_cast<std::byte>(c));
        return input;
    }
    awaitable<void> put_call(s3::PutObjectRequest& input, s3::PutObjectOutput& output) const {
        return detail::invoke(session.state(), s3::tables::service, row_of("PutObject"), &input, &output);
    }
    fake::Request put(s3::PutObjectRequest input) {
        s3::PutObjectOutput output;
        run(put_call(input, output));
        return transport->last();
    }
    fake::Request remove(s3::DeleteObjectsRequest input) {
        s3::DeleteObjectsOutput output;
        transport->once("", fake::reply("<DeleteResult/>"));
        run(detail::invoke(session.state(), s3::tables::service, row_of("DeleteObjects"), &input, &output));
        return transport->last();
    }
};

s3::DeleteObjectsRequest removal() {
    s3::DeleteObjectsRequest input{.Bucket = "web-logs"};
    input.Delete.emplace().Objects.push_back({.Key = "a"});
    return input;
}

}  // namespace

TEST_CASE_METHOD(Uploads, "over TLS an upload is sent in chunks with its checksum at the end, and the chunks are not signed") {
    const fake::Request request = put(object("123456789"));
    CHECK(request.header("x-amz-content-sha256") == "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
    CHECK(request.header("content-encoding") == "aws-chunked");
    CHECK(request.header("x-amz-trailer") == "x-amz-checksum-crc32");
    CHECK(request.header("x-amz-sdk-checksum-algorithm") == "CRC32");
    CHECK(request.header("x-amz-decoded-content-length") == "9");
    CHECK(request.header("x-amz-checksum-crc32").empty());
    CHECK(request.body() == "9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n");
    CHECK(request.header("content-length") == std::to_string(request.body().size()));
    CHECK_THAT(request.header("authorization"), Contains("content-encoding;") && Contains("x-amz-trailer"));
    CHECK(put(object("")).body() == "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n");
}

TEST_CASE_METHOD(Uploads, "without TLS the chunks and the trailer are signed, and a body of many chunks has the length that is said") {
    change([](SessionOptions& o) { o.endpoint_url = "http://127.0.0.1:9000"; });
    const fake::Request request = put(object(std::string(200'000, 'x')));
    CHECK(request.header("x-amz-content-sha256") == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER");
    CHECK_THAT(std::string(request.body()), Contains(";chunk-signature=") && Contains("\r\nx-amz-trailer-signature:"));
    CHECK(request.header("content-length") == std::to_string(request.body().size()));
    change([](SessionOptions& o) { o.auth_schemes = "sigv4a"; });  // S3 does not offer it there
    CHECK(put(object("a")).header("x-amz-content-sha256") == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER");
}

TEST_CASE_METHOD(Uploads, "the caller names the algorithm, or gives the checksum") {
    s3::PutObjectRequest input = object("123456789");
    input.ChecksumAlgorithm = "CRC64NVME";
    fake::Request request = put(input);
    CHECK(request.header("x-amz-sdk-checksum-algorithm") == "CRC64NVME");
    CHECK_THAT(std::string(request.body()), Contains("\r\nx-amz-checksum-crc64nvme:rosUhgp5mIg=\r\n"));

    input = object("123456789");
    input.ChecksumSHA256 = "given";
    request = put(input);
    CHECK(request.header("x-amz-checksum-sha256") == "given");
    CHECK(request.header("x-amz-trailer").empty());
    CHECK(request.body() == "123456789");
    input = object("123456789");
    input.ContentMD5 = "given";
    CHECK(put(input).body() == "123456789");

    input = object("123456789");
    input.ChecksumAlgorithm = "ADLER32";
    CHECK_THROWS_AS(put(input), UsageError);
}

TEST_CASE_METHOD(Uploads, "an encoding of the caller's own stays") {
    s3::PutObjectRequest input = object("123456789");
    input.ContentEncoding = "gzip";
    CHECK(put(input).header("content-encoding") == "gzip,aws-chunked");
}

TEST_CASE_METHOD(Uploads, "checksums that nobody insists on can be switched off") {
    SECTION("in code") {
        change([](SessionOptions& o) { o.protocol.request_checksums = RequestChecksums::when_required; });
    }
    SECTION("in the environment") {
        environment->set("AWS_REQUEST_CHECKSUM_CALCULATION", "WHEN_REQUIRED");
        change([](SessionOptions&) {});
    }
    SECTION("in the profile") {
        environment->set("AWS_CONFIG_FILE", "/config");
        environment->add_file("/config", "[default]\nrequest_checksum_calculation = when_required\n");
        change([](SessionOptions&) {});
    }
    const fake::Request request = put(object("123456789"));
    CHECK(request.body() == "123456789");
    CHECK(request.header("x-amz-content-sha256") == "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225");
    CHECK_FALSE(remove(removal()).header("x-amz-checksum-crc32").empty());  // this one is needed
}

TEST_CASE_METHOD(Uploads, "what can be no choice is refused") {
    environment->set("AWS_REQUEST_CHECKSUM_CALCULATION", "sometimes");
    change([](SessionOptions&) {});
    CHECK_THROWS_AS(put(object("a")), ConfigurationError);
}

TEST_CASE_METHOD(Uploads, "a body that is no stream has its checksum in a header, and its hash is signed") {
    const fake::Request request = remove(removal());
    CHECK(request.header("x-amz-checksum-crc32") == protocol::compute(protocol::Checksum::crc32, request.body()));
    CHECK(request.header("x-amz-sdk-checksum-algorithm") == "CRC32");
    CHECK(request.header("content-encoding").empty());
    CHECK(request.header("x-amz-content-sha256").size() == 64);
}

TEST_CASE_METHOD(Uploads, "a presigned upload says nothing of its body") {
    s3::PutObjectRequest input = object("");
    s3::PutObjectOutput output;
    const PresignedRequest presigned = run(presign(put_call(input, output), std::chrono::minutes(5)));
    CHECK_THAT(presigned.url, !Contains("checksum") && !Contains("trailer"));
    for (const auto& [name, value] : presigned.headers) CHECK(name == "content-type");
}

TEST_CASE_METHOD(Uploads, "a presigned request has the checksum that S3 insists on, where its body is known") {
    s3::DeleteObjectsRequest input = removal();
    s3::DeleteObjectsOutput output;
    const PresignedRequest presigned = run(presign(
        detail::invoke(session.state(), s3::tables::service, row_of("DeleteObjects"), &input, &output), std::chrono::minutes(5)));
    const std::string sum = protocol::compute(protocol::Checksum::crc32, presigned.body);
    CHECK(std::ranges::count(presigned.headers, std::pair<std::string, std::string>("x-amz-checksum-crc32", sum)) == 1);
    CHECK_THAT(presigned.url, Contains("X-Amz-SignedHeaders=") && Contains("x-amz-checksum-crc32"));
}

TEST_CASE_METHOD(Uploads, "every attempt has the whole upload") {
    transport->once("", fake::error(503, "SlowDown"));
    const fake::Request last = put(object("123456789"));
    REQUIRE(transport->requests().size() == 2);
    CHECK(transport->requests().front().body() == last.body());
}

TEST_CASE_METHOD(Uploads, "while an upload waits to be sent again, it holds no key of credentials that are gone") {
    change([](SessionOptions& o) { o.endpoint_url = "http://storage.example.com"; });
    transport->once("", fake::error(503, "SlowDown"));
    sleeper->sleeping.close();
    const Source text = Source::of(std::string("hello"));
    s3::PutObjectRequest input{.Bucket = "web-logs", .Key = "a"};
    s3::PutObjectOutput output;
    const detail::CallBodies bodies{.source = text};
    fake::Running<bool> running;
    start(running, with_value(detail::invoke(session.state(), s3::tables::service, row_of("PutObject"), &input, &output, &bodies)));
    REQUIRE(sleeper->sleeping.waiting() == 1);
    CHECK_THAT(std::string(transport->last().body()), Contains("chunk-signature="));
    std::weak_ptr<const auth::HmacKey> key;
    {
        const auto identity = session.state()->core()->credentials().fresh();
        REQUIRE(identity);
        key = identity->keys.hmac(*identity, {"20150830", "us-east-1", "s3"});
        session.state()->core()->credentials().reject(identity);
    }
    CHECK(key.expired());
    sleeper->sleeping.open();
    finish(running);
    CHECK(transport->requests().size() == 2);
}
