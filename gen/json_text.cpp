#include "json_text.hpp"

#include <algorithm>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>

#include "spec_error.hpp"

namespace botocraft::gen {

namespace json = boost::json;

namespace {

constexpr std::size_t deepest = 200;  // the endpoint rules of S3 nest 41 deep

class Writer {
  public:
    explicit Writer(std::string& out) : out_(out) {}

    void write(const json::value& value, int levels) {
        switch (value.kind()) {
            case json::kind::object: object(value.get_object(), levels); break;
            case json::kind::array: array(value.get_array(), levels, levels > 0); break;
            case json::kind::double_: number(value.get_double()); break;
            default: out_ += json::serialize(value); break;
        }
    }

  private:
    void object(const json::object& entries, int levels) {
        const bool broken = levels > 0 && !entries.empty();
        char before = '{';
        for (const auto& [key, value] : entries) {
            out_ += before;
            before = ',';
            if (broken) out_ += '\n';
            out_ += json::serialize(json::string_view(key));
            out_ += ':';
            if (key == "rules" && value.is_array()) {
                array(value.get_array(), levels - 1, true);
            } else {
                write(value, levels - 1);
            }
        }
        if (entries.empty()) out_ += '{';
        if (broken) out_ += '\n';
        out_ += '}';
    }

    void array(const json::array& entries, int levels, bool broken) {
        out_ += '[';
        bool first = true;
        for (const json::value& value : entries) {
            if (!first) out_ += ',';
            first = false;
            if (broken) out_ += '\n';
            write(value, levels - 1);
        }
        if (broken && !entries.empty()) out_ += '\n';
        out_ += ']';
    }

    void number(double value) {
        char digits[32];
        const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
        const std::string_view text(digits, static_cast<std::size_t>(end - digits));
        out_ += text;
        if (text.find_first_of(".e") == std::string_view::npos) out_ += ".0";
    }

    std::string& out_;
};

}  // namespace

json::value parse_json(std::string_view text, const std::string& file) {
    json::parse_options options;
    options.max_depth = deepest;
    json::parser parser({}, options);
    parser.reset(json::make_shared_resource<json::monotonic_resource>());
    boost::system::error_code wrong;
    const std::size_t read = parser.write(text.data(), text.size(), wrong);
    if (wrong) {
        const auto stop = text.begin() + static_cast<std::ptrdiff_t>(std::min(read, text.size()));
        const auto line = static_cast<std::size_t>(std::count(text.begin(), stop, '\n')) + 1;
        throw SpecError({file, line}, "not valid JSON: " + wrong.message());
    }
    return parser.release();
}

void write_json(std::string& out, const json::value& value, int levels) { Writer(out).write(value, levels); }

}  // namespace botocraft::gen
