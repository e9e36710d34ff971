#pragma once
// Where to send a request and how to sign it: walks the compiled endpoint rules of a service.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "endpoint/tables.hpp"

namespace botocraft::endpoint {

// The values that a service's rules are asked with. Refers to the texts that it is given; they must outlive it.
class Parameters {
  public:
    // All parameters at their defaults.
    explicit Parameters(const RuleSet& rules) noexcept;
    Parameters(const Parameters& other) noexcept;
    Parameters& operator=(const Parameters& other) noexcept;
    ~Parameters() = default;

    void set(std::size_t index, std::string_view text) noexcept;
    void set(std::size_t index, const char* text) noexcept { set(index, std::string_view(text)); }
    void set(std::size_t index, bool flag) noexcept;
    void set(std::size_t index, std::span<const std::string_view> list) noexcept;

    // Sets the parameter that stands for `what`, if the service has it.
    template <class T>
    void set(BuiltIn what, const T& value) noexcept {
        if (const auto index = find(what)) set(*index, value);
    }

    // Linear searches: for tests, and for what is done once.
    [[nodiscard]] std::optional<std::size_t> find(BuiltIn what) const noexcept;
    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const noexcept;

    [[nodiscard]] bool is_set(std::size_t index) const noexcept { return values_[index].state != State::unset; }
    [[nodiscard]] bool flag(std::size_t index) const noexcept { return values_[index].state == State::yes; }
    // Data is null where the parameter is not set or no text.
    [[nodiscard]] std::string_view text(std::size_t index) const noexcept;
    // Null data where there is no such element.
    [[nodiscard]] std::string_view element(std::size_t index, std::size_t position) const noexcept;

    [[nodiscard]] const RuleSet& rules() const noexcept { return *rules_; }

  private:
    enum class State : std::uint8_t { unset, no, yes, text, list, default_list };
    struct Value {
        State state;
        std::uint32_t size;
        const void* data;
    };

    const RuleSet* rules_;
    std::array<Value, most_parameters> values_;  // as many as the rules have; the rest is never read
};

// One way to sign that an endpoint accepts.
struct EndpointAuth {
    AuthScheme scheme = AuthScheme::none;
    bool disable_double_encoding = false;
    std::string signing_name;    // empty: the service's own
    std::string signing_region;  // empty: the session's; for sigv4a a set of regions, comma-separated
};

// Where a request goes. Meant to be reused from call to call, so that its strings need not grow.
class Endpoint {
  public:
    bool tls = true;
    std::string authority;  // host, and port if it is not the scheme's own: what the Host header says
    std::string path;       // with its leading slash, or empty; comes before the operation's own

    struct Named {
        std::string_view name;  // lives as long as the rule set
        std::string value;
    };

    // In the order of the service's preference; empty: as the service's model says.
    [[nodiscard]] std::span<const EndpointAuth> auth() const noexcept { return {auth_.data(), auth_count_}; }
    [[nodiscard]] std::span<const Named> headers() const noexcept { return {headers_.data(), header_count_}; }
    // What else the rules say, such as `backend`; nested ones are `outer.inner`.
    [[nodiscard]] std::span<const Named> properties() const noexcept { return {properties_.data(), property_count_}; }

    [[nodiscard]] std::string_view host() const noexcept;  // without port and brackets
    [[nodiscard]] std::uint16_t port() const noexcept;
    [[nodiscard]] std::string url() const;

    void clear() noexcept;

    // For the engine: the next entry, reused where there was one.
    EndpointAuth& add_auth();
    Named& add_header();
    Named& add_property();

  private:
    std::vector<EndpointAuth> auth_;
    std::vector<Named> headers_;
    std::vector<Named> properties_;
    std::size_t auth_count_ = 0;
    std::size_t header_count_ = 0;
    std::size_t property_count_ = 0;
};

// Fills `out`, or returns false and says in `problem` why there is no endpoint: in the words of the rules, where they
// have some.
[[nodiscard]] bool try_resolve(const Partitions& partitions, const Parameters& parameters, Endpoint& out,
                               std::string& problem);

// Where a parameter was set, for messages: `AWS_REGION`, `use_fips_endpoint in ~/.aws/config, line 3`.
struct Source {
    BuiltIn what = BuiltIn::none;
    std::string_view where;
};

// What the service is called in messages, and where its parameters were set, as far as that is known.
struct Asker {
    std::string_view service = {};
    std::string_view operation = {};
    std::span<const Source> sources = {};
};

// The ConfigurationError for what try_resolve found: it says what to change and where.
[[noreturn]] void fail(const Parameters& parameters, std::string problem, const Asker& asker = {});

// Fills `out`, or throws that error.
void resolve(const Partitions& partitions, const Parameters& parameters, Endpoint& out, const Asker& asker = {});

}  // namespace botocraft::endpoint
