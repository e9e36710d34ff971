// The tables of the client of Small: constants, and nothing else.
// Made by `gen generate` from specs/aws/small.json (botocore 0.0.0) and specs/models/small.yaml: change those.
#include <botocraft/small/operations.hpp>

#include <cstddef>
#include <cstdint>

#pragma GCC diagnostic ignored "-Winvalid-offsetof"

namespace botocraft::small::tables {

namespace {

using ::botocraft::orm::Argument;
using ::botocraft::orm::ArgumentType;

constexpr Argument argument_rows[] = {
    // CreateCart
    {{}, 0, offsetof(operations::CreateCart, cartName), ArgumentType::text, 0},
    {{}, 1, offsetof(operations::CreateCart, yard), ArgumentType::text, 0},
    {{}, 2, offsetof(operations::CreateCart, colour), ArgumentType::text, 0},
    {{}, 3, offsetof(operations::CreateCart, weight), ArgumentType::long_, 0},
    {{}, 4, offsetof(operations::CreateCart, wheels), ArgumentType::structures, 0},
    {{}, 5, offsetof(operations::CreateCart, tags), ArgumentType::structures, 0},
    {{}, 6, offsetof(operations::CreateCart, token), ArgumentType::text, 0},
    {{}, 7, offsetof(operations::CreateCart, heavy), ArgumentType::boolean, 0},
    // DeleteCarts
    {{}, 0, offsetof(operations::DeleteCarts, carts), ArgumentType::texts, 0},
    {{}, 1, offsetof(operations::DeleteCarts, force), ArgumentType::boolean, 0},
    // DescribeCarts
    {{}, 0, offsetof(operations::DescribeCarts, carts), ArgumentType::texts, 0},
    {{}, 1, offsetof(operations::DescribeCarts, yard), ArgumentType::text, 0},
    {{}, 2, offsetof(operations::DescribeCarts, include), ArgumentType::texts, 0},
    // DescribeYards
    {{}, 0, offsetof(operations::DescribeYards, yards), ArgumentType::texts, 0},
    {{}, 1, offsetof(operations::DescribeYards, marker), ArgumentType::text, 0},
    // FindCarts
    {{}, 0, offsetof(operations::FindCarts, yard), ArgumentType::text, 0},
    {{}, 1, offsetof(operations::FindCarts, colour), ArgumentType::text, 0},
    // ListCartLabels
    {{}, 0, offsetof(operations::ListCartLabels, cart), ArgumentType::text, 0},
    {{}, 1, offsetof(operations::ListCartLabels, nextToken), ArgumentType::text, 0},
    // ListCarts
    {{}, 0, offsetof(operations::ListCarts, yard), ArgumentType::text, 0},
    {{}, 1, offsetof(operations::ListCarts, nextToken), ArgumentType::text, 0},
    {{}, 2, offsetof(operations::ListCarts, maxResults), ArgumentType::integer, 0},
    // ListYardCarts
    {{}, 0, offsetof(operations::ListYardCarts, yard), ArgumentType::text, 0},
    {{}, 1, offsetof(operations::ListYardCarts, nextToken), ArgumentType::text, 0},
    // PaintCart
    {{}, 0, offsetof(operations::PaintCart, cart), ArgumentType::text, 0},
    {{}, 1, offsetof(operations::PaintCart, colour), ArgumentType::text, 0},
    {{}, 2, offsetof(operations::PaintCart, wheel), ArgumentType::structure, 0},
    {{}, 3, offsetof(operations::PaintCart, since), ArgumentType::timestamp, 0},
    {{}, 4, offsetof(operations::PaintCart, labels), ArgumentType::map, 0},
    // UpdateCart
    {{}, 0, offsetof(operations::UpdateCart, cart), ArgumentType::text, 0},
    {{}, 1, offsetof(operations::UpdateCart, colour), ArgumentType::text, 0},
    {{}, 2, offsetof(operations::UpdateCart, weight), ArgumentType::long_, 0},
    // WatchCarts
    {{}, 0, offsetof(operations::WatchCarts, yard), ArgumentType::text, 0},
};

constexpr std::uint16_t first_arguments[] = {
    0, 8, 10, 13, 15, 17, 19, 22, 24, 29, 32, 32, 33,
};

}  // namespace

constexpr ::botocraft::orm::ClientTables client{&service, first_arguments, argument_rows};

constexpr ::botocraft::orm::Waiter waiters[] = {
    {"CartPainted",
     "[{\"matcher\":\"pathAll\",\"state\":\"success\",\"argument\":\"carts[].colour\",\"expected\":\"RED\"},{\"matcher\":\"error\",\"state\":\"failure\",\"expected\":\"CartNotFoundException\"}]",
     5, 20},
};

}  // namespace botocraft::small::tables
