#pragma once
// Calls that are stopped before they are sent: what would be sent, presigned URLs, and why a call goes where it goes.
//
// All of these take the awaitable of any call: of a manager, a query, a model, a relation.
//   auto prepared = co_await botocraft::dry_run(Service::objects(session).get("web", {.cluster = "prod"}));
//   auto url = co_await botocraft::presign(Caller::objects(session).get(), std::chrono::minutes(15));
// Credentials are looked for as always, which may need the network; the call itself sends nothing. A call that sends
// several requests is stopped before the first. They throw what the call throws before it sends anything, and UsageError
// where it completes without.

#include <botocraft/awaitable.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace botocraft {

// A request as it would be sent, signature and session token included: keep it out of logs. A body that comes from a Source
// is not read for it: the headers are those of a request with that body, and `body` is empty.
struct PreparedRequest {
    PreparedRequest() = default;

    std::string method;
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

// A request that whoever holds it may send in the name of the credentials, until it expires.
struct PresignedRequest {
    PresignedRequest() = default;

    std::string method;
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;  // these must be sent as well; for most there are none
    std::string body;                                          // and this
    std::chrono::system_clock::time_point expires;  // or with the credentials, where those end earlier
};

// Why a call does what it does. Holds nothing that a log must not hold: session token and signature are left out, and where
// a secret member of the input is set, the part of the request in which it stands: its header, or all of the path, of the
// query or of the body; and the digests that it went into.
struct Explanation {
    Explanation() = default;

    std::string service;
    std::string operation;
    std::string region;
    std::string region_source;    // `code`, `AWS_REGION`, or file and line
    std::string endpoint;
    std::string endpoint_source;  // what was set in place of the service's own endpoint, or the rules of the service
    std::string auth_scheme;      // sigv4, sigv4a, httpBearerAuth, noAuth
    std::string auth_reason;
    std::string signing_name;     // of the service, in the signature
    std::string signing_region;
    std::string credentials;         // access key, account, expiry
    std::string credentials_source;  // the provider that found them
    std::chrono::system_clock::time_point time;    // as signed
    std::chrono::seconds clock_correction{};       // learned from the server: in `time` already
    PreparedRequest request;
    std::string canonical_request;
    std::string string_to_sign;
};

// For people: several lines.
[[nodiscard]] std::string to_string(const Explanation& explanation);

namespace detail {

[[nodiscard]] awaitable<PreparedRequest> dry_run(awaitable<void> call);
[[nodiscard]] awaitable<PresignedRequest> presign(awaitable<void> call, std::chrono::seconds valid_for);
[[nodiscard]] awaitable<Explanation> explain(awaitable<void> call);

template <class T>
awaitable<void> without_result(awaitable<T> call) {
    if constexpr (std::is_void_v<T>) {
        co_await std::move(call);
    } else {
        T ignored = co_await std::move(call);
        static_cast<void>(ignored);
    }
}

}  // namespace detail

// What would be sent.
template <class T>
[[nodiscard]] awaitable<PreparedRequest> dry_run(awaitable<T> call) {
    return detail::dry_run(detail::without_result(std::move(call)));
}

// A URL with the signature in it. AWS accepts it for at most seven days.
template <class T>
[[nodiscard]] awaitable<PresignedRequest> presign(awaitable<T> call, std::chrono::seconds valid_for) {
    return detail::presign(detail::without_result(std::move(call)), valid_for);
}

// What would be sent, where to, signed how, and why that endpoint and those credentials.
template <class T>
[[nodiscard]] awaitable<Explanation> explain(awaitable<T> call) {
    return detail::explain(detail::without_result(std::move(call)));
}

}  // namespace botocraft
