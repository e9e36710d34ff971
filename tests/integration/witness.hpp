#pragma once
// Witness: asks boto3, in a process of its own, what it sees on the moto server, or has it make something there.

#include <sys/types.h>

#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace botocraft::test {

// What the server refused, as boto3 understood it.
class WitnessError : public std::runtime_error {
  public:
    WitnessError(std::string code, const std::string& message, int status)
        : std::runtime_error(code + ": " + message), code_(std::move(code)), status_(status) {}
    [[nodiscard]] const std::string& code() const noexcept { return code_; }
    [[nodiscard]] int status() const noexcept { return status_; }  // 0: boto3 itself refused

  private:
    std::string code_;
    int status_;
};

class Witness {
  public:
    // Of the server that the test program runs beside; the server forgets what earlier tests made. None where there is
    // no server: says so, loudly, and the test returns.
    [[nodiscard]] static std::unique_ptr<Witness> call_in();

    Witness(const std::string& python, std::string endpoint);
    Witness(const Witness&) = delete;
    Witness& operator=(const Witness&) = delete;
    ~Witness();

    // An operation by boto3's name for it, and its reply: times are seconds since the epoch, bytes are base64.
    // Throws WitnessError.
    boost::json::value call(std::string_view service, std::string_view operation, boost::json::object arguments = {},
                            std::string_view region = "us-east-1");
    // The same for a list operation, with all its pages joined.
    boost::json::value call_all(std::string_view service, std::string_view operation,
                                boost::json::object arguments = {}, std::string_view region = "us-east-1");
    void reset();

    [[nodiscard]] const std::string& endpoint() const noexcept { return endpoint_; }

  private:
    boost::json::value ask(const boost::json::object& command);
    void send(std::string_view text) const;
    [[nodiscard]] std::string read_line();

    std::string endpoint_;
    int socket_ = -1;
    pid_t process_ = -1;
    std::string received_;  // beyond the last line
};

}  // namespace botocraft::test
