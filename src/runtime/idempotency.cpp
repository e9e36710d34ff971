#include "runtime/idempotency.hpp"

#include "schema/walk.hpp"

#include <algorithm>

namespace botocraft::detail {

namespace {

bool is_token(const schema::Member& member) noexcept {
    return (member.flags & schema::member_flag::idempotency_token) != 0;
}

}  // namespace

std::string make_uuid(RandomSource& random) {
    constexpr char digits[] = "0123456789abcdef";
    std::uint64_t high = random.next();
    std::uint64_t low = random.next();
    high = (high & ~std::uint64_t{0xf000}) | 0x4000;                       // version 4
    low = (low & ~(std::uint64_t{3} << 62)) | (std::uint64_t{2} << 62);    // variant of RFC 9562
    std::string uuid;
    uuid.reserve(36);
    for (const std::uint64_t half : {high, low}) {
        for (int shift = 60; shift >= 0; shift -= 4) {
            uuid += digits[half >> shift & 15];
            if (uuid.size() == 8 || uuid.size() == 13 || uuid.size() == 18 || uuid.size() == 23) uuid += '-';
        }
    }
    return uuid;
}

bool has_idempotency_token(const orm::ServiceTables& service, const api::Operation& operation) noexcept {
    if (operation.input == api::none) return false;
    const schema::ShapeRef shape{service.schema, operation.input};
    return std::any_of(shape.begin(), shape.end(), is_token);
}

void fill_idempotency_tokens(const orm::ServiceTables& service, const api::Operation& operation, void* input,
                             RandomSource& random) {
    if (operation.input == api::none) return;
    const schema::ShapeRef shape{service.schema, operation.input};
    for (const schema::Member& member : shape) {
        if (!is_token(member)) continue;
        const schema::Place place = schema::member_place(shape, member, input);
        if (schema::presence(place) == Presence::absent) schema::make_scalar<std::string>(place) = make_uuid(random);
    }
}

}  // namespace botocraft::detail
