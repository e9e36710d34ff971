#include "endpoint/rules.hpp"

#include <algorithm>
#include <botocraft/error.hpp>
#include <charconv>

#include "endpoint/evaluation.hpp"

namespace botocraft::endpoint {

// --- parameters ------------------------------------------------------------------------------------------------------

Parameters::Parameters(const RuleSet& rules) noexcept : rules_(&rules) {
    for (std::size_t i = 0; i < rules.parameters.size(); ++i) {
        const ParameterRow& row = rules.parameters[i];
        values_[i] = Value{State::unset, 0, nullptr};
        if (row.has_default == 0) continue;
        switch (static_cast<ParameterKind>(row.kind)) {
            case ParameterKind::boolean: set(i, row.default_flag != 0); break;
            case ParameterKind::list: values_[i] = Value{State::default_list, row.default_pieces.count, nullptr}; break;
            case ParameterKind::text: {
                const Expression& literal = rules.expressions[rules.pieces[row.default_pieces.first]];
                set(i, rules.text({literal.a, literal.b}));
            }
        }
    }
}

// Few of the places are used.
Parameters::Parameters(const Parameters& other) noexcept : rules_(other.rules_) {
    std::copy_n(other.values_.begin(), rules_->parameters.size(), values_.begin());
}

Parameters& Parameters::operator=(const Parameters& other) noexcept {
    rules_ = other.rules_;
    if (this != &other) std::copy_n(other.values_.begin(), rules_->parameters.size(), values_.begin());
    return *this;
}

void Parameters::set(std::size_t index, std::string_view text) noexcept {
    values_[index] = Value{State::text, static_cast<std::uint32_t>(text.size()), text.data() ? text.data() : ""};
}

void Parameters::set(std::size_t index, bool flag) noexcept {
    values_[index] = Value{flag ? State::yes : State::no, 0, nullptr};
}

void Parameters::set(std::size_t index, std::span<const std::string_view> list) noexcept {
    values_[index] = Value{State::list, static_cast<std::uint32_t>(list.size()), list.data()};
}

std::optional<std::size_t> Parameters::find(BuiltIn what) const noexcept {
    for (std::size_t i = 0; i < rules_->parameters.size(); ++i) {
        if (rules_->parameters[i].built_in == static_cast<std::uint8_t>(what)) return i;
    }
    return std::nullopt;
}

std::optional<std::size_t> Parameters::find(std::string_view name) const noexcept {
    for (std::size_t i = 0; i < rules_->parameters.size(); ++i) {
        if (rules_->text(rules_->parameters[i].name) == name) return i;
    }
    return std::nullopt;
}

std::string_view Parameters::text(std::size_t index) const noexcept {
    const Value& value = values_[index];
    if (value.state != State::text) return {};
    return {static_cast<const char*>(value.data), value.size};
}

std::string_view Parameters::element(std::size_t index, std::size_t position) const noexcept {
    const Value& value = values_[index];
    if (position >= value.size) return {};
    if (value.state == State::list) {
        const std::string_view text = static_cast<const std::string_view*>(value.data)[position];
        return text.data() ? text : std::string_view("");
    }
    if (value.state != State::default_list) return {};
    const Expression& literal =
        rules_->expressions[rules_->pieces[rules_->parameters[index].default_pieces.first + position]];
    return rules_->text({literal.a, literal.b});
}

// --- endpoint --------------------------------------------------------------------------------------------------------

namespace {

template <class T>
T& next(std::vector<T>& entries, std::size_t& count) {
    if (count == entries.size()) entries.emplace_back();
    return entries[count++];
}

// Where the port begins in `host:port` or `[v6]:port`, at its colon; the size if there is none.
std::size_t end_of_host(std::string_view authority) noexcept {
    const auto bracket = authority.find(']');
    return std::min(authority.find(':', bracket == std::string_view::npos ? 0 : bracket), authority.size());
}

}  // namespace

std::string_view Endpoint::host() const noexcept {
    std::string_view host = std::string_view(authority).substr(0, end_of_host(authority));
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    return host;
}

std::uint16_t Endpoint::port() const noexcept {
    std::uint16_t port = tls ? 443 : 80;
    const auto colon = end_of_host(authority);
    if (colon < authority.size())
        std::from_chars(authority.data() + colon + 1, authority.data() + authority.size(), port);
    return port;
}

std::string Endpoint::url() const {
    std::string url = tls ? "https://" : "http://";
    url += authority;
    url += path;
    return url;
}

void Endpoint::clear() noexcept {
    tls = true;
    authority.clear();
    path.clear();
    auth_count_ = header_count_ = property_count_ = 0;
}

EndpointAuth& Endpoint::add_auth() {
    return next(auth_, auth_count_);
}
Endpoint::Named& Endpoint::add_header() {
    return next(headers_, header_count_);
}
Endpoint::Named& Endpoint::add_property() {
    return next(properties_, property_count_);
}

// --- resolving -------------------------------------------------------------------------------------------------------

namespace {

const Result& decide(const RuleSet& rules, Evaluation& evaluation) {
    std::uint16_t target = rules.start;
    while ((target & Node::is_result) == 0) {
        const Node& node = rules.nodes[target];
        target = evaluation.holds(node.condition) ? node.yes : node.no;
    }
    return rules.results[target & ~Node::is_result];
}

// What comes from outside may not end the host name and begin something else, such as a host of someone's choice.
bool is_trusted(const Expression& piece) noexcept {
    if (piece.op == static_cast<std::uint8_t>(Op::literal)) return true;
    if (piece.op != static_cast<std::uint8_t>(Op::attribute)) return false;
    const auto what = static_cast<Attribute>(piece.detail);
    return what == Attribute::url_authority || what >= Attribute::name;
}

bool fill_authority(const RuleSet& rules, Evaluation& evaluation, Range range, Endpoint& out, std::string& problem) {
    for (const std::uint16_t piece : rules.pieces.subspan(range.first, range.count)) {
        const auto begin = out.authority.size();
        evaluation.append_piece(out.authority, piece);
        if (is_trusted(evaluation.at(piece))) continue;
        const auto text = std::string_view(out.authority).substr(begin);
        if (!text.empty() && is_host_text(text)) continue;
        problem.append("`").append(text).append("` cannot be part of a host name");
        return false;
    }
    return true;
}

bool fill_whole(std::string_view text, Endpoint& out, std::string& problem) {
    const auto url = parse_url(text);
    if (!url) {
        problem.append("Custom endpoint `").append(text).append("` was not a valid URI");
        return false;
    }
    out.tls = url->scheme == "https";
    out.authority = url->authority;
    out.path = url->path;
    return true;
}

bool fill_address(const RuleSet& rules, Evaluation& evaluation, const Result& result, Endpoint& out,
                  std::string& problem) {
    if (result.kind == Result::whole) {
        std::string url;
        const auto pieces = rules.pieces.subspan(result.authority.first, result.authority.count);
        if (pieces.size() == 1) return fill_whole(evaluation.text(pieces.front()), out, problem);
        evaluation.append(url, result.authority);
        return fill_whole(url, out, problem);
    }
    const auto scheme = rules.pieces[result.scheme.first];
    out.tls = evaluation.text(scheme) == "https";
    if (!fill_authority(rules, evaluation, result.authority, out, problem)) return false;
    if (result.path.count == 0) return true;
    evaluation.append(out.path, result.path);
    const auto unwanted = [](char c) { return c == '?' || c == '#' || c <= ' ' || c >= 0x7f; };
    if (std::ranges::none_of(out.path, unwanted)) return true;
    problem.append("`").append(out.path).append("` cannot be the path of a URL");
    return false;
}

void fill_rest(const RuleSet& rules, Evaluation& evaluation, const Result& result, Endpoint& out) {
    for (const AuthRow& row : rules.auth.subspan(result.auth.first, result.auth.count)) {
        EndpointAuth& auth = out.add_auth();
        auth.scheme = static_cast<AuthScheme>(row.scheme);
        auth.disable_double_encoding = row.disable_double_encoding != 0;
        auth.signing_name.clear();
        evaluation.append(auth.signing_name, row.signing_name);
        auth.signing_region.clear();
        evaluation.append(auth.signing_region, row.signing_region);
    }
    const auto fill = [&](Endpoint::Named& named, const NamedRow& row) {
        named.name = rules.text(row.name);
        named.value.clear();
        evaluation.append(named.value, row.value);
    };
    for (const NamedRow& row : rules.named.subspan(result.headers.first, result.headers.count))
        fill(out.add_header(), row);
    for (const NamedRow& row : rules.named.subspan(result.properties.first, result.properties.count))
        fill(out.add_property(), row);
}

bool all_there(const RuleSet& rules, const Parameters& parameters, std::string& problem) {
    for (std::size_t i = 0; i < rules.parameters.size(); ++i) {
        if (rules.parameters[i].required == 0 || parameters.is_set(i)) continue;
        problem.append("`").append(rules.text(rules.parameters[i].name)).append("` must be set to find the endpoint");
        return false;
    }
    return true;
}

bool has(const Parameters& parameters, BuiltIn what) noexcept {
    const auto index = parameters.find(what);
    return index && (parameters.flag(*index) || !parameters.text(*index).empty());
}

std::string_view place_of(const Asker& asker, BuiltIn what) noexcept {
    const auto found = std::ranges::find(asker.sources, what, &Source::what);
    return found == asker.sources.end() ? std::string_view() : found->where;
}

// What a built-in parameter means to a person, where it may be set.
struct Explanation {
    BuiltIn what;
    std::string_view meaning;
    std::string_view places;
};
constexpr Explanation explanations[] = {
    {BuiltIn::endpoint, "An endpoint is configured",
     "in code, in AWS_ENDPOINT_URL or AWS_ENDPOINT_URL_<SERVICE>, or as `endpoint_url` in the profile"},
    {BuiltIn::use_fips, "FIPS endpoints are asked for",
     "in code, in AWS_USE_FIPS_ENDPOINT, or as `use_fips_endpoint` in the profile"},
    {BuiltIn::use_dual_stack, "Dual-stack endpoints are asked for",
     "in code, in AWS_USE_DUALSTACK_ENDPOINT, or as `use_dualstack_endpoint` in the profile"},
    {BuiltIn::s3_accelerate, "S3 Accelerate is asked for",
     "in code, or as `use_accelerate_endpoint` under `s3` in the profile"},
    {BuiltIn::s3_force_path_style, "Buckets are asked for in the path",
     "in code, or as `addressing_style` under `s3` in the profile"},
    {BuiltIn::s3_disable_multi_region, "Multi-region access points are switched off",
     "in code, in AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS, or as `s3_disable_multiregion_access_points` in the profile"},
};

void append_region(std::string& text, const Parameters& parameters, const Asker& asker) {
    const auto index = parameters.find(BuiltIn::region);
    if (!index) return;
    const auto region = parameters.text(*index);
    const auto place = place_of(asker, BuiltIn::region);
    if (region.empty()) {
        text += " No region is set: set it in code, in AWS_REGION, or as `region` in the profile.";
    } else if (!is_host_label(region, true)) {
        text.append(" The region is `").append(region).append("`, which is no name of a region: look at what sets it (");
        text.append(place.empty() ? "code, AWS_REGION, or `region` in the profile" : place).append(").");
    } else if (!place.empty()) {
        text.append(" The region is `").append(region).append("` (").append(place).append(").");
    }
}

// What a person can change, in the order of what is most often wrong.
std::string advice(const Parameters& parameters, const Asker& asker) {
    std::string text;
    append_region(text, parameters, asker);
    for (const Explanation& one : explanations) {
        if (!has(parameters, one.what)) continue;
        const auto place = place_of(asker, one.what);
        text.append(" ").append(one.meaning).append(": ").append(place.empty() ? one.places : place).append(".");
    }
    return text;
}

}  // namespace

bool try_resolve(const Partitions& partitions, const Parameters& parameters, Endpoint& out, std::string& problem) {
    const RuleSet& rules = parameters.rules();
    out.clear();
    problem.clear();
    if (rules.results.empty()) {
        problem = "The service was generated without endpoint rules, so that nobody knows where to call it";
        return false;
    }
    if (!all_there(rules, parameters, problem)) return false;
    Evaluation evaluation(partitions, parameters);
    const Result& result = decide(rules, evaluation);
    switch (result.kind) {
        case Result::error: evaluation.append(problem, result.authority); return false;
        case Result::no_match:
            problem = "The endpoint rules of the service have no answer to these settings";
            return false;
        default: break;
    }
    if (!fill_address(rules, evaluation, result, out, problem)) return false;
    fill_rest(rules, evaluation, result, out);
    return true;
}

void resolve(const Partitions& partitions, const Parameters& parameters, Endpoint& out, const Asker& asker) {
    std::string problem;
    if (!try_resolve(partitions, parameters, out, problem)) fail(parameters, std::move(problem), asker);
}

void fail(const Parameters& parameters, std::string problem, const Asker& asker) {
    ErrorDetails details;
    details.kind = ErrorKind::configuration;
    details.code = "EndpointNotFound";
    details.service = asker.service;
    details.operation = asker.operation;
    if (const auto region = parameters.find(BuiltIn::region)) details.region = parameters.text(*region);
    if (!problem.ends_with('.')) problem += '.';
    details.explanation = problem + advice(parameters, asker);
    throw_error(std::move(details));
}

}  // namespace botocraft::endpoint
