#pragma once
// The names of the algorithms, as they are sent.

#include <auth/request.hpp>

#include <string_view>

namespace botocraft::auth {

inline constexpr std::string_view hmac_algorithm = "AWS4-HMAC-SHA256";
inline constexpr std::string_view ecdsa_algorithm = "AWS4-ECDSA-P256-SHA256";

[[nodiscard]] constexpr std::string_view name_of(Algorithm algorithm) noexcept {
    return algorithm == Algorithm::hmac ? hmac_algorithm : ecdsa_algorithm;
}

}  // namespace botocraft::auth
