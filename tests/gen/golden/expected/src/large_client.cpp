// The tables of the client of Large: constants, and nothing else.
// Made by `gen generate` from specs/aws/large.json (botocore 0.0.0) and specs/models/large.yaml: change those.
#include <botocraft/large/operations.hpp>

#include <cstddef>
#include <cstdint>

#pragma GCC diagnostic ignored "-Winvalid-offsetof"

namespace botocraft::large::tables {

namespace {

using ::botocraft::orm::Argument;
using ::botocraft::orm::ArgumentType;

constexpr Argument argument_rows[] = {
    // DescribeDepots
    {{}, 0, offsetof(operations::DescribeDepots, depotIds), ArgumentType::structures, 0},
    // ListDepots
    {{}, 0, offsetof(operations::ListDepots, site), ArgumentType::text, 0},
    {{}, 1, offsetof(operations::ListDepots, nextToken), ArgumentType::text, 0},
};

constexpr std::uint16_t first_arguments[] = {
    0, 1, 3,
};

}  // namespace

constexpr ::botocraft::orm::ClientTables client{&service, first_arguments, argument_rows};

}  // namespace botocraft::large::tables
