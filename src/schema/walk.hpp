#pragma once
// Walking structures by their tables: where a member is, whether it holds something, and putting something there.
// Codecs, filters, printing and everything else that is not about lifetime builds on this.

#include "schema/lifetime.hpp"
#include "schema/types.hpp"

#include <string_view>
#include <utility>

namespace botocraft::schema {

using detail::Presence;
using detail::RawList;

// A place for one value: a member of a structure, an element of a list, a value of a map.
// Scalars and structures are stored bare (T) as elements, and as field<T> and box<T> elsewhere.
template <class Void>
struct BasicPlace {
    const Schema* schema = nullptr;
    const Member* row = nullptr;
    Void* at = nullptr;
    bool bare = false;

    [[nodiscard]] Kind kind() const noexcept { return row->kind; }
    [[nodiscard]] ShapeRef target() const noexcept { return {schema, row->target}; }
    [[nodiscard]] bool has(std::uint16_t flag) const noexcept { return (row->flags & flag) != 0; }
    operator BasicPlace<const void>() const noexcept
        requires(!std::is_const_v<Void>)
    {
        return {schema, row, at, bare};
    }
    friend bool operator==(const BasicPlace&, const BasicPlace&) noexcept = default;
};
using Place = BasicPlace<void>;
using ConstPlace = BasicPlace<const void>;

[[nodiscard]] inline Place member_place(ShapeRef shape, const Member& member, void* structure) noexcept {
    return {shape.schema, &member, offset(structure, member.offset), false};
}
[[nodiscard]] inline ConstPlace member_place(ShapeRef shape, const Member& member, const void* structure) noexcept {
    return {shape.schema, &member, offset(structure, member.offset), false};
}
[[nodiscard]] constexpr bool stored_bare(const Member& element) noexcept {
    return (element.flags & member_flag::nullable) == 0;
}
[[nodiscard]] constexpr TimestampFormat timestamp_format(const Member& member) noexcept {
    return static_cast<TimestampFormat>(member.flags >> member_flag::timestamp_shift & 3);
}

// --- reading ---------------------------------------------------------------------------------------------------------

// Of the member of a structure. Encoders ask every member, so that there is no switch over the kinds.
[[nodiscard]] inline bool is_absent(const Member& member, const void* at) noexcept {
    if (member.kind == Kind::structure) return as<void*>(at) == nullptr;
    const PresenceBits& bits = presence_bits[static_cast<std::size_t>(member.kind)];
    return (as<unsigned char>(offset(at, bits.byte)) & bits.mask) == 0;
}
[[nodiscard]] inline Presence presence(const Member& member, const void* at) noexcept {
    if (member.kind == Kind::structure) {
        const void* const boxed = as<void*>(at);
        return holds(boxed) ? Presence::present : boxed ? Presence::null : Presence::absent;
    }
    const PresenceBits& bits = presence_bits[static_cast<std::size_t>(member.kind)];
    const int found = as<unsigned char>(offset(at, bits.byte)) & bits.mask;
    return found == bits.present ? Presence::present : found == 0 ? Presence::absent : Presence::null;
}
// The same as `presence(member, at) == Presence::present`: where most members are present it is faster.
[[nodiscard]] inline bool is_present(const Member& member, const void* at) noexcept {
    if (member.kind == Kind::structure) return holds(as<void*>(at));
    const PresenceBits& bits = presence_bits[static_cast<std::size_t>(member.kind)];
    return (as<unsigned char>(offset(at, bits.byte)) & bits.mask) == bits.present;
}
[[nodiscard]] inline Presence presence(ConstPlace place) noexcept {
    return place.bare && !is_container(place.kind()) ? Presence::present : presence(*place.row, place.at);
}

// Of an element: one that cannot be null is present, even a list that nothing was put into.
[[nodiscard]] inline Presence element_presence(ConstPlace element) noexcept {
    return element.has(member_flag::nullable) ? presence(element) : Presence::present;
}

// The scalar at a place where one is present. T is the C++ type of the kind.
template <class T>
[[nodiscard]] const T& scalar(ConstPlace place) noexcept {
    return place.bare ? as<T>(place.at) : *as<field<T>>(place.at);
}
// The structure at a place where one is present.
[[nodiscard]] inline const void* structure(ConstPlace place) noexcept {
    return place.bare ? place.at : as<void*>(place.at);
}
[[nodiscard]] inline void* structure(Place place) noexcept { return place.bare ? place.at : as<void*>(place.at); }

// The elements of a list or the entries of a map, in a row: `for (std::size_t i = 0; i < range.size(); ++i) range[i]`.
template <class Void>
class BasicRange {
  public:
    explicit BasicRange(BasicPlace<Void> container) noexcept
        : list_(&as<RawList>(container.at)),
          element_{container.schema, &element_row(*container.schema, *container.row), nullptr, false},
          is_map_(container.kind() == Kind::map) {
        element_.bare = stored_bare(*element_.row);
        const TypeRef type = type_of_element(*element_.schema, *element_.row);
        stride_ = is_map_ ? entry_size(type) : element_size(type);
    }
    [[nodiscard]] std::size_t size() const noexcept { return list_->size; }
    // An element; the value of an entry.
    [[nodiscard]] BasicPlace<Void> operator[](std::size_t i) const noexcept {
        Void* const at = offset(static_cast<Void*>(list_->data), i * stride_ + (is_map_ ? entry_value_offset : 0));
        return {element_.schema, element_.row, at, element_.bare};
    }
    [[nodiscard]] const std::string& key(std::size_t i) const noexcept {
        return as<std::string>(static_cast<const void*>(offset(list_->data, i * stride_)));
    }

  private:
    const RawList* list_;
    BasicPlace<Void> element_;
    std::size_t stride_ = 0;
    bool is_map_;
};
using Range = BasicRange<void>;
using ConstRange = BasicRange<const void>;
[[nodiscard]] inline Range elements(Place container) noexcept { return Range(container); }
[[nodiscard]] inline ConstRange elements(ConstPlace container) noexcept { return ConstRange(container); }

// --- writing ---------------------------------------------------------------------------------------------------------

// Makes the value absent; a bare element becomes an empty one.
void reset(Place place) noexcept;
// As `reset`, but leaves null; false where the place cannot be null.
bool set_null(Place place) noexcept;

// The scalar at a place, made present if it was not.
template <class T>
[[nodiscard]] T& make_scalar(Place place) {
    if (place.bare) return as<T>(place.at);
    auto& value = as<field<T>>(place.at);
    return value.has_value() ? *value : value.emplace();
}
// The same with a text.
inline void set_string(Place place, std::string_view text) {
    if (place.bare) {
        as<std::string>(place.at).assign(text);
    } else if (auto& value = as<field<std::string>>(place.at); value.has_value()) {
        value->assign(text);
    } else {
        value.emplace(text);
    }
}
// The structure at a place, made present (with all members absent) if it was not.
[[nodiscard]] inline void* make_structure(Place place) {
    if (place.bare) return place.at;
    void*& boxed = as<void*>(place.at);
    if (!holds(boxed)) boxed = detail::structure_new(place.target());
    return boxed;
}
// The structure at a place, with all members absent whatever there was.
[[nodiscard]] inline void* make_new_structure(Place place) {
    if (place.bare || holds(as<void*>(place.at))) reset(place);
    return make_structure(place);
}
// An empty list or map; what it held is gone.
inline void make_container(Place place) noexcept {
    if (as<RawList>(place.at).data) reset(place);
    as<RawList>(place.at).presence = Presence::present;
}

// Appends to a list or a map again and again: `element` is computed once. A map must be `finish`ed.
class Appender {
  public:
    Appender() noexcept = default;
    explicit Appender(Place container) noexcept
        : list_(&as<RawList>(container.at)),
          row_(&element_row(*container.schema, *container.row)),
          type_(type_of_element(*container.schema, *row_)) {}
    // An empty new element.
    [[nodiscard]] Place append() const {
        return {type_.schema, row_, detail::list_append(*list_, type_), stored_bare(*row_)};
    }
    // A new entry, both parts of it empty. They stay where they are until the next one is appended.
    struct Entry {
        std::string& key;
        Place value;
    };
    [[nodiscard]] Entry append_entry() const {
        void* const entry = map_append(*list_, type_);
        return {as<std::string>(entry), {type_.schema, row_, offset(entry, entry_value_offset), stored_bare(*row_)}};
    }
    // The empty value of a new entry.
    [[nodiscard]] Place append(std::string key) const {
        const Entry entry = append_entry();
        entry.key = std::move(key);
        return entry.value;
    }
    void finish() const { map_sort(*list_, type_); }  // of a map
    [[nodiscard]] const Member& row() const noexcept { return *row_; }
    [[nodiscard]] const Schema& schema() const noexcept { return *type_.schema; }

  private:
    RawList* list_ = nullptr;
    const Member* row_ = nullptr;
    TypeRef type_;
};

// --- finding ---------------------------------------------------------------------------------------------------------

// The member of that name on the wire, or null. Where the schema has slots, by those. Elsewhere the member after the last
// one found is tried first: `hint` is the position to begin at, and becomes the one after the find.
[[nodiscard]] const Member* find_wire_name(ShapeRef shape, std::string_view name, unsigned& hint) noexcept;
// The member of that name in the C++ structure, or null; likewise with a hint.
[[nodiscard]] const Member* find_member(ShapeRef shape, std::string_view name, unsigned& hint) noexcept;
[[nodiscard]] inline const Member* find_member(ShapeRef shape, std::string_view name) noexcept {
    unsigned hint = 0;
    return find_member(shape, name, hint);
}

}  // namespace botocraft::schema
