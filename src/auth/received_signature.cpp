// The signatures that a server receives, taken apart.
#include <auth/algorithm.hpp>
#include <auth/canonical.hpp>
#include <auth/signing_keys.hpp>
#include <auth/sigv4.hpp>

#include <algorithm>

namespace botocraft::auth {

namespace {

bool parse_algorithm(std::string_view name, ReceivedSignature& received) noexcept {
    received.algorithm = name == ecdsa_algorithm ? Algorithm::ecdsa : Algorithm::hmac;
    return name == ecdsa_algorithm || name == hmac_algorithm;
}

// AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, with ECDSA without the region. From the end: an access key id may
// hold slashes, the others may not.
bool parse_credential(std::string_view text, ReceivedSignature& received) noexcept {
    const auto take_last = [&text]() -> std::string_view {
        const std::size_t slash = text.rfind('/');
        if (slash == text.npos) return {};
        const std::string_view part = text.substr(slash + 1);
        text = text.substr(0, slash);
        return part;
    };
    if (take_last() != scope_end) return false;
    received.service = take_last();
    if (received.algorithm == Algorithm::hmac) received.region = take_last();
    received.day = take_last();
    received.access_key_id = text;
    return received.day.size() == 8 && !text.empty();
}

}  // namespace

bool parse_authorization(std::string_view value, ReceivedSignature& received) {
    received = {};
    const std::size_t blank = std::min(value.find(' '), value.size());
    if (!parse_algorithm(value.substr(0, blank), received)) return false;
    value.remove_prefix(blank);
    bool has_credential = false;
    while (!value.empty()) {
        const std::size_t end = std::min(value.find(','), value.size());
        std::string_view part = value.substr(0, end);
        value.remove_prefix(std::min(end + 1, value.size()));
        part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
        const std::size_t equals = part.find('=');
        if (equals == part.npos) return false;
        const std::string_view text = part.substr(equals + 1);
        const std::string_view name = part.substr(0, equals);
        if (name == "Credential") {
            has_credential = parse_credential(text, received);
        } else if (name == "SignedHeaders") {
            received.signed_headers = text;
        } else if (name == "Signature") {
            received.signature = text;
        }
    }
    return has_credential && !received.signed_headers.empty() && !received.signature.empty();
}

bool parse_presigned(std::string_view query, std::string& storage, ReceivedSignature& received) {
    received = {};
    storage.clear();
    storage.reserve(query.size());  // decoding makes nothing longer: the views stay where they are
    bool has_algorithm = false;
    std::string_view credential;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view parameter = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        const std::size_t equals = parameter.find('=');
        if (equals == parameter.npos || !parameter.starts_with("X-Amz-")) continue;
        const std::string_view name = parameter.substr(6, equals - 6);
        const std::size_t start = storage.size();
        append_decoded(storage, parameter.substr(equals + 1));
        const std::string_view text = std::string_view(storage).substr(start);
        if (name == "Algorithm") has_algorithm = parse_algorithm(text, received);
        if (name == "Credential") credential = text;
        if (name == "Date") received.date = text;
        if (name == "SignedHeaders") received.signed_headers = text;
        if (name == "Signature") received.signature = text;
        if (name == "Expires") received.expires = text;
    }
    return has_algorithm && parse_credential(credential, received) && !received.date.empty() &&
           !received.signed_headers.empty() && !received.signature.empty();
}

}  // namespace botocraft::auth
