#include "bodies.hpp"

#include "protocol/base64.hpp"
#include "protocol/cbor_reader.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <stdexcept>
#include <vector>

namespace conformance {

namespace cbor = botocraft::protocol::cbor;

namespace {

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

// Whether the element is an entry of a map, whose order means nothing.
bool is_entry(pugi::xml_node node) {
    const std::string_view first = node.first_child().name();
    return std::string_view(node.name()) == "entry" || first == "key" || first == "K";
}

void append_node(std::string& out, pugi::xml_node node) {
    if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) {
        out.append("[").append(node.value()).append("]");
        return;
    }
    out.append("<").append(node.name());
    std::map<std::string, std::string> attributes;
    for (const auto& attribute : node.attributes()) attributes[attribute.name()] = attribute.value();
    for (const auto& [name, value] : attributes) out.append(" ").append(name).append("='").append(value).append("'");
    out += '>';
    const bool has_elements = std::any_of(node.begin(), node.end(),
                                          [](pugi::xml_node child) { return child.type() == pugi::node_element; });
    std::vector<std::string> entries;
    for (const pugi::xml_node child : node) {
        if (has_elements && child.type() == pugi::node_pcdata && blank(child.value())) continue;
        append_node(is_entry(child) ? entries.emplace_back() : out, child);
    }
    std::ranges::sort(entries);
    for (const std::string& entry : entries) out += entry;
    out.append("</").append(node.name()).append(">");
}

// All that tells one number from another. `is_time`: a whole number of seconds may be sent as a real.
std::string real_text(double value, bool is_time) {
    if (is_time && std::trunc(value) == value && std::fabs(value) < 1e15) return std::to_string(static_cast<long long>(value));
    std::array<char, 64> text{};
    return 'r' + std::string(text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr);
}

std::string cbor_value(cbor::Reader& reader, const cbor::Item& item, bool is_time = false) {
    using cbor::Type;
    switch (item.type) {
        case Type::unsigned_: return std::to_string(item.number);
        case Type::negative: return "-1-" + std::to_string(item.number);
        case Type::bytes: return "h'" + std::string(item.text) + "'";
        case Type::text: return "\"" + std::string(item.text) + "\"";
        case Type::boolean: return item.number ? "true" : "false";
        case Type::null: return "null";
        case Type::real: return real_text(item.real, is_time);
        case Type::tag: {
            const std::string number = std::to_string(item.number);
            return number + "(" + cbor_value(reader, reader.next(), item.number == 1) + ")";
        }
        case Type::array:
        case Type::map: {
            std::vector<std::string> parts;
            for (std::uint64_t i = 0; item.indefinite || i < item.number; ++i) {
                const cbor::Item head = reader.next();
                if (head.type == Type::end) break;
                std::string part = cbor_value(reader, head);
                if (item.type == Type::map) part += ":" + cbor_value(reader, reader.next());
                parts.push_back(std::move(part));
            }
            if (item.type == Type::map) std::ranges::sort(parts);
            std::string out = item.type == Type::map ? "{" : "[";
            for (const std::string& part : parts) out += part + ",";
            return out + (item.type == Type::map ? "}" : "]");
        }
        default: return "?";
    }
}

}  // namespace

std::string canonical_xml(std::string_view body) {
    pugi::xml_document document;
    constexpr unsigned options = pugi::parse_default | pugi::parse_ws_pcdata_single;
    const auto result = document.load_buffer(body.data(), body.size(), options);
    if (!result && !body.empty()) throw std::runtime_error(std::string("not XML: ") + result.description());
    std::string out;
    if (document.document_element()) append_node(out, document.document_element());
    return out;
}

std::string sorted_pairs(std::string_view pairs) {
    std::vector<std::string> parts;
    while (!pairs.empty()) {
        const std::string_view part = pairs.substr(0, pairs.find('&'));
        pairs.remove_prefix(std::min(pairs.size(), part.size() + 1));
        parts.emplace_back(part);
    }
    std::ranges::sort(parts);
    std::string out;
    for (const std::string& part : parts) out += part + "&";
    return out;
}

std::string canonical_cbor(std::string_view body) {
    if (body.empty()) return {};
    cbor::Reader reader(body);
    const cbor::Item head = reader.next();
    return cbor_value(reader, head);
}

std::string from_base64(std::string_view text) {
    botocraft::blob bytes;
    if (!botocraft::protocol::parse_base64(text, bytes)) throw std::runtime_error("not base64");
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace conformance
