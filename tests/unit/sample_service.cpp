#include "sample_service.hpp"

#include <cstddef>
#include <string_view>

#pragma GCC diagnostic ignored "-Winvalid-offsetof"

namespace sample {

namespace {

using botocraft::schema::Kind;
using botocraft::schema::Location;
using botocraft::schema::Member;
using botocraft::schema::Shape;
using botocraft::schema::TimestampFormat;
namespace flag = botocraft::schema::member_flag;
namespace shape_flag = botocraft::schema::shape_flag;

constexpr std::string_view names =
    R"("key":"value":"name":"weight":"next":"children":"named":"text":"Text":"number":"many":"node":"user":"token":)"
    R"("pin":"flag":"integer":"longer":"single":"real":"status":"time":"dateTime":"httpDate":"data":"any":"choice":)"
    R"("secret":"tags":"strings":"numbers":"matrix":"labels":"groups":"counters":"sparseStrings":"sparseNodes":)"
    R"("sparseMap":"sparseLists":"times":"secrets":"origin":"requestId":"x-request-id":"count":"nodes":"state_":)"
    R"("extra":"member":"Tag":"Node":"Choice":"Secret":"Everything":"Thing":"Summary":"Empty":)";

// Where the generator has numbers.
consteval std::uint32_t at(std::string_view name) {
    for (std::size_t i = 0; i + name.size() + 1 < names.size(); ++i) {
        if (names[i] == '"' && names.substr(i + 1, name.size()) == name && names[i + 1 + name.size()] == '"') {
            return static_cast<std::uint32_t>(i);
        }
    }
    throw "no such name";
}
struct Names {
    std::string_view wire;
    std::string_view own;
    consteval Names(const char* both) : wire(both), own(both) {}
    consteval Names(const char* wire_name, const char* own_name) : wire(wire_name), own(own_name) {}
};
consteval Member member(Names n, std::size_t offset, Kind kind, unsigned target = 0, unsigned flags = 0,
                        Location location = Location::body) {
    return {at(n.wire), at(n.own), static_cast<std::uint32_t>(offset), static_cast<std::uint16_t>(target),
            static_cast<std::uint16_t>(flags), static_cast<std::uint8_t>(n.wire.size()),
            static_cast<std::uint8_t>(n.own.size()), kind, location};
}
consteval Member element(Kind kind, unsigned target = 0, unsigned flags = 0) {
    return member("member", 0, kind, target, flags);
}
consteval Member key() { return member("key", 0, Kind::string); }
consteval Member value(Kind kind, unsigned target = 0, unsigned flags = 0) {
    return member("value", 0, kind, target, flags);
}
consteval unsigned format(TimestampFormat f) { return static_cast<unsigned>(f) << flag::timestamp_shift; }

constexpr Member members[] = {
    // Tag 0
    member("key", offsetof(Tag, key), Kind::string),
    member("value", offsetof(Tag, value), Kind::string),
    // Node 2
    member("name", offsetof(Node, name), Kind::string),
    member("weight", offsetof(Node, weight), Kind::integer),
    member("next", offsetof(Node, next), Kind::structure, row_node),
    member("children", offsetof(Node, children), Kind::list, row_nodes),
    member("named", offsetof(Node, named), Kind::map, row_nodes_by_name),
    // Choice 7
    member("text", offsetof(Choice, text), Kind::string),
    member("number", offsetof(Choice, number), Kind::long_),
    member("many", offsetof(Choice, many), Kind::list, row_choices),
    member("node", offsetof(Choice, node), Kind::structure, row_node),
    // Secret 11
    member("user", offsetof(Secret, user), Kind::string),
    member("token", offsetof(Secret, token), Kind::string, 0, flag::sensitive),
    member("pin", offsetof(Secret, pin), Kind::integer, 0, flag::sensitive),
    // Everything 14
    member("flag", offsetof(Everything, flag), Kind::boolean),
    member("integer", offsetof(Everything, integer), Kind::integer),
    member("longer", offsetof(Everything, longer), Kind::long_),
    member("single", offsetof(Everything, single), Kind::float_),
    member("real", offsetof(Everything, real), Kind::double_),
    member({"Text", "text"}, offsetof(Everything, text), Kind::string),
    member("status", offsetof(Everything, status), Kind::string, 0, flag::enumeration),
    member("time", offsetof(Everything, time), Kind::timestamp),
    member("dateTime", offsetof(Everything, dateTime), Kind::timestamp, 0, format(TimestampFormat::date_time)),
    member("httpDate", offsetof(Everything, httpDate), Kind::timestamp, 0, format(TimestampFormat::http_date)),
    member("data", offsetof(Everything, data), Kind::blob),
    member("any", offsetof(Everything, any), Kind::document),
    member("node", offsetof(Everything, node), Kind::structure, row_node),
    member("choice", offsetof(Everything, choice), Kind::structure, row_choice),
    member("secret", offsetof(Everything, secret), Kind::structure, row_secret),
    member("tags", offsetof(Everything, tags), Kind::list, row_tags),
    member("strings", offsetof(Everything, strings), Kind::list, row_strings),
    member("numbers", offsetof(Everything, numbers), Kind::list, row_numbers),
    member("matrix", offsetof(Everything, matrix), Kind::list, row_matrix),
    member("labels", offsetof(Everything, labels), Kind::map, row_string_map),
    member("groups", offsetof(Everything, groups), Kind::map, row_lists_by_name),
    member("counters", offsetof(Everything, counters), Kind::list, row_maps),
    member("sparseStrings", offsetof(Everything, sparseStrings), Kind::list, row_sparse_strings),
    member("sparseNodes", offsetof(Everything, sparseNodes), Kind::list, row_sparse_nodes),
    member("sparseMap", offsetof(Everything, sparseMap), Kind::map, row_sparse_map),
    member("sparseLists", offsetof(Everything, sparseLists), Kind::list, row_sparse_lists),
    member("times", offsetof(Everything, times), Kind::list, row_times),
    member("secrets", offsetof(Everything, secrets), Kind::list, row_secrets),
    member("origin", offsetof(Everything, origin), Kind::string, 0, 0, Location::none),
    member({"x-request-id", "requestId"}, offsetof(Everything, requestId), Kind::string, 0, 0, Location::header),
    // Thing 44
    member("name", offsetof(Thing, name), Kind::string),
    member("count", offsetof(Thing, count), Kind::integer),
    member("tags", offsetof(Thing, tags), Kind::list, row_tags),
    member("nodes", offsetof(Thing, nodes), Kind::list, row_nodes),
    member("labels", offsetof(Thing, labels), Kind::map, row_string_map),
    member("state_", offsetof(Thing, state_), Kind::state, 0, 0, Location::none),
    // Summary 50
    member("name", offsetof(Summary, name), Kind::string),
    member("weight", offsetof(Summary, weight), Kind::string),
    member("next", offsetof(Summary, next), Kind::structure, row_summary),
    member("named", offsetof(Summary, named), Kind::map, row_nodes_by_name),
    member("extra", offsetof(Summary, extra), Kind::string),
    // the elements of lists, the keys and values of maps: 55
    element(Kind::structure, row_tag),
    element(Kind::structure, row_node),
    key(), value(Kind::structure, row_node),
    element(Kind::structure, row_choice),
    element(Kind::string),
    element(Kind::integer),
    element(Kind::list, row_numbers),
    key(), value(Kind::string),
    key(), value(Kind::list, row_strings),
    element(Kind::map, row_map_of_numbers),
    key(), value(Kind::integer),
    element(Kind::string, 0, flag::nullable),
    element(Kind::structure, row_node, flag::nullable),
    key(), value(Kind::string, 0, flag::nullable),
    element(Kind::timestamp),
    element(Kind::string, 0, flag::sensitive),
    element(Kind::list, row_numbers, flag::nullable),
};

consteval Shape structure(std::string_view name, std::uint32_t first, std::uint16_t count, std::size_t size,
                          std::uint8_t flags = 0) {
    return {first, static_cast<std::uint32_t>(size), at(name), count, static_cast<std::uint8_t>(name.size()),
            Kind::structure, flags};
}
consteval Shape list_of(std::uint32_t element_row) { return {element_row, 0, 0, 1, 0, Kind::list, 0}; }
consteval Shape map_of(std::uint32_t key_row) { return {key_row, 0, 0, 2, 0, Kind::map, 0}; }

constexpr Shape shapes[] = {
    structure("Tag", 0, 2, sizeof(Tag), shape_flag::tag),
    structure("Node", 2, 5, sizeof(Node)),
    structure("Choice", 7, 4, sizeof(Choice), shape_flag::union_),
    structure("Secret", 11, 3, sizeof(Secret)),
    structure("Everything", 14, 30, sizeof(Everything)),
    structure("Thing", 44, 6, sizeof(Thing), shape_flag::primary),
    structure("Summary", 50, 5, sizeof(Summary)),
    structure("Empty", 55, 0, sizeof(Empty)),
    list_of(55), list_of(56), map_of(57), list_of(59), list_of(60), list_of(61), list_of(62), map_of(63), map_of(65),
    list_of(67), map_of(68), list_of(70), list_of(71), map_of(72), list_of(74), list_of(75), list_of(76),
};
static_assert(std::size(shapes) == row_count && std::size(members) == 77);

}  // namespace

constinit const botocraft::schema::Schema schema{shapes, members, names.data(), row_count};

}  // namespace sample
