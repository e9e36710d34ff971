#pragma once
// Reads XML element by element, where it lies: no tree is built, and nothing is copied but text with references in it.
//
// It accepts what Expat, the reference, accepts without namespaces, but for what this states:
// - A document type declaration is refused, and with it every entity but the five of XML itself.
// - The encoding is UTF-8, or US-ASCII where the declaration says so. Another declared encoding is refused.
// pugixml took 1.7 times as many instructions for a whole decode and twice the time, and takes for XML what is none.

#include "protocol/limits.hpp"

#include <boost/container/small_vector.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace botocraft::protocol::xml {

struct Attribute {
    std::string_view name;
    std::string_view text;  // as it stands there: attribute_value makes its value of it
};
// `room` holds what is not the text itself.
[[nodiscard]] std::string_view attribute_value(const Attribute& attribute, std::string& room);

// How deep elements may be within each other where values may be as deep as the limits say: a map of structures is three
// elements and two values, and the protocol puts some around all of them. What no member is read from counts as well.
[[nodiscard]] constexpr std::size_t most_elements_deep(const Limits& limits) noexcept {
    constexpr std::size_t any = std::size_t(-1);
    return limits.depth < any / 4 ? 2 * limits.depth + 4 : any;
}

// Every function throws a ProtocolError where what it meets is not well-formed; the text of that never repeats the
// document's. The document must outlive the reader. A copy goes on from the same place.
class Reader {
  public:
    // Reads up to the root element, which is open then. More than `depth` elements within each other are refused.
    explicit Reader(std::string_view document, std::size_t depth = most_elements_deep({}));

    // Of the element that was opened last. Its name without the namespace's prefix.
    [[nodiscard]] std::string_view name() const noexcept { return whole_name().substr(open_[depth_ - 1].prefix); }
    [[nodiscard]] std::string_view whole_name() const noexcept { return open_[depth_ - 1].name; }
    [[nodiscard]] std::span<const Attribute> attributes() const noexcept {
        return {attributes_.data(), attributes_.size()};
    }

    // Opens the next child of the innermost open element; or closes that, and returns false. Text is passed over.
    [[nodiscard]] bool next_child();
    // Closes the innermost open element, and returns its text without that of its children. `room` holds what does not
    // stand in the document as it is.
    [[nodiscard]] std::string_view text(std::string& room);
    // Closes the innermost open element with all that is in it.
    void skip();
    // After the root element: there is nothing more.
    void finish();

  private:
    struct Open {
        std::string_view name;
        std::size_t prefix = 0;  // with its colon
    };

    [[noreturn]] void too_deep() const;
    [[noreturn]] void malformed(const char* at, std::string_view what) const;
    // Zero behind the end, and that is no character of XML.
    [[nodiscard]] char look(const char* at, std::size_t i = 0) const noexcept {
        return static_cast<std::size_t>(end_ - at) > i ? at[i] : '\0';
    }
    [[nodiscard]] bool stands(const char* at, std::string_view text) const noexcept;
    void expect(const char* at, char c, std::string_view what) const;

    // Each returns the end of what begins at `at`.
    const char* character(const char* at, char32_t& code) const;
    const char* unusual(const char* at) const;
    const char* run(const char* at) const;
    const char* blanks(const char* at) const noexcept;
    const char* name_from(const char* at) const;
    const char* reference(const char* at) const;
    const char* comment(const char* at) const;
    const char* cdata(const char* at) const;
    const char* instruction(const char* at);
    const char* outside(const char* at);
    const char* special(const char* at, std::string* text);

    void prolog();
    void declaration(const char* at, const char* end);
    void open();
    void attributes(const char* at);
    void refuse_twins();
    void close();
    std::string_view rest_of_text(const char* at, std::string& room);

    const char* at_;
    const char* begin_;
    const char* end_;
    std::size_t depth_ = 0;
    std::size_t most_deep_;
    bool empty_ = false;       // the element opened last is <one/>, which has no end tag
    bool ascii_only_ = false;  // as it was declared
    // The open elements, and behind them what was open before: siblings have equal names more often than not.
    boost::container::small_vector<Open, 32> open_;
    boost::container::small_vector<Attribute, 8> attributes_;
};

}  // namespace botocraft::protocol::xml
