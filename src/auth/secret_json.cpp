#include "auth/secret_json.hpp"

#include "auth/problem.hpp"
#include "config/wipe.hpp"
#include "protocol/timestamp.hpp"

#include <boost/json/parser.hpp>
#include <boost/json/serializer.hpp>
#include <boost/json/value.hpp>

#include <openssl/crypto.h>

#include <array>
#include <new>
#include <utility>

namespace botocraft::auth {

namespace json = boost::json;

void* SecretJson::Wiping::do_allocate(std::size_t size, std::size_t alignment) {
    return ::operator new(size, std::align_val_t(alignment));
}

void SecretJson::Wiping::do_deallocate(void* at, std::size_t size, std::size_t alignment) {
    OPENSSL_cleanse(at, size);
    ::operator delete(at, std::align_val_t(alignment));
}

SecretJson::SecretJson(std::string_view text) : memory_(std::make_unique<Wiping>()) {
    std::array<unsigned char, 1024> scratch;
    {
        json::parser parser(json::storage_ptr(memory_.get()), {}, scratch.data(), scratch.size());
        parser.reset(json::storage_ptr(memory_.get()));
        json::error_code problem;
        parser.write(text.data(), text.size(), problem);
        if (!problem) value_ = std::make_unique<json::value>(parser.release());
    }
    OPENSSL_cleanse(scratch.data(), scratch.size());
    if (value_) object_ = value_->if_object();
}

Secret SecretJson::serialize() const {
    std::array<char, 512> piece;
    std::string text;
    text.reserve(4096);  // grown rarely: each growth leaves a copy behind
    json::serializer serializer;
    serializer.reset(object_);
    while (!serializer.done()) {
        const json::string_view part = serializer.read(piece.data(), piece.size());
        text.append(part.data(), part.size());
    }
    Secret result(text);
    config::wipe(text);
    OPENSSL_cleanse(piece.data(), piece.size());
    return result;
}

std::string_view text_of(const json::object& object, std::string_view name) noexcept {
    const json::value* value = object.if_contains(name);
    const json::string* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

const json::object* object_of(const json::object& object, std::string_view name) noexcept {
    const json::value* value = object.if_contains(name);
    return value == nullptr ? nullptr : value->if_object();
}

json::object* object_of(json::object& object, std::string_view name) noexcept {
    json::value* value = object.if_contains(name);
    return value == nullptr ? nullptr : value->if_object();
}

std::optional<TimePoint> parse_time(std::string_view text) noexcept {
    const auto instant = protocol::parse_date_time(text);
    if (!instant) return std::nullopt;
    const auto time = protocol::to_timestamp(*instant);
    if (!time) return std::nullopt;
    // Where the clock counts nanoseconds, it ends in the year 2262; what lives for longer lives for ever.
    constexpr auto last = std::chrono::floor<std::chrono::microseconds>(TimePoint::max());
    return std::chrono::time_point_cast<TimePoint::duration>(std::min(*time, timestamp(last.time_since_epoch())));
}

std::string format_time(TimePoint time) {
    std::string text;
    static_cast<void>(protocol::append_date_time(
        text, {std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count(), 0}));
    return text;
}

Credentials credentials_of(const json::object& object, std::string_view token_name, const std::string& source) {
    const std::string_view id = text_of(object, "AccessKeyId");
    const std::string_view secret = text_of(object, "SecretAccessKey");
    if (id.empty() || secret.empty()) {
        fail("InvalidCredentials", "the answer of " + source + " lacks " +
                                       (id.empty() ? "AccessKeyId" : "SecretAccessKey"));
    }
    Credentials found(std::string(id), Secret(secret), Secret(text_of(object, token_name)));
    found.account_id = text_of(object, "AccountId");
    if (const std::string_view text = text_of(object, "Expiration"); !text.empty()) {
        found.expiration = parse_time(text);
        if (!found.expiration) fail("InvalidCredentials", "the Expiration in the answer of " + source + " is no time");
    }
    found.source = source;
    return found;
}

}  // namespace botocraft::auth
