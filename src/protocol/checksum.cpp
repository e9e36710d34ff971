#include "protocol/checksum.hpp"

#include "protocol/base64.hpp"

#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <stdexcept>

namespace botocraft::protocol {

namespace {

struct Row {
    Checksum checksum;
    std::string_view name;
    std::string_view header;
};

constexpr std::array<Row, 7> rows{{
    {Checksum::crc32, "CRC32", "x-amz-checksum-crc32"},
    {Checksum::crc32c, "CRC32C", "x-amz-checksum-crc32c"},
    {Checksum::crc64nvme, "CRC64NVME", "x-amz-checksum-crc64nvme"},
    {Checksum::sha1, "SHA1", "x-amz-checksum-sha1"},
    {Checksum::sha256, "SHA256", "x-amz-checksum-sha256"},
    {Checksum::sha512, "SHA512", "x-amz-checksum-sha512"},
    {Checksum::md5, "MD5", "x-amz-checksum-md5"},
}};

const Row& row_of(Checksum checksum) noexcept { return rows[static_cast<std::size_t>(checksum)]; }

// Cyclic redundancy checks whose bits are taken from the lowest on. Eight tables let eight bytes be taken at once.
template <class Word, Word polynomial>
class ReflectedCrc {
  public:
    [[nodiscard]] static Word of(std::string_view text) noexcept {
        Word crc = ~Word{0};
        while (text.size() >= tables_.size()) {
            Word next = 0;
            for (std::size_t i = 0; i < tables_.size(); ++i) {
                const Word register_byte = i < sizeof(Word) ? crc >> (8 * i) : Word{0};
                next ^= tables_[tables_.size() - 1 - i][(register_byte ^ static_cast<unsigned char>(text[i])) & 0xff];
            }
            crc = next;
            text.remove_prefix(tables_.size());
        }
        for (const char c : text) crc = tables_[0][(crc ^ static_cast<unsigned char>(c)) & 0xff] ^ (crc >> 8);
        return ~crc;
    }

  private:
    using Tables = std::array<std::array<Word, 256>, 8>;

    static constexpr Tables make_tables() {
        Tables tables{};
        for (std::size_t byte = 0; byte < 256; ++byte) {
            Word value = static_cast<Word>(byte);
            for (int bit = 0; bit < 8; ++bit) value = (value & 1) != 0 ? (value >> 1) ^ polynomial : value >> 1;
            tables[0][byte] = value;
        }
        for (std::size_t i = 1; i < tables.size(); ++i) {
            for (std::size_t byte = 0; byte < 256; ++byte) {
                const Word before = tables[i - 1][byte];
                tables[i][byte] = tables[0][before & 0xff] ^ (before >> 8);
            }
        }
        return tables;
    }
    static constexpr Tables tables_ = make_tables();
};

using Crc32c = ReflectedCrc<std::uint32_t, 0x82f63b78>;
using Crc64Nvme = ReflectedCrc<std::uint64_t, 0x9a6c9329ac4bc9b5>;

template <class Word>
std::string big_endian(Word value) {
    std::array<std::byte, sizeof(Word)> bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[bytes.size() - 1 - i] = static_cast<std::byte>(value >> (8 * i));
    return base64(bytes);
}

std::uint32_t crc32_of(std::string_view body) noexcept {
    return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(body.data()), body.size()));
}

std::string digest(const EVP_MD* type, Checksum checksum, std::string_view body) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
    unsigned size = 0;
    if (EVP_Digest(body.data(), body.size(), bytes.data(), &size, type, nullptr) != 1) {
        throw std::runtime_error("OpenSSL has no " + std::string(to_string(checksum)) + " here, which this request needs");
    }
    return base64(std::as_bytes(std::span(bytes).first(size)));
}

}  // namespace

std::optional<Checksum> parse_checksum(std::string_view name) noexcept {
    const auto found = std::ranges::find(rows, name, &Row::name);
    return found == rows.end() ? std::nullopt : std::optional(found->checksum);
}

std::string_view to_string(Checksum checksum) noexcept { return row_of(checksum).name; }

std::string_view header_of(Checksum checksum) noexcept { return row_of(checksum).header; }

std::optional<Checksum> checksum_of_header(std::string_view lower_case_name) noexcept {
    const auto found = std::ranges::find(rows, lower_case_name, &Row::header);
    return found == rows.end() ? std::nullopt : std::optional(found->checksum);
}

std::string compute(Checksum checksum, std::string_view body) {
    switch (checksum) {
        case Checksum::crc32: return big_endian(crc32_of(body));
        case Checksum::crc32c: return big_endian(Crc32c::of(body));
        case Checksum::crc64nvme: return big_endian(Crc64Nvme::of(body));
        case Checksum::sha1: return digest(EVP_sha1(), checksum, body);
        case Checksum::sha256: return digest(EVP_sha256(), checksum, body);
        case Checksum::sha512: return digest(EVP_sha512(), checksum, body);
        case Checksum::md5: return digest(EVP_md5(), checksum, body);
    }
    return {};
}

}  // namespace botocraft::protocol
