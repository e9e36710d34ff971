#pragma once
// The keys that are derived from an access key: made once, shared by all who sign with it, and gone when it is.

#include <auth/ecdsa.hpp>
#include <auth/hash.hpp>

#include <botocraft/credentials.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::auth {

inline constexpr std::string_view scope_end = "aws4_request";

// What a key of Version 4 is good for.
struct Scope {
    std::string_view day;
    std::string_view region;
    std::string_view service;
};

// Makes `key` the one for this scope.
void derive_key(const Secret& secret_access_key, const Scope& scope, HmacSha256& hmac, HmacKey& key);

// All keys of one access key. Safe to use from several threads at once. Who signs must not hold on to a key for longer
// than one signature: then none outlives this.
class SigningKeys {
  public:
    [[nodiscard]] std::shared_ptr<const HmacKey> hmac(const Credentials& credentials, const Scope& scope);
    [[nodiscard]] std::shared_ptr<const EcdsaKey> ecdsa(const Credentials& credentials);

    // How many keys were derived so far; for tests.
    [[nodiscard]] std::size_t derived() const;

    // Tells these keys from all others, also from those that came to lie at the same address later: who holds a weak
    // pointer to it compares owners.
    using Mark = std::shared_ptr<const char>;
    [[nodiscard]] const Mark& mark() const noexcept { return mark_; }

  private:
    struct Entry {
        std::string day;
        std::string region;
        std::string service;
        std::shared_ptr<const HmacKey> key;
    };

    mutable std::mutex mutex_;
    std::vector<Entry> entries_;  // of the last two days: around midnight, clocks differ
    std::shared_ptr<const EcdsaKey> pair_;
    std::size_t derived_ = 0;
    Mark mark_ = std::make_shared<const char>();
};

// Credentials with all that was made from them. It belongs together because it shall end together.
struct SigningIdentity : Credentials {
    explicit SigningIdentity(Credentials credentials) : Credentials(std::move(credentials)) {}
    mutable SigningKeys keys;
};

}  // namespace botocraft::auth
