#include "http/names.hpp"
#include "http_server.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

#include <fcntl.h>

#include <filesystem>

using namespace http_test;
using http::Addresses;
using http::Failure;
using http::Family;
using http::Limits;
using http::Phase;
using std::chrono::milliseconds;

namespace {

// Answers every question with the same addresses.
class Fixed final : public http::NameSource {
  public:
    explicit Fixed(std::vector<std::string> addresses) : addresses_(std::move(addresses)) {}

    std::unique_ptr<Question> ask(const asio::any_io_executor& executor, const std::string&, Answered answered) override {
        ++asked;
        if (addresses_.empty()) return std::make_unique<Question>();  // silent
        asio::post(executor, [answered, list = addresses_] {
            Addresses found;
            found.valid = std::chrono::seconds(60);
            for (const std::string& text : list) found.list.push_back(asio::ip::make_address(text));
            answered(Family::v4, found);
            answered(Family::v6, Addresses{asio::error::no_data});
        });
        return std::make_unique<Question>();
    }
    std::atomic<int> asked{0};

  private:
    std::vector<std::string> addresses_;
};

// 127.0.0.2 at a port where connections are neither accepted nor refused.
class Abyss {
  public:
    explicit Abyss(std::uint16_t port) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
        address.sin_port = htons(port);
        REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(listener_, 0) == 0);
        for (int& filler : fillers_) {  // its queue is full then
            filler = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
            (void)::connect(filler, reinterpret_cast<sockaddr*>(&address), sizeof address);
        }
    }
    Abyss(const Abyss&) = delete;
    Abyss& operator=(const Abyss&) = delete;
    ~Abyss() {
        for (const int filler : fillers_) ::close(filler);
        ::close(listener_);
    }

  private:
    int listener_;
    int fillers_[8]{};
};

void echo(Peer& peer) {
    while (const auto got = peer.request()) peer.answer(*got);
}

std::size_t open_descriptors() {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

struct Fixture {
    asio::io_context context;
    std::shared_ptr<http::Transport> transport = http::make_transport();
    Limits limits;
    Server server{echo};
    http::Origin origin = server.origin();

    std::shared_ptr<Fixed> use(std::vector<std::string> addresses) {
        origin.host = "service.example";
        auto source = std::make_shared<Fixed>(std::move(addresses));
        http::use_names(context.get_executor(), source);
        return source;
    }
    http::Statistics statistics() { return http::statistics(context); }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "dial: an address that does not answer costs the delay, not the limit") {
    const Abyss abyss(origin.port);
    use({"127.0.0.2", "127.0.0.1"});
    limits.attempt_delay = milliseconds(5);
    limits.connect = std::chrono::hours(1);
    CHECK(run(context, call(*transport, origin, limits)).status == 200);
    CHECK(server.connections() == 1);
    CHECK(statistics().opened == 1);
}

TEST_CASE_METHOD(Fixture, "dial: an address that refuses costs nothing") {
    use({"127.0.0.3", "127.0.0.1"});
    limits.attempt_delay = std::chrono::hours(1);
    CHECK(run(context, call(*transport, origin, limits)).status == 200);
}

TEST_CASE_METHOD(Fixture, "dial: the limit on connecting, and the deadline") {
    const Abyss abyss(origin.port);
    use({"127.0.0.2"});
    http::Bound bound = http::Bound::connect;
    SECTION("of the phase") { limits.connect = milliseconds(10); }
    SECTION("of the attempt") {
        limits.deadline = http::Clock::now() + milliseconds(10);
        bound = http::Bound::attempt;
    }
    const Failure thrown = failure(context, call(*transport, origin, limits));
    CHECK(thrown.phase() == Phase::connect);
    CHECK(thrown.timed_out());
    CHECK(thrown.bound() == bound);
    if (bound == http::Bound::connect) CHECK(thrown.allowed() == milliseconds(10));
    CHECK(!thrown.may_have_been_sent());
    CHECK(thrown.what() == "service.example:" + std::to_string(origin.port) + ": connecting took too long");
    CHECK(statistics().in_flight == 0);
}

TEST_CASE_METHOD(Fixture, "dial: the limit on the look-up") {
    use({});
    limits.resolve = milliseconds(10);
    const Failure thrown = failure(context, call(*transport, origin, limits));
    CHECK(thrown.phase() == Phase::resolve);
    CHECK(thrown.timed_out());
    CHECK(thrown.bound() == http::Bound::resolve);
    CHECK(thrown.allowed() == milliseconds(10));
    CHECK(thrown.what() == "service.example:" + std::to_string(origin.port) + ": looking up the name took too long");
}

TEST_CASE_METHOD(Fixture, "dial: every address that was tried is named, and asked for anew") {
    const auto source = use({"127.0.0.3", "127.0.0.4"});
    const Failure thrown = failure(context, call(*transport, origin, limits));
    CHECK(thrown.phase() == Phase::connect);
    CHECK(thrown.code() == asio::error::connection_refused);
    const std::string text = thrown.what();
    CHECK(text.find("127.0.0.3: Connection refused; 127.0.0.4: Connection refused") != std::string::npos);
    CHECK(source->asked == 1);
    (void)failure(context, call(*transport, origin, limits));
    CHECK(source->asked == 2);
}

TEST_CASE_METHOD(Fixture, "dial: a name is asked for once") {
    const auto source = use({"127.0.0.1"});
    for (int i = 0; i < 20; ++i) {
        asio::co_spawn(context, call(*transport, origin, limits), [](std::exception_ptr thrown, const Answer&) {
            CHECK(!thrown);
        });
    }
    context.run();
    CHECK(statistics().opened > 1);
    CHECK(source->asked == 1);
}

TEST_CASE_METHOD(Fixture, "dial: cancelling leaves neither socket nor timer nor question behind") {
    const bool connecting = GENERATE(false, true);
    const auto type = GENERATE(asio::cancellation_type::terminal, asio::cancellation_type::partial,
                               asio::cancellation_type::total);
    const Abyss abyss(origin.port);
    const auto source = connecting ? use({"127.0.0.2", "127.0.0.2"}) : use({});
    limits.attempt_delay = milliseconds(0);
    context.poll();
    const std::size_t before = open_descriptors();
    asio::cancellation_signal signal;
    std::optional<Failure> thrown;
    const auto caller = [&]() -> asio::awaitable<void> {
        co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
        try {
            (void)co_await call(*transport, origin, limits);
        } catch (const Failure& failure) {
            thrown = failure;
        }
    };
    asio::co_spawn(context, caller(), asio::bind_cancellation_slot(signal.slot(), [](std::exception_ptr) {}));
    context.restart();
    while (connecting ? open_descriptors() < before + 1 : source->asked == 0) context.poll_one();
    signal.emit(type);
    context.run();  // returns, though nobody answers
    REQUIRE(thrown);
    CHECK(thrown->cancelled());
    CHECK(thrown->phase() == (connecting ? Phase::connect : Phase::resolve));
    CHECK(open_descriptors() == before);
    CHECK(statistics().in_flight == 0);
    CHECK(statistics().waiting == 0);
}

TEST_CASE("dial: names looked up and connections opened by several threads", "[threads]") {
    const Server server([](Peer& peer) {
        if (peer.request()) peer.answer("ok", "Connection: close\r\n");
    });
    http::Origin origin = server.origin();
    origin.host = "localhost";
    const auto transport = http::make_transport();
    asio::thread_pool context(4);
    std::atomic<int> served{0};
    std::atomic<int> late{0};
    const auto caller = [&](bool impatient) -> asio::awaitable<void> {
        for (int i = 0; i < 20; ++i) {
            Limits mine;
            if (impatient) mine.deadline = http::Clock::now() + std::chrono::microseconds(200);
            try {
                const Answer answer = co_await call(*transport, origin, mine);
                served += answer.status == 200 ? 1 : 0;
            } catch (const Failure& thrown) {
                late += impatient && thrown.timed_out() ? 1 : 0;
            }
        }
    };
    for (int i = 0; i < 8; ++i) asio::co_spawn(asio::make_strand(context), caller(i % 2 == 1), asio::detached);
    context.join();
    CHECK(served + late == 8 * 20);
    CHECK(served >= 4 * 20);
    CHECK(http::statistics(context).in_flight == 0);
    CHECK(http::statistics(context).waiting == 0);
}

TEST_CASE_METHOD(Fixture, "dial: addresses are forgotten only where they were tried and failed") {
    SECTION("refused: asked for anew") {
        const auto source = use({"127.0.0.3"});
        for (int i = 0; i < 2; ++i) (void)failure(context, call(*transport, origin, limits));
        CHECK(source->asked == 2);
    }
    SECTION("the time of the attempt was over: not their fault") {
        const Abyss abyss(origin.port);
        const auto source = use({"127.0.0.2"});
        for (int i = 0; i < 2; ++i) {
            limits.deadline = http::Clock::now() + milliseconds(10);
            CHECK(failure(context, call(*transport, origin, limits)).phase() == Phase::connect);
        }
        CHECK(source->asked == 1);
    }
    SECTION("cancelled: not their fault") {
        const Abyss abyss(origin.port);
        const auto source = use({"127.0.0.2"});
        for (int i = 0; i < 2; ++i) {
            asio::cancellation_signal signal;
            bool ended = false;
            asio::co_spawn(context, call(*transport, origin, limits),
                           asio::bind_cancellation_slot(signal.slot(), [&](const std::exception_ptr&, const Answer&) { ended = true; }));
            context.restart();
            context.run_for(milliseconds(10));
            REQUIRE(!ended);
            signal.emit(asio::cancellation_type::terminal);
            context.run();
            CHECK(ended);
        }
        CHECK(source->asked == 1);
    }
}
