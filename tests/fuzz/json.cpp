#include "fuzz.hpp"

#include "protocol/json.hpp"

namespace json = botocraft::protocol::json;
using sample::Everything;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = fuzz::view(data, size);
    fuzz::round_trip(
        bytes, [](std::string_view text, Everything& value) { json::decode(Everything::shape_, text, &value); },
        [](const Everything& value, std::string& out) { json::encode(Everything::shape_, &value, out); });
    static_cast<void>(json::decode_error(bytes));
    return 0;
}
