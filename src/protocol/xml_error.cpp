#include "protocol/xml_error.hpp"

#include "protocol/failure.hpp"
#include "protocol/scalar_text.hpp"
#include "protocol/xml.hpp"
#include "text/case.hpp"

#include <botocraft/error.hpp>

#include <array>
#include <utility>

namespace botocraft::protocol::xml {

namespace {

// The texts of the first children of these names, whatever their case; empty where there is none.
template <std::size_t n>
std::array<std::string, n> child_texts(Reader parent, const std::array<std::string_view, n>& names) {
    std::array<std::string, n> texts;
    std::array<bool, n> found{};
    std::string room;
    while (parent.next_child()) {
        std::size_t i = 0;
        while (i < n && (found[i] || !equal_ignoring_case(parent.name(), names[i]))) ++i;
        if (i == n) {
            parent.skip();
        } else {
            texts[i] = trimmed(parent.text(room));
            found[i] = true;
        }
    }
    return texts;
}

bool names_error(const Reader& root) noexcept { return root.name().ends_with("Exception"); }

// In ...Response, beside RequestId: an Error, or one in Errors. Else the root element itself, if it has a code or is one.
std::optional<Reader> find_error_below(Reader root) {
    if (root.name() == "Error") return root;
    std::optional<Reader> error;
    std::optional<Reader> errors;
    bool has_code = false;
    for (Reader at = root; at.next_child(); at.skip()) {
        if (at.name() == "Error" && !error) error = at;
        if (at.name() == "Errors" && !errors) errors = at;
        if (at.name() == "Code") has_code = true;
    }
    if (error) return error;
    if (!errors) return has_code || names_error(root) ? std::optional(root) : std::nullopt;
    while (errors->next_child()) {
        if (errors->name() == "Error") return errors;
        errors->skip();
    }
    return std::nullopt;
}

Error read_error(std::string_view body, const Limits& limits) {
    const std::optional<Reader> found = find_error(body, limits);
    Error error;
    error.request_id = std::move(child_texts<1>(Reader(trimmed(body), most_elements_deep(limits)), {"RequestId"})[0]);
    if (!found) return error;
    auto [code, message, request_id] = child_texts<3>(*found, {"Code", "Message", "RequestId"});
    error.code = code.empty() && names_error(*found) ? std::string(found->name()) : std::move(code);
    error.message = std::move(message);
    if (error.request_id.empty()) error.request_id = std::move(request_id);
    return error;
}

}  // namespace

std::optional<Reader> find_error(std::string_view body, const Limits& limits) {
    Reader all(trimmed(body), most_elements_deep(limits));
    const Reader root = all;
    all.skip();
    all.finish();
    return find_error_below(root);
}

void throw_service_error(std::string_view body, const Limits& limits) {
    Error error = read_error(body, limits);
    error_in_success(std::move(error.code), std::move(error.message), std::move(error.request_id));
}

Error decode_error(std::string_view body, const Limits& limits) {
    try {
        return read_error(body, limits);
    } catch (const ProtocolError&) {
        return {};
    }
}

std::string error_text(std::string_view body, std::string_view element, const Limits& limits) {
    try {
        const std::optional<Reader> found = find_error(body, limits);
        return found ? std::move(child_texts<1>(*found, {element})[0]) : std::string();
    } catch (const ProtocolError&) {
        return {};
    }
}

}  // namespace botocraft::protocol::xml
