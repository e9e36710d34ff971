#include "catch.hpp"

#include "sample_service.hpp"

#include "schema/walk.hpp"

#include <string>
#include <vector>

namespace schema = botocraft::schema;

namespace {

// The sample's schema with slots, as the generator fills them.
struct WithSlots {
    WithSlots() : schema(sample::schema) {
        for (std::uint16_t row = 0; row < schema.shape_count; ++row) put(schema::ShapeRef{&schema, row});
        schema.slots = slots.data();
    }
    WithSlots(const WithSlots&) = delete;
    WithSlots& operator=(const WithSlots&) = delete;

    void put(schema::ShapeRef shape) {
        const std::size_t first = std::size_t{shape.shape().first_member} * 4;
        const std::size_t members = shape.shape().member_count;
        if (slots.size() < first + members * 4) slots.resize(first + members * 4);
        const std::size_t count = schema::slot_count(members);
        if (shape.shape().kind != schema::Kind::structure || count == 0) return;
        REQUIRE(count <= members * 4);
        for (std::size_t i = 0; i < members; ++i) {
            if (shape.begin()[i].kind == schema::Kind::state) continue;
            std::size_t at = schema::slot_of(schema.wire_name(shape.begin()[i]), count);
            while (slots[first + at] != 0) at = (at + 1) & (count - 1);
            slots[first + at] = static_cast<std::uint8_t>(i + 1);
        }
    }

    schema::Schema schema;
    std::vector<std::uint8_t> slots;
};

}  // namespace

TEST_CASE("members are found by slots as they are found without", "[schema]") {
    const WithSlots tables;
    std::size_t found = 0;
    for (std::uint16_t row = 0; row < tables.schema.shape_count; ++row) {
        const schema::ShapeRef shape{&tables.schema, row};
        if (shape.shape().kind != schema::Kind::structure) continue;
        for (const schema::Member& member : shape) {
            if (member.kind == schema::Kind::state) continue;
            unsigned hint = 0;
            const std::string name(tables.schema.wire_name(member));
            CHECK(schema::find_wire_name(shape, name, hint) == &member);
            CHECK(schema::find_wire_name(shape, name + "x", hint) == nullptr);
            CHECK(schema::find_wire_name(shape, name.substr(1), hint) == nullptr);
            ++found;
        }
        unsigned hint = 0;
        CHECK(schema::find_wire_name(shape, "", hint) == nullptr);
        CHECK(schema::find_wire_name(shape, "nothing of the kind", hint) == nullptr);
    }
    CHECK(found > 10);
}

TEST_CASE("slots are few enough for their place, and none where a byte cannot number the members", "[schema]") {
    for (std::size_t members = 1; members <= schema::most_members_in_slots; ++members) {
        REQUIRE(schema::slot_count(members) > members);
        REQUIRE(schema::slot_count(members) <= members * 4);
    }
    CHECK(schema::slot_count(0) == 0);
    CHECK(schema::slot_count(schema::most_members_in_slots + 1) == 0);
}
