// Uploads to the double, which checks the signatures of their chunks and their checksums: what this library sends is
// accepted, and what was altered on its way is not.

#include "support/await.hpp"
#include "catch.hpp"
#include "raw_client.hpp"

#include "auth/sigv4.hpp"
#include "runtime/invoke.hpp"

#include <botocraft/error.hpp>
#include <botocraft/explain.hpp>
#include <botocraft/s3/requests.hpp>
#include <botocraft/testing/aws_double.hpp>

#include <atomic>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace botocraft;
using botocraft::testing::AwsDouble;
using botocraft::testing::Caller;
using botocraft::testing::DoubleOptions;

namespace {

constexpr const char* express_bucket = "logs--use1-az4--x-s3";

using botocraft::test::await;

Credentials session_credentials() { return {"ASIASESSION", Secret("session-secret"), Secret("session-token")}; }

DoubleOptions with_s3() {
    DoubleOptions options;
    options.services = {&s3::tables::service};
    options.credentials.push_back(session_credentials());
    return options;
}

// A double with an S3 that remembers the last object.
struct Storage {
    AwsDouble aws{with_s3()};
    std::string stored;
    std::atomic<int> sessions = 0;
    Session session = Session(options());

    Storage() {
        aws.on<s3::PutObjectRequest, s3::PutObjectOutput>("s3", "PutObject",
                                                          [this](const Caller&, const auto& in, auto&) {
                                                              stored.clear();
                                                              for (const std::byte b : *in.Body) stored += static_cast<char>(b);
                                                          });
        aws.on<s3::CreateSessionRequest, s3::CreateSessionOutput>(
            "s3", "CreateSession", [this](const Caller&, const auto&, auto& out) {
                ++sessions;
                const Credentials given = session_credentials();
                auto& answer = out.Credentials.emplace();
                answer.AccessKeyId = given.access_key_id;
                answer.SecretAccessKey = std::string(given.secret_access_key.reveal());
                answer.SessionToken = std::string(given.session_token.reveal());
                answer.Expiration = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) +
                                    std::chrono::minutes(5);
            });
    }
    [[nodiscard]] SessionOptions options() const {
        SessionOptions options;
        options.region = "us-east-1";
        options.endpoint_url = aws.endpoint_url();
        options.credentials = static_credentials(aws.credentials());
        options.endpoints.s3.addressing_style = AddressingStyle::path;
        options.max_attempts = 1;
        return options;
    }
    [[nodiscard]] awaitable<void> call(s3::PutObjectRequest& input, s3::PutObjectOutput& output) const {
        for (std::uint16_t row = 0; row < s3::tables::service.operation_count; ++row) {
            if (s3::tables::service.text(s3::tables::service.operations[row].name) == "PutObject") {
                return detail::invoke(session.state(), s3::tables::service, row, &input, &output);
            }
        }
        throw std::out_of_range("PutObject");
    }
    static s3::PutObjectRequest object(std::string_view text, const char* bucket = "web-logs") {
        s3::PutObjectRequest input{.Bucket = bucket, .Key = "a"};
        auto& body = input.Body.emplace();
        for (const char c : text) body.push_back(static_cast<std::byte>(c));
        return input;
    }
    void put(std::string_view text, const char* bucket = "web-logs") const {
        s3::PutObjectRequest input = object(text, bucket);
        s3::PutObjectOutput output;
        await(call(input, output));
    }
    [[nodiscard]] PreparedRequest prepared(std::string_view text, const char* bucket = "web-logs") const {
        s3::PutObjectRequest input = object(text, bucket);
        s3::PutObjectOutput output;
        return await(dry_run(call(input, output)));
    }
    // The code of the error that it is answered with; empty where there is none.
    [[nodiscard]] std::string outcome(const PreparedRequest& request) const {
        std::string text = request.method + " " + request.url.substr(aws.endpoint_url().size()) + " HTTP/1.1\r\n";
        for (const auto& [name, value] : request.headers) {
            if (name != "content-length") text += name + ": " + value + "\r\n";
        }
        text += "content-length: " + std::to_string(request.body.size()) + "\r\n\r\n" + request.body;
        const std::string reply = double_test::RawClient(aws).call(text).body;
        const std::size_t code = reply.find("<Code>");
        return code == reply.npos ? "" : reply.substr(code + 6, reply.find("</Code>") - code - 6);
    }
};

void replace(std::string& text, std::string_view what, std::string_view with) {
    const std::size_t at = text.find(what);
    REQUIRE(at != text.npos);
    text.replace(at, what.size(), with);
}

}  // namespace

TEST_CASE("an upload in signed chunks arrives as it was") {
    Storage storage;
    storage.put("a few bytes");
    CHECK(storage.stored == "a few bytes");
    storage.put("");
    CHECK(storage.stored.empty());
    const std::string large(300'000, 'x');
    storage.put(large);
    CHECK(storage.stored == large);
    CHECK(storage.aws.recorded().back().header("x-amz-content-sha256") == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER");
}

TEST_CASE("an upload that was altered on its way is refused") {
    Storage storage;
    const PreparedRequest sent = storage.prepared("a few bytes");
    CHECK(storage.outcome(sent).empty());
    const auto altered = [&](const std::function<void(PreparedRequest&)>& how) {
        PreparedRequest request = sent;
        how(request);
        return storage.outcome(request);
    };
    CHECK(altered([](auto& r) { replace(r.body, "few", "new"); }) == "SignatureDoesNotMatch");
    CHECK(altered([](auto& r) { replace(r.body, "signature=", "signature=0"); r.body.erase(r.body.find("\r\n") - 1, 1); }) ==
          "SignatureDoesNotMatch");
    CHECK(altered([](auto& r) {
              const std::size_t at = r.body.find("x-amz-checksum-crc32:") + 21;
              r.body[at] = r.body[at] == 'A' ? 'B' : 'A';
          }) == "SignatureDoesNotMatch");  // the trailer is signed
    CHECK(altered([](auto& r) { replace(r.body, "b;", "c;"); }) == "IncompleteBody");
    CHECK(altered([](auto& r) {
              for (auto& [name, value] : r.headers) {
                  if (name == "x-amz-decoded-content-length") value = "12";
              }
          }) == "SignatureDoesNotMatch");
    CHECK(storage.stored == "a few bytes");
}

TEST_CASE("a checksum that is not that of the body is refused") {
    Storage storage;
    s3::PutObjectRequest input = Storage::object("a few bytes");
    input.ChecksumCRC32 = "AAAAAA==";
    s3::PutObjectOutput output;
    try {
        await(storage.call(input, output));
        FAIL("no error");
    } catch (const ServiceError& error) {
        CHECK(error.code() == "BadDigest");
    }
}

// As it is sent over TLS, which the double does not speak: only the checksum protects the body here.
TEST_CASE("chunks without signatures are held against their checksum") {
    Storage storage;
    const std::string authority = storage.aws.endpoint_url().substr(7);
    const auto sent = [&](const std::string& body, const std::string& length = "9") {
        const std::vector<auth::HeaderView> headers{{"content-encoding", "aws-chunked"},
                                                    {"host", authority},
                                                    {"x-amz-decoded-content-length", length},
                                                    {"x-amz-trailer", "x-amz-checksum-crc32"}};
        auth::RequestToSign to_sign;
        to_sign.method = "PUT";
        to_sign.path = "/web-logs/a";
        to_sign.headers = headers;
        to_sign.payload_hash = auth::streaming_unsigned_payload_trailer;
        to_sign.region = "us-east-1";
        to_sign.service = "s3";
        to_sign.time = std::chrono::system_clock::now();
        to_sign.encode_path = to_sign.normalize_path = false;
        to_sign.content_sha256_header = true;
        std::string head = "PUT /web-logs/a HTTP/1.1\r\n";
        for (const auto& [name, value] : headers) head.append(name).append(": ").append(value).append("\r\n");
        auth::Signer().sign(to_sign, storage.aws.credentials(), head);
        head += "content-length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        const std::string reply = double_test::RawClient(storage.aws).call(head).body;
        const std::size_t code = reply.find("<Code>");
        return code == reply.npos ? "" : reply.substr(code + 6, reply.find("</Code>") - code - 6);
    };
    CHECK(sent("4\r\n1234\r\n5\r\n56789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n").empty());
    CHECK(storage.stored == "123456789");
    CHECK(sent("9\r\n123456780\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n") == "BadDigest");
    CHECK(sent("9\r\n123456789\r\n0\r\n\r\n") == "IncompleteBody");
    CHECK(sent("9\r\n123456789\r\n0\r\nx-amz-checksum-crc32c:4waSgw==\r\n\r\n") == "IncompleteBody");
    CHECK(sent("9\r\n123456789\r\n") == "IncompleteBody");
    CHECK(sent("fffffffffffffffff\r\n1\r\n0\r\n\r\n") == "IncompleteBody");
    CHECK(sent("9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\nmore") == "IncompleteBody");
    CHECK(sent("9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n", "8") == "IncompleteBody");
}

TEST_CASE("a session with a bucket is opened, and what it signs is accepted") {
    Storage storage;
    storage.put("first", express_bucket);
    storage.put("second", express_bucket);
    CHECK(storage.stored == "second");
    CHECK(storage.sessions == 1);
    const auto last = storage.aws.recorded().back();
    CHECK(last.header("x-amz-s3session-token") == "session-token");

    const PreparedRequest sent = storage.prepared("third", express_bucket);
    CHECK(storage.outcome(sent).empty());
    PreparedRequest other = sent;
    for (auto& [name, value] : other.headers) {
        if (name == "x-amz-s3session-token") value = "session-tokem";
    }
    CHECK(storage.outcome(other) == "InvalidClientTokenId");
    other = sent;
    for (auto& [name, value] : other.headers) {
        if (name == "x-amz-s3session-token") name = "x-amz-security-token";
    }
    CHECK_FALSE(storage.outcome(other).empty());  // it was signed under another name
}
