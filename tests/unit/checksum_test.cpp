// Checksums of bodies: the values that their specifications give for `123456789`.

#include "protocol/checksum.hpp"

#include "catch.hpp"

#include <string>

using namespace botocraft::protocol;

TEST_CASE("checksums are those of their specifications") {
    CHECK(compute(Checksum::crc32, "123456789") == "y/Q5Jg==");          // cbf43926
    CHECK(compute(Checksum::crc32c, "123456789") == "4waSgw==");         // e3069283
    CHECK(compute(Checksum::crc64nvme, "123456789") == "rosUhgp5mIg=");  // ae8b14860a799888
    CHECK(compute(Checksum::sha1, "abc") == "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
    CHECK(compute(Checksum::sha256, "") == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    CHECK(compute(Checksum::md5, "") == "1B2M2Y8AsgTpgAmY7PhCfg==");
    CHECK(compute(Checksum::crc32, "") == "AAAAAA==");
    CHECK(compute(Checksum::crc64nvme, "") == "AAAAAAAAAAA=");
}

TEST_CASE("eight bytes at a time give what one at a time gives") {
    // RFC 3720, appendix B.4
    CHECK(compute(Checksum::crc32c, std::string(32, '\0')) == "ipE2qg==");     // 8a9136aa
    CHECK(compute(Checksum::crc32c, std::string(32, '\xff')) == "YqirQw==");   // 62a8ab43
}

TEST_CASE("checksums have names and headers") {
    for (const char* const name : {"CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128"}) {
        const auto checksum = parse_checksum(name);
        REQUIRE(checksum);
        CHECK(to_string(*checksum) == name);
        CHECK(checksum_of_header(header_of(*checksum)) == checksum);
    }
    CHECK_FALSE(parse_checksum("ADLER32"));
    CHECK_FALSE(parse_checksum("crc32"));
    CHECK_FALSE(checksum_of_header("x-amz-checksum-type"));
}
