#include <auth/canonical_request.hpp>

#include <auth/writer.hpp>
#include <config/wipe.hpp>

#include <algorithm>

namespace botocraft::auth {

CanonicalRequest::~CanonicalRequest() { config::wipe(text_); }

// Stable, so that the values of a repeated header keep their order.
void CanonicalRequest::sort_headers() {
    const auto before = [](const HeaderView& a, const HeaderView& b) { return a.name < b.name; };
    constexpr std::size_t few = 32;
    if (headers_.size() > few) {
        std::stable_sort(headers_.begin(), headers_.end(), before);
        return;
    }
    for (auto at = headers_.begin(); at != headers_.end(); ++at) {  // allocates nothing, and they are nearly sorted
        if (at == headers_.begin() || !before(*at, *(at - 1))) continue;
        std::rotate(std::upper_bound(headers_.begin(), at, *at, before), at, at + 1);
    }
}

void CanonicalRequest::write(const RequestToSign& request, std::string_view query, std::string_view payload_hash) {
    sort_headers();
    text_.clear();
    text_.append(request.method).append(1, '\n');
    append_canonical_path(text_, request.path, request.encode_path, request.normalize_path);
    text_ += '\n';
    if (!query.empty()) query_.append(text_, query, "X-Amz-Signature");
    text_ += '\n';
    write_headers();
    Writer(text_, 2 + signed_headers_.size() + payload_hash.size()) << '\n' << signed_headers_ << '\n' << payload_hash;
}

void CanonicalRequest::write_headers() {
    signed_headers_.clear();
    std::size_t names_size = 0;
    std::size_t values_size = 0;
    for (const HeaderView& header : headers_) {
        names_size += header.name.size() + 1;
        values_size += header.value.size() + 1;
    }
    Writer lines(text_, names_size + values_size);
    Writer names(signed_headers_, names_size);
    const HeaderView* previous = nullptr;
    for (const HeaderView& header : headers_) {
        if (previous != nullptr && previous->name == header.name) {
            lines.replace_last(',');
        } else {
            lines << header.name << ':';
            if (previous != nullptr) names << ';';
            names << header.name;
        }
        append_trimmed(lines, header.value);
        lines << '\n';
        previous = &header;
    }
}

}  // namespace botocraft::auth
