#pragma once
// The credentials of a session, with the keys made from them: resolved once for all who wait, and again before they expire.

#include <auth/renewed.hpp>
#include <auth/signing_keys.hpp>

#include <botocraft/credentials.hpp>

#include <memory>

namespace botocraft::auth {

class CredentialsCache : public Renewed<SigningIdentity> {
  public:
    // Credentials that could not be used are those that the provider could not find.
    CredentialsCache(std::shared_ptr<CredentialsProvider> provider, CredentialsContext context,
                     RenewalTimes times = usual_times);
};

}  // namespace botocraft::auth
