#include "protocol/element_count.hpp"
#include "protocol/failure.hpp"
#include "protocol/numbers.hpp"
#include "protocol/query_names.hpp"
#include "protocol/query_string.hpp"
#include "protocol/scalar_text.hpp"

#include <map>
#include <memory>
#include <optional>

namespace botocraft::protocol::query {

namespace {

using schema::Kind;
using schema::Location;
using schema::Member;
using schema::Place;
using schema::ShapeRef;

// What the dots in names make of the pairs.
struct Node {
    std::optional<std::string> value;
    std::map<std::string, std::unique_ptr<Node>, std::less<>> children;

    [[nodiscard]] const Node* find(std::string_view name) const noexcept {
        const auto found = children.find(name);
        return found == children.end() ? nullptr : found->second.get();
    }
};

Node tree_of(std::string_view body, const Limits& limits) {
    Node root;
    std::size_t nodes = 0;
    for_each_query_pair(body, [&](const std::string& name, const std::string& value) {
        if (!valid_utf8(name) || !valid_utf8(value)) invalid_reply("the body is not UTF-8");
        Node* at = &root;
        std::size_t depth = 0;
        for (std::string_view rest = name; !rest.empty();) {
            const std::string_view part = rest.substr(0, rest.find('.'));
            rest.remove_prefix(std::min(rest.size(), part.size() + 1));
            // A list or a map takes up to three parts, a structure one.
            if (++depth > 4 * limits.depth) invalid_reply("the request is nested too deep");
            auto child = at->children.find(part);
            if (child == at->children.end()) {
                if (++nodes > limits.elements) invalid_reply("the request has too many elements");
                child = at->children.emplace(std::string(part), std::make_unique<Node>()).first;
            }
            at = child->second.get();
        }
        at->value = value;  // of equal names the last one counts
    });
    return root;
}

class Decoder {
  public:
    Decoder(Dialect dialect, const Limits& limits) noexcept
        : dialect_(dialect), limits_(limits), count_(limits.elements) {}

    void structure(ShapeRef shape, void* at, const Node& node) {
        std::string room;
        for (const Member& member : shape) {
            if (member.location == Location::none || member.kind == Kind::state) continue;
            const std::string_view name = member_name(dialect_, *shape.schema, member, room).text();
            if (const Node* const child = node.find(name)) value(schema::member_place(shape, member, at), *child);
        }
    }

  private:
    void value(Place place, const Node& node) {
        switch (place.kind()) {
            case Kind::structure:
                count_.add_structure(place.target());
                structure(place.target(), schema::make_structure(place), node);
                break;
            case Kind::list: list(place, node); break;
            case Kind::map: map(place, node); break;
            default:
                if (node.value) parse_scalar(place, *node.value, schema::TimestampFormat::date_time, limits_);
        }
    }
    // The children that are called 1, 2, 3 and so on, up to the first gap.
    template <class F>
    static void numbered(const Node* node, F&& f) {
        char room[number_room];
        for (std::size_t i = 1; node; ++i) {
            const Node* const child = node->find({room, static_cast<std::size_t>(write_number(room, i) - room)});
            if (!child) break;
            f(*child);
        }
    }
    static const Node* inside(const Node& node, std::string_view infix) noexcept {
        return infix.empty() ? &node : node.find(infix);
    }
    void list(Place place, const Node& node) {
        schema::make_container(place);
        const schema::Appender appender(place);
        numbered(inside(node, list_infix(dialect_, *place.schema, *place.row).text()),
                 [&](const Node& child) {
                     count_.add();
                     value(appender.append(), child);
                 });
    }
    void map(Place place, const Node& node) {
        schema::make_container(place);
        const schema::Appender appender(place);
        const Member* const rows = place.target().begin();
        numbered(inside(node, map_infix(*place.row).text()), [&](const Node& child) {
            const Node* const key = child.find(place.schema->wire_name(rows[0]));
            const Node* const mapped = child.find(place.schema->wire_name(rows[1]));
            if (!key || !key->value) invalid_reply("an entry of a map has no key");
            count_.add();
            const Place entry = appender.append(*key->value);
            if (mapped) value(entry, *mapped);
        });
        appender.finish();
    }

    Dialect dialect_;
    const Limits& limits_;
    ElementCount count_;
};

}  // namespace

void decode(Dialect dialect, ShapeRef shape, std::string_view body, void* structure, const Limits& limits) {
    const Node root = tree_of(body, limits);
    try {
        Decoder(dialect, limits).structure(shape, structure, root);
    } catch (...) {
        schema::clear(shape, structure);
        throw;
    }
}

std::string find_pair(std::string_view body, std::string_view name) {
    std::string found;
    bool first = true;
    for_each_query_pair(body, [&](const std::string& key, const std::string& value) {
        if (first && key == name) {
            found = value;
            first = false;
        }
    });
    return found;
}

}  // namespace botocraft::protocol::query
