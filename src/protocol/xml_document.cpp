#include "protocol/xml_document.hpp"

#include "protocol/scalar_text.hpp"

#include <cstring>

namespace botocraft::protocol::xml {

std::string Document::parse(std::string_view body) {
    // The parser looks closer at what it keeps: a declaration that makes no sense shall not be passed over.
    constexpr unsigned looked_at = pugi::parse_declaration | pugi::parse_pi | pugi::parse_comments |
                                   pugi::parse_doctype;
    constexpr unsigned options = pugi::parse_escapes | pugi::parse_cdata | pugi::parse_eol |
                                 pugi::parse_wconv_attribute | pugi::parse_ws_pcdata_single | looked_at;
    if (!valid_utf8(body)) return "it is not UTF-8";
    if (body.find('\0') != body.npos) return "there is a zero byte in it";
    text_ = std::make_unique_for_overwrite<char[]>(body.size() + 1);
    if (!body.empty()) std::memcpy(text_.get(), body.data(), body.size());
    const pugi::xml_parse_result result =
        document_.load_buffer_inplace(text_.get(), body.size(), options, pugi::encoding_utf8);
    if (result) {
        if (!root().next_sibling()) return {};
        for (pugi::xml_node node = root().next_sibling(); node; node = node.next_sibling()) {
            if (is_element(node)) return "there is a second root element";
        }
        return {};
    }
    std::string wrong = std::string(result.description()) + " at byte " + std::to_string(result.offset);
    document_.reset();
    return wrong;
}

pugi::xml_node find_child(pugi::xml_node parent, std::string_view name, bool any_case) noexcept {
    for (pugi::xml_node child = parent.first_child(); child; child = child.next_sibling()) {
        if (!is_element(child)) continue;
        const std::string_view local = local_name(child);
        if (local == name || (any_case && equal_ignoring_case(local, name))) return child;
    }
    return {};
}

std::string_view text_of(pugi::xml_node node, std::string& room) {
    std::string_view first;
    bool several = false;
    for (pugi::xml_node child = node.first_child(); child; child = child.next_sibling()) {
        if (child.type() != pugi::node_pcdata && child.type() != pugi::node_cdata) continue;
        const std::string_view piece = child.value();
        if (several) {
            room += piece;
        } else if (!first.empty()) {
            room.assign(first).append(piece);
            several = true;
        } else {
            first = piece;
        }
    }
    return several ? std::string_view(room) : first;
}

}  // namespace botocraft::protocol::xml
