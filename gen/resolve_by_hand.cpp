#include <array>
#include <utility>

#include "names.hpp"
#include "nearest.hpp"
#include "resolver.hpp"

namespace botocraft::gen {

namespace {

// How a function returns, and how it takes, what the overlay calls so.
struct Scalar {
    std::string_view name, returned, taken, listed, taken_list;
};
constexpr std::array<Scalar, 6> scalars = {{
    {"string", "std::string", "std::string_view", "std::vector<std::string>", "const ::botocraft::Texts&"},
    {"boolean", "bool", "bool", "", ""},
    {"integer", "std::int32_t", "std::int32_t", "", ""},
    {"long", "std::int64_t", "std::int64_t", "", ""},
    {"double", "double", "double", "", ""},
    {"timestamp", "::botocraft::timestamp", "::botocraft::timestamp", "", ""},
}};
const Scalar* find_scalar(std::string_view name) noexcept {
    for (const Scalar& scalar : scalars) {
        if (scalar.name == name) return &scalar;
    }
    return nullptr;
}

bool is_list(std::string_view type) noexcept { return type.starts_with('['); }
std::string element(const std::string& type) { return is_list(type) ? type.substr(1, type.size() - 2) : type; }

}  // namespace

// A structure of this service or, after a dot, of another one; else a class or structure (`word`) of the header.
std::string Resolver::by_hand_type(const std::string& name, std::string_view word, const overlay::ByHand& from, plan::ByHand& to,
                                   const OtherServices& others) {
    const auto declare = [&](const std::string& space, const std::string& type, std::string_view as = "struct") {
        plan_.by_hand_types[space].insert(std::string(as) + ' ' + type);
        return "::botocraft::" + space + "::" + type;
    };
    const std::size_t dot = name.find('.');
    if (dot != std::string::npos) {
        const plan::Service* const other = others(name.substr(0, dot));
        // Without an overlay there is nothing to check it by.
        if (!other) return declare(identifier(name.substr(0, dot)), identifier(name.substr(dot + 1)));
        const plan::Model* const model = other->find_model(name.substr(dot + 1));
        if (model) return declare(other->namespace_, other->shapes[model->shape].type);
        problems_.add(from.line, "by_hand: no model `" + name.substr(dot + 1) + "` of `" + name.substr(0, dot) + '`');
        return {};
    }
    std::vector<std::string_view> names;
    for (const plan::Shape& shape : plan_.shapes) {
        if (!shape.type.empty() && shape.type == name) return declare(plan_.namespace_, name);
        if (!shape.type.empty()) names.push_back(shape.type);
    }
    if (!from.header.empty()) {
        to.headers.insert(from.header);
        return declare(plan_.namespace_, identifier(name), word);
    }
    problems_.add(from.line, "by_hand: no type `" + name + '`' + did_you_mean(name, names));
    return {};
}

std::string Resolver::by_hand_result(const overlay::ByHand& from, plan::ByHand& to, const OtherServices& others) {
    std::string type = "void";
    const std::string name = element(from.type);
    const Scalar* const scalar = find_scalar(name);
    const auto needs = [&](const std::string& header) {
        to.says += (to.says.empty() ? "Needs <botocraft/" : " Needs <botocraft/") + header + ">.";
    };
    if (scalar) {
        type = is_list(from.type) ? scalar->listed : scalar->returned;
        if (type.empty()) problems_.add(from.line, "by_hand: there are no lists of `" + name + '`');
    } else if (!name.empty()) {
        const std::string one = by_hand_type(name, "class", from, to, others);
        type = is_list(from.type) ? "::botocraft::list<" + one + '>' : one;
        for (const plan::Shape& shape : plan_.shapes) {
            if (shape.type == name && shape.header == plan::Header::requests) needs(plan_.namespace_ + "/requests.hpp");
        }
        const std::size_t dot = name.find('.');
        const plan::Service* const other = dot == std::string::npos ? nullptr : others(name.substr(0, dot));
        if (other) needs(other->namespace_ + '/' + snake_case(name.substr(dot + 1)) + ".hpp");
    }
    switch (from.gives) {
        case overlay::ByHand::Gives::awaitable: return "::botocraft::awaitable<" + type + '>';
        case overlay::ByHand::Gives::query: return "::botocraft::Query<" + type + '>';
        default: return type;
    }
}

plan::ByHand::Parameter Resolver::by_hand_parameter(const std::string& name, const std::string& type, const overlay::ByHand& from,
                                                    plan::ByHand& to, const OtherServices& others) {
    const std::string one = element(type);
    if (const Scalar* const scalar = find_scalar(one)) {
        const std::string_view taken = is_list(type) ? scalar->taken_list : scalar->taken;
        if (taken.empty()) problems_.add(from.line, "by_hand: there are no lists of `" + one + '`');
        return {std::string(taken), identifier(name), {}};
    }
    const std::string structure = by_hand_type(one, "struct", from, to, others);
    if (is_list(type)) return {"const ::botocraft::Views<" + structure + ">&", identifier(name), {}};
    return {"const " + structure + '&', identifier(name), structure};
}

// The named arguments of one of the manager's methods.
void Resolver::by_hand_arguments(const overlay::ByHand& from, const plan::Model& model, plan::ByHand& to) {
    if (from.arguments.empty()) return;
    const Row method = plan_.find_method(static_cast<Row>(&model - plan_.models.data()), from.arguments);
    if (method == plan::none || plan_.methods[method].arguments_type().empty()) {
        problems_.add(from.line, "by_hand: `" + model.name + "` has no method `" + from.arguments + "` with named arguments");
        return;
    }
    to.arguments = method;
    const std::string type = "::botocraft::" + plan_.namespace_ + "::arguments::" + plan_.methods[method].arguments_type();
    to.parameters.push_back({"const " + type + '&', "arguments", type});
}

plan::ByHand Resolver::by_hand_function(const overlay::ByHand& from, const plan::Model& model, const OtherServices& others) {
    plan::ByHand out;
    out.identifier = identifier(from.name);
    out.says = from.says;
    out.manager = from.manager;
    out.returns = by_hand_result(from, out, others);
    for (const auto& [name, type] : from.takes) out.parameters.push_back(by_hand_parameter(name, type, from, out, others));
    by_hand_arguments(from, model, out);
    for (std::size_t i = 0; i + 1 < out.parameters.size(); ++i) {
        if (!out.parameters[i].otherwise.empty()) {
            problems_.add(from.line, "by_hand: `" + out.parameters[i].name + "` comes last: it may be left out");
        }
    }
    if (!from.header.empty() && !out.headers.contains(from.header)) {
        problems_.add(from.line, "by_hand: `" + from.name + "` has no type of the `header`");
    }
    return out;
}

// Functions that only a program links that calls them.
void Resolver::by_hand(const overlay::Model& from, plan::Model& to, const OtherServices& others) {
    for (const overlay::ByHand& one : from.by_hand) to.by_hand.push_back(by_hand_function(one, to, others));
}

}  // namespace botocraft::gen
