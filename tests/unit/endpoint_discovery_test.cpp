// Endpoints that a service names when it is asked. The answers are as the API reference of DynamoDB's DescribeEndpoints
// and the SDKs' guide to endpoint discovery describe them.

#include "support/world.hpp"

#include "orm/structure.hpp"
#include "runtime/invoke.hpp"

#include <botocraft/dynamodb/client.hpp>
#include <botocraft/error.hpp>
#include <botocraft/service.hpp>

#include "catch.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using namespace botocraft;
using fake::json::object;

namespace {

constexpr std::string_view usual = "dynamodb.us-east-1.amazonaws.com";

fake::Answer endpoint(std::string_view address, int minutes) {
    return fake::reply(object{{"Endpoints", {object{{"Address", address}, {"CachePeriodInMinutes", minutes}}}}});
}

struct Discovery : fake::World {
    Discovery() { transport->on("ListTables", fake::reply(object{{"TableNames", {"one"}}})); }

    // The host that one call goes to.
    std::string host(const Session& caller) {
        const dynamodb::Client client{caller};
        static_cast<void>(run(client.list_tables({})));
        return transport->last().header("host");
    }
    [[nodiscard]] Session with(std::string_view variable, std::string value) {
        environment->set(std::string(variable), std::move(value));
        return Session(options);
    }
};

const orm::ServiceTables& tables() { return *dynamodb::tables::client.service; }

// DynamoDB as if it had no endpoint but those that it names, as Timestream has none.
struct Demanding {
    std::vector<api::Operation> operations{tables().operations, tables().operations + tables().operation_count};
    orm::ServiceTables service = tables();

    Demanding() {
        for (api::Operation& one : operations) {
            if ((one.flags & api::operation_flag::discovers_endpoint) != 0) one.flags |= api::operation_flag::needs_discovery;
        }
        service.operations = operations.data();
    }
    [[nodiscard]] std::uint16_t row(std::string_view name) const {
        const auto found = std::ranges::find(operations, name, [&](const auto& one) { return service.text(one.name); });
        return static_cast<std::uint16_t>(found - operations.begin());
    }
    awaitable<void> list_tables(const Session& session) const {
        const api::Operation& operation = operations[row("ListTables")];
        detail::Structure input(schema::ShapeRef{service.schema, operation.input});
        detail::Structure output(schema::ShapeRef{service.schema, operation.output});
        co_await detail::invoke(session.state(), service, row("ListTables"), input.get(), output.get());
    }
};

}  // namespace

TEST_CASE_METHOD(Discovery, "a service that can do without is asked for its endpoints only where somebody wants that") {
    CHECK(host(session) == usual);
    CHECK(host(with("AWS_ENABLE_ENDPOINT_DISCOVERY", "auto")) == usual);
    CHECK(host(with("AWS_ENABLE_ENDPOINT_DISCOVERY", "false")) == usual);
    CHECK(transport->count("DescribeEndpoints") == 0);

    transport->once("DescribeEndpoints", endpoint("cell1.dynamodb.us-east-1.amazonaws.com", 1440));
    CHECK(host(with("AWS_ENABLE_ENDPOINT_DISCOVERY", "true")) == "cell1.dynamodb.us-east-1.amazonaws.com");
    CHECK(transport->last().origin.host == "cell1.dynamodb.us-east-1.amazonaws.com");
    CHECK(transport->last().origin.tls);

    options.endpoints.discovery = false;  // code comes before the environment
    CHECK(host(Session(options)) == usual);
    options.endpoints.discovery.reset();
    CHECK_THROWS_WITH(host(with("AWS_ENABLE_ENDPOINT_DISCOVERY", "perhaps")), Catch::Contains("true or false"));
}

TEST_CASE_METHOD(Discovery, "the profile may want endpoints to be discovered, and a set endpoint is not discussed") {
    environment->set("AWS_CONFIG_FILE", "/config");
    environment->add_file("/config", "[default]\nendpoint_discovery_enabled = true\n");
    transport->once("DescribeEndpoints", endpoint("cell2.example.com:8443", 5));
    CHECK(host(Session(options)) == "cell2.example.com:8443");
    CHECK(transport->last().origin.port == 8443);

    options.endpoint_url = "http://localhost:8000";
    CHECK(host(Session(options)) == "localhost:8000");
    CHECK(transport->count("DescribeEndpoints") == 1);
}

TEST_CASE_METHOD(Discovery, "an endpoint is used for as long as the service says, and then asked for again") {
    options.endpoints.discovery = true;
    const Session asking(options);
    transport->once("DescribeEndpoints", endpoint("one.example.com", 10));
    CHECK(host(asking) == "one.example.com");
    clock->advance(std::chrono::minutes(9));
    CHECK(host(asking) == "one.example.com");
    CHECK(transport->count("DescribeEndpoints") == 1);
    transport->once("DescribeEndpoints", endpoint("two.example.com", 10));
    clock->advance(std::chrono::minutes(1));
    CHECK(host(asking) == "two.example.com");
    CHECK(transport->count("DescribeEndpoints") == 2);
}

TEST_CASE_METHOD(Discovery, "where the service does not answer, its usual endpoint serves for a minute") {
    options.endpoints.discovery = true;
    const Session asking(options);
    SECTION("an error") { transport->once("DescribeEndpoints", fake::error(400, "UnknownOperationException")); }
    SECTION("no endpoint") { transport->once("DescribeEndpoints", fake::reply(R"({"Endpoints":[]})")); }
    SECTION("no address") { transport->once("DescribeEndpoints", endpoint("user@evil.example/?", 5)); }
    SECTION("an address that is not encrypted") { transport->once("DescribeEndpoints", endpoint("http://a.example", 5)); }
    CHECK(host(asking) == usual);
    CHECK(host(asking) == usual);
    CHECK(transport->count("DescribeEndpoints") == 1);
    transport->once("DescribeEndpoints", endpoint("one.example.com", 10));
    clock->advance(std::chrono::minutes(1));
    CHECK(host(asking) == "one.example.com");
}

TEST_CASE_METHOD(Discovery, "an endpoint that refuses is given up, and the call goes to the next at once") {
    options.endpoints.discovery = true;
    const Session asking(options);
    transport->once("DescribeEndpoints", endpoint("one.example.com", 1440));
    transport->once("DescribeEndpoints", endpoint("two.example.com", 1440));
    SECTION("by the error of the service") { transport->once("ListTables", fake::error(400, "InvalidEndpointException")); }
    SECTION("by its status") { transport->once("ListTables", fake::error(421, "Misdirected")); }
    CHECK(host(asking) == "two.example.com");
    CHECK(sleeper->slept.empty());
    CHECK(transport->count("DescribeEndpoints") == 2);
    CHECK(transport->count("ListTables") == 2);
}

TEST_CASE_METHOD(Discovery, "a service that names all its endpoints is asked unless that is forbidden") {
    const Demanding demanding;
    transport->once("DescribeEndpoints", endpoint("cell.example.com", 5));
    run(demanding.list_tables(session));
    CHECK(transport->last().header("host") == "cell.example.com");

    transport->once("DescribeEndpoints", fake::error(400, "AccessDeniedException", "no"));
    CHECK_THROWS_WITH(run(demanding.list_tables(Session(options))), Catch::Contains("AccessDeniedException"));

    CHECK_THROWS_WITH(run(demanding.list_tables(with("AWS_ENABLE_ENDPOINT_DISCOVERY", "false"))),
                      Catch::Contains("ListTables") && Catch::Contains("AWS_ENABLE_ENDPOINT_DISCOVERY"));
}
