#include "schema/path.hpp"

#include "text/case.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <utility>

namespace botocraft::schema {

namespace {

// Levenshtein's distance, whatever the case of letters.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (lower_case(a[i]) == lower_case(b[j]) ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row[b.size()];
}

bool is_tag(ShapeRef shape) noexcept { return (shape.shape().flags & shape_flag::tag) != 0; }

bool is_tag_list(const Schema& schema, const Member& row) noexcept {
    if (row.kind != Kind::list) return false;
    const Member& element = element_row(schema, row);
    return element.kind == Kind::structure && is_tag({&schema, element.target});
}

// The value of the tag with that key: the second member of a structure whose first member is the key.
std::optional<ConstPlace> find_tag(ConstPlace list, std::string_view key) noexcept {
    const ConstRange tags = elements(list);
    for (std::size_t i = 0; i < tags.size(); ++i) {
        if (presence(tags[i]) != Presence::present) continue;
        const ShapeRef shape = tags[i].target();
        const ConstPlace tag_key = member_place(shape, shape.begin()[0], structure(tags[i]));
        if (presence(tag_key) == Presence::present && scalar<std::string>(tag_key) == key) {
            return member_place(shape, shape.begin()[1], structure(tags[i]));
        }
    }
    return std::nullopt;
}

std::optional<ConstPlace> find_entry(ConstPlace map, std::string_view key) noexcept {
    const TypeRef type = element_type(*map.schema, *map.row);
    const void* const entry = detail::map_find(as<RawList>(map.at), key, type);
    if (!entry) return std::nullopt;
    const Member& row = element_row(*map.schema, *map.row);
    return ConstPlace{map.schema, &row, offset(entry, entry_value_offset), stored_bare(row)};
}

}  // namespace

std::string_view nearest_member(ShapeRef shape, std::string_view wanted) {
    std::string_view nearest;
    std::size_t least = std::max<std::size_t>(wanted.size() / 2, 2) + 1;  // farther than this is no likeness
    for (const Member& member : shape) {
        if (member.kind == Kind::state) continue;
        const std::string_view name = shape.schema->name(member);
        if (const std::size_t apart = distance(wanted, name); apart < least) {
            least = apart;
            nearest = name;
        }
    }
    return nearest;
}

Value value_of(ConstPlace place) noexcept {
    switch (presence(place)) {
        case Presence::absent: return Absent{};
        case Presence::null: return Null{};
        case Presence::present: break;
    }
    switch (place.kind()) {
        case Kind::boolean: return scalar<bool>(place);
        case Kind::integer: return std::int64_t{scalar<std::int32_t>(place)};
        case Kind::long_: return scalar<std::int64_t>(place);
        case Kind::float_: return double{scalar<float>(place)};
        case Kind::double_: return scalar<double>(place);
        case Kind::string: return std::string_view(scalar<std::string>(place));
        case Kind::timestamp: return scalar<timestamp>(place);
        default: return place;
    }
}

// Splits the text into steps and follows them through the rows.
class Path::Parser {
  public:
    Parser(ShapeRef shape, std::string_view text) : shape_(shape), rest_(text) { path_.shape_ = shape; }

    [[nodiscard]] std::optional<Path> parse(std::string* error) {
        bool good = !rest_.empty() || fail("an empty path names no member");
        bool first = true;
        while (good && (first || !rest_.empty())) {
            good = rest_.starts_with('[') && !first ? bracket() : (first || separator()) && name(take_name());
            first = false;
        }
        if (good) {
            path_.row_ = row_;
            return std::move(path_);
        }
        if (error) *error = std::move(error_);
        return std::nullopt;
    }

  private:
    bool fail(std::string what) {
        error_ = std::move(what);
        return false;
    }
    bool separator() {
        for (const std::string_view mark : {".", "__"}) {
            if (rest_.starts_with(mark)) {
                rest_.remove_prefix(mark.size());
                return true;
            }
        }
        return fail("expected . or [ before " + std::string(rest_));
    }
    std::string_view take_name() {
        const std::size_t end = std::min({rest_.find('.'), rest_.find('['), rest_.find("__"), rest_.size()});
        const std::string_view taken = rest_.substr(0, end);
        rest_.remove_prefix(end);
        return taken;
    }
    bool name(std::string_view text) {
        if (text.empty()) return fail("the path has an empty step");
        if (!row_) return member(shape_, text);
        const Schema& schema = *shape_.schema;
        if (row_->kind == Kind::map) return key(Step::Form::map_key, text);
        if (is_tag_list(schema, *row_)) return key(Step::Form::tag_key, text);
        if (row_->kind == Kind::list) {
            if (std::int64_t index = 0; parse_index(text, index)) return element(index);
            return each() && name(text);
        }
        if (row_->kind == Kind::structure) return member({&schema, row_->target}, text);
        return fail(std::string(schema.name(*row_)) + " has no members, hence no " + std::string(text));
    }
    bool member(ShapeRef shape, std::string_view text) {
        const Member* const found = find_member(shape, text);
        if (!found) {
            const std::string_view nearest = nearest_member(shape, text);
            std::string what = std::string(shape.name()) + " has no member " + std::string(text);
            if (!nearest.empty()) {
                what.append("; did you mean ").append(nearest).append("?");
            } else {
                what.append("; it has ").append(names_of(shape));
            }
            return fail(std::move(what));
        }
        path_.steps_.push_back({.form = Step::Form::member, .member = found});
        row_ = found;
        return true;
    }
    static std::string names_of(ShapeRef shape) {
        std::string names;
        for (const Member& each : shape) {
            if (each.kind != Kind::state) names.append(names.empty() ? "" : ", ").append(shape.schema->name(each));
        }
        return names.empty() ? std::string("none") : names;
    }
    bool key(Step::Form form, std::string_view text) {
        path_.steps_.push_back({.form = form, .key = std::string(text)});
        const Member& element = element_row(*shape_.schema, *row_);
        row_ = form == Step::Form::map_key ? &element : ShapeRef{shape_.schema, element.target}.begin() + 1;
        return true;
    }
    bool element(std::int64_t index) {
        path_.steps_.push_back({.form = Step::Form::index, .index = index});
        row_ = &element_row(*shape_.schema, *row_);
        return true;
    }
    bool each() {
        path_.steps_.push_back({.form = Step::Form::each});
        path_.several_ = true;
        row_ = &element_row(*shape_.schema, *row_);
        return true;
    }
    bool bracket() {
        rest_.remove_prefix(1);
        if (rest_.starts_with('"') || rest_.starts_with('\'')) return quoted_key(rest_.front());
        const std::size_t end = rest_.find(']');
        if (end == rest_.npos) return fail("a [ is never closed");
        const std::string_view inside = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        if (!is_container(row_->kind)) return fail(own_name() + " is no list");
        if (inside.empty() || inside == "*") return each();
        std::int64_t index = 0;
        if (row_->kind != Kind::list || !parse_index(inside, index)) return fail("no index: " + std::string(inside));
        return element(index);
    }
    bool quoted_key(char quote) {
        const char last[] = {quote, ']', '\0'};
        const std::size_t end = rest_.find(last, 1);
        if (end == rest_.npos) return fail(std::string("a [") + quote + " is never closed");
        const std::string_view text = rest_.substr(1, end - 1);
        rest_.remove_prefix(end + 2);
        if (row_->kind == Kind::map) return key(Step::Form::map_key, text);
        if (is_tag_list(*shape_.schema, *row_)) return key(Step::Form::tag_key, text);
        return fail(own_name() + " is neither a map nor a list of tags");
    }
    static bool parse_index(std::string_view text, std::int64_t& index) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
        return error == std::errc{} && end == text.data() + text.size();
    }
    [[nodiscard]] std::string own_name() const { return std::string(shape_.schema->name(*row_)); }

    ShapeRef shape_;
    std::string_view rest_;
    const Member* row_ = nullptr;
    Path path_;
    std::string error_;
};

std::optional<Path> Path::parse(ShapeRef shape, std::string_view text, std::string* error) {
    return Parser(shape, text).parse(error);
}

// Calls `found` with every place that the steps from `step` on lead to, until it returns false.
template <class Visit>
bool Path::visit(ConstPlace place, std::size_t step, Visit&& found) const {
    if (step == steps_.size()) return found(place);
    if (presence(place) != Presence::present) return true;
    const Step& next = steps_[step];
    switch (next.form) {
        case Step::Form::member:
            return visit(member_place(place.target(), *next.member, structure(place)), step + 1, found);
        case Step::Form::index: {
            const ConstRange range = elements(place);
            const auto size = static_cast<std::int64_t>(range.size());
            const std::int64_t index = next.index < 0 ? next.index + size : next.index;
            return index < 0 || index >= size || visit(range[static_cast<std::size_t>(index)], step + 1, found);
        }
        case Step::Form::each: {
            const ConstRange range = elements(place);
            for (std::size_t i = 0; i < range.size(); ++i) {
                if (!visit(range[i], step + 1, found)) return false;
            }
            return true;
        }
        case Step::Form::map_key:
        case Step::Form::tag_key: {
            const auto value =
                next.form == Step::Form::map_key ? find_entry(place, next.key) : find_tag(place, next.key);
            return !value || visit(*value, step + 1, found);
        }
    }
    return true;
}

template <class Visit>
void Path::visit_from(const void* structure, Visit&& found) const {
    visit(member_place(shape_, *steps_.front().member, structure), 1, found);
}

Value Path::read(const void* structure) const {
    Value value = Absent{};
    visit_from(structure, [&value](ConstPlace place) {
        value = value_of(place);
        return false;
    });
    return value;
}

void Path::read_all(const void* structure, std::vector<Value>& values) const {
    visit_from(structure, [&values](ConstPlace place) {
        values.push_back(value_of(place));
        return true;
    });
}

bool Path::finds(const void* structure) const {
    bool found = false;
    visit_from(structure, [&found](ConstPlace place) {
        found = presence(place) == Presence::present;
        return !found;
    });
    return found;
}

std::string check_path(ShapeRef shape, std::string_view path) {
    std::string error;
    (void)Path::parse(shape, path, &error);
    return error;
}

}  // namespace botocraft::schema
