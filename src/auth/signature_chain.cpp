#include <auth/signature_chain.hpp>

#include <auth/algorithm.hpp>
#include <auth/timestamp.hpp>

#include <algorithm>
#include <utility>

namespace botocraft::auth {

namespace {

// Of the next line, without its separator, which is taken off as well.
std::string_view take(std::string_view& rest, char separator) noexcept {
    const std::string_view part = rest.substr(0, rest.find(separator));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    return part;
}

}  // namespace

SignatureChain::SignatureChain(ChainKey key, std::string_view date, std::string_view scope, std::string_view seed)
    : key_(std::move(key)), date_(date), scope_(scope), last_(seed) {}

// `what`: which kind of thing is signed, then the hashes of its one or two parts.
std::string_view SignatureChain::sign(std::string_view what, std::string_view first, std::string_view second) {
    to_sign_.assign(name_of(algorithm())).append(what);
    for (const std::string_view line : {std::string_view(date_), std::string_view(scope_), std::string_view(last_)}) {
        to_sign_.append(1, '\n').append(line);
    }
    to_sign_.append(1, '\n').append(first);
    if (!second.empty()) to_sign_.append(1, '\n').append(second);
    last_.clear();
    if (const auto* const pair = std::get_if<std::shared_ptr<const EcdsaKey>>(&key_)) {
        append_hex(last_, (*pair)->sign(to_sign_));
    } else {
        append_hex(last_, as_text(hmac_(to_sign_, *std::get<std::shared_ptr<const HmacKey>>(key_))));
    }
    return last_;
}

std::string_view SignatureChain::padded() {
    if (algorithm() == Algorithm::hmac) return last_;
    padded_.assign(last_).append(ecdsa_padded_size - last_.size(), '*');
    return padded_;
}

std::string_view SignatureChain::chunk(std::string_view data) {
    const HexDigest nothing = to_hex(sha256_({}));
    const HexDigest hash = to_hex(sha256_(data));
    static_cast<void>(sign("-PAYLOAD", view(nothing), view(hash)));
    return padded();
}

std::string_view SignatureChain::trailer(std::string_view lines) {
    const HexDigest hash = to_hex(sha256_(lines));
    static_cast<void>(sign("-TRAILER", view(hash), {}));
    return padded();
}

std::string SignatureChain::event(std::chrono::system_clock::time_point time, std::string_view headers,
                                  std::string_view payload, const Credentials& credentials, SigningKeys& keys) {
    Timestamp timestamp;
    timestamp.set(time);
    date_ = timestamp.text();
    if (std::string_view(scope_).substr(0, timestamp.day().size()) != timestamp.day()) {
        scope_.replace(0, timestamp.day().size(), timestamp.day());
        if (algorithm() == Algorithm::hmac) {
            std::string_view rest = scope_;
            Scope scope;
            scope.day = take(rest, '/');
            scope.region = take(rest, '/');
            scope.service = take(rest, '/');
            key_ = keys.hmac(credentials, scope);
        }
    }
    const HexDigest header_hash = to_hex(sha256_(headers));
    const HexDigest payload_hash = to_hex(sha256_(payload));
    static_cast<void>(sign("-PAYLOAD", view(header_hash), view(payload_hash)));
    return from_hex(last_);
}

}  // namespace botocraft::auth
