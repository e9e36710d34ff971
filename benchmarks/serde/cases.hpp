#pragma once
// The cases of the cross-SDK benchmark: one value to be encoded, or one reply to be decoded.

#include "serde/services.hpp"

#include "conformance/runtime_schema.hpp"
#include "http/transport.hpp"
#include "protocol/codec.hpp"

#include <boost/json/value.hpp>

#include <memory>
#include <string>
#include <vector>

namespace serde {

namespace protocol = botocraft::protocol;
namespace schema = botocraft::schema;

// A reply as the connections of the library hold one.
class Reply final : public protocol::Reply {
  public:
    explicit Reply(const boost::json::object& test);

    [[nodiscard]] std::string& bytes() noexcept { return bytes_; }
    void finish();  // when `bytes` is what it shall be

    std::string_view header(std::string_view lower_case_name) const override { return reply_.header(lower_case_name); }
    bool has_header(std::string_view lower_case_name) const override { return reply_.has_header(lower_case_name); }
    std::size_t header_count() const override { return reply_.headers().size(); }
    std::pair<std::string_view, std::string_view> header_at(std::size_t i) const override {
        return {reply_.headers()[i].name, reply_.headers()[i].value};
    }

  private:
    std::vector<std::pair<std::string, std::string>> headers_;
    std::string bytes_;
    botocraft::http::Reply reply_;
};

struct Case {
    std::string id;
    const botocraft::orm::ServiceTables* service;
    const botocraft::api::Operation* operation;
    std::unique_ptr<conformance::RuntimeValue> input;  // of a request; null: the operation has none
    std::unique_ptr<Reply> reply;                      // null: the case is a request
    std::size_t bytes = 0;                             // of the request or the reply

    [[nodiscard]] botocraft::api::Protocol by() const noexcept { return *service->protocols; }
    [[nodiscard]] schema::ShapeRef output() const noexcept { return {service->schema, operation->output}; }
};

// Those that the model tags as benchmark, that are of the service's protocol and that have `only` in their id. Throws
// where a case does not come out as it says, or is another value when it is read back.
[[nodiscard]] std::vector<Case> read_cases(const Service& service, std::string_view only);

}  // namespace serde
