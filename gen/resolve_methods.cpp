#include <algorithm>
#include <utility>

#include "names.hpp"
#include "nearest.hpp"
#include "resolver.hpp"

namespace botocraft::gen {

namespace flag = schema::member_flag;
using orm::ArgumentType;
using orm::MethodKind;
using orm::ResultKind;
using schema::Kind;

namespace {

MethodKind kind_of(std::string_view name) noexcept {
    if (name == "get") return MethodKind::get;
    if (name == "get_many") return MethodKind::get_many;
    if (name == "list") return MethodKind::list;
    if (name == "create") return MethodKind::create;
    if (name == "update") return MethodKind::update;
    if (name == "partial_update") return MethodKind::partial_update;
    if (name == "delete") return MethodKind::remove;
    return MethodKind::call;
}

}  // namespace

bool takes_model(const plan::Method& method) noexcept {
    return method.kind == MethodKind::create || method.kind == MethodKind::update;
}

void Resolver::checks() {
    for (const overlay::Check& from : overlay_.checks) {
        const Row operation = plan_.find_operation(from.operation);
        if (operation == plan::none || plan_.operations[operation].input == plan::none ||
            plan_.operations[operation].output == plan::none) {
            std::vector<std::string_view> names;
            for (const plan::Operation& candidate : plan_.operations) names.push_back(candidate.name);
            problems_.add(from.line, "no operation `" + from.operation + "` that is asked and answers" +
                                         did_you_mean(from.operation, names));
            continue;
        }
        plan_.checks.push_back({operation, identifier(from.function)});
    }
    const auto check_names = [this](const std::vector<std::string>& listed, std::size_t line) {
        for (const std::string& name : listed) {
            if (plan_.find_operation(name) != plan::none) continue;
            std::vector<std::string_view> names;
            for (const plan::Operation& candidate : plan_.operations) names.push_back(candidate.name);
            problems_.add(line, "no operation `" + name + '`' + did_you_mean(name, names));
        }
    };
    check_names(overlay_.starts_at_home, overlay_.regions_line);
    check_names(overlay_.polls, overlay_.retries_line);
    std::vector<std::string> repeatable = overlay_.repeatable;
    std::erase_if(repeatable, [](const std::string& listed) {
        return listed == "POST" || listed == "PUT" || listed == "DELETE" || listed == "PATCH";
    });
    check_names(repeatable, overlay_.repeatable_line);
}

void Resolver::methods() {
    for (Row row = 0; row < plan_.models.size(); ++row) {
        const auto from = std::ranges::find_if(overlay_.models, [&](const overlay::Model& model) {
            return plan_.models[row].primary && model.name == plan_.models[row].name;
        });
        if (from == overlay_.models.end()) continue;
        for (const overlay::Method& method_from : from->methods) method(method_from, *from, row);
    }
    // What refers to other methods comes last.
    std::vector<const overlay::Method*> all;
    for (const overlay::Model& model : overlay_.models) {
        for (const overlay::Method& from : model.methods) all.push_back(&from);
    }
    for (Row row = 0; row < plan_.methods.size(); ++row) {
        if (all[row]->for_each) for_each(*all[row], plan_.methods[row]);
        if (all[row]->each) each(*all[row], plan_.methods[row]);
        if (all[row]->scan) scan(*all[row], plan_.methods[row]);
    }
    for (Row row = 0; row < plan_.methods.size(); ++row) {
        if (plan_.methods[row].operation == plan::none) continue;
        if (all[row]->hydrate) hydrate(*all[row], plan_.methods[row]);
        if (all[row]->then) then(*all[row], plan_.methods[row]);
    }
    const std::size_t shown = plan_.methods.size();  // `also` adds others behind them
    for (Row row = 0; row < shown; ++row) {
        if (plan_.methods[row].operation == plan::none) continue;
        also(*all[row], row);
        and_then(*all[row], row);
    }
    for (plan::Method& method : plan_.methods) {
        if (method.each_method == plan::none) continue;
        const plan::Method& each = plan_.methods[method.each_method];
        method.result_kind = each.result_kind;
        method.result_type = each.result_type;
        method.result_shape = each.result_shape;
    }
}

void Resolver::method(const overlay::Method& from, const overlay::Model& model, Row model_row) {
    plan::Method to;
    to.name = from.name;
    to.identifier = from.name == "delete" ? "remove" : identifier(from.name);
    to.model = model_row;
    to.model_name = plan_.shapes[plan_.models[model_row].shape].type;
    to.kind = kind_of(from.name);
    to.line = from.line;
    if (!from.for_each && !from.each && !from.scan && !from.operation.empty()) {
        to.operation = plan_.find_operation(from.operation);
        if (to.operation == plan::none) {
            std::vector<std::string_view> names;
            for (const plan::Operation& candidate : plan_.operations) names.push_back(candidate.name);
            problems_.add(from.line, "no operation `" + from.operation + '`' + did_you_mean(from.operation, names));
        } else if (plan_.operations[to.operation].takes_events) {
            problems_.add(from.line, from.operation + " streams events to AWS, which takes HTTP/2");
            to.operation = plan::none;
        }
    }
    if (to.operation != plan::none) {
        const bool pages = !plan_.operations[to.operation].tokens.empty();
        if (to.kind == MethodKind::call && pages && !from.join) to.kind = MethodKind::list;
        to.joined = from.join;
        to.paged = (to.kind == MethodKind::list || to.joined) && pages;
        if (from.join && (!pages || to.kind != MethodKind::call)) {
            problems_.add(from.line, pages ? '`' + from.name + "` cannot `join`: only methods with names of their own can"
                                           : from.operation + " has no pages to `join`");
        }
        to.query = to.kind == MethodKind::list;
        if (plan_.operations[to.operation].input != plan::none) {
            from_model(from, to, model);
            arguments(from, to);
        }
        if (takes_model(to)) defaults_of_fields(model, to);
        if (plan_.operations[to.operation].event_member == plan::none) {
            result(from, to);
        } else {
            events(from, to);
        }
        failures(from, to);
        merge(from, to);
        chunk(from, to);
        url_encoded(from, to);
        says_region(from, to);
        stream(from, to);
    }
    to.nothing = missing_codes(from.nothing, from.line);
    to.missing = missing_codes(from.missing, from.line);
    if (takes_model(to) && plan_.models[model_row].read_only) {
        problems_.add(from.line, "a read-only model has no method `" + from.name + '`');
    }
    plan_.methods.push_back(std::move(to));
}

// What came from the protocol query says the code of then for an error, which need not be the error's name.
std::string Resolver::query_code(std::string_view name, const std::vector<std::string>& codes) const {
    const auto found = std::ranges::find_if(facts_.shapes, [&](const Shape& shape) { return shape.exception && shape.name == name; });
    if (found == facts_.shapes.end() || std::ranges::find(codes, found->error_code()) != codes.end()) return {};
    return ' ' + found->error_code();
}

// Codes of errors, or of failures in a response, as the tables have them.
std::string Resolver::missing_codes(const std::vector<std::string>& codes, std::size_t line) {
    std::string joined;
    for (const std::string& code : codes) {
        if (!joined.empty()) joined += ' ';
        joined += code;
        if (facts_.metadata.aws_query_compatible) joined += query_code(code, codes);
        const bool known = std::ranges::any_of(facts_.shapes, [&](const Shape& shape) {
            return (shape.exception && (shape.error_code() == code || shape.name == code)) ||
                   std::ranges::find(shape.enum_values, code) != shape.enum_values.end();  // of a failure in a response
        });
        if (std::ranges::find(overlay_.errors, code) != overlay_.errors.end()) continue;
        const bool any = std::ranges::any_of(facts_.shapes, &Shape::exception);
        // EC2 declares no errors, and has hundreds; what came from the protocol query sends codes of then.
        if (known || !any || (facts_.metadata.aws_query_compatible && code.find('.') != std::string::npos)) continue;
        std::vector<std::string_view> names;
        for (const Shape& shape : facts_.shapes) {
            if (shape.exception) names.push_back(shape.error_code());
        }
        problems_.add(line, "no error `" + code + '`' + did_you_mean(code, names));
    }
    return joined;
}

void Resolver::says_region(const overlay::Method& from, plan::Method& to) {
    if (!from.says_region) return;
    const plan::Operation& operation = plan_.operations[to.operation];
    const std::string& path = from.says_region->path;
    to.silent_region = from.says_region->silent;
    if (operation.input != plan::none) {
        const plan::Shape& request = plan_.shapes[operation.input];
        to.region_member = request.index_of(path.substr(0, path.find('.')));
        to.region_inner = inner_member(path, request);
        const plan::Member* const member = request.find(path.substr(0, path.find('.')));
        const bool text = to.region_inner != plan::none && plan_.shapes[member->target].members[to.region_inner].kind == Kind::string;
        if (text) return;
    }
    problems_.add(from.says_region->line, '`' + path + "` is no text of a structure in the request of " + operation.name);
}

namespace {

const plan::Member* streamed(const std::vector<plan::Shape>& shapes, plan::Row row) {
    if (row == plan::none) return nullptr;
    const auto& members = shapes[row].members;
    const auto found = std::ranges::find_if(members, [](const plan::Member& member) {
        return member.kind == Kind::blob && member.has(flag::streaming);
    });
    return found == members.end() ? nullptr : &*found;
}

}  // namespace

void Resolver::stream(const overlay::Method& from, plan::Method& to) {
    if (!from.stream) return;
    const plan::Operation& operation = plan_.operations[to.operation];
    const plan::Member* const in = streamed(plan_.shapes, operation.input);
    const plan::Member* const out = streamed(plan_.shapes, operation.output);
    if ((!in && !out) || to.kind != MethodKind::call) {
        problems_.add(from.line, !in && !out ? operation.name + " has no body that could be streamed"
                                             : '`' + from.name + "` cannot `stream`: only methods with names of their own can");
        return;
    }
    const auto add = [&](std::string name, std::string type, orm::ArgumentType kind, Row member) {
        plan::Argument argument;
        argument.name = argument.identifier = std::move(name);
        argument.type = std::move(type);
        argument.kind = kind;
        argument.member = member;
        argument.positional = argument.required = true;
        const auto last = std::ranges::find_if_not(to.arguments, &plan::Argument::positional);
        to.arguments.insert(last, std::move(argument));
    };
    if (in) {
        const Row member = static_cast<Row>(in - plan_.shapes[operation.input].members.data());
        std::erase_if(to.arguments, [&](const plan::Argument& argument) { return argument.member == member; });
        add("source", "::botocraft::Source", ArgumentType::source, member);
        to.streams_in = true;
    }
    if (out) {
        add("sink", "::botocraft::Sink", ArgumentType::sink, plan::none);
        to.streams_out = true;
    }
    order_arguments(to);
}

void Resolver::chunk(const overlay::Method& from, plan::Method& to) {
    if (!from.chunk) return;
    const plan::Argument* argument = to.find(from.chunk->argument);
    if (!argument) {
        std::vector<std::string_view> names;
        for (const plan::Argument& candidate : to.arguments) names.push_back(candidate.name);
        problems_.add(from.chunk->line, "no argument `" + from.chunk->argument + '`' +
                                            did_you_mean(from.chunk->argument, names));
        return;
    }
    if (argument->kind != ArgumentType::texts && argument->kind != ArgumentType::structures) {
        problems_.add(from.chunk->line, '`' + argument->name + "` is no list: it cannot be sent in pieces");
    }
    if (from.chunk->size == 0) problems_.add(from.chunk->line, "`size` is needed");
    to.chunk_argument = static_cast<Row>(argument - to.arguments.data());
    to.chunk_size = static_cast<std::uint16_t>(from.chunk->size);
    to.chunk_bytes = static_cast<std::uint32_t>(from.chunk->bytes);
}

}  // namespace botocraft::gen
