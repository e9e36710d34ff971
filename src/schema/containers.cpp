// list<T>, map<T> and box<T>, for every T at once.

#include <botocraft/containers.hpp>

#include "schema/operations.hpp"

#include <algorithm>
#include <stdexcept>

namespace botocraft {

namespace {

using detail::Presence;
using detail::RawList;
using schema::offset;

constexpr std::size_t most_elements = (std::size_t{1} << 30) - 1;  // RawList::capacity has 30 bits

template <class Type>
void* element_at(const RawList& list, std::size_t i, const Type& type) noexcept {
    return offset(list.data, i * type.size());
}

template <class Type>
void move_to_new_storage(RawList& list, std::size_t capacity, const Type& type) {
    if (capacity > most_elements) throw std::length_error("botocraft: too many elements");
    const std::size_t size = type.size();
    void* const storage = ::operator new(capacity * size);
    for (std::size_t i = 0; i < list.size; ++i) type.relocate(offset(storage, i * size), offset(list.data, i * size));
    ::operator delete(list.data);
    list.data = storage;
    list.capacity = static_cast<std::uint32_t>(capacity) & most_elements;
}

template <class Type>
void grow(RawList& list, const Type& type) {
    constexpr std::size_t first_bytes = 256;  // small elements come in fours or more, large ones alone
    const std::size_t next = list.capacity ? std::size_t{list.capacity} * 2 : first_bytes / type.size();
    move_to_new_storage(list, std::max<std::size_t>(std::min(next, most_elements), std::size_t{list.size} + 1), type);
}

template <class Type>
void* append(RawList& list, const Type& type) {
    if (list.size == list.capacity) grow(list, type);
    void* const at = element_at(list, list.size, type);
    type.construct(at);
    ++list.size;
    list.presence = Presence::present;
    return at;
}

template <class Type>
void* insert(RawList& list, std::size_t position, const Type& type) {
    if (list.size == list.capacity) grow(list, type);
    for (std::size_t i = list.size; i > position; --i) {
        type.relocate(element_at(list, i, type), element_at(list, i - 1, type));
    }
    void* const at = element_at(list, position, type);
    type.construct(at);
    ++list.size;
    list.presence = Presence::present;
    return at;
}

template <class Type>
void erase(RawList& list, std::size_t first, std::size_t last, const Type& type) noexcept {
    for (std::size_t i = first; i < last; ++i) type.destroy(element_at(list, i, type));
    if (first != last) {
        for (std::size_t i = last; i < list.size; ++i) {
            type.relocate(element_at(list, first + (i - last), type), element_at(list, i, type));
        }
    }
    list.size -= static_cast<std::uint32_t>(last - first);
    list.presence = Presence::present;
}

template <class Type>
void destroy_all(RawList& list, const Type& type) noexcept {
    for (std::size_t i = 0; i < list.size; ++i) type.destroy(element_at(list, i, type));
    ::operator delete(list.data);
    list = RawList{};
}

template <class Type>
void copy_all(RawList& to, const RawList& from, const Type& type) {
    RawList made;
    made.presence = from.presence;
    if (from.size != 0) {
        made.data = ::operator new(from.size * type.size());
        made.capacity = from.size & most_elements;
        try {
            for (; made.size < from.size; ++made.size) {
                type.copy(element_at(made, made.size, type), element_at(from, made.size, type));
            }
        } catch (...) {
            destroy_all(made, type);
            throw;
        }
    }
    to = made;
}

template <class Type>
bool equal_all(const RawList& a, const RawList& b, const Type& type) noexcept {
    if (a.presence != b.presence || a.size != b.size) return false;
    for (std::size_t i = 0; i < a.size; ++i) {
        if (!type.equal(element_at(a, i, type), element_at(b, i, type))) return false;
    }
    return true;
}

const std::string& key_at(const RawList& map, std::size_t i, std::size_t entry_size) noexcept {
    return *static_cast<const std::string*>(offset(map.data, i * entry_size));
}

// The first entry whose key is not less.
std::size_t lower_bound(const RawList& map, std::string_view key, std::size_t entry_size) noexcept {
    std::size_t first = 0;
    for (std::size_t count = map.size; count != 0;) {
        const std::size_t half = count / 2;
        if (key_at(map, first + half, entry_size) < key) {
            first += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return first;
}

}  // namespace

namespace detail {

void list_destroy(RawList& list, schema::TypeRef element) noexcept {
    schema::with_element(element, [&list](const auto& type) { destroy_all(list, type); });
}

void list_copy(RawList& to, const RawList& from, schema::TypeRef element) {
    schema::with_element(element, [&](const auto& type) { copy_all(to, from, type); });
}

void* list_append(RawList& list, schema::TypeRef element) {
    return schema::with_element(element, [&list](const auto& type) { return append(list, type); });
}

void list_resize(RawList& list, std::size_t size, schema::TypeRef element) {
    schema::with_element(element, [&list, size](const auto& type) {
        if (size < list.size) {
            erase(list, size, list.size, type);
        } else {
            if (size > list.capacity) move_to_new_storage(list, size, type);
            while (list.size < size) append(list, type);
        }
        list.presence = Presence::present;
    });
}

void list_reserve(RawList& list, std::size_t capacity, schema::TypeRef element) {
    if (capacity <= list.capacity) return;
    schema::with_element(element, [&](const auto& type) { move_to_new_storage(list, capacity, type); });
}

void list_erase(RawList& list, std::size_t first, std::size_t last, schema::TypeRef element) noexcept {
    schema::with_element(element, [&](const auto& type) { erase(list, first, last, type); });
}

void* list_insert(RawList& list, std::size_t at, schema::TypeRef element) {
    return schema::with_element(element, [&list, at](const auto& type) { return insert(list, at, type); });
}

bool list_equal(const RawList& a, const RawList& b, schema::TypeRef element) noexcept {
    return schema::with_element(element, [&a, &b](const auto& type) { return equal_all(a, b, type); });
}

void map_destroy(RawList& map, schema::TypeRef value) noexcept { destroy_all(map, schema::EntryOf{value}); }

void map_copy(RawList& to, const RawList& from, schema::TypeRef value) {
    copy_all(to, from, schema::EntryOf{value});
}

void* map_find(const RawList& map, std::string_view key, schema::TypeRef value) noexcept {
    const std::size_t size = schema::entry_size(value);
    const std::size_t at = lower_bound(map, key, size);
    return at < map.size && key_at(map, at, size) == key ? offset(map.data, at * size) : nullptr;
}

void* map_insert(RawList& map, std::string_view key, schema::TypeRef value) {
    const std::size_t size = schema::entry_size(value);
    const std::size_t at = lower_bound(map, key, size);
    if (at < map.size && key_at(map, at, size) == key) return offset(map.data, at * size);
    std::string own_key(key);  // before anything moves: it may throw, and `key` may lie within the map
    void* const entry = insert(map, at, schema::EntryOf{value});
    *static_cast<std::string*>(entry) = std::move(own_key);
    return entry;
}

bool map_erase(RawList& map, std::string_view key, schema::TypeRef value) noexcept {
    const std::size_t size = schema::entry_size(value);
    const std::size_t at = lower_bound(map, key, size);
    if (at == map.size || key_at(map, at, size) != key) return false;
    erase(map, at, at + 1, schema::EntryOf{value});
    return true;
}

bool map_equal(const RawList& a, const RawList& b, schema::TypeRef value) noexcept {
    return equal_all(a, b, schema::EntryOf{value});
}

void* structure_new(schema::ShapeRef shape) {
    void* const structure = ::operator new(shape.shape().size);
    schema::construct(shape, structure);
    return structure;
}

void* structure_copy(const void* from, schema::ShapeRef shape) {
    void* const structure = ::operator new(shape.shape().size);
    try {
        schema::copy(shape, structure, from);
    } catch (...) {
        ::operator delete(structure);
        throw;
    }
    return structure;
}

void structure_delete(void* structure, schema::ShapeRef shape) noexcept {
    schema::destroy(shape, structure);
    ::operator delete(structure);
}

bool structure_equal(const void* a, const void* b, schema::ShapeRef shape) noexcept {
    return schema::equal(shape, a, b);
}

}  // namespace detail

namespace schema {

void* map_append(detail::RawList& map, TypeRef value) { return append(map, EntryOf{value}); }

void map_sort(detail::RawList& map, TypeRef value) {
    const EntryOf type{value};
    const std::size_t size = type.size();
    const auto key = [&map, size](std::size_t i) -> const std::string& { return key_at(map, i, size); };
    std::size_t sorted = 1;
    while (sorted < map.size && key(sorted - 1) < key(sorted)) ++sorted;
    if (sorted >= map.size) return;

    std::vector<std::uint32_t> order(map.size);
    for (std::uint32_t i = 0; i < map.size; ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&key](std::uint32_t a, std::uint32_t b) {
        const int compared = key(a).compare(key(b));
        return compared < 0 || (compared == 0 && a < b);
    });
    detail::RawList made;
    made.data = ::operator new(map.size * size);
    made.capacity = map.size & most_elements;
    made.presence = Presence::present;
    for (std::size_t i = 0; i < order.size(); ++i) {
        void* const from = element_at(map, order[i], type);
        if (i + 1 < order.size() && key(order[i]) == key(order[i + 1])) {
            type.destroy(from);
        } else {
            type.relocate(element_at(made, made.size++, type), from);
        }
    }
    map.size = 0;
    destroy_all(map, type);
    map = made;
}

}  // namespace schema

}  // namespace botocraft
