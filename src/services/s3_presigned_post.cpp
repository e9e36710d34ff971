// By hand, because a form is signed and sent by no operation: its policy is what S3 checks.

#include <botocraft/s3/presigned_post.hpp>

#include "auth/algorithm.hpp"
#include "auth/post_policy.hpp"
#include "auth/timestamp.hpp"
#include "http/time.hpp"
#include "protocol/base64.hpp"
#include "protocol/timestamp.hpp"
#include "runtime/request.hpp"
#include "runtime/session_state.hpp"

#include <botocraft/error.hpp>
#include <botocraft/s3/requests.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <span>
#include <utility>

namespace botocraft::s3 {

namespace {

namespace json = boost::json;

json::string_view view(std::string_view text) noexcept { return {text.data(), text.size()}; }

constexpr std::string_view file_name = "${filename}";

[[noreturn]] void refuse(std::string explanation) {
    botocraft::ErrorDetails details;
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

const api::Operation& put_object() {
    const orm::ServiceTables& service = tables::service;
    const std::span operations(service.operations, service.operation_count);
    return *std::ranges::find(operations, "PutObject", [&](const auto& one) { return service.text(one.name); });
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

PresignedPost sign(const PostPolicy& policy, const detail::Target& target, const auth::SigningIdentity& identity,
                   std::chrono::system_clock::time_point now) {
    const auth::SchemeChoice scheme = target.scheme();
    if (scheme.scheme != api::AuthScheme::sigv4 || scheme.name == "s3express") {
        refuse("\"" + policy.bucket + "\" takes no posted forms: directory buckets and multi-region access points do not");
    }
    auth::Timestamp timestamp;
    timestamp.set(now);
    const auth::Scope scope{timestamp.day(), scheme.region, scheme.name};
    PresignedPost post;
    post.url = target.destination->endpoint.url();
    if (target.destination->endpoint.path.empty()) post.url += '/';
    post.expires = std::chrono::floor<std::chrono::seconds>(now) + policy.valid_for;

    std::vector<std::pair<std::string, std::string>> fields;
    fields.emplace_back("x-amz-algorithm", auth::hmac_algorithm);
    fields.emplace_back("x-amz-credential", identity.access_key_id + "/" + std::string(scope.day) + "/" +
                                                std::string(scope.region) + "/" + std::string(scope.service) + "/" +
                                                std::string(auth::scope_end));
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
    if (!session->is_prepared()) co_await session->prepare();
    const detail::ServiceContext& context = session->service(tables::service);
    std::shared_ptr<const auth::SigningIdentity> identity = core.credentials().fresh();
    if (!identity) {
        identity = co_await core.credentials().get(http::after(http::Clock::now(), core.call_limit()));
    }
    PutObjectRequest input;
    input.Bucket = policy.bucket;
    input.Key = policy.key;
    const api::Operation& operation = put_object();
    const detail::Target target{context, tables::service, operation,
                                context.endpoints->find(operation, &input, identity->account_id)};
    co_return sign(policy, target, *identity, core.clock().now() + context.correction(core));
}

}  // namespace

awaitable<PresignedPost> presign_post(const Session& session, const PostPolicy& policy) {
    check(policy);
    return presign(session.state(), policy);
}

}  // namespace botocraft::s3
