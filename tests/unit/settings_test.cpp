#include <botocraft/error.hpp>
#include <botocraft/testing/environment.hpp>
#include <config/settings.hpp>

#include <string>

#include "catch.hpp"

using botocraft::ConfigurationError;
using botocraft::testing::FakeEnvironment;
namespace config = botocraft::config;

namespace {

std::string explanation(const std::shared_ptr<FakeEnvironment>& environment, const config::Overrides& overrides = {}) {
    try {
        static_cast<void>(config::resolve_settings(environment, overrides).required_region());
    } catch (const ConfigurationError& error) {
        return error.details().explanation;
    }
    return "no error";
}

}  // namespace

TEST_CASE("endpoint: code, the variable of the service, that of all, profile") {
    const auto environment = std::make_shared<FakeEnvironment>();
    environment->set("HOME", "/h").add_file("/h/.aws/config", "[default]\nendpoint_url = http://profile\n");
    CHECK(config::resolve_settings(environment).endpoint_url("ECS")->value == "http://profile");
    environment->set("AWS_ENDPOINT_URL", "http://all");
    CHECK(config::resolve_settings(environment).endpoint_url("ECS")->value == "http://all");
    environment->set("AWS_ENDPOINT_URL_ECS", "http://ecs");
    CHECK(config::resolve_settings(environment).endpoint_url("ECS")->value == "http://ecs");
    CHECK(config::resolve_settings(environment).endpoint_url("Application Auto Scaling")->value == "http://all");
    config::Overrides overrides;
    overrides.endpoint_url = "http://code";
    CHECK(config::resolve_settings(environment, overrides).endpoint_url("ECS")->value == "http://code");
}

TEST_CASE("region: code, AWS_REGION, AWS_DEFAULT_REGION, profile") {
    const auto environment = std::make_shared<FakeEnvironment>();
    environment->set("HOME", "/h");
    CHECK_THAT(explanation(environment), has_text("AWS_REGION") && has_text("/h/.aws/config"));
    environment->add_file("/h/.aws/config", "[default]\nregion = eu-west-1\n[profile p]\nregion=eu-west-2\n");
    CHECK(config::resolve_settings(environment).region == "eu-west-1");
    environment->set("AWS_PROFILE", "p");
    CHECK(config::resolve_settings(environment).region == "eu-west-2");
    environment->set("AWS_DEFAULT_REGION", "us-west-1");
    CHECK(config::resolve_settings(environment).region == "us-west-1");
    environment->set("AWS_REGION", "us-west-2");
    CHECK(config::resolve_settings(environment).region_source == "AWS_REGION");
    config::Overrides overrides;
    overrides.region = "ap-south-1";
    CHECK(config::resolve_settings(environment, overrides).region == "ap-south-1");
    overrides.region = "evil.example.com/";
    CHECK_THAT(explanation(environment, overrides), has_text("is no region"));
}

TEST_CASE("a region that is named as one of FIPS endpoints is the region, with FIPS") {
    const std::pair<const char*, const char*> names[] = {{"fips-us-gov-west-1", "us-gov-west-1"},
                                                         {"us-east-1-fips", "us-east-1"}, {"us-east-1", "us-east-1"}};
    for (const auto& [named, region] : names) {
        const auto environment = std::make_shared<FakeEnvironment>();
        environment->set("HOME", "/h").set("AWS_REGION", named);
        const config::Settings settings = config::resolve_settings(environment);
        CHECK(settings.region == region);
        CHECK(settings.region_is_fips == (std::string(named) != region));
    }
    const auto environment = std::make_shared<FakeEnvironment>();
    environment->set("HOME", "/h").set("AWS_REGION", "fips-");
    CHECK_THAT(explanation(environment), has_text("is no region"));
}

TEST_CASE("what cannot be used ends in an error that says where it stands") {
    const auto environment = std::make_shared<FakeEnvironment>();
    environment->set("HOME", "/h").set("AWS_REGION", "us-east-1");
    SECTION("malformed file") {
        environment->add_file("/h/.aws/config", "[default]\nregion = x\nsecret text\n");
        CHECK_THAT(explanation(environment),
                   has_text("/h/.aws/config, line 3") && !has_text("secret text"));
    }
    SECTION("unreadable file") {
        environment->add_unreadable_file("/h/.aws/credentials");
        CHECK_THAT(explanation(environment), has_text("/h/.aws/credentials") && has_text("readable"));
    }
    SECTION("profile that does not exist") {
        environment->add_file("/h/.aws/config", "[profile a]\n").set("AWS_PROFILE", "b");
        CHECK_THAT(explanation(environment), has_text("\"b\" (named by AWS_PROFILE)") && has_text("are a."));
    }
    SECTION("attempts") {
        environment->add_file("/h/.aws/config", "[default]\nmax_attempts = 0\n");
        CHECK_THAT(explanation(environment), has_text("max_attempts in /h/.aws/config, line 2"));
    }
    SECTION("retry mode") {
        environment->set("AWS_RETRY_MODE", "never");
        CHECK_THAT(explanation(environment), has_text("AWS_RETRY_MODE"));
    }
    SECTION("endpoint") {
        config::Overrides overrides;
        overrides.endpoint_url = "localhost:4566";
        CHECK_THAT(explanation(environment, overrides), has_text("http://localhost:4566"));
    }
}
