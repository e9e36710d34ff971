#include "soak.hpp"

#include "http/transport.hpp"

#include <botocraft/ecs/service.hpp>
#include <botocraft/error.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace soak {

namespace {

namespace asio = boost::asio;
namespace http = botocraft::http;
using botocraft::Session;
using botocraft::SessionOptions;
using botocraft::SessionStatistics;
using botocraft::ecs::Service;
using namespace std::chrono_literals;

class Flight {
  public:
    Flight(const Options& options, const Session& session) : session_(session), workers_(options.in_flight) {
        for (Worker& worker : workers_) begin(worker);
    }

    void run(std::chrono::seconds time) {
        const Clock::time_point start = Clock::now();
        const Clock::duration warm_up = std::min<Clock::duration>(time / 4, 60s);
        Clock::time_point look = start + warm_up;
        std::vector<std::size_t> at_rest;  // memory, after the warm-up and from time to time...
        std::vector<std::size_t> kept;     // ... and connections that are kept meanwhile
        std::vector<std::size_t> resident;  // KiB of the process, then
        std::size_t most = 0;
        Clock::time_point measure = start;
        while (Clock::now() < start + time) {
            context_.restart();  // it may have been at rest
            context_.run_for(20ms);
            cancel_some();
            if (Clock::now() < measure) continue;
            measure += 1s;
            most = std::max(most, memory_in_use());
            if (Clock::now() < look) continue;
            look += (time - warm_up) / 9 + 1ms;
            at_rest.push_back(resting_memory(kept));
            resident.push_back(resident_kib());
        }
        stop();
        at_rest.push_back(memory_in_use());
        kept.push_back(http::statistics(context_).idle);
        const SessionStatistics sums = session_.statistics();
        const http::Statistics pools = http::statistics(context_);
        std::printf("flight: %zu in flight for %lld s: %llu calls, %llu attempts (%llu retries, %llu at once, %llu throttled), "
                    "%zu right, %zu errors, %zu cancelled; %zu thread(s); connections: at most %zu in flight, %llu opened, %llu closed\n",
                    workers_.size(), static_cast<long long>(time.count()), static_cast<unsigned long long>(sums.calls),
                    static_cast<unsigned long long>(sums.attempts), static_cast<unsigned long long>(sums.retries),
                    static_cast<unsigned long long>(sums.resent), static_cast<unsigned long long>(sums.throttled), right_,
                    errors_, cancelled_, most_threads_, most_connections_, static_cast<unsigned long long>(pools.opened),
                    static_cast<unsigned long long>(pools.closed.total()));
        std::printf("  memory of the client in use: at most %zu KiB, with calls in flight; at rest, after the warm-up and then "
                    "from time to time, KiB (with so many idle connections):", most / 1024);
        for (std::size_t i = 0; i < at_rest.size(); ++i) std::printf(" %zu (%zu)", at_rest[i] / 1024, kept[i]);
        std::printf("; resident then, KiB:");
        for (const std::size_t kib : resident) std::printf(" %zu", kib);
        std::printf("\n");
        check(wrong_ == 0, "each call gets its own result");
        check(ended_twice_ == 0, "each call ends once");
        check(right_ + errors_ + cancelled_ == begun_, "each call ends");
        check(sums.calls == begun_ && sums.in_flight == 0, "the session counted the same calls");
        check(right_ > 0 && cancelled_ > 0 && sums.retries > 0, "there were faults and cancellations");
        check(pools.in_flight == 0 && pools.waiting == 0 && pools.opened == pools.closed.total() + pools.idle, "the pool is at rest");
        check(most_threads_ == 1, "one thread does it all");
        check(most_connections_ > workers_.size() / 2, "calls in flight have connections of their own");
        constexpr std::size_t of_connection = 6 * 1024;  // at most, of one that is idle
        const std::size_t bound = at_rest.front() + at_rest.front() / 10 + (256U << 10);
        for (std::size_t i = 0; i < at_rest.size(); ++i) {
            const std::size_t more = kept[i] > kept.front() ? kept[i] - kept.front() : 0;
            check(at_rest[i] <= bound + more * of_connection, "memory is flat after the warm-up");
        }
        for (const std::size_t kib : resident) {
            check(kib <= resident.front() + resident.front() / 5 + (16U << 10), "so is what the process holds");
        }
        check(most <= workers_.size() * 12 * 1024 + (8U << 20), "a call in flight takes at most 12 KiB here as well");
    }

  private:
    struct Worker {
        std::unique_ptr<asio::cancellation_signal> cancel = std::make_unique<asio::cancellation_signal>();
        std::size_t call = 0;
        bool busy = false;
    };

    static asio::awaitable<std::string> get(Session session, std::string name) {
        const auto service = co_await Service::objects(session).get(name, {.cluster = "prod"});
        co_return service.serviceName.value_or(std::string());
    }

    void begin(Worker& worker) {
        if (stopping_) return;
        const std::size_t number = ++begun_;
        worker.call = number;
        worker.busy = true;
        ++busy_;
        std::string name = "service-" + std::to_string(number);
        auto end = [this, &worker, number, name](const std::exception_ptr& error, const std::string& got) {
            if (!std::exchange(worker.busy, false) || worker.call != number) ++ended_twice_;
            --busy_;
            if (!error) ++(got == name ? right_ : wrong_);
            if (error) count(error);
            begin(worker);
        };
        asio::co_spawn(context_, get(session_, std::move(name)), asio::bind_cancellation_slot(worker.cancel->slot(), std::move(end)));
    }

    void count(const std::exception_ptr& error) {
        try {
            std::rethrow_exception(error);
        } catch (const botocraft::Error&) {
            ++errors_;
        } catch (const boost::system::system_error&) {
            ++cancelled_;
        }
    }

    void cancel_some() {
        most_threads_ = std::max(most_threads_, threads());
        most_connections_ = std::max(most_connections_, http::statistics(context_).in_flight);
        for (std::size_t i = 0; i < workers_.size() / 200 + 1; ++i) {
            Worker& worker = workers_[random_() % workers_.size()];
            if (worker.busy) worker.cancel->emit(asio::cancellation_type::terminal);
        }
    }

    void stop() {
        stopping_ = true;
        context_.restart();
        while (busy_ > 0) context_.run_one();
        context_.poll();
        stopping_ = false;
    }

    std::size_t resting_memory(std::vector<std::size_t>& kept) {
        stop();
        kept.push_back(http::statistics(context_).idle);
        const std::size_t in_use = memory_in_use();
        for (Worker& worker : workers_) begin(worker);
        return in_use;
    }

    asio::io_context context_{1};
    Session session_;
    std::vector<Worker> workers_;
    std::mt19937_64 random_{20150830};
    bool stopping_ = false;
    std::size_t busy_ = 0, begun_ = 0, right_ = 0, wrong_ = 0, errors_ = 0, cancelled_ = 0, ended_twice_ = 0, most_threads_ = 0, most_connections_ = 0;
};

}  // namespace

void flight(const Options& options) {
    Server server(Manner::answers_roughly);
    SessionOptions settings = options_for(server.endpoint_url());
    settings.first_byte_timeout = settings.stall_timeout = 250ms;  // of the requests that get no answer
    settings.connections = options.in_flight;  // so that all of them are on their way, and none waits for another
    Flight(options, Session(settings)).run(options.flight);
    const Server::Seen seen = server.stop();
    check(seen.faults * 25 >= seen.requests, "faults befall one request in twenty or so");
    std::printf("  the server saw %llu requests; faults befell %llu of them, 1 in %.1f; it took %zu KiB at most\n",
                static_cast<unsigned long long>(seen.requests), static_cast<unsigned long long>(seen.faults),
                static_cast<double>(seen.requests) / static_cast<double>(std::max<std::uint64_t>(seen.faults, 1)),
                static_cast<std::size_t>(seen.most_resident_kib));
}

}  // namespace soak
