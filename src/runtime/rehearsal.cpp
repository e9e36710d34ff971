#include "runtime/rehearsal.hpp"

#include "runtime/bodies.hpp"
#include "runtime/secret_places.hpp"

#include <botocraft/error.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace botocraft {

namespace detail {

namespace {

using Purpose = StopPoint::Purpose;

constexpr std::string_view crlf = "\r\n";

// The bytes that would be sent, taken apart.
void take_apart(std::string_view bytes, const std::string& origin, PreparedRequest& request) {
    const std::size_t head_end = bytes.find("\r\n\r\n");
    request.body = bytes.substr(head_end + 4);
    std::string_view head = bytes.substr(0, head_end + crlf.size());
    const std::string_view line = head.substr(0, head.find(crlf));
    head.remove_prefix(line.size() + crlf.size());
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    request.method = line.substr(0, first);
    request.url = origin;
    request.url.append(line.substr(first + 1, last - first - 1));
    while (!head.empty()) {
        const std::string_view header = head.substr(0, head.find(crlf));
        head.remove_prefix(header.size() + crlf.size());
        const std::size_t colon = header.find(": ");
        request.headers.emplace_back(header.substr(0, colon), header.substr(colon + 2));
    }
}

[[noreturn]] void refuse(const Target& target, std::string code, std::string explanation) {
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = std::move(code);
    details.service = target.service.name;
    details.operation = target.service.text(target.operation.name);
    details.explanation = std::move(explanation);
    throw_error(std::move(details));
}

bool is_form(const Workplace& work) noexcept {
    return work.request.content_type.starts_with("application/x-www-form-urlencoded");
}

void presign_request(const Target& target, const Sender& sender, std::chrono::seconds valid_for, const void* input,
                     const std::string& origin, Workplace& work, PreparedRequest& request) {
    constexpr std::chrono::seconds longest = std::chrono::days(7);
    if (valid_for < std::chrono::seconds(1) || valid_for > longest) {
        refuse(target, "InvalidExpiry", "a presigned URL can be valid for one second to seven days");
    }
    if (sender.identity == nullptr || sender.scheme.scheme == api::AuthScheme::bearer) {
        refuse(target, "NotPresignable", "this call is not signed, so that its URL cannot be presigned either");
    }
    compose(target, sender.scheme, input, true, work);
    if (is_form(work)) {  // what is in the body of a form may stand in the URL, which then is all that is needed
        std::string& query = work.request.query;
        if (!query.empty()) query += '&';
        query += std::exchange(work.request.body, {});
        work.request.method = "GET";
        work.request.content_type.clear();
        std::erase_if(work.headers, [](const auto& header) { return header.name == "content-type"; });
    }
    auth::RequestToSign to_sign = request_to_sign(sender, work);
    if (sender.scheme.content_sha256_header) to_sign.payload_hash = auth::unsigned_payload;  // S3: who sends it decides
    std::string query;
    work.signer.presign(to_sign, *sender.identity, valid_for, query, &sender.identity->keys);
    request.method = work.request.method;
    request.url = origin + work.path + "?" + query;
    for (const auto& [name, value] : work.headers) {
        if (name != "host") request.headers.emplace_back(name, value);
    }
    request.body = work.request.body;
}

std::string endpoint_source(const Target& target, const config::Settings& settings) {
    const ServiceEndpoints& endpoints = *target.context.endpoints;
    if (target.destination->named) {
        const std::string& source = settings.endpoints.discovery.source;
        return "the service itself" + (source.empty() ? source : ", as " + source + " asked it");
    }
    if (endpoints.configured()) return endpoints.configured()->source;
    const std::string reasons = endpoints.reasons();
    return "the endpoint rules of the service" + (reasons.empty() ? reasons : ", with " + reasons);
}

awaitable<std::optional<Explanation>> run_to_stop(awaitable<void> call,
                                                  std::shared_ptr<StopPoint> stop) {
    const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
    try {
        co_await boost::asio::co_spawn(StoppingExecutor(without_stop_point(executor), stop), std::move(call),
                                       boost::asio::use_awaitable);
    } catch (const Stopped&) {
    }
    co_return stop->take();
}

awaitable<Explanation> find(awaitable<void> call, Purpose purpose, std::chrono::seconds valid_for = {}) {
    auto stop = std::make_shared<StopPoint>(purpose, valid_for);
    std::optional<Explanation> found = co_await run_to_stop(std::move(call), std::move(stop));
    if (!found) {
        ErrorDetails details;
        details.kind = ErrorKind::usage;
        details.code = "NothingToSend";
        details.explanation = "this call sends no request: what it gives is known already";
        throw_error(std::move(details));
    }
    co_return *std::move(found);
}

awaitable<PreparedRequest> find_request(awaitable<void> call) {
    Explanation found = co_await find(std::move(call), Purpose::request);
    co_return std::move(found.request);
}

awaitable<PresignedRequest> find_presigned(awaitable<void> call, std::chrono::seconds valid_for) {
    Explanation found = co_await find(std::move(call), Purpose::url, valid_for);
    PresignedRequest presigned;
    presigned.method = std::move(found.request.method);
    presigned.url = std::move(found.request.url);
    presigned.headers = std::move(found.request.headers);
    presigned.body = std::move(found.request.body);
    presigned.expires = std::chrono::floor<std::chrono::seconds>(found.time) + valid_for;
    co_return presigned;
}

}  // namespace

Explanation rehearse(const SessionState& session, const Target& target, const Sender& sender,
                     std::chrono::seconds clock_correction, const void* input, OutgoingBody* source,
                     std::string_view digest, const StopPoint& stop) {
    const ServiceContext& context = target.context;
    Explanation made;
    made.service = target.service.name;
    made.operation = target.service.text(target.operation.name);
    const endpoint::Endpoint& endpoint = target.destination->endpoint;
    made.region = context.endpoints->region().value;
    made.region_source = context.endpoints->region().source;
    made.endpoint = endpoint.url();
    made.endpoint_source = endpoint_source(target, session.core()->settings());
    made.auth_scheme = auth::to_string(sender.scheme.scheme);
    made.auth_reason = sender.scheme.reason;
    made.signing_name = sender.scheme.name;
    made.signing_region = sender.scheme.region;
    made.time = sender.time;
    made.clock_correction = clock_correction;
    if (sender.identity != nullptr) {
        made.credentials = to_string(*sender.identity);
        made.credentials_source = sender.identity->source;
    } else if (sender.token != nullptr) {
        made.credentials = "a bearer token from " + sender.token->source;
        made.credentials_source = sender.token->source;
    }
    Workplace work;
    const std::string origin = std::string(endpoint.tls ? "https://" : "http://") + endpoint.authority;
    if (stop.purpose() == Purpose::url) {
        presign_request(target, sender, stop.valid_for(), input, origin, work, made.request);
    } else {
        std::string bytes;
        if (source != nullptr) {
            static_cast<void>(write_head(target, sender, input, *source, digest, work, bytes));
        } else {
            write_request(target, sender, input, work, bytes);
        }
        take_apart(bytes, origin, made.request);
    }
    made.canonical_request = work.signer.canonical_request();
    made.string_to_sign = work.signer.string_to_sign();
    if (stop.purpose() == Purpose::explanation) {
        SecretPlaces(target.service, target.operation, target.protocol, input).hide(made);
    }
    return made;
}

awaitable<PreparedRequest> dry_run(awaitable<void> call) { return find_request(std::move(call)); }

awaitable<PresignedRequest> presign(awaitable<void> call, std::chrono::seconds valid_for) {
    return find_presigned(std::move(call), valid_for);
}

awaitable<Explanation> explain(awaitable<void> call) { return find(std::move(call), Purpose::explanation); }

}  // namespace detail

std::string to_string(const Explanation& e) {
    std::string text;
    const auto line = [&text](std::string_view name, std::string_view value, std::string_view why) {
        if (value.empty()) return;
        text.append(name).append(": ").append(value);
        if (!why.empty()) text.append(" (").append(why).append(")");
        text += '\n';
    };
    line("operation", e.service + "." + e.operation, "");
    line("region", e.region, e.region_source);
    line("endpoint", e.endpoint, e.endpoint_source);
    line("signed with", e.auth_scheme, e.auth_reason);
    line("signed for", e.signing_name.empty() ? "" : e.signing_name + " in " + e.signing_region, "");
    line("credentials", e.credentials, "");
    if (e.clock_correction.count() != 0) {
        line("clock", "corrected by " + std::to_string(e.clock_correction.count()) + " s", "as the server's differs");
    }
    line("request", e.request.method + " " + e.request.url, "");
    for (const auto& [name, value] : e.request.headers) line("  " + name, value, "");
    line("body", std::to_string(e.request.body.size()) + " bytes", "");
    return text;
}

}  // namespace botocraft
