#include "http/proxy.hpp"

#include "catch.hpp"

namespace http = botocraft::http;

TEST_CASE("proxy: what a URL says") {
    struct Case {
        const char* url;
        const char* shown;
        const char* authorization;
    };
    const Case given = GENERATE(values<Case>({
        {"http://proxy.example:3128", "http://proxy.example:3128", ""},
        {"http://proxy.example", "http://proxy.example:80", ""},
        {"https://proxy.example/", "https://proxy.example:443", ""},
        {"HTTP://10.0.0.1:8080", "http://10.0.0.1:8080", ""},
        {"proxy.example:3128", "http://proxy.example:3128", ""},
        {"proxy.example", "http://proxy.example:80", ""},
        {"http://[2001:db8::1]:3128", "http://[2001:db8::1]:3128", ""},
        // RFC 7617, section 2
        {"http://Aladdin:open%20sesame@proxy.example:3128", "http://proxy.example:3128",
         "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
        {"https://Aladdin:open sesame@[::1]:3128", "https://[::1]:3128", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
        {"http://a:p%40ss%3a@proxy.example", "http://proxy.example:80", "Basic YTpwQHNzOg=="},
        {"http://only@proxy.example", "http://proxy.example:80", "Basic b25seTo="},
    }));
    CAPTURE(given.url);
    const auto proxy = http::parse_proxy(given.url);
    REQUIRE(proxy);
    CHECK(proxy->url() == given.shown);
    CHECK(proxy->authorization == given.authorization);
}

TEST_CASE("proxy: what is no URL of a proxy") {
    const std::string url = GENERATE(as<std::string>(), "", "http://", "socks5://proxy.example:1080", "ftp://proxy.example",
                                     "http://proxy.example:0", "http://proxy.example:70000", "http://proxy.example:",
                                     "http://proxy.example:80x", "http://[::1", "http://[::1]x", "http://a b",
                                     "http://proxy.example/path", "http://user@");
    CAPTURE(url);
    CHECK(!http::parse_proxy(url));
}

TEST_CASE("proxy: which hosts are reached without one") {
    struct Case {
        const char* list;
        const char* host;
        std::uint16_t port;
        bool matches;
    };
    const Case given = GENERATE(values<Case>({
        {"", "example.com", 443, false},
        {"*", "example.com", 443, true},
        {"a.example, *", "10.0.0.1", 443, true},
        {"example.com", "example.com", 443, true},
        {"example.com", "EXAMPLE.com.", 443, true},
        {"Example.COM.", "example.com", 443, true},
        {"example.com", "www.example.com", 443, true},
        {"example.com", "a.www.example.com", 443, true},
        {"example.com", "badexample.com", 443, false},
        {"example.com", "example.com.evil", 443, false},
        {".example.com", "www.example.com", 443, true},
        {".example.com", "example.com", 443, true},  // as curl does
        {"*.example.com", "www.example.com", 443, true},
        {"www.example.com", "example.com", 443, false},
        {"a.example,b.example", "b.example", 443, true},
        {"a.example b.example\tc.example", "c.example", 443, true},
        {",, a.example ,", "a.example", 443, true},
        {",, a.example ,", "b.example", 443, false},
        {"localhost", "localhost", 4566, true},
        {"example.com:8080", "example.com", 8080, true},
        {"example.com:8080", "example.com", 443, false},
        {"example.com:8080", "www.example.com", 8080, true},
        {"10.0.0.1", "10.0.0.1", 443, true},
        {"10.0.0.1", "10.0.0.10", 443, false},
        {"10.0.0.1:80", "10.0.0.1", 443, false},
        {"0.0.1", "10.0.0.1", 443, false},
        {"10.0.0.0/8", "10.255.0.1", 443, true},
        {"10.0.0.0/8", "11.0.0.1", 443, false},
        {"192.168.4.0/22", "192.168.7.255", 443, true},
        {"192.168.4.0/22", "192.168.8.0", 443, false},
        {"0.0.0.0/0", "10.0.0.1", 443, true},
        {"0.0.0.0/0", "::1", 443, false},
        {"0.0.0.0/0", "example.com", 443, false},
        {"10.0.0.0/33", "10.0.0.1", 443, false},
        {"10.0.0.0/x", "10.0.0.1", 443, false},
        {"::1", "::1", 443, true},
        {"[::1]", "0:0::1", 443, true},
        {"[::1]:80", "::1", 80, true},
        {"[::1]:80", "::1", 443, false},
        {"2001:db8::/32", "2001:db8:ffff::1", 443, true},
        {"2001:db8::/32", "2001:db9::1", 443, false},
        {"http://example.com", "example.com", 443, false},
    }));
    CAPTURE(given.list, given.host, given.port);
    CHECK(http::NoProxy(given.list).matches(given.host, given.port) == given.matches);
}
