#include "protocol/base64.hpp"
#include "protocol/failure.hpp"
#include "protocol/json.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/numbers.hpp"
#include "protocol/timestamp.hpp"
#include "schema/walk.hpp"

#include <utility>

namespace botocraft::protocol::json {

namespace {

using schema::ConstPlace;
using schema::Kind;
using schema::Location;
using schema::Member;
using schema::Presence;
using schema::ShapeRef;

class Encoder {
  public:
    Encoder(std::string& out, const EncodeOptions& options) noexcept : writer_(out), options_(options) {}

    void document_of(ShapeRef shape, const void* at) {
        structure(shape, at, true);
        writer_.flush();
    }

  private:
    void structure(ShapeRef shape, const void* at, bool outermost) {
        char before = '{';
        schema::for_each_held(shape, at, [&](ConstPlace place) {
            const Presence state = schema::presence(*place.row, place.at);
            if (left_out(*place.row, outermost) || (state == Presence::null && !options_.nulls)) return;
            name(std::exchange(before, ','), *place.schema, *place.row);
            value(place, state);
        });
        if (before == '{') writer_.put('{');
        writer_.put('}');
    }
    [[nodiscard]] bool left_out(const Member& member, bool outermost) const noexcept {
        if (options_.names == Names::model || member.location == Location::body) return false;
        return member.location == Location::none || (outermost && options_.bindings);
    }
    void name(char before, const schema::Schema& schema, const Member& member) {
        constexpr std::size_t punctuation = 3;  // "":
        if (options_.names == Names::wire) {
            writer_.ready_name(before, {schema.names + member.wire_name, member.wire_name_length + punctuation});
        } else {
            writer_.ready_name(before, {schema.names + member.name, member.name_length + punctuation});
        }
    }
    // Inlined where they are used: a place is four words, which a call would pass through memory.
    [[gnu::always_inline]] void value(ConstPlace place, Presence state) {
        if (state == Presence::present) {
            value(place);
        } else {
            writer_.put("null");
        }
    }
    [[gnu::always_inline]] void value(ConstPlace place) {
        switch (place.kind()) {
            case Kind::boolean: writer_.put(schema::scalar<bool>(place) ? std::string_view("true") : "false"); break;
            case Kind::integer: writer_.number(schema::scalar<std::int32_t>(place)); break;
            case Kind::long_: writer_.number(schema::scalar<std::int64_t>(place)); break;
            case Kind::float_: real(schema::scalar<float>(place)); break;
            case Kind::double_: real(schema::scalar<double>(place)); break;
            case Kind::string: writer_.string(schema::scalar<std::string>(place)); break;
            case Kind::timestamp: time(*place.schema, *place.row, schema::scalar<timestamp>(place)); break;
            case Kind::blob: bytes(schema::scalar<blob>(place)); break;
            case Kind::document: any(schema::scalar<document>(place)); break;
            case Kind::structure: structure(place.target(), schema::structure(place), false); break;
            case Kind::list: list(*place.schema, *place.row, place.at); break;
            case Kind::map: map(*place.schema, *place.row, place.at); break;
            case Kind::state: break;
        }
    }
    template <class Real>
    void real(Real value) {
        if (const std::string_view special = special_number(value); !special.empty()) {
            writer_.string(special);
        } else {
            writer_.number(value);
        }
    }
    void any(const document& value) {
        writer_.put(value.json().empty() ? std::string_view("null") : std::string_view(value.json()));
    }
    void bytes(const blob& value) {
        writer_.put('"');
        if (const std::size_t size = base64_size(value.size()); size <= Writer::capacity) {
            writer_.took(write_base64(writer_.room(size), value));
        } else {
            append_base64(writer_.flushed(), value);
        }
        writer_.put('"');
    }
    void time(const schema::Schema& schema, const Member& row, timestamp value) {
        schema::TimestampFormat format = schema::timestamp_format(row);
        if (format == schema::TimestampFormat::protocol_default) format = options_.timestamps;
        text_.clear();
        if (!append_timestamp(text_, format, to_instant(value))) {
            invalid_input("InvalidTimestamp",
                          std::string(schema.name(row)) + " lies outside of the years 0 to 9999");
        }
        if (format == schema::TimestampFormat::epoch_seconds) {
            writer_.put(text_);
        } else {
            writer_.string(text_);
        }
    }
    void list(const schema::Schema& schema, const Member& row, const void* at) {
        const schema::ConstRange range = schema::elements({&schema, &row, at, false});
        char before = '[';
        for (std::size_t i = 0; i < range.size(); ++i) {
            writer_.put(std::exchange(before, ','));
            value(range[i], schema::element_presence(range[i]));
        }
        if (before == '[') writer_.put('[');
        writer_.put(']');
    }
    void map(const schema::Schema& schema, const Member& row, const void* at) {
        const schema::ConstRange range = schema::elements({&schema, &row, at, false});
        char before = '{';
        for (std::size_t i = 0; i < range.size(); ++i) {
            writer_.name(std::exchange(before, ','), range.key(i));
            value(range[i], schema::element_presence(range[i]));
        }
        if (before == '{') writer_.put('{');
        writer_.put('}');
    }

    Writer writer_;
    const EncodeOptions& options_;
    std::string text_;
};

}  // namespace

void encode(ShapeRef shape, const void* structure, std::string& out, const EncodeOptions& options) {
    Encoder(out, options).document_of(shape, structure);
}

void append_quoted(std::string& out, std::string_view text) {
    Writer writer(out);
    writer.string(text);
    writer.flush();
}

}  // namespace botocraft::protocol::json
