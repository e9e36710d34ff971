#include <botocraft/credentials.hpp>

#include <utility>

namespace botocraft {

Credentials::Credentials(std::string access_key, Secret secret_key, Secret token)
    : access_key_id(std::move(access_key)),
      secret_access_key(std::move(secret_key)),
      session_token(std::move(token)) {}

std::string to_string(const Credentials& credentials) {
    std::string text = "access key " + (credentials.access_key_id.empty() ? "(none)" : credentials.access_key_id);
    if (!credentials.account_id.empty()) text += " of account " + credentials.account_id;
    if (!credentials.session_token.empty()) text += " with session token";
    if (!credentials.source.empty()) text += " from " + credentials.source;
    if (credentials.expiration) {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(*credentials.expiration).time_since_epoch();
        text += ", expires at " + std::to_string(seconds.count()) + " s since 1970";
    }
    return text;
}

}  // namespace botocraft
