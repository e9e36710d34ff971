// The way of a request through the double: which operation, who is calling, what befalls it, what comes out.
#include "testing/double_state.hpp"

#include "orm/owned_list.hpp"
#include "protocol/timestamp.hpp"
#include "schema/walk.hpp"
#include "testing/chunked_upload.hpp"
#include "testing/resources.hpp"

#include <botocraft/error.hpp>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <utility>

namespace botocraft::testing {

namespace {

// A structure that is known by its tables only.
class Object {
  public:
    explicit Object(schema::ShapeRef shape) : shape_(shape) {
        if (shape.schema) at_ = botocraft::detail::structure_new(shape);
    }
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;
    ~Object() {
        if (at_) botocraft::detail::structure_delete(at_, shape_);
    }
    [[nodiscard]] void* get() const noexcept { return at_; }

  private:
    schema::ShapeRef shape_;
    void* at_ = nullptr;
};

schema::ShapeRef shape_of(const orm::ServiceTables& tables, std::uint16_t row) {
    return row == api::none ? schema::ShapeRef{} : schema::ShapeRef{tables.schema, row};
}

void require_members(schema::ShapeRef shape, const void* in, std::string_view code) {
    if (!shape.schema) return;
    for (const schema::Member& member : shape) {
        const bool required = (member.flags & schema::member_flag::required) != 0;
        if (required && schema::presence(schema::member_place(shape, member, in)) != schema::Presence::present) {
            throw ModelledError(std::string(code), std::string(shape.schema->wire_name(member)) + " can not be blank.");
        }
    }
}

std::string request_id(std::uint64_t number) {
    char text[40];
    std::snprintf(text, sizeof text, "%08llx-0000-4000-8000-%012llx",
                  static_cast<unsigned long long>(number * 0x9e3779b1U & 0xffffffffU),
                  static_cast<unsigned long long>(number & 0xffffffffffffU));
    return text;
}

}  // namespace

// One request on its way.
struct AwsDouble::State::Exchange {
    const HttpRequest& request;
    auth::Signer& signer;
    const ServerProtocol* protocol = nullptr;
    Asked asked{};
    Access access{};
    std::shared_ptr<const OwnHandler> own{};
    std::optional<Fault::Script> fault{};
    Reply reply{};
    std::optional<HttpRequest> unpacked{};  // where the body came in chunks

    [[nodiscard]] const HttpRequest& content() const noexcept { return unpacked ? *unpacked : request; }
    void send(const ErrorToSend& error) {
        reply.body.clear();
        protocol->encode_error(request, asked, error, reply);
    }
};

AwsDouble::State::State(DoubleOptions given)
    : options(std::move(given)),
      first_credentials(options.credentials.empty() ? example_credentials() : options.credentials.front()),
      clock(options.clock ? options.clock : system_clock()),
      protocols(server_protocols()),
      services(make_services(*this, options.services)) {}

AwsDouble::State::~State() = default;

timestamp AwsDouble::State::now() const {
    return std::chrono::floor<std::chrono::milliseconds>(clock->now());
}

Answer AwsDouble::State::respond(const HttpRequest& request, auth::Signer& signer) {
    Exchange exchange{.request = request, .signer = signer};
    exchange.protocol = protocols.front().get();
    for (const auto& protocol : protocols) {
        if (!protocol->read(request, services, exchange.asked)) continue;
        exchange.protocol = protocol.get();
        break;
    }
    const std::string_view signing_name =
        exchange.asked.service ? exchange.asked.service->tables().signing_name : std::string_view();
    exchange.access = check_access(request, signing_name, options, date(), signer);
    if (is_chunked_upload(request)) {
        exchange.unpacked = unpacked_upload(request, std::move(exchange.access.upload));
    }
    note_arrival(exchange);
    dispatch(exchange);
    Answer made = exchange.fault ? answer(std::move(exchange.reply), request.keep_alive, *exchange.fault)
                                 : answer(exchange.reply, request.keep_alive);
    note_record(exchange, made.status);
    return made;
}

Answer AwsDouble::State::respond_to_garbage(bool too_large) {
    Reply reply{.status = too_large ? 413 : 400, .headers = {}, .body = {}};
    return answer(reply, false);
}

// Counts the request, and finds out what the test has in store for it.
void AwsDouble::State::note_arrival(Exchange& exchange) {
    const std::scoped_lock lock(mutex);
    exchange.reply.headers.emplace_back("x-amzn-RequestId", request_id(++next_request_id));
    ++counters.requests;
    counters.most_in_flight = std::max(counters.most_in_flight, ++counters.in_flight);
    if (exchange.access.refusal != Refusal::none) {
        ++counters.signatures_refused;
    } else {
        std::pair<std::string, std::string> key(exchange.asked.service_name, exchange.asked.operation_name);
        if (const auto own = own_handlers.find(key); own != own_handlers.end()) exchange.own = own->second;
        exchange.fault =
            faults.take(exchange.asked.service_name, exchange.asked.operation_name, exchange.access.region);
        if (exchange.fault) ++counters.faults;
        ++requests_by_operation[std::move(key)];
    }
    seen.notify_all();
}

void AwsDouble::State::note_record(const Exchange& exchange, int status) {
    if (options.recorded_requests == 0) return;
    const HttpRequest& request = exchange.request;
    const std::scoped_lock lock(mutex);
    while (record.size() >= options.recorded_requests) record.pop_front();
    record.push_back({std::string(exchange.asked.service_name), std::string(exchange.asked.operation_name),
                      exchange.access.region, request.method, request.target, request.headers, request.body, status});
}

void AwsDouble::State::dispatch(Exchange& exchange) {
    std::string& date_header = exchange.reply.headers.emplace_back("Date", "").second;
    protocol::append_http_date(date_header, protocol::to_instant(now()));
    if (exchange.access.refusal != Refusal::none) return exchange.send(exchange.protocol->refusal(exchange.access));
    if (exchange.fault && !exchange.fault->carried_out) return befall(exchange);
    if (!exchange.asked.service || !exchange.asked.operation) {
        return exchange.send(exchange.protocol->mishap(Mishap::unknown_operation, {}));
    }
    carry_out(exchange);
}

// The fault speaks in the place of the operation.
void AwsDouble::State::befall(Exchange& exchange) {
    const Fault::Script& fault = *exchange.fault;
    if (fault.kind == Fault::Kind::error) {
        return exchange.send({fault.code, fault.message, fault.status, fault.status < 500, fault.shape, fault.members.get()});
    }
    if (fault.kind != Fault::Kind::reply) return;
    exchange.reply.status = fault.status;
    exchange.reply.body = fault.body;
    if (!fault.content_type.empty()) exchange.reply.headers.emplace_back("Content-Type", fault.content_type);
}

void AwsDouble::State::carry_out(Exchange& exchange) {
    const orm::ServiceTables& tables = exchange.asked.service->tables();
    const schema::ShapeRef in_shape = shape_of(tables, exchange.asked.operation->input);
    const schema::ShapeRef out_shape = shape_of(tables, exchange.asked.operation->output);
    const Object in(in_shape);
    const Object out(out_shape);
    try {
        if (in_shape.schema) exchange.protocol->decode(exchange.content(), exchange.asked, in_shape, in.get());
        require_members(in_shape, in.get(), exchange.asked.service->validation_error());
        if (exchange.own) {
            answer_as_told(exchange, in.get(), out.get());
        } else {
            carry_out_as_defined(exchange, in.get(), out.get());
            exchange.protocol->encode(exchange.request, exchange.asked, out.get(), exchange.reply);
        }
    } catch (const ModelledError& error) {
        exchange.send({error.code(), error.message(), error.status(), error.status() < 500, error.shape(), error.members()});
    } catch (const ProtocolError& error) {
        exchange.send(exchange.protocol->mishap(Mishap::malformed, error.details().explanation));
    } catch (const std::exception& error) {  // of the test's own operation, most likely
        exchange.send(exchange.protocol->mishap(Mishap::internal, error.what()));
    }
}

void AwsDouble::State::answer_as_told(Exchange& exchange, const void* in, void* out) {
    const orm::ServiceTables& tables = exchange.asked.service->tables();
    const api::Operation& operation = *exchange.asked.operation;
    const bool streams = exchange.own->streams && operation.event_member != api::none;
    if (exchange.own->streams && !streams) {
        throw std::invalid_argument(std::string(exchange.asked.operation_name) +
                                    " streams no events: answer it with AwsDouble::on.");
    }
    schema::TypeRef event;
    if (streams) {
        const schema::ShapeRef output = shape_of(tables, operation.output);
        event = {tables.schema, output.begin()[operation.event_member].target, schema::Kind::structure, 0};
    }
    botocraft::detail::OwnedList events(event);
    exchange.own->call({exchange.access.account_id, exchange.access.region}, in, out, events.raw());
    if (streams) {
        exchange.protocol->encode_events(exchange.request, exchange.asked, out, events.raw(), exchange.reply);
    } else {
        exchange.protocol->encode(exchange.request, exchange.asked, out, exchange.reply);
    }
}

void AwsDouble::State::carry_out_as_defined(Exchange& exchange, const void* in, void* out) {
    ServiceDouble& service = *exchange.asked.service;
    const Caller caller{exchange.access.account_id, exchange.access.region};
    const std::scoped_lock lock(services_mutex);
    Resources& resources = service.resources(*this, caller);
    if (resources.carry_out_tagging(*exchange.asked.operation, in, out)) return;
    const auto handlers = service.handlers();
    const auto handler = std::ranges::find(handlers, exchange.asked.operation_name, &Handler::operation);
    if (handler != handlers.end()) return handler->call(service.region(caller), in, out);
    if (!resources.carry_out(*exchange.asked.operation, in, out)) {
        throw ModelledError("NotImplemented",
                            "The double does not carry out " + std::string(exchange.asked.operation_name) +
                                "; answer it with AwsDouble::on.",
                            501);
    }
}

void AwsDouble::State::connection_opened() {
    const std::scoped_lock lock(mutex);
    ++counters.connections_opened;
    ++counters.connections_open;
}

void AwsDouble::State::connection_closed() {
    const std::scoped_lock lock(mutex);
    --counters.connections_open;
}

void AwsDouble::State::request_finished() {
    const std::scoped_lock lock(mutex);
    --counters.in_flight;
}

void AwsDouble::State::change(std::string_view service, std::string_view region,
                              const std::function<void(RegionState&)>& change) {
    const std::string account_id =
        first_credentials.account_id.empty() ? options.account_id : first_credentials.account_id;
    const std::scoped_lock lock(services_mutex);
    for (const auto& each : services) {
        if (each->tables().name == service) change(each->region({account_id, region}));
    }
}

void AwsDouble::State::put(std::string_view region, schema::ShapeRef shape, const void* model) {
    const std::string account_id =
        first_credentials.account_id.empty() ? options.account_id : first_credentials.account_id;
    const std::scoped_lock lock(services_mutex);
    for (const auto& each : services) {
        if (each->tables().schema == shape.schema) each->resources(*this, {account_id, region}).put(shape, model);
    }
}

}  // namespace botocraft::testing
