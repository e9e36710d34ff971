#pragma once
// field<T>: a scalar member of a model that may be absent, null or present.

#include <compare>
#include <concepts>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace botocraft {

// A member that is null: neither absent nor a value. `service.desiredCount = null;`
struct null_t {
    explicit constexpr null_t(int) noexcept {}
};
inline constexpr null_t null{0};

namespace detail {
enum class Presence : unsigned char { absent, null, present };
}

// Like std::optional<T>, to and from which it converts, and of the same size, but with a third state:
//  - absent (`std::nullopt`): not in the reply; not sent.
//  - null (`botocraft::null`): was null in the reply. Kept, and written by to_json; AWS's protocols have no null members, so
//    that it is not sent.
//  - present: holds a value.
template <class T>
class field {
    using State = detail::Presence;

  public:
    using value_type = T;

    constexpr field() noexcept : nothing_() {}
    constexpr field(std::nullopt_t) noexcept : nothing_() {}
    constexpr field(null_t) noexcept : nothing_(), state_(State::null) {}
    template <class U = T>
        requires(std::is_constructible_v<T, U> && !std::is_same_v<std::remove_cvref_t<U>, field> &&
                 !std::is_same_v<std::remove_cvref_t<U>, std::optional<T>>)
    constexpr explicit(!std::is_convertible_v<U, T>) field(U&& value)
        : value_(std::forward<U>(value)), state_(State::present) {}
    template <class U>
        requires std::is_constructible_v<T, const U&>
    constexpr explicit(!std::is_convertible_v<const U&, T>) field(const std::optional<U>& other) : nothing_() {
        if (other) construct(*other);
    }
    constexpr field(std::optional<T>&& other) : nothing_() {
        if (other) construct(std::move(*other));
    }

    constexpr field(const field&) requires std::is_trivially_copyable_v<T> = default;
    constexpr field(const field& other) : nothing_(), state_(State::absent) {
        if (other.has_value()) construct(other.value_);
        state_ = other.state_;
    }
    constexpr field(field&&) requires std::is_trivially_copyable_v<T> = default;
    constexpr field(field&& other) noexcept : nothing_(), state_(State::absent) {
        if (other.has_value()) construct(std::move(other.value_));
        state_ = other.state_;
    }
    constexpr field& operator=(const field&) requires std::is_trivially_copyable_v<T> = default;
    constexpr field& operator=(const field& other) {
        if (other.has_value()) return assign(other.value_);
        reset();
        state_ = other.state_;
        return *this;
    }
    constexpr field& operator=(field&&) requires std::is_trivially_copyable_v<T> = default;
    constexpr field& operator=(field&& other) noexcept {
        if (other.has_value()) return assign(std::move(other.value_));
        reset();
        state_ = other.state_;
        return *this;
    }
    template <class U = T>
        requires(std::is_constructible_v<T, U> && std::is_assignable_v<T&, U> &&
                 !std::is_same_v<std::remove_cvref_t<U>, field> &&
                 !std::is_same_v<std::remove_cvref_t<U>, std::optional<T>> &&
                 !(std::is_scalar_v<T> && std::is_same_v<T, std::decay_t<U>>))  // so that `f = {}` makes it absent
    constexpr field& operator=(U&& value) {
        return assign(std::forward<U>(value));
    }

    constexpr ~field() requires std::is_trivially_destructible_v<T> = default;
    constexpr ~field() {
        if (has_value()) std::destroy_at(std::addressof(value_));
    }

    [[nodiscard]] constexpr bool has_value() const noexcept { return state_ == State::present; }
    [[nodiscard]] constexpr bool is_null() const noexcept { return state_ == State::null; }
    [[nodiscard]] constexpr bool is_absent() const noexcept { return state_ == State::absent; }
    [[nodiscard]] constexpr explicit operator bool() const noexcept { return has_value(); }

    // As with std::optional, only a present value may be dereferenced.
    [[nodiscard]] constexpr T& operator*() & noexcept { return value_; }
    [[nodiscard]] constexpr const T& operator*() const& noexcept { return value_; }
    [[nodiscard]] constexpr T&& operator*() && noexcept { return std::move(value_); }
    [[nodiscard]] constexpr T* operator->() noexcept { return std::addressof(value_); }
    [[nodiscard]] constexpr const T* operator->() const noexcept { return std::addressof(value_); }
    // Throws std::bad_optional_access where there is no value.
    [[nodiscard]] constexpr T& value() & { return checked(), value_; }
    [[nodiscard]] constexpr const T& value() const& { return checked(), value_; }
    [[nodiscard]] constexpr T&& value() && { return checked(), std::move(value_); }
    template <class U>
    [[nodiscard]] constexpr T value_or(U&& otherwise) const& {
        return has_value() ? value_ : static_cast<T>(std::forward<U>(otherwise));
    }
    template <class U>
    [[nodiscard]] constexpr T value_or(U&& otherwise) && {
        return has_value() ? std::move(value_) : static_cast<T>(std::forward<U>(otherwise));
    }
    constexpr operator std::optional<T>() const { return has_value() ? std::optional<T>(value_) : std::nullopt; }

    template <class... Args>
    constexpr T& emplace(Args&&... args) {
        reset();
        construct(std::forward<Args>(args)...);
        return value_;
    }
    constexpr void reset() noexcept {
        if (has_value()) std::destroy_at(std::addressof(value_));
        state_ = State::absent;
    }

    // Absent and null differ from each other and from every value.
    [[nodiscard]] friend constexpr bool operator==(const field& a, const field& b) {
        return a.state_ == b.state_ && (!a.has_value() || a.value_ == b.value_);
    }
    [[nodiscard]] friend constexpr bool operator==(const field& a, std::nullopt_t) noexcept { return a.is_absent(); }
    [[nodiscard]] friend constexpr bool operator==(const field& a, null_t) noexcept { return a.is_null(); }
    template <class U>
        requires(!std::is_same_v<U, field> && !std::is_same_v<U, State> && std::is_constructible_v<T, const U&> &&
                 requires(const T& t, const U& u) {
                     { t == u } -> std::convertible_to<bool>;
                 })
    [[nodiscard]] friend constexpr bool operator==(const field& a, const U& b) {
        return a.has_value() && a.value_ == b;
    }
    // A field without a value is less than every value.
    template <class U>
        requires(!std::is_same_v<U, field> && !std::is_same_v<U, State> && std::is_constructible_v<T, const U&> &&
                 requires(const T& t, const U& u) { t <=> u; })
    [[nodiscard]] friend constexpr std::partial_ordering operator<=>(const field& a, const U& b) {
        if (!a.has_value()) return std::partial_ordering::less;
        return a.value_ <=> b;
    }

  private:
    template <class... Args>
    constexpr void construct(Args&&... args) {
        std::construct_at(std::addressof(value_), std::forward<Args>(args)...);
        state_ = State::present;
    }
    template <class U>
    constexpr field& assign(U&& value) {
        if (!has_value()) {
            construct(std::forward<U>(value));
        } else if constexpr (std::is_same_v<std::remove_cvref_t<U>, T>) {
            value_ = std::forward<U>(value);
        } else {
            value_ = T(std::forward<U>(value));  // GCC 12 warns, wrongly, of a literal assigned to a std::string
        }
        return *this;
    }
    constexpr void checked() const {
        if (!has_value()) throw std::bad_optional_access();
    }

    union {
        char nothing_;
        T value_;
    };
    State state_ = State::absent;
};

}  // namespace botocraft
