#include "orm/waiter.hpp"

#include "orm/call.hpp"
#include "orm/jmespath.hpp"
#include "orm/operation.hpp"
#include "orm/run.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace botocraft {

namespace orm {

namespace {

WaiterMatcher matcher_of(std::string_view name) noexcept {
    if (name == "status") return WaiterMatcher::status;
    if (name == "error") return WaiterMatcher::error;
    if (name == "pathAll") return WaiterMatcher::path_all;
    return name == "pathAny" ? WaiterMatcher::path_any : WaiterMatcher::path;
}

WaiterState state_of(std::string_view name) noexcept {
    if (name == "success") return WaiterState::success;
    return name == "failure" ? WaiterState::failure : WaiterState::retry;
}

bool matches(const Acceptor& acceptor, schema::ShapeRef shape, const void* response) {
    switch (acceptor.matcher) {
        case WaiterMatcher::status: return acceptor.expected == "200";
        case WaiterMatcher::error: return acceptor.expected == "false";
        default: break;
    }
    if (!response) return false;
    const Found found = search(acceptor.argument, shape, response);
    const auto expected = [&](const std::string& value) { return value == acceptor.expected; };
    // Both of the list's matchers want one at least.
    if (acceptor.matcher == WaiterMatcher::path_all) {
        return found.several && !found.values.empty() && std::ranges::all_of(found.values, expected);
    }
    if (acceptor.matcher == WaiterMatcher::path_any) return found.several && std::ranges::any_of(found.values, expected);
    return !found.several && !found.values.empty() && expected(found.values.front());
}

bool matches(const Acceptor& acceptor, const Error& error) {
    if (acceptor.matcher == WaiterMatcher::status) return acceptor.expected == std::to_string(error.status());
    if (acceptor.matcher != WaiterMatcher::error || error.kind() != ErrorKind::service) return false;
    return acceptor.expected == "true" || acceptor.expected == '"' + error.code() + '"';
}

}  // namespace

std::vector<Acceptor> acceptors_of(const Waiter& waiter) {
    std::vector<Acceptor> out;
    const boost::json::value all = boost::json::parse({waiter.acceptors.data(), waiter.acceptors.size()});
    for (const boost::json::value& from : all.as_array()) {
        const auto text = [&](const char* key) {
            const boost::json::value* const found = from.as_object().if_contains(key);
            return found ? std::string(found->as_string().c_str()) : std::string();
        };
        out.push_back({matcher_of(text("matcher")), state_of(text("state")), text("argument"),
                       boost::json::serialize(from.at("expected"))});
    }
    return out;
}

const Acceptor* accept(const std::vector<Acceptor>& acceptors, schema::ShapeRef shape, const void* response) {
    const auto found = std::ranges::find_if(acceptors, [&](const Acceptor& a) { return matches(a, shape, response); });
    return found == acceptors.end() ? nullptr : &*found;
}

const Acceptor* accept(const std::vector<Acceptor>& acceptors, const Error& error) {
    const auto found = std::ranges::find_if(acceptors, [&](const Acceptor& a) { return matches(a, error); });
    return found == acceptors.end() ? nullptr : &*found;
}

}  // namespace orm

namespace detail {

namespace {

using orm::WaiterState;
using std::chrono::milliseconds;

// `ServicesStable` said twice would help nobody: what was waited for, and what was seen.
[[noreturn]] void give_up(const CallState& call, const orm::Waiter& waiter, ErrorKind kind, const char* code, std::string why) {
    ErrorDetails details;
    details.kind = kind;
    details.code = code;
    details.service = call.service->name;
    details.operation = call.service->text(call.operation().name);
    details.region = call.session->region();
    details.explanation.append("waiting for ").append(waiter.name).append(": ").append(why);
    throw_error(std::move(details));
}

std::string seconds(milliseconds time) {
    return time.count() % 1000 == 0 ? std::to_string(time.count() / 1000) + " s" : std::to_string(time.count()) + " ms";
}

// One call, and what it means. No state: nothing that the waiter knows.
struct Look {
    std::optional<WaiterState> state;
    std::string seen;          // of a failure: which of AWS's conditions
    std::exception_ptr error;  // of the call
};

std::string condition(const orm::Acceptor& acceptor) {
    if (acceptor.argument.empty()) return acceptor.expected;
    return "`" + acceptor.argument + "` is " + acceptor.expected;
}

void judge(Look& look, const orm::Acceptor* acceptor) {
    if (!acceptor) return;
    look.state = acceptor->state;
    look.seen = condition(*acceptor);
}

awaitable<Look> ask(CallState call, const std::vector<orm::Acceptor>& acceptors) {
    Look look;
    Structure response;
    try {
        response = co_await send(call, call.session);
    } catch (const Error& error) {
        look.error = std::current_exception();
        judge(look, orm::accept(acceptors, error));
    }
    if (!look.error) judge(look, orm::accept(acceptors, response.shape(), response.get()));
    co_return look;
}

awaitable<void> run_wait(Call owned, const orm::Waiter* waiter, WaitOptions options) {
    CallState& call = owned.state();
    call.session = co_await session_of(std::move(call.session));
    const std::vector<orm::Acceptor> acceptors = orm::acceptors_of(*waiter);
    const SessionCore& core = *call.session->core();
    const milliseconds delay = std::max(options.delay.value_or(std::chrono::seconds(waiter->delay)), milliseconds(0));
    const int most = std::max(options.max_attempts.value_or(waiter->max_attempts), 1);
    const auto begin = core.clock().steady_now();
    for (int attempt = 1;; ++attempt) {
        const Look look = co_await ask(call, acceptors);
        if (look.state == WaiterState::success) co_return;
        if (look.error && look.state != WaiterState::retry) std::rethrow_exception(look.error);
        if (look.state == WaiterState::failure) {
            give_up(call, *waiter, ErrorKind::service, "WaitFailed", "it will not come to that, because " + look.seen);
        }
        const auto passed = std::chrono::ceil<milliseconds>(core.clock().steady_now() - begin);
        if (attempt >= most || (options.at_most && passed + delay > *options.at_most)) {
            give_up(call, *waiter, ErrorKind::timeout, "WaitTimeout",
                    "not yet after " + seconds(passed) + " and " + std::to_string(attempt) +
                        (attempt == 1 ? " look" : " looks") + ": look at the resource's events, or wait for longer");
        }
        co_await core.sleeper().sleep(delay);
    }
}

}  // namespace

awaitable<void> wait(Call call, const orm::Waiter& waiter, const WaitOptions& options) {
    return run_wait(std::move(call), &waiter, options);
}

}  // namespace detail
}  // namespace botocraft
