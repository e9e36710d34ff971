// Where parameters of the endpoint rules stand in an operation's input: the part of JMESPath that Smithy allows there.

#include "endpoint/input_path.hpp"
#include "runtime/input_values.hpp"

#include <botocraft/ecs/requests.hpp>

#include "catch.hpp"

#include <string>
#include <string_view>
#include <vector>

using namespace botocraft;
using endpoint::InputPath;

namespace {

ecs::RegisterTaskDefinitionRequest task() {
    ecs::RegisterTaskDefinitionRequest input{.family = "web"};
    input.containerDefinitions = {{.name = "front", .image = "nginx"}, {.name = "back"}, {.image = "redis"}};
    input.containerDefinitions[0].dockerLabels["team"] = "pay";
    input.containerDefinitions[0].dockerLabels["stage"] = "prod";
    input.containerDefinitions[0].command = {"a", "b"};
    input.containerDefinitions[1].command = {"c"};
    input.runtimePlatform.emplace().cpuArchitecture = "ARM64";
    return input;
}

detail::InputValue value_at(std::string_view text, const ecs::RegisterTaskDefinitionRequest& input) {
    const auto path = InputPath::parse(text);
    REQUIRE(path);
    return detail::read_input(*path, ecs::RegisterTaskDefinitionRequest::shape_, &input);
}

std::vector<std::string> texts_at(std::string_view text) {
    const ecs::RegisterTaskDefinitionRequest input = task();
    std::vector<std::string> found;
    for (const std::string_view one : value_at(text, input).texts()) found.emplace_back(one);
    return found;
}

std::string text_at(std::string_view text) {
    const ecs::RegisterTaskDefinitionRequest input = task();
    return std::string(value_at(text, input).text());
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a path of names leads to one value") {
    CHECK(text_at("family") == "web");
    CHECK(text_at("\"family\"") == "web");
    CHECK(text_at("runtimePlatform.cpuArchitecture") == "ARM64");
    const ecs::RegisterTaskDefinitionRequest input = task();
    for (const char* const nothing : {"taskRoleArn", "runtimePlatform.operatingSystemFamily", "nosuch", "family.more",
                                      "nosuch.more", "volumes[*].name[]"}) {
        INFO(nothing);
        CHECK(value_at(nothing, input).texts().empty());
        CHECK(value_at(nothing, input).text().data() == nullptr);
    }
    CHECK(value_at("taskRoleArn", input).is_null());
}

TEST_CASE("projections go through lists and maps, and leave out what is not there") {
    CHECK(texts_at("containerDefinitions[*].name") == Texts{"front", "back"});
    CHECK(texts_at("containerDefinitions[].image") == Texts{"nginx", "redis"});
    const ecs::RegisterTaskDefinitionRequest input = task();
    CHECK(value_at("containerDefinitions[*].image", input).list->size() == 2);
    CHECK(value_at("[family, taskRoleArn]", input).list->size() == 2);  // here they stay
    CHECK(texts_at("containerDefinitions[*].command[]") == Texts{"a", "b", "c"});
    CHECK(texts_at("containerDefinitions[*].command").empty());  // a list of lists
    CHECK(texts_at("containerDefinitions[*].dockerLabels.*[]") == Texts{"prod", "pay"});
    CHECK(texts_at("containerDefinitions[*].dockerLabels.team") == Texts{"pay"});
    CHECK(texts_at("runtimePlatform.*") == Texts{"ARM64"});
    CHECK(texts_at("family[*]").empty());
    CHECK(texts_at("runtimePlatform[]").empty());
}

TEST_CASE("lists of several paths, and the keys of a map") {
    CHECK(texts_at("[family, runtimePlatform.cpuArchitecture, taskRoleArn]") == Texts{"web", "ARM64"});
    CHECK(texts_at("containerDefinitions[*].[name, image][]") == Texts{"front", "nginx", "back", "redis"});
    CHECK(texts_at("containerDefinitions[*].keys(dockerLabels)[]") == Texts{"stage", "team"});
    CHECK(texts_at("containerDefinitions[*].dockerLabels.keys(@)[]") == Texts{"stage", "team"});
    CHECK(texts_at("keys(family)").empty());
}

TEST_CASE("what is no such path is told") {
    for (const char* const wrong : {"", " ", ".", "a.", ".a", "a..b", "a[0]", "a[", "a]", "[a", "[]b", "a b", "a | b", "keys(a",
                                    "keys()", "length(a)", "a.[b,]", "\"a", "a && b", "a[?b]", "1", "a.keys", "`1`"}) {
        INFO(wrong);
        const auto path = InputPath::parse(wrong);
        CHECK(path.has_value() == (std::string_view(wrong) == "a.keys"));  // `keys` alone is a name
    }
    const std::string deep = std::string(200, '[') + "a" + std::string(200, ']');
    CHECK(InputPath::parse(deep));
}
