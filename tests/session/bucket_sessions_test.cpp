// Directory buckets (S3 Express One Zone) are called in sessions: which requests open them, and how others are signed.

#include "runtime/invoke.hpp"
#include "support/world.hpp"

#include <botocraft/error.hpp>
#include <botocraft/explain.hpp>
#include <botocraft/s3/requests.hpp>

#include "catch.hpp"

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

using namespace botocraft;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

constexpr const char* bucket = "logs--usw2-az1--x-s3";

// Amazon S3 as it answers to those who open sessions and read objects.
struct Express : fake::World {
    std::map<std::string, int> sessions;      // opened, by bucket
    std::string end = "2015-08-30T12:41:00Z";  // five minutes from now

    Express() {
        options.region = "us-west-2";
        transport->on("", [this](const fake::Request& request) { return answer(request); });
        session = Session(options);
    }

    fake::Answer answer(const fake::Request& request) {
        if (request.text.find("?session ") == std::string::npos) return fake::reply("");
        const std::string host = request.header("host");
        const std::string name = host.substr(0, host.find('.'));
        const std::string number = std::to_string(++sessions[name]);
        return fake::reply("<CreateSessionResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Credentials>"
                           "<SessionToken>token-" + number + "</SessionToken><SecretAccessKey>secret</SecretAccessKey>"
                           "<AccessKeyId>" + name + "-" + number + "</AccessKeyId><Expiration>" + end +
                           "</Expiration></Credentials></CreateSessionResult>");
    }

    awaitable<void> get(s3::GetObjectRequest& request, s3::GetObjectOutput& output) {
        for (std::uint16_t row = 0; row < s3::tables::service.operation_count; ++row) {
            if (s3::tables::service.text(s3::tables::service.operations[row].name) == "GetObject") {
                return detail::invoke(session.state(), s3::tables::service, row, &request, &output);
            }
        }
        throw std::out_of_range("GetObject");
    }
    // The request for the object; those before it opened sessions.
    fake::Request get(const std::string& from = bucket) {
        transport->forget();
        s3::GetObjectRequest request{.Bucket = from, .Key = "a b"};
        s3::GetObjectOutput output;
        run(get(request, output));
        return transport->last();
    }
    [[nodiscard]] int opened(const std::string& name = bucket) { return sessions[name]; }
};

}  // namespace

TEST_CASE("a session is opened with the caller's credentials, and its own sign what follows") {
    Express s3;
    const fake::Request object = s3.get();
    REQUIRE(s3.transport->requests().size() == 2);

    const fake::Request& opening = s3.transport->requests().front();
    CHECK_THAT(opening.text, StartsWith("GET /?session HTTP/1.1\r\n"));
    CHECK(opening.header("host") == "logs--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com");
    CHECK_THAT(opening.header("authorization"), Contains("Credential=AKIDEXAMPLE/20150830/us-west-2/s3express/aws4_request"));
    CHECK(opening.header("x-amz-s3session-token").empty());

    CHECK_THAT(object.text, StartsWith("GET /a%20b HTTP/1.1\r\n"));
    CHECK(object.header("x-amz-s3session-token") == "token-1");
    CHECK(object.header("x-amz-security-token").empty());
    CHECK_THAT(object.header("authorization"), Contains("Credential=" + std::string(bucket) + "-1/20150830/us-west-2/s3express/"));
    CHECK_THAT(object.header("authorization"), Contains("x-amz-s3session-token"));  // it is signed
}

TEST_CASE("a session is opened once for each bucket, whoever waits for it") {
    Express s3;
    s3.get();
    s3.get();
    CHECK(s3.opened() == 1);
    s3.get("other--usw2-az1--x-s3");
    CHECK(s3.opened("other--usw2-az1--x-s3") == 1);

    Express many;
    many.transport->exchanging.close();
    s3::GetObjectRequest request{.Bucket = bucket, .Key = "a"};
    s3::GetObjectOutput outputs[10];
    fake::Running<bool> callers[10];
    for (int i = 0; i < 10; ++i) many.start(callers[i], fake::World::with_value(many.get(request, outputs[i])));
    CHECK(many.transport->exchanging.waiting() == 1);
    many.cancel(callers[0]);  // who asked first goes away, and takes nothing from the others
    CHECK(callers[0].aborted());
    many.transport->exchanging.open();
    for (int i = 1; i < 10; ++i) many.finish(callers[i]);
    CHECK(many.opened() == 1);
    CHECK(many.transport->requests().size() == 10);
}

TEST_CASE("a session is renewed before it ends, by one call in the background, which nobody waits for") {
    Express s3;
    s3.get();
    s3.clock->advance(std::chrono::seconds(239));
    CHECK(s3.get().header("x-amz-s3session-token") == "token-1");
    CHECK(s3.opened() == 1);
    s3.end = "2015-08-30T12:46:00Z";
    s3.clock->advance(std::chrono::seconds(2));  // less than a minute is left
    CHECK(s3.get().header("x-amz-s3session-token") == "token-1");
    CHECK(s3.opened() == 2);
    CHECK(s3.get().header("x-amz-s3session-token") == "token-2");
    CHECK(s3.opened() == 2);
    s3.clock->advance(std::chrono::minutes(10));
    s3.end = "2015-08-30T13:00:00Z";
    CHECK(s3.get().header("x-amz-s3session-token") == "token-3");
}

TEST_CASE("a session that S3 no longer accepts is opened anew") {
    Express s3;
    s3.get();
    fake::Answer refused = fake::reply("<Error><Code>ExpiredToken</Code></Error>");
    refused.status = 400;
    s3.transport->once("", refused);
    CHECK_THROWS_AS(s3.get(), ServiceError);
    CHECK(s3.get().header("x-amz-s3session-token") == "token-2");
    CHECK_THAT(s3.transport->requests().front().header("authorization"), Contains("Credential=AKIDEXAMPLE/"));  // as before
}

TEST_CASE("other credentials open sessions of their own") {
    Express s3;
    struct Two final : CredentialsProvider {
        std::string key = "FIRST";
        std::shared_ptr<const Clock> clock;
        awaitable<Credentials> resolve(const CredentialsContext&) override {
            Credentials made(key, Secret("secret"));
            made.expiration = clock->now() + std::chrono::minutes(6);
            co_return made;
        }
        std::string_view name() const noexcept override { return "two"; }
    };
    const auto provider = std::make_shared<Two>();
    provider->clock = s3.clock;
    s3.options.credentials = provider;
    s3.session = Session(s3.options);
    s3.get();
    CHECK_THAT(s3.transport->requests().front().header("authorization"), Contains("Credential=FIRST/"));
    provider->key = "SECOND";
    s3.clock->advance(std::chrono::minutes(2));
    s3.get();  // renews them in the background
    CHECK(s3.opened() == 1);
    s3.get();
    CHECK(s3.opened() == 2);
    CHECK_THAT(s3.transport->requests().front().header("authorization"), Contains("Credential=SECOND/"));
}

TEST_CASE("sessions can be switched off: then the caller's credentials sign") {
    Express s3;
    const auto check = [&s3] {
        s3.session = Session(s3.options);
        const fake::Request object = s3.get();
        CHECK(s3.transport->requests().size() == 1);
        CHECK_THAT(object.header("authorization"), Contains("Credential=AKIDEXAMPLE/20150830/us-west-2/s3express/"));
        CHECK(object.header("x-amz-s3session-token").empty());
    };
    SECTION("in code") { s3.options.endpoints.s3.disable_express_session_auth = true; }
    SECTION("in the environment") { s3.environment->set("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "true"); }
    SECTION("in the profile") {
        s3.environment->set("AWS_CONFIG_FILE", "/config");
        s3.environment->add_file("/config", "[default]\ns3_disable_express_session_auth = true\n");
    }
    check();
    CHECK(s3.opened() == 0);
}

TEST_CASE("what keeps a session from being opened is said, with what S3 answered") {
    Express s3;
    fake::Answer refused = fake::reply("<Error><Code>AccessDenied</Code><Message>no</Message></Error>");
    refused.status = 403;
    s3.transport->once("", refused);
    try {
        s3.get();
        FAIL("no error");
    } catch (const CredentialsError& error) {
        CHECK(error.code() == "AccessDenied");
        CHECK_THAT(error.details().explanation, Contains("opening a session with the bucket logs--usw2-az1--x-s3 failed"));
        CHECK_THAT(error.details().explanation, Contains("s3express:CreateSession"));
    }
    for (const char* const missing : {"SessionToken", "SecretAccessKey", "AccessKeyId", "Expiration"}) {
        Express broken;
        broken.transport->on("", [&](const fake::Request& request) {
            fake::Answer answer = broken.answer(request);
            const std::size_t at = answer.body.find("<" + std::string(missing));
            const std::string end = "</" + std::string(missing) + ">";
            answer.body.erase(at, answer.body.find(end) + end.size() - at);
            return answer;
        });
        INFO(missing);
        CHECK_THROWS_AS(broken.get(), CredentialsError);
    }
}

TEST_CASE("a presigned URL holds the token of the bucket's session, and an explanation hides it") {
    Express s3;
    s3::GetObjectRequest request{.Bucket = bucket, .Key = "a"};
    s3::GetObjectOutput output;
    const PresignedRequest presigned = s3.run(presign(s3.get(request, output), std::chrono::minutes(5)));
    CHECK(s3.transport->requests().size() == 1);  // that opened the session
    CHECK_THAT(presigned.url, Contains("&X-Amz-S3session-Token=token-1"));
    CHECK_THAT(presigned.url, !Contains("X-Amz-Security-Token"));
    CHECK_THAT(presigned.url, Contains("s3express%2Faws4_request"));

    const Explanation told = s3.run(explain(s3.get(request, output)));
    CHECK(told.auth_scheme == "sigv4-s3express");
    CHECK(told.credentials_source == "a session with the bucket " + std::string(bucket));
    CHECK_THAT(to_string(told), !Contains("token-1"));
    CHECK_THAT(told.canonical_request, !Contains("token-1"));
}

TEST_CASE("so many sessions are kept, and no more") {
    const auth::BucketSessions sessions;
    const Credentials owner("AKIDEXAMPLE", Secret("secret"));
    const auto issuer = [] {
        return std::make_shared<const auth::CredentialsCache>(static_credentials(Credentials("a", Secret("b"))),
                                                              CredentialsContext());
    };
    const auto first = sessions.add("bucket-0", owner, issuer());
    CHECK(sessions.add("bucket-0", owner, issuer()) == first);  // somebody else was quicker
    for (std::size_t i = 1; i < auth::BucketSessions::most; ++i) {
        sessions.add("bucket-" + std::to_string(i), owner, issuer());
    }
    CHECK(sessions.find("bucket-0", owner) == first);  // used, and thus younger than bucket-1
    sessions.add("one-more", owner, issuer());
    CHECK(sessions.find("bucket-0", owner) == first);
    CHECK(sessions.find("bucket-1", owner) == nullptr);
    const Credentials other("OTHER", Secret("secret"));
    CHECK(sessions.find("bucket-0", other) == nullptr);
    sessions.add("bucket-0", other, issuer());
    CHECK(sessions.find("bucket-0", owner) == nullptr);  // ended
}
