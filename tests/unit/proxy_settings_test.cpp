#include <botocraft/error.hpp>
#include <botocraft/testing/environment.hpp>
#include <config/proxy_settings.hpp>

#include "catch.hpp"

using botocraft::ProxyOptions;
using botocraft::testing::FakeEnvironment;
namespace config = botocraft::config;

namespace {

struct Fixture {
    FakeEnvironment environment;
    ProxyOptions options;

    std::string way(bool tls, const std::string& host = "ecs.us-east-1.amazonaws.com") {
        const auto proxy = config::resolve_proxies(environment, options).find(tls, host, tls ? 443 : 80);
        return proxy ? proxy->host : "none";
    }
    std::string problem() {
        try {
            (void)config::resolve_proxies(environment, options);
        } catch (const botocraft::ConfigurationError& error) {
            return error.what();
        }
        return "no error";
    }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "proxies: code, small letters, capitals, the variable for all") {
    CHECK(way(true) == "none");
    environment.set("ALL_PROXY", "http://all:1");
    CHECK(way(true) == "all");
    CHECK(way(false) == "all");
    environment.set("all_proxy", "http://small-all:1");
    CHECK(way(true) == "small-all");
    environment.set("HTTPS_PROXY", "http://https:1").set("HTTP_PROXY", "http://http:1");
    CHECK(way(true) == "https");
    CHECK(way(false) == "http");
    environment.set("https_proxy", "http://small-https:1").set("http_proxy", "http://small-http:1");
    CHECK(way(true) == "small-https");
    CHECK(way(false) == "small-http");
    options.https = "http://code:1";
    CHECK(way(true) == "code");
    CHECK(way(false) == "small-http");
    options.https = "";  // none, whatever the environment says
    CHECK(way(true) == "none");
}

TEST_CASE_METHOD(Fixture, "proxies: hosts that are reached without") {
    environment.set("HTTPS_PROXY", "http://proxy:1").set("HTTP_PROXY", "http://proxy:1");
    environment.set("NO_PROXY", "amazonaws.com");
    CHECK(way(true) == "none");
    CHECK(way(true, "example.com") == "proxy");
    environment.set("no_proxy", "example.com");
    CHECK(way(true) == "proxy");
    CHECK(way(true, "example.com") == "none");
    options.no_proxy = "";
    CHECK(way(true, "example.com") == "proxy");
}

TEST_CASE_METHOD(Fixture, "proxies: a request's header Proxy, which a web server turns into a variable, is no setting") {
    environment.set("HTTP_PROXY", "http://evil:1");
    CHECK(way(false) == "evil");
    environment.set("REQUEST_METHOD", "GET");
    CHECK(way(false) == "none");
    environment.set("http_proxy", "http://good:1");
    CHECK(way(false) == "good");
}

TEST_CASE_METHOD(Fixture, "proxies: what cannot be used is said without what is secret") {
    environment.set("HTTPS_PROXY", "socks5://user:hunter2@proxy:1");
    CHECK_THAT(problem(), has_text("HTTPS_PROXY") && !has_text("hunter2"));
    options.https = "http://user:hunter2@proxy:port";
    CHECK_THAT(problem(), has_text("proxy.https in code") && !has_text("hunter2"));
}

TEST_CASE_METHOD(Fixture, "proxies: what the environment says is not for this machine itself") {
    environment.set("ALL_PROXY", "http://proxy:1");
    for (const char* const host : {"localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1"}) {
        INFO(host);
        CHECK(way(false, host) == "none");
        CHECK(way(true, host) == "none");
    }
    CHECK(way(false, "10.0.0.1") == "proxy");
    CHECK(way(false, "localhost.example.com") == "proxy");
    options.http = "http://code:1";
    CHECK(way(false, "127.0.0.1") == "code");
    CHECK(way(true, "127.0.0.1") == "none");
}
