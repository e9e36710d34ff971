#include "runtime/invoke.hpp"

#include "auth/sigv4.hpp"
#include "protocol/codec.hpp"
#include "retry/classify.hpp"
#include "runtime/idempotency.hpp"

#include <botocraft/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace botocraft::detail {

namespace {

using std::chrono::steady_clock;

constexpr std::string_view user_agent = "botocraft-cpp/0.1.0";

// What a call keeps with a connection: allocated once for many calls.
struct Workplace final : http::Attachment {
    auth::Signer signer;
    protocol::Request request;
    std::string host;
    std::string path;
    std::vector<auth::HeaderView> headers;
};

struct HttpReply final : protocol::Reply {
    explicit HttpReply(const http::Reply& reply) : reply_(reply) {
        status = reply.status();
        body = reply.body();
    }
    std::string_view header(std::string_view lower_case_name) const override { return reply_.header(lower_case_name); }
    bool has_header(std::string_view lower_case_name) const override { return reply_.has_header(lower_case_name); }
    std::size_t header_count() const override { return reply_.headers().size(); }
    std::pair<std::string_view, std::string_view> header_at(std::size_t i) const override {
        return {reply_.headers()[i].name, reply_.headers()[i].value};
    }

  private:
    const http::Reply& reply_;
};

struct Target {
    const ServiceContext& context;
    const orm::ServiceTables& service;
    const api::Operation& operation;
    std::shared_ptr<const Destination> destination{};
};

void append_number(std::string& out, std::size_t number) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

// The endpoint's path, then the operation's: which is left out where it is a slash alone.
void join_path(std::string_view base, std::string_view own, std::string& out) {
    out.assign(base);
    if (base.empty() || own != "/") out.append(own);
}

const endpoint::EndpointAuth* find_sigv4(const endpoint::Endpoint& endpoint) noexcept {
    const auto auth = endpoint.auth();
    const auto found = std::ranges::find(auth, endpoint::AuthScheme::sigv4, &endpoint::EndpointAuth::scheme);
    return found == auth.end() ? nullptr : &*found;
}

// Writes the whole request, head and body, into the connection's buffer.
void write_request(const Target& target, const Credentials& credentials,
                   std::chrono::system_clock::time_point now, const void* input, Workplace& work, std::string& out) {
    protocol::Request& request = work.request;
    request.clear();
    protocol::encode(target.context.protocol, target.service, target.operation, input, request);
    join_path(target.destination->endpoint.path, request.path, work.path);

    work.headers.clear();
    if (!request.content_type.empty()) work.headers.push_back({"content-type", request.content_type});
    work.headers.push_back({"host", target.destination->endpoint.authority});
    if (!request.target.empty()) work.headers.push_back({"x-amz-target", request.target});
    for (const auto& [name, value] : request.headers) work.headers.push_back({name, value});
    for (const auto& [name, value] : target.destination->endpoint.headers()) work.headers.push_back({name, value});
    std::ranges::sort(work.headers, {}, &auth::HeaderView::name);

    out.append(request.method).append(" ").append(work.path);
    if (!request.query.empty()) out.append("?").append(request.query);
    out.append(" HTTP/1.1\r\n");
    for (const auto& [name, value] : work.headers) append_header(out, name, value);
    append_header(out, "user-agent", user_agent);

    if ((target.operation.flags & api::operation_flag::no_auth) == 0) {
        auth::RequestToSign to_sign;
        to_sign.method = request.method;
        to_sign.path = work.path;
        to_sign.query = request.query;
        to_sign.headers = work.headers;
        to_sign.body = request.body;
        to_sign.region = target.context.endpoints->region().value;
        to_sign.service = target.service.signing_name;
        if (const endpoint::EndpointAuth* const auth = find_sigv4(target.destination->endpoint)) {
            if (!auth->signing_region.empty()) to_sign.region = auth->signing_region;
            if (!auth->signing_name.empty()) to_sign.service = auth->signing_name;
            to_sign.encode_path = to_sign.normalize_path = !auth->disable_double_encoding;
        }
        to_sign.time = now;
        work.signer.sign(to_sign, credentials, out);
    }
    if (protocol::has_length(request)) {
        out.append("content-length: ");
        append_number(out, request.body.size());
        out.append("\r\n");
    }
    out.append("\r\n").append(request.body);
}

ErrorDetails details_of(const Target& target) {
    ErrorDetails details;
    details.service = target.service.name;
    details.operation = target.service.text(target.operation.name);
    details.region = target.context.endpoints->region().value;
    if (target.destination) details.endpoint = target.destination->endpoint.url();
    return details;
}

// Why an attempt failed.
struct Problem {
    ErrorDetails error{};
    retry::Failure failure = retry::Failure::final;
    bool safe_to_repeat = true;  // the server cannot have carried the request out, or said that it did not
    int retry_cost = retry::TokenBucket::retry_cost;
    bool stale = false;  // a kept connection that the server had closed meanwhile
};

std::string_view connection_code(const http::Failure& failure) noexcept {
    if (failure.timed_out()) {
        switch (failure.phase()) {
            case http::Phase::pool: return "PoolTimeout";
            case http::Phase::resolve: return "NameLookupTimeout";
            case http::Phase::connect: return "ConnectTimeout";
            case http::Phase::tls: return "TlsTimeout";
            default: return "ReadTimeout";
        }
    }
    switch (failure.phase()) {
        case http::Phase::pool: return "PoolFailure";
        case http::Phase::resolve: return "NameLookupFailure";
        case http::Phase::connect: return "ConnectFailure";
        case http::Phase::tls: return "TlsFailure";
        case http::Phase::send: return "SendFailure";
        case http::Phase::receive: return "ReceiveFailure";
        case http::Phase::parse: return "MalformedReply";
    }
    return "ConnectionFailure";
}

std::string_view connection_advice(const http::Failure& failure) noexcept {
    switch (failure.phase()) {
        case http::Phase::resolve: return "check the region's name and the endpoint URL";
        case http::Phase::connect: return "check that the endpoint can be reached from here";
        case http::Phase::tls: return "check the certificate authorities (AWS_CA_BUNDLE, ca_bundle)";
        case http::Phase::parse: return "something that does not speak HTTP answered: check the endpoint URL and proxies";
        default: return {};
    }
}

Problem failed_connection(const Target& target, const http::Failure& failure) {
    Problem problem;
    problem.error = details_of(target);
    problem.error.kind = failure.phase() == http::Phase::parse ? ErrorKind::protocol
                         : failure.timed_out()                 ? ErrorKind::timeout
                                                               : ErrorKind::connection;
    problem.error.code = connection_code(failure);
    problem.error.explanation = failure.what();
    if (const std::string_view advice = connection_advice(failure); !advice.empty()) {
        problem.error.explanation.append("; ").append(advice);
    }
    // A certificate that is refused now is refused a second later.
    const bool worth_it = failure.phase() != http::Phase::tls || failure.timed_out();
    problem.failure = worth_it ? retry::Failure::transient : retry::Failure::final;
    problem.safe_to_repeat = !failure.may_have_been_sent();
    if (failure.timed_out()) problem.retry_cost = retry::TokenBucket::timeout_cost;
    problem.stale = failure.stale();
    return problem;
}

// Errors by which AWS says that it does not accept the credentials as such.
bool refuses_credentials(std::string_view code) noexcept {
    constexpr std::array<std::string_view, 7> codes{
        "ExpiredToken",          "ExpiredTokenException",       "InvalidAccessKeyId",    "InvalidClientTokenId",
        "InvalidTokenException", "UnrecognizedClientException", "InvalidSignatureException"};
    return std::ranges::find(codes, code) != codes.end();
}

Problem answered_error(const Target& target, const http::Reply& reply) {
    Problem problem;
    problem.error = details_of(target);
    protocol::decode_error(target.context.protocol, target.service, HttpReply(reply), problem.error);
    const bool understood = !problem.error.code.empty();
    problem.error.kind = understood ? ErrorKind::service : ErrorKind::protocol;
    if (!understood) {
        problem.error.code = "UnknownError";
        problem.error.explanation = "the reply is not an error of this service; something on the way may have sent it";
    }
    problem.failure = retry::classify(reply.status(), problem.error.code);
    return problem;
}

// Completes what a codec knows of an error.
Problem undecodable(const Target& target, const http::Reply& reply, ErrorDetails details) {
    constexpr std::size_t shown_bytes = 200;
    const ErrorDetails where = details_of(target);
    details.service = where.service;
    details.operation = where.operation;
    details.region = where.region;
    details.endpoint = where.endpoint;
    details.status = reply.status();
    details.request_id = HttpReply(reply).header("x-amzn-requestid");
    // A success may hold secrets; what is not even the beginning of one is somebody else's page.
    const auto first = reply.body().find_first_not_of(" \t\r\n");
    const api::Protocol protocol = target.context.protocol;
    const bool object = protocol == api::Protocol::json_1_0 || protocol == api::Protocol::json_1_1;
    if (object && first != std::string_view::npos && reply.body()[first] != '{') {
        details.body = reply.body().substr(0, shown_bytes);
    }
    Problem problem;
    problem.error = std::move(details);
    problem.safe_to_repeat = false;
    return problem;
}

std::optional<Problem> decode(const Target& target, const http::Reply& reply, void* output) {
    try {
        protocol::decode(target.context.protocol, target.service, target.operation, HttpReply(reply), output);
    } catch (const ProtocolError& error) {
        return undecodable(target, reply, error.details());
    } catch (const ServiceError& error) {  // in a reply that has the status of a success
        Problem problem = undecodable(target, reply, error.details());
        problem.failure = retry::classify(error.status(), error.code());
        return problem;
    }
    return std::nullopt;
}

// One attempt, in one coroutine: each costs its frame. Where nothing comes out as `problem`, the output is there.
awaitable<void> attempt(const SessionCore& core, const Target& target, const http::Limits& limits, const void* input,
                        void* output, std::optional<Problem>& problem) {
    const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
    try {
        std::shared_ptr<const Credentials> credentials = core.credentials().fresh();
        if (!credentials) credentials = co_await core.credentials().get();
        http::Lease lease = core.transport().acquire_now(executor, target.destination->origin, limits);
        if (!lease) lease = co_await core.transport().acquire(target.destination->origin, limits);
        Workplace& work = lease.attachment<Workplace>();
        write_request(target, *credentials, core.clock().now(), input, work, lease.output());
        const bool head = target.operation.method == api::HttpMethod::head;
        co_await lease.exchange(head ? http::ReplyBody::none : http::ReplyBody::expected);
        const http::Reply& reply = lease.reply();
        if (reply.status() >= 200 && reply.status() < 300) {
            problem = decode(target, reply, output);
        } else {
            problem = answered_error(target, reply);
            if (refuses_credentials(problem->error.code)) {
                core.credentials().reject(credentials);  // the next call looks for others
                problem->error.explanation = "AWS refused the credentials that came from " + credentials->source +
                                             ": renew them there, or give others";
            }
        }
    } catch (const http::Failure& failure) {
        if (failure.cancelled()) throw boost::system::system_error(boost::asio::error::operation_aborted);
        problem = failed_connection(target, failure);
    }
}

bool repeatable(const api::Operation& operation, const orm::ServiceTables& service) {
    if ((operation.flags & api::operation_flag::retry_safe) != 0) return true;
    return has_idempotency_token(service, operation);
}

// The wait before the next attempt, or nothing where there shall be none.
std::optional<steady_clock::duration> next_wait(const SessionCore& core, const Target& target, const Problem& problem,
                                                int attempts, steady_clock::time_point deadline) {
    if (problem.failure == retry::Failure::final) return std::nullopt;
    if (!problem.safe_to_repeat && !repeatable(target.operation, target.service)) return std::nullopt;
    if (problem.stale && attempts == 1) return steady_clock::duration::zero();  // nothing is wrong with the service
    if (attempts >= core.settings().max_attempts) return std::nullopt;
    const auto wait = retry::backoff(attempts, core.random().next());
    if (core.clock().steady_now() + wait >= deadline) return std::nullopt;
    if (!target.context.retries.take(problem.retry_cost)) return std::nullopt;
    return std::chrono::duration_cast<steady_clock::duration>(wait);
}

Attempt history_entry(const Problem& problem, steady_clock::duration wait) {
    Attempt entry;
    entry.status = problem.error.status;
    entry.error = problem.error.code;
    entry.delay_ms = std::chrono::duration_cast<std::chrono::milliseconds>(wait).count();
    return entry;
}

void count(std::atomic<std::uint64_t>& counter) noexcept { counter.fetch_add(1, std::memory_order_relaxed); }

// As the type that the service's model gives the error, where it has one.
[[noreturn]] void raise(const orm::ServiceTables& service, ErrorDetails details) {
    if (details.kind == ErrorKind::service) {
        for (std::uint16_t i = 0; i < service.error_type_count; ++i) {
            const orm::ErrorType& type = service.error_types[i];
            if (service.text(type.code) == details.code) type.raise(std::move(details));
        }
    }
    throw_error(std::move(details));
}

awaitable<void> run(std::shared_ptr<const SessionState> session, const orm::ServiceTables& service,
                    std::uint16_t operation_row, void* input, void* output) {
    const SessionCore& core = *session->core();
    const SessionOptions& options = core.options();
    const api::Operation& operation = service.operations[operation_row];
    Target target{session->service(service), service, operation};
    count(core.counters().calls);
    fill_idempotency_tokens(service, operation, input, core.random());
    std::shared_ptr<const Credentials> owner;
    if (target.context.endpoints->reads_account_id()) {
        owner = core.credentials().fresh();
        if (!owner) owner = co_await core.credentials().get();
    }
    target.destination = target.context.endpoints->find(operation, input, owner ? owner->account_id : std::string_view());

    steady_clock::time_point now = core.clock().steady_now();
    const steady_clock::time_point deadline = now + options.call_timeout;
    std::vector<Attempt> history;
    int paid = 0;  // what the last retry cost
    http::Limits limits = target.context.limits;
    for (int attempts = 1;; ++attempts) {
        const auto left = std::min<steady_clock::duration>(deadline - now, options.attempt_timeout);
        limits.deadline = http::Clock::now() + left;
        std::optional<Problem> problem;
        count(core.counters().attempts);
        co_await attempt(core, target, limits, input, output, problem);
        if (!problem) {
            target.context.retries.give_back(paid == 0 ? retry::TokenBucket::success_gain : paid);
            co_return;
        }
        const auto wait = next_wait(core, target, *problem, attempts, deadline);
        history.push_back(history_entry(*problem, wait.value_or(steady_clock::duration::zero())));
        if (!wait) {
            count(core.counters().errors);
            problem->error.attempts = std::move(history);
            raise(service, std::move(problem->error));
        }
        const bool cost_nothing = problem->stale && attempts == 1;
        if (!cost_nothing) {
            paid = problem->retry_cost;
            co_await core.sleeper().sleep(*wait);
        }
        now = core.clock().steady_now();
    }
}

}  // namespace

awaitable<void> invoke(std::shared_ptr<const SessionState> session, const orm::ServiceTables& service,
                       std::uint16_t operation, void* input, void* output) {
    return run(std::move(session), service, operation, input, output);
}

}  // namespace botocraft::detail
