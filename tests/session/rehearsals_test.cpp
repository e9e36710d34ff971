// Calls that are stopped before they are sent: every operation can be, and an explanation shows no secret.

#include "orm/structure.hpp"
#include "protocol/base64.hpp"
#include "runtime/invoke.hpp"
#include "schema/secrets.hpp"
#include "schema/walk.hpp"
#include "support/world.hpp"

#include <botocraft/application_autoscaling/types.hpp>
#include <botocraft/cloudwatch/types.hpp>
#include <botocraft/ec2/types.hpp>
#include <botocraft/ecr/types.hpp>
#include <botocraft/ecs/types.hpp>
#include <botocraft/efs/types.hpp>
#include <botocraft/elbv2/types.hpp>
#include <botocraft/error.hpp>
#include <botocraft/events/types.hpp>
#include <botocraft/explain.hpp>
#include <botocraft/iam/types.hpp>
#include <botocraft/s3/client.hpp>
#include <botocraft/signin/types.hpp>
#include <botocraft/sqs/types.hpp>
#include <botocraft/sso/types.hpp>
#include <botocraft/sso_oidc/types.hpp>
#include <botocraft/sts/types.hpp>

#include "catch.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using namespace botocraft;
using Catch::Matchers::Contains;

namespace {

// The least that an operation takes: its required members, and in them likewise.
void fill(schema::ShapeRef shape, void* structure) {
    for (const schema::Member& member : shape) {
        if ((member.flags & schema::member_flag::required) == 0) continue;
        const schema::Place place = schema::member_place(shape, member, structure);
        switch (member.kind) {
            case schema::Kind::string: schema::set_string(place, "web-logs"); break;
            case schema::Kind::integer: schema::make_scalar<std::int32_t>(place) = 7; break;
            case schema::Kind::long_: schema::make_scalar<std::int64_t>(place) = 7; break;
            case schema::Kind::boolean: schema::make_scalar<bool>(place) = true; break;
            case schema::Kind::structure: fill(place.target(), schema::make_structure(place)); break;
            default: break;
        }
    }
}

constexpr std::string_view secret = "hunter2hunter2";

// Sets what is secret, at whatever depth, but not for ever.
class Secrets {
  public:
    void structure(schema::ShapeRef shape, void* at, bool all = false, int depth = 0) {
        all = all || (shape.shape().flags & schema::shape_flag::sensitive) != 0;
        for (const schema::Member& member : shape) {
            const bool own = all || schema::is_secret(shape, member);
            value(schema::member_place(shape, member, at), own, depth);
        }
    }
    int count = 0;

  private:
    static bool may_hold(schema::ConstPlace place) {
        return place.kind() == schema::Kind::structure && schema::holds_secrets(place.target());
    }
    void value(schema::Place place, bool own, int depth) {
        switch (place.kind()) {
            case schema::Kind::string:
                if (own) schema::set_string(place, secret);
                count += own;
                break;
            case schema::Kind::blob:
                if (own) {
                    blob& bytes = schema::make_scalar<blob>(place);
                    bytes.resize(secret.size());
                    std::memcpy(bytes.data(), secret.data(), secret.size());
                }
                count += own;
                break;
            case schema::Kind::structure:
                if (depth < 5 && (own || schema::holds_secrets(place.target()))) {
                    structure(place.target(), schema::make_structure(place), own, depth + 1);
                }
                break;
            case schema::Kind::list:
                if (depth < 5 && (own || schema::holds_secrets(place.target()))) {
                    schema::make_container(place);
                    const schema::Appender elements(place);
                    const schema::Place element = elements.append();
                    value(element, own || element.has(schema::member_flag::sensitive), depth + 1);
                }
                break;
            default: break;
        }
    }
};

std::string everything(const Explanation& why) {
    std::string all = to_string(why) + why.canonical_request + why.string_to_sign + why.request.body + why.request.url;
    for (const auto& [name, value] : why.request.headers) all += name + ": " + value + "\n";
    return all;
}

constexpr std::array services = {
    &application_autoscaling::tables::service, &cloudwatch::tables::service, &ec2::tables::service,
    &ecr::tables::service,  &ecs::tables::service,    &efs::tables::service, &elbv2::tables::service,
    &events::tables::service, &iam::tables::service,  &s3::tables::service,  &signin::tables::service,
    &sqs::tables::service,  &sso::tables::service,    &sso_oidc::tables::service, &sts::tables::service};

struct Rehearsals : fake::World {
    int secrets = 0;  // that were set

    awaitable<void> call(const orm::ServiceTables& service, std::uint16_t row, bool with_secrets = false) {
        const api::Operation& operation = service.operations[row];
        std::optional<detail::Structure> input, output;
        if (operation.input != api::none) {
            input.emplace(schema::ShapeRef{service.schema, operation.input});
            fill(input->shape(), input->get());
            Secrets set;
            if (with_secrets) set.structure(input->shape(), input->get());
            secrets = set.count;
        }
        if (operation.output != api::none) output.emplace(schema::ShapeRef{service.schema, operation.output});
        co_await detail::invoke(session.state(), service, row, input ? input->get() : nullptr, output ? output->get() : nullptr);
    }
};

}  // namespace

TEST_CASE_METHOD(Rehearsals, "every operation can be stopped before it is sent, explained, and presigned if it is signed") {
    for (const orm::ServiceTables* const service : services) {
        for (std::uint16_t row = 0; row < service->operation_count; ++row) {
            INFO(service->name << '.' << service->text(service->operations[row].name));
            const PreparedRequest request = run(dry_run(call(*service, row)));
            CHECK_FALSE(request.method.empty());
            CHECK_THAT(request.url, Catch::Matchers::StartsWith("https://") && Contains("aws"));
            const Explanation why = run(explain(call(*service, row)));
            CHECK(why.operation == service->text(service->operations[row].name));
            CHECK(why.endpoint_source == "the endpoint rules of the service");
            CHECK_FALSE(why.auth_scheme.empty());
            try {
                const PresignedRequest presigned = run(presign(call(*service, row), std::chrono::minutes(5)));
                CHECK_THAT(presigned.url, Contains("X-Amz-Signature="));
                CHECK(why.auth_scheme != "noAuth");
            } catch (const UsageError& error) {
                CHECK(error.code() == "NotPresignable");
                CHECK(why.auth_scheme == "noAuth");
            }
        }
    }
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(Rehearsals, "no explanation of any operation shows a secret of its input") {
    const std::string encoded = protocol::base64(std::as_bytes(std::span(secret))).substr(0, 16);
    int operations = 0;
    for (const orm::ServiceTables* const service : services) {
        for (std::uint16_t row = 0; row < service->operation_count; ++row) {
            const std::uint16_t input = service->operations[row].input;
            if (input == api::none || !schema::holds_secrets({service->schema, input})) continue;
            INFO(service->name << '.' << service->text(service->operations[row].name));
            const std::string all = everything(run(explain(call(*service, row, true))));
            if (secrets == 0) continue;
            ++operations;
            CHECK_THAT(all, !Contains(std::string(secret)) && !Contains(encoded) && Contains("(not shown)"));
        }
    }
    CHECK(operations > 50);
}

TEST_CASE_METHOD(Rehearsals, "an explanation leaves out the parts in which a secret is set, and shows the others") {
    const s3::Client objects{session};
    const auto explained = [this](auto call) { return run(explain(std::move(call))); };
    const Explanation plain = explained(objects.get_object({.Bucket = "web-logs", .Key = "a/b", .VersionId = "v1"}));
    std::vector<std::string> unshown;
    for (const auto& [name, value] : plain.request.headers) {
        if (Contains("(not shown)").match(value)) unshown.push_back(name);
    }
    CHECK(unshown == std::vector<std::string>{"authorization"});
    CHECK(plain.request.url == "https://web-logs.s3.us-east-1.amazonaws.com/a/b?versionId=v1");
    CHECK_THAT(plain.canonical_request, Contains("GET\n/a/b\nversionId=v1\nhost:web-logs"));
    CHECK_THAT(plain.canonical_request, !Contains("not shown"));
    CHECK_THAT(plain.string_to_sign, !Contains("not shown"));

    const Explanation keyed = explained(objects.copy_object({.Bucket = "web-logs", .CopySource = "other/a", .Key = "a",
        .SSECustomerAlgorithm = "AES256", .SSECustomerKey = "hunter2", .SSECustomerKeyMD5 = "bWQ1",
        .CopySourceSSECustomerAlgorithm = "AES128", .CopySourceSSECustomerKey = "hunter3", .CopySourceSSECustomerKeyMD5 = "bWQ2"}));
    const std::string all = everything(keyed);
    for (const char* const hidden : {"hunter2", "hunter3", "bWQ1", "bWQ2"}) CHECK_THAT(all, !Contains(hidden));
    for (const char* const key : {"x-amz-server-side-encryption-customer-key", "x-amz-copy-source-server-side-encryption-customer-key"}) {
        for (const char* const what : {"", "-md5"}) {
            CHECK_THAT(all, Contains(std::string(key) + what + ": (not shown)\n"));
            CHECK_THAT(keyed.canonical_request, Contains(std::string(key) + what + ":(not shown)\n"));
        }
    }
    CHECK_THAT(keyed.canonical_request, Contains("x-amz-copy-source:other/a") && Contains("customer-algorithm:AES256"));
    CHECK_THAT(keyed.string_to_sign, Catch::Matchers::EndsWith("\n(not shown)"));
    CHECK(keyed.request.url == "https://web-logs.s3.us-east-1.amazonaws.com/a");
}

TEST_CASE_METHOD(Rehearsals, "a secret in the body takes the body along, and the digests of it") {
    s3::ServerSideEncryptionRule rule;
    rule.ApplyServerSideEncryptionByDefault.emplace().SSEAlgorithm = "aws:kms";
    const s3::Client objects{session};
    const auto explained = [&] {
        s3::ServerSideEncryptionConfiguration rules;
        rules.Rules.push_back(rule);
        return run(explain(objects.put_bucket_encryption({.Bucket = "web-logs", .ServerSideEncryptionConfiguration = rules})));
    };
    CHECK_THAT(explained().request.body, Contains("aws:kms"));
    rule.ApplyServerSideEncryptionByDefault->KMSMasterKeyID = "hunter2";
    const Explanation why = explained();
    CHECK(why.request.body == "(not shown)");
    CHECK(why.request.url == "https://web-logs.s3.us-east-1.amazonaws.com/?encryption");
    CHECK_THAT(everything(why), !Contains("hunter2") && Contains("x-amz-checksum-crc32: (not shown)") &&
                                    Contains("x-amz-content-sha256: (not shown)"));
    CHECK_THAT(why.canonical_request, Catch::Matchers::EndsWith("\n(not shown)") && Contains("\n/\nencryption=\ncontent-type:application/xml\n"));
}

TEST_CASE_METHOD(Rehearsals, "an explanation says why the endpoint is what it is") {
    environment->set("AWS_USE_FIPS_ENDPOINT", "true");
    options.endpoints.s3.addressing_style = AddressingStyle::path;
    options.endpoints.s3.use_arn_region = false;
    const s3::Client objects{Session(options)};
    const Explanation why = run(explain(objects.head_object({.Bucket = "web-logs", .Key = "a"})));
    CHECK_THAT(why.endpoint, Contains("s3-fips"));
    CHECK_THAT(why.endpoint_source, Contains("UseFIPS (AWS_USE_FIPS_ENDPOINT)") &&
                                        Contains("ForcePathStyle (s3.addressing_style in code)") && !Contains("ArnRegion"));
}

TEST_CASE_METHOD(Rehearsals, "a URL is signed for the host that whoever gets it will name") {
    for (const char* const url : {"https://MinIO.example:443", "https://minio.example"}) {
        options.endpoint_url = url;
        const s3::Client objects{Session(options)};
        const PresignedRequest presigned = run(presign(objects.get_object({.Bucket = "logs", .Key = "a"}), std::chrono::minutes(5)));
        CHECK_THAT(presigned.url, Catch::Matchers::StartsWith("https://minio.example/logs/a?"));
        const Explanation why = run(explain(objects.get_object({.Bucket = "logs", .Key = "a"})));
        CHECK_THAT(why.canonical_request, Contains("\nhost:minio.example\n"));
    }
}

TEST_CASE_METHOD(Rehearsals, "a region that is named as one of FIPS endpoints is called with FIPS") {
    options.region.reset();
    environment->set("AWS_REGION", "fips-us-gov-west-1");
    const Session named(options);
    const auto host_of = [this](const Session& in) {
        return run(explain(s3::Client(in).head_object({.Bucket = "web-logs", .Key = "a"}))).endpoint;
    };
    CHECK(host_of(named) == "https://web-logs.s3-fips.us-gov-west-1.amazonaws.com");
    CHECK(named.region() == "us-gov-west-1");
    CHECK(host_of(named.with_region("us-east-2")) == "https://web-logs.s3.us-east-2.amazonaws.com");
    CHECK(host_of(named.with_region("us-east-1-fips")) == "https://web-logs.s3-fips.us-east-1.amazonaws.com");
}
