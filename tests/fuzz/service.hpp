#pragma once
// A service whose operations have members wherever a protocol may put them, and messages made of any bytes.

#include "runtime_service.hpp"

#include "protocol/codec.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fuzz {

using botocraft::api::Protocol;

// The operations of one protocol, made once.
class Service {
  public:
    explicit Service(Protocol protocol);

    [[nodiscard]] std::size_t size() const noexcept { return operations_.size(); }
    [[nodiscard]] const conformance::RuntimeService& operation(std::size_t i) const { return *operations_[i]; }
    [[nodiscard]] botocraft::schema::ShapeRef error() const { return schema_->shape("Problem"); }

  private:
    boost::json::object description_;
    std::unique_ptr<conformance::RuntimeSchema> schema_;
    std::vector<std::unique_ptr<conformance::RuntimeService>> operations_;
};

[[nodiscard]] const Service& service_of(Protocol protocol);

// A line, headers to an empty line, a body. Header names are in lower case, as the parser of HTTP has them.
struct Parts {
    std::string_view line;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string_view body;
};
[[nodiscard]] Parts split_message(std::string_view bytes);

// Views, as the walkers take them.
template <class Base>
struct Message final : Base {
    std::vector<std::pair<std::string, std::string>> headers;

    std::string_view header(std::string_view name) const override {
        for (const auto& [key, value] : headers) {
            if (key == name) return value;
        }
        return {};
    }
    bool has_header(std::string_view name) const override {
        for (const auto& [key, value] : headers) {
            if (key == name) return true;
        }
        return false;
    }
    std::size_t header_count() const override { return headers.size(); }
    std::pair<std::string_view, std::string_view> header_at(std::size_t i) const override { return headers[i]; }
};
using Reply = Message<botocraft::protocol::Reply>;
using Request = Message<botocraft::protocol::RequestView>;

// The first line is the status. Decodes it as output and as an error of one of the protocol's operations, and writes
// and reads again what was accepted.
void try_reply(Protocol protocol, std::string_view bytes);
// The first line is method, path and query.
void try_request(Protocol protocol, std::string_view bytes);

}  // namespace fuzz
