#include "protocol/body.hpp"

#include "protocol/base64.hpp"

#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>

namespace botocraft::protocol {

void add_content_md5(Request& request) {
    std::array<std::byte, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    auto* const to = reinterpret_cast<unsigned char*>(digest.data());
    const int done = EVP_Digest(request.body.data(), request.body.size(), to, &size, EVP_md5(), nullptr);
    if (done != 1) throw std::runtime_error("OpenSSL has no MD5 here, which this operation's checksum needs");
    request.headers.emplace_back("content-md5", base64(std::span(digest).first(size)));
}

void compress(Request& request) {
    constexpr int gzip_window = 15 + 16;
    z_stream stream{};
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::bad_alloc();
    }
    std::string packed(deflateBound(&stream, request.body.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(request.body.data());
    stream.avail_in = static_cast<uInt>(request.body.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    const int result = deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    if (result != Z_STREAM_END) throw std::runtime_error("the body could not be compressed");
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
