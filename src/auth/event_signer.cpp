#include <auth/event_signer.hpp>

#include <protocol/eventstream.hpp>

#include <cstdint>
#include <utility>

namespace botocraft::auth {

namespace {

constexpr std::string_view date_header = ":date";
constexpr std::string_view signature_header = ":chunk-signature";

// The header as it stands in a frame: what its hash is taken of.
std::string date_bytes(std::int64_t milliseconds) {
    constexpr char type_of_time = 8;
    std::string bytes(1, static_cast<char>(date_header.size()));
    bytes.append(date_header).append(1, type_of_time);
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(milliseconds >> shift & 0xff);
    return bytes;
}

}  // namespace

EventSigner::EventSigner(SignatureChain chain, std::shared_ptr<const SigningIdentity> identity)
    : chain_(std::move(chain)), identity_(std::move(identity)) {}

void EventSigner::write(std::string_view frame, std::chrono::system_clock::time_point time, std::string& out) {
    const auto since = std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
    const std::string signature = chain_.event(time, date_bytes(since), frame, *identity_, identity_->keys);
    const auto* const first = reinterpret_cast<const std::byte*>(signature.data());
    protocol::eventstream::Message envelope;
    envelope.headers.push_back({std::string(date_header), protocol::eventstream::Time{since}});
    envelope.headers.push_back({std::string(signature_header), blob(first, first + signature.size())});
    envelope.payload = frame;
    protocol::eventstream::encode(envelope, out);
}

}  // namespace botocraft::auth
