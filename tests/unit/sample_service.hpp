#pragma once
// A small service with members of every kind, written by hand as the generator writes services.

#include <botocraft/containers.hpp>
#include <botocraft/field.hpp>
#include <botocraft/json.hpp>
#include <botocraft/model_state.hpp>
#include <botocraft/schema.hpp>

namespace sample {

using botocraft::blob;
using botocraft::box;
using botocraft::document;
using botocraft::field;
using botocraft::list;
using botocraft::map;
using botocraft::timestamp;

// Found by argument only in the structures' own namespace.
using botocraft::operator==;
using botocraft::operator<<;
using botocraft::to_json;
using botocraft::to_string;

extern const botocraft::schema::Schema schema;

// Rows of the table of shapes.
enum Row : unsigned short {
    row_tag, row_node, row_choice, row_secret, row_everything, row_thing, row_summary, row_empty,
    row_tags, row_nodes, row_nodes_by_name, row_choices, row_strings, row_numbers, row_matrix, row_string_map,
    row_lists_by_name, row_maps, row_map_of_numbers, row_sparse_strings, row_sparse_nodes, row_sparse_map, row_times,
    row_secrets, row_sparse_lists, row_count
};

struct Tag {
    field<std::string> key{};
    field<std::string> value{};

    static constexpr botocraft::schema::ShapeRef shape_{&schema, row_tag};
};

struct Node {
    field<std::string> name{};
    field<std::int32_t> weight{};
    box<Node> next{};
    list<Node> children{};
    map<Node> named{};

    static constexpr botocraft::schema::ShapeRef shape_{&schema, row_node};
};

struct Choice {  // a union
    field<std::string> text{};
    field<std::int64_t> number{};
    list<Choice> many{};
    box<Node> node{};

    static constexpr botocraft::schema::ShapeRef shape_{&schema, row_choice};
};

struct Secret {
    field<std::string> user{};
    field<std::string> token{};  // sensitive
    field<std::int32_t> pin{};   // sensitive

    static constexpr botocraft::schema::ShapeRef shape_{&schema, row_secret};
};

struct Everything {
    field<bool> flag{};
    field<std::int32_t> integer{};
    field<std::int64_t> longer{};
    field<float> single{};
    field<double> real{};
    field<std::string> text{};  // "Text" on the wire
    field<std::string> status{};
    field<timestamp> time{};
    field<timestamp> dateTime{};
    field<timestamp> httpDate{};
    field<blob> data{};
    field<document> any{};
    box<Node> node{};
    box<Choice> choice{};
    box<Secret> secret{};
    list<Tag> tags{};
    list<std::string> strings{};
    list<std::int32_t> numbers{};
    list<list<std::int32_t>> matrix{};
    map<std::string> labels{};
    map<list<std::string>> groups{};
    list<map<std::int32_t>> counters{};
    list<field<std::string>> sparseStrings{};
    list<box<Node>> sparseNodes{};
    map<field<std::string>> sparseMap{};
    list<list<std::int32_t>> sparseLists{};
    list<timestamp> times{};
    list<std::string> secrets{};    // its elements are sensitive
    field<std::string> origin{};    // not on the wire
    field<std::string> requestId{}; // a header

    static constexpr botocraft::schema::ShapeRef shape_{&schema, row_everything};
};

struct Thing {  // a primary model
    field<std::string> name{};
    field<std::int32_t> count{};
    list<Tag> tags{};
    list<Node> nodes{};
    map<std::string> labels{};
    botocraft::ModelState state_{};

    static constexpr botocraft::schema::ShapeRef shape_{&schema, row_thing};
};

struct Summary {  // what one sees of a Node elsewhere
    field<std::string> name{};
    field<std::string> weight{};  // another kind than that of Node
    box<Summary> next{};
    map<Node> named{};
    field<std::string> extra{};

    static constexpr botocraft::schema::ShapeRef shape_{&schema, row_summary};
};

struct Empty {
    static constexpr botocraft::schema::ShapeRef shape_{&schema, row_empty};
};

}  // namespace sample
