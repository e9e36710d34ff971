#pragma once
// A service of one operation, from a case of a protocol test file.

#include "runtime_schema.hpp"

#include <botocraft/service.hpp>

namespace conformance {

class RuntimeService {
  public:
    RuntimeService(const RuntimeSchema& schema, const boost::json::object& metadata, const boost::json::object& given);
    RuntimeService(const RuntimeService&) = delete;
    RuntimeService& operator=(const RuntimeService&) = delete;

    [[nodiscard]] botocraft::api::Protocol protocol() const noexcept { return protocol_; }
    [[nodiscard]] const botocraft::orm::ServiceTables& tables() const noexcept { return tables_; }
    [[nodiscard]] const botocraft::api::Operation& operation() const noexcept { return operation_; }
    [[nodiscard]] schema::ShapeRef input() const noexcept { return shape(operation_.input); }
    [[nodiscard]] schema::ShapeRef output() const noexcept { return shape(operation_.output); }

  private:
    [[nodiscard]] schema::ShapeRef shape(std::uint16_t row) const noexcept {
        return row == botocraft::api::none ? schema_.empty() : schema::ShapeRef{&schema_.tables(), row};
    }

    const RuntimeSchema& schema_;
    std::string target_prefix_;
    std::string api_version_;
    botocraft::api::Protocol protocol_;
    botocraft::api::Operation operation_;
    botocraft::orm::ServiceTables tables_{};
};

}  // namespace conformance
