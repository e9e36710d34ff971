#include "retry/strategy.hpp"

#include "protocol/timestamp.hpp"

#include <algorithm>
#include <charconv>

namespace botocraft::retry {

namespace {

using std::chrono::nanoseconds;

// More than anybody waits for.
constexpr nanoseconds longest = std::chrono::hours(1);

// A whole number of units.
std::optional<nanoseconds> read_time(std::string_view text, nanoseconds unit) noexcept {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, number);
    if (at != end || text.empty()) return std::nullopt;
    const auto most = static_cast<std::uint64_t>(longest / unit);
    if (error == std::errc::result_out_of_range || number > most) return longest;
    if (error != std::errc()) return std::nullopt;
    return unit * static_cast<std::int64_t>(number);
}

// How long it is until then, to the second.
std::optional<nanoseconds> read_date(std::string_view text, std::chrono::system_clock::time_point now) noexcept {
    const auto date = protocol::parse_http_date(text);
    if (!date) return std::nullopt;
    const std::int64_t seconds_now = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    const std::int64_t most = std::chrono::duration_cast<std::chrono::seconds>(longest).count();
    return std::chrono::seconds(std::clamp<std::int64_t>(date->seconds - seconds_now, 0, most));
}

}  // namespace

Strategy::Strategy(RetryMode mode, const Rules& rules, std::chrono::steady_clock::time_point now)
    : Strategy(mode, rules, now, rules.capacity) {}

Strategy::Strategy(RetryMode mode, const Rules& rules, std::chrono::steady_clock::time_point now, int tokens)
    : rules_(rules),
      max_attempts_(mode == RetryMode::off ? 1 : rules.max_attempts),
      quota_(rules.capacity, tokens),
      limiter_(mode == RetryMode::adaptive ? std::make_unique<RateLimiter>(now) : nullptr) {}

Decision Attempts::failed(const Failed& attempt, std::uint64_t random, nanoseconds left) noexcept {
    if (attempt.failure == Failure::final) return {Verdict::final};
    if (!attempt.repeatable) return {Verdict::unrepeatable};
    if (++failed_ >= strategy_.max_attempts()) return {Verdict::last_attempt};
    const nanoseconds pause = wait(attempt, random);
    if (pause >= left) return {Verdict::out_of_time};
    const int price = cost(attempt);
    if (!quota_->take(price)) {
        const bool waits = attempt.poll && strategy_.rules().polls_wait;
        return {Verdict::no_quota, waits ? pause : nanoseconds::zero()};
    }
    paid_ = price;
    return {Verdict::retry, pause};
}

void Attempts::succeeded() noexcept {
    quota_->give_back(paid_ == 0 ? strategy_.rules().success_gain : paid_);
}

nanoseconds Attempts::wait(const Failed& attempt, std::uint64_t random) const noexcept {
    const Rules& rules = strategy_.rules();
    nanoseconds bound = attempt.failure == Failure::throttling ? rules.throttling_wait : rules.transient_wait;
    for (int i = 1; i < failed_ && bound < rules.longest_wait; ++i) bound *= 2;
    bound = std::min(bound, rules.longest_wait);
    const double part = static_cast<double>(random >> 11) * 0x1.0p-53;  // in [0, 1)
    const auto own = nanoseconds(static_cast<std::int64_t>(static_cast<double>(bound.count()) * part));
    if (!attempt.hint) return own;
    const nanoseconds most = rules.hint_margin == nanoseconds::zero() ? rules.longest_wait : own + rules.hint_margin;
    return std::clamp(*attempt.hint, own, most);
}

int Attempts::cost(const Failed& attempt) const noexcept {
    const Rules& rules = strategy_.rules();
    if (attempt.failure == Failure::throttling) return rules.throttling_cost;
    return attempt.timed_out ? rules.timeout_cost : rules.transient_cost;
}

std::optional<nanoseconds> read_hint(std::string_view amz_retry_after, std::string_view retry_after,
                                     std::chrono::system_clock::time_point now) noexcept {
    if (const auto time = read_time(amz_retry_after, std::chrono::milliseconds(1))) return time;
    if (const auto time = read_time(retry_after, std::chrono::seconds(1))) return time;
    return read_date(retry_after, now);
}

}  // namespace botocraft::retry
