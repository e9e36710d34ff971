#include "fuzz.hpp"
#include "targets.hpp"

#include "protocol/eventstream.hpp"

namespace eventstream = botocraft::protocol::eventstream;

// Random bytes do not have the right checksums, so that half of the inputs are given them.
static std::string with_prelude(std::string_view payload) {
    eventstream::Message message;
    message.payload = payload;
    std::string out;
    eventstream::encode(message, out);
    return out;
}

// Whoever waits until the decoder is ready misses nothing, and is not kept waiting.
static bool next(eventstream::Decoder& decoder, eventstream::Message& message, bool ready) {
    bool found = false;
    try {
        found = decoder.next(message);
    } catch (const botocraft::ProtocolError&) {
        fuzz::require(ready, "what is damaged is ready");
        throw;
    }
    fuzz::require(found == ready, "what is ready is whole");
    return found;
}

void fuzz::eventstream(std::string_view bytes) {
    for (const bool whole : {true, false}) {
        const std::string stream = whole ? std::string(bytes) : with_prelude(bytes) + std::string(bytes);
        eventstream::Decoder decoder({.event = 1 << 20});
        eventstream::Message message;
        try {
            for (std::size_t i = 0; i < stream.size(); i += 17) {
                decoder.feed(std::string_view(stream).substr(i, 17));
                for (bool ready = decoder.ready();; ready = decoder.ready()) {
                    const bool whole_event = next(decoder, message, ready);
                    if (!whole_event) break;
                    std::string again;
                    eventstream::encode(message, again);
                    fuzz::require(stream.find(again) != stream.npos, "an event is written as it was read");
                }
            }
        } catch (const botocraft::ProtocolError&) {
            continue;
        }
    }
}
