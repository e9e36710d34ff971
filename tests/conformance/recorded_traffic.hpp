#pragma once
// A transport that answers as a server once did, and holds requests against those that were recorded.

#include <http/transport.hpp>

#include <boost/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace conformance {

struct RecordedExchange {
    std::string method;
    std::string uri;
    std::vector<std::pair<std::string, std::string>> headers;  // lower-case names
    std::string body;
    int status = 0;  // 0: the connection broke
    std::vector<std::pair<std::string, std::string>> reply_headers;
    std::string reply;
};

// In the form of smithy-rs: events with a connection each.
[[nodiscard]] std::vector<RecordedExchange> read_traffic(const boost::json::value& traffic);

// For one thread. Exchanges come in the order of the recording. When a recording ends with a server that fails, it goes on
// failing; otherwise what comes after the end gets no connection.
class RecordedTraffic final : public botocraft::http::Transport {
  public:
    explicit RecordedTraffic(std::vector<RecordedExchange> exchanges);
    ~RecordedTraffic() override;

    boost::asio::awaitable<botocraft::http::Lease> acquire(const botocraft::http::Origin& origin,
                                                           const botocraft::http::Limits& limits) override;

    // What was asked for in another way than recorded, and what was not asked for.
    [[nodiscard]] std::vector<std::string> complaints() const;

  private:
    class Connection;

    const RecordedExchange* next();
    void compare(const RecordedExchange& recorded, const botocraft::http::Origin& origin, std::string_view request);

    std::vector<RecordedExchange> exchanges_;
    std::size_t used_ = 0;
    std::vector<std::string> complaints_;
    std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace conformance
