#pragma once
// Value: what filters compare with, and what `values` returns.

#include <botocraft/schema.hpp>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace botocraft {

// Nothing, a scalar, or a list of them. Not an aggregate, so that it may be a temporary in a co_await expression.
class Value {
  public:
    using List = std::vector<Value>;

    Value() noexcept = default;
    Value(bool value) noexcept : value_(value) {}
    template <std::integral I>
        requires(!std::same_as<I, bool> && !std::same_as<I, char>)
    Value(I value) noexcept : value_(static_cast<std::int64_t>(value)) {}
    Value(std::floating_point auto value) noexcept : value_(static_cast<double>(value)) {}
    Value(timestamp value) noexcept : value_(value) {}
    Value(const char* value) : value_(std::string(value)) {}
    Value(std::string_view value) : value_(std::string(value)) {}
    Value(std::string value) noexcept : value_(std::move(value)) {}
    Value(List values) noexcept : value_(std::move(values)) {}
    template <class T>
        requires(std::convertible_to<T, Value> && !std::same_as<T, Value>)
    Value(const std::vector<T>& values) : value_(List(values.begin(), values.end())) {}

    [[nodiscard]] bool is_nothing() const noexcept { return std::holds_alternative<std::monostate>(value_); }
    [[nodiscard]] const bool* as_bool() const noexcept { return std::get_if<bool>(&value_); }
    [[nodiscard]] const std::int64_t* as_integer() const noexcept { return std::get_if<std::int64_t>(&value_); }
    [[nodiscard]] const double* as_double() const noexcept { return std::get_if<double>(&value_); }
    [[nodiscard]] const std::string* as_string() const noexcept { return std::get_if<std::string>(&value_); }
    [[nodiscard]] const timestamp* as_timestamp() const noexcept { return std::get_if<timestamp>(&value_); }
    [[nodiscard]] const List* as_list() const noexcept { return std::get_if<List>(&value_); }

    friend bool operator==(const Value&, const Value&) = default;

  private:
    std::variant<std::monostate, bool, std::int64_t, double, std::string, timestamp, List> value_;
};

[[nodiscard]] std::string to_string(const Value& value);

// One result of `values`: the paths that were asked for, in order, with what was found there.
class Record {
  public:
    Record() = default;
    explicit Record(std::vector<std::pair<std::string, Value>> members) : members_(std::move(members)) {}

    // What is at a path that was asked for; nothing where there is none.
    [[nodiscard]] const Value& operator[](std::string_view path) const noexcept;
    [[nodiscard]] const std::vector<std::pair<std::string, Value>>& members() const noexcept { return members_; }

  private:
    std::vector<std::pair<std::string, Value>> members_;
};

}  // namespace botocraft
