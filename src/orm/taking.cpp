#include "orm/taking.hpp"

#include "orm/expression.hpp"
#include "orm/operation.hpp"
#include "protocol/query_string.hpp"
#include "protocol/scalar_text.hpp"
#include "schema/project.hpp"
#include "schema/transfer.hpp"
#include "text/words.hpp"

#include <botocraft/error.hpp>

#include <string>
#include <utility>
#include <vector>

namespace botocraft::detail {

using orm::ResultKind;
using schema::Kind;
using schema::Place;

namespace {

ErrorDetails details_of(const CallState& call, const SessionState* session) {
    ErrorDetails details;
    details.service = call.service->name;
    details.operation = call.service->text(call.operation().name);
    if (session) details.region = session->region();
    return details;
}

}  // namespace

void does_not_exist(const CallState& call, const SessionState* session, std::string_view what) {
    ErrorDetails details = details_of(call, session);
    details.code = "DoesNotExist";
    details.explanation.append("there is no such ").append(call.model_shape().name());
    if (!what.empty()) details.explanation.append(": ").append(what);
    throw DoesNotExist(std::move(details));
}

void several_found(const CallState& call, const SessionState& session, std::size_t count) {
    ErrorDetails details = details_of(call, &session);
    details.code = "MultipleObjectsReturned";
    details.explanation = "AWS knows " + std::to_string(count) + " of these: use list or get_many";
    throw MultipleObjectsReturned(std::move(details));
}

bool means_missing(const CallState& call, std::string_view code) noexcept {
    return is_one_of(call.service->text(call.method().missing_codes), code);
}

void throw_unless_nothing(const CallState& call, const ServiceError& error) {
    if (is_one_of(call.service->text(call.method().nothing_codes), error.code())) return;
    if (!means_missing(call, error.code())) throw;
    ErrorDetails details = error.details();
    details.explanation = "there is no such " + std::string(call.model_shape().name());
    throw DoesNotExist(std::move(details));
}

namespace {

std::string_view text_member(schema::ShapeRef shape, const void* structure, std::string_view name) {
    const schema::Member* const member = schema::find_member(shape, name);
    if (!member || member->kind != Kind::string) return {};
    const auto place = schema::member_place(shape, *member, structure);
    return schema::presence(place) == Presence::present ? std::string_view(schema::scalar<std::string>(place))
                                                        : std::string_view();
}

// What `path` leads to. Where it goes through a list (`Reservations[].Instances[]`) the lists behind it become one: the
// first of them takes the elements of the others.
std::optional<Place> joined_place(schema::ShapeRef shape, void* structure, std::string_view path) {
    if (path.ends_with("[]")) path.remove_suffix(2);
    const auto each = path.find("[].");
    const auto place = find_place(shape, structure, path.substr(0, each));
    if (!place || each == std::string_view::npos) return place;
    std::optional<Place> all;
    const schema::Range range = schema::elements(*place);
    for (std::size_t i = 0; i < range.size(); ++i) {
        const auto part = joined_place(range[i].target(), schema::structure(range[i]), path.substr(each + 3));
        if (!part || schema::presence(*part) != Presence::present) continue;
        if (all) {
            schema::take_all(schema::as<RawList>(all->at), schema::as<RawList>(part->at),
                             schema::element_type(*part->schema, *part->row));
        } else {
            all = part;
        }
    }
    return all;
}

std::optional<Place> result_place(const CallState& call, Structure& response) {
    return joined_place(response.shape(), response.get(), call.service->text(call.method().result));
}

// --- failures inside a response that is a success ---------------------------------------------------------------------

// The path of the list; behind it, where the overlay says so, those of the code, the message and what a failure is about.
struct FailurePaths {
    explicit FailurePaths(std::string_view text) {
        for (std::string_view* part : {&list, &code, &message, &about}) {
            const auto space = text.find(' ');
            *part = text.substr(0, space);
            text = space == std::string_view::npos ? std::string_view() : text.substr(space + 1);
        }
    }
    std::string_view list, code, message, about;
};

std::string_view text_at(schema::ShapeRef shape, void* structure, std::string_view path) {
    const auto place = path.empty() ? std::nullopt : find_place(shape, structure, path);
    if (!place || place->kind() != Kind::string || schema::presence(*place) != Presence::present) return {};
    return schema::scalar<std::string>(*place);
}

struct Failures {
    std::string_view missing;  // what the first failure with reason MISSING is about
    std::string_view reason, detail, about;  // the first of any other reason
};

struct Failure {
    std::string_view reason, detail, about;
};

std::vector<Failure> all_failures(const CallState& call, Structure& response) {
    std::vector<Failure> all;
    const FailurePaths paths(call.service->text(call.method().failures));
    if (paths.list.empty()) return all;
    const auto place = find_place(response.shape(), response.get(), paths.list);
    if (!place) return all;
    const schema::Range range = schema::elements(*place);
    for (std::size_t i = 0; i < range.size(); ++i) {
        const schema::ShapeRef shape = range[i].target();
        void* const failure = schema::structure(range[i]);
        if (!paths.code.empty() && text_at(shape, failure, paths.code).empty()) continue;  // it went well
        Failure& out = all.emplace_back();
        out.reason = text_at(shape, failure, paths.code);
        if (out.reason.empty()) out.reason = text_member(shape, failure, "reason");
        if (out.reason.empty()) out.reason = text_member(shape, failure, "failureCode");
        out.detail = text_at(shape, failure, paths.message);
        if (out.detail.empty()) out.detail = text_member(shape, failure, "detail");
        if (out.detail.empty()) out.detail = text_member(shape, failure, "failureReason");
        out.about = text_at(shape, failure, paths.about);
        if (out.about.empty()) out.about = text_member(shape, failure, "arn");
    }
    return all;
}

Failures failures_of(const CallState& call, Structure& response) {
    Failures failures;
    for (const Failure& one : all_failures(call, response)) {
        if (one.reason == "MISSING" || means_missing(call, one.reason)) {
            if (failures.missing.empty()) failures.missing = one.about.empty() ? one.reason : one.about;
        } else if (failures.reason.empty()) {
            failures.reason = one.reason;
            failures.detail = one.detail;
            failures.about = one.about;
        }
    }
    return failures;
}

[[noreturn]] void refused(const CallState& call, const Failures& failures) {
    ErrorDetails details = details_of(call, call.session.get());
    details.code = failures.reason;
    details.message = failures.detail;
    details.explanation = failures.about;
    throw_error(std::move(details));
}

// --- taking the result out of the response ----------------------------------------------------------------------------

// A structure of the response as a model: the same shape, or what the two have in common.
void take_model(const CallState& call, schema::ShapeRef shape, void* from, void* to) {
    if (shape == call.result_shape()) {
        schema::take_structure(shape, to, from);
    } else {
        schema::project(shape, from, call.result_shape(), to);
    }
}

using SessionPointer = std::shared_ptr<const SessionState>;

// Elements that are not this method's model: strings, structures of the response's own, or models of another kind.
void take_values(const CallState& call, Place place, void* to, const SessionPointer& session) {
    auto& list = schema::as<RawList>(to);
    const std::uint32_t before = list.size;
    schema::take_all(list, schema::as<RawList>(place.at), schema::element_type(*place.schema, *place.row));
    const schema::Member& element = schema::element_row(*place.schema, *place.row);
    if (element.kind != Kind::structure || !schema::stored_bare(element)) return;
    const schema::ShapeRef shape{place.schema, element.target};
    for (std::uint32_t i = before; i < list.size; ++i) {
        attach(*call.service, shape, schema::offset(list.data, std::size_t{i} * shape.shape().size), session);
    }
}

void take_structure_value(const CallState& call, schema::ShapeRef shape, void* from, void* to,
                          const SessionPointer& session) {
    schema::take_structure(shape, to, from);
    attach(*call.service, shape, to, session);
}

void take_value(const CallState& call, Structure& response, void* to, const SessionPointer& session) {
    const std::string_view path = call.service->text(call.method().result);
    if (path.empty()) return take_structure_value(call, response.shape(), response.get(), to, session);
    const auto place = find_place(response.shape(), response.get(), path);
    if (!place || schema::presence(*place) != Presence::present) return;
    switch (place->kind()) {
        case Kind::structure: take_structure_value(call, place->target(), schema::structure(*place), to, session); break;
        case Kind::list: take_values(call, *place, to, session); break;
        case Kind::map: std::swap(schema::as<RawList>(to), schema::as<RawList>(place->at)); break;
        default:
            schema::with_scalar(place->kind(), [&]<class T>(std::type_identity<T>) {
                schema::as<T>(to) = schema::scalar<T>(*place);
            });
    }
}

// The one element of a list. Makes `to` where that is null.
void take_element(const CallState& call, Place list, void*& to) {
    auto& raw = schema::as<RawList>(list.at);
    const Place element = schema::elements(list)[0];
    if (element.bare && element.target() == call.result_shape() && raw.size == 1) {
        if (!to && raw.capacity == 1) {
            to = schema::take_storage(raw);
        } else {
            if (!to) to = structure_new(call.result_shape());
            schema::take_last(raw, to, schema::element_type(*list.schema, *list.row));
        }
    } else {
        if (!to) to = structure_new(call.result_shape());
        take_model(call, element.target(), schema::structure(element), to);
    }
}

// One model, from the response itself, a member of it, or a list of one. Makes `to` where that is null.
void take_one(const CallState& call, const SessionState& session, Structure& response, void*& to) {
    const Failures failures = failures_of(call, response);
    const bool whole = call.method().result.length == 0;
    const auto place = whole ? std::nullopt : result_place(call, response);
    const bool present = place && schema::presence(*place) == Presence::present;
    if (whole || (present && place->kind() == Kind::structure)) {
        if (!to) to = structure_new(call.result_shape());
        if (whole) return take_model(call, response.shape(), response.get(), to);
        return take_model(call, place->target(), schema::structure(*place), to);
    }
    if (!failures.reason.empty()) refused(call, failures);
    const std::size_t count = present ? schema::elements(*place).size() : 0;
    if (count == 0) does_not_exist(call, &session, failures.missing);
    if (count > 1 && call.method().kind == orm::MethodKind::get) several_found(call, session, count);
    take_element(call, *place, to);
}

}  // namespace

void take_result(const CallState& call, const std::shared_ptr<const SessionState>& session, Structure& response, void* result,
                 void** made) {
    const orm::Method& method = call.method();
    switch (method.result_kind) {
        case ResultKind::nothing: {
            const Failures failures = failures_of(call, response);
            if (!failures.reason.empty()) refused(call, failures);
            if (!failures.missing.empty() && method.kind == orm::MethodKind::remove) {
                does_not_exist(call, session.get(), failures.missing);
            }
            break;
        }
        case ResultKind::value:
            if (result) take_value(call, response, result, session);
            break;
        case ResultKind::model:
            take_one(call, *session, response, made ? *made : result);
            if (made) result = *made;
            merge_into(call, response, result);
            attach(*call.service, call.result_shape(), result, session);
            break;
        case ResultKind::models:
        case ResultKind::values: {
            const auto place = results_of(call, response);
            if (!result) break;
            auto& list = schema::as<RawList>(result);
            list.presence = Presence::present;
            if (!place) break;
            if (method.result_kind == ResultKind::values) {
                take_values(call, *place, result, session);
                break;
            }
            take_models(call, *place, list);
            const schema::ShapeRef shape = call.result_shape();
            for (std::uint32_t i = 0; i < list.size; ++i) {
                void* const model = schema::offset(list.data, std::size_t{i} * shape.shape().size);
                merge_into(call, response, model);
                attach(*call.service, shape, model, session);
            }
            break;
        }
    }
}

void take_models(const CallState& call, Place list, RawList& to) {
    const schema::TypeRef type = schema::element_type(*list.schema, *list.row);
    const schema::ShapeRef shape = schema::leaf_shape(type);
    if (shape == call.result_shape()) return schema::take_all(to, schema::as<RawList>(list.at), type);
    const schema::TypeRef model = call.result_type();
    const schema::Range range = schema::elements(list);
    list_reserve(to, range.size(), model);
    for (std::size_t i = 0; i < range.size(); ++i) {
        schema::project(shape, schema::structure(range[i]), call.result_shape(), list_append(to, model));
    }
}

void merge_into(const CallState& call, Structure& response, void* model) {
    const orm::Method& method = call.method();
    merge_into(call, response, method.first_merge, method.merge_count, call.result_shape(), model);
}

void merge_into(const CallState& call, Structure& response, std::uint16_t first, std::uint16_t count,
                schema::ShapeRef shape, void* model) {
    for (std::uint16_t i = 0; i < count; ++i) {
        const orm::Binding& binding = call.service->bindings[first + i];
        const orm::Expression& expression = call.service->expressions[binding.expression];
        const Place to = schema::member_place(shape, shape.begin()[binding.member], model);
        Scope scope;
        scope.service = call.service;
        scope.shape = response.shape();
        scope.structure = response.get();
        scope.request_shape = call.request.shape();
        scope.request = call.request.get();
        if (copy(scope, binding.expression, to)) continue;
        Value value = evaluate(scope, binding.expression);
        const bool made_of_text =
            expression.kind == orm::ExpressionKind::match || expression.kind == orm::ExpressionKind::format;
        if (value.is_nothing() && made_of_text) {  // then of what the model itself has by now
            scope.shape = shape;
            scope.structure = model;
            value = evaluate(scope, binding.expression);
        }
        put(to, value, binding.wrap);
    }
}

void check_failures(const CallState& call, Structure& response) {
    const Failures failures = failures_of(call, response);
    if (!failures.reason.empty()) refused(call, failures);
}

std::vector<std::string> refused_ones(const CallState& call, Structure& response) {
    std::vector<std::string> all;
    for (const Failure& one : all_failures(call, response)) {
        std::string& text = all.emplace_back(one.about);
        text.append(text.empty() ? "" : " ").append("(").append(one.reason).append(")");
    }
    return all;
}

std::optional<Place> results_of(const CallState& call, Structure& response) {
    check_failures(call, response);
    const auto place = result_place(call, response);
    if (!place || schema::presence(*place) != Presence::present) return std::nullopt;
    return place;
}

namespace {

[[noreturn]] void not_utf8(const CallState& call, std::string_view member) {
    ErrorDetails details = details_of(call, call.session.get());
    details.kind = ErrorKind::protocol;
    details.code = "InvalidReply";
    details.explanation.append(member).append(" is percent-encoded text that is not UTF-8");
    throw ProtocolError(std::move(details));
}

// The texts at a path that are percent-encoded, with `+` for a space.
void decode_texts(const CallState& call, schema::ShapeRef shape, void* structure, std::string_view path) {
    const auto each = path.find("[].");
    const auto place = find_place(shape, structure, path.substr(0, each));
    if (!place || schema::presence(*place) != Presence::present) return;
    if (each == std::string_view::npos) {
        std::string& text = schema::make_scalar<std::string>(*place);
        std::string decoded;
        protocol::append_query_decoded(decoded, text);
        if (!protocol::valid_utf8(decoded)) not_utf8(call, path);
        text = std::move(decoded);
        return;
    }
    const schema::Range range = schema::elements(*place);
    for (std::size_t i = 0; i < range.size(); ++i) {
        decode_texts(call, range[i].target(), schema::structure(range[i]), path.substr(each + 3));
    }
}

}  // namespace

void decode_texts(const CallState& call, Structure& response) {
    std::string_view words = call.service->text(call.method().url_encoded);
    const auto next = [&words] {
        const auto space = words.find(' ');
        const std::string_view word = words.substr(0, space);
        words.remove_prefix(space == std::string_view::npos ? words.size() : space + 1);
        return word;
    };
    if (words.empty()) return;
    const std::string_view member = next();
    const std::string_view value = next();
    if (text_member(response.shape(), response.get(), member) != value) return;
    while (!words.empty()) decode_texts(call, response.shape(), response.get(), next());
}

}  // namespace botocraft::detail
