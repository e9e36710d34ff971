#include "runtime/problem.hpp"

#include "protocol/codec.hpp"
#include "protocol/failure.hpp"
#include "protocol/xml.hpp"
#include "runtime/escaped.hpp"
#include "runtime/http_reply.hpp"
#include "runtime/reply_errors.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace botocraft::detail {

namespace {

std::string_view connection_code(const http::Failure& failure) noexcept {
    if (failure.too_large()) return "ReplyTooLarge";
    if (failure.timed_out()) {
        switch (failure.phase()) {
            case http::Phase::pool: return "PoolTimeout";
            case http::Phase::resolve: return "NameLookupTimeout";
            case http::Phase::connect: return "ConnectTimeout";
            case http::Phase::proxy: return "ProxyTimeout";
            case http::Phase::tls: return "TlsTimeout";
            case http::Phase::send: return "SendTimeout";
            default: return "ReadTimeout";
        }
    }
    switch (failure.phase()) {
        case http::Phase::pool: return "PoolFailure";
        case http::Phase::resolve: return "NameLookupFailure";
        case http::Phase::connect: return "ConnectFailure";
        case http::Phase::proxy: return "ProxyFailure";
        case http::Phase::tls: return "TlsFailure";
        case http::Phase::send: return "SendFailure";
        case http::Phase::receive: return "ReceiveFailure";
        case http::Phase::parse: return "MalformedReply";
    }
    return "ConnectionFailure";
}

// As SessionOptions calls it. The deadline is told by who set it.
std::string_view name_of(http::Bound bound) noexcept {
    switch (bound) {
        case http::Bound::resolve: return "lookup_timeout";
        case http::Bound::connect: return "connect_timeout";
        case http::Bound::tls: return "tls_timeout";
        case http::Bound::first_byte: return "first_byte_timeout";
        case http::Bound::stall: return "stall_timeout";
        case http::Bound::reply_head: return "protocol.limits.head";
        case http::Bound::reply_body: return "protocol.limits.body";
        case http::Bound::none:
        case http::Bound::attempt: break;
    }
    return {};
}

std::string passed_limit(const http::Failure& failure) {
    const std::string_view name = name_of(failure.bound());
    if (name.empty()) return {};
    if (failure.too_large()) return std::string(name) + ", " + std::to_string(failure.largest()) + " bytes";
    return limit_text(name, failure.allowed());
}

std::string_view connection_advice(const http::Failure& failure) noexcept {
    if (failure.bound() == http::Bound::reply_body) return "let the body pass by (streams.hpp), or allow more";
    if (failure.bound() == http::Bound::reply_head) return "allow more, if that is what the service sends";
    switch (failure.phase()) {
        case http::Phase::resolve: return "check the region's name and the endpoint URL";
        case http::Phase::connect: return "check that the endpoint can be reached from here";
        case http::Phase::proxy: return "check the proxy's URL and what it allows (HTTPS_PROXY, HTTP_PROXY, NO_PROXY)";
        case http::Phase::tls:
            return failure.permanent() ? "check the certificate authorities (AWS_CA_BUNDLE, ca_bundle)" : "";
        case http::Phase::parse: return "something that does not speak HTTP answered: check the endpoint URL and proxies";
        default: return {};
    }
}

// Errors by which AWS says that it does not accept the credentials as such.
bool refuses_credentials(std::string_view code) noexcept {
    constexpr std::array<std::string_view, 7> codes{
        "ExpiredToken",          "ExpiredTokenException",       "InvalidAccessKeyId",    "InvalidClientTokenId",
        "InvalidTokenException", "UnrecognizedClientException", "InvalidSignatureException"};
    return std::ranges::find(codes, code) != codes.end();
}

// Of a request whose time was right: RequestExpired, which EC2 says of old requests, is then about the session's token.
bool refuses(const http::Reply& reply, std::string_view code, const Proof& proof) noexcept {
    if (refuses_credentials(code) || (proof.token && reply.status() == 401)) return true;
    const bool has_token = proof.identity && !proof.identity->session_token.empty();
    return code == "RequestExpired" && has_token && !reply.header("date").empty();
}

constexpr int failed_after_all = 500;  // what a reply would have said that began as a success

// Whether what AWS answered is worth another attempt.
void rate(const SessionCore& core, const Target& target, const http::Reply& reply, Problem& problem, int status) {
    const retry::ErrorAnswer answer{status, problem.error.code,
                                    modelled_failure(target.service, problem.declared),
                                    target.service.retries.transient};
    problem.failed.failure = retry::classify(answer);
    problem.failed.hint = retry::read_hint(reply.header("x-amz-retry-after"), reply.header("retry-after"),
                                             core.clock().now() + core.clock_offset());
}

// What is not of the service says nothing of what became of the request, but where it is an answer to none.
bool says_not_done(int status) noexcept { return status == 429 || status == 503; }

// Where the resource is, as the service says.
std::string named_region(const Target& target, const http::Reply& reply) {
    const std::string_view header = reply.header(target.service.region_header);
    if (!header.empty() || target.service.region_element.empty()) return std::string(header);
    return protocol::xml::error_text(reply.body(), target.service.region_element, target.context.reply_limits);
}

Mask mask_of(const Target& target, const void* input) { return Mask(target.service, target.operation, input); }

Problem answered_error(const SessionCore& core, const Target& target, const http::Reply& reply, const void* input) {
    Problem problem;
    problem.error = details_of(target);
    problem.declared = protocol::decode_error(target.protocol, target.service, HttpReply(reply), problem.error,
                                              target.context.reply_limits);
    const Mask mask = mask_of(target, input);
    problem.error.message = mask.shown(problem.error.message, protocol::kept_bytes);
    const bool understood = !problem.error.code.empty();
    if (find_error_type(target.service, problem.declared) == nullptr) {
        problem.error.body = shown_beginning(target.service, target.operation, reply.body(), mask,
                                             understood ? protocol::kept_bytes : protocol::shown_bytes);
    }
    problem.error.kind = understood ? ErrorKind::service : ErrorKind::protocol;
    if (understood) {
        problem.error.members = error_members(target.protocol, target.service, HttpReply(reply),
                                              problem.declared, target.context.reply_limits);
    } else {
        problem.safe_to_repeat = says_not_done(reply.status());
        problem.error.code = "UnknownError";
        problem.error.explanation = "the reply is not an error of this service; something on the way may have sent it";
    }
    const bool elsewhere = reply.status() == 301 || reply.status() == 307 || reply.status() == 400;
    if (elsewhere && !target.service.region_header.empty()) problem.region = named_region(target, reply);
    rate(core, target, reply, problem, reply.status());
    return problem;
}

// Completes what a codec knows of an error.
Problem undecodable(const Target& target, const http::Reply& reply, const void* input, ErrorDetails details,
                    std::size_t shown = protocol::shown_bytes) {
    const ErrorDetails where = details_of(target);
    details.service = where.service;
    details.operation = where.operation;
    details.region = where.region;
    details.endpoint = where.endpoint;
    details.status = reply.status();
    if (details.request_id.empty()) details.request_id = protocol::request_id(HttpReply(reply));
    const Mask mask = mask_of(target, input);
    details.message = mask.shown(details.message, protocol::kept_bytes);
    details.body = shown_beginning(target.service, target.operation, reply.body(), mask, shown);
    Problem problem;
    problem.error = std::move(details);
    problem.safe_to_repeat = false;
    return problem;
}

// An error in a reply that has the status of a success.
std::unique_ptr<Problem> failed_later(const SessionCore& core, const Target& target, const http::Reply& reply,
                                      const void* input, ErrorDetails details, std::string_view declared) {
    const bool known = find_error_type(target.service, declared) != nullptr;
    Problem problem = undecodable(target, reply, input, std::move(details), known ? 0 : protocol::kept_bytes);
    problem.declared = declared;
    problem.safe_to_repeat = true;  // the server says that it did not do it
    rate(core, target, reply, problem, failed_after_all);
    problem.error.members =
        error_members(target.protocol, target.service, HttpReply(reply), declared, target.context.reply_limits);
    return std::make_unique<Problem>(std::move(problem));
}

// Whether the endpoint seems not to speak the protocol, so that it cannot have carried the request out: it does not know
// where that went to, and what it says is no error of the protocol, or that it knows no such operation.
bool speaks_another(const Target& target, const http::Reply& reply, const Problem& problem) noexcept {
    const bool known = target.context.protocol_is_known.load(std::memory_order_acquire);
    if (known && target.context.protocol.load(std::memory_order_relaxed) == target.protocol) return false;
    if (reply.has_header("smithy-protocol")) return false;
    if (problem.error.code == "UnknownOperation" || problem.error.code == "UnknownOperationException") return true;
    return problem.error.kind == ErrorKind::protocol && (reply.status() == 404 || reply.status() == 415);
}

}  // namespace

ErrorDetails details_of(const Target& target) {
    ErrorDetails details;
    details.service = target.service.name;
    details.operation = target.service.text(target.operation.name);
    details.region = target.context.endpoints->region().value;
    if (target.destination) details.endpoint = target.destination->endpoint.url();
    return details;
}

std::unique_ptr<Problem> failed_connection(const Target& target, const http::Failure& failure, const http::Reply* reply,
                                           const void* input) {
    Problem problem;
    problem.error = details_of(target);
    problem.error.kind = failure.phase() == http::Phase::parse ? ErrorKind::protocol
                         : failure.timed_out()                 ? ErrorKind::timeout
                                                               : ErrorKind::connection;
    problem.error.code = connection_code(failure);
    problem.error.explanation = failure.what();
    if (const std::string limit = passed_limit(failure); !limit.empty()) problem.error.explanation.append(" (").append(limit).append(")");
    problem.overdue = failure.bound() == http::Bound::attempt;
    problem.connected = failure.phase() == http::Phase::send || failure.phase() == http::Phase::receive;
    if (const std::string_view advice = connection_advice(failure); !advice.empty()) {
        problem.error.explanation.append("; ").append(advice);
    }
    const bool replied = failure.phase() == http::Phase::receive || failure.phase() == http::Phase::parse;
    if (replied && reply != nullptr && reply->status() != 0) {
        problem.error.status = reply->status();
        problem.error.request_id = protocol::request_id(HttpReply(*reply));
        problem.error.body = shown_beginning(target.service, target.operation, reply->body(), mask_of(target, input));
    }
    // A certificate that is refused now is refused a second later, and a reply that is too large is as large.
    problem.failed.failure = failure.permanent() ? retry::Failure::final : retry::Failure::transient;
    problem.safe_to_repeat = !failure.may_have_been_sent();
    problem.failed.timed_out = failure.timed_out();
    problem.stale = failure.stale();
    return std::make_unique<Problem>(std::move(problem));
}

std::string limit_text(std::string_view name, std::chrono::nanoseconds time) {
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(time).count();
    std::string text(name);
    text.append(", ");
    text.append(milliseconds % 1000 == 0 ? std::to_string(milliseconds / 1000) + " s" : std::to_string(milliseconds) + " ms");
    return text;
}

std::unique_ptr<Problem> damaged(const Target& target, const http::Reply& reply, const std::string& why) {
    Problem problem;
    problem.error = details_of(target);
    problem.error.kind = ErrorKind::protocol;
    problem.error.code = "ChecksumMismatch";
    problem.error.explanation = why;
    problem.error.status = reply.status();
    problem.error.request_id = protocol::request_id(HttpReply(reply));
    problem.failed.failure = retry::Failure::transient;
    problem.safe_to_repeat = false;
    return std::make_unique<Problem>(std::move(problem));
}

std::unique_ptr<Problem> decode(const SessionCore& core, const Target& target, const http::Reply& reply, const void* input,
                                void* output) {
    try {
        protocol::decode(target.protocol, target.service, target.operation, HttpReply(reply), output,
                         target.context.reply_limits);
    } catch (const ProtocolError& error) {
        Problem problem = undecodable(target, reply, input, error.details());
        // Whoever began a success, and sent nothing of it, failed meanwhile.
        if (error.code() == protocol::missing_body_code) problem.failed.failure = retry::Failure::transient;
        return std::make_unique<Problem>(std::move(problem));
    } catch (const ServiceError& error) {  // in a reply that has the status of a success
        return failed_later(core, target, reply, input, error.details(), error.code());
    }
    return nullptr;
}

std::unique_ptr<Problem> no_events(const SessionCore& core, const Target& target, const http::Reply& reply, const void* input) {
    ErrorDetails details;
    const std::string declared =
        protocol::decode_error(target.protocol, target.service, HttpReply(reply), details, target.context.reply_limits);
    if (!details.code.empty()) {
        details.kind = ErrorKind::service;
        details.explanation = "the reply has the status of a success, and an error in it";
        return failed_later(core, target, reply, input, std::move(details), declared);
    }
    details.kind = ErrorKind::protocol;
    details.code = "InvalidReply";
    details.explanation = "the reply is no stream of events: it says that it is ";
    append_escaped(details.explanation, reply.header("content-type"), protocol::shown_bytes);
    return std::make_unique<Problem>(undecodable(target, reply, input, std::move(details)));
}

std::unique_ptr<Problem> refused(const SessionCore& core, const Target& target, const http::Reply& reply,
                                 const void* input, const Proof& proof, auth::ClockOffset signed_with) {
    Problem problem = answered_error(core, target, reply, input);
    problem.other_protocol = speaks_another(target, reply, problem);
    const bool head = target.operation.method == api::HttpMethod::head;
    if (const auto offset = auth::learn_offset(reply.status(), problem.error.code, reply.header("date"), head,
                                               core.clock().now(), signed_with)) {
        target.context.clock_offset.store(offset->count(), std::memory_order_relaxed);
        core.learn_clock_offset(*offset);  // for the expiry of credentials, and for who provides them
        problem.failed.failure = retry::Failure::transient;
        problem.error.explanation = "the clock of this machine differs by " + std::to_string(offset->count()) +
                                    " s from that of AWS: set it. Requests from now on are signed with AWS's time";
    } else if (!proof.source().empty() && refuses(reply, problem.error.code, proof)) {
        proof.reject(core, target.context);  // the next call looks for others
        problem.error.explanation = "AWS refused the credentials that came from " + std::string(proof.source()) +
                                    ": renew them there, or give others";
    }
    return std::make_unique<Problem>(std::move(problem));
}

}  // namespace botocraft::detail
