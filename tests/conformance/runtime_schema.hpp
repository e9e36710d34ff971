#pragma once
// Tables built at run time from the shapes of a protocol test file, and values in and out of the structures that they
// describe, so that the tests take the very walkers that generated services take.

#include "schema/walk.hpp"

#include <boost/json.hpp>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace conformance {

namespace schema = botocraft::schema;

// The tables of one suite's shapes, in the form of botocore's service descriptions.
class RuntimeSchema {
  public:
    explicit RuntimeSchema(const boost::json::object& suite);
    RuntimeSchema(const RuntimeSchema&) = delete;
    RuntimeSchema& operator=(const RuntimeSchema&) = delete;

    [[nodiscard]] schema::ShapeRef shape(std::string_view name) const;
    [[nodiscard]] schema::ShapeRef empty() const noexcept { return {&schema_, empty_row_}; }  // without members
    [[nodiscard]] const schema::Schema& tables() const noexcept { return schema_; }
    // The member of a structure that is a stream of events, counted from the first; none where it has none.
    [[nodiscard]] std::uint16_t event_member(std::string_view structure) const;
    // Of what an operation of the suite says.
    [[nodiscard]] schema::Text text(std::string_view text) const;

  private:
    [[nodiscard]] schema::Kind kind_of(std::string_view shape) const;
    [[nodiscard]] std::uint32_t quoted(std::string_view name);
    void add_structure(std::string_view name, const boost::json::object& shape);
    void add_container(std::string_view name, const boost::json::object& shape);
    [[nodiscard]] schema::Member row(std::string_view name, const boost::json::object& member, std::uint16_t flags);
    [[nodiscard]] schema::Text add_text(std::string_view text);
    void add_operations(const boost::json::object& suite);
    void add_root(std::uint16_t row, const boost::json::object& trait);
    void add_namespace(schema::XmlDetail& detail, const boost::json::object& trait);
    [[nodiscard]] std::string payload_name(std::string_view name, const boost::json::object& member) const;

    const boost::json::object& source_;
    bool named_payloads_;  // a structure that is the whole body has a name of its own
    std::set<std::string, std::less<>> outputs_;
    std::map<std::string, std::uint16_t, std::less<>> rows_;
    std::vector<schema::Shape> shapes_;
    std::vector<schema::Member> members_;
    std::string names_;
    std::uint16_t empty_row_ = 0;
    std::map<std::uint32_t, schema::XmlDetail> roots_;
    std::vector<schema::XmlDetail> shape_details_;
    std::vector<schema::XmlDetail> member_details_;
    schema::XmlDetails xml_;
    schema::Schema schema_{};
};

// A structure of such a schema.
class RuntimeValue {
  public:
    explicit RuntimeValue(schema::ShapeRef shape) : shape_(shape), at_(botocraft::detail::structure_new(shape)) {}
    RuntimeValue(const RuntimeValue&) = delete;
    RuntimeValue& operator=(const RuntimeValue&) = delete;
    ~RuntimeValue() { botocraft::detail::structure_delete(at_, shape_); }

    [[nodiscard]] schema::ShapeRef shape() const noexcept { return shape_; }
    [[nodiscard]] void* get() noexcept { return at_; }
    [[nodiscard]] const void* get() const noexcept { return at_; }

  private:
    schema::ShapeRef shape_;
    void* at_;
};

// `params` and `result` of the test files: members under their own names, blobs as text, times as epoch seconds, NaN
// and infinities as strings.
void fill(schema::ShapeRef shape, void* structure, const boost::json::object& values);
[[nodiscard]] boost::json::object to_json(schema::ShapeRef shape, const void* structure);  // without nulls as members

// Equal as values: 1 and 1.0 are, and so are objects whatever their order.
[[nodiscard]] bool same_json(const boost::json::value& a, const boost::json::value& b);

}  // namespace conformance
