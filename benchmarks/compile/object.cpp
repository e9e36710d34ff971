// A user's program that calls one operation of S3.
#include <botocraft/s3/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

boost::asio::awaitable<void> work() {
    const auto reply = co_await botocraft::s3::Client().head_object({.Bucket = "logs", .Key = "2026/01.gz"});
    static_cast<void>(reply);
}

int main() {
    boost::asio::io_context context;
    boost::asio::co_spawn(context, work(), boost::asio::detached);
    context.run();
}
