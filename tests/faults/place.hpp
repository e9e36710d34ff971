#pragma once
// A server and a client on one thread, calls between them, and what must hold whatever goes wrong.

#include "network.hpp"
#include "roads.hpp"
#include "tls_relay.hpp"

#include "http/transport.hpp"
#include "runtime/invoke.hpp"
#include "support/example_services.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/error.hpp>
#include <botocraft/session.hpp>
#include <botocraft/streams.hpp>
#include <botocraft/testing/aws_double.hpp>
#include <botocraft/testing/environment.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catch.hpp"

namespace faults {

namespace asio = boost::asio;
namespace http = botocraft::http;
using botocraft::Error;
using botocraft::ErrorKind;
using botocraft::Session;
using botocraft::SessionOptions;
using botocraft::testing::AwsDouble;
using botocraft::testing::Caller;
using conformance::RuntimeValue;
using examples::Example;
using examples::Service;

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

// Bodies that pass by. Longer ones ask for leave first.
constexpr std::size_t long_body = 1'300'000;
constexpr std::size_t short_body = 300'000;
inline constexpr Example put_object{"s3", "PutObject", botocraft::Protocol::rest_xml, R"({"Bucket":"b","Key":"k"})", R"({"ETag":"e"})"};
inline constexpr Example get_object{"s3", "GetObject", botocraft::Protocol::rest_xml, R"({"Bucket":"b","Key":"k"})", R"({"ETag":"e"})"};

// Tells any place in it from any other.
inline std::string body_of(std::size_t size) {
    std::string text;
    for (int i = 0; text.size() < size; ++i) text += std::to_string(i) + ' ';
    text.resize(size);
    return text;
}

// The server and the client, on one thread.
class Place {
  public:
    // With an identity, TLS is spoken. `body`: of an object that is put, or of one that is got, which passes by. `way`: what
    // there is besides the server.
    explicit Place(const Example& example, bool repeatable, Identity* identity = nullptr, int max_attempts = 3, std::size_t body = 0,
                   std::optional<Way> way = std::nullopt)
        : example_(example), service_(example), body_(body_of(body)) {
        service_.set_repeatable(repeatable);
        aws_.emplace(context_.get_executor(), botocraft::testing::DoubleOptions{.services = {&service_.tables()}});
        wanted_ = examples::parsed(example.output);
        aws_->on_untyped(
            example.service, example.operation,
            [this](const Caller&, const void* in, void* out) {
                boost::json::object answer = wanted_;
                if (gets()) answer["Body"] = body_;
                if (puts()) {
                    const RuntimeValue sent(service_.operation().input());
                    const boost::json::object got = conformance::to_json(sent.shape(), in);
                    intact_ = intact_ && same_body(got);
                }
                conformance::fill(service_.operation().output(), out, answer);
                ++carried_out;
            },
            service_.operation().input(), service_.operation().output());
        SessionOptions options;
        options.environment = std::make_shared<botocraft::testing::FakeEnvironment>();  // nothing of this machine's counts
        options.region = "us-east-1";
        options.endpoint_url = aws_->endpoint_url();
        if (identity != nullptr) {
            relay_.emplace(context_, *identity, aws_->port());
            options.endpoint_url = relay_->endpoint_url();
            options.ca_bundle = identity->authority_file();
        }
        options.endpoints.disable_host_prefix = true;
        options.credentials = botocraft::static_credentials(aws_->credentials());
        options.max_attempts = max_attempts;
        if (way) {
            road_ = make_road(*way, context_, identity != nullptr ? relay_->port() : aws_->port(), options, aws_->credentials());
            gives_credentials_ = gives_credentials(*way);
        }
        session_ = Session(options);
    }

    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
        road_.reset();
        relay_.reset();
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
        const botocraft::Source source = botocraft::Source::view(body_);
        std::string received;
        const botocraft::Sink sink = botocraft::Sink::into(received);
        botocraft::detail::CallBodies bodies;
        if (puts()) bodies.source = source;
        if (gets()) bodies.sink = sink;
        asio::co_spawn(context_,
                       botocraft::detail::invoke(session_.state(), service_.tables(), 0, input.get(), output.get(),
                                                 puts() || gets() ? &bodies : nullptr),
                       asio::bind_cancellation_slot((cancel != nullptr ? *cancel : unused).slot(),
                                                    [&](const std::exception_ptr& error) { end(result, error); }));
        run_to_end(result, cancel, cancel_after, asio::cancellation_type::terminal);
        if (result.outcome == Outcome::success) {
            const boost::json::object got = conformance::to_json(output.shape(), output.get());
            result.right = gets() ? received == body_ && got.contains("ETag") && got.at("ETag") == wanted_.at("ETag")
                                  : conformance::same_json(got, wanted_);
        }
        CHECK(intact_);
        return result;
    }

    // What is done with a session, of however many calls; it says whether what came of it is right.
    using Work = std::function<asio::awaitable<bool>(Session)>;

    // Carries it out to its end, and what follows from it.
    Result run(const Work& work, asio::cancellation_signal* cancel = nullptr, std::size_t cancel_after = 0,
               asio::cancellation_type cancel_how = asio::cancellation_type::terminal) {
        Result result;
        asio::cancellation_signal unused;
        asio::co_spawn(context_, work(session_),
                       asio::bind_cancellation_slot((cancel != nullptr ? *cancel : unused).slot(),
                                                    [&](const std::exception_ptr& error, bool right) {
                                                        end(result, error);
                                                        result.right = right && !error;
                                                    }));
        run_to_end(result, cancel, cancel_after, cancel_how);
        return result;
    }

    // From now on.
    void count_anew() {
        carried_out = 0;
        if (relay_) relay_->count_anew();
    }

    // On how many connections some of a request went out.
    [[nodiscard]] int connections_asked(const Report& report) const {
        return relay_ ? relay_->connections_asked() : report.connections_written;
    }

    // Nothing is under way, waits or is lost.
    void check_at_rest() {
        const http::Statistics pools = http::statistics(context_);
        CHECK(pools.in_flight == 0);
        CHECK(pools.waiting == 0);
        CHECK(pools.opened == pools.closed.total() + pools.idle);
        CHECK(open_client_sockets() == pools.idle);
        CHECK(session_.statistics().in_flight == 0);
        CHECK(aws_->counters().signatures_refused == 0);
    }

    // Whether a body passes by: of a part of a request nothing can be made, and it may be sent again.
    [[nodiscard]] bool streams() const { return !body_.empty(); }
    [[nodiscard]] std::string authority() const { return "127.0.0.1:" + std::to_string(relay_ ? relay_->port() : aws_->port()); }
    [[nodiscard]] const Road* road() const { return road_.get(); }
    // Whether an error may be one of the credentials'.
    [[nodiscard]] bool asks_for_credentials() const { return gives_credentials_; }
    [[nodiscard]] AwsDouble& aws() { return *aws_; }
    [[nodiscard]] asio::io_context& context() { return context_; }
    [[nodiscard]] std::size_t handlers_run() const { return handlers_run_; }  // during the last call
    [[nodiscard]] std::uint64_t nanoseconds_to_end() const { return nanoseconds_to_end_; }  // of the last that was cancelled
    [[nodiscard]] const Session& session() const { return session_; }
    std::size_t carried_out = 0;

  private:
    [[nodiscard]] bool puts() const { return streams() && example_.operation == put_object.operation; }
    [[nodiscard]] bool gets() const { return streams() && example_.operation == get_object.operation; }
    [[nodiscard]] bool same_body(const boost::json::object& got) const {
        RuntimeValue whole(service_.operation().input());
        conformance::fill(whole.shape(), whole.get(), {{"Body", body_}});
        return got.contains("Body") && got.at("Body") == conformance::to_json(whole.shape(), whole.get()).at("Body");
    }
    void run_to_end(const Result& result, asio::cancellation_signal* cancel, std::size_t cancel_after,
                    asio::cancellation_type cancel_how) {
        std::uint64_t begin = 0;
        for (handlers_run_ = 0; result.ends == 0; ++handlers_run_) {
            if (cancel != nullptr && handlers_run_ == cancel_after) {
                begin = virtual_nanoseconds();
                cancel->emit(cancel_how);
            }
            context_.run_one();
        }
        nanoseconds_to_end_ = virtual_nanoseconds() - begin;
        context_.poll();
    }
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
    std::optional<TlsRelay> relay_;
    std::unique_ptr<Road> road_;
    bool gives_credentials_ = false;
    botocraft::Session session_;
    boost::json::object wanted_;
    std::string body_;
    bool intact_ = true;  // what came to the server
    std::size_t handlers_run_ = 0;
    std::uint64_t nanoseconds_to_end_ = 0;
};

inline std::string_view protocol_of(const Example& example) {
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

// Counts for people.
class Matrix {
  public:
    void add(std::string_view step, std::string_view fault, const Example& example, const Result& result) {
        add(step, fault, protocol_of(example), result);
    }
    // In a column of any name.
    void add(std::string_view step, std::string_view fault, std::string_view column, const Result& result) {
        Cell& cell = cells_[{std::string(fault), std::string(step)}][std::string(column)];
        ++cell.cases;
        if (result.outcome == Outcome::success) ++cell.succeeded;
        ++total_;
    }
    void print(const char* title) const {
        std::printf("%s: %zu cases (in each column: cases, of which the call succeeded)\n%-11s %-10s", title, total_, "fault", "step");
        std::set<std::string> protocols;
        for (const auto& [name, row] : cells_) {
            for (const auto& [protocol, cell] : row) protocols.insert(protocol);
        }
        for (const std::string& protocol : protocols) std::printf(" %14s", protocol.c_str());
        std::printf("\n");
        for (const auto& [name, row] : cells_) {
            std::printf("%-11s %-10s", name.first.c_str(), name.second.c_str());
            for (const std::string& protocol : protocols) {
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
inline std::vector<const Example*> one_for_each_protocol() {
    std::map<botocraft::Protocol, const Example*> found;
    for (const Example& example : examples::all) found.try_emplace(example.protocol, &example);
    std::vector<const Example*> result;
    for (const auto& [protocol, example] : found) result.push_back(example);
    return result;
}

// What holds whatever went wrong.
inline void check_result(const Place& place, const Result& result, const Report& report, bool repeatable) {
    CHECK(result.ends == 1);
    CHECK(report.misused == 0);
    if (result.outcome == Outcome::success) CHECK(result.right);
    if (result.outcome == Outcome::error) {
        const bool kind_fits = result.kind == ErrorKind::connection || result.kind == ErrorKind::timeout ||
                               result.kind == ErrorKind::protocol ||
                               (place.asks_for_credentials() && result.kind == ErrorKind::credentials);
        CHECK(kind_fits);
    }
    CHECK(result.outcome != Outcome::cancelled);
    if (!repeatable && !place.streams() && !place.asks_for_credentials()) CHECK(place.connections_asked(report) <= 1);
}

}  // namespace faults
