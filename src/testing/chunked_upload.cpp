#include "testing/chunked_upload.hpp"

#include "protocol/checksum.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <utility>
#include <vector>

namespace botocraft::testing {

namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view signature_mark = ";chunk-signature=";
constexpr std::string_view trailer_signature = "x-amz-trailer-signature";

// A line without its end; false where there is none.
bool take_line(std::string_view& rest, std::string_view& line) {
    const std::size_t end = rest.find(line_end);
    if (end == rest.npos) return false;
    line = rest.substr(0, end);
    rest.remove_prefix(end + line_end.size());
    return true;
}

struct ChunkHead {
    std::size_t size = 0;
    std::string_view signature;
};

bool read_head(std::string_view line, ChunkHead& head) {
    const std::string_view digits = line.substr(0, line.find(';'));
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), head.size, 16);
    if (error != std::errc() || end != digits.data() + digits.size()) return false;
    head.signature = line.substr(digits.size());
    if (head.signature.empty()) return true;
    if (!head.signature.starts_with(signature_mark)) return false;
    head.signature.remove_prefix(signature_mark.size());
    return true;
}

class Reader {
  public:
    Reader(const HttpRequest& request, auth::SignatureChain* chain, std::string& body)
        : request_(request), rest_(request.body), chain_(chain), body_(body) {}

    UploadProblem read() {
        ChunkHead head;
        do {
            if (const UploadProblem problem = chunk(head); problem != UploadProblem::none) return problem;
        } while (head.size != 0);
        if (const UploadProblem problem = trailer(); problem != UploadProblem::none) return problem;
        const std::string_view length = request_.header("x-amz-decoded-content-length");
        return length == std::to_string(body_.size()) ? UploadProblem::none : UploadProblem::malformed;
    }

  private:
    UploadProblem chunk(ChunkHead& head) {
        std::string_view line;
        if (!take_line(rest_, line) || !read_head(line, head)) return UploadProblem::malformed;
        if (head.size > rest_.size()) return UploadProblem::malformed;
        const std::string_view data = rest_.substr(0, head.size);
        rest_.remove_prefix(head.size);
        if (head.size != 0 && (!take_line(rest_, line) || !line.empty())) return UploadProblem::malformed;
        if (chain_ != nullptr && chain_->chunk(data) != head.signature) return UploadProblem::signature;
        body_.append(data);
        return UploadProblem::none;
    }

    // `name:value` lines, up to an empty one. The names are those that x-amz-trailer announced.
    UploadProblem trailer() {
        std::string lines;
        std::string_view signature, announced = request_.header("x-amz-trailer");
        std::vector<std::pair<std::string_view, std::string_view>> headers;
        std::string_view line;
        while (true) {
            if (!take_line(rest_, line)) return UploadProblem::malformed;
            if (line.empty()) break;
            const std::size_t colon = line.find(':');
            if (colon == line.npos) return UploadProblem::malformed;
            const std::pair header(line.substr(0, colon), line.substr(colon + 1));
            if (header.first == trailer_signature) {
                signature = header.second;
            } else {
                lines.append(line).append(1, '\n');
                headers.push_back(header);
            }
        }
        if (!rest_.empty() || (announced.empty() ? !headers.empty() : !is_announced(announced, headers))) {
            return UploadProblem::malformed;
        }
        if (chain_ != nullptr && !headers.empty() && chain_->trailer(lines) != signature) return UploadProblem::signature;
        for (const auto& [name, value] : headers) {
            const auto checksum = protocol::checksum_of_header(name);
            if (checksum && protocol::compute(*checksum, body_) != value) return UploadProblem::checksum;
        }
        return UploadProblem::none;
    }

    static bool is_announced(std::string_view announced,
                             const std::vector<std::pair<std::string_view, std::string_view>>& headers) {
        return headers.size() == 1 && headers.front().first == announced;
    }

    const HttpRequest& request_;
    std::string_view rest_;
    auth::SignatureChain* chain_;
    std::string& body_;
};

}  // namespace

HttpRequest unpacked_upload(const HttpRequest& request, std::string body) {
    constexpr std::string_view chunked = "aws-chunked";
    HttpRequest unpacked = request;
    unpacked.body = std::move(body);
    const auto encoding = std::ranges::find(unpacked.headers, "content-encoding", &std::pair<std::string, std::string>::first);
    if (encoding == unpacked.headers.end() || !encoding->second.ends_with(chunked)) return unpacked;
    std::string& value = encoding->second;
    value.resize(value.size() - chunked.size());
    while (value.ends_with(' ') || value.ends_with(',')) value.pop_back();
    if (value.empty()) unpacked.headers.erase(encoding);
    return unpacked;
}

bool is_chunked_upload(const HttpRequest& request) noexcept {
    return request.header("x-amz-content-sha256").starts_with("STREAMING-") &&
           request.header("content-encoding").ends_with("aws-chunked");
}

UploadProblem read_chunks(const HttpRequest& request, auth::SignatureChain* chain, std::string& body) {
    body.clear();
    return Reader(request, chain, body).read();
}

UploadProblem check_checksums(const HttpRequest& request, std::string_view body) {
    for (const auto& [name, value] : request.headers) {
        const auto checksum = protocol::checksum_of_header(name);
        if (checksum && protocol::compute(*checksum, body) != value) return UploadProblem::checksum;
    }
    return UploadProblem::none;
}

}  // namespace botocraft::testing
