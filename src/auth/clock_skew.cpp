#include <auth/clock_skew.hpp>

#include <protocol/timestamp.hpp>

#include <algorithm>
#include <array>

namespace botocraft::auth {

namespace {

// AWS allows for five minutes: a clock that is wrong by less than this is not why a request was refused.
constexpr ClockOffset tolerated = std::chrono::minutes(4);

constexpr std::array<std::string_view, 3> about_time = {"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"};
// These may have other reasons: a wrong key, an altered request.
constexpr std::array<std::string_view, 4> perhaps_about_time = {"InvalidSignatureException", "SignatureDoesNotMatch",
                                                                "AuthFailure", "InvalidSignature"};

}  // namespace

std::optional<ClockOffset> learn_offset(int status, std::string_view code, std::string_view date, bool head,
                                        std::chrono::system_clock::time_point now, ClockOffset signed_with) {
    const bool surely = std::ranges::find(about_time, code) != about_time.end();
    const bool perhaps = std::ranges::find(perhaps_about_time, code) != perhaps_about_time.end() || (head && status == 403);
    if (!surely && !perhaps) return std::nullopt;
    const auto server_time = protocol::parse_http_date(date);
    if (!server_time) return std::nullopt;
    const auto here = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
    const ClockOffset offset = std::chrono::seconds(server_time->seconds) - here;
    const ClockOffset error = offset > signed_with ? offset - signed_with : signed_with - offset;
    // A server that complains about the time and says one that we used is not helped by another request.
    if (error <= (surely ? std::chrono::seconds(1) : tolerated)) return std::nullopt;
    return offset;
}

}  // namespace botocraft::auth
