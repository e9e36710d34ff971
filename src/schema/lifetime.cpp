#include "schema/lifetime.hpp"

#include "schema/operations.hpp"

#include <algorithm>

namespace botocraft::schema {

// Generated structures are aggregates, hence implicit-lifetime types: the storage may begin as bytes and its members
// one by one. An absent member of any kind but state is all zeros, which makes a new structure one memset.
static_assert(static_cast<int>(detail::Presence::absent) == 0);

void construct(ShapeRef shape, void* structure) noexcept {
    const Shape& row = shape.shape();
    std::memset(structure, 0, row.size);
    if (row.flags & shape_flag::primary) Typed<ModelState>::construct(offset(structure, (shape.end() - 1)->offset));
}

namespace {

// Whether a member has something to end. Most have not, and it is asked before anything is looked up for it.
bool to_be_ended(const Member& member, const void* at) noexcept {
    switch (member.kind) {
        case Kind::list:
        case Kind::map: return as<detail::RawList>(at).data != nullptr;
        case Kind::structure: return holds(as<void*>(at));
        case Kind::string: return as<field<std::string>>(at).has_value();
        case Kind::blob:
        case Kind::document:
        case Kind::state: return true;
        default: return false;
    }
}

void destroy_members(ShapeRef shape, void* structure, const Member* end) noexcept {
    for (const Member* member = shape.begin(); member != end; ++member) {
        void* const at = offset(structure, member->offset);
        if (!to_be_ended(*member, at)) continue;
        with_member(*shape.schema, *member, [at](auto type) { type.destroy(at); });
    }
}

}  // namespace

void destroy(ShapeRef shape, void* structure) noexcept { destroy_members(shape, structure, shape.end()); }

void clear(ShapeRef shape, void* structure) noexcept {
    destroy(shape, structure);
    construct(shape, structure);
}

void copy(ShapeRef shape, void* to, const void* from) {
    const Member* member = shape.begin();
    try {
        for (; member != shape.end(); ++member) {
            with_member(*shape.schema, *member,
                        [a = offset(to, member->offset), b = offset(from, member->offset)](auto type) {
                            type.copy(a, b);
                        });
        }
    } catch (...) {
        destroy_members(shape, to, member);
        throw;
    }
}

namespace {

// From about 2 KB on memcpy becomes one `rep movsb`: in a profile of `get` that took an eighth of the user's time.
void copy_bytes(void* to, const void* from, std::size_t size) noexcept {
    constexpr std::size_t most = 1024;
    for (std::size_t at = 0; at < size; at += most) {
        std::memcpy(offset(to, at), offset(from, at), std::min(most, size - at));
    }
}

}  // namespace

void relocate(ShapeRef shape, void* to, void* from) noexcept {
    copy_bytes(to, from, shape.shape().size);  // right for all but those that may point into themselves
    for (const Member& member : shape) {
        void* const a = offset(to, member.offset);
        void* const b = offset(from, member.offset);
        switch (member.kind) {
            case Kind::string:
                if (as<field<std::string>>(b).has_value()) Typed<field<std::string>>::relocate(a, b);
                break;
            case Kind::blob: Typed<field<blob>>::relocate(a, b); break;
            case Kind::document: Typed<field<document>>::relocate(a, b); break;
            case Kind::state: Typed<ModelState>::relocate(a, b); break;
            default: break;
        }
    }
}

bool equal(ShapeRef shape, const void* a, const void* b) noexcept {
    for (const Member& member : shape) {
        if (!equal_member(*shape.schema, member, offset(a, member.offset), offset(b, member.offset))) return false;
    }
    return true;
}

void reset_member(const Schema& schema, const Member& member, void* at) noexcept {
    with_member(schema, member, [at](auto type) {
        type.destroy(at);
        type.construct(at);
    });
}

void assign_member(const Schema& schema, const Member& member, void* to, const void* from) {
    if (to == from) return;
    with_member(schema, member, [to, from](auto type) { type.assign(to, from); });
}

bool equal_member(const Schema& schema, const Member& member, const void* a, const void* b) noexcept {
    return with_member(schema, member, [a, b](auto type) { return type.equal(a, b); });
}

std::size_t element_size(TypeRef type) noexcept {
    return with_element(type, [](auto operations) { return operations.size(); });
}

std::size_t entry_size(TypeRef value) noexcept {
    constexpr std::size_t alignment = alignof(std::string);
    return entry_value_offset + (element_size(value) + alignment - 1) / alignment * alignment;
}

}  // namespace botocraft::schema
