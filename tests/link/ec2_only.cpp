// A program that uses EC2 and asks for no image in use, which Auto Scaling would be asked for: it must link nothing of that.

#include <botocraft/ec2/ami.hpp>
#include <botocraft/ec2/instance.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <iostream>

namespace {

botocraft::awaitable<void> show(botocraft::Session session) {
    const auto instance = co_await botocraft::ec2::Instance::objects(session).get("i-1");
    co_await instance.stop();
    const auto images = co_await botocraft::ec2::AMI::objects(session).list({.Owners = "self"}).all();
    std::cout << images.size() << '\n';
}

}  // namespace

int main() {
    boost::asio::io_context context;
    boost::asio::co_spawn(context, show(botocraft::Session()), boost::asio::detached);
    context.run();
}
