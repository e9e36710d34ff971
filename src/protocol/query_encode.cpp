#include "auth/canonical.hpp"
#include "protocol/numbers.hpp"
#include "protocol/query_names.hpp"
#include "protocol/scalar_text.hpp"
#include "protocol/writer.hpp"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <utility>

namespace botocraft::protocol::query {

namespace {

using schema::ConstPlace;
using schema::Kind;
using schema::Location;
using schema::Member;
using schema::Presence;
using schema::ShapeRef;

// Room for three times the name's size.
[[nodiscard]] char* write_name(char* to, Name name) noexcept {
    return name.plain ? schema::copy_text(to, name.text()) : auth::write_encoded(to, name.text());
}

// The encoded name of where the encoder is, `Filters.member.1.`: all that its pairs begin with.
class Prefix {
  public:
    [[nodiscard]] std::string_view text() const noexcept { return {room_.data(), size_}; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    void cut(std::size_t size) noexcept { size_ = size; }
    void push(Name name) {
        if (name.size == 0) return;
        const std::size_t most = size_ + 3 * name.size + 1;
        if (most > room_.size()) room_.resize(2 * most);
        char* const end = write_name(room_.data() + size_, name);
        *end = '.';
        size_ = static_cast<std::size_t>(end + 1 - room_.data());
    }

  private:
    static constexpr std::size_t usual = 512;

    boost::container::small_vector<char, usual> room_{usual, boost::container::default_init};
    std::size_t size_ = 0;
};

// A number as a name.
class Index {
  public:
    explicit Index(std::size_t number) noexcept : end_(write_number(text_, number)) {}
    [[nodiscard]] Name name() const noexcept { return {text_, static_cast<std::uint32_t>(end_ - text_), true}; }

  private:
    char text_[number_room];
    char* end_;
};

class Encoder {
  public:
    Encoder(Dialect dialect, std::string& out) noexcept : writer_(out), first_(out.empty()), dialect_(dialect) {}

    void document_of(ShapeRef shape, const void* at) {
        structure(shape, at);
        writer_.flush();
    }

  private:
    void structure(ShapeRef shape, const void* at) {
        for (const Member& member : shape) {
            const void* const held = schema::offset(at, member.offset);
            if (schema::is_absent(member, held) || member.location == Location::none) continue;
            if (schema::presence(member, held) != Presence::present) continue;
            value(member_name(dialect_, *shape.schema, member, room_), {shape.schema, &member, held, false});
        }
    }

    // The value that `name` has below the prefix.
    [[gnu::always_inline]] void value(Name name, ConstPlace place) {
        switch (place.kind()) {
            case Kind::structure: inside(name, [&] { structure(place.target(), schema::structure(place)); }); break;
            case Kind::list: list(name, place); break;
            case Kind::map: map(name, place); break;
            case Kind::state: break;
            case Kind::string: pair(name, schema::scalar<std::string>(place)); break;
            default:
                text_.clear();
                append_scalar(text_, place, schema::TimestampFormat::date_time);
                pair(name, text_);
        }
    }
    [[gnu::always_inline]] void element(Name name, ConstPlace place) {
        if (schema::element_presence(place) == Presence::present) {
            value(name, place);
        } else {
            pair(name, {});
        }
    }
    // An empty list says so in awsQuery; ec2 has no word for it.
    void list(Name name, const ConstPlace& place) {
        const schema::ConstRange range = schema::elements(place);
        if (range.size() == 0) {
            if (dialect_ == Dialect::aws) pair(name, {});
            return;
        }
        inside(name, [&] {
            prefix_.push(list_infix(dialect_, *place.schema, *place.row));
            for (std::size_t i = 0; i < range.size(); ++i) element(Index(i + 1).name(), range[i]);
        });
    }
    void map(Name name, const ConstPlace& place) {
        const schema::ConstRange range = schema::elements(place);
        const Member* const rows = place.target().begin();
        inside(name, [&] {
            prefix_.push(map_infix(*place.row));
            for (std::size_t i = 0; i < range.size(); ++i) {
                inside(Index(i + 1).name(), [&] {
                    pair(wire_name(*place.schema, rows[0]), range.key(i));
                    element(wire_name(*place.schema, rows[1]), range[i]);
                });
            }
        });
    }
    template <class F>
    void inside(Name name, F&& f) {
        const std::size_t size = prefix_.size();
        prefix_.push(name);
        f();
        prefix_.cut(size);
    }

    void pair(Name name, std::string_view value) {
        const std::size_t most = prefix_.size() + 3 * (name.size + value.size()) + 2;
        if (most > Writer::capacity) {
            long_pair(name, value);
            return;
        }
        char* to = writer_.room(most);
        *to = '&';
        to = begin(first_ ? to : to + 1, name);
        writer_.took(auth::write_encoded(to, value));
    }
    // The name and the equals sign.
    [[nodiscard]] char* begin(char* to, Name name) noexcept {
        first_ = false;
        to = write_name(schema::copy_text(to, prefix_.text()), name);
        *to = '=';
        return to + 1;
    }
    void long_pair(Name name, std::string_view value) {
        std::string text(prefix_.size() + 3 * name.size + 2, '&');
        const bool first = first_;
        text.erase(begin(text.data() + (first ? 0 : 1), name) - text.data());
        writer_.put(text);
        auth::append_encoded(writer_.flushed(), value);
    }

    Writer writer_;
    Prefix prefix_;
    std::string room_;
    std::string text_;
    bool first_;
    Dialect dialect_;
};

}  // namespace

void encode(Dialect dialect, ShapeRef shape, const void* structure, std::string& out) {
    Encoder(dialect, out).document_of(shape, structure);
}

}  // namespace botocraft::protocol::query
