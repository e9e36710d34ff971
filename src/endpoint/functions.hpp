#pragma once
// The functions that endpoint rules call, as plain functions of text.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace botocraft::endpoint {

struct Url {
    std::string_view scheme;     // `https` or `http`
    std::string_view authority;  // host, and port if given
    std::string_view path;       // with its leading slash, or empty
    bool is_ip = false;
};

// Nothing for what is no http(s) URL that an endpoint could have: with a query, a fragment, a user, no host, a bad
// port.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text) noexcept;

struct Arn {
    std::string_view partition;
    std::string_view service;
    std::string_view region;
    std::string_view account_id;
    std::string_view resource;  // `type/id` or `type:id`
};

[[nodiscard]] std::optional<Arn> parse_arn(std::string_view text) noexcept;

// The part of `resource` at `index`, where parts end at `:` and `/`.
[[nodiscard]] std::optional<std::string_view> resource_part(std::string_view resource, std::size_t index) noexcept;

// The part at `index` of `text` split at `delimiter` into at most `limit` parts (0: all).
[[nodiscard]] std::optional<std::string_view> split_part(std::string_view text, std::string_view delimiter,
                                                         std::size_t limit, std::size_t index) noexcept;

[[nodiscard]] std::optional<std::string_view> substring(std::string_view text, std::size_t start, std::size_t stop,
                                                        bool from_end) noexcept;

// One label of a host name: 1 to 63 letters, digits and inner hyphens; with `dots`, several of them joined by dots.
[[nodiscard]] bool is_host_label(std::string_view text, bool dots) noexcept;

// A bucket name that can be the first label(s) of a host name.
[[nodiscard]] bool is_hostable_bucket(std::string_view text, bool dots) noexcept;

// Only characters that a host name, IP address or port is made of.
[[nodiscard]] bool is_host_text(std::string_view text) noexcept;

void append_uri_encoded(std::string& out, std::string_view text);

}  // namespace botocraft::endpoint
