#include "server.hpp"

#include <botocraft/ecs/requests.hpp>
#include <botocraft/testing/aws_double.hpp>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>

namespace soak {

namespace {

using botocraft::testing::AwsDouble;
using botocraft::testing::Caller;
using botocraft::testing::Fault;
using namespace std::chrono_literals;

// Scripts faults ahead, one for twenty requests.
void add_faults(AwsDouble& aws) {
    const std::array kinds{Fault::throttle(),           Fault::server_error(503),  Fault::reset_before_reply(),
                           Fault::reset_in_body(),      Fault::truncated_body(),   Fault::html_page(502),
                           Fault::delay(5ms),           Fault::stall(),            Fault::short_content_length(),
                           Fault::reset_before_reply(true)};
    std::uint64_t after = 19;
    for (const Fault& kind : kinds) {
        aws.fail("*", Fault(kind).after(after));
        after += 19;  // the faults before this one take their requests from those that it counts
    }
}

[[noreturn]] void serve(Manner manner, int port_out, int alive) {
    AwsDouble aws;
    answer_services(aws);
    if (manner == Manner::is_silent) aws.fail("*", Fault::stall().always());
    const std::uint16_t port = aws.port();
    if (::write(port_out, &port, sizeof port) != sizeof port) ::_exit(1);
    ::close(port_out);
    for (std::uint64_t asked = 0;;) {
        pollfd watched{alive, POLLIN, 0};
        if (::poll(&watched, 1, 0) != 0) ::_exit(0);  // the other process is gone, or wants no more
        if (manner == Manner::answers_roughly && aws.counters().requests >= asked) {
            add_faults(aws);
            asked = aws.counters().requests + 200;
        }
        static_cast<void>(aws.wait_for_requests("*", asked == 0 ? ~std::uint64_t{0} : asked, 100ms));
    }
}

}  // namespace

void answer_services(AwsDouble& aws) {
    namespace ecs = botocraft::ecs;
    aws.on<ecs::DescribeServicesRequest, ecs::DescribeServicesResponse>(
        "ecs", "DescribeServices", [](const Caller&, const auto& request, auto& response) {
            for (const std::string& name : request.services) {
                ecs::Service service;
                service.serviceName = name;
                service.clusterArn = "arn:aws:ecs:us-east-1:123456789012:cluster/prod";
                service.status = "ACTIVE";
                response.services.push_back(service);
            }
        });
}

Server::Server(Manner manner) {
    std::array<int, 2> port{};
    std::array<int, 2> life{};
    if (::pipe(port.data()) != 0 || ::pipe(life.data()) != 0) throw std::runtime_error("no pipe");
    process_ = ::fork();
    if (process_ < 0) throw std::runtime_error("no process");
    if (process_ == 0) {
        ::close(port[0]);
        ::close(life[1]);
        serve(manner, port[1], life[0]);
    }
    ::close(port[1]);
    ::close(life[0]);
    alive_ = life[1];
    const bool told = ::read(port[0], &port_, sizeof port_) == sizeof port_;
    ::close(port[0]);
    if (!told) throw std::runtime_error("the server did not start");
}

Server::~Server() {
    ::close(alive_);
    ::waitpid(process_, nullptr, 0);
}

}  // namespace soak
