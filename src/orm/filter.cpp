#include "orm/filter.hpp"

#include "orm/expression.hpp"
#include "protocol/numbers.hpp"
#include "protocol/timestamp.hpp"
#include "text/case.hpp"

#include <botocraft/error.hpp>

#include <boost/regex.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <compare>
#include <stdexcept>
#include <utility>

namespace botocraft::detail {

namespace {

enum class Operation : unsigned char {
    exact, iexact, contains, icontains, startswith, istartswith, endswith, iendswith, regex, iregex, in, gt, gte, lt,
    lte, isnull, has_key, date, year, month, day, week, week_day, quarter, hour, minute, second,
};

struct NamedOperation {
    std::string_view name;
    Operation operation;
};

constexpr std::array<NamedOperation, 27> operations{{
    {"exact", Operation::exact},           {"iexact", Operation::iexact},
    {"contains", Operation::contains},     {"icontains", Operation::icontains},
    {"startswith", Operation::startswith}, {"istartswith", Operation::istartswith},
    {"endswith", Operation::endswith},     {"iendswith", Operation::iendswith},
    {"regex", Operation::regex},           {"iregex", Operation::iregex},
    {"in", Operation::in},                 {"gt", Operation::gt},
    {"gte", Operation::gte},               {"lt", Operation::lt},
    {"lte", Operation::lte},               {"isnull", Operation::isnull},
    {"has_key", Operation::has_key},       {"date", Operation::date},
    {"year", Operation::year},             {"month", Operation::month},
    {"day", Operation::day},               {"week", Operation::week},
    {"week_day", Operation::week_day},     {"quarter", Operation::quarter},
    {"hour", Operation::hour},             {"minute", Operation::minute},
    {"second", Operation::second},
}};

[[noreturn]] void refuse(std::string code, std::string explanation) {
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = std::move(code);
    details.explanation = std::move(explanation);
    throw_error(std::move(details));
}

// --- times --------------------------------------------------------------------------------------------------------------

// The part of a time that a lookup names. All times are UTC.
std::int64_t part_of(Operation operation, timestamp time) {
    using namespace std::chrono;
    const auto midnight = floor<days>(time);
    const year_month_day date(midnight);
    const hh_mm_ss clock(time - midnight);
    const std::int64_t month_number = unsigned(date.month());
    switch (operation) {
        case Operation::year: return int(date.year());
        case Operation::month: return month_number;
        case Operation::day: return unsigned(date.day());
        case Operation::quarter: return (month_number + 2) / 3;
        case Operation::week_day: return weekday(midnight).iso_encoding();  // Monday is 1
        case Operation::hour: return clock.hours().count();
        case Operation::minute: return clock.minutes().count();
        case Operation::second: return clock.seconds().count();
        case Operation::week: {  // ISO 8601: the week of the year that holds its Thursday
            const auto thursday = midnight + days(4 - static_cast<int>(weekday(midnight).iso_encoding()));
            const auto first = sys_days(year_month_day(thursday).year() / January / 1);
            return (thursday - first).count() / 7 + 1;
        }
        default: return 0;
    }
}

bool is_time_part(Operation operation) noexcept { return operation >= Operation::year; }

// --- comparing ----------------------------------------------------------------------------------------------------------

std::optional<double> number(const Value& value) noexcept {
    if (value.as_integer()) return static_cast<double>(*value.as_integer());
    if (value.as_double()) return *value.as_double();
    return std::nullopt;
}

// Unordered for values of different kinds.
std::partial_ordering order(const Value& a, const Value& b) noexcept {
    if (a.as_integer() && b.as_integer()) return *a.as_integer() <=> *b.as_integer();
    if (const auto x = number(a), y = number(b); x && y) return *x <=> *y;
    if (a.as_string() && b.as_string()) return *a.as_string() <=> *b.as_string();
    if (a.as_bool() && b.as_bool()) return *a.as_bool() <=> *b.as_bool();
    if (a.as_timestamp() && b.as_timestamp()) return *a.as_timestamp() <=> *b.as_timestamp();
    return std::partial_ordering::unordered;
}

// --- from what the caller wrote to what the member holds ------------------------------------------------------------------

[[noreturn]] void refuse_value(std::string_view spec, const Value& value, std::string_view wanted) {
    refuse("WrongFilterValue", std::string("filter `").append(spec).append("`: `").append(to_string(value)).append(
                                   "` is not ").append(wanted));
}

timestamp as_time(std::string_view spec, const Value& value) {
    if (value.as_timestamp()) return *value.as_timestamp();
    if (value.as_string()) {
        auto instant = protocol::parse_date_time(*value.as_string());
        if (!instant) instant = protocol::parse_date_time(*value.as_string() + "T00:00:00Z");  // a date alone
        if (instant) {
            if (const auto time = protocol::to_timestamp(*instant)) return *time;
        }
    }
    refuse_value(spec, value, "a time: write one as 2026-01-31T12:00:00Z");
}

// A text that stands for a number, a truth value or a time becomes one: command lines have only texts.
Value fit(std::string_view spec, std::optional<schema::Kind> kind, const Value& value) {
    using schema::Kind;
    if (!kind) return value;
    const std::string* const text = value.as_string();
    switch (*kind) {
        case Kind::integer:
        case Kind::long_:
        case Kind::float_:
        case Kind::double_: {
            if (number(value)) return value;
            if (text) {
                if (const auto whole = protocol::parse_number<std::int64_t>(*text)) return Value(*whole);
                if (const auto real = protocol::parse_number<double>(*text)) return Value(*real);
            }
            refuse_value(spec, value, "a number");
        }
        case Kind::boolean:
            if (value.as_bool()) return value;
            if (text && *text == "true") return Value(true);
            if (text && *text == "false") return Value(false);
            refuse_value(spec, value, "true or false");
        case Kind::timestamp: return Value(as_time(spec, value));
        case Kind::string:
            if (text) return value;
            refuse_value(spec, value, "a text");
        default: return value;
    }
}

Value fit_all(std::string_view spec, std::optional<schema::Kind> kind, const Value& value) {
    Value::List fitted;
    if (value.as_list()) {
        for (const Value& one : *value.as_list()) fitted.push_back(fit(spec, kind, one));
    } else if (value.as_string()) {
        // `status__in=ACTIVE,DRAINING`
        std::string_view rest = *value.as_string();
        while (true) {
            const auto comma = rest.find(',');
            fitted.push_back(fit(spec, kind, Value(rest.substr(0, comma))));
            if (comma == std::string_view::npos) break;
            rest.remove_prefix(comma + 1);
        }
    } else {
        fitted.push_back(fit(spec, kind, value));
    }
    return Value(std::move(fitted));
}

}  // namespace

class Lookup {
  public:
    Lookup(std::string_view spec, Operation operation, std::optional<schema::Kind> kind, const Value& value)
        : operation_(operation) {
        switch (operation) {
            case Operation::isnull: value_ = fit(spec, schema::Kind::boolean, value); break;
            case Operation::in: value_ = fit_all(spec, kind, value); break;
            case Operation::exact:
            case Operation::gt:
            case Operation::gte:
            case Operation::lt:
            case Operation::lte: value_ = fit(spec, kind, value); break;
            case Operation::date: value_ = Value(as_time(spec, value)); break;
            case Operation::regex:
            case Operation::iregex: compile(spec, value); break;
            default:
                if (is_time_part(operation)) {
                    if (kind && *kind != schema::Kind::timestamp) refuse_value(spec, value, "for a member that is no time");
                    value_ = fit(spec, schema::Kind::long_, value);
                } else {
                    value_ = Value(folds_case() ? lower_case(to_string(value)) : to_string(value));
                }
        }
    }

    [[nodiscard]] bool asks_for_presence() const noexcept { return operation_ == Operation::isnull; }
    [[nodiscard]] bool accepts_presence(bool present) const noexcept { return present != *value_.as_bool(); }
    [[nodiscard]] bool accepts(const std::vector<Value>& values) const {
        return std::ranges::any_of(values, [this](const Value& value) { return accepts_one(value); });
    }

  private:
    [[nodiscard]] bool folds_case() const noexcept {
        return operation_ == Operation::iexact || operation_ == Operation::icontains ||
               operation_ == Operation::istartswith || operation_ == Operation::iendswith;
    }

    void compile(std::string_view spec, const Value& value) {
        const auto flags = operation_ == Operation::iregex ? boost::regex::perl | boost::regex::icase : boost::regex::perl;
        try {
            regex_ = boost::regex(to_string(value), flags);
        } catch (const boost::regex_error& error) {
            refuse("WrongFilterValue", std::string("filter `").append(spec).append("`: the regular expression is not "
                                                                                  "valid: ").append(error.what()));
        }
    }

    // Boost gives up where a text would take too long, by an exception of the standard library's.
    [[nodiscard]] bool matches(const std::string& text) const {
        try {
            return boost::regex_search(text, regex_);
        } catch (const std::runtime_error&) {
            refuse("WrongFilterValue", "the regular expression `" + regex_.str() +
                                           "` takes too long on a value that it is to be compared with: make it simpler");
        }
    }

    [[nodiscard]] bool accepts_one(const Value& value) const {
        switch (operation_) {
            case Operation::exact: return order(value, value_) == 0;
            case Operation::gt: return order(value, value_) > 0;
            case Operation::gte: return order(value, value_) >= 0;
            case Operation::lt: return order(value, value_) < 0;
            case Operation::lte: return order(value, value_) <= 0;
            case Operation::in:
                return std::ranges::any_of(*value_.as_list(), [&](const Value& one) { return order(value, one) == 0; });
            case Operation::regex:
            case Operation::iregex: return matches(to_string(value));
            case Operation::date:
                return value.as_timestamp() && std::chrono::floor<std::chrono::days>(*value.as_timestamp()) ==
                                                   std::chrono::floor<std::chrono::days>(*value_.as_timestamp());
            default: break;
        }
        if (is_time_part(operation_)) {
            return value.as_timestamp() && part_of(operation_, *value.as_timestamp()) == number(value_).value_or(-1);
        }
        const std::string text = folds_case() ? lower_case(to_string(value)) : to_string(value);
        const std::string& wanted = *value_.as_string();
        switch (operation_) {
            case Operation::contains:
            case Operation::icontains: return text.find(wanted) != std::string::npos;
            case Operation::startswith:
            case Operation::istartswith: return text.starts_with(wanted);
            case Operation::endswith:
            case Operation::iendswith: return text.ends_with(wanted);
            default: return text == wanted;  // iexact
        }
    }

    Operation operation_;
    Value value_;
    boost::regex regex_;
};

struct Filter::Spec {
    std::string path;
    Operation operation = Operation::exact;
    Value value;
};

namespace {

bool readable(const orm::ServiceTables& service, schema::TypeRef element, std::string_view path) {
    try {
        const Reader reader(service, element, path);
        return true;
    } catch (const UsageError&) {
        return false;
    }
}

[[noreturn]] void refuse_lookup(std::string_view spec, std::string_view name) {
    std::string text = std::string("filter `").append(spec).append("`: there is no lookup `").append(name).append("`; there are ");
    for (const NamedOperation& each : operations) text.append(&each == operations.data() ? "" : ", ").append(each.name);
    refuse("UnknownLookup", std::move(text));
}

// A last part that is the name of a lookup is one, unless the model has a member there.
Filter::Spec split(const orm::ServiceTables& service, schema::TypeRef element, std::string_view spec, Value value) {
    const auto last = spec.rfind("__");
    if (last == std::string_view::npos) return {std::string(spec), Operation::exact, std::move(value)};
    const std::string_view name = spec.substr(last + 2);
    const auto found = std::ranges::find(operations, name, &NamedOperation::name);
    if (found == operations.end()) {
        const bool of_member = !readable(service, element, spec) && readable(service, element, spec.substr(0, last));
        if (of_member) refuse_lookup(spec, name);
        return {std::string(spec), Operation::exact, std::move(value)};
    }
    // Of a dictionary, every name could be a key.
    const bool of_dictionary = found->operation == Operation::has_key || found->operation == Operation::isnull;
    if (!of_dictionary && readable(service, element, spec)) {
        return {std::string(spec), Operation::exact, std::move(value)};
    }
    std::string path(spec.substr(0, last));
    // A dictionary has a key where there is something at the key.
    if (found->operation == Operation::has_key) {
        path.append("[\"").append(to_string(value)).append("\"]");
        return {std::move(path), Operation::isnull, Value(false)};
    }
    return {std::move(path), found->operation, std::move(value)};
}

const orm::Property* find_property(const orm::ServiceTables& service, std::uint16_t shape, std::string_view name) {
    for (std::uint16_t m = 0; m < service.model_count; ++m) {
        const orm::Model& model = service.models[m];
        if (model.shape != shape) continue;
        for (std::uint16_t i = 0; i < model.property_count; ++i) {
            const orm::Property& property = service.properties[model.first_property + i];
            if (service.text(property.name) == name) return &property;
        }
    }
    return nullptr;
}

void add(std::vector<Value>& values, Value value) {
    if (value.as_list()) {
        for (const Value& one : *value.as_list()) add(values, one);
    } else if (!value.is_nothing()) {
        values.push_back(std::move(value));
    }
}

}  // namespace

Reader::Reader(const orm::ServiceTables& service, schema::TypeRef element, std::string_view path)
    : service_(&service), element_(element) {
    if (element.leaf != schema::Kind::structure) {
        if (path != "value") refuse("UnknownField", "these results are plain values: their only field is `value`");
        return;
    }
    if (const orm::Property* property = find_property(service, element.shape, path)) {
        property_ = property->expression;
        return;
    }
    std::string problem;
    path_ = schema::Path::parse({element.schema, element.shape}, path, &problem);
    if (!path_) refuse("UnknownField", std::string("`").append(path).append("`: ").append(problem));
}

std::optional<schema::Kind> Reader::kind() const noexcept {
    if (!path_) return schema::Kind::string;
    const schema::Member* row = &path_->row();
    while (row->kind == schema::Kind::list) row = &schema::element_row(path_->schema(), *row);
    return row->kind;
}

void Reader::check_values(std::string_view use) const {
    using schema::Kind;
    const Kind of = *kind();
    if (of != Kind::structure && of != Kind::map && of != Kind::blob && of != Kind::document) return;
    std::string text(use);
    text.append(": there is more than one value in this, or none that can be compared");
    if (of == Kind::structure || of == Kind::map) text.append(": name one of its members, as in `a__b`, or of its keys, as in `tags__Team`");
    refuse("NoValue", std::move(text));
}

bool Reader::finds(const void* element) const {
    if (path_) return path_->finds(element);
    std::vector<Value> values;
    read(element, values);
    return !values.empty();
}

void Reader::read(const void* element, std::vector<Value>& values) const {
    if (property_ != api::none) {
        Scope scope;
        scope.service = service_;
        scope.shape = {element_.schema, element_.shape};
        scope.structure = element;
        return add(values, evaluate(scope, property_));
    }
    if (!path_) return add(values, Value(*static_cast<const std::string*>(element)));
    std::vector<schema::Value> found;
    path_->read_all(element, found);
    for (const schema::Value& value : found) add(values, owned(value));
}

Filter::Filter(const orm::ServiceTables& service, schema::TypeRef element, std::string_view spec, Value value,
               bool exclude)
    : Filter(service, element, spec, split(service, element, spec, std::move(value)), exclude) {}

Filter::Filter(const orm::ServiceTables& service, schema::TypeRef element, std::string_view spec, const Spec& parts,
               bool exclude)
    : reader_(service, element, parts.path),
      lookup_(std::make_shared<const Lookup>(spec, parts.operation, reader_.kind(), parts.value)),
      exclude_(exclude) {
    if (!lookup_->asks_for_presence()) reader_.check_values(std::string("filter `").append(spec).append("`"));
}

bool Filter::accepts(const void* element) const {
    if (lookup_->asks_for_presence()) return lookup_->accepts_presence(reader_.finds(element)) != exclude_;
    std::vector<Value> values;
    reader_.read(element, values);
    return lookup_->accepts(values) != exclude_;
}

int compare(const Ordering& ordering, const void* a, const void* b) {
    std::vector<Value> x;
    std::vector<Value> y;
    ordering.reader.read(a, x);
    ordering.reader.read(b, y);
    if (x.empty() || y.empty()) return static_cast<int>(x.empty()) - static_cast<int>(y.empty());
    const std::partial_ordering result = order(x.front(), y.front());
    const int sign = result < 0 ? -1 : result > 0 ? 1 : 0;
    return ordering.descending ? -sign : sign;
}

}  // namespace botocraft::detail
