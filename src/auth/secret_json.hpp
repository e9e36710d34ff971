#pragma once
// JSON that holds secrets: parsed into memory that is overwritten before it is given back.

#include <botocraft/credentials.hpp>

#include <boost/json/memory_resource.hpp>
#include <boost/json/object.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace botocraft::auth {

using TimePoint = std::chrono::system_clock::time_point;

class SecretJson {
  public:
    // Anything but an object leaves it empty, as `valid` then says.
    explicit SecretJson(std::string_view text);

    [[nodiscard]] bool valid() const noexcept { return object_ != nullptr; }
    [[nodiscard]] boost::json::object& object() noexcept { return *object_; }
    [[nodiscard]] const boost::json::object& object() const noexcept { return *object_; }
    // The object's resource, for values that are added to it.
    [[nodiscard]] Secret serialize() const;

  private:
    class Wiping final : public boost::json::memory_resource {
        void* do_allocate(std::size_t size, std::size_t alignment) override;
        void do_deallocate(void* at, std::size_t size, std::size_t alignment) override;
        bool do_is_equal(const boost::json::memory_resource& other) const noexcept override { return this == &other; }
    };

    std::unique_ptr<Wiping> memory_;
    std::unique_ptr<boost::json::value> value_;
    boost::json::object* object_ = nullptr;
};

// Empty where there is no such member, or another kind of one.
[[nodiscard]] std::string_view text_of(const boost::json::object& object, std::string_view name) noexcept;
// Null likewise.
[[nodiscard]] const boost::json::object* object_of(const boost::json::object& object, std::string_view name) noexcept;
[[nodiscard]] boost::json::object* object_of(boost::json::object& object, std::string_view name) noexcept;

// 2021-09-21T18:41:26Z, with any offset.
[[nodiscard]] std::optional<TimePoint> parse_time(std::string_view text) noexcept;
[[nodiscard]] std::string format_time(TimePoint time);

// Credentials as EC2, ECS and credential processes say them: AccessKeyId, SecretAccessKey, `token_name`, Expiration,
// AccountId. Throws InvalidCredentials; `source` says where they come from.
[[nodiscard]] Credentials credentials_of(const boost::json::object& object, std::string_view token_name,
                                         const std::string& source);

}  // namespace botocraft::auth
