#pragma once
// Compiles a service's endpoint rule set, and the list of partitions, into the tables of src/endpoint/tables.hpp.

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "endpoint/tables.hpp"

namespace botocraft::gen {

// The tables of one service, in memory. `view()` is what the library's engine takes.
struct CompiledRules {
    std::vector<endpoint::ParameterRow> parameters;
    std::vector<endpoint::Expression> expressions;
    std::vector<std::uint16_t> pieces;
    std::vector<endpoint::Node> nodes;
    std::vector<endpoint::Result> results;
    std::vector<endpoint::AuthRow> auth;
    std::vector<endpoint::NamedRow> named;
    std::string pool;
    std::uint16_t start = 0;

    [[nodiscard]] endpoint::RuleSet view() const noexcept;

    // For the context parameters of operations, which are told by index.
    [[nodiscard]] std::optional<std::size_t> parameter_index(std::string_view name) const noexcept;

    // Whether the rules look at that parameter at all.
    [[nodiscard]] bool reads(std::size_t parameter) const noexcept;
};

struct CompiledPartitions {
    std::vector<endpoint::PartitionRow> rows;
    std::vector<endpoint::Text> texts;
    std::string pool;

    [[nodiscard]] endpoint::Partitions view() const noexcept;
};

// `rule_set` is botocore's endpoint-rule-set-1.json. Throws std::runtime_error that names what is not understood.
[[nodiscard]] CompiledRules compile_endpoint_rules(const boost::json::object& rule_set);

// `partitions` is botocore's partitions.json.
[[nodiscard]] CompiledPartitions compile_partitions(const boost::json::object& partitions);

// C++ that defines a constant `name` of type endpoint::RuleSet or endpoint::Partitions and the arrays it refers to, to
// be put into any namespace of a file that includes "endpoint/tables.hpp". Nothing in it runs at start-up.
[[nodiscard]] std::string emit_endpoint_rules(const CompiledRules& rules, std::string_view name);
[[nodiscard]] std::string emit_partitions(const CompiledPartitions& partitions, std::string_view name);

}  // namespace botocraft::gen
