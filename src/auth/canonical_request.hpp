#pragma once
// The text of a request that its signature is taken over.

#include <auth/canonical.hpp>
#include <auth/request.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::auth {

// Keeps its memory from one request to the next.
class CanonicalRequest {
  public:
    CanonicalRequest() = default;
    CanonicalRequest(const CanonicalRequest&) = delete;
    CanonicalRequest& operator=(const CanonicalRequest&) = delete;
    ~CanonicalRequest();  // overwrites the text: it may hold a session token

    // The headers, of which `write` makes lines; views that must live until then.
    void set_headers(std::span<const HeaderView> headers) { headers_.assign(headers.begin(), headers.end()); }
    void clear_headers() noexcept { headers_.clear(); }
    void add_header(HeaderView header) { headers_.push_back(header); }
    void sort_headers();
    [[nodiscard]] std::span<const HeaderView> headers() const noexcept { return headers_; }

    // Request line, the sorted headers, the payload's hash.
    void write(const RequestToSign& request, std::string_view query, std::string_view payload_hash);

    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    [[nodiscard]] std::string_view signed_headers() const noexcept { return signed_headers_; }  // host;x-amz-date

  private:
    void write_headers();

    CanonicalQuery query_;
    std::vector<HeaderView> headers_;
    std::string text_;
    std::string signed_headers_;
};

}  // namespace botocraft::auth
