#pragma once
// A log of a session's calls, record by record, into whatever a program logs with.
//
//   options.observers.push_back(make_logger([](const LogRecord& record) { std::clog << to_string(record) << '\n'; }));

#include <botocraft/observer.hpp>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace botocraft {

enum class LogLevel : unsigned char {
    error,    // calls that ended in an error
    warning,  // attempts that failed and are made again
    info,     // calls that went well, or were cancelled
    debug,    // calls that begin, and each attempt
    wire,     // what was sent and received, without secrets
};

[[nodiscard]] std::string_view to_string(LogLevel level) noexcept;

struct LogField {
    std::string_view name;
    std::string_view value;
};

// Valid during the call of the sink.
struct LogRecord {
    LogLevel level = LogLevel::info;
    std::string_view event;  // call_started, attempt, retry, call_ended, sent, received
    std::span<const LogField> fields;
};

// One line: `info call_ended call=7 service=ecs operation=DescribeServices ...`. Values with spaces, quotes or control
// characters are quoted and escaped, so that no server can forge a line.
[[nodiscard]] std::string to_string(const LogRecord& record);

// Called in the execution context of a call, from several threads at once where calls are. What it throws is dropped.
using LogSink = std::function<void(const LogRecord&)>;

// Writes records up to `most` in detail.
[[nodiscard]] std::shared_ptr<Observer> make_logger(LogSink sink, LogLevel most = LogLevel::info);

}  // namespace botocraft
