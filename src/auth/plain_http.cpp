#include "auth/plain_http.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <charconv>

namespace botocraft::auth {

namespace {

constexpr std::size_t longest_reply = 256 * 1024;

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

void write(const PlainRequest& request, std::string& out) {
    out.append(request.method).append(" ").append(request.url.target).append(" HTTP/1.1\r\n");
    append_header(out, "host", request.url.authority);
    for (const auto& [name, value] : request.headers) append_header(out, name, value.reveal());
    if (request.method != "GET") append_header(out, "content-length", std::to_string(request.body.reveal().size()));
    out.append("\r\n").append(request.body.reveal());
}

std::chrono::seconds parse_seconds(std::string_view text) {
    std::int64_t seconds = 0;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, 7 * 24 * 3600));
}

awaitable<PlainReply> run(std::shared_ptr<http::Transport> transport, PlainRequest request) {
    http::Origin origin;
    origin.tls = request.url.tls;
    origin.host = request.url.host;
    origin.port = request.url.port;
    origin.context = request.tls;
    origin.proxy = request.proxy;
    http::Limits limits;
    const http::Clock::duration allowed = http::limit_of(request.timeout);
    limits.resolve = limits.connect = limits.first_byte = limits.stall = allowed;
    limits.reply_body = longest_reply;
    limits.deadline = allowed > http::Clock::duration::max() / 4 ? http::Clock::time_point::max()
                                                                 : http::after(http::Clock::now(), 4 * allowed);
    PlainReply reply;
    try {
        http::Lease lease = co_await transport->acquire(origin, limits);
        lease.mark_secret();
        write(request, lease.output());
        co_await lease.exchange();
        reply.status = lease.reply().status();
        reply.body = Secret(lease.reply().body());
        reply.token_lifetime = parse_seconds(lease.reply().header("x-aws-ec2-metadata-token-ttl-seconds"));
    } catch (const http::Failure& failure) {
        if (failure.cancelled()) throw boost::system::system_error(boost::asio::error::operation_aborted);
        throw;
    }
    co_return reply;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
    const bool clean = std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return c > ' ' && c < 0x7f && std::string_view("\"<>\\^`{|}").find(static_cast<char>(c)) == std::string_view::npos;
    });
    if (!clean) return std::nullopt;
    Url url;
    if (text.starts_with("https://")) {
        url.tls = true;
        url.port = 443;
        text.remove_prefix(8);
    } else if (text.starts_with("http://")) {
        text.remove_prefix(7);
    } else {
        return std::nullopt;
    }
    text = text.substr(0, text.find('#'));
    const std::size_t end = std::min(text.find_first_of("/?"), text.size());
    url.authority = text.substr(0, end);
    url.target = text.substr(end);
    if (!url.target.starts_with('/')) url.target.insert(0, 1, '/');
    if (url.authority.find('@') != std::string::npos) return std::nullopt;  // a user name, which nobody here has

    std::string_view host = url.authority;
    std::string_view port;
    if (host.starts_with('[')) {
        const std::size_t close = host.find(']');
        if (close == host.npos) return std::nullopt;
        port = host.substr(close + 1);
        host = host.substr(1, close - 1);
        if (!port.empty() && !port.starts_with(':')) return std::nullopt;
    } else if (const std::size_t colon = host.find(':'); colon != host.npos) {
        port = host.substr(colon);
        host = host.substr(0, colon);
    }
    if (!port.empty()) {
        const auto number = parse_port(port.substr(1));
        if (!number) return std::nullopt;
        url.port = *number;
    }
    if (host.empty()) return std::nullopt;
    url.host = host;
    return url;
}

awaitable<PlainReply> exchange(std::shared_ptr<http::Transport> transport, PlainRequest request) {
    return run(std::move(transport), std::move(request));
}

}  // namespace botocraft::auth
