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
constexpr std::array<Scalar, 5> scalars = {{
    {"string", "std::string", "std::string_view", "std::vector<std::string>", "const ::botocraft::Texts&"},
    {"boolean", "bool", "bool", "", ""},
    {"integer", "std::int32_t", "std::int32_t", "", ""},
    {"long", "std::int64_t", "std::int64_t", "", ""},
    {"double", "double", "double", "", ""},
}};
const Scalar* find_scalar(std::string_view name) noexcept {
    for (const Scalar& scalar : scalars) {
        if (scalar.name == name) return &scalar;
    }
    return nullptr;
}

bool is_list(std::string_view type) noexcept { return type.starts_with('['); }
std::string element(const std::string& type) { return is_list(type) ? type.substr(1, type.size() - 2) : type; }

constexpr std::string_view options_of_waits = "WaitOptions";

}  // namespace

// A structure of this service or, after a dot, of another one; else a class of the header.
std::string Resolver::by_hand_type(const std::string& name, const overlay::ByHand& from, const OtherServices& others) {
    const auto declare = [&](const std::string& space, const std::string& type) {
        plan_.by_hand_types[space].insert(type);
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
    if (!from.header.empty()) return declare(plan_.namespace_, identifier(name));
    problems_.add(from.line, "by_hand: no type `" + name + '`' + did_you_mean(name, names));
    return {};
}

std::string Resolver::by_hand_result(const overlay::ByHand& from, plan::ByHand& to, const OtherServices& others) {
    std::string type = "void";
    if (!from.type.empty()) {
        const std::string name = element(from.type);
        const Scalar* const scalar = find_scalar(name);
        if (scalar) {
            type = is_list(from.type) ? scalar->listed : scalar->returned;
            if (type.empty()) problems_.add(from.line, "by_hand: there are no lists of `" + name + '`');
        } else {
            const std::string one = by_hand_type(name, from, others);
            type = is_list(from.type) ? "::botocraft::list<" + one + '>' : one;
            for (const plan::Shape& shape : plan_.shapes) {
                if (shape.type == name && shape.header == plan::Header::requests) {
                    to.says += (to.says.empty() ? "" : " ") + std::string("Needs <botocraft/") + plan_.namespace_ + "/requests.hpp>.";
                }
            }
            if (const std::size_t dot = name.find('.'); dot != std::string::npos) {
                const plan::Service* const other = others(name.substr(0, dot));
                if (other) {
                    to.says += (to.says.empty() ? "" : " ") + std::string("Needs <botocraft/") + other->namespace_ + '/' +
                               snake_case(name.substr(dot + 1)) + ".hpp>.";
                }
            }
        }
    }
    switch (from.gives) {
        case overlay::ByHand::Gives::awaitable: return "::botocraft::awaitable<" + type + '>';
        case overlay::ByHand::Gives::query: return "::botocraft::Query<" + type + '>';
        default: return type;
    }
}

plan::ByHand::Parameter Resolver::by_hand_parameter(const std::string& name, const std::string& type, const overlay::ByHand& from,
                                                    const OtherServices& others) {
    const std::string one = element(type);
    if (const Scalar* const scalar = find_scalar(one)) {
        const std::string_view taken = is_list(type) ? scalar->taken_list : scalar->taken;
        if (taken.empty()) problems_.add(from.line, "by_hand: there are no lists of `" + one + '`');
        return {std::string(taken), identifier(name), {}};
    }
    if (one == options_of_waits) {
        plan_.by_hand_types[""].insert(one);
        plan_.by_hand_headers.insert("botocraft/waiter.hpp");
        return {"const ::botocraft::WaitOptions&", identifier(name), "::botocraft::WaitOptions"};
    }
    const std::string structure = by_hand_type(one, from, others);
    if (is_list(type)) return {"const ::botocraft::Views<" + structure + ">&", identifier(name), {}};
    return {"const " + structure + '&', identifier(name), structure};
}

// Functions that only a program links that calls them.
void Resolver::by_hand(const overlay::Model& from, plan::Model& to, const OtherServices& others) {
    for (const overlay::ByHand& one : from.by_hand) {
        plan::ByHand out;
        out.identifier = identifier(one.name);
        out.says = one.says;
        out.manager = one.manager;
        out.returns = by_hand_result(one, out, others);
        for (const auto& [name, type] : one.takes) out.parameters.push_back(by_hand_parameter(name, type, one, others));
        for (std::size_t i = 0; i + 1 < out.parameters.size(); ++i) {
            if (!out.parameters[i].otherwise.empty()) {
                problems_.add(one.line, "by_hand: `" + out.parameters[i].name + "` comes last: it may be left out");
            }
        }
        if (!one.header.empty()) plan_.by_hand_headers.insert(one.header);
        to.by_hand.push_back(std::move(out));
    }
}

}  // namespace botocraft::gen
