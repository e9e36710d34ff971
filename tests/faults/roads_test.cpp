// Every network operation on the way to a call fails in every way as well: those of name look-ups, of proxies and tunnels, and
// of asking for credentials. `faults "[whole]"` tries each after any number of bytes.
#include "place.hpp"

#include <algorithm>
#include <array>
#include <string_view>

using namespace faults;

namespace {

constexpr std::array kinds{Kind::reset, Kind::eof,   Kind::refused, Kind::timed_out, Kind::unreachable,
                           Kind::torn,  Kind::stall, Kind::stop,    Kind::exhausted};
constexpr const Example& example = examples::all[0];

Identity& identity() {
    static Identity only(TLS1_3_VERSION);
    return only;
}
Identity* identity_of(Way way) { return way == Way::tunnel ? &identity() : nullptr; }

// An error says where the call got to, and why not farther: at the server, or before.
void check_error(const Place& place, const Result& result) {
    const auto says = [&result](std::string_view words) { return result.error.find(words) != std::string::npos; };
    const bool names_one = says(place.road()->address()) || (result.kind != ErrorKind::credentials && says(place.authority()));
    CHECK(names_one);
    if (result.kind != ErrorKind::credentials) CHECK(says("[after "));
}

// Once more, as good as before.
void check_next(Place& place) {
    const Result next = place.call();
    INFO("the next call: " << next.error);
    CHECK(next.right);
    place.check_at_rest();
}

bool fail_step(Way way, Kind kind, std::size_t step, bool repeatable, Matrix& matrix) {
    INFO("network operation " << step);
    Place place(example, repeatable, identity_of(way), 3, 0, way);
    arm({kind, step});
    const Result result = place.call();
    const Report report = disarm();
    INFO(name_of(report.failed) << (report.datagram ? " of a datagram: " : ": ") << result.error);
    check_result(place, result, report, repeatable);
    place.check_at_rest();
    if (!repeatable) CHECK(place.carried_out <= 1);
    if (result.outcome == Outcome::error) check_error(place, result);
    check_next(place);
    if (!report.happened) {
        CHECK(result.outcome == Outcome::success);
        return false;
    }
    if (kind == Kind::stop && !report.datagram) CHECK(result.outcome == Outcome::error);
    // Where nobody can be reached as the metadata service, there is none, and nobody tries again.
    const bool none_there = way == Way::instance && (report.failed == Step::open || report.failed == Step::connect);
    if (repeatable && kind != Kind::stop && !none_there) CHECK(result.outcome == Outcome::success);
    matrix.add(name_of(report.failed), name_of(kind), name_of(way), result);
    return true;
}

void split(Way way, std::size_t stride, Matrix& matrix) {
    const auto with = [&](const Plan& plan, Report& report) {
        Place place(example, false, identity_of(way), 3, 0, way);
        arm(plan);
        const Result result = place.call();
        report = disarm();
        INFO(result.error);
        check_result(place, result, report, false);
        CHECK(result.right);
        place.check_at_rest();
        return result;
    };
    Report report;
    matrix.add("all", "trickle", name_of(way), with({Kind::trickle}, report));
    for (const Step step : {Step::send, Step::receive}) {
        bool more = true;
        for (std::size_t bytes = 1; more; bytes += stride) {
            INFO(name_of(step) << " breaks after " << bytes << " bytes");
            matrix.add(name_of(step), "split", name_of(way), with({Kind::split, 0, step, bytes}, report));
            more = bytes < (step == Step::send ? report.bytes_sent : report.bytes_received);
        }
    }
}

void cut(Way way, std::size_t stride, Matrix& matrix) {
    bool more = true;
    for (std::size_t bytes = 1; more; bytes += stride) {
        INFO("what is received ends after " << bytes << " bytes");
        Place place(example, true, identity_of(way), 1, 0, way);
        arm({Kind::cut, 0, Step::receive, bytes});
        const Result result = place.call();
        const Report report = disarm();
        INFO(result.error);
        check_result(place, result, report, true);
        place.check_at_rest();
        if (result.outcome == Outcome::error) check_error(place, result);
        check_next(place);
        more = report.happened;
        if (more) matrix.add("receive", "cut", name_of(way), result);
    }
}

void cancel(Way way, std::size_t stride, Matrix& matrix) {
    bool over = false;
    for (std::size_t after = 0; !over; after += stride) {
        REQUIRE(after < 2000);
        INFO("cancelled after " << after << " handlers");
        Place place(example, false, identity_of(way), 3, 0, way);
        asio::cancellation_signal signal;
        arm({});
        const Result result = place.call(&signal, after);
        const Report report = disarm();
        CHECK(result.ends == 1);
        CHECK(report.misused == 0);
        CHECK(result.outcome != Outcome::error);
        over = result.outcome == Outcome::success && place.handlers_run() < after;
        place.check_at_rest();  // nobody asks on for credentials that no call waits for
        check_next(place);
        matrix.add("any", "cancelled", name_of(way), result);
    }
}

void walk(std::size_t stride) {
    Matrix matrix;
    for (const Way way : ways) {
        INFO(name_of(way));
        split(way, stride, matrix);
        cut(way, stride, matrix);
    }
    matrix.print("On the way: bytes in parts, and cut short");
}

}  // namespace

TEST_CASE("on the way: every network operation fails in every way") {
    Matrix matrix;
    for (const Way way : ways) {
        for (const Kind kind : kinds) {
            for (const bool repeatable : {false, true}) {
                INFO(name_of(way) << ", " << name_of(kind) << (repeatable ? ", repeatable" : ", not repeatable"));
                std::size_t step = 1;
                while (fail_step(way, kind, step, repeatable, matrix)) REQUIRE(++step < 1000);
            }
        }
    }
    matrix.print("On the way: each network operation fails once");
    CHECK(matrix.total() >= std::size(ways) * ((kinds.size() - 1) * 6 + 1) * 2);  // a socket is made less often
}

TEST_CASE("on the way: bytes come in parts, or not all of them") { walk(41); }
TEST_CASE("on the way: bytes come in parts that break anywhere, or end anywhere", "[.][whole]") { walk(1); }

TEST_CASE("on the way: a call is cancelled between any two things that happen") {
    Matrix matrix;
    for (const Way way : ways) {
        INFO(name_of(way));
        cancel(way, 1, matrix);
    }
    matrix.print("On the way: cancelled");
}
