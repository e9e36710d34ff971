#include "runtime/trace.hpp"

#include "runtime/secrets.hpp"

namespace botocraft::detail {

Trace::Trace(const SessionCore& core, const orm::ServiceTables& service, const api::Operation& operation)
    : core_(core), service_(service), operation_(operation), begin_(core.clock().steady_now()), attempt_begin_(begin_) {
    call_.id = core.counters().observed.fetch_add(1, std::memory_order_relaxed) + 1;
    call_.service = service.name;
    call_.operation = service.text(operation.name);
    attempt_.number = 0;
    end_.outcome = CallOutcome::cancelled;
}

Trace::~Trace() {
    try {
        started({});
    } catch (...) {
        // Only the name of the region is missing.
    }
    end_.attempts = attempt_.number;
    end_.took = now() - begin_;
    tell([this](Observer& observer) { observer.ended(call_, end_); });
}

void Trace::started(std::string_view region) {
    if (started_) return;
    started_ = true;
    region_ = region;
    call_.region = region_;
    tell([this](Observer& observer) { observer.started(call_); });
}

void Trace::attempt_begins(const Destination& destination) {
    const int number = attempt_.number + 1;
    attempt_ = AttemptInfo();
    attempt_.number = number;
    endpoint_ = destination.endpoint.url();
    attempt_.endpoint = endpoint_;
    attempt_begin_ = now();
    attempting_ = true;
}

void Trace::sending(bool connection_reused, std::string_view request, std::uint64_t passing) {
    attempt_.sent = true;
    attempt_.connection_reused = connection_reused;
    attempt_.request_bytes = request.size() + static_cast<std::size_t>(passing);
    attempt_.to_connect = now() - attempt_begin_;
    tell_wire([&](Observer& observer) {
        observer.sent(call_, attempt_.number, shown_request(request, holds_secrets(service_, operation_.input)));
    });
}

void Trace::received(const http::Reply& reply, std::uint64_t passed) {
    attempt_.status = end_.status = reply.status();
    attempt_.reply_bytes = reply.body().size() + static_cast<std::size_t>(passed);
    tell_wire([&](Observer& observer) {
        // An error may quote the request.
        const bool secret = holds_secrets(service_, operation_.output) || holds_secrets(service_, operation_.input);
        observer.received(call_, attempt_.number, shown_reply(reply, secret));
    });
}

void Trace::attempted(const Problem* problem) {
    if (problem != nullptr) {
        attempt_ends(problem->error.code, problem->error.request_id);
    } else {
        attempt_ends({}, {});
    }
}

void Trace::attempt_ends(std::string_view error, std::string_view request_id) {
    attempting_ = false;
    attempt_.took = now() - attempt_begin_;
    attempt_.error = error;
    attempt_.request_id = request_id;
    tell([this](Observer& observer) { observer.attempted(call_, attempt_); });
    attempt_.error = attempt_.request_id = {};
}

void Trace::retrying(const Problem& problem, bool stale, std::chrono::nanoseconds wait) {
    RetryInfo retry;
    retry.attempt = attempt_.number + 1;
    retry.wait = wait;
    retry.throttled = problem.failed.failure == retry::Failure::throttling;
    retry.stale_connection = stale;
    retry.error = problem.error.code;
    tell([&](Observer& observer) { observer.retrying(call_, retry); });
}

void Trace::failed(const Error& error) {
    error_ = error;  // shares its texts
    if (attempting_) {  // it is no Problem: of a body that passed by, or before anything was sent
        if (attempt_.status == 0) attempt_.status = end_.status = error_.details().status;
        attempt_ends(error_.code(), error_.details().request_id);
    }
    end_.outcome = CallOutcome::error;
    end_.error = error_.code();
    end_.text = error_.what();
}

}  // namespace botocraft::detail
