// S3: buckets that AWS tells of in many answers, objects whose bodies pass by, and buckets that are in other regions.

#include "protocol/checksum.hpp"
#include "support/world.hpp"

#include <botocraft/error.hpp>
#include <botocraft/s3.hpp>
#include <botocraft/s3/copy_source.hpp>
#include <botocraft/streams.hpp>

#include "catch.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

using namespace botocraft;
using Catch::Matchers::Contains;
using fake::Answer;
using fake::reply;
using s3::Bucket;
using s3::Object;

namespace {

Answer status(int code, std::string body = "", std::vector<std::pair<std::string, std::string>> headers = {}) {
    Answer answer = reply(std::move(body));
    answer.status = code;
    for (auto& header : headers) answer.headers.push_back(std::move(header));
    return answer;
}

Answer error(int code, const std::string& name) {
    return status(code, "<Error><Code>" + name + "</Code><Message>no</Message></Error>");
}

std::string line_of(const fake::Request& request) { return request.text.substr(0, request.text.find(" HTTP/1.1")); }

// Answers requests by method and target: `GET /?tagging`.
struct S3 : fake::World {
    S3() {
        transport->on("", [this](const fake::Request& request) {
            const auto found = answers.find(line_of(request));
            return found == answers.end() ? error(501, "NotScripted") : found->second;
        });
        answers["HEAD /"] = status(200, "", {{"x-amz-bucket-region", "us-east-1"}});
        answers["GET /?tagging"] = reply("<Tagging><TagSet><Tag><Key>Team</Key><Value>pay</Value></Tag></TagSet></Tagging>");
        answers["GET /?versioning"] = reply("<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
        answers["GET /?logging"] = reply("<BucketLoggingStatus/>");
        answers["GET /?ownershipControls"] = error(404, "OwnershipControlsNotFoundError");
        answers["GET /?cors"] = error(404, "NoSuchCORSConfiguration");
    }
    [[nodiscard]] std::vector<std::string> lines() const {
        std::vector<std::string> all;
        for (const fake::Request& request : transport->requests()) all.push_back(line_of(request));
        return all;
    }
    std::map<std::string, Answer> answers;
};

Answer object_answer(std::string body) {
    Answer answer = status(200, std::move(body));
    answer.headers.emplace_back("ETag", "\"e\"");
    answer.headers.emplace_back("x-amz-checksum-crc32", protocol::compute(protocol::Checksum::crc32, answer.body));
    return answer;
}

struct TempFolder {
    std::filesystem::path path;
    TempFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "s3-test-XXXXXX").string();
        path = ::mkdtemp(name.data());
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder() { std::filesystem::remove_all(path); }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path), {}));
    }
};

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string text_of(const blob& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// What comes once, and cannot be had again.
class OnceReader final : public BodyReader {
  public:
    awaitable<std::size_t> read(std::span<std::byte> room) override {
        if (left == 0) co_return 0;
        --left;
        room[0] = std::byte{'x'};
        co_return 1;
    }
    int left = 3;
};

class OnceWriter final : public BodyWriter {
  public:
    awaitable<void> write(std::span<const std::byte> piece) override {
        if (fails) throw std::runtime_error("the disk is full");
        got += piece.size();
        co_return;
    }
    std::size_t got = 0;
    bool fails = false;
};

}  // namespace

// --- buckets ------------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(S3, "a bucket is got with its settings, but for those that it has not") {
    const auto bucket = run(Bucket::objects(session).get("logs"));
    CHECK(bucket.Name == "logs");
    CHECK(bucket.pk() == "logs");
    CHECK(bucket.arn() == "arn:aws:s3:::logs");
    CHECK(bucket.BucketRegion == "us-east-1");
    REQUIRE(bucket.Tags.size() == 1);
    CHECK(bucket.Tags[0].Value == "pay");
    CHECK(bucket.VersioningStatus == "Enabled");
    CHECK(bucket.CORSRules.empty());
    CHECK_FALSE(bucket.OwnershipControls);
    CHECK(transport->requests().size() == 6);
    CHECK(transport->last().origin.host == "logs.s3.us-east-1.amazonaws.com");
}

TEST_CASE_METHOD(S3, "a bucket that is not there does not exist, though HEAD says no more than its status") {
    answers["HEAD /"] = status(404);
    CHECK_THROWS_AS(run(Bucket::objects(session).get("gone")), DoesNotExist);
    CHECK_FALSE(run(Bucket::objects(session).get_or_none("gone")));
    answers["HEAD /"] = status(403);
    try {
        run(Bucket::objects(session).get("theirs"));
        FAIL("it was refused");
    } catch (const ServiceError& refused) {
        CHECK(refused.code() == "Forbidden");
        CHECK(refused.status() == 403);
    }
}

TEST_CASE_METHOD(S3, "a bucket is created with its settings, one after the other, and read again") {
    for (const char* line : {"PUT /", "PUT /?tagging", "PUT /?versioning"}) answers[line] = status(200);
    Bucket bucket{.Name = "logs", .BucketRegion = "eu-west-1"};
    bucket.Tags = {{.Key = "Team", .Value = "pay"}};
    bucket.VersioningStatus = "Enabled";
    const auto made = run(Bucket::objects(session).create(bucket));
    const auto sent = lines();
    REQUIRE(sent.size() == 9);
    CHECK(sent[0] == "PUT /");
    CHECK(sent[1] == "PUT /?tagging");
    CHECK(sent[2] == "PUT /?versioning");
    CHECK(sent[3] == "HEAD /");
    CHECK_THAT(std::string(transport->requests()[0].body()), Contains("<LocationConstraint>eu-west-1</LocationConstraint>"));
    CHECK_THAT(std::string(transport->requests()[1].body()), Contains("<Key>Team</Key><Value>pay</Value>"));
    CHECK_THAT(std::string(transport->requests()[2].body()), Contains("<Status>Enabled</Status>"));
    CHECK(made.state_.from_aws());
}

TEST_CASE_METHOD(S3, "us-east-1 is not named to AWS, which would refuse it") {
    answers["PUT /"] = status(200);
    Bucket bucket{.Name = "logs", .BucketRegion = "us-east-1"};
    run(Bucket::objects(session).create(bucket));
    CHECK(transport->requests()[0].body().empty());
}

TEST_CASE_METHOD(S3, "what is saved is what the bucket has") {
    auto bucket = run(Bucket::objects(session).get("logs"));
    transport->forget();
    answers["PUT /?tagging"] = answers["PUT /?versioning"] = status(200);
    bucket.VersioningStatus = "Suspended";
    run(bucket.save());
    const auto sent = lines();
    CHECK(sent[0] == "HEAD /");
    CHECK(sent[1] == "PUT /?tagging");
    CHECK(sent[2] == "PUT /?versioning");
    CHECK(sent.size() == 9);
}

TEST_CASE_METHOD(S3, "a bucket without rules has an empty list of them, and one without a policy has none") {
    answers["GET /?lifecycle"] = error(404, "NoSuchLifecycleConfiguration");
    answers["GET /?policy"] = error(404, "NoSuchBucketPolicy");
    const auto bucket = run(Bucket::objects(session).get("logs"));
    CHECK(run(bucket.get_lifecycle()).empty());
    CHECK_THROWS_AS(run(bucket.get_policy()), DoesNotExist);
    answers["GET /?policy"] = reply("{\"Version\":\"2012-10-17\"}");
    CHECK(run(bucket.get_policy()) == "{\"Version\":\"2012-10-17\"}");
}

// --- objects ------------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(S3, "an object is what the head of the reply tells") {
    answers["HEAD /a"] = status(200, "", {{"Content-Length", "5"}, {"ETag", "\"e\""}, {"x-amz-meta-owner", "me"}});
    const auto object = run(Object::objects(session).get("logs", "a"));
    CHECK(object.BucketName == "logs");
    CHECK(object.Key == "a");
    CHECK(object.Size == 5);
    CHECK(object.ETag == "\"e\"");
    CHECK(object.Metadata.at("owner") == "me");
    answers["HEAD /b"] = status(404);
    CHECK_THROWS_AS(run(Object::objects(session).get("logs", "b")), DoesNotExist);
}

TEST_CASE_METHOD(S3, "names with any characters are listed") {
    const std::string target = "GET /?list-type=2&encoding-type=url";
    answers[target] = reply("<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>a%01b+c%2Bd</Key></Contents>"
                            "</ListBucketResult>");
    auto objects = run(Object::objects(session).list("logs").all());
    INFO(lines().back());
    REQUIRE(objects.size() == 1);
    CHECK(objects[0].Key == "a\x01" "b c+d");
    CHECK(objects[0].BucketName == "logs");
    // Servers that do not encode say so.
    answers[target] = reply("<ListBucketResult><Contents><Key>a%01b+c</Key></Contents></ListBucketResult>");
    objects = run(Object::objects(session).list("logs").all());
    CHECK(objects[0].Key == "a%01b+c");
}

TEST_CASE_METHOD(S3, "the next page of versions begins with the name, not with its encoding") {
    answers["GET /?versions&encoding-type=url"] =
        reply("<ListVersionsResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextKeyMarker>a%20b"
              "</NextKeyMarker><NextVersionIdMarker>v1</NextVersionIdMarker><Version><Key>a+b</Key></Version></ListVersionsResult>");
    answers["GET /?versions&encoding-type=url&key-marker=a%20b&version-id-marker=v1"] =
        reply("<ListVersionsResult><IsTruncated>false</IsTruncated></ListVersionsResult>");
    const auto versions = run(Object::objects(session).get_versions("logs").all());
    INFO(lines().back());
    REQUIRE(versions.size() == 1);
    CHECK(versions[0].Key == "a b");
}

TEST_CASE_METHOD(S3, "an object that was got is not saved without its body") {
    answers["HEAD /a"] = status(200, "", {{"Content-Length", "5"}});
    answers["PUT /a"] = status(200, "", {{"ETag", "\"n\""}});
    auto object = run(Object::objects(session).get("logs", "a"));
    try {
        run(object.save());
        FAIL("an empty object would have taken its place");
    } catch (const UsageError& usage) {
        CHECK_THAT(usage.what(), Contains("Body"));
    }
    object.Body = blob{std::byte{'x'}};
    run(object.save());
    CHECK(object.ETag == "\"n\"");
    CHECK(object.Key == "a");
}

TEST_CASE_METHOD(S3, "many objects are deleted in requests of a thousand") {
    answers["POST /?delete"] = reply("<DeleteResult><Deleted><Key>a</Key></Deleted></DeleteResult>");
    std::vector<s3::ObjectIdentifier> keys(1001);
    for (std::size_t i = 0; i < keys.size(); ++i) keys[i].Key = "k" + std::to_string(i);
    const auto done = run(Object::objects(session).delete_many("logs", keys));
    CHECK(transport->requests().size() == 2);
    CHECK(done.Deleted.size() == 2);
    CHECK_THAT(std::string(transport->last().body()), Contains("<Key>k1000</Key>"));
}

TEST_CASE_METHOD(S3, "the attributes that are wanted are a list in a header") {
    answers["GET /a?attributes"] = reply("<GetObjectAttributesResponse><ObjectSize>3</ObjectSize></GetObjectAttributesResponse>");
    const std::vector<std::string> wanted{"ETag", "ObjectSize"};
    CHECK(run(Object::objects(session).get_attributes("logs", "a", wanted)).ObjectSize == 3);
    CHECK(transport->last().header("x-amz-object-attributes") == "ETag, ObjectSize");
}

TEST_CASE("what is copied is named in a header") {
    CHECK(s3::copy_source("from", "a b/c+d.txt") == "from/a%20b/c%2Bd.txt");
    CHECK(s3::copy_source("from", "k", "v=1") == "from/k?versionId=v%3D1");
}

// --- bodies that pass by ------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(S3, "a body comes from memory or a file, with its checksum at its end") {
    answers["PUT /a"] = status(200, "", {{"ETag", "\"n\""}});
    const TempFolder folder;
    const std::filesystem::path file = folder.path / "in";
    std::ofstream(file) << "hello";
    const std::string sum = protocol::compute(protocol::Checksum::crc32, "hello");
    const std::string sent = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:" + sum + "\r\n\r\n";

    run(Object::objects(session).put("logs", "a", file));
    CHECK(transport->last().body() == sent);
    CHECK(transport->last().header("content-length") == std::to_string(sent.size()));
    CHECK(transport->last().header("x-amz-decoded-content-length") == "5");
    CHECK(transport->last().header("x-amz-content-sha256") == "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
    CHECK(transport->last().header("expect").empty());
    run(Object::objects(session).put("logs", "a", Source::of(std::string("hello"))));
    CHECK(transport->last().body() == sent);
    const auto put = run(Object::objects(session).put("logs", "a", Source::view(std::string_view("hello")), {.ContentType = "text/plain"}));
    CHECK(transport->last().body() == sent);
    CHECK(transport->last().header("content-type") == "text/plain");
    CHECK(put.ETag == "\"n\"");
    run(Object::objects(session).put("logs", "a", Source::of(std::string())));
    CHECK(transport->last().header("x-amz-decoded-content-length") == "0");
    CHECK_THAT(std::string(transport->last().body()), Catch::Matchers::StartsWith("0\r\n"));
    run(Object::objects(session).put("logs", "a", Source::of(std::string("hello")), {.ChecksumAlgorithm = "SHA256"}));
    CHECK_THAT(std::string(transport->last().body()),
               Contains("x-amz-checksum-sha256:" + protocol::compute(protocol::Checksum::sha256, "hello")));
}

TEST_CASE_METHOD(S3, "a body that passes by is sent as one in memory is, signed chunk by chunk") {
    options.endpoint_url = "http://storage.example.com";
    answers["PUT /a"] = status(200);
    const Session plain{options};
    std::string text;
    for (int i = 0; text.size() < 200'000; ++i) text += std::to_string(i);
    for (const std::string& body : {text, std::string("hello"), std::string()}) {
        Object object{.Key = "a", .BucketName = "logs"};
        const auto* const bytes = reinterpret_cast<const std::byte*>(body.data());
        object.Body = blob(bytes, bytes + body.size());
        run(Object::objects(plain).create(object));
        const std::string in_memory = transport->last().text;
        CHECK(transport->last().header("x-amz-content-sha256") == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER");
        run(Object::objects(plain).put("logs", "a", Source::view(body)));
        CHECK((transport->last().text == in_memory));
    }
}

TEST_CASE_METHOD(S3, "without checksums, chunks are signed where nothing else protects them") {
    options.protocol.request_checksums = RequestChecksums::when_required;
    answers["PUT /a"] = status(200);
    run(Object::objects(Session(options)).put("logs", "a", Source::of(std::string("hello"))));
    CHECK(transport->last().body() == "hello");
    CHECK(transport->last().header("x-amz-content-sha256") == "UNSIGNED-PAYLOAD");
    options.endpoint_url = "http://storage.example.com";
    run(Object::objects(Session(options)).put("logs", "a", Source::of(std::string("hello"))));
    CHECK_THAT(std::string(transport->last().body()), Contains("5;chunk-signature="));
    CHECK(transport->last().header("x-amz-content-sha256") == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
    CHECK(transport->last().header("content-length") == std::to_string(transport->last().body().size()));
}

TEST_CASE_METHOD(S3, "a source and a sink can be used again") {
    answers["PUT /a"] = status(200);
    answers["GET /a"] = object_answer("hello");
    const Source source = Source::of(std::string("hello"));
    std::string text;
    const Sink sink = Sink::into(text);
    for (int i = 0; i < 2; ++i) {
        run(Object::objects(session).put("logs", "a", source));
        CHECK_THAT(std::string(transport->last().body()), Contains("hello"));
        run(Object::objects(session).download("logs", "a", sink));
        CHECK(text == "hello");
    }
}

TEST_CASE_METHOD(S3, "a large body asks for leave first") {
    answers["PUT /a"] = status(200);
    run(Object::objects(session).put("logs", "a", Source::of(std::string(2 * 1024 * 1024, 'x'))));
    CHECK(transport->last().header("expect") == "100-continue");
}

TEST_CASE_METHOD(S3, "a body is sent again from its beginning, if it has one to go back to") {
    transport->once("", fake::broken(http::Phase::send, false));
    answers["PUT /a"] = status(200);
    run(Object::objects(session).put("logs", "a", Source::of(std::string("hello"))));
    REQUIRE(transport->requests().size() == 2);
    CHECK(transport->requests()[0].body() == transport->requests()[1].body());

    transport->forget();
    transport->once("", fake::broken(http::Phase::send, false));
    try {
        run(Object::objects(session).put("logs", "a", Source(std::make_shared<OnceReader>(), 3)));
        FAIL("it cannot be sent again");
    } catch (const ConnectionError& failed) {
        CHECK_THAT(failed.what(), Contains("cannot go back"));
    }
    CHECK(transport->requests().size() == 1);
}

TEST_CASE_METHOD(S3, "a source that is shorter than it was said to be is an error") {
    answers["PUT /a"] = status(200);
    try {
        run(Object::objects(session).put("logs", "a", Source(std::make_shared<OnceReader>(), 5)));
        FAIL("bytes are missing");
    } catch (const UsageError& usage) {
        CHECK(usage.code() == "ShortBody");
    }
    CHECK(transport->requests().empty());
    CHECK_THROWS_AS(run(Object::objects(session).put("logs", "a", std::filesystem::path("/no/such/file"))), UsageError);
}

TEST_CASE_METHOD(S3, "a body goes into memory or a file, which has its name when it is whole") {
    answers["GET /a"] = object_answer("hello");
    answers["HEAD /a"] = status(200, "", {{"Content-Length", "5"}});
    const auto object = run(Object::objects(session).get("logs", "a"));
    const TempFolder folder;
    const std::filesystem::path file = folder.path / "out";

    const auto head = run(object.download(file));
    CHECK(head.ETag == "\"e\"");
    CHECK_FALSE(head.Body);
    CHECK(text_of(file) == "hello");
    CHECK(folder.files() == 1);
    CHECK(transport->last().header("x-amz-checksum-mode") == "ENABLED");
    std::string text = "before";
    run(object.download(Sink::into(text)));
    CHECK(text == "hello");
    blob bytes;
    run(object.download(Sink::into(bytes), {.IfMatch = "\"e\"", .Range = "bytes=0-4"}));
    CHECK(text_of(bytes) == "hello");
    CHECK(transport->last().header("range") == "bytes=0-4");
    CHECK(transport->last().header("if-match") == "\"e\"");
    CHECK(text_of(run(object.contents())) == "hello");
}

TEST_CASE_METHOD(S3, "a reply that is an error goes nowhere") {
    answers["GET /a"] = error(404, "NoSuchKey");
    const TempFolder folder;
    CHECK_THROWS_AS(run(Object::objects(session).download("logs", "a", folder.path / "out")), DoesNotExist);
    answers["GET /a"] = status(304);
    std::string text = "before";
    try {
        run(Object::objects(session).download("logs", "a", Sink::into(text), {.IfNoneMatch = "\"e\""}));
        FAIL("nothing came");
    } catch (const ServiceError& unchanged) {
        CHECK(unchanged.code() == "NotModified");
    }
    CHECK(text == "before");
    CHECK(folder.files() == 0);
}

TEST_CASE_METHOD(S3, "a body that is not the one that was sent is asked for again, and never left behind") {
    Answer damaged = object_answer("hello");
    damaged.body = "hullo";
    transport->once("", damaged);
    answers["GET /a"] = object_answer("hello");
    const TempFolder folder;
    run(Object::objects(session).download("logs", "a", folder.path / "out"));
    CHECK(text_of(folder.path / "out") == "hello");
    CHECK(transport->requests().size() == 2);

    answers["GET /a"] = damaged;
    try {
        run(Object::objects(session).download("logs", "b", folder.path / "out"));
        FAIL("NotScripted expected");
    } catch (const ServiceError&) {
    }
    try {
        run(Object::objects(session).download("logs", "a", folder.path / "other"));
        FAIL("it is damaged");
    } catch (const ProtocolError& wrong) {
        CHECK(wrong.code() == "ChecksumMismatch");
    }
    CHECK(folder.files() == 1);
    CHECK_THROWS_AS(run(Object::objects(session).get_contents("logs", "a")), ProtocolError);
}

TEST_CASE_METHOD(S3, "no checksum is asked for where that was switched off, and sums of sums are not compared") {
    Answer in_parts = object_answer("hello");
    in_parts.headers.back().second = "AAAAAA==-3";
    answers["GET /a"] = in_parts;
    CHECK(text_of(run(Object::objects(session).get_contents("logs", "a"))) == "hello");

    options.protocol.response_checksums = ResponseChecksums::when_required;
    const Session without{options};
    answers["GET /a"] = object_answer("hello");
    answers["GET /a"].body = "hullo";
    CHECK(text_of(run(Object::objects(without).get_contents("logs", "a"))) == "hullo");
    CHECK(transport->last().header("x-amz-checksum-mode").empty());
}

TEST_CASE_METHOD(S3, "what a writer throws ends the call, and comes out of it") {
    answers["GET /a"] = object_answer("hello");
    auto writer = std::make_shared<OnceWriter>();
    writer->fails = true;
    try {
        run(Object::objects(session).download("logs", "a", Sink(writer)));
        FAIL("the disk is full");
    } catch (const std::runtime_error& full) {
        CHECK(std::string(full.what()) == "the disk is full");
    }
    CHECK(transport->requests().size() == 1);
}

// --- regions ------------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(S3, "a bucket of another region is called there, and later at once") {
    const std::pair<std::string, std::string> elsewhere{"x-amz-bucket-region", "eu-west-1"};
    transport->on("", [&](const fake::Request& request) {
        if (request.origin.host.find("eu-west-1") != std::string::npos) return status(200, "", {{"Content-Length", "5"}});
        return status(301, "", {elsewhere});
    });
    const auto object = run(Object::objects(session).get("logs", "a"));
    CHECK(object.Size == 5);
    REQUIRE(transport->requests().size() == 2);
    CHECK(transport->last().region() == "eu-west-1");
    run(Object::objects(session).get("logs", "b"));
    CHECK(transport->requests().size() == 3);
    CHECK(sleeper->slept.empty());
    // Another bucket is looked for at home.
    run(Object::objects(session).get("other", "b"));
    CHECK(transport->requests().size() == 5);
}

TEST_CASE_METHOD(S3, "who is sent in a circle stops") {
    transport->on("", [&](const fake::Request& request) {
        const bool there = request.origin.host.find("eu-west-1") != std::string::npos;
        return status(301, "", {{"x-amz-bucket-region", there ? "us-east-1" : "eu-west-1"}});
    });
    CHECK_THROWS_AS(run(Object::objects(session).get("logs", "a")), ServiceError);
    CHECK(transport->requests().size() == 2);
}

TEST_CASE_METHOD(S3, "a body follows its request to another region") {
    transport->on("", [&](const fake::Request& request) {
        if (request.origin.host.find("eu-west-1") != std::string::npos) return status(200);
        return status(307, "<Error><Code>TemporaryRedirect</Code></Error>", {{"x-amz-bucket-region", "eu-west-1"}});
    });
    run(Object::objects(session).put("logs", "a", Source::of(std::string("hello"))));
    REQUIRE(transport->requests().size() == 2);
    CHECK_THAT(std::string(transport->last().body()), Contains("hello"));
}

TEST_CASE_METHOD(S3, "buckets are in the path where the session says so") {
    options.endpoints.s3.addressing_style = AddressingStyle::path;
    answers["HEAD /logs/a"] = status(200, "", {{"Content-Length", "5"}});
    CHECK(run(Object::objects(Session(options)).get("logs", "a")).Size == 5);
    CHECK(transport->last().origin.host == "s3.us-east-1.amazonaws.com");
}
