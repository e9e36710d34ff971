#include "config/wipe.hpp"

#include "config/names.hpp"

#include <openssl/crypto.h>

namespace botocraft::config {

void wipe(std::string& text) noexcept {
    text.resize(text.capacity());
    OPENSSL_cleanse(text.data(), text.size());
    text.clear();
}

void wipe_secrets(ProfileFiles& files) noexcept {
    for (auto& [name, profile] : files.profiles) {
        for (const Setting* setting : {&names::secret_access_key, &names::session_token}) {
            if (const auto found = profile.find(setting->key); found != profile.end()) wipe(found->second.value);
        }
    }
}

}  // namespace botocraft::config
