#include "protocol/cbor_reader.hpp"

#include "protocol/failure.hpp"
#include "protocol/scalar_text.hpp"

#include <bit>
#include <cmath>

namespace botocraft::protocol::cbor {

namespace {

constexpr unsigned indefinite_info = 31;

double half(std::uint16_t bits) noexcept {
    const int exponent = bits >> 10 & 31;
    const double mantissa = bits & 1023;
    double value = 0;
    if (exponent == 0) {
        value = std::ldexp(mantissa, -24);
    } else if (exponent != 31) {
        value = std::ldexp(mantissa + 1024, exponent - 25);
    } else {
        value = mantissa == 0 ? INFINITY : NAN;
    }
    return bits & 0x8000 ? -value : value;
}

}  // namespace

void Reader::fail(std::string_view what) const {
    invalid_reply("the body is not CBOR: " + std::string(what) + " at byte " + std::to_string(position()));
}

void Reader::expect(std::uint64_t bytes) const {
    if (bytes > rest_.size()) fail("it ends too early");
}

std::string_view Reader::take(std::uint64_t count) {
    expect(count);
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
}

std::uint64_t Reader::argument(unsigned info) {
    if (info < 24) return info;
    if (info > 27) fail("a reserved form of length");
    std::uint64_t value = 0;
    for (const char c : take(std::uint64_t{1} << (info - 24))) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

void Reader::string(Item& item, unsigned major) {
    const unsigned info = static_cast<unsigned char>(rest_.front()) & 31;
    rest_.remove_prefix(1);
    if (info != indefinite_info) {
        item.text = take(argument(info));
    } else {
        chunks_.clear();
        for (;;) {
            expect(1);
            const auto head = static_cast<unsigned char>(rest_.front());
            if (head >> 5 != major && head != 0xff) fail("a chunk of another type");
            rest_.remove_prefix(1);
            if (head == 0xff) break;
            if ((head & 31) == indefinite_info) fail("a chunk of indefinite length");
            chunks_ += take(argument(head & 31));
        }
        item.text = chunks_;
    }
    if (item.type == Type::text && !valid_utf8(item.text)) fail("a text that is not UTF-8");
}

void Reader::simple(Item& item, unsigned info) {
    switch (info) {
        case 20:
        case 21:
            item.type = Type::boolean;
            item.number = info - 20;
            return;
        case 22: item.type = Type::null; return;
        case 23: item.type = Type::undefined; return;
        case indefinite_info: item.type = Type::end; return;
        default: break;
    }
    const std::uint64_t bits = argument(info);
    item.type = Type::real;
    if (info == 25) {
        item.real = half(static_cast<std::uint16_t>(bits));
        item.real_bits = 16;
    } else if (info == 26) {
        item.real = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
        item.real_bits = 32;
    } else if (info == 27) {
        item.real = std::bit_cast<double>(bits);
        item.real_bits = 64;
    } else {
        if (info == 24 && bits < 32) fail("a simple value in a reserved form");
        item.type = Type::simple;
        item.number = bits;
    }
}

Item Reader::next() {
    expect(1);
    const auto head = static_cast<unsigned char>(rest_.front());
    const unsigned major = head >> 5;
    const unsigned info = head & 31;
    Item item;
    constexpr Type types[] = {Type::unsigned_, Type::negative, Type::bytes, Type::text,
                              Type::array,     Type::map,      Type::tag,   Type::simple};
    item.type = types[major];
    if (item.type == Type::bytes || item.type == Type::text) {
        string(item, major);
        return item;
    }
    rest_.remove_prefix(1);
    if (item.type == Type::simple) {
        simple(item, info);
    } else if (info == indefinite_info && (item.type == Type::array || item.type == Type::map)) {
        item.indefinite = true;
    } else {
        item.number = argument(info);
        if (item.type == Type::array || item.type == Type::map) expect(item.number);
    }
    return item;
}

void Reader::skip(const Item& head, std::size_t depth) {
    if (head.type == Type::end) fail("an end of nothing");
    if (head.type != Type::array && head.type != Type::map && head.type != Type::tag) return;
    if (depth == 0) fail("it is nested too deep");
    if (head.type == Type::tag) {
        skip(next(), depth - 1);
        return;
    }
    for (std::uint64_t i = 0; head.indefinite || i < head.number; ++i) {
        const Item first = next();
        if (head.indefinite && first.type == Type::end) return;
        skip(first, depth - 1);
        if (head.type == Type::map) skip(next(), depth - 1);
    }
}

}  // namespace botocraft::protocol::cbor
