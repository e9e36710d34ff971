#pragma once
// TLS as a filter between bytes and bytes, on OpenSSL. Does no I/O of its own, except that the first connection reads the
// certificates of the authorities.

#include "http/buffer.hpp"
#include "http/transport.hpp"

#include <openssl/ssl.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

namespace botocraft::http {

template <auto Free>
struct OpensslFree {
    template <class T>
    void operator()(T* owned) const noexcept {
        Free(owned);
    }
};
template <class T, auto Free>
using OpensslPtr = std::unique_ptr<T, OpensslFree<Free>>;

using SessionPtr = OpensslPtr<SSL_SESSION, &SSL_SESSION_free>;

class TlsContext {
  public:
    explicit TlsContext(TlsSettings settings);

    // Whether the one is as good as the other: the settings are the same, and so were the files when the two were made.
    [[nodiscard]] bool operator==(const TlsContext& other) const {
        return settings_ == other.settings_ && files_ == other.files_;
    }
    [[nodiscard]] std::size_t hash() const noexcept { return hash_; }

    // A new client side. Throws std::runtime_error where the settings cannot be used.
    [[nodiscard]] OpensslPtr<SSL, &SSL_free> make_ssl();

    [[nodiscard]] const BIO_METHOD* wire() const noexcept { return wire_.get(); }

    // Whether it is the user's own, which reports no sessions to us.
    [[nodiscard]] bool is_users() const noexcept { return settings_.own != nullptr; }

  private:
    // What a file was like, so that another one of that name is told from it.
    struct File {
        explicit File(const std::string& path) noexcept;
        bool operator==(const File&) const = default;

        std::uint64_t device = 0, number = 0, size = 0;
        std::int64_t seconds = 0, nanoseconds = 0;  // when it was written
    };

    void load();
    void set_up(SSL_CTX* context) const;

    const TlsSettings settings_;
    const std::array<File, 4> files_;
    const std::size_t hash_;
    std::mutex mutex_;
    OpensslPtr<BIO_METHOD, &BIO_meth_free> wire_;
    OpensslPtr<SSL_CTX, &SSL_CTX_free> context_;
};

// One connection's TLS. Whatever is called, bytes may come to stand in `outgoing` that must be sent to the peer.
class TlsStream {
  public:
    // The peer must prove to be `host`. `resume`, if any, is a session to take up again. `carrier`, if any, is the stream
    // inside of which this one travels: that with a proxy.
    TlsStream(std::shared_ptr<TlsContext> context, const std::string& host, SSL_SESSION* resume,
              std::unique_ptr<TlsStream> carrier = {});
    ~TlsStream();
    TlsStream(const TlsStream&) = delete;
    TlsStream& operator=(const TlsStream&) = delete;

    // Goes on with the handshake. True when it is done; false when it needs bytes of the peer.
    // On error sets `ec`, and `problem` says what is wrong.
    [[nodiscard]] bool handshake(boost::system::error_code& ec);
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
    // The next handshake would end in the same way: the peer proves to be another, speaks no TLS that we speak, or does not
    // accept who we are.
    [[nodiscard]] bool problem_is_permanent() const noexcept { return permanent_; }
    [[nodiscard]] bool resumed() const noexcept;

    // Encrypts some first part of `plain`, which it takes away from it.
    void seal(std::string_view& plain, boost::system::error_code& ec);

    // Decrypts what was received. 0 when more must come, or the peer has ended its side (`ended`), or on error.
    [[nodiscard]] std::size_t open(std::span<char> plain, boost::system::error_code& ec);
    [[nodiscard]] bool ended() const noexcept;
    // Whether all that was received is opened, so that `open` would find nothing. Cheaper than to let it find out.
    [[nodiscard]] bool all_opened() const noexcept;

    [[nodiscard]] std::string& outgoing() noexcept { return carrier_ ? carrier_->outgoing_ : outgoing_; }

    // Inside of which this one travels, if any.
    [[nodiscard]] TlsStream* carrier() const noexcept { return carrier_.get(); }

    // What OpenSSL decrypts, it keeps no copy of once it is handed over.
    void keep_no_plaintext() noexcept { SSL_set_options(ssl_.get(), SSL_OP_CLEANSE_PLAINTEXT); }

    // Gives back memory that unusually much took on its way. For when nothing is under way.
    void trim(std::size_t largest_kept) noexcept;
    // Bytes of memory held for what is on its way.
    [[nodiscard]] std::size_t capacity() const noexcept;

    // Where bytes of the peer are to be put: never empty once all that came before was opened.
    [[nodiscard]] std::span<char> room() { return carrier_ ? carrier_->room() : own_room(); }
    void received(std::size_t count) {
        if (carrier_) return carried(count);
        incoming_.commit(count);
    }

    // The newest session that can be taken up later, if one came since the last call.
    [[nodiscard]] SessionPtr take_session() noexcept {
        if (looks_for_session_ && !broken_) look_for_session();
        return broken_ ? SessionPtr() : std::move(session_);
    }

  private:
    friend class TlsContext;

    static int wire_read(BIO* bio, char* to, std::size_t size, std::size_t* done);
    static int wire_write(BIO* bio, const char* from, std::size_t size, std::size_t* done);
    static long wire_control(BIO* bio, int command, long number, void* pointer);
    static int new_session(SSL* ssl, SSL_SESSION* session);

    void expect_peer(const std::string& host);
    [[nodiscard]] std::span<char> own_room();
    void carried(std::size_t count);
    void pass_on(boost::system::error_code& ec);
    void check_peer(boost::system::error_code& ec);
    void look_for_session() noexcept;
    void report(int result, boost::system::error_code& ec);
    void break_off(boost::system::error_code& ec);

    std::shared_ptr<TlsContext> context_;
    OpensslPtr<SSL, &SSL_free> ssl_;
    Buffer incoming_;
    std::size_t opened_ = 0;  // bytes of `incoming_` that OpenSSL has taken
    std::string outgoing_;
    std::unique_ptr<TlsStream> carrier_;
    SessionPtr session_;
    std::string problem_;
    bool looks_for_session_;  // nobody will say that one came
    bool broken_ = false;
    bool permanent_ = false;
};

}  // namespace botocraft::http
