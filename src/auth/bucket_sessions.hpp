#pragma once
// The sessions that a directory bucket (S3 Express One Zone) is spoken to in: short-lived credentials for one bucket, got
// with the caller's own.

#include <auth/credentials_cache.hpp>

#include <botocraft/credentials.hpp>
#include <botocraft/service.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::detail {
class SessionState;
}

namespace botocraft::auth {

// A session with a bucket lasts for five minutes.
inline constexpr RenewalTimes bucket_session_times{std::chrono::seconds(60), std::chrono::seconds(10),
                                                   std::chrono::seconds(10)};

// Those of one service in one region. Safe to use from several threads at once.
class BucketSessions {
  public:
    static constexpr std::size_t most = 100;  // the one that was not used for longest is given up
    using Issuer = std::shared_ptr<const CredentialsCache>;

    // Null where there is none for that bucket and whose credentials these are.
    [[nodiscard]] Issuer find(std::string_view bucket, const Credentials& owner) const;
    // `made`, or the one that somebody else added first. A session got with other credentials ends.
    Issuer add(std::string_view bucket, const Credentials& owner, Issuer made) const;

  private:
    struct Entry {
        std::string bucket;
        std::string access_key_id;
        Issuer issuer;
    };
    [[nodiscard]] Issuer find_locked(std::string_view bucket, const Credentials& owner) const;

    mutable std::mutex mutex_;
    mutable std::vector<Entry> entries_;  // those used last in front
};

// Opens sessions with one bucket, by the service's own operation for that. It keeps no session of ours alive.
[[nodiscard]] std::shared_ptr<CredentialsProvider> bucket_session_provider(
    std::weak_ptr<const detail::SessionState> session, const orm::ServiceTables& service, std::string bucket);

// The bucket that an input names, as the endpoint rules are told; empty where it names none.
[[nodiscard]] std::string_view bucket_of(const orm::ServiceTables& service, const api::Operation& operation,
                                         const void* input) noexcept;

}  // namespace botocraft::auth
