#include "catch.hpp"
#include "sample_service.hpp"

#include "schema/path.hpp"
#include "schema/project.hpp"

namespace schema = botocraft::schema;
using sample::Everything;
using sample::Node;
using schema::Absent;
using schema::Null;
using schema::Path;
using schema::Value;

namespace {

Value read(const Everything& value, std::string_view path) {
    const auto parsed = Path::parse(Everything::shape_, path);
    REQUIRE(parsed);
    return parsed->read(&value);
}
std::vector<Value> read_all(const Everything& value, std::string_view path) {
    std::vector<Value> values;
    const auto parsed = Path::parse(Everything::shape_, path);
    REQUIRE(parsed);
    parsed->read_all(&value, values);
    return values;
}
bool is(const Value& value, std::string_view text) { return value == Value(text); }

}  // namespace

TEST_CASE("paths read what they name") {
    Everything value{.flag = true, .integer = 5, .real = 1.5, .text = "t"};
    value.status = botocraft::null;
    value.node = Node{.name = "root", .next = Node{.name = "next"}, .children = {Node{.name = "a"}, Node{.name = "b"}}};
    value.node->named["x.y"].weight = 7;
    value.tags = {{.key = "Team", .value = "pay"}, {.key = "a.b", .value = "dots"}, {.key = "none"}};
    value.labels = {{"env", "prod"}};
    value.matrix = {{1, 2}, {3}};
    value.sparseStrings = {botocraft::null, "s"};
    value.time = botocraft::timestamp(std::chrono::seconds(5));

    CHECK(read(value, "flag") == Value(true));
    CHECK(read(value, "integer") == Value(std::int64_t{5}));
    CHECK(read(value, "real") == Value(1.5));
    CHECK(read(value, "time") == Value(botocraft::timestamp(std::chrono::seconds(5))));
    CHECK(read(value, "status") == Value(Null{}));
    CHECK(read(value, "single") == Value(Absent{}));
    CHECK(is(read(value, "node.next.name"), "next"));
    CHECK(is(read(value, "node__next__name"), "next"));
    CHECK(read(value, "node.next.next.name") == Value(Absent{}));
    CHECK(is(read(value, "node.children[1].name"), "b"));
    CHECK(is(read(value, "node__children__1__name"), "b"));
    CHECK(is(read(value, "node.children[-1].name"), "b"));
    CHECK(read(value, "node.children[2].name") == Value(Absent{}));
    CHECK(read(value, "node.children[-3].name") == Value(Absent{}));
    CHECK(read(value, R"(node.named["x.y"].weight)") == Value(std::int64_t{7}));
    CHECK(is(read(value, "tags__Team"), "pay"));
    CHECK(is(read(value, R"(tags["a.b"])"), "dots"));
    CHECK(is(read(value, "tags['a.b']"), "dots"));
    CHECK(is(read(value, "labels['env']"), "prod"));
    CHECK(read(value, "tags.none") == Value(Absent{}));
    CHECK(read(value, "tags.other") == Value(Absent{}));
    CHECK(is(read(value, "tags[0].key"), "Team"));
    CHECK(is(read(value, "labels.env"), "prod"));
    CHECK(read(value, "matrix[1][0]") == Value(std::int64_t{3}));
    CHECK(read(value, "sparseStrings[0]") == Value(Null{}));
    CHECK(std::get<schema::ConstPlace>(read(value, "node")).kind() == schema::Kind::structure);

    const auto names = read_all(value, "node.children.name");
    REQUIRE(names.size() == 2);
    CHECK((is(names[0], "a") && is(names[1], "b")));
    CHECK(read_all(value, "tags[].value").size() == 3);
    CHECK(read_all(value, "matrix[][]").size() == 3);
    CHECK(read_all(value, "numbers[]").empty());
    CHECK(Path::parse(Everything::shape_, "node.children.name")->has_several());
    CHECK_FALSE(Path::parse(Everything::shape_, "tags.Team")->has_several());
    CHECK(Path::parse(Everything::shape_, "tags.Team")->row().kind == schema::Kind::string);
}

TEST_CASE("a wrong path says what would be right") {
    const auto error = [](std::string_view path) { return schema::check_path(Everything::shape_, path); };
    CHECK(error("node.children[0].name").empty());
    CHECK(error("intger") == "Everything has no member intger; did you mean integer?");
    CHECK(error("Labels") == "Everything has no member Labels; did you mean labels?");
    CHECK(error("node.nam") == "Node has no member nam; did you mean name?");
    CHECK(error("qqqqqqqqqq").starts_with("Everything has no member qqqqqqqqqq; it has "));
    CHECK(error("node.qqqqqqqqqq") == "Node has no member qqqqqqqqqq; it has name, weight, next, children, named");
    CHECK(error("text.size") == "text has no members, hence no size");
    CHECK(error("integer[0]") == "integer is no list");
    CHECK(error("node.children[0") == "a [ is never closed");
    CHECK(error("labels[\"a") == "a [\" is never closed");
    CHECK(error("labels['a\"]") == "a [' is never closed");
    CHECK(error("node..name") == "the path has an empty step");
    CHECK(error("node.") == "the path has an empty step");
    CHECK(error("") == "an empty path names no member");
    CHECK(error("numbers[x]") == "no index: x");
    CHECK(error("numbers[0]x") == "expected . or [ before x");
    CHECK(schema::check_path(sample::Thing::shape_, "state_").starts_with("Thing has no member state_"));
}

TEST_CASE("structures take from others what both have") {
    Node node{.name = "n", .weight = 5, .next = Node{.name = "m", .weight = 6, .next = botocraft::null}};
    node.named["k"].weight = 7;
    sample::Summary summary{.extra = "kept"};
    schema::project(Node::shape_, &node, sample::Summary::shape_, &summary);
    CHECK(summary.name == "n");
    CHECK(summary.weight.is_absent());
    CHECK(summary.next->name == "m");
    CHECK(summary.next->next.is_null());
    CHECK(summary.named == node.named);
    CHECK(summary.extra == "kept");

    sample::Thing thing{.name = "t", .tags = {{.key = "a"}}, .nodes = {}};
    thing.labels.clear();
    Everything everything{.tags = {{.key = "old"}, {.key = "older"}}};
    schema::project(sample::Thing::shape_, &thing, Everything::shape_, &everything);
    CHECK(everything.tags == thing.tags);
    CHECK((everything.labels.has_value() && everything.labels.empty()));
    CHECK(everything.text.is_absent());

    sample::Thing again;
    schema::project(sample::Thing::shape_, &thing, sample::Thing::shape_, &again);
    CHECK(again == thing);
}

TEST_CASE("a difference is the members that differ") {
    const sample::Thing a{.name = "t", .count = 1, .tags = {{.key = "a"}}};
    sample::Thing b = a;
    CHECK(schema::diff(sample::Thing::shape_, &a, &b).empty());
    b.count = 2;
    b.tags[0].key = "b";
    const auto different = schema::diff(sample::Thing::shape_, &a, &b);
    REQUIRE(different.size() == 2);
    CHECK(sample::schema.name(*different[0]) == "count");
    CHECK(sample::schema.name(*different[1]) == "tags");
}
