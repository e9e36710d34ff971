// The providers of credentials that ask servers for them: instances, containers, roles. What they send, and what becomes of
// answers that are no good.
#include "credential_world.hpp"

#include <auth/credentials_cache.hpp>
#include <botocraft/ecs/service.hpp>
#include <botocraft/process.hpp>
#include <http/proxy.hpp>
#include <http/tls.hpp>

#include "catch.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace credential_world;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

constexpr std::string_view role_arn = "arn:aws:iam::123456789012:role/reader";

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
    script(line, {answer(200, key_document("A", "soon"))});
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
    script("GET /latest/meta-data/iam/security-credentials/reader", {answer(200, key_document("OLD", "2015-08-30T12:00:00Z"))});
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
    script("GET /v1/credentials", {answer(200, key_document("ASIACONTAINER"))});
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
    script("GET /in/code", {answer(200, key_document("ASIACONTAINER"))});
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
    script("GET /x", {answer(200, key_document("ASIACONTAINER"))});
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
    script("GET /v2/x", {answer(500, ""), answer(200, key_document("ASIACONTAINER"))});
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
    script("GET /v2/x", {answer(200, key_document("ASIACONTAINER"))});
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
        run(called.state()->prepare());
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
