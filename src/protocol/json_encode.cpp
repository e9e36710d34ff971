#include "protocol/base64.hpp"
#include "protocol/failure.hpp"
#include "protocol/json.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/numbers.hpp"
#include "protocol/timestamp.hpp"
#include "schema/walk.hpp"

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
        writer_.put('{');
        bool first = true;
        for (const Member& member : shape) {
            const ConstPlace place = schema::member_place(shape, member, at);
            const Presence state = schema::presence(place);
            if (state == Presence::absent || left_out(member, outermost)) continue;
            if (state == Presence::null && !options_.nulls) continue;
            if (!first) writer_.put(',');
            first = false;
            name(*shape.schema, member);
            value(place, state);
        }
        writer_.put('}');
    }
    [[nodiscard]] bool left_out(const Member& member, bool outermost) const noexcept {
        if (options_.names == Names::model || member.location == Location::body) return false;
        return member.location == Location::none || (outermost && options_.bindings);
    }
    void name(const schema::Schema& schema, const Member& member) {
        constexpr std::size_t punctuation = 3;  // "":
        if (options_.names == Names::wire) {
            writer_.put({schema.names + member.wire_name, member.wire_name_length + punctuation});
        } else {
            writer_.put({schema.names + member.name, member.name_length + punctuation});
        }
    }
    void value(ConstPlace place, Presence state) {
        if (state == Presence::present) {
            value(place);
        } else {
            writer_.put("null");
        }
    }
    void value(ConstPlace place) {
        switch (place.kind()) {
            case Kind::boolean: writer_.put(schema::scalar<bool>(place) ? "true" : "false"); break;
            case Kind::integer: writer_.number(schema::scalar<std::int32_t>(place)); break;
            case Kind::long_: writer_.number(schema::scalar<std::int64_t>(place)); break;
            case Kind::float_: real(schema::scalar<float>(place)); break;
            case Kind::double_: real(schema::scalar<double>(place)); break;
            case Kind::string: writer_.string(schema::scalar<std::string>(place)); break;
            case Kind::timestamp: time(place); break;
            case Kind::blob: writer_.string(base64(schema::scalar<blob>(place))); break;
            case Kind::document: any(schema::scalar<document>(place)); break;
            case Kind::structure: structure(place.target(), schema::structure(place), false); break;
            case Kind::list: list(place); break;
            case Kind::map: map(place); break;
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
    void time(ConstPlace place) {
        schema::TimestampFormat format = schema::timestamp_format(*place.row);
        if (format == schema::TimestampFormat::protocol_default) format = options_.timestamps;
        std::string text;
        if (!append_timestamp(text, format, to_instant(schema::scalar<timestamp>(place)))) {
            invalid_input("InvalidTimestamp",
                          std::string(place.schema->name(*place.row)) + " lies outside of the years 0 to 9999");
        }
        if (format == schema::TimestampFormat::epoch_seconds) {
            writer_.put(text);
        } else {
            writer_.string(text);
        }
    }
    void element(ConstPlace place) { value(place, schema::element_presence(place)); }
    void list(ConstPlace place) {
        writer_.put('[');
        const schema::ConstRange range = schema::elements(place);
        for (std::size_t i = 0; i < range.size(); ++i) {
            if (i != 0) writer_.put(',');
            element(range[i]);
        }
        writer_.put(']');
    }
    void map(ConstPlace place) {
        writer_.put('{');
        const schema::ConstRange range = schema::elements(place);
        for (std::size_t i = 0; i < range.size(); ++i) {
            if (i != 0) writer_.put(',');
            writer_.string(range.key(i));
            writer_.put(':');
            element(range[i]);
        }
        writer_.put('}');
    }

    Writer writer_;
    const EncodeOptions& options_;
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
