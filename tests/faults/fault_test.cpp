// Every network operation of a call fails in every way, for every protocol; and what a caller may rely on holds all the same.
// `faults "[whole]"` does over TLS all of what is done here with every protocol in its turn.
#include "place.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

using namespace faults;
using botocraft::testing::Fault;

namespace {

constexpr std::array kinds{Kind::reset, Kind::eof,   Kind::refused, Kind::timed_out, Kind::unreachable,
                           Kind::torn,  Kind::stall, Kind::stop,    Kind::exhausted};

// Of a call, and of the connection that a fault befalls.
struct Case {
    const Example& example;
    Kind kind;
    bool kept;  // the connection carried a call before
    bool repeatable;
    std::size_t body = 0;  // that passes by
};

// Whether the operation that failed, the last one of `done`, was part of the TLS handshake. The client speaks first, and
// once more to end it; what it sends next is the request.
bool in_handshake(const std::vector<Step>& done, std::size_t failed) {
    return std::count(done.begin(), done.begin() + static_cast<std::ptrdiff_t>(failed), Step::send) <= 2;
}

// Fails the network operation of that number. False where the call has fewer.
bool fail_step(const Case& what, std::size_t step, Identity* identity, Matrix& matrix) {
    INFO("network operation " << step);
    Place place(what.example, what.repeatable, identity, 3, what.body);
    if (what.kept) CHECK(place.call().right);
    place.count_anew();
    arm({what.kind, step});
    const Result result = place.call();
    const Report report = disarm();
    INFO(name_of(report.failed) << ": " << result.error);
    check_result(place, result, report, what.repeatable);
    place.check_at_rest();
    if (!what.repeatable) CHECK(place.carried_out <= 1);
    // The session is as good as before.
    const Result next = place.call();
    CHECK(next.right);
    place.check_at_rest();
    if (!report.happened) {
        CHECK(result.outcome == Outcome::success);
        return false;
    }
    // What may be sent again succeeds, unless nobody is there.
    const bool unconnected = report.failed == Step::open || report.failed == Step::connect;
    const bool handshake = identity != nullptr && !what.kept && !unconnected && in_handshake(report.done, step);
    const bool unsent = handshake || unconnected ||
                        (report.failed == Step::send && what.kind != Kind::torn && what.body == 0);
    if ((what.repeatable || unsent) && what.kind != Kind::stop) CHECK(result.outcome == Outcome::success);
    // Of a body nobody can tell here which part is its last.
    if (!what.repeatable && !unsent && what.body == 0) CHECK(result.outcome == Outcome::error);
    if (what.kind == Kind::stop) CHECK(result.outcome == Outcome::error);
    matrix.add((handshake ? "TLS " : "") + std::string(name_of(report.failed)), name_of(what.kind), what.example, result);
    return true;
}

void fail_each_step(const Case& what, Identity* identity, Matrix& matrix) {
    INFO(protocol_of(what.example) << ", " << name_of(what.kind) << (what.kept ? ", kept connection" : ", new connection")
                                   << (what.repeatable ? ", repeatable" : ", not repeatable"));
    std::size_t step = 1;
    while (fail_step(what, step, identity, matrix)) REQUIRE(++step < 1000);
}

// Both versions of TLS, in turn.
Identity& identity(std::size_t turn) {
    static std::array<Identity, 2> both{Identity(TLS1_3_VERSION), Identity(TLS1_2_VERSION)};
    return both[turn % both.size()];
}

void fail_each_step_over_tls(bool whole) {
    Matrix matrix;
    const std::vector<const Example*> all = one_for_each_protocol();
    std::size_t turn = 0;
    for (const Kind kind : kinds) {
        for (const bool kept : {false, true}) {
            for (const bool repeatable : {false, true}) {
                for (std::size_t version = 0; version < 2; ++version) {
                    for (std::size_t i = 0; i < (whole ? all.size() : 1); ++i) {
                        fail_each_step({*all[turn++ % all.size()], kind, kept, repeatable}, &identity(version), matrix);
                    }
                }
            }
        }
    }
    matrix.print("Each network operation fails once, over TLS");
    CHECK(matrix.total() >= (whole ? all.size() : 1) * 250);
}

// A new connection each: the handshake breaks as well.
void split_over_tls(std::size_t stride) {
    Matrix matrix;
    const std::vector<const Example*> all = one_for_each_protocol();
    for (std::size_t version = 0; version < 2; ++version) {
        const auto with = [&](std::size_t turn, const Plan& plan, Report& report) {
            Place place(*all[turn % all.size()], false, &identity(version));
            arm(plan);
            const Result result = place.call();
            report = disarm();
            check_result(place, result, report, false);
            CHECK(result.right);
            place.check_at_rest();
            return result;
        };
        Report report;
        const Result slow = with(version, {Kind::trickle}, report);
        matrix.add("all", "trickle", *all[version], slow);
        for (const Step step : {Step::send, Step::receive}) {
            std::size_t turn = 0;
            bool more = true;
            for (std::size_t bytes = 1; more; bytes += stride, ++turn) {
                INFO(name_of(step) << " breaks after " << bytes << " bytes, TLS 1." << 3 - version);
                const Result result = with(turn, {Kind::split, 0, step, bytes}, report);
                more = bytes < (step == Step::send ? report.bytes_sent : report.bytes_received);
                matrix.add(name_of(step), "split", *all[turn % all.size()], result);
            }
        }
    }
    matrix.print("Bytes in parts, over TLS");
}

void cut_over_tls(std::size_t stride) {
    Matrix matrix;
    const std::vector<const Example*> all = one_for_each_protocol();
    for (std::size_t version = 0; version < 2; ++version) {
        std::size_t turn = 0;
        bool more = true;
        for (std::size_t bytes = 1; more; bytes += stride, ++turn) {
            const Example& example = *all[turn % all.size()];
            INFO(protocol_of(example) << " ends after " << bytes << " bytes, TLS 1." << 3 - version);
            Place place(example, true, &identity(version), 1);
            arm({Kind::cut, 0, Step::receive, bytes});
            const Result result = place.call();
            const Report report = disarm();
            check_result(place, result, report, true);
            more = report.happened;
            CHECK((result.outcome == Outcome::error) == report.happened);
            place.check_at_rest();
            CHECK(place.call().right);
            if (more) matrix.add("receive", "cut", example, result);
        }
    }
    matrix.print("Replies cut short, over TLS");
}

// Between any two things that happen, `stride` of them apart.
void cancel_each_step(const Example& example, bool kept, Identity* identity, std::size_t stride, Matrix& matrix,
                      std::size_t body = 0) {
    INFO(protocol_of(example) << (kept ? ", kept connection" : ", new connection"));
    bool over = false;
    for (std::size_t after = 0; !over; after += stride) {
        REQUIRE(after < 1000);
        INFO("after " << after << " handlers");
        Place place(example, false, identity, 3, body);
        if (kept) CHECK(place.call().right);
        asio::cancellation_signal cancel;
        arm({});
        const Result result = place.call(&cancel, after);
        const Report report = disarm();
        CHECK(result.ends == 1);
        CHECK(report.misused == 0);
        CHECK(result.outcome != Outcome::error);
        if (result.outcome == Outcome::success) CHECK(result.right);
        over = result.outcome == Outcome::success && place.handlers_run() < after;
        place.check_at_rest();
        CHECK(place.call().right);
        place.check_at_rest();
        matrix.add(kept ? "kept" : "new", "cancelled", example, result);
    }
}

void cancel_over_tls(bool whole) {
    Matrix matrix;
    const std::vector<const Example*> all = one_for_each_protocol();
    std::size_t turn = 0;
    for (const bool kept : {false, true}) {
        for (std::size_t version = 0; version < 2; ++version) {
            for (std::size_t i = 0; i < (whole ? all.size() : 1); ++i) {
                cancel_each_step(*all[turn++ % all.size()], kept, &identity(version), 1, matrix);
            }
        }
    }
    matrix.print("Cancelled, over TLS");
}

}  // namespace

TEST_CASE("every network operation fails in every way") {
    Matrix matrix;
    for (const Example* const example : one_for_each_protocol()) {
        for (const Kind kind : kinds) {
            for (const bool kept : {false, true}) {
                for (const bool repeatable : {false, true}) fail_each_step({*example, kind, kept, repeatable}, nullptr, matrix);
            }
        }
    }
    matrix.print("Each network operation fails once");
    CHECK(matrix.total() >= 7 * 7 * 2 * 5);
}

TEST_CASE("a call that gets no socket, or no way to the server, says so once") {
    struct Row {
        Kind kind;
        Step step;
        std::string_view words;
    };
    for (const Row& row : {Row{Kind::exhausted, Step::open, "Too many open files"},
                           Row{Kind::unreachable, Step::connect, "No route to host"}}) {
        Place place(examples::all[0], false, nullptr, 1);
        arm({row.kind, 1});
        const Result result = place.call();
        const Report report = disarm();
        INFO(result.error);
        check_result(place, result, report, false);
        CHECK(report.happened);
        CHECK(report.failed == row.step);
        CHECK(result.outcome == Outcome::error);
        CHECK(result.kind == ErrorKind::connection);
        CHECK(result.attempts == 1);
        for (const std::string& words : {place.authority(), std::string(row.words), std::string("[after 1 attempt]")}) {
            INFO(words);
            CHECK(result.error.find(words) != std::string::npos);
        }
        CHECK(report.connections_written == 0);
        CHECK(place.carried_out == 0);
        place.check_at_rest();
        CHECK(place.call().right);
        place.check_at_rest();
    }
}

TEST_CASE("TLS: every network operation fails in every way") { fail_each_step_over_tls(false); }
TEST_CASE("TLS: every network operation fails in every way, for every protocol", "[.][whole]") {
    fail_each_step_over_tls(true);
}

TEST_CASE("bytes come one at a time, or in two parts that break anywhere") {
    Matrix matrix;
    for (const Example* const example : one_for_each_protocol()) {
        INFO(protocol_of(*example));
        Place place(*example, false);
        arm({});
        CHECK(place.call().right);
        const Report whole = disarm();

        arm({Kind::trickle});
        const Result slow = place.call();
        const Report drops = disarm();
        check_result(place, slow, drops, false);
        CHECK(slow.right);
        CHECK(drops.done.size() >= whole.bytes_received);
        matrix.add("all", "trickle", *example, slow);

        for (const Step step : {Step::send, Step::receive}) {
            const std::size_t size = step == Step::send ? whole.bytes_sent : whole.bytes_received;
            REQUIRE(size > 100);
            for (std::size_t bytes = 1; bytes < size; ++bytes) {
                INFO(name_of(step) << " breaks after " << bytes << " bytes");
                arm({Kind::split, 0, step, bytes});
                const Result result = place.call();
                const Report report = disarm();
                check_result(place, result, report, false);
                CHECK(report.happened);
                CHECK(result.right);
                matrix.add(name_of(step), "split", *example, result);
            }
        }
        place.check_at_rest();
        CHECK(http::statistics(place.context()).opened == 1);
    }
    matrix.print("Bytes in parts");
}

TEST_CASE("a reply that ends anywhere is no result") {
    Matrix matrix;
    for (const Example* const example : one_for_each_protocol()) {
        INFO(protocol_of(*example));
        Place place(*example, true, nullptr, 1);
        arm({});
        CHECK(place.call().right);
        const std::size_t size = disarm().bytes_received;
        for (std::size_t bytes = 1; bytes < size; ++bytes) {
            INFO("ends after " << bytes << " bytes");
            arm({Kind::cut, 0, Step::receive, bytes});
            const Result result = place.call();
            const Report report = disarm();
            check_result(place, result, report, true);
            CHECK(report.happened);
            CHECK(result.outcome == Outcome::error);
            place.check_at_rest();
            matrix.add("receive", "cut", *example, result);
        }
        CHECK(place.call().right);
    }
    matrix.print("Replies cut short");
}

TEST_CASE("TLS: bytes come in parts") { split_over_tls(41); }
TEST_CASE("TLS: bytes come in parts that break anywhere", "[.][whole]") { split_over_tls(1); }
TEST_CASE("TLS: a reply or a handshake that ends too early is no result") { cut_over_tls(31); }
TEST_CASE("TLS: a reply or a handshake that ends after any byte is no result", "[.][whole]") { cut_over_tls(1); }

TEST_CASE("a call is cancelled between any two things that happen") {
    Matrix matrix;
    for (const Example* const example : one_for_each_protocol()) {
        for (const bool kept : {false, true}) cancel_each_step(*example, kept, nullptr, 1, matrix);
    }
    matrix.print("Cancelled");
}

TEST_CASE("TLS: a call is cancelled between any two things that happen") { cancel_over_tls(false); }
TEST_CASE("TLS: a call is cancelled between any two things that happen, for every protocol", "[.][whole]") {
    cancel_over_tls(true);
}

namespace {

struct Passing {
    const Example* example;
    std::size_t body;
};
constexpr Passing passing[] = {{&put_object, short_body}, {&put_object, long_body}, {&get_object, short_body}, {&get_object, long_body}};

}  // namespace

// What is sent again begins anew, and so does what is received: the body is whole, or there is an error. The long ones take
// their time, so that they are tried in one of the four ways.
TEST_CASE("bodies that pass by: every network operation fails in every way") {
    Matrix matrix;
    for (const auto& [example, body] : passing) {
        INFO(example->operation << ", " << body << " bytes");
        for (const Kind kind : kinds) {
            for (const bool kept : {false, true}) {
                for (const bool repeatable : {false, true}) {
                    if (body == long_body && (kept || !repeatable)) continue;
                    fail_each_step({*example, kind, kept, repeatable, body}, nullptr, matrix);
                }
            }
        }
    }
    matrix.print("Bodies that pass by: each network operation fails once");
    CHECK(matrix.total() >= 2 * 7 * 5 * 3);
}

TEST_CASE("bodies that pass by: replies end anywhere, and calls are cancelled between any two things that happen") {
    Matrix matrix;
    for (const auto& [example, body] : passing) {
        INFO(example->operation << ", " << body << " bytes");
        for (const bool kept : {false, true}) cancel_each_step(*example, kept, nullptr, 1, matrix, body);
        Place place(*example, true, nullptr, 1, body);
        arm({});
        CHECK(place.call().right);
        const std::size_t size = disarm().bytes_received;
        for (std::size_t bytes = 1; bytes < size; bytes += std::max<std::size_t>(1, size / 50)) {
            INFO("ends after " << bytes << " bytes");
            arm({Kind::cut, 0, Step::receive, bytes});
            const Result result = place.call();
            const Report report = disarm();
            check_result(place, result, report, true);
            CHECK(result.outcome == Outcome::error);
            place.check_at_rest();
            matrix.add("receive", "cut", *example, result);
        }
        CHECK(place.call().right);
    }
    matrix.print("Bodies that pass by: cut short and cancelled");
}

// A poll that fails for want of quota waits all the same, so that loops do not spin.
TEST_CASE("a poll that gets no retry still takes its time") {
    static constexpr Example poll{"sqs", "ReceiveMessage", botocraft::Protocol::json_1_0, R"({"QueueUrl":"http://q"})",
                                  R"({"Messages":[]})", true};
    Place place(poll, true, nullptr, 2);
    place.aws().fail("*", Fault::error("ThrottlingException", "slow down").always());
    std::uint64_t took = 0;
    std::size_t longest = 0;
    for (int i = 0; i < 200 && place.session().statistics().no_quota < 5; ++i) {
        const std::uint64_t begin = virtual_nanoseconds();
        const Result result = place.call();
        CHECK(result.outcome == Outcome::error);
        took = virtual_nanoseconds() - begin;
        if (result.attempts == 1) longest = std::max<std::size_t>(longest, took);
    }
    CHECK(place.session().statistics().no_quota == 5);
    CHECK(longest > 20'000'000);  // a random part of 1 s, five times: less than this once in 300 million runs
}
