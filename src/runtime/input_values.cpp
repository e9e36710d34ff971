#include "runtime/input_values.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <utility>

namespace botocraft::detail {

namespace {

using endpoint::InputPath;
using Step = InputPath::Step;
using Steps = std::span<const Step>;

InputValue value_of(schema::ConstPlace place) {
    InputValue value;
    if (schema::presence(place) == schema::Presence::present) value.place = place;
    return value;
}

bool holds(const InputValue& value, schema::Kind kind) noexcept { return value.place && value.place->kind() == kind; }

InputValue member_of(const InputValue& value, std::string_view name) {
    if (holds(value, schema::Kind::structure)) {
        const schema::ShapeRef shape = value.place->target();
        const schema::Member* const member = schema::find_member(shape, name);
        if (member == nullptr) return {};
        return value_of(schema::member_place(shape, *member, schema::structure(*value.place)));
    }
    if (!holds(value, schema::Kind::map)) return {};
    const schema::ConstRange entries = schema::elements(*value.place);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (entries.key(i) == name) return value_of(entries[i]);
    }
    return {};
}

// Of a list; nothing where it is none.
std::optional<std::vector<InputValue>> elements_of(InputValue&& value) {
    if (value.list) return std::move(value.list);
    if (!holds(value, schema::Kind::list)) return std::nullopt;
    std::vector<InputValue> found;
    const schema::ConstRange elements = schema::elements(*value.place);
    for (std::size_t i = 0; i < elements.size(); ++i) found.push_back(value_of(elements[i]));
    return found;
}

// Of a map, or of a structure.
std::optional<std::vector<InputValue>> values_of(const InputValue& value) {
    std::vector<InputValue> found;
    if (holds(value, schema::Kind::map)) {
        const schema::ConstRange entries = schema::elements(*value.place);
        for (std::size_t i = 0; i < entries.size(); ++i) found.push_back(value_of(entries[i]));
        return found;
    }
    if (!holds(value, schema::Kind::structure)) return std::nullopt;
    const schema::ShapeRef shape = value.place->target();
    for (const schema::Member& member : shape) {
        found.push_back(value_of(schema::member_place(shape, member, schema::structure(*value.place))));
    }
    return found;
}

InputValue keys_of(const InputValue& value) {
    if (!holds(value, schema::Kind::map)) return {};
    InputValue keys;
    keys.list.emplace();
    const schema::ConstRange entries = schema::elements(*value.place);
    for (std::size_t i = 0; i < entries.size(); ++i) keys.list->emplace_back().key = entries.key(i);
    return keys;
}

std::optional<std::vector<InputValue>> flattened(InputValue&& value) {
    std::optional<std::vector<InputValue>> outer = elements_of(std::move(value));
    if (!outer) return std::nullopt;
    std::vector<InputValue> found;
    for (InputValue& one : *outer) {
        const bool is_list = one.list || holds(one, schema::Kind::list);
        if (!is_list) {
            found.push_back(std::move(one));
            continue;
        }
        std::optional<std::vector<InputValue>> inner = elements_of(std::move(one));
        std::ranges::move(*inner, std::back_inserter(found));
    }
    return found;
}

InputValue evaluate(Steps steps, InputValue value);

// Does `steps` with each element, and leaves out where that leads to nothing.
InputValue project(Steps steps, std::optional<std::vector<InputValue>> elements) {
    InputValue projected;
    if (!elements) return projected;
    projected.list.emplace();
    for (InputValue& element : *elements) {
        InputValue one = evaluate(steps, std::move(element));
        if (!one.is_null()) projected.list->push_back(std::move(one));
    }
    return projected;
}

InputValue evaluate(Steps steps, InputValue value) {
    while (!steps.empty()) {
        const Step& step = steps.front();
        steps = steps.subspan(1);
        if (step.kind == Step::Kind::member) {
            value = member_of(value, step.name);
        } else if (step.kind == Step::Kind::keys) {
            value = keys_of(value);
        } else if (step.kind == Step::Kind::several) {
            if (value.is_null()) return value;
            InputValue all;
            all.list.emplace();
            for (const InputPath& path : step.paths) all.list->push_back(evaluate(path.steps, value));
            value = std::move(all);
        } else {
            // What follows is for the elements, up to where lists become one again.
            const auto end = std::ranges::find(steps, Step::Kind::flatten, &Step::kind);
            const Steps own = steps.first(static_cast<std::size_t>(end - steps.begin()));
            steps = steps.subspan(own.size());
            value = project(own, step.kind == Step::Kind::each     ? elements_of(std::move(value))
                                 : step.kind == Step::Kind::values ? values_of(value)
                                                                   : flattened(std::move(value)));
        }
    }
    return value;
}

}  // namespace

std::string_view InputValue::text() const noexcept {
    if (key) return *key;
    if (!holds(*this, schema::Kind::string)) return {};
    const std::string& text = schema::scalar<std::string>(*place);
    return text;
}

std::vector<std::string_view> InputValue::texts() const {
    std::vector<std::string_view> found;
    InputValue copy = *this;
    const std::optional<std::vector<InputValue>> elements = elements_of(std::move(copy));
    if (!elements) return found;
    for (const InputValue& element : *elements) {
        if (const std::string_view text = element.text(); text.data() != nullptr) found.push_back(text);
    }
    return found;
}

InputValue read_input(const endpoint::InputPath& path, schema::ShapeRef shape, const void* input) {
    schema::Member whole{};  // as if the input were a member of something
    whole.kind = schema::Kind::structure;
    whole.target = shape.index;
    InputValue value;
    value.place = schema::ConstPlace{shape.schema, &whole, input, true};
    return path.steps.empty() ? InputValue() : evaluate(path.steps, std::move(value));
}

}  // namespace botocraft::detail
