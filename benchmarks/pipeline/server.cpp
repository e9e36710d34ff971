#include "pipeline/server.hpp"

#include "pipeline/reply.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace bench {

namespace {

template <class T, auto Free>
struct Freed {
    void operator()(T* object) const noexcept { Free(object); }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Freed<T, Free>>;

void require(bool ok, const char* what) {
    if (!ok) throw std::runtime_error(std::string("the benchmark's server: ") + what);
}

struct Identity {
    Owned<EVP_PKEY, EVP_PKEY_free> key;
    Owned<X509, X509_free> certificate;
};

// For an hour, and for 127.0.0.1.
Identity make_identity() {
    Identity identity;
    identity.key.reset(EVP_EC_gen("P-256"));
    identity.certificate.reset(X509_new());
    X509* const certificate = identity.certificate.get();
    require(identity.key && certificate, "cannot make a certificate");
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, identity.key.get());
    X509_NAME* const name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("benchmark"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    Owned<X509_EXTENSION, X509_EXTENSION_free> addresses(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1"));
    X509_add_ext(certificate, addresses.get(), -1);
    require(X509_sign(certificate, identity.key.get(), EVP_sha256()) != 0, "cannot sign a certificate");
    return identity;
}

std::string write_certificate(const Identity& identity) {
    std::string path = "/tmp/botocraft-benchmark-XXXXXX";
    const int descriptor = ::mkstemp(path.data());
    require(descriptor != -1, "cannot make a temporary file");
    FILE* const file = ::fdopen(descriptor, "w");
    PEM_write_X509(file, identity.certificate.get());
    std::fclose(file);
    return path;
}

int listen_somewhere(std::uint16_t& port) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    require(::bind(listener, generic, size) == 0 && ::listen(listener, 1024) == 0, "cannot listen");
    ::getsockname(listener, generic, &size);
    port = ntohs(address.sin_port);
    return listener;
}

std::string whole_reply() {
    const std::string body = reply_body();
    return "HTTP/1.1 200 OK\r\nx-amzn-RequestId: 4ee5a8a3-3b1e-4d0a-9d0c-000000000000\r\n"
           "Content-Type: application/x-amz-json-1.1\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\nDate: Sat, 22 Nov 2025 17:40:44 GMT\r\n\r\n" + body;
}

// The bytes of the first request in `text`; 0 where it is not whole.
std::size_t request_size(std::string_view text) {
    const std::size_t head = text.find("\r\n\r\n");
    if (head == text.npos) return 0;
    std::size_t length = 0;
    constexpr std::string_view wanted = "content-length:";
    for (std::size_t line = text.find('\n') + 1; line < head; line = text.find('\n', line) + 1) {
        const auto same = [](char sent, char lower) { return (sent | 0x20) == lower || sent == lower; };
        if (!std::equal(wanted.begin(), wanted.end(), text.begin() + static_cast<std::ptrdiff_t>(line),
                        [&](char a, char b) { return same(b, a); })) {
            continue;
        }
        const std::size_t digits = text.find_first_not_of(' ', line + wanted.size());
        std::from_chars(text.data() + digits, text.data() + text.size(), length);
    }
    return head + 4 + length <= text.size() ? head + 4 + length : 0;
}

class Client {
  public:
    Client(int socket, SSL_CTX* tls) : socket_(socket), ssl_(tls != nullptr ? SSL_new(tls) : nullptr) {
        const int on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (!ssl_) return;
        SSL_set_fd(ssl_.get(), socket_);
        SSL_set_accept_state(ssl_.get());
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() { ::close(socket_); }

    // Answers every request that has come whole. False when the peer has gone.
    bool serve(const std::string& reply) {
        for (;;) {
            if (size_ == bytes_.size()) return false;
            const ssize_t count = read();
            if (count == 0) return false;
            if (count < 0) return true;
            size_ += static_cast<std::size_t>(count);
            std::size_t done = 0;
            while (const std::size_t size = request_size({bytes_.data() + done, size_ - done})) {
                done += size;
                if (!write(reply)) return false;
            }
            std::copy(bytes_.data() + done, bytes_.data() + size_, bytes_.data());
            size_ -= done;
            if (!ssl_) return true;  // level-triggered: if there is more, epoll says so
        }
    }

  private:
    // As recv: 0 at the end, -1 where there is nothing now.
    ssize_t read() {
        char* const to = bytes_.data() + size_;
        const std::size_t room = bytes_.size() - size_;
        if (!ssl_) return ::recv(socket_, to, room, 0);
        const int count = SSL_read(ssl_.get(), to, static_cast<int>(room));
        if (count > 0) return count;
        return SSL_get_error(ssl_.get(), count) == SSL_ERROR_WANT_READ ? -1 : 0;
    }
    bool write(const std::string& reply) {
        if (ssl_) return SSL_write(ssl_.get(), reply.data(), static_cast<int>(reply.size())) > 0;
        return ::send(socket_, reply.data(), reply.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(reply.size());
    }

    int socket_;
    Owned<SSL, SSL_free> ssl_;
    std::array<char, 16384> bytes_;
    std::size_t size_ = 0;
};

[[noreturn]] void serve(int plain, int tls, const Identity& identity, Idle idle) {
    ::signal(SIGPIPE, SIG_IGN);
    Owned<SSL_CTX, SSL_CTX_free> context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
    SSL_CTX_use_certificate(context.get(), identity.certificate.get());
    SSL_CTX_use_PrivateKey(context.get(), identity.key.get());
    const std::string reply = whole_reply();

    const int poll = ::epoll_create1(0);
    const auto watch = [poll](int socket, void* data) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = data;
        ::epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event);
    };
    int listeners[2] = {plain, tls};
    for (int& listener : listeners) watch(listener, &listener);
    std::array<epoll_event, 256> events;
    std::size_t clients = 0;
    for (;;) {
        const int wait = idle == Idle::sleeps || clients == 0 ? -1 : 0;
        const int count = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), wait);
        for (int i = 0; i < count; ++i) {
            void* const data = events[static_cast<std::size_t>(i)].data.ptr;
            if (data == &listeners[0] || data == &listeners[1]) {
                for (int socket = 0;;) {
                    socket = ::accept4(*static_cast<int*>(data), nullptr, nullptr, SOCK_NONBLOCK);
                    if (socket == -1) break;
                    ++clients;
                    watch(socket, new Client(socket, data == &listeners[1] ? context.get() : nullptr));
                }
            } else if (auto* const client = static_cast<Client*>(data); !client->serve(reply)) {
                delete client;
                --clients;
            }
        }
    }
}

}  // namespace

void stay_on_processor(int processor) {
    if (::sysconf(_SC_NPROCESSORS_ONLN) < 2) return;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(processor), &set);
    ::sched_setaffinity(0, sizeof set, &set);
}

Server::Server(Idle idle) {
    const Identity identity = make_identity();
    certificate_ = write_certificate(identity);
    const int plain = listen_somewhere(plain_port_);
    const int tls = listen_somewhere(tls_port_);
    const pid_t parent = ::getpid();
    process_ = ::fork();
    require(process_ != -1, "cannot begin a process");
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) std::_Exit(1);
        stay_on_processor(0);
        serve(plain, tls, identity, idle);
    }
    ::close(plain);
    ::close(tls);
}

Server::~Server() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    ::unlink(certificate_.c_str());
}

}  // namespace bench
