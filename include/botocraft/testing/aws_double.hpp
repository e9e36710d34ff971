#pragma once
// AwsDouble: AWS in your own process, for tests: a server on a real socket of this machine.

#include <botocraft/containers.hpp>
#include <botocraft/credentials.hpp>
#include <botocraft/schema.hpp>
#include <botocraft/testing/fault.hpp>

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace botocraft {

class Clock;

namespace orm {
struct ServiceTables;
}

namespace testing {

// The keys of AWS's own examples.
[[nodiscard]] Credentials example_credentials();

struct DoubleOptions {
    // Who may call. Each belongs to its `account_id`, or else to this account. Every account and region has a state of
    // its own.
    std::vector<Credentials> credentials{example_credentials()};
    std::string account_id = "123456789012";
    bool check_signatures = true;  // false: whoever calls is let in; the region is still read from the signature
    std::string default_region = "us-east-1";  // of requests without a signature, where they are let in
    std::chrono::seconds max_clock_skew = std::chrono::minutes(15);
    std::shared_ptr<const Clock> clock{};  // nothing: the clock of this machine
    std::uint16_t port = 0;                // 0: any that is free
    // Services beside those that the double knows (ECS), e.g. {&botocraft::ec2::tables::service}, in every protocol that they
    // offer. Their models are created, read, listed, changed, deleted and tagged by their tables alone:
    //  - What AWS makes up is made up: ids, ARNs, URLs, times of creation, a status. The same calls get the same ids.
    //  - Lists have pages, of at most a hundred, and filters as EC2 has them (`vpc-id`, `tag:Team`, with `*` and `?`).
    //  - What is not there is the error that the service has for that.
    // Resources do not depend on each other: a subnet may be in a VPC that nobody made. Operations by which no table says
    // what becomes of a model are refused with `NotImplemented` (501), for `on` to answer. ECS's tables in this list take
    // the place of what the double knows of it.
    std::vector<const orm::ServiceTables*> services{};
    std::size_t recorded_requests = 128;   // how many of the last requests are kept
    std::size_t max_body = 64U << 20;
};

// A request as it came.
struct RecordedRequest {
    std::string service;    // `ecs`; empty where it could not be told
    std::string operation;  // likewise
    std::string region;
    std::string method;
    std::string target;                                        // path and query
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower-case
    std::string body;
    int status = 0;  // of the reply; 0 where none was sent

    // The value of the first header of that name (in lower-case), or empty.
    [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
};

struct DoubleCounters {
    std::uint64_t requests = 0;
    std::uint64_t connections_opened = 0;
    std::uint64_t connections_open = 0;
    std::uint64_t signatures_refused = 0;
    std::uint64_t faults = 0;     // requests that a script befell
    std::uint64_t in_flight = 0;  // requests whose reply has not been sent
    std::uint64_t most_in_flight = 0;
};

// An error of a service, thrown by an operation of the double; the caller gets it in the form of its protocol.
class ModelledError : public std::exception {
  public:
    ModelledError(std::string code, std::string message, int status = 400)
        : code_(std::move(code)), message_(std::move(message)), status_(status) {}
    // With its own members, where the service declares some: ecs::ConflictExceptionDetails.
    template <class Members>
    ModelledError(std::string code, std::string message, Members members, int status = 400)
        : code_(std::move(code)),
          message_(std::move(message)),
          status_(status),
          shape_(Members::shape_),
          members_(std::make_shared<const Members>(std::move(members))) {}
    [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }
    [[nodiscard]] const std::string& code() const noexcept { return code_; }
    [[nodiscard]] const std::string& message() const noexcept { return message_; }
    [[nodiscard]] int status() const noexcept { return status_; }
    // Null where there are none; of the shape otherwise.
    [[nodiscard]] const void* members() const noexcept { return members_.get(); }
    [[nodiscard]] schema::ShapeRef shape() const noexcept { return shape_; }

  private:
    std::string code_;
    std::string message_;
    int status_;
    schema::ShapeRef shape_{};
    std::shared_ptr<const void> members_{};
};

// Who is calling, and where.
struct Caller {
    std::string_view account_id;
    std::string_view region;
};

// Serves requests from its construction to its destruction, on a thread of its own, or on an execution context of
// yours. It speaks AWS's protocols by the same tables as the client, checks signatures, and keeps state for each
// account and region. Everything but construction and destruction may be called from any thread at any time.
class AwsDouble {
  public:
    // On a thread of its own. Throws boost::system::system_error where the port is taken.
    explicit AwsDouble(DoubleOptions options = {});
    // On yours, which may run on several threads. The double may be destroyed while the context runs, and the context
    // may end first.
    explicit AwsDouble(boost::asio::any_io_executor executor, DoubleOptions options = {});
    AwsDouble(const AwsDouble&) = delete;
    AwsDouble& operator=(const AwsDouble&) = delete;
    // Stops at once: whatever is in flight gets no reply.
    ~AwsDouble();

    [[nodiscard]] std::string endpoint_url() const;  // `http://127.0.0.1:40123`
    [[nodiscard]] std::uint16_t port() const noexcept;
    [[nodiscard]] const Credentials& credentials() const noexcept;  // the first that may call
    // Closes the port and all connections. The state, the counters and the record remain.
    void stop();

    // --- faults
    // `operation`: `DescribeServices`, `ecs.DescribeServices`, or `*` for every one. Of several faults for one request
    // the one that was scripted first and is not used up befalls it.
    void fail(std::string_view operation, Fault fault);
    void clear_faults();

    // --- resources
    // Adds a model to a region of the first account as it is, for what no operation makes: a daemon's deployment, say.
    // Not for models that have state of their own in the double: the clusters, services, task definitions, tasks, task
    // sets, container instances and capacity providers of ECS are made by their operations, or with testing/ecs.hpp.
    template <class Model>
    void put(std::string_view region, const Model& model) {
        put_untyped(region, Model::shape_, &model);
    }

    // --- operations of your own
    // Answers an operation instead of the double. `In` and `Out` are generated request and response models:
    //
    //     aws.on<DescribeServicesRequest, DescribeServicesResponse>(
    //         "ecs", "DescribeServices", [](const Caller&, const auto& request, auto& response) { ... });
    template <class In, class Out, class Function>
    void on(std::string_view service, std::string_view operation, Function function) {
        on_untyped(
            service, operation,
            [function = std::move(function)](const Caller& caller, const void* in, void* out) {
                function(caller, *static_cast<const In*>(in), *static_cast<Out*>(out));
            },
            In::shape_, Out::shape_);
    }

    // Answers an operation that streams events: with the response, and the events of a list. One of them that is an exception
    // of the model ends the stream.
    //
    //     aws.on_events<SelectObjectContentRequest, SelectObjectContentOutput, SelectObjectContentEventStream>(
    //         "s3", "SelectObjectContent", [](const Caller&, const auto& request, auto& response, auto& events) { ... });
    template <class In, class Out, class Event, class Function>
    void on_events(std::string_view service, std::string_view operation, Function function) {
        on_events_untyped(
            service, operation,
            [function = std::move(function)](const Caller& caller, const void* in, void* out,
                                             botocraft::detail::RawList& events) {
                list<Event> typed;
                function(caller, *static_cast<const In*>(in), *static_cast<Out*>(out), typed);
                std::swap(typed.raw(), events);
            },
            In::shape_, Out::shape_);
    }

    // --- what was seen
    [[nodiscard]] DoubleCounters counters() const;
    // Requests of one operation, named as in `fail`, that were understood, faults included.
    [[nodiscard]] std::uint64_t requests(std::string_view operation) const;
    // Waits until there have been that many; false when the time is over first. Lets a test act while a request stalls.
    [[nodiscard]] bool wait_for_requests(std::string_view operation, std::uint64_t count,
                                         std::chrono::milliseconds time = std::chrono::seconds(10)) const;
    [[nodiscard]] std::vector<RecordedRequest> recorded() const;  // the last ones, oldest first
    void clear_record();                                          // of requests; counters remain

    // For structures that are known by their tables only.
    using Untyped = std::function<void(const Caller&, const void*, void*)>;
    void on_untyped(std::string_view service, std::string_view operation, Untyped function, schema::ShapeRef in,
                    schema::ShapeRef out);

    // The elements of the list are structures of the union that the operation streams.
    using UntypedEvents = std::function<void(const Caller&, const void*, void*, botocraft::detail::RawList&)>;
    void on_events_untyped(std::string_view service, std::string_view operation, UntypedEvents function, schema::ShapeRef in,
                           schema::ShapeRef out);

    struct State;
    [[nodiscard]] State& state() noexcept { return *state_; }  // for what fills the double: testing/ecs.hpp

  private:
    void put_untyped(std::string_view region, schema::ShapeRef shape, const void* model);

    std::shared_ptr<State> state_;
};

}  // namespace testing
}  // namespace botocraft
