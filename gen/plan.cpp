#include "plan.hpp"

#include <algorithm>

#include "names.hpp"

namespace botocraft::gen::plan {

namespace {

template <class Rows>
Row row_of(const Rows& rows, std::string_view name) noexcept {
    const auto found = std::ranges::find_if(rows, [&](const auto& row) { return row.name == name; });
    return found == rows.end() ? none : static_cast<Row>(found - rows.begin());
}

}  // namespace

Row Shape::index_of(std::string_view member) const noexcept { return row_of(members, member); }

const Member* Shape::find(std::string_view member) const noexcept {
    const Row row = index_of(member);
    return row == none ? nullptr : &members[row];
}

bool Argument::optional_by_itself() const noexcept {
    using Type = orm::ArgumentType;
    return kind == Type::texts || kind == Type::structure || kind == Type::structures || kind == Type::map ||
           kind == Type::lists;
}

std::string Method::arguments_type() const {
    if (std::ranges::all_of(arguments, &Argument::positional)) return {};
    return model_name + pascal_case(name);
}

const Argument* Method::find(std::string_view argument) const noexcept {
    const Row row = row_of(arguments, argument);
    return row == none ? nullptr : &arguments[row];
}

bool Model::has_by_hand(std::string_view function) const noexcept {
    return std::ranges::any_of(by_hand, [&](const ByHand& one) { return one.replaces() && one.identifier == function; });
}

const Model* Service::find_model(std::string_view model) const noexcept {
    const Row row = row_of(models, model);
    return row == none || !models[row].primary ? nullptr : &models[row];
}

Row Service::find_method(Row model, std::string_view method) const noexcept {
    const auto found = std::ranges::find_if(
        methods, [&](const Method& m) { return m.model == model && m.name == method && !m.hidden; });
    return found == methods.end() ? none : static_cast<Row>(found - methods.begin());
}

Row Service::find_error(std::string_view error) const noexcept {
    const auto found = std::ranges::find_if(shapes, [&](const Shape& shape) {
        return (shape.flags & schema::shape_flag::exception) != 0 && shape.header != Header::unused &&
               shape.type.size() == error.size() + error_details.size() && shape.type.starts_with(error);
    });
    return found == shapes.end() ? none : static_cast<Row>(found - shapes.begin());
}

Row Service::find_operation(std::string_view operation) const noexcept { return row_of(operations, operation); }

std::size_t Service::primary_count() const noexcept {
    return static_cast<std::size_t>(std::ranges::count_if(models, &Model::primary));
}

std::size_t Service::relation_count() const noexcept {
    std::size_t sum = 0;
    for (const Model& model : models) sum += model.relations.size();
    return sum;
}

}  // namespace botocraft::gen::plan
