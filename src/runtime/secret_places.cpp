#include "runtime/secret_places.hpp"

#include "runtime/secrets.hpp"
#include "schema/secrets.hpp"
#include "text/case.hpp"

#include <algorithm>
#include <utility>

namespace botocraft::detail {

namespace {

constexpr std::string_view hidden = "(not shown)";

// Others write every member into the body, wherever the model binds it.
bool binds_to_http(api::Protocol protocol) noexcept {
    return protocol == api::Protocol::rest_json || protocol == api::Protocol::rest_xml;
}

// Without what follows `mark` up to `end`.
void hide_after(std::string& text, std::string_view mark, std::string_view end) {
    const std::size_t at = text.find(mark);
    if (at == text.npos) return;
    const std::size_t begin = at + mark.size();
    text.replace(begin, std::min(text.find_first_of(end, begin), text.size()) - begin, hidden);
}

}  // namespace

SecretPlaces::SecretPlaces(const orm::ServiceTables& service, const api::Operation& operation, api::Protocol protocol,
                           const void* input) {
    if (operation.input == api::none || input == nullptr) return;
    const schema::ShapeRef shape{service.schema, operation.input};
    for (const schema::Member* const member : schema::members_with_secrets(shape, input)) {
        switch (binds_to_http(protocol) ? member->location : schema::Location::body) {
            case schema::Location::header:
            case schema::Location::header_prefix: headers_.push_back(lower_case(shape.schema->wire_name(*member))); break;
            case schema::Location::query:
            case schema::Location::query_map: query_ = true; break;
            case schema::Location::path: path_ = true; break;
            case schema::Location::body:
            case schema::Location::payload:
            case schema::Location::status:
            case schema::Location::none: body_ = true; break;
        }
    }
    if (body_) headers_.insert(headers_.end(), {"content-md5", "x-amz-checksum-", "x-amz-content-sha256"});
}

void SecretPlaces::hide(Explanation& explanation) const {
    hide_headers(explanation.request);
    hide_url(explanation.request.url);
    if (body_ && !explanation.request.body.empty()) explanation.request.body = hidden;
    explanation.canonical_request = shown_canonical(explanation.canonical_request);
    const bool any = path_ || query_ || body_ || !headers_.empty();
    if (const std::size_t last = explanation.string_to_sign.rfind('\n'); any && last != std::string::npos) {
        explanation.string_to_sign.replace(last + 1, std::string::npos, hidden);
    }
}

void SecretPlaces::hide_headers(PreparedRequest& request) const {
    for (auto& [name, value] : request.headers) {
        if (name == "authorization") {
            hide_after(value, "Signature=", ",");
            hide_after(value, "Bearer ", "");
        } else if (is_hidden(name)) {
            value = hidden;
        }
    }
}

void SecretPlaces::hide_url(std::string& url) const {
    const std::size_t query = std::min(url.find('?'), url.size());
    if (query_ && query != url.size()) url.replace(query + 1, url.npos, hidden);
    const std::size_t path = std::min(url.find('/', url.find("//") + 2), query);
    if (path_ && path != query) url.replace(path + 1, query - path - 1, hidden);
}

// Method, path, query, a line for each header, an empty one, their names, the hash of the body.
std::string SecretPlaces::shown_canonical(std::string_view canonical) const {
    std::string text;
    bool in_headers = true;
    for (std::size_t row = 0; !canonical.empty(); ++row) {
        const std::string_view line = canonical.substr(0, canonical.find('\n'));
        const bool last = line.size() == canonical.size();
        const std::string_view name = line.substr(0, line.find(':'));
        canonical.remove_prefix(std::min(line.size() + 1, canonical.size()));
        if (row >= 3 && line.empty()) in_headers = false;
        if ((row == 1 && path_) || (row == 2 && query_ && !line.empty()) || (last && body_)) {
            text.append(hidden);
        } else if (row >= 3 && in_headers && is_hidden(name)) {
            text.append(name).append(":").append(hidden);
        } else {
            text.append(line);
        }
        if (!last) text += '\n';
    }
    return text;
}

bool SecretPlaces::is_hidden(std::string_view header) const noexcept {
    const auto begins = [header](const std::string& name) { return header.starts_with(name); };
    return is_secret_header(header, false) || std::ranges::any_of(headers_, begins);
}

}  // namespace botocraft::detail
