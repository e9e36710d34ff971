#include "server.hpp"

#include <botocraft/ecs/requests.hpp>
#include <botocraft/testing/aws_double.hpp>

#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace soak {

namespace {

using botocraft::testing::AwsDouble;
using botocraft::testing::Caller;
using botocraft::testing::Fault;
using namespace std::chrono_literals;

constexpr std::uint64_t scripted_ahead = 2000;  // requests

// One for twenty requests.
void add_faults(AwsDouble& aws) {
    const std::array kinds{Fault::throttle(),           Fault::server_error(503),  Fault::reset_before_reply(),
                           Fault::reset_in_body(),      Fault::truncated_body(),   Fault::html_page(502),
                           Fault::delay(5ms),           Fault::stall(),            Fault::short_content_length(),
                           Fault::reset_before_reply(true)};
    for (std::uint64_t i = 1; i <= scripted_ahead / 20; ++i) {
        aws.fail("*", Fault(kinds[i % kinds.size()]).after(19 * i));  // those before it take their requests from its count
    }
}

template <class T>
void tell(int out, const T& what) {
    if (::write(out, &what, sizeof what) != sizeof what) ::_exit(1);
}

[[noreturn]] void end(const AwsDouble& aws, int out) {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const botocraft::testing::DoubleCounters sums = aws.counters();
    tell(out, Server::Seen{sums.requests, sums.faults, static_cast<std::uint64_t>(used.ru_maxrss)});
    ::_exit(0);
}

[[noreturn]] void serve(Manner manner, int out, int alive) {
    AwsDouble aws;
    answer_services(aws);
    if (manner == Manner::is_silent) aws.fail("*", Fault::stall().always());
    tell(out, aws.port());
    for (std::uint64_t asked = 0;;) {
        pollfd watched{alive, POLLIN, 0};
        if (::poll(&watched, 1, 0) != 0) end(aws, out);  // the other process is gone, or wants no more
        if (manner == Manner::answers_roughly && aws.counters().requests >= asked) {
            add_faults(aws);
            asked = aws.counters().requests + scripted_ahead;
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
    std::array<int, 2> told{};
    std::array<int, 2> life{};
    if (::pipe(told.data()) != 0 || ::pipe(life.data()) != 0) throw std::runtime_error("no pipe");
    process_ = ::fork();
    if (process_ < 0) throw std::runtime_error("no process");
    if (process_ == 0) {
        ::close(told[0]);
        ::close(life[1]);
        serve(manner, told[1], life[0]);
    }
    ::close(told[1]);
    ::close(life[0]);
    alive_ = life[1];
    told_ = told[0];
    if (::read(told_, &port_, sizeof port_) == sizeof port_) return;
    stop();
    throw std::runtime_error("the server did not start");
}

Server::~Server() { stop(); }

Server::Seen Server::stop() {
    Seen seen;
    if (alive_ == -1) return seen;
    ::close(std::exchange(alive_, -1));
    if (::read(told_, &seen, sizeof seen) != sizeof seen) seen = Seen();
    ::close(told_);
    ::waitpid(process_, nullptr, 0);
    return seen;
}

}  // namespace soak
