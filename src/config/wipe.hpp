#pragma once
// Overwrites what profile files said in secret, when it is not needed any more.

#include <config/profile_file.hpp>

namespace botocraft::config {

void wipe(std::string& text) noexcept;

// The secret keys and tokens of all profiles; the rest stays.
void wipe_secrets(ProfileFiles& files) noexcept;

}  // namespace botocraft::config
