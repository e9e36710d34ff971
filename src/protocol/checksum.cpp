#include "protocol/checksum.hpp"

#include "protocol/base64.hpp"

#include <openssl/evp.h>
#include <xxhash.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>
#include <span>
#include <stdexcept>

namespace botocraft::protocol {

namespace {

struct Row {
    Checksum checksum;
    std::string_view name;
    std::string_view header;
};

constexpr std::array<Row, 10> rows{{
    {Checksum::crc32, "CRC32", "x-amz-checksum-crc32"},
    {Checksum::crc32c, "CRC32C", "x-amz-checksum-crc32c"},
    {Checksum::crc64nvme, "CRC64NVME", "x-amz-checksum-crc64nvme"},
    {Checksum::sha1, "SHA1", "x-amz-checksum-sha1"},
    {Checksum::sha256, "SHA256", "x-amz-checksum-sha256"},
    {Checksum::sha512, "SHA512", "x-amz-checksum-sha512"},
    {Checksum::md5, "MD5", "x-amz-checksum-md5"},
    {Checksum::xxhash64, "XXHASH64", "x-amz-checksum-xxhash64"},
    {Checksum::xxhash3, "XXHASH3", "x-amz-checksum-xxhash3"},
    {Checksum::xxhash128, "XXHASH128", "x-amz-checksum-xxhash128"},
}};

const Row& row_of(Checksum checksum) noexcept { return rows[static_cast<std::size_t>(checksum)]; }

// Cyclic redundancy checks whose bits are taken from the lowest on. Eight tables let eight bytes be taken at once.
template <class Word, Word polynomial>
class ReflectedCrc {
  public:
    // Goes on behind the bytes that gave `before`; 0: there were none.
    [[nodiscard]] static Word of(std::string_view text, Word before = 0) noexcept {
        Word crc = ~before;
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

std::uint64_t crc_of(Checksum checksum, std::string_view text, std::uint64_t before) noexcept {
    const auto before_32 = static_cast<std::uint32_t>(before);
    switch (checksum) {
        case Checksum::crc32: return crc32_z(before_32, reinterpret_cast<const Bytef*>(text.data()), text.size());
        case Checksum::crc32c: return Crc32c::of(text, before_32);
        default: return Crc64Nvme::of(text, before);
    }
}

// Null where it is no digest.
const EVP_MD* digest_of(Checksum checksum) noexcept {
    switch (checksum) {
        case Checksum::sha1: return EVP_sha1();
        case Checksum::sha256: return EVP_sha256();
        case Checksum::sha512: return EVP_sha512();
        case Checksum::md5: return EVP_md5();
        default: return nullptr;
    }
}

// The highest byte first.
void append_number(std::uint64_t number, std::size_t bytes, std::string& out) {
    for (std::size_t i = bytes; i != 0; --i) out += static_cast<char>(number >> (8 * (i - 1)));
}

std::size_t byte_size(Checksum checksum) noexcept {
    switch (checksum) {
        case Checksum::crc32:
        case Checksum::crc32c: return 4;
        case Checksum::crc64nvme:
        case Checksum::xxhash64:
        case Checksum::xxhash3: return 8;
        case Checksum::xxhash128: return 16;
        default: return static_cast<std::size_t>(EVP_MD_get_size(digest_of(checksum)));
    }
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
    RunningChecksum sum(checksum);
    sum.add(body);
    return sum.value();
}

std::size_t text_size(Checksum checksum) noexcept { return (byte_size(checksum) + 2) / 3 * 4; }

void RunningChecksum::End::operator()(evp_md_ctx_st* context) const noexcept { EVP_MD_CTX_free(context); }

void RunningChecksum::End::operator()(XXH3_state_s* state) const noexcept { XXH3_freeState(state); }

void RunningChecksum::End::operator()(XXH64_state_s* state) const noexcept { XXH64_freeState(state); }

RunningChecksum::RunningChecksum(Checksum checksum) : checksum_(checksum) {
    switch (checksum) {
        case Checksum::xxhash64:
            xxh64_.reset(XXH64_createState());
            if (!xxh64_) throw std::bad_alloc();
            XXH64_reset(xxh64_.get(), 0);
            return;
        case Checksum::xxhash3:
        case Checksum::xxhash128:
            xxh3_.reset(XXH3_createState());
            if (!xxh3_) throw std::bad_alloc();
            static_cast<void>(checksum == Checksum::xxhash3 ? XXH3_64bits_reset(xxh3_.get()) : XXH3_128bits_reset(xxh3_.get()));
            return;
        default: break;
    }
    const EVP_MD* const type = digest_of(checksum);
    if (type == nullptr) return;
    digest_.reset(EVP_MD_CTX_new());
    if (!digest_ || EVP_DigestInit_ex(digest_.get(), type, nullptr) != 1) {
        throw std::runtime_error("OpenSSL has no " + std::string(to_string(checksum)) + " here, which this request needs");
    }
}

void RunningChecksum::add(std::string_view piece) {
    if (digest_) {
        if (EVP_DigestUpdate(digest_.get(), piece.data(), piece.size()) == 1) return;
        throw std::runtime_error("OpenSSL cannot take a " + std::string(to_string(checksum_)));
    }
    if (xxh64_) {
        XXH64_update(xxh64_.get(), piece.data(), piece.size());
    } else if (xxh3_ && checksum_ == Checksum::xxhash3) {
        XXH3_64bits_update(xxh3_.get(), piece.data(), piece.size());
    } else if (xxh3_) {
        XXH3_128bits_update(xxh3_.get(), piece.data(), piece.size());
    } else {
        crc_ = crc_of(checksum_, piece, crc_);
    }
}

std::string RunningChecksum::bytes() {
    std::string out;
    if (digest_) {
        out.resize(byte_size(checksum_));
        if (EVP_DigestFinal_ex(digest_.get(), reinterpret_cast<unsigned char*>(out.data()), nullptr) == 1) return out;
        throw std::runtime_error("OpenSSL cannot take a " + std::string(to_string(checksum_)));
    }
    if (xxh64_) {
        append_number(XXH64_digest(xxh64_.get()), 8, out);
    } else if (xxh3_ && checksum_ == Checksum::xxhash3) {
        append_number(XXH3_64bits_digest(xxh3_.get()), 8, out);
    } else if (xxh3_) {
        const XXH128_hash_t hash = XXH3_128bits_digest(xxh3_.get());
        append_number(hash.high64, 8, out);
        append_number(hash.low64, 8, out);
    } else {
        append_number(crc_, byte_size(checksum_), out);
    }
    return out;
}

std::string RunningChecksum::value() {
    const std::string all = bytes();
    return base64(std::as_bytes(std::span(all)));
}

}  // namespace botocraft::protocol
