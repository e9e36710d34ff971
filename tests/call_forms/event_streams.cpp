// Streams of events, as users write them: each compiler, each optimisation, under AddressSanitizer.
// lint: file of call forms

#include "support/event_messages.hpp"
#include "support/world.hpp"

#include <botocraft/s3/client.hpp>

#include "catch.hpp"

#include <optional>
#include <string>
#include <utility>

using namespace botocraft;

namespace {

const std::string line = "a line that does not fit into a small string\n";

struct Selections : fake::World {
    Selections() {
        transport->on("", [](const fake::Request&) {
            fake::Answer answer = fake::reply(fake::event("Records", line) + fake::event("Cont", "") +
                                              fake::event("Records", line) + fake::event("End", ""));
            answer.piece = 50;
            return answer;
        });
    }
};

std::string text_of(const blob& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

auto select(const s3::Client& client) {
    s3::InputSerialization input;
    input.CompressionType = "NONE";
    const s3::OutputSerialization output;
    return client.select_object_content({.Bucket = "bucket",
                                         .Key = std::string("a-key-that-does-not-fit-into-") + "a-small-string",
                                         .Expression = "SELECT * FROM S3Object",
                                         .ExpressionType = "SQL",
                                         .InputSerialization = input,
                                         .OutputSerialization = output});
}

awaitable<std::string> to_the_end(Session session) {
    std::string text;
    auto events = select(s3::Client(session));
    while (auto event = co_await events.next()) {
        if (event->Records) text += text_of(*event->Records->Payload);
    }
    co_return text;
}
awaitable<std::string> in_one_expression(Session session) {
    const auto event = co_await select(s3::Client(session)).next();
    co_return text_of(*event->Records->Payload);
}
// The event is taken out of the stream before that goes away.
awaitable<s3::SelectObjectContentEventStream> first_of(Session session) {
    auto events = select(s3::Client(session));
    auto event = co_await events.next();
    co_return std::move(*event);
}
awaitable<std::string> response_first(Session session) {
    auto events = select(s3::Client(session));
    const auto response = co_await events.response();
    auto event = co_await events.next();
    co_return text_of(*event->Records->Payload) + (response.Payload ? "?" : "");
}
awaitable<std::string> moved(Session session) {
    auto first = select(s3::Client(session));
    auto event = co_await first.next();
    auto rest = std::move(first);
    std::size_t more = 0;
    while (auto another = co_await rest.next()) ++more;
    co_return text_of(*event->Records->Payload) + std::to_string(more);
}
awaitable<std::string> stored(Session session) {
    auto events = select(s3::Client(session));
    auto next = events.next();
    const auto event = co_await std::move(next);
    co_return text_of(*event->Records->Payload);
}
awaitable<std::string> begun_anew(Session session) {
    std::optional events(select(s3::Client(session)));
    auto event = co_await events->next();
    events.emplace(select(s3::Client(session)));
    event = co_await events->next();
    co_return text_of(*event->Records->Payload);
}

}  // namespace

TEST_CASE_METHOD(Selections, "events are awaited in loops, in expressions, and one by one", "[events]") {
    CHECK(run(to_the_end(session)) == line + line);
    CHECK(run(in_one_expression(session)) == line);
    CHECK(text_of(*run(first_of(session)).Records->Payload) == line);
    CHECK(run(response_first(session)) == line);
    CHECK(run(moved(session)) == line + "3");
    CHECK(run(stored(session)) == line);
    CHECK(run(begun_anew(session)) == line);
}
