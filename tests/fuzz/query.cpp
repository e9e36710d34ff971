#include "fuzz.hpp"
#include "targets.hpp"

#include "protocol/query.hpp"

namespace query = botocraft::protocol::query;
using sample::Everything;

void fuzz::query(std::string_view bytes) {
    for (const query::Dialect dialect : {query::Dialect::aws, query::Dialect::ec2}) {
        fuzz::round_trip(
            bytes,
            [&](std::string_view text, Everything& value) {
                query::decode(dialect, Everything::shape_, text, &value);
            },
            [&](const Everything& value, std::string& out) {
                query::encode(dialect, Everything::shape_, &value, out);
            },
            true);  // of an empty structure there is no pair
    }
}
