// The floor: what must be paid for sending these bytes and receiving those, with the least that can be called parsing.

#include "pipeline/exchanges.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <charconv>
#include <stdexcept>
#include <string_view>

namespace bench {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::use_awaitable;

void write_request(std::string& out) {
    out.assign("POST / HTTP/1.1\r\ncontent-type: application/x-amz-json-1.1\r\nhost: 127.0.0.1:40000\r\nx-amz-target: ");
    out.append(target).append("\r\nuser-agent: botocraft-cpp/0.1.0\r\nx-amz-date: 20251122T174044Z\r\nauthorization: ");
    out.append(authorization).append("\r\ncontent-length: ");
    out.append(std::to_string(request_body.size())).append("\r\n\r\n").append(request_body);
}

// Of the whole reply, or 0 where that is not known yet.
std::size_t reply_size(std::string_view text) {
    const std::size_t head = text.find("\r\n\r\n");
    if (head == text.npos) return 0;
    if (text.substr(9, 3) != "200") throw std::runtime_error("the server did not answer with 200");
    constexpr std::string_view name = "Content-Length: ";
    const std::size_t at = text.find(name);
    std::size_t length = 0;
    std::from_chars(text.data() + at + name.size(), text.data() + head, length);
    return head + 4 + length;
}

template <class Stream>
asio::awaitable<void> exchange_all(Stream& stream, Progress& progress) {
    std::string out;
    std::string in(16384, '\0');
    std::string body;
    while (!progress.stop) {
        write_request(out);
        co_await asio::async_write(stream, asio::buffer(out), use_awaitable);
        std::size_t have = 0;
        std::size_t whole = 0;
        while (whole == 0 || have < whole) {
            have += co_await stream.async_read_some(asio::buffer(in.data() + have, in.size() - have), use_awaitable);
            if (whole == 0) whole = reply_size({in.data(), have});
        }
        body.assign(in, in.find("\r\n\r\n") + 4, whole);
        ++progress.calls;
    }
}

}  // namespace

asio::awaitable<void> raw_asio(const Peer& peer, Progress& progress) {
    const auto executor = co_await asio::this_coro::executor;
    tcp::socket socket(executor);
    const tcp::endpoint address(asio::ip::address_v4::loopback(), peer.port);
    co_await socket.async_connect(address, use_awaitable);
    socket.set_option(tcp::no_delay(true));
    if (!peer.tls) {
        co_await exchange_all(socket, progress);
        co_return;
    }
    asio::ssl::context context(asio::ssl::context::tls_client);
    context.load_verify_file(peer.certificate);
    asio::ssl::stream<tcp::socket> stream(std::move(socket), context);
    stream.set_verify_mode(asio::ssl::verify_peer);
    co_await stream.async_handshake(asio::ssl::stream_base::client, use_awaitable);
    co_await exchange_all(stream, progress);
}

}  // namespace bench
