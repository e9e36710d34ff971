#pragma once
// Names looked up by c-ares: the system's file of hosts and name servers, without a thread.

#include "http/names.hpp"

namespace botocraft::http {

struct DnsSettings {
    std::string servers{};  // "127.0.0.1:5353,[::1]:53"; empty: those of the system
    std::chrono::milliseconds patience{0};  // before a server is asked again; zero: as the system says
};

class DnsSource final : public NameSource {
  public:
    explicit DnsSource(DnsSettings settings = {}) : settings_(std::move(settings)) {}

    [[nodiscard]] std::unique_ptr<Question> ask(const asio::any_io_executor& executor, const std::string& name,
                                                Answered answered) override;

  private:
    const DnsSettings settings_;
};

}  // namespace botocraft::http
