#pragma once
// A form by which somebody without credentials may upload one object to S3: what a browser posts.

#include <botocraft/awaitable.hpp>
#include <botocraft/session.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace botocraft::s3 {

// What may be uploaded. S3 refuses a form that has fields which the policy does not name.
struct PostPolicy {
    PostPolicy() = default;  // no aggregate: GCC 12 destroys owning ones twice in an expression with co_await

    std::string bucket;
    std::string key;  // may end in ${filename}, which S3 replaces; then all keys that begin with the rest are allowed
    std::chrono::seconds valid_for = std::chrono::hours(1);
    std::vector<std::pair<std::string, std::string>> fields;       // sent as they are: {"acl", "private"}
    std::vector<std::pair<std::string, std::string>> starts_with;  // fields of the sender's choice: {"Content-Type", "image/"}
    std::optional<std::pair<std::uint64_t, std::uint64_t>> content_length;  // the least and the most bytes
};

// Post `fields`, and last the file as the field `file`, to `url` as multipart/form-data.
struct PresignedPost {
    PresignedPost() = default;

    std::string url;
    std::vector<std::pair<std::string, std::string>> fields;
    std::chrono::system_clock::time_point expires;
};

// Looks for credentials, and sends nothing. The form goes where an object would be put: FIPS, dual stack, an endpoint of
// your own and access points are minded. Throws UsageError where the policy cannot be met, and for buckets that take no
// forms: directory buckets and multi-region access points.
[[nodiscard]] awaitable<PresignedPost> presign_post(const Session& session, const PostPolicy& policy);

}  // namespace botocraft::s3
