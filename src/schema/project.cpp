#include "schema/project.hpp"

namespace botocraft::schema {

namespace {

// Whether values of one row may go where another row's go, apart from what structures have in common.
bool fits(const Schema& from_schema, const Member& from, const Schema& to_schema, const Member& to) noexcept {
    if (from.kind != to.kind || from.kind == Kind::state) return false;
    if (!is_container(from.kind)) return true;
    const Member& from_element = element_row(from_schema, from);
    const Member& to_element = element_row(to_schema, to);
    return stored_bare(from_element) == stored_bare(to_element) &&
           fits(from_schema, from_element, to_schema, to_element);
}

void project_value(ConstPlace from, Place to);

void project_elements(ConstPlace from, Place to) {
    make_container(to);
    const ConstRange range = elements(from);
    const Appender appender(to);
    for (std::size_t i = 0; i < range.size(); ++i) {
        project_value(range[i], from.kind() == Kind::map ? appender.append(range.key(i)) : appender.append());
    }
}

void copy_scalar(ConstPlace from, Place to) {
    with_scalar(from.kind(), [from, to]<class T>(std::type_identity<T>) {
        make_scalar<T>(to) = scalar<T>(from);
    });
}

// Between places whose rows fit.
void project_value(ConstPlace from, Place to) {
    switch (presence(from)) {
        case Presence::absent: return;
        case Presence::null: set_null(to); return;
        case Presence::present: break;
    }
    if (is_container(from.kind())) {
        project_elements(from, to);
    } else if (from.kind() == Kind::structure) {
        if (!to.bare) reset(to);
        project(from.target(), structure(from), to.target(), make_structure(to));
    } else {
        copy_scalar(from, to);
    }
}

}  // namespace

void project(ShapeRef from_shape, const void* from, ShapeRef to_shape, void* to) {
    unsigned hint = 0;
    for (const Member& target : to_shape) {
        const Member* const source = find_member(from_shape, to_shape.schema->name(target), hint);
        if (!source || !fits(*from_shape.schema, *source, *to_shape.schema, target)) continue;
        const ConstPlace from_place = member_place(from_shape, *source, from);
        const Place to_place = member_place(to_shape, target, to);
        const bool same = from_shape.schema == to_shape.schema && source->target == target.target;
        if (same && presence(from_place) != Presence::absent) {
            assign_member(*to_shape.schema, target, to_place.at, from_place.at);
        } else {
            project_value(from_place, to_place);
        }
    }
}

std::vector<const Member*> diff(ShapeRef shape, const void* a, const void* b) {
    std::vector<const Member*> different;
    for (const Member& member : shape) {
        if (!equal_member(*shape.schema, member, offset(a, member.offset), offset(b, member.offset))) {
            different.push_back(&member);
        }
    }
    return different;
}

}  // namespace botocraft::schema
