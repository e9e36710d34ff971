#include <auth/signing_keys.hpp>

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

namespace botocraft::auth {

void derive_key(const Secret& secret_access_key, const Scope& scope, HmacSha256& hmac, HmacKey& key) {
    constexpr std::string_view prefix = "AWS4";
    std::string first;
    first.reserve(prefix.size() + secret_access_key.reveal().size());
    first.append(prefix).append(secret_access_key.reveal());
    key.set(first);
    OPENSSL_cleanse(first.data(), first.size());
    for (const std::string_view part : {scope.day, scope.region, scope.service, scope_end}) {
        Digest next = hmac(part, key);
        key.set(as_text(next));
        OPENSSL_cleanse(next.data(), next.size());
    }
}

std::shared_ptr<const HmacKey> SigningKeys::hmac(const Credentials& credentials, const Scope& scope) {
    const std::lock_guard lock(mutex_);
    const auto known = std::ranges::find_if(entries_, [&scope](const Entry& entry) {
        return entry.region == scope.region && entry.service == scope.service && entry.day == scope.day;
    });
    if (known != entries_.end()) return known->key;
    // Days are texts of digits, and in order.
    std::string newest(scope.day);
    std::string second;
    for (const Entry& entry : entries_) {
        if (entry.day > newest) {
            second = std::exchange(newest, entry.day);
        } else if (entry.day < newest && entry.day > second) {
            second = entry.day;
        }
    }
    std::erase_if(entries_, [&](const Entry& entry) { return entry.day != newest && entry.day != second; });
    HmacSha256 hmac;
    auto key = std::make_shared<HmacKey>();
    derive_key(credentials.secret_access_key, scope, hmac, *key);
    ++derived_;
    return entries_.emplace_back(
                       Entry{std::string(scope.day), std::string(scope.region), std::string(scope.service), std::move(key)})
        .key;
}

std::shared_ptr<const EcdsaKey> SigningKeys::ecdsa(const Credentials& credentials) {
    const std::lock_guard lock(mutex_);
    if (!pair_) {
        pair_ = std::make_shared<const EcdsaKey>(
            EcdsaKey::derive(credentials.access_key_id, credentials.secret_access_key));
        ++derived_;
    }
    return pair_;
}

std::size_t SigningKeys::derived() const {
    const std::lock_guard lock(mutex_);
    return derived_;
}

}  // namespace botocraft::auth
