#include "orm/relation.hpp"

#include "orm/expression.hpp"
#include "orm/model_state.hpp"
#include "orm/run.hpp"
#include "schema/transfer.hpp"
#include "schema/walk.hpp"

#include <botocraft/error.hpp>
#include <botocraft/manager.hpp>

#include <algorithm>
#include <utility>

namespace botocraft::detail {

namespace {

using orm::Relation;

const orm::Model& model_of(const orm::ServiceTables& service, std::uint16_t relation) {
    const auto last = service.models + service.model_count;
    return *std::find_if(service.models, last, [relation](const orm::Model& model) {
        return relation >= model.first_relation && relation < model.first_relation + model.relation_count;
    });
}

std::uint16_t find_relation(const orm::ServiceTables& service, const orm::Model& model, std::string_view name) {
    for (std::uint16_t i = 0; i < model.relation_count; ++i) {
        const auto row = static_cast<std::uint16_t>(model.first_relation + i);
        if (service.text(service.relations[row].name) == name) return row;
    }
    return api::none;
}

Scope scope_of(const orm::ServiceTables& service, const orm::Model& model, const void* structure) {
    Scope scope;
    scope.service = &service;
    scope.shape = {service.schema, model.shape};
    scope.structure = structure;
    return scope;
}

// The binding of a relation that needs another relation first.
const orm::Binding* find_hop(const orm::ServiceTables& service, const Relation& relation) {
    for (std::uint16_t i = 0; i < relation.binding_count; ++i) {
        const orm::Binding& binding = service.bindings[relation.first_binding + i];
        if (service.expressions[binding.expression].kind == orm::ExpressionKind::relation) return &binding;
    }
    return nullptr;
}

// A list is never asked for without what the relation binds: that would be a list of everything.
bool says_nothing(const Scope& scope, const Relation& relation) {
    using orm::ExpressionKind;
    bool from_model = false;
    for (std::uint16_t i = 0; i < relation.binding_count; ++i) {
        const orm::Binding& binding = scope.service->bindings[relation.first_binding + i];
        const ExpressionKind kind = scope.service->expressions[binding.expression].kind;
        if (kind == ExpressionKind::literal) continue;
        from_model = true;
        if (kind == ExpressionKind::relation || kind == ExpressionKind::filter) return false;  // looked at elsewhere
        const Value value = evaluate(scope, binding.expression);
        if (!value.is_nothing() && !(value.as_list() && value.as_list()->empty())) return false;
    }
    return from_model;
}

std::optional<CallState> call_for(const orm::ServiceTables& target, const Relation& relation, const Scope& scope,
                                  const std::shared_ptr<const SessionState>& session, bool& bound) {
    CallState call = make_call(target, relation.method, session);
    bound = bind_by_name(call, scope, relation.first_binding, relation.binding_count);
    if (relation.many && says_nothing(scope, relation)) bound = false;
    return call;
}

struct Origin {
    std::shared_ptr<const SessionState> session;
    std::shared_ptr<RelationCache> cache;
};

RelatedCall follow(const orm::ServiceTables& service, std::uint16_t row, const void* structure,
                   const orm::ServiceTables& target, Origin origin) {
    const Relation& relation = service.relations[row];
    const orm::Model& model = model_of(service, row);
    auto state = std::make_unique<RelatedState>();
    state->service = &service;
    state->target = &target;
    state->relation = row;
    state->cache = std::move(origin.cache);
    const Scope scope = scope_of(service, model, structure);
    bool bound = false;
    std::optional<CallState> call = call_for(target, relation, scope, origin.session, bound);
    if (const orm::Binding* hop = find_hop(service, relation)) {
        const orm::Expression& expression = service.expressions[hop->expression];
        const std::uint16_t first = find_relation(service, model, service.text(expression.text));
        bool hop_bound = false;
        // Only relations within the service may come first.
        std::optional<CallState> before = call_for(service, service.relations[first], scope, origin.session, hop_bound);
        if (!hop_bound) return RelatedCall(std::move(state));
        state->hop = std::move(before);
        state->hop_path = expression.extra;
        state->hop_binding = hop;
        state->call = std::move(call);
    } else if (bound) {
        state->call = std::move(call);
    }
    return RelatedCall(std::move(state));
}

}  // namespace

RelatedCall related(const orm::ServiceTables& service, std::uint16_t row, const void* structure,
                    const orm::ServiceTables& target) {
    const Relation& relation = service.relations[row];
    const auto& known = schema::as<ModelState>(schema::offset(structure, model_of(service, row).state_offset));
    Origin origin;
    origin.session = ModelAccess::session(known);
    if (relation.cached) origin.cache = ModelAccess::relations(known);
    return follow(service, row, structure, target, std::move(origin));
}

RelatedCall related(const orm::ServiceTables& service, std::uint16_t row, const void* structure,
                    const orm::ServiceTables& target, const Session& session) {
    return follow(service, row, structure, target, Origin{session.state(), nullptr});
}

namespace {

awaitable<std::optional<CallState>> resolve(const RelatedState& related) {
    std::optional<CallState> call = related.call;
    if (!call || !related.hop) co_return call;
    CallState before = *related.hop;
    Structure found(before.result_shape());
    co_await run_method(before, found.get());
    Scope scope;
    scope.service = before.service;
    scope.shape = found.shape();
    scope.structure = found.get();
    const Value value = evaluate_path(scope, related.service->text(related.hop_path));
    const orm::Argument* const argument = find_argument(*call, related.service->text(related.hop_binding->name));
    if (value.is_nothing() || !argument) co_return std::nullopt;
    put_argument(*call, *argument, value, related.hop_binding->wrap);
    co_return call;
}

// What was found, and what had been asked for: a model whose members were changed asks for something else.
struct Kept {
    Structure request;
    Structure hop_request;
    Structure found;
};

bool same(const Structure& a, const Structure& b) noexcept {
    if (!a || !b) return !a && !b;
    return a.shape() == b.shape() && structure_equal(a.get(), b.get(), a.shape());
}

const Kept* find_kept(const RelatedState& related) {
    const auto at = related.cache->values.find(related.relation);
    if (at == related.cache->values.end()) return nullptr;
    const auto* const kept = static_cast<const Kept*>(at->second.get());
    const bool asked = same(kept->request, related.call->request);
    const bool hopped = !related.hop || same(kept->hop_request, related.hop->request);
    return asked && hopped ? kept : nullptr;
}

void keep(const RelatedState& related, schema::ShapeRef shape, const void* result) {
    auto kept = std::make_shared<Kept>();
    kept->request = related.call->request;
    if (related.hop) kept->hop_request = related.hop->request;
    kept->found = Structure(shape);
    schema::assign_structure(shape, kept->found.get(), result);
    related.cache->values[related.relation] = std::move(kept);
}

awaitable<bool> run(RelatedState& related, void* result) {
    if (!related.call) co_return false;
    if (related.cache) {
        if (const Kept* const kept = find_kept(related)) {
            schema::assign_structure(kept->found.shape(), result, kept->found.get());
            co_return true;
        }
    }
    std::optional<CallState> call = co_await resolve(related);
    if (!call) co_return false;
    co_await run_method(*call, result);
    if (related.cache) keep(related, call->result_shape(), result);
    co_return true;
}

}  // namespace

awaitable<std::optional<CallState>> resolve_related(const RelatedState& related) { return resolve(related); }

awaitable<bool> run_related(RelatedCall& call, void* result) { return run(call.state(), result); }

RelatedCall::RelatedCall(std::unique_ptr<RelatedState> state) noexcept : state_(std::move(state)) {}
RelatedCall::RelatedCall(RelatedCall&&) noexcept = default;
RelatedCall& RelatedCall::operator=(RelatedCall&&) noexcept = default;
RelatedCall::~RelatedCall() = default;
std::unique_ptr<RelatedState> RelatedCall::release() noexcept { return std::move(state_); }

}  // namespace botocraft::detail
