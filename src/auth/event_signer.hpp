#pragma once
// The events that a client sends, each in a signed envelope.

#include <auth/signature_chain.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace botocraft::auth {

// One stream of events, which begins with a request that was signed with the payload hash `streaming_events`. No I/O.
class EventSigner {
  public:
    EventSigner(SignatureChain chain, std::shared_ptr<const SigningIdentity> identity);

    // Appends the envelope of an event's frame. An empty one ends the stream.
    void write(std::string_view frame, std::chrono::system_clock::time_point time, std::string& out);

  private:
    SignatureChain chain_;
    std::shared_ptr<const SigningIdentity> identity_;
};

}  // namespace botocraft::auth
