#include "runtime/mask.hpp"

#include "auth/canonical.hpp"
#include "protocol/json.hpp"
#include "protocol/xml.hpp"
#include "schema/secrets.hpp"

#include <algorithm>
#include <utility>

namespace botocraft::detail {

namespace {

constexpr std::size_t shortest_secret = 3;     // shorter ones are part of any text
constexpr std::size_t shortest_beginning = 8;  // of a longer one that is broken off
constexpr std::string_view hidden = "***";

// As the bodies, headers and queries of the protocols write a text.
void add_forms(std::vector<std::string>& all, const std::string& secret) {
    std::string json;
    protocol::json::append_quoted(json, secret);
    std::string xml;
    protocol::xml::append_escaped(xml, secret);
    std::string encoded;
    auth::append_encoded(encoded, secret, false);
    all.push_back(json.substr(1, json.size() - 2));
    all.push_back(std::move(xml));
    all.push_back(std::move(encoded));
}

}  // namespace

Mask::Mask(const orm::ServiceTables& service, const api::Operation& operation, const void* input) {
    if (operation.input == api::none || input == nullptr) return;
    const schema::ShapeRef shape{service.schema, operation.input};
    if (!schema::holds_secrets(shape)) return;
    secrets_ = schema::secrets_of(shape, input);
    std::erase_if(secrets_, [](const std::string& secret) { return secret.size() < shortest_secret; });
    for (std::size_t i = 0, count = secrets_.size(); i < count; ++i) {
        const std::string secret = secrets_[i];
        add_forms(secrets_, secret);
    }
    std::ranges::sort(secrets_);
    secrets_.erase(std::ranges::unique(secrets_).begin(), secrets_.end());
}

// The length of the secret, or of its beginning, that the text begins with; 0 if it does with none.
std::size_t Mask::secret_at(std::string_view text) const noexcept {
    std::size_t longest = 0;
    const auto first = std::ranges::lower_bound(secrets_, text.substr(0, 1), {}, [](const std::string& secret) {
        return std::string_view(secret).substr(0, 1);
    });
    for (auto secret = first; secret != secrets_.end() && secret->front() == text.front(); ++secret) {
        const auto end = std::ranges::mismatch(*secret, text).in1;
        const auto size = static_cast<std::size_t>(end - secret->begin());
        if (size == secret->size() || size >= shortest_beginning) longest = std::max(longest, size);
    }
    return longest;
}

std::string Mask::shown(std::string_view text, std::size_t most) const {
    if (secrets_.empty()) return std::string(text.substr(0, most));
    std::string out;
    for (std::size_t at = 0; at < std::min(most, text.size());) {
        if (const std::size_t size = secret_at(text.substr(at)); size != 0) {
            out += hidden;
            at += size;
        } else {
            out += text[at++];
        }
    }
    return out;
}

}  // namespace botocraft::detail
