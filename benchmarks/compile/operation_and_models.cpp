// A file of a user of the library: one operation of EC2, in sight of all that there is of the service.
#include <botocraft/ec2.hpp>
#include <botocraft/ec2/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

boost::asio::awaitable<void> work() {
    const auto reply = co_await botocraft::ec2::Client().describe_addresses({.PublicIps = "198.51.100.7"});
    static_cast<void>(reply);
}

int main() {
    boost::asio::io_context context;
    boost::asio::co_spawn(context, work(), boost::asio::detached);
    context.run();
}
