#include "http/race.hpp"

#include "http/watchdog.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>

namespace botocraft::http {

using boost::system::error_code;

namespace {

Race::Step lost(const error_code& error) {
    Race::Step step{Race::Step::Kind::lost};
    step.error = error;
    return step;
}

Family other(Family family) noexcept { return family == Family::v6 ? Family::v4 : Family::v6; }

}  // namespace

void Race::answered(Family family, const Addresses& addresses, Clock::time_point now) {
    Question& question = of(family);
    question.open = false;
    question.error = addresses.error;
    question.untried.assign(addresses.list.begin(), addresses.list.end());
    if (!addresses.list.empty()) first_answer_ = std::min(first_answer_, now);
}

void Race::failed(std::size_t attempt, const error_code& error) {
    attempts_[attempt].open = false;
    attempts_[attempt].error = error;
}

Race::Step Race::next(Clock::time_point now) {
    if (now >= times_.deadline) return lost(asio::error::timed_out);
    const Clock::time_point answers_due = after(begun_, times_.look_up);
    for (Question& question : questions_) {
        if (!question.open || now < answers_due) continue;
        question.open = false;
        question.error = asio::error::timed_out;
    }
    for (std::size_t i = 0; i < attempts_.size(); ++i) {
        if (!attempts_[i].open || now < attempts_[i].deadline) continue;
        failed(i, asio::error::timed_out);
        Step step{Step::Kind::abandon};
        step.attempt = i;
        return step;
    }
    const bool running = std::ranges::any_of(attempts_, &Attempt::open);
    const bool asking = std::ranges::any_of(questions_, &Question::open);
    if (any_untried() && now >= next_start(running)) return start(now);
    if (!any_untried() && !running && !asking) return lost(last_error());

    Step step{Step::Kind::wait};
    step.time = times_.deadline;
    if (asking) step.time = std::min(step.time, answers_due);
    if (any_untried()) step.time = std::min(step.time, next_start(running));
    for (const Attempt& attempt : attempts_) {
        if (attempt.open) step.time = std::min(step.time, attempt.deadline);
    }
    return step;
}

bool Race::any_untried() const noexcept {
    return std::ranges::any_of(questions_, [](const Question& question) { return !question.untried.empty(); });
}

Clock::time_point Race::next_start(bool running) const noexcept {
    if (running) return after(last_start_, times_.attempt_delay);
    const bool wait_for_v6 = attempts_.empty() && questions_[static_cast<std::size_t>(Family::v6)].open;
    return wait_for_v6 ? after(first_answer_, times_.family_wait) : Clock::time_point::min();
}

Race::Step Race::start(Clock::time_point now) {
    const Family family = of(next_family_).untried.empty() ? other(next_family_) : next_family_;
    Step step{Step::Kind::start};
    step.attempt = attempts_.size();
    step.address = of(family).untried.front();
    of(family).untried.pop_front();
    next_family_ = other(family);
    last_start_ = now;
    attempts_.push_back(Attempt{step.address, after(now, times_.connect), true, {}});
    return step;
}

// Of several errors the last: the others are in the story. Where no attempt was made, that somebody could not say
// counts more than that there are no addresses, and that there is no such name more than that it has none of one family.
error_code Race::last_error() const noexcept {
    if (!attempts_.empty()) return attempts_.back().error;
    const auto weight = [](const error_code& error) {
        return error == asio::error::no_data ? 0 : error == asio::error::host_not_found ? 1 : 2;
    };
    return std::ranges::max(questions_, {}, [&](const Question& question) { return weight(question.error); }).error;
}

bool Race::all_failed() const noexcept {
    return !attempts_.empty() && !any_untried() && std::ranges::none_of(attempts_, &Attempt::open);
}

std::string Race::story() const {
    std::string text;
    for (const Attempt& attempt : attempts_) {
        if (!text.empty()) text += "; ";
        text += attempt.address.to_string() + ": " + (attempt.open ? "no answer" : attempt.error.message());
    }
    return text;
}

}  // namespace botocraft::http
