// An exchange as Beast's examples write it: a deadline for each, and new objects.

#include "pipeline/exchanges.hpp"

#include <boost/asio/ssl.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <chrono>
#include <stdexcept>

namespace bench {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using asio::use_awaitable;

beast::string_view text(std::string_view from) { return {from.data(), from.size()}; }

template <class Stream>
asio::awaitable<void> exchange_all(Stream& stream, Progress& progress) {
    while (!progress.stop) {
        http::request<http::string_body> request(http::verb::post, "/", 11);
        request.set(http::field::host, "127.0.0.1:40000");
        request.set(http::field::content_type, "application/x-amz-json-1.1");
        request.set("x-amz-target", text(target));
        request.set("x-amz-date", "20251122T174044Z");
        request.set(http::field::user_agent, "botocraft-cpp/0.1.0");
        request.set(http::field::authorization, text(authorization));
        request.body() = request_body;
        request.prepare_payload();

        beast::get_lowest_layer(stream).expires_after(std::chrono::seconds(30));
        co_await http::async_write(stream, request, use_awaitable);
        beast::flat_buffer buffer;
        http::response<http::string_body> response;
        co_await http::async_read(stream, buffer, response, use_awaitable);
        if (response.result() != http::status::ok) throw std::runtime_error("the server did not answer with 200");
        ++progress.calls;
    }
}

}  // namespace

asio::awaitable<void> bare_beast(const Peer& peer, Progress& progress) {
    const auto executor = co_await asio::this_coro::executor;
    const tcp::endpoint address(asio::ip::address_v4::loopback(), peer.port);
    beast::tcp_stream socket(executor);
    co_await socket.async_connect(address, use_awaitable);
    socket.socket().set_option(tcp::no_delay(true));
    if (!peer.tls) {
        co_await exchange_all(socket, progress);
        co_return;
    }
    asio::ssl::context context(asio::ssl::context::tls_client);
    context.load_verify_file(peer.certificate);
    beast::ssl_stream<beast::tcp_stream> stream(std::move(socket), context);
    stream.set_verify_mode(asio::ssl::verify_peer);
    co_await stream.async_handshake(asio::ssl::stream_base::client, use_awaitable);
    co_await exchange_all(stream, progress);
}

}  // namespace bench
