#include "runtime/bodies.hpp"

#include "auth/hash.hpp"
#include "runtime/reply_checksums.hpp"

#include <botocraft/error.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace botocraft::detail {

namespace {

constexpr std::size_t block_size = 256 * 1024;

[[noreturn]] void ended_early(std::uint64_t size, std::uint64_t left) {
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = "ShortBody";
    details.explanation = "the source ended after " + std::to_string(size - left) + " of the " + std::to_string(size) +
                          " bytes that it was said to have: a file that changed meanwhile?";
    throw_error(std::move(details));
}

[[noreturn]] void overrun(std::size_t count, std::size_t room) {
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = "BodyOverrun";
    details.explanation = "the source says that it put " + std::to_string(count) + " bytes into room for " + std::to_string(room);
    throw_error(std::move(details));
}

}  // namespace

// --- the body of a request ----------------------------------------------------------------------------------------------

bool OutgoingBody::rewind() {
    const bool rewound = (fresh_ || touched_) && reader_->rewind();
    if (touched_ && !rewound) return false;
    fresh_ = touched_ = false;
    left_ = size_;
    return true;
}

void OutgoingBody::begin(const Upload& upload, std::optional<auth::SignatureChain> chain) {
    chunks_.reset();
    sum_.reset();
    if (upload.form == Upload::Form::plain) return;
    chunks_.emplace(std::move(chain));
    if (!upload.algorithm) return;
    sum_.emplace(*upload.algorithm);
    sum_name_ = upload.checksum_name;
}

awaitable<std::string_view> OutgoingBody::read() {
    block_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(block_size, std::max<std::uint64_t>(size_, 1))));
    const std::size_t room = static_cast<std::size_t>(std::min<std::uint64_t>(block_.size(), left_));
    std::size_t count = 0;
    try {
        count = co_await reader_->read(std::span(block_).first(room));
        touched_ = true;
        if (count == 0) ended_early(size_, left_);
        if (count > room) overrun(count, room);
    } catch (...) {
        error_ = std::current_exception();
    }
    if (error_) throw BodyInterrupted();
    left_ -= count;
    co_return std::string_view(reinterpret_cast<const char*>(block_.data()), count);
}

awaitable<bool> OutgoingBody::next(std::string& out) {
    if (left_ != 0) {
        const std::string_view piece = co_await read();
        if (sum_) sum_->add(piece);
        if (chunks_) {
            chunks_->write(piece, out);
        } else {
            out.append(piece);
        }
    }
    if (left_ != 0) co_return true;
    if (chunks_) {
        std::string sum;
        if (sum_) sum = sum_->value();
        const std::array<auth::HeaderView, 1> trailer{auth::HeaderView{sum_name_, sum}};
        chunks_->finish(std::span(trailer).first(sum_ ? 1 : 0), out);
    }
    co_return false;
}

awaitable<std::string> OutgoingBody::digest() {
    protocol::RunningChecksum sum(protocol::Checksum::sha256);
    while (left_ != 0) {
        const std::string_view piece = co_await read();
        sum.add(piece);
    }
    std::string text;
    auth::append_hex(text, sum.bytes());
    co_return text;
}

awaitable<void> Bodies::find_digest() { digest = co_await out->digest(); }

// --- the body of a reply ------------------------------------------------------------------------------------------------

bool IncomingBody::restart() {
    const bool restarted = (fresh_ || touched_) && writer_->restart();
    if (touched_ && !restarted) return false;
    fresh_ = touched_ = false;
    return true;
}

bool IncomingBody::begin(const http::Reply& head) {
    size_ = 0;
    if (head.status() < 200 || head.status() >= 300) return false;
    sum_.reset();
    const std::optional<AnnouncedChecksum> announced = validates_ ? announced_checksum(head) : std::nullopt;
    if (announced) {
        sum_.emplace(announced->checksum);
        expected_ = announced->value;
    }
    return true;
}

awaitable<void> IncomingBody::take(std::string_view piece) {
    if (sum_) sum_->add(piece);
    size_ += piece.size();
    touched_ = true;
    try {
        co_await writer_->write(std::as_bytes(std::span(piece)));
    } catch (...) {
        error_ = std::current_exception();
    }
    if (error_) throw BodyInterrupted();
}

std::string IncomingBody::mismatch() {
    if (!sum_) return {};
    const std::string found = sum_->value();
    return found == expected_ ? std::string() : describe_mismatch(sum_->checksum(), expected_, found);
}

void IncomingBody::finish() {
    touched_ = true;
    writer_->finish();
    touched_ = false;
}

void IncomingBody::abandon() noexcept {
    if (!std::exchange(touched_, false)) return;
    try {
        static_cast<void>(writer_->restart());
    } catch (...) {  // the call fails by something else
    }
}

}  // namespace botocraft::detail
