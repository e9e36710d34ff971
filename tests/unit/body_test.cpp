// What is done to whole bodies.

#include "catch.hpp"

#include "protocol/codec.hpp"

#include <zlib.h>

#include <string>

namespace protocol = botocraft::protocol;

namespace {

std::string unpacked(std::string packed, std::size_t size) {
    std::string out(size + 1, '\0');
    z_stream stream{};
    REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
    CHECK(stream.avail_in == 0);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return out;
}

std::string noise(std::size_t size) {
    std::string out;
    for (std::uint32_t state = 1; out.size() < size;) {
        state = state * 1664525 + 1013904223;
        out += static_cast<char>(state >> 24);
    }
    return out;
}

}  // namespace

TEST_CASE("a compressed body is whole") {
    for (const std::string& body : {std::string(), std::string("x"), std::string(1'000'000, 'a'), noise(300'000)}) {
        protocol::Request request;
        request.body = body;
        protocol::compress(request);
        CHECK((unpacked(request.body, body.size()) == body));
        REQUIRE(request.headers.size() == 1);
        CHECK(request.headers[0].second == "gzip");
        protocol::compress(request);
        CHECK(request.headers[0].second == "gzip, gzip");
    }
}
