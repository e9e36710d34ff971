#pragma once
// A server on loopback that speaks TLS, and certificates made for it.

#include "http_server.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace http_test {

using http::Failure;
using http::Limits;

template <class T>
using Ptr = std::unique_ptr<T, void (*)(T*)>;

using Key = Ptr<EVP_PKEY>;
using Certificate = Ptr<X509>;

inline Key make_key() { return {EVP_EC_gen("P-256"), &EVP_PKEY_free}; }

inline void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Ptr<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()),
                                        &X509_EXTENSION_free);
    REQUIRE(extension);
    X509_add_ext(certificate, extension.get(), -1);
}

// A certificate for `names` ("DNS:x,IP:1.2.3.4"; empty: an authority), signed by `issuer`, or by itself.
inline Certificate make_certificate(EVP_PKEY* key, const std::string& names, X509* issuer, EVP_PKEY* issuer_key,
                             long valid_seconds = 3600) {
    static long serial = 0;
    Certificate result(X509_new(), &X509_free);
    X509* raw = result.get();
    X509_set_version(raw, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(raw), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(raw), -7200);
    X509_gmtime_adj(X509_getm_notAfter(raw), valid_seconds);
    const std::string subject = "test " + std::to_string(serial);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(raw), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(subject.c_str()), -1, -1, 0);
    X509* by = issuer == nullptr ? raw : issuer;
    X509_set_issuer_name(raw, X509_get_subject_name(by));
    X509_set_pubkey(raw, key);
    extend(raw, by, NID_basic_constraints, names.empty() ? "critical,CA:TRUE" : "CA:FALSE");
    if (!names.empty()) extend(raw, by, NID_subject_alt_name, names);
    REQUIRE(X509_sign(raw, issuer_key, EVP_sha256()) > 0);
    return result;
}

// A file that holds an authority's certificate, for as long as this lives.
class PemFile {
  public:
    explicit PemFile(X509* certificate, EVP_PKEY* key = nullptr) {
        std::string path = (std::filesystem::temp_directory_path() / "botocraft-test-XXXXXX").string();
        const int descriptor = ::mkstemp(path.data());
        REQUIRE(descriptor >= 0);
        const Ptr<FILE> file(::fdopen(descriptor, "w"), [](FILE* open) { std::fclose(open); });
        REQUIRE(PEM_write_X509(file.get(), certificate) == 1);
        if (key != nullptr) REQUIRE(PEM_write_PrivateKey(file.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
        path_ = path;
    }
    PemFile(const PemFile&) = delete;
    PemFile& operator=(const PemFile&) = delete;
    ~PemFile() { std::filesystem::remove(path_); }

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string path_;
};

class TlsPeer final : public Peer {
  public:
    TlsPeer(SSL_CTX* context, int socket, int number) : Peer(socket, number), ssl_(SSL_new(context), &SSL_free) {
        // OpenSSL writes in a way that a closed connection would end the process.
        sigset_t pipe;
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
        SSL_set_fd(ssl_.get(), socket);
        open_ = SSL_accept(ssl_.get()) == 1;
    }
    long read(char* to, std::size_t size) override {
        return open_ ? SSL_read(ssl_.get(), to, static_cast<int>(size)) : -1;
    }
    long write(const char* from, std::size_t size) override {
        return open_ ? SSL_write(ssl_.get(), from, static_cast<int>(size)) : -1;
    }
    bool has_more() override { return SSL_pending(ssl_.get()) > 0; }
    void send_ticket() {
        SSL_new_session_ticket(ssl_.get());
        SSL_do_handshake(ssl_.get());
    }
    void end() { SSL_shutdown(ssl_.get()); }

  private:
    Ptr<SSL> ssl_;
    bool open_ = false;
};

struct TlsFixture {
    Key authority_key = make_key();
    Certificate authority = make_certificate(authority_key.get(), "", nullptr, authority_key.get());
    PemFile trusted{authority.get()};
    Key key = make_key();
    Ptr<SSL_CTX> server_context{SSL_CTX_new(TLS_server_method()), &SSL_CTX_free};

    asio::io_context context;
    std::shared_ptr<http::Transport> transport = http::make_transport();
    Limits limits;
    std::shared_ptr<http::TlsContext> tls = http::make_tls_context({trusted.path()});

    void present(const Certificate& certificate) {
        REQUIRE(SSL_CTX_use_certificate(server_context.get(), certificate.get()) == 1);
        REQUIRE(SSL_CTX_use_PrivateKey(server_context.get(), key.get()) == 1);
    }
    void present(const std::string& names, long valid_seconds = 3600) {
        present(make_certificate(key.get(), names, authority.get(), authority_key.get(), valid_seconds));
    }

    Server::MakePeer peers() {
        return [this](int socket, int number) {
            return std::make_unique<TlsPeer>(server_context.get(), socket, number);
        };
    }

    http::Origin origin(const Server& server, const std::string& host = "localhost") {
        http::Origin result = server.origin();
        result.tls = true;
        result.host = host;
        result.context = tls;
        return result;
    }
    http::Statistics statistics() { return http::statistics(context); }
};

}  // namespace http_test
