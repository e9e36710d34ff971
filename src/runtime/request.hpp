#pragma once
// From an operation's input to the bytes of a signed request.

#include "auth/scheme.hpp"
#include "auth/signing_keys.hpp"
#include "auth/sigv4.hpp"
#include "http/transport.hpp"
#include "protocol/codec.hpp"
#include "runtime/bodies.hpp"
#include "runtime/session_state.hpp"
#include "runtime/upload.hpp"

#include <botocraft/service.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::detail {

// Which operation, and where it goes.
struct Target {
    const ServiceContext& context;
    const orm::ServiceTables& service;
    const api::Operation& operation;
    std::shared_ptr<const Destination> destination{};
    api::Protocol protocol = context.protocol.load(std::memory_order_relaxed);

    [[nodiscard]] auth::SchemeChoice scheme() const;
};

// What it takes to write a request, and no longer: made once for many calls.
struct Workplace {
    auth::Signer signer;
    protocol::Request request;
    Upload upload;
    std::string path;
    std::vector<auth::HeaderView> headers;  // sorted

    // Overwrites what it holds of a request with secrets in it. The text that was signed stays until the next one or the
    // end: it may hold a session token, which is of no use without its key.
    void wipe() noexcept;
};

// Who sends it, and when.
struct Sender {
    const auth::SchemeChoice& scheme;
    const auth::SigningIdentity* identity;  // null where the scheme needs none
    const BearerToken* token;               // likewise
    std::chrono::system_clock::time_point time;
};

// Fills `work` with the parts of the request. Who presigns one need not know its body: nothing is said of that unless the
// service insists on its checksum.
// `stream_size`: of a body that is not in the input.
void compose(const Target& target, const auth::SchemeChoice& scheme, const void* input, bool presigned, Workplace& work,
             std::optional<std::uint64_t> stream_size = {});

// As `compose` left it in `work`.
[[nodiscard]] auth::RequestToSign request_to_sign(const Sender& sender, const Workplace& work);

// Writes the whole request, head and body, into the connection's buffer.
void write_request(const Target& target, const Sender& sender, const void* input, Workplace& work, std::string& out);

// Writes the head alone; the body follows from `body`, which is told how it travels. `digest`: its hash, where the service
// wants that; else empty. True where the server is asked for leave to send it.
[[nodiscard]] bool write_head(const Target& target, const Sender& sender, const void* input, OutgoingBody& body,
                              std::string_view digest, Workplace& work, std::string& out);

}  // namespace botocraft::detail
