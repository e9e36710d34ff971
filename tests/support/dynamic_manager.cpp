#include "support/dynamic_manager.hpp"

#include "support/await.hpp"
#include "orm/call.hpp"
#include "orm/expression.hpp"
#include "orm/model_state.hpp"
#include "orm/owned_list.hpp"
#include "schema/path.hpp"

#include <botocraft/json.hpp>
#include <botocraft/streams.hpp>
#include <botocraft/views.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <new>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace botocraft::test {

namespace {

namespace json = boost::json;
using detail::RawList;
using detail::Structure;
using orm::Argument;
using orm::ArgumentType;
using schema::Kind;
using schema::Place;

json::value parsed(const std::string& text) { return json::parse(text); }

[[noreturn]] void unknown(std::string_view what, std::string_view name) {
    throw std::invalid_argument(std::string(what) + " `" + std::string(name) + "` is unknown");
}

bool is_set(const Argument& argument, std::uint8_t flag) noexcept { return (argument.flags & flag) != 0; }

// --- arguments -------------------------------------------------------------------------------------------------------

// Calls f(std::type_identity<T>) with the type by which an argument that is present is handed over; a view says by itself
// that it is absent, anything else is then an std::optional.
template <class F>
void with_view(ArgumentType type, F&& f) {
    switch (type) {
        case ArgumentType::text: return f(std::type_identity<std::string_view>{});
        case ArgumentType::texts: return f(std::type_identity<Texts>{});
        case ArgumentType::boolean: return f(std::type_identity<bool>{});
        case ArgumentType::integer: return f(std::type_identity<std::int32_t>{});
        case ArgumentType::long_: return f(std::type_identity<std::int64_t>{});
        case ArgumentType::float_: return f(std::type_identity<float>{});
        case ArgumentType::double_: return f(std::type_identity<double>{});
        case ArgumentType::timestamp: return f(std::type_identity<timestamp>{});
        case ArgumentType::structures: return f(std::type_identity<detail::RawViews>{});
        case ArgumentType::blob: return f(std::type_identity<std::span<const std::byte>>{});
        default: return f(std::type_identity<detail::RawView>{});
    }
}
template <class T>
constexpr bool views = std::is_same_v<T, Texts> || std::is_same_v<T, detail::RawViews> || std::is_same_v<T, detail::RawView>;

// What a generated function has on its stack: the positional arguments, one by one, and the aggregate of the others.
class Arguments {
  public:
    Arguments(const orm::ServiceTables& service, const orm::Method& method, const json::object& given)
        : service_(service), rows_(service.arguments + method.first_argument, method.argument_count) {
        for (const auto& one : given) {
            const auto has_name = [&](const Argument& row) { return service.text(row.name) == one.key(); };
            if (std::ranges::none_of(rows_, has_name)) unknown("argument", one.key());
        }
        read(service.operations[method.operation].input, given);
        lay_out();
        for (const Argument& row : rows_) {
            if (const json::value* const value = given.if_contains(service.text(row.name))) put(row, *value);
        }
    }

    [[nodiscard]] std::span<const void* const> positional() const noexcept { return positional_; }
    [[nodiscard]] const void* named() const noexcept { return named_.empty() ? nullptr : named_.data(); }
    [[nodiscard]] const std::optional<std::string>& body() const noexcept { return body_; }

  private:
    // A request that holds what the views look at.
    void read(std::uint16_t input, const json::object& given) {
        if (input == api::none) return;
        held_ = Structure(schema::ShapeRef{service_.schema, input});
        json::object request;
        for (const Argument& row : rows_) {
            const json::value* const value = given.if_contains(service_.text(row.name));
            if (!value || row.member == api::none || row.type == ArgumentType::source) continue;
            const schema::Member& member = held_.shape().begin()[row.member];
            const std::string_view name = service_.schema->name(member);
            if (row.inner == api::none) {
                request[name] = is_set(row, orm::argument_flag::wrap) ? json::value(json::array{*value}) : *value;
                continue;
            }
            json::value& outer = request[name];
            const bool in_list = member.kind == Kind::list;
            if (in_list && outer.is_null()) outer = json::array{json::object{}};
            if (!in_list && outer.is_null()) outer = json::object{};
            json::object& inside = in_list ? outer.as_array()[0].as_object() : outer.as_object();
            inside[service_.schema->name(inner_row(row))] = *value;
        }
        detail::from_json(held_.shape(), json::serialize(request), held_.get());
    }

    [[nodiscard]] schema::ShapeRef inner_shape(const Argument& row) const {
        const schema::Member& member = held_.shape().begin()[row.member];
        const schema::Member& leaf = member.kind == Kind::list ? schema::element_row(*service_.schema, member) : member;
        return {service_.schema, leaf.target};
    }
    [[nodiscard]] const schema::Member& inner_row(const Argument& row) const { return inner_shape(row).begin()[row.inner]; }

    [[nodiscard]] Place place_of(const Argument& row) {
        const schema::ShapeRef shape = held_.shape();
        Place place = schema::member_place(shape, shape.begin()[row.member], held_.get());
        if (row.inner != api::none) {
            const Place outer = place.kind() == Kind::list ? Place(schema::elements(place)[0]) : place;
            place = schema::member_place(inner_shape(row), inner_row(row), schema::structure(outer));
        }
        return is_set(row, orm::argument_flag::wrap) ? Place(schema::elements(place)[0]) : place;
    }

    // Every named argument absent, every positional one a null pointer.
    void lay_out() {
        std::size_t size = 0;
        for (const Argument& row : rows_) {
            if (is_set(row, orm::argument_flag::positional)) {
                positional_.resize(std::max<std::size_t>(positional_.size(), row.offset + std::size_t{1}));
            } else {
                size = std::max<std::size_t>(size, row.offset + sizeof(std::max_align_t) * 4);
            }
        }
        named_.resize((size + sizeof(std::max_align_t) - 1) / sizeof(std::max_align_t));
        for (const Argument& row : rows_) {
            if (is_set(row, orm::argument_flag::positional)) continue;
            with_view(row.type, [&]<class T>(std::type_identity<T>) {
                using Stored = std::conditional_t<views<T>, T, std::optional<T>>;
                ::new (room(row)) Stored{};
            });
        }
    }
    [[nodiscard]] void* room(const Argument& row) noexcept {
        return schema::offset(static_cast<void*>(named_.data()), row.offset);
    }

    template <class T>
    void hand_over(const Argument& row, const T& view) {
        if (!is_set(row, orm::argument_flag::positional)) {
            using Stored = std::conditional_t<views<T>, T, std::optional<T>>;
            *static_cast<Stored*>(room(row)) = view;
            return;
        }
        alignas(std::max_align_t) auto& kept = kept_.emplace_back();
        static_assert(sizeof(T) <= sizeof(kept.bytes) && std::is_trivially_destructible_v<T>);
        positional_[row.offset] = ::new (kept.bytes) T(view);
    }

    void put(const Argument& row, const json::value& value) {
        if (row.type == ArgumentType::source) {
            source_.emplace(Source::of(std::string(value.as_string())));
            positional_[row.offset] = &*source_;
        } else if (row.type == ArgumentType::sink) {
            sink_.emplace(Sink::into(body_.emplace()));
            positional_[row.offset] = &*sink_;
        } else if (row.member == api::none) {
            put_keys(row, value);
        } else {
            put(row, place_of(row));
        }
    }

    void put_keys(const Argument& row, const json::value& value) {
        const auto* const several = value.if_array();
        const std::size_t first = texts_.size();
        if (several) {
            std::vector<std::string> all;
            for (const json::value& one : *several) all.emplace_back(one.as_string());
            lists_.push_back(std::move(all));
            return hand_over(row, Texts(lists_.back()));
        }
        texts_.emplace_back(value.as_string());
        hand_over(row, std::string_view(texts_[first]));
    }

    void put(const Argument& row, Place place) {
        const auto list = [&]() -> const RawList& { return schema::as<RawList>(static_cast<const void*>(place.at)); };
        switch (row.type) {
            case ArgumentType::text: return hand_over(row, std::string_view(schema::scalar<std::string>(place)));
            case ArgumentType::boolean: return hand_over(row, schema::scalar<bool>(place));
            case ArgumentType::integer: return hand_over(row, schema::scalar<std::int32_t>(place));
            case ArgumentType::long_: return hand_over(row, schema::scalar<std::int64_t>(place));
            case ArgumentType::float_: return hand_over(row, schema::scalar<float>(place));
            case ArgumentType::double_: return hand_over(row, schema::scalar<double>(place));
            case ArgumentType::timestamp: return hand_over(row, schema::scalar<timestamp>(place));
            case ArgumentType::blob: return hand_over(row, std::span<const std::byte>(schema::scalar<blob>(place)));
            case ArgumentType::texts:
                return hand_over(row, Texts(std::span(static_cast<const std::string*>(list().data), list().size)));
            case ArgumentType::structures: return hand_over(row, detail::RawViews{list().data, list().size, true});
            case ArgumentType::structure: return hand_over(row, detail::RawView{schema::structure(place)});
            default: return hand_over(row, detail::RawView{place.at});
        }
    }

    struct Kept {
        alignas(std::max_align_t) std::byte bytes[64];
    };

    const orm::ServiceTables& service_;
    std::span<const Argument> rows_;
    Structure held_;
    std::vector<const void*> positional_;
    std::vector<std::max_align_t> named_;
    std::deque<Kept> kept_;
    std::deque<std::string> texts_;
    std::deque<std::vector<std::string>> lists_;
    std::optional<Source> source_;
    std::optional<Sink> sink_;
    std::optional<std::string> body_;
};

// --- results ---------------------------------------------------------------------------------------------------------

Structure structure_of(schema::ShapeRef shape, const json::value& value) {
    Structure structure(shape);
    detail::from_json(shape, json::serialize(value), structure.get());
    return structure;
}

class DynamicQuery : public detail::QueryBase {
  public:
    using QueryBase::QueryBase;
    void read(std::size_t page_size, RawList& all) {
        if (page_size != 0) set_page_size(page_size);
        await(collect(plan(), all));
    }
};

// The row at the end of a path through structures and lists; null where the path leads to none.
const schema::Member* row_at(schema::ShapeRef shape, std::string_view path) {
    const schema::Member* row = nullptr;
    while (!path.empty()) {
        const auto dot = path.find('.');
        std::string_view name = path.substr(0, dot);
        path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
        name = name.substr(0, name.find('['));
        const auto found = std::ranges::find_if(shape, [&](const schema::Member& m) { return shape.schema->name(m) == name; });
        if (found == shape.end()) return nullptr;
        row = found;
        const schema::Member* leaf = row;
        while (schema::is_container(leaf->kind)) leaf = &schema::element_row(*shape.schema, *leaf);
        if (leaf->kind == Kind::structure) shape = shape.target(*leaf);
    }
    return row;
}

// Of what a method returns a list: models, structures of the response, or texts.
schema::TypeRef element_of(const detail::CallState& call) {
    const orm::Method& method = call.method();
    const bool of_keys = method.hydrate != api::none || method.each_method != api::none;
    if (method.result_kind == orm::ResultKind::values && !of_keys) {
        const schema::ShapeRef response{call.service->schema, call.operation().output};
        const schema::Member* const row = row_at(response, call.service->text(method.result));
        if (row && row->kind == Kind::list) return schema::element_type(*call.service->schema, *row);
    }
    return call.result_type();
}

json::value json_of(detail::OwnedList& list) {
    json::array all;
    for (std::uint32_t i = 0; i < list.size(); ++i) {
        if (list.element().leaf == Kind::structure && list.element().nest == 0) {
            all.push_back(parsed(detail::to_json(schema::leaf_shape(list.element()), list.at(i))));
        } else {
            all.emplace_back(schema::as<std::string>(list.at(i)));
        }
    }
    return all;
}

json::value run_query(detail::Call call, std::size_t page_size) {
    detail::OwnedList list(element_of(call.state()));
    DynamicQuery(std::move(call), list.element()).read(page_size, list.raw());
    return json_of(list);
}

json::value run_list(detail::Call call) {
    detail::OwnedList list(element_of(call.state()));
    await(detail::run(call, &list.raw()));
    return json_of(list);
}

// A model that a call makes.
struct MadeModel {
    explicit MadeModel(schema::ShapeRef of) noexcept : shape(of) {}
    MadeModel(const MadeModel&) = delete;
    MadeModel& operator=(const MadeModel&) = delete;
    ~MadeModel() {
        if (model) detail::structure_delete(model, shape);
    }

    schema::ShapeRef shape;
    void* model = nullptr;
};

json::value run_model(detail::Call call) {
    MadeModel made(call.state().result_shape());
    await(detail::run_one(call, made.model));
    const std::string text = detail::to_json(made.shape, made.model);
    const Structure again = structure_of(made.shape, parsed(text));
    const std::string twice = detail::to_json(made.shape, again.get());
    if (twice != text) throw std::logic_error("from_json reads what to_json wrote as another model: " + text + " and " + twice);
    return parsed(text);
}

// A member of the response, or all of it. It is received where it lies in an empty response, which JSON can be made of.
json::value run_value(detail::Call call) {
    const orm::ServiceTables& service = *call.state().service;
    Structure response(schema::ShapeRef{service.schema, call.state().operation().output});
    const std::string path(service.text(call.state().method().result));
    if (path.empty()) {
        await(detail::run(call, response.get()));
        return parsed(detail::to_json(response.shape(), response.get()));
    }
    schema::ShapeRef shape = response.shape();
    void* structure = response.get();
    std::optional<Place> place;
    std::vector<std::string> names;
    for (std::size_t begin = 0; begin < path.size();) {
        const std::size_t end = std::min(path.find('.', begin), path.size());
        names.push_back(path.substr(begin, end - begin));
        begin = end + 1;
        const schema::Member* const row = row_at(shape, names.back());
        if (!row) unknown("result", path);
        place = schema::member_place(shape, *row, structure);
        if (place->kind() != Kind::structure) continue;
        structure = schema::make_structure(*place);
        shape = place->target();
    }
    if (place->kind() == Kind::structure) {
        await(detail::run(call, structure));
    } else if (schema::is_container(place->kind())) {
        await(detail::run(call, place->at));
    } else {
        schema::with_scalar(place->kind(), [&]<class T>(std::type_identity<T>) {
            await(detail::run(call, &schema::make_scalar<T>(*place)));
        });
    }
    json::value value = parsed(detail::to_json(response.shape(), response.get()));
    for (const std::string& name : names) {
        const json::value* const inside = value.if_object() ? value.get_object().if_contains(name) : nullptr;
        if (!inside) return nullptr;
        value = json::value(*inside);
    }
    return value;
}

json::value run(detail::Call call, std::size_t page_size) {
    const orm::Method& method = call.state().method();
    if (method.kind == orm::MethodKind::list) return run_query(std::move(call), page_size);
    switch (method.result_kind) {
        case orm::ResultKind::nothing: await(detail::run_for_nothing(std::move(call))); return nullptr;
        case orm::ResultKind::model: return run_model(std::move(call));
        case orm::ResultKind::value: return run_value(std::move(call));
        default: return run_list(std::move(call));
    }
}

}  // namespace

bool is_hidden(const orm::ServiceTables& service, const orm::Method& method) noexcept {
    const std::string_view name = service.text(method.name);
    return !name.empty() && name.front() >= 'A' && name.front() <= 'Z';
}

std::uint16_t DynamicManager::find_model(std::string_view name) const {
    for (std::uint16_t i = 0; i < service_.model_count; ++i) {
        if (schema::ShapeRef{service_.schema, service_.models[i].shape}.name() == name) return i;
    }
    unknown("model", name);
}

std::uint16_t DynamicManager::find_method(std::uint16_t model, std::string_view name) const {
    for (std::uint16_t i = 0; i < service_.method_count; ++i) {
        const orm::Method& method = service_.methods[i];
        if (method.model == model && !is_hidden(service_, method) && service_.text(method.name) == name) return i;
    }
    unknown("method", name);
}

json::value DynamicManager::call(std::string_view model_name, std::string_view method_name, const json::object& arguments,
                                 const std::optional<json::value>& model, std::size_t page_size) {
    const std::uint16_t model_row = find_model(model_name);
    const std::uint16_t row = find_method(model_row, method_name);
    const orm::Method& method = service_.methods[row];
    const Arguments handed(service_, method, arguments);
    const bool takes_model = method.kind == orm::MethodKind::create || method.kind == orm::MethodKind::update;
    const json::value given = model.value_or(json::object{});
    const Structure structure = structure_of({service_.schema, service_.models[model_row].shape}, given);
    json::value result = run(takes_model ? bind_model(row, structure.get(), handed.positional(), handed.named())
                                         : bind(row, handed.positional(), handed.named()),
                             page_size);
    if (handed.body()) result.emplace_object() = {{"body", *handed.body()}};
    return result;
}

json::object DynamicManager::key(std::string_view model_name, const json::value& model) const {
    const std::uint16_t row = find_model(model_name);
    const Structure structure = structure_of({service_.schema, service_.models[row].shape}, model);
    const Key key = detail::key(service_, row, structure.get());
    json::object parts;
    for (const auto& [name, value] : key.parts()) parts[name] = value;
    return parts;
}

json::value DynamicManager::save(std::string_view model_name, const json::value& model, bool from_aws, Save by_hand) {
    const std::uint16_t row = find_model(model_name);
    const orm::Model& tables = service_.models[row];
    Structure structure = structure_of({service_.schema, tables.shape}, model);
    auto& state = schema::as<ModelState>(schema::offset(structure.get(), tables.state_offset));
    // As if AWS had told other tags: what differs is known by a look at it.
    detail::ModelAccess::came_from_aws(state, session_.state(), 1);
    if (!from_aws) detail::ModelAccess::left_aws(state);
    await(by_hand ? by_hand(structure.get()) : detail::save(service_, row, structure.get()));
    return parsed(detail::to_json(structure.shape(), structure.get()));
}

json::value DynamicManager::remove(std::string_view model_name, const json::value& model) {
    const std::uint16_t row = find_model(model_name);
    const orm::Model& tables = service_.models[row];
    Structure structure = structure_of({service_.schema, tables.shape}, model);
    auto& state = schema::as<ModelState>(schema::offset(structure.get(), tables.state_offset));
    detail::ModelAccess::came_from_aws(state, session_.state(), 0);
    await(detail::remove(service_, row, structure.get()));
    return parsed(detail::to_json(structure.shape(), structure.get()));
}

json::value DynamicManager::follow(std::string_view model_name, std::string_view relation, const json::value& model,
                                   const orm::ServiceTables& target) {
    const orm::Model& tables = service_.models[find_model(model_name)];
    Structure structure = structure_of({service_.schema, tables.shape}, model);
    auto& state = schema::as<ModelState>(schema::offset(structure.get(), tables.state_offset));
    detail::ModelAccess::came_from_aws(state, session_.state(), 0);
    for (std::uint16_t i = 0; i < tables.relation_count; ++i) {
        const auto row = static_cast<std::uint16_t>(tables.first_relation + i);
        const orm::Relation& found = service_.relations[row];
        if (service_.text(found.name) != relation) continue;
        detail::RelatedCall call = detail::related(service_, row, structure.get(), target);
        const orm::Method& method = target.methods[found.method];
        const std::uint16_t shape = method.result_shape == api::none ? target.models[method.model].shape : method.result_shape;
        if (found.many) {
            detail::OwnedList list({target.schema, shape, Kind::structure, 0});
            DynamicQuery(std::move(call), list.element()).read(0, list.raw());
            return json_of(list);
        }
        Structure result(schema::ShapeRef{target.schema, shape});
        if (!await(detail::run_related(call, result.get()))) return nullptr;
        return parsed(detail::to_json(result.shape(), result.get()));
    }
    unknown("relation", relation);
}

}  // namespace botocraft::test
