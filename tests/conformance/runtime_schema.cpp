#include "runtime_schema.hpp"

#include "protocol/timestamp.hpp"

#include <botocraft/service.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace conformance {

namespace {

using botocraft::blob;
using botocraft::document;
using schema::Kind;
using schema::Location;
using schema::Place;
using schema::Presence;
namespace flag = schema::member_flag;

bool is_set(const boost::json::object& object, std::string_view name) {
    const auto* const value = object.if_contains({name.data(), name.size()});
    return value && value->is_bool() && value->get_bool();
}
std::string_view text_of(const boost::json::object& object, std::string_view name) {
    const auto* const value = object.if_contains({name.data(), name.size()});
    if (!value || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}
std::string_view view(boost::json::string_view text) { return {text.data(), text.size()}; }

Location location_of(std::string_view name) {
    if (name == "header") return Location::header;
    if (name == "headers") return Location::header_prefix;
    if (name == "querystring") return Location::query;
    if (name == "uri") return Location::path;
    if (name == "statusCode") return Location::status;
    return Location::body;
}
unsigned format_of(std::string_view name) {
    using schema::TimestampFormat;
    if (name == "iso8601") return static_cast<unsigned>(TimestampFormat::date_time) << flag::timestamp_shift;
    if (name == "rfc822") return static_cast<unsigned>(TimestampFormat::http_date) << flag::timestamp_shift;
    if (name == "unixTimestamp") return static_cast<unsigned>(TimestampFormat::epoch_seconds) << flag::timestamp_shift;
    return 0;
}
std::size_t stored_size(Kind kind) {
    if (schema::is_container(kind)) return sizeof(schema::RawList);
    if (kind == Kind::structure) return sizeof(void*);
    return schema::with_scalar(kind, []<class T>(std::type_identity<T>) { return sizeof(botocraft::field<T>); });
}
std::size_t stored_alignment(Kind kind) {
    if (kind == Kind::structure || schema::is_container(kind)) return alignof(void*);
    return schema::with_scalar(kind, []<class T>(std::type_identity<T>) { return alignof(botocraft::field<T>); });
}

}  // namespace

RuntimeSchema::RuntimeSchema(const boost::json::object& suite)
    : source_(suite.at("shapes").as_object()),
      named_payloads_(text_of(suite.at("metadata").as_object(), "protocol") == "rest-xml") {
    for (const auto& test : suite.at("cases").as_array()) {
        const auto* const output = test.at("given").as_object().if_contains("output");
        if (output) outputs_.emplace(text_of(output->as_object(), "shape"));
    }
    const boost::json::object& shapes = source_;
    for (const auto& [name, shape] : shapes) {
        const Kind kind = kind_of(view(name));
        if (kind == Kind::structure || schema::is_container(kind)) {
            rows_.emplace(std::string(view(name)), static_cast<std::uint16_t>(rows_.size()));
        }
    }
    shapes_.resize(rows_.size());
    for (const auto& [name, index] : rows_) {
        const boost::json::object& shape = shapes.at(name).as_object();
        if (kind_of(name) == Kind::structure) {
            add_structure(name, shape);
        } else {
            add_container(name, shape);
        }
    }
    empty_row_ = static_cast<std::uint16_t>(shapes_.size());
    shapes_.push_back({0, 1, quoted("Empty"), 0, 5, Kind::structure, 0});
    add_operations(suite);
    for (const auto& [row, detail] : roots_) shape_details_.push_back(detail);
    xml_ = {shape_details_.data(), member_details_.data(), static_cast<std::uint32_t>(shape_details_.size()),
            static_cast<std::uint32_t>(member_details_.size())};
    schema_ = {shapes_.data(), members_.data(), names_.data(), static_cast<std::uint32_t>(shapes_.size()), &xml_};
}

schema::Text RuntimeSchema::add_text(std::string_view text) {
    const auto at = static_cast<std::uint32_t>(names_.size());
    names_ += text;
    return {at, static_cast<std::uint32_t>(text.size())};
}

schema::Text RuntimeSchema::text(std::string_view text) const {
    const std::size_t at = names_.find(text);
    if (at == names_.npos) throw std::out_of_range("no text " + std::string(text));
    return {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(text.size())};
}

void RuntimeSchema::add_namespace(schema::XmlDetail& detail, const boost::json::object& trait) {
    const auto* const given = trait.if_contains("xmlNamespace");
    if (!given) return;
    if (given->is_string()) {
        detail.uri = add_text(view(given->get_string()));
    } else {
        detail.uri = add_text(text_of(given->as_object(), "uri"));
        detail.prefix = add_text(text_of(given->as_object(), "prefix"));
    }
}

// What a shape says of its root element counts more than what an operation says.
void RuntimeSchema::add_root(std::uint16_t row, const boost::json::object& trait) {
    if (!trait.contains("locationName") && !trait.contains("xmlNamespace")) return;
    schema::XmlDetail& detail = roots_[row];
    detail.row = row;
    if (detail.name.length == 0) detail.name = add_text(text_of(trait, "locationName"));
    if (detail.uri.length == 0) add_namespace(detail, trait);
}

void RuntimeSchema::add_operations(const boost::json::object& suite) {
    for (const auto& [name, row] : rows_) add_root(row, source_.at(name).as_object());
    for (const auto& test : suite.at("cases").as_array()) {
        const boost::json::object& operation = test.at("given").as_object();
        static_cast<void>(add_text(text_of(operation, "name")));
        static_cast<void>(add_text(text_of(operation.at("http").as_object(), "requestUri")));
        if (const auto* const endpoint = operation.if_contains("endpoint")) {
            static_cast<void>(add_text(text_of(endpoint->as_object(), "hostPrefix")));
        }
        if (const auto* const input = operation.if_contains("input")) {
            add_root(rows_.find(text_of(input->as_object(), "shape"))->second, input->as_object());
        }
    }
}

// Smithy's rule: the member's xmlName, else that of its target, else the target's name. Where Smithy has no xmlName,
// the test files have the member's own name as its locationName. In descriptions of real services the locationName is
// right as it stands: LegalHold of S3 has its own name, and its target another one.
std::string RuntimeSchema::payload_name(std::string_view name, const boost::json::object& member) const {
    const std::string_view given = text_of(member, "locationName");
    if (given != name && !given.empty()) return std::string(given);
    const std::string_view target = text_of(member, "shape");
    const std::string_view of_target = text_of(source_.at({target.data(), target.size()}).as_object(), "locationName");
    return std::string(of_target.empty() ? target : of_target);
}

schema::ShapeRef RuntimeSchema::shape(std::string_view name) const {
    const auto found = rows_.find(name);
    if (found == rows_.end()) throw std::out_of_range("no shape " + std::string(name));
    return {&schema_, found->second};
}

std::uint16_t RuntimeSchema::event_member(std::string_view structure) const {
    const boost::json::object& shape = source_.at({structure.data(), structure.size()}).as_object();
    std::uint16_t row = 0;
    for (const auto& [name, member] : shape.at("members").as_object()) {
        const std::string_view target = text_of(member.as_object(), "shape");
        if (is_set(source_.at({target.data(), target.size()}).as_object(), "eventstream")) return row;
        ++row;
    }
    return botocraft::api::none;
}

Kind RuntimeSchema::kind_of(std::string_view shape) const {
    const boost::json::object& object = source_.at({shape.data(), shape.size()}).as_object();
    const std::string_view type = text_of(object, "type");
    if (is_set(object, "document")) return Kind::document;
    if (type == "structure") return Kind::structure;
    if (type == "list") return Kind::list;
    if (type == "map") return Kind::map;
    if (type == "boolean") return Kind::boolean;
    if (type == "integer" || type == "short" || type == "byte") return Kind::integer;
    if (type == "long" || type == "bigInteger") return Kind::long_;
    if (type == "float") return Kind::float_;
    if (type == "double" || type == "bigDecimal") return Kind::double_;
    if (type == "timestamp") return Kind::timestamp;
    if (type == "blob") return Kind::blob;
    return Kind::string;
}

std::uint32_t RuntimeSchema::quoted(std::string_view name) {
    const auto at = static_cast<std::uint32_t>(names_.size());
    names_.append("\"").append(name).append("\":");
    return at;
}

schema::Member RuntimeSchema::row(std::string_view name, const boost::json::object& member, std::uint16_t flags) {
    const std::string_view target = text_of(member, "shape");
    const boost::json::object& shape = source_.at({target.data(), target.size()}).as_object();
    std::string_view wire = text_of(member, "locationName");
    if (!member.contains("locationName")) wire = name;
    schema::Member made{};
    made.kind = kind_of(target);
    made.wire_name = quoted(wire);
    made.wire_name_length = static_cast<std::uint8_t>(wire.size());
    made.name = quoted(name);
    made.name_length = static_cast<std::uint8_t>(name.size());
    if (const auto found = rows_.find(target); found != rows_.end()) made.target = found->second;
    made.location = location_of(text_of(member, "location"));
    if (made.location == Location::query && made.kind == Kind::map) made.location = Location::query_map;
    // In the messages of event streams.
    if (is_set(member, "eventheader")) made.location = Location::header;
    if (is_set(member, "eventpayload")) made.location = Location::payload;
    for (const auto& [key, bit] : std::initializer_list<std::pair<std::string_view, std::uint16_t>>{
             {"sensitive", flag::sensitive}, {"flattened", flag::flattened}, {"xmlAttribute", flag::xml_attribute},
             {"streaming", flag::streaming}, {"jsonvalue", flag::json_value}, {"hostLabel", flag::host_label},
             {"idempotencyToken", flag::idempotency_token}}) {
        if (is_set(member, key) || is_set(shape, key)) flags |= bit;
    }
    if (shape.contains("enum")) flags |= flag::enumeration;
    if (member.contains("xmlNamespace")) {
        schema::XmlDetail detail;
        detail.row = static_cast<std::uint32_t>(members_.size());
        add_namespace(detail, member);
        member_details_.push_back(detail);
    }
    std::string_view format = text_of(member, "timestampFormat");
    if (format.empty()) format = text_of(shape, "timestampFormat");
    made.flags = static_cast<std::uint16_t>(flags | format_of(format));
    return made;
}

void RuntimeSchema::add_structure(std::string_view name, const boost::json::object& shape) {
    const auto first = static_cast<std::uint32_t>(members_.size());
    std::size_t size = 0;
    const std::string_view payload = text_of(shape, "payload");
    for (const auto& [member_name, member] : shape.at("members").as_object()) {
        schema::Member made = row(view(member_name), member.as_object(), 0);
        if (view(member_name) == payload) {
            made.location = Location::payload;
            if (made.kind == Kind::structure && named_payloads_) {
                const std::string wire = payload_name(view(member_name), member.as_object());
                made.wire_name = quoted(wire);
                made.wire_name_length = static_cast<std::uint8_t>(wire.size());
            }
        }
        // A reply has no query and no path.
        const bool in_uri = made.location == Location::query || made.location == Location::query_map ||
                            made.location == Location::path;
        if (in_uri && outputs_.contains(name)) made.location = Location::body;
        const std::size_t alignment = stored_alignment(made.kind);
        size = (size + alignment - 1) / alignment * alignment;
        made.offset = static_cast<std::uint32_t>(size);
        size += stored_size(made.kind);
        members_.push_back(made);
    }
    size = std::max<std::size_t>((size + 7) / 8 * 8, 1);
    std::uint8_t flags = 0;
    if (is_set(shape, "union")) flags |= schema::shape_flag::union_;
    if (is_set(shape, "exception")) flags |= schema::shape_flag::exception;
    if (is_set(shape, "sensitive")) flags |= schema::shape_flag::sensitive;
    shapes_[rows_.find(name)->second] = {first, static_cast<std::uint32_t>(size), quoted(name),
                                         static_cast<std::uint16_t>(members_.size() - first),
                                         static_cast<std::uint8_t>(name.size()), Kind::structure, flags};
}

void RuntimeSchema::add_container(std::string_view name, const boost::json::object& shape) {
    const auto first = static_cast<std::uint32_t>(members_.size());
    const std::uint16_t nullable = is_set(shape, "sparse") ? flag::nullable : std::uint16_t{0};
    const bool is_map = text_of(shape, "type") == "map";
    if (is_map) {
        members_.push_back(row("key", shape.at("key").as_object(), 0));
        members_.push_back(row("value", shape.at("value").as_object(), nullable));
    } else {
        members_.push_back(row("member", shape.at("member").as_object(), nullable));
    }
    shapes_[rows_.find(name)->second] = {first, 0, quoted(name), static_cast<std::uint16_t>(is_map ? 2 : 1),
                                         static_cast<std::uint8_t>(name.size()), is_map ? Kind::map : Kind::list, 0};
}

namespace {

double number_of(const boost::json::value& value) {
    if (!value.is_string()) return value.to_number<double>();
    const std::string_view text = view(value.get_string());
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    return text == "Infinity" ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
}

void fill(Place place, const boost::json::value& value) {
    if (value.is_null() && place.kind() != Kind::document) {
        schema::set_null(place);
        return;
    }
    switch (place.kind()) {
        case Kind::boolean: schema::make_scalar<bool>(place) = value.as_bool(); break;
        case Kind::integer: schema::make_scalar<std::int32_t>(place) = value.to_number<std::int32_t>(); break;
        case Kind::long_: schema::make_scalar<std::int64_t>(place) = value.to_number<std::int64_t>(); break;
        case Kind::float_: schema::make_scalar<float>(place) = static_cast<float>(number_of(value)); break;
        case Kind::double_: schema::make_scalar<double>(place) = number_of(value); break;
        case Kind::string: schema::make_scalar<std::string>(place) = view(value.as_string()); break;
        case Kind::timestamp:
            schema::make_scalar<botocraft::timestamp>(place) = botocraft::timestamp(
                std::chrono::microseconds(std::llround(value.to_number<double>() * 1e6)));
            break;
        case Kind::blob: {
            const std::string_view text = view(value.as_string());
            const auto* const bytes = reinterpret_cast<const std::byte*>(text.data());
            schema::make_scalar<blob>(place).assign(bytes, bytes + text.size());
            break;
        }
        case Kind::document: schema::make_scalar<document>(place) = document(boost::json::serialize(value)); break;
        case Kind::structure:
            conformance::fill(place.target(), schema::make_structure(place), value.as_object());
            break;
        case Kind::list: {
            schema::make_container(place);
            const schema::Appender appender(place);
            for (const auto& element : value.as_array()) fill(appender.append(), element);
            break;
        }
        case Kind::map: {
            schema::make_container(place);
            const schema::Appender appender(place);
            for (const auto& [key, element] : value.as_object()) fill(appender.append(std::string(view(key))), element);
            appender.finish();
            break;
        }
        case Kind::state: break;
    }
}

boost::json::value real(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
    return value;
}

// The number that the shortest text of a float says: 1.1 is another double than the float 1.1.
double as_written(float value) {
    std::array<char, 32> text{};
    const char* const end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    double read = value;
    std::from_chars(text.data(), end, read);
    return read;
}

boost::json::value value_of(schema::ConstPlace place) {
    if (schema::presence(place) == Presence::null) return nullptr;
    switch (place.kind()) {
        case Kind::boolean: return schema::scalar<bool>(place);
        case Kind::integer: return schema::scalar<std::int32_t>(place);
        case Kind::long_: return schema::scalar<std::int64_t>(place);
        case Kind::float_: return real(as_written(schema::scalar<float>(place)));
        case Kind::double_: return real(schema::scalar<double>(place));
        case Kind::string: return boost::json::string(schema::scalar<std::string>(place));
        case Kind::timestamp:
            return static_cast<double>(schema::scalar<botocraft::timestamp>(place).time_since_epoch().count()) / 1e6;
        case Kind::blob: {
            const blob& bytes = schema::scalar<blob>(place);
            return boost::json::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        }
        case Kind::document: return boost::json::parse(schema::scalar<document>(place).json());
        case Kind::structure: return to_json(place.target(), schema::structure(place));
        case Kind::list: {
            boost::json::array array;
            const auto range = schema::elements(place);
            for (std::size_t i = 0; i < range.size(); ++i) array.push_back(value_of(range[i]));
            return array;
        }
        case Kind::map: {
            boost::json::object object;
            const auto range = schema::elements(place);
            for (std::size_t i = 0; i < range.size(); ++i) object.emplace(range.key(i), value_of(range[i]));
            return object;
        }
        case Kind::state: break;
    }
    return nullptr;
}

}  // namespace

void fill(schema::ShapeRef shape, void* structure, const boost::json::object& values) {
    for (const auto& [name, value] : values) {
        const schema::Member* const member = schema::find_member(shape, view(name));
        if (!member) throw std::out_of_range("no member " + std::string(view(name)));
        fill(schema::member_place(shape, *member, structure), value);
    }
}

boost::json::object to_json(schema::ShapeRef shape, const void* structure) {
    boost::json::object object;
    for (const schema::Member& member : shape) {
        const auto place = schema::member_place(shape, member, structure);
        if (schema::presence(place) != Presence::present) continue;
        object.emplace(std::string(shape.schema->name(member)), value_of(place));
    }
    return object;
}

bool same_json(const boost::json::value& a, const boost::json::value& b) {
    if (a.is_number() && b.is_number()) {
        if (!a.is_double() && !b.is_double()) return a == b;
        const auto first = a.to_number<double>();
        const auto second = b.to_number<double>();
        return first == second || std::nextafter(first, second) == second;  // Boost.JSON reads to the neighbour of a double
    }
    if (a.is_object() && b.is_object()) {
        if (a.get_object().size() != b.get_object().size()) return false;
        for (const auto& [name, value] : a.get_object()) {
            const auto* const other = b.get_object().if_contains(name);
            if (!other || !same_json(value, *other)) return false;
        }
        return true;
    }
    if (a.is_array() && b.is_array()) {
        if (a.get_array().size() != b.get_array().size()) return false;
        for (std::size_t i = 0; i < a.get_array().size(); ++i) {
            if (!same_json(a.get_array()[i], b.get_array()[i])) return false;
        }
        return true;
    }
    return a == b;
}

}  // namespace conformance
