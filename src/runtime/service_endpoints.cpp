#include "runtime/service_endpoints.hpp"

#include "endpoint/functions.hpp"
#include "endpoint/partition_data.hpp"
#include "protocol/http_binding.hpp"
#include "runtime/input_values.hpp"
#include "schema/walk.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace botocraft::detail {

namespace {

using endpoint::BuiltIn;
using Source = api::EndpointParameter::Source;

// What was asked, in few enough bytes to be compared quickly. What does not fit is not remembered.
class Key {
  public:
    void add(std::uint8_t what, std::string_view value) noexcept {
        constexpr std::size_t head = 3;
        if (whole_ = whole_ && value.size() + head <= bytes_.size() - size_; !whole_) return;
        bytes_[size_] = static_cast<char>(what);
        bytes_[size_ + 1] = static_cast<char>(value.size() & 0xff);
        bytes_[size_ + 2] = static_cast<char>(value.size() >> 8);
        value.copy(bytes_.data() + size_ + head, value.size());
        size_ += head + value.size();
    }

    [[nodiscard]] bool whole() const noexcept { return whole_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] std::string_view text() const noexcept { return {bytes_.data(), size_}; }

  private:
    std::array<char, 256> bytes_;
    std::size_t size_ = 0;
    bool whole_ = true;
};

// Beside the indices of parameters, which are fewer.
constexpr std::uint8_t list_mark = 0xfd;  // the end of one
constexpr std::uint8_t account_mark = 0xfe;
constexpr std::uint8_t prefix_mark = 0xff;

std::span<const api::EndpointParameter> parameters_of(const orm::ServiceTables& service,
                                                      const api::Operation& operation) noexcept {
    return {service.endpoint_parameters + operation.first_endpoint_parameter, operation.endpoint_parameter_count};
}

std::optional<schema::ConstPlace> member_of(const orm::ServiceTables& service, const api::Operation& operation,
                                            std::uint16_t member, const void* input) noexcept {
    const schema::ShapeRef shape{service.schema, operation.input};
    const schema::ConstPlace place = schema::member_place(shape, *(shape.begin() + member), input);
    if (schema::presence(place) != Presence::present) return std::nullopt;
    return place;
}

std::string_view text_of(AccountIdEndpointMode mode) noexcept {
    switch (mode) {
        case AccountIdEndpointMode::preferred: return "preferred";
        case AccountIdEndpointMode::disabled: return "disabled";
        case AccountIdEndpointMode::required: return "required";
    }
    return "preferred";
}

}  // namespace

// What one call asks of the rules: its own parameters, and what tells it from other calls.
struct ServiceEndpoints::Question {
    explicit Question(const api::Operation& of) noexcept : operation(of) {}

    struct Value {  // trivial, so that those that are not used cost nothing
        enum class Kind : std::uint8_t { flag, text, list };
        const void* data;  // of a text, or of the texts of a list
        std::uint32_t size;
        std::uint8_t index;
        bool flag;
        Kind kind;
    };
    const api::Operation& operation;
    Key key;
    std::size_t count = 0;
    std::array<Value, endpoint::most_parameters> values;
    std::vector<std::vector<std::string_view>> lists;  // what values refer to
    std::string prefix;  // what goes before the host; short texts need no memory of their own

    void add(std::uint8_t index, std::uint8_t mark, std::string_view text) noexcept {
        values[count++] = {text.data(), static_cast<std::uint32_t>(text.size()), index, false, Value::Kind::text};
        key.add(mark, text);
    }
    void add(std::uint8_t index, bool flag) noexcept {
        values[count++] = {nullptr, 0, index, flag, Value::Kind::flag};
        key.add(index, flag ? "1" : "0");
    }
    void add(std::uint8_t index, std::vector<std::string_view> list) {
        for (const std::string_view text : list) key.add(index, text);
        key.add(list_mark, {});
        const auto& kept = lists.emplace_back(std::move(list));
        values[count++] = {kept.data(), static_cast<std::uint32_t>(kept.size()), index, false, Value::Kind::list};
    }
    void set(const Value& value, endpoint::Parameters& parameters) const noexcept {
        switch (value.kind) {
            case Value::Kind::flag: parameters.set(value.index, value.flag); break;
            case Value::Kind::text:
                parameters.set(value.index, std::string_view(static_cast<const char*>(value.data), value.size));
                break;
            case Value::Kind::list:
                parameters.set(value.index, std::span(static_cast<const std::string_view*>(value.data), value.size));
                break;
        }
    }
};

ServiceEndpoints::ServiceEndpoints(const orm::ServiceTables& service, const config::Settings& settings,
                                   config::Found region, bool fips, ChooseWay choose_way)
    : service_(service),
      region_(std::move(region)),
      configured_(settings.endpoint_url(service.service_id, service.name)),
      choose_way_(std::move(choose_way)),
      no_host_prefix_(settings.endpoints.disable_host_prefix.value),
      session_parameters_(*service.endpoint_rules) {
    set_session(settings, fips);
    set_s3(settings.endpoints);
    if (settings.endpoints.account_id_mode.value != AccountIdEndpointMode::disabled) {
        account_id_ = session_parameters_.find(BuiltIn::account_id);
    }
    const std::span operations(service.operations, service.operation_count);
    if (std::ranges::any_of(operations, [this](const api::Operation& one) { return varies(one); })) {
        cache_ = std::make_unique<DestinationCache>();
    }
}

template <class T>
void ServiceEndpoints::set(BuiltIn what, const T& value, const std::string& source) {
    session_parameters_.set(what, value);
    if (!source.empty()) sources_.emplace_back(what, source);
}

void ServiceEndpoints::set_session(const config::Settings& settings, bool fips) {
    const config::EndpointSettings& said = settings.endpoints;
    const ServiceEndpointOptions* const own = said.of(service_.name, service_.service_id);
    const std::string in_code = "endpoints of " + std::string(service_.name) + " in code";
    const auto flag = [&](BuiltIn what, const config::Sourced<bool>& general, std::optional<bool> code) {
        set(what, code.value_or(general.value), code ? in_code : general.source);
    };
    set(BuiltIn::region, std::string_view(region_.value), region_.source);
    if (configured_) set(BuiltIn::endpoint, std::string_view(configured_->value), configured_->source);
    if (fips) {
        set(BuiltIn::use_fips, true, region_.source);
    } else {
        flag(BuiltIn::use_fips, said.use_fips, own ? own->use_fips : std::nullopt);
    }
    flag(BuiltIn::use_dual_stack, said.use_dualstack, own ? own->use_dualstack : std::nullopt);
    set(BuiltIn::account_id_endpoint_mode, text_of(said.account_id_mode.value), said.account_id_mode.source);
    set(BuiltIn::sts_use_global_endpoint, said.sts.value == RegionalEndpoints::legacy, said.sts.source);
}

void ServiceEndpoints::set_s3(const config::EndpointSettings& settings) {
    if (!session_parameters_.find(BuiltIn::s3_force_path_style)) return;
    const ServiceEndpointOptions* const own = settings.of(service_.name, service_.service_id);
    if (settings.s3_use_dualstack.value && !(own && own->use_dualstack)) {
        set(BuiltIn::use_dual_stack, true, settings.s3_use_dualstack.source);
    }
    const AddressingStyle style = settings.s3_addressing_style.value;
    if (style == AddressingStyle::automatic && configured_ && !settings.s3_accelerate.value) {
        path_bucket_ = session_parameters_.find("Bucket");
    }
    set(BuiltIn::s3_force_path_style, style == AddressingStyle::path || path_bucket_, settings.s3_addressing_style.source);
    set(BuiltIn::s3_accelerate, settings.s3_accelerate.value, settings.s3_accelerate.source);
    if (const auto& arn_region = settings.s3_use_arn_region; arn_region.value) {
        set(BuiltIn::s3_use_arn_region, *arn_region.value, arn_region.source);
        set(BuiltIn::s3_control_use_arn_region, *arn_region.value, arn_region.source);
    }
    set(BuiltIn::s3_disable_multi_region, settings.s3_disable_multi_region.value,
        settings.s3_disable_multi_region.source);
    set(BuiltIn::s3_use_global_endpoint, settings.s3_us_east_1.value == RegionalEndpoints::legacy,
        settings.s3_us_east_1.source);
    const auto express = session_parameters_.find("DisableS3ExpressSessionAuth");  // no built-in, but the client's own
    if (express && settings.s3_disable_express_session_auth.value) session_parameters_.set(*express, true);
}

bool ServiceEndpoints::varies(const api::Operation& operation) const noexcept {
    return operation.endpoint_parameter_count != 0 || account_id_ ||
           (operation.host_prefix.length != 0 && !no_host_prefix_);
}

void ServiceEndpoints::ask(Question& question, const api::Operation& operation, const void* input) const {
    for (const api::EndpointParameter& parameter : parameters_of(service_, operation)) {
        switch (parameter.source) {
            case Source::text: question.add(parameter.index, parameter.index, service_.text(parameter.text)); break;
            case Source::no: question.add(parameter.index, false); break;
            case Source::yes: question.add(parameter.index, true); break;
            case Source::path: ask_path(question, parameter, operation, input); break;
            case Source::member:
                if (const auto place = member_of(service_, operation, parameter.member, input)) {
                    if (place->kind() == schema::Kind::string) {
                        question.add(parameter.index, parameter.index, schema::scalar<std::string>(*place));
                    } else if (place->kind() == schema::Kind::boolean) {
                        question.add(parameter.index, schema::scalar<bool>(*place));
                    }
                }
        }
    }
    if (operation.host_prefix.length != 0 && !no_host_prefix_) {
        protocol::encode_host_prefix(service_, operation, input, question.prefix);
        question.key.add(prefix_mark, question.prefix);
    }
}

// Rare: the path is taken apart for each call.
void ServiceEndpoints::ask_path(Question& question, const api::EndpointParameter& parameter,
                                const api::Operation& operation, const void* input) const {
    const auto path = endpoint::InputPath::parse(service_.text(parameter.text));
    if (!path) return;  // the generator has refused such ones
    const InputValue value = read_input(*path, {service_.schema, operation.input}, input);
    switch (static_cast<endpoint::ParameterKind>(service_.endpoint_rules->parameters[parameter.index].kind)) {
        case endpoint::ParameterKind::list:
            if (!value.is_null()) question.add(parameter.index, value.texts());
            break;
        case endpoint::ParameterKind::text:
            if (const std::string_view text = value.text(); text.data() != nullptr) {
                question.add(parameter.index, parameter.index, text);
            }
            break;
        case endpoint::ParameterKind::boolean:
            if (value.place && value.place->kind() == schema::Kind::boolean) {
                question.add(parameter.index, schema::scalar<bool>(*value.place));
            }
            break;
    }
}

std::string ServiceEndpoints::reasons() const {
    const endpoint::RuleSet& rules = *service_.endpoint_rules;
    std::string text;
    for (const auto& [what, where] : sources_) {
        const auto index = session_parameters_.find(what);
        if (!index || what == BuiltIn::region || what == BuiltIn::endpoint) continue;
        const bool is_flag = static_cast<endpoint::ParameterKind>(rules.parameters[*index].kind) == endpoint::ParameterKind::boolean;
        if (is_flag && !session_parameters_.flag(*index)) continue;
        if (!text.empty()) text.append(", ");
        text.append(rules.text(rules.parameters[*index].name)).append(" (").append(where).append(")");
    }
    return text;
}

std::shared_ptr<const Destination> ServiceEndpoints::find(const api::Operation& operation, const void* input,
                                                          std::string_view account_id) const {
    if (!varies(operation)) return common(operation);
    Question question(operation);
    ask(question, operation, input);
    if (account_id_ && !account_id.empty()) {
        question.add(static_cast<std::uint8_t>(*account_id_), account_mark, account_id);
    }
    if (!question.key.whole()) return resolve(question);
    if (question.key.empty()) return common(operation);
    std::shared_ptr<const Destination> answer = cache_->find(question.key.text());
    if (!answer) {
        answer = resolve(question);
        cache_->put(question.key.text(), answer);
    }
    return answer;
}

// Not counted, for this outlives whoever asks: one atomic read is all that it costs.
std::shared_ptr<const Destination> ServiceEndpoints::common(const api::Operation& operation) const {
    const Destination* known = common_now_.load(std::memory_order_acquire);
    if (known == nullptr) {
        const std::lock_guard lock(mutex_);
        if (!common_) common_ = resolve(Question(operation));
        known = common_.get();
        common_now_.store(known, std::memory_order_release);
    }
    return {std::shared_ptr<const void>(), known};
}

std::shared_ptr<const Destination> ServiceEndpoints::resolve(const Question& question) const {
    endpoint::Parameters parameters = session_parameters_;
    for (const Question::Value& value : std::span(question.values).first(question.count)) {
        question.set(value, parameters);
    }
    // The rules refuse ARNs in paths.
    if (path_bucket_ && endpoint::parse_arn(parameters.text(*path_bucket_))) {
        parameters.set(BuiltIn::s3_force_path_style, false);
    }
    constexpr std::size_t usual_host = 80;
    const auto made = std::make_shared<Destination>();
    made->endpoint.authority.reserve(usual_host);
    std::string problem;
    if (!endpoint::try_resolve(endpoint::partitions(), parameters, made->endpoint, problem)) {
        std::vector<endpoint::Source> sources;
        for (const auto& [what, where] : sources_) sources.push_back({what, where});
        endpoint::fail(parameters, std::move(problem),
                       {service_.name, service_.text(question.operation.name), sources});
    }
    put_prefix(made->endpoint, question.prefix);
    std::string& path = made->endpoint.path;
    path.erase(path.find_last_not_of('/') + 1);
    made->origin.tls = made->endpoint.tls;
    made->origin.host = made->endpoint.host();
    made->origin.port = made->endpoint.port();
    choose_way_(made->origin);
    return made;
}

// An address in numbers has no names below it.
void ServiceEndpoints::put_prefix(endpoint::Endpoint& endpoint, std::string_view prefix) const {
    if (prefix.empty()) return;
    const std::string url = endpoint.url();
    if (const auto parsed = endpoint::parse_url(url); parsed && parsed->is_ip) return;
    endpoint.authority.insert(0, prefix);
}

}  // namespace botocraft::detail
