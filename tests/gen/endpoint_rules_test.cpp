#include "endpoint_rules.hpp"

#include <boost/json.hpp>

#include "catch.hpp"

using namespace botocraft;

namespace {

gen::CompiledRules compile(std::string_view rules) {
    const std::string text =
        R"({"parameters":{"A":{"type":"string"},"B":{"type":"boolean","required":true,"default":false}},)"
        R"("rules":)" +
        std::string(rules) + '}';
    return gen::compile_endpoint_rules(boost::json::parse(text).as_object());
}

}  // namespace

TEST_CASE("rules that ask the same twice become one question") {
    const auto rules = compile(R"([
        {"type":"tree","conditions":[{"fn":"isSet","argv":[{"ref":"A"}]}],"rules":[
            {"type":"endpoint","conditions":[{"fn":"booleanEquals","argv":[{"ref":"B"},true]},
                                             {"fn":"isSet","argv":[{"ref":"A"}]}],"endpoint":{"url":"https://a.{A}/p"}},
            {"type":"endpoint","conditions":[{"fn":"booleanEquals","argv":[{"ref":"B"},false]}],
             "endpoint":{"url":"https://b.{A}"}},
            {"type":"error","conditions":[],"error":"never"}]},
        {"type":"error","conditions":[],"error":"no A"}])");
    CHECK(rules.nodes.size() == 2);
    CHECK(rules.parameter_index("B") == 1);
    CHECK_FALSE(rules.parameter_index("C"));
}

TEST_CASE("a question whose answer changes nothing is not asked") {
    const auto rules = compile(R"([
        {"type":"error","conditions":[{"fn":"booleanEquals","argv":[{"ref":"B"},true]}],"error":"same"},
        {"type":"error","conditions":[],"error":"same"}])");
    CHECK(rules.nodes.empty());
}

TEST_CASE("what is not understood is refused by name") {
    CHECK_THROWS_WITH(compile(R"([{"type":"error","conditions":[{"fn":"aws.new","argv":[]}],"error":"x"}])"),
                      has_text("unknown function `aws.new`"));
    CHECK_THROWS_WITH(compile(R"([{"type":"error","conditions":[],"error":"{C}"}])"), has_text("`C`"));
    CHECK_THROWS_WITH(compile(R"([{"type":"error","conditions":[],"error":"{A"}])"), has_text("unclosed"));
    CHECK_THROWS_WITH(compile(R"([{"type":"endpoint","endpoint":{"url":"https://a",
                                   "properties":{"authSchemes":[{"name":"sigv9"}]}}}])"),
                      has_text("`sigv9`"));
    CHECK_THROWS_WITH(gen::compile_partitions(boost::json::parse(R"({"partitions":[{"id":"x","regionRegex":"^x.*$",
        "regions":{},"outputs":{"dnsSuffix":"a","dualStackDnsSuffix":"b","implicitGlobalRegion":"c","supportsFIPS":true,
        "supportsDualStack":true}}]})")
                                                  .as_object()),
                      has_text("`^x.*$`"));
}

TEST_CASE("the C++ of rules and partitions is constants alone") {
    const auto rules = compile(R"([{"type":"error","conditions":[],"error":"say \"no\"\n"}])");
    CHECK(gen::emit_endpoint_rules(rules, "ecs_rules") ==
          R"text(constexpr ::botocraft::endpoint::ParameterRow ecs_rules_parameters[] = {
    {{0,1},0,0,0,0,0,{0,0}}, {{1,1},1,0,1,1,0,{0,0}},
};
constexpr ::botocraft::endpoint::Expression ecs_rules_expressions[] = {
    {1,0,2,9,0},
};
constexpr ::std::uint16_t ecs_rules_pieces[] = {
    0,
};
constexpr ::botocraft::endpoint::Result ecs_rules_results[] = {
    {3,{0,0},{0,0},{0,0},{0,0},{0,0},{0,0}}, {0,{0,0},{0,1},{0,0},{0,0},{0,0},{0,0}},
};
constexpr char ecs_rules_pool[] =
    "ABsay \"no\"\012";
constexpr ::botocraft::endpoint::RuleSet ecs_rules{
    ecs_rules_parameters, ecs_rules_expressions, ecs_rules_pieces, {}, ecs_rules_results, {}, {}, {ecs_rules_pool, 11}, 32769};
)text");
    const auto partitions = gen::compile_partitions(boost::json::parse(R"({"partitions":[{"id":"x",
        "regionRegex":"^(x|y)\\-\\w+\\-\\d+$","regions":{"x-a-1":{},"global":{}},"outputs":{"dnsSuffix":"a.b",
        "dualStackDnsSuffix":"c","implicitGlobalRegion":"x-a-1","supportsFIPS":true,"supportsDualStack":false}}]})")
                                                        .as_object());
    REQUIRE(partitions.rows.size() == 1);
    CHECK(partitions.rows[0].irregular == 1);
    const auto view = partitions.view();
    CHECK(view.text(view.texts[partitions.rows[0].prefixes.first]) == "x-");
    CHECK(view.text(view.texts[partitions.rows[0].regions.first]) == "global");
    CHECK(gen::emit_partitions(partitions, "all").find("constexpr ::botocraft::endpoint::Partitions all{") !=
          std::string::npos);
}
