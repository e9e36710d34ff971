// A file of a user of the library: one `get`.
#include <botocraft/ecs.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

boost::asio::awaitable<void> work() {
    const auto service = co_await botocraft::ecs::Service::objects().get("web", {.cluster = "prod"});
    static_cast<void>(service);
}

int main() {
    boost::asio::io_context context;
    boost::asio::co_spawn(context, work(), boost::asio::detached);
    context.run();
}
