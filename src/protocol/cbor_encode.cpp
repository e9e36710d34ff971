#include "protocol/cbor.hpp"
#include "protocol/failure.hpp"
#include "protocol/writer.hpp"
#include "schema/walk.hpp"

#include <bit>

namespace botocraft::protocol::cbor {

namespace {

using schema::ConstPlace;
using schema::Kind;
using schema::Location;
using schema::Member;
using schema::Presence;
using schema::ShapeRef;

enum Major : unsigned char { unsigned_ = 0, negative = 1, bytes = 2, text = 3, array = 4, map = 5, tag = 6, other = 7 };

// The head of an item; at most `largest_head` bytes. Returns its end.
constexpr std::size_t largest_head = 9;
char* write_head(char* to, Major major, std::uint64_t number) noexcept {
    if (number < 24) {
        *to = static_cast<char>(major << 5 | static_cast<unsigned>(number));
        return to + 1;
    }
    const unsigned size = number <= 0xff ? 1 : number <= 0xffff ? 2 : number <= 0xffffffff ? 4 : 8;  // behind the first
    *to = static_cast<char>(major << 5 | (24 + static_cast<unsigned>(std::countr_zero(size))));
    for (unsigned i = 0; i < size; ++i) to[size - i] = static_cast<char>(number >> (8 * i) & 0xff);
    return to + size + 1;
}

class Encoder {
  public:
    explicit Encoder(std::string& out) noexcept : writer_(out) {}

    // What was written is in the string only after this.
    void flush() { writer_.flush(); }

    void head(Major major, std::uint64_t number) {
        writer_.took(write_head(writer_.room(largest_head), major, number));
    }
    void string(std::string_view value, Major major = Major::text) {
        if (value.size() + largest_head <= Writer::capacity) {
            char* const to = write_head(writer_.room(value.size() + largest_head), major, value.size());
            writer_.took(schema::copy_text(to, value));
        } else {
            head(major, value.size());
            writer_.put(value);
        }
    }
    void structure(ShapeRef shape, const void* at, Members which = Members::all) {
        head(Major::map, count(shape, at, which));
        members(shape, at, which);
    }
    static std::size_t count(ShapeRef shape, const void* at, Members which = Members::all) noexcept {
        std::size_t present = 0;
        for (const Member& member : shape) present += sent(member, schema::offset(at, member.offset), which);
        return present;
    }
    void members(ShapeRef shape, const void* at, Members which = Members::all) {
        for (const Member& member : shape) {
            const void* const held = schema::offset(at, member.offset);
            if (!sent(member, held, which)) continue;
            string(shape.schema->wire_name(member));
            value({shape.schema, &member, held, false});
        }
    }

  private:
    static bool is_in(const Member& member, Members which) noexcept {
        return which == Members::all ? member.location != Location::none : member.location == Location::body;
    }
    static bool sent(const Member& member, const void* held, Members which) noexcept {
        return !schema::is_absent(member, held) && is_in(member, which) &&
               schema::presence(member, held) == Presence::present;
    }
    void integer(std::int64_t value) {
        if (value >= 0) {
            head(Major::unsigned_, static_cast<std::uint64_t>(value));
        } else {
            head(Major::negative, ~static_cast<std::uint64_t>(value));
        }
    }
    void bits(unsigned char first, std::uint64_t value, unsigned size) {
        char* const to = writer_.room(largest_head);
        *to = static_cast<char>(first);
        for (unsigned i = 0; i < size; ++i) to[size - i] = static_cast<char>(value >> (8 * i) & 0xff);
        writer_.took(to + size + 1);
    }
    void real(double value) { bits(0xfb, std::bit_cast<std::uint64_t>(value), 8); }
    void time(timestamp value) {
        head(Major::tag, 1);
        const std::int64_t micros = value.time_since_epoch().count();
        if (micros % 1'000'000 == 0) {
            integer(micros / 1'000'000);
        } else {
            real(static_cast<double>(micros) / 1e6);
        }
    }
    // Inlined where it is used: a place is four words, which a call would pass through memory.
    [[gnu::always_inline]] void value(ConstPlace place) {
        switch (place.kind()) {
            case Kind::boolean: writer_.put(schema::scalar<bool>(place) ? '\xf5' : '\xf4'); break;
            case Kind::integer: integer(schema::scalar<std::int32_t>(place)); break;
            case Kind::long_: integer(schema::scalar<std::int64_t>(place)); break;
            case Kind::float_: bits(0xfa, std::bit_cast<std::uint32_t>(schema::scalar<float>(place)), 4); break;
            case Kind::double_: real(schema::scalar<double>(place)); break;
            case Kind::string: string(schema::scalar<std::string>(place)); break;
            case Kind::timestamp: time(schema::scalar<timestamp>(place)); break;
            case Kind::blob: {
                const blob& value = schema::scalar<blob>(place);
                string({reinterpret_cast<const char*>(value.data()), value.size()}, Major::bytes);
                break;
            }
            case Kind::document:
                invalid_input("UnsupportedDocument", std::string(place.schema->name(*place.row)) +
                                                         " is a document, which CBOR of AWS has no form for");
            case Kind::structure: structure(place.target(), schema::structure(place)); break;
            case Kind::list: list(*place.schema, *place.row, place.at); break;
            case Kind::map: entries(*place.schema, *place.row, place.at); break;
            case Kind::state: break;
        }
    }
    [[gnu::always_inline]] void element(ConstPlace place) {
        if (schema::element_presence(place) == Presence::present) {
            value(place);
        } else {
            writer_.put('\xf6');
        }
    }
    void list(const schema::Schema& schema, const Member& row, const void* at) {
        const schema::ConstRange range = schema::elements({&schema, &row, at, false});
        head(Major::array, range.size());
        for (std::size_t i = 0; i < range.size(); ++i) element(range[i]);
    }
    void entries(const schema::Schema& schema, const Member& row, const void* at) {
        const schema::ConstRange range = schema::elements({&schema, &row, at, false});
        head(Major::map, range.size());
        for (std::size_t i = 0; i < range.size(); ++i) {
            string(range.key(i));
            element(range[i]);
        }
    }

    Writer writer_;
};

// Whether a structure says itself what an error's message is.
bool has_message(ShapeRef shape, const void* structure) noexcept {
    for (const Member& member : shape) {
        const std::string_view name = shape.schema->wire_name(member);
        if (name != "message" && name != "Message") continue;
        if (schema::presence(schema::member_place(shape, member, structure)) == Presence::present) return true;
    }
    return false;
}

}  // namespace

void encode(ShapeRef shape, const void* structure, std::string& out, Members members) {
    Encoder encoder(out);
    encoder.structure(shape, structure, members);
    encoder.flush();
}

void encode_error(std::string_view type, std::string_view message, ShapeRef shape, const void* structure,
                  std::string& out) {
    Encoder encoder(out);
    const bool own_message = structure && has_message(shape, structure);
    const std::size_t members = structure ? Encoder::count(shape, structure) : 0;
    encoder.head(Major::map, 1 + members + (own_message ? 0 : 1));
    encoder.string("__type");
    encoder.string(type);
    if (!own_message) {
        encoder.string("message");
        encoder.string(message);
    }
    if (structure) encoder.members(shape, structure);
    encoder.flush();
}

}  // namespace botocraft::protocol::cbor
