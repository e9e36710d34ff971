#include <botocraft/tags.hpp>

#include "schema/lifetime.hpp"
#include "schema/types.hpp"

namespace botocraft::detail {

namespace {

schema::TypeRef element_of(schema::ShapeRef tag) noexcept {
    return {tag.schema, tag.index, schema::Kind::structure, 0};
}

void* tag_at(const RawList& tags, std::uint32_t i, schema::ShapeRef tag) noexcept {
    return schema::offset(tags.data, std::size_t{i} * tag.shape().size);
}

field<std::string>& key_of(void* structure, schema::ShapeRef tag) noexcept {
    return schema::as<field<std::string>>(schema::offset(structure, tag.begin()[0].offset));
}

field<std::string>& value_of(void* structure, schema::ShapeRef tag) noexcept {
    return schema::as<field<std::string>>(schema::offset(structure, tag.begin()[1].offset));
}

constexpr std::uint32_t not_found = 0xffffffff;

std::uint32_t position(const RawList& tags, std::string_view key, schema::ShapeRef tag) noexcept {
    for (std::uint32_t i = 0; i < tags.size; ++i) {
        if (key_of(tag_at(tags, i, tag), tag) == key) return i;
    }
    return not_found;
}

}  // namespace

const std::string* find_tag(const RawList& tags, std::string_view key, schema::ShapeRef tag) noexcept {
    const std::uint32_t at = position(tags, key, tag);
    if (at == not_found) return nullptr;
    static const std::string empty;  // a tag without a value is one with an empty value
    const auto& value = value_of(tag_at(tags, at, tag), tag);
    return value.has_value() ? &*value : &empty;
}

std::string& set_tag(RawList& tags, std::string_view key, schema::ShapeRef tag) {
    const std::uint32_t at = position(tags, key, tag);
    void* const structure = at == not_found ? list_append(tags, element_of(tag)) : tag_at(tags, at, tag);
    key_of(structure, tag) = key;
    auto& value = value_of(structure, tag);
    return value.has_value() ? *value : value.emplace();
}

bool erase_tag(RawList& tags, std::string_view key, schema::ShapeRef tag) noexcept {
    const std::uint32_t at = position(tags, key, tag);
    if (at == not_found) return false;
    list_erase(tags, at, at + 1, element_of(tag));
    return true;
}

std::map<std::string, std::string> tags_to_map(const RawList& tags, schema::ShapeRef tag) {
    std::map<std::string, std::string> result;
    for (std::uint32_t i = 0; i < tags.size; ++i) {
        void* const structure = tag_at(tags, i, tag);
        const auto& key = key_of(structure, tag);
        if (key.has_value()) result[*key] = value_of(structure, tag).value_or(std::string());
    }
    return result;
}

}  // namespace botocraft::detail
