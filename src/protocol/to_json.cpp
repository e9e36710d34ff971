#include <botocraft/json.hpp>

#include "protocol/json.hpp"

namespace botocraft::detail {

std::string to_json(schema::ShapeRef shape, const void* structure) {
    std::string out;
    protocol::json::encode(shape, structure, out, {.names = protocol::json::Names::model, .nulls = true});
    return out;
}

void from_json(schema::ShapeRef shape, std::string_view json, void* structure) {
    protocol::json::decode(shape, json, structure, {.names = protocol::json::Names::model});
}

}  // namespace botocraft::detail
