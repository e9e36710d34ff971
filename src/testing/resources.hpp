#pragma once
// Keeps resources of any service by its tables alone: what an operation does follows from which of the managers' methods
// calls it, and from what the tables say of its request and its reply.

#include "orm/structure.hpp"
#include "schema/walk.hpp"
#include "testing/resource_links.hpp"
#include "testing/service_double.hpp"

#include <botocraft/service.hpp>
#include <botocraft/value.hpp>

#include <cstdint>
#include <memory>
#include <optional>
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

    // Creates, reads, lists, changes, deletes or tags, or reads and changes a part that has operations of its own; false
    // for everything else. Throws ModelledError.
    bool carry_out(const api::Operation& operation, const void* in, void* out);
    // Tags, untags and tells the tags of what is kept here; false for everything else.
    bool carry_out_tagging(const api::Operation& operation, const void* in, void* out);
    // Adds a model as it is, or replaces the one with the same key.
    void put(schema::ShapeRef shape, const void* model);

  private:
    struct Record {
        std::uint16_t model = 0;
        std::uint64_t number = 0;
        botocraft::detail::Structure structure;
    };
    struct Request {
        const api::Operation& operation;
        const orm::Method& method;
        std::uint16_t model;
        schema::ShapeRef in_shape;
        const void* in;
        schema::ShapeRef out_shape;
        void* out;
        Links links;
    };
    // What an operation may be, by the methods that call it.
    struct Choices {
        std::vector<Request> creates, changes, removals, reads;
    };

    // --- resources.cpp
    [[nodiscard]] Choices choices(const api::Operation& operation, const void* in, void* out) const;
    [[nodiscard]] Request request(const orm::Method& method, const void* in, void* out) const;
    void create(const Request& request);
    void change(const Request& request);
    void erase(const Request& request);
    void read(const Request& request);
    void list(const Request& request);
    void describe(const Request& request, const Link& key, const Value& keys);
    [[nodiscard]] const orm::Model& model_of(const Request& request) const noexcept;
    [[nodiscard]] schema::ShapeRef shape_of(const orm::Model& model) const noexcept;
    [[nodiscard]] Value said(const Request& request, const Link& link) const;
    [[nodiscard]] Value value_of(const Record& record, const Link& link) const;
    [[nodiscard]] Value value_of(const Record& record, std::uint16_t expression) const;
    [[nodiscard]] bool is_named(const Record& record, const Link& link, const Value& name) const;
    [[nodiscard]] bool is_meant(const Request& request, const Record& record, const Link* but_for) const;
    [[nodiscard]] const Link* name_in(const Request& request) const;
    [[nodiscard]] Record* find(const Request& request, const Link& key, const Value& name);
    [[nodiscard]] Record* find(const Request& request);
    [[nodiscard]] Record* find_arn(std::string_view arn);

    // --- resource_identity.cpp: what new resources are called
    void absorb(const Request& request, Record& record) const;
    void absorb_binding(const Request& request, const orm::Binding& binding, Record& record) const;
    void identify(const Request& request, Record& record);
    void put_made_up(Record& record, std::uint16_t expression, const std::string& name) const;
    void put_next_number(Record& record, std::uint16_t expression) const;
    [[nodiscard]] std::string made_up(std::string_view member, const Record& record, const std::string& name) const;
    [[nodiscard]] std::string arn_of(const Record& record, const std::string& name) const;
    [[nodiscard]] std::string name_for(Record& record);
    [[nodiscard]] bool has_key_of_another(const Record& record) const;
    void stamp(Record& record, std::span<const std::string_view> parts, bool again) const;

    // --- resource_replies.cpp: how they are shown
    void show(const Request& request, const Record& record) const;
    void show_in_list(const Request& request, const Record& record, schema::Place list) const;
    void show_merged(const Request& request, const Record& record) const;
    [[nodiscard]] Value hydration_key(const Request& request, const Record& record) const;
    void missing(const Request& request, const std::string& what) const;
    [[nodiscard]] bool is_of_another(std::uint16_t model, std::string_view name) const;
    [[noreturn]] void refuse(const Request& request, std::span<const std::string_view> like, std::string message,
                             int status = 400) const;
    [[noreturn]] void does_not_exist(const Request& request, const std::string& what) const;

    // --- resource_parts.cpp: what has operations of its own
    bool carry_out_part(const api::Operation& operation, const void* in, void* out);
    [[nodiscard]] Record* find_whole(std::uint16_t model, const orm::Addition& part, std::uint16_t method, const void* in);
    void tell_part(const Record& record, const orm::Addition& part, void* out) const;
    void set_part(Record& record, const orm::Addition& part, std::uint16_t method, const void* in) const;
    void clear_part(Record& record, const orm::Addition& part) const;
    [[nodiscard]] std::vector<Record*> find_tagged(schema::ShapeRef shape, const void* in);

    const orm::ServiceTables& tables_;
    const MethodTables methods_;
    const Environs& environs_;
    std::string region_;
    std::string account_;
    std::string arn_;  // `arn:aws:ecs:us-east-1:123456789012:`
    std::string_view validation_error_;
    std::uint64_t last_number_ = 0;
    std::vector<std::unique_ptr<Record>> records_;  // in the order of their numbers
};

}  // namespace botocraft::testing
