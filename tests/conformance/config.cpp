// The published cases of the shared configuration files: parsing, locations, configured endpoints.
#include <botocraft/error.hpp>
#include <botocraft/testing/environment.hpp>
#include <config/settings.hpp>

#include <boost/json.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>

#include "catch.hpp"

namespace {

namespace config = botocraft::config;
namespace json = boost::json;
using botocraft::testing::FakeEnvironment;

std::optional<json::value> load(const char* name) {
    const auto path = std::filesystem::path(BOTOCRAFT_CONFORMANCE_DATA) / "config" / name;
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        std::cerr << "SKIPPED: no " << path << '\n';
        return std::nullopt;
    }
    std::ostringstream text;
    text << file.rdbuf();
    return json::parse(text.str());
}

std::string text_of(const json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    return value == nullptr ? std::string() : std::string(value->as_string());
}

json::object to_json(const config::Sections& sections) {
    json::object result;
    for (const auto& [name, section] : sections) {
        json::object properties;
        for (const auto& [key, property] : section) {
            if (property.has_nested) {
                json::object nested;
                for (const auto& [sub, value] : property.nested) nested[sub] = value;
                properties[key] = nested;
            } else {
                properties[key] = property.value;
            }
        }
        result[name] = properties;
    }
    return result;
}

void set_all(FakeEnvironment& environment, const json::object& variables) {
    for (const auto& [name, value] : variables) environment.set(name, std::string(value.as_string()));
}

}  // namespace

TEST_CASE("published cases of parsing profile files") {
    const auto suite = load("config-file-parser-tests.json");
    if (!suite) return;
    int count = 0;
    for (const auto& item : suite->at("tests").as_array()) {
        INFO(item.at("name").as_string());
        const auto& input = item.at("input").as_object();
        const auto& output = item.at("output").as_object();
        config::ProfileFiles files;
        const auto parse = [&] {
            config::parse_profile_file(config::FileKind::config, text_of(input, "configFile"), "config", files);
            config::parse_profile_file(config::FileKind::credentials, text_of(input, "credentialsFile"), "credentials",
                                       files);
        };
        if (const auto* wanted = output.if_contains("errorContaining")) {
            std::string explanation;
            try {
                parse();
            } catch (const botocraft::ConfigurationError& error) {
                explanation = error.details().explanation;
            }
            CHECK_THAT(explanation, has_text(std::string(wanted->as_string())));
        } else {
            parse();
            if (const auto* profiles = output.if_contains("profiles")) CHECK(json::value(to_json(files.profiles)) == *profiles);
            if (const auto* sso = output.if_contains("ssoSessions")) CHECK(json::value(to_json(files.sso_sessions)) == *sso);
        }
        ++count;
    }
    std::printf("profile files: %d cases\n", count);
    CHECK(count == 118);
}

TEST_CASE("published cases of locating profile files") {
    const auto suite = load("config-file-location-tests.json");
    if (!suite) return;
    int count = 0;
    for (const auto& item : suite->at("tests").as_array()) {
        const auto& test = item.as_object();
        INFO(text_of(test, "name"));
        FakeEnvironment environment;
        set_all(environment, test.at("environment").as_object());
        if (test.contains("languageSpecificHome")) environment.set_home_directory(text_of(test, "languageSpecificHome"));
        const auto platform =
            text_of(test, "platform") == "windows" ? config::Platform::windows : config::Platform::posix;
        const auto locations = config::locate_profile_files(environment, platform);
        CHECK(locations.config == text_of(test, "configLocation"));
        CHECK(locations.credentials == text_of(test, "credentialsLocation"));
        ++count;
    }
    std::printf("profile file locations: %d cases\n", count);
    CHECK(count == 10);
}

TEST_CASE("published cases of configured endpoints") {
    const auto suites = load("configured-endpoint-urls.json");
    if (!suites) return;
    int count = 0;
    for (const auto& suite : suites->at("testSuites").as_array()) {
        std::string file;
        for (const auto& [name, properties] : suite.at("profiles").as_object()) {
            file += "[profile " + std::string(name) + "]\n";
            for (const auto& [key, value] : properties.as_object()) {
                file += std::string(key) + " = " + std::string(value.as_string()) + "\n";
            }
        }
        for (const auto& [name, services] : suite.at("services").as_object()) {
            file += "[services " + std::string(name) + "]\n";
            for (const auto& [service, properties] : services.as_object()) {
                file += std::string(service) + " =\n";
                for (const auto& [key, value] : properties.as_object()) {
                    file += "  " + std::string(key) + " = " + std::string(value.as_string()) + "\n";
                }
            }
        }
        for (const auto& item : suite.at("endpointUrlTests").as_array()) {
            const auto& test = item.as_object();
            INFO(text_of(test, "name"));
            auto environment = std::make_shared<FakeEnvironment>();
            environment->set("AWS_CONFIG_FILE", "/config").add_file("/config", file);
            set_all(*environment, suite.at("environments").at(text_of(test, "environment")).as_object());
            config::Overrides overrides;
            overrides.profile = text_of(test, "profile");
            const auto& client = suite.at("client_configs").at(text_of(test, "client_config")).as_object();
            if (client.contains("endpoint_url")) overrides.endpoint_url = text_of(client, "endpoint_url");
            if (const auto* ignore = client.if_contains("ignore_configured_endpoint_urls")) {
                overrides.endpoints.ignore_configured_urls = ignore->as_bool();
            }
            const auto settings = config::resolve_settings(environment, overrides);
            CHECK(settings.region == "fake-region-10");
            const std::string service = text_of(test, "service");
            // What the service's own rules say is not this part's business.
            const auto url = settings.endpoint_url(service);
            CHECK((url ? url->value : "https://" + service + "." + settings.region + ".amazonaws.com") ==
                  text_of(test.at("output").as_object(), "endpointUrl"));
            ++count;
        }
    }
    std::printf("configured endpoints: %d cases\n", count);
    CHECK(count == 39);
}
