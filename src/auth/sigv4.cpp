#include <auth/sigv4.hpp>

#include <auth/algorithm.hpp>
#include <auth/canonical.hpp>
#include <auth/canonical_request.hpp>
#include <auth/hash.hpp>
#include <auth/signature_chain.hpp>
#include <auth/signing_keys.hpp>
#include <auth/timestamp.hpp>
#include <auth/writer.hpp>

#include <openssl/crypto.h>

#include <algorithm>
#include <cassert>
#include <optional>
#include <utility>

namespace botocraft::auth {

namespace {

bool is_marker(std::string_view payload_hash) noexcept { return payload_hash.size() != hex_digest_size; }

// Whether the value looks like 20150830T123600Z.
bool is_timestamp(std::string_view text) noexcept {
    if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return false;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return std::all_of(text.begin(), text.begin() + 8, is_digit) &&
           std::all_of(text.begin() + 9, text.begin() + 15, is_digit);
}

// Keys of credentials that came without any.
struct OwnKeys {
    explicit OwnKeys(const Credentials& credentials)
        : access_key_id(credentials.access_key_id), secret(credentials.secret_access_key) {}
    [[nodiscard]] bool belong_to(const Credentials& credentials) const noexcept {
        // Both secrets are our own: there is nobody to learn anything from the time that comparing them takes.
        return secret.reveal() == credentials.secret_access_key.reveal() && access_key_id == credentials.access_key_id;
    }
    std::string access_key_id;
    Secret secret;
    SigningKeys keys;
};

}  // namespace

struct Signer::State {
    Sha256 sha256;
    HmacSha256 hmac;
    CanonicalRequest canonical;
    Timestamp timestamp;
    std::string to_sign;
    std::string scope;  // 20150830/us-east-1/service/aws4_request
    std::string date;   // 20150830T123600Z
    std::string region_set;
    Algorithm algorithm = Algorithm::hmac;
    HexDigest payload_hash{};
    std::string signature;
    std::unique_ptr<OwnKeys> own;

    // The key of the last signature, and whose it is. A body that is on its way may hold it for longer than they do.
    std::weak_ptr<const char> key_owner;
    std::weak_ptr<const HmacKey> key;
    std::string key_scope;

    [[nodiscard]] std::string_view hash_payload(const RequestToSign& request) {
        if (!request.payload_hash.empty()) return request.payload_hash;
        payload_hash = to_hex(sha256(request.body));
        return view(payload_hash);
    }

    void set_scope(const Scope& parts) {
        scope.clear();
        Writer out(scope, parts.day.size() + parts.region.size() + parts.service.size() + scope_end.size() + 3);
        out << parts.day << '/';
        if (algorithm == Algorithm::hmac) out << parts.region << '/';
        out << parts.service << '/' << scope_end;
    }

    // The parts of `scope`, read back.
    [[nodiscard]] Scope parts() const noexcept {
        std::string_view rest = scope;
        const auto next = [&rest] {
            const std::string_view part = rest.substr(0, rest.find('/'));
            rest.remove_prefix(part.size() + 1);
            return part;
        };
        Scope found;
        found.day = next();
        if (algorithm == Algorithm::hmac) found.region = next();
        found.service = next();
        return found;
    }

    [[nodiscard]] SigningKeys& keys_for(const Credentials& credentials, SigningKeys* given) {
        if (given != nullptr) return *given;
        if (!own || !own->belong_to(credentials)) own = std::make_unique<OwnKeys>(credentials);
        return own->keys;
    }

    [[nodiscard]] std::shared_ptr<const HmacKey> hmac_key(const Credentials& credentials, SigningKeys& keys) {
        const bool same = !key_owner.owner_before(keys.mark()) && !keys.mark().owner_before(key_owner);
        if (same && key_scope == scope) {
            if (auto known = key.lock()) return known;
        }
        auto made = keys.hmac(credentials, parts());
        key = made;
        key_scope = scope;
        key_owner = keys.mark();
        return made;
    }

    void start(const RequestToSign& request) {
        timestamp.set(request.time);
        date.assign(timestamp.text());
        algorithm = request.algorithm;
        set_scope({timestamp.day(), request.region, request.service});
        region_set.clear();
        if (algorithm == Algorithm::ecdsa) region_set.assign(request.region);
        canonical.set_headers(request.headers);
    }

    void write_string_to_sign() {
        to_sign.clear();
        const HexDigest hash = to_hex(sha256(canonical.text()));
        const std::string_view name = name_of(algorithm);
        Writer(to_sign, name.size() + date.size() + scope.size() + hash.size() + 3)
            << name << '\n' << date << '\n' << scope << '\n' << view(hash);
    }

    void make_signature(const Credentials& credentials, SigningKeys* given) {
        write_string_to_sign();
        SigningKeys& keys = keys_for(credentials, given);
        signature.clear();
        if (algorithm == Algorithm::hmac) {
            signature.append(view(to_hex(hmac(to_sign, *hmac_key(credentials, keys)))));
        } else {
            append_hex(signature, keys.ecdsa(credentials)->sign(to_sign));
        }
    }
};

Signer::Signer() : state_(std::make_unique<State>()) {}
Signer::Signer(Signer&&) noexcept = default;
Signer& Signer::operator=(Signer&&) noexcept = default;
Signer::~Signer() = default;

void Signer::sign(const RequestToSign& request, const Credentials& credentials, std::string& head, SigningKeys* keys) {
    State& s = *state_;
    s.start(request);
    const std::string_view hash = s.hash_payload(request);
    const std::string_view token = credentials.session_token.reveal();
    s.canonical.add_header({"x-amz-date", s.date});
    if (!s.region_set.empty()) s.canonical.add_header({"x-amz-region-set", s.region_set});
    if (request.content_sha256_header) s.canonical.add_header({"x-amz-content-sha256", hash});
    if (!token.empty() && request.sign_session_token) s.canonical.add_header({request.session_token.header, token});
    s.canonical.write(request, request.query, hash);
    s.make_signature(credentials, keys);

    // From here on nothing of the request's parts is read again: they may lie in `head`, which may now move.
    const std::string_view hash_line = s.canonical.text().substr(s.canonical.text().size() - hash.size());
    constexpr std::size_t fixed_text = 256;  // more than the names, separators and date below
    Writer out(head, fixed_text + token.size() + hash_line.size() + credentials.access_key_id.size() + s.scope.size() +
                         s.canonical.signed_headers().size() + s.signature.size() + s.region_set.size());
    out << "x-amz-date: " << s.date << "\r\n";
    if (!s.region_set.empty()) out << "x-amz-region-set: " << s.region_set << "\r\n";
    if (!token.empty()) out << request.session_token.header << ": " << token << "\r\n";
    if (request.content_sha256_header) out << "x-amz-content-sha256: " << hash_line << "\r\n";
    out << "authorization: " << name_of(s.algorithm) << " Credential=" << credentials.access_key_id << '/' << s.scope
        << ", SignedHeaders=" << s.canonical.signed_headers() << ", Signature=" << s.signature << "\r\n";
}

void Signer::presign(const RequestToSign& request, const Credentials& credentials, std::chrono::seconds valid_for,
                     std::string& query, SigningKeys* keys) {
    State& s = *state_;
    s.start(request);
    const std::string_view hash = s.hash_payload(request);
    const std::string_view token = credentials.session_token.reveal();
    s.canonical.sort_headers();

    std::string parameters(request.query);
    if (!parameters.empty()) parameters += '&';
    parameters.append("X-Amz-Algorithm=").append(name_of(s.algorithm)).append("&X-Amz-Credential=");
    append_encoded(parameters, credentials.access_key_id);
    parameters.append("%2F");
    append_encoded(parameters, s.scope);
    parameters.append("&X-Amz-Date=").append(s.date);
    parameters.append("&X-Amz-Expires=").append(std::to_string(valid_for.count()));
    if (request.algorithm == Algorithm::ecdsa) {
        parameters.append("&X-Amz-Region-Set=");
        append_encoded(parameters, request.region);
    }
    parameters.append("&X-Amz-SignedHeaders=");
    std::string_view previous;
    for (const HeaderView& header : s.canonical.headers()) {
        if (header.name == previous) continue;
        if (!previous.empty()) parameters += "%3B";
        append_encoded(parameters, header.name);
        previous = header.name;
    }
    const auto append_token = [&] {
        if (token.empty()) return;
        parameters.append(1, '&').append(request.session_token.parameter).append(1, '=');
        append_encoded(parameters, token);
    };
    if (request.sign_session_token) append_token();
    s.canonical.write(request, parameters, hash);
    s.make_signature(credentials, keys);
    if (!request.sign_session_token) append_token();
    query.append(parameters).append("&X-Amz-Signature=").append(s.signature);
}

SignatureChain Signer::chain(const Credentials& credentials, SigningKeys* keys) {
    State& s = *state_;
    SigningKeys& own = s.keys_for(credentials, keys);
    if (s.algorithm == Algorithm::hmac) return {s.hmac_key(credentials, own), s.date, s.scope, s.signature};
    return {own.ecdsa(credentials), s.date, s.scope, s.signature};
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
    const bool hmac = received.algorithm == Algorithm::hmac;
    if (!is_timestamp(date) || date.substr(0, 8) != received.day ||
        (hmac && received.signature.size() != hex_digest_size)) {
        return Verdict::malformed;
    }

    s.canonical.clear_headers();
    std::string_view previous;
    bool host_is_signed = false;
    for (std::size_t at = 0; at <= received.signed_headers.size();) {
        const std::size_t end = std::min(received.signed_headers.find(';', at), received.signed_headers.size());
        const std::string_view name = received.signed_headers.substr(at, end - at);
        at = end + 1;
        if (name <= previous) return Verdict::malformed;  // empty, repeated or not sorted
        previous = name;
        host_is_signed = host_is_signed || name == "host";
        const std::size_t found = s.canonical.headers().size();
        for (const HeaderView& header : request.headers) {
            if (header.name == name) s.canonical.add_header(header);
        }
        if (s.canonical.headers().size() == found) return Verdict::missing_header;
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
    s.algorithm = received.algorithm;
    s.date.assign(date);
    s.set_scope({received.day, received.region, received.service});
    s.canonical.write(request, request.query, hash);
    const Credentials credentials{std::string(received.access_key_id), secret_access_key};
    if (!hmac) {
        s.write_string_to_sign();
        const auto key = s.keys_for(credentials, nullptr).ecdsa(credentials);
        return key->verify(s.to_sign, from_hex(received.signature)) ? Verdict::valid : Verdict::mismatch;
    }
    s.make_signature(credentials, nullptr);
    const bool same = CRYPTO_memcmp(s.signature.data(), received.signature.data(), s.signature.size()) == 0;
    return same ? Verdict::valid : Verdict::mismatch;
}

void Signer::forget() noexcept {
    state_->key_owner.reset();
    state_->key.reset();
    state_->own.reset();
}

std::string_view Signer::canonical_request() const noexcept { return state_->canonical.text(); }
std::string_view Signer::string_to_sign() const noexcept { return state_->to_sign; }
std::string_view Signer::signature() const noexcept { return state_->signature; }

}  // namespace botocraft::auth
