#include <config/lookup.hpp>
#include <config/proxy_settings.hpp>
#include <text/case.hpp>

namespace botocraft::config {

namespace {

// In small letters first, as others do it.
std::optional<Found> variable(const Environment& environment, const Setting& setting) {
    const Lookup lookup(environment, nullptr);
    auto found = lookup.variable(lower_case(setting.variable));
    return found ? found : lookup.variable(setting.variable);
}

// A web server hands the header `Proxy` of a request to its CGI programs as HTTP_PROXY: there only its small twin is ours.
std::optional<Found> http_variable(const Environment& environment) {
    const Lookup lookup(environment, nullptr);
    if (lookup.variable(names::request_method.variable)) return lookup.variable(lower_case(names::http_proxy.variable));
    return variable(environment, names::http_proxy);
}

std::shared_ptr<http::Proxy> to_proxy(const std::optional<Found>& found) {
    if (!found || found->value.empty()) return nullptr;
    if (auto proxy = http::parse_proxy(found->value)) return proxy;
    // What it says is not shown: it may hold a password.
    fail("InvalidProxy", found->source + " is no URL of a proxy that can be used: it must be http://host:port or "
                                         "https://host:port, perhaps with user:password@ before the host");
}

std::shared_ptr<http::Proxy> choose(const Environment& environment, const std::optional<std::string>& code,
                                    std::string_view name, std::optional<Found> found) {
    if (code) return to_proxy(Found{*code, std::string(name) + " in code"});
    return to_proxy(found ? found : variable(environment, names::all_proxy));
}

}  // namespace

std::shared_ptr<const http::Proxy> ProxySettings::find(bool tls, std::string_view host, std::uint16_t port) const {
    const auto& proxy = tls ? https : http;
    if (!proxy || none.matches(host, port)) return nullptr;
    const bool in_code = tls ? https_in_code : http_in_code;
    return in_code || !http::is_loopback(host) ? proxy : nullptr;
}

ProxySettings resolve_proxies(const Environment& environment, const ProxyOptions& options) {
    ProxySettings settings;
    settings.https_in_code = options.https.has_value();
    settings.http_in_code = options.http.has_value();
    settings.https = choose(environment, options.https, "proxy.https", variable(environment, names::https_proxy));
    settings.http = choose(environment, options.http, "proxy.http", http_variable(environment));
    if (options.no_proxy) {
        settings.none = http::NoProxy(*options.no_proxy);
    } else if (const auto found = variable(environment, names::no_proxy)) {
        settings.none = http::NoProxy(found->value);
    }
    return settings;
}

}  // namespace botocraft::config
