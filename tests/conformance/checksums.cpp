// Checksums of bodies against the cases of a mock of S3, whole and in pieces.

#include "conformance_file.hpp"

#include "protocol/checksum.hpp"

#include "catch.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

namespace protocol = botocraft::protocol;

namespace {

std::string hex_of(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        text += digits[static_cast<unsigned char>(c) >> 4];
        text += digits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

std::string in_pieces(protocol::Checksum checksum, std::string_view input, std::size_t size) {
    protocol::RunningChecksum sum(checksum);
    while (!input.empty()) {
        sum.add(input.substr(0, size));
        input.remove_prefix(std::min(size, input.size()));
    }
    return hex_of(sum.bytes());
}

}  // namespace

TEST_CASE("checksums are those that a mock of S3 expects", "[checksums]") {
    const auto cases = conformance::file("s3-mock/checksums.json");
    if (!cases) return;
    std::size_t count = 0;
    for (const auto& entry : cases->as_array()) {
        const auto text = [&](const char* name) { return std::string(entry.at(name).as_string()); };
        INFO(text("name"));
        std::string name = text("algorithm");
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        if (name == "XXHASH3_64") name = "XXHASH3";  // as S3 calls them
        if (name == "XXHASH3_128") name = "XXHASH128";
        const auto checksum = protocol::parse_checksum(name);
        REQUIRE(checksum);
        for (const std::size_t size : {1u, 3u, 8u, 1000u}) CHECK(in_pieces(*checksum, text("input"), size) == text("hex"));
        CHECK(protocol::compute(*checksum, text("input")).size() == protocol::text_size(*checksum));
        ++count;
    }
    CHECK(count == 30);
}
