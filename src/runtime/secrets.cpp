#include "runtime/secrets.hpp"

#include "protocol/scalar_text.hpp"
#include "schema/secrets.hpp"
#include "text/case.hpp"

#include <algorithm>
#include <array>

namespace botocraft::detail {

namespace {

constexpr std::size_t longest_shown = 64 * 1024;  // of a body
constexpr std::string_view hidden = "***";

constexpr std::array<std::string_view, 8> secret_headers{
    "authorization", "cookie",     "proxy-authorization", "set-cookie",
    "x-amz-bearer-token", "x-amz-s3session-token", "x-amz-security-token", "x-aws-ec2-metadata-token"};

// No operation puts its members into these.
constexpr std::array<std::string_view, 14> plain_headers{
    "accept",         "connection", "content-encoding", "content-length",   "content-type",    "date",        "host",
    "smithy-protocol", "transfer-encoding", "user-agent", "x-amz-date", "x-amz-target", "x-amzn-requestid", "x-amz-request-id"};

constexpr std::array<std::string_view, 4> secret_parameters{"X-Amz-Credential", "X-Amz-S3session-Token",
                                                            "X-Amz-Security-Token", "X-Amz-Signature"};

// Of the network's bytes: line ends stay, whatever else a terminal could obey does not.
void append_shown(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (const char raw : text.substr(0, longest_shown)) {
        const auto c = static_cast<unsigned char>(raw);
        if (c == '\r') continue;
        if (c == '\n' || (c >= 0x20 && c < 0x7f)) {
            out += raw;
        } else {
            out.append("\\x").append(1, digits[c >> 4]).append(1, digits[c & 15]);
        }
    }
    if (text.size() > longest_shown) out.append("... (").append(std::to_string(text.size())).append(" bytes)");
}

void append_header(std::string& out, std::string_view name, std::string_view value, bool secret) {
    const bool hide = is_secret_header(lower_case(name), secret);
    append_shown(out, name);
    out += ": ";
    append_shown(out, hide ? hidden : value);
    out += '\n';
}

void append_body(std::string& out, std::string_view body, bool secret) {
    out += '\n';
    if (secret && !body.empty()) {
        out.append(hidden).append(" (").append(std::to_string(body.size())).append(" bytes)");
    } else {
        append_shown(out, body);
    }
}

// `POST /path?query HTTP/1.1`
void append_request_line(std::string& out, std::string_view line, bool secret) {
    const std::size_t first = std::min(line.find(' '), line.size());
    const std::size_t last = std::min(line.rfind(' '), line.size());
    if (secret && first < last) {
        append_shown(out, line.substr(0, first + 1));
        out += hidden;
        append_shown(out, line.substr(last));
        out += '\n';
        return;
    }
    const std::size_t query = std::min(line.find('?'), line.size());
    append_shown(out, line.substr(0, query));
    std::string_view rest = line.substr(query);
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find_first_of("& ", 1), rest.size());
        const std::string_view pair = rest.substr(0, end);
        const std::size_t equals = pair.find('=');
        const bool hide = equals != pair.npos && std::ranges::find(secret_parameters, pair.substr(1, equals - 1)) !=
                                                     secret_parameters.end();
        append_shown(out, hide ? pair.substr(0, equals + 1) : pair);
        if (hide) out += hidden;
        rest.remove_prefix(end);
    }
    out += '\n';
}

// Whether the whole body is data of any size.
bool carries_data(const orm::ServiceTables& service, std::uint16_t root) {
    if (root == api::none) return false;
    const schema::ShapeRef shape{service.schema, root};
    return std::any_of(shape.begin(), shape.end(), [](const schema::Member& member) {
        return member.location == schema::Location::payload && (member.flags & schema::member_flag::streaming) != 0;
    });
}

}  // namespace

Secrecy::Secrecy(const orm::ServiceTables& service)
    : service_(&service), known_(std::make_unique<std::atomic<Known>[]>(service.operation_count)) {}

bool Secrecy::of(const api::Operation& operation) const {
    std::atomic<Known>& place = known_[static_cast<std::size_t>(&operation - &service_->operations[0])];
    Known known = place.load(std::memory_order_relaxed);
    if (known == Known::nothing) {
        const bool data = carries_data(*service_, operation.input) || carries_data(*service_, operation.output);
        const bool secret = !data && (holds_secrets(*service_, operation.input) || holds_secrets(*service_, operation.output));
        known = secret ? Known::secret : Known::plain;
        place.store(known, std::memory_order_relaxed);
    }
    return known == Known::secret;
}

bool holds_secrets(const orm::ServiceTables& service, std::uint16_t shape) {
    return shape != api::none && schema::holds_secrets({service.schema, shape});
}

bool is_secret_header(std::string_view name, bool secret) noexcept {
    return std::ranges::find(secret_headers, name) != secret_headers.end() ||
           (secret && std::ranges::find(plain_headers, name) == plain_headers.end());
}

std::string shown_request(std::string_view message, bool secret) {
    std::string out;
    const std::size_t end = std::min(message.find("\r\n\r\n"), message.size());
    std::string_view head = message.substr(0, end);
    const std::size_t line = std::min(head.find("\r\n"), head.size());
    append_request_line(out, head.substr(0, line), secret);
    head.remove_prefix(std::min(line + 2, head.size()));
    while (!head.empty()) {
        const std::string_view header = head.substr(0, head.find("\r\n"));
        const std::size_t colon = std::min(header.find(": "), header.size());
        append_header(out, header.substr(0, colon), header.substr(std::min(colon + 2, header.size())), secret);
        head.remove_prefix(std::min(header.size() + 2, head.size()));
    }
    append_body(out, message.substr(std::min(end + 4, message.size())), secret);
    return out;
}

std::string shown_reply(const http::Reply& reply, bool secret) {
    std::string out = "HTTP " + std::to_string(reply.status()) + "\n";
    for (const http::Header& header : reply.headers()) append_header(out, header.name, header.value, secret);
    append_body(out, reply.body(), secret);
    return out;
}

}  // namespace botocraft::detail
