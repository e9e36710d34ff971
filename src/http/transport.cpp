#include "http/transport.hpp"

#include "http/proxy.hpp"
#include "http/tls.hpp"
#include "text/case.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>

namespace botocraft::http {

namespace {

template <class T>
bool same(const std::shared_ptr<T>& one, const std::shared_ptr<T>& other) {
    return one == other || (one && other && *one == *other);
}

}  // namespace

bool Proxy::operator==(const Proxy& other) const {
    return tls == other.tls && port == other.port && host == other.host && authorization == other.authorization &&
           same(context, other.context);
}

bool Origin::operator==(const Origin& other) const {
    return tls == other.tls && port == other.port && host == other.host && connections == other.connections &&
           same(context, other.context) && same(proxy, other.proxy);
}

std::string_view to_string(Phase phase) noexcept {
    switch (phase) {
        case Phase::pool: return "waiting for a free connection";
        case Phase::resolve: return "looking up the name";
        case Phase::connect: return "connecting";
        case Phase::proxy: return "asking the proxy for a connection";
        case Phase::tls: return "the TLS handshake";
        case Phase::send: return "sending the request";
        case Phase::receive: return "receiving the reply";
        case Phase::parse: return "reading the reply";
    }
    return "the exchange";
}

bool Failure::cancelled() const noexcept { return facts_.code == asio::error::operation_aborted; }

asio::awaitable<void> Connection::stream(ReplyBody body, const Streams& streams) {
    for (bool more = streams.source != nullptr; more;) more = co_await streams.source->next(output_);
    co_await exchange(body);
    if (streams.sink == nullptr || !streams.sink->begin(reply_)) co_return;
    const std::string_view all = reply_.body();
    reply_.set_body({});
    if (!all.empty()) co_await streams.sink->take(all);
}

void Reply::clear() noexcept {
    status_ = 0;
    headers_.clear();
    body_ = {};
}

const Header* Reply::find(std::string_view lower_case_name) const noexcept {
    const auto same = [](char sent, char lower) { return lower_case(sent) == lower; };
    for (const Header& header : headers_) {
        if (header.name.size() == lower_case_name.size() &&
            std::equal(header.name.begin(), header.name.end(), lower_case_name.begin(), same)) {
            return &header;
        }
    }
    return nullptr;
}

std::string_view Reply::header(std::string_view lower_case_name) const noexcept {
    const Header* found = find(lower_case_name);
    return found == nullptr ? std::string_view() : found->value;
}

bool Reply::has_header(std::string_view lower_case_name) const noexcept { return find(lower_case_name) != nullptr; }

}  // namespace botocraft::http
