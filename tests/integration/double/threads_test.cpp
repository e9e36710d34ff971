// One session, called from four threads: among faults, with calls that are cancelled at any moment, and observed.

#include <botocraft/credentials.hpp>
#include <botocraft/ecs/requests.hpp>
#include <botocraft/ecs/service.hpp>
#include <botocraft/error.hpp>
#include <botocraft/log.hpp>
#include <botocraft/observer.hpp>
#include <botocraft/session.hpp>
#include <botocraft/sqs/message_stream.hpp>
#include <botocraft/sqs/queue.hpp>
#include <botocraft/testing/aws_double.hpp>

#include "http/transport.hpp"
#include "orm/operation.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/system/system_error.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "catch.hpp"

namespace {

namespace asio = boost::asio;
namespace ecs = botocraft::ecs;
using botocraft::Session;
using botocraft::testing::AwsDouble;
using botocraft::testing::Caller;
using botocraft::testing::Fault;
using namespace std::chrono_literals;

constexpr std::size_t threads = 4;

struct Sums {
    std::atomic<std::size_t> begun{0}, right{0}, wrong{0}, errors{0}, cancelled{0};
};

class Watcher final : public botocraft::Observer {
  public:
    std::atomic<std::size_t> begun{0}, retries{0}, texts{0};

    void started(const botocraft::CallInfo&) noexcept override { ++begun; }
    void retrying(const botocraft::CallInfo&, const botocraft::RetryInfo&) noexcept override { ++retries; }
    void ended(const botocraft::CallInfo&, const botocraft::CallEnd&) noexcept override { ++ended_; }
    [[nodiscard]] bool wants_wire() const noexcept override { return true; }
    void sent(const botocraft::CallInfo&, int, std::string_view text) noexcept override { texts += text.empty() ? 0 : 1; }
    [[nodiscard]] std::size_t calls_ended() const noexcept { return ended_; }

  private:
    std::atomic<std::size_t> ended_{0};
};

asio::awaitable<std::string> get(Session session, std::string name) {
    const auto service = co_await ecs::Service::objects(session).get(name, {.cluster = "prod"});
    co_return service.serviceName.value_or(std::string());
}

// Makes one call after the other on a strand of its own, and cancels some of them.
class Worker : public std::enable_shared_from_this<Worker> {
  public:
    Worker(asio::io_context& context, const Session& session, std::size_t calls, unsigned seed, Sums& sums)
        : strand_(asio::make_strand(context)), timer_(strand_), session_(session), left_(calls), random_(seed), sums_(sums) {}

    void start() {
        asio::post(strand_, [self = shared_from_this()] { self->next(); });
    }

  private:
    void next() {
        if (left_-- == 0) return;
        const std::string name = "service-" + std::to_string(++sums_.begun);
        auto end = [self = shared_from_this(), name](const std::exception_ptr& error, const std::string& got) {
            self->ended(error, got == name);
        };
        asio::co_spawn(strand_, get(session_, name),
                       asio::bind_cancellation_slot(cancel_.slot(), asio::bind_executor(strand_, std::move(end))));
        if (random_() % 4 != 0) return;
        timer_.expires_after(std::chrono::microseconds(random_() % 4000));
        timer_.async_wait([self = shared_from_this()](const boost::system::error_code& ec) {
            if (!ec) self->cancel_.emit(asio::cancellation_type::terminal);
        });
    }

    void ended(const std::exception_ptr& error, bool right) {
        timer_.cancel();
        try {
            if (error) std::rethrow_exception(error);
            ++(right ? sums_.right : sums_.wrong);
        } catch (const botocraft::Error&) {
            ++sums_.errors;
        } catch (const boost::system::system_error&) {
            ++sums_.cancelled;
        }
        next();
    }

    asio::strand<asio::io_context::executor_type> strand_;
    asio::steady_timer timer_;
    asio::cancellation_signal cancel_;
    Session session_;
    std::size_t left_;
    std::mt19937 random_;
    Sums& sums_;
};

void answer_services(AwsDouble& aws) {
    aws.on<ecs::DescribeServicesRequest, ecs::DescribeServicesResponse>(
        "ecs", "DescribeServices", [](const Caller&, const auto& request, auto& response) {
            for (const std::string& name : request.services) {
                ecs::Service service;
                service.serviceName = name;
                response.services.push_back(service);
            }
        });
}

// One for ten requests.
void add_faults(AwsDouble& aws, std::uint64_t requests) {
    const std::array kinds{Fault::throttle(),         Fault::server_error(503), Fault::reset_before_reply(),
                           Fault::reset_in_body(),    Fault::truncated_body(),  Fault::html_page(502),
                           Fault::delay(2ms),         Fault::stall(),           Fault::short_content_length()};
    for (std::uint64_t i = 1; i <= requests / 10; ++i) aws.fail("*", Fault(kinds[i % kinds.size()]).after(9 * i));
}

void check_at_rest(asio::io_context& context) {
    const botocraft::ConnectionStatistics pools = botocraft::http::statistics(context);
    CHECK(pools.in_flight == 0);
    CHECK(pools.waiting == 0);
    CHECK(pools.opened == pools.closed.total() + pools.idle);
}

}  // namespace

TEST_CASE("one session on four threads, with faults, cancellation and observers", "[threads]") {
    const bool shared = GENERATE(false, true);  // one context of four threads, or four of one
    constexpr std::size_t workers = 16;
    constexpr std::size_t calls = 60;
    AwsDouble aws;
    answer_services(aws);
    add_faults(aws, workers * calls);
    const auto watcher = std::make_shared<Watcher>();
    std::atomic<std::size_t> records{0};
    botocraft::SessionOptions options;
    options.region = "us-east-1";
    options.endpoint_url = aws.endpoint_url();
    options.credentials = botocraft::static_credentials(aws.credentials());
    options.first_byte_timeout = options.stall_timeout = 200ms;  // of the requests that get no answer
    options.connections = 6;                                     // so that some wait
    options.observers = {watcher, botocraft::make_logger([&](const botocraft::LogRecord&) { ++records; },
                                                         botocraft::LogLevel::wire)};
    const Session session(options);
    Sums sums;

    std::vector<std::unique_ptr<asio::io_context>> contexts;
    for (std::size_t i = 0; i < (shared ? 1 : threads); ++i) {
        contexts.push_back(std::make_unique<asio::io_context>(shared ? static_cast<int>(threads) : 1));
    }
    for (std::size_t i = 0; i < workers; ++i) {
        std::make_shared<Worker>(*contexts[i % contexts.size()], session, calls, static_cast<unsigned>(i), sums)->start();
    }
    std::vector<std::thread> running;
    for (std::size_t i = 0; i < threads; ++i) {
        running.emplace_back([&context = *contexts[i % contexts.size()]] { context.run(); });
    }
    for (std::thread& thread : running) thread.join();

    const botocraft::SessionStatistics sum = session.statistics();
    CHECK(sums.begun == workers * calls);
    CHECK(sums.wrong == 0);
    CHECK(sums.right + sums.errors + sums.cancelled == workers * calls);
    CHECK(sums.right > 0);
    CHECK(sums.cancelled > 0);
    CHECK(sum.calls == workers * calls);
    CHECK(sum.errors == sums.errors);
    CHECK(sum.cancelled == sums.cancelled);
    CHECK(sum.in_flight == 0);
    CHECK(sum.retries > 0);
    CHECK(watcher->begun == workers * calls);
    CHECK(watcher->calls_ended() == workers * calls);
    CHECK(watcher->retries == sum.retries + sum.resent);
    CHECK(watcher->texts > 0);
    CHECK(records > watcher->begun + watcher->calls_ended());
    for (const auto& context : contexts) check_at_rest(*context);
}

TEST_CASE("a stream of messages is stopped by another thread at any moment", "[threads]") {
    botocraft::testing::DoubleOptions serving;
    serving.services.push_back(&botocraft::sqs::tables::service);
    AwsDouble aws(serving);
    aws.fail("ReceiveMessage", Fault::stall().always());
    botocraft::SessionOptions options;
    options.region = "us-east-1";
    options.endpoint_url = aws.endpoint_url();
    options.credentials = botocraft::static_credentials(aws.credentials());
    botocraft::sqs::Queue queue;
    queue.QueueUrl = aws.endpoint_url() + "/123456789012/jobs";
    botocraft::detail::attach(botocraft::sqs::tables::service, queue.shape_, &queue, Session(options).state());

    asio::io_context context(3);
    auto work = asio::make_work_guard(context);
    std::vector<std::thread> running;
    for (int i = 0; i < 3; ++i) running.emplace_back([&context] { context.run(); });
    for (int round = 0; round < 400; ++round) {
        auto messages = queue.poll();
        std::atomic<bool> begun = false;
        const auto take = [&messages, &begun]() -> asio::awaitable<bool> {
            begun = true;
            const auto message = co_await messages.next();
            co_return static_cast<bool>(message);
        };
        auto taken = asio::co_spawn(context, take(), asio::use_future);
        while (!begun) std::this_thread::yield();
        for (int i = 0; i < round % 40; ++i) std::this_thread::yield();
        messages.stop();
        CHECK_FALSE(taken.get());
    }
    work.reset();
    for (std::thread& thread : running) thread.join();
    check_at_rest(context);
}
