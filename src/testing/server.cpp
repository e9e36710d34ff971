#include "testing/server.hpp"

#include "testing/connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>

namespace botocraft::testing {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// A connection that fails ends; there is nobody to tell.
void ignore(const std::exception_ptr&) {}

}  // namespace

std::shared_ptr<Server> Server::start(std::optional<asio::any_io_executor> executor,
                                      const std::shared_ptr<AwsDouble::State>& state) {
    std::shared_ptr<Server> server(new Server);
    if (!executor) server->own_context_ = std::make_unique<asio::io_context>(1);
    const asio::any_io_executor runs_on = executor ? *executor : server->own_context_->get_executor();
    const asio::any_io_executor accepts_on = executor ? asio::any_io_executor(asio::make_strand(*executor)) : runs_on;

    auto acceptor = std::make_shared<Acceptor>(accepts_on);
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), state->options.port);
    acceptor->open(endpoint.protocol());
    acceptor->set_option(asio::socket_base::reuse_address(true));
    acceptor->bind(endpoint);
    acceptor->listen(asio::socket_base::max_listen_connections);
    server->port_ = acceptor->local_endpoint().port();
    server->acceptor_ = acceptor;

    state->server = server;
    const bool own = server->own_context_ != nullptr;
    asio::co_spawn(accepts_on, accept(server, state, std::move(acceptor), runs_on), ignore);
    if (own) server->thread_ = std::thread([context = server->own_context_.get()] { context->run(); });
    return server;
}

Server::~Server() {
    if (thread_.joinable()) thread_.detach();  // the double was destroyed by its own thread
}

asio::awaitable<void> Server::accept(std::shared_ptr<Server> self, std::shared_ptr<AwsDouble::State> state,
                                     std::shared_ptr<Acceptor> acceptor, asio::any_io_executor connections_run_on) {
    const bool one_thread = self->own_context_ != nullptr;
    while (acceptor->is_open()) {
        const asio::any_io_executor executor =
            one_thread ? connections_run_on : asio::any_io_executor(asio::make_strand(connections_run_on));
        error_code error;
        tcp::socket socket(executor);
        co_await acceptor->async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
        if (error == asio::error::operation_aborted) co_return;
        if (error) {  // no descriptors, most likely: waits for some to become free
            asio::steady_timer pause(acceptor->get_executor(), std::chrono::milliseconds(10));
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
            continue;
        }
        socket.set_option(tcp::no_delay(true), error);
        auto connection = std::make_shared<Connection>(std::move(socket), state);
        if (!self->watch(connection)) co_return;
        asio::co_spawn(executor, Connection::serve(std::move(connection)), ignore);
    }
}

bool Server::watch(const std::shared_ptr<Connection>& connection) {
    const std::scoped_lock lock(mutex_);
    if (stopped_) return false;
    std::erase_if(connections_, [](const auto& each) { return each.expired(); });
    connections_.push_back(connection);
    return true;
}

void Server::stop() {
    std::vector<std::weak_ptr<Connection>> connections;
    std::shared_ptr<Acceptor> acceptor;
    {
        const std::scoped_lock lock(mutex_);
        if (std::exchange(stopped_, true)) return;
        connections.swap(connections_);
        if (!own_context_) acceptor = acceptor_.lock();
    }
    if (own_context_) {
        own_context_->stop();
        if (thread_.get_id() == std::this_thread::get_id()) return;
        thread_.join();
        own_context_.reset();  // and with it all connections, and the port
        return;
    }
    if (acceptor) {
        const asio::any_io_executor executor = acceptor->get_executor();
        asio::post(executor, [acceptor = std::move(acceptor)] {
            error_code ignored;
            acceptor->close(ignored);
        });
    }
    for (const auto& each : connections) {
        if (const auto connection = each.lock()) Connection::close(connection);
    }
}

}  // namespace botocraft::testing
