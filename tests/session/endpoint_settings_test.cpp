// Where the settings of endpoints are read, what counts more than what, and what is said of those that cannot be used.

#include <config/settings.hpp>

#include <botocraft/error.hpp>
#include <botocraft/testing/environment.hpp>

#include "catch.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

using namespace botocraft;
using Catch::Matchers::Contains;
using testing::FakeEnvironment;

namespace {

std::shared_ptr<FakeEnvironment> environment() {
    auto made = std::make_shared<FakeEnvironment>();
    made->set("HOME", "/h");
    return made;
}

std::string explanation(const std::shared_ptr<FakeEnvironment>& environment, const config::Overrides& overrides = {}) {
    try {
        static_cast<void>(config::resolve_settings(environment, overrides));
    } catch (const ConfigurationError& error) {
        return error.details().explanation;
    }
    return "nothing was wrong";
}

template <class T>
std::string shown(const config::Sourced<T>& setting) {
    return std::to_string(static_cast<int>(setting.value)) + " " + setting.source;
}
std::string shown(const config::Sourced<std::optional<bool>>& setting) {
    return std::to_string(setting.value ? static_cast<int>(*setting.value) : -1) + " " + setting.source;
}

// One setting: how it is called, and how it is seen. The second of its values is not the default.
struct Place {
    std::string variable;  // empty: it has none
    std::string property;
    std::string nested;  // in `s3 =`
    std::string values[2];
    std::function<void(EndpointOptions&)> set_first;  // to the first of them
    std::string code;
    std::function<std::string(const config::EndpointSettings&)> see;
    int unset = 0;
    int first = 0;
    int second = 1;
};

std::vector<Place> places() {
    using S = config::EndpointSettings;
    using O = EndpointOptions;
    const auto no = [](auto member) { return [member](O& o) { o.*member = false; }; };
    const auto no_s3 = [](auto member) { return [member](O& o) { o.s3.*member = false; }; };
    const auto see = [](auto member) { return [member](const S& s) { return shown(s.*member); }; };
    return {
        {"AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", "", {"false", "true"}, no(&O::use_fips), "use_fips",
         see(&S::use_fips)},
        {"AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint", "", {"false", "true"}, no(&O::use_dualstack),
         "use_dualstack", see(&S::use_dualstack)},
        {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls", "", {"false", "true"},
         no(&O::ignore_configured_urls), "ignore_configured_urls", see(&S::ignore_configured_urls)},
        {"AWS_DISABLE_HOST_PREFIX_INJECTION", "disable_host_prefix_injection", "", {"false", "true"},
         no(&O::disable_host_prefix), "disable_host_prefix", see(&S::disable_host_prefix)},
        {"AWS_ACCOUNT_ID_ENDPOINT_MODE", "account_id_endpoint_mode", "", {"disabled", "required"},
         [](O& o) { o.account_id_mode = AccountIdEndpointMode::disabled; }, "account_id_mode",
         see(&S::account_id_mode), 0, 1, 2},
        {"AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints", "", {"regional", "legacy"},
         [](O& o) { o.sts = RegionalEndpoints::regional; }, "sts", see(&S::sts)},
        {"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "s3_us_east_1_regional_endpoint", "us_east_1_regional_endpoint",
         {"regional", "legacy"}, [](O& o) { o.s3.us_east_1 = RegionalEndpoints::regional; }, "s3.us_east_1",
         see(&S::s3_us_east_1)},
        {"AWS_S3_USE_ARN_REGION", "s3_use_arn_region", "use_arn_region", {"false", "true"},
         no_s3(&S3EndpointOptions::use_arn_region), "s3.use_arn_region", see(&S::s3_use_arn_region), -1},
        {"AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS", "s3_disable_multiregion_access_points", "", {"false", "true"},
         no_s3(&S3EndpointOptions::disable_multi_region_access_points), "s3.disable_multi_region_access_points",
         see(&S::s3_disable_multi_region)},
        {"AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "s3_disable_express_session_auth", "", {"false", "true"},
         no_s3(&S3EndpointOptions::disable_express_session_auth), "s3.disable_express_session_auth",
         see(&S::s3_disable_express_session_auth)},
        {"", "", "use_accelerate_endpoint", {"false", "true"}, no_s3(&S3EndpointOptions::accelerate), "s3.accelerate",
         see(&S::s3_accelerate)},
        {"", "", "addressing_style", {"auto", "path"},
         [](O& o) { o.s3.addressing_style = AddressingStyle::automatic; }, "s3.addressing_style",
         see(&S::s3_addressing_style)},
    };
}

}  // namespace

TEST_CASE("settings of endpoints: code, environment, profile, default") {
    for (const Place& place : places()) {
        INFO(place.code);
        const auto world = environment();
        config::Overrides overrides;
        const auto now = [&] { return place.see(config::resolve_settings(world, overrides).endpoints); };
        const auto value = [](int number, const std::string& source) { return std::to_string(number) + " " + source; };
        CHECK(now() == value(place.unset, ""));
        if (!place.nested.empty()) {
            world->add_file("/h/.aws/config", "[default]\ns3 =\n  " + place.nested + " = " + place.values[1] + "\n");
            CHECK(now() == value(place.second, place.nested + " of s3 in /h/.aws/config, line 2"));
        }
        if (!place.property.empty()) {
            world->add_file("/h/.aws/config", "[default]\n" + place.property + " = " + place.values[1] + "\n");
            CHECK(now() == value(place.second, place.property + " in /h/.aws/config, line 2"));
        }
        if (!place.variable.empty()) {
            world->set(place.variable, place.values[0]);
            CHECK(now() == value(place.first, place.variable));
            world->set(place.variable, place.values[1]);
            CHECK(now() == value(place.second, place.variable));
        }
        place.set_first(overrides.endpoints);
        CHECK(now() == value(place.first, place.code + " in code"));
    }
}

TEST_CASE("a setting of endpoints that cannot be used is named, with its place") {
    for (const Place& place : places()) {
        INFO(place.code);
        if (!place.variable.empty()) {
            const auto world = environment();
            world->set(place.variable, "maybe");
            CHECK_THAT(explanation(world), Contains("\"maybe\" (" + place.variable + ") cannot be used: it must be ") &&
                                               Contains(place.values[1]));
        }
        const auto world = environment();
        const std::string name = place.property.empty() ? place.nested : place.property;
        world->add_file("/h/.aws/config", "[default]\n" +
                                              (place.property.empty() ? "s3 =\n  " + place.nested : place.property) +
                                              " = maybe\n");
        CHECK_THAT(explanation(world), Contains("\"maybe\" (" + name) && Contains("in /h/.aws/config, line 2)"));
    }
}

TEST_CASE("endpoint URLs: of one service in code, of all in code, variables, profile; with their places") {
    const auto world = environment();
    config::Overrides overrides;
    const auto now = [&](std::string_view id, std::string_view name) {
        const auto found = config::resolve_settings(world, overrides).endpoint_url(id, name);
        return found ? found->value + " " + found->source : std::string("none");
    };
    const auto scaling = [&] { return now("Auto Scaling", "autoscaling"); };
    CHECK(scaling() == "none");
    const std::string profile = "[default]\nservices = mine\nendpoint_url = http://p\n";
    world->add_file("/h/.aws/config", profile + "[services mine]\n");
    CHECK(scaling() == "http://p endpoint_url in /h/.aws/config, line 3");
    world->add_file("/h/.aws/config", profile + "[services mine]\nauto_scaling =\n  endpoint_url = http://s\n");
    CHECK(scaling() == "http://s endpoint_url of auto_scaling in /h/.aws/config, line 5");
    world->set("AWS_ENDPOINT_URL", "http://e");
    CHECK(scaling() == "http://e AWS_ENDPOINT_URL");
    world->set("AWS_ENDPOINT_URL_AUTO_SCALING", "http://es");
    CHECK(scaling() == "http://es AWS_ENDPOINT_URL_AUTO_SCALING");
    overrides.endpoints.ignore_configured_urls = true;
    CHECK(scaling() == "none");
    overrides.endpoint_url = "http://c";
    CHECK(scaling() == "http://c endpoint_url in code");
    for (const char* key : {"autoscaling", "auto_scaling", "Auto Scaling"}) {
        overrides.endpoints.services.clear();
        overrides.endpoints.services[key].url = "http://cs";
        CHECK(scaling() == "http://cs endpoints of autoscaling in code");
        CHECK(now("ECS", "ecs") == "http://c endpoint_url in code");
    }
}

TEST_CASE("an endpoint is called as whoever is given its URL will call it: in small letters, without the port of its scheme") {
    const std::pair<const char*, const char*> urls[] = {
        {"https://S3.Example.com:443/Base", "https://s3.example.com/Base"}, {"http://minio.example:80", "http://minio.example"},
        {"https://minio.example:80", "https://minio.example:80"},           {"http://minio.example:443", "http://minio.example:443"},
        {"https://[FD00::1]:443", "https://[fd00::1]"},                     {"http://localhost:8080", "http://localhost:8080"}};
    for (const auto& [said, called] : urls) {
        INFO(said);
        const auto check = [&](const auto& world, const config::Overrides& overrides = {}) {
            CHECK(config::resolve_settings(world, overrides).endpoint_url("ECS", "ecs")->value == called);
        };
        config::Overrides all;
        all.endpoint_url = said;
        check(environment(), all);
        config::Overrides one;
        one.endpoints.services["ecs"].url = said;
        check(environment(), one);
        const auto variable = environment();
        variable->set("AWS_ENDPOINT_URL", said);
        check(variable);
    }
}

TEST_CASE("a URL that is none is named, with its place") {
    for (const char* url : {"localhost:4566", "ftp://a", "http://", "http://a?q", "http://me:hunter2@a", "http://a b", "http://a:b"}) {
        INFO(url);
        const auto expect = [&](const std::string& found, const std::string& where) {
            const bool has_user = std::string_view(url).find('@') != std::string_view::npos;
            CHECK_THAT(found, !Contains("hunter2"));
            CHECK_THAT(found, Contains("\"" + std::string(has_user ? "http://***@a" : url) + "\" (" + where + ") cannot be used: it must be a URL"));
        };
        config::Overrides all;
        all.endpoint_url = url;
        expect(explanation(environment(), all), "endpoint_url in code");
        config::Overrides one;
        one.endpoints.services["ecs"].url = url;
        expect(explanation(environment(), one), "endpoints of ecs in code");

        const auto asked = [](const std::shared_ptr<FakeEnvironment>& world) {
            try {
                static_cast<void>(config::resolve_settings(world).endpoint_url("ECS", "ecs"));
            } catch (const ConfigurationError& error) {
                return error.details().explanation;
            }
            return std::string();
        };
        const auto variable = environment();
        variable->set("AWS_ENDPOINT_URL_ECS", url);
        expect(asked(variable), "AWS_ENDPOINT_URL_ECS");
        const auto profile = environment();
        profile->add_file("/h/.aws/config", "[default]\nservices = m\n[services m]\necs =\n  endpoint_url = " +
                                                std::string(url) + "\n");
        expect(asked(profile), "endpoint_url of ecs in /h/.aws/config, line 4");
    }
}
