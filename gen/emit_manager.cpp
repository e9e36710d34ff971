#include <algorithm>
#include <set>

#include "emit.hpp"
#include "names.hpp"

namespace botocraft::gen {

using orm::MethodKind;
using orm::ResultKind;

namespace {

std::string row_text(plan::Row row) { return std::to_string(row); }

// The parameter of a function that is a template only so that the coroutine behind it is compiled in files that call it, and
// in no others: a compiler instantiates what an inline function uses even where nobody calls that function.
constexpr std::string_view result_parameter = "Result";

// How a method is called and what it returns, as the parts of a declaration.
class Signature {
  public:
    Signature(const plan::Service& service, const plan::Method& method) : service_(service), method_(method) {}

    [[nodiscard]] bool takes_model() const {
        return method_.kind == MethodKind::create || method_.kind == MethodKind::update;
    }
    [[nodiscard]] std::string model_type() const { return service_.shapes[service_.models[method_.model].shape].type; }

    // With `result` as the type that the method returns one, a list or a query of.
    [[nodiscard]] std::string returned(const std::string& result) const {
        if (method_.query) return "::botocraft::Query<" + result + '>';
        if (method_.streams_events) return result;
        return "::botocraft::awaitable<" + awaited(result) + '>';
    }
    [[nodiscard]] std::string returned() const { return returned(method_.result_type); }
    [[nodiscard]] static std::string returned_or_none(const std::string& result) {
        return "::botocraft::awaitable<::botocraft::box<" + result + ">>";
    }

    // The same for declarations and definitions, and what comes before these.
    [[nodiscard]] std::string returned_generic() const { return returned(generic() ? parameter_name() : method_.result_type); }
    [[nodiscard]] std::string chosen() const { return generic() ? '<' + parameter_name() + '>' : std::string(); }
    [[nodiscard]] std::string declared_as() const {
        return generic() ? "    template <class " + parameter_name() + " = " + method_.result_type + ">\n" : std::string();
    }
    [[nodiscard]] std::string defined_as() const {
        return generic() ? "template <class " + parameter_name() + ">\n" : std::string();
    }
    [[nodiscard]] std::string_view defined_how() const { return generic() ? "" : "inline "; }
    [[nodiscard]] static std::string parameter_name() { return std::string(result_parameter); }

    // A proxy is a member of the model: its parameters must not be called as the model's members.
    void avoid(const plan::Shape& shape) { avoided_ = &shape; }
    [[nodiscard]] std::string parameter(const plan::Argument& argument) const {
        const bool taken = avoided_ && std::ranges::any_of(avoided_->members, [&](const plan::Member& member) {
            return member.identifier == argument.identifier;
        });
        return taken || argument.identifier == result_parameter ? argument.identifier + '_' : argument.identifier;
    }

    // `skip`: arguments that a proxy fills.
    // Without `named`, for a caller who says nothing by name.
    [[nodiscard]] std::string parameters(bool declare, const std::set<std::string>& skip = {}, bool named = true) const {
        std::string out;
        const auto add = [&](const std::string& parameter) { out += (out.empty() ? "" : ", ") + parameter; };
        if (takes_model()) add("const ::botocraft::" + service_.namespace_ + "::" + model_type() + "& model");
        for (const plan::Argument& argument : method_.arguments) {
            if (!argument.positional || skip.contains(argument.name)) continue;
            const bool by_reference = argument.optional_by_itself() || argument.kind == orm::ArgumentType::source ||
                                      argument.kind == orm::ArgumentType::sink;
            add((by_reference ? "const " + argument.type + "& " : argument.type + ' ') + parameter(argument));
        }
        if (named && has_named()) {
            add("const ::botocraft::" + service_.namespace_ + "::arguments::" + method_.arguments_type() + "& arguments" +
                (declare ? " = {}" : ""));
        }
        return out;
    }

    [[nodiscard]] bool has_named() const { return !method_.arguments_type().empty(); }
    // What is handed on to the function that takes named arguments as well.
    [[nodiscard]] std::string handed_on(const std::set<std::string>& skip) const {
        std::string out;
        for (const plan::Argument& argument : method_.arguments) {
            if (argument.positional && !skip.contains(argument.name)) out += parameter(argument) + ", ";
        }
        return out + "::botocraft::" + service_.namespace_ + "::arguments::" + method_.arguments_type() + "{}";
    }

    // `const void* const positional[] = {&service};`, and how it is then passed.
    [[nodiscard]] std::string positional(const std::set<std::string>& skip = {}) const {
        std::string out;
        for (const plan::Argument& argument : method_.arguments) {
            if (!argument.positional) continue;
            out += (out.empty() ? "" : ", ") + (skip.contains(argument.name) ? "nullptr" : '&' + parameter(argument));
        }
        return out.empty() ? out : "    const void* const positional[] = {" + out + "};\n";
    }
    [[nodiscard]] std::string passed() const {
        const bool any = std::ranges::any_of(method_.arguments, &plan::Argument::positional);
        return std::string(any ? "positional" : "{}") + ", " + (has_named() ? "&arguments" : "nullptr");
    }

    // The typed shell around a call.
    [[nodiscard]] std::string shell(const std::string& call) const {
        if (method_.query || method_.streams_events) return returned_generic() + '(' + call + ')';
        const std::string result = '<' + parameter_name() + ">(" + call + ')';
        switch (method_.result_kind) {
            case ResultKind::nothing: return "::botocraft::detail::nothing(" + call + ')';
            case ResultKind::model: return "::botocraft::detail::one" + result;
            case ResultKind::value: return "::botocraft::detail::value" + result;
            default: return "::botocraft::detail::many" + result;
        }
    }

  private:
    [[nodiscard]] bool generic() const {
        return method_.query || method_.streams_events || method_.result_kind != ResultKind::nothing;
    }
    [[nodiscard]] std::string awaited(const std::string& result) const {
        switch (method_.result_kind) {
            case ResultKind::nothing: return "void";
            case ResultKind::models:
            case ResultKind::values: return "::botocraft::list<" + result + '>';
            default: return result;
        }
    }

    const plan::Service& service_;
    const plan::Method& method_;
    const plan::Shape* avoided_ = nullptr;
};

std::string bind_call(const Signature& signature, plan::Row row) {
    return (signature.takes_model() ? "bind_model(" + row_text(row) + ", &model, " : "bind(" + row_text(row) + ", ") +
           signature.passed() + ')';
}

std::string declare_method(const plan::Method& method, const Signature& signature) {
    std::string out = signature.declared_as() + emit_line("    [[nodiscard]] ", signature.returned_generic(),
                                                          method.identifier, signature.parameters(true), " const;");
    if (method.kind == MethodKind::get) {
        out += signature.declared_as() +
               emit_line("    [[nodiscard]] ", Signature::returned_or_none(Signature::parameter_name()), "get_or_none",
                         signature.parameters(true), " const;");
    }
    if (signature.takes_model()) {
        // An owning temporary in an expression with co_await is destroyed twice by GCC 12.
        std::string parameters = signature.parameters(true);
        parameters.replace(0, 6, "");
        parameters.replace(parameters.find("& model"), 7, "&& model");
        out += "#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13\n"
               "    // This compiler destroys temporaries in a co_await expression twice. Give the model a name:\n"
               "    //   " + signature.model_type() + " model{...};  co_await manager." + method.identifier + "(model);\n"
               + emit_line("    ", signature.returned(), method.identifier, parameters, " const = delete;") + "#endif\n";
    }
    return out;
}

std::string define_method(const plan::Method& method, const Signature& signature, plan::Row row) {
    const std::string scope = signature.model_type() + "Manager::";
    const std::string call = bind_call(signature, row);
    std::string out = signature.defined_as() +
                      emit_line(signature.defined_how(), signature.returned_generic(), scope + method.identifier,
                                signature.parameters(false), " const {") +
                      signature.positional() + "    return " + signature.shell(call) + ";\n}\n\n";
    if (method.kind == MethodKind::get) {
        out += signature.defined_as() +
               emit_line("", Signature::returned_or_none(Signature::parameter_name()), scope + "get_or_none",
                         signature.parameters(false), " const {") +
               signature.positional() + "    return ::botocraft::detail::one_or_none<" + Signature::parameter_name() + ">(" +
               call + ");\n}\n\n";
    }
    return out;
}

std::string define_accessors(const plan::Service& service, plan::Row row) {
    const plan::Model& model = service.models[row];
    const plan::Shape& shape = service.shapes[model.shape];
    const ModelRows rows = rows_of(service, row);
    const std::string text = "inline std::optional<std::string> " + shape.type + "::";
    const std::string property = "    return ::botocraft::detail::property(tables::service, ";
    const auto free = [&](std::string_view name) {
        return std::ranges::none_of(shape.members, [&](const plan::Member& m) { return m.identifier == name; });
    };
    std::string out;
    if (model.primary) {
        if (model.key.size() > 1) {
            out += "inline ::botocraft::Key " + shape.type + "::pk() const {\n    return ::botocraft::detail::key(";
        } else {
            out += text + "pk() const {\n    return ::botocraft::detail::scalar_key(";
        }
        out += "tables::service, " + row_text(row) + ", this);\n}\n\n";
    }
    const auto expression = [&](const std::string& name, plan::Row at) {
        out += text + name + "() const {\n" + property + row_text(at) + ", this, shape_);\n}\n\n";
    };
    if (model.primary && model.arn != plan::none && free("arn")) expression("arn", model.arn);
    if (model.primary && model.display_name != plan::none && free("name")) expression("name", model.display_name);
    for (const plan::Property& one : model.properties) expression(one.identifier, one.expression);
    if (!model.primary) return out;
    plan::Row relation_row = rows.first_relation;
    for (const plan::Relation& relation : model.relations) {
        out += emit_relation(model, shape.type, relation, relation_row++, true);
    }
    return out;
}

std::string define_changes(const plan::Model& model, const std::string& type, plan::Row row) {
    std::string out;
    const auto change = [&](const std::string& name) {
        out += "inline ::botocraft::awaitable<void> " + type + "::" + name + "() & {\n    return ::botocraft::detail::" + name +
               "(tables::service, " + row_text(row) + ", this);\n}\n\n";
    };
    if ((model.create != plan::none || model.update != plan::none) && !model.has_by_hand("save")) change("save");
    if (model.remove != plan::none && !model.has_by_hand("remove")) change("remove");
    return out;
}

std::string manager_class(const plan::Service& service, plan::Row row) {
    const plan::Model& model = service.models[row];
    const std::string& type = service.shapes[model.shape].type;
    std::string out = emit_comment("", "What can be done with every " + type + ". A value that is bound to a session. " +
                                             "Templates, so that a file pays for the functions that it calls, and for no others.");
    out += "class " + type + "Manager : public ::botocraft::Manager {\n  public:\n" + "    " + type + "Manager() noexcept;\n" +
           "    explicit " + type + "Manager(::botocraft::Session session) noexcept;\n\n" +
           "    [[nodiscard]] " + type + "Manager using_session(::botocraft::Session session) const;\n\n";
    for (const plan::Method& method : service.methods) {
        if (method.model == row && !method.hidden) out += declare_method(method, Signature(service, method));
    }
    return out + declare_by_hand(model, true) + "};\n\n";
}

std::string define_manager(const std::string& type) {
    const std::string manager = type + "Manager";
    return "inline " + manager + "::" + manager +
           "() noexcept\n    : ::botocraft::Manager(tables::service) {}\n\n" + "inline " + manager + "::" + manager +
           "(::botocraft::Session session) noexcept\n    : ::botocraft::Manager(tables::service, session) {}\n\n" +
           "inline " + manager + ' ' + manager + "::using_session(::botocraft::Session session) const {\n    return " + manager +
           "(std::move(session));\n}\n\n" + "inline " + manager + ' ' + type + "::objects() {\n    return " + manager +
           "();\n}\n\n" + "inline " + manager + ' ' + type + "::objects(::botocraft::Session session) {\n    return " + manager +
           "(std::move(session));\n}\n\n";
}

}  // namespace

std::string emit_proxies(const plan::Service& service, const plan::Model& model, bool define) {
    std::string out;
    if (model.proxies.empty()) return out;
    const std::string& type = service.shapes[model.shape].type;
    plan::Row binding = rows_of(service, static_cast<plan::Row>(&model - service.models.data())).first_proxy_binding;
    if (!define) out += '\n';
    for (const plan::Proxy& proxy : model.proxies) {
        const plan::Method& method = service.methods[proxy.method];
        Signature signature(service, method);
        signature.avoid(service.shapes[model.shape]);
        std::set<std::string> filled;
        for (const plan::Binding& one : proxy.bindings) filled.insert(one.name);
        if (!define) {
            out += signature.declared_as() + emit_line("    [[nodiscard]] ", signature.returned_generic(), proxy.identifier,
                                                       signature.parameters(false, filled), " const;");
            if (signature.has_named()) {
                out += signature.declared_as() + emit_line("    [[nodiscard]] ", signature.returned_generic(), proxy.identifier,
                                                           signature.parameters(false, filled, false), " const;");
            }
            continue;
        }
        const std::string call = "::botocraft::detail::bind_proxy(tables::service, " + row_text(proxy.method) + ", this, " +
                                 row_text(binding) + ", " + std::to_string(proxy.bindings.size()) + ", " + signature.passed() + ')';
        binding = static_cast<plan::Row>(binding + proxy.bindings.size());
        out += signature.defined_as() +
               emit_line(signature.defined_how(), signature.returned_generic(), type + "::" + proxy.identifier,
                         signature.parameters(false, filled), " const {") +
               signature.positional(filled) + "    return " + signature.shell(call) + ";\n}\n\n";
        if (!signature.has_named()) continue;
        out += signature.defined_as() +
               emit_line(signature.defined_how(), signature.returned_generic(), type + "::" + proxy.identifier,
                         signature.parameters(false, filled, false), " const {") +
               "    return " + proxy.identifier + signature.chosen() + '(' + signature.handed_on(filled) + ");\n}\n\n";
    }
    return out;
}

std::string emit_waits(const plan::Service& service, const plan::Model& model, bool define) {
    std::string out;
    if (model.waits.empty()) return out;
    const std::string& type = service.shapes[model.shape].type;
    const std::string options = "const ::botocraft::WaitOptions& options";
    const plan::Row row = static_cast<plan::Row>(&model - service.models.data());
    for (const plan::Wait& wait : model.waits) {
        if (!define) {
            const Waiter& waiter = service.facts->waiters[wait.waiter];
            out += '\n' + emit_comment("    ", "As AWS's waiter " + waiter.name + " does: " + waiter.operation + " every " +
                                                   std::to_string(waiter.delay_seconds) + " s, " +
                                                   std::to_string(waiter.max_attempts) + " times at most.") +
                   emit_line("    [[nodiscard]] ", "::botocraft::awaitable<void>", wait.identifier, options, " const;") +
                   "    template <class Options = ::botocraft::WaitOptions>\n" +
                   emit_line("    [[nodiscard]] ", "::botocraft::awaitable<void>", wait.identifier, "", " const;");
            continue;
        }
        const std::string function = type + "::" + wait.identifier;
        out += emit_line("inline ", "::botocraft::awaitable<void>", function, options, " const {") +
               "    return ::botocraft::detail::wait(\n        ::botocraft::detail::bind_key(tables::service, " + row_text(row) +
               ", this), tables::waiters[" + std::to_string(wait.waiter) + "], options);\n}\n\ntemplate <class Options>\n" +
               emit_line("", "::botocraft::awaitable<void>", function, "", " const {") + "    return " + wait.identifier +
               "(Options{});\n}\n\n";
    }
    return out;
}

namespace {

std::string by_hand_parameters(const plan::ByHand& function, bool all) {
    std::string out;
    for (const plan::ByHand::Parameter& parameter : function.parameters) {
        if (all || parameter.otherwise.empty()) out += (out.empty() ? "" : ", ") + parameter.type + ' ' + parameter.name;
    }
    return out;
}

bool has_shorter(const plan::ByHand& function) {
    return !function.parameters.empty() && !function.parameters.back().otherwise.empty();
}

}  // namespace

std::string declare_by_hand(const plan::Model& model, bool manager) {
    std::string out;
    for (const plan::ByHand& one : model.by_hand) {
        if (one.manager != manager || one.replaces()) continue;
        out += '\n';
        if (!one.says.empty()) out += emit_comment("    ", one.says);
        out += emit_line("    [[nodiscard]] ", one.returns, one.identifier, by_hand_parameters(one, true), " const;");
        if (!has_shorter(one)) continue;
        // A template, so that only who calls it must know what it returns.
        out += "    template <class Options = " + one.parameters.back().otherwise + ">\n" +
               emit_line("    [[nodiscard]] ", one.returns, one.identifier, by_hand_parameters(one, false), " const;");
    }
    return out;
}

std::string define_by_hand(const plan::Model& model, const std::string& type) {
    std::string out;
    for (const plan::ByHand& one : model.by_hand) {
        if (!has_shorter(one)) continue;
        std::string passed;
        for (const plan::ByHand::Parameter& parameter : one.parameters) {
            passed += (passed.empty() ? "" : ", ") + (parameter.otherwise.empty() ? parameter.name : "Options{}");
        }
        out += "template <class Options>\n" +
               emit_line("", one.returns, type + (one.manager ? "Manager::" : "::") + one.identifier,
                         by_hand_parameters(one, false), " const {") +
               "    return " + one.identifier + '(' + passed + ");\n}\n\n";
    }
    return out;
}

std::string emit_relation(const plan::Model& model, const std::string& type, const plan::Relation& relation,
                          plan::Row row, bool define) {
    const bool foreign = !relation.service.empty();
    const std::string returned = relation.many ? "::botocraft::Query<Target>"
                                               : "::botocraft::awaitable<::botocraft::box<Target>>";
    const std::string session = model.primary ? "" : "const ::botocraft::Session& session";
    if (!define) {
        return (foreign ? "    // Needs <" + relation.header + ">.\n" : std::string()) + "    template <class Target = " +
               relation.target + ">\n" +
               emit_line("    [[nodiscard]] ", returned, relation.identifier, session, " const;");
    }
    std::string out = "template <class Target>\n";
    out += emit_line("", returned, type + "::" + relation.identifier, session, " const {");
    if (foreign) {
        out += "    static_assert(::botocraft::detail::complete<Target>, \"include <" + relation.header + ">\");\n";
    }
    const std::string tables = (foreign ? "::botocraft::" + relation.service + "::" : "") + "tables::service";
    out += std::string("    return ::botocraft::detail::") + (relation.many ? "related_many<" : "related_one<") +
           "Target>(tables::service, " + row_text(row) + ", this,";
    const std::string rest = tables + (model.primary ? "" : ", session") + ");\n}\n\n";
    const bool fits = out.size() - out.rfind('\n') + rest.size() - 4 <= 120;
    return out + (fits ? " " : "\n        ") + rest;
}

std::string emit_structure_properties(const plan::Service& service) {
    std::string out;
    for (std::size_t row = 0; row < service.models.size(); ++row) {
        if (!service.models[row].primary) out += define_accessors(service, static_cast<plan::Row>(row));
    }
    return out;
}

std::string emit_arguments(const plan::Service& service) {
    std::string out = emit_banner(service, "The named arguments of the managers of " + service.facts->metadata.service_id + '.');
    out += "#pragma once\n\n#include <botocraft/" + service.namespace_ + "/types.hpp>\n#include <botocraft/views.hpp>\n\n"
           "#include <cstddef>\n#include <cstdint>\n#include <optional>\n#include <span>\n#include <string_view>\n\n"
           "namespace botocraft::" + service.namespace_ + "::arguments {\n\n";
    for (const plan::Method& method : service.methods) {
        if (method.arguments_type().empty()) continue;
        out += "struct " + method.arguments_type() + " {\n";
        for (const plan::Argument& argument : method.arguments) {
            if (argument.positional) continue;
            out += "    " + (argument.optional_by_itself() ? argument.type : "std::optional<" + argument.type + '>') + ' ' +
                   argument.identifier + "{};\n";
        }
        out += "};\n\n";
    }
    return out + "}  // namespace botocraft::" + service.namespace_ + "::arguments\n";
}

std::string emit_relations(const plan::Service& service) {
    std::string functions;
    for (std::size_t i = 0; i < service.models.size(); ++i) {
        const plan::Model& model = service.models[i];
        if (model.primary) continue;
        plan::Row row = rows_of(service, static_cast<plan::Row>(i)).first_relation;
        for (const plan::Relation& relation : model.relations) {
            functions += emit_relation(model, service.shapes[model.shape].type, relation, row++, true);
        }
    }
    if (functions.empty()) return {};
    return emit_banner(service, "Where structures that are no models of their own lead to.") +
           "#pragma once\n\n#include <botocraft/" + service.namespace_ +
           "/types.hpp>\n#include <botocraft/manager.hpp>\n\nnamespace botocraft::" + service.namespace_ + " {\n\n" + functions +
           "}  // namespace botocraft::" + service.namespace_ + "\n";
}

namespace {

// Headers for what methods take and return besides what all do.
std::string stream_headers(const plan::Service& service, plan::Row model) {
    const auto any = [&](auto which) {
        return std::ranges::any_of(service.methods, [&](const plan::Method& m) { return m.model == model && which(m); });
    };
    std::string out;
    if (any([](const plan::Method& m) { return m.streams_events; })) out += "#include <botocraft/event_stream.hpp>\n";
    if (any([](const plan::Method& m) { return m.streams_in || m.streams_out; })) out += "#include <botocraft/streams.hpp>\n";
    return out;
}

std::string by_hand_headers(const plan::Model& model) {
    std::set<std::string> headers;
    for (const plan::ByHand& one : model.by_hand) {
        for (const std::string& header : one.headers) headers.insert("#include <" + header + ">\n");
    }
    std::string out;
    for (const std::string& header : headers) out += header;
    return out;
}

}  // namespace

std::string emit_model(const plan::Service& service, plan::Row row) {
    const plan::Model& model = service.models[row];
    const std::string& type = service.shapes[model.shape].type;
    std::string out = emit_banner(service, type + "Manager, and what a " + type + " can do.");
    out += "#pragma once\n\n#include <botocraft/" + service.namespace_ + "/arguments.hpp>\n#include <botocraft/" +
           service.namespace_ + "/types.hpp>\n" +
           (emit_relations(service).empty() ? "" : "#include <botocraft/" + service.namespace_ + "/relations.hpp>\n") +
           "#include <botocraft/manager.hpp>\n" + by_hand_headers(model) +
           (model.waits.empty() ? "" : "#include <botocraft/waiter.hpp>\n") +
           stream_headers(service, row) + "\n#include <optional>\n#include <string>\n"
           "#include <string_view>\n#include <utility>\n\nnamespace botocraft::" + service.namespace_ + " {\n\n";
    if (!model.waits.empty()) out += "namespace tables {\nextern const ::botocraft::orm::Waiter waiters[];\n}\n\n";
    out += manager_class(service, row) + define_manager(type);
    for (std::size_t i = 0; i < service.methods.size(); ++i) {
        const plan::Method& method = service.methods[i];
        if (method.model != row || method.hidden) continue;
        out += define_method(method, Signature(service, method), static_cast<plan::Row>(i));
    }
    out += define_accessors(service, row) + emit_proxies(service, model, true) + emit_waits(service, model, true) +
           define_by_hand(model, type) +
           define_changes(model, type, row);
    return out + "}  // namespace botocraft::" + service.namespace_ + "\n";
}

}  // namespace botocraft::gen
