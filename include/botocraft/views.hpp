#pragma once
// Arguments of calls: views that own nothing, so that an aggregate of them may be written in braces inside a co_await
// expression on every compiler (GCC 12 destroys owning temporaries there twice). What is viewed must live until the
// function returns its awaitable, which it does as a temporary of the same expression; nothing is kept beyond that.

#include <botocraft/containers.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace botocraft {

namespace detail {
// What View and Views are to the code that copies arguments into a request.
struct RawView {
    const void* value = nullptr;
};
struct RawViews {
    const void* data = nullptr;
    std::size_t size = 0;
    bool present = false;
};
}  // namespace detail

// A view of strings, wherever they are: one string, or a container of std::string, std::string_view or const char*.
//   .include = "TAGS"                    .services = names          (a std::vector, std::array, std::span or list)
class Texts {
  public:
    constexpr Texts() noexcept = default;
    constexpr Texts(std::nullopt_t) noexcept {}
    constexpr Texts(std::string_view one) noexcept : one_(one), size_(1), form_(Form::one) {}
    constexpr Texts(const char* one) noexcept : Texts(std::string_view(one)) {}
    constexpr Texts(const std::string& one) noexcept : Texts(std::string_view(one)) {}
    template <class Container>
        requires requires(const Container& c) {
            { c.data() };
            { c.size() } -> std::convertible_to<std::size_t>;
            requires std::is_same_v<std::remove_cvref_t<decltype(*c.data())>, std::string> ||
                         std::is_same_v<std::remove_cvref_t<decltype(*c.data())>, std::string_view> ||
                         std::is_same_v<std::remove_cvref_t<decltype(*c.data())>, const char*>;
        }
    constexpr Texts(const Container& strings) noexcept : data_(strings.data()), size_(strings.size()) {
        using Element = std::remove_cvref_t<decltype(*strings.data())>;
        form_ = std::is_same_v<Element, std::string>        ? Form::strings
                : std::is_same_v<Element, std::string_view> ? Form::views
                                                            : Form::pointers;
    }

    [[nodiscard]] constexpr bool has_value() const noexcept { return form_ != Form::absent; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::string_view operator[](std::size_t i) const noexcept {
        switch (form_) {
            case Form::strings: return static_cast<const std::string*>(data_)[i];
            case Form::views: return static_cast<const std::string_view*>(data_)[i];
            case Form::pointers: return static_cast<const char* const*>(data_)[i];
            default: return one_;
        }
    }

  private:
    enum class Form : unsigned char { absent, one, strings, views, pointers };

    const void* data_ = nullptr;
    std::string_view one_;
    std::size_t size_ = 0;
    Form form_ = Form::absent;
};

// A view of one structure. `.networkConfiguration = configuration`
template <class T>
class View : private detail::RawView {
  public:
    constexpr View() noexcept = default;
    constexpr View(std::nullopt_t) noexcept {}
    constexpr View(const T& structure) noexcept : RawView{&structure} {}
    constexpr View(const box<T>& boxed) noexcept
        requires modelled<T>
        : RawView{boxed.has_value() ? &*boxed : nullptr} {}

    [[nodiscard]] constexpr bool has_value() const noexcept { return value != nullptr; }
    [[nodiscard]] constexpr const T& operator*() const noexcept { return *static_cast<const T*>(value); }
};

// A view of contiguous structures: a list<T>, std::vector<T>, std::array or std::span, or just one.
template <class T>
class Views : private detail::RawViews {
  public:
    constexpr Views() noexcept = default;
    constexpr Views(std::nullopt_t) noexcept {}
    constexpr Views(const T& one) noexcept : RawViews{&one, 1, true} {}
    Views(const list<T>& values) noexcept : RawViews{values.data(), values.size(), values.has_value()} {}
    template <class Container>
        requires requires(const Container& c) {
            { c.data() } -> std::convertible_to<const T*>;
            { c.size() } -> std::convertible_to<std::size_t>;
        }
    constexpr Views(const Container& values) noexcept : RawViews{values.data(), values.size(), true} {}

    [[nodiscard]] constexpr bool has_value() const noexcept { return present; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return RawViews::size; }
    [[nodiscard]] const T* begin() const noexcept { return static_cast<const T*>(RawViews::data); }
    [[nodiscard]] const T* end() const noexcept { return begin() + RawViews::size; }
};

// A view of a map<T>, or of any other member that is passed whole.
template <class T>
using MapView = View<map<T>>;

static_assert(std::is_trivially_destructible_v<Texts> && std::is_trivially_copyable_v<Texts>);

}  // namespace botocraft
