#pragma once
// From rows to C++ types: the kinds' types, the type of an element, and what a lifetime needs to know of each.

#include <botocraft/containers.hpp>
#include <botocraft/field.hpp>
#include <botocraft/model_state.hpp>
#include <botocraft/schema.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

namespace botocraft::schema {

// The constructors of TypeRef::nest.
namespace nest {
inline constexpr unsigned leaf = 0;
inline constexpr unsigned list = 1;
inline constexpr unsigned map = 2;
inline constexpr unsigned nullable = 3;
}  // namespace nest

[[nodiscard]] constexpr unsigned outermost(TypeRef type) noexcept { return type.nest & 3u; }
[[nodiscard]] constexpr TypeRef inner(TypeRef type) noexcept {
    type.nest = static_cast<std::uint8_t>(type.nest >> 2);
    return type;
}
[[nodiscard]] constexpr ShapeRef leaf_shape(TypeRef type) noexcept { return {type.schema, type.shape}; }

[[nodiscard]] constexpr bool is_container(Kind kind) noexcept { return kind == Kind::list || kind == Kind::map; }

// The row that describes the elements of a list, or the values of a map.
[[nodiscard]] inline const Member& element_row(const Schema& schema, const Member& container) noexcept {
    return schema.members[schema.shapes[container.target].first_member + (container.kind == Kind::map ? 1u : 0u)];
}

// The type of an element that `row` describes. Lists and maps have a null of their own, so that an element of a sparse
// list of lists is a list, not a field of one.
[[nodiscard]] inline TypeRef type_of_element(const Schema& schema, const Member& row) noexcept {
    const Member* at = &row;
    unsigned nesting = 0;
    unsigned shift = 0;
    for (; is_container(at->kind); shift += 2) {
        nesting |= (at->kind == Kind::list ? nest::list : nest::map) << shift;
        at = &element_row(schema, *at);
    }
    if (at->flags & member_flag::nullable) nesting |= nest::nullable << shift;
    return {&schema, at->target, at->kind, static_cast<std::uint8_t>(nesting)};
}

// The type of the elements (values) of the list (map) that `container` describes.
[[nodiscard]] inline TypeRef element_type(const Schema& schema, const Member& container) noexcept {
    return type_of_element(schema, element_row(schema, container));
}

// Calls f(std::type_identity<T>) with the C++ type of a scalar kind.
template <class F>
constexpr decltype(auto) with_scalar(Kind kind, F&& f) {
    switch (kind) {
        case Kind::boolean: return f(std::type_identity<bool>{});
        case Kind::integer: return f(std::type_identity<std::int32_t>{});
        case Kind::long_: return f(std::type_identity<std::int64_t>{});
        case Kind::float_: return f(std::type_identity<float>{});
        case Kind::double_: return f(std::type_identity<double>{});
        case Kind::timestamp: return f(std::type_identity<timestamp>{});
        case Kind::blob: return f(std::type_identity<blob>{});
        case Kind::document: return f(std::type_identity<document>{});
        default: return f(std::type_identity<std::string>{});
    }
}

// Where a member of a kind has its Presence: which byte, and which two bits of that. A field<T> has it behind the value, a
// container in the last two bits of its last word. A box has none: its pointer says it.
struct PresenceBits {
    std::uint8_t byte = 0;
    std::uint8_t mask = 0;
    std::uint8_t present = 0xff;  // the two bits where there is a value; absent is zero. Of a kind without: never equal
};
inline constexpr auto presence_bits = [] {
    std::array<PresenceBits, static_cast<std::size_t>(Kind::state) + 1> bits{};
    static_assert(static_cast<int>(detail::Presence::absent) == 0);
    constexpr int present = static_cast<int>(detail::Presence::present);
    for (std::size_t kind = 0; kind <= static_cast<std::size_t>(Kind::document); ++kind) {
        with_scalar(static_cast<Kind>(kind), [&bits, kind]<class T>(std::type_identity<T>) {
            bits[kind] = {sizeof(T), 3, present};
        });
    }
    constexpr std::uint8_t last_byte = sizeof(detail::RawList) - 1;
    constexpr int shift = std::endian::native == std::endian::little ? 6 : 0;
    for (const Kind kind : {Kind::list, Kind::map}) {
        bits[static_cast<std::size_t>(kind)] = {last_byte, 3 << shift, present << shift};
    }
    return bits;
}();

// Memory as a T that lives there.
template <class T>
[[nodiscard]] T& as(void* at) noexcept {
    return *static_cast<T*>(at);
}
template <class T>
[[nodiscard]] const T& as(const void* at) noexcept {
    return *static_cast<const T*>(at);
}
[[nodiscard]] inline void* offset(void* base, std::size_t bytes) noexcept { return static_cast<char*>(base) + bytes; }
[[nodiscard]] inline const void* offset(const void* base, std::size_t bytes) noexcept {
    return static_cast<const char*>(base) + bytes;
}

// box<T> is one pointer: null is absent, this mark is null.
[[nodiscard]] inline void* null_box() noexcept { return reinterpret_cast<void*>(std::uintptr_t{1}); }
[[nodiscard]] inline bool holds(const void* boxed) noexcept { return reinterpret_cast<std::uintptr_t>(boxed) > 1; }

}  // namespace botocraft::schema
