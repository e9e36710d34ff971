#include "recorded_traffic.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace conformance {

namespace http = botocraft::http;
namespace json = boost::json;

namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return result;
}

std::vector<std::pair<std::string, std::string>> read_headers(const json::object& headers) {
    std::vector<std::pair<std::string, std::string>> result;
    for (const auto& [name, values] : headers) {
        result.emplace_back(lower(name), std::string(values.as_array().at(0).as_string()));
    }
    return result;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(separator, at), text.size());
        parts.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

// With the path that no URL goes without, and the query in order.
std::string normal_uri(std::string_view uri) {
    const std::size_t question = std::min(uri.find('?'), uri.size());
    std::string result(uri.substr(0, question));
    if (result.find('/', result.find("://") + 3) == result.npos) result += '/';
    if (question == uri.size()) return result;
    std::vector<std::string> query = split(uri.substr(question + 1), '&');
    std::sort(query.begin(), query.end());
    for (std::size_t i = 0; i < query.size(); ++i) result += (i == 0 ? '?' : '&') + query[i];
    return result;
}

// What the parts of a form are called, and what is done: the recordings' own values do not always fit their profiles.
std::set<std::string> form_parts(std::string_view body) {
    std::set<std::string> names;
    for (const std::string& part : split(body, '&')) {
        const bool whole = part.starts_with("Action=") || part.starts_with("Version=");
        if (!part.empty()) names.insert(whole ? part : part.substr(0, part.find('=')));
    }
    return names;
}

}  // namespace

std::vector<RecordedExchange> read_traffic(const json::value& traffic) {
    std::map<std::int64_t, RecordedExchange> exchanges;
    for (const json::value& event : traffic.at("events").as_array()) {
        RecordedExchange& exchange = exchanges[event.at("connection_id").as_int64()];
        const json::object& action = event.at("action").as_object();
        if (const auto* request = action.if_contains("Request")) {
            const json::object& what = request->at("request").as_object();
            exchange.method = what.at("method").as_string();
            exchange.uri = normal_uri(what.at("uri").as_string());
            exchange.headers = read_headers(what.at("headers").as_object());
        } else if (const auto* response = action.if_contains("Response")) {
            const json::object& what = response->at("response").as_object();
            if (!what.contains("Ok")) continue;
            exchange.status = static_cast<int>(what.at("Ok").at("status").as_int64());
            exchange.reply_headers = read_headers(what.at("Ok").at("headers").as_object());
        } else if (const auto* data = action.if_contains("Data")) {
            const std::string text(data->at("data").at("Utf8").as_string());
            (data->at("direction").as_string() == "Request" ? exchange.body : exchange.reply) += text;
        }
    }
    std::vector<RecordedExchange> result;
    for (auto& [id, exchange] : exchanges) result.push_back(std::move(exchange));
    return result;
}

class RecordedTraffic::Connection final : public http::Connection {
  public:
    Connection(RecordedTraffic& owner, http::Origin origin) : owner_(owner), origin_(std::move(origin)) {}

    boost::asio::awaitable<void> exchange(http::ReplyBody) override {
        co_await boost::asio::post(boost::asio::use_awaitable);
        const RecordedExchange* recorded = owner_.next();
        if (recorded == nullptr || recorded->status == 0) {
            http::Failure::Facts facts;
            facts.phase = http::Phase::receive;
            facts.code = boost::asio::error::connection_reset;
            throw http::Failure(facts, "nothing of the kind was recorded");
        }
        owner_.compare(*recorded, origin_, output_);
        reply_.clear();
        reply_.set_status(recorded->status);
        for (const auto& [name, value] : recorded->reply_headers) reply_.add_header(name, value);
        reply_.set_body(recorded->reply);
    }
    void give_back() noexcept override {}

  private:
    RecordedTraffic& owner_;
    http::Origin origin_;
};

RecordedTraffic::RecordedTraffic(std::vector<RecordedExchange> exchanges) : exchanges_(std::move(exchanges)) {}

RecordedTraffic::~RecordedTraffic() = default;

boost::asio::awaitable<http::Lease> RecordedTraffic::acquire(const http::Origin& origin, const http::Limits&) {
    connections_.push_back(std::make_unique<Connection>(*this, origin));
    co_return http::Lease(*connections_.back());
}

const RecordedExchange* RecordedTraffic::next() {
    if (used_ < exchanges_.size()) return &exchanges_[used_++];
    if (!exchanges_.empty() && exchanges_.back().status >= 500) return &exchanges_.back();
    complaints_.push_back("more was asked for than was recorded");
    return nullptr;
}

void RecordedTraffic::compare(const RecordedExchange& recorded, const http::Origin& origin, std::string_view request) {
    const std::size_t head_end = request.find("\r\n\r\n");
    const std::string_view body = request.substr(head_end + 4);
    const std::vector<std::string> lines = split(request.substr(0, head_end), '\n');
    const std::vector<std::string> first = split(lines.at(0), ' ');
    std::map<std::string, std::string> headers;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const std::size_t colon = lines[i].find(": ");
        std::string value = lines[i].substr(colon + 2);
        if (value.ends_with('\r')) value.pop_back();
        headers[lower(lines[i].substr(0, colon))] = value;
    }
    const std::string host = origin.host.find(':') == std::string::npos ? origin.host : "[" + origin.host + "]";
    const bool usual_port = origin.port == (origin.tls ? 443 : 80);
    const std::string uri = normal_uri((origin.tls ? "https://" : "http://") + host +
                                       (usual_port ? "" : ":" + std::to_string(origin.port)) + first.at(1));
    const auto expect = [this](std::string_view what, const std::string& wanted, const std::string& got) {
        if (wanted != got) complaints_.push_back(std::string(what) + ": " + got + " instead of " + wanted);
    };
    expect("method", recorded.method, first.at(0));
    expect("URI", recorded.uri, uri);
    // The others are those of another library (user agent), of a time (date, signature), or do not fit the profiles.
    for (const char* name : {"accept", "content-type", "x-aws-ec2-metadata-token", "x-aws-ec2-metadata-token-ttl-seconds",
                             "x-amz-sso_bearer_token"}) {
        for (const auto& [key, value] : recorded.headers) {
            if (key == name) expect(name, value, headers[name]);
        }
    }
    if (form_parts(recorded.body) != form_parts(body)) {
        complaints_.push_back("body: " + std::string(body) + " instead of " + recorded.body);
    }
}

std::vector<std::string> RecordedTraffic::complaints() const {
    std::vector<std::string> all = complaints_;
    if (used_ < exchanges_.size()) {
        all.push_back("only " + std::to_string(used_) + " of " + std::to_string(exchanges_.size()) + " exchanges took place");
    }
    return all;
}

}  // namespace conformance
