#include "runtime/preparation.hpp"

#include "auth/instance_metadata.hpp"

#include <botocraft/clock.hpp>

#include <memory>
#include <utility>

namespace botocraft::detail {

namespace {

constexpr std::string_view nowhere = "none";

// A region in the place of an access key: the cache of credentials does all that is wanted of it, once for all callers.
class RegionFinder final : public CredentialsProvider {
  public:
    [[nodiscard]] awaitable<Credentials> resolve(const CredentialsContext& context) override {
        const std::string region = co_await auth::instance_region(context);
        Credentials found(region.empty() ? std::string(nowhere) : region, Secret("-"));
        if (region.empty()) found.expiration = context.clock->now() + std::chrono::minutes(15);
        co_return found;
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "instance metadata"; }
};

std::string region_in(const std::shared_ptr<const Credentials>& found) {
    return !found || found->access_key_id == nowhere ? std::string() : found->access_key_id;
}

awaitable<std::string> get(auth::CredentialsCache& cache, std::chrono::steady_clock::time_point deadline) {
    const std::shared_ptr<const Credentials> found = co_await cache.get(deadline);
    co_return region_in(found);
}

}  // namespace

InstanceRegion::InstanceRegion(CredentialsContext context)
    : cache_(std::make_shared<RegionFinder>(), std::move(context)) {}

std::string InstanceRegion::known() const { return region_in(cache_.fresh()); }

awaitable<std::string> InstanceRegion::find(std::chrono::steady_clock::time_point deadline) {
    return get(cache_, deadline);
}

}  // namespace botocraft::detail
