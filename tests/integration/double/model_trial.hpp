#pragma once
// One model of a service, tried on the double: created, read, listed, changed, tagged and deleted, as its tables say.

#include "orm/call.hpp"
#include "orm/expression.hpp"
#include "orm/structure.hpp"

#include <botocraft/service.hpp>
#include <botocraft/session.hpp>
#include <botocraft/testing/aws_double.hpp>

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::test {

class ModelTrial {
  public:
    // In one of the protocols that the service offers.
    ModelTrial(const orm::ServiceTables& service, std::uint16_t model, Protocol protocol);

    // Checks all that the model has; what fails is a failed check. `unserved`: a method that is not to be tried.
    void run(const std::set<std::string, std::less<>>& unserved);

    // Methods that did what they shall.
    [[nodiscard]] const std::vector<std::string>& verified() const noexcept { return verified_; }
    [[nodiscard]] bool has_methods() const;
    [[nodiscard]] std::string name() const;
    // Calls a method's operation with values made for all that it requires. The code of the error, or nothing.
    std::string call_blindly(std::uint16_t method);
    [[nodiscard]] std::uint16_t find_method(std::string_view name) const;

  private:
    using Structure = detail::Structure;
    static constexpr const char* tag_key = "Stage";

    template <class Step>
    void try_method(std::uint16_t method, Step step);

    Structure put(schema::ShapeRef shape, unsigned number);
    void create_all(unsigned count);
    [[nodiscard]] Structure create(unsigned number);
    [[nodiscard]] Structure get(const Structure& model);
    [[nodiscard]] Structure seen(const Structure& model);
    void get_each();
    void list_all();
    void get_many(std::uint16_t method);
    void update();
    void partial_update(std::uint16_t method);
    void tag();
    void remove();

    [[nodiscard]] detail::CallState list_call();
    [[nodiscard]] std::vector<Structure> read_list(std::size_t page_size, std::size_t& pages);
    [[nodiscard]] std::string key_of(const Structure& model) const;
    [[nodiscard]] Value::List keys_of_all() const;
    [[nodiscard]] Value evaluate(const Structure& model, std::uint16_t expression) const;
    [[nodiscard]] detail::Scope scope_of(const Structure& model) const;
    [[nodiscard]] Value value_for(const orm::Method& method, std::string_view argument, const Structure& model) const;
    [[nodiscard]] bool is_shared(const schema::Member& member) const;
    [[nodiscard]] bool is_taken(const schema::Member& member, std::uint16_t method) const;
    [[nodiscard]] bool is_key(std::string_view argument) const;
    [[nodiscard]] bool is_bound(const orm::Binding& binding, std::string_view member) const;
    [[nodiscard]] bool is_taken_besides(const schema::Member& member, std::uint16_t method) const;
    [[nodiscard]] bool is_told(const schema::Member& member) const;
    [[nodiscard]] bool is_argument(const schema::Member& member, std::uint16_t method) const;
    [[nodiscard]] const schema::Member* changeable() const;
    [[nodiscard]] std::uint16_t tagging_operation(std::initializer_list<std::string_view> words,
                                                  std::uint16_t& named_by) const;
    void name_tagged(detail::CallState& call, std::uint16_t named_by, const Structure& model) const;
    void send_tags(std::uint16_t operation, std::uint16_t named_by, bool keys, const Structure& model);
    [[nodiscard]] std::string tag_value(const Structure& model, bool& told);
    [[nodiscard]] bool tells_whole(std::uint16_t method) const;
    void compare(const Structure& given, const Structure& got, bool some, bool whole);
    void run_call(detail::CallState& call, void* result);

    [[nodiscard]] const orm::Model& model() const noexcept { return service_.models[row_]; }
    [[nodiscard]] const orm::Method& method(std::uint16_t row) const noexcept { return service_.methods[row]; }
    [[nodiscard]] schema::ShapeRef shape() const noexcept { return {service_.schema, model().shape}; }

    const orm::ServiceTables& service_;
    std::uint16_t row_;
    testing::AwsDouble aws_;
    Session session_;
    std::set<std::string, std::less<>> unserved_;
    std::vector<Structure> given_;  // what AWS was told to create
    std::vector<Structure> made_;   // and what it said then
    std::vector<std::string> verified_;
};

}  // namespace botocraft::test
