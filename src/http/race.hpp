#pragma once
// Which of a host's addresses is tried when, as RFC 8305 ("happy eyeballs") says. No I/O, and no clock of its own.

#include "http/names.hpp"

#include <deque>

namespace botocraft::http {

class Race {
  public:
    struct Times {
        Clock::duration look_up;        // for the addresses
        Clock::duration family_wait;    // for IPv6 addresses, where those of IPv4 came first
        Clock::duration attempt_delay;  // before the next address is tried beside the last
        Clock::duration connect;        // for each address
        Clock::time_point deadline;     // for all
    };

    // What is to be done next; ask again after each.
    struct Step {
        enum class Kind : unsigned char {
            start,    // connect to `address`, as attempt number `attempt`
            abandon,  // attempt number `attempt` took too long
            wait,     // until `time`, or until there is news
            lost,     // nothing is left to try, and `error` says why
        };
        Kind kind;
        std::size_t attempt = 0;
        asio::ip::address address{};
        Clock::time_point time{};
        boost::system::error_code error{};
    };

    Race(const Times& times, Clock::time_point now) : times_(times), begun_(now) {}

    // News. An attempt that succeeded ends the race, and nobody needs to ask any more.
    void answered(Family family, const Addresses& addresses, Clock::time_point now);
    void failed(std::size_t attempt, const boost::system::error_code& error);

    [[nodiscard]] Step next(Clock::time_point now);

    // How far it got: to the look-up, or to connecting.
    [[nodiscard]] Phase phase() const noexcept {
        return first_answer_ == Clock::time_point::max() ? Phase::resolve : Phase::connect;
    }

    // Whether there were addresses, and each was tried and failed.
    [[nodiscard]] bool all_failed() const noexcept;

    // What was tried and failed, for people: "127.0.0.1: Connection refused; ::1: ...".
    [[nodiscard]] std::string story() const;

  private:
    struct Question {
        bool open = true;
        boost::system::error_code error{};
        std::deque<asio::ip::address> untried{};
    };
    struct Attempt {
        asio::ip::address address;
        Clock::time_point deadline;
        bool open;
        boost::system::error_code error;
    };

    [[nodiscard]] Question& of(Family family) noexcept { return questions_[static_cast<std::size_t>(family)]; }
    [[nodiscard]] bool any_untried() const noexcept;
    [[nodiscard]] Clock::time_point next_start(bool running) const noexcept;
    [[nodiscard]] Step start(Clock::time_point now);
    [[nodiscard]] boost::system::error_code last_error() const noexcept;

    const Times times_;
    const Clock::time_point begun_;
    std::array<Question, families.size()> questions_;
    std::vector<Attempt> attempts_;
    Family next_family_ = Family::v6;
    Clock::time_point first_answer_ = Clock::time_point::max();
    Clock::time_point last_start_{};
};

}  // namespace botocraft::http
