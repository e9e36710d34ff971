// from_json and to_json, which have the names of the C++ structures.

#include "fuzz.hpp"
#include "targets.hpp"

using sample::Everything;

void fuzz::from_json(std::string_view bytes) {
    fuzz::round_trip(
        bytes, [](std::string_view text, Everything& value) { value = botocraft::from_json<Everything>(text); },
        [](const Everything& value, std::string& out) { out = to_json(value); });
}
