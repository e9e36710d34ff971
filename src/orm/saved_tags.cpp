#include "orm/saved_tags.hpp"

#include "orm/expression.hpp"
#include "orm/run.hpp"
#include "orm/tag_print.hpp"
#include "schema/transfer.hpp"
#include "schema/walk.hpp"

#include <botocraft/error.hpp>

#include <string_view>
#include <utility>
#include <vector>

namespace botocraft::detail {

namespace {

bool has_tag(schema::ConstRange tags, std::string_view key, const std::string_view* value) {
    for (std::size_t i = 0; i < tags.size(); ++i) {
        if (tag_text(tags[i], 0) == key) return !value || tag_text(tags[i], 1) == *value;
    }
    return false;
}

struct TagChanges {
    Value::List gone;
    std::vector<const void*> set;  // of the model
};

TagChanges tag_changes(schema::ConstRange there, schema::ConstRange wanted) {
    TagChanges changes;
    for (std::size_t i = 0; i < there.size(); ++i) {
        const std::string_view key = tag_text(there[i], 0);
        if (!has_tag(wanted, key, nullptr)) changes.gone.emplace_back(key);
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const std::string_view value = tag_text(wanted[i], 1);
        if (!has_tag(there, tag_text(wanted[i], 0), &value)) changes.set.push_back(schema::structure(wanted[i]));
    }
    return changes;
}

// Those whose keys are not among the tags yet.
void add_others(schema::Place tags, schema::ConstRange others) {
    const schema::Appender appender(tags);
    for (std::size_t i = 0; i < others.size(); ++i) {
        if (has_tag(schema::elements(schema::ConstPlace(tags)), tag_text(others[i], 0), nullptr)) continue;
        const schema::Place added = appender.append();
        schema::assign_structure(added.target(), schema::structure(added), schema::structure(others[i]));
    }
}

// A call of the model's, whose arguments it has.
CallState call_for(const CallState& update, std::uint16_t method, std::uint16_t first, std::uint16_t count, const void* structure) {
    CallState call = make_call(*update.service, method, update.session);
    Scope scope;
    scope.service = update.service;
    scope.shape = update.model_shape();
    scope.structure = structure;
    if (bind_by_name(call, scope, first, count)) return call;
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = "MissingKey";
    details.service = update.service->name;
    details.explanation = "the model does not say which one it is, so that its tags cannot be changed: get it from AWS first";
    throw_error(std::move(details));
}

// The place of tags or of their keys: the second argument.
schema::Place tags_place(CallState& call) {
    const orm::Argument& argument = call.service->arguments[call.method().first_argument + 1];
    const schema::ShapeRef shape = call.request.shape();
    return schema::member_place(shape, shape.begin()[argument.member], call.request.get());
}

awaitable<void> change_tags(const CallState& update, const TagChanges& changes, const void* structure) {
    const orm::Model& model = update.model();
    if (!changes.set.empty()) {
        CallState call = call_for(update, model.tag, model.tag_binding, 1, structure);
        const schema::Place tags = tags_place(call);
        schema::make_container(tags);
        const schema::Appender elements(tags);
        for (const void* tag : changes.set) {
            const schema::Place element = elements.append();
            schema::assign_structure(element.target(), schema::structure(element), tag);
        }
        co_await run_method(call, nullptr);
    }
    if (!changes.gone.empty()) {
        CallState call = call_for(update, model.untag, model.untag_binding, 1, structure);
        put(tags_place(call), Value(changes.gone), false);
        co_await run_method(call, nullptr);
    }
}

}  // namespace

awaitable<void> save_tags(const CallState& update, Structure& answer, const void* structure, std::uint32_t told) {
    const orm::Model& model = update.model();
    const schema::ShapeRef shape = update.model_shape();
    const schema::Member& member = shape.begin()[model.tags_member];
    const schema::ConstPlace wanted = schema::member_place(shape, member, structure);
    if (schema::presence(wanted) != Presence::present) co_return;
    const schema::Place answered = schema::member_place(shape, member, answer.get());
    const bool in_answer = schema::elements(answered).size() > 0;
    if (print_of(schema::elements(wanted)) == told) {  // they stay, though many updates do not tell them
        if (!in_answer) schema::assign_member(*shape.schema, member, answered.at, wanted.at);
        co_return;
    }
    Structure read;
    const bool was_read = update.method().refresh != api::none;  // then the answer is what `get` gave
    if (!in_answer && !was_read && model.get != api::none) {
        read = Structure(shape);
        CallState get = call_for(update, model.get, model.first_key, model.key_count, structure);
        co_await run_method(get, read.get());
    }
    const schema::ConstRange there = tags_of(model, shape, read ? read.get() : answer.get());
    TagChanges changes = tag_changes(there, schema::elements(wanted));
    Structure saved(shape);
    const schema::Place held = schema::member_place(shape, member, saved.get());
    schema::assign_member(*shape.schema, member, held.at, wanted.at);
    if (told == 0) {
        changes.gone.clear();
        add_others(held, there);
    }
    co_await change_tags(update, changes, structure);
    schema::assign_member(*shape.schema, member, answered.at, held.at);
}

}  // namespace botocraft::detail
