#pragma once
// Looks up everything that an overlay says in the API facts and makes the plan of a service of it. Mistakes are collected.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "overlay.hpp"
#include "plan.hpp"

namespace botocraft::gen {

// What an expression yields.
struct Value {
    schema::Kind kind = schema::Kind::string;
    plan::Row target = plan::none;
    bool many = false;  // a projection: any number of them
};

// The plan of another service that has models, with its methods; else null.
using OtherServices = std::function<const plan::Service*(const std::string& service)>;

class Resolver {
  public:
    Resolver(const Api& facts, const overlay::Overlay& overlay, Problems& problems);

    // First shapes, operations, models and methods ...
    void resolve_methods();
    // ... then what leads from one model to another.
    void resolve_relations(const OtherServices& others);

    [[nodiscard]] plan::Service& service() noexcept { return plan_; }

  private:
    using Row = plan::Row;

    // What names in an expression refer to.
    struct Scope {
        const plan::Shape* shape = nullptr;     // the model, or the response
        const plan::Shape* second = nullptr;    // where a path is looked up that `shape` does not have
        const plan::Model* model = nullptr;     // its properties and relations
        const plan::Method* method = nullptr;   // its arguments
        const plan::Shape* request = nullptr;   // the structure whose members these arguments are
    };

    // resolve_shapes.cpp
    void shapes();
    void enumerations();
    void name_structures();
    void structure(ShapeIndex shape);
    plan::Member member(const Member& from, const Shape& parent, const std::string& class_name);
    void set_type(plan::Member& to, const Reference& from, bool nullable);
    Row container(const Shape& shape);
    Row row_of_reference(const Reference& reference);
    void extend(const overlay::Model& from, Row row);
    void extra_field(const overlay::Field& field, plan::Shape& shape);
    void find_tags();
    void check_names();
    void percent_encoded();
    void choose_headers();
    void mark(Row row, plan::Header header);

    // resolve_operations.cpp
    void operations();
    plan::Operation operation(const Operation& from);
    void endpoint_parameters(const Operation& from, plan::Operation& to);
    void checksum(const Operation& from, plan::Operation& to) const;
    [[nodiscard]] plan::Row event_member(const Body& body) const;
    void check_input_path(const Operation& from, const std::string& text) const;
    [[nodiscard]] bool speaks(std::string_view protocol) const noexcept;
    void xml_root(const Shape& from, plan::Shape& to) const;
    void xml_root(const Body& from, plan::Shape& to) const;
    void bind_outputs();
    void page(plan::Operation& operation, const Paginator* paginator, const overlay::Paging* paging);

    // resolve_paths.cpp
    [[nodiscard]] const plan::Member* keyed(const plan::Shape& shape) const;
    std::optional<Value> path(std::string_view text, const plan::Shape& shape, std::string& problem) const;
    std::optional<Value> expression(const overlay::Expression& from, const Scope& scope);
    std::optional<Value> path_in(std::string_view text, const Scope& scope, std::size_t line);
    std::optional<Value> value_of_json(const boost::json::value& value) const;
    std::optional<Value> value_of_argument(const overlay::Expression& from, const Scope& scope);
    std::optional<Value> value_of_pair(const overlay::Expression& from, const Scope& scope);
    std::optional<Value> value_of_tags(const overlay::Expression& from, const Scope& scope);
    std::optional<Value> value_of_relation(const overlay::Expression& from, const Scope& scope);
    void check_format(const overlay::Expression& from, const Scope& scope);
    void check_pattern(const overlay::Expression& from);
    Row expression_row(const overlay::Expression& from);
    // The same where arguments of a call may be meant: what they are called in its request.
    Row expression_row(const overlay::Expression& from, const Scope& scope);
    [[nodiscard]] Value of(const plan::Member& member) const noexcept { return {member.kind, member.target, false}; }
    [[nodiscard]] std::string describe(const Value& value) const;
    [[nodiscard]] bool fits(const Value& value, const Value& wanted) const;
    [[nodiscard]] Value wanted_by(const plan::Argument& argument, const plan::Shape* request) const;
    std::optional<Value> value_unless(const overlay::Expression& from, const Scope& scope);
    const plan::Member* member_at(std::string_view path, const plan::Shape& shape) const;
    void check_texts(const plan::Member* member, std::string_view texts, std::size_t line);
    void check_enumeration(const boost::json::value& value, const plan::Member& member, const Api& facts, std::size_t line);
    void check_json(const boost::json::value& value, const plan::Member& member, std::size_t line);

    // resolve_methods.cpp
    void checks();
    void methods();
    void method(const overlay::Method& from, const overlay::Model& model, Row model_row);
    [[nodiscard]] std::string query_code(std::string_view name, const std::vector<std::string>& codes) const;
    std::string missing_codes(const std::vector<std::string>& codes, std::size_t line);
    void chunk(const overlay::Method& from, plan::Method& to);
    void says_region(const overlay::Method& from, plan::Method& to);
    void stream(const overlay::Method& from, plan::Method& to);

    // resolve_arguments.cpp
    void arguments(const overlay::Method& from, plan::Method& to);
    void argument(const overlay::Argument* from, Row member, plan::Method& to);
    void set_argument_type(const plan::Member& shown, plan::Argument& to) const;  // how such a member is handed over
    void from_model(const overlay::Method& from, plan::Method& to, const overlay::Model& model);
    void defaults_of_fields(const overlay::Model& model, plan::Method& to);
    static void order_arguments(plan::Method& to);
    [[nodiscard]] Row inner_member(std::string_view name, const plan::Shape& request) const;  // of `a.b`: b; none for others

    // resolve_results.cpp
    void result(const overlay::Method& from, plan::Method& to);
    void events(const overlay::Method& from, plan::Method& to);
    std::optional<std::string> infer_result(const overlay::Method& from, const plan::Method& to) const;
    void result_of(const Value& value, plan::Method& to);
    void result_of(const Value& value, const overlay::Method& from, plan::Method& to);
    [[nodiscard]] const plan::Model& returned(const plan::Method& method) const;
    void failures(const overlay::Method& from, plan::Method& to);
    void merge(const overlay::Method& from, plan::Method& to);
    std::vector<plan::Binding> merges(const std::vector<overlay::Binding>& from, const plan::Shape& model, const Scope& scope);
    void url_encoded(const overlay::Method& from, plan::Method& to);

    // resolve_calls.cpp
    void for_each(const overlay::Method& from, plan::Method& to);
    void each(const overlay::Method& from, plan::Method& to);
    void hydrate(const overlay::Method& from, plan::Method& to);
    void then(const overlay::Method& from, plan::Method& to);
    void scan(const overlay::Method& from, plan::Method& to);
    void also(const overlay::Method& from, Row to);
    void and_then(const overlay::Method& from, Row to);
    Row emptied(const overlay::Also& step, Row model);
    plan::Method addition(const overlay::Also& from, Row operation, Row model);

    // resolve_client.cpp
    void client();

    // resolve_models.cpp
    void models();
    void keys(const overlay::Model& from, plan::Model& to);
    void properties(const overlay::Model& from, plan::Model& to);
    void relation(const overlay::Relation& from, plan::Model& to, const OtherServices& others);
    void proxy(const overlay::Proxy& from, plan::Model& to);
    void wait(const overlay::Wait& from, plan::Model& to);
    void removal(const overlay::Model& from, plan::Model& to);
    void tagging(const overlay::Model& from, plan::Model& to);
    Row tag_call(const overlay::TagCall& from, plan::Model& to, std::vector<plan::Binding>& binding);

    // resolve_by_hand.cpp
    void by_hand(const overlay::Model& from, plan::Model& to, const OtherServices& others);
    plan::ByHand by_hand_function(const overlay::ByHand& from, const plan::Model& model, const OtherServices& others);
    std::string by_hand_type(const std::string& name, std::string_view word, const overlay::ByHand& from, plan::ByHand& to,
                             const OtherServices& others);
    std::string by_hand_result(const overlay::ByHand& from, plan::ByHand& to, const OtherServices& others);
    plan::ByHand::Parameter by_hand_parameter(const std::string& name, const std::string& type, const overlay::ByHand& from,
                                              plan::ByHand& to, const OtherServices& others);
    void by_hand_arguments(const overlay::ByHand& from, const plan::Model& model, plan::ByHand& to);

    // resolve_models.cpp
    void check_member_names(const overlay::Model& from, const plan::Model& to);
    void read_only_members(plan::Model& model);
    std::vector<plan::Binding> bind(const std::vector<overlay::Binding>& from, const plan::Method& target,
                                    const plan::Service& service, const Scope& scope, std::size_t line,
                                    const std::string& what, bool all_required);
    [[nodiscard]] Row model_row(std::string_view name) const;
    [[nodiscard]] const plan::Shape& shape_of(const plan::Model& model) const { return plan_.shapes[model.shape]; }
    [[nodiscard]] Scope scope_of(const plan::Model& model) const { return {&shape_of(model), nullptr, &model, nullptr, nullptr}; }
    std::vector<std::string> model_names() const;

    const Api& facts_;
    const overlay::Overlay& overlay_;
    Problems& problems_;
    plan::Service plan_;
    std::map<ShapeIndex, Row> rows_;
    std::map<std::string, Row> containers_;
    std::map<std::string, std::string> renames_;  // structure of AWS -> its name here
};

// A tag: exactly a key and a value.
[[nodiscard]] bool is_tag(const plan::Shape& shape);

[[nodiscard]] bool takes_model(const plan::Method& method) noexcept;
[[nodiscard]] orm::ArgumentType argument_type(const plan::Member& member, const std::vector<plan::Shape>& shapes) noexcept;

// Names of structures' members, for messages.
[[nodiscard]] std::vector<std::string_view> names_of(const plan::Shape& shape);

}  // namespace botocraft::gen
