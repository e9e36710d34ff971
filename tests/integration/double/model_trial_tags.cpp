// Tagging the model of a trial, by the operations that the service has for that.
#include "catch.hpp"
#include "model_trial.hpp"
#include "trial_tools.hpp"

#include "orm/expression.hpp"
#include "testing/resource_values.hpp"

#include <algorithm>

namespace botocraft::test {

using detail::CallState;
using detail::Structure;
using schema::Place;

namespace {

constexpr const char* tag_text = "trial";

}  // namespace

// An operation whose name begins like one of these and that says what it is about by a key of the model, or as all do.
std::uint16_t ModelTrial::tagging_operation(std::initializer_list<std::string_view> words, std::uint16_t& named_by) const {
    std::uint16_t found = api::none;
    for (std::uint16_t row = 0; row < service_.operation_count; ++row) {
        const std::string_view called = service_.text(service_.operations[row].name);
        if (std::ranges::none_of(words, [&](std::string_view word) { return called.starts_with(word); })) continue;
        if (called.starts_with("List") && called.find("Tags") == std::string_view::npos) continue;
        if (service_.operations[row].input == api::none) continue;
        const schema::ShapeRef input{service_.schema, service_.operations[row].input};
        for (const schema::Member& member : input) {
            const std::string_view name = service_.schema->name(member);
            bool its_own = false;
            for (std::uint16_t i = 0; i < model().key_count; ++i) {
                const orm::Binding& key = service_.bindings[model().first_key + i];
                its_own = its_own || service_.text(key.name) == name ||
                          service_.text(service_.expressions[key.expression].text) == name;
            }
            const bool any = found == api::none && testing::lower(name).starts_with("resource");
            if (!its_own && !any) continue;
            found = row;
            named_by = static_cast<std::uint16_t>(&member - input.begin());
            if (its_own) return found;
        }
    }
    return found;
}

void ModelTrial::name_tagged(CallState& call, std::uint16_t named_by, const Structure& structure) const {
    const schema::Member& member = call.request.shape().begin()[named_by];
    const bool by_arn = testing::lower(service_.schema->name(member)).ends_with("arn") && model().arn != api::none;
    const std::uint16_t expression = by_arn ? model().arn : service_.bindings[model().first_key].expression;
    detail::put(place_of(call.request, member), evaluate(structure, expression), true);
}

void ModelTrial::send_tags(std::uint16_t operation, std::uint16_t named_by, bool keys, const Structure& structure) {
    CallState call = detail::make_operation_call(service_, operation, session_.state());
    const schema::ShapeRef input = call.request.shape();
    name_tagged(call, named_by, structure);
    for (const schema::Member& member : input) {
        const Place place = place_of(call.request, member);
        if (testing::holds_tags(*service_.schema, member)) {
            testing::write_tags(place, {{tag_key, keys ? "" : tag_text}});
        } else if (testing::lower(service_.schema->name(member)).ends_with("keys")) {
            detail::put(place, Value(tag_key), true);
        }
    }
    const std::uint16_t output = service_.operations[operation].output;
    Structure reply = output == api::none ? Structure() : Structure(schema::ShapeRef{service_.schema, output});
    run_call(call, reply ? reply.get() : nullptr);
}

// The tag's value: of the model, or where that does not tell tags, as the service's own operation tells it.
std::string ModelTrial::tag_value(const Structure& structure, bool& told) {
    const auto value_in = [&](schema::ConstPlace place) {
        told = true;
        for (const auto& [key, value] : testing::read_tags(place)) {
            if (key == tag_key) return value;
        }
        return std::string();
    };
    const Structure now = seen(structure);
    const schema::Member& own = shape().begin()[model().tags_member];
    if (is_present(now, own)) return value_in(place_of(now, own));
    std::uint16_t named_by = 0;
    const std::uint16_t operation = tagging_operation({"List"}, named_by);
    if (operation == api::none) return {};
    CallState call = detail::make_operation_call(service_, operation, session_.state());
    name_tagged(call, named_by, structure);
    Structure reply(schema::ShapeRef{service_.schema, call.operation().output});
    run_call(call, reply.get());
    for (const schema::Member& member : reply.shape()) {
        const bool tags = testing::holds_tags(*service_.schema, member);
        if (tags) return value_in(place_of(reply, member));
    }
    return {};
}

void ModelTrial::tag() {
    std::uint16_t tagged_by = 0, untagged_by = 0;
    const std::uint16_t tags = tagging_operation({"Tag", "CreateTags", "AddTags"}, tagged_by);
    const std::uint16_t untags = tagging_operation({"Untag", "DeleteTags", "RemoveTags"}, untagged_by);
    if (tags == api::none || untags == api::none) return;
    const auto step = [&](std::string_view called, std::uint16_t operation, std::uint16_t named_by, bool removes) {
        try {
            send_tags(operation, named_by, removes, made_.front());
            bool told = false;
            const std::string value = tag_value(made_.front(), told);
            expect(value == (removes ? "" : tag_text), "the tag is `" + value + "`");
            expect(told, "nobody tells the tags");
            const std::uint16_t own = find_method(called);
            if (own != api::none && method(own).operation == operation) verified_.emplace_back(called);
        } catch (const std::exception& error) {
            FAIL_CHECK(service_.name << " " << name() << " " << called << ": " << error.what());
        }
    };
    step("tag", tags, tagged_by, false);
    step("untag", untags, untagged_by, true);
}

}  // namespace botocraft::test
