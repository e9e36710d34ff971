#pragma once
// The C++ of a service: one function for each kind of file.

#include <string>
#include <string_view>

#include "plan.hpp"

namespace botocraft::gen {

// The beginning of every generated file: what it is made from.
[[nodiscard]] std::string emit_banner(const plan::Service& service, std::string_view what);

// A comment in lines of at most 120 columns.
[[nodiscard]] std::string emit_comment(std::string_view indent, std::string_view text);

// `before type name(parameters)after`, in several lines where one is too long.
[[nodiscard]] std::string emit_line(std::string_view before, const std::string& type, const std::string& name,
                                    const std::string& parameters, std::string_view after);

// The function that follows a relation. A template, so that only a file that calls it must know the type that it leads to,
// and compiles its coroutine; and only a program that calls it needs the tables of the other service, if it leads to one.
[[nodiscard]] std::string emit_relation(const plan::Model& model, const std::string& type, const plan::Relation& relation,
                                        plan::Row row, bool define);

// What waits for a model: declared in its structure, defined with its manager.
[[nodiscard]] std::string emit_waits(const plan::Service& service, const plan::Model& model, bool define);
// The proxies of a model: declared in its structure, defined with its manager.
[[nodiscard]] std::string emit_proxies(const plan::Service& service, const plan::Model& model, bool define);

// The functions of a model (or of its manager) that are written by hand: declared here. What is defined here are those that
// leave out what may be left out.
[[nodiscard]] std::string declare_by_hand(const plan::Model& model, bool manager);
[[nodiscard]] std::string define_by_hand(const plan::Model& model, const std::string& type);

// The properties of structures that are no models: they need no manager, and are defined with the types.
[[nodiscard]] std::string emit_structure_properties(const plan::Service& service);

[[nodiscard]] std::string emit_types(const plan::Service& service);      // include/botocraft/ecs/types.hpp
[[nodiscard]] std::string emit_requests(const plan::Service& service);   // include/botocraft/ecs/requests.hpp
[[nodiscard]] std::string emit_errors(const plan::Service& service);     // include/botocraft/ecs/errors.hpp
[[nodiscard]] std::string emit_arguments(const plan::Service& service);  // include/botocraft/ecs/arguments.hpp
// include/botocraft/ecs/relations.hpp, the relations of structures that are no models; empty where there are none
[[nodiscard]] std::string emit_relations(const plan::Service& service);
[[nodiscard]] std::string emit_model(const plan::Service& service, plan::Row model);  // include/botocraft/ecs/cluster.hpp
[[nodiscard]] std::string emit_service(const plan::Service& service);    // include/botocraft/ecs.hpp
[[nodiscard]] std::string emit_tables(const plan::Service& service);     // src/ecs.cpp

[[nodiscard]] std::string emit_operations(const plan::Service& service);     // include/botocraft/ecs/operations.hpp
[[nodiscard]] std::string emit_client(const plan::Service& service);         // include/botocraft/ecs/client.hpp
[[nodiscard]] std::string emit_client_tables(const plan::Service& service);  // src/ecs_client.cpp

// Where the rows of one model lie in the arrays of the tables.
struct ModelRows {
    plan::Row first_relation = 0;
    plan::Row first_property = 0;
    plan::Row first_proxy_binding = 0;  // of its first proxy; the others follow
};
[[nodiscard]] ModelRows rows_of(const plan::Service& service, plan::Row model);

}  // namespace botocraft::gen
