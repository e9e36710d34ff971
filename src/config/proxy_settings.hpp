#pragma once
// Which proxies a session uses: code before environment.

#include <http/proxy.hpp>

#include <botocraft/connections.hpp>
#include <botocraft/environment.hpp>

namespace botocraft::config {

struct ProxySettings {
    std::shared_ptr<http::Proxy> https{};  // for endpoints with TLS; null: none
    std::shared_ptr<http::Proxy> http{};   // for those without
    http::NoProxy none{};
    bool https_in_code = false;  // and not by the environment
    bool http_in_code = false;

    // The proxy on the way to an endpoint; null where there is none. What the environment says is not for this machine itself.
    [[nodiscard]] std::shared_ptr<const http::Proxy> find(bool tls, std::string_view host, std::uint16_t port) const;
};

// Throws ConfigurationError where something that was said is no URL of a proxy, and says where it was said.
[[nodiscard]] ProxySettings resolve_proxies(const Environment& environment, const ProxyOptions& options);

}  // namespace botocraft::config
