#include <auth/chunked_body.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace botocraft::auth {

namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view chunk_signature = ";chunk-signature=";
constexpr std::string_view trailer_signature = "x-amz-trailer-signature:";

void append_size(std::string& out, std::size_t size) {
    std::array<char, 16> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16).ptr;
    out.append(digits.data(), end);
}

std::uint64_t digits_of(std::uint64_t size) noexcept {
    std::uint64_t digits = 1;
    while (size >>= 4) ++digits;
    return digits;
}

std::uint64_t signature_size(std::optional<Algorithm> signed_with) noexcept {
    if (!signed_with) return 0;
    return *signed_with == Algorithm::hmac ? SignatureChain::hmac_size : SignatureChain::ecdsa_padded_size;
}

}  // namespace

ChunkedBody::ChunkedBody(std::optional<SignatureChain> chain, std::size_t chunk_size)
    : chain_(std::move(chain)), chunk_size_(std::max(chunk_size, smallest_chunk)) {}

void ChunkedBody::write_chunk(std::string_view data, std::string& out) {
    append_size(out, data.size());
    if (chain_) out.append(chunk_signature).append(chain_->chunk(data));
    out.append(line_end);
    if (!data.empty()) out.append(data).append(line_end);
}

void ChunkedBody::write(std::string_view data, std::string& out) {
    if (!rest_.empty()) {
        const std::size_t taken = std::min(chunk_size_ - rest_.size(), data.size());
        rest_.append(data.substr(0, taken));
        data.remove_prefix(taken);
        if (rest_.size() < chunk_size_) return;
        write_chunk(rest_, out);
        rest_.clear();
    }
    for (; data.size() >= chunk_size_; data.remove_prefix(chunk_size_)) write_chunk(data.substr(0, chunk_size_), out);
    rest_.append(data);
}

void ChunkedBody::finish(std::span<const HeaderView> trailer, std::string& out) {
    if (!rest_.empty()) write_chunk(rest_, out);
    rest_.clear();
    write_chunk({}, out);
    std::string lines;
    for (const HeaderView& header : trailer) {
        lines.append(header.name).append(1, ':').append(header.value).append(1, '\n');
        out.append(header.name).append(1, ':').append(header.value).append(line_end);
    }
    if (!trailer.empty() && chain_) out.append(trailer_signature).append(chain_->trailer(lines)).append(line_end);
    out.append(line_end);
}

std::uint64_t ChunkedBody::encoded_size(std::uint64_t length, std::span<const HeaderView> trailer,
                                        std::optional<Algorithm> signed_with, std::size_t chunk_size) noexcept {
    chunk_size = std::max(chunk_size, smallest_chunk);
    const std::uint64_t extension = signed_with ? chunk_signature.size() + signature_size(signed_with) : 0;
    const auto chunk = [&](std::uint64_t size) {
        return digits_of(size) + extension + line_end.size() + (size != 0 ? size + line_end.size() : 0);
    };
    std::uint64_t total = length / chunk_size * chunk(chunk_size);
    if (length % chunk_size != 0) total += chunk(length % chunk_size);
    total += chunk(0);
    for (const HeaderView& header : trailer) total += header.name.size() + 1 + header.value.size() + line_end.size();
    if (!trailer.empty() && signed_with) {
        total += trailer_signature.size() + signature_size(signed_with) + line_end.size();
    }
    return total + line_end.size();
}

}  // namespace botocraft::auth
