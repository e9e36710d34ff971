#pragma once
// The characters beyond ASCII that XML's names are made of.

namespace botocraft::protocol::xml {

// By appendix B of XML 1.0, in its editions up to the fourth, which is what parsers go by: not by the wider ranges of
// the fifth.
[[nodiscard]] bool begins_name(char32_t character) noexcept;
[[nodiscard]] bool continues_name(char32_t character) noexcept;

}  // namespace botocraft::protocol::xml
