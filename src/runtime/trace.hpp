#pragma once
// What a session's observers are told of one call. Made for observed calls only.

#include "http/transport.hpp"
#include "runtime/problem.hpp"
#include "runtime/session_state.hpp"

#include <botocraft/error.hpp>
#include <botocraft/observer.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace botocraft::detail {

class Trace {
  public:
    Trace(const SessionCore& core, const orm::ServiceTables& service, const api::Operation& operation);
    Trace(const Trace&) = delete;
    Trace& operator=(const Trace&) = delete;
    ~Trace();  // a call that did not end otherwise was cancelled

    void started(std::string_view region);
    void attempt_begins(const Destination& destination);
    // `passing`: bytes of the body that are not in the text.
    void sending(bool connection_reused, std::string_view request, std::uint64_t passing);
    void received(const http::Reply& reply, std::uint64_t passed);
    void attempted(const Problem* problem);
    // `stale`: it is the connection that is replaced.
    void retrying(const Problem& problem, bool stale, std::chrono::nanoseconds wait);
    void succeeded() noexcept { end_.outcome = CallOutcome::success; }
    void failed(const Error& error);

  private:
    using Time = std::chrono::steady_clock::time_point;

    void attempt_ends(std::string_view error, std::string_view request_id);
    [[nodiscard]] Time now() const { return core_.clock().steady_now(); }
    template <class Notify>
    void tell(Notify&& notify) const {
        for (const auto& observer : core_.options().observers) notify(*observer);
    }
    template <class Notify>
    void tell_wire(Notify&& notify) const {
        for (const auto& observer : core_.options().observers) {
            if (observer->wants_wire()) notify(*observer);
        }
    }

    const SessionCore& core_;
    const orm::ServiceTables& service_;
    const api::Operation& operation_;
    CallInfo call_;
    AttemptInfo attempt_;
    CallEnd end_;
    Error error_{ErrorDetails{}};
    std::string region_;
    std::string endpoint_;
    Time begin_;
    Time attempt_begin_;
    bool started_ = false;
    bool attempting_ = false;
};

}  // namespace botocraft::detail
