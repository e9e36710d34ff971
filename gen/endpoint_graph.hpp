#pragma once
// Turns nested endpoint rules into a graph of decisions that asks no question twice on any way through it.

#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "endpoint/tables.hpp"

namespace botocraft::gen {

// A condition of a rule: an expression that must hold, or must not.
struct RuleCondition {
    std::uint16_t expression;
    bool wanted;
};

// A rule: nested rules, or the row of its result.
struct Rule {
    std::vector<RuleCondition> conditions;
    std::vector<Rule> rules;
    bool is_tree = false;
    std::uint16_t result = 0;
};

class EndpointGraph {
  public:
    // `no_match` is the row of the result for parameters that no rule speaks of.
    EndpointGraph(const std::vector<endpoint::Expression>& expressions, std::uint16_t no_match)
        : expressions_(expressions), no_match_(no_match) {}

    // The target that stands for all the rules; `nodes()` is complete after it.
    [[nodiscard]] std::uint16_t build(const std::vector<Rule>& rules);

    [[nodiscard]] const std::vector<endpoint::Node>& nodes() const noexcept { return nodes_; }

  private:
    // What is known on the way to a rule: conditions that were asked for, and their answers.
    using Facts = std::map<std::uint16_t, bool>;
    using Subjects = std::set<std::uint16_t>;
    struct Place {
        const std::vector<Rule>* rules;
        std::size_t rule;
        std::size_t condition;
        auto operator<=>(const Place&) const = default;
    };

    [[nodiscard]] std::uint16_t build(Place place, const Facts& facts);
    [[nodiscard]] std::uint16_t build_here(Place place, const Facts& facts);
    [[nodiscard]] std::uint16_t node(std::uint16_t condition, std::uint16_t yes, std::uint16_t no);
    [[nodiscard]] int answer(std::uint16_t condition, const Facts& facts) const;
    [[nodiscard]] std::uint16_t subject(std::uint16_t expression) const;
    [[nodiscard]] const Subjects& subjects_from(const std::vector<Rule>& rules, std::size_t first);
    void drop_unreachable(std::uint16_t& start);

    const std::vector<endpoint::Expression>& expressions_;
    std::uint16_t no_match_;
    std::vector<endpoint::Node> nodes_;
    std::map<std::tuple<std::uint16_t, std::uint16_t, std::uint16_t>, std::uint16_t> known_nodes_;
    std::map<std::pair<Place, std::vector<std::pair<std::uint16_t, bool>>>, std::uint16_t> built_;
    std::map<std::pair<const std::vector<Rule>*, std::size_t>, Subjects> subjects_;
};

}  // namespace botocraft::gen
