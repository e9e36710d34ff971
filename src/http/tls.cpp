#include "http/tls.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/system/system_error.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <stdexcept>

namespace botocraft::http {

namespace {

using boost::system::error_code;

// More is not sealed at once, so that a long body is not held a second time.
constexpr std::size_t seal_at_once = 128 * 1024;

// Most replies fit; a full record makes it grow once.
constexpr std::size_t first_block = 4 * 1024;
constexpr std::size_t record = 17 * 1024;

// Where none of this is wrong, another attempt may go better: a server under load ends handshakes, too.
bool is_permanent(unsigned long error) noexcept {
    if (ERR_GET_LIB(error) != ERR_LIB_SSL) return false;
    switch (ERR_GET_REASON(error)) {
        case SSL_R_CERTIFICATE_VERIFY_FAILED:
        // No TLS, or none that we speak.
        case SSL_R_WRONG_VERSION_NUMBER:
        case SSL_R_WRONG_SSL_VERSION:
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_UNKNOWN_PROTOCOL:
        case SSL_R_PACKET_LENGTH_TOO_LONG:
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
        case SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY:
        // Our certificate, or that we have none.
        case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
        case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
        case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
        case SSL_R_TLSV1_UNRECOGNIZED_NAME: return true;
        default: return false;
    }
}

error_code last_error() {
    return {static_cast<int>(ERR_get_error()), asio::error::get_ssl_category()};
}

[[noreturn]] void unusable(const std::string& what) {
    const error_code ec = last_error();
    ERR_clear_error();
    throw std::runtime_error(what + (ec ? ": " + ec.message() : std::string()));
}

void trust_file(SSL_CTX* context, const std::string& file) {
    if (SSL_CTX_load_verify_file(context, file.c_str()) != 1) {
        unusable("cannot read certificates of authorities from the file '" + file + "'");
    }
}

void show_certificate(SSL_CTX* context, const TlsSettings& settings) {
    const std::string& key = settings.client_key.empty() ? settings.client_certificate : settings.client_key;
    if (SSL_CTX_use_certificate_chain_file(context, settings.client_certificate.c_str()) != 1) {
        unusable("cannot read the client's certificate from the file '" + settings.client_certificate + "'");
    }
    // A key that asks for a password is an error, not a question on somebody's terminal.
    SSL_CTX_set_default_passwd_cb(context, [](char*, int, int, void*) { return -1; });
    if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
        unusable("cannot use the client's key in the file '" + key + "'");
    }
}

}  // namespace

std::shared_ptr<TlsContext> make_tls_context(TlsSettings settings) {
    return std::make_shared<TlsContext>(std::move(settings));
}

// An empty name is that of no file, and all of those are the same.
TlsContext::File::File(const std::string& path) noexcept {
    struct stat found{};
    if (path.empty() || ::stat(path.c_str(), &found) != 0) return;
    device = found.st_dev;
    number = found.st_ino;
    size = static_cast<std::uint64_t>(found.st_size);
    seconds = found.st_mtim.tv_sec;
    nanoseconds = found.st_mtim.tv_nsec;
}

TlsContext::TlsContext(TlsSettings settings)
    : settings_(std::move(settings)),
      files_{File(settings_.ca_bundle), File(settings_.extra_ca), File(settings_.client_certificate),
             File(settings_.client_key)},
      hash_(std::hash<std::string>()(settings_.ca_bundle) ^ (std::hash<std::string>()(settings_.client_certificate) << 1) ^
            std::hash<asio::ssl::context*>()(settings_.own.get())) {}

void TlsContext::load() {
    ERR_clear_error();
    OpensslPtr<SSL_CTX, &SSL_CTX_free> context;
    if (settings_.own) {
        context.reset(settings_.own->native_handle());
        SSL_CTX_up_ref(context.get());
    } else {
        context.reset(SSL_CTX_new(TLS_client_method()));
    }
    OpensslPtr<BIO_METHOD, &BIO_meth_free> wire(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "botocraft"));
    if (!context || !wire) unusable("OpenSSL cannot be used");
    BIO_meth_set_read_ex(wire.get(), &TlsStream::wire_read);
    BIO_meth_set_write_ex(wire.get(), &TlsStream::wire_write);
    BIO_meth_set_ctrl(wire.get(), &TlsStream::wire_control);
    if (!settings_.own) set_up(context.get());
    ERR_clear_error();
    context_ = std::move(context);
    wire_ = std::move(wire);
}

void TlsContext::set_up(SSL_CTX* context) const {
    // Sessions are kept by the pools, each with its origin.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, &TlsStream::new_session);
    if (settings_.ca_bundle.empty()) {
        // Reads nothing yet where the system keeps a folder: a certificate is looked up there when it is needed.
        if (SSL_CTX_set_default_verify_paths(context) != 1) {
            unusable("cannot find the system's certificates of authorities");
        }
    } else {
        trust_file(context, settings_.ca_bundle);
    }
    if (!settings_.extra_ca.empty()) trust_file(context, settings_.extra_ca);
    if (!settings_.client_certificate.empty()) show_certificate(context, settings_);
}

OpensslPtr<SSL, &SSL_free> TlsContext::make_ssl() {
    const std::lock_guard lock(mutex_);
    if (!context_) load();
    OpensslPtr<SSL, &SSL_free> made(SSL_new(context_.get()));
    if (!made) unusable("OpenSSL cannot begin a connection");
    SSL* ssl = made.get();
    // Here and not in the context, which may be the user's. A callback of his may refuse more, but not accept more.
    if (SSL_get_min_proto_version(ssl) < TLS1_2_VERSION) SSL_set_min_proto_version(ssl, TLS1_2_VERSION);
    SSL_set_verify(ssl, SSL_VERIFY_PEER, SSL_get_verify_callback(ssl));
    SSL_set_options(ssl, SSL_OP_NO_RENEGOTIATION);
    SSL_set_read_ahead(ssl, 1);
    SSL_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS);  // 34 KB for a connection that waits, be it for its reply
    return made;
}

TlsStream::TlsStream(std::shared_ptr<TlsContext> context, const std::string& host, SSL_SESSION* resume,
                     std::unique_ptr<TlsStream> carrier)
    : context_(std::move(context)),
      ssl_(context_->make_ssl()),
      carrier_(std::move(carrier)),
      looks_for_session_(context_->is_users()) {
    BIO* wire = BIO_new(context_->wire());
    if (wire == nullptr) unusable("OpenSSL cannot begin a connection");
    BIO_set_data(wire, this);
    BIO_set_init(wire, 1);
    SSL_set_bio(ssl_.get(), wire, wire);
    SSL_set_app_data(ssl_.get(), this);
    expect_peer(host);
    if (resume != nullptr) SSL_set_session(ssl_.get(), resume);
    SSL_set_connect_state(ssl_.get());
}

TlsStream::~TlsStream() {
    // Without this OpenSSL takes the end for an attack, and marks the session as not to be resumed.
    if (!broken_) SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

void TlsStream::expect_peer(const std::string& host) {
    SSL* ssl = ssl_.get();
    error_code not_an_address;
    (void)asio::ip::make_address(host, not_an_address);
    int good = 0;
    if (!not_an_address) {
        good = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
    } else {
        const std::string name = host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
        SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        // An empty name would switch the check off.
        good = !name.empty() && SSL_set1_host(ssl, name.c_str()) == 1 && SSL_set_tlsext_host_name(ssl, name.c_str()) == 1;
    }
    if (good != 1) unusable("'" + host + "' is no host name that a certificate can be checked against");
}

bool TlsStream::handshake(error_code& ec) {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    if (result == 1) {
        check_peer(ec);
    } else {
        report(result, ec);
    }
    pass_on(ec);
    return result == 1 && !ec;
}

// What OpenSSL found, whatever a callback of the user's made of it.
void TlsStream::check_peer(error_code& ec) {
    if (SSL_get_verify_result(ssl_.get()) == X509_V_OK && SSL_get0_peer_certificate(ssl_.get()) != nullptr) return;
    ERR_clear_error();
    break_off(ec);
    permanent_ = true;
}

void TlsStream::look_for_session() noexcept {
    SSL_SESSION* const session = SSL_get0_session(ssl_.get());
    if (session == nullptr || SSL_SESSION_is_resumable(session) != 1) return;  // it may be still to come
    SSL_SESSION_up_ref(session);
    session_.reset(session);
    looks_for_session_ = false;
}

bool TlsStream::resumed() const noexcept { return SSL_session_reused(ssl_.get()) == 1; }

void TlsStream::seal(std::string_view& plain, error_code& ec) {
    const std::string_view part = plain.substr(0, seal_at_once);
    std::size_t done = 0;
    ERR_clear_error();
    const int result = SSL_write_ex(ssl_.get(), part.data(), part.size(), &done);
    if (result != 1) report(result, ec);
    plain.remove_prefix(done);
    if (carrier_) pass_on(ec);
}

std::size_t TlsStream::open(std::span<char> plain, error_code& ec) {
    std::size_t done = 0;
    ERR_clear_error();
    const int result = SSL_read_ex(ssl_.get(), plain.data(), plain.size(), &done);
    if (result != 1) report(result, ec);
    if (carrier_) pass_on(ec);
    return done;
}

bool TlsStream::all_opened() const noexcept {
    return opened_ == incoming_.size() && SSL_has_pending(ssl_.get()) == 0;
}

bool TlsStream::ended() const noexcept { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }

// What came is of the carrier; what it carries is for this stream.
void TlsStream::carried(std::size_t count) {
    carrier_->received(count);
    for (;;) {
        const std::span<char> space = own_room();
        error_code ec;
        const std::size_t plain = carrier_->open(space, ec);
        if (ec) throw boost::system::system_error(ec);
        if (plain == 0) return;
        incoming_.commit(plain);
    }
}

void TlsStream::pass_on(error_code& ec) {
    if (!carrier_) return;
    std::string_view rest = outgoing_;
    error_code broken;
    while (!rest.empty() && !broken) carrier_->seal(rest, broken);
    if (broken && !ec) ec = broken;
    outgoing_.clear();
}

void TlsStream::trim(std::size_t largest_kept) noexcept {
    if (carrier_) carrier_->trim(largest_kept);
    if (opened_ == incoming_.size()) {
        incoming_.trim(largest_kept);
        opened_ = 0;
    }
    if (outgoing_.empty() && outgoing_.capacity() > largest_kept) std::string().swap(outgoing_);
}

std::size_t TlsStream::capacity() const noexcept {
    return incoming_.capacity() + outgoing_.capacity() + (carrier_ ? carrier_->capacity() : 0);
}

std::span<char> TlsStream::own_room() {
    const bool was_full = incoming_.size() != 0 && incoming_.size() == incoming_.capacity();
    incoming_.erase(0, opened_);
    opened_ = 0;
    incoming_.reserve(was_full ? record : first_block);
    if (incoming_.size() == incoming_.capacity()) incoming_.reserve(incoming_.capacity() * 2);
    return incoming_.room();
}

void TlsStream::report(int result, error_code& ec) {
    const int kind = SSL_get_error(ssl_.get(), result);
    if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE || kind == SSL_ERROR_ZERO_RETURN) return;
    break_off(ec);
}

void TlsStream::break_off(error_code& ec) {
    broken_ = true;
    permanent_ = is_permanent(ERR_peek_error());
    ec = last_error();
    if (!ec) ec = asio::ssl::error::unspecified_system_error;
    problem_ = ec.message();
    const long verdict = SSL_get_verify_result(ssl_.get());
    if (verdict != X509_V_OK) {
        problem_ = std::string("the certificate is refused: ") + X509_verify_cert_error_string(verdict);
        permanent_ = true;
    }
    ERR_clear_error();
}

int TlsStream::wire_read(BIO* bio, char* to, std::size_t size, std::size_t* done) {
    auto& stream = *static_cast<TlsStream*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const std::size_t count = std::min(size, stream.incoming_.size() - stream.opened_);
    *done = count;
    if (count == 0) {
        BIO_set_retry_read(bio);
        return 0;
    }
    std::memcpy(to, stream.incoming_.data() + stream.opened_, count);
    stream.opened_ += count;
    return 1;
}

int TlsStream::wire_write(BIO* bio, const char* from, std::size_t size, std::size_t* done) {
    BIO_clear_retry_flags(bio);
    *done = 0;
    try {
        static_cast<TlsStream*>(BIO_get_data(bio))->outgoing_.append(from, size);
    } catch (...) {
        return 0;  // no exception may pass through OpenSSL
    }
    *done = size;
    return 1;
}

long TlsStream::wire_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

int TlsStream::new_session(SSL* ssl, SSL_SESSION* session) {
    static_cast<TlsStream*>(SSL_get_app_data(ssl))->session_.reset(session);
    return 1;  // the session is ours now
}

}  // namespace botocraft::http
