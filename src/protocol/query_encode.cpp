#include "auth/canonical.hpp"
#include "protocol/numbers.hpp"
#include "protocol/query_names.hpp"
#include "protocol/query_string.hpp"
#include "protocol/scalar_text.hpp"

namespace botocraft::protocol::query {

namespace {

using schema::ConstPlace;
using schema::Kind;
using schema::Location;
using schema::Member;
using schema::Presence;
using schema::ShapeRef;

// Keeps the name of where it is, `Filters.member.1`, and cuts it back on the way out.
class Encoder {
  public:
    Encoder(Dialect dialect, std::string& out) : out_(out), dialect_(dialect) { name_.reserve(128); }

    void structure(ShapeRef shape, const void* at) {
        for (const Member& member : shape) {
            const ConstPlace place = schema::member_place(shape, member, at);
            if (member.location == Location::none || schema::presence(place) != Presence::present) continue;
            const std::size_t length = name_.size();
            if (length != 0) name_ += '.';
            append_member_name(name_, dialect_, *shape.schema, member);
            value(place);
            name_.resize(length);
        }
    }

  private:
    void push(std::string_view part) {
        if (!part.empty()) name_.append(".").append(part);
    }
    void push(std::size_t number) {
        char room[number_room];
        name_ += '.';
        name_.append(room, write_number(room, number));
    }
    void pair(std::string_view value) { append_query_pair(out_, name_, value); }

    void value(ConstPlace place) {
        switch (place.kind()) {
            case Kind::structure: structure(place.target(), schema::structure(place)); break;
            case Kind::list: list(place); break;
            case Kind::map: map(place); break;
            case Kind::state: break;
            case Kind::string: pair(schema::scalar<std::string>(place)); break;
            default:
                text_.clear();
                append_scalar(text_, place, schema::TimestampFormat::date_time);
                pair(text_);
        }
    }
    void element(ConstPlace place) {
        if (schema::element_presence(place) == Presence::present) {
            value(place);
        } else {
            pair({});
        }
    }
    // An empty list says so in awsQuery; ec2 has no word for it.
    void list(ConstPlace place) {
        const schema::ConstRange range = schema::elements(place);
        if (range.size() == 0 && dialect_ == Dialect::aws) pair({});
        push(list_infix(dialect_, *place.schema, *place.row));
        const std::size_t length = name_.size();
        for (std::size_t i = 0; i < range.size(); ++i) {
            push(i + 1);
            element(range[i]);
            name_.resize(length);
        }
    }
    void map(ConstPlace place) {
        const schema::ConstRange range = schema::elements(place);
        push(map_infix(*place.row));
        const Member* const rows = place.target().begin();
        for (std::size_t i = 0; i < range.size(); ++i) {
            const std::size_t length = name_.size();
            push(i + 1);
            const std::size_t entry = name_.size();
            push(place.schema->wire_name(rows[0]));
            pair(range.key(i));
            name_.resize(entry);
            push(place.schema->wire_name(rows[1]));
            element(range[i]);
            name_.resize(length);
        }
    }

    std::string& out_;
    std::string name_;
    std::string text_;
    Dialect dialect_;
};

}  // namespace

void encode(Dialect dialect, ShapeRef shape, const void* structure, std::string& out) {
    Encoder(dialect, out).structure(shape, structure);
}

}  // namespace botocraft::protocol::query
