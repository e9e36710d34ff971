#pragma once
// Keeps resources of any service by its tables alone: what an operation of a manager does follows from which of the
// manager's methods calls it.

#include "orm/structure.hpp"
#include "schema/walk.hpp"
#include "testing/service_double.hpp"

#include <botocraft/service.hpp>
#include <botocraft/value.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::testing {

// The resources of one service in one account and region.
class Resources {
  public:
    Resources(const orm::ServiceTables& tables, const Environs& environs, const Caller& where,
              std::string_view validation_error);

    // Creates, reads, lists, changes or deletes; false where no method of a manager calls the operation. Throws
    // ModelledError.
    bool carry_out(const api::Operation& operation, const void* in, void* out);
    // TagResource, UntagResource and ListTagsForResource of what is kept here; false for everything else.
    bool carry_out_tagging(const api::Operation& operation, const void* in, void* out);
    // Adds a model as it is, or replaces the one with the same key.
    void put(schema::ShapeRef shape, const void* model);

  private:
    struct Record {
        std::uint16_t model = 0;
        std::uint64_t number = 0;
        botocraft::detail::Structure structure;
    };
    // A member of a request, and what it says of the model: an expression, or the member of the same name.
    struct Link {
        const schema::Member* member = nullptr;
        std::uint16_t expression = api::none;
        bool names_one = false;  // it tells which one is meant, and does not only narrow the choice
    };
    using Links = std::vector<Link>;
    struct Request {
        const api::Operation& operation;
        const orm::Method& method;
        schema::ShapeRef in_shape;
        const void* in;
        schema::ShapeRef out_shape;
        void* out;
    };

    void create(const Request& request);
    void change(const Request& request);
    void erase(const Request& request);
    void read(const Request& request);
    void list(const Request& request, const Links& links);
    void describe(const Request& request, const Links& links, const Link& key, const Value& keys);

    [[nodiscard]] const orm::Model& model_of(const Request& request) const noexcept;
    [[nodiscard]] schema::ShapeRef shape_of(const orm::Model& model) const noexcept;
    [[nodiscard]] Links links_of(const Request& request) const;
    [[nodiscard]] std::string_view main_key(const orm::Model& model) const;
    void link_arguments(const Request& request, std::uint16_t first, std::uint16_t count, std::uint16_t method,
                        Links& links) const;
    void link_model(const Request& request, Links& links) const;
    void link_names(const Request& request, Links& links) const;
    [[nodiscard]] Value said(const Request& request, const Link& link) const;
    [[nodiscard]] Value value_of(const Record& record, const Link& link) const;
    [[nodiscard]] Value value_of(const Record& record, std::uint16_t expression) const;
    [[nodiscard]] bool is_named(const Record& record, const Link& link, const Value& name) const;
    [[nodiscard]] bool is_meant(const Request& request, const Record& record, const Links& links,
                                const Link* but_for) const;
    [[nodiscard]] Record* find(const Request& request);
    [[nodiscard]] Record* find_arn(std::string_view arn);

    void identify(const Request& request, Record& record);
    void put_missing(Record& record, std::uint16_t expression, const std::string& text) const;
    [[nodiscard]] std::string name_for(const Request& request, Record& record);
    void stamp(Record& record, std::string_view first, std::string_view second) const;
    void show(const Request& request, const Record& record) const;
    void show_in_list(const Request& request, const Record& record, schema::Place list) const;
    void show_merged(const Request& request, const Record& record) const;

    [[noreturn]] void refuse(const Request& request, std::span<const std::string_view> like, std::string message) const;
    [[noreturn]] void does_not_exist(const Request& request, const std::string& what) const;

    const orm::ServiceTables& tables_;
    const Environs& environs_;
    std::string region_;
    std::string arn_;  // `arn:aws:ecs:us-east-1:123456789012:`
    std::string_view validation_error_;
    std::uint64_t last_number_ = 0;
    std::vector<std::unique_ptr<Record>> records_;  // in the order of their numbers
};

}  // namespace botocraft::testing
