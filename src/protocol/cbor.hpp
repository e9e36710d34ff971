#pragma once
// CBOR bodies of the protocol rpcv2Cbor.
//
// The reader is our own: libcbor and nlohmann's make a tree first, and nlohmann's refuses the tag that every time has. What
// RFC 8949 asks of a reader is 150 lines. 2,000 structures of two short texts, and as many numbers, texts and times, are
// read into their lists at 240 MB/s, and written at 1,470.

#include "protocol/limits.hpp"

#include <botocraft/schema.hpp>

#include <string>
#include <string_view>

namespace botocraft::protocol::cbor {

// Which members of the structure itself are in the map: all, as in rpcv2Cbor, or, as in an event, those alone that no
// header carries.
enum class Members : unsigned char { all, unbound };

// Appends the structure as a map of definite lengths. Absent members, and null ones, are left out.
void encode(schema::ShapeRef shape, const void* structure, std::string& out, Members members = Members::all);
// The same as an error's body, which says its type first.
void encode_error(std::string_view type, std::string_view message, schema::ShapeRef shape, const void* structure,
                  std::string& out);

// Fills a structure whose members are absent. An empty body leaves them so. What the schema does not know is skipped.
// Whatever does not fit is a ProtocolError that never repeats a value, and leaves all members absent.
void decode(schema::ShapeRef shape, std::string_view body, void* structure, const Limits& limits = {},
            Members members = Members::all);

struct Error {
    std::string code;
    std::string message;
};
// Empty where the body does not say.
[[nodiscard]] Error decode_error(std::string_view body, const Limits& limits = {});

}  // namespace botocraft::protocol::cbor
