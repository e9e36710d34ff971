#include <auth/sigv4.hpp>

#include <auth/canonical.hpp>
#include <auth/hash.hpp>
#include <auth/writer.hpp>

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace botocraft::auth {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view scope_end = "aws4_request";

std::string_view as_text(const Digest& digest) noexcept {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// 20150830T123600Z, and its first eight characters. Remade when the second has changed.
class Timestamp {
  public:
    void set(std::chrono::system_clock::time_point time) {
        const auto second = std::chrono::floor<std::chrono::seconds>(time);
        if (second == second_) return;
        second_ = second;
        const auto day = std::chrono::floor<std::chrono::days>(second);
        const std::chrono::year_month_day date(day);
        const std::chrono::hh_mm_ss clock(second - day);
        put(0, 4, static_cast<unsigned>(static_cast<int>(date.year())));
        put(4, 2, static_cast<unsigned>(date.month()));
        put(6, 2, static_cast<unsigned>(date.day()));
        put(9, 2, static_cast<unsigned>(clock.hours().count()));
        put(11, 2, static_cast<unsigned>(clock.minutes().count()));
        put(13, 2, static_cast<unsigned>(clock.seconds().count()));
    }
    [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), text_.size()}; }
    [[nodiscard]] std::string_view day() const noexcept { return text().substr(0, 8); }

  private:
    void put(std::size_t at, std::size_t digits, unsigned value) noexcept {
        for (std::size_t i = digits; i-- > 0; value /= 10) text_[at + i] = static_cast<char>('0' + value % 10);
    }

    std::chrono::sys_seconds second_{};  // the epoch, as the text says
    std::array<char, 16> text_ = {'1', '9', '7', '0', '0', '1', '0', '1', 'T', '0', '0', '0', '0', '0', '0', 'Z'};
};

// Everything but the method, path, query, headers and payload.
struct Scope {
    std::string_view day;
    std::string_view region;
    std::string_view service;
};

// Stable, so that the values of a repeated header keep their order.
void sort_by_name(std::vector<HeaderView>& headers) {
    const auto before = [](const HeaderView& a, const HeaderView& b) { return a.name < b.name; };
    constexpr std::size_t few = 32;
    if (headers.size() > few) {
        std::stable_sort(headers.begin(), headers.end(), before);
        return;
    }
    for (auto at = headers.begin(); at != headers.end(); ++at) {  // allocates nothing, and they are nearly sorted
        if (at == headers.begin() || !before(*at, *(at - 1))) continue;
        std::rotate(std::upper_bound(headers.begin(), at, *at, before), at, at + 1);
    }
}

bool is_marker(std::string_view payload_hash) noexcept { return payload_hash.size() != hex_digest_size; }

// Whether the value looks like 20150830T123600Z.
bool is_timestamp(std::string_view text) noexcept {
    if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return false;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return std::all_of(text.begin(), text.begin() + 8, is_digit) &&
           std::all_of(text.begin() + 9, text.begin() + 15, is_digit);
}

// AKIDEXAMPLE/20150830/us-east-1/service/aws4_request
bool parse_credential(std::string_view text, ReceivedSignature& received) noexcept {
    std::array<std::string_view, 4> parts;  // from the end: an access key id may hold slashes, the others may not
    for (std::string_view& part : parts) {
        const std::size_t slash = text.rfind('/');
        if (slash == text.npos) return false;
        part = text.substr(slash + 1);
        text = text.substr(0, slash);
    }
    if (parts[0] != scope_end || text.empty()) return false;
    received.service = parts[1];
    received.region = parts[2];
    received.day = parts[3];
    received.access_key_id = text;
    return received.day.size() == 8;
}

}  // namespace

struct Signer::State {
    Sha256 sha256;
    HmacSha256 hmac;
    CanonicalQuery canonical_query;
    Timestamp timestamp;
    std::vector<HeaderView> headers;
    std::string canonical;
    std::string to_sign;
    std::string signed_headers;
    std::string scope;  // 20150830/us-east-1/service/aws4_request
    HexDigest payload_hash{};
    HexDigest signature{};

    // What the key in `hmac` was made from.
    Secret key_secret;
    std::string key_scope;

    [[nodiscard]] std::string_view hash_payload(const RequestToSign& request) {
        if (!request.payload_hash.empty()) return request.payload_hash;
        payload_hash = to_hex(sha256(request.body));
        return view(payload_hash);
    }

    void set_scope(const Scope& parts) {
        scope.clear();
        Writer(scope, parts.day.size() + parts.region.size() + parts.service.size() + scope_end.size() + 3)
            << parts.day << '/' << parts.region << '/' << parts.service << '/' << scope_end;
    }

    void set_key(const Secret& secret, const Scope& parts) {
        // Both secrets are our own: there is nobody to learn anything from the time that comparing them takes.
        if (key_scope == scope && key_secret.reveal() == secret.reveal()) return;
        key_scope.clear();  // nothing valid, should one of the next steps fail
        std::string first;
        constexpr std::string_view prefix = "AWS4";
        first.reserve(prefix.size() + secret.reveal().size());
        first.append(prefix).append(secret.reveal());
        hmac.set_key(first);
        OPENSSL_cleanse(first.data(), first.size());
        for (const std::string_view part : {parts.day, parts.region, parts.service, scope_end}) {
            Digest next = hmac(part);
            hmac.set_key(as_text(next));
            OPENSSL_cleanse(next.data(), next.size());
        }
        key_secret = secret;
        key_scope = scope;
    }

    // Writes `canonical` and `signed_headers`: request line, then the sorted `headers`, then the payload's hash.
    void canonicalize(const RequestToSign& request, std::string_view query, std::string_view hash) {
        sort_by_name(headers);
        canonical.clear();
        canonical.append(request.method).append(1, '\n');
        append_canonical_path(canonical, request.path, request.encode_path, request.normalize_path);
        canonical += '\n';
        if (!query.empty()) canonical_query.append(canonical, query, "X-Amz-Signature");
        canonical += '\n';
        append_headers();
        Writer(canonical, 2 + signed_headers.size() + hash.size()) << '\n' << signed_headers << '\n' << hash;
    }

    void append_headers() {
        signed_headers.clear();
        std::size_t names_size = 0;
        std::size_t values_size = 0;
        for (const HeaderView& header : headers) {
            names_size += header.name.size() + 1;
            values_size += header.value.size() + 1;
        }
        Writer lines(canonical, names_size + values_size);
        Writer names(signed_headers, names_size);
        const HeaderView* previous = nullptr;
        for (const HeaderView& header : headers) {
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

    void make_signature(std::string_view time) {
        to_sign.clear();
        const HexDigest hash = to_hex(sha256(canonical));
        Writer(to_sign, algorithm.size() + time.size() + scope.size() + hash.size() + 3)
            << algorithm << '\n' << time << '\n' << scope << '\n' << view(hash);
        signature = to_hex(hmac(to_sign));
    }

    void start(const RequestToSign& request, const Credentials& credentials) {
        timestamp.set(request.time);
        const Scope parts{timestamp.day(), request.region, request.service};
        set_scope(parts);
        set_key(credentials.secret_access_key, parts);
        headers.assign(request.headers.begin(), request.headers.end());
    }
};

Signer::Signer() : state_(std::make_unique<State>()) {}
Signer::Signer(Signer&&) noexcept = default;
Signer& Signer::operator=(Signer&&) noexcept = default;
Signer::~Signer() = default;

void Signer::sign(const RequestToSign& request, const Credentials& credentials, std::string& head) {
    State& s = *state_;
    s.start(request, credentials);
    const std::string_view hash = s.hash_payload(request);
    const std::string_view token = credentials.session_token.reveal();
    s.headers.push_back({"x-amz-date", s.timestamp.text()});
    if (request.content_sha256_header) s.headers.push_back({"x-amz-content-sha256", hash});
    if (!token.empty() && request.sign_session_token) s.headers.push_back({"x-amz-security-token", token});
    s.canonicalize(request, request.query, hash);
    s.make_signature(s.timestamp.text());

    // From here on nothing of the request is read again: it may lie in `head`, which may now move.
    const std::string_view hash_line = std::string_view(s.canonical).substr(s.canonical.size() - hash.size());
    constexpr std::size_t fixed_text = 256;  // more than the names, separators, date and signature below
    Writer out(head, fixed_text + token.size() + hash_line.size() + credentials.access_key_id.size() + s.scope.size() +
                         s.signed_headers.size());
    out << "x-amz-date: " << s.timestamp.text() << "\r\n";
    if (!token.empty()) out << "x-amz-security-token: " << token << "\r\n";
    if (request.content_sha256_header) out << "x-amz-content-sha256: " << hash_line << "\r\n";
    out << "authorization: " << algorithm << " Credential=" << credentials.access_key_id << '/' << s.scope
        << ", SignedHeaders=" << s.signed_headers << ", Signature=" << view(s.signature) << "\r\n";
}

void Signer::presign(const RequestToSign& request, const Credentials& credentials, std::chrono::seconds valid_for,
                     std::string& query) {
    State& s = *state_;
    s.start(request, credentials);
    const std::string_view hash = s.hash_payload(request);
    const std::string_view token = credentials.session_token.reveal();
    sort_by_name(s.headers);

    std::string parameters(request.query);
    if (!parameters.empty()) parameters += '&';
    parameters.append("X-Amz-Algorithm=").append(algorithm).append("&X-Amz-Credential=");
    append_encoded(parameters, credentials.access_key_id);
    parameters.append("%2F");
    append_encoded(parameters, s.scope);
    parameters.append("&X-Amz-Date=").append(s.timestamp.text());
    parameters.append("&X-Amz-Expires=").append(std::to_string(valid_for.count())).append("&X-Amz-SignedHeaders=");
    std::string_view previous;
    for (const HeaderView& header : s.headers) {
        if (header.name == previous) continue;
        if (!previous.empty()) parameters += "%3B";
        append_encoded(parameters, header.name);
        previous = header.name;
    }
    const auto append_token = [&] {
        if (token.empty()) return;
        parameters += "&X-Amz-Security-Token=";
        append_encoded(parameters, token);
    };
    if (request.sign_session_token) append_token();
    s.canonicalize(request, parameters, hash);
    s.make_signature(s.timestamp.text());
    if (!request.sign_session_token) append_token();
    query.append(parameters).append("&X-Amz-Signature=").append(view(s.signature));
}

Verdict Signer::verify(const RequestToSign& request, const ReceivedSignature& received,
                       const Secret& secret_access_key) {
    State& s = *state_;
    std::string_view date = received.date;
    std::string_view declared_hash;
    for (const HeaderView& header : request.headers) {
        if (received.date.empty() && header.name == "x-amz-date") date = header.value;
        if (header.name == "x-amz-content-sha256") declared_hash = header.value;
    }
    if (!is_timestamp(date) || date.substr(0, 8) != received.day || received.signature.size() != hex_digest_size) {
        return Verdict::malformed;
    }

    s.headers.clear();
    std::string_view previous;
    bool host_is_signed = false;
    for (std::size_t at = 0; at <= received.signed_headers.size();) {
        const std::size_t end = std::min(received.signed_headers.find(';', at), received.signed_headers.size());
        const std::string_view name = received.signed_headers.substr(at, end - at);
        at = end + 1;
        if (name <= previous) return Verdict::malformed;  // empty, repeated or not sorted
        previous = name;
        host_is_signed = host_is_signed || name == "host";
        const std::size_t found = s.headers.size();
        for (const HeaderView& header : request.headers) {
            if (header.name == name) s.headers.push_back(header);
        }
        if (s.headers.size() == found) return Verdict::missing_header;
    }
    if (!host_is_signed) return Verdict::malformed;

    std::string_view hash = request.payload_hash;
    if (hash.empty()) {
        if (declared_hash.empty() || !is_marker(declared_hash)) {
            hash = s.hash_payload(request);
            if (!declared_hash.empty() && declared_hash != hash) return Verdict::mismatch;
        } else {
            hash = declared_hash;
        }
    }
    const Scope parts{received.day, received.region, received.service};
    s.set_scope(parts);
    s.set_key(secret_access_key, parts);
    s.canonicalize(request, request.query, hash);
    s.make_signature(date);
    const bool same = CRYPTO_memcmp(s.signature.data(), received.signature.data(), s.signature.size()) == 0;
    return same ? Verdict::valid : Verdict::mismatch;
}

void Signer::forget() noexcept {
    state_->key_scope.clear();  // makes the next signature derive its key anew
    state_->key_secret = Secret();
    try {
        state_->hmac = HmacSha256();
    } catch (...) {  // no memory for a new context: the old one goes with the signer
    }
}

std::string_view Signer::canonical_request() const noexcept { return state_->canonical; }
std::string_view Signer::string_to_sign() const noexcept { return state_->to_sign; }
std::string_view Signer::signature() const noexcept { return view(state_->signature); }

bool parse_authorization(std::string_view value, ReceivedSignature& received) {
    received = {};
    if (!value.starts_with(algorithm)) return false;
    value.remove_prefix(algorithm.size());
    if (value.empty() || value.front() != ' ') return false;
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
    bool has_credential = false;
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
        if (name == "Algorithm") has_algorithm = text == algorithm;
        if (name == "Credential") has_credential = parse_credential(text, received);
        if (name == "Date") received.date = text;
        if (name == "SignedHeaders") received.signed_headers = text;
        if (name == "Signature") received.signature = text;
        if (name == "Expires") received.expires = text;
    }
    return has_algorithm && has_credential && !received.date.empty() && !received.signed_headers.empty() &&
           !received.signature.empty();
}

}  // namespace botocraft::auth
