#include "http/dns.hpp"

#include "text/case.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <ares.h>
#include <netinet/in.h>
#include <sys/time.h>

#include <algorithm>
#include <cstring>
#include <map>

namespace botocraft::http {

namespace {

using boost::system::error_code;

error_code to_error(int status) noexcept {
    switch (status) {
        case ARES_SUCCESS: return {};
        case ARES_ENODATA: return asio::error::no_data;
        case ARES_ENOTFOUND:
        case ARES_EBADNAME: return asio::error::host_not_found;
        case ARES_ETIMEOUT:
        case ARES_ESERVFAIL:
        case ARES_EREFUSED:
        case ARES_ECONNREFUSED: return asio::error::host_not_found_try_again;
        case ARES_ENOMEM: return asio::error::no_memory;
        default: return asio::error::no_recovery;
    }
}

asio::ip::address to_address(const sockaddr& from) {
    if (from.sa_family == AF_INET) {
        sockaddr_in raw{};
        std::memcpy(&raw, &from, sizeof raw);
        return asio::ip::address_v4(ntohl(raw.sin_addr.s_addr));
    }
    sockaddr_in6 raw{};
    std::memcpy(&raw, &from, sizeof raw);
    asio::ip::address_v6::bytes_type bytes{};
    std::memcpy(bytes.data(), &raw.sin6_addr, bytes.size());
    return asio::ip::address_v6(bytes, raw.sin6_scope_id);
}

Addresses to_addresses(int status, const ares_addrinfo* found) {
    Addresses result;
    result.error = to_error(status);
    if (result.error || found == nullptr) return result;
    int valid = static_cast<int>(Names::longest_kept.count());
    for (const auto* alias = found->cnames; alias != nullptr; alias = alias->next) valid = std::min(valid, alias->ttl);
    for (const auto* node = found->nodes; node != nullptr; node = node->ai_next) {
        valid = std::min(valid, node->ai_ttl);
        const asio::ip::address address = to_address(*node->ai_addr);
        if (std::find(result.list.begin(), result.list.end(), address) == result.list.end()) result.list.push_back(address);
    }
    result.valid = std::chrono::seconds(valid);
    if (result.list.empty()) result.error = asio::error::no_data;
    return result;
}

// RFC 6761: such names are this machine, whatever a file says. c-ares knows that too, but 1.18 leaks memory where its file
// of hosts has only one of the families.
bool is_this_machine(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    return equal_ignoring_case(name, "localhost") || ends_ignoring_case(name, ".localhost");
}

// One name's look-up, with a channel of its own: so it can be given up alone, and sees what the system says today.
// c-ares calls back only from within calls of it, which are all made under the lock.
class LookUp : public std::enable_shared_from_this<LookUp> {
  public:
    LookUp(const asio::any_io_executor& executor, const DnsSettings& settings, std::string name, NameSource::Answered answered)
        : executor_(executor), settings_(settings), name_(std::move(name)), answered_(std::move(answered)), timer_(executor) {}

    void begin() {
        turn([this] { ask(); });
    }

    void stop() noexcept {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        close();
    }

  private:
    struct Asked {
        LookUp& look_up;
        Family family;
    };

    struct Socket {
        Socket(const asio::any_io_executor& executor, ares_socket_t opened) : descriptor(executor, opened) {}

        asio::posix::stream_descriptor descriptor;
        std::uint64_t number = 0;  // descriptors are used again by the system, these are not
        bool read = false;
        bool write = false;
        bool waits_to_read = false;
        bool waits_to_write = false;
    };

    // Lets c-ares do something under the lock; then new waits begin, and answers are handed on without the lock.
    template <class What>
    void turn(const What& what) {
        std::vector<std::pair<Family, Addresses>> answers;
        {
            const std::lock_guard lock(mutex_);
            if (stopped_) return;
            what();
            wait();
            answers.swap(answers_);
        }
        for (auto& [family, addresses] : answers) answered_(family, std::move(addresses));
    }

    void ask() {
        if (is_this_machine(name_)) {
            answers_.emplace_back(Family::v6, Addresses{{}, {asio::ip::address_v6::loopback()}, Names::longest_kept});
            answers_.emplace_back(Family::v4, Addresses{{}, {asio::ip::address_v4::loopback()}, Names::longest_kept});
            return;
        }
        ares_options options{};
        options.sock_state_cb = &on_socket;
        options.sock_state_cb_data = this;
        int mask = ARES_OPT_SOCK_STATE_CB;
        if (settings_.patience.count() != 0) {
            options.timeout = static_cast<int>(settings_.patience.count());
            mask |= ARES_OPT_TIMEOUTMS;
        }
        int status = ares_init_options(&channel_, &options, mask);
        if (status == ARES_SUCCESS && !settings_.servers.empty()) {
            status = ares_set_servers_ports_csv(channel_, settings_.servers.c_str());
        }
        if (status != ARES_SUCCESS) {
            for (const Family family : families) answers_.emplace_back(family, to_addresses(status, nullptr));
            return;
        }
        for (Asked& asked : asked_) {
            ares_addrinfo_hints hints{};
            hints.ai_family = asked.family == Family::v6 ? AF_INET6 : AF_INET;
            hints.ai_socktype = SOCK_STREAM;
            hints.ai_flags = ARES_AI_NOSORT;
            ares_getaddrinfo(channel_, name_.c_str(), nullptr, &hints, &on_answer, &asked);
        }
    }

    static void on_answer(void* to, int status, int, ares_addrinfo* found) {
        const std::unique_ptr<ares_addrinfo, decltype(&ares_freeaddrinfo)> owned(found, &ares_freeaddrinfo);
        const auto& asked = *static_cast<const Asked*>(to);
        if (asked.look_up.stopped_) return;
        ++asked.look_up.answer_count_;
        try {
            asked.look_up.answers_.emplace_back(asked.family, to_addresses(status, found));
        } catch (...) {  // nothing may be thrown through c-ares: no answer comes, and the limit on look-ups ends it
        }
    }

    // c-ares wants to know of a socket that it opened, or, where it wants nothing, is about to close it.
    static void on_socket(void* to, ares_socket_t descriptor, int read, int write) {
        try {
            static_cast<LookUp*>(to)->watch(descriptor, read != 0, write != 0);
        } catch (...) {  // as above
        }
    }

    void watch(ares_socket_t descriptor, bool read, bool write) {
        auto known = sockets_.find(descriptor);
        if (!read && !write) {
            if (known == sockets_.end()) return;
            known->second.descriptor.release();
            sockets_.erase(known);
            return;
        }
        if (known == sockets_.end()) {
            known = sockets_.try_emplace(descriptor, executor_, descriptor).first;
            known->second.number = ++socket_count_;
        }
        known->second.read = read;
        known->second.write = write;
    }

    void wait() {
        if (channel_ == nullptr) return;
        if (answer_count_ == asked_.size()) return close();
        for (auto& [descriptor, socket] : sockets_) {
            if (socket.read && !socket.waits_to_read) {
                socket.waits_to_read = true;
                wait_for(socket, asio::posix::descriptor_base::wait_read, descriptor, ARES_SOCKET_BAD);
            }
            if (socket.write && !socket.waits_to_write) {
                socket.waits_to_write = true;
                wait_for(socket, asio::posix::descriptor_base::wait_write, ARES_SOCKET_BAD, descriptor);
            }
        }
        timeval left{};
        if (ares_timeout(channel_, nullptr, &left) == nullptr) return;
        timer_.expires_after(std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec));
        timer_.async_wait([self = shared_from_this()](const error_code& ec) {
            if (!ec) self->turn([&] { self->process(ARES_SOCKET_BAD, ARES_SOCKET_BAD); });
        });
    }

    void wait_for(Socket& socket, asio::posix::descriptor_base::wait_type what, ares_socket_t readable, ares_socket_t writable) {
        const int descriptor = socket.descriptor.native_handle();
        socket.descriptor.async_wait(what, [self = shared_from_this(), descriptor, number = socket.number, readable,
                                            writable](const error_code& ec) {
            if (ec) return;
            self->turn([&] {
                const auto known = self->sockets_.find(descriptor);
                if (known == self->sockets_.end() || known->second.number != number) return;
                (readable != ARES_SOCKET_BAD ? known->second.waits_to_read : known->second.waits_to_write) = false;
                self->process(readable, writable);
            });
        });
    }

    void process(ares_socket_t readable, ares_socket_t writable) {
        if (channel_ != nullptr) ares_process_fd(channel_, readable, writable);
    }

    void close() noexcept {
        timer_.cancel();
        if (channel_ == nullptr) return;
        ares_destroy(std::exchange(channel_, nullptr));
        sockets_.clear();
    }

    const asio::any_io_executor executor_;
    const DnsSettings settings_;
    const std::string name_;
    const NameSource::Answered answered_;
    std::array<Asked, families.size()> asked_{Asked{*this, Family::v6}, Asked{*this, Family::v4}};

    std::mutex mutex_;
    asio::steady_timer timer_;
    ares_channel channel_ = nullptr;
    std::map<ares_socket_t, Socket> sockets_;
    std::uint64_t socket_count_ = 0;
    std::size_t answer_count_ = 0;
    std::vector<std::pair<Family, Addresses>> answers_;  // not yet handed on
    bool stopped_ = false;
};

class DnsQuestion final : public NameSource::Question {
  public:
    explicit DnsQuestion(std::shared_ptr<LookUp> look_up) noexcept : look_up_(std::move(look_up)) {}
    ~DnsQuestion() override { look_up_->stop(); }

  private:
    std::shared_ptr<LookUp> look_up_;
};

}  // namespace

std::unique_ptr<NameSource::Question> DnsSource::ask(const asio::any_io_executor& executor, const std::string& name,
                                                     Answered answered) {
    auto look_up = std::make_shared<LookUp>(executor, settings_, name, std::move(answered));
    asio::post(executor, [look_up] { look_up->begin(); });
    return std::make_unique<DnsQuestion>(std::move(look_up));
}

std::shared_ptr<NameSource> system_names() { return std::make_shared<DnsSource>(); }

}  // namespace botocraft::http
