#pragma once
// What must not be shown of requests and replies.

#include "http/transport.hpp"

#include <botocraft/service.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace botocraft::detail {

// Whether any value in the shape of that row is sensitive; false for none.
[[nodiscard]] bool holds_secrets(const orm::ServiceTables& service, std::uint16_t shape);

// Whether the value of a header, by its name in lower-case, must not be shown. `secret` as below.
[[nodiscard]] bool is_secret_header(std::string_view name, bool secret) noexcept;

// Which operations of a service have secrets in the bodies of their requests or replies: for each it is found out once.
// Not those that carry data of any size (S3's objects), whose secrets are keys in headers. Safe to use from several
// threads at once.
class Secrecy {
  public:
    Secrecy() = default;
    explicit Secrecy(const orm::ServiceTables& service);

    [[nodiscard]] bool of(const api::Operation& operation) const;

  private:
    enum class Known : unsigned char { nothing, plain, secret };

    const orm::ServiceTables* service_ = nullptr;
    std::unique_ptr<std::atomic<Known>[]> known_;  // by row of the operation
};

// A request, head and body, as text for people. `secret`: of an operation whose input holds secrets; then values are shown
// of such headers only as hold none, and neither path nor body.
[[nodiscard]] std::string shown_request(std::string_view message, bool secret);
[[nodiscard]] std::string shown_reply(const http::Reply& reply, bool secret);

}  // namespace botocraft::detail
