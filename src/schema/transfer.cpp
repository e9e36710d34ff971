#include "schema/transfer.hpp"

#include "schema/lifetime.hpp"
#include "schema/operations.hpp"

#include <algorithm>
#include <utility>

namespace botocraft::schema {

void take_element(TypeRef type, void* to, void* from) noexcept {
    with_element(type, [to, from](const auto& element) {
        element.destroy(to);
        element.relocate(to, from);
        element.construct(from);
    });
}

void take_structure(ShapeRef shape, void* to, void* from) noexcept {
    destroy(shape, to);
    relocate(shape, to, from);
    construct(shape, from);
}

void take_last(detail::RawList& list, void* to, TypeRef element) noexcept {
    with_element(element, [&list, to](const auto& type) {
        type.relocate(to, offset(list.data, (list.size - 1) * type.size()));
    });
    --list.size;
}

void* take_storage(detail::RawList& list) noexcept { return std::exchange(list, detail::RawList{}).data; }

void assign_structure(ShapeRef shape, void* to, const void* from) {
    void* const made = detail::structure_copy(from, shape);
    take_structure(shape, to, made);
    detail::structure_delete(made, shape);
}

void take_all(detail::RawList& to, detail::RawList& from, TypeRef element) {
    if (to.size == 0) {
        std::swap(to, from);
        detail::list_destroy(from, element);
        to.presence = detail::Presence::present;
        return;
    }
    // Twice the size, where it must grow: a list of many pages is not to be moved once for each.
    const std::size_t needed = std::size_t{to.size} + from.size;
    if (needed > to.capacity) detail::list_reserve(to, std::max(needed, std::size_t{to.size} * 2), element);
    const std::size_t size = element_size(element);
    for (std::uint32_t i = 0; i < from.size; ++i) {
        take_element(element, detail::list_append(to, element), offset(from.data, i * size));
    }
    detail::list_destroy(from, element);
}

}  // namespace botocraft::schema
