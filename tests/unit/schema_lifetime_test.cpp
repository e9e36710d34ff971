// What memory that runs out leaves behind: no leak, and nothing half-done.

#include "catch.hpp"
#include "sample_service.hpp"

#include "protocol/json.hpp"
#include "schema/lifetime.hpp"

#include <cstdlib>
#include <new>

namespace {

// The allocation that fails, counted from now; none while it is zero.
std::size_t failing = 0;

struct OutOfMemory {
    explicit OutOfMemory(std::size_t at) noexcept { failing = at; }
    ~OutOfMemory() { failing = 0; }
};

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
    if (failing != 0 && --failing == 0) throw std::bad_alloc();
    if (void* const memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using sample::Everything;
using sample::Node;

constexpr const char* long_text = "a text that needs an allocation of its own";

Everything everything() {
    Everything value{.text = long_text, .data = botocraft::blob(40), .any = botocraft::document(long_text)};
    value.node = Node{.name = long_text, .children = {Node{.name = long_text}, Node{.next = Node{.name = long_text}}}};
    value.strings = {long_text, long_text};
    value.groups = {{long_text, {long_text}}, {"b", {}}};
    value.counters = {{{long_text, 1}}};
    value.sparseNodes = {Node{.name = long_text}, botocraft::null};
    value.sparseMap = {{long_text, long_text}, {"n", botocraft::null}};
    return value;
}

// Runs `work` with every one of its allocations failing in turn, until it has enough.
template <class Work, class Check>
std::size_t fail_each_allocation(Work&& work, Check&& check) {
    for (std::size_t at = 1;; ++at) {
        bool done = false;
        try {
            const OutOfMemory out_of_memory(at);
            work();
            done = true;
        } catch (const std::bad_alloc&) {
        }
        check();
        if (done) return at;
    }
}

}  // namespace

TEST_CASE("a copy that fails leaves nothing behind") {
    const Everything original = everything();
    const auto tries = fail_each_allocation([&] { const Everything copy = original; }, [] {});
    CHECK(tries > 20);
    Everything target{.text = "old"};
    fail_each_allocation([&] { auto copy = original; target = std::move(copy); },
                         [&] { CHECK((target.text == "old" || target == original)); });
    CHECK(target == original);
}

TEST_CASE("appending either happens or does not") {
    botocraft::list<Node> list{Node{.name = "a"}};
    const Node added{.name = long_text};
    fail_each_allocation([&] { list.push_back(added); },
                         [&] { CHECK((list[0].name == "a" && (list.size() == 1 || list[1].name == long_text))); });
    botocraft::map<Node> map;
    fail_each_allocation([&] { map[long_text].weight = 1; },
                         [&] { CHECK((map.empty() || map.at(long_text).weight == 1)); });
    CHECK(map.size() == 1);
}

TEST_CASE("containers made from values that fail leave nothing behind") {
    const std::vector<std::string> texts(5, long_text);
    fail_each_allocation([&] { const botocraft::list<std::string> list(texts); }, [] {});
    fail_each_allocation([&] { const botocraft::list<std::string> list{long_text, long_text}; }, [] {});
    fail_each_allocation([&] { const botocraft::map<std::string> map{{long_text, long_text}, {"b", "c"}}; }, [] {});
    const Node node{.name = long_text, .next = Node{.name = long_text}};
    fail_each_allocation([&] { const botocraft::box<Node> box(node); }, [] {});
}

TEST_CASE("a decoder that runs out of memory leaves all members absent") {
    std::string text;
    const Everything original = everything();
    botocraft::protocol::json::encode(Everything::shape_, &original, text, {.nulls = true});
    text.replace(text.find(R"(,"any":)") + 7, std::string_view(long_text).size(), "[1]");
    Everything value;
    fail_each_allocation(
        [&] {
            value = {};
            botocraft::protocol::json::decode(Everything::shape_, text, &value);
        },
        [&] { CHECK((value == Everything{} || value.strings == original.strings)); });
    CHECK(value.groups.at(long_text) == original.groups.at(long_text));
    CHECK((value.groups.at("b").has_value() && value.groups.at("b").empty()));  // a list that was absent in its map
}
