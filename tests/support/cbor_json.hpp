#pragma once
// CBOR as JSON and back, for tests that say in JSON what goes over the wire in CBOR (RFC 8949). It knows what they need:
// a time, which CBOR tags, is its number of seconds; bytes are a text.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <bit>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace fake {

class CborReader {
  public:
    explicit CborReader(std::string_view bytes) : rest_(bytes) {}

    boost::json::value read() {
        const unsigned first = byte();
        const unsigned major = first >> 5;
        const unsigned more = first & 31;
        if (major == 7) return simple(more);
        const bool until_break = more == 31;
        const std::uint64_t number = until_break ? ~std::uint64_t{0} : argument(more);
        switch (major) {
            case 0: return number;
            case 1: return -1 - static_cast<std::int64_t>(number);
            case 2:
            case 3: return take(number);
            case 4: {
                boost::json::array array;
                for (std::uint64_t i = 0; i < number && !at_break(); ++i) array.push_back(read());
                if (until_break) byte();
                return array;
            }
            case 5: {
                boost::json::object object;
                for (std::uint64_t i = 0; i < number && !at_break(); ++i) {
                    const boost::json::value key = read();
                    object[key.as_string()] = read();
                }
                if (until_break) byte();
                return object;
            }
            default: return read();  // a tag
        }
    }

  private:
    unsigned byte() {
        if (rest_.empty()) throw std::runtime_error("CBOR that ends early");
        const unsigned value = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        return value;
    }
    [[nodiscard]] bool at_break() const { return !rest_.empty() && static_cast<unsigned char>(rest_.front()) == 0xff; }
    std::uint64_t argument(unsigned more) {
        if (more < 24) return more;
        std::uint64_t value = 0;
        for (unsigned left = 1U << (more - 24); left > 0; --left) value = value << 8 | byte();
        return value;
    }
    boost::json::string take(std::uint64_t size) {
        if (size > rest_.size()) throw std::runtime_error("CBOR that ends early");
        boost::json::string text(rest_.data(), size);
        rest_.remove_prefix(size);
        return text;
    }
    boost::json::value simple(unsigned more) {
        if (more == 20 || more == 21) return more == 21;
        if (more == 26) return std::bit_cast<float>(static_cast<std::uint32_t>(argument(more)));
        if (more == 27) return std::bit_cast<double>(argument(more));
        return nullptr;
    }

    std::string_view rest_;
};

inline boost::json::value from_cbor(std::string_view bytes) { return CborReader(bytes).read(); }

inline void append_cbor(std::string& out, const boost::json::value& value) {
    const auto head = [&out](unsigned major, std::uint64_t number) {
        out += static_cast<char>(major << 5 | 27);
        for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift);
    };
    if (value.is_bool()) {
        out += static_cast<char>(value.get_bool() ? 0xf5 : 0xf4);
    } else if (value.is_string()) {
        head(3, value.get_string().size());
        out.append(value.get_string().data(), value.get_string().size());
    } else if (value.is_array()) {
        head(4, value.get_array().size());
        for (const auto& element : value.get_array()) append_cbor(out, element);
    } else if (value.is_object()) {
        head(5, value.get_object().size());
        for (const auto& [name, member] : value.get_object()) {
            append_cbor(out, boost::json::value(name));
            append_cbor(out, member);
        }
    } else if (value.is_int64() && value.get_int64() >= 0) {
        head(0, static_cast<std::uint64_t>(value.get_int64()));
    } else {
        head(7, std::bit_cast<std::uint64_t>(value.to_number<double>()));
    }
}

inline std::string to_cbor(std::string_view json) {
    std::string out;
    append_cbor(out, boost::json::parse({json.data(), json.size()}));
    return out;
}

}  // namespace fake
