#pragma once
// Requests that are no calls: to the small servers beside a program (instance metadata, a container's agent), and to AWS
// Sign-In. No signature, no retries.

#include <botocraft/awaitable.hpp>
#include <botocraft/credentials.hpp>
#include <http/transport.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace botocraft::auth {

struct Url {
    bool tls = false;
    std::string host;       // IPv6 without brackets
    std::uint16_t port = 80;
    std::string authority;  // as it was written: what the Host header says
    std::string target;     // path and query; `/` where there is none

    [[nodiscard]] std::string text() const { return (tls ? "https://" : "http://") + authority + target; }
};

// http or https with a host; nothing where it is not that, or holds a character that no URL has.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

struct PlainRequest {
    std::string_view method = "GET";
    Url url;
    std::vector<std::pair<std::string, Secret>> headers;
    Secret body;
    std::chrono::milliseconds timeout = std::chrono::seconds(1);  // to connect, and between bytes
    // How the host is reached: which certificates are trusted, and through which proxy. Without, there is no proxy on the
    // way: those servers are beside the program.
    std::shared_ptr<http::TlsContext> tls;
    std::shared_ptr<const http::Proxy> proxy{};
};

struct PlainReply {
    int status = 0;
    Secret body;
    std::chrono::seconds token_lifetime{0};  // what x-aws-ec2-metadata-token-ttl-seconds says
};

// One attempt. Request and reply are overwritten in the connection's memory when it ends. Throws http::Failure, or system_error(operation_aborted) where the caller was cancelled.
[[nodiscard]] awaitable<PlainReply> exchange(std::shared_ptr<http::Transport> transport, PlainRequest request);

}  // namespace botocraft::auth
