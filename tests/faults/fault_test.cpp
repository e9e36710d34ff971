// Every network operation of a call fails in every way, for every protocol; and what a caller may rely on holds all the same.
#include "network.hpp"

#include "http/transport.hpp"
#include "runtime/invoke.hpp"
#include "support/example_services.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/error.hpp>
#include <botocraft/session.hpp>
#include <botocraft/testing/aws_double.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>

#include <array>
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "catch.hpp"

namespace {

namespace asio = boost::asio;
namespace http = botocraft::http;
using botocraft::Error;
using botocraft::ErrorKind;
using botocraft::Session;
using botocraft::SessionOptions;
using botocraft::testing::AwsDouble;
using botocraft::testing::Caller;
using botocraft::testing::Fault;
using conformance::RuntimeValue;
using examples::Example;
using examples::Service;
using faults::Kind;
using faults::Plan;
using faults::Report;
using faults::Step;

enum class Outcome { success, error, cancelled };

// What became of a call.
struct Result {
    int ends = 0;  // must be one
    Outcome outcome = Outcome::success;
    std::string error;
    ErrorKind kind{};
    std::size_t attempts = 0;
    bool right = false;  // the output is what the server sent
};

// The server and the client, on one thread.
class Place {
  public:
    Place(const Example& example, bool repeatable, int max_attempts = 3) : example_(example), service_(example) {
        service_.set_repeatable(repeatable);
        aws_.emplace(context_.get_executor(), botocraft::testing::DoubleOptions{.services = {&service_.tables()}});
        wanted_ = examples::parsed(example.output);
        aws_->on_untyped(
            example.service, example.operation,
            [this](const Caller&, const void*, void* out) {
                conformance::fill(service_.operation().output(), out, wanted_);
                ++carried_out;
            },
            service_.operation().input(), service_.operation().output());
        SessionOptions options;
        options.region = "us-east-1";
        options.endpoint_url = aws_->endpoint_url();
        options.endpoints.disable_host_prefix = true;
        options.credentials = botocraft::static_credentials(aws_->credentials());
        options.max_attempts = max_attempts;
        session_ = Session(options);
    }

    ~Place() {
        aws_->stop();
        context_.poll();
    }

    // Carries out one call to its end, and what follows from it.
    Result call(asio::cancellation_signal* cancel = nullptr, std::size_t cancel_after = 0) {
        Result result;
        RuntimeValue input(service_.operation().input());
        RuntimeValue output(service_.operation().output());
        conformance::fill(input.shape(), input.get(), examples::parsed(example_.input));
        asio::cancellation_signal unused;
        asio::co_spawn(context_, botocraft::detail::invoke(session_.state(), service_.tables(), 0, input.get(), output.get()),
                       asio::bind_cancellation_slot((cancel != nullptr ? *cancel : unused).slot(),
                                                    [&](const std::exception_ptr& error) { end(result, error); }));
        for (handlers_run_ = 0; result.ends == 0; ++handlers_run_) {
            if (cancel != nullptr && handlers_run_ == cancel_after) cancel->emit(asio::cancellation_type::terminal);
            context_.run_one();
        }
        context_.poll();
        if (result.outcome == Outcome::success) {
            result.right = conformance::same_json(conformance::to_json(output.shape(), output.get()), wanted_);
        }
        return result;
    }

    // Nothing is under way, waits or is lost.
    void check_at_rest() {
        const http::Statistics pools = http::statistics(context_);
        CHECK(pools.in_flight == 0);
        CHECK(pools.waiting == 0);
        CHECK(pools.opened == pools.closed + pools.idle);
        CHECK(faults::open_client_sockets() == pools.idle);
        CHECK(session_.statistics().in_flight == 0);
        CHECK(aws_->counters().signatures_refused == 0);
    }

    [[nodiscard]] AwsDouble& aws() { return *aws_; }
    [[nodiscard]] asio::io_context& context() { return context_; }
    [[nodiscard]] std::size_t handlers_run() const { return handlers_run_; }  // during the last call
    [[nodiscard]] const Session& session() const { return session_; }
    std::size_t carried_out = 0;

  private:
    static void end(Result& result, const std::exception_ptr& error) {
        ++result.ends;
        if (!error) return;
        try {
            std::rethrow_exception(error);
        } catch (const Error& e) {
            result.outcome = Outcome::error;
            result.error = e.what();
            result.kind = e.kind();
            result.attempts = e.details().attempts.size();
        } catch (const boost::system::system_error& e) {
            result.outcome = Outcome::cancelled;
            result.error = e.what();
        }
    }

    const Example& example_;
    Service service_;
    asio::io_context context_{1};
    std::optional<AwsDouble> aws_;
    botocraft::Session session_;
    boost::json::object wanted_;
    std::size_t handlers_run_ = 0;
};

// Counts for people.
class Matrix {
  public:
    void add(std::string_view step, std::string_view fault, std::string_view protocol, const Result& result) {
        Cell& cell = cells_[{std::string(fault), std::string(step)}][std::string(protocol)];
        ++cell.cases;
        if (result.outcome == Outcome::success) ++cell.succeeded;
        ++total_;
    }
    void print(const char* title) const {
        std::printf("%s: %zu cases (for each protocol: cases, of which the call succeeded)\n%-10s %-9s", title, total_, "fault", "step");
        if (cells_.empty()) return;
        for (const auto& [protocol, cell] : cells_.begin()->second) std::printf(" %14s", protocol.c_str());
        std::printf("\n");
        for (const auto& [name, row] : cells_) {
            std::printf("%-10s %-9s", name.first.c_str(), name.second.c_str());
            for (const auto& [protocol, first] : cells_.begin()->second) {
                const auto cell = row.find(protocol);
                if (cell == row.end()) {
                    std::printf(" %14s", "-");
                } else {
                    std::printf(" %6zu /%6zu", cell->second.cases, cell->second.succeeded);
                }
            }
            std::printf("\n");
        }
        std::fflush(stdout);
    }
    [[nodiscard]] std::size_t total() const { return total_; }

  private:
    struct Cell {
        std::size_t cases = 0;
        std::size_t succeeded = 0;
    };
    std::map<std::pair<std::string, std::string>, std::map<std::string, Cell>> cells_;
    std::size_t total_ = 0;
};

// One example for each protocol.
std::vector<const Example*> one_for_each_protocol() {
    std::map<botocraft::Protocol, const Example*> found;
    for (const Example& example : examples::all) found.try_emplace(example.protocol, &example);
    std::vector<const Example*> result;
    for (const auto& [protocol, example] : found) result.push_back(example);
    return result;
}

std::string_view name_of(const Example& example) {
    switch (example.protocol) {
        case botocraft::Protocol::json_1_0: return "awsJson1.0";
        case botocraft::Protocol::json_1_1: return "awsJson1.1";
        case botocraft::Protocol::query: return "awsQuery";
        case botocraft::Protocol::ec2: return "ec2Query";
        case botocraft::Protocol::rest_json: return "restJson1";
        case botocraft::Protocol::rest_xml: return "restXml";
        case botocraft::Protocol::cbor: return "rpcv2Cbor";
    }
    return "?";
}

// What holds whatever went wrong.
void check_result(const Result& result, const Report& report, bool repeatable) {
    CHECK(result.ends == 1);
    CHECK(report.misused == 0);
    if (result.outcome == Outcome::success) CHECK(result.right);
    if (result.outcome == Outcome::error) {
        const bool kind_fits = result.kind == ErrorKind::connection || result.kind == ErrorKind::timeout ||
                               result.kind == ErrorKind::protocol;
        CHECK(kind_fits);
    }
    CHECK(result.outcome != Outcome::cancelled);
    if (!repeatable) CHECK(report.connections_written <= 1);
}

}  // namespace

TEST_CASE("every network operation fails in every way") {
    constexpr std::array kinds{Kind::reset, Kind::eof, Kind::refused, Kind::timed_out, Kind::torn, Kind::stall, Kind::stop};
    Matrix matrix;
    for (const Example* const example : one_for_each_protocol()) {
        for (const Kind kind : kinds) {
            for (const bool kept : {false, true}) {  // the connection that it befalls
                for (const bool repeatable : {false, true}) {
                    INFO(name_of(*example) << ", " << faults::name_of(kind) << (kept ? ", kept connection" : ", new connection")
                                           << (repeatable ? ", repeatable" : ", not repeatable"));
                    for (std::size_t step = 1;; ++step) {
                        REQUIRE(step < 1000);
                        INFO("network operation " << step);
                        Place place(*example, repeatable);
                        if (kept) CHECK(place.call().right);
                        place.carried_out = 0;
                        faults::arm({kind, step});
                        const Result result = place.call();
                        const Report report = faults::disarm();
                        INFO(faults::name_of(report.failed) << ": " << result.error);
                        check_result(result, report, repeatable);
                        place.check_at_rest();
                        if (!repeatable) CHECK(place.carried_out <= 1);
                        // The session is as good as before.
                        const Result next = place.call();
                        CHECK(next.right);
                        place.check_at_rest();
                        if (!report.happened) {
                            CHECK(result.outcome == Outcome::success);
                            break;
                        }
                        // What may be sent again succeeds, unless nobody is there.
                        const bool unsent =
                            report.failed == Step::connect || (report.failed == Step::send && kind != Kind::torn);
                        if ((repeatable || unsent) && kind != Kind::stop) CHECK(result.outcome == Outcome::success);
                        if (!repeatable && !unsent) CHECK(result.outcome == Outcome::error);
                        if (kind == Kind::stop) CHECK(result.outcome == Outcome::error);
                        matrix.add(faults::name_of(report.failed), faults::name_of(kind), name_of(*example), result);
                    }
                }
            }
        }
    }
    matrix.print("Each network operation fails once");
    CHECK(matrix.total() >= 7 * 7 * 2 * 5);
}

TEST_CASE("bytes come one at a time, or in two parts that break anywhere") {
    Matrix matrix;
    for (const Example* const example : one_for_each_protocol()) {
        INFO(name_of(*example));
        Place place(*example, false);
        faults::arm({});
        CHECK(place.call().right);
        const Report whole = faults::disarm();

        faults::arm({Kind::trickle});
        const Result slow = place.call();
        const Report drops = faults::disarm();
        check_result(slow, drops, false);
        CHECK(slow.right);
        CHECK(drops.done.size() >= whole.bytes_received);
        matrix.add("all", "trickle", name_of(*example), slow);

        for (const Step step : {Step::send, Step::receive}) {
            const std::size_t size = step == Step::send ? whole.bytes_sent : whole.bytes_received;
            REQUIRE(size > 100);
            for (std::size_t bytes = 1; bytes < size; ++bytes) {
                INFO(faults::name_of(step) << " breaks after " << bytes << " bytes");
                faults::arm({Kind::split, 0, step, bytes});
                const Result result = place.call();
                const Report report = faults::disarm();
                check_result(result, report, false);
                CHECK(report.happened);
                CHECK(result.right);
                matrix.add(faults::name_of(step), "split", name_of(*example), result);
            }
        }
        place.check_at_rest();
        CHECK(http::statistics(place.context()).opened == 1);
    }
    matrix.print("Bytes in parts");
}

TEST_CASE("a reply that ends anywhere is no result") {
    Matrix matrix;
    for (const Example* const example : one_for_each_protocol()) {
        INFO(name_of(*example));
        Place place(*example, true, 1);
        faults::arm({});
        CHECK(place.call().right);
        const std::size_t size = faults::disarm().bytes_received;
        for (std::size_t bytes = 1; bytes < size; ++bytes) {
            INFO("ends after " << bytes << " bytes");
            faults::arm({Kind::cut, 0, Step::receive, bytes});
            const Result result = place.call();
            const Report report = faults::disarm();
            check_result(result, report, true);
            CHECK(report.happened);
            CHECK(result.outcome == Outcome::error);
            place.check_at_rest();
            matrix.add("receive", "cut", name_of(*example), result);
        }
        CHECK(place.call().right);
    }
    matrix.print("Replies cut short");
}

TEST_CASE("a call is cancelled between any two things that happen") {
    Matrix matrix;
    for (const Example* const example : one_for_each_protocol()) {
        for (const bool kept : {false, true}) {
            INFO(name_of(*example) << (kept ? ", kept connection" : ", new connection"));
            bool over = false;
            for (std::size_t after = 0; !over; ++after) {
                REQUIRE(after < 1000);
                INFO("after " << after << " handlers");
                Place place(*example, false);
                if (kept) CHECK(place.call().right);
                asio::cancellation_signal cancel;
                faults::arm({});
                const Result result = place.call(&cancel, after);
                const Report report = faults::disarm();
                CHECK(result.ends == 1);
                CHECK(report.misused == 0);
                CHECK(result.outcome != Outcome::error);
                if (result.outcome == Outcome::success) CHECK(result.right);
                over = result.outcome == Outcome::success && place.handlers_run() < after;
                place.check_at_rest();
                CHECK(place.call().right);
                place.check_at_rest();
                matrix.add(kept ? "kept" : "new", "cancelled", name_of(*example), result);
            }
        }
    }
    matrix.print("Cancelled");
}

// A poll that fails for want of quota waits all the same, so that loops do not spin.
TEST_CASE("a poll that gets no retry still takes its time") {
    static constexpr Example poll{"sqs", "ReceiveMessage", botocraft::Protocol::json_1_0, R"({"QueueUrl":"http://q"})",
                                  R"({"Messages":[]})"};
    Place place(poll, true, 2);
    place.aws().fail("*", Fault::error("ThrottlingException", "slow down").always());
    std::uint64_t took = 0;
    std::size_t longest = 0;
    for (int i = 0; i < 200 && place.session().statistics().no_quota < 5; ++i) {
        const std::uint64_t begin = faults::virtual_nanoseconds();
        const Result result = place.call();
        CHECK(result.outcome == Outcome::error);
        took = faults::virtual_nanoseconds() - begin;
        if (result.attempts == 1) longest = std::max<std::size_t>(longest, took);
    }
    CHECK(place.session().statistics().no_quota == 5);
    CHECK(longest > 20'000'000);  // a random part of 1 s, five times: less than this once in 300 million runs
}
