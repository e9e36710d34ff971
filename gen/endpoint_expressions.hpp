#pragma once
// Lowers the functions, references and templates of endpoint rules to expressions, each of which exists only once.

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "endpoint_rules.hpp"

namespace botocraft::gen {

class EndpointExpressions {
  public:
    // Appends to the expressions, pieces and pool of `out`, and reads its parameters.
    explicit EndpointExpressions(CompiledRules& out) : out_(out) {}

    using Names = std::map<std::string, std::uint16_t>;
    // What the names that rules assigned stand for.
    [[nodiscard]] Names& names() noexcept { return names_; }

    // The expression of a function, a reference, or a constant.
    [[nodiscard]] std::uint16_t lower(const boost::json::value& value);
    [[nodiscard]] std::uint16_t lower(const boost::json::object& function_or_reference);

    // The pieces of a template, or the single piece that is a function or a reference.
    [[nodiscard]] std::vector<std::uint16_t> template_of(const boost::json::value& value);

    // The expression that tells whether a condition of this value is met. Conditions that mean the same are the same.
    [[nodiscard]] std::uint16_t as_condition(std::uint16_t expression);

    [[nodiscard]] std::uint16_t literal(std::string_view text);
    [[nodiscard]] endpoint::Text keep(std::string_view text);
    [[nodiscard]] std::string_view text(const endpoint::Expression& literal) const;

  private:
    [[nodiscard]] std::uint16_t add(endpoint::Op op, std::uint8_t detail, std::uint16_t a = 0, std::uint16_t b = 0,
                                    std::uint16_t c = 0);
    [[nodiscard]] std::uint16_t add_memoized(endpoint::Op op, std::uint16_t argument);
    [[nodiscard]] std::uint16_t is_set(std::uint16_t expression);
    [[nodiscard]] std::uint16_t equals(std::uint16_t left, std::uint16_t right);
    [[nodiscard]] std::uint16_t equal_flags(std::uint16_t left, std::uint16_t right);
    [[nodiscard]] std::uint16_t attribute(std::uint16_t of, std::string_view path);
    [[nodiscard]] std::uint16_t split(const boost::json::array& arguments);
    [[nodiscard]] std::uint16_t reference(std::string_view name);
    [[nodiscard]] std::uint16_t render(const std::vector<std::uint16_t>& pieces);
    [[nodiscard]] std::vector<std::uint16_t> parse_template(std::string_view text);
    [[nodiscard]] bool is_flag(std::uint16_t expression) const;
    [[nodiscard]] bool may_be_unset(std::uint16_t expression) const;

    CompiledRules& out_;
    Names names_;
    std::map<std::tuple<int, int, int, int, int>, std::uint16_t> known_;
    std::map<std::vector<std::uint16_t>, endpoint::Range> rendered_;
    std::uint8_t memos_ = 0;
};

}  // namespace botocraft::gen
