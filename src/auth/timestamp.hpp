#pragma once
// The time as signatures write it.

#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>

namespace botocraft::auth {

// 20150830T123600Z, and its first eight characters. Remade when the second has changed.
class Timestamp {
  public:
    void set(std::chrono::system_clock::time_point time) {
        const auto second = std::chrono::floor<std::chrono::seconds>(time);
        if (second == second_) return;
        second_ = second;
        const auto day = std::chrono::floor<std::chrono::days>(second);
        const std::chrono::year_month_day date(day);
        const std::chrono::hh_mm_ss clock(second - day);
        put(0, 4, static_cast<unsigned>(static_cast<int>(date.year())));
        put(4, 2, static_cast<unsigned>(date.month()));
        put(6, 2, static_cast<unsigned>(date.day()));
        put(9, 2, static_cast<unsigned>(clock.hours().count()));
        put(11, 2, static_cast<unsigned>(clock.minutes().count()));
        put(13, 2, static_cast<unsigned>(clock.seconds().count()));
    }
    [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), text_.size()}; }
    [[nodiscard]] std::string_view day() const noexcept { return text().substr(0, 8); }

  private:
    void put(std::size_t at, std::size_t digits, unsigned value) noexcept {
        for (std::size_t i = digits; i-- > 0; value /= 10) text_[at + i] = static_cast<char>('0' + value % 10);
    }

    std::chrono::sys_seconds second_{};  // the epoch, as the text says
    std::array<char, 16> text_ = {'1', '9', '7', '0', '0', '1', '0', '1', 'T', '0', '0', '0', '0', '0', '0', 'Z'};
};

}  // namespace botocraft::auth
