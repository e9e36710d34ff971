#include "catch.hpp"
#include "sample_service.hpp"

#include "schema/transfer.hpp"

#include <algorithm>
#include <array>
#include <ranges>
#include <sstream>
#include <type_traits>

using botocraft::box;
using botocraft::field;
using botocraft::list;
using botocraft::map;
using sample::Everything;
using sample::Node;
using sample::Tag;
using sample::Thing;

static_assert(std::is_aggregate_v<Everything> && std::is_nothrow_move_constructible_v<Everything>);
static_assert(std::is_nothrow_move_assignable_v<Everything> && std::is_copy_constructible_v<Thing>);
static_assert(std::ranges::contiguous_range<list<Tag>> && std::ranges::contiguous_range<map<Tag>>);
static_assert(sizeof(list<Tag>) == 16 && sizeof(map<Tag>) == 16 && sizeof(box<Tag>) == sizeof(void*));

namespace {

// Longer than what a string holds in itself, so that a wrong move shows.
std::string text(int i) { return std::string("a text that is longer than fifteen bytes ").append(std::to_string(i)); }

list<Tag> tags(int count) {
    list<Tag> made;
    for (int i = 0; i < count; ++i) made.push_back({.key = text(i), .value = std::string("v").append(std::to_string(i))});
    return made;
}

}  // namespace

TEST_CASE("a field is absent, null or present") {
    field<std::int32_t> number;
    CHECK(number.is_absent());
    number = 5;
    CHECK((number == 5 && number > 4 && number != 6 && number.has_value()));
    number = botocraft::null;
    CHECK((number.is_null() && number == botocraft::null && number != std::nullopt && !number));
    CHECK_THROWS_AS(number.value(), std::bad_optional_access);
    number = std::optional<std::int32_t>(7);
    CHECK(std::optional<std::int32_t>(number) == 7);
    number = {};
    CHECK(number.is_absent());
    field<std::string> name = "abc";
    CHECK((name == "abc" && name == std::string_view("abc") && name->size() == 3));
    name = std::nullopt;
    CHECK(name.value_or("none") == "none");
    field<std::string> other = name;
    CHECK(other == name);
    name = text(1);
    other = name;
    name = std::move(other);
    CHECK(name == text(1));
}

TEST_CASE("a list behaves like a vector") {
    list<Tag> list = tags(20);
    CHECK(list.size() == 20);
    CHECK(list.capacity() >= 20);
    CHECK(list.front().key == text(0));
    CHECK(list.back().key == text(19));
    CHECK(list.at(3).value == "v3");
    CHECK_THROWS_AS(list.at(20), std::out_of_range);

    auto copy = list;
    CHECK(copy == list);
    copy[7].value = "changed";
    CHECK(copy != list);
    const Tag* const storage = copy.data();
    auto moved = std::move(copy);
    CHECK(moved.data() == storage);
    CHECK((copy.is_absent() && copy.empty()));  // NOLINT: says what is left behind
    copy = moved;
    CHECK(copy == moved);
    copy = *&copy;
    CHECK(copy == moved);
    copy = std::move(*&copy);
    CHECK(copy == moved);
    swap(copy, list);
    CHECK(list == moved);

    CHECK(list.erase(list.begin() + 2, list.begin() + 5)->key == text(5));
    CHECK(list.size() == 17);
    const Tag* const behind = list.erase(list.begin() + 16);
    CHECK(behind == list.end());
    CHECK(list.back().key == text(18));
    CHECK(list.erase(list.begin(), list.begin()) == list.begin());
    list.insert(list.begin() + 1, Tag{.key = "new"});
    CHECK((list[0].key == text(0) && list[1].key == "new" && list[2].key == text(1) && list.size() == 17));
    list.insert(list.end(), list[0]);
    CHECK((list.back().key == text(0)));
    const std::array more{Tag{.key = "x"}, Tag{.key = "y"}};
    list.insert(list.begin(), more.begin(), more.end());
    CHECK((list[0].key == "x" && list[1].key == "y" && list[2].key == text(0)));
    for (int i = 0; i < 100; ++i) list.push_back(list[static_cast<std::size_t>(i)]);  // of its own elements
    CHECK(list.back().key == list[99].key);
    list.resize(3);
    CHECK(list.size() == 3);
    list.resize(5);
    CHECK(list[4] == Tag{});
    list.pop_back();
    list.clear();
    CHECK((list.has_value() && list.empty()));
    list.reset();
    CHECK(list.is_absent());
    CHECK_THROWS_AS(list.reserve(std::size_t{1} << 40), std::length_error);
    list = {Tag{.key = "a"}, Tag{.key = "b"}};
    CHECK(list.size() == 2);
    list = botocraft::null;
    CHECK(list.is_null());
    CHECK(list != botocraft::list<Tag>{});
}

TEST_CASE("lists convert and work with ranges") {
    const list<std::string> names{"b", "c", "a"};
    const auto vector = static_cast<std::vector<std::string>>(names);
    CHECK(vector == std::vector<std::string>{"b", "c", "a"});
    CHECK(list<std::string>(vector) == names);
    CHECK(std::ranges::max(names) == "c");
    auto sorted = names;
    std::ranges::sort(sorted);
    CHECK(sorted == list<std::string>{"a", "b", "c"});
    auto many = tags(10);
    std::ranges::reverse(many);
    CHECK(many.front().key == text(9));
    std::ranges::sort(many, {}, [](const Tag& tag) { return *tag.key; });
    CHECK(many == tags(10));
    auto odd = many | std::views::filter([](const Tag& tag) { return tag.value == "v3"; });
    CHECK(std::ranges::distance(odd) == 1);
    const auto numbers = std::views::iota(0, 5);
    CHECK(list<std::int32_t>(numbers.begin(), numbers.end()) == list<std::int32_t>{0, 1, 2, 3, 4});
    std::istringstream words("x y z");
    CHECK(list<std::string>(std::istream_iterator<std::string>(words), std::istream_iterator<std::string>()).size() == 3);
}

TEST_CASE("containers nest") {
    list<list<std::int32_t>> matrix{{1, 2}, {}, {3}};
    matrix.emplace_back().push_back(4);
    CHECK(matrix == list<list<std::int32_t>>{{1, 2}, {}, {3}, {4}});
    map<list<std::string>> groups;
    groups["b"].push_back(text(1));
    groups["a"] = {"x", "y"};
    auto copy = groups;
    CHECK(copy == groups);
    copy["a"][0] = "z";
    CHECK(copy != groups);
    list<box<Node>> boxes{Node{.name = "n"}, botocraft::null, std::nullopt};
    auto more = boxes;
    CHECK((more == boxes && more[1].is_null() && more[2].is_absent() && more[0]->name == "n"));
    more.erase(more.begin());
    CHECK(more[0].is_null());
    list<map<field<std::string>>> deep{{{"a", "b"}, {"c", botocraft::null}}, {}};
    const auto same = deep;
    CHECK(same == deep);
}

TEST_CASE("a map is sorted by key") {
    map<Tag> map{{"c", {.key = "3"}}, {"a", {.key = "1"}}, {"b", {.key = "2"}}, {"a", {.key = "4"}}};
    CHECK(map.size() == 3);
    CHECK(std::ranges::is_sorted(map, {}, [](const auto& entry) { return entry.key; }));
    CHECK(map.at("a").key == "4");
    CHECK_THROWS_AS(map.at("d"), std::out_of_range);
    CHECK((map.contains("b") && !map.contains("")));
    CHECK((map.find("b")->value.key == "2" && map.find("bb") == map.end()));
    map.insert_or_assign("b", {.key = "5"});
    CHECK(map.at("b").key == "5");
    CHECK((map.erase("a") && !map.erase("a") && map.size() == 2));
    auto copy = map;
    CHECK(copy == map);
    for (int i = 0; i < 100; ++i) copy[text(i * 37 % 100)].value = text(i);
    CHECK(copy.size() == 102);
    CHECK(copy.at(text(37)).value == text(1));
    for (auto& [key, value] : copy) value.key = key;
    CHECK(copy.find(text(5))->value.key == text(5));
    copy[copy.begin()->key] = {};  // a key within the map
    copy = std::move(map);
    CHECK(copy.size() == 2);
    copy.clear();
    CHECK((copy.has_value() && copy.empty()));
    copy.reset();
    CHECK(copy.is_absent());
}

TEST_CASE("a box owns and copies its structure") {
    Node root{.name = text(0), .next = Node{.name = text(1), .next = Node{.name = text(2)}}};
    const box<Node> copy = root.next;
    root.next->next->name = "changed";
    CHECK(copy->next->name == text(2));
    CHECK(copy != root.next);
    root.next = copy;
    CHECK(copy == root.next);
    root.next = *root.next->next;  // out of what is replaced
    CHECK(root.next->name == text(2));
    root.next.emplace().weight = 1;
    CHECK((root.next->weight == 1 && root.next->name.is_absent()));
    root.next = botocraft::null;
    CHECK((root.next.is_null() && !root.next));
    CHECK_THROWS_AS(root.next.value(), std::bad_optional_access);
    root.next = {};
    CHECK(root.next.is_absent());
}

TEST_CASE("structures are equal when all their members are, whatever their state") {
    Thing thing{.name = "t", .count = 1, .tags = tags(3), .nodes = {Node{.children = {Node{.weight = 2}}}}};
    Thing copy = thing;
    CHECK(copy == thing);
    copy.nodes[0].children[0].weight = 3;
    CHECK(copy != thing);
    copy = thing;
    copy.tags.clear();
    CHECK(copy != thing);
    list<Thing> things{thing, copy};
    for (int i = 0; i < 10; ++i) things.push_back(thing);
    CHECK((things[0] == thing && things[1] == copy && things[11] == thing));
}

TEST_CASE("structures print without their secrets") {
    Everything value{.flag = true, .text = "a\"b", .data = botocraft::blob(3), .tags = {{.key = "k", .value = "v"}}};
    value.secret = sample::Secret{.user = "me", .token = "hush", .pin = 4711};
    value.labels = {{"a", "1"}};
    value.secrets = {"hush"};
    value.status = botocraft::null;
    value.time = botocraft::timestamp(std::chrono::milliseconds(1515531081123));
    const std::string printed = botocraft::to_string(value);
    CHECK(printed == R"(Everything{flag: true, text: "a\"b", status: null, time: 2018-01-09T20:51:21.123Z, )"
                     R"(data: <3 bytes>, secret: {user: "me", token: ***, pin: ***}, tags: [{key: "k", value: "v"}], )"
                     R"(labels: {"a": "1"}, secrets: [***]})");
    std::ostringstream out;
    out << value;
    CHECK(out.str() == printed);
    CHECK(botocraft::to_string(Thing{}) == "Thing{}");
    CHECK(botocraft::to_string(Everything{.matrix = {{}, {1}}, .sparseNodes = {std::nullopt, botocraft::null}}) ==
          "Everything{matrix: [[], [1]], sparseNodes: [null, null]}");
}

TEST_CASE("a list that takes in page after page is moved a few times, not once for each") {
    list<Tag> all;
    std::size_t moves = 0;
    for (int i = 0; i < 1000; ++i) {
        list<Tag> page = tags(3);
        const Tag* const before = all.data();
        botocraft::schema::take_all(all.raw(), page.raw(), botocraft::detail::type_of<Tag>);
        moves += all.data() != before ? 1 : 0;
        CHECK(page.empty());
    }
    CHECK(all.size() == 3000);
    CHECK(all.back() == tags(3).back());
    CHECK(moves < 20);
}
