#pragma once
// The values of a rule set's expressions for one set of parameters, worked out when first asked for.

#include <array>
#include <cstdint>
#include <forward_list>
#include <string>
#include <string_view>

#include "endpoint/functions.hpp"
#include "endpoint/rules.hpp"

namespace botocraft::endpoint {

class Evaluation {
  public:
    Evaluation(const Partitions& partitions, const Parameters& parameters) noexcept
        : partitions_(partitions), parameters_(parameters), rules_(parameters.rules()) {}
    Evaluation(const Evaluation&) = delete;
    Evaluation& operator=(const Evaluation&) = delete;

    // Whether a condition of this value is met: set, and not false.
    [[nodiscard]] bool holds(std::uint16_t expression);

    // Data is null where the expression has no value.
    [[nodiscard]] std::string_view text(std::uint16_t expression);

    // All pieces of a range, joined. Pieces that are made up on the way go straight into `out`.
    void append(std::string& out, Range pieces);
    void append_piece(std::string& out, std::uint16_t expression);

    [[nodiscard]] const Expression& at(std::uint16_t expression) const noexcept {
        return rules_.expressions[expression];
    }

  private:
    enum class Known : std::uint8_t { no, unset, yes };
    union Memo {
        Memo() noexcept {}  // leaves the memory alone: it is read only once `known_` says so
        const PartitionRow* partition;
        Url url;
        Arn arn;
    };

    [[nodiscard]] bool is_set(std::uint16_t expression);
    [[nodiscard]] bool equal(const Expression& expression);
    // Null where there is none: the text is no URL or no ARN.
    [[nodiscard]] const Memo* structure(const Expression& expression);
    [[nodiscard]] std::string_view attribute(const Expression& expression);
    [[nodiscard]] bool attribute_flag(const Expression& expression);
    [[nodiscard]] std::string_view kept(std::uint16_t expression);

    const Partitions& partitions_;
    const Parameters& parameters_;
    const RuleSet& rules_;
    std::array<Known, most_memos> known_{};
    std::array<Memo, most_memos> memos_;
    std::forward_list<std::string> made_;  // texts that had to be put together to be looked at; rare
};

}  // namespace botocraft::endpoint
