#include "http/reply_reader.hpp"

#include "catch.hpp"

#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <string>
#include <vector>

using boost::beast::http::error;
using boost::system::error_code;
using botocraft::http::Reply;
using botocraft::http::ReplyBody;
using botocraft::http::ReplyReader;

namespace {

constexpr std::size_t limit = 1024;

error_code feed(ReplyReader& reader, std::string_view text) {
    while (!text.empty()) {
        const auto room = reader.room();
        REQUIRE(!room.empty());
        const std::size_t count = std::min(room.size(), text.size());
        std::copy_n(text.begin(), count, room.begin());
        text.remove_prefix(count);
        if (const error_code ec = reader.commit(count)) return ec;
    }
    return {};
}

// The error that `text` ends with, however it is cut in two.
error_code error_of(const std::string& text, ReplyBody body = ReplyBody::expected, std::size_t body_limit = limit) {
    std::vector<error_code> seen;
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        ReplyReader reader;
        reader.start(body, limit, body_limit);
        error_code ec = feed(reader, std::string_view(text).substr(0, cut));
        if (!ec) ec = feed(reader, std::string_view(text).substr(cut));
        seen.push_back(ec);
    }
    for (const error_code& ec : seen) CHECK(ec == seen.front());
    return seen.front();
}

// Whether `text` and nothing more never becomes a reply, however it is cut in two.
bool refused(const std::string& text) {
    bool always = true;
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        ReplyReader reader;
        reader.start(ReplyBody::expected, limit, limit);
        error_code ec = feed(reader, std::string_view(text).substr(0, cut));
        if (!ec) ec = feed(reader, std::string_view(text).substr(cut));
        if (!ec) ec = reader.commit_end();
        always = always && ec;
    }
    return always;
}

struct Example {
    std::string text;
    int status;
    std::string body;
    bool reusable = true;
    ReplyBody expected = ReplyBody::expected;
    bool to_end = false;
};

const std::vector<Example>& examples() {
    static const std::vector<Example> all = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Amzn-RequestId: r-1\r\n\r\nhello", 200, "hello"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, ""},
        {"HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\nx", 200, "x"},
        {"HTTP/1.1 400 Bad Request\r\ncontent-length:3\r\n\r\n{x}", 400, "{x}"},
        {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", 200, "ok", false},
        {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", false},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\n\r\n", 200,
         "hello world"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Checksum: 1\r\nX-More: 2\r\n\r\n", 200,
         "x"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200, ""},
        {"HTTP/1.1 204 No Content\r\n\r\n", 204, ""},
        {"HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n", 304, ""},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n", 200, "", true, ReplyBody::none},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
         200, "ok"},
        {"HTTP/1.1 200 OK\r\n\r\nall that comes", 200, "all that comes", false, ReplyBody::expected, true},
    };
    return all;
}

}  // namespace

TEST_CASE("a reply is read the same wherever its bytes are cut") {
    for (const Example& example : examples()) {
        CAPTURE(example.text);
        for (std::size_t first = 0; first <= example.text.size(); ++first) {
            for (std::size_t second = first; second <= example.text.size(); ++second) {
                const std::string_view text = example.text;
                ReplyReader reader;
                reader.start(example.expected, limit, limit);
                REQUIRE(!feed(reader, text.substr(0, first)));
                REQUIRE(!feed(reader, text.substr(first, second - first)));
                REQUIRE(!feed(reader, text.substr(second)));
                if (example.to_end) REQUIRE(!reader.commit_end());
                REQUIRE(reader.complete());
                Reply reply;
                reader.fill(reply);
                REQUIRE(reply.status() == example.status);
                REQUIRE(reply.body() == example.body);
                REQUIRE(reader.reusable() == example.reusable);
            }
        }
    }
}

TEST_CASE("a reply that comes byte by byte is complete with its last byte and not before") {
    for (const Example& example : examples()) {
        if (example.to_end) continue;
        CAPTURE(example.text);
        ReplyReader reader;
        reader.start(example.expected, limit, limit);
        for (const char& byte : example.text) {
            REQUIRE(!reader.complete());
            REQUIRE(!feed(reader, {&byte, 1}));
        }
        CHECK(reader.complete());
    }
}

TEST_CASE("a reply that ends too early is an error wherever it is cut") {
    for (const Example& example : examples()) {
        if (example.to_end) continue;
        CAPTURE(example.text);
        for (std::size_t cut = 0; cut < example.text.size(); ++cut) {
            ReplyReader reader;
            reader.start(example.expected, limit, limit);
            REQUIRE(!feed(reader, std::string_view(example.text).substr(0, cut)));
            CHECK(reader.commit_end() == (cut == 0 ? error::end_of_stream : error::partial_message));
            CHECK(!reader.reusable());
        }
    }
}

TEST_CASE("headers are found in any case, and none is lost") {
    ReplyReader reader;
    reader.start(ReplyBody::expected, limit, limit);
    REQUIRE(!feed(reader,
                  "HTTP/1.1 200 OK\r\nX-Amzn-RequestId: \t r-1 \r\nEmpty:\r\nSet-Cookie: a\r\nset-cookie: b\r\n"
                  "Content-Length: 0\r\n\r\n"));
    Reply reply;
    reader.fill(reply);
    CHECK(reply.header("x-amzn-requestid") == "r-1");
    CHECK(reply.header("set-cookie") == "a");
    CHECK(reply.has_header("empty"));
    CHECK(reply.header("empty").empty());
    CHECK(!reply.has_header("content-type"));
    REQUIRE(reply.headers().size() == 5);
    CHECK(reply.headers()[3].name == "set-cookie");
    CHECK(reply.headers()[3].value == "b");
}

TEST_CASE("framing that could be read in two ways is refused") {
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    for (const std::string headers : {
             "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
             "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
             "Content-Length: 5\r\nContent-Length: 6\r\n",
             "Content-Length: 5\r\nContent-Length: 5\r\n",
             "Content-Length: 5, 5\r\n",
             "Content-Length: 5 5\r\n",
             "Content-Length: -5\r\n",
             "Content-Length: +5\r\n",
             "Content-Length: 0x5\r\n",
             "Content-Length: \r\n",
             "Content-Length: 18446744073709551616\r\n",
             "Content-Length: 99999999999999999999999\r\n",
             "Transfer-Encoding: gzip, chunked\r\n",
             "Transfer-Encoding: chunked, chunked\r\n",
             "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
             "Transfer-Encoding: chunked, gzip\r\n",
             "Transfer-Encoding: identity\r\nContent-Length: 5\r\n",
             "Transfer-Encoding: xchunked\r\n",
             "Content-Length : 5\r\n",
             "Content-Length: 5\n",
             "Long: folded\r\n over lines\r\n",
             "No colon\r\n",
             "Con\x01trol: x\r\n",
             ": x\r\n",
         }) {
        CAPTURE(headers);
        CHECK(refused(ok + headers + "\r\nhello"));
    }
    for (const std::string text : {
             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
             "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
             "HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n",
             "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
             "SSH-2.0-OpenSSH_9.2p1\r\n\r\n\r\n",
             "<html><body>hello</body></html>\r\n\r\n",
         }) {
        CAPTURE(text);
        CHECK(refused(text));
    }
}

TEST_CASE("a chunked body that breaks its framing is refused") {
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const std::string body : {
             "x\r\nhello\r\n0\r\n\r\n", "5\r\nhelloworld\r\n0\r\n\r\n", "-5\r\nhello\r\n0\r\n\r\n",
             "ffffffffffffffff\r\nhello", "fffffffffffffffff\r\nhello", "5\nhello\n0\n\n",
             "1\r\nx\r\n0\r\nContent-Length: 3\r\n\r\n",
         }) {
        CAPTURE(body);
        CHECK(refused(head + body));
    }
}

TEST_CASE("stray bytes after a reply forbid another request") {
    for (const Example& example : examples()) {
        if (example.to_end || !example.reusable) continue;
        CAPTURE(example.text);
        for (std::size_t cut = 0; cut <= example.text.size(); ++cut) {
            const std::string text = example.text + "H";
            ReplyReader reader;
            reader.start(example.expected, limit, limit);
            REQUIRE(!feed(reader, std::string_view(text).substr(0, cut)));
            REQUIRE(!feed(reader, std::string_view(text).substr(cut)));
            Reply reply;
            reader.fill(reply);
            CHECK(reply.body() == example.body);
            CHECK(!reader.reusable());
        }
    }
}

TEST_CASE("chunks of a server that speaks HTTP/1.0 are read, and forbid another request") {
    for (const std::string version : {"1.0", "1.1"}) {
        ReplyReader reader;
        reader.start(ReplyBody::expected, limit, limit);
        REQUIRE(!feed(reader, "HTTP/" + version + " 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
                              "2\r\nok\r\n0\r\n\r\n"));
        Reply reply;
        reader.fill(reply);
        CHECK(reply.body() == "ok");
        CHECK(reader.reusable() == (version == "1.1"));
    }
}

TEST_CASE("heads and bodies over their limits are refused") {
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    CHECK(error_of(ok + "X: " + std::string(2 * limit, 'x') + "\r\nContent-Length: 0\r\n\r\n") == error::header_limit);
    std::string many;
    while (many.size() < limit) many += "A: b\r\n";
    CHECK(error_of(ok + many + "Content-Length: 0\r\n\r\n") == error::header_limit);
    CHECK(error_of(ok + "Content-Length: 11\r\n\r\n0123456789x", ReplyBody::expected, 10) == error::body_limit);
    CHECK(error_of(ok + "\r\n0123456789x", ReplyBody::expected, 10) == error::body_limit);
    const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
    CHECK(error_of(chunked + "b\r\n0123456789x\r\n0\r\n\r\n", ReplyBody::expected, 10) == error::body_limit);
    CHECK(error_of(chunked + "a\r\n0123456789\r\n1\r\nx\r\n0\r\n\r\n", ReplyBody::expected, 10) == error::body_limit);
    CHECK(!error_of(chunked + "9\r\n012345678\r\n1\r\nx\r\n0\r\n\r\n", ReplyBody::expected, 10));
    CHECK(error_of(chunked + "1;" + std::string(2 * limit, 'x')) == error::header_limit);
    CHECK(error_of(chunked + "0\r\nTrailer: " + std::string(2 * limit, 'x')) == error::header_limit);
}

TEST_CASE("a length that the peer claims does not make memory grow") {
    constexpr std::size_t huge = std::size_t{1} << 40;
    for (const std::string text : {"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n",
                                   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ne8d4a51000\r\n"}) {
        CAPTURE(text);
        ReplyReader reader;
        reader.start(ReplyBody::expected, limit, huge);
        REQUIRE(!feed(reader, text));
        (void)reader.room();
        CHECK(reader.capacity() <= 8 * 1024);
        REQUIRE(!feed(reader, std::string(100 * 1024, 'x')));
        (void)reader.room();
        CHECK(reader.capacity() <= 600 * 1024);
        reader.trim();
        CHECK(reader.capacity() <= 64 * 1024);
    }
}

TEST_CASE("a reader is used for reply after reply") {
    ReplyReader reader;
    for (int i = 0; i < 3; ++i) {
        for (const Example& example : examples()) {
            reader.start(example.expected, limit, limit);
            REQUIRE(!reader.begun());
            REQUIRE(!feed(reader, example.text));
            if (example.to_end) REQUIRE(!reader.commit_end());
            Reply reply;
            reader.fill(reply);
            CHECK(reply.status() == example.status);
            CHECK(reply.body() == example.body);
            reader.trim();
        }
    }
}

TEST_CASE("replies before the real one are few") {
    const auto after = [](int count) {
        std::string text;
        for (int i = 0; i < count; ++i) text += "HTTP/1.1 102 Processing\r\n\r\n";
        return error_of(text + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    };
    CHECK(!after(16));
    CHECK(after(17) == error::bad_status);
}
