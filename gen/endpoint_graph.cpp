#include "endpoint_graph.hpp"

#include <stdexcept>

namespace botocraft::gen {

namespace {

using endpoint::Expression;
using endpoint::Node;
using endpoint::Op;

Op op_of(const Expression& expression) {
    return static_cast<Op>(expression.op);
}

}  // namespace

std::uint16_t EndpointGraph::build(const std::vector<Rule>& rules) {
    std::uint16_t start = build(Place{&rules, 0, 0}, {});
    drop_unreachable(start);
    return start;
}

// Two ways that lead to the same place share what follows, if what they know makes no difference there.
std::uint16_t EndpointGraph::build(Place place, const Facts& facts) {
    const Subjects& of_interest = subjects_from(*place.rules, place.rule);
    Facts relevant;
    for (const auto& fact : facts) {
        if (of_interest.contains(subject(fact.first))) relevant.insert(fact);
    }
    auto key = std::pair(place, std::vector<std::pair<std::uint16_t, bool>>(relevant.begin(), relevant.end()));
    if (const auto found = built_.find(key); found != built_.end()) return found->second;
    const auto target = build_here(place, relevant);
    built_.emplace(std::move(key), target);
    return target;
}

std::uint16_t EndpointGraph::build_here(Place place, const Facts& facts) {
    if (place.rule == place.rules->size()) return no_match_ | Node::is_result;
    const Rule& rule = (*place.rules)[place.rule];
    if (place.condition == rule.conditions.size()) {
        if (!rule.is_tree) return rule.result | Node::is_result;
        return build(Place{&rule.rules, 0, 0}, facts);  // a tree that was entered is never left again
    }
    const RuleCondition& condition = rule.conditions[place.condition];
    const Place met{place.rules, place.rule, place.condition + 1};
    const Place missed{place.rules, place.rule + 1, 0};
    if (const int known = answer(condition.expression, facts); known >= 0)
        return build((known == 1) == condition.wanted ? met : missed, facts);
    Facts if_yes = facts;
    if_yes[condition.expression] = true;
    Facts if_no = facts;
    if_no[condition.expression] = false;
    const auto yes = build(condition.wanted ? met : missed, if_yes);
    const auto no = build(condition.wanted ? missed : met, if_no);
    return node(condition.expression, yes, no);
}

std::uint16_t EndpointGraph::node(std::uint16_t condition, std::uint16_t yes, std::uint16_t no) {
    if (yes == no) return yes;
    // what is asked next is answered with no for something that is not there: then that need not be asked first
    if (op_of(expressions_[condition]) == Op::is_set && !(yes & Node::is_result) && nodes_[yes].no == no) {
        const auto next = nodes_[yes].condition;
        const Expression& asked = expressions_[next];
        const auto subject_of_next = op_of(asked) == Op::string_equals ? asked.a : next;
        if (subject_of_next == expressions_[condition].a) return yes;
    }
    const auto [found, is_new] =
        known_nodes_.try_emplace({condition, yes, no}, static_cast<std::uint16_t>(nodes_.size()));
    if (!is_new) return found->second;
    if (nodes_.size() >= Node::is_result)
        throw std::runtime_error("endpoint rules: more decisions than a table can hold");
    nodes_.push_back(Node{condition, yes, no});
    return found->second;
}

// 1: yes, 0: no, -1: has to be asked.
int EndpointGraph::answer(std::uint16_t condition, const Facts& facts) const {
    if (const auto fact = facts.find(condition); fact != facts.end()) return fact->second ? 1 : 0;
    const Expression& asked = expressions_[condition];
    if (op_of(asked) == Op::boolean) return asked.detail;
    for (const auto& [other, holds] : facts) {
        const Expression& known = expressions_[other];
        const bool known_set = op_of(known) == Op::is_set;
        switch (op_of(asked)) {
            case Op::string_equals:  // a text that is one thing is no other
                if (holds && op_of(known) == Op::string_equals && known.a == asked.a &&
                    op_of(expressions_[known.b]) == Op::literal && op_of(expressions_[asked.b]) == Op::literal)
                    return 0;
                break;
            case Op::parameter:  // a flag that is not there is not up
                if (!holds && known_set && known.a == condition) return 0;
                break;
            case Op::is_set:
                if (holds && other == asked.a) return 1;
                // what is made of something that is not there is not there, and the other way round
                if (known_set && subject(other) == subject(condition)) {
                    if (!holds && op_of(expressions_[known.a]) == Op::parameter) return 0;
                    if (holds && op_of(expressions_[asked.a]) == Op::parameter) return 1;
                }
                break;
            default: break;
        }
    }
    return -1;
}

// What an answer is about: answers about different subjects tell nothing about each other.
std::uint16_t EndpointGraph::subject(std::uint16_t index) const {
    const Expression& expression = expressions_[index];
    switch (op_of(expression)) {
        case Op::is_set:
        case Op::string_equals:
        case Op::parse_url:
        case Op::parse_arn: return subject(expression.a);
        default: return index;
    }
}

const EndpointGraph::Subjects& EndpointGraph::subjects_from(const std::vector<Rule>& rules, std::size_t first) {
    const auto key = std::pair(&rules, first);
    if (const auto found = subjects_.find(key); found != subjects_.end()) return found->second;
    Subjects subjects;
    if (first < rules.size()) {
        subjects = subjects_from(rules, first + 1);
        for (const RuleCondition& condition : rules[first].conditions) subjects.insert(subject(condition.expression));
        if (rules[first].is_tree) subjects.merge(Subjects(subjects_from(rules[first].rules, 0)));
    }
    return subjects_.emplace(key, std::move(subjects)).first->second;
}

// Nodes whose question turned out to make no difference are built on the way. Those left are renumbered in the order in
// which a walk meets them, so that a walk goes forward through memory.
void EndpointGraph::drop_unreachable(std::uint16_t& start) {
    if (start & Node::is_result) return;
    std::vector<int> places(nodes_.size(), -1);
    std::vector<Node> kept;
    std::vector<std::uint16_t> waiting{start};
    while (!waiting.empty()) {
        const auto index = waiting.back();
        waiting.pop_back();
        if (places[index] >= 0) continue;
        places[index] = static_cast<int>(kept.size());
        kept.push_back(nodes_[index]);
        if (!(nodes_[index].yes & Node::is_result)) waiting.push_back(nodes_[index].yes);
        if (!(nodes_[index].no & Node::is_result)) waiting.push_back(nodes_[index].no);
    }
    const auto moved = [&places](std::uint16_t target) {
        return target & Node::is_result ? target : static_cast<std::uint16_t>(places[target]);
    };
    for (Node& entry : kept) entry = Node{entry.condition, moved(entry.yes), moved(entry.no)};
    start = moved(start);
    nodes_ = std::move(kept);
}

}  // namespace botocraft::gen
