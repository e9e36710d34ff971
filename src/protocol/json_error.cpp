#include "protocol/element_count.hpp"
#include "protocol/failure.hpp"
#include "protocol/json.hpp"

#include <botocraft/error.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <array>
#include <utility>

namespace botocraft::protocol::json {

namespace {

// Errors come in every spelling; the first of the names that holds a string counts.
constexpr std::array<std::string_view, 6> names{"__type", "code", "Code", "message", "Message", "errorMessage"};
constexpr std::size_t code_names = 3;

// Reads over a text, counts what is in it, and keeps the strings of those names that the outermost object has.
class Scan {
  public:
    using error_code = boost::json::error_code;
    using string_view = boost::json::string_view;

    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    explicit Scan(std::size_t most_elements) noexcept : elements_(most_elements) {}

    bool on_document_begin(error_code&) noexcept { return true; }
    bool on_document_end(error_code&) noexcept { return true; }
    bool on_comment_part(string_view, error_code&) noexcept { return true; }
    bool on_comment(string_view, error_code&) noexcept { return true; }

    bool on_object_begin(error_code&) noexcept {
        is_object_ = is_object_ || depth_ == 0;
        ++depth_;
        return true;
    }
    bool on_object_end(std::size_t size, error_code&) { return closed(size); }
    bool on_array_begin(error_code&) noexcept {
        ++depth_;
        return true;
    }
    bool on_array_end(std::size_t size, error_code&) { return closed(size); }

    bool on_key_part(string_view part, std::size_t, error_code&) {
        if (depth_ == 1) text_.append(part.data(), part.size());
        return true;
    }
    bool on_key(string_view part, std::size_t, error_code&) {
        if (depth_ != 1) return true;
        text_.append(part.data(), part.size());
        name_ = 0;
        while (name_ < names.size() && names[name_] != text_) ++name_;
        text_.clear();
        return true;
    }
    bool on_string_part(string_view part, std::size_t, error_code&) {
        if (wanted()) text_.append(part.data(), part.size());
        return true;
    }
    bool on_string(string_view part, std::size_t, error_code&) {
        if (!wanted()) return true;
        text_.append(part.data(), part.size());
        found_[name_] = std::exchange(text_, {});
        return true;
    }
    bool on_number_part(string_view, error_code&) noexcept { return true; }
    bool on_int64(std::int64_t, string_view, error_code&) noexcept { return true; }
    bool on_uint64(std::uint64_t, string_view, error_code&) noexcept { return true; }
    bool on_double(double, string_view, error_code&) noexcept { return true; }
    bool on_bool(bool, error_code&) noexcept { return true; }
    bool on_null(error_code&) noexcept { return true; }

    // The first string of those names, from `first` on.
    [[nodiscard]] std::string take(std::size_t first, std::size_t last) {
        while (first + 1 < last && found_[first].empty()) ++first;
        return std::move(found_[first]);
    }
    [[nodiscard]] bool is_object() const noexcept { return is_object_; }

  private:
    [[nodiscard]] bool wanted() const noexcept { return is_object_ && depth_ == 1 && name_ < names.size(); }
    bool closed(std::size_t size) {
        --depth_;
        elements_.add(size);
        return true;
    }

    ElementCount elements_;
    std::size_t depth_ = 0;
    bool is_object_ = false;
    std::size_t name_ = names.size();  // of the value that comes
    std::string text_;                 // what came of a key, or of a string that is wanted
    std::array<std::string, names.size()> found_;
};

using Parser = boost::json::basic_parser<Scan>;

void scan(Parser& parser, std::string_view text) {
    boost::json::error_code error;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
    if (error) invalid_reply("the body is not JSON: " + error.message() + " at byte " + std::to_string(read));
    if (text.find_first_not_of(" \t\r\n", read) != text.npos) {
        invalid_reply("the body is not JSON: there is more behind the end of the value, at byte " + std::to_string(read));
    }
}

Parser parser_for(const Limits& limits) {
    boost::json::parse_options options;
    options.max_depth = limits.depth;
    return Parser(options, limits.elements);
}

}  // namespace

std::string_view bare_error_code(std::string_view type) noexcept {
    type = type.substr(0, type.find(':'));
    return type.substr(type.rfind('#') + 1);  // npos + 1 is the beginning
}

std::string_view query_error_code(std::string_view header) noexcept {
    const std::size_t end = header.find(';');
    return end == header.npos ? std::string_view() : header.substr(0, end);
}

void check(std::string_view text, const Limits& limits) {
    Parser parser = parser_for(limits);
    scan(parser, text);
}

ErrorBody decode_error(std::string_view body, const Limits& limits) {
    Parser parser = parser_for(limits);
    try {
        scan(parser, body);
    } catch (const ProtocolError&) {
        return {};
    }
    Scan& found = parser.handler();
    if (!found.is_object()) return {};
    return {.code = std::string(bare_error_code(found.take(0, code_names))),
            .message = found.take(code_names, names.size())};
}

}  // namespace botocraft::protocol::json
