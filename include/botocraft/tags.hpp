#pragma once
// tag_list<T>: a list of tags that is also a dictionary.

#include <botocraft/containers.hpp>

#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace botocraft {

namespace detail {
// Live in src/orm. `tag` is the structure of one tag: its first two members are the key and the value.
[[nodiscard]] const std::string* find_tag(const RawList& tags, std::string_view key, schema::ShapeRef tag) noexcept;
[[nodiscard]] std::string& set_tag(RawList& tags, std::string_view key, schema::ShapeRef tag);
bool erase_tag(RawList& tags, std::string_view key, schema::ShapeRef tag) noexcept;
[[nodiscard]] std::map<std::string, std::string> tags_to_map(const RawList& tags, schema::ShapeRef tag);
}  // namespace detail

// The tags of a resource, in AWS's order: `service.tags["Team"] = "payments";`. Changing them changes the model only; AWS
// learns of it when the model is saved, where the service takes tags with its updates.
//   Service service{.tags = {{"Team", "payments"}, {"Stage", "test"}}};
template <class T>
class tag_list : public list<T> {
  public:
    using list<T>::list;
    using list<T>::erase;

    tag_list() noexcept = default;
    tag_list(const list<T>& other) : list<T>(other) {}
    tag_list(list<T>&& other) noexcept : list<T>(std::move(other)) {}

    // The tag at a position. A template, so that 0 is not taken for a null pointer.
    template <std::integral I>
    [[nodiscard]] T& operator[](I i) noexcept {
        return this->data()[i];
    }
    template <std::integral I>
    [[nodiscard]] const T& operator[](I i) const noexcept {
        return this->data()[i];
    }
    // The value of a tag, made empty if it is new.
    [[nodiscard]] std::string& operator[](std::string_view key) { return detail::set_tag(this->raw(), key, T::shape_); }
    [[nodiscard]] std::string& operator[](const char* key) { return (*this)[std::string_view(key)]; }

    // The value of a tag, or null.
    [[nodiscard]] const std::string* find(std::string_view key) const noexcept {
        return detail::find_tag(this->raw(), key, T::shape_);
    }
    [[nodiscard]] bool contains(std::string_view key) const noexcept { return find(key) != nullptr; }
    // The value of a tag, or `otherwise`.
    [[nodiscard]] std::string get(std::string_view key, std::string_view otherwise = {}) const {
        const std::string* value = find(key);
        return value ? *value : std::string(otherwise);
    }
    bool erase(std::string_view key) noexcept { return detail::erase_tag(this->raw(), key, T::shape_); }

    [[nodiscard]] std::map<std::string, std::string> to_map() const { return detail::tags_to_map(this->raw(), T::shape_); }
    // Replaces all tags.
    template <class Dictionary>
        requires requires(const Dictionary& d) { d.begin()->first; }
    tag_list& operator=(const Dictionary& tags) {
        this->clear();
        for (const auto& [key, value] : tags) (*this)[key] = value;
        return *this;
    }
};

namespace detail {
template <class T> struct type_of_impl<tag_list<T>> : type_of_impl<list<T>> {};
}  // namespace detail

}  // namespace botocraft
