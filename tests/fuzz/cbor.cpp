#include "fuzz.hpp"
#include "targets.hpp"

#include "protocol/cbor.hpp"
#include "protocol/cbor_reader.hpp"

namespace cbor = botocraft::protocol::cbor;
using sample::Everything;

void fuzz::cbor(std::string_view bytes) {
    fuzz::round_trip(
        bytes, [](std::string_view text, Everything& value) { cbor::decode(Everything::shape_, text, &value); },
        [](const Everything& value, std::string& out) { cbor::encode(Everything::shape_, &value, out); });
    static_cast<void>(cbor::decode_error(bytes));
    cbor::Reader reader(bytes);
    try {
        while (!reader.at_end()) {
            const cbor::Item head = reader.next();
            reader.skip(head, 64);
        }
    } catch (const botocraft::ProtocolError&) {
        // Any other exception, or none where the bytes end, is a finding.
    }
}
