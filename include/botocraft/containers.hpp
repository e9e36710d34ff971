#pragma once
// list<T>, map<T>, box<T>: the containers of model structures. They look and behave like the standard ones, but copy,
// move, destroy and grow through the schema tables, so that no code is instantiated per structure.

#include <botocraft/field.hpp>
#include <botocraft/schema.hpp>

#include <compare>
#include <initializer_list>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace botocraft {

using blob = std::vector<std::byte>;

// A value without a schema: JSON, kept as its text.
class document {
  public:
    document() = default;
    explicit document(std::string json) : json_(std::move(json)) {}
    [[nodiscard]] const std::string& json() const noexcept { return json_; }
    friend bool operator==(const document&, const document&) = default;

  private:
    std::string json_;
};

template <class T>
class list;
template <class T>
class map;
template <class T>
class box;

// A generated structure: an aggregate that names its row in the schema.
template <class T>
concept modelled = requires {
    { T::shape_ } -> std::convertible_to<const schema::ShapeRef&>;
};

namespace detail {

// What list<T> and map<T> hold. An absent list has no elements, as an empty one has; they differ in `presence`.
struct RawList {
    void* data = nullptr;
    std::uint32_t size = 0;
    std::uint32_t capacity : 30 = 0;
    Presence presence : 2 = Presence::absent;
};

static_assert(sizeof(RawList) == 16);

// All of these live in src/schema and walk the tables.
void list_destroy(RawList& list, schema::TypeRef element) noexcept;                      // leaves it absent
void list_copy(RawList& to, const RawList& from, schema::TypeRef element);               // `to` holds nothing
void* list_append(RawList& list, schema::TypeRef element);                               // an empty new last element
void list_resize(RawList& list, std::size_t size, schema::TypeRef element);
void list_reserve(RawList& list, std::size_t capacity, schema::TypeRef element);
void list_erase(RawList& list, std::size_t first, std::size_t last, schema::TypeRef element) noexcept;
void* list_insert(RawList& list, std::size_t at, schema::TypeRef element);               // an empty new element at `at`
[[nodiscard]] bool list_equal(const RawList& a, const RawList& b, schema::TypeRef element) noexcept;

// Maps keep their entries sorted by key. An entry is a std::string followed by the value.
void map_destroy(RawList& map, schema::TypeRef value) noexcept;
void map_copy(RawList& to, const RawList& from, schema::TypeRef value);
[[nodiscard]] void* map_find(const RawList& map, std::string_view key, schema::TypeRef value) noexcept;  // the entry
void* map_insert(RawList& map, std::string_view key, schema::TypeRef value);    // the entry, old or new
bool map_erase(RawList& map, std::string_view key, schema::TypeRef value) noexcept;
[[nodiscard]] bool map_equal(const RawList& a, const RawList& b, schema::TypeRef value) noexcept;

[[nodiscard]] void* structure_new(schema::ShapeRef shape);
[[nodiscard]] void* structure_copy(const void* from, schema::ShapeRef shape);
void structure_delete(void* structure, schema::ShapeRef shape) noexcept;
[[nodiscard]] bool structure_equal(const void* a, const void* b, schema::ShapeRef shape) noexcept;

// The schema's name for a C++ type.
template <class T>
struct type_of_impl;
template <class T>
inline constexpr schema::TypeRef type_of = type_of_impl<T>::value();

template <schema::Kind K>
struct leaf_type {
    static constexpr schema::TypeRef value() noexcept { return {nullptr, 0, K, 0}; }
};
template <> struct type_of_impl<bool> : leaf_type<schema::Kind::boolean> {};
template <> struct type_of_impl<std::int32_t> : leaf_type<schema::Kind::integer> {};
template <> struct type_of_impl<std::int64_t> : leaf_type<schema::Kind::long_> {};
template <> struct type_of_impl<float> : leaf_type<schema::Kind::float_> {};
template <> struct type_of_impl<double> : leaf_type<schema::Kind::double_> {};
template <> struct type_of_impl<std::string> : leaf_type<schema::Kind::string> {};
template <> struct type_of_impl<timestamp> : leaf_type<schema::Kind::timestamp> {};
template <> struct type_of_impl<blob> : leaf_type<schema::Kind::blob> {};
template <> struct type_of_impl<document> : leaf_type<schema::Kind::document> {};
template <modelled T> struct type_of_impl<T> {
    static constexpr schema::TypeRef value() noexcept {
        return {T::shape_.schema, T::shape_.index, schema::Kind::structure, 0};
    }
};
constexpr schema::TypeRef nested(schema::TypeRef inner, unsigned constructor) {
    if (inner.nest >> 6) throw std::length_error("botocraft: containers nest four deep at most");
    inner.nest = static_cast<std::uint8_t>(inner.nest << 2 | constructor);
    return inner;
}
template <class T> struct type_of_impl<list<T>> {
    static constexpr schema::TypeRef value() { return nested(type_of<T>, 1); }
};
template <class T> struct type_of_impl<map<T>> {
    static constexpr schema::TypeRef value() { return nested(type_of<T>, 2); }
};
template <class T> struct type_of_impl<field<T>> {
    static constexpr schema::TypeRef value() { return nested(type_of<T>, 3); }
};
template <class T> struct type_of_impl<box<T>> {
    static constexpr schema::TypeRef value() { return nested(type_of<T>, 3); }
};

}  // namespace detail

// A contiguous sequence that may also be absent or null; both have no elements. Iterators and references are
// invalidated as those of std::vector are. Strong exception guarantee for append, basic for the rest.
template <class T>
class list {
    static constexpr schema::TypeRef element() noexcept { return detail::type_of<T>; }

  public:
    using value_type = T;
    using size_type = std::size_t;
    using difference_type = std::ptrdiff_t;
    using reference = T&;
    using const_reference = const T&;
    using pointer = T*;
    using const_pointer = const T*;
    using iterator = T*;
    using const_iterator = const T*;

    list() noexcept = default;
    list(null_t) noexcept { raw_.presence = detail::Presence::null; }
    list(std::nullopt_t) noexcept {}
    // They delegate, so that a copy of an element that throws leaves nothing behind.
    list(std::initializer_list<T> values) : list(values.begin(), values.end()) {}
    list(const std::vector<T>& values) : list(values.begin(), values.end()) {}
    template <std::input_iterator It, std::sentinel_for<It> End>
    list(It first, End last) : list() {
        assign(std::move(first), last);
    }
    list(const list& other) { detail::list_copy(raw_, other.raw_, element()); }
    list(list&& other) noexcept : raw_(std::exchange(other.raw_, detail::RawList{})) {}
    list& operator=(list other) noexcept {
        std::swap(raw_, other.raw_);
        return *this;
    }
    ~list() {
        if (raw_.data) detail::list_destroy(raw_, element());
    }

    [[nodiscard]] bool has_value() const noexcept { return raw_.presence == detail::Presence::present; }
    [[nodiscard]] bool is_null() const noexcept { return raw_.presence == detail::Presence::null; }
    [[nodiscard]] bool is_absent() const noexcept { return raw_.presence == detail::Presence::absent; }

    [[nodiscard]] T* data() noexcept { return static_cast<T*>(raw_.data); }
    [[nodiscard]] const T* data() const noexcept { return static_cast<const T*>(raw_.data); }
    [[nodiscard]] T* begin() noexcept { return data(); }
    [[nodiscard]] T* end() noexcept { return data() + raw_.size; }
    [[nodiscard]] const T* begin() const noexcept { return data(); }
    [[nodiscard]] const T* end() const noexcept { return data() + raw_.size; }
    [[nodiscard]] const T* cbegin() const noexcept { return begin(); }
    [[nodiscard]] const T* cend() const noexcept { return end(); }
    [[nodiscard]] std::size_t size() const noexcept { return raw_.size; }
    [[nodiscard]] std::size_t capacity() const noexcept { return raw_.capacity; }
    [[nodiscard]] bool empty() const noexcept { return raw_.size == 0; }

    [[nodiscard]] T& operator[](std::size_t i) noexcept { return data()[i]; }
    [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return data()[i]; }
    [[nodiscard]] T& at(std::size_t i) { return data()[checked(i)]; }
    [[nodiscard]] const T& at(std::size_t i) const { return data()[checked(i)]; }
    [[nodiscard]] T& front() noexcept { return data()[0]; }
    [[nodiscard]] const T& front() const noexcept { return data()[0]; }
    [[nodiscard]] T& back() noexcept { return data()[raw_.size - 1]; }
    [[nodiscard]] const T& back() const noexcept { return data()[raw_.size - 1]; }

    // An empty new last element, to be filled in place.
    T& emplace_back() { return *static_cast<T*>(detail::list_append(raw_, element())); }
    void push_back(T value) { emplace_back() = std::move(value); }
    void pop_back() noexcept { detail::list_erase(raw_, raw_.size - 1, raw_.size, element()); }
    void reserve(std::size_t n) { detail::list_reserve(raw_, n, element()); }
    void resize(std::size_t n) { detail::list_resize(raw_, n, element()); }
    void clear() noexcept { detail::list_erase(raw_, 0, raw_.size, element()); }  // leaves it empty, not absent
    void reset() noexcept { detail::list_destroy(raw_, element()); }              // leaves it absent
    T* erase(const T* first, const T* last) noexcept {
        const std::size_t at = index(first);
        detail::list_erase(raw_, at, index(last), element());
        return data() + at;
    }
    T* erase(const T* position) noexcept { return erase(position, position + 1); }
    T* insert(const T* position, T value) {
        T* const at = static_cast<T*>(detail::list_insert(raw_, index(position), element()));
        *at = std::move(value);
        return at;
    }
    template <std::input_iterator It, std::sentinel_for<It> End>
    T* insert(const T* position, It first, End last) {  // not of this list
        const std::size_t at = index(position);
        for (std::size_t i = at; first != last; ++first, ++i) insert(data() + i, *first);
        return data() + at;
    }
    template <std::input_iterator It, std::sentinel_for<It> End>
    void assign(It first, End last) {
        detail::list_erase(raw_, 0, raw_.size, element());
        if constexpr (std::sized_sentinel_for<End, It>) reserve(static_cast<std::size_t>(last - first));
        for (; first != last; ++first) emplace_back() = *first;
    }

    [[nodiscard]] explicit operator std::vector<T>() const { return std::vector<T>(begin(), end()); }
    [[nodiscard]] operator std::span<const T>() const noexcept { return {data(), size()}; }

    void swap(list& other) noexcept { std::swap(raw_, other.raw_); }
    // For the library's walkers.
    [[nodiscard]] detail::RawList& raw() noexcept { return raw_; }
    [[nodiscard]] const detail::RawList& raw() const noexcept { return raw_; }

    // Absent, null and empty differ. A member, here and below: a friend of each of a service's thousand types would be one
    // more operator that compilers look through for each of the others.
    [[nodiscard]] bool operator==(const list& other) const noexcept {
        return detail::list_equal(raw_, other.raw_, element());
    }

  private:
    std::size_t index(const T* position) const noexcept { return static_cast<std::size_t>(position - data()); }
    std::size_t checked(std::size_t i) const {
        if (i >= raw_.size) throw std::out_of_range("botocraft::list: index out of range");
        return i;
    }

    detail::RawList raw_;
};

// A dictionary from strings, sorted by key, that may also be absent or null; both have no entries. Iterators and
// references are invalidated by inserting and erasing, as those of a sorted std::vector are. Do not change keys.
template <class T>
class map {
    static constexpr schema::TypeRef element() noexcept { return detail::type_of<T>; }

  public:
    struct entry {
        std::string key;
        T value;
    };
    using key_type = std::string;
    using mapped_type = T;
    using value_type = entry;
    using size_type = std::size_t;
    using difference_type = std::ptrdiff_t;
    using reference = entry&;
    using const_reference = const entry&;
    using iterator = entry*;
    using const_iterator = const entry*;

    map() noexcept = default;
    map(null_t) noexcept { raw_.presence = detail::Presence::null; }
    map(std::nullopt_t) noexcept {}
    map(std::initializer_list<std::pair<std::string_view, T>> values) : map() {
        raw_.presence = detail::Presence::present;
        for (const auto& [key, value] : values) (*this)[key] = value;
    }
    map(const map& other) { detail::map_copy(raw_, other.raw_, element()); }
    map(map&& other) noexcept : raw_(std::exchange(other.raw_, detail::RawList{})) {}
    map& operator=(map other) noexcept {
        std::swap(raw_, other.raw_);
        return *this;
    }
    ~map() {
        if (raw_.data) detail::map_destroy(raw_, element());
    }

    [[nodiscard]] bool has_value() const noexcept { return raw_.presence == detail::Presence::present; }
    [[nodiscard]] bool is_null() const noexcept { return raw_.presence == detail::Presence::null; }
    [[nodiscard]] bool is_absent() const noexcept { return raw_.presence == detail::Presence::absent; }

    [[nodiscard]] entry* begin() noexcept { return static_cast<entry*>(raw_.data); }
    [[nodiscard]] entry* end() noexcept { return begin() + raw_.size; }
    [[nodiscard]] const entry* begin() const noexcept { return static_cast<const entry*>(raw_.data); }
    [[nodiscard]] const entry* end() const noexcept { return begin() + raw_.size; }
    [[nodiscard]] std::size_t size() const noexcept { return raw_.size; }
    [[nodiscard]] bool empty() const noexcept { return raw_.size == 0; }

    [[nodiscard]] entry* find(std::string_view key) noexcept { return found(detail::map_find(raw_, key, element())); }
    [[nodiscard]] const entry* find(std::string_view key) const noexcept {
        return const_cast<map*>(this)->find(key);
    }
    [[nodiscard]] bool contains(std::string_view key) const noexcept {
        return detail::map_find(raw_, key, element()) != nullptr;
    }
    [[nodiscard]] const T& at(std::string_view key) const {
        const void* entry_at = detail::map_find(raw_, key, element());
        if (!entry_at) throw std::out_of_range("botocraft::map: no such key");
        return static_cast<const entry*>(entry_at)->value;
    }
    T& operator[](std::string_view key) {
        return static_cast<entry*>(detail::map_insert(raw_, key, element()))->value;
    }
    void insert_or_assign(std::string_view key, T value) { (*this)[key] = std::move(value); }
    bool erase(std::string_view key) noexcept { return detail::map_erase(raw_, key, element()); }
    void reset() noexcept { detail::map_destroy(raw_, element()); }  // leaves it absent
    void clear() noexcept {                                          // leaves it empty
        reset();
        raw_.presence = detail::Presence::present;
    }

    void swap(map& other) noexcept { std::swap(raw_, other.raw_); }
    [[nodiscard]] bool operator==(const map& other) const noexcept {
        return detail::map_equal(raw_, other.raw_, element());
    }

  private:
    entry* found(void* entry_at) noexcept { return entry_at ? static_cast<entry*>(entry_at) : end(); }

    detail::RawList raw_;
};

template <class T>
void swap(list<T>& a, list<T>& b) noexcept {
    a.swap(b);
}
template <class T>
void swap(map<T>& a, map<T>& b) noexcept {
    a.swap(b);
}

// A structure inside a structure: absent, null or present; owns its value and copies it with itself.
template <class T>
class box {
  public:
    using value_type = T;

    box() noexcept = default;
    box(std::nullopt_t) noexcept {}
    box(null_t) noexcept : data_(null_mark()) {}
    box(const T& value) : data_(detail::structure_copy(&value, T::shape_)) {}
    box(T&& value) : data_(detail::structure_new(T::shape_)) { **this = std::move(value); }
    box(const box& other)
        : data_(other.has_value() ? detail::structure_copy(other.data_, T::shape_) : other.data_) {}
    box(box&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
    box& operator=(box other) noexcept {
        std::swap(data_, other.data_);
        return *this;
    }
    ~box() { reset(); }

    [[nodiscard]] bool has_value() const noexcept { return data_ != nullptr && data_ != null_mark(); }
    [[nodiscard]] bool is_null() const noexcept { return data_ == null_mark(); }
    [[nodiscard]] bool is_absent() const noexcept { return data_ == nullptr; }
    [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }

    [[nodiscard]] T* operator->() noexcept { return static_cast<T*>(data_); }
    [[nodiscard]] const T* operator->() const noexcept { return static_cast<const T*>(data_); }
    [[nodiscard]] T& operator*() noexcept { return *static_cast<T*>(data_); }
    [[nodiscard]] const T& operator*() const noexcept { return *static_cast<const T*>(data_); }
    [[nodiscard]] T& value() {
        if (!has_value()) throw std::bad_optional_access();
        return **this;
    }
    [[nodiscard]] const T& value() const {
        if (!has_value()) throw std::bad_optional_access();
        return **this;
    }
    T& emplace() {
        reset();
        data_ = detail::structure_new(T::shape_);
        return **this;
    }
    void reset() noexcept {
        if (has_value()) detail::structure_delete(data_, T::shape_);
        data_ = nullptr;
    }

    // For the library: a structure made there, or null.
    [[nodiscard]] void*& raw() noexcept { return data_; }

    // Absent and null differ.
    [[nodiscard]] bool operator==(const box& other) const noexcept {
        if (!has_value() || !other.has_value()) return data_ == other.data_;
        return detail::structure_equal(data_, other.data_, T::shape_);
    }
    [[nodiscard]] bool operator==(const T& other) const noexcept {
        return has_value() && detail::structure_equal(data_, &other, T::shape_);
    }

  private:
    static void* null_mark() noexcept { return reinterpret_cast<void*>(std::uintptr_t{1}); }

    void* data_ = nullptr;
};

// Structures are equal when all their members are. Models compare by what AWS says of them: their sessions do not count.
template <modelled T>
[[nodiscard]] bool operator==(const T& a, const T& b) noexcept {
    return detail::structure_equal(&a, &b, T::shape_);
}

}  // namespace botocraft
