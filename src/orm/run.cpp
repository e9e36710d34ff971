#include "orm/run.hpp"

#include "orm/chunks.hpp"
#include "orm/complete.hpp"
#include "orm/expression.hpp"
#include "orm/half_done.hpp"
#include "orm/model_state.hpp"
#include "orm/owned_list.hpp"
#include "orm/page_stream.hpp"
#include "orm/pager.hpp"
#include "orm/saved_tags.hpp"
#include "protocol/query_string.hpp"
#include "runtime/invoke.hpp"
#include "schema/path.hpp"
#include "schema/project.hpp"
#include "schema/transfer.hpp"
#include "schema/walk.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <utility>

namespace botocraft::detail {

namespace {

using orm::ResultKind;
using schema::Kind;
using schema::Place;

ErrorDetails details_of(const CallState& call, const SessionState* session) {
    ErrorDetails details;
    details.service = call.service->name;
    details.operation = call.service->text(call.operation().name);
    if (session) details.region = session->region();
    return details;
}

[[noreturn]] void does_not_exist(const CallState& call, const SessionState* session, std::string_view what) {
    ErrorDetails details = details_of(call, session);
    details.code = "DoesNotExist";
    details.explanation.append("there is no such ").append(call.model_shape().name());
    if (!what.empty()) details.explanation.append(": ").append(what);
    throw DoesNotExist(std::move(details));
}

[[noreturn]] void several_found(const CallState& call, const SessionState& session, std::size_t count) {
    ErrorDetails details = details_of(call, &session);
    details.code = "MultipleObjectsReturned";
    details.explanation = "AWS knows " + std::to_string(count) + " of these: use list or get_many";
    throw MultipleObjectsReturned(std::move(details));
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

std::string_view text_member(schema::ShapeRef shape, const void* structure, std::string_view name) {
    const schema::Member* const member = schema::find_member(shape, name);
    if (!member || member->kind != Kind::string) return {};
    const auto place = schema::member_place(shape, *member, structure);
    return schema::presence(place) == Presence::present ? std::string_view(schema::scalar<std::string>(place))
                                                        : std::string_view();
}

bool means_missing(const CallState& call, std::string_view code) noexcept {
    return is_one_of(call.service->text(call.method().missing_codes), code);
}

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

Failures failures_of(const CallState& call, Structure& response) {
    Failures failures;
    const FailurePaths paths(call.service->text(call.method().failures));
    if (paths.list.empty()) return failures;
    const auto place = find_place(response.shape(), response.get(), paths.list);
    if (!place) return failures;
    const schema::Range range = schema::elements(*place);
    for (std::size_t i = 0; i < range.size(); ++i) {
        const schema::ShapeRef shape = range[i].target();
        void* const failure = schema::structure(range[i]);
        if (!paths.code.empty() && text_at(shape, failure, paths.code).empty()) continue;  // it went well
        std::string_view reason = text_at(shape, failure, paths.code);
        if (reason.empty()) reason = text_member(shape, failure, "reason");
        if (reason.empty()) reason = text_member(shape, failure, "failureCode");
        std::string_view about = text_at(shape, failure, paths.about);
        if (about.empty()) about = text_member(shape, failure, "arn");
        if (reason == "MISSING" || means_missing(call, reason)) {
            if (failures.missing.empty()) failures.missing = about.empty() ? reason : about;
        } else if (failures.reason.empty()) {
            failures.reason = reason;
            failures.detail = text_at(shape, failure, paths.message);
            if (failures.detail.empty()) failures.detail = text_member(shape, failure, "detail");
            if (failures.detail.empty()) failures.detail = text_member(shape, failure, "failureReason");
            failures.about = about;
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

// What the method returns, out of the response. `made`, if not null, is for a model that is made here; then there is no
// `result`.
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

// The texts at a path that are percent-encoded, with `+` for a space.
void decode_texts(schema::ShapeRef shape, void* structure, std::string_view path) {
    const auto each = path.find("[].");
    const auto place = find_place(shape, structure, path.substr(0, each));
    if (!place || schema::presence(*place) != Presence::present) return;
    if (each == std::string_view::npos) {
        std::string& text = schema::make_scalar<std::string>(*place);
        std::string decoded;
        protocol::append_query_decoded(decoded, text);
        text = std::move(decoded);
        return;
    }
    const schema::Range range = schema::elements(*place);
    for (std::size_t i = 0; i < range.size(); ++i) {
        decode_texts(range[i].target(), schema::structure(range[i]), path.substr(each + 3));
    }
}

// --- one operation ------------------------------------------------------------------------------------------------------

// Throws what a call comes to by `error`, to be called where that is caught: it is DoesNotExist where AWS says that the thing
// is not there. Returns where it says that there is nothing to return.
void throw_unless_nothing(const CallState& call, const ServiceError& error) {
    if (is_one_of(call.service->text(call.method().nothing_codes), error.code())) return;
    if (!means_missing(call, error.code())) throw;
    ErrorDetails details = error.details();
    details.explanation = "there is no such " + std::string(call.model_shape().name());
    throw DoesNotExist(std::move(details));
}

Structure empty_response(const CallState& call) {
    const api::Operation& operation = call.operation();
    if (operation.output == api::none) return {};
    return Structure(schema::ShapeRef{call.service->schema, operation.output});
}

void decode_texts(const CallState& call, Structure& response) {
    std::string_view paths = call.service->text(call.method().url_encoded);
    if (paths.empty() || text_member(response.shape(), response.get(), "EncodingType") != "url") return;
    while (!paths.empty()) {
        const auto space = paths.find(' ');
        decode_texts(response.shape(), response.get(), paths.substr(0, space));
        paths.remove_prefix(space == std::string_view::npos ? paths.size() : space + 1);
    }
}

void check_answer(const CallState& call, const Structure& response) {
    const orm::ServiceTables& service = *call.service;
    for (std::uint16_t i = 0; i < service.check_count; ++i) {
        if (service.checks[i].operation != call.method().operation) continue;
        service.checks[i].check(call.request.get(), response.get());
    }
}

awaitable<Structure> invoke_call(CallState& call, std::shared_ptr<const SessionState> session) {
    Structure response = empty_response(call);
    try {
        co_await invoke(std::move(session), *call.service, call.method().operation, call.request.get(), response.get(),
                        call.bodies.get());
        decode_texts(call, response);
    } catch (const ServiceError& error) {
        throw_unless_nothing(call, error);
    }
    check_answer(call, response);
    co_return response;
}

// Does not go through invoke_call: this is every call's way, and one coroutine less is felt.
awaitable<void> run_plain(CallState& call, std::shared_ptr<const SessionState> session, void* result,
                          void** made = nullptr) {
    Structure response = empty_response(call);
    try {
        co_await invoke(session, *call.service, call.method().operation, call.request.get(), response.get(),
                        call.bodies.get());
        decode_texts(call, response);
    } catch (const ServiceError& error) {
        throw_unless_nothing(call, error);
    }
    check_answer(call, response);
    take_result(call, session, response, result, made);
}

// --- several operations ---------------------------------------------------------------------------------------------

// The parts of what a method returns: models, or responses whose lists are joined. Of anything else the last stays.
awaitable<void> run_chunks(CallState& call, std::shared_ptr<const SessionState> session, void* result) {
    const orm::Method& method = call.method();
    const bool response = method.result_kind == ResultKind::value && method.result.length == 0 && result;
    const std::size_t size = chunked_size(call);
    CallState chunk;
    Structure all;
    std::size_t taken = 0;
    for (std::size_t first = 0; next_chunk(call, first, chunk); taken = first) {
        try {
            if (response) {
                Structure part = co_await invoke_call(chunk, session);
                if (all) {
                    join_lists(all, part);
                } else {
                    all = std::move(part);
                }
                continue;
            }
            OwnedList part(call.result_type());
            co_await run_plain(chunk, session, method.result_kind == ResultKind::models ? &part.raw() : result);
            if (method.result_kind == ResultKind::models) {
                schema::take_all(schema::as<RawList>(result), part.raw(), call.result_type());
            }
        } catch (const Error& error) {
            if (taken == 0 || method.kind == orm::MethodKind::get_many) throw;
            throw_half_done(call, error, taken, size);
        }
    }
    if (all) take_result(call, session, all, result, nullptr);
}

// All pages of a list, as one response.
awaitable<void> run_joined(CallState& call, std::shared_ptr<const SessionState> session, void* result) {
    Structure response = co_await whole_response(call);
    take_result(call, session, response, result, nullptr);
}

// Reads the model again, by arguments from the response and from what the caller sent.
awaitable<void> read_again(CallState& call, std::shared_ptr<const SessionState> session, schema::ShapeRef shape,
                           const void* structure, void* result) {
    const orm::Method& method = call.method();
    CallState get = make_call(*call.service, method.refresh, session);
    Scope scope;
    scope.service = call.service;
    scope.shape = shape;
    scope.structure = structure;
    scope.request_shape = call.request.shape();
    scope.request = call.request.get();
    pass_arguments(call, get, api::none);
    const bool bound = bind_by_name(get, scope, method.first_refresh, method.refresh_count, call.keys);
    if (!bound) does_not_exist(call, session.get(), "the response does not say which one it is");
    co_await run_method(get, result);
}

awaitable<void> run_steps(CallState& call, std::shared_ptr<const SessionState> session) {
    for (CallState& step : call.steps) {
        const Structure response = co_await invoke_call(step, session);
        static_cast<void>(response);
    }
}

bool method_creates(const CallState& call) noexcept { return call.method().kind == orm::MethodKind::create; }

awaitable<void> run_refreshing(CallState& call, std::shared_ptr<const SessionState> session, void* result) {
    if (call.method().refresh_before) {
        co_await read_again(call, session, call.request.shape(), call.request.get(), result);
        const Structure response = co_await invoke_call(call, session);
        static_cast<void>(response);
        co_return;
    }
    Structure response = co_await invoke_call(call, session);
    const Failures failures = failures_of(call, response);
    if (!failures.reason.empty()) refused(call, failures);
    co_await run_steps(call, session);
    if (method_creates(call)) {
        co_await read_created(call, session, response, result, read_again);
    } else {
        co_await read_again(call, session, response.shape(), response.get(), result);
    }
    merge_into(call, response, result);  // what is said only once, such as a new private key
}

// The models of the keys that the caller gave: a list whose pages are made here.
awaitable<void> run_for_keys(CallState& call, void* result) {
    auto plan = std::make_shared<Plan>();
    plan->call = call;
    plan->element = call.result_type();
    return collect_all(std::move(plan), schema::as<RawList>(result));
}

// The one of a list whose member has the value that the caller gave.
awaitable<void> run_scan(CallState& call, std::shared_ptr<const SessionState> session, void* result) {
    auto plan = std::make_shared<Plan>();
    plan->call = make_call(*call.service, call.method().scan, session);
    pass_arguments(call, plan->call, api::none);
    plan->element = call.result_type();
    OwnedList all(plan->element);
    co_await collect_all(std::move(plan), all.raw());
    Scope scope;
    scope.service = call.service;
    scope.shape = call.result_shape();
    const Value& wanted = call.keys.front();
    void* found = nullptr;
    for (std::uint32_t i = 0; i < all.size(); ++i) {
        scope.structure = all.at(i);
        if (!(evaluate_path(scope, call.service->text(call.method().scan_path)) == wanted)) continue;
        if (found) several_found(call, *session, 2);
        found = all.at(i);
    }
    if (!found) does_not_exist(call, session.get(), *wanted.as_string());
    schema::take_structure(call.result_shape(), result, found);
}

// The list of keys of a method that reads by them; null where it has none.
const RawList* given_keys(const CallState& call) noexcept {
    using enum orm::ArgumentType;
    const orm::Method& method = call.method();
    const bool listed = method.kind == orm::MethodKind::list && method.chunk_size != 0;
    if (!call.request || method.keys_given || (method.kind != orm::MethodKind::get_many && !listed)) return nullptr;
    for (std::uint16_t i = 0; i < method.argument_count; ++i) {
        const orm::Argument& argument = call.service->arguments[method.first_argument + i];
        const bool named = (argument.flags & orm::argument_flag::positional) == 0;
        const bool keys = method.chunk_size != 0 ? i == method.chunk_argument : !named && (argument.type == texts || argument.type == structures);
        if (!keys || argument.member == api::none || argument.inner != api::none) continue;
        const schema::ShapeRef shape = call.request.shape();
        return &schema::as<RawList>(schema::offset(call.request.get(), shape.begin()[argument.member].offset));
    }
    return nullptr;
}

// AWS would take no keys for all that there are.
bool asks_for_none(const CallState& call) noexcept {
    const RawList* const keys = given_keys(call);
    return keys && keys->presence == Presence::present && keys->size == 0;
}

// Whether one call suffices.
bool is_chunked(const CallState& call) noexcept {
    const orm::Method& method = call.method();
    if (method.chunk_size == 0) return false;
    const RawList* const keys = method.chunk_bytes == 0 ? given_keys(call) : nullptr;
    return !keys || keys->size > method.chunk_size;
}

awaitable<void> run_in(CallState& call, void* result) {
    if (asks_for_none(call)) {
        if (result) schema::as<RawList>(result).presence = Presence::present;
        co_return;
    }
    std::shared_ptr<const SessionState> session = co_await session_of(call.session);
    call.session = session;
    const orm::Method& method = call.method();
    if (method.region_member != api::none) {
        if (!session->is_prepared()) co_await session->prepare();
        say_region(call, session->region());
    }
    if (method.refresh != api::none) {
        co_await run_refreshing(call, session, result);
    } else if (method.scan != api::none) {
        co_await run_scan(call, session, result);
    } else if (method.keys_given) {
        co_await run_for_keys(call, result);
    } else if (is_chunked(call)) {
        co_await run_chunks(call, session, result);
    } else if (method.joined) {
        co_await run_joined(call, session, result);
    } else {
        co_await run_plain(call, session, result);
        co_await run_steps(call, session);
    }
    if (method.addition_count == 0 || !result) co_return;
    if (method.result_kind == ResultKind::model) co_await complete_one(call, result);
    if (method.result_kind == ResultKind::models) co_await complete(call, schema::as<RawList>(result));
}

}  // namespace

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

std::optional<Place> results_of(const CallState& call, Structure& response) {
    const Failures failures = failures_of(call, response);
    if (!failures.reason.empty()) refused(call, failures);
    const auto place = result_place(call, response);
    if (!place || schema::presence(*place) != Presence::present) return std::nullopt;
    return place;
}

void attach(const orm::ServiceTables& service, schema::ShapeRef shape, void* structure,
            const std::shared_ptr<const SessionState>& session) {
    if ((shape.shape().flags & schema::shape_flag::models) == 0) return;
    for (const schema::Member& member : shape) {
        if (member.kind == Kind::state) {
            ModelAccess::came_from_aws(schema::as<ModelState>(schema::offset(structure, member.offset)), session,
                                       print_of_tags(service, shape, structure));
            continue;
        }
        if (member.kind != Kind::structure && member.kind != Kind::list) continue;
        if ((shape.target(member).shape().flags & schema::shape_flag::models) == 0) continue;
        const Place place = schema::member_place(shape, member, structure);
        if (member.kind == Kind::structure) {
            if (schema::presence(place) == Presence::present) {
                attach(service, place.target(), schema::structure(place), session);
            }
        } else {
            const schema::Member& element = schema::element_row(*shape.schema, member);
            if (element.kind != Kind::structure || !schema::stored_bare(element)) continue;
            const schema::Range range = schema::elements(place);
            for (std::size_t i = 0; i < range.size(); ++i) {
                attach(service, range[i].target(), schema::structure(range[i]), session);
            }
        }
    }
}

awaitable<Structure> send(CallState& call, std::shared_ptr<const SessionState> session) {
    return invoke_call(call, std::move(session));
}

awaitable<std::shared_ptr<const SessionState>> session_of(std::shared_ptr<const SessionState> session) {
    if (session) co_return session;
    const auto executor = co_await boost::asio::this_coro::executor;
    auto& context = boost::asio::query(executor, boost::asio::execution::context);
    co_return default_session(context);
}

namespace {

// One call of an operation, in the name of a session that is known: what needs no coroutine around it.
bool is_plain(const CallState& call) noexcept {
    const orm::Method& method = call.method();
    return call.session && method.refresh == api::none && method.scan == api::none && !is_chunked(call) &&
           !method.keys_given && !method.joined && method.addition_count == 0 && method.step_count == 0 &&
           method.region_member == api::none && !asks_for_none(call);
}

}  // namespace

awaitable<void> run_method(CallState& call, void* result) {
    if (is_plain(call)) return run_plain(call, call.session, result);
    return run_in(call, result);
}

awaitable<void> run_model(CallState& call, void*& model) {
    if (is_plain(call)) return run_plain(call, call.session, nullptr, &model);
    model = structure_new(call.result_shape());
    return run_in(call, model);
}

}  // namespace botocraft::detail
