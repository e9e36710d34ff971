// Bodies that pass by, as users write them: each compiler, each optimisation, under AddressSanitizer.
// lint: file of call forms

#include "support/world.hpp"

#include <botocraft/s3/object.hpp>
#include <botocraft/streams.hpp>

#include "catch.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

using namespace botocraft;
using s3::Object;

namespace {

struct Storage : fake::World {
    Storage() {
        transport->on("", [](const fake::Request& request) {
            fake::Answer answer = fake::reply(request.text.starts_with("GET") ? "hello from there" : "");
            answer.headers.emplace_back("ETag", "\"a-tag-that-does-not-fit-into-a-small-string\"");
            return answer;
        });
        std::string name = (std::filesystem::temp_directory_path() / "call-forms-XXXXXX").string();
        folder = ::mkdtemp(name.data());
    }
    Storage(const Storage&) = delete;
    Storage& operator=(const Storage&) = delete;
    ~Storage() { std::filesystem::remove_all(folder); }
    std::filesystem::path folder;
};

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

awaitable<std::string> there_and_back(Session session, std::filesystem::path folder) {
    const auto file = folder / "in";
    std::ofstream(file) << "hello";
    co_await Object::objects(session).put("bucket", "key", file);
    co_await Object::objects(session).put("bucket", std::string("a-key-that-does-not-fit-into-") + "a-small-string", file,
                                          {.ContentType = std::string("text/") + "plain"});
    auto object = co_await Object::objects(session).get("bucket", "key");
    co_await object.download(folder / "out");
    co_await object.upload(file);
    const auto head = co_await object.download(folder / "out", {.Range = std::string("bytes=0-") + "99"});
    co_return *head.ETag;
}

awaitable<std::string> in_memory(Session session) {
    std::string text;
    co_await Object::objects(session).put("bucket", "key", Source::of(std::string("a body that is longer than a small string")));
    co_await Object::objects(session).download("bucket", "key", Sink::into(text));
    const auto bytes = co_await Object::objects(session).get_contents("bucket", "key");
    co_return text + std::to_string(bytes.size());
}

// What was named is gone before it is awaited.
awaitable<std::string> stored(Session session, std::string& text) {
    auto work = [&] {
        const Sink sink = Sink::into(text);
        return Object::objects(session).download(std::string("a-bucket-that-does-not-fit-into-a-small-string"), "key", sink);
    }();
    const auto head = co_await std::move(work);
    co_return *head.ETag;
}

}  // namespace

TEST_CASE_METHOD(Storage, "bodies come from files and go into them", "[streams]") {
    CHECK(run(there_and_back(session, folder)) == "\"a-tag-that-does-not-fit-into-a-small-string\"");
    CHECK(text_of(folder / "out") == "hello from there");
}

TEST_CASE_METHOD(Storage, "bodies come from memory and go into it", "[streams]") {
    CHECK(run(in_memory(session)) == "hello from there16");
    std::string text;
    CHECK(run(stored(session, text)) == "\"a-tag-that-does-not-fit-into-a-small-string\"");
    CHECK(text == "hello from there");
}
