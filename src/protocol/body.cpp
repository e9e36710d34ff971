#include "protocol/body.hpp"

#include "protocol/base64.hpp"

#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace botocraft::protocol {

void add_content_md5(Request& request) {
    std::array<std::byte, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    auto* const to = reinterpret_cast<unsigned char*>(digest.data());
    const int done = EVP_Digest(request.body.data(), request.body.size(), to, &size, EVP_md5(), nullptr);
    if (done != 1) throw std::runtime_error("OpenSSL has no MD5 here, which this operation's checksum needs");
    request.headers.emplace_back("content-md5", base64(std::span(digest).first(size)));
}

namespace {

// zlib's state, for as long as this lives.
class GzipStream {
  public:
    GzipStream() {
        constexpr int gzip_window = 15 + 16;
        if (deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
            throw std::bad_alloc();
        }
    }
    GzipStream(const GzipStream&) = delete;
    GzipStream& operator=(const GzipStream&) = delete;
    ~GzipStream() { deflateEnd(&stream_); }

    [[nodiscard]] std::size_t bound(std::size_t size) noexcept { return deflateBound(&stream_, size); }
    // Packs all of it; what comes has room for bound(size) bytes. zlib takes no more than 32 bits count at once.
    [[nodiscard]] std::size_t pack(std::string_view bytes, std::string& out) {
        constexpr std::size_t most = std::numeric_limits<uInt>::max();
        std::size_t written = 0;
        for (int result = Z_OK; result != Z_STREAM_END;) {
            const std::size_t taken = std::min(bytes.size(), most);
            const std::size_t room = std::min(out.size() - written, most);
            stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib only reads it
            stream_.avail_in = static_cast<uInt>(taken);
            stream_.next_out = reinterpret_cast<Bytef*>(out.data() + written);
            stream_.avail_out = static_cast<uInt>(room);
            result = deflate(&stream_, taken == bytes.size() ? Z_FINISH : Z_NO_FLUSH);
            if (result != Z_OK && result != Z_STREAM_END) throw std::runtime_error("the body could not be compressed");
            bytes.remove_prefix(taken - stream_.avail_in);
            written += room - stream_.avail_out;
        }
        return written;
    }

  private:
    z_stream stream_{};
};

}  // namespace

void compress(Request& request) {
    GzipStream stream;
    std::string packed(stream.bound(request.body.size()), '\0');
    packed.resize(stream.pack(request.body, packed));
    request.body = std::move(packed);

    const auto encoding =
        std::ranges::find_if(request.headers, [](const auto& pair) { return pair.first == "content-encoding"; });
    if (encoding == request.headers.end()) {
        request.headers.emplace_back("content-encoding", "gzip");
    } else {
        encoding->second += ", gzip";
    }
}

}  // namespace botocraft::protocol
