#pragma once
// A transport without a network: it records each request and answers as a script says, at once or when it is told to.

#include "http/transport.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fake {

namespace asio = boost::asio;
namespace http = botocraft::http;
namespace json = boost::json;

// One request as it was written into the connection.
struct Request {
    http::Origin origin;
    std::string text;  // head and body
    bool reused_connection = false;
    bool secret = false;  // marked so by whoever sent it

    [[nodiscard]] std::string_view head() const { return std::string_view(text).substr(0, text.find("\r\n\r\n") + 2); }
    [[nodiscard]] std::string_view body() const { return std::string_view(text).substr(text.find("\r\n\r\n") + 4); }
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> headers() const {
        std::vector<std::pair<std::string, std::string>> found;
        std::string_view rest = head();
        rest.remove_prefix(rest.find("\r\n") + 2);
        while (!rest.empty()) {
            const std::string_view line = rest.substr(0, rest.find("\r\n"));
            const std::size_t colon = line.find(": ");
            found.emplace_back(line.substr(0, colon), line.substr(colon + 2));
            rest.remove_prefix(line.size() + 2);
        }
        return found;
    }
    [[nodiscard]] std::string header(std::string_view name) const {
        for (auto& [key, value] : headers()) {
            if (key == name) return value;
        }
        return {};
    }
    // DescribeServices: of the target, or of the form where the protocol is query.
    [[nodiscard]] std::string operation() const {
        const std::string target = header("x-amz-target");
        if (target.empty() && body().starts_with("Action=")) return std::string(body().substr(7, body().find('&') - 7));
        return target.substr(target.find('.') + 1);
    }
    // Of the credential scope of the signature.
    [[nodiscard]] std::string region() const {
        std::string scope = header("authorization");
        for (int part = 0; part < 2; ++part) scope.erase(0, scope.find('/') + 1);
        return scope.substr(0, scope.find('/'));
    }
    [[nodiscard]] json::object json() const { return json::parse({body().data(), body().size()}).as_object(); }
};

// What a request is answered with: a reply, or the failure of its connection.
struct Answer {
    int status = 200;
    std::string body{};
    std::vector<std::pair<std::string, std::string>> headers{{"x-amzn-RequestId", "11112222-3333-4444-5555-666677778888"}};
    std::optional<http::Failure::Facts> failure{};
    // Of a body that passes by: how many bytes come at once (0: all), and how the connection fails behind them.
    std::size_t piece = 0;
    std::optional<http::Failure::Facts> breaks{};
};

inline Answer reply(std::string body) {
    Answer answer;
    answer.body = std::move(body);
    return answer;
}
inline Answer reply(const json::object& body) { return reply(json::serialize(body)); }
inline Answer error(int status, std::string_view code, std::string_view message = "") {
    json::object body{{"__type", code}};
    if (!message.empty()) body["message"] = message;
    Answer answer = reply(body);
    answer.status = status;
    return answer;
}
inline Answer broken(http::Phase phase, bool may_have_been_sent, bool stale = false, bool timed_out = false) {
    http::Failure::Facts facts;
    facts.phase = phase;
    facts.code = timed_out ? asio::error::timed_out : asio::error::connection_reset;
    facts.timed_out = timed_out;
    facts.may_have_been_sent = may_have_been_sent;
    facts.stale = stale;
    Answer answer;
    answer.failure = facts;
    return answer;
}

// Coroutines wait here for as long as it is closed.
class Gate {
  public:
    void close() { closed_ = true; }
    void open() {
        closed_ = false;
        release(waiting());
    }
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
    // Lets those go that have waited longest; the gate stays closed for others.
    void release(std::size_t count = 1) {
        for (; count > 0 && !waiting_.empty(); --count) {
            waiting_.front()->cancel();
            waiting_.pop_front();
        }
    }
    // True where it went through, false where the caller was cancelled.
    [[nodiscard]] asio::awaitable<bool> pass() {
        if (closed_) {
            const asio::any_io_executor executor = co_await asio::this_coro::executor;
            const Place place(*this, executor);
            boost::system::error_code ignored;
            co_await place.timer->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
        const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
        co_return state.cancelled() == asio::cancellation_type::none;
    }

  private:
    struct Place {
        Place(Gate& owner, const asio::any_io_executor& executor)
            : gate(owner),
              timer(std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max())) {
            gate.waiting_.push_back(timer);
        }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        ~Place() { std::erase(gate.waiting_, timer); }
        Gate& gate;
        std::shared_ptr<asio::steady_timer> timer;
    };

    bool closed_ = false;
    std::deque<std::shared_ptr<asio::steady_timer>> waiting_;
};

// For one thread. Declare it before the execution context, so that it outlives what waits in it.
class Transport final : public http::Transport {
  public:
    using Handler = std::function<Answer(const Request&)>;

    // Every request for the operation is answered by the handler...
    void on(std::string operation, Handler handler) { handlers_[std::move(operation)] = std::move(handler); }
    void on(std::string operation, Answer answer) {
        on(std::move(operation), [answer = std::move(answer)](const Request&) { return answer; });
    }
    // ... but for these, which come first, one each.
    void once(std::string operation, Answer answer) { script_[std::move(operation)].push_back(std::move(answer)); }
    // The next attempt gets no connection at all.
    void refuse(http::Phase phase, bool timed_out = false, bool permanent = false) {
        refusals_.push_back(*broken(phase, false, false, timed_out).failure);
        refusals_.back().permanent = permanent;
    }

    [[nodiscard]] const std::vector<Request>& requests() const { return requests_; }
    [[nodiscard]] const Request& last() const { return requests_.back(); }
    [[nodiscard]] std::size_t count(std::string_view operation) const {
        return static_cast<std::size_t>(std::ranges::count(requests_, operation, &Request::operation));
    }
    void forget() { requests_.clear(); }

    Gate acquiring;   // before a connection is handed out
    Gate exchanging;  // when the request was received, before it is answered
    Gate passing;     // before each piece of a body that passes by
    std::size_t taken = 0;  // bytes of such bodies
    std::size_t in_flight = 0;
    std::size_t most_in_flight = 0;
    std::size_t cancelled = 0;  // exchanges
    http::Limits limits;        // of the last attempt
    http::Clock::time_point bodies_until{};  // of the last bodies that passed by

    asio::awaitable<http::Lease> acquire(const http::Origin& origin, const http::Limits& bounds) override {
        limits = bounds;
        const bool passed = co_await acquiring.pass();
        if (!passed) throw http::Failure(aborted(http::Phase::pool), "cancelled");
        if (!refusals_.empty()) {
            const http::Failure::Facts facts = refusals_.front();
            refusals_.pop_front();
            throw http::Failure(facts, "no connection could be had");
        }
        co_return http::Lease(free_connection(origin));
    }

  private:
    class Connection final : public http::Connection {
      public:
        Connection(Transport& owner, http::Origin origin) : transport_(owner), origin_(std::move(origin)) {}

        [[nodiscard]] const http::Origin& origin() const { return origin_; }
        [[nodiscard]] bool leased() const { return leased_; }
        [[nodiscard]] bool closed() const { return closed_; }
        void lease() {
            leased_ = true;
            secret_ = false;
            output_.clear();
            reply_.clear();
        }
        void give_back() noexcept override { leased_ = false; }

        asio::awaitable<void> exchange(http::ReplyBody) override {
            closed_ = true;  // unless it ends well
            const InFlight guard(transport_);
            transport_.requests_.push_back(Request{origin_, output_, reused_, secret_});
            const Request request = transport_.requests_.back();
            const asio::any_io_executor executor = co_await asio::this_coro::executor;
            co_await asio::post(executor, asio::use_awaitable);
            const bool passed = co_await transport_.exchanging.pass();
            if (!passed) {
                ++transport_.cancelled;
                throw http::Failure(aborted(http::Phase::receive), "cancelled");
            }
            answer_ = transport_.answer(request);
            if (answer_.failure) throw http::Failure(*answer_.failure, "the connection broke");
            reply_.clear();
            reply_.set_status(answer_.status);
            for (const auto& [name, value] : answer_.headers) reply_.add_header(name, value);
            reply_.set_body(answer_.body);
            reused_ = true;
            closed_ = false;
        }

        asio::awaitable<void> stream(http::ReplyBody body, const http::Streams& streams) override {
            transport_.bodies_until = streams.deadline;
            for (bool more = streams.source != nullptr; more;) more = co_await streams.source->next(output_);
            co_await exchange(body);
            closed_ = true;  // unless it ends well
            const InFlight guard(transport_);
            if (streams.sink != nullptr && streams.sink->begin(reply_)) {
                reply_.set_body({});
                co_await pass(*streams.sink);
            }
            closed_ = false;
        }

      private:
        asio::awaitable<void> pass(http::BodySink& sink) {
            std::string_view rest = answer_.body;
            while (!rest.empty()) {
                const bool passed = co_await transport_.passing.pass();
                if (!passed) {
                    ++transport_.cancelled;
                    throw http::Failure(aborted(http::Phase::receive), "cancelled");
                }
                const std::string piece(rest.substr(0, answer_.piece == 0 ? rest.size() : answer_.piece));
                rest.remove_prefix(piece.size());
                co_await sink.take(piece);
                transport_.taken += piece.size();
            }
            if (answer_.breaks) throw http::Failure(*answer_.breaks, "the connection broke");
        }

        struct InFlight {
            explicit InFlight(Transport& owner) : transport(owner) {
                transport.most_in_flight = std::max(transport.most_in_flight, ++transport.in_flight);
            }
            InFlight(const InFlight&) = delete;
            InFlight& operator=(const InFlight&) = delete;
            ~InFlight() { --transport.in_flight; }
            Transport& transport;
        };

        Transport& transport_;
        http::Origin origin_;
        Answer answer_;
        bool leased_ = false;
        bool closed_ = false;
    };

    static http::Failure::Facts aborted(http::Phase phase) {
        http::Failure::Facts facts;
        facts.phase = phase;
        facts.code = asio::error::operation_aborted;
        return facts;
    }

    [[nodiscard]] Connection& free_connection(const http::Origin& origin) {
        for (const auto& connection : connections_) {
            if (connection->leased() || connection->closed() || !(connection->origin() == origin)) continue;
            connection->lease();
            return *connection;
        }
        Connection& made = *connections_.emplace_back(std::make_unique<Connection>(*this, origin));
        made.lease();
        return made;
    }

    // By the operation's name; then by none, which answers all others.
    [[nodiscard]] Answer answer(const Request& request) {
        const std::string operation = request.operation();
        for (const std::string& name : {operation, std::string()}) {
            if (auto& waiting = script_[name]; !waiting.empty()) {
                Answer next = std::move(waiting.front());
                waiting.pop_front();
                return next;
            }
        }
        auto handler = handlers_.find(operation);
        if (handler == handlers_.end()) handler = handlers_.find("");
        if (handler == handlers_.end()) return error(400, "NotScripted", operation);
        return handler->second(request);
    }

    std::map<std::string, Handler> handlers_;
    std::map<std::string, std::deque<Answer>> script_;
    std::deque<http::Failure::Facts> refusals_;
    std::vector<Request> requests_;
    std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace fake
