#pragma once
// The tables that describe AWS structures. Rows are plain integers; generated code holds them as constants, and every
// walker (codecs, copying, comparing, printing, filters) reads them. Users meet them only through the types of
// containers.hpp; what is here is the contract between generated files and the library.

#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace botocraft {

// Times have no zone: they are UTC. Microseconds reach from year -290308 to 294247.
using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

namespace schema {

// What a member holds. As a member of a structure, a scalar kind is stored as field<T>; as an element of a list or map,
// as T itself.
enum class Kind : std::uint8_t {
    boolean,     // bool
    integer,     // std::int32_t
    long_,       // std::int64_t
    float_,      // float
    double_,     // double
    string,      // std::string; enumerations too
    timestamp,   // botocraft::timestamp
    blob,        // botocraft::blob
    document,    // botocraft::document
    structure,   // box<T> as a member, T as an element
    list,        // list<T>
    map,         // map<T>
    state,       // ModelState: not on the wire
};

// Where a member travels.
enum class Location : std::uint8_t {
    body,
    header,         // one header
    header_prefix,  // all headers that begin with the wire name
    query,          // one query parameter
    query_map,      // the entries are query parameters
    path,           // a label of the URI
    status,         // the HTTP status code
    payload,        // the member is the whole body
    none,           // never on the wire: members that the overlay adds
};

enum class TimestampFormat : std::uint8_t { protocol_default, epoch_seconds, date_time, http_date };

// Bits of Member::flags
namespace member_flag {
inline constexpr std::uint16_t required = 1 << 0;
inline constexpr std::uint16_t idempotency_token = 1 << 1;
inline constexpr std::uint16_t sensitive = 1 << 2;
inline constexpr std::uint16_t flattened = 1 << 3;
inline constexpr std::uint16_t xml_attribute = 1 << 4;
inline constexpr std::uint16_t streaming = 1 << 5;
inline constexpr std::uint16_t json_value = 1 << 6;
inline constexpr std::uint16_t host_label = 1 << 7;
inline constexpr std::uint16_t enumeration = 1 << 8;
inline constexpr std::uint16_t read_only = 1 << 9;    // set by AWS: no request has it
inline constexpr std::uint16_t nullable = 1 << 10;    // element of a sparse list or map: stored as field<T> or box<T>
inline constexpr std::uint16_t plain_name = 1 << 11;  // the wire name has nothing in it that a URI must encode
inline constexpr std::uint16_t timestamp_shift = 12;  // bits 12 and 13: TimestampFormat
inline constexpr std::uint16_t percent_encoded = 1 << 14;  // AWS sends it so, and takes it as it is
}  // namespace member_flag

// One member of a structure, the element of a list, or the key and the value of a map.
struct Member {
    std::uint32_t wire_name;  // offset in Schema::names of `"name":`, ready to copy; the bare name is one further
    std::uint32_t name;       // the same for the member's own name, where it differs from the wire's
    std::uint32_t offset;     // in the C++ structure
    std::uint16_t target;     // row in Schema::shapes, where kind is structure, list or map
    std::uint16_t flags;
    std::uint8_t wire_name_length;  // of the bare name
    std::uint8_t name_length;
    Kind kind;
    Location location;
};

// Bits of Shape::flags
namespace shape_flag {
inline constexpr std::uint8_t union_ = 1 << 0;      // at most one member is present
inline constexpr std::uint8_t exception = 1 << 1;   // an error that an operation declares
inline constexpr std::uint8_t sensitive = 1 << 2;
inline constexpr std::uint8_t primary = 1 << 3;     // a primary model: its last member is its ModelState
inline constexpr std::uint8_t tag = 1 << 4;         // a tag: its first two members are key and value
inline constexpr std::uint8_t models = 1 << 5;      // a primary model, or one has its place inside, at whatever depth
}  // namespace shape_flag

// A structure, a list or a map.
struct Shape {
    std::uint32_t first_member;  // row in Schema::members: members; the element; the key, then the value
    std::uint32_t size;          // sizeof the C++ type of a structure
    std::uint32_t name;          // offset in Schema::names of the quoted name
    std::uint16_t member_count;
    std::uint8_t name_length;
    Kind kind;
    std::uint8_t flags;
    std::uint8_t unused = 0;
};

// Characters of Schema::names.
struct Text {
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
};

// What only XML and ec2 ask, and few rows have: kept beside the rows, so that all others need not carry it.
struct XmlDetail {
    std::uint32_t row = 0;  // of Schema::shapes or Schema::members
    Text name;              // a shape's root element, a member's name in requests of ec2; empty: as usual
    Text prefix;            // of the namespace
    Text uri;               // of the namespace; empty: none
};
struct XmlDetails {  // sorted by row
    const XmlDetail* shapes = nullptr;
    const XmlDetail* members = nullptr;
    std::uint32_t shape_count = 0;
    std::uint32_t member_count = 0;
};

// The tables of one service.
struct Schema {
    const Shape* shapes;
    const Member* members;
    const char* names;
    std::uint32_t shape_count;
    const XmlDetails* xml = nullptr;      // null where nothing is out of the ordinary
    const std::uint8_t* slots = nullptr;  // where members are, by their wire names: see slot_of. Null: nobody knows

    [[nodiscard]] constexpr std::string_view wire_name(const Member& m) const noexcept {
        return {names + m.wire_name + 1, m.wire_name_length};
    }
    [[nodiscard]] constexpr std::string_view name(const Member& m) const noexcept {
        return {names + m.name + 1, m.name_length};
    }
    [[nodiscard]] constexpr std::string_view name(const Shape& s) const noexcept {
        return {names + s.name + 1, s.name_length};
    }
    [[nodiscard]] constexpr std::string_view text(Text t) const noexcept { return {names + t.offset, t.length}; }
};

// Members by their wire names. A structure's slots begin at four times its first row, and are slot_count of its members
// (0: it has none, or too many). A slot is 0, or one more than a member's position in its structure. A
// name's search begins at slot_of, goes on one by one, from the end to the beginning, and fails at a slot that is 0.
inline constexpr std::size_t most_members_in_slots = 254;

[[nodiscard]] constexpr std::size_t slot_count(std::size_t members) noexcept {
    return members == 0 || members > most_members_in_slots ? 0 : std::bit_ceil(members * 2);
}
// Some characters tell most names of a structure apart. The same on every machine: generated tables rely on it.
[[nodiscard]] constexpr std::size_t slot_of(std::string_view name, std::size_t slots) noexcept {
    const auto at = [name](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(name[i])); };
    const std::size_t size = name.size();
    if (size == 0) return 0;
    const std::uint32_t some = at(0) | at(size / 4) << 8 | at(size / 2) << 16 | at(size - 1) << 24;
    const std::uint32_t mixed = (some ^ static_cast<std::uint32_t>(size) * 0x01000193u) * 0x9e3779b9u;
    return mixed >> 16 & (slots - 1);
}

// One row of one service's shapes. Every generated structure has one: `static constexpr ShapeRef shape_`.
struct ShapeRef {
    const Schema* schema = nullptr;
    std::uint16_t index = 0;

    [[nodiscard]] constexpr const Shape& shape() const noexcept { return schema->shapes[index]; }
    [[nodiscard]] constexpr const Member* begin() const noexcept { return schema->members + shape().first_member; }
    [[nodiscard]] constexpr const Member* end() const noexcept { return begin() + shape().member_count; }
    [[nodiscard]] constexpr std::string_view name() const noexcept { return schema->name(shape()); }
    [[nodiscard]] constexpr ShapeRef target(const Member& m) const noexcept { return {schema, m.target}; }
    friend constexpr bool operator==(ShapeRef, ShapeRef) noexcept = default;
};

// The C++ type of an element of a container, as its template argument says it: a leaf inside up to four containers.
struct TypeRef {
    const Schema* schema = nullptr;  // where the leaf is a structure
    std::uint16_t shape = 0;         // likewise: its row
    Kind leaf = Kind::string;
    std::uint8_t nest = 0;           // two bits a level, outermost lowest: 1 list, 2 map, 3 nullable
};

}  // namespace schema
}  // namespace botocraft
