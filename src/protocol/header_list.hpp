#pragma once
// Lists in one header: `a, "b, c", d`.

#include <string>
#include <string_view>

namespace botocraft::protocol {

// Quoted where a comma or a quote in it asks for that; `may_quote` is false for what is never quoted, as times are.
void append_header_element(std::string& out, std::string_view element, bool may_quote);

class HeaderElements {
  public:
    // `dates`: every element has one comma of its own: `Mon, 16 Dec 2019 23:48:18 GMT`.
    HeaderElements(std::string_view value, bool dates) noexcept;

    // False at the end.
    bool next(std::string& element);

  private:
    void quoted(std::string& element);

    std::string_view rest_;
    bool dates_;
    bool more_;
};

}  // namespace botocraft::protocol
