// The published cases of finding credentials: chains of providers, profiles, tokens, roles, containers, instances.
#include "conformance_file.hpp"
#include "recorded_traffic.hpp"
#include "support/world.hpp"

#include <auth/bearer_token.hpp>
#include <auth/container_provider.hpp>
#include <auth/instance_metadata.hpp>
#include <auth/profile_chain.hpp>
#include <auth/secret_json.hpp>
#include <auth/selected_profile.hpp>
#include <botocraft/error.hpp>
#include <botocraft/process.hpp>

#include <algorithm>
#include <cstdio>
#include <map>

#include "catch.hpp"

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using namespace botocraft;
using conformance::RecordedTraffic;
using testing::FakeEnvironment;
using namespace std::chrono_literals;

const fs::path suites = fs::path(BOTOCRAFT_CONFORMANCE_DATA) / "credentials";

// What we say instead of what the library says that the cases come from: the code of the error, and a part of its text.
struct OurError {
    std::string_view code;
    std::string_view text;
};
const std::map<std::string, OurError, std::less<>> our_errors = {
    {"eks_pod_identity_no_token_file", {"TokenFileMissing", "/token.jwt"}},
    {"imds_default_chain_error", {credentials_not_found, "no IAM role"}},
    {"imds_disabled", {credentials_not_found, "AWS_EC2_METADATA_DISABLED"}},
    {"imds_no_iam_role", {"CredentialSourceEmpty", "no IAM role"}},
    {"imds_token_fail", {"InstanceMetadataForbidden", "request forbidden: IMDS is disabled"}},
    {"profile_overrides_web_identity", {"CredentialSourceEmpty", "AWS_ACCESS_KEY_ID"}},
    {"sso_no_token_file",
     {"SignInRequired",
      "/.aws/sso/cache/dace00cba5f8355ec9d274ceb2bcebdfbeed0e12.json`: No such file or directory"}},
    {"sso_server_error", {"UnknownError", "HTTP 503"}},
    {"web_identity_source_profile_no_env",
     {"InvalidProfile", "`web_identity_token_file` was specified but `role_arn` was missing"}},
    {"web_identity_token_invalid_jwt", {"InvalidIdentityToken", "No OpenIDConnect provider found in your account"}},
    {"credential_process_failure",
     {"CredentialProcessFailure", "Error retrieving credentials from external process"}},
    {"credential_process_invalid",
     {"CredentialProcessFailure", "could not parse response: invalid JSON in response"}},
    {"empty_config", {credentials_not_found, "there is no profile \"default\""}},
    {"invalid_config", {"ProfileFileInvalid", "/.aws/config, line 2"}},
    {"invalid_sso_credentials_config",
     {"SsoRoleMissing", "selected profile will resolve an access token instead of credentials"}},
    {"sso_token", {"SsoRoleMissing", "selected profile will resolve an access token instead of credentials"}},
};

std::string read_text(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

json::value read_json(const fs::path& path) { return json::parse(read_text(path)); }

std::string text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value == nullptr ? std::string() : std::string(value->as_string());
}

// A case: its environment, its files, and what the servers said.
struct Case {
    explicit Case(const fs::path& folder) {
        const json::value variables = read_json(folder / "env.json");
        for (const auto& [name, value] : variables.as_object()) {
            environment->set(name, std::string(value.as_string()));
        }
        if (fs::exists(folder / "fs")) {
            for (const auto& entry : fs::recursive_directory_iterator(folder / "fs")) {
                if (!entry.is_regular_file()) continue;
                environment->add_file("/" + fs::relative(entry.path(), folder / "fs").string(), read_text(entry.path()));
            }
        }
        traffic = std::make_shared<RecordedTraffic>(conformance::read_traffic(read_json(folder / "http-traffic.json")));
        context.environment = environment;
        context.clock = clock;
        context.session.random = std::make_shared<fake::Random>();
        context.session.sleeper = std::make_shared<fake::Sleeper>(clock);
        context.session.transport = traffic;
        context.session.processes = system_processes();
    }

    std::shared_ptr<FakeEnvironment> environment = std::make_shared<FakeEnvironment>();
    std::shared_ptr<testing::ManualClock> clock =
        std::make_shared<testing::ManualClock>(std::chrono::sys_seconds(1234560000s));  // before anything expires
    std::shared_ptr<RecordedTraffic> traffic;
    CredentialsContext context;
};

struct Outcome {
    json::object found;
    std::string code;
    std::string what;
};

template <class T>
Outcome run(boost::asio::awaitable<T> work, json::object (*describe)(const T&)) {
    boost::asio::io_context io;
    Outcome outcome;
    boost::asio::co_spawn(io, std::move(work), [&](const std::exception_ptr& error, const T& value) {
        if (!error) {
            outcome.found = describe(value);
            return;
        }
        try {
            std::rethrow_exception(error);
        } catch (const Error& e) {
            outcome.code = e.code();
            outcome.what = e.what();
        }
    });
    io.run();
    return outcome;
}

json::object describe_credentials(const Credentials& found) {
    json::object object;
    const auto put = [&object](const char* name, std::string_view text) {
        if (!text.empty()) object[name] = json::string(text.data(), text.size());
    };
    put("access_key_id", found.access_key_id);
    put("secret_access_key", found.secret_access_key.reveal());
    put("session_token", found.session_token.reveal());
    put("account_id", found.account_id);
    if (found.expiration) {
        object["expiry"] = std::chrono::floor<std::chrono::seconds>(*found.expiration).time_since_epoch().count();
    }
    return object;
}

json::object describe_token(const auth::BearerToken& found) {
    json::object object;
    object["token"] = json::string(found.token.reveal().data(), found.token.reveal().size());
    if (found.expiration) object["expiration"] = auth::format_time(*found.expiration);
    return object;
}

template <class Run>
void run_suite(const char* suite, int expected, Run run_case) {
    if (!fs::exists(suites / suite)) {
        std::cerr << "SKIPPED: no conformance data at " << suites / suite << '\n';
        return;
    }
    int count = 0;
    for (const auto& entry : fs::directory_iterator(suites / suite)) {
        const std::string name = entry.path().filename().string();
        INFO(suite << "/" << name);
        const json::object result = read_json(entry.path() / "test-case.json").at("result").as_object();
        Case world(entry.path());
        const Outcome outcome = run_case(world);
        INFO("error: " << outcome.what);
        if (const auto* wanted = result.if_contains("Ok")) {
            CHECK(json::value(outcome.found) == *wanted);
        } else {
            const auto ours = our_errors.find(name);
            REQUIRE(ours != our_errors.end());
            CHECK(outcome.code == ours->second.code);
            CHECK_THAT(outcome.what, has_text(std::string(ours->second.text)));
        }
        CHECK(world.traffic->complaints() == std::vector<std::string>());
        ++count;
    }
    std::printf("%s: %d cases\n", suite, count);
    CHECK(count == expected);
}

json::object describe(const AssumeRole& role) {
    json::object object{{"role_arn", role.role_arn}};
    if (!role.session_name.empty()) object["role_session_name"] = role.session_name;
    if (!role.external_id.empty()) object["external_id"] = role.external_id;
    return {{"AssumeRole", object}};
}
json::object describe(const Credentials& keys) {
    json::object object = describe_credentials(keys);
    return {{"AccessKey", object}};
}
json::object describe(auth::CredentialSource source) {
    const char* const names[] = {"Environment", "Ec2InstanceMetadata", "EcsContainer"};
    return {{"NamedSource", names[static_cast<int>(source)]}};
}
json::object describe(const WebIdentity& identity) {
    json::object object{{"role_arn", identity.role_arn}, {"web_identity_token_file", identity.token_file}};
    if (!identity.session_name.empty()) object["role_session_name"] = identity.session_name;
    return {{"WebIdentityToken", object}};
}
json::object describe(const SsoRole& role) {
    json::object object{{"sso_region", role.region}, {"sso_start_url", role.start_url}};
    if (!role.session.empty()) object["sso_session"] = role.session;
    if (!role.account_id.empty()) object["sso_account_id"] = role.account_id;
    if (!role.role_name.empty()) object["sso_role_name"] = role.role_name;
    return {{"Sso", object}};
}
json::object describe(const auth::LoginSource& login) { return {{"Login", login.session}}; }
json::object describe(const auth::ProcessSource& process) { return {{"Process", process.command}}; }

config::Sections read_sections(const json::object& input, std::string_view name) {
    config::Sections sections;
    const auto* found = input.if_contains(name);
    if (found == nullptr) return sections;
    for (const auto& [section, properties] : found->as_object()) {
        config::Section& into = sections[std::string(section)];
        for (const auto& [key, value] : properties.as_object()) {
            into[std::string(key)] = config::Property{std::string(value.as_string()), {}, false, "config", 1};
        }
    }
    return sections;
}

}  // namespace

TEST_CASE("published cases of the default chain of credentials") {
    run_suite("default-credential-provider-chain", 29, [](Case& world) {
        const auto provider = default_credentials();
        return run(provider->resolve(world.context), describe_credentials);
    });
}

TEST_CASE("published cases of credentials from profiles") {
    run_suite("profile-provider", 18, [](Case& world) {
        const auto provider = profile_credentials();
        return run(provider->resolve(world.context), describe_credentials);
    });
}

TEST_CASE("published cases of bearer tokens") {
    run_suite("default-token-provider-chain", 3, [](Case& world) {
        return run(auth::find_bearer_token(world.context, {}), describe_token);
    });
}

TEST_CASE("published cases of chains of roles") {
    const auto suite = conformance::file("credentials/assume-role-tests.json");
    if (!suite) return;
    int count = 0;
    for (const json::value& item : suite->as_array()) {
        INFO(item.at("docs").as_string());
        const json::object& input = item.at("input").as_object();
        config::ProfileFiles files;
        files.profiles = read_sections(input, "profiles");
        files.sso_sessions = read_sections(input, "sso_sessions");
        json::array steps;
        std::string explanation;
        try {
            const auth::ProfileChain chain = auth::plan_chain(files, text_of(input, "selected_profile"));
            steps.push_back(std::visit([](const auto& base) { return describe(base); }, chain.base));
            for (const AssumeRole& role : chain.roles) steps.push_back(describe(role));
        } catch (const CredentialsError& error) {
            explanation = error.details().explanation;
        }
        const json::object& output = item.at("output").as_object();
        if (const auto* wanted = output.if_contains("Error")) {
            CHECK_THAT(explanation, has_text(std::string(wanted->as_string())));
        } else {
            CHECK(explanation.empty());
            CHECK(steps == output.at("ProfileChain").as_array());
        }
        ++count;
    }
    std::printf("chains of roles: %d cases\n", count);
    CHECK(count == 28);
}

TEST_CASE("published cases of the container's endpoint") {
    const auto suite = conformance::file("credentials/ecs-tests.json");
    if (!suite) return;
    int count = 0;
    for (const json::value& item : suite->at("tests").as_array()) {
        INFO(item.at("docs").as_string());
        FakeEnvironment environment;
        for (const auto& [name, value] : item.at("env").as_object()) environment.set(name, std::string(value.as_string()));
        std::string url, code, explanation;
        try {
            url = auth::container_url(environment).text();
        } catch (const CredentialsError& error) {
            code = error.code();
            explanation = error.details().explanation;
        }
        const json::object& result = item.at("result").as_object();
        if (result.contains("Ok")) {
            CHECK(url == text_of(result, "Ok"));
        } else if (item.at("env").as_object().empty()) {  // it has nothing to say, as the text says in other words
            CHECK(code == credentials_not_found);
        } else {
            CHECK(code == "InvalidContainerUri");
            CHECK_THAT(explanation, has_text("URI did not specify a host"));
        }
        ++count;
    }
    std::printf("container endpoints: %d cases\n", count);
    CHECK(count == 11);
}

TEST_CASE("published cases of the endpoint of instance metadata") {
    const auto suite = conformance::file("credentials/imds-config/imds-endpoint-tests.json");
    if (!suite) return;
    int count = 0;
    for (const json::value& item : suite->at("tests").as_array()) {
        INFO(item.at("docs").as_string());
        const auto environment = std::make_shared<FakeEnvironment>();
        for (const auto& [name, value] : item.at("env").as_object()) environment->set(name, std::string(value.as_string()));
        for (const auto& [name, value] : item.at("fs").as_object()) environment->add_file(name, std::string(value.as_string()));
        const json::object& test = item.as_object();
        const auto override = [&test](const char* name) {
            return test.contains(name) ? std::optional(text_of(test, name)) : std::nullopt;
        };
        CredentialsContext context;
        context.environment = environment;
        std::string url, explanation;
        try {
            const auth::SelectedProfile profile = auth::select_profile(context);
            InstanceMetadataOptions options;
            options.endpoint = override("endpoint_override");
            options.endpoint_mode = override("mode_override");
            const auth::MetadataSettings settings =
                auth::metadata_settings(*environment, profile.section(), options);
            url = settings.url(auth::InstanceMetadata::token_path).text();
        } catch (const ConfigurationError& error) {
            explanation = error.details().explanation;
        }
        const json::object& result = test.at("result").as_object();
        CHECK(url == text_of(result, "Ok"));
        CHECK_THAT(explanation, has_text(text_of(result, "Err")));
        ++count;
    }
    std::printf("metadata endpoints: %d cases\n", count);
    CHECK(count == 14);
}
