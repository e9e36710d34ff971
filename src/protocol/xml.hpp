#pragma once
// XML bodies: restXml, and the replies of awsQuery and ec2.

#include "protocol/codec.hpp"

namespace botocraft::protocol::xml {

// How an element is called.
struct Tag {
    std::string_view name;
    std::string_view prefix;  // of its namespace
    std::string_view uri;     // of its namespace; empty: none is said
};

// The root element of a structure that is a body, and of one that is a member and the whole body.
[[nodiscard]] Tag root_tag(schema::ShapeRef shape) noexcept;
[[nodiscard]] Tag root_tag(schema::ShapeRef parent, const schema::Member& payload) noexcept;

// Appends the structure as that element; of its own members only those that travel in the body.
void encode(const Tag& tag, schema::ShapeRef shape, const void* structure, std::string& out);
// The same without the element around it.
void encode_members(schema::ShapeRef shape, const void* structure, std::string& out);
void append_escaped(std::string& out, std::string_view text);
void append_element(std::string& out, std::string_view name, std::string_view text);

// Where in a reply the members are.
enum class Frame : unsigned char {
    bare,    // restXml: in the root element
    ec2,     // in the root element, which is called as the operation with Response behind it
    result,  // awsQuery: in ...Result in ...Response
};

// Fills a structure whose members are absent, from what travels in the body. What does not fit is a ProtocolError, and
// leaves all members absent; so is a document of somebody else: one whose root is not called after the operation, or, in
// restXml, has another name and nothing but elements that are no members. Without an operation any may be meant.
// An error in place of the output is a ServiceError.
void decode(Frame frame, schema::ShapeRef shape, std::string_view body, void* structure, const Limits& limits = {},
            std::string_view operation = {});

struct Error {
    std::string code;
    std::string message;
    std::string request_id;
};
// Empty where the body does not say.
[[nodiscard]] Error decode_error(std::string_view body, const Limits& limits = {});
// The text of one of the elements beside the code; empty where the body has none.
[[nodiscard]] std::string error_text(std::string_view body, std::string_view element, const Limits& limits = {});
// The members of an error from the element that has its code.
void decode_error_members(schema::ShapeRef shape, std::string_view body, void* structure, const Limits& limits = {});

}  // namespace botocraft::protocol::xml
