// The first program: reads an ECS service, asks for two more tasks, and looks at what it runs.
#include <botocraft/ecs/service.hpp>
#include <botocraft/ecs/task_definition.hpp>
#include <botocraft/error.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <iostream>

using botocraft::ecs::Service;

botocraft::awaitable<void> scale_up(botocraft::Session session) {
    auto service = co_await Service::objects(session).get("web", {.cluster = "prod"});
    service.desiredCount = service.desiredCount.value_or(0) + 2;
    co_await service.save();

    auto task_definition = co_await service.task_definition();
    std::cout << "web shall run " << *service.desiredCount << " tasks of " << *task_definition->family << "\n";
}

int main() {
    try {
        boost::asio::io_context context;
        const botocraft::Session session;  // region and credentials from the environment or the profile
        auto done = boost::asio::co_spawn(context, scale_up(session), boost::asio::use_future);
        context.run();
        done.get();
    } catch (const botocraft::Error& error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
}
