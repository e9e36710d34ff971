// Messages of event streams, as events of a model and back.

#include "fuzz.hpp"
#include "runtime_schema.hpp"
#include "targets.hpp"

#include "protocol/event_codec.hpp"
#include "schema/print.hpp"

#include <boost/json/parse.hpp>
#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>

namespace protocol = botocraft::protocol;
namespace eventstream = protocol::eventstream;
using botocraft::Protocol;

namespace {

constexpr std::string_view service = R"json({"metadata":{"protocol":"rest-json"},"cases":[],"shapes":{
"String":{"type":"string"},"Integer":{"type":"integer"},"Long":{"type":"long"},"Boolean":{"type":"boolean"},
"Blob":{"type":"blob"},"Time":{"type":"timestamp"},"Strings":{"type":"list","member":{"shape":"String"}},
"Headed":{"type":"structure","members":{
    "small":{"shape":"Integer","location":"header","locationName":"small"},
    "large":{"shape":"Long","location":"header","locationName":"large"},
    "flag":{"shape":"Boolean","location":"header","locationName":"flag"},
    "text":{"shape":"String","location":"header","locationName":"text"},
    "data":{"shape":"Blob","location":"header","locationName":"data"},
    "at":{"shape":"Time","location":"header","locationName":"at"},
    "rest":{"shape":"Strings"}}},
"Chunk":{"type":"structure","members":{"bytes":{"shape":"Blob"}},"payload":"bytes"},
"Whole":{"type":"structure","members":{"body":{"shape":"Headed"}},"payload":"body"},
"Stream":{"type":"structure","union":true,"members":{
    "headed":{"shape":"Headed"},"chunk":{"shape":"Chunk"},"whole":{"shape":"Whole"}}}}})json";

struct Model {
    boost::json::object facts = boost::json::parse({service.data(), service.size()}).as_object();
    conformance::RuntimeSchema schema{facts};
    botocraft::schema::ShapeRef stream = schema.shape("Stream");
};
const Model& model() {
    static const Model made;
    return made;
}

void put(std::string& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}
void put_checksum(std::string& out) {
    put(out, static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(out.data()), out.size())));
}
std::string framed(std::string_view headers, std::string_view payload) {
    constexpr std::size_t around = 16;
    std::string out;
    put(out, static_cast<std::uint32_t>(around + headers.size() + payload.size()));
    put(out, static_cast<std::uint32_t>(headers.size()));
    put_checksum(out);
    out.append(headers).append(payload);
    put_checksum(out);
    return out;
}

std::string printed(const conformance::RuntimeValue& value) {
    std::string out;
    botocraft::schema::print(value.shape(), value.get(), out);
    return out;
}

void try_event(Protocol by, const eventstream::Message& message) {
    const botocraft::schema::ShapeRef stream = model().stream;
    conformance::RuntimeValue event(stream);
    try {
        if (!protocol::decode_event(by, stream, message, event.get())) return;
    } catch (const botocraft::ProtocolError&) {
        fuzz::require(printed(event) == printed(conformance::RuntimeValue(stream)), "nothing is left behind");
        return;
    } catch (const botocraft::ServiceError& error) {
        fuzz::require(!error.code().empty(), "an error has a code");
        return;
    }
    eventstream::Message written;
    try {
        protocol::encode_event(by, stream, event.get(), written);
        std::string frame;
        eventstream::encode(written, frame);
    } catch (const botocraft::UsageError&) {
        return;
    }
    conformance::RuntimeValue again(stream);
    fuzz::require(protocol::decode_event(by, stream, written, again.get()), "what was written is known");
    fuzz::require(printed(again) == printed(event), "what was written and read is the same");
}

void try_response(Protocol by, const eventstream::Message& message) {
    const botocraft::schema::ShapeRef output = model().schema.shape("Headed");
    conformance::RuntimeValue response(output);
    try {
        if (!protocol::decode_initial_response(by, output, message, response.get())) return;
    } catch (const botocraft::ProtocolError&) {
        fuzz::require(printed(response) == printed(conformance::RuntimeValue(output)), "nothing is left behind");
        return;
    }
    eventstream::Message written;
    protocol::encode_initial_response(by, output, response.get(), written);
    conformance::RuntimeValue again(output);
    fuzz::require(protocol::decode_initial_response(by, output, written, again.get()), "it is known again");
    fuzz::require(printed(again) == printed(response), "what was written and read is the same");
}

}  // namespace

// The protocol, the size of the headers, the headers as they stand in a frame, the payload.
void fuzz::events(std::string_view bytes) {
    constexpr Protocol protocols[] = {Protocol::rest_json, Protocol::rest_xml, Protocol::cbor};
    if (bytes.size() < 2) return;
    const Protocol by = protocols[static_cast<unsigned char>(bytes[0]) % std::size(protocols)];
    const std::size_t headers = std::min<std::size_t>(static_cast<unsigned char>(bytes[1]), bytes.size() - 2);
    eventstream::Message message;
    eventstream::Decoder decoder;
    decoder.feed(framed(bytes.substr(2, headers), bytes.substr(2 + headers)));
    try {
        fuzz::require(decoder.next(message), "a whole message is given out");
    } catch (const botocraft::ProtocolError&) {
        return;
    }
    try_event(by, message);
    for (const std::string_view type : {"headed", "chunk", "whole", "initial-response"}) {
        eventstream::Message typed = message;
        typed.headers.insert(typed.headers.begin(), {{":message-type", std::string("event")}, {":event-type", std::string(type)}});
        try_event(by, typed);
        try_response(by, typed);
    }
    message.headers.insert(message.headers.begin(),
                           {{":message-type", std::string("exception")}, {":exception-type", std::string("headed")}});
    try_event(by, message);
}
