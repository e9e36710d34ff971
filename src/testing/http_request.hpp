#pragma once
// Requests as the double reads them from a connection.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace botocraft::testing {

struct HttpRequest {
    std::string method;
    std::string target;                                        // as on the request line
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower-case, in the order of their arrival
    std::string body;
    bool keep_alive = true;

    // The value of the first header of that name, or empty.
    [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
    [[nodiscard]] std::string_view path() const noexcept;
    [[nodiscard]] std::string_view query() const noexcept;  // without the question mark
};

// Beast's parser, fed by hand. One parser reads one request after the other.
class RequestParser {
  public:
    enum class Result : unsigned char { more, done, malformed, too_large };

    explicit RequestParser(std::size_t max_body);
    RequestParser(RequestParser&&) noexcept;
    RequestParser& operator=(RequestParser&&) noexcept;
    ~RequestParser();

    // Reads on. `consumed` bytes are used up; the rest is to be offered again, with what follows it.
    [[nodiscard]] Result put(std::string_view bytes, std::size_t& consumed);
    // The head is complete and says that its sender waits for leave to send the body. True once.
    [[nodiscard]] bool wants_continue() noexcept;
    [[nodiscard]] HttpRequest& request() noexcept;
    // Gets ready for the next request.
    void next();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace botocraft::testing
