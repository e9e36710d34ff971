// SQS's checksums of messages: what was received is what was sent. Only SQS has them, and every answer about messages has.

#include "services/sqs_damaged.hpp"

#include <botocraft/error.hpp>
#include <botocraft/sqs/requests.hpp>

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace botocraft::sqs {

namespace {

// In hexadecimal digits; nothing where the system's OpenSSL may not use MD5.
std::optional<std::string> md5(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    std::size_t size = 0;
    if (EVP_Q_digest(nullptr, "MD5", nullptr, text.data(), text.size(), digest.data(), &size) != 1) return std::nullopt;
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (std::size_t i = 0; i < size; ++i) {
        hex += digits[digest[i] >> 4];
        hex += digits[digest[i] & 15];
    }
    return hex;
}

// A length of four bytes, the highest first, and the text.
void append_sized(std::string& out, std::string_view text) {
    const auto size = static_cast<std::uint32_t>(text.size());
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift);
    out += text;
}

// What SQS computes the checksum of attributes from: by name in order, each name, type and value with its length; before
// the value a byte that says whether it is a text (Number is one) or binary.
template <class Attribute>
std::string encoded(const map<Attribute>& attributes) {
    constexpr char text_value = 1;
    constexpr char binary_value = 2;
    std::string out;
    for (const auto& [name, attribute] : attributes) {  // a map keeps its entries sorted by key
        append_sized(out, name);
        append_sized(out, attribute.DataType.value_or(""));
        if (attribute.BinaryValue.has_value()) {
            out += binary_value;
            const blob& bytes = *attribute.BinaryValue;
            append_sized(out, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        } else {
            out += text_value;
            append_sized(out, attribute.StringValue.value_or(""));
        }
    }
    return out;
}

class Checker {
  public:
    explicit Checker(std::string_view operation) : operation_(operation) {}

    void body(const field<std::string>& text, const field<std::string>& checksum, std::string_view message) const {
        if (text.has_value()) compare(*text, checksum, "body", message);
    }
    template <class Attribute>
    void attributes(const map<Attribute>& all, const field<std::string>& checksum, std::string_view message) const {
        if (!all.empty()) compare(encoded(all), checksum, "attributes", message);
    }

  private:
    void compare(std::string_view text, const field<std::string>& checksum, std::string_view what,
                 std::string_view message) const {
        if (!checksum.has_value()) return;
        const std::optional<std::string> computed = md5(text);
        if (!computed || *computed == *checksum) return;
        ErrorDetails details;
        details.kind = ErrorKind::protocol;
        details.code = "ChecksumMismatch";
        details.service = "sqs";
        details.operation = operation_;
        details.explanation.append("the ").append(what).append(" of the message ").append(message);
        details.explanation.append(" changed on its way: its MD5 is ").append(*computed);
        details.explanation.append(" here, and ").append(*checksum).append(" at SQS");
        throw_error(std::move(details));
    }

    std::string_view operation_;
};

}  // namespace

// The generated tables call these, and declare them as well.
void check_sent(const SendMessageRequest& request, const SendMessageResult& response);
void check_sent_batch(const SendMessageBatchRequest& request, const SendMessageBatchResult& response);
void check_received(const ReceiveMessageRequest& request, const ReceiveMessageResult& response);

void check_sent(const SendMessageRequest& request, const SendMessageResult& response) {
    const Checker check("SendMessage");
    const std::string id = response.MessageId.value_or("");
    check.body(request.MessageBody, response.MD5OfMessageBody, id);
    check.attributes(request.MessageAttributes, response.MD5OfMessageAttributes, id);
    check.attributes(request.MessageSystemAttributes, response.MD5OfMessageSystemAttributes, id);
}

void check_sent_batch(const SendMessageBatchRequest& request, const SendMessageBatchResult& response) {
    const Checker check("SendMessageBatch");
    for (const SendMessageBatchResultEntry& sent : response.Successful) {
        for (const SendMessageBatchRequestEntry& entry : request.Entries) {
            if (!(entry.Id == sent.Id)) continue;
            const std::string id = entry.Id.value_or("");
            check.body(entry.MessageBody, sent.MD5OfMessageBody, id);
            check.attributes(entry.MessageAttributes, sent.MD5OfMessageAttributes, id);
            check.attributes(entry.MessageSystemAttributes, sent.MD5OfMessageSystemAttributes, id);
        }
    }
}

void check_received(const ReceiveMessageRequest&, const ReceiveMessageResult& response) {
    const Checker check("ReceiveMessage");
    const auto check_message = [&](const Message& message) {
        const std::string id = message.MessageId.value_or("");
        check.body(message.Body, message.MD5OfBody, id);
        check.attributes(message.MessageAttributes, message.MD5OfMessageAttributes, id);
    };
    std::vector<std::exception_ptr> errors;
    std::optional<ErrorDetails> first;
    for (const Message& message : response.Messages) {
        errors.emplace_back();
        try {
            check_message(message);
        } catch (const ProtocolError& error) {
            errors.back() = std::current_exception();
            if (!first) first = error.details();
        }
    }
    if (!first) return;
    std::vector<Checked> all;
    for (std::size_t i = 0; i < errors.size(); ++i) all.emplace_back(response.Messages[i]).error = errors[i];
    throw DamagedMessages(std::move(*first), std::move(all));
}

}  // namespace botocraft::sqs
