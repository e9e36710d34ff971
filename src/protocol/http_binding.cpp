#include "protocol/http_binding.hpp"

#include "auth/canonical.hpp"
#include "protocol/base64.hpp"
#include "protocol/failure.hpp"
#include "protocol/header_list.hpp"
#include "protocol/query_string.hpp"
#include "protocol/scalar_text.hpp"
#include "protocol/timestamp.hpp"
#include "protocol/uri_template.hpp"
#include "text/case.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <unordered_set>

namespace botocraft::protocol {

namespace {

using schema::ConstPlace;
using schema::Kind;
using schema::Location;
using schema::Member;
using schema::Place;
using schema::Presence;
using schema::ShapeRef;
using schema::TimestampFormat;

constexpr TimestampFormat header_times = TimestampFormat::http_date;
constexpr TimestampFormat uri_times = TimestampFormat::date_time;

ShapeRef input_of(const orm::ServiceTables& service, const api::Operation& operation) noexcept {
    return {service.schema, operation.input};
}

// The same of a member's wire name, without memory of its own to be found.
class LowerName {
  public:
    explicit LowerName(std::string_view name) noexcept : size_(name.size()) {
        for (std::size_t i = 0; i < size_; ++i) text_[i] = lower_case(name[i]);
    }
    [[nodiscard]] std::string_view text() const noexcept { return {text_, size_}; }

  private:
    char text_[std::numeric_limits<decltype(Member::wire_name_length)>::max()];
    std::size_t size_;
};

std::string scalar_text(ConstPlace place, TimestampFormat timestamps) {
    std::string text;
    append_scalar(text, place, timestamps);
    return text;
}

// --- headers ---------------------------------------------------------------------------------------------------------

void check_header(ConstPlace place, std::string_view value) {
    const bool broken = std::ranges::any_of(value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
    if (!broken) return;
    invalid_input("InvalidHeader", std::string(place.schema->name(*place.row)) +
                                       " is sent in a header, and has a line break or a zero byte in it");
}

// RFC 9110, 5.6.2: what the name of a header is made of.
bool is_token(char c) noexcept {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || marks.find(c) != marks.npos;
}

void check_header_name(ConstPlace place, std::string_view key) {
    if (std::ranges::all_of(key, is_token)) return;
    invalid_input("InvalidHeader", "a key of " + std::string(place.schema->name(*place.row)) +
                                       " is sent as the name of a header, and has a character that no such name has: "
                                       "letters, digits and hyphens go");
}

std::string header_value(ConstPlace place) {
    std::string text = scalar_text(place, header_times);
    if (place.has(schema::member_flag::json_value)) {
        return base64(std::as_bytes(std::span(text)));
    }
    check_header(place, text);
    return text;
}

std::string header_values(ConstPlace place) {
    std::string out;
    const schema::ConstRange range = schema::elements(place);
    for (std::size_t i = 0; i < range.size(); ++i) {
        if (schema::presence(range[i]) != Presence::present) continue;
        append_header_element(out, header_value(range[i]), range[i].kind() == Kind::string);
    }
    return out;
}

template <class Message>
void add_header(Message& message, std::string name, std::string value) {
    if (name == "content-type") {
        message.content_type = std::move(value);
    } else {
        message.headers.emplace_back(std::move(name), std::move(value));
    }
}

template <class Message>
bool has_header(const Message& message, std::string_view name) noexcept {
    return std::ranges::any_of(message.headers, [name](const auto& pair) { return pair.first == name; });
}

template <class Message>
void encode_header(ConstPlace place, Message& message) {
    std::string name = lower_case(place.schema->wire_name(*place.row));
    if (has_header(message, name)) return;
    add_header(message, std::move(name), place.kind() == Kind::list ? header_values(place) : header_value(place));
}

// All headers whose names begin as the member says. A header of its own comes before one of the same name that a map has.
template <class Message>
void encode_header_prefix(ConstPlace place, Message& message) {
    constexpr std::size_t few = 16;  // that are looked through one by one
    const std::string prefix = lower_case(place.schema->wire_name(*place.row));
    const schema::ConstRange range = schema::elements(place);
    const bool many = range.size() > few;
    std::unordered_set<std::string> names;
    if (many) {
        for (const auto& [name, value] : message.headers) names.insert(name);
    }
    for (std::size_t i = 0; i < range.size(); ++i) {
        check_header_name(place, range.key(i));
        std::string name = prefix + lower_case(range.key(i));
        if (many ? !names.insert(name).second : has_header(message, name)) continue;
        add_header(message, std::move(name), header_value(range[i]));
    }
}

// Calls f(place) with each member that is present and bound to the head of a message: `first` before all others.
template <class First, class Maps>
void for_each_bound(ShapeRef shape, const void* structure, First&& first, Maps&& maps) {
    bool any_map = false;
    for (const Member& member : shape) {
        if (member.location == Location::body) continue;
        const void* const at = schema::offset(structure, member.offset);
        if (schema::is_absent(member, at) || schema::presence(member, at) != Presence::present) continue;
        if (member.location == Location::header_prefix || member.location == Location::query_map) {
            any_map = true;
        } else {
            first(schema::member_place(shape, member, structure));
        }
    }
    if (!any_map) return;
    for (const Member& member : shape) {
        if (member.location != Location::header_prefix && member.location != Location::query_map) continue;
        const ConstPlace place = schema::member_place(shape, member, structure);
        if (schema::presence(place) == Presence::present) maps(place);
    }
}

void decode_header(Place place, std::string_view value, const Limits& limits) {
    if (place.has(schema::member_flag::json_value)) {
        blob bytes;
        if (!parse_base64(trimmed(value), bytes)) {
            invalid_reply(std::string(place.schema->name(*place.row)) + " is not base64");
        }
        parse_scalar(place, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, header_times,
                     limits);
    } else {
        parse_scalar(place, value, header_times, limits);
    }
}

// RFC 9111, 5.3: what is no date says that the time is over. It is for caches, and whoever stored a resource wrote it: no
// reason to refuse that.
bool is_odd_expiry(const Member& member, std::string_view lower_name, std::string_view value) {
    return lower_name == "expires" && member.kind == Kind::timestamp && !parse_timestamp(format_or(member, header_times), trimmed(value));
}

// Of all headers of that name: several lines are one list.
void decode_header_list(Place place, std::string_view name, const Headers& headers, const Limits& limits) {
    schema::make_container(place);
    const schema::Appender appender(place);
    const bool dates = appender.row().kind == Kind::timestamp &&
                       format_or(appender.row(), header_times) == TimestampFormat::http_date;
    std::string element;
    for (std::size_t i = 0; i < headers.header_count(); ++i) {
        const auto [own_name, value] = headers.header_at(i);
        if (!equal_ignoring_case(own_name, name)) continue;
        HeaderElements elements(value, dates);
        while (elements.next(element)) decode_header(appender.append(), element, limits);
    }
}

void decode_header_prefix(Place place, std::string_view prefix, const Headers& headers, const Limits& limits) {
    schema::make_container(place);
    const schema::Appender appender(place);
    for (std::size_t i = 0; i < headers.header_count(); ++i) {
        const auto [name, value] = headers.header_at(i);
        if (name.size() < prefix.size() || !equal_ignoring_case(name.substr(0, prefix.size()), prefix)) continue;
        decode_header(appender.append(std::string(name.substr(prefix.size()))), value, limits);
    }
    appender.finish();
}

void decode_headers(ShapeRef shape, const Headers& headers, void* structure, const Limits& limits) {
    for (const Member& member : shape) {
        const Place place = schema::member_place(shape, member, structure);
        const std::string_view name = shape.schema->wire_name(member);
        if (member.location == Location::header_prefix) {
            decode_header_prefix(place, name, headers, limits);
        } else if (member.location == Location::header) {
            const LowerName lower(name);
            if (!headers.has_header(lower.text())) continue;
            if (place.kind() == Kind::list) {
                decode_header_list(place, lower.text(), headers, limits);
            } else if (!is_odd_expiry(member, lower.text(), headers.header(lower.text()))) {
                decode_header(place, headers.header(lower.text()), limits);
            }
        }
    }
}

// --- the URI ---------------------------------------------------------------------------------------------------------

// The member that fills a label. Labels of the host are in the body or elsewhere as well.
const Member* label_member(ShapeRef shape, std::string_view name, bool of_host) noexcept {
    for (const Member& member : shape) {
        const bool candidate = of_host ? (member.flags & schema::member_flag::host_label) != 0
                                       : member.location == Location::path;
        if (candidate && (of_host ? shape.schema->name(member) : shape.schema->wire_name(member)) == name) {
            return &member;
        }
    }
    return nullptr;
}

std::string label_value(ShapeRef shape, const void* input, std::string_view name, bool of_host) {
    const Member* const member = shape.schema ? label_member(shape, name, of_host) : nullptr;
    std::string text;
    if (member) {
        const ConstPlace place = schema::member_place(shape, *member, input);
        if (schema::presence(place) == Presence::present) text = scalar_text(place, uri_times);
    }
    if (text.empty()) {
        invalid_input("MissingParameter",
                      std::string(name) + " is part of the address of the call: it must have a value");
    }
    return text;
}

void append_query_value(std::string& query, std::string_view name, ConstPlace place) {
    if (schema::presence(place) == Presence::present) append_query_pair(query, name, scalar_text(place, uri_times));
}

void append_query_values(std::string& query, std::string_view name, ConstPlace place) {
    if (place.kind() != Kind::list) {
        append_query_value(query, name, place);
        return;
    }
    const schema::ConstRange range = schema::elements(place);
    for (std::size_t i = 0; i < range.size(); ++i) append_query_value(query, name, range[i]);
}

bool is_query_member(ShapeRef shape, std::string_view name) noexcept {
    return std::ranges::any_of(shape.begin(), shape.end(), [&](const Member& member) {
        return member.location == Location::query && shape.schema->wire_name(member) == name;
    });
}

void encode_query_map(ShapeRef shape, ConstPlace place, std::string& query) {
    const schema::ConstRange range = schema::elements(place);
    for (std::size_t i = 0; i < range.size(); ++i) {
        // What has a member of its own comes from there.
        if (!is_query_member(shape, range.key(i))) append_query_values(query, range.key(i), range[i]);
    }
}

void decode_query_pair(Place place, std::string_view value, bool first) {
    if (place.kind() != Kind::list) {
        parse_scalar(place, value, uri_times);
        return;
    }
    if (first) schema::make_container(place);
    parse_scalar(schema::Appender(place).append(), value, uri_times);
}

// Where the entry of each key is in the maps that take what no other member does: all such maps have the same keys.
using EntryIndex = std::unordered_map<std::string, std::size_t>;

void decode_query(ShapeRef shape, std::string_view query, std::string_view constant, void* input) {
    EntryIndex entries;
    for_each_query_pair(query, [&](const std::string& name, const std::string& value) {
        bool known = false;
        for (const Member& member : shape) {
            if (member.location != Location::query || shape.schema->wire_name(member) != name) continue;
            const Place place = schema::member_place(shape, member, input);
            decode_query_pair(place, value, schema::presence(place) != Presence::present);
            known = true;
        }
        for_each_query_pair(constant, [&](const std::string& other, const std::string&) { known |= other == name; });
        if (known) return;
        const auto [found, is_new] = entries.try_emplace(name, entries.size());
        for (const Member& member : shape) {
            if (member.location != Location::query_map) continue;
            const Place map = schema::member_place(shape, member, input);
            if (schema::presence(map) != Presence::present) schema::make_container(map);
            const Place entry = is_new ? schema::Appender(map).append(name) : schema::elements(map)[found->second];
            decode_query_pair(entry, value,
                              entry.kind() == Kind::list && schema::presence(entry) != Presence::present);
        }
    });
    for (const Member& member : shape) {
        if (member.location != Location::query_map) continue;
        const Place map = schema::member_place(shape, member, input);
        if (schema::presence(map) == Presence::present) schema::Appender(map).finish();
    }
}

// Takes a path apart by its template: f(label, encoded value). False where it does not fit.
template <class F>
bool for_each_label(std::string_view uri, std::string_view path, F&& f) {
    UriTemplate pieces(uri);
    UriTemplate::Piece piece;
    bool more = pieces.next(piece);
    while (more) {
        if (!piece.label) {
            if (!path.starts_with(piece.text)) return false;
            path.remove_prefix(piece.text.size());
            more = pieces.next(piece);
            continue;
        }
        const UriTemplate::Piece label = piece;
        more = pieces.next(piece);
        std::size_t end = label.greedy ? path.size() : std::min(path.find('/'), path.size());
        if (more && !piece.label) {  // up to what follows; a greedy label takes as much as it can
            const std::size_t next = label.greedy ? path.rfind(piece.text) : path.find(piece.text);
            if (next == path.npos || (!label.greedy && next > end)) return false;
            end = next;
        }
        if (end == 0) return false;
        f(label.text, path.substr(0, end));
        path.remove_prefix(end);
    }
    return path.empty();
}

}  // namespace

const Member* payload_member(ShapeRef shape) noexcept {
    for (const Member& member : shape) {
        if (member.location == Location::payload) return &member;
    }
    return nullptr;
}

bool has_body_members(ShapeRef shape) noexcept {
    return std::any_of(shape.begin(), shape.end(),
                       [](const Member& member) { return member.location == Location::body; });
}

void encode_host_prefix(const orm::ServiceTables& service, const api::Operation& operation, const void* input,
                        std::string& out) {
    const std::string_view text = service.text(operation.host_prefix);
    if (text.empty()) return;
    const ShapeRef shape = operation.input == api::none ? ShapeRef{} : input_of(service, operation);
    UriTemplate pieces(text);
    for (UriTemplate::Piece piece; pieces.next(piece);) {
        if (!piece.label) {
            out += piece.text;
            continue;
        }
        const std::string value = label_value(shape, input, piece.text, true);
        const bool valid = value.size() <= 63 && std::ranges::all_of(value, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
        });
        if (!valid) {
            invalid_input("InvalidHostLabel",
                          std::string(piece.text) + " is part of the host's name: 63 letters, digits, hyphens at most");
        }
        out += value;
    }
}

void encode_request_bindings(const orm::ServiceTables& service, const api::Operation& operation, const void* input,
                             Request& request) {
    const ShapeRef shape = operation.input == api::none ? ShapeRef{} : input_of(service, operation);
    const UriParts uri = split_uri(service.text(operation.uri));
    UriTemplate pieces(uri.path);
    bool leave_out = (operation.flags & api::operation_flag::bucket_in_endpoint) != 0;
    for (UriTemplate::Piece piece; pieces.next(piece);) {
        if (!piece.label) {
            request.path += piece.text;
            continue;
        }
        // Looked at all the same: without its bucket, the name of an object would be taken for that of a bucket.
        const std::string value = label_value(shape, input, piece.text, false);
        if (leave_out) {
            request.path.clear();
        } else {
            auth::append_encoded(request.path, value, piece.greedy);
        }
        leave_out = false;
    }
    if (request.path.empty()) request.path = "/";
    request.query = uri.query;
    if (!shape.schema) return;
    for_each_bound(
        shape, input,
        [&](ConstPlace place) {
            if (place.row->location == Location::header) encode_header(place, request);
            if (place.row->location == Location::query) {
                append_query_values(request.query, shape.schema->wire_name(*place.row), place);
            }
        },
        [&](ConstPlace map) {
            if (map.row->location == Location::header_prefix) {
                encode_header_prefix(map, request);
            } else {
                encode_query_map(shape, map, request.query);
            }
        });
}

void decode_request_bindings(const orm::ServiceTables& service, const api::Operation& operation,
                             const RequestView& request, void* input, const Limits& limits) {
    if (operation.input == api::none) return;
    const ShapeRef shape = input_of(service, operation);
    const UriParts uri = split_uri(service.text(operation.uri));
    const bool fits = for_each_label(uri.path, request.path, [&](std::string_view label, std::string_view encoded) {
        const Member* const member = label_member(shape, label, false);
        if (!member) return;
        std::string value;
        auth::append_decoded(value, encoded);
        parse_scalar(schema::member_place(shape, *member, input), value, uri_times);
    });
    if (!fits) invalid_reply("the path is not that of " + std::string(service.text(operation.name)));
    decode_query(shape, request.query, uri.query, input);
    decode_headers(shape, request, input, limits);
}

void encode_reply_bindings(ShapeRef shape, const void* output, ReplyMessage& reply) {
    for_each_bound(
        shape, output,
        [&](ConstPlace place) {
            if (place.row->location == Location::header) encode_header(place, reply);
            if (place.row->location == Location::status) {
                reply.status = static_cast<int>(schema::scalar<std::int32_t>(place));
            }
        },
        [&](ConstPlace map) {
            if (map.row->location == Location::header_prefix) encode_header_prefix(map, reply);
        });
}

void decode_reply_bindings(ShapeRef shape, const Reply& reply, void* output, const Limits& limits) {
    for (const Member& member : shape) {
        if (member.location == Location::status && member.kind == Kind::integer) {
            schema::make_scalar<std::int32_t>(schema::member_place(shape, member, output)) = reply.status;
        }
    }
    decode_headers(shape, reply, output, limits);
}

bool matches_uri(std::string_view uri, std::string_view path, std::string_view query) noexcept {
    const UriParts parts = split_uri(uri);
    if (!for_each_label(parts.path, path, [](std::string_view, std::string_view) {})) return false;
    // Every constant of the template is there.
    for (std::string_view rest = parts.query; !rest.empty();) {
        const std::string_view constant = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), constant.size() + 1));
        bool found = false;
        for (std::string_view pairs = query; !pairs.empty() && !found;) {
            const std::string_view pair = pairs.substr(0, pairs.find('&'));
            pairs.remove_prefix(std::min(pairs.size(), pair.size() + 1));
            found = pair == constant || (constant.find('=') == constant.npos && pair.starts_with(constant) &&
                                         pair.substr(constant.size()) == "=");
        }
        if (!found) return false;
    }
    return true;
}

}  // namespace botocraft::protocol
