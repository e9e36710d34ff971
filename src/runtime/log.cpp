#include <botocraft/log.hpp>

#include <array>
#include <charconv>
#include <utility>

namespace botocraft {

namespace {

void append_value(std::string& out, std::string_view value) {
    constexpr std::string_view digits = "0123456789abcdef";
    bool plain = !value.empty();
    for (const char c : value) plain = plain && c > 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '=';
    if (plain) {
        out += value;
        return;
    }
    out += '"';
    for (const char raw : value) {
        const auto c = static_cast<unsigned char>(raw);
        if (c == '"' || c == '\\') {
            out.append(1, '\\').append(1, raw);
        } else if (c == '\n') {
            out += "\\n";
        } else if (c < 0x20 || c == 0x7f) {
            out.append("\\x").append(1, digits[c >> 4]).append(1, digits[c & 15]);
        } else {
            out += raw;
        }
    }
    out += '"';
}

// A number as text, for as long as this lives.
class Number {
  public:
    template <class T>
    explicit Number(T value) {
        length_ = static_cast<std::size_t>(std::to_chars(digits_.data(), digits_.data() + digits_.size(), value).ptr -
                                           digits_.data());
    }
    // In milliseconds, as `12.345`.
    explicit Number(std::chrono::nanoseconds time) {
        const double milliseconds = std::chrono::duration<double, std::milli>(time).count();
        length_ = static_cast<std::size_t>(
            std::to_chars(digits_.data(), digits_.data() + digits_.size(), milliseconds, std::chars_format::fixed, 3).ptr -
            digits_.data());
    }
    [[nodiscard]] std::string_view text() const noexcept { return {digits_.data(), length_}; }

  private:
    std::array<char, 40> digits_;
    std::size_t length_ = 0;
};

std::string_view text_of(CallOutcome outcome) noexcept {
    switch (outcome) {
        case CallOutcome::success: return "success";
        case CallOutcome::error: return "error";
        case CallOutcome::cancelled: return "cancelled";
    }
    return "?";
}

class Logger final : public Observer {
  public:
    Logger(LogSink sink, LogLevel most) : sink_(std::move(sink)), most_(most) {}

    void started(const CallInfo& call) noexcept override { write(LogLevel::debug, "call_started", call, {}); }

    void attempted(const CallInfo& call, const AttemptInfo& attempt) noexcept override {
        if (most_ < LogLevel::debug) return;
        const Number number(attempt.number), status(attempt.status), took(attempt.took), connected(attempt.to_connect);
        const Number request(attempt.request_bytes), reply(attempt.reply_bytes);
        const std::array<LogField, 10> fields{{{"attempt", number.text()},
                                               {"endpoint", attempt.endpoint},
                                               {"reused", attempt.connection_reused ? "yes" : "no"},
                                               {"status", status.text()},
                                               {"error", attempt.error},
                                               {"request_id", attempt.request_id},
                                               {"request_bytes", request.text()},
                                               {"reply_bytes", reply.text()},
                                               {"to_connect_ms", connected.text()},
                                               {"took_ms", took.text()}}};
        write(LogLevel::debug, "attempt", call, fields);
    }

    void retrying(const CallInfo& call, const RetryInfo& retry) noexcept override {
        if (most_ < LogLevel::warning) return;
        const Number number(retry.attempt), wait(retry.wait);
        const std::array<LogField, 5> fields{{{"attempt", number.text()},
                                              {"wait_ms", wait.text()},
                                              {"error", retry.error},
                                              {"throttled", retry.throttled ? "yes" : "no"},
                                              {"stale_connection", retry.stale_connection ? "yes" : "no"}}};
        write(LogLevel::warning, "retry", call, fields);
    }

    void ended(const CallInfo& call, const CallEnd& end) noexcept override {
        const LogLevel level = end.outcome == CallOutcome::error ? LogLevel::error : LogLevel::info;
        if (most_ < level) return;
        const Number attempts(end.attempts), status(end.status), took(end.took);
        const std::array<LogField, 6> fields{{{"outcome", text_of(end.outcome)},
                                              {"attempts", attempts.text()},
                                              {"status", status.text()},
                                              {"took_ms", took.text()},
                                              {"error", end.error},
                                              {"text", end.text}}};
        write(level, "call_ended", call, std::span(fields).first(end.outcome == CallOutcome::error ? 6 : 4));
    }

    bool wants_wire() const noexcept override { return most_ >= LogLevel::wire; }
    void sent(const CallInfo& call, int attempt, std::string_view text) noexcept override {
        write_wire("sent", call, attempt, text);
    }
    void received(const CallInfo& call, int attempt, std::string_view text) noexcept override {
        write_wire("received", call, attempt, text);
    }

  private:
    void write_wire(std::string_view event, const CallInfo& call, int attempt, std::string_view text) noexcept {
        const Number number(attempt);
        const std::array<LogField, 2> fields{{{"attempt", number.text()}, {"text", text}}};
        write(LogLevel::wire, event, call, fields);
    }

    void write(LogLevel level, std::string_view event, const CallInfo& call, std::span<const LogField> own) noexcept {
        if (most_ < level) return;
        constexpr std::size_t common = 4;
        std::array<LogField, common + 10> fields{};
        const Number id(call.id);
        fields[0] = {"call", id.text()};
        fields[1] = {"service", call.service};
        fields[2] = {"operation", call.operation};
        fields[3] = {"region", call.region};
        std::size_t count = common;
        for (const LogField& field : own) {
            if (!field.value.empty()) fields[count++] = field;
        }
        try {
            sink_({level, event, std::span(fields).first(count)});
        } catch (...) {
            // A log that fails must not end calls.
        }
    }

    LogSink sink_;
    LogLevel most_;
};

}  // namespace

std::string_view to_string(LogLevel level) noexcept {
    switch (level) {
        case LogLevel::error: return "error";
        case LogLevel::warning: return "warning";
        case LogLevel::info: return "info";
        case LogLevel::debug: return "debug";
        case LogLevel::wire: return "wire";
    }
    return "?";
}

std::string to_string(const LogRecord& record) {
    std::string out(to_string(record.level));
    out.append(" ").append(record.event);
    for (const LogField& field : record.fields) {
        out.append(" ").append(field.name).append("=");
        append_value(out, field.value);
    }
    return out;
}

std::shared_ptr<Observer> make_logger(LogSink sink, LogLevel most) {
    return std::make_shared<Logger>(std::move(sink), most);
}

}  // namespace botocraft
