#include "runtime/retry_quotas.hpp"

#include <tuple>
#include <utility>

namespace botocraft::detail {

RetryQuotas::RetryQuotas(boost::asio::execution_context& context) : boost::asio::execution_context::service(context) {}

// Sessions of another behaviour version may have a quota of another size.
std::string RetryQuotas::key(const orm::ServiceTables& service, std::string_view region, std::string_view endpoint,
                             const retry::Rules& rules) {
    std::string key(region);
    key.append(" ").append(service.name).append(" ").append(std::to_string(rules.capacity)).append(" ").append(endpoint);
    return key;
}

retry::TokenBucket& RetryQuotas::find(boost::asio::execution_context& context, std::string_view key, int capacity) {
    auto& quotas = boost::asio::use_service<RetryQuotas>(context);
    const std::lock_guard lock(quotas.mutex_);
    auto found = quotas.quotas_.find(key);
    if (found == quotas.quotas_.end()) {
        found = quotas.quotas_.emplace(std::piecewise_construct, std::forward_as_tuple(key), std::forward_as_tuple(capacity)).first;
    }
    return found->second;
}

}  // namespace botocraft::detail
