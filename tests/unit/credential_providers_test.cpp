// The providers of credentials that ask servers: what they send, and what becomes of answers that are no good.
#include "support/world.hpp"

#include <auth/bearer_token.hpp>
#include <auth/credentials_cache.hpp>
#include <auth/sign_in_cache.hpp>
#include <botocraft/ecs/service.hpp>
#include <botocraft/error.hpp>
#include <botocraft/process.hpp>
#include <http/proxy.hpp>
#include <http/tls.hpp>
#include <runtime/session_state.hpp>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"

using namespace botocraft;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using fake::Answer;
using fake::Request;

namespace {

constexpr std::string_view role_arn = "arn:aws:iam::123456789012:role/reader";

std::string first_line(const Request& request) { return request.text.substr(0, request.text.find(" HTTP/1.1")); }

Answer answer(int status, std::string body) {
    Answer made = fake::reply(std::move(body));
    made.status = status;
    made.headers.clear();
    return made;
}

std::string document(std::string_view key, std::string_view expiration = "2015-08-30T18:00:00Z") {
    return R"({"Code":"Success","AccessKeyId":")" + std::string(key) +
           R"(","SecretAccessKey":"wJalrXUtnFEMI","Token":"the-token","Expiration":")" + std::string(expiration) + "\"}";
}

std::string role_answer(std::string_view operation, std::string_view key = "ASIAROLE") {
    const std::string name(operation);
    return "<" + name + "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><" + name +
           "Result><AssumedRoleUser><AssumedRoleId>A:s</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/reader/s"
           "</Arn></AssumedRoleUser><Credentials><AccessKeyId>" + std::string(key) +
           "</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken>"
           "<Expiration>2015-08-30T13:36:00Z</Expiration></Credentials></" + name + "Result></" + name + "Response>";
}

awaitable<std::string> type_code(int& prompts, std::shared_ptr<fake::Gate> person) {
    ++prompts;
    const bool passed = co_await person->pass();
    std::string code = passed ? "123456" : "";
    co_return code;
}

struct Providers : fake::World {
    Providers() {
        options.credentials = nullptr;
        environment->set("HOME", "/h");
    }

    // Requests are answered by their first line, each in the order of its answers, the last one again and again.
    void script(std::string line, std::vector<Answer> answers) {
        auto left = std::make_shared<std::vector<Answer>>(std::move(answers));
        scripts_[std::move(line)] = [left](const Request&) {
            Answer next = left->front();
            if (left->size() > 1) left->erase(left->begin());
            return next;
        };
        transport->on("", [this](const Request& request) {
            const auto found = scripts_.find(first_line(request));
            return found == scripts_.end() ? answer(500, "not scripted: " + first_line(request)) : found->second(request);
        });
    }
    void script_instance() {
        script("PUT /latest/api/token", {answer(200, "token-1")});
        script("GET /latest/meta-data/iam/security-credentials/", {answer(200, "reader")});
        script("GET /latest/meta-data/iam/security-credentials/reader", {answer(200, document("ASIAINSTANCE"))});
    }
    void config(std::string text) { environment->add_file("/h/.aws/config", std::move(text)); }

    [[nodiscard]] CredentialsContext context() const { return Session(options).state()->core()->context(); }

    Credentials resolve(const std::shared_ptr<CredentialsProvider>& provider) {
        const CredentialsContext with = context();
        return run(provider->resolve(with));
    }
    Error failure(const std::shared_ptr<CredentialsProvider>& provider) {
        try {
            static_cast<void>(resolve(provider));
        } catch (const Error& error) {
            return error;
        }
        throw std::logic_error("no error");
    }

    // The lines of the requests, in their order.
    [[nodiscard]] std::vector<std::string> lines() const {
        std::vector<std::string> all;
        for (const Request& request : transport->requests()) all.push_back(first_line(request));
        return all;
    }

  private:
    std::map<std::string, std::function<Answer(const Request&)>, std::less<>> scripts_;
};

}  // namespace

// --- instances -------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Providers, "an instance is asked with a token, which is kept") {
    script_instance();
    const auto provider = instance_credentials();
    const Credentials found = resolve(provider);
    CHECK(found.access_key_id == "ASIAINSTANCE");
    CHECK(found.session_token.reveal() == "the-token");
    CHECK(transport->requests()[0].header("x-aws-ec2-metadata-token-ttl-seconds") == "21600");
    CHECK(transport->requests()[1].header("x-aws-ec2-metadata-token") == "token-1");
    CHECK(transport->requests()[1].origin.host == "169.254.169.254");
    CHECK_FALSE(transport->requests()[1].origin.tls);
    resolve(provider);
    CHECK(lines().size() == 5);  // no second token
    clock->advance(6h);
    resolve(provider);
    CHECK(lines().size() == 8);
}

TEST_CASE_METHOD(Providers, "a token that is not accepted any more is replaced, once") {
    script_instance();
    script("GET /latest/meta-data/iam/security-credentials/", {answer(401, ""), answer(200, "reader")});
    script("PUT /latest/api/token", {answer(200, "token-1"), answer(200, "token-2")});
    CHECK(resolve(instance_credentials()).access_key_id == "ASIAINSTANCE");
    CHECK(transport->last().header("x-aws-ec2-metadata-token") == "token-2");
    script("GET /latest/meta-data/iam/security-credentials/", {answer(401, "")});
    CHECK(failure(instance_credentials()).code() == "InstanceMetadataFailure");
}

TEST_CASE_METHOD(Providers, "version 1 of the metadata service is spoken only where that is allowed") {
    script_instance();
    script("PUT /latest/api/token", {answer(404, "")});
    CHECK(failure(instance_credentials()).code() == "InstanceMetadataFailure");
    environment->set("AWS_EC2_METADATA_V1_DISABLED", "true");
    CHECK(failure(instance_credentials()).code() == "InstanceMetadataFailure");
    environment->set("AWS_EC2_METADATA_V1_DISABLED", "false");
    CHECK(resolve(instance_credentials()).access_key_id == "ASIAINSTANCE");
    CHECK(transport->last().header("x-aws-ec2-metadata-token").empty());
}

TEST_CASE_METHOD(Providers, "where no metadata service answers there is nothing to be found, and no second try") {
    transport->refuse(http::Phase::connect, true);
    const Error error = failure(instance_credentials());
    CHECK(error.code() == credentials_not_found);
    CHECK_THAT(error.what(), Contains("169.254.169.254"));
    CHECK(sleeper->slept.empty());
    transport->on("", fake::broken(http::Phase::receive, true, false, true));
    CHECK(failure(instance_credentials()).code() == credentials_not_found);
    CHECK(transport->requests().size() == 3);
    environment->set("AWS_EC2_METADATA_DISABLED", "True");
    transport->forget();
    CHECK_THAT(failure(instance_credentials()).what(), Contains("AWS_EC2_METADATA_DISABLED"));
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(Providers, "answers of the metadata service that are none") {
    script_instance();
    const std::string line = "GET /latest/meta-data/iam/security-credentials/reader";
    script(line, {answer(200, "<html>")});
    CHECK(failure(instance_credentials()).code() == "InvalidCredentials");
    script(line, {answer(200, R"({"Code":"Success","AccessKeyId":"A"})")});
    CHECK_THAT(failure(instance_credentials()).what(), Contains("SecretAccessKey"));
    script(line, {answer(200, R"({"Code":"AssumeRoleUnauthorizedAccess","Message":"EC2 cannot assume the role"})")});
    CHECK_THAT(failure(instance_credentials()).what(), Contains("EC2 cannot assume the role"));
    script(line, {answer(200, document("A", "soon"))});
    CHECK_THAT(failure(instance_credentials()).what(), Contains("Expiration"));
    script(line, {answer(503, "")});
    CHECK(failure(instance_credentials()).code() == "InstanceMetadataFailure");
    script("GET /latest/meta-data/iam/security-credentials/", {answer(200, "../../dynamic/x")});
    CHECK_THAT(failure(instance_credentials()).what(), Contains("no role name"));
    script("GET /latest/meta-data/iam/security-credentials/", {answer(404, "")});
    CHECK(failure(instance_credentials()).code() == credentials_not_found);
}

TEST_CASE_METHOD(Providers, "old credentials of an instance are used on while the service has no new ones") {
    script_instance();
    script("GET /latest/meta-data/iam/security-credentials/reader", {answer(200, document("OLD", "2015-08-30T12:00:00Z"))});
    CHECK(resolve(instance_credentials()).expiration == clock->now() + 15min);
}

TEST_CASE_METHOD(Providers, "a session without a region asks the instance, once for all calls") {
    script("PUT /latest/api/token", {answer(200, "token-1")});
    script("GET /latest/meta-data/placement/region", {answer(200, "eu-west-3")});
    options.region = std::nullopt;
    const Session made(options);
    CHECK_THROWS_AS(made.region(), ConfigurationError);
    fake::Running<bool> first, second;
    start(first, with_value(made.state()->prepare()));
    start(second, with_value(made.state()->prepare()));
    finish(first);
    finish(second);
    CHECK(made.region() == "eu-west-3");
    CHECK(lines().size() == 2);
    CHECK(made.state()->is_prepared());
}

TEST_CASE_METHOD(Providers, "who asks an instance can be cancelled") {
    script_instance();
    transport->exchanging.close();
    const CredentialsContext with = context();
    const auto provider = instance_credentials();
    fake::Running<Credentials> running;
    start(running, provider->resolve(with));
    CHECK_FALSE(running.done);
    cancel(running);
    CHECK(running.aborted());
    CHECK(transport->cancelled == 1);
    transport->exchanging.open();
    CHECK(resolve(provider).access_key_id == "ASIAINSTANCE");
}

// --- containers ------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Providers, "a container's agent is asked with the token of the file, which is read anew each time") {
    environment->set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials")
        .set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "not this one")
        .set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/token")
        .add_file("/token", "first\n");
    script("GET /v1/credentials", {answer(200, document("ASIACONTAINER"))});
    const auto provider = container_credentials();
    CHECK(resolve(provider).access_key_id == "ASIACONTAINER");
    CHECK(transport->last().header("authorization") == "first");
    environment->add_file("/token", "second");
    resolve(provider);
    CHECK(transport->last().header("authorization") == "second");
    environment->add_file("/token", "two\nlines");
    CHECK(failure(provider).code() == "InvalidToken");
    environment->add_unreadable_file("/token");
    const Error error = failure(provider);
    CHECK(error.kind() == ErrorKind::configuration);
    CHECK_THAT(error.what(), Contains("/token") && Contains("cannot be read"));
}

TEST_CASE_METHOD(Providers, "a container's token goes to nobody else") {
    environment->set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "secret-token");
    const char* const strangers[] = {"http://169.254.170.3/x", "http://example.com/x", "http://localhost.example.com/",
                                     "ftp://localhost/", "http://a@localhost/"};
    for (const char* url : strangers) {
        environment->set("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
        const Error error = failure(container_credentials());
        CHECK(error.code() == "InvalidContainerUri");
        CHECK_THAT(error.what(), !Contains("secret-token"));
    }
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(Providers, "what code says of a container's agent counts before the environment") {
    environment->set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/of/the/environment")
        .set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/token")
        .add_file("/token", "of the environment")
        .add_file("/another", "of the file\n");
    script("GET /in/code", {answer(200, document("ASIACONTAINER"))});
    for (const char* const uri : {"/in/code", "http://localhost:1234/in/code"}) {
        CHECK(resolve(container_credentials({.uri = uri})).access_key_id == "ASIACONTAINER");
        CHECK(transport->last().header("authorization") == "of the environment");
        resolve(container_credentials({.uri = uri, .token = "in code"}));
        CHECK(transport->last().header("authorization") == "in code");
        resolve(container_credentials({.uri = uri, .token_file = "/another"}));
        CHECK(transport->last().header("authorization") == "of the file");
    }
    CHECK(transport->last().origin.host == "localhost");
    const Error error = failure(container_credentials({.uri = "http://example.com/x", .token = "secret-token"}));
    CHECK(error.code() == "InvalidContainerUri");
    CHECK_THAT(error.what(), Contains("ContainerAgent::uri") && !Contains("secret-token"));
    CHECK(failure(container_credentials({.uri = "/in/code", .token_file = "/none"})).code() == "TokenFileMissing");
}

TEST_CASE_METHOD(Providers, "a container's agent is trusted as other servers are, wherever that is said") {
    environment->set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "https://agent.example/x");
    script("GET /x", {answer(200, document("ASIACONTAINER"))});
    http::TlsSettings trusted;
    trusted.ca_bundle = "/of/the/profile.pem";
    trusted.client_certificate = options.tls.client_certificate = "/client.pem";
    trusted.client_key = options.tls.client_key = "/client.key";
    config("[default]\nca_bundle = /of/the/profile.pem\n");
    resolve(container_credentials());
    REQUIRE(transport->last().origin.context);
    CHECK(*transport->last().origin.context == http::TlsContext(trusted));
    CHECK_FALSE(transport->last().origin.proxy);
}

TEST_CASE_METHOD(Providers, "a container's agent that fails is asked again, one that refuses is not") {
    environment->set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x");
    script("GET /v2/x", {answer(500, ""), answer(200, document("ASIACONTAINER"))});
    CHECK(resolve(container_credentials()).access_key_id == "ASIACONTAINER");
    CHECK(transport->requests().size() == 2);
    script("GET /v2/x", {answer(404, "")});
    CHECK(failure(container_credentials()).code() == "ContainerCredentialsFailure");
    CHECK(transport->requests().size() == 3);
    script("GET /v2/x", {answer(200, "[1, 2]")});
    CHECK(failure(container_credentials()).code() == "InvalidCredentials");
}

TEST_CASE_METHOD(Providers, "the servers beside a program are asked without the proxy, and nobody keeps what they say") {
    for (const char* name : {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}) environment->set(name, "http://proxy.example:3128");
    environment->set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x");
    script_instance();
    script("GET /v2/x", {answer(200, document("ASIACONTAINER"))});
    CHECK(resolve(instance_credentials()).access_key_id == "ASIAINSTANCE");
    CHECK(resolve(container_credentials()).access_key_id == "ASIACONTAINER");
    REQUIRE(transport->requests().size() == 4);
    for (const Request& request : transport->requests()) {
        CHECK_FALSE(request.origin.proxy);
        CHECK(request.secret);
    }
}

TEST_CASE_METHOD(Providers, "the metadata service as code names it: by the provider, else by the session") {
    environment->set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://environment.example")
        .set("AWS_EC2_METADATA_DISABLED", "true")
        .set("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "nonsense");
    script_instance();
    options.metadata.disabled = false;
    options.metadata.endpoint = "http://session.example:8080";
    options.metadata.attempts = 1;
    options.metadata.timeout = 250ms;
    CHECK(resolve(instance_credentials()).access_key_id == "ASIAINSTANCE");
    CHECK(transport->last().origin.host == "session.example");
    CHECK(transport->limits.connect == 250ms);
    InstanceMetadataOptions own;
    own.endpoint = "http://provider.example";
    own.instance_profile = "reader";
    transport->forget();
    CHECK(resolve(instance_credentials(own)).access_key_id == "ASIAINSTANCE");
    CHECK(transport->last().origin.host == "provider.example");
    CHECK(transport->requests().size() == 2);  // nobody asked for the role's name
    options.metadata.attempts = 0;
    CHECK(failure(instance_credentials()).kind() == ErrorKind::configuration);
}

// --- roles -----------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(Providers, "a role is asked for with all that was said about it") {
    script("POST /", {answer(200, role_answer("AssumeRole"))});
    AssumeRole role;
    role.role_arn = role_arn;
    role.session_name = "me";
    role.external_id = "ext";
    role.policy = "{}";
    role.policy_arns = {"arn:aws:iam::aws:policy/ReadOnlyAccess"};
    role.tags = {{"Team", "pay"}};
    role.transitive_tag_keys = {"Team"};
    role.source_identity = "alice";
    role.duration = 900s;
    role.mfa_serial = "GAHT12345678";
    options.mfa_code = [](std::string_view serial) -> awaitable<std::string> {
        const std::string code = serial == "GAHT12345678" ? "123456" : "wrong";
        co_return code;
    };
    Credentials keys("AKIDEXAMPLE", "wJalrXUtnFEMI", "base-token");
    const Credentials found = resolve(assume_role_credentials(role, static_credentials(keys)));
    CHECK(found.access_key_id == "ASIAROLE");
    CHECK(found.secret_access_key.reveal() == "role-secret");
    CHECK(found.session_token.reveal() == "role-token");
    CHECK(found.account_id == "123456789012");
    CHECK(found.expiration == clock->now() + 1h);
    CHECK(transport->last().header("x-amz-security-token") == "base-token");
    CHECK(transport->last().secret);
    CHECK_THAT(transport->last().header("authorization"), Contains("AKIDEXAMPLE/20150830/us-east-1/sts/aws4_request"));
    CHECK_THAT(std::string(transport->last().body()),
               Contains("Action=AssumeRole") && Contains("RoleSessionName=me") && Contains("ExternalId=ext") &&
                   Contains("Policy=%7B%7D") && Contains("PolicyArns.member.1.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FReadOnlyAccess") &&
                   Contains("Tags.member.1.Key=Team") && Contains("Tags.member.1.Value=pay") &&
                   Contains("TransitiveTagKeys.member.1=Team") && Contains("SourceIdentity=alice") &&
                   Contains("DurationSeconds=900") && Contains("SerialNumber=GAHT12345678") && Contains("TokenCode=123456"));
}

TEST_CASE_METHOD(Providers, "a role that wants a code, where nobody can be asked") {
    config("[default]\nrole_arn = " + std::string(role_arn) + "\nsource_profile = base\nmfa_serial = GAHT1\n"
           "[profile base]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = wJalrXUtnFEMI\n");
    const Error error = failure(profile_credentials());
    CHECK(error.code() == "MfaRequired");
    CHECK_THAT(error.what(), Contains("mfa_code"));
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(Providers, "a role is taken in the region that is called, where nobody named another") {
    options.region.reset();
    environment->set("AWS_EC2_METADATA_DISABLED", "true");
    script("POST /", {answer(200, role_answer("AssumeRole"))});
    const std::string profile = "role_arn = " + std::string(role_arn) + "\nsource_profile = base\n";
    const std::string base = "[profile base]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = wJalrXUtnFEMI\n";
    const auto host_of_role = [this](std::string_view region) {
        const Session called = Session(options).with_region(region);
        static_cast<void>(called.state()->service(ecs::tables::service));
        CHECK(run(called.state()->core()->credentials().get())->access_key_id == "ASIAROLE");
        return transport->last().origin.host;
    };
    config("[default]\n" + profile + base);
    CHECK(host_of_role("eu-west-1") == "sts.eu-west-1.amazonaws.com");
    CHECK(host_of_role("fips-us-east-1") == "sts-fips.us-east-1.amazonaws.com");
    config("[default]\nregion = ap-south-1\n" + profile + base);
    CHECK(host_of_role("eu-west-1") == "sts.ap-south-1.amazonaws.com");
}

TEST_CASE_METHOD(Providers, "who is asked for a code is asked once, however long that takes") {
    script("POST /", {answer(200, role_answer("AssumeRole"))});
    AssumeRole role;
    role.role_arn = role_arn;
    role.mfa_serial = "GAHT12345678";
    const auto person = std::make_shared<fake::Gate>();
    int prompts = 0;
    options.mfa_code = [&prompts, person](std::string_view) { return type_code(prompts, person); };
    auth::RenewalTimes times = auth::usual_times;
    times.patience = 1ms;
    const auth::CredentialsCache cache(assume_role_credentials(role, static_credentials(Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI"))),
                                 this->context(), times);
    person->close();
    fake::Running<std::shared_ptr<const auth::SigningIdentity>> caller;
    start(caller, cache.get());
    boost::asio::steady_timer many_times_that(World::context, 50ms);
    bool over = false;
    many_times_that.async_wait([&over](const boost::system::error_code&) { over = true; });
    World::context.restart();
    while (!over) World::context.run_one();
    CHECK(prompts == 1);
    CHECK_FALSE(caller.done);
    person->open();
    World::context.restart();
    World::context.run();
    finish(caller);
    CHECK((*caller.value)->access_key_id == "ASIAROLE");
    CHECK(prompts == 1);
    CHECK(transport->requests().size() == 1);
}

TEST_CASE_METHOD(Providers, "a role that is refused") {
    config("[default]\nrole_arn = " + std::string(role_arn) + "\nsource_profile = base\nduration_seconds = 900\n"
           "[profile base]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = wJalrXUtnFEMI\n");
    script("POST /", {answer(403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error>"
                                  "<RequestId>r-1</RequestId></ErrorResponse>")});
    const Error error = failure(profile_credentials());
    CHECK(error.kind() == ErrorKind::credentials);
    CHECK(error.code() == "AccessDenied");
    CHECK(error.message() == "not you");
    CHECK(error.status() == 403);
    CHECK_THAT(error.what(), Contains("taking the role " + std::string(role_arn)) && Contains("profile base") &&
                                 !Contains("wJalrXUtnFEMI"));
    script("POST /", {answer(200, "<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>")});
    CHECK(failure(profile_credentials()).code() == "InvalidCredentials");
}

TEST_CASE_METHOD(Providers, "a role for a token is asked for without credentials") {
    environment->set("AWS_WEB_IDENTITY_TOKEN_FILE", "/jwt").set("AWS_ROLE_ARN", std::string(role_arn));
    CHECK(failure(default_credentials()).code() == "TokenFileMissing");
    environment->add_file("/jwt", "the-jwt\n");
    script("POST /", {answer(200, role_answer("AssumeRoleWithWebIdentity"))});
    CHECK(resolve(default_credentials()).access_key_id == "ASIAROLE");
    CHECK(transport->last().header("authorization").empty());
    CHECK_THAT(std::string(transport->last().body()), Contains("WebIdentityToken=the-jwt") &&
                                                          Contains("RoleSessionName=botocraft-1440938160000"));
    environment->unset("AWS_ROLE_ARN");
    CHECK(failure(default_credentials()).code() == "PartialCredentials");
    environment->set("AWS_ROLE_ARN", std::string(role_arn)).add_unreadable_file("/jwt");
    CHECK(failure(default_credentials()).code() == "FileUnreadable");
}

TEST_CASE_METHOD(Providers, "an error that stops a chain names what was passed over before it") {
    script("PUT /latest/api/token", {answer(403, "")});
    const Error error = failure(default_credentials());
    CHECK(error.code() == "InstanceMetadataForbidden");
    CHECK_THAT(error.what(), Contains("environment variables: ") && Contains("shared profile: ") &&
                                 Contains("web identity: ") && Contains("container: "));
}

TEST_CASE("whatever ends a chain, it names what was passed over before it") {
    class Broken final : public CredentialsProvider {
      public:
        explicit Broken(bool known) : known_(known) {}
        [[nodiscard]] awaitable<Credentials> resolve(const CredentialsContext&) override {
            if (!known_) throw std::runtime_error("no luck");
            ErrorDetails details;
            details.kind = ErrorKind::configuration;
            details.code = "InvalidSetting";
            details.explanation = "no good";
            throw_error(std::move(details));
            co_return Credentials();
        }
        [[nodiscard]] std::string_view name() const noexcept override { return "broken"; }

      private:
        bool known_;
    };
    Providers world;
    const auto chain = [](bool known) {
        return credentials_chain({environment_credentials(), std::make_shared<Broken>(known)});
    };
    const Error known = world.failure(chain(true));
    CHECK(known.kind() == ErrorKind::configuration);
    CHECK(known.code() == "InvalidSetting");
    CHECK_THAT(known.what(), Contains("no good") && Contains("environment variables: "));
    const Error unknown = world.failure(chain(false));
    CHECK(unknown.kind() == ErrorKind::credentials);
    CHECK_THAT(unknown.what(), Contains("broken failed: no luck") && Contains("environment variables: "));
}

TEST_CASE_METHOD(Providers, "keys are judged by the time that AWS says, where this machine's clock is wrong") {
    // It is an hour fast: a role's keys for an hour end, by it, when they come.
    Answer refusal = answer(403, "<ErrorResponse><Error><Code>RequestExpired</Code></Error></ErrorResponse>");
    refusal.headers.emplace_back("Date", "Sun, 30 Aug 2015 11:36:00 GMT");
    std::string answered = role_answer("AssumeRole");
    const std::string end = "2015-08-30T13:36:00Z";
    answered.replace(answered.find(end), end.size(), "2015-08-30T12:36:00Z");
    script("POST /", {refusal, answer(200, answered)});
    AssumeRole role;
    role.role_arn = role_arn;
    options.credentials = assume_role_credentials(role, static_credentials(Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI")));
    const Session made(options);
    const auto& core = made.state()->core();
    CHECK(run(core->credentials().get())->access_key_id == "ASIAROLE");
    REQUIRE(core->credentials().fresh());
    CHECK(core->clock_offset() == -1h);
    // Who asks next begins with it.
    clock->advance(56min);
    REQUIRE_FALSE(core->credentials().fresh());
    static_cast<void>(run(core->credentials().get()));
    poll();
    CHECK(transport->requests().size() == 3);
    CHECK(transport->last().header("x-amz-date") == "20150830T123200Z");
}

// --- people ----------------------------------------------------------------------------------------------------------

namespace {

struct SignedIn : Providers {
    SignedIn() {
        config("[default]\nsso_session = dev\nsso_account_id = 123456789012\nsso_role_name = reader\n"
               "[sso-session dev]\nsso_region = eu-west-1\nsso_start_url = https://x.awsapps.com/start\n");
        script("GET /federation/credentials", {});
    }
    void sign_in(std::string_view end, std::string_view more = R"(,"refreshToken":"refresh-1","clientId":"c","clientSecret":"s",)"
                                                               R"("registrationExpiresAt":"2016-01-01T00:00:00Z","other":1)") {
        environment->add_file(path, R"({"accessToken":"access-1","expiresAt":")" + std::string(end) + "\"" + std::string(more) + "}");
    }
    void script_portal(int status = 200) {
        script("GET /federation/credentials?role_name=reader&account_id=123456789012",
               {answer(status, R"({"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"sso-secret",)"
                               R"("sessionToken":"sso-token","expiration":1440941760000}})")});
    }
    const std::string path = auth::sso_cache_path(*environment, "dev");
};

}  // namespace

TEST_CASE_METHOD(SignedIn, "a token that lives is used as it is") {
    sign_in("2015-08-30T18:00:00Z");
    script_portal();
    const Credentials found = resolve(profile_credentials());
    CHECK(found.access_key_id == "ASIASSO");
    CHECK(found.account_id == "123456789012");
    CHECK(found.expiration == clock->now() + 1h);
    CHECK(transport->requests().size() == 1);
    CHECK(transport->last().header("x-amz-sso_bearer_token") == "access-1");
    CHECK(transport->last().origin.host == "portal.sso.eu-west-1.amazonaws.com");
    CHECK(transport->last().header("authorization").empty());
}

TEST_CASE_METHOD(SignedIn, "a token near its end is renewed, and kept for other programs") {
    sign_in("2015-08-30T12:40:00Z");
    script_portal();
    script("POST /token", {answer(200, R"({"accessToken":"access-2","expiresIn":3600,"refreshToken":"refresh-2"})")});
    CHECK(resolve(profile_credentials()).access_key_id == "ASIASSO");
    CHECK(transport->requests().front().origin.host == "oidc.eu-west-1.amazonaws.com");
    CHECK(transport->requests().front().json().at("refreshToken") == "refresh-1");
    CHECK(transport->requests().front().json().at("grantType") == "refresh_token");
    CHECK(transport->last().header("x-amz-sso_bearer_token") == "access-2");
    const auto kept = fake::json::parse(*environment->read_file(path)).as_object();
    CHECK(kept.at("accessToken") == "access-2");
    CHECK(kept.at("refreshToken") == "refresh-2");
    CHECK(kept.at("expiresAt") == "2015-08-30T13:36:00Z");
    CHECK(kept.at("other") == 1);  // what others keep there stays
}

TEST_CASE_METHOD(SignedIn, "a token that cannot be renewed serves for as long as it lives") {
    sign_in("2015-08-30T12:40:00Z");
    script_portal();
    script("POST /token", {answer(400, R"({"error":"invalid_grant"})")});
    CHECK(resolve(profile_credentials()).access_key_id == "ASIASSO");
    CHECK(transport->last().header("x-amz-sso_bearer_token") == "access-1");
    sign_in("2015-08-30T12:00:00Z");
    const Error error = failure(profile_credentials());
    CHECK(error.kind() == ErrorKind::credentials);
    CHECK_THAT(error.what(), Contains("renewing") && Contains("aws sso login --sso-session dev") && Contains("kept in " + path) &&
                                 !Contains("refresh-1") && !Contains("access-1"));
    sign_in("2015-08-30T12:00:00Z", "");
    CHECK(failure(profile_credentials()).code() == "SignInRequired");
}

TEST_CASE_METHOD(SignedIn, "files of signing in that are no good") {
    CHECK(failure(profile_credentials()).code() == "SignInRequired");
    environment->add_file(path, "{");
    CHECK(failure(profile_credentials()).code() == "SignInInvalid");
    environment->add_file(path, R"({"accessToken":"access-1"})");
    CHECK(failure(profile_credentials()).code() == "SignInInvalid");
    sign_in("2015-08-30T18:00:00Z");
    script_portal(401);
    CHECK_THAT(failure(profile_credentials()).what(), Contains("aws sso login"));
    CHECK(transport->requests().size() == 1);
}

TEST_CASE_METHOD(Providers, "a bearer token for one service") {
    environment->set("AWS_BEARER_TOKEN_BEDROCK", "bearer");
    const CredentialsContext with = context();
    const auth::BearerToken token = run(auth::find_bearer_token(with, "bedrock"));
    CHECK(token.token.reveal() == "bearer");
    CHECK_THROWS_AS(run(auth::find_bearer_token(with, "other")), CredentialsError);
}

// --- aws login -------------------------------------------------------------------------------------------------------

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::string pem_of(EVP_PKEY* key) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
    REQUIRE(PEM_write_bio_PrivateKey_traditional(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::vector<unsigned char> from_base64_url(std::string text) {
    for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
    const std::size_t padding = (4 - text.size() % 4) % 4;
    text.append(padding, '=');
    std::vector<unsigned char> bytes(text.size() / 4 * 3);
    const int size = EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    REQUIRE(size >= 0);
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

fake::json::object json_part(const std::string& text) {
    const auto bytes = from_base64_url(text);
    return fake::json::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}).as_object();
}

struct LoggedIn : Providers {
    LoggedIn() { config("[default]\nlogin_session = arn:aws:iam::123456789012:user/alice\n"); }

    void log_in(std::string_view end) {
        fake::json::object keys{{"accessKeyId", "ASIALOGIN1"}, {"secretAccessKey", "login-secret"}, {"sessionToken", "t1"},
                                {"accountId", "123456789012"}, {"expiresAt", end}};
        fake::json::object file{{"accessToken", keys}, {"refreshToken", "refresh-1"}, {"clientId", "c"},
                                {"dpopKey", pem_of(key.get())}};
        environment->add_file(path, fake::json::serialize(file));
    }

    Key key{EVP_EC_gen("P-256"), &EVP_PKEY_free};
    const std::string path = auth::login_cache_path(*environment, "arn:aws:iam::123456789012:user/alice");
};

}  // namespace

TEST_CASE_METHOD(LoggedIn, "the keys of `aws login` are used as they are while they live") {
    log_in("2015-08-30T18:00:00Z");
    const Credentials found = resolve(default_credentials());
    CHECK(found.access_key_id == "ASIALOGIN1");
    CHECK(found.account_id == "123456789012");
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(LoggedIn, "the keys of `aws login` are renewed with a proof that the key is held") {
    log_in("2015-08-30T12:38:00Z");
    script("POST /v1/token",
           {answer(200, R"({"accessToken":{"accessKeyId":"ASIALOGIN2","secretAccessKey":"s2","sessionToken":"t2"},)"
                        R"("tokenType":"aws_sigv4","expiresIn":900,"refreshToken":"refresh-2"})")});
    const Credentials found = resolve(profile_credentials());
    CHECK(found.access_key_id == "ASIALOGIN2");
    CHECK(found.expiration == clock->now() + 15min);
    CHECK(found.account_id == "123456789012");
    CHECK(transport->last().origin.host == "us-east-1.signin.aws.amazon.com");
    CHECK(transport->last().json().at("refreshToken") == "refresh-1");
    CHECK_FALSE(transport->last().origin.proxy);
    CHECK(transport->last().secret);
    const auto kept = fake::json::parse(*environment->read_file(path)).as_object();
    CHECK(kept.at("refreshToken") == "refresh-2");
    CHECK(kept.at("accessToken").at("secretAccessKey") == "s2");

    const std::string proof = transport->last().header("dpop");
    const std::size_t first = proof.find('.'), second = proof.rfind('.');
    const fake::json::object header = json_part(proof.substr(0, first));
    const fake::json::object payload = json_part(proof.substr(first + 1, second - first - 1));
    CHECK(header.at("typ") == "dpop+jwt");
    CHECK(header.at("alg") == "ES256");
    CHECK(header.at("jwk").at("crv") == "P-256");
    CHECK(payload.at("htm") == "POST");
    CHECK(payload.at("htu") == "https://us-east-1.signin.aws.amazon.com/v1/token");
    CHECK(payload.at("iat") == 1440938160);
    CHECK(payload.at("jti").as_string().size() == 36);
    // The signature is that of the key in the header.
    std::vector<unsigned char> point{4};
    for (const char* name : {"x", "y"}) {
        const auto bytes = from_base64_url(std::string(header.at("jwk").at(name).as_string()));
        point.insert(point.end(), bytes.begin(), bytes.end());
    }
    std::vector<unsigned char> held(point.size());
    std::size_t held_size = 0;
    EVP_PKEY_get_octet_string_param(key.get(), OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, held.data(), held.size(), &held_size);
    CHECK(held == point);
    const auto pair = from_base64_url(proof.substr(second + 1));
    REQUIRE(pair.size() == 64);
    ECDSA_SIG* signature = ECDSA_SIG_new();
    ECDSA_SIG_set0(signature, BN_bin2bn(pair.data(), 32, nullptr), BN_bin2bn(pair.data() + 32, 32, nullptr));
    unsigned char* der = nullptr;
    const int der_size = i2d_ECDSA_SIG(signature, &der);
    ECDSA_SIG_free(signature);
    EVP_MD_CTX* verifying = EVP_MD_CTX_new();
    REQUIRE(EVP_DigestVerifyInit(verifying, nullptr, EVP_sha256(), nullptr, key.get()) == 1);
    CHECK(EVP_DigestVerify(verifying, der, static_cast<std::size_t>(der_size),
                           reinterpret_cast<const unsigned char*>(proof.data()), second) == 1);
    EVP_MD_CTX_free(verifying);
    OPENSSL_free(der);
}

TEST_CASE_METHOD(LoggedIn, "a login is renewed by the way that other calls go, in the folder that code names") {
    environment->set("HTTPS_PROXY", "http://proxy.example:3128");
    log_in("2015-08-30T12:38:00Z");
    const std::string elsewhere =
        auth::login_cache_path(*environment, "arn:aws:iam::123456789012:user/alice", "~/other");
    CHECK(elsewhere.starts_with("/h/other/"));
    environment->add_file(elsewhere, *environment->read_file(path)).add_file(path, "{}");
    options.login_cache = "~/other";
    script("POST /v1/token", {answer(400, R"({"error":"TOKEN_EXPIRED","message":"over"})")});
    CHECK(resolve(profile_credentials()).access_key_id == "ASIALOGIN1");
    REQUIRE(transport->last().origin.proxy);
    CHECK(transport->last().origin.proxy->host == "proxy.example");
}

TEST_CASE_METHOD(LoggedIn, "a login that is not renewed serves for as long as it lives") {
    log_in("2015-08-30T12:38:00Z");
    script("POST /v1/token", {answer(400, R"({"error":"TOKEN_EXPIRED","message":"over"})")});
    CHECK(resolve(profile_credentials()).access_key_id == "ASIALOGIN1");
    log_in("2015-08-30T12:00:00Z");
    const Error error = failure(profile_credentials());
    CHECK(error.code() == "SignInRequired");
    CHECK_THAT(error.what(), Contains("aws login") && Contains("kept in " + path) && !Contains("refresh-1") && !Contains("login-secret"));
    script("POST /v1/token", {answer(200, "{}")});
    CHECK(failure(profile_credentials()).code() == "InvalidCredentials");
    environment->add_file(path, "{}");
    CHECK_THAT(failure(profile_credentials()).what(), Contains("lacks refreshToken"));
}
