#pragma once
// ProtocolOptions: what code says about how requests are written and replies are read.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace botocraft {

// The protocols of AWS, as botocore and Smithy call them.
enum class Protocol : std::uint8_t {
    json_1_0,   // awsJson1_0
    json_1_1,   // awsJson1_1
    query,      // awsQuery
    ec2,        // ec2Query
    rest_json,  // restJson1
    rest_xml,   // restXml
    cbor,       // rpcv2Cbor
};

// What a reply may be at most. A reply beyond a limit is a ProtocolError. Lengths that the peer claims count for nothing, but
// small elements may be large structures: elements take up to 64 bytes each, 640 MB by default, and twice that while they grow.
struct ReplyLimits {
    std::size_t depth = 64;                      // of nested values
    std::size_t elements = 10'000'000;           // of all lists and maps; structures count one more for 64 bytes
    std::size_t head = 64 * 1024;                // bytes of status line and headers
    std::size_t body = 256 * 1024 * 1024;        // bytes of the body
    std::size_t event = 24 * 1024 * 1024;        // bytes of one event of a stream
    std::size_t event_head = 128 * 1024;         // bytes of the headers of one event
};

// Large requests are sent gzipped where the operation says that the service takes that.
struct CompressionOptions {
    std::optional<bool> disable{};         // else AWS_DISABLE_REQUEST_COMPRESSION, the profile
    std::optional<std::size_t> min_size{}; // bytes from which on; else AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES, 10240
};

// Whether requests get a checksum where a service takes one but does not insist.
enum class RequestChecksums : std::uint8_t { when_supported, when_required };

// Whether replies are asked for a checksum, which is then compared, where the caller does not say so for the call.
enum class ResponseChecksums : std::uint8_t { when_supported, when_required };

// How values are read that formats leave open:
// - Text that is not UTF-8 is refused in JSON, CBOR, XML and query bodies and in headers of events. Headers of HTTP are
//   taken as they come, and so are, by a server, the parts of a URI. What is sent is sent as the caller gave it: AWS refuses text that is not UTF-8.
// - Of equal keys the last one counts, in structures and in maps. A null where none can be held is nothing: the value
//   before it stays. A union has one member, once: several are refused, and only a flattened list of XML comes in pieces.
// - Of equal headers the first one counts, of a list all of them in a row, and of those that one prefix gathers into a map
//   (`x-amz-meta-`) the last one, each as its name is written. Of equal headers of an event the last one counts, but the
//   first one of those that say what the message is.
// - NaN and infinities are the texts `NaN`, `Infinity` and `-Infinity`, in CBOR numbers; nothing else is read as such.
// - A whole number that its member cannot hold, of more than 32 or 64 bits, is refused, and so is a real number that would
//   become infinite. One that is too near to zero is zero. Whole numbers may be written as 5.0 and 1e3, below 2^53. Documents keep numbers as they were written.
// - XML is what Expat takes for it, in UTF-8. A document type declaration, and with it every entity of its own, is refused,
//   and so are control characters, however they are written. They are sent as references: `&#x1;`.
// - A success is a reply of the protocol and of the operation, whether or not anything is read from it: a page is an error,
//   as is an empty body where there must be members, or an error in its place. Of REST services 204, 304 and replies to HEAD
//   may have none, what is the whole body itself (bytes, text) may be empty, and in JSON so may structures whose members are
//   all optional scalars.
struct ProtocolOptions {
    // Those that come first are preferred, each where a service offers it. Else the service's own order decides; an endpoint
    // of one's own that answers as one that does not know the first (404, 415, UnknownOperation) is asked in the next.
    std::vector<Protocol> preferred{};
    ReplyLimits limits{};
    CompressionOptions compression{};
    std::optional<RequestChecksums> request_checksums{};  // else AWS_REQUEST_CHECKSUM_CALCULATION, when_supported
    std::optional<ResponseChecksums> response_checksums{};  // else AWS_RESPONSE_CHECKSUM_VALIDATION, when_supported
};

}  // namespace botocraft
