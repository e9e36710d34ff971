#pragma once
// Value: what filters compare with, and what `values` returns.

#include <botocraft/schema.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace botocraft {

// Nothing, a scalar, or a list of them. Not an aggregate, so that it may be a temporary in a co_await expression.
// Written out, because std::variant alone would cost every file that includes this as much as half of Query does.
class Value {
  public:
    using List = std::vector<Value>;

    Value() noexcept = default;
    Value(bool value) noexcept : type_(Type::boolean), boolean_(value) {}
    template <std::integral I>
        requires(!std::same_as<I, bool> && !std::same_as<I, char>)
    Value(I value) noexcept : type_(Type::integer), integer_(static_cast<std::int64_t>(value)) {}
    Value(std::floating_point auto value) noexcept : type_(Type::number), number_(static_cast<double>(value)) {}
    Value(timestamp value) noexcept : type_(Type::time), time_(value) {}
    Value(const char* value) : type_(Type::text), text_(value) {}
    Value(std::string_view value) : type_(Type::text), text_(value) {}
    Value(std::string value) noexcept : type_(Type::text), text_(std::move(value)) {}
    Value(List values) noexcept : type_(Type::list), list_(std::move(values)) {}
    template <class T>
        requires(std::convertible_to<T, Value> && !std::same_as<T, Value>)
    Value(const std::vector<T>& values) : Value(List(values.begin(), values.end())) {}

    [[nodiscard]] bool is_nothing() const noexcept { return type_ == Type::nothing; }
    // What it holds where that is of this type, else null.
    [[nodiscard]] const bool* as_bool() const noexcept { return type_ == Type::boolean ? &boolean_ : nullptr; }
    [[nodiscard]] const std::int64_t* as_integer() const noexcept { return type_ == Type::integer ? &integer_ : nullptr; }
    [[nodiscard]] const double* as_double() const noexcept { return type_ == Type::number ? &number_ : nullptr; }
    [[nodiscard]] const std::string* as_string() const noexcept { return type_ == Type::text ? &text_ : nullptr; }
    [[nodiscard]] const timestamp* as_timestamp() const noexcept { return type_ == Type::time ? &time_ : nullptr; }
    [[nodiscard]] const List* as_list() const noexcept { return type_ == Type::list ? &list_ : nullptr; }

    // Of the same type and equal.
    friend bool operator==(const Value&, const Value&) = default;

  private:
    enum class Type : unsigned char { nothing, boolean, integer, number, time, text, list };

    // Only the one that `type_` names is ever changed.
    Type type_ = Type::nothing;
    bool boolean_ = false;
    std::int64_t integer_ = 0;
    double number_ = 0;
    timestamp time_{};
    std::string text_{};
    List list_{};
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
