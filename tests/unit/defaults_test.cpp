// The names of settings, the README's list of them, and the defaults modes.
#include "support/world.hpp"

#include <botocraft/ecs/types.hpp>
#include <botocraft/error.hpp>
#include <config/defaults_mode.hpp>
#include <config/names.hpp>
#include <runtime/session_state.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "catch.hpp"

using namespace botocraft;
using config::DefaultsMode;

namespace {

std::string row(const config::Setting& setting) {
    const auto code = [](std::string_view text) { return text.empty() ? std::string() : "`" + std::string(text) + "`"; };
    return "| " + code(setting.variable) + " | " + code(setting.key) + " | " + code(setting.code) + " | " +
           std::string(setting.meaning) + " | " + std::string(setting.where) + " |\n";
}

}  // namespace

TEST_CASE("the README lists every variable and key that is read") {
    std::ifstream file(BOTOCRAFT_SOURCE_DIR "/README.md");
    const std::string readme(std::istreambuf_iterator<char>(file), {});
    std::string table;
    for (const config::Setting& setting : config::all_settings()) table += row(setting);
    INFO("the table should be:\n" << table);
    CHECK(readme.find(table) != std::string::npos);
}

TEST_CASE("every setting says which file of the library reads it") {
    for (const config::Setting& setting : config::all_settings()) {
        std::string_view rest = setting.where;
        INFO(setting.variable << " " << setting.key << ": " << rest);
        while (!rest.empty()) {
            const std::size_t comma = std::min(rest.find(", "), rest.size());
            const std::string path = BOTOCRAFT_SOURCE_DIR "/src/" + std::string(rest.substr(0, comma)) + ".cpp";
            CHECK(std::ifstream(path).good());
            rest.remove_prefix(std::min(comma + 2, rest.size()));
        }
    }
}

TEST_CASE("defaults modes by name, and what `auto` comes to") {
    CHECK(config::parse_defaults_mode("Cross-Region") == DefaultsMode::cross_region);
    CHECK(config::parse_defaults_mode("auto") == DefaultsMode::automatic);
    CHECK_FALSE(config::parse_defaults_mode("fast"));
    CHECK(config::choose_defaults_mode("", "us-east-1") == DefaultsMode::standard);
    CHECK(config::choose_defaults_mode("us-east-1", "us-east-1") == DefaultsMode::in_region);
    CHECK(config::choose_defaults_mode("eu-west-1", "us-east-1") == DefaultsMode::cross_region);
}

TEST_CASE("defaults modes are AWS's") {
    std::ifstream file(BOTOCRAFT_SOURCE_DIR "/specs/aws/sdk-default-configuration.json");
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const auto facts = fake::json::parse(text).as_object();
    for (const auto& [name, changes] : facts.at("modes").as_object()) {
        const auto value = [&](const char* key) {
            const auto* change = changes.as_object().if_contains(key);
            return std::chrono::milliseconds(change ? change->at("override").as_int64() : facts.at("base").at(key).as_int64());
        };
        INFO(name);
        const auto mode = config::parse_defaults_mode(std::string_view(name));
        REQUIRE(mode);
        CHECK(config::defaults_of(*mode).connect_timeout == value("connectTimeoutInMillis"));
        CHECK(config::defaults_of(*mode).tls_timeout == value("tlsNegotiationTimeoutInMillis"));
    }
    CHECK(facts.at("base").at("retryMode") == "standard");
}

TEST_CASE_METHOD(fake::World, "a session's limits are those of its defaults mode, but for what code says") {
    const auto connect = [this] {
        const Session made(options);
        run(made.state()->prepare());
        return made.state()->service(ecs::tables::service).limits.connect;
    };
    using std::chrono::milliseconds;
    CHECK(connect() == milliseconds(5000));
    environment->set("HOME", "/h").add_file("/h/.aws/config", "[default]\ndefaults_mode = mobile\n");
    CHECK(connect() == milliseconds(30000));
    environment->set("AWS_DEFAULTS_MODE", "in-region");
    CHECK(connect() == milliseconds(1100));
    environment->set("AWS_DEFAULTS_MODE", "auto").set("AWS_EXECUTION_ENV", "AWS_Lambda").set("AWS_REGION", "us-east-1");
    CHECK(connect() == milliseconds(1100));
    environment->set("AWS_REGION", "eu-west-1");
    CHECK(connect() == milliseconds(3100));
    options.connect_timeout = milliseconds(7);
    CHECK(connect() == milliseconds(7));
    options.defaults_mode = "fast";
    CHECK_THROWS_AS(connect(), ConfigurationError);
}
