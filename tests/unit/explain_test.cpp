// Calls that are stopped before they are sent.

#include "auth/sigv4.hpp"
#include "support/ecs_script.hpp"
#include "support/world.hpp"

#include <botocraft/ecs.hpp>
#include <botocraft/error.hpp>
#include <botocraft/explain.hpp>
#include <botocraft/regions.hpp>

#include "catch.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

using namespace botocraft;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using ecs::Cluster;
using ecs::Service;

namespace {

struct Calls : fake::World {
    Calls() { fake::script_ecs(*transport); }

    awaitable<Service> get() const { return Service::objects(session).get("web", {.cluster = "prod"}); }
    void change(const std::function<void(SessionOptions&)>& how) {
        how(options);
        session = Session(options);
    }
};

std::string header(const PreparedRequest& request, std::string_view name) {
    for (const auto& [key, value] : request.headers) {
        if (key == name) return value;
    }
    return {};
}

// As a server does it.
auth::Verdict verify(const PresignedRequest& request) {
    const std::size_t path = request.url.find('/', std::string_view("https://").size());
    const std::size_t mark = request.url.find('?');
    const std::string host = request.url.substr(8, path - 8);
    std::vector<auth::HeaderView> headers{{"host", host}};
    for (const auto& [name, value] : request.headers) headers.push_back({name, value});
    auth::RequestToSign received;
    received.method = request.method;
    received.path = std::string_view(request.url).substr(path, mark - path);
    received.query = std::string_view(request.url).substr(mark + 1);
    received.headers = headers;
    received.body = request.body;
    auth::ReceivedSignature signature;
    std::string storage;
    if (!auth::parse_presigned(received.query, storage, signature)) return auth::Verdict::malformed;
    auth::Signer signer;
    return signer.verify(received, signature, Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
}

}  // namespace

TEST_CASE_METHOD(Calls, "a dry run gives the request that the call sends, and sends nothing") {
    const PreparedRequest prepared = run(dry_run(get()));
    CHECK(transport->requests().empty());
    CHECK(session.statistics().attempts == 0);
    run(get());
    const fake::Request& sent = transport->last();
    CHECK(prepared.method == "POST");
    CHECK(prepared.url == "https://ecs.us-east-1.amazonaws.com/");
    CHECK(prepared.headers == sent.headers());
    CHECK(prepared.body == sent.body());
}

TEST_CASE_METHOD(Calls, "every form of call can be stopped") {
    const auto manager = Service::objects(session);
    SECTION("a list") {
        const PreparedRequest prepared = run(dry_run(manager.list({.cluster = "prod"}).all()));
        CHECK_THAT(header(prepared, "x-amz-target"), Contains("ListServices"));
    }
    SECTION("a page of a query") {
        auto query = manager.list({.cluster = "prod"}).filter("desiredCount__gt", 1);
        const PreparedRequest prepared = run(dry_run(query.next_page()));
        CHECK_THAT(header(prepared, "x-amz-target"), Contains("ListServices"));
        CHECK(run(query.next_page()).size() > 0);  // and the query can still be used
    }
    SECTION("a page of many regions") {
        auto everywhere = across(in_regions(session, std::vector<std::string>{"us-east-1", "eu-west-1"}), manager.list({.cluster = "prod"}));
        const PreparedRequest prepared = run(dry_run(everywhere.next_page()));
        CHECK_THAT(header(prepared, "x-amz-target"), Contains("ListServices"));
        std::size_t found = 0;
        while (const auto page = run(everywhere.next_page())) {
            CHECK(page.error() == nullptr);
            found += page.size();
        }
        CHECK(found > 0);
    }
    SECTION("something that returns nothing, of a model") {
        Service service = run(get());
        service.desiredCount = 7;
        transport->forget();
        const PreparedRequest prepared = run(dry_run(service.save()));
        CHECK_THAT(header(prepared, "x-amz-target"), Contains("UpdateService"));
        CHECK_THAT(prepared.body, Contains(R"("desiredCount":7)"));
        CHECK(service.desiredCount == 7);
    }
    SECTION("a relation") {
        const Service service = run(get());
        transport->forget();
        const PreparedRequest prepared = run(dry_run(service.task_definition()));
        CHECK_THAT(header(prepared, "x-amz-target"), Contains("DescribeTaskDefinition"));
    }
    CHECK(transport->count("UpdateService") == 0);
    CHECK(transport->count("DescribeTaskDefinition") == 0);
}

TEST_CASE_METHOD(Calls, "a call that has its result already has nothing to stop at") {
    const Service service = run(get());
    run(service.task_definition());
    try {
        run(dry_run(service.task_definition()));
        FAIL("no error");
    } catch (const UsageError& error) {
        CHECK(error.code() == "NothingToSend");
    }
}

TEST_CASE_METHOD(Calls, "a call that cannot be made says so when it is rehearsed, too") {
    change([](SessionOptions& o) {
        o.region.reset();
        o.credentials.reset();
    });
    CHECK_THROWS_AS(run(dry_run(get())), ConfigurationError);
    change([](SessionOptions& o) { o.region = "us-east-1"; });
    CHECK_THROWS_AS(run(explain(get())), CredentialsError);
}

TEST_CASE_METHOD(Calls, "a presigned request is one that a server accepts, and not when it was altered") {
    change([](SessionOptions& o) {
        o.credentials = static_credentials(
            Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "a-session-token"));
    });
    PresignedRequest presigned = run(presign(get(), 15min));
    CHECK(transport->requests().empty());
    CHECK(presigned.method == "POST");
    CHECK_THAT(presigned.url, Catch::Matchers::StartsWith("https://ecs.us-east-1.amazonaws.com/?X-Amz-Algorithm="));
    CHECK_THAT(presigned.url, Contains("X-Amz-Expires=900&") && Contains("X-Amz-Security-Token=a-session-token"));
    CHECK(presigned.expires == clock->now() + 15min);
    CHECK(presigned.body == R"({"cluster":"prod","services":["web"],"include":["TAGS"]})");
    CHECK(verify(presigned) == auth::Verdict::valid);
    presigned.body += ' ';
    CHECK(verify(presigned) == auth::Verdict::mismatch);
}

TEST_CASE_METHOD(Calls, "a URL is presigned for a second to seven days") {
    CHECK_THROWS_AS(run(presign(get(), 0s)), UsageError);
    CHECK_THROWS_AS(run(presign(get(), std::chrono::days(7) + 1s)), UsageError);
    CHECK(run(presign(get(), std::chrono::days(7))).expires == clock->now() + std::chrono::days(7));
}

TEST_CASE_METHOD(Calls, "an explanation says what, where, how and why, and no secret") {
    options.region.reset();
    environment->set("AWS_REGION", "eu-west-1");
    change([](SessionOptions& o) {
        o.credentials = static_credentials(
            Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "a-session-token"));
    });
    Explanation why = run(explain(get()));
    CHECK(why.service == "ecs");
    CHECK(why.operation == "DescribeServices");
    CHECK(why.region == "eu-west-1");
    CHECK(why.region_source == "AWS_REGION");
    CHECK(why.endpoint == "https://ecs.eu-west-1.amazonaws.com");
    CHECK_THAT(why.endpoint_source, Contains("rules"));
    CHECK(why.auth_scheme == "sigv4");
    CHECK(why.signing_name == "ecs");
    CHECK(why.signing_region == "eu-west-1");
    CHECK(why.credentials_source == "code");
    CHECK_THAT(why.canonical_request, Catch::Matchers::StartsWith("POST\n/\n\ncontent-type:"));
    CHECK_THAT(why.string_to_sign, Catch::Matchers::StartsWith("AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/eu-west-1/"));
    CHECK_THAT(header(why.request, "authorization"), Catch::Matchers::EndsWith("Signature=(not shown)"));
    for (const std::string& text : {to_string(why), why.canonical_request, header(why.request, "x-amz-security-token")}) {
        CHECK_THAT(text, !Contains("a-session-token") && !Contains("wJalr"));
    }
    CHECK_THAT(to_string(why), Contains("ecs.DescribeServices") && Contains("eu-west-1 (AWS_REGION)") &&
                                   Contains("AKIDEXAMPLE") && Contains("from code"));
    CHECK(transport->requests().empty());

    const Session other = session.with_region("us-west-2");
    why = run(explain(Service::objects(other).get("web")));
    CHECK(why.region_source == "code");
    CHECK_THAT(why.endpoint, Contains("us-west-2"));

    change([](SessionOptions& o) { o.endpoint_url = "http://localhost:4566"; });
    why = run(explain(get()));
    CHECK(why.endpoint == "http://localhost:4566");
    CHECK_THAT(why.endpoint_source, Contains("code"));
}

TEST_CASE_METHOD(Calls, "a rehearsal that is cancelled ends, and others are not stopped by it") {
    fake::Running<PreparedRequest> rehearsal;
    fake::Running<Service> call;
    transport->exchanging.close();
    start(call, get());
    start(rehearsal, dry_run(get()));
    CHECK(rehearsal.done);
    CHECK_FALSE(call.done);
    transport->exchanging.open();
    finish(call);
    CHECK(call.value->serviceName == "web");
}
