#pragma once
// The body of an upload in aws-chunked encoding, for when its hash or its checksum is not known before it is sent. No
// I/O: takes pieces as they come and gives the bytes to be sent.

#include <auth/request.hpp>
#include <auth/signature_chain.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace botocraft::auth {

// The forms are those of the request's payload_hash: chunks are signed where the request was signed for that
// (streaming_payload, streaming_payload_trailer), and are not with streaming_unsigned_payload_trailer.
class ChunkedBody {
  public:
    // S3 takes chunks of at least 8 KiB, but for the last.
    static constexpr std::size_t smallest_chunk = 8 * 1024;
    static constexpr std::size_t usual_chunk = 64 * 1024;

    // Without a chain nothing is signed.
    explicit ChunkedBody(std::optional<SignatureChain> chain, std::size_t chunk_size = usual_chunk);

    // Appends the whole chunks that came together; keeps the rest, less than a chunk.
    void write(std::string_view data, std::string& out);

    // Appends the rest, the last chunk and the trailer: headers whose names x-amz-trailer announced.
    void finish(std::span<const HeaderView> trailer, std::string& out);

    // How many bytes a body of `length` bytes becomes: what content-length says. The values in `trailer` need only be as
    // long as they will be. x-amz-decoded-content-length says `length`.
    [[nodiscard]] static std::uint64_t encoded_size(std::uint64_t length, std::span<const HeaderView> trailer,
                                                    std::optional<Algorithm> signed_with,
                                                    std::size_t chunk_size = usual_chunk) noexcept;

  private:
    void write_chunk(std::string_view data, std::string& out);

    std::optional<SignatureChain> chain_;
    std::size_t chunk_size_;
    std::string rest_;
};

}  // namespace botocraft::auth
