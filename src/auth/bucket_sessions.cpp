#include <auth/bucket_sessions.hpp>

#include "auth/aws_call.hpp"
#include "auth/problem.hpp"
#include "endpoint/tables.hpp"
#include "orm/structure.hpp"
#include "schema/walk.hpp"

#include <botocraft/error.hpp>

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

namespace botocraft::auth {

namespace {

constexpr std::string_view open_session = "CreateSession";

const api::Operation& operation_of(const orm::ServiceTables& service) {
    const std::span operations(service.operations, service.operation_count);
    const auto found = std::ranges::find(operations, open_session,
                                         [&](const api::Operation& one) { return service.text(one.name); });
    if (found == operations.end()) {
        fail("UnsupportedAuthScheme", "the endpoint wants a session with a bucket, and the service " +
                                          std::string(service.name) + " has no operation that opens one");
    }
    return *found;
}

schema::Place place_of(schema::ShapeRef shape, void* structure, std::string_view name) {
    const schema::Member* const member = schema::find_member(shape, name);
    if (member == nullptr) fail("InvalidCredentials", "a session with a bucket has no " + std::string(name));
    return schema::member_place(shape, *member, structure);
}

// What the answer holds is overwritten in it.
Secret take_secret(schema::ShapeRef shape, void* structure, std::string_view name) {
    const schema::Place place = place_of(shape, structure, name);
    if (schema::presence(place) != schema::Presence::present) {
        fail("InvalidCredentials", "the answer to " + std::string(open_session) + " has no " + std::string(name));
    }
    std::string& text = schema::make_scalar<std::string>(place);
    Secret secret(text);
    wipe(text);
    return secret;
}

Credentials take_credentials(botocraft::detail::Structure& output, const std::string& bucket) {
    const schema::Place answer = place_of(output.shape(), output.get(), "Credentials");
    if (schema::presence(answer) != schema::Presence::present) {
        fail("InvalidCredentials", "the answer to " + std::string(open_session) + " holds no credentials");
    }
    void* const at = schema::structure(answer);
    const schema::ShapeRef shape = answer.target();
    Secret secret = take_secret(shape, at, "SecretAccessKey");
    Secret token = take_secret(shape, at, "SessionToken");
    Credentials found(std::string(take_secret(shape, at, "AccessKeyId").reveal()), std::move(secret), std::move(token));
    const schema::Place end = place_of(shape, at, "Expiration");
    if (schema::presence(end) != schema::Presence::present) {
        fail("InvalidCredentials", "the answer to " + std::string(open_session) + " does not say when it expires");
    }
    found.expiration = schema::make_scalar<timestamp>(end);
    found.source = "a session with the bucket " + bucket;
    return found;
}

class BucketSessionProvider final : public CredentialsProvider {
  public:
    BucketSessionProvider(std::weak_ptr<const botocraft::detail::SessionState> session, const orm::ServiceTables& service,
                          std::string bucket)
        : session_(std::move(session)), service_(service), bucket_(std::move(bucket)) {}

    [[nodiscard]] awaitable<Credentials> resolve(const CredentialsContext&) override {
        std::shared_ptr<const botocraft::detail::SessionState> session = session_.lock();
        if (!session) fail("SessionEnded", "the botocraft session is gone that the bucket " + bucket_ + " was called in");
        const api::Operation& operation = operation_of(service_);
        const schema::ShapeRef in{service_.schema, operation.input};
        const schema::ShapeRef out{service_.schema, operation.output};
        botocraft::detail::Structure input(in);
        botocraft::detail::Structure output(out);
        schema::set_string(place_of(in, input.get(), "Bucket"), bucket_);
        try {
            Session caller(std::move(session));
            co_await call(std::move(caller), service_, open_session, input.get(), output.get());
        } catch (const Error& error) {
            fail_call(error, "opening a session with the bucket " + bucket_,
                      "The credentials need leave for s3express:CreateSession; without sessions: "
                      "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH");
        }
        co_return take_credentials(output, bucket_);
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "a session with a bucket"; }

  private:
    std::weak_ptr<const botocraft::detail::SessionState> session_;
    const orm::ServiceTables& service_;
    std::string bucket_;
};

}  // namespace

BucketSessions::Issuer BucketSessions::find_locked(std::string_view bucket, const Credentials& owner) const {
    const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) {
        return entry.bucket == bucket && entry.access_key_id == owner.access_key_id;
    });
    if (found == entries_.end()) return nullptr;
    std::rotate(entries_.begin(), found, found + 1);
    return entries_.front().issuer;
}

BucketSessions::Issuer BucketSessions::find(std::string_view bucket, const Credentials& owner) const {
    const std::lock_guard lock(mutex_);
    return find_locked(bucket, owner);
}

BucketSessions::Issuer BucketSessions::add(std::string_view bucket, const Credentials& owner, Issuer made) const {
    std::vector<Entry> ended;  // without the lock
    const std::lock_guard lock(mutex_);
    if (Issuer known = find_locked(bucket, owner)) return known;
    const auto end = std::stable_partition(entries_.begin(), entries_.end(),
                                           [&](const Entry& entry) { return entry.bucket != bucket; });
    std::move(end, entries_.end(), std::back_inserter(ended));
    entries_.erase(end, entries_.end());
    if (entries_.size() == most) {
        ended.push_back(std::move(entries_.back()));
        entries_.pop_back();
    }
    entries_.insert(entries_.begin(), {std::string(bucket), owner.access_key_id, made});
    return made;
}

std::shared_ptr<CredentialsProvider> bucket_session_provider(std::weak_ptr<const botocraft::detail::SessionState> session,
                                                             const orm::ServiceTables& service, std::string bucket) {
    return std::make_shared<BucketSessionProvider>(std::move(session), service, std::move(bucket));
}

std::string_view bucket_of(const orm::ServiceTables& service, const api::Operation& operation,
                           const void* input) noexcept {
    const endpoint::RuleSet& rules = *service.endpoint_rules;
    for (const api::EndpointParameter& parameter :
         std::span(service.endpoint_parameters + operation.first_endpoint_parameter, operation.endpoint_parameter_count)) {
        if (parameter.source != api::EndpointParameter::Source::member ||
            rules.text(rules.parameters[parameter.index].name) != "Bucket") {
            continue;
        }
        const schema::ShapeRef shape{service.schema, operation.input};
        const schema::ConstPlace place = schema::member_place(shape, *(shape.begin() + parameter.member), input);
        if (schema::presence(place) == schema::Presence::present) return schema::scalar<std::string>(place);
    }
    return {};
}

}  // namespace botocraft::auth
