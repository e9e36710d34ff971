#include "http/proxy.hpp"

#include "text/case.hpp"

#include <boost/asio/ip/address.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace botocraft::http {

namespace {

namespace ip = boost::asio::ip;

template <class Number>
std::optional<Number> number(std::string_view text, Number most) {
    Number result = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
    if (error != std::errc() || end != text.data() + text.size() || result > most) return std::nullopt;
    return result;
}

std::optional<std::uint16_t> port_of(std::string_view text) {
    const auto port = number<std::uint16_t>(text, 65535);
    return port && *port != 0 ? port : std::nullopt;
}

std::string percent_decoded(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned byte = 0;
        const char* const digits = text.data() + i + 1;
        if (text[i] == '%' && i + 2 < text.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
            result += static_cast<char>(byte);
            i += 2;
        } else {
            result += text[i];
        }
    }
    return result;
}

std::string base64(std::string_view text) {
    std::string result((text.size() + 2) / 3 * 4, '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(result.data()),
                    reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    return result;
}

struct HostPort {
    std::string_view host;
    std::string_view port;  // empty where there is none
};

// `host`, `host:port`, `[v6]`, `[v6]:port`, or an address of IPv6 without brackets.
std::optional<HostPort> split(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == text.npos) return std::nullopt;
        const std::string_view rest = text.substr(close + 1);
        if (!rest.empty() && (rest.front() != ':' || rest.size() == 1)) return std::nullopt;
        return HostPort{text.substr(1, close - 1), rest.empty() ? rest : rest.substr(1)};
    }
    const std::size_t colon = text.find(':');
    if (colon == text.npos || text.find(':', colon + 1) != text.npos) return HostPort{text, {}};
    if (colon + 1 == text.size()) return std::nullopt;
    return HostPort{text.substr(0, colon), text.substr(colon + 1)};
}

std::string bytes_of(const ip::address& address) {
    if (address.is_v4()) {
        const auto bytes = address.to_v4().to_bytes();
        return {bytes.begin(), bytes.end()};
    }
    const auto bytes = address.to_v6().to_bytes();
    return {bytes.begin(), bytes.end()};
}

std::string bytes_of(std::string_view text) {
    boost::system::error_code ec;
    const auto address = ip::make_address(std::string(text), ec);
    return ec ? std::string() : bytes_of(address);
}

bool same_prefix(std::string_view one, std::string_view other, unsigned bits) {
    if (one.size() != other.size()) return false;
    const std::size_t whole = bits / 8;
    if (one.substr(0, whole) != other.substr(0, whole)) return false;
    if (bits % 8 == 0) return true;
    const unsigned mask = 0xff00u >> (bits % 8);
    return ((static_cast<unsigned char>(one[whole]) ^ static_cast<unsigned char>(other[whole])) & mask & 0xff) == 0;
}

bool is_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
        constexpr std::string_view others = "/@:?#[]\\\"<>%";
        return c > ' ' && c < 0x7f && others.find(static_cast<char>(c)) == others.npos;
    });
}

}  // namespace

std::string Proxy::url() const {
    const std::string name = host.find(':') == host.npos ? host : "[" + host + "]";
    return (tls ? "https://" : "http://") + name + ":" + std::to_string(port);
}

std::shared_ptr<Proxy> parse_proxy(std::string_view url) {
    auto proxy = std::make_shared<Proxy>();
    if (const std::size_t end = url.find("://"); end != url.npos) {
        const std::string scheme = lower_case(url.substr(0, end));
        if (scheme != "http" && scheme != "https") return nullptr;
        proxy->tls = scheme == "https";
        url.remove_prefix(end + 3);
    }
    proxy->port = proxy->tls ? 443 : 80;
    if (const std::size_t end = url.find_first_of("/?#"); end != url.npos) {
        if (url.substr(end) != "/") return nullptr;  // a path means that it is something else
        url = url.substr(0, end);
    }
    if (const std::size_t at = url.rfind('@'); at != url.npos) {
        const std::string_view user = url.substr(0, at);
        const std::size_t colon = std::min(user.find(':'), user.size());
        std::string secret = percent_decoded(user.substr(0, colon)) + ":";
        if (colon != user.size()) secret += percent_decoded(user.substr(colon + 1));
        proxy->authorization = "Basic " + base64(secret);
        url.remove_prefix(at + 1);
    }
    const auto parts = split(url);
    if (!parts) return nullptr;
    if (!parts->port.empty()) {
        const auto port = port_of(parts->port);
        if (!port) return nullptr;
        proxy->port = *port;
    }
    if (bytes_of(parts->host).empty() && !is_name(parts->host)) return nullptr;
    proxy->host = parts->host;
    return proxy;
}

bool is_loopback(std::string_view host) {
    if (lower_case(host) == "localhost") return true;
    boost::system::error_code problem;
    const auto address = ip::make_address(std::string(host), problem);
    return !problem && address.is_loopback();
}

NoProxy::NoProxy(std::string_view list) {
    while (!list.empty()) {
        const std::size_t end = std::min(list.find_first_of(", \t\r\n"), list.size());
        const std::string_view entry = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        Rule rule;
        if (entry == "*") {
            all_ = true;
        } else if (parse(entry, rule)) {
            rules_.push_back(std::move(rule));
        }
    }
}

// What is none of these is no rule: others who read the same variable skip it too.
bool NoProxy::parse(std::string_view text, Rule& rule) {
    if (const std::size_t slash = text.find('/'); slash != text.npos) {
        rule.address = bytes_of(text.substr(0, slash));
        const auto prefix = number<unsigned>(text.substr(slash + 1), static_cast<unsigned>(rule.address.size() * 8));
        rule.prefix = prefix.value_or(0);
        return prefix && !rule.address.empty();
    }
    const auto parts = split(text);
    if (!parts) return false;
    if (!parts->port.empty()) {
        const auto port = port_of(parts->port);
        if (!port) return false;
        rule.port = *port;
    }
    rule.address = bytes_of(parts->host);
    rule.prefix = static_cast<unsigned>(rule.address.size() * 8);
    if (!rule.address.empty()) return true;
    std::string_view name = parts->host;
    if (name.starts_with("*.")) name.remove_prefix(1);
    if (name.starts_with('.')) name.remove_prefix(1);
    if (name.ends_with('.')) name.remove_suffix(1);
    rule.name = lower_case(name);
    return is_name(rule.name);
}

bool NoProxy::matches(std::string_view host, std::uint16_t port) const {
    if (all_) return true;
    if (rules_.empty()) return false;
    std::string name = lower_case(host);
    if (name.ends_with('.')) name.pop_back();
    const std::string address = bytes_of(name);
    return std::ranges::any_of(rules_, [&](const Rule& rule) {
        if (rule.port != 0 && rule.port != port) return false;
        if (!rule.address.empty()) return same_prefix(address, rule.address, rule.prefix);
        if (!address.empty() || !name.ends_with(rule.name)) return false;
        return name.size() == rule.name.size() || name[name.size() - rule.name.size() - 1] == '.';
    });
}

}  // namespace botocraft::http
