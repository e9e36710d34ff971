// A program that uses ECS and follows no relation out of it: it must link nothing of another service.

#include <botocraft/ecs.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <iostream>

namespace {

botocraft::awaitable<void> show(botocraft::Session session) {
    const auto service = co_await botocraft::ecs::Service::objects(session).get("web", {.cluster = "prod"});
    const auto cluster = co_await service.cluster();
    if (cluster) std::cout << *cluster << '\n';
    const auto instances = co_await botocraft::ecs::ContainerInstance::objects(session).list({.cluster = "prod"}).all();
    std::cout << instances.size() << '\n';
}

}  // namespace

int main() {
    boost::asio::io_context context;
    boost::asio::co_spawn(context, show(botocraft::Session()), boost::asio::detached);
    context.run();
}
