#include "protocol/base64.hpp"
#include "protocol/element_count.hpp"
#include "protocol/failure.hpp"
#include "protocol/json.hpp"
#include "protocol/numbers.hpp"
#include "protocol/timestamp.hpp"
#include "schema/walk.hpp"

#include <boost/container/small_vector.hpp>
#include <boost/json/basic_parser_impl.hpp>

#include <utility>

namespace botocraft::protocol::json {

namespace {

using schema::Kind;
using schema::Location;
using schema::Member;
using schema::Place;
using schema::RawList;
using schema::ShapeRef;

// What is open: a structure, a list or a map, and where in it the reader is.
struct Frame {
    Frame(ShapeRef row, void* structure) noexcept : kind(Kind::structure), at(structure), shape(row) {}
    explicit Frame(Place container) noexcept
        : kind(container.kind()), at(container.at), elements(schema::Appender(container)) {}

    Kind kind;
    bool chosen = false;             // structure: a union that has its member
    unsigned hint = 0;               // structure: the position of the member that probably comes next
    void* at;                        // the structure, or the list or map
    ShapeRef shape;                  // structure
    const Member* member = nullptr;  // structure: the current one; null while what comes is unknown
    schema::Appender elements;       // list and map
};

// Takes the parser's events straight to the members. What it says of errors never has a value in it: any may be secret.
class Handler {
  public:
    using error_code = boost::json::error_code;
    using string_view = boost::json::string_view;

    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    Handler(ShapeRef shape, void* structure, const DecodeOptions& options)
        : root_(shape), root_at_(structure), options_(options), elements_(options.limits.elements) {}

    bool on_document_begin(error_code&) noexcept { return true; }
    bool on_document_end(error_code&) noexcept { return true; }
    bool on_comment_part(string_view, error_code&) noexcept { return true; }
    bool on_comment(string_view, error_code&) noexcept { return true; }

    bool on_object_begin(error_code&) {
        if (opaque('{')) return true;
        if (frames_.empty()) {
            frames_.emplace_back(root_, root_at_);
            return true;
        }
        const Place place = next();
        if (place.kind() == Kind::structure) {
            open_structure(place);
        } else if (place.kind() == Kind::map) {
            open_container(place);
        } else if (place.kind() == Kind::document) {
            open_document(place, '{');
        } else {
            mismatch("an object");
        }
        return true;
    }
    bool on_object_end(std::size_t, error_code&) {
        if (close_opaque('}')) return true;
        if (frames_.back().kind == Kind::map) frames_.back().elements.finish();
        frames_.pop_back();
        return true;
    }
    bool on_array_begin(error_code&) {
        if (opaque('[')) return true;
        const Place place = next();
        if (place.kind() == Kind::list) {
            open_container(place);
        } else if (place.kind() == Kind::document) {
            open_document(place, '[');
        } else {
            mismatch("an array");
        }
        return true;
    }
    bool on_array_end(std::size_t, error_code&) {
        if (close_opaque(']')) return true;
        frames_.pop_back();
        return true;
    }

    bool on_key_part(string_view part, std::size_t, error_code&) {
        if (skipped_ == 0) text_.append(part.data(), part.size());
        return true;
    }
    bool on_key(string_view part, std::size_t, error_code&) {
        if (skipped_ != 0) return true;
        key(whole(part));
        text_.clear();
        return true;
    }
    bool on_string_part(string_view part, std::size_t, error_code&) {
        if (!ignored()) text_.append(part.data(), part.size());
        return true;
    }
    bool on_string(string_view part, std::size_t, error_code&) {
        if (ignored()) return true;
        if (document_depth_ != 0) {
            separate();
            quote(whole(part));
        } else {
            const Place place = next();
            if (place.kind() == Kind::string) [[likely]] {
                schema::set_string(place, whole(part));
            } else {
                string(place, whole(part));
            }
        }
        text_.clear();
        return true;
    }
    bool on_number_part(string_view part, error_code&) {
        if (!ignored()) text_.append(part.data(), part.size());
        return true;
    }
    bool on_int64(std::int64_t value, string_view part, error_code&) { return number(value, part); }
    bool on_uint64(std::uint64_t value, string_view part, error_code&) { return number(value, part); }
    bool on_double(double value, string_view part, error_code&) { return number(value, part); }
    bool on_bool(bool value, error_code&) {
        if (ignored()) return true;
        if (document_depth_ != 0) {
            separate();
            document_ += value ? "true" : "false";
            return true;
        }
        const Place place = next();
        if (place.kind() == Kind::boolean) {
            schema::make_scalar<bool>(place) = value;
        } else if (place.kind() == Kind::document) {
            schema::make_scalar<document>(place) = document(value ? "true" : "false");
        } else {
            mismatch("a boolean");
        }
        return true;
    }
    bool on_null(error_code&) {
        if (ignored()) return true;
        if (document_depth_ != 0) {
            separate();
            document_ += "null";
            return true;
        }
        if (frames_.empty()) not_an_object();
        Frame& top = frames_.back();
        if (top.kind == Kind::structure) {
            // Services send unions with a null for every member that is not the one.
            const Place place = schema::member_place(top.shape, *top.member, top.at);
            if (top.shape.shape().flags & schema::shape_flag::union_) {
                schema::reset(place);
            } else {
                schema::set_null(place);
            }
        } else if (top.elements.row().flags & schema::member_flag::nullable) {
            schema::set_null(append(top));
        }
        return true;
    }

  private:
    // --- what is not looked into: unknown members, and documents, which are kept as text ---

    // The value that comes belongs to nothing that the schema knows.
    [[nodiscard]] bool ignored() const noexcept {
        return skipped_ != 0 || (document_depth_ == 0 && !frames_.empty() && frames_.back().kind == Kind::structure &&
                                 frames_.back().member == nullptr);
    }
    [[nodiscard]] bool opaque(char opening) {
        if (ignored()) {
            ++skipped_;
            return true;
        }
        if (document_depth_ == 0) return false;
        separate();
        document_ += opening;
        ++document_depth_;
        return true;
    }
    [[nodiscard]] bool close_opaque(char closing) {
        if (skipped_ != 0) {
            --skipped_;
            return true;
        }
        if (document_depth_ == 0) return false;
        document_ += closing;
        if (--document_depth_ == 0) {
            schema::make_scalar<document>(document_place_) = document(std::exchange(document_, {}));
        }
        return true;
    }
    void open_document(Place place, char opening) {
        document_place_ = place;
        document_ = opening;
        document_depth_ = 1;
    }
    void separate() {
        const char last = document_.back();
        if (last != '{' && last != '[' && last != ':') document_ += ',';
    }
    void quote(std::string_view text) { append_quoted(document_, text); }

    // --- places ---

    [[nodiscard]] std::string_view whole(string_view part) {
        if (text_.empty()) return {part.data(), part.size()};
        text_.append(part.data(), part.size());
        return text_;
    }
    void key(std::string_view name) {
        if (document_depth_ != 0) {
            separate();
            quote(name);
            document_ += ':';
            return;
        }
        Frame& top = frames_.back();
        if (top.kind == Kind::map) {
            key_ = name;
        } else {
            top.member = options_.names == Names::wire ? schema::find_wire_name(top.shape, name, top.hint)
                                                       : schema::find_member(top.shape, name, top.hint);
            if (top.member && elsewhere(*top.member)) top.member = nullptr;
        }
    }
    [[nodiscard]] bool elsewhere(const Member& member) const noexcept {
        if (options_.names == Names::model || member.location == Location::body) return false;
        return member.location == Location::none || (options_.bindings && frames_.size() == 1);
    }
    // The place of the value that comes.
    [[nodiscard]] Place next() {
        if (frames_.empty()) not_an_object();
        Frame& top = frames_.back();
        if (top.kind != Kind::structure) return append(top);
        if (top.shape.shape().flags & schema::shape_flag::union_) {
            if (top.chosen) invalid_reply("there are several members in the union " + path() + ": only one may be");
            top.chosen = true;
        }
        return schema::member_place(top.shape, *top.member, top.at);
    }
    [[nodiscard]] Place append(Frame& top) {
        elements_.add();
        return top.kind == Kind::map ? top.elements.append(std::move(key_)) : top.elements.append();
    }
    void open_structure(Place place) {
        elements_.add_structure(place.target());
        // Of equal keys the last one counts. An element of a list is new anyway.
        void* const at = place.bare ? place.at : schema::make_new_structure(place);
        frames_.emplace_back(place.target(), at);
    }
    void open_container(Place place) {
        schema::make_container(place);
        frames_.emplace_back(place);
    }

    // --- values ---

    void string(Place place, std::string_view text) {
        switch (place.kind()) {
            case Kind::timestamp: time(place, text); break;
            case Kind::blob:
                if (!parse_base64(text, schema::make_scalar<blob>(place))) invalid_reply(path() + " is not base64");
                break;
            case Kind::float_:
            case Kind::double_: {
                const auto value = parse_special_number(text);
                if (!value) mismatch("a string");
                real(place, *value);
                break;
            }
            case Kind::document: {
                std::string quoted;
                append_quoted(quoted, text);
                schema::make_scalar<document>(place) = document(std::move(quoted));
                break;
            }
            default: mismatch("a string");
        }
    }
    template <class Number>
    bool number(Number value, string_view part) {
        if (ignored()) return true;
        const std::string_view text = whole(part);
        if (document_depth_ != 0) {
            separate();
            document_ += text;
        } else {
            number(next(), value, text);
        }
        text_.clear();
        return true;
    }
    template <class Number>
    void number(Place place, Number value, std::string_view text) {
        switch (place.kind()) {
            case Kind::integer: set_whole_number<std::int32_t>(place, value, text); break;
            case Kind::long_: set_whole_number<std::int64_t>(place, value, text); break;
            case Kind::float_:
            case Kind::double_: real(place, exact(value, text)); break;
            case Kind::timestamp: time(place, text); break;
            case Kind::document: schema::make_scalar<document>(place) = document(std::string(text)); break;
            default: mismatch("a number");
        }
    }
    template <class Integer, class Number>
    void set_whole_number(Place place, Number value, std::string_view text) {
        schema::make_scalar<Integer>(place) = whole_number_of<Integer>(value, text);
    }
    template <class Integer, class Number>
    [[nodiscard]] Integer whole_number_of(Number value, std::string_view text) const {
        if constexpr (std::is_floating_point_v<Number>) {
            const auto whole = exact_whole_number<Integer>(exact(value, text));
            if (whole && has_fraction_or_exponent(text)) return *whole;
            invalid_reply(path() + " is no whole number of " + std::to_string(sizeof(Integer) * 8) + " bits");
        } else {
            if (std::in_range<Integer>(value)) return static_cast<Integer>(value);
            invalid_reply(path() + " is a number of more than " + std::to_string(sizeof(Integer) * 8) + " bits");
        }
    }
    // The parser's own doubles are off in the last digit now and then, and 0e400 is none of its numbers.
    template <class Number>
    [[nodiscard]] double exact(Number value, std::string_view text) const {
        if constexpr (std::is_floating_point_v<Number>) {
            if (const auto parsed = parse_number<double>(text)) return *parsed;
            too_large(64);
        } else if (value == 0 && text.starts_with('-')) {
            return -0.0;  // a whole number to the parser, which has no such zero
        }
        return static_cast<double>(value);
    }
    void real(Place place, double value) {
        if (place.kind() == Kind::float_) {
            const auto held = narrowed<float>(value);
            if (!held) too_large(32);
            schema::make_scalar<float>(place) = *held;
        } else {
            schema::make_scalar<double>(place) = value;
        }
    }
    [[noreturn]] void too_large(int bits) const {
        invalid_reply(path() + " is a number of more than " + std::to_string(bits) + " bits");
    }
    void time(Place place, std::string_view text) {
        schema::TimestampFormat format = schema::timestamp_format(*place.row);
        if (format == schema::TimestampFormat::protocol_default) format = options_.timestamps;
        const auto instant = parse_timestamp(format, text);
        const auto value = instant ? to_timestamp(*instant) : std::nullopt;
        if (!value) invalid_reply(path() + " is not a time");
        schema::make_scalar<timestamp>(place) = *value;
    }

    // --- errors ---

    // `services[2].deployments[0].status`; of maps not even the key.
    [[nodiscard]] std::string path() const {
        std::string text;
        for (const Frame& frame : frames_) {
            if (frame.kind == Kind::structure) {
                if (!frame.member) continue;
                if (!text.empty()) text += '.';
                text += frame.shape.schema->name(*frame.member);
            } else if (frame.kind == Kind::list) {
                const auto size = schema::as<RawList>(frame.at).size;
                text += '[' + std::to_string(size ? size - 1 : 0) + ']';
            } else {
                text += "{}";
            }
        }
        return text;
    }
    [[noreturn]] void mismatch(std::string_view found) const {
        const Frame& top = frames_.back();
        const Member& row = top.kind == Kind::structure ? *top.member : top.elements.row();
        invalid_reply(path() + " should be " + std::string(expected(row.kind)) + ", and is " + std::string(found));
    }
    [[nodiscard]] static std::string_view expected(Kind kind) noexcept {
        switch (kind) {
            case Kind::boolean: return "a boolean";
            case Kind::integer:
            case Kind::long_:
            case Kind::float_:
            case Kind::double_: return "a number";
            case Kind::timestamp: return "a time";
            case Kind::list: return "an array";
            case Kind::structure:
            case Kind::map: return "an object";
            default: return "a string";
        }
    }
    [[noreturn]] static void not_an_object() { invalid_reply("the body is JSON but not an object"); }

    ShapeRef root_;
    void* root_at_;
    const DecodeOptions& options_;
    boost::container::small_vector<Frame, 16> frames_;
    std::string text_;  // the parts of a string, key or number that came in several
    std::string key_;   // of the entry that comes, in a map
    std::size_t skipped_ = 0;  // how deep within an unknown member
    std::size_t document_depth_ = 0;
    Place document_place_;
    std::string document_;
    ElementCount elements_;
};

}  // namespace

void decode(ShapeRef shape, std::string_view body, void* structure, const DecodeOptions& options) {
    if (body.find_first_not_of(" \t\r\n") == body.npos) return;
    boost::json::parse_options parse_options;
    parse_options.max_depth = options.limits.depth;
    boost::json::basic_parser<Handler> parser(parse_options, shape, structure, options);
    try {
        boost::json::error_code error;
        const std::size_t read = parser.write_some(false, body.data(), body.size(), error);
        if (error) invalid_reply("the body is not JSON: " + error.message() + " at byte " + std::to_string(read));
        if (body.find_first_not_of(" \t\r\n", read) != body.npos) {
            invalid_reply("the body is not JSON: there is more behind the end of the object, at byte " +
                          std::to_string(read));
        }
    } catch (...) {
        schema::clear(shape, structure);
        throw;
    }
}

}  // namespace botocraft::protocol::json
