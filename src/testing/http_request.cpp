// The one file of the double that instantiates Beast.
#include "testing/http_request.hpp"

#include "text/case.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace botocraft::testing {

namespace {

namespace http = boost::beast::http;
using boost::beast::string_view;
using ErrorCode = boost::beast::error_code;

constexpr std::uint32_t max_head = 64U << 10;

class Parser final : public http::basic_parser<true> {
  public:
    Parser(HttpRequest& request, std::size_t max_body) : request_(request) {
        eager(true);
        header_limit(max_head);
        body_limit(max_body);
    }
    [[nodiscard]] bool take_expectation() noexcept { return std::exchange(expects_continue_, false); }

  private:
    void on_request_impl(http::verb, string_view method, string_view target, int, ErrorCode&) override {
        request_.method.assign(method);
        request_.target.assign(target);
    }
    void on_response_impl(int, string_view, int, ErrorCode&) override {}
    void on_field_impl(http::field, string_view name, string_view value, ErrorCode&) override {
        auto& [lower, text] = request_.headers.emplace_back(lower_case({name.data(), name.size()}), value);
        if (lower == "expect" && lower_case(text) == "100-continue") expects_continue_ = true;
    }
    void on_header_impl(ErrorCode&) override { request_.keep_alive = keep_alive(); }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
    std::size_t on_body_impl(string_view bytes, ErrorCode&) override {
        expects_continue_ = false;
        request_.body.append(bytes.data(), bytes.size());
        return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t, string_view, ErrorCode&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, ErrorCode& error) override {
        return on_body_impl(bytes, error);
    }
    void on_finish_impl(ErrorCode&) override { expects_continue_ = false; }

    HttpRequest& request_;
    bool expects_continue_ = false;
};

}  // namespace

std::string_view HttpRequest::header(std::string_view name) const noexcept {
    const auto found =
        std::ranges::find(headers, name, [](const auto& header) { return std::string_view(header.first); });
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::string_view HttpRequest::path() const noexcept {
    return std::string_view(target).substr(0, target.find('?'));
}

std::string_view HttpRequest::query() const noexcept {
    const auto mark = target.find('?');
    return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

struct RequestParser::State {
    explicit State(std::size_t limit) : max_body(limit) { parser.emplace(request, max_body); }

    std::size_t max_body;
    HttpRequest request;
    std::optional<Parser> parser;
};

RequestParser::RequestParser(std::size_t max_body) : state_(std::make_unique<State>(max_body)) {}
RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser& RequestParser::operator=(RequestParser&&) noexcept = default;
RequestParser::~RequestParser() = default;

RequestParser::Result RequestParser::put(std::string_view bytes, std::size_t& consumed) {
    ErrorCode error;
    consumed = bytes.empty() ? 0 : state_->parser->put(boost::asio::buffer(bytes), error);
    if (error == http::error::body_limit || error == http::error::header_limit) return Result::too_large;
    if (error && error != http::error::need_more) return Result::malformed;
    return state_->parser->is_done() ? Result::done : Result::more;
}

bool RequestParser::wants_continue() noexcept {
    return state_->parser->is_header_done() && state_->parser->take_expectation();
}

HttpRequest& RequestParser::request() noexcept {
    return state_->request;
}

void RequestParser::next() {
    HttpRequest& request = state_->request;
    request.method.clear();
    request.target.clear();
    request.headers.clear();
    request.body.clear();
    state_->parser.emplace(request, state_->max_body);
}

}  // namespace botocraft::testing
