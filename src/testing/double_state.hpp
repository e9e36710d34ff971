#pragma once
// What an AwsDouble is behind its public face. Connections share it, so that it outlives whatever is in flight.

#include "auth/sigv4.hpp"
#include "testing/fault_book.hpp"
#include "testing/http_request.hpp"
#include "testing/protocol.hpp"
#include "testing/reply.hpp"
#include "testing/service_double.hpp"

#include <botocraft/clock.hpp>
#include <botocraft/testing/aws_double.hpp>

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace botocraft::testing {

class Server;

// An operation that a test answers itself.
struct OwnHandler {
    AwsDouble::UntypedEvents call;
    schema::ShapeRef in;
    schema::ShapeRef out;
    bool streams = false;  // there are events behind the output
};

struct AwsDouble::State final : Environs {
    explicit State(DoubleOptions given);
    ~State() override;

    // What is done about a request, from its arrival to the bytes of the reply.
    [[nodiscard]] Answer respond(const HttpRequest& request, auth::Signer& signer);
    // What is done about bytes that are no request.
    [[nodiscard]] Answer respond_to_garbage(bool too_large);

    // A test answers an operation itself.
    void answer_with(std::string_view service, std::string_view operation, OwnHandler handler);

    void connection_opened();
    void connection_closed();
    void request_finished();

    // Runs `change` on the state of a service in a region of the first account, as an operation would.
    void change(std::string_view service, std::string_view region, const std::function<void(RegionState&)>& change);

    // Adds a model to what is kept by the tables.
    void put(std::string_view region, schema::ShapeRef shape, const void* model);

    [[nodiscard]] timestamp now() const override;
    [[nodiscard]] std::chrono::system_clock::time_point date() const { return clock->now(); }

    const DoubleOptions options;
    const Credentials first_credentials;
    const std::shared_ptr<const Clock> clock;
    const std::vector<std::unique_ptr<const ServerProtocol>> protocols;
    const std::vector<std::unique_ptr<ServiceDouble>> services;

    std::mutex services_mutex;  // of the state in `services`

    // What tests look at and change while requests are served.
    mutable std::mutex mutex;
    mutable std::condition_variable seen;
    FaultBook faults;
    DoubleCounters counters;
    std::map<std::pair<std::string, std::string>, std::uint64_t> requests_by_operation;  // service and operation
    std::deque<RecordedRequest> record;
    std::map<std::pair<std::string, std::string>, std::shared_ptr<const OwnHandler>> own_handlers;
    std::uint64_t next_request_id = 0;

    std::shared_ptr<Server> server;

  private:
    struct Exchange;
    void dispatch(Exchange& exchange);
    void carry_out(Exchange& exchange);
    void answer_as_told(Exchange& exchange, const void* in, void* out);
    void carry_out_as_defined(Exchange& exchange, const void* in, void* out);
    void befall(Exchange& exchange);
    void note_arrival(Exchange& exchange);
    void note_record(const Exchange& exchange, int status);
};

}  // namespace botocraft::testing
