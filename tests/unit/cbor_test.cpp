#include "catch.hpp"
#include "sample_service.hpp"

#include <botocraft/error.hpp>

#include "protocol/cbor.hpp"
#include "protocol/cbor_reader.hpp"

#include <cmath>

namespace cbor = botocraft::protocol::cbor;
using botocraft::protocol::Limits;
using sample::Everything;

namespace {

using namespace std::string_literals;

template <class T>
T decoded(std::string_view body, const Limits& limits = {}) {
    T value;
    cbor::decode(T::shape_, body, &value, limits);
    return value;
}
std::string complaint(std::string_view body, const Limits& limits = {}) {
    Everything value;
    try {
        cbor::decode(Everything::shape_, body, &value, limits);
    } catch (const botocraft::ProtocolError& error) {
        CHECK(value == Everything{});
        return error.details().explanation;
    }
    return "none";
}
bool says(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

// {"name": item}; names here have fewer than 24 characters.
std::string map_of(std::string_view name, std::string_view item) {
    std::string body = "\xa1";
    body += static_cast<char>(0x60 + name.size());
    return body.append(name).append(item);
}

}  // namespace

TEST_CASE("CBOR of every kind of member is written and read") {
    Everything value;
    value.flag = false;
    value.integer = -2147483647 - 1;
    value.longer = -9223372036854775807 - 1;
    value.single = 1.5F;
    value.real = 0.1;
    value.text = "caf\xc3\xa9";
    value.time = botocraft::timestamp(std::chrono::microseconds(1515531081123456));
    value.data = botocraft::blob{std::byte{0}, std::byte{255}};
    value.node = sample::Node{.name = "n", .next = sample::Node{.weight = 300}};
    value.strings = {"a", ""};
    value.matrix = {{1, 2}, {3}};
    value.labels = {{"a", "1"}};
    value.sparseStrings = {"x", botocraft::null};
    std::string body;
    cbor::encode(Everything::shape_, &value, body);
    CHECK(decoded<Everything>(body) == value);
}

// RFC 8949, appendix A
TEST_CASE("CBOR numbers in every size") {
    CHECK(decoded<Everything>(map_of("real", "\xf9\x3c\x00"s)).real == 1.0);
    CHECK(decoded<Everything>(map_of("real", "\xf9\x7b\xff")).real == 65504.0);
    CHECK(decoded<Everything>(map_of("real", "\xf9\x00\x01"s)).real == 5.960464477539063e-8);
    CHECK(decoded<Everything>(map_of("real", "\xf9\xc4\x00"s)).real == -4.0);
    CHECK(decoded<Everything>(map_of("real", "\xf9\xfc\x00"s)).real == -HUGE_VAL);
    CHECK(std::isnan(*decoded<Everything>(map_of("real", "\xf9\x7e\x00"s)).real));
    CHECK(decoded<Everything>(map_of("real", "\xfb\x3f\xf1\x99\x99\x99\x99\x99\x9a")).real == 1.1);
    CHECK(decoded<Everything>(map_of("real", "\x18\x64")).real == 100.0);
    CHECK(decoded<Everything>(map_of("integer", "\x39\x03\xe7")).integer == -1000);
    CHECK(decoded<Everything>(map_of("integer", "\xf9\x3c\x00"s)).integer == 1);
    CHECK(decoded<Everything>(map_of("time", "\xc1\x1a\x51\x4b\x67\xb0")).time ==
          botocraft::timestamp(std::chrono::seconds(1363896240)));
    CHECK(decoded<Everything>(map_of("time", "\xc1\xfb\x41\xd4\x52\xd9\xec\x20\x00\x00"s)).time ==
          botocraft::timestamp(std::chrono::milliseconds(1363896240500)));
}

TEST_CASE("CBOR numbers that do not fit are errors") {
    CHECK(says(complaint(map_of("integer", "\x1a\x80\x00\x00\x00"s)), "integer is no whole number of 32 bits"));
    CHECK(says(complaint(map_of("longer", "\x1b\x80\x00\x00\x00\x00\x00\x00\x00"s)), "longer is no whole number"));
    CHECK(says(complaint(map_of("longer", "\x3b\xff\xff\xff\xff\xff\xff\xff\xff")), "longer is no whole number"));
    CHECK(says(complaint(map_of("time", "\xfb\x7f\xf0\x00\x00\x00\x00\x00\x00"s)), "time is not a time"));
    CHECK(says(complaint(map_of("integer", "\x61x")), "integer is of another type"));
}

TEST_CASE("CBOR lengths that are claimed are not believed") {
    CHECK(says(complaint(map_of("strings", "\x9b\xff\xff\xff\xff\xff\xff\xff\xff")), "ends too early"));
    CHECK(says(complaint(map_of("Text", "\x7b\x7f\xff\xff\xff\xff\xff\xff\xff")), "ends too early"));
    CHECK(says(complaint("\xbb\xff\xff\xff\xff\xff\xff\xff\xff"), "ends too early"));
}

TEST_CASE("CBOR that is damaged is an error") {
    CHECK(says(complaint("\x01"), "not a map"));
    CHECK(says(complaint("\xa1"), "ends too early"));
    CHECK(says(complaint("\xa0\xa0"), "more behind the end"));
    CHECK(says(complaint(map_of("Text", "\x61\xff")), "UTF-8"));
    CHECK(says(complaint("\xa1\x01\x01"), "a key of a map"));
    CHECK(says(complaint(map_of("strings", "\x81\xff")), "end of nothing"));
    CHECK(says(complaint(map_of("unknown", "\xff")), "end of nothing"));
    CHECK(says(complaint("<html>Bad gateway</html>"), "CBOR"));
    CHECK(complaint("") == "none");
}

TEST_CASE("a tag in CBOR belongs to something") {
    for (const std::string& body : {"\xbf\xc1\xff"s, map_of("strings", "\x9f\xc1\xff"), map_of("strings", "\x9f\xc1\xc2\xff"),
                                    map_of("labels", "\xbf\xc1\xff"), map_of("other", "\x9f\xc1\xff")}) {
        CHECK(complaint(body) != "none");
    }
    CHECK(complaint("\xbf\xff") == "none");
    CHECK(complaint(map_of("strings", "\x9f\xc1\x61z\xff")) == "none");
}

TEST_CASE("CBOR is bounded in depth and count") {
    CHECK(says(complaint(map_of("unknown", std::string(100'000, '\x81'))), "nested too deep"));
    CHECK(says(complaint(map_of("unknown", std::string(100'000, '\xc1'))), "nested too deep"));
    CHECK(says(complaint(map_of("integer", std::string(100'000, '\xc1'))), "nested too deep"));
    std::string deep;
    for (int i = 0; i < 1000; ++i) deep += map_of("next", "");
    CHECK(says(complaint(map_of("node", deep + "\xa0")), "nested more than 64 deep"));
    CHECK(says(complaint(map_of("numbers", "\x83\x01\x02\x03"), {.elements = 2}), "more than 2 elements"));
}

TEST_CASE("of equal keys in CBOR the last one counts, and null is said") {
    CHECK(decoded<Everything>("\xa2\x67integer\x01\x67integer\x02").integer == 2);
    CHECK(decoded<Everything>(map_of("integer", "\xf6")).integer.is_null());
    CHECK(decoded<Everything>(map_of("strings", "\x82\x61x\xf6")).strings.size() == 1);
}

TEST_CASE("a document has no form in CBOR") {
    Everything value;
    value.any = botocraft::document("{}");
    std::string body;
    CHECK_THROWS_AS(cbor::encode(Everything::shape_, &value, body), botocraft::UsageError);
}

TEST_CASE("an error in CBOR says its code and message, whole or not") {
    const std::string body = "\xbf\x66__type\x69" "ns#NotFit\x67message\x62hi\x61x\x81\x01\xff";
    CHECK(cbor::decode_error(body).code == "NotFit");
    CHECK(cbor::decode_error(body).message == "hi");
    CHECK(cbor::decode_error(std::string_view(body).substr(0, 20)).code == "NotFit");
    CHECK(cbor::decode_error("<html/>").code.empty());
}

TEST_CASE("times beyond what a timestamp holds are refused, whatever number they are") {
    using namespace std::string_literals;
    const auto read = [](std::string_view number) {
        sample::Everything value;
        cbor::decode(sample::Everything::shape_, "\xa1\x64time"s + std::string(number), &value);
        return value.time;
    };
    CHECK(read("\xfb\xbf\xf8\x00\x00\x00\x00\x00\x00"s) == botocraft::timestamp(std::chrono::milliseconds(-1500)));
    // -9223372036854.775, as near as a double comes to the end of microseconds
    CHECK_THROWS_AS(read("\xfb\xc2\xa0\xc6\xf7\xa0\xb5\xed\x8d"s), botocraft::ProtocolError);
    CHECK_THROWS_AS(read("\xfb\x42\xa0\xc6\xf7\xa0\xb5\xed\x8d"s), botocraft::ProtocolError);
    CHECK_THROWS_AS(read("\x3b\x00\x00\x08\x63\x7b\xd0\x5a\xf6"s), botocraft::ProtocolError);
}
