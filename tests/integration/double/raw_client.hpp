#pragma once
// A client that knows no more of HTTP than it must: it sees what is on the wire.

#include "auth/sigv4.hpp"
#include "protocol/json.hpp"

#include <botocraft/testing/aws_double.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <sys/socket.h>
#include <sys/time.h>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace double_test {

namespace asio = boost::asio;
namespace bt = botocraft::testing;

inline constexpr std::string_view target_prefix = "AmazonEC2ContainerServiceV20141113.";

// What arrived, and how it ended.
struct Received {
    enum class End { whole, closed, reset, silent };
    End end = End::whole;
    int status = 0;
    std::string head;
    std::string body;

    [[nodiscard]] bool has(std::string_view text) const { return body.find(text) != std::string::npos; }
    [[nodiscard]] std::size_t content_length() const {
        const auto at = head.find("Content-Length: ");
        return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
    }
};

inline std::string amz_date(std::chrono::system_clock::time_point time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[20];
    std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts);
    return text;
}

// How a request is signed.
struct Signing {
    botocraft::Credentials credentials = bt::example_credentials();
    std::string region = "us-east-1";
    std::string service = "ecs";
    std::chrono::system_clock::time_point time = std::chrono::system_clock::now();
};

inline std::string unsigned_request(std::string_view operation, std::string_view body, std::string_view more = {}) {
    return "POST / HTTP/1.1\r\nHost: double\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: " +
           std::string(target_prefix) + std::string(operation) + "\r\n" + std::string(more) +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

// Signed by the signer of the library, whose own tests check it against AWS's vectors.
inline std::string signed_headers(std::string_view operation, std::string_view body, const Signing& signing = {}) {
    const std::string target = std::string(target_prefix) + std::string(operation);
    const std::vector<botocraft::auth::HeaderView> headers{
        {"content-type", "application/x-amz-json-1.1"}, {"host", "double"}, {"x-amz-target", target}};
    botocraft::auth::RequestToSign request{};
    request.method = "POST";
    request.headers = headers;
    request.body = body;
    request.region = signing.region;
    request.service = signing.service;
    request.time = signing.time;
    std::string lines;
    botocraft::auth::Signer().sign(request, signing.credentials, lines);
    return lines;
}

inline std::string signed_request(std::string_view operation, std::string_view body, const Signing& signing = {}) {
    return unsigned_request(operation, body, signed_headers(operation, body, signing));
}

class RawClient {
  public:
    explicit RawClient(const bt::AwsDouble& aws) : socket_(context_) {
        socket_.connect({asio::ip::address_v4::loopback(), aws.port()});
        set_patience(std::chrono::seconds(10));
    }
    void set_patience(std::chrono::milliseconds time) {
        timeval limit{};
        limit.tv_sec = time.count() / 1000;
        limit.tv_usec = time.count() % 1000 * 1000;
        ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }
    void send(std::string_view bytes) { asio::write(socket_, asio::buffer(bytes.data(), bytes.size())); }
    void close() { socket_.close(); }

    // One reply, as far as it comes.
    Received receive() {
        Received received;
        while (pending_.find("\r\n\r\n") == std::string::npos) {
            if (!read(received)) return received;
        }
        const auto end = pending_.find("\r\n\r\n") + 4;
        received.head = pending_.substr(0, end);
        received.status = std::stoi(received.head.substr(9, 3));
        pending_.erase(0, end);
        while (pending_.size() < received.content_length() && read(received)) {
        }
        const std::size_t taken = std::min(pending_.size(), received.content_length());
        received.body = pending_.substr(0, taken);
        pending_.erase(0, taken);
        return received;
    }
    Received call(std::string_view request) {
        send(request);
        return receive();
    }
    // Bytes that came and belong to no reply.
    [[nodiscard]] const std::string& left_over() const noexcept { return pending_; }
    // What becomes of the connection next.
    Received::End wait_for_end() {
        Received received;
        while (read(received)) pending_.clear();
        return received.end;
    }

  private:
    bool read(Received& received) {
        char buffer[4096];
        const ssize_t count = ::recv(socket_.native_handle(), buffer, sizeof buffer, 0);
        if (count > 0) {
            pending_.append(buffer, static_cast<std::size_t>(count));
            return true;
        }
        received.end = count == 0            ? Received::End::closed
                       : errno == ECONNRESET ? Received::End::reset
                                             : Received::End::silent;
        return false;
    }

    asio::io_context context_;
    asio::ip::tcp::socket socket_;
    std::string pending_;
};

inline Received call(const bt::AwsDouble& aws, std::string_view operation, std::string_view body,
                     const Signing& signing = {}) {
    return RawClient(aws).call(signed_request(operation, body, signing));
}

// The same with types; throws with the body of a reply that is an error.
template <class Out, class In>
Out ask(const bt::AwsDouble& aws, std::string_view operation, const In& in, const Signing& signing = {}) {
    std::string body;
    botocraft::protocol::json::encode(In::shape_, &in, body);
    const Received received = call(aws, operation, body, signing);
    if (received.status != 200) throw std::runtime_error(received.body);
    Out out;
    botocraft::protocol::json::decode(Out::shape_, received.body, &out);
    return out;
}

}  // namespace double_test
