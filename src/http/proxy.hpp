#pragma once
// Proxies: what a URL says of one, and which endpoints are reached without.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::http {

class TlsContext;

struct Proxy {
    bool tls = false;  // the connection to the proxy itself
    std::string host;  // name or IP literal (IPv6 without brackets)
    std::uint16_t port = 80;
    std::string authorization{};            // value of the header Proxy-Authorization; a secret
    std::shared_ptr<TlsContext> context{};  // for TLS with the proxy; empty: the authorities of the system

    [[nodiscard]] std::string url() const;  // without what is secret

    bool operator==(const Proxy& other) const;  // in what it is set to
};

// `http://user:password@proxy.example:3128`. Without a scheme it is http; without a port, that of the scheme. User and
// password may be percent-encoded. Null where it is no such URL.
[[nodiscard]] std::shared_ptr<Proxy> parse_proxy(std::string_view url);

// Whether a host is this machine: localhost, 127.0.0.0/8, ::1.
[[nodiscard]] bool is_loopback(std::string_view host);

// Which hosts are reached without a proxy, as curl and others read NO_PROXY: names that stand for themselves and for all
// names below them (`example.com`, `.example.com`, `*.example.com`), addresses, ranges of addresses (`10.0.0.0/8`),
// each with a port if only that is meant (`example.com:8080`, `[::1]:80`), or `*` for all. Separated by commas or blanks.
class NoProxy {
  public:
    NoProxy() = default;
    explicit NoProxy(std::string_view list);

    [[nodiscard]] bool matches(std::string_view host, std::uint16_t port) const;

  private:
    struct Rule {
        std::string name;           // lower case, without dots around; empty: an address
        std::string address{};      // 4 or 16 bytes
        unsigned prefix = 0;        // bits of it that count
        std::uint16_t port = 0;     // 0: any
    };

    [[nodiscard]] static bool parse(std::string_view text, Rule& rule);

    std::vector<Rule> rules_;
    bool all_ = false;
};

}  // namespace botocraft::http
