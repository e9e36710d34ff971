#include "orm/tag_print.hpp"

#include <functional>

namespace botocraft::detail {

std::string_view tag_text(schema::ConstPlace tag, std::size_t member) {
    const schema::ShapeRef shape = tag.target();
    const schema::ConstPlace place = schema::member_place(shape, shape.begin()[member], schema::structure(tag));
    return schema::presence(place) == Presence::present ? std::string_view(schema::scalar<std::string>(place)) : std::string_view();
}

schema::ConstRange tags_of(const orm::Model& model, schema::ShapeRef shape, const void* structure) {
    return schema::elements(schema::member_place(shape, shape.begin()[model.tags_member], structure));
}

// Whatever their order.
std::uint32_t print_of(schema::ConstRange tags) {
    if (tags.size() == 0) return 0;
    const std::hash<std::string_view> hash;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < tags.size(); ++i) sum += hash(tag_text(tags[i], 0)) * 31 ^ hash(tag_text(tags[i], 1));
    const auto print = static_cast<std::uint32_t>(sum ^ (sum >> 32));
    return print == 0 ? 1 : print;
}

std::uint32_t print_of_tags(const orm::ServiceTables& service, schema::ShapeRef shape, const void* structure) {
    for (std::uint16_t i = 0; i < service.model_count; ++i) {
        const orm::Model& model = service.models[i];
        if (model.shape == shape.index) return model.tag == api::none ? 0 : print_of(tags_of(model, shape, structure));
    }
    return 0;
}

}  // namespace botocraft::detail
