#pragma once
// What may happen to a request between client and server: it passes by as it comes, but for one place.

#include "http_server.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace versitygw {

struct Alteration {
    std::string in_head{};  // becomes `to`
    std::string to{};
    std::optional<std::ptrdiff_t> in_body{};  // which byte becomes another digit; negative: from the end
};

// The heads of the requests that passed, as they were sent.
class Seen {
  public:
    void add(std::string head) {
        const std::lock_guard lock(mutex_);
        heads_.push_back(std::move(head));
    }
    // Of the last request; empty where it has no such header. Names are in lower case.
    [[nodiscard]] std::string header(std::string_view name) const {
        const std::lock_guard lock(mutex_);
        return heads_.empty() ? std::string() : header_of(heads_.back(), name);
    }

    [[nodiscard]] static std::string header_of(std::string_view head, std::string_view name) {
        const auto lower_case = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
        std::string lower(head);
        std::ranges::transform(lower, lower.begin(), lower_case);
        const std::string start = "\r\n" + std::string(name) + ": ";
        const std::size_t at = lower.find(start);
        if (at == std::string::npos) return {};
        const std::size_t begin = at + start.size();
        return std::string(head.substr(begin, head.find("\r\n", begin) - begin));
    }

  private:
    mutable std::mutex mutex_;
    std::vector<std::string> heads_;
};

class AlteringPeer : public http_test::Peer {
  public:
    AlteringPeer(int socket, int number, Alteration alteration, Seen& seen)
        : Peer(socket, number), alteration_(std::move(alteration)), seen_(seen) {}

    bool has_more() override { return !ready_.empty(); }
    // A head when all of it is there, a body as it comes.
    long read(char* to, std::size_t size) override {
        while (ready_.empty()) {
            char block[16 * 1024];
            const long count = Peer::read(block, sizeof block);
            if (count <= 0) return count;
            take({block, static_cast<std::size_t>(count)});
        }
        const std::size_t count = ready_.copy(to, size);
        ready_.erase(0, count);
        return static_cast<long>(count);
    }

  private:
    void take(std::string_view bytes) {
        while (!bytes.empty()) bytes.remove_prefix(taken_ < body_size_ ? take_body(bytes) : take_head(bytes));
    }

    // How much of it was the head's.
    std::size_t take_head(std::string_view bytes) {
        const std::size_t before = head_.size();
        head_ += bytes;
        const std::size_t end = head_.find("\r\n\r\n");
        if (end == std::string::npos) return bytes.size();
        head_.resize(end + 4);
        const std::size_t used = head_.size() - before;
        const std::string length = Seen::header_of(head_, "content-length");
        body_size_ = taken_ = 0;
        std::from_chars(length.data(), length.data() + length.size(), body_size_);
        seen_.add(head_);
        const std::size_t place = alteration_.in_head.empty() ? std::string::npos : head_.find(alteration_.in_head);
        if (place != std::string::npos) head_.replace(place, alteration_.in_head.size(), alteration_.to);
        ready_ += std::exchange(head_, {});
        return used;
    }

    std::size_t take_body(std::string_view bytes) {
        const std::size_t count = std::min(bytes.size(), body_size_ - taken_);
        const std::size_t start = ready_.size();
        ready_ += bytes.substr(0, count);
        if (alteration_.in_body) {
            const auto size = static_cast<std::ptrdiff_t>(body_size_);
            const std::ptrdiff_t place = *alteration_.in_body + (*alteration_.in_body < 0 ? size : 0);
            const std::ptrdiff_t here = place - static_cast<std::ptrdiff_t>(taken_);
            if (here >= 0 && here < static_cast<std::ptrdiff_t>(count)) {
                char& digit = ready_[start + static_cast<std::size_t>(here)];
                digit = digit == '0' ? '1' : '0';
            }
        }
        taken_ += count;
        return count;
    }

    const Alteration alteration_;
    Seen& seen_;
    std::string head_;   // as much of it as came
    std::string ready_;  // to be passed on
    std::size_t body_size_ = 0;
    std::size_t taken_ = 0;  // of the body
};

class AlteringRelay {
  public:
    explicit AlteringRelay(const std::string& endpoint, const Alteration& alteration = {})
        : server_([port = port_of(endpoint)](http_test::Peer& peer) { http_test::relay(peer, port); },
                  [this, alteration](int socket, int number) {
                      return std::make_unique<AlteringPeer>(socket, number, alteration, seen_);
                  }) {}

    [[nodiscard]] std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(server_.origin().port); }
    [[nodiscard]] const Seen& seen() const { return seen_; }

  private:
    static std::uint16_t port_of(const std::string& endpoint) {
        std::uint16_t port = 0;
        const char* const digits = endpoint.data() + endpoint.rfind(':') + 1;
        std::from_chars(digits, endpoint.data() + endpoint.size(), port);
        return port;
    }

    Seen seen_;
    http_test::Server server_;
};

}  // namespace versitygw
