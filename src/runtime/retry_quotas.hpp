#pragma once
// The quotas of retries of one execution context, for each service and region. They are kept where the connections are, and
// not with sessions, which may be made for a single call each: together their retries would know no bound.

#include "retry/rules.hpp"
#include "retry/token_bucket.hpp"

#include <botocraft/service.hpp>

#include <boost/asio/execution_context.hpp>

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace botocraft::detail {

// Belongs to the execution context, and ends with it. Safe to use from several threads at once.
class RetryQuotas final : public boost::asio::execution_context::service {
  public:
    using key_type = RetryQuotas;

    explicit RetryQuotas(boost::asio::execution_context& context);

    // What a quota is found by. `endpoint`: the URL that the session was told to use, or empty; another server has a quota
    // of its own, whatever it calls its region.
    [[nodiscard]] static std::string key(const orm::ServiceTables& service, std::string_view region, std::string_view endpoint,
                                         const retry::Rules& rules);

    // Made when first asked for; lives as long as the context.
    [[nodiscard]] static retry::TokenBucket& find(boost::asio::execution_context& context, std::string_view key, int capacity);

  private:
    void shutdown() override {}

    std::mutex mutex_;
    std::map<std::string, retry::TokenBucket, std::less<>> quotas_;
};

}  // namespace botocraft::detail
