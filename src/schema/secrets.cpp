#include "schema/secrets.hpp"

#include "protocol/base64.hpp"
#include "schema/walk.hpp"
#include "text/case.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace botocraft::schema {

namespace {

// How names of secrets end that not every model calls sensitive. Of tokens there are more that are none: of pages, of
// requests, of grants.
constexpr std::array<std::string_view, 23> secret_endings{
    "accesstoken",        "activationcode",  "activationkey", "authenticationcode1", "authenticationcode2",
    "authorizationtoken", "authtoken",       "devicecode",    "idtoken",             "passphrase",
    "password",           "passwords",       "presignedurl",  "refreshtoken",        "secret",
    "secretaccesskey",    "secretbinary",    "secretkey",     "secretstring",        "secrettoken",
    "sessiontoken",       "tokencode",       "tokenvalue"};

// A switch, a time or a description of a secret may have its name, and tells nothing of it.
bool is_text(ShapeRef owner, Kind kind, std::uint16_t target) {
    switch (kind) {
        case Kind::string:
        case Kind::blob:
        case Kind::document: return true;
        case Kind::list:
        case Kind::map: {
            const ShapeRef container{owner.schema, target};
            const Member& element = container.begin()[container.shape().member_count - 1];
            return is_text(owner, element.kind, element.target);
        }
        default: return false;
    }
}

class Collector {
  public:
    void structure(ShapeRef shape, const void* at, bool secret) {
        secret = secret || (shape.shape().flags & shape_flag::sensitive) != 0;
        for (const Member& member : shape) {
            const ConstPlace place = member_place(shape, member, at);
            if (presence(place) == Presence::present) value(place, secret || is_secret(shape, member));
        }
    }
    [[nodiscard]] std::vector<std::string> take() { return std::move(found_); }
    // Whether there were any, also of such that make no text.
    [[nodiscard]] bool met() const noexcept { return met_; }

    void value(ConstPlace place, bool secret) {
        switch (place.kind()) {
            case Kind::structure: structure(place.target(), schema::structure(place), secret); break;
            case Kind::list:
            case Kind::map: elements_of(place, secret); break;
            default:
                if (!secret) break;
                met_ = true;
                scalar_of(place);
        }
    }

  private:
    void elements_of(ConstPlace container, bool secret) {
        const ConstRange range = elements(container);
        const bool is_map = container.kind() == Kind::map;
        const bool secret_keys = is_map && (secret || (container.target().begin()->flags & member_flag::sensitive));
        for (std::size_t i = 0; i < range.size(); ++i) {
            if (secret_keys) {
                met_ = true;
                found_.push_back(range.key(i));
            }
            if (element_presence(range[i]) == Presence::present) {
                value(range[i], secret || range[i].has(member_flag::sensitive));
            }
        }
    }
    void scalar_of(ConstPlace place) {
        switch (place.kind()) {
            case Kind::integer: found_.push_back(std::to_string(scalar<std::int32_t>(place))); break;
            case Kind::long_: found_.push_back(std::to_string(scalar<std::int64_t>(place))); break;
            case Kind::string: found_.push_back(scalar<std::string>(place)); break;
            case Kind::document: found_.push_back(scalar<document>(place).json()); break;
            case Kind::blob: {
                const blob& bytes = scalar<blob>(place);
                found_.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
                found_.push_back(protocol::base64(bytes));
                break;
            }
            default: break;  // what is left is no text that could be told from others
        }
    }

    std::vector<std::string> found_;
    bool met_ = false;
};

}  // namespace

bool is_secret(ShapeRef shape, const Member& member) {
    if ((member.flags & member_flag::sensitive) != 0) return true;
    const std::string_view on_the_wire = shape.schema->wire_name(member);
    const std::string_view name = shape.schema->name(member);
    const auto ends = [=](std::string_view ending) { return ends_ignoring_case(name, ending) || ends_ignoring_case(on_the_wire, ending); };
    return std::ranges::any_of(secret_endings, ends) && is_text(shape, member.kind, member.target);
}

bool holds_secrets(ShapeRef root) {
    std::vector<bool> seen(root.schema->shape_count);
    std::vector<std::uint16_t> open{root.index};
    while (!open.empty()) {
        const ShapeRef shape{root.schema, open.back()};
        open.pop_back();
        if (seen[shape.index]) continue;
        seen[shape.index] = true;
        if (shape.shape().flags & shape_flag::sensitive) return true;
        for (const Member& member : shape) {
            if (is_secret(shape, member)) return true;
            if (member.kind == Kind::structure || is_container(member.kind)) open.push_back(member.target);
        }
    }
    return false;
}

std::vector<std::string> secrets_of(ShapeRef shape, const void* structure) {
    Collector collector;
    collector.structure(shape, structure, false);
    return collector.take();
}

std::vector<const Member*> members_with_secrets(ShapeRef shape, const void* structure) {
    const bool all = (shape.shape().flags & shape_flag::sensitive) != 0;
    std::vector<const Member*> found;
    for (const Member& member : shape) {
        const ConstPlace place = member_place(shape, member, structure);
        if (presence(place) != Presence::present) continue;
        Collector collector;
        collector.value(place, all || is_secret(shape, member));
        if (collector.met()) found.push_back(&member);
    }
    return found;
}

}  // namespace botocraft::schema
