#include "network.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace faults {

namespace {

constexpr int most_descriptors = 32768;
constexpr std::uint64_t second = 1'000'000'000;

// Of one descriptor.
struct Socket {
    bool client = false;
    bool datagram = false;  // UDP
    bool written = false;  // since the plan was armed
    bool stalled = false;
    bool torn = false;     // the next operation fails
    bool pause = false;    // the next operation finds nothing; then it goes on
    bool told = false;     // the client knows that it failed
    int error = 0;         // everything fails; -1: everything finds the end
    epoll_data_t data{};
    std::uint32_t wake = 0;  // events to report
};

struct Network {
    std::array<Socket, most_descriptors> sockets{};
    std::vector<int> clients;  // descriptors of the client's sockets
    Plan plan;
    Report report;
    bool nobody_listens = false;
    bool split_done = false;
    std::size_t cut_left = 0;
    std::uint64_t passed = 0;
    std::uint64_t start_monotonic = 0;
    std::uint64_t start_realtime = 0;
};

Network& network() {
    static Network instance;
    return instance;
}

Socket* client(int descriptor) {
    if (descriptor < 0 || descriptor >= most_descriptors) return nullptr;
    Socket& socket = network().sockets[static_cast<std::size_t>(descriptor)];
    return socket.client ? &socket : nullptr;
}

std::uint64_t real_time(clockid_t clock) {
    timespec time{};
    ::syscall(SYS_clock_gettime, clock, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * second + static_cast<std::uint64_t>(time.tv_nsec);
}

ssize_t fail(int error) {
    errno = error;
    return -1;
}

// Everything on this socket fails from now on; the peer learns of it. Of datagrams it is the one.
void break_off(int descriptor, Socket& socket, int error) {
    socket.error = error;
    if (socket.datagram) return;
    socket.wake |= EPOLLIN | EPOLLOUT | EPOLLHUP;
    ::syscall(SYS_shutdown, descriptor, SHUT_RDWR);
}

int error_of(Kind kind, Step step) {
    switch (kind) {
        case Kind::refused: return ECONNREFUSED;
        case Kind::timed_out: return ETIMEDOUT;
        case Kind::unreachable: return EHOSTUNREACH;
        case Kind::eof: return step == Step::receive ? -1 : step == Step::send ? EPIPE : ECONNABORTED;
        default: return ECONNRESET;
    }
}

// What an operation that would move something comes to.
enum class Fate { pass, fails, waits };

Fate fate_of(int descriptor, Socket& socket, Step step) {
    Network& net = network();
    net.report.done.push_back(step);
    const Plan& plan = net.plan;
    if (plan.step == 0 || plan.kind == Kind::exhausted || net.report.done.size() != plan.step) return Fate::pass;
    net.report.happened = true;
    net.report.failed = step;
    net.report.datagram = socket.datagram;
    switch (plan.kind) {
        case Kind::stall: socket.stalled = true; return Fate::waits;
        case Kind::torn:
            if (step == Step::connect) {
                break_off(descriptor, socket, ECONNRESET);
                return Fate::fails;
            }
            socket.torn = true;
            return Fate::pass;
        case Kind::stop: net.nobody_listens = true; [[fallthrough]];
        default: break_off(descriptor, socket, error_of(plan.kind, step)); return Fate::fails;
    }
}

ssize_t failed(Socket& socket, Step step) {
    if (socket.datagram) {
        const int error = std::exchange(socket.error, 0);
        return error == -1 && step == Step::receive ? 0 : fail(error == -1 ? EPIPE : error);
    }
    socket.told = true;
    if (socket.error == -1) return step == Step::receive ? 0 : fail(EPIPE);
    return fail(socket.error);
}

std::size_t limit(Socket& socket, Step step, std::size_t size) {
    Network& net = network();
    const Plan& plan = net.plan;
    if (socket.datagram) return std::exchange(socket.torn, false) ? size / 2 : size;  // there are no parts of it
    if (plan.kind == Kind::trickle) return std::min<std::size_t>(size, 1);
    if (socket.torn) return std::max<std::size_t>(1, size / 2);
    if (plan.kind == Kind::split && plan.at == step && !net.split_done) {
        net.split_done = net.report.happened = true;
        net.report.failed = step;
        socket.pause = true;
        return std::min(size, plan.bytes);
    }
    if (plan.kind == Kind::cut && step == Step::receive) return std::min(size, net.cut_left);
    return size;
}

// How many of the bytes pass at once. Who moved fewer than it could waits until it may move more: that is at once.
std::size_t portion(Socket& socket, Step step, std::size_t size) {
    const std::size_t count = limit(socket, step, size);
    if (count < size) socket.wake |= step == Step::receive ? EPOLLIN : EPOLLOUT;
    return count;
}

bool paused(Socket& socket) { return std::exchange(socket.pause, false); }

ssize_t send_some(int descriptor, const void* data, std::size_t size, int flags) {
    Socket* const socket = client(descriptor);
    const auto real = [&](std::size_t count) {
        return ::syscall(SYS_sendto, descriptor, data, count, flags, nullptr, 0);
    };
    if (socket == nullptr) return real(size);
    Report& report = network().report;
    if (socket->error != 0) {
        if (socket->told) ++report.misused;
        return failed(*socket, Step::send);
    }
    if (socket->stalled || paused(*socket)) return fail(EAGAIN);
    if (socket->torn) {
        break_off(descriptor, *socket, ECONNRESET);
        return failed(*socket, Step::send);
    }
    switch (fate_of(descriptor, *socket, Step::send)) {
        case Fate::fails: return failed(*socket, Step::send);
        case Fate::waits: return fail(EAGAIN);
        case Fate::pass: break;
    }
    const ssize_t sent = real(portion(*socket, Step::send, size));
    if (sent > 0) {
        report.bytes_sent += static_cast<std::size_t>(sent);
        if (!std::exchange(socket->written, true) && !socket->datagram) ++report.connections_written;
    }
    return sent;
}

// `from`, `length`: as recvfrom says.
ssize_t receive_some(int descriptor, void* data, std::size_t size, int flags, sockaddr* from = nullptr, socklen_t* length = nullptr) {
    Socket* const socket = client(descriptor);
    const auto real = [&](std::size_t count, int how) {
        return ::syscall(SYS_recvfrom, descriptor, data, count, how, from, length);
    };
    if (socket == nullptr || (flags & MSG_PEEK) != 0) return real(size, flags);
    if (socket->error != 0) return failed(*socket, Step::receive);
    if (socket->stalled || paused(*socket)) return fail(EAGAIN);
    if (socket->torn) {
        break_off(descriptor, *socket, ECONNRESET);
        return failed(*socket, Step::receive);
    }
    const ssize_t there = real(size, flags | MSG_PEEK);
    if (there < 0) return -1;  // no operation
    switch (fate_of(descriptor, *socket, Step::receive)) {
        case Fate::fails: return failed(*socket, Step::receive);
        case Fate::waits: return fail(EAGAIN);
        case Fate::pass: break;
    }
    Network& net = network();
    if (net.plan.kind == Kind::cut && net.cut_left == 0 && !socket->datagram) {
        net.report.happened = true;
        break_off(descriptor, *socket, -1);
        return 0;
    }
    const ssize_t received = real(portion(*socket, Step::receive, static_cast<std::size_t>(there)), flags);
    if (received > 0) {
        net.report.bytes_received += static_cast<std::size_t>(received);
        if (!socket->datagram) net.cut_left -= std::min(net.cut_left, static_cast<std::size_t>(received));
    }
    return received;
}

int open_socket(int domain, int type, int protocol) {
    Network& net = network();
    const bool counts = domain == AF_INET || domain == AF_INET6;
    if (counts && ++net.report.opened == net.plan.step && net.plan.kind == Kind::exhausted) {
        net.report.happened = true;
        net.report.failed = Step::open;
        net.report.datagram = (type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) == SOCK_DGRAM;
        return static_cast<int>(fail(EMFILE));
    }
    return static_cast<int>(::syscall(SYS_socket, domain, type, protocol));
}

int connect_to(int descriptor, const sockaddr* address, socklen_t length) {
    Network& net = network();
    if (descriptor >= most_descriptors) return static_cast<int>(fail(EMFILE));
    Socket& socket = net.sockets[static_cast<std::size_t>(descriptor)];
    const epoll_data_t data = socket.data;
    socket = Socket();
    socket.data = data;
    socket.client = true;
    int type = SOCK_STREAM;
    socklen_t size = sizeof type;
    ::syscall(SYS_getsockopt, descriptor, SOL_SOCKET, SO_TYPE, &type, &size);
    socket.datagram = type == SOCK_DGRAM;
    net.clients.push_back(descriptor);
    const Fate fate = fate_of(descriptor, socket, Step::connect);
    if (net.nobody_listens && socket.error == 0) break_off(descriptor, socket, ECONNREFUSED);
    if (socket.error != 0) return static_cast<int>(failed(socket, Step::connect));
    if (fate == Fate::waits) return static_cast<int>(fail(EINPROGRESS));
    return static_cast<int>(::syscall(SYS_connect, descriptor, address, length));
}

// Events of stalled sockets are held back, and those that a plan makes are added.
int filter(epoll_event* events, int count, int most) {
    Network& net = network();
    int kept = 0;
    for (int i = 0; i < count; ++i) {
        const bool stalled = std::ranges::any_of(net.clients, [&](int descriptor) {
            const Socket& socket = net.sockets[static_cast<std::size_t>(descriptor)];
            return socket.stalled && socket.data.ptr == events[i].data.ptr;
        });
        if (!stalled) events[kept++] = events[i];
    }
    for (const int descriptor : net.clients) {
        Socket& socket = net.sockets[static_cast<std::size_t>(descriptor)];
        if (socket.wake == 0 || socket.stalled || socket.data.ptr == nullptr || kept == most) continue;
        events[kept].events = std::exchange(socket.wake, 0);
        events[kept].data = socket.data;
        ++kept;
    }
    return kept;
}

int wait_for_events(int descriptor, epoll_event* events, int most, int timeout) {
    const auto real = [&](int milliseconds) {
        const int count = static_cast<int>(::syscall(SYS_epoll_pwait, descriptor, events, most, milliseconds, nullptr, 8));
        return count < 0 ? count : filter(events, count, most);
    };
    const int count = real(0);
    if (count != 0 || timeout == 0) return count;
    // The kernel may be a moment behind; then nobody has anything to do, and time passes.
    const int late = real(10);
    if (late != 0) return late;
    if (timeout < 0) return real(timeout);
    network().passed += static_cast<std::uint64_t>(timeout) * 1'000'000;
    return 0;
}

}  // namespace

void arm(const Plan& plan) {
    Network& net = network();
    net.plan = plan;
    net.report = Report();
    net.split_done = false;
    net.cut_left = plan.bytes;
    for (const int descriptor : net.clients) net.sockets[static_cast<std::size_t>(descriptor)].written = false;
}

Report disarm() {
    Network& net = network();
    net.plan = Plan();
    net.nobody_listens = false;
    return std::exchange(net.report, Report());
}

std::size_t open_client_sockets() {
    return network().clients.size();
}

std::uint64_t virtual_nanoseconds() { return network().passed; }

std::string_view name_of(Kind kind) {
    constexpr std::array<std::string_view, 13> names{"none",  "reset", "eof",     "refused", "timed out", "unreachable", "torn",
                                                     "stall", "stop",  "trickle", "split",   "cut",       "exhausted"};
    return names[static_cast<std::size_t>(kind)];
}

std::string_view name_of(Step step) {
    constexpr std::array<std::string_view, steps> names{"connect", "send", "receive", "open"};
    return names[static_cast<std::size_t>(step)];
}

}  // namespace faults

// --- in the place of the system's --------------------------------------------------------------------------------------

extern "C" {

int socket(int domain, int type, int protocol) noexcept { return faults::open_socket(domain, type, protocol); }

int connect(int descriptor, const sockaddr* address, socklen_t length) {
    return faults::connect_to(descriptor, address, length);
}

ssize_t send(int descriptor, const void* data, size_t size, int flags) {
    return faults::send_some(descriptor, data, size, flags);
}

ssize_t recv(int descriptor, void* data, size_t size, int flags) {
    return faults::receive_some(descriptor, data, size, flags);
}

ssize_t recvfrom(int descriptor, void* data, size_t size, int flags, sockaddr* from, socklen_t* length) {
    return faults::receive_some(descriptor, data, size, flags, from, length);
}

ssize_t sendmsg(int descriptor, const msghdr* message, int flags) {
    if (faults::client(descriptor) == nullptr) return ::syscall(SYS_sendmsg, descriptor, message, flags);
    for (size_t i = 0; i < message->msg_iovlen; ++i) {
        const iovec& part = message->msg_iov[i];
        if (part.iov_len != 0) return faults::send_some(descriptor, part.iov_base, part.iov_len, flags);
    }
    return 0;
}

ssize_t recvmsg(int descriptor, msghdr* message, int flags) {
    if (faults::client(descriptor) == nullptr) return ::syscall(SYS_recvmsg, descriptor, message, flags);
    for (size_t i = 0; i < message->msg_iovlen; ++i) {
        const iovec& part = message->msg_iov[i];
        if (part.iov_len != 0) return faults::receive_some(descriptor, part.iov_base, part.iov_len, flags);
    }
    return 0;
}

int shutdown(int descriptor, int how) {
    if (faults::Socket* const socket = faults::client(descriptor); socket != nullptr && socket->error == 0) {
        socket->stalled = false;
        faults::break_off(descriptor, *socket, -1);
        return 0;
    }
    return static_cast<int>(::syscall(SYS_shutdown, descriptor, how));
}

int close(int descriptor) {
    if (descriptor >= 0 && descriptor < faults::most_descriptors) {
        faults::Network& net = faults::network();
        if (faults::client(descriptor) != nullptr) std::erase(net.clients, descriptor);
        net.sockets[static_cast<std::size_t>(descriptor)] = faults::Socket();
    }
    return static_cast<int>(::syscall(SYS_close, descriptor));
}

int getsockopt(int descriptor, int level, int name, void* value, socklen_t* length) {
    const faults::Socket* const socket = faults::client(descriptor);
    if (socket != nullptr && socket->error != 0 && level == SOL_SOCKET && name == SO_ERROR) {
        const int error = socket->error == -1 ? ECONNABORTED : socket->error;
        std::memcpy(value, &error, sizeof error);
        *length = sizeof error;
        return 0;
    }
    return static_cast<int>(::syscall(SYS_getsockopt, descriptor, level, name, value, length));
}

int epoll_ctl(int descriptor, int operation, int target, epoll_event* event) {
    if (event != nullptr && target >= 0 && target < faults::most_descriptors) {
        faults::network().sockets[static_cast<std::size_t>(target)].data = event->data;
    }
    return static_cast<int>(::syscall(SYS_epoll_ctl, descriptor, operation, target, event));
}

int epoll_wait(int descriptor, epoll_event* events, int most, int timeout) {
    return faults::wait_for_events(descriptor, events, most, timeout);
}

// Asio then takes its timers' times from how long it waits for events.
int timerfd_create(int, int) {
    errno = EINVAL;
    return -1;
}

int clock_gettime(clockid_t clock, timespec* time) noexcept {
    faults::Network& net = faults::network();
    if (net.start_monotonic == 0) {
        net.start_monotonic = faults::real_time(CLOCK_MONOTONIC);
        net.start_realtime = faults::real_time(CLOCK_REALTIME);
    }
    const std::uint64_t start = clock == CLOCK_REALTIME ? net.start_realtime : net.start_monotonic;
    const std::uint64_t now = start + (net.passed += 100);
    time->tv_sec = static_cast<time_t>(now / faults::second);
    time->tv_nsec = static_cast<long>(now % faults::second);
    return 0;
}

}  // extern "C"
