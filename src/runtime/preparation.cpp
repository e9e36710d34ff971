#include "runtime/preparation.hpp"

#include "auth/instance_metadata.hpp"

#include <botocraft/clock.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace botocraft::detail {

namespace {

// An empty text where there is no region.
class RegionSource final : public auth::RenewalSource {
  public:
    explicit RegionSource(CredentialsContext context) : context_(std::move(context)) {}

    [[nodiscard]] awaitable<auth::Found<void>> ask() override {
        std::string region = co_await auth::instance_region(context_);
        std::optional<std::chrono::system_clock::time_point> expiration;
        if (region.empty()) expiration = context_.clock->now() + std::chrono::minutes(15);
        co_return auth::Found<void>(std::make_shared<const std::string>(std::move(region)), expiration);
    }

    [[nodiscard]] ErrorDetails late() const override {
        ErrorDetails details;
        details.kind = ErrorKind::timeout;
        details.code = "RegionTimeout";
        details.explanation = "the call's time was over before the instance metadata service said which region this is: "
                              "allow it more time, or name the region";
        return details;
    }

  private:
    CredentialsContext context_;
};

awaitable<std::string> get(auth::Renewed<std::string> region, std::chrono::steady_clock::time_point deadline) {
    const std::shared_ptr<const std::string> found = co_await region.get(deadline);
    co_return *found;
}

}  // namespace

InstanceRegion::InstanceRegion(const CredentialsContext& context)
    : region_(std::make_shared<RegionSource>(context), context.clock) {}

std::string InstanceRegion::known() const {
    const std::shared_ptr<const std::string> found = region_.fresh();
    return found ? *found : std::string();
}

awaitable<std::string> InstanceRegion::find(std::chrono::steady_clock::time_point deadline) const {
    return get(region_, deadline);
}

}  // namespace botocraft::detail
