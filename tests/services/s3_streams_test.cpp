// Bodies of S3's objects that pass by: from memory, files and readers, into memory, files and writers.

#include "services/s3_world.hpp"

#include <botocraft/error.hpp>
#include <botocraft/explain.hpp>
#include <botocraft/observer.hpp>

#include "catch.hpp"

#include <sys/stat.h>
#include <unistd.h>

using namespace s3_world;
using Catch::Matchers::Contains;

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
    answers["PUT /logs/a"] = status(200);
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
    answers["PUT /a"] = answers["PUT /logs/a"] = status(200);
    run(Object::objects(Session(options)).put("logs", "a", Source::of(std::string("hello"))));
    CHECK(transport->last().body() == "hello");
    CHECK(transport->last().header("x-amz-content-sha256") == "UNSIGNED-PAYLOAD");
    options.endpoint_url = "http://storage.example.com";
    run(Object::objects(Session(options)).put("logs", "a", Source::of(std::string("hello"))));
    CHECK_THAT(std::string(transport->last().body()), Contains("5;chunk-signature="));
    CHECK(transport->last().header("x-amz-content-sha256") == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
    CHECK(transport->last().header("content-length") == std::to_string(transport->last().body().size()));
}

namespace {

struct Sizes final : Observer {
    void attempted(const CallInfo&, const AttemptInfo& attempt) noexcept override {
        sent.push_back(attempt.request_bytes);
        received.push_back(attempt.reply_bytes);
    }
    std::vector<std::size_t> sent;
    std::vector<std::size_t> received;
};

}  // namespace

TEST_CASE_METHOD(S3, "observers are told the sizes of bodies that pass by") {
    answers["PUT /a"] = status(200);
    answers["GET /a"] = object_answer(std::string(200'000, 'x'));
    const auto sizes = std::make_shared<Sizes>();
    options.observers = {sizes};
    const Session observed{options};
    run(Object::objects(observed).put("logs", "a", Source::of(std::string(300'000, 'x'))));
    std::string text;
    run(Object::objects(observed).download("logs", "a", Sink::into(text)));
    REQUIRE(sizes->sent.size() == 2);
    CHECK(sizes->sent[0] > 300'000);
    CHECK(sizes->received[0] == 0);
    CHECK(sizes->received[1] == 200'000);
    // Those of an attempt are not added to the next one's.
    answers["GET /a"] = error(404, "NoSuchKey");
    CHECK_THROWS_AS(run(Object::objects(observed).download("logs", "a", Sink::into(text))), DoesNotExist);
    CHECK(sizes->received.back() < 1000);
}

TEST_CASE_METHOD(S3, "limits bound bodies that pass by where they are set, and only there") {
    answers["PUT /a"] = status(200);
    const auto put = [&] { run(Object::objects(Session(options)).put("logs", "a", Source::of(std::string("hello")))); };
    put();
    CHECK(transport->bodies_until == http::Clock::time_point::max());
    options.call_timeout = std::chrono::minutes(5);
    put();
    CHECK(transport->bodies_until <= http::Clock::now() + std::chrono::minutes(5));
    options.attempt_timeout = std::chrono::minutes(1);
    put();
    CHECK(transport->bodies_until <= http::Clock::now() + std::chrono::minutes(1));
    options.call_timeout.reset();
    put();
    CHECK(transport->bodies_until <= http::Clock::now() + std::chrono::minutes(1));
}

TEST_CASE_METHOD(S3, "whose time is over is the limit that was set") {
    fake::Answer answer = object_answer("hello");
    http::Failure::Facts late;
    late.phase = http::Phase::receive;
    late.bound = http::Bound::attempt;
    late.timed_out = true;
    late.code = boost::asio::error::timed_out;
    answer.breaks = late;
    answers["GET /a"] = answer;
    options.attempt_timeout = std::chrono::minutes(10);  // longer than the usual limit of calls, which counts for no bodies
    std::string text;
    try {
        run(Object::objects(Session(options)).download("logs", "a", Sink::into(text)));
        FAIL("it takes for ever");
    } catch (const Error& error) {
        CHECK_THAT(error.what(), Contains("attempt_timeout, ") && !Contains("call_timeout"));
    }
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

// --- files --------------------------------------------------------------------------------------------------------------

namespace {

std::string usage_code(fake::World& world, awaitable<s3::PutObjectOutput> call) {
    try {
        static_cast<void>(world.run(std::move(call)));
    } catch (const UsageError& usage) {
        return usage.code();
    }
    return "no error";
}

// Says that it read more than there was room for.
class BoastingReader final : public BodyReader {
  public:
    awaitable<std::size_t> read(std::span<std::byte> room) override { co_return room.size() + 1; }
};

unsigned permissions(const std::filesystem::path& file) {
    struct stat about {};
    REQUIRE(::stat(file.c_str(), &about) == 0);
    return about.st_mode & 07777;
}

}  // namespace

TEST_CASE_METHOD(S3, "what does not say how long it is, is not sent as a file") {
    const TempFolder folder;
    const std::filesystem::path pipe = folder.path / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK(usage_code(*this, Object::objects(session).put("logs", "a", pipe)) == "NoRegularFile");
    CHECK(usage_code(*this, Object::objects(session).put("logs", "a", folder.path)) == "NoRegularFile");
    CHECK_THROWS_AS(Source(pipe).size(), UsageError);
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(S3, "a reader that claims more than it could have read is an error") {
    const Source source(std::make_shared<BoastingReader>(), 100);
    CHECK(usage_code(*this, Object::objects(session).put("logs", "a", source)) == "BodyOverrun");
}

TEST_CASE_METHOD(S3, "another attempt sends the same file, whatever has its name by now") {
    const TempFolder folder;
    const std::filesystem::path file = folder.path / "in";
    std::ofstream(file) << "hello";
    transport->on("", [&](const fake::Request&) {
        if (transport->requests().size() > 1) return status(200);
        std::ofstream(folder.path / "other") << "another one";
        std::filesystem::rename(folder.path / "other", file);
        return error(500, "InternalError");
    });
    const Source source(file);
    run(Object::objects(session).put("logs", "a", source));
    REQUIRE(transport->requests().size() == 2);
    CHECK(transport->requests()[1].body() == transport->requests()[0].body());
    run(Object::objects(session).put("logs", "a", source));  // another call sends what is there then
    CHECK_THAT(std::string(transport->last().body()), Contains("another one"));
}

TEST_CASE_METHOD(S3, "files that another process left behind are in nobody's way") {
    answers["GET /a"] = object_answer("hello");
    const TempFolder folder;
    const std::filesystem::path file = folder.path / "out";
    for (int i = 0; i < 300; ++i) std::ofstream(file.string() + ".part" + std::to_string(::getpid()) + "-" + std::to_string(i)) << "x";
    run(Object::objects(session).download("logs", "a", file));
    CHECK(text_of(file) == "hello");
    CHECK(folder.files() == 301);
}

TEST_CASE_METHOD(S3, "a call that fails leaves no part of a file, as long as its sink may live, and what was there stays") {
    const TempFolder folder;
    const std::filesystem::path file = folder.path / "out";
    std::ofstream(file) << "before";
    const Sink sink(file);
    answers["GET /a"] = object_answer("hello");
    answers["GET /a"].body = "hullo";
    CHECK_THROWS_AS(run(Object::objects(session).download("logs", "a", sink)), ProtocolError);
    CHECK(folder.files() == 1);
    // Whole, but what else the reply says cannot be read.
    answers["GET /a"] = object_answer("hello");
    answers["GET /a"].headers.emplace_back("Last-Modified", "never");
    CHECK_THROWS_AS(run(Object::objects(session).download("logs", "a", sink)), ProtocolError);
    CHECK(folder.files() == 1);
    CHECK(text_of(file) == "before");
    answers["GET /a"] = object_answer("hello");
    run(Object::objects(session).download("logs", "a", sink));
    CHECK(text_of(file) == "hello");
}

TEST_CASE_METHOD(S3, "a file that is replaced keeps its permissions, and what is no file is not replaced") {
    answers["GET /a"] = object_answer("hello");
    const TempFolder folder;
    const std::filesystem::path file = folder.path / "out";
    std::ofstream(file) << "before";
    REQUIRE(::chmod(file.c_str(), 0600) == 0);
    run(Object::objects(session).download("logs", "a", file));
    CHECK(text_of(file) == "hello");
    CHECK(permissions(file) == 0600);
    const std::filesystem::path pipe = folder.path / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK_THROWS_AS(run(Object::objects(session).download("logs", "a", pipe)), UsageError);
    CHECK(folder.files() == 2);
}

TEST_CASE_METHOD(S3, "a dry run of a body that passes by is the head of its request, and reads nothing") {
    auto reader = std::make_shared<OnceReader>();
    const PreparedRequest request = run(dry_run(Object::objects(session).put("logs", "a", Source(reader, 3))));
    const std::map<std::string, std::string> headers(request.headers.begin(), request.headers.end());
    CHECK(request.method == "PUT");
    CHECK(request.body.empty());
    CHECK(headers.at("x-amz-decoded-content-length") == "3");
    CHECK(headers.at("x-amz-trailer") == "x-amz-checksum-crc32");
    CHECK(headers.at("content-length") != "0");
    CHECK(reader->left == 3);
    CHECK(transport->requests().empty());
}
