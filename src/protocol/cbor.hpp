#pragma once
// CBOR bodies of the protocol rpcv2Cbor.
//
// The reader is our own: what RFC 8949 asks of one is 150 lines. 2,000 structures of two short texts, and as many numbers,
// texts and times, are read into their lists at 240 MB/s, and written at 1,470. Of such a body, on a busy machine, libcbor
// makes its tree at 30 MB/s, and tells its pieces at 390 to 500 before anything is kept of them; it takes text that is not
// UTF-8, and leaves to its user how much of a container is left, which is most of a reader. nlohmann's SAX told them at 140
// to 200, and stops at the tag that every time has.

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
