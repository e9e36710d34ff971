#include <algorithm>
#include <map>
#include <set>

#include "emit.hpp"
#include "names.hpp"

namespace botocraft::gen {

using schema::Kind;

namespace {

std::string member_type(const plan::Member& member) {
    switch (member.kind) {
        case Kind::structure: return "::botocraft::box<" + member.type + '>';
        case Kind::list:
        case Kind::map: return member.type;
        default: return "::botocraft::field<" + member.type + '>';
    }
}

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

std::string facts_of(const plan::Shape& shape) {
    std::string text = shape.name + '.';
    if ((shape.flags & schema::shape_flag::union_) != 0) text += " At most one member is present.";
    std::vector<std::string> required;
    for (const plan::Member& member : shape.members) {
        if (member.required()) required.push_back(member.identifier);
    }
    if (!required.empty()) text += " Required: " + joined(required) + '.';
    if (!shape.read_only.empty() && shape.read_only.size() < shape.members.size()) {
        text += " Set by AWS: " + joined(shape.read_only) + '.';
    }
    if (!shape.read_only.empty() && shape.read_only.size() == shape.members.size()) text += " All members are set by AWS.";
    return text;
}

std::string model_functions(const plan::Service& service, const plan::Model& model) {
    const plan::Shape& shape = service.shapes[model.shape];
    const std::string text = "std::optional<std::string>";
    const auto free = [&](std::string_view name) {
        return std::ranges::none_of(shape.members, [&](const plan::Member& m) { return m.identifier == name; });
    };
    std::string out;
    if (model.primary) {
        out += "    static " + shape.type + "Manager objects();\n";
        out += "    static " + shape.type + "Manager objects(::botocraft::Session session);\n\n";
        out += "    [[nodiscard]] " + (model.key.size() > 1 ? "::botocraft::Key" : text) + " pk() const;\n";
        if (model.arn != plan::none && free("arn")) out += "    [[nodiscard]] " + text + " arn() const;\n";
        if (model.display_name != plan::none && free("name")) out += "    [[nodiscard]] " + text + " name() const;\n";
    }
    for (const plan::Property& property : model.properties) {
        out += "    [[nodiscard]] " + text + ' ' + property.identifier + "() const;\n";
    }
    if (!model.relations.empty()) out += '\n';
    for (const plan::Relation& relation : model.relations) {
        out += emit_relation(model, shape.type, relation, plan::none, false);
    }
    return out;
}

}  // namespace

std::string emit_banner(const plan::Service& service, std::string_view what) {
    return "// " + std::string(what) + "\n// Made by `gen generate` from specs/aws/" + service.name + ".json (botocore " +
           service.facts->botocore + ") and specs/models/" + service.name + ".yaml: change those.\n";
}

std::string emit_comment(std::string_view indent, std::string_view text) {
    constexpr std::size_t width = 120;
    std::string out;
    std::string line;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        if (!line.empty() && indent.size() + 3 + line.size() + 1 + word.size() > width) {
            out += std::string(indent) + "// " + line + '\n';
            line.clear();
        }
        line += (line.empty() ? "" : " ") + std::string(word);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out + std::string(indent) + "// " + line + '\n';
}

std::string emit_line(std::string_view before, const std::string& type, const std::string& name,
                      const std::string& parameters, std::string_view after) {
    constexpr std::size_t width = 120;
    const std::string head = std::string(before) + type + ' ' + name + '(';
    const std::string whole = head + parameters + ')' + std::string(after);
    if (whole.size() <= width) return whole + '\n';
    const std::string indent(std::min(before.find_first_not_of(' '), before.size()) + 4, ' ');
    if (head.size() <= width && indent.size() + parameters.size() + 1 + after.size() <= width) {
        return head + '\n' + indent + parameters + ')' + std::string(after) + '\n';
    }
    std::string out = std::string(before) + type + '\n' + indent + name + '(';
    for (std::string_view rest = parameters; !rest.empty();) {
        std::size_t comma = 0;  // the next one that is not inside of <...>
        int depth = 0;
        while (comma < rest.size() && (rest[comma] != ',' || depth != 0)) {
            depth += rest[comma] == '<' ? 1 : rest[comma] == '>' ? -1 : 0;
            ++comma;
        }
        out += '\n' + indent + "    " + std::string(rest.substr(0, comma)) + (comma < rest.size() ? "," : "");
        rest.remove_prefix(std::min(comma + 2, rest.size()));
    }
    return out + ')' + std::string(after) + '\n';
}

namespace {

std::string emit_structure(const plan::Service& service, plan::Row row) {
    const plan::Shape& shape = service.shapes[row];
    const plan::Model* model = shape.model == plan::none ? nullptr : &service.models[shape.model];
    std::string out = emit_comment("", facts_of(shape));
    out += "struct " + shape.type + " {\n";
    out += "    static constexpr ::botocraft::schema::ShapeRef shape_{&tables::schema, " + std::to_string(row) + "};\n";
    if (!shape.members.empty()) out += '\n';
    for (const plan::Member& member : shape.members) {
        out += "    " + member_type(member) + ' ' + member.identifier + "{};";
        if (!member.enumeration.empty()) out += "  // " + identifier(member.enumeration);
        out += '\n';
    }
    if (shape.primary()) out += "    ::botocraft::ModelState state_{};\n";
    if (model) {
        const std::string functions = model_functions(service, *model);
        if (!functions.empty()) out += '\n' + functions;
        out += emit_proxies(service, *model, false) + emit_waits(service, *model, false) + declare_by_hand(*model, false);
        const bool saves = model->create != plan::none || model->update != plan::none || model->has_by_hand("save");
        const bool removes = model->remove != plan::none || model->has_by_hand("remove");
        if (saves || removes) out += '\n';
        if (saves) out += "    ::botocraft::awaitable<void> save() &;\n";
        if (removes) out += "    ::botocraft::awaitable<void> remove() &;\n";
    }
    return out + "};\n\n";
}

std::string emit_enumeration(const plan::Enumeration& enumeration) {
    std::string out = "struct " + enumeration.name + " {\n";
    std::string all;
    std::vector<std::string> used = {enumeration.name, "values"};
    for (const std::string& value : enumeration.values) {
        std::string name = identifier(value);
        while (std::ranges::find(used, name) != used.end()) name += '_';
        used.push_back(name);
        out += "    static constexpr char " + name + "[] = " + cpp_literal(value) + ";\n";
        all += (all.empty() ? "" : ", ") + name;
    }
    return out + "    static constexpr std::string_view values[] = {" + all + "};\n};\n\n";
}

std::string emit_structures(const plan::Service& service, plan::Header header) {
    std::string out;
    for (std::size_t row = 0; row < service.shapes.size(); ++row) {
        const plan::Shape& shape = service.shapes[row];
        if (shape.kind == Kind::structure && shape.header == header) {
            out += emit_structure(service, static_cast<plan::Row>(row));
        }
    }
    return out;
}

std::string forward_declarations(const plan::Service& service, plan::Header header) {
    std::string out;
    for (const plan::Shape& shape : service.shapes) {
        if (shape.kind == Kind::structure && shape.header == header) out += "struct " + shape.type + ";\n";
    }
    return out;
}

// Models of other services that relations lead to, and where the tables of these services are.
std::string foreign_declarations(const plan::Service& service) {
    std::map<std::string, std::set<std::string>> types;
    for (const plan::Model& model : service.models) {
        for (const plan::Relation& relation : model.relations) {
            if (!relation.service.empty()) {
                types[relation.service].insert("struct " + relation.target.substr(relation.target.rfind(':') + 1));
            }
        }
    }
    std::set<std::string> followed;
    for (const auto& [name, structures] : types) followed.insert(name);
    for (const auto& [name, structures] : service.by_hand_types) {
        if (name == service.namespace_) continue;
        types[name].insert(structures.begin(), structures.end());
    }
    std::string out;
    for (const auto& [name, structures] : types) {
        out += "namespace botocraft::" + name + " {\n";
        for (const std::string& type : structures) out += type + ";\n";
        if (!followed.contains(name)) {
            out += "}  // namespace botocraft::" + name + "\n\n";
            continue;
        }
        out += "namespace tables {\nextern const ::botocraft::orm::ServiceTables service;\n}\n}  // namespace botocraft::" +
               name + "\n\n";
    }
    return out;
}

// What proxies take by position and return, and how waits are told how long: whoever calls one has included the manager, and with it what they are.
std::string view_declarations(const plan::Service& service) {
    std::set<orm::ArgumentType> taken;
    bool events = false;
    for (const plan::Model& model : service.models) {
        for (const plan::Proxy& proxy : model.proxies) {
            events = events || service.methods[proxy.method].streams_events;
            for (const plan::Argument& argument : service.methods[proxy.method].arguments) {
                if (argument.positional) taken.insert(argument.kind);
            }
        }
    }
    using orm::ArgumentType;
    for (const plan::Model& model : service.models) {
        for (const plan::ByHand& one : model.by_hand) {
            for (const plan::ByHand::Parameter& parameter : one.parameters) {
                if (parameter.type.find("Views<") != std::string::npos) taken.insert(ArgumentType::structures);
                if (parameter.type.find("Texts") != std::string::npos) taken.insert(ArgumentType::texts);
            }
        }
    }
    std::string out;
    if (std::ranges::any_of(service.models, [](const plan::Model& model) { return !model.waits.empty(); })) {
        out += "struct WaitOptions;\n";
    }
    if (events) out += "template <class Event, class Response>\nclass EventStream;\n";
    if (taken.contains(ArgumentType::texts)) out += "class Texts;\n";
    if (taken.contains(ArgumentType::structure) || taken.contains(ArgumentType::map) || taken.contains(ArgumentType::lists)) {
        out += "template <class T>\nclass View;\n";
    }
    if (taken.contains(ArgumentType::structures)) out += "template <class T>\nclass Views;\n";
    if (taken.contains(ArgumentType::sink)) out += "class Sink;\n";
    if (taken.contains(ArgumentType::source)) out += "class Source;\n";
    return out;
}

bool returns_vectors(const plan::Service& service) {
    return std::ranges::any_of(service.models, [](const plan::Model& model) {
        return std::ranges::any_of(model.by_hand, [](const plan::ByHand& one) {
            return one.returns.find("std::vector<") != std::string::npos;
        });
    });
}

}  // namespace

std::string emit_types(const plan::Service& service) {
    std::string out = emit_banner(service, "The types of " + service.facts->metadata.service_id + ": its resources, what they are made of, and its enumerations.");
    out += "#pragma once\n\n"
           "#include <botocraft/awaitable_fwd.hpp>\n#include <botocraft/containers.hpp>\n#include <botocraft/json.hpp>\n"
           "#include <botocraft/model_state.hpp>\n#include <botocraft/property.hpp>\n#include <botocraft/tags.hpp>\n\n"
           "#include <cstdint>\n#include <optional>\n#include <string>\n#include <string_view>\n" +
           std::string(returns_vectors(service) ? "#include <vector>\n" : "") +
           "\nnamespace botocraft {\nclass Key;\nclass Session;\ntemplate <class T>\nclass Query;\n" +
           view_declarations(service) +
           "namespace orm {\nstruct ServiceTables;\n}\n}  // namespace botocraft\n\n";
    out += foreign_declarations(service);
    out += "namespace botocraft::" + service.namespace_ + " {\n\n";
    out += "namespace tables {\nextern const ::botocraft::schema::Schema schema;\n"
           "extern const ::botocraft::orm::ServiceTables service;\n}  // namespace tables\n\n";
    out += "using ::botocraft::operator==;\nusing ::botocraft::operator<<;\n\n";
    if (!service.enumerations.empty()) {
        out += "// Values of texts. The list is open: AWS may send others, which are kept as they are.\n\n";
        for (const plan::Enumeration& enumeration : service.enumerations) out += emit_enumeration(enumeration);
    }
    out += forward_declarations(service, plan::Header::types);
    if (const auto found = service.by_hand_types.find(service.namespace_); found != service.by_hand_types.end()) {
        for (const std::string& type : found->second) {
            const bool known = std::ranges::any_of(service.shapes, [&](const plan::Shape& shape) {
                return "struct " + shape.type == type && shape.header == plan::Header::types;
            });
            if (!known) out += type + ";\n";
        }
    }
    std::string arguments;
    for (const plan::Model& model : service.models) {
        if (model.primary) out += "class " + service.shapes[model.shape].type + "Manager;\n";
        for (const plan::Proxy& proxy : model.proxies) {
            const std::string type = service.methods[proxy.method].arguments_type();
            if (!type.empty()) arguments += "struct " + type + ";\n";
        }
        for (const plan::ByHand& one : model.by_hand) {
            if (one.arguments != plan::none) arguments += "struct " + service.methods[one.arguments].arguments_type() + ";\n";
        }
    }
    out += '\n';
    if (!arguments.empty()) out += "namespace arguments {\n" + arguments + "}\n\n";
    out += emit_structures(service, plan::Header::types);
    out += emit_structure_properties(service);
    return out + "}  // namespace botocraft::" + service.namespace_ + "\n";
}

std::string emit_requests(const plan::Service& service) {
    std::string out = emit_banner(service, "What the operations of " + service.facts->metadata.service_id + " send and receive.");
    out += "#pragma once\n\n#include <botocraft/" + service.namespace_ + "/types.hpp>\n\n";
    out += "namespace botocraft::" + service.namespace_ + " {\n\n";
    out += forward_declarations(service, plan::Header::requests) + '\n';
    out += emit_structures(service, plan::Header::requests);
    return out + "}  // namespace botocraft::" + service.namespace_ + "\n";
}

std::string emit_errors(const plan::Service& service) {
    std::string out = emit_banner(service, "The errors that " + service.facts->metadata.service_id + " declares.");
    out += "#pragma once\n\n#include <botocraft/error.hpp>\n\n";
    out += "namespace botocraft::" + service.namespace_ + " {\n\n";
    for (const Shape& shape : service.facts->shapes) {
        if (!shape.exception) continue;
        const std::string name = identifier(shape.name);
        const plan::Row members = service.find_error(name);
        if (members != plan::none) out += "struct " + service.shapes[members].type + ";  // in requests.hpp\n";
        out += "class " + name + " : public ::botocraft::ServiceError {\n  public:\n" +
               "    using ::botocraft::ServiceError::ServiceError;\n";
        if (members != plan::none) {
            out += "    // What AWS said besides code and message; null where AWS said nothing.\n"
                   "    [[nodiscard]] const " + service.shapes[members].type + "* members() const noexcept {\n"
                   "        return static_cast<const " + service.shapes[members].type + "*>(details().members.get());\n"
                   "    }\n";
        }
        out += "};\n\n";
    }
    return out + "}  // namespace botocraft::" + service.namespace_ + "\n";
}

std::string emit_service(const plan::Service& service) {
    const std::string said = std::string(service.primary_count() == 0 ? "The errors of " : "The models and errors of ") +
                             service.facts->metadata.service_id + "; its operations: <botocraft/" + service.namespace_ +
                             "/client.hpp>.";
    std::string out = emit_banner(service, said);
    out += "#pragma once\n\n#include <botocraft/" + service.namespace_ + "/errors.hpp>\n";
    std::vector<std::string> headers;
    if (!emit_relations(service).empty()) headers.emplace_back("relations");
    for (const plan::Model& model : service.models) {
        if (model.primary) headers.push_back(snake_case(model.name));
    }
    std::ranges::sort(headers);
    for (const std::string& header : headers) out += "#include <botocraft/" + service.namespace_ + '/' + header + ".hpp>\n";
    return out;
}

}  // namespace botocraft::gen
