// Every model of every service, on the double: what it is created with, read, listed, changed, tagged and deleted by follows
// from its tables. With BOTOCRAFT_WITNESSES set, each method that was verified, in a line: `witness=double SERVICE MODEL METHOD`,
// and each that cannot be: `unserved=double SERVICE MODEL METHOD REASON`.

#include "catch.hpp"
#include "model_trial.hpp"

#include <botocraft/cloudwatch.hpp>
#include <botocraft/ec2.hpp>
#include <botocraft/ecs.hpp>
#include <botocraft/efs.hpp>
#include <botocraft/error.hpp>
#include <botocraft/iam.hpp>
#include <botocraft/s3.hpp>
#include <botocraft/sqs.hpp>
#include <botocraft/sts.hpp>

#include <cstdlib>
#include <iostream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

namespace {

using botocraft::Protocol;
using botocraft::orm::ServiceTables;
using botocraft::test::ModelTrial;

// What cannot be told from tables, and why.
struct Unserved {
    std::string_view service, model, method, reason;
};
constexpr Unserved unserved[] = {
    {"cloudwatch", "CloudWatchAnomalyDetector", "update",
     "AWS tells by the metric which one is meant, and nothing but the metric says so: the double makes another one"},
};

std::set<std::string, std::less<>> unserved_of(std::string_view service, std::string_view model) {
    std::set<std::string, std::less<>> methods;
    for (const Unserved& each : unserved) {
        if (each.service == service && each.model == model) methods.emplace(each.method);
    }
    return methods;
}

// Whatever else the manager has gets an answer, or is refused in a way that says why; nothing goes wrong inside.
void try_others(const ServiceTables& service, std::uint16_t model, ModelTrial& trial) {
    for (std::uint16_t row = 0; row < service.method_count; ++row) {
        const botocraft::orm::Method& method = service.methods[row];
        if (method.model != model || method.operation == botocraft::api::none) continue;
        const std::string code = trial.call_blindly(row);
        INFO(service.name << ' ' << trial.name() << ' ' << service.text(method.name));
        CHECK(code != "InternalFailure");
        CHECK(code != "SerializationException");
        CHECK(code != "MalformedQueryString");
    }
}

void try_service(const ServiceTables& service, Protocol protocol) {
    const bool says = std::getenv("BOTOCRAFT_WITNESSES") != nullptr;
    std::size_t models = 0, methods = 0;
    for (std::uint16_t row = 0; row < service.model_count; ++row) {
        ModelTrial trial(service, row, protocol);
        if (!trial.has_methods()) continue;
        trial.run(unserved_of(service.name, trial.name()));
        try_others(service, row, trial);
        models += !trial.verified().empty();
        methods += trial.verified().size();
        for (const std::string& method : trial.verified()) {
            if (says) std::cout << "witness=double " << service.name << ' ' << trial.name() << ' ' << method << '\n';
        }
    }
    for (const Unserved& each : unserved) {
        if (each.service != service.name) continue;
        std::cout << (says ? "unserved=double " : "not served: ") << each.service << ' ' << each.model << ' ' << each.method
                  << ' ' << each.reason << '\n';
    }
    std::cout << "the double serves " << methods << " methods of " << models << " models of " << service.name << '\n';
}

}  // namespace

TEST_CASE("models of ec2Query are served by their tables", "[models]") {
    try_service(botocraft::ec2::tables::service, Protocol::ec2);
}
TEST_CASE("models of awsQuery are served by their tables", "[models]") {
    try_service(botocraft::iam::tables::service, Protocol::query);
    try_service(botocraft::sts::tables::service, Protocol::query);
    try_service(botocraft::cloudwatch::tables::service, Protocol::query);
    try_service(botocraft::sqs::tables::service, Protocol::query);
}
TEST_CASE("models of restXml are served by their tables", "[models]") {
    try_service(botocraft::s3::tables::service, Protocol::rest_xml);
}
TEST_CASE("models of restJson1 are served by their tables", "[models]") {
    try_service(botocraft::efs::tables::service, Protocol::rest_json);
}
TEST_CASE("models of rpcv2Cbor are served by their tables", "[models]") {
    try_service(botocraft::cloudwatch::tables::service, Protocol::cbor);
}
TEST_CASE("models of awsJson are served by their tables", "[models]") {
    try_service(botocraft::sqs::tables::service, Protocol::json_1_0);
    try_service(botocraft::cloudwatch::tables::service, Protocol::json_1_0);
    try_service(botocraft::ecs::tables::service, Protocol::json_1_1);
}
