#include "protocol/cbor.hpp"
#include "protocol/cbor_reader.hpp"
#include "protocol/element_count.hpp"
#include "protocol/failure.hpp"
#include "protocol/json.hpp"
#include "protocol/numbers.hpp"
#include "protocol/timestamp.hpp"
#include "schema/walk.hpp"

#include <cmath>
#include <limits>
#include <utility>

namespace botocraft::protocol::cbor {

namespace {

using schema::Kind;
using schema::Location;
using schema::Member;
using schema::Place;
using schema::ShapeRef;

class Decoder {
  public:
    Decoder(std::string_view body, const Limits& limits) noexcept : reader_(body), limits_(limits), elements_(limits.elements) {}

    void document_of(ShapeRef shape, void* at, Members members) {
        const Item head = untagged();
        if (head.type != Type::map) invalid_reply("the body is CBOR but not a map");
        structure(shape, at, head, members);
        if (!reader_.at_end()) reader_.fail("there is more behind the end of the map");
    }

  private:
    // The next item. A tag that means nothing to a member is read over.
    Item untagged() {
        Item item = reader_.next();
        for (std::size_t tags = 0; item.type == Type::tag; ++tags) {
            if (tags == limits_.depth) reader_.fail("it is nested too deep");
            item = reader_.next();
            if (item.type == Type::end) reader_.fail("a tag of nothing");
        }
        return item;
    }
    void enter() {
        if (++depth_ > limits_.depth) {
            invalid_reply("the reply is nested more than " + std::to_string(limits_.depth) +
                          " deep; raise the limit if that is right");
        }
    }
    // Calls f(head of the key or element) for each that a map or array has.
    template <class F>
    void each(const Item& head, F&& f) {
        enter();
        for (std::uint64_t i = 0; head.indefinite || i < head.number; ++i) {
            const Item item = untagged();
            if (item.type == Type::end) {
                if (!head.indefinite) reader_.fail("an end of nothing");
                break;
            }
            f(item);
        }
        --depth_;
    }
    void require_key(const Item& item) const {
        if (item.type != Type::text) invalid_reply("a key of a map in the reply is not a text");
    }
    void skip_value() {
        const Item item = reader_.next();
        reader_.skip(item, limits_.depth - std::min(depth_, limits_.depth));
    }

    static bool is_in(const Member& member, Members members) noexcept {
        return members == Members::all ? member.location != Location::none : member.location == Location::body;
    }
    void structure(ShapeRef shape, void* at, const Item& head, Members members = Members::all) {
        unsigned hint = 0;
        const bool is_union = (shape.shape().flags & schema::shape_flag::union_) != 0;
        bool chosen = false;
        each(head, [&](const Item& key) {
            require_key(key);
            const Member* const member = schema::find_wire_name(shape, key.text, hint);
            if (!member || !is_in(*member, members)) {
                skip_value();
                return;
            }
            const Place place = schema::member_place(shape, *member, at);
            const Item item = untagged();
            if (is_null(item)) {
                if (is_union) {
                    schema::reset(place);
                } else {
                    schema::set_null(place);
                }
                return;
            }
            if (is_union && std::exchange(chosen, true)) {
                invalid_reply("there are several members in a union: only one may be");
            }
            value(place, item, false);
        });
    }
    static bool is_null(const Item& item) noexcept { return item.type == Type::null || item.type == Type::undefined; }

    void value(Place place, const Item& item, bool fresh) {
        switch (place.kind()) {
            case Kind::boolean:
                if (item.type != Type::boolean) mismatch(place);
                schema::make_scalar<bool>(place) = item.number != 0;
                break;
            case Kind::integer: schema::make_scalar<std::int32_t>(place) = integer<std::int32_t>(place, item); break;
            case Kind::long_: schema::make_scalar<std::int64_t>(place) = integer<std::int64_t>(place, item); break;
            case Kind::float_: schema::make_scalar<float>(place) = single(place, item); break;
            case Kind::double_: schema::make_scalar<double>(place) = real(place, item); break;
            case Kind::timestamp: schema::make_scalar<timestamp>(place) = time(place, item); break;
            case Kind::string:
                if (item.type != Type::text) mismatch(place);
                schema::set_string(place, item.text);
                break;
            case Kind::blob: {
                if (item.type != Type::bytes) mismatch(place);
                const auto* const bytes = reinterpret_cast<const std::byte*>(item.text.data());
                schema::make_scalar<blob>(place).assign(bytes, bytes + item.text.size());
                break;
            }
            case Kind::structure:
                if (item.type != Type::map) mismatch(place);
                elements_.add_structure(place.target());
                structure(place.target(),
                          fresh ? schema::make_structure(place) : schema::make_new_structure(place), item);
                break;
            case Kind::list: list(place, item); break;
            case Kind::map: map(place, item); break;
            case Kind::document:
            case Kind::state: reader_.skip(item, limits_.depth - std::min(depth_, limits_.depth)); break;
        }
    }
    // A null in a list or map is one where such are expected, and nothing elsewhere.
    void list(Place place, const Item& head) {
        if (head.type != Type::array) mismatch(place);
        schema::make_container(place);
        const schema::Appender appender(place);
        each(head, [&](const Item& item) {
            elements_.add();
            if (!is_null(item)) {
                value(appender.append(), item, true);
            } else if (appender.row().flags & schema::member_flag::nullable) {
                schema::set_null(appender.append());
            }
        });
    }
    void map(Place place, const Item& head) {
        if (head.type != Type::map) mismatch(place);
        schema::make_container(place);
        const schema::Appender appender(place);
        each(head, [&](const Item& key) {
            elements_.add();
            require_key(key);
            std::string name(key.text);
            const Item item = untagged();
            if (!is_null(item)) {
                value(appender.append(std::move(name)), item, true);
            } else if (appender.row().flags & schema::member_flag::nullable) {
                schema::set_null(appender.append(std::move(name)));
            }
        });
        appender.finish();
    }

    template <class Integer>
    static Integer integer(Place place, const Item& item) {
        constexpr auto highest = static_cast<std::uint64_t>(std::numeric_limits<Integer>::max());
        if (item.type == Type::unsigned_ && item.number <= highest) return static_cast<Integer>(item.number);
        if (item.type == Type::negative && item.number <= highest) {
            return static_cast<Integer>(-1 - static_cast<std::int64_t>(item.number));
        }
        if (item.type == Type::real) {
            if (const auto whole = whole_number<Integer>(item.real)) return *whole;
        } else if (item.type != Type::unsigned_ && item.type != Type::negative) {
            mismatch(place);
        }
        invalid_reply(std::string(place.schema->name(*place.row)) + " is no whole number of " +
                      std::to_string(sizeof(Integer) * 8) + " bits");
    }
    static double real(Place place, const Item& item) {
        switch (item.type) {
            case Type::real: return item.real;
            case Type::unsigned_: return static_cast<double>(item.number);
            case Type::negative: return -1.0 - static_cast<double>(item.number);
            default: mismatch(place);
        }
    }
    static float single(Place place, const Item& item) {
        if (const auto held = narrowed<float>(real(place, item))) return *held;
        invalid_reply(std::string(place.schema->name(*place.row)) + " is no number of 32 bits");
    }
    static timestamp time(Place place, const Item& item) {
        std::optional<timestamp> value;
        if (item.type == Type::real) {
            const auto whole = whole_number<std::int64_t>(std::round(item.real * 1e6));
            if (whole) value = to_timestamp(to_instant(timestamp(std::chrono::microseconds(*whole))));
        } else {
            value = to_timestamp({integer<std::int64_t>(place, item), 0});
        }
        if (!value) invalid_reply(std::string(place.schema->name(*place.row)) + " is not a time");
        return *value;
    }
    [[noreturn]] static void mismatch(Place place) {
        invalid_reply(std::string(place.schema->name(*place.row)) + " is of another type in the reply");
    }

    Reader reader_;
    const Limits& limits_;
    std::size_t depth_ = 0;
    ElementCount elements_;
};

}  // namespace

void decode(ShapeRef shape, std::string_view body, void* structure, const Limits& limits, Members members) {
    if (body.empty()) return;
    try {
        Decoder(body, limits).document_of(shape, structure, members);
    } catch (...) {
        schema::clear(shape, structure);
        throw;
    }
}

Error decode_error(std::string_view body, const Limits& limits) {
    Error error;
    try {
        Reader reader(body);
        const Item head = reader.next();
        if (head.type != Type::map) return {};
        for (std::uint64_t i = 0; head.indefinite || i < head.number; ++i) {
            const Item key = reader.next();
            if (key.type != Type::text) break;
            const std::string name(key.text);
            const Item value = reader.next();
            if (value.type == Type::text) {
                if (name == "__type") error.code = json::bare_error_code(value.text);
                if (name == "message" || name == "Message") error.message = value.text;
            } else {
                reader.skip(value, limits.depth);
            }
        }
    } catch (const std::exception&) {
        // What was read before the end counts.
    }
    return error;
}

}  // namespace botocraft::protocol::cbor
