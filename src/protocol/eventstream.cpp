#include "protocol/eventstream.hpp"

#include "protocol/failure.hpp"
#include "protocol/scalar_text.hpp"

#include <zlib.h>

#include <algorithm>
#include <utility>

namespace botocraft::protocol::eventstream {

namespace {

// total length, length of the headers, checksum of both; headers and payload; checksum of all
constexpr std::size_t prelude_size = 12;
constexpr std::size_t checksum_size = 4;
constexpr std::size_t smallest = prelude_size + checksum_size;

enum class Type : std::uint8_t { yes, no, byte, int16, int32, int64, bytes, text, time, uuid };

std::uint32_t checksum(std::string_view bytes) noexcept {
    return static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

std::uint64_t big_endian(std::string_view bytes) noexcept {
    std::uint64_t value = 0;
    for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

template <class Integer>
void put(std::string& out, Integer value) {
    for (std::size_t i = sizeof(Integer); i-- > 0;) {
        out += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xff);
    }
}

// --- headers ---------------------------------------------------------------------------------------------------------

void put_sized(std::string& out, std::string_view value) {
    if (value.size() > 0x7fff) {
        invalid_input("InvalidHeader", "the value of an event's header has more than 32767 bytes");
    }
    put(out, static_cast<std::uint16_t>(value.size()));
    out += value;
}

struct ValueWriter {
    std::string& out;

    void type(Type value) const { out += static_cast<char>(value); }
    void operator()(bool value) const { type(value ? Type::yes : Type::no); }
    void operator()(std::int8_t value) const { type(Type::byte), put(out, value); }
    void operator()(std::int16_t value) const { type(Type::int16), put(out, value); }
    void operator()(std::int32_t value) const { type(Type::int32), put(out, value); }
    void operator()(std::int64_t value) const { type(Type::int64), put(out, value); }
    void operator()(const blob& value) const {
        type(Type::bytes);
        put_sized(out, {reinterpret_cast<const char*>(value.data()), value.size()});
    }
    void operator()(const std::string& value) const { type(Type::text), put_sized(out, value); }
    void operator()(Time value) const { type(Type::time), put(out, value.milliseconds); }
    void operator()(const Uuid& value) const {
        type(Type::uuid);
        out.append(reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size());
    }
};

class HeaderReader {
  public:
    explicit HeaderReader(std::string_view bytes) noexcept : rest_(bytes) {}

    bool next(Header& header) {
        if (rest_.empty()) return false;
        const std::size_t length = big_endian(take(1));
        if (length == 0) invalid_reply("a header of an event has no name");
        header.name = take(length);
        if (!valid_utf8(header.name)) invalid_reply("the name of an event's header is not UTF-8");
        header.value = value(static_cast<Type>(big_endian(take(1))));
        return true;
    }

  private:
    std::string_view take(std::size_t count) {
        if (count > rest_.size()) invalid_reply("the headers of an event are cut off");
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }
    template <class Integer>
    Integer integer() {
        return static_cast<Integer>(big_endian(take(sizeof(Integer))));
    }
    std::string_view sized() { return take(big_endian(take(2))); }

    Value value(Type type) {
        switch (type) {
            case Type::yes: return true;
            case Type::no: return false;
            case Type::byte: return integer<std::int8_t>();
            case Type::int16: return integer<std::int16_t>();
            case Type::int32: return integer<std::int32_t>();
            case Type::int64: return integer<std::int64_t>();
            case Type::bytes: {
                const std::string_view bytes = sized();
                const auto* const first = reinterpret_cast<const std::byte*>(bytes.data());
                return blob(first, first + bytes.size());
            }
            case Type::text: {
                const std::string_view text = sized();
                if (!valid_utf8(text)) invalid_reply("the text in a header of an event is not UTF-8");
                return std::string(text);
            }
            case Type::time: return Time{integer<std::int64_t>()};
            case Type::uuid: {
                Uuid uuid;
                const std::string_view bytes = take(uuid.bytes.size());
                std::ranges::copy(bytes, uuid.bytes.begin());
                return uuid;
            }
        }
        invalid_reply("a header of an event is of an unknown type");
    }

    std::string_view rest_;
};

}  // namespace

std::string_view Message::text(std::string_view name) const noexcept {
    for (const Header& header : headers) {
        if (header.name != name) continue;
        const auto* const value = std::get_if<std::string>(&header.value);
        return value ? std::string_view(*value) : std::string_view();
    }
    return {};
}

void encode(const Message& message, std::string& out) {
    std::string headers;
    for (const Header& header : message.headers) {
        if (header.name.empty() || header.name.size() > 255) {
            invalid_input("InvalidHeader", "the name of an event's header has from 1 to 255 bytes");
        }
        put(headers, static_cast<std::uint8_t>(header.name.size()));
        headers += header.name;
        std::visit(ValueWriter{headers}, header.value);
    }
    const std::size_t total = smallest + headers.size() + message.payload.size();
    if (headers.size() > max_headers || total > max_message) {
        invalid_input("EventTooLarge", "the event is too large to be sent");
    }
    const std::size_t start = out.size();
    put(out, static_cast<std::uint32_t>(total));
    put(out, static_cast<std::uint32_t>(headers.size()));
    put(out, checksum(std::string_view(out).substr(start)));
    out.append(headers).append(message.payload);
    put(out, checksum(std::string_view(out).substr(start)));
}

Decoder::Prelude Decoder::read_prelude(std::string_view came) noexcept {
    return {big_endian(came.substr(0, 4)), big_endian(came.substr(4, 4))};
}

// What is wrong with a prelude at the beginning of `came`; empty where nothing is.
std::string Decoder::complaint(Prelude prelude, std::string_view came) const {
    const auto [total, header_size] = prelude;
    if (checksum(came.substr(0, 8)) != big_endian(came.substr(8, 4))) {
        return "the beginning of an event is damaged: its checksum is wrong";
    }
    if (total < smallest || header_size > total - smallest) return "the lengths of an event contradict each other";
    if (total > most_) return "an event has more than " + std::to_string(most_) + " bytes; raise the limit if that is right";
    if (header_size > most_headers_) {
        return "the headers of an event have more than " + std::to_string(most_headers_) +
               " bytes; raise the limit if that is right";
    }
    return {};
}

bool Decoder::ready() const {
    const std::string_view came = rest();
    if (came.size() < prelude_size) return false;
    const Prelude prelude = read_prelude(came);
    return came.size() >= prelude.total || !complaint(prelude, came).empty();
}

bool Decoder::next(Message& message) {
    const std::string_view came = rest();
    if (came.size() < prelude_size) {
        buffer_.erase(0, std::exchange(used_, 0));
        return false;
    }
    const Prelude prelude = read_prelude(came);
    const auto [total, header_size] = prelude;
    if (std::string wrong = complaint(prelude, came); !wrong.empty()) invalid_reply(std::move(wrong));
    if (came.size() < total) {
        buffer_.erase(0, std::exchange(used_, 0));
        return false;
    }
    const std::string_view frame = came.substr(0, total);
    if (checksum(frame.substr(0, total - checksum_size)) != big_endian(frame.substr(total - checksum_size))) {
        invalid_reply("an event is damaged: its checksum is wrong");
    }
    message.headers.clear();
    HeaderReader headers(frame.substr(prelude_size, header_size));
    for (Header header; headers.next(header);) message.headers.push_back(std::move(header));
    message.payload = frame.substr(prelude_size + header_size, total - smallest - header_size);
    used_ += total;
    return true;
}

}  // namespace botocraft::protocol::eventstream
