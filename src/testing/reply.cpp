#include "testing/reply.hpp"

#include <boost/beast/http/status.hpp>

#include <array>
#include <charconv>

namespace botocraft::testing {

namespace {

using After = Answer::After;
using Kind = Fault::Kind;

std::string head(const Reply& reply, const std::string& framing, bool keep_alive) {
    std::string text;
    text.reserve(320);
    const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(reply.status));
    text.append("HTTP/1.1 ").append(std::to_string(reply.status)).append(" ").append(reason).append("\r\n");
    for (const auto& [name, value] : reply.headers) {
        text.append(name).append(": ").append(value).append("\r\n");
    }
    text.append(framing).append("\r\n");
    if (!keep_alive) text.append("Connection: close\r\n");
    text.append("\r\n");
    return text;
}

std::string first_half(const std::string& text) {
    return text.substr(0, text.size() / 2);
}

// Sends all of `body` under a head that says `content_length`.
Answer with_length(const Reply& reply, std::string_view body, std::size_t content_length, bool keep_alive,
                   After after) {
    Answer answer{.bytes = head(reply, "Content-Length: " + std::to_string(content_length), keep_alive),
                  .after = after,
                  .status = reply.status};
    answer.bytes.append(body);
    return answer;
}

constexpr std::size_t chunk_size = 1000;  // so that they end anywhere

Answer in_chunks(const Reply& reply, bool keep_alive, After after) {
    Answer answer{.bytes = head(reply, "Transfer-Encoding: chunked", keep_alive), .after = after, .status = reply.status};
    for (std::size_t at = 0; at < reply.body.size(); at += chunk_size) {
        const std::string_view chunk = std::string_view(reply.body).substr(at, chunk_size);
        std::array<char, 16> size{};
        const auto end = std::to_chars(size.data(), size.data() + size.size(), chunk.size(), 16).ptr;
        answer.bytes.append(size.data(), end).append("\r\n").append(chunk).append("\r\n");
    }
    answer.bytes += "0\r\n\r\n";
    return answer;
}

}  // namespace

Answer answer(const Reply& reply, bool keep_alive) {
    if (reply.chunked) return in_chunks(reply, keep_alive, keep_alive ? After::keep : After::close);
    return with_length(reply, reply.body, reply.body.size(), keep_alive, keep_alive ? After::keep : After::close);
}

Answer answer(Reply reply, bool keep_alive, const Fault::Script& fault) {
    for (const auto& header : fault.headers) reply.headers.push_back(header);
    switch (fault.kind) {
        case Kind::error:
        case Kind::reply: return answer(reply, keep_alive);
        case Kind::delay: {
            Answer later = answer(reply, keep_alive);
            later.delay = fault.time;
            return later;
        }
        case Kind::stall: return {.after = After::stall};
        case Kind::reset_before_reply: return {.after = After::reset};
        case Kind::reset_in_body:
            return with_length(reply, first_half(reply.body), reply.body.size(), keep_alive, After::reset);
        case Kind::truncated_body:
            return with_length(reply, first_half(reply.body), reply.body.size(), keep_alive, After::close);
        case Kind::truncated_json: reply.body = first_half(reply.body); return answer(reply, keep_alive);
        case Kind::malformed_json: reply.body = R"({"this is": not JSON)"; return answer(reply, keep_alive);
        case Kind::long_content_length:
            return with_length(reply, reply.body, reply.body.size() + 64, keep_alive, After::stall);
        case Kind::short_content_length:
            return with_length(reply, reply.body, reply.body.size() / 2, keep_alive,
                               keep_alive ? After::keep : After::close);
    }
    return answer(reply, keep_alive);
}

}  // namespace botocraft::testing
