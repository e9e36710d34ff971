#pragma once
// DynamicManager: calls any method of any model by its name, with arguments and models in JSON. For tests that go over all
// models: what users write names types. It hands over what a generated manager hands over, to the same functions.

#include <botocraft/manager.hpp>
#include <botocraft/service.hpp>
#include <botocraft/session.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace botocraft::test {

// A method that no manager shows: it is called besides others. It has the name of its operation.
[[nodiscard]] bool is_hidden(const orm::ServiceTables& service, const orm::Method& method) noexcept;

class DynamicManager : public Manager {
  public:
    DynamicManager(const orm::ServiceTables& service, const Session& session)
        : Manager(service, session), service_(service), session_(session) {}

    // Arguments under the names that the method gives them. `model`: of create and update. `page_size`: of what returns a
    // Query; 0: AWS's own. The result is what the method returns: null, a model, a list of models, or a value; of a method
    // whose reply's body goes to a Sink, `body`. Throws std::invalid_argument where the tables have no such method or argument.
    [[nodiscard]] boost::json::value call(std::string_view model_name, std::string_view method,
                                          const boost::json::object& arguments,
                                          const std::optional<boost::json::value>& model, std::size_t page_size = 0);

    // The arguments by which its manager's `get` finds a model.
    [[nodiscard]] boost::json::object key(std::string_view model_name, const boost::json::value& model) const;

    // What a model does with itself, and the model as it is then. `from_aws`: a manager returned it. `by_hand`: the `save` of
    // a model that is written by hand.
    using Save = awaitable<void> (*)(void* model);
    [[nodiscard]] boost::json::value save(std::string_view model_name, const boost::json::value& model, bool from_aws,
                                          Save by_hand = nullptr);
    [[nodiscard]] boost::json::value remove(std::string_view model_name, const boost::json::value& model);

    // What a relation of a model leads to, in the service `target`: null, a model or a list of models.
    [[nodiscard]] boost::json::value follow(std::string_view model_name, std::string_view relation,
                                            const boost::json::value& model, const orm::ServiceTables& target);

  private:
    [[nodiscard]] std::uint16_t find_model(std::string_view name) const;
    [[nodiscard]] std::uint16_t find_method(std::uint16_t model, std::string_view name) const;

    const orm::ServiceTables& service_;
    Session session_;
};

}  // namespace botocraft::test
