// How resources are shown, and what is said of those that are not there.
#include "testing/resources.hpp"

#include "orm/expression.hpp"
#include "schema/project.hpp"
#include "testing/resource_values.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace botocraft::testing {

using schema::Kind;
using schema::Place;

namespace untyped = botocraft::detail;

void Resources::show(const Request& request, const Record& record) const {
    if (!request.out_shape.schema) return;
    const schema::ShapeRef shape = record.structure.shape();
    const std::string_view path = tables_.text(request.method.result);
    const auto place = path.empty() ? std::nullopt : make_place(request.out_shape, request.out, path);
    if (place && place->kind() == Kind::list && request.method.kind != orm::MethodKind::remove) {
        return show_in_list(request, record, *place);
    }
    schema::project(shape, record.structure.get(), request.out_shape, request.out);
    show_merged(request, record);
    if (place && place->kind() == Kind::structure) {
        schema::project(shape, record.structure.get(), place->target(), schema::make_structure(*place));
    }
    if (place && place->kind() == Kind::string && schema::presence(*place) == schema::Presence::absent) {
        put_fitting(*place, value_of(record, model_of(request).arn));
    }
}

// Of what a list tells of a resource, that by which the manager asks for the rest.
Value Resources::hydration_key(const Request& request, const Record& record) const {
    const orm::Method& method = request.method;
    if (method.hydrate != api::none && method.hydrate_argument != api::none) {
        const orm::Method& target = tables_.methods[method.hydrate];
        const orm::Argument& argument = tables_.arguments[target.first_argument + method.hydrate_argument];
        const Links links = methods_.links_of(target);
        const schema::Member* const member = methods_.input_of(target).begin() + argument.member;
        const auto link = std::ranges::find(links, member, &Link::member);
        if (argument.member != api::none && link != links.end()) {
            const Value key = value_of(record, *link);
            if (is_given(key)) return key;
        }
    }
    const orm::Model& model = model_of(request);
    if (model.arn != api::none) return value_of(record, model.arn);
    return model.key_count == 0 ? Value() : value_of(record, tables_.bindings[model.first_key].expression);
}

// The model, a summary of it, or its key.
void Resources::show_in_list(const Request& request, const Record& record, Place list) const {
    schema::as<untyped::RawList>(list.at).presence = schema::Presence::present;
    const Place element = schema::Appender(list).append();
    if (element.kind() == Kind::string) return put_fitting(element, hydration_key(request, record));
    if (element.kind() != Kind::structure) return;
    void* const summary = schema::make_structure(element);
    schema::project(record.structure.shape(), record.structure.get(), element.target(), summary);
    const std::string_view key = tables_.text(request.method.hydrate_path);
    if (key.empty()) return;
    const auto place = make_place(element.target(), summary, key);
    if (place && place->kind() == Kind::string) put_fitting(*place, hydration_key(request, record));
}

// What the managers take from elsewhere in a response.
void Resources::show_merged(const Request& request, const Record& record) const {
    const orm::Method& method = request.method;
    const schema::ShapeRef shape = record.structure.shape();
    for (std::uint16_t i = 0; i < method.merge_count; ++i) {
        const orm::Binding& binding = tables_.bindings[method.first_merge + i];
        const orm::Expression& from = tables_.expressions[binding.expression];
        if (from.kind != orm::ExpressionKind::path) continue;
        store(request.out_shape, request.out, tables_.text(from.text),
              schema::member_place(shape, shape.begin()[binding.member], record.structure.get()));
    }
    const orm::Model& model = model_of(request);
    for (std::uint16_t i = 0; i < method.refresh_count; ++i) {
        const orm::Binding& binding = tables_.bindings[method.first_refresh + i];
        const orm::Expression& from = tables_.expressions[binding.expression];
        if (method.refresh_before || from.kind != orm::ExpressionKind::path) continue;
        for (std::uint16_t n = 0; n < model.key_count; ++n) {
            const orm::Binding& key = tables_.bindings[model.first_key + n];
            if (tables_.text(key.name) != tables_.text(binding.name)) continue;
            const auto place = make_place(request.out_shape, request.out, tables_.text(from.text));
            if (place) put_fitting(*place, value_of(record, key.expression));
        }
    }
}

// --- what is not there -----------------------------------------------------------------------------------------------

// One of several: in the list of failures, where the reply has one.
void Resources::missing(const Request& request, const std::string& what) const {
    const std::string_view failures = tables_.text(request.method.failures);
    std::array<std::string_view, 4> paths{};  // of the list, and in it those of the code, the message and the name
    std::string_view rest = failures;
    for (std::string_view& path : paths) {
        path = rest.substr(0, rest.find(' '));
        rest.remove_prefix(std::min(rest.size(), path.size() + 1));
    }
    const auto list = failures.empty() ? std::nullopt : make_place(request.out_shape, request.out, paths[0]);
    if (!list || list->kind() != Kind::list) does_not_exist(request, what);
    schema::as<untyped::RawList>(list->at).presence = schema::Presence::present;
    const Place failure = schema::Appender(*list).append();
    const std::string_view codes = methods_.missing_codes(request.method);
    const auto say = [&](std::string_view path, std::string_view usual, std::string_view text) {
        const auto place = make_place(failure.target(), schema::make_structure(failure), path.empty() ? usual : path);
        if (place && place->kind() == Kind::string) schema::set_string(*place, text);
    };
    say(paths[1], "reason", codes.empty() || paths[1].empty() ? "MISSING" : codes.substr(0, codes.find(' ')));
    if (!paths[2].empty()) say(paths[2], {}, "There is no such " + std::string(shape_of(model_of(request)).name()));
    say(paths[3], "arn", what);
}

// Whether `Cluster` of ClusterNotFoundException is another model.
bool Resources::is_of_another(std::uint16_t row, std::string_view name) const {
    for (std::uint16_t i = 0; i < tables_.model_count; ++i) {
        if (i != row && shape_of(tables_.models[i]).name() == name) return true;
    }
    return false;
}

// The error of the operation whose name is most like one of these.
void Resources::refuse(const Request& request, std::span<const std::string_view> like, std::string message,
                       int status) const {
    const std::string_view model = shape_of(model_of(request)).name();
    std::string_view code, of_model;
    for (std::uint16_t i = 0; i < request.operation.error_count; ++i) {
        const std::uint16_t error = tables_.errors[request.operation.first_error + i];
        const std::string_view name = tables_.schema->name(tables_.schema->shapes[error]);
        const auto has_part = [name](std::string_view part) { return name.find(part) != std::string_view::npos; };
        const auto part = std::ranges::find_if(like, has_part);
        if (part == like.end() || is_of_another(request.model, name.substr(0, name.find(*part)))) continue;
        if (code.empty() || name.starts_with("Resource")) code = methods_.code_of(error);
        if (name.starts_with(model) || model.ends_with(name.substr(0, name.find(*part)))) {
            of_model = methods_.code_of(error);
        }
    }
    if (!of_model.empty()) code = of_model;
    if (code.empty()) code = validation_error_;
    throw ModelledError(std::string(code), std::move(message), status);
}

void Resources::does_not_exist(const Request& request, const std::string& what) const {
    const std::string message =
        "There is no such " + std::string(shape_of(model_of(request)).name()) + (what.empty() ? "." : ": " + what);
    const std::string_view codes = methods_.missing_codes(request.method);
    const int status = methods_.missing_status();
    if (!codes.empty()) throw ModelledError(std::string(codes.substr(0, codes.find(' '))), message, status);
    constexpr std::array<std::string_view, 4> like{"NotFound", "NoSuch", "DoesNotExist", "Missing"};
    refuse(request, like, message, status);
}

}  // namespace botocraft::testing
