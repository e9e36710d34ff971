#include "schema/walk.hpp"

#include "schema/operations.hpp"
#include "schema/words.hpp"

namespace botocraft::schema {

namespace {

const Member* find_in_slots(ShapeRef shape, std::string_view name) noexcept {
    const Shape& row = shape.shape();
    const Member* const members = shape.begin();
    const std::size_t count = slot_count(row.member_count);
    const std::uint8_t* const slots = shape.schema->slots + std::size_t{row.first_member} * 4;
    for (std::size_t i = slot_of(name, count); slots[i] != 0; i = (i + 1) & (count - 1)) {
        const Member& member = members[slots[i] - 1];
        const std::string_view own = shape.schema->wire_name(member);
        if (own.size() == name.size() && same_text(own.data(), name.data(), name.size())) return &member;
    }
    return nullptr;
}

// From the hint to the end, then from the beginning. Most names are told apart by their length alone.
template <std::uint32_t Member::*Name, std::uint8_t Member::*Length>
const Member* find(ShapeRef shape, std::string_view name, unsigned& hint) noexcept {
    const Member* const members = shape.begin();
    const unsigned count = shape.shape().member_count;
    const char* const names = shape.schema->names + 1;  // behind the quote
    unsigned i = hint < count ? hint : 0;
    for (unsigned tried = 0; tried < count; ++tried) {
        const Member& member = members[i];
        ++i;
        if (member.*Length == name.size() && same_text(names + member.*Name, name.data(), name.size()) &&
            member.kind != Kind::state) {
            hint = i;
            return &member;
        }
        if (i == count) i = 0;
    }
    return nullptr;
}

}  // namespace

const Member* find_wire_name(ShapeRef shape, std::string_view name, unsigned& hint) noexcept {
    // A guess that is right half of the time is slower than no guess.
    const bool in_slots = shape.schema->slots != nullptr && slot_count(shape.shape().member_count) != 0;
    if (in_slots) return find_in_slots(shape, name);
    return find<&Member::wire_name, &Member::wire_name_length>(shape, name, hint);
}

const Member* find_member(ShapeRef shape, std::string_view name, unsigned& hint) noexcept {
    return find<&Member::name, &Member::name_length>(shape, name, hint);
}

void reset(Place place) noexcept {
    const auto renew = [at = place.at](auto type) {
        type.destroy(at);
        type.construct(at);
    };
    if (place.bare) {
        with_element(type_of_element(*place.schema, *place.row), renew);
    } else {
        with_member(*place.schema, *place.row, renew);
    }
}

bool set_null(Place place) noexcept {
    if (is_container(place.kind())) {
        reset(place);
        as<RawList>(place.at).presence = Presence::null;
        return true;
    }
    if (place.bare || place.kind() == Kind::state) return false;
    if (place.kind() == Kind::structure) {
        reset(place);
        as<void*>(place.at) = null_box();
    } else {
        with_scalar(place.kind(), [at = place.at]<class T>(std::type_identity<T>) { as<field<T>>(at) = null; });
    }
    return true;
}

}  // namespace botocraft::schema
