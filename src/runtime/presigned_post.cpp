#include <botocraft/presigned_post.hpp>

#include "auth/algorithm.hpp"
#include "auth/canonical.hpp"
#include "auth/post_policy.hpp"
#include "auth/timestamp.hpp"
#include "endpoint/functions.hpp"
#include "endpoint/partition_data.hpp"
#include "endpoint/partitions.hpp"
#include "protocol/base64.hpp"
#include "protocol/timestamp.hpp"
#include "runtime/session_state.hpp"

#include <botocraft/error.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <span>
#include <utility>

namespace botocraft {

namespace {

namespace json = boost::json;

json::string_view view(std::string_view text) noexcept { return {text.data(), text.size()}; }

constexpr std::string_view file_name = "${filename}";

[[noreturn]] void refuse(std::string explanation) {
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = "InvalidPostPolicy";
    details.service = "s3";
    details.explanation = std::move(explanation);
    throw_error(std::move(details));
}

void check(const PostPolicy& policy) {
    if (policy.bucket.empty() || policy.key.empty()) refuse("a posted form needs a bucket and a key");
    if (policy.valid_for < std::chrono::seconds(1) || policy.valid_for > std::chrono::days(7)) {
        refuse("a posted form can be valid for one second to seven days");
    }
    if (policy.content_length && policy.content_length->first > policy.content_length->second) {
        refuse("the least length of the content is larger than the largest");
    }
}

// Where the form goes: the bucket's own host where it can be one, else a path.
std::string url_of(const detail::SessionState& session, const std::string& bucket) {
    const config::Settings& settings = session.core()->settings();
    config::check_region(session.region(), session.region_source());
    std::string encoded;
    auth::append_encoded(encoded, bucket);
    if (const auto configured = settings.endpoint_url("S3")) {
        const std::string_view slash = configured->value.ends_with('/') ? "" : "/";
        return configured->value + std::string(slash) + encoded;
    }
    const endpoint::Partitions& partitions = endpoint::partitions();
    const endpoint::PartitionRow& partition = endpoint::find_partition(partitions, session.region());
    const std::string host = "s3." + session.region() + "." + std::string(partitions.text(partition.dns_suffix));
    if (endpoint::is_hostable_bucket(bucket, false)) return "https://" + bucket + "." + host + "/";
    return "https://" + host + "/" + encoded;
}

json::array conditions_of(const PostPolicy& policy, const std::vector<std::pair<std::string, std::string>>& signed_fields) {
    json::array conditions;
    const auto exactly = [&conditions](std::string_view name, std::string_view value) {
        conditions.push_back(json::object{{view(name), view(value)}});
    };
    const auto starts_with = [&conditions](std::string_view name, std::string_view value) {
        conditions.push_back(json::array{"starts-with", view("$" + std::string(name)), view(value)});
    };
    exactly("bucket", policy.bucket);
    if (policy.key.ends_with(file_name)) {
        starts_with("key", std::string_view(policy.key).substr(0, policy.key.size() - file_name.size()));
    } else {
        exactly("key", policy.key);
    }
    for (const auto& [name, value] : policy.fields) exactly(name, value);
    for (const auto& [name, value] : policy.starts_with) starts_with(name, value);
    if (const auto& length = policy.content_length) {
        conditions.push_back(json::array{"content-length-range", length->first, length->second});
    }
    for (const auto& [name, value] : signed_fields) exactly(name, value);
    return conditions;
}

PresignedPost sign(const detail::SessionState& session, const PostPolicy& policy, const auth::SigningIdentity& identity,
                   std::chrono::system_clock::time_point now) {
    auth::Timestamp timestamp;
    timestamp.set(now);
    const auth::Scope scope{timestamp.day(), session.region(), "s3"};
    PresignedPost post;
    post.url = url_of(session, policy.bucket);
    post.expires = std::chrono::floor<std::chrono::seconds>(now) + policy.valid_for;

    std::vector<std::pair<std::string, std::string>> fields;
    fields.emplace_back("x-amz-algorithm", auth::hmac_algorithm);
    fields.emplace_back("x-amz-credential", identity.access_key_id + "/" + std::string(scope.day) + "/" +
                                                std::string(scope.region) + "/s3/" + std::string(auth::scope_end));
    fields.emplace_back("x-amz-date", timestamp.text());
    if (!identity.session_token.empty()) fields.emplace_back("x-amz-security-token", identity.session_token.reveal());

    std::string expiration;
    const auto expires = std::chrono::floor<std::chrono::seconds>(post.expires).time_since_epoch().count();
    protocol::append_date_time(expiration, {expires, 0});
    const std::string text =
        json::serialize(json::object{{"expiration", view(expiration)}, {"conditions", conditions_of(policy, fields)}});
    const std::string encoded = protocol::base64(std::as_bytes(std::span(text)));

    post.fields.emplace_back("key", policy.key);
    post.fields.insert(post.fields.end(), policy.fields.begin(), policy.fields.end());
    post.fields.insert(post.fields.end(), fields.begin(), fields.end());
    post.fields.emplace_back("policy", encoded);
    post.fields.emplace_back("x-amz-signature", auth::sign_policy(encoded, scope, identity, identity.keys));
    return post;
}

awaitable<PresignedPost> presign(std::shared_ptr<const detail::SessionState> session, PostPolicy policy) {
    const detail::SessionCore& core = *session->core();
    std::shared_ptr<const auth::SigningIdentity> identity = core.credentials().fresh();
    if (!identity) identity = co_await core.credentials().get();
    co_return sign(*session, policy, *identity, core.clock().now());
}

}  // namespace

awaitable<PresignedPost> presign_post(const Session& session, const PostPolicy& policy) {
    check(policy);
    return presign(session.state(), policy);
}

}  // namespace botocraft
