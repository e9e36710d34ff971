// Every setting that there is: code comes before the environment, that before the profile, that before a default.
#include "support/world.hpp"

#include <auth/bearer_token.hpp>
#include <auth/instance_metadata.hpp>
#include <auth/profile_chain.hpp>
#include <auth/sign_in_cache.hpp>
#include <botocraft/error.hpp>
#include <config/names.hpp>
#include <runtime/session_state.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "catch.hpp"

using namespace botocraft;
using namespace std::chrono_literals;

namespace names = config::names;

namespace {

std::string role_answer(const std::string& operation) {
    return "<" + operation + "Response><" + operation + "Result><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>"
           "<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
           "<Expiration>2015-08-30T13:36:00Z</Expiration></Credentials></" + operation + "Result></" + operation + "Response>";
}

// A machine on which nothing is set but what a test sets.
struct Machine : fake::World {
    Machine() {
        options.region = std::nullopt;
        options.credentials = nullptr;
        environment->set("HOME", "/h");
        transport->on("", [](const fake::Request& request) {
            if (request.text.starts_with("GET ")) {
                return fake::reply(R"({"AccessKeyId":"ASIACONTAINER","SecretAccessKey":"s","Token":"t"})");
            }
            return fake::reply(role_answer(request.operation()));
        });
    }

    std::string lines;  // of the profile `default`
    std::string more;   // other sections

    // With the files written.
    void finish() { environment->add_file("/h/.aws/config", "[default]\n" + lines + more); }

    [[nodiscard]] CredentialsContext credentials_context() const { return Session(options).state()->core()->context(); }

    // The keys that calls would be signed with; nothing where there are none.
    std::optional<Credentials> keys() {
        const Session made(options);
        try {
            return *run(made.state()->core()->credentials().get());
        } catch (const CredentialsError& error) {
            if (error.code() == credentials_not_found) return std::nullopt;
            throw;
        }
    }
};

using Look = std::function<std::string(Machine&)>;
using Apply = std::function<void(Machine&)>;

// One setting, and what is seen of it when it is said in one place after the other, each of which comes before the last.
class Row {
  public:
    Row(const config::Setting& setting, Look look, std::string otherwise, Apply base = [](Machine&) {})
        : setting_(setting), look_(std::move(look)), otherwise_(std::move(otherwise)), base_(std::move(base)) {}

    // The value is what is seen, unless something else is.
    Row& profile(const std::string& value) { return profile(value, value); }
    Row& profile(const std::string& value, std::string seen) {
        return profile_lines(std::string(setting_.key) + " = " + value + "\n", "", std::move(seen));
    }
    Row& profile_lines(std::string lines, std::string more, std::string seen) {
        in_profile_ = true;
        return add([lines = std::move(lines), more = std::move(more)](Machine& m) { m.lines += lines, m.more += more; },
                   std::move(seen));
    }
    Row& variable(const std::string& value) { return variable(value, value); }
    Row& variable(std::string value, std::string seen) {
        return variables({{std::string(setting_.variable), std::move(value)}}, std::move(seen));
    }
    Row& variables(std::vector<std::pair<std::string, std::string>> values, std::string seen) {
        in_environment_ = true;
        return add(
            [values = std::move(values)](Machine& m) {
                for (const auto& [name, value] : values) m.environment->set(name, value);
            },
            std::move(seen));
    }
    Row& code(std::function<void(SessionOptions&)> say, std::string seen) {
        in_code_ = true;
        return add([say = std::move(say)](Machine& m) { say(m.options); }, std::move(seen));
    }

    [[nodiscard]] bool is_for(const config::Setting& other) const {
        return setting_.variable == other.variable && setting_.key == other.key && setting_.where == other.where &&
               setting_.meaning == other.meaning;
    }

    void check() const {
        CHECK(in_profile_ == !setting_.key.empty());
        CHECK(in_environment_ == !setting_.variable.empty());
        CHECK(in_code_ == !setting_.code.empty());
        for (std::size_t said = 0; said <= levels_.size(); ++said) {
            Machine machine;
            base_(machine);
            for (std::size_t i = 0; i < said; ++i) levels_[i].apply(machine);
            machine.finish();
            INFO("said in so many places: " << said);
            CHECK(look_(machine) == (said == 0 ? otherwise_ : levels_[said - 1].seen));
        }
    }

  private:
    struct Level {
        Apply apply;
        std::string seen;
    };
    Row& add(Apply apply, std::string seen) {
        levels_.push_back({std::move(apply), std::move(seen)});
        return *this;
    }

    config::Setting setting_;
    Look look_;
    std::string otherwise_;
    Apply base_;
    std::vector<Level> levels_;
    bool in_profile_ = false;
    bool in_environment_ = false;
    bool in_code_ = false;
};

std::string text(bool value) { return value ? "true" : "false"; }
template <class Enum>
    requires std::is_enum_v<Enum>
std::string text(Enum value) {
    return std::to_string(static_cast<int>(value));
}

Look settings(std::function<std::string(const config::Settings&)> look) {
    return [look = std::move(look)](Machine& m) { return look(Session(m.options).state()->core()->settings()); };
}
Look metadata(std::function<std::string(const auth::MetadataSettings&)> look) {
    return [look = std::move(look)](Machine& m) {
        const config::ProfileFiles files = config::load_profile_files(*m.environment);
        return look(auth::metadata_settings(*m.environment, files.profile("default"), m.options.metadata));
    };
}
// Of the keys that are found.
Look keys(std::function<std::string(const Credentials&)> look) {
    return [look = std::move(look)](Machine& m) {
        const auto found = m.keys();
        return found ? look(*found) : "nobody";
    };
}
// Of the request that the keys are asked for with; where none is sent, the keys.
Look request(std::function<std::string(const fake::Request&)> look) {
    return [look = std::move(look)](Machine& m) {
        const auto found = m.keys();
        if (!m.transport->requests().empty()) return look(m.transport->last());
        return found ? found->access_key_id : "nobody";
    };
}
// A parameter of a request of AWS STS, as it is encoded.
Look form(const std::string& name) {
    return request([name](const fake::Request& sent) {
        const std::string body = "&" + std::string(sent.body());
        const std::size_t at = body.find("&" + name + "=");
        if (at == body.npos) return std::string();
        const std::size_t begin = at + name.size() + 2;
        return body.substr(begin, body.find('&', begin) - begin);
    });
}
Look signer() {
    return request([](const fake::Request& sent) {
        const std::string header = sent.header("authorization");
        const std::size_t begin = header.find("Credential=") + 11;
        return header.substr(begin, header.find('/') - begin);
    });
}
// Of what the profile plans; where code gives keys, those.
template <class Source>
Look plan(std::string (*look)(const Source&)) {
    return [look](Machine& m) {
        if (m.options.credentials) return m.keys()->access_key_id;
        const config::ProfileFiles files = config::load_profile_files(*m.environment);
        try {
            return look(std::get<Source>(auth::plan_chain(files, "default").base));
        } catch (const CredentialsError& error) {
            return error.code() == credentials_not_found ? std::string("nobody") : std::string(error.code());
        }
    };
}

void no_instance(Machine& m) {
    m.environment->set("AWS_EC2_METADATA_DISABLED", "true");
    m.environment->set("AWS_REGION", "us-east-1");
}
void coded_keys(SessionOptions& options) { options.credentials = static_credentials(Credentials("CODE", "code-secret", "code-token")); }
void coded_account(SessionOptions& options) {
    Credentials given("CODE", "code-secret");
    given.account_id = "3";
    options.credentials = static_credentials(given);
}
std::function<void(SessionOptions&)> coded_role(AssumeRole role) {
    return [role = std::move(role)](SessionOptions& options) {
        options.credentials = assume_role_credentials(role, static_credentials(Credentials("CODE", "code-secret")));
    };
}

std::string arn(const std::string& name) { return "arn:aws:iam::1:role/" + name; }
std::string encoded_arn(const std::string& name) { return "arn%3Aaws%3Aiam%3A%3A1%3Arole%2F" + name; }

constexpr const char* base_profile = "[profile base]\naws_access_key_id = BASE\naws_secret_access_key = s\n";
const std::string role_lines = "role_arn = " + arn("profile") + "\nsource_profile = base\n";

using Options = SessionOptions;

std::vector<Row> files_and_calls() {
    std::vector<Row> rows;
    const auto row = [&rows](auto&&... all) -> Row& { return rows.emplace_back(std::forward<decltype(all)>(all)...); };
    const auto flag = [&](const config::Setting& setting, auto look, auto say) {
        row(setting, settings(look), "false").profile("true").variable("false").code(say, "true");
    };
    row(names::config_file, settings([](auto& s) { return s.files.config_path; }), "/h/.aws/config")
        .variable("/v").code([](Options& o) { o.config_file = "~/c"; }, "/h/c");
    row(names::credentials_file, settings([](auto& s) { return s.files.credentials_path; }), "/h/.aws/credentials")
        .variable("/v").code([](Options& o) { o.credentials_file = "~/c"; }, "/h/c");
    row(names::home, [](Machine& m) { return config::home_directory(*m.environment); }, "/system",
        [](Machine& m) { m.environment->unset("HOME").set_home_directory("/system"); }).variable("/v");
    row(names::profile, settings([](auto& s) { return s.profile; }), "default",
        [](Machine& m) { m.more = "[profile a]\n[profile b]\n"; }).variable("a").code([](Options& o) { o.profile = "b"; }, "b");
    for (const auto* setting : {&names::region, &names::default_region}) {
        row(*setting, settings([](auto& s) { return s.region; }), "")
            .profile("eu-west-1").variable("eu-west-2").code([](Options& o) { o.region = "eu-west-3"; }, "eu-west-3");
    }
    row(names::defaults_mode, settings([](auto& s) { return text(s.defaults_mode); }), text(config::DefaultsMode::legacy))
        .profile("mobile", text(config::DefaultsMode::mobile)).variable("in-region", text(config::DefaultsMode::in_region))
        .code([](Options& o) { o.defaults_mode = "cross-region"; }, text(config::DefaultsMode::cross_region));
    row(names::retry_mode, settings([](auto& s) { return text(s.retry_mode); }), text(RetryMode::standard))
        .profile("adaptive", text(RetryMode::adaptive)).variable("standard", text(RetryMode::standard))
        .code([](Options& o) { o.retry_mode = RetryMode::off; }, text(RetryMode::off));
    row(names::max_attempts, settings([](auto& s) { return std::to_string(s.max_attempts.value_or(0)); }), "0")
        .profile("5").variable("6").code([](Options& o) { o.max_attempts = 7; }, "7");
    row(names::new_retries, settings([](auto& s) { return text(s.behavior); }), text(BehaviorVersion::latest))
        .variable("false", text(BehaviorVersion::v2025_01_01))
        .code([](Options& o) { o.behavior = BehaviorVersion::latest; }, text(BehaviorVersion::latest));
    flag(names::use_fips, [](auto& s) { return text(s.endpoints.use_fips.value); }, [](Options& o) { o.endpoints.use_fips = true; });
    flag(names::use_dualstack, [](auto& s) { return text(s.endpoints.use_dualstack.value); },
         [](Options& o) { o.endpoints.use_dualstack = true; });
    const auto endpoint = settings([](auto& s) {
        const auto found = s.endpoint_url("ECS", "ecs");
        return found ? found->value : std::string();
    });
    const std::string section = "[services x]\necs =\n  endpoint_url = http://section\n";
    row(names::endpoint_url, endpoint, "").profile("http://profile").variable("http://variable")
        .code([](Options& o) { o.endpoint_url = "http://code"; }, "http://code");
    row(names::service_endpoint_url, endpoint, "").profile_lines("services = x\n", section, "http://section")
        .variables({{"AWS_ENDPOINT_URL_ECS", "http://variable"}}, "http://variable")
        .code([](Options& o) { o.endpoints.services["ecs"].url = "http://code"; }, "http://code");
    row(names::services, endpoint, "", [section](Machine& m) { m.more = section; }).profile("x", "http://section");
    flag(names::ignore_endpoint_urls, [](auto& s) { return text(s.endpoints.ignore_configured_urls.value); },
         [](Options& o) { o.endpoints.ignore_configured_urls = true; });
    row(names::ca_bundle, settings([](auto& s) { return s.ca_bundle.value_or(""); }), "").profile("/p").variable("/v")
        .code([](Options& o) { o.ca_bundle = "/c"; }, "/c");
    row(names::execution_environment, [](Machine& m) { return config::region_of_execution(*m.environment); }, "",
        [](Machine& m) { m.environment->set("AWS_REGION", "eu-west-1"); }).variable("AWS_Lambda", "eu-west-1");
    row(names::app_id, settings([](auto& s) { return s.app_id; }), "").profile("p").variable("v")
        .code([](Options& o) { o.app_id = "c"; }, "c");
    flag(names::disable_compression, [](auto& s) { return text(s.compression.disabled); },
         [](Options& o) { o.protocol.compression.disable = true; });
    row(names::compression_min_size, settings([](auto& s) { return std::to_string(s.compression.min_size); }), "10240")
        .profile("1").variable("2").code([](Options& o) { o.protocol.compression.min_size = 3; }, "3");
    const std::string supported = text(RequestChecksums::when_supported), required = text(RequestChecksums::when_required);
    row(names::request_checksums, settings([](auto& s) { return text(s.request_checksums); }), supported)
        .profile("when_required", required).variable("when_supported", supported)
        .code([](Options& o) { o.protocol.request_checksums = RequestChecksums::when_required; }, required);
    row(names::response_checksums, settings([](auto& s) { return text(s.response_checksums); }), supported)
        .profile("when_required", required).variable("when_supported", supported)
        .code([](Options& o) { o.protocol.response_checksums = ResponseChecksums::when_required; }, required);
    row(names::auth_schemes, settings([](auto& s) { return s.auth_schemes; }), "").profile("sigv4").variable("sigv4a")
        .code([](Options& o) { o.auth_schemes = "bearer"; }, "bearer");
    row(names::signing_region_set, settings([](auto& s) { return s.signing_region_set; }), "").profile("*")
        .variable("eu-west-1,eu-west-2").code([](Options& o) { o.signing_region_set = "us-east-1"; }, "us-east-1");
    return rows;
}

std::vector<Row> proxies() {
    std::vector<Row> rows;
    const auto row = [&rows](auto&&... all) -> Row& { return rows.emplace_back(std::forward<decltype(all)>(all)...); };
    const auto url = [](const std::shared_ptr<http::Proxy>& proxy) { return proxy ? proxy->host : std::string(); };
    const Look https = settings([url](auto& s) { return url(s.proxies.https); });
    const Look http = settings([url](auto& s) { return url(s.proxies.http); });
    const auto say_https = [](Options& o) { o.proxy.https = "http://code:1"; };
    row(names::https_proxy, https, "").variable("http://variable:1", "variable").code(say_https, "code");
    row(names::http_proxy, http, "").variable("http://variable:1", "variable")
        .code([](Options& o) { o.proxy.http = "http://code:1"; }, "code");
    row(names::all_proxy, https, "").variable("http://variable:1", "variable").code(say_https, "code");
    row(names::no_proxy, settings([](auto& s) {
            std::string matched;
            for (const char* host : {"variable", "code"}) matched += s.proxies.none.matches(host, 443) ? host : "";
            return matched;
        }), "").variable("variable").code([](Options& o) { o.proxy.no_proxy = "code"; }, "code");
    row(names::request_method, http, "other", [](Machine& m) { m.environment->set("HTTP_PROXY", "http://other:1"); })
        .variable("GET", "");
    return rows;
}

std::vector<Row> endpoints() {
    std::vector<Row> rows;
    const auto row = [&rows](auto&&... all) -> Row& { return rows.emplace_back(std::forward<decltype(all)>(all)...); };
    const auto optional = [](const std::optional<bool>& value) { return value ? text(*value) : std::string("unsaid"); };
    const std::string regional = text(RegionalEndpoints::regional), legacy = text(RegionalEndpoints::legacy);
    row(names::disable_host_prefix, settings([](auto& s) { return text(s.endpoints.disable_host_prefix.value); }), "false")
        .profile("true").variable("false").code([](Options& o) { o.endpoints.disable_host_prefix = true; }, "true");
    row(names::account_id_mode, settings([](auto& s) { return text(s.endpoints.account_id_mode.value); }),
        text(AccountIdEndpointMode::preferred))
        .profile("disabled", text(AccountIdEndpointMode::disabled)).variable("required", text(AccountIdEndpointMode::required))
        .code([](Options& o) { o.endpoints.account_id_mode = AccountIdEndpointMode::preferred; },
              text(AccountIdEndpointMode::preferred));
    row(names::endpoint_discovery, settings([optional](auto& s) { return optional(s.endpoints.discovery.value); }), "unsaid")
        .profile("true").variable("false").code([](Options& o) { o.endpoints.discovery = true; }, "true");
    row(names::sts_regional_endpoints, settings([](auto& s) { return text(s.endpoints.sts.value); }), regional)
        .profile("legacy", legacy).variable("regional", regional)
        .code([](Options& o) { o.endpoints.sts = RegionalEndpoints::legacy; }, legacy);
    row(names::s3_addressing_style, settings([](auto& s) { return text(s.endpoints.s3_addressing_style.value); }),
        text(AddressingStyle::automatic))
        .profile_lines("s3 =\n  addressing_style = path\n", "", text(AddressingStyle::path))
        .code([](Options& o) { o.endpoints.s3.addressing_style = AddressingStyle::virtual_host; },
              text(AddressingStyle::virtual_host));
    row(names::s3_accelerate, settings([](auto& s) { return text(s.endpoints.s3_accelerate.value); }), "false")
        .profile_lines("s3 =\n  use_accelerate_endpoint = true\n", "", "true")
        .code([](Options& o) { o.endpoints.s3.accelerate = false; }, "false");
    row(names::s3_use_dualstack, settings([](auto& s) {
            const ServiceEndpointOptions* const own = s.endpoints.of("s3", "S3");
            return text(own && own->use_dualstack ? *own->use_dualstack : s.endpoints.s3_use_dualstack.value);
        }), "false")
        .profile_lines("s3 =\n  use_dualstack_endpoint = true\n", "", "true")
        .code([](Options& o) { o.endpoints.services["s3"].use_dualstack = false; }, "false");
    row(names::s3_use_arn_region, settings([optional](auto& s) { return optional(s.endpoints.s3_use_arn_region.value); }),
        "unsaid")
        .profile("true").variable("false").code([](Options& o) { o.endpoints.s3.use_arn_region = true; }, "true");
    row(names::s3_disable_multi_region, settings([](auto& s) { return text(s.endpoints.s3_disable_multi_region.value); }),
        "false")
        .profile("true").variable("false")
        .code([](Options& o) { o.endpoints.s3.disable_multi_region_access_points = true; }, "true");
    row(names::s3_disable_express_session_auth,
        settings([](auto& s) { return text(s.endpoints.s3_disable_express_session_auth.value); }), "false")
        .profile("true").variable("false").code([](Options& o) { o.endpoints.s3.disable_express_session_auth = true; }, "true");
    row(names::s3_us_east_1, settings([](auto& s) { return text(s.endpoints.s3_us_east_1.value); }), regional)
        .profile("legacy", legacy).variable("regional", regional)
        .code([](Options& o) { o.endpoints.s3.us_east_1 = RegionalEndpoints::legacy; }, legacy);
    return rows;
}

// Each with all that it takes to be keys.
std::vector<Row> static_keys() {
    std::vector<Row> rows;
    const auto row = [&rows](const config::Setting& setting, std::function<std::string(const Credentials&)> look,
                             const char* in_profile, const char* in_environment, auto say, const char* in_code) {
        rows.emplace_back(setting, keys(std::move(look)), "nobody", no_instance)
            .profile_lines("aws_access_key_id = PROFILE\naws_secret_access_key = profile-secret\n"
                           "aws_session_token = profile-token\naws_account_id = 1\n", "", in_profile)
            .variables({{"AWS_ACCESS_KEY_ID", "VARIABLE"}, {"AWS_SECRET_ACCESS_KEY", "variable-secret"},
                        {"AWS_SESSION_TOKEN", "variable-token"}, {"AWS_ACCOUNT_ID", "2"}}, in_environment)
            .code(say, in_code);
    };
    row(names::access_key_id, [](auto& c) { return c.access_key_id; }, "PROFILE", "VARIABLE", coded_keys, "CODE");
    row(names::secret_access_key, [](auto& c) { return std::string(c.secret_access_key.reveal()); }, "profile-secret",
        "variable-secret", coded_keys, "code-secret");
    row(names::session_token, [](auto& c) { return std::string(c.session_token.reveal()); }, "profile-token",
        "variable-token", coded_keys, "code-token");
    row(names::account_id, [](auto& c) { return c.account_id; }, "1", "2", coded_account, "3");
    return rows;
}

// The variables of web identity are asked after the profile: there they come first, so that the profile comes before them.
std::vector<Row> roles() {
    std::vector<Row> rows;
    const auto row = [&rows](auto&&... all) -> Row& { return rows.emplace_back(std::forward<decltype(all)>(all)...); };
    const auto base = [](Machine& m) {
        no_instance(m);
        for (const char* path : {"/v", "/p", "/c"}) m.environment->add_file(path, "of" + std::string(path).replace(0, 1, "-"));
        m.more = base_profile;
        m.options.mfa_code = [](std::string_view) -> awaitable<std::string> { co_return "123456"; };
    };
    AssumeRole coded;
    coded.role_arn = arn("code");
    coded.session_name = "code";
    coded.external_id = "code";
    coded.mfa_serial = "code";
    coded.duration = 3s;
    const std::vector<std::pair<std::string, std::string>> identity{
        {"AWS_WEB_IDENTITY_TOKEN_FILE", "/v"}, {"AWS_ROLE_ARN", arn("variable")}, {"AWS_ROLE_SESSION_NAME", "variable"}};
    row(names::role_arn, form("RoleArn"), "nobody", base).variables(identity, encoded_arn("variable"))
        .profile_lines(role_lines, "", encoded_arn("profile")).code(coded_role(coded), encoded_arn("code"));
    row(names::role_session_name, form("RoleSessionName"), "nobody", base).variables(identity, "variable")
        .profile_lines(role_lines + "role_session_name = profile\n", "", "profile").code(coded_role(coded), "code");
    row(names::web_identity_token_file, form("WebIdentityToken"), "nobody", base).variables(identity, "of-v")
        .profile_lines("role_arn = " + arn("profile") + "\nweb_identity_token_file = /p\n", "", "of-p")
        .code([](Options& o) {
            WebIdentity own;
            own.role_arn = arn("code");
            own.token_file = "/c";
            o.credentials = web_identity_credentials(own);
        }, "of-c");
    row(names::source_profile, signer(), "nobody", base).profile_lines(role_lines, "", "BASE").code(coded_role(coded), "CODE");
    row(names::credential_source, signer(), "nobody", [base](Machine& m) {
        base(m);
        m.options.profile = "default";  // else the variables come first
        m.environment->set("AWS_ACCESS_KEY_ID", "VARIABLE").set("AWS_SECRET_ACCESS_KEY", "s");
    }).profile_lines("role_arn = " + arn("profile") + "\ncredential_source = Environment\n", "", "VARIABLE")
        .code(coded_role(coded), "CODE");
    const auto with_role = [base](Machine& m) {
        base(m);
        m.lines = role_lines;
    };
    row(names::external_id, form("ExternalId"), "", with_role).profile("profile").code(coded_role(coded), "code");
    row(names::mfa_serial, form("SerialNumber"), "", with_role).profile("profile").code(coded_role(coded), "code");
    row(names::duration_seconds, form("DurationSeconds"), "", with_role).profile("900").code(coded_role(coded), "3");
    return rows;
}

std::vector<Row> people() {
    std::vector<Row> rows;
    const auto row = [&rows](auto&&... all) -> Row& { return rows.emplace_back(std::forward<decltype(all)>(all)...); };
    const auto sso = [&](const config::Setting& setting, std::string (*look)(const SsoRole&), const char* seen) {
        row(setting, plan<SsoRole>(look), "nobody", no_instance)
            .profile_lines("sso_session = dev\nsso_account_id = 1\nsso_role_name = reader\n",
                           "[sso-session dev]\nsso_region = eu-west-1\nsso_start_url = https://x\n", seen)
            .code(coded_keys, "CODE");
    };
    sso(names::sso_session, [](const SsoRole& role) { return role.session; }, "dev");
    sso(names::sso_start_url, [](const SsoRole& role) { return role.start_url; }, "https://x");
    sso(names::sso_region, [](const SsoRole& role) { return role.region; }, "eu-west-1");
    sso(names::sso_account_id, [](const SsoRole& role) { return role.account_id; }, "1");
    sso(names::sso_role_name, [](const SsoRole& role) { return role.role_name; }, "reader");
    row(names::login_session, plan<auth::LoginSource>([](const auth::LoginSource& login) { return login.session; }), "nobody",
        no_instance).profile("profile").code(coded_keys, "CODE");
    row(names::login_cache, [](Machine& m) {
        const std::string path = auth::login_cache_path(*m.environment, "x", m.options.login_cache);
        return path.substr(0, path.rfind('/'));
    }, "/h/.aws/login/cache").variable("/v").code([](Options& o) { o.login_cache = "/c"; }, "/c");
    row(names::credential_process,
        plan<auth::ProcessSource>([](const auth::ProcessSource& process) { return process.command; }), "nobody", no_instance)
        .profile("print-keys").code(coded_keys, "CODE");
    row(names::bearer_token, [](Machine& m) {
        const CredentialsContext context = m.credentials_context();
        try {
            return std::string(m.run(auth::find_bearer_token(context, "bedrock")).token.reveal());
        } catch (const CredentialsError&) {
            return std::string("nobody");
        }
    }, "nobody").variables({{"AWS_BEARER_TOKEN_BEDROCK", "variable"}}, "variable")
        .code([](Options& o) { o.bearer_tokens = static_bearer_token("code"); }, "code");
    return rows;
}

std::vector<Row> machines() {
    std::vector<Row> rows;
    const auto row = [&rows](auto&&... all) -> Row& { return rows.emplace_back(std::forward<decltype(all)>(all)...); };
    const Look where = request([](const fake::Request& sent) {
        return sent.origin.host + sent.text.substr(4, sent.text.find(" HTTP/") - 4);
    });
    const Look token = request([](const fake::Request& sent) { return sent.header("authorization"); });
    const auto in_container = [](Machine& m) {
        no_instance(m);
        m.environment->set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x").add_file("/t", "in-file");
    };
    row(names::container_relative_uri, where, "nobody", no_instance).variable("/x", "169.254.170.2/x").code(coded_keys, "CODE");
    row(names::container_full_uri, where, "nobody", no_instance).variable("http://localhost:99/y", "localhost/y")
        .code(coded_keys, "CODE");
    row(names::container_token_file, token, "", in_container).variable("/t", "in-file").code(coded_keys, "CODE");
    row(names::container_token, token, "", in_container).variable("variable").code(coded_keys, "CODE");

    using Known = const auth::MetadataSettings&;
    row(names::metadata_disabled, metadata([](Known s) { return text(!s.enabled); }), "false").variable("true")
        .code([](Options& o) { o.metadata.disabled = false; }, "false");
    row(names::metadata_v1_disabled, metadata([](Known s) { return text(!s.allow_v1); }), "true").profile("false").variable("true")
        .code([](Options& o) { o.metadata.v1_disabled = false; }, "false");
    row(names::metadata_endpoint, metadata([](Known s) { return s.endpoint.host; }), "169.254.169.254")
        .profile("http://profile", "profile").variable("http://variable", "variable")
        .code([](Options& o) { o.metadata.endpoint = "http://code"; }, "code");
    row(names::metadata_endpoint_mode, metadata([](Known s) { return s.endpoint.host; }), "169.254.169.254")
        .profile("IPv6", "fd00:ec2::254").variable("IPv4", "169.254.169.254")
        .code([](Options& o) { o.metadata.endpoint_mode = "IPv6"; }, "fd00:ec2::254");
    row(names::metadata_timeout, metadata([](Known s) { return std::to_string(s.timeout.count()); }), "1000")
        .profile("2", "2000").variable("3", "3000").code([](Options& o) { o.metadata.timeout = 4ms; }, "4");
    row(names::metadata_attempts, metadata([](Known s) { return std::to_string(s.attempts); }), "3").profile("4").variable("5")
        .code([](Options& o) { o.metadata.attempts = 6; }, "6");
    row(names::instance_profile, metadata([](Known s) { return s.instance_profile; }), "").profile("profile").variable("variable")
        .code([](Options& o) { o.metadata.instance_profile = "code"; }, "code");
    return rows;
}

}  // namespace

TEST_CASE("every setting: code before environment before profile before default") {
    std::vector<Row> rows;
    for (const auto& group : {files_and_calls(), proxies(), endpoints(), static_keys(), roles(), people(), machines()}) {
        rows.insert(rows.end(), group.begin(), group.end());
    }
    for (const config::Setting& setting : config::all_settings()) {
        INFO(setting.variable << " | " << setting.key << " | " << setting.code);
        const auto row = std::ranges::find_if(rows, [&setting](const Row& known) { return known.is_for(setting); });
        REQUIRE(row != rows.end());
        row->check();
    }
    CHECK(rows.size() == config::all_settings().size());
}
