#include "auth/instance_metadata.hpp"

#include "auth/problem.hpp"
#include "auth/selected_profile.hpp"
#include "config/names.hpp"
#include "text/case.hpp"

#include <botocraft/clock.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace botocraft::auth {

namespace {

namespace names = config::names;

constexpr std::string_view ipv4_endpoint = "http://169.254.169.254";
constexpr std::string_view ipv6_endpoint = "http://[fd00:ec2::254]";
constexpr std::chrono::seconds token_lifetime = std::chrono::hours(6);

[[noreturn]] void refuse_setting(std::string explanation) {
    ErrorDetails details;
    details.kind = ErrorKind::configuration;
    details.code = "InvalidSetting";
    details.explanation = std::move(explanation);
    throw_error(std::move(details));
}

// A setting that stands in the environment or in the profile.
class Lookup {
  public:
    Lookup(const Environment& environment, const config::Section* profile)
        : environment_(environment), profile_(profile) {}

    [[nodiscard]] std::string operator()(const config::Setting& setting) const {
        std::string value = setting.variable.empty() ? std::string() : variable(environment_, setting.variable);
        if (value.empty() && profile_ != nullptr && !setting.key.empty()) value = value_of(*profile_, setting.key);
        return value;
    }
    [[nodiscard]] int number(const config::Setting& setting, int otherwise) const {
        const std::string text = (*this)(setting);
        if (text.empty()) return otherwise;
        int value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size() || value < 1) {
            refuse_setting("\"" + text + "\" (" + std::string(setting.variable) + ") must be a whole number from 1 on");
        }
        return value;
    }

  private:
    const Environment& environment_;
    const config::Section* profile_;
};

std::string_view endpoint_of_mode(const std::string& mode) {
    const std::string known = lower_case(mode);
    if (known.empty() || known == "ipv4") return ipv4_endpoint;
    if (known == "ipv6") return ipv6_endpoint;
    refuse_setting("`" + mode + "` is not a valid endpoint mode of the instance metadata service: it must be IPv4 or "
                   "IPv6 (" + std::string(names::metadata_endpoint_mode.variable) + ", " +
                   std::string(names::metadata_endpoint_mode.key) + ")");
}

bool worth_another_try(int status) noexcept { return status == 429 || status >= 500; }

// Sends a request until something comes of it. Where nothing does, there is no service.
awaitable<PlainReply> persist(const CredentialsContext& context, const MetadataSettings& settings,
                              PlainRequest request) {
    request.timeout = settings.timeout;
    std::string problem;
    for (int attempt = 1;; ++attempt) {
        bool hopeless = false;
        PlainReply reply;
        try {
            PlainRequest copy = request;
            reply = co_await exchange(context.session.transport, std::move(copy));
        } catch (const http::Failure& failure) {
            problem = failure.what();
            hopeless = failure.phase() <= http::Phase::connect;  // who does not answer at all will not a second later
        }
        const bool last = attempt >= settings.attempts;
        if (reply.status != 0 && (last || !worth_another_try(reply.status))) co_return reply;
        if (reply.status == 0 && (last || hopeless)) {
            not_found("no instance metadata service answers at " + settings.endpoint.text() + " (" + problem +
                      "): this is no EC2 instance, or the service does not let answers through to here (hop limit)");
        }
        co_await context.session.sleeper->sleep(std::chrono::milliseconds(100) * (1 << std::min(attempt - 1, 4)));
    }
}

void check_status(const PlainReply& reply, const Url& url) {
    if (reply.status == 200 || reply.status == 404) return;
    const std::string where = "the instance metadata service at " + url.text();
    if (reply.status == 403) {
        fail("InstanceMetadataForbidden", "request forbidden: IMDS is disabled for this instance, or a firewall stands in "
                                          "its place (" + where + " said 403)");
    }
    fail("InstanceMetadataFailure", where + " answered with HTTP status " + std::to_string(reply.status));
}

}  // namespace

Url MetadataSettings::url(std::string_view path) const {
    Url url = endpoint;
    while (url.target.ends_with('/')) url.target.pop_back();
    url.target.append(path);
    return url;
}

MetadataSettings metadata_settings(const Environment& environment, const config::Section* profile,
                                   const InstanceMetadataOptions& code) {
    const Lookup lookup(environment, profile);
    MetadataSettings settings;
    settings.enabled = code.disabled ? !*code.disabled : lower_case(lookup(names::metadata_disabled)) != "true";
    settings.allow_v1 = code.v1_disabled ? !*code.v1_disabled : lower_case(lookup(names::metadata_v1_disabled)) == "false";
    settings.timeout = code.timeout ? *code.timeout : std::chrono::seconds(lookup.number(names::metadata_timeout, 1));
    settings.attempts = code.attempts ? *code.attempts : lookup.number(names::metadata_attempts, 3);
    settings.instance_profile = code.instance_profile ? *code.instance_profile : lookup(names::instance_profile);
    if (settings.timeout.count() < 1) refuse_setting("metadata.timeout in code must be more than nothing");
    if (settings.attempts < 1) refuse_setting("metadata.attempts in code must be 1 or more");

    // Whoever names an endpoint has chosen more than whoever names a mode.
    std::string text = code.endpoint ? *code.endpoint : lookup(names::metadata_endpoint);
    if (text.empty()) text = endpoint_of_mode(code.endpoint_mode ? *code.endpoint_mode : lookup(names::metadata_endpoint_mode));
    auto url = parse_url(text);
    if (!url) {
        refuse_setting("\"" + text + "\" cannot be the endpoint of the instance metadata service: it holds an invalid uri "
                       "character or lacks a host. It must be a URL such as " + std::string(ipv4_endpoint) + " (" +
                       std::string(names::metadata_endpoint.variable) + ", " +
                       std::string(names::metadata_endpoint.key) + ")");
    }
    settings.endpoint = *std::move(url);
    return settings;
}

awaitable<Secret> InstanceMetadata::token(const CredentialsContext& context, const MetadataSettings& settings) {
    {
        const std::lock_guard lock(mutex_);
        if (!token_.empty() && context.clock->steady_now() < token_end_) co_return token_;
    }
    PlainRequest request;
    request.method = "PUT";
    request.url = settings.url(token_path);
    request.headers.emplace_back("x-aws-ec2-metadata-token-ttl-seconds", std::to_string(token_lifetime.count()));
    const Url url = request.url;
    const PlainReply reply = co_await persist(context, settings, std::move(request));
    const bool none_given = reply.status == 403 || reply.status == 404 || reply.status == 405;
    if (none_given && settings.allow_v1) co_return Secret();
    check_status(reply, url);
    if (reply.status != 200 || reply.body.empty()) {
        fail("InstanceMetadataFailure", "the instance metadata service at " + url.text() + " gives no session token");
    }
    constexpr std::chrono::seconds most_early = std::chrono::minutes(2);
    const std::chrono::seconds granted = reply.token_lifetime.count() > 0 ? reply.token_lifetime : token_lifetime;
    const std::lock_guard lock(mutex_);
    token_ = reply.body;
    token_end_ = context.clock->steady_now() + granted - std::min(granted / 10, most_early);
    co_return token_;
}

awaitable<PlainReply> InstanceMetadata::get(const CredentialsContext& context, const MetadataSettings& settings,
                                            std::string path) {
    if (!settings.enabled) {
        not_found("the instance metadata service is switched off (" +
                  std::string(names::metadata_disabled.variable) + ")");
    }
    if (!context.session.transport || !context.session.sleeper) not_found("there is no transport to ask for it");
    for (bool renewed = false;; renewed = true) {
        const Secret known = co_await token(context, settings);
        PlainRequest request;
        request.url = settings.url(path);
        if (!known.empty()) request.headers.emplace_back("x-aws-ec2-metadata-token", known);
        const Url url = request.url;
        PlainReply reply = co_await persist(context, settings, std::move(request));
        if (reply.status == 401 && !renewed) {  // the token is not accepted any more
            const std::lock_guard lock(mutex_);
            if (token_ == known) token_ = Secret();
            continue;
        }
        check_status(reply, url);
        co_return reply;
    }
}

awaitable<std::string> instance_region(const CredentialsContext& context) {
    const SelectedProfile profile = select_profile(context);
    const MetadataSettings settings = metadata_settings(*context.environment, profile.section(), context.session.metadata);
    InstanceMetadata service;
    std::string region;
    try {
        const PlainReply reply = co_await service.get(context, settings, "/latest/meta-data/placement/region");
        if (reply.status == 200) region = reply.body.reveal();
    } catch (const CredentialsError&) {
        // Not on an instance, or not allowed to know: then there is no region from here.
    }
    co_return region;
}

}  // namespace botocraft::auth
