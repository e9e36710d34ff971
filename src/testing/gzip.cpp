#include "testing/gzip.hpp"

#include "protocol/failure.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>

namespace botocraft::testing {

std::string unzipped(std::string_view packed, std::size_t limit) {
    constexpr int gzip_window = 15 + 16;
    z_stream stream{};
    if (inflateInit2(&stream, gzip_window) != Z_OK) throw std::bad_alloc();
    const std::unique_ptr<z_stream, decltype(&inflateEnd)> end(&stream, &inflateEnd);
    std::string in(packed);
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    std::string out;
    std::array<char, 16 * 1024> piece;
    int result = Z_OK;
    while (result == Z_OK) {
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = static_cast<uInt>(piece.size());
        result = inflate(&stream, Z_NO_FLUSH);
        out.append(piece.data(), piece.size() - stream.avail_out);
        if (out.size() > limit) protocol::invalid_reply("the body is too large when it is unzipped");
    }
    if (result != Z_STREAM_END) protocol::invalid_reply("the body is not gzip, though it says so");
    return out;
}

}  // namespace botocraft::testing
