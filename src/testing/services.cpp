// Which services the double has.
#include "testing/resources.hpp"
#include "testing/service_double.hpp"

namespace botocraft::testing {

namespace {

// A service that nothing is known of but its tables.
class PlainDouble final : public ServiceDouble {
  public:
    explicit PlainDouble(const orm::ServiceTables& tables) : tables_(tables) {}
    const orm::ServiceTables& tables() const noexcept override { return tables_; }
    std::span<const Handler> handlers() const noexcept override { return {}; }
    std::string_view validation_error() const noexcept override {
        switch (tables_.protocols[0]) {
            case Protocol::query: return "ValidationError";
            case Protocol::ec2: return "InvalidParameterValue";
            case Protocol::rest_xml: return "InvalidArgument";
            default: return "ValidationException";
        }
    }

  private:
    std::unique_ptr<RegionState> make_region(const Caller&) override { return std::make_unique<RegionState>(); }

    const orm::ServiceTables& tables_;
};

}  // namespace

ServiceDouble::ServiceDouble() = default;
ServiceDouble::~ServiceDouble() = default;

Resources& ServiceDouble::resources(const Environs& environs, const Caller& where) {
    std::pair<std::string, std::string> key(where.account_id, where.region);
    auto found = resources_.find(key);
    if (found == resources_.end()) {
        auto made = std::make_unique<Resources>(tables(), environs, where, validation_error());
        found = resources_.emplace(std::move(key), std::move(made)).first;
    }
    return *found->second;
}

std::string_view partition_of(std::string_view region) noexcept {
    if (region.starts_with("cn-")) return "aws-cn";
    if (region.starts_with("us-gov-")) return "aws-us-gov";
    return "aws";
}

std::vector<std::unique_ptr<ServiceDouble>> make_services(const Environs& environs,
                                                          std::span<const orm::ServiceTables* const> further) {
    std::vector<std::unique_ptr<ServiceDouble>> services;
    for (const orm::ServiceTables* const tables : further) services.push_back(std::make_unique<PlainDouble>(*tables));
    services.push_back(make_ecs(environs));  // last: who brings tables of ECS means those
    return services;
}

}  // namespace botocraft::testing
