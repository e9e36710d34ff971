#pragma once
// What the fuzz targets share: a structure with members of every kind, which is read, written and read again.

#include "sample_service.hpp"

#include <botocraft/error.hpp>

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace fuzz {

// Ends the run: what was claimed of the code is wrong.
inline void require(bool claim, std::string_view what) {
    if (claim) return;
    std::cerr << "not so: " << what << '\n';
    std::abort();
}

// decode(bytes, value) may throw ProtocolError, and then leaves nothing in the value. What it accepts must survive
// being written and read again; `encode(value, out)` may refuse with UsageError what the format cannot say. `lossy`: it
// has no words for some empty values, and leaves them out.
template <class Decode, class Encode>
void round_trip(std::string_view bytes, Decode&& decode, Encode&& encode, bool lossy = false) {
    sample::Everything value;
    try {
        decode(bytes, value);
    } catch (const botocraft::ProtocolError&) {
        require(value == sample::Everything{}, "what cannot be read leaves nothing behind");
        return;
    } catch (const botocraft::ServiceError&) {
        return;  // an error in place of the output
    }
    require(!to_string(value).empty(), "everything has a text for people");
    try {
        static_cast<void>(to_json(value));
    } catch (const botocraft::UsageError&) {
        // a time that no format can say
    }
    std::string first;
    try {
        encode(value, first);
    } catch (const botocraft::UsageError&) {
        return;
    }
    sample::Everything again;
    decode(first, again);
    std::string second;
    encode(again, second);
    require(lossy || first == second, "what was written and read is written alike");
}

}  // namespace fuzz
