#include "fuzz.hpp"

#include "protocol/query.hpp"

namespace query = botocraft::protocol::query;
using sample::Everything;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = fuzz::view(data, size);
    for (const query::Dialect dialect : {query::Dialect::aws, query::Dialect::ec2}) {
        fuzz::round_trip(
            bytes,
            [&](std::string_view text, Everything& value) {
                query::decode(dialect, Everything::shape_, text, &value);
            },
            [&](const Everything& value, std::string& out) {
                query::encode(dialect, Everything::shape_, &value, out);
            });
    }
    return 0;
}
