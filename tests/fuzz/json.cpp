#include "fuzz.hpp"
#include "targets.hpp"

#include "protocol/json.hpp"

namespace json = botocraft::protocol::json;
using sample::Everything;

void fuzz::json(std::string_view bytes) {
    fuzz::round_trip(
        bytes, [](std::string_view text, Everything& value) { json::decode(Everything::shape_, text, &value); },
        [](const Everything& value, std::string& out) { json::encode(Everything::shape_, &value, out); });
    static_cast<void>(json::decode_error(bytes));
}
