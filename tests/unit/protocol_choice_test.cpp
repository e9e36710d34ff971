// Which protocol a call speaks where the service has several, and what it speaks where the endpoint has fewer.

#include "runtime/session_state.hpp"
#include "support/world.hpp"

#include <botocraft/cloudwatch/client.hpp>
#include <botocraft/error.hpp>

#include "catch.hpp"

#include <string>
#include <string_view>
#include <vector>

using namespace botocraft;

namespace {

std::string_view protocol_of(const fake::Request& request) {
    if (!request.header("smithy-protocol").empty()) return "cbor";
    return request.header("x-amz-target").empty() ? "query" : "json";
}

// CloudWatch offers CBOR, JSON and query, in that order.
struct Endpoint : fake::World {
    std::vector<std::string_view> spoken{"query"};
    std::vector<std::string_view> tried;
    fake::Answer other = page(404);

    Endpoint() {
        options.endpoint_url = "http://localhost:5000";
        options.max_attempts = 1;
        transport->on("", [this](const fake::Request& request) { return answer(request); });
        transport->on("ListMetrics", [this](const fake::Request& request) { return answer(request); });
    }
    static fake::Answer page(int status) {
        fake::Answer made = fake::reply("<!doctype html><title>Not Found</title>");
        made.status = status;
        return made;
    }
    fake::Answer answer(const fake::Request& request) {
        tried.push_back(protocol_of(request));
        if (std::ranges::find(spoken, tried.back()) == spoken.end()) return other;
        if (tried.back() == "cbor") return fake::reply("\xa0");
        return fake::reply(tried.back() == "json" ? "{}" : "<ListMetricsResponse><ListMetricsResult/></ListMetricsResponse>");
    }
    // The protocols that one call of the session was made in.
    std::vector<std::string_view> call(const Session& with) {
        tried.clear();
        try {
            static_cast<void>(run(cloudwatch::Client(with).list_metrics({})));
        } catch (const Error& error) {
            tried.push_back("error");
            code = error.code();
            attempts = error.details().attempts.size();
        }
        return tried;
    }
    std::string code;
    std::size_t attempts = 0;
};

using Tried = std::vector<std::string_view>;

}  // namespace

TEST_CASE_METHOD(Endpoint, "an endpoint that does not speak the first protocol is spoken to in the next, from then on") {
    const Session own(options);
    SECTION("one page after the other") {
        CHECK(call(own) == Tried{"cbor", "json", "query"});
    }
    SECTION("another status") {
        other = page(415);
        CHECK(call(own) == Tried{"cbor", "json", "query"});
    }
    SECTION("an error that names no operation") {
        other = fake::reply("<ErrorResponse><Error><Code>UnknownOperation</Code></Error></ErrorResponse>");
        other.status = 400;
        other.headers.emplace_back("x-amzn-errortype", "UnknownOperationException");
        CHECK(call(own) == Tried{"cbor", "json", "query"});
    }
    CHECK(call(own) == Tried{"query"});
    CHECK(call(own.with_region("eu-west-1")) == Tried{"cbor", "json", "query"});
    spoken = {"json"};
    CHECK(call(own) == Tried{"query", "error"});  // it is known what it speaks
}

TEST_CASE_METHOD(Endpoint, "a call goes on in the protocol that another one has found meanwhile") {
    const Session own(options);
    transport->on("", [&](const fake::Request& request) {
        own.state()->service(cloudwatch::tables::service).know_protocol(api::Protocol::query);
        return answer(request);
    });
    CHECK(call(own) == Tried{"cbor", "query"});
}

TEST_CASE_METHOD(Endpoint, "what nobody has answered in is tried anew by the next call") {
    const Session own(options);
    spoken = {};
    CHECK(call(own) == Tried{"cbor", "json", "query", "error"});
    spoken = {"cbor"};
    CHECK(call(own) == Tried{"cbor"});
}

TEST_CASE_METHOD(Endpoint, "an endpoint that speaks nothing is an error, and every protocol was tried once") {
    spoken = {};
    const Session own(options);
    CHECK(call(own) == Tried{"cbor", "json", "query", "error"});
    CHECK(code == "UnknownError");
    CHECK(attempts == 3);
}

TEST_CASE_METHOD(Endpoint, "an endpoint that speaks the protocol is believed") {
    const Session own(options);
    SECTION("because it says so") {
        other.headers.emplace_back("smithy-protocol", "rpc-v2-cbor");
        CHECK(call(own) == Tried{"cbor", "error"});
    }
    SECTION("because it did so") {
        spoken = {"cbor"};
        CHECK(call(own) == Tried{"cbor"});
        spoken = {"query"};
        CHECK(call(own) == Tried{"cbor", "error"});
    }
    SECTION("because its error is one of the service") {
        other = fake::reply("\xa1\x66__type\x70" "ResourceNotFound");
        other.status = 404;
        CHECK(call(own) == Tried{"cbor", "error"});
        CHECK(code == "ResourceNotFound");
    }
    SECTION("because it may have done what was asked") {
        other = page(500);
        CHECK(call(own) == Tried{"cbor", "error"});
    }
}

TEST_CASE_METHOD(Endpoint, "AWS is not asked in another protocol, and neither is who was to be asked in this one") {
    SECTION("AWS") {
        options.endpoint_url.reset();
        CHECK(call(Session(options)) == Tried{"cbor", "error"});
    }
    SECTION("preferred") {
        options.protocol.preferred = {Protocol::json_1_0, Protocol::json_1_1};
        CHECK(call(Session(options)) == Tried{"json", "error"});
        options.protocol.preferred = {Protocol::query};
        CHECK(call(Session(options)) == Tried{"query"});
    }
}
