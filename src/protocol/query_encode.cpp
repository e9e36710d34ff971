#include "auth/canonical.hpp"
#include "protocol/numbers.hpp"
#include "protocol/query_names.hpp"
#include "protocol/scalar_text.hpp"
#include "protocol/writer.hpp"

#include <boost/container/small_vector.hpp>

#include <cstring>
#include <utility>

namespace botocraft::protocol::query {

namespace {

using schema::ConstPlace;
using schema::Kind;
using schema::Location;
using schema::Member;
using schema::Presence;
using schema::ShapeRef;

// Room for `auth::encoded_room`.
[[nodiscard]] char* write_name(char* to, Name name) noexcept {
    return name.plain ? schema::copy_text(to, name.text()) : auth::write_encoded(to, name.text());
}

// What all pairs begin with where the encoder is: `&Filters.member.1.`, encoded.
class Prefix {
  public:
    Prefix() noexcept { room_[0] = '&'; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    void cut(std::size_t size) noexcept { size_ = size; }
    void push(Name name) {
        if (name.size == 0) return;
        const std::size_t most = size_ + auth::encoded_room(name.size) + 1 + block;
        if (most > room_.size()) room_.resize(2 * most);
        char* const end = write_name(room_.data() + size_, name);
        *end = '.';
        size_ = static_cast<std::size_t>(end + 1 - room_.data());
    }
    // Whole blocks are copied, so that no branch depends on the size: room for one more is needed.
    [[nodiscard]] char* write(char* to) const noexcept {
        const char* const from = room_.data();
        const std::size_t size = size_;
        for (std::size_t at = 0; at < size; at += block) std::memcpy(to + at, from + at, block);
        return to + size;
    }
    static constexpr std::size_t block = 32;

  private:
    static constexpr std::size_t usual = 512;

    boost::container::small_vector<char, usual> room_{usual, boost::container::default_init};
    std::size_t size_ = 1;
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
    Encoder(Dialect dialect, std::string& out) noexcept : writer_(out), dialect_(dialect) {}

    // Every pair has an ampersand before it, the first one too.
    void document_of(ShapeRef shape, const void* at) {
        structure(shape, at);
        writer_.flush();
    }

  private:
    void structure(ShapeRef shape, const void* at) {
        for (const Member& member : shape) {
            const void* const held = schema::offset(at, member.offset);
            if (!schema::is_present(member, held) || member.location == Location::none) continue;
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
            case Kind::boolean: pair(name, schema::scalar<bool>(place) ? "true" : "false"); break;
            case Kind::integer: whole_number(name, schema::scalar<std::int32_t>(place)); break;
            case Kind::long_: whole_number(name, schema::scalar<std::int64_t>(place)); break;
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
        const std::size_t most = room_for(name) + auth::encoded_room(value.size());
        if (most > Writer::capacity) [[unlikely]] {
            long_pair(name, value);
        } else {
            writer_.took(auth::write_encoded(begin_pair(name, most), value));
        }
    }
    // Digits and a minus are their own encoding.
    template <class Integer>
    void whole_number(Name name, Integer value) {
        const std::size_t most = room_for(name) + number_room;
        if (most > Writer::capacity) [[unlikely]] {
            char text[number_room];
            long_pair(name, {text, write_number(text, value)});
        } else {
            writer_.took(write_number(begin_pair(name, most), value));
        }
    }
    [[nodiscard]] std::size_t room_for(Name name) const noexcept {
        return prefix_.size() + Prefix::block + auth::encoded_room(name.size) + 1;
    }
    // Makes room for a pair, and returns where its value goes.
    [[nodiscard]] char* begin_pair(Name name, std::size_t most) {
        return begin(writer_.room(most), name);
    }
    [[nodiscard]] char* begin(char* to, Name name) const noexcept {
        to = write_name(prefix_.write(to), name);
        *to = '=';
        return to + 1;
    }
    [[gnu::noinline]] void long_pair(Name name, std::string_view value) {
        std::string text(room_for(name), '\0');
        text.resize(static_cast<std::size_t>(begin(text.data(), name) - text.data()));
        writer_.put(text);
        auth::append_encoded(writer_.flushed(), value);
    }

    Writer writer_;
    Prefix prefix_;
    std::string room_;
    std::string text_;
    Dialect dialect_;
};

}  // namespace

void encode(Dialect dialect, ShapeRef shape, const void* structure, std::string& out) {
    const bool first = out.empty();
    Encoder(dialect, out).document_of(shape, structure);
    if (first && !out.empty()) out.erase(0, 1);
}

}  // namespace botocraft::protocol::query
