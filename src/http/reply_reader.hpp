#pragma once
// Makes a Reply of the bytes of a connection, strictly by HTTP/1.1's framing. Does no I/O.

#include "http/transport.hpp"

#include <memory>
#include <span>

namespace botocraft::http {

class ReplyReader {
  public:
    ReplyReader();
    ~ReplyReader();
    ReplyReader(const ReplyReader&) = delete;
    ReplyReader& operator=(const ReplyReader&) = delete;

    // Forgets the last reply, and expects the first byte of the next.
    void start(ReplyBody body, std::size_t head_limit, std::size_t body_limit);

    // Where the next bytes are to be put: never empty. Grows with what was received, whatever length the peer claims.
    [[nodiscard]] std::span<char> room();

    // `count` bytes were put there. An error says how they break the protocol or a limit.
    [[nodiscard]] boost::system::error_code commit(std::size_t count);

    // No more bytes will come. An error unless the reply ends there.
    [[nodiscard]] boost::system::error_code commit_end();

    [[nodiscard]] bool begun() const noexcept;     // a byte has come
    [[nodiscard]] bool complete() const noexcept;  // the reply is whole
    // It is because the connection ended, and nothing else says so.
    [[nodiscard]] bool complete_by_end() const noexcept;

    // Whether another request may follow: complete, not to be closed, and nothing came that was not asked for.
    [[nodiscard]] bool reusable() const noexcept;

    // Whether bytes came behind the complete reply.
    [[nodiscard]] bool stray() const noexcept;

    // Puts views of the complete reply into `reply`, valid until `start` or `trim`.
    void fill(Reply& reply) const;

    // Likewise of what came of an incomplete reply, if its head did: its body as far as it is there and does not pass by.
    void fill_begun(Reply& reply) const;

    // The next reply holds secrets: growing leaves no copy behind, until `wipe` overwrites it. Before `start`.
    void set_secret() noexcept;
    void wipe() noexcept;

    // Gives back memory that an unusually large reply took.
    void trim() noexcept;

    // --- a body that passes by ---
    [[nodiscard]] bool head_done() const noexcept;
    [[nodiscard]] bool told_to_go_on() const noexcept;  // an interim reply came
    // The head is there, and `start` was told of no limit: what is left of the body is taken piece by piece. Room for large
    // pieces is made.
    void pass_by();
    // Likewise, but it is not: from now on the limit counts.
    [[nodiscard]] boost::system::error_code limit_body(std::size_t limit);
    // What came of the body and was not taken yet; valid until `room`.
    [[nodiscard]] std::string_view piece() const noexcept;
    void drop_piece() noexcept;

    // Bytes of memory held for replies.
    [[nodiscard]] std::size_t capacity() const noexcept;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace botocraft::http
