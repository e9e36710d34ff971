#include "orm/jmespath.hpp"

#include "schema/path.hpp"
#include "schema/walk.hpp"

#include <botocraft/error.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <cctype>
#include <charconv>
#include <utility>

namespace botocraft::orm {

namespace {

namespace json = boost::json;
using schema::Kind;

// Nothing, a value of JSON, something inside the structure, or a list that the expression made.
struct Node {
    enum class Is : unsigned char { nothing, value, place, structure, list };
    Is is = Is::nothing;
    json::value value{};
    schema::ConstPlace place{};
    schema::ShapeRef shape{};
    const void* structure = nullptr;
    std::vector<Node> list{};
};

Node of_value(json::value value) {
    Node node;
    node.is = Node::Is::value;
    node.value = std::move(value);
    return node;
}

Node of_list(std::vector<Node> elements) {
    Node node;
    node.is = Node::Is::list;
    node.list = std::move(elements);
    return node;
}

Node of_structure(schema::ShapeRef shape, const void* structure) {
    Node node;
    node.is = structure ? Node::Is::structure : Node::Is::nothing;
    node.shape = shape;
    node.structure = structure;
    return node;
}

Node of_place(schema::ConstPlace place) {
    if (schema::presence(place) != schema::Presence::present) return {};
    if (place.kind() == Kind::structure) return of_structure(place.target(), schema::structure(place));
    const schema::Value found = schema::value_of(place);
    if (const bool* truth = std::get_if<bool>(&found)) return of_value(*truth);
    if (const std::int64_t* number = std::get_if<std::int64_t>(&found)) return of_value(*number);
    if (const double* number = std::get_if<double>(&found)) return of_value(*number);
    if (const std::string_view* text = std::get_if<std::string_view>(&found)) {
        return of_value(json::string_view(text->data(), text->size()));
    }
    Node node;
    node.is = Node::Is::place;  // a list, a map, or something that nobody compares
    node.place = place;
    return node;
}

// The elements of a list, the values of a map; nothing of everything else.
std::vector<Node> elements_of(const Node& node, Kind kind = Kind::list) {
    if (node.is == Node::Is::list) return kind == Kind::list ? node.list : std::vector<Node>();
    std::vector<Node> out;
    if (node.is != Node::Is::place || node.place.kind() != kind) return out;
    const schema::ConstRange range = schema::elements(node.place);
    for (std::size_t i = 0; i < range.size(); ++i) out.push_back(of_place(range[i]));
    return out;
}

bool is_list(const Node& node) {
    return node.is == Node::Is::list || (node.is == Node::Is::place && node.place.kind() == Kind::list);
}

Node member_of(const Node& node, std::string_view name) {
    if (node.is != Node::Is::structure) return {};
    unsigned hint = 0;
    const schema::Member* member = schema::find_member(node.shape, name);
    if (!member) member = schema::find_wire_name(node.shape, name, hint);
    return member ? of_place(schema::member_place(node.shape, *member, node.structure)) : Node();
}

// As JMESPath counts it: what is empty is false.
bool is_true(const Node& node) {
    switch (node.is) {
        case Node::Is::nothing: return false;
        case Node::Is::value:
            return node.value.is_bool() ? node.value.get_bool() : !node.value.is_string() || !node.value.get_string().empty();
        case Node::Is::structure: return true;
        default: return !elements_of(node).empty() || !elements_of(node, Kind::map).empty();
    }
}

bool equal(const Node& a, const Node& b) {
    if (a.is == Node::Is::nothing || b.is == Node::Is::nothing) return a.is == b.is;
    return a.is == Node::Is::value && b.is == Node::Is::value && a.value == b.value;
}

std::optional<double> number_of(const Node& node) {
    if (node.is != Node::Is::value || !node.value.is_number()) return std::nullopt;
    return node.value.to_number<double>();
}

// Reads and evaluates in one go. What a projection leads to is read once for each element.
class Evaluation {
  public:
    Evaluation(std::string_view text, Node root) : text_(text), root_(std::move(root)) {}

    Node all() {
        Node found = either(root_);
        blanks();
        if (at_ != text_.size()) fail();
        return found;
    }

  private:
    [[noreturn]] void fail() const {
        ErrorDetails details;
        details.kind = ErrorKind::usage;
        details.code = "UnknownExpression";
        details.explanation = "the waiter's expression `" + std::string(text_) + "` is not understood from `" +
                              std::string(text_.substr(at_)) + "` on";
        throw_error(std::move(details));
    }
    void blanks() {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    }
    bool take(std::string_view word) {
        blanks();
        if (!text_.substr(at_).starts_with(word)) return false;
        at_ += word.size();
        return true;
    }
    void need(std::string_view word) {
        if (!take(word)) fail();
    }

    Node either(const Node& here) {
        Node left = both(here);
        while (take("||")) {
            Node right = both(here);
            if (!is_true(left)) left = std::move(right);
        }
        return left;
    }
    Node both(const Node& here) {
        Node left = compared(here);
        while (take("&&")) {
            Node right = compared(here);
            if (is_true(left)) left = std::move(right);
        }
        return left;
    }
    Node compared(const Node& here) {
        Node left = negated(here);
        if (take("==")) return of_value(equal(left, negated(here)));
        if (take("!=")) return of_value(!equal(left, negated(here)));
        for (const std::string_view sign : {"<=", ">=", "<", ">"}) {
            if (!take(sign)) continue;
            const auto a = number_of(left);
            const auto b = number_of(negated(here));
            if (!a || !b) return {};
            return of_value(sign == "<=" ? *a <= *b : sign == ">=" ? *a >= *b : sign == "<" ? *a < *b : *a > *b);
        }
        return left;
    }
    Node negated(const Node& here) {
        blanks();
        if (!text_.substr(at_).starts_with("!=") && take("!")) return of_value(!is_true(negated(here)));
        return steps(first(here));
    }

    std::string_view name() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_')) ++at_;
        return text_.substr(begin, at_ - begin);
    }
    std::string_view until(char end) {
        const std::size_t close = text_.find(end, at_);
        if (close == std::string_view::npos) fail();
        const std::string_view found = text_.substr(at_, close - at_);
        at_ = close + 1;
        return found;
    }

    Node first(const Node& here) {
        if (take("(")) {
            Node inner = either(here);
            need(")");
            return inner;
        }
        if (take("`")) {
            const std::string_view literal = until('`');
            boost::system::error_code broken;
            json::value value = json::parse({literal.data(), literal.size()}, broken);
            if (broken) fail();
            return of_value(std::move(value));
        }
        if (take("'")) {
            const std::string_view literal = until('\'');
            return of_value(json::string_view(literal.data(), literal.size()));
        }
        if (take("@")) return here;
        if (at_ < text_.size() && text_[at_] == '[') return here;  // steps() goes on with it
        if (take("\"")) return member_of(here, until('"'));
        const std::string_view called = name();
        if (called.empty()) fail();
        return take("(") ? function(called, here) : member_of(here, called);
    }

    Node function(std::string_view called, const Node& here) {
        if (called != "length" && called != "contains") fail();
        const Node subject = either(here);
        if (called == "length") {
            need(")");
            if (subject.is == Node::Is::value && subject.value.is_string()) {
                return of_value(static_cast<std::int64_t>(subject.value.get_string().size()));
            }
            if (subject.is != Node::Is::place && subject.is != Node::Is::list) return of_value(0);
            return of_value(static_cast<std::int64_t>(elements_of(subject).size() + elements_of(subject, Kind::map).size()));
        }
        need(",");
        const Node wanted = either(here);
        need(")");
        if (subject.is == Node::Is::value && subject.value.is_string() && wanted.is == Node::Is::value &&
            wanted.value.is_string()) {
            return of_value(subject.value.get_string().find(wanted.value.get_string()) != json::string::npos);
        }
        bool found = false;
        for (const Node& element : elements_of(subject)) found = found || equal(element, wanted);
        return of_value(found);
    }

    // `.name`, `.*`, `[]`, `[*]`, `[?...]` and `[0]`. From the first that is several on, for each element.
    Node steps(Node now) {
        bool several = false;
        while (at_ < text_.size()) {
            if (text_[at_] == '.') {
                ++at_;
                if (take("*")) {
                    now = of_list(each(now, several, Kind::map));
                    several = true;
                } else {
                    const std::string_view next = name();
                    if (next.empty()) fail();
                    now = several ? members(now, next) : member_of(now, next);
                }
            } else if (text_[at_] == '[') {
                ++at_;
                if (take("?")) {
                    now = chosen(now, several);
                    several = true;
                } else if (take("]") || take("*]")) {
                    now = of_list(each(now, several, Kind::list));
                    several = true;
                } else {
                    now = at_index(now);
                }
            } else {
                break;
            }
        }
        return now;
    }

    static Node members(const Node& list, std::string_view name) {
        std::vector<Node> out;
        for (const Node& element : list.list) {
            Node found = member_of(element, name);
            if (found.is != Node::Is::nothing) out.push_back(std::move(found));
        }
        return of_list(std::move(out));
    }
    // The elements; of several, those of all of them.
    static std::vector<Node> each(const Node& now, bool several, Kind kind) {
        if (!several) return elements_of(now, kind);
        std::vector<Node> out;
        for (const Node& element : now.list) {
            if (kind == Kind::list && !is_list(element)) {
                out.push_back(element);
                continue;
            }
            for (Node& inner : elements_of(element, kind)) out.push_back(std::move(inner));
        }
        return out;
    }
    Node chosen(const Node& now, bool several) {
        const std::size_t begin = at_;
        std::vector<Node> out;
        for (Node& element : each(now, several, Kind::list)) {
            at_ = begin;
            if (is_true(either(element))) out.push_back(std::move(element));
        }
        at_ = begin;
        either(Node());  // read on, also where there was no element
        need("]");
        return of_list(std::move(out));
    }
    Node at_index(const Node& now) {
        const std::string_view digits = until(']');
        int index = 0;
        const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
        if (failed != std::errc() || end != digits.data() + digits.size()) fail();
        std::vector<Node> elements = elements_of(now);
        if (index < 0) index += static_cast<int>(elements.size());
        if (index < 0 || index >= static_cast<int>(elements.size())) return {};
        return std::move(elements[static_cast<std::size_t>(index)]);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    Node root_;
};

std::string written(const Node& node) { return node.is == Node::Is::value ? json::serialize(node.value) : "{}"; }

}  // namespace

Found search(std::string_view expression, schema::ShapeRef shape, const void* structure) {
    const Node node = Evaluation(expression, of_structure(shape, structure)).all();
    Found found;
    found.several = is_list(node);
    if (found.several) {
        for (const Node& element : elements_of(node)) found.values.push_back(written(element));
    } else if (node.is != Node::Is::nothing) {
        found.values.push_back(written(node));
    }
    return found;
}

}  // namespace botocraft::orm
