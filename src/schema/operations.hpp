#pragma once
// What the lifetime engine needs of a type: its size, and how to begin, end, copy, move and compare one.

#include "schema/lifetime.hpp"
#include "schema/types.hpp"

#include <cstring>
#include <memory>
#include <new>
#include <utility>

namespace botocraft::schema {

// Each class describes the types of one form; the lifetime engine is written once over them.

// Copies before it lets go of what was there: a copy that throws changes nothing.
template <class Stored, class Type>
void assign_by_copy(const Type& type, void* to, const void* from) {
    Stored made{};
    type.copy(&made, from);
    type.destroy(to);
    type.relocate(to, &made);
}

template <class T>
struct Typed {
    static constexpr std::size_t size() noexcept { return sizeof(T); }
    static void construct(void* at) noexcept { ::new (at) T(); }
    static void destroy(void* at) noexcept { std::destroy_at(static_cast<T*>(at)); }
    static void copy(void* to, const void* from) { ::new (to) T(as<T>(from)); }
    static void assign(void* to, const void* from) { as<T>(to) = as<T>(from); }
    static void relocate(void* to, void* from) noexcept {
        ::new (to) T(std::move(as<T>(from)));
        destroy(from);
    }
    static bool equal(const void* a, const void* b) noexcept { return as<T>(a) == as<T>(b); }
};

template <>
inline bool Typed<ModelState>::equal(const void*, const void*) noexcept {
    return true;  // the session of a model is no part of its value
}

struct ListOf {
    TypeRef element;

    static constexpr std::size_t size() noexcept { return sizeof(detail::RawList); }
    static void construct(void* at) noexcept { ::new (at) detail::RawList(); }
    void destroy(void* at) const noexcept {
        if (as<detail::RawList>(at).data) detail::list_destroy(as<detail::RawList>(at), element);
    }
    void copy(void* to, const void* from) const {
        detail::list_copy(*::new (to) detail::RawList(), as<detail::RawList>(from), element);
    }
    void assign(void* to, const void* from) const { assign_by_copy<detail::RawList>(*this, to, from); }
    static void relocate(void* to, void* from) noexcept { ::new (to) detail::RawList(as<detail::RawList>(from)); }
    [[nodiscard]] bool equal(const void* a, const void* b) const noexcept {
        return detail::list_equal(as<detail::RawList>(a), as<detail::RawList>(b), element);
    }
};

struct MapOf {
    TypeRef value;

    static constexpr std::size_t size() noexcept { return sizeof(detail::RawList); }
    static void construct(void* at) noexcept { ::new (at) detail::RawList(); }
    void destroy(void* at) const noexcept {
        if (as<detail::RawList>(at).data) detail::map_destroy(as<detail::RawList>(at), value);
    }
    void copy(void* to, const void* from) const {
        detail::map_copy(*::new (to) detail::RawList(), as<detail::RawList>(from), value);
    }
    void assign(void* to, const void* from) const { assign_by_copy<detail::RawList>(*this, to, from); }
    static void relocate(void* to, void* from) noexcept { ::new (to) detail::RawList(as<detail::RawList>(from)); }
    [[nodiscard]] bool equal(const void* a, const void* b) const noexcept {
        return detail::map_equal(as<detail::RawList>(a), as<detail::RawList>(b), value);
    }
};

struct BoxOf {
    ShapeRef shape;

    static constexpr std::size_t size() noexcept { return sizeof(void*); }
    static void construct(void* at) noexcept { ::new (at) void*(nullptr); }
    void destroy(void* at) const noexcept {
        if (void* boxed = as<void*>(at); holds(boxed)) detail::structure_delete(boxed, shape);
    }
    void copy(void* to, const void* from) const {
        void* const boxed = as<void*>(from);
        ::new (to) void*(holds(boxed) ? detail::structure_copy(boxed, shape) : boxed);
    }
    void assign(void* to, const void* from) const { assign_by_copy<void*>(*this, to, from); }
    static void relocate(void* to, void* from) noexcept { ::new (to) void*(as<void*>(from)); }
    [[nodiscard]] bool equal(const void* a, const void* b) const noexcept {
        const void* const first = as<void*>(a);
        const void* const second = as<void*>(b);
        if (!holds(first) || !holds(second)) return first == second;
        return schema::equal(shape, first, second);
    }
};

struct StructureOf {
    ShapeRef shape;

    [[nodiscard]] std::size_t size() const noexcept { return shape.shape().size; }
    void construct(void* at) const noexcept { schema::construct(shape, at); }
    void destroy(void* at) const noexcept { schema::destroy(shape, at); }
    void copy(void* to, const void* from) const { schema::copy(shape, to, from); }
    void relocate(void* to, void* from) const noexcept { schema::relocate(shape, to, from); }
    [[nodiscard]] bool equal(const void* a, const void* b) const noexcept { return schema::equal(shape, a, b); }
};

// Calls f with the operations of the member of a structure.
template <class F>
decltype(auto) with_member(const Schema& schema, const Member& member, F&& f) {
    switch (member.kind) {
        case Kind::structure: return f(BoxOf{{&schema, member.target}});
        case Kind::list: return f(ListOf{element_type(schema, member)});
        case Kind::map: return f(MapOf{element_type(schema, member)});
        case Kind::state: return f(Typed<ModelState>{});
        default:
            return with_scalar(member.kind,
                               [&f]<class T>(std::type_identity<T>) -> decltype(auto) { return f(Typed<field<T>>{}); });
    }
}

// Calls f with the operations of an element.
template <class F>
decltype(auto) with_element(TypeRef type, F&& f) {
    switch (outermost(type)) {
        case nest::list: return f(ListOf{inner(type)});
        case nest::map: return f(MapOf{inner(type)});
        case nest::nullable:
            if (type.leaf == Kind::structure) return f(BoxOf{leaf_shape(type)});
            return with_scalar(type.leaf,
                               [&f]<class T>(std::type_identity<T>) -> decltype(auto) { return f(Typed<field<T>>{}); });
        default:
            if (type.leaf == Kind::structure) return f(StructureOf{leaf_shape(type)});
            return with_scalar(type.leaf,
                               [&f]<class T>(std::type_identity<T>) -> decltype(auto) { return f(Typed<T>{}); });
    }
}

// An entry of a map: the key, then the value at the next multiple of eight, as map<T>::entry lays them out.
struct EntryOf {
    TypeRef value;

    [[nodiscard]] std::size_t size() const noexcept { return entry_size(value); }
    void construct(void* at) const noexcept {
        ::new (at) std::string();
        with_element(value, [at](auto type) { type.construct(offset(at, entry_value_offset)); });
    }
    void destroy(void* at) const noexcept {
        with_element(value, [at](auto type) { type.destroy(offset(at, entry_value_offset)); });
        std::destroy_at(static_cast<std::string*>(at));
    }
    void copy(void* to, const void* from) const {
        ::new (to) std::string(as<std::string>(from));
        try {
            with_element(value, [to, from](auto type) {
                type.copy(offset(to, entry_value_offset), offset(from, entry_value_offset));
            });
        } catch (...) {
            std::destroy_at(static_cast<std::string*>(to));
            throw;
        }
    }
    void relocate(void* to, void* from) const noexcept {
        Typed<std::string>::relocate(to, from);
        with_element(value, [to, from](auto type) {
            type.relocate(offset(to, entry_value_offset), offset(from, entry_value_offset));
        });
    }
    [[nodiscard]] bool equal(const void* a, const void* b) const noexcept {
        return as<std::string>(a) == as<std::string>(b) && with_element(value, [a, b](auto type) {
                   return type.equal(offset(a, entry_value_offset), offset(b, entry_value_offset));
               });
    }
};

}  // namespace botocraft::schema
