#pragma once
// Sessions that act as a role: STS is asked for the role's keys, and again before they expire.

#include <botocraft/awaitable.hpp>
#include <botocraft/session.hpp>
#include <botocraft/views.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace botocraft::sts {

struct Tag;

// As AWS calls the arguments of AssumeRole; all are optional.
struct RoleArguments {
    std::optional<std::string_view> RoleSessionName{};  // as CloudTrail shall show it; else one with the time in it
    Texts PolicyArns{};                                 // the session may do what the role and these allow
    std::optional<std::string_view> Policy{};           // likewise, JSON
    std::optional<std::int32_t> DurationSeconds{};
    Views<Tag> Tags{};
    Texts TransitiveTagKeys{};
    std::optional<std::string_view> ExternalId{};
    std::optional<std::string_view> SerialNumber{};  // of a device whose code SessionOptions::mfa_code is asked for
    std::optional<std::string_view> SourceIdentity{};
};

// A session with the settings and the region of another one, that acts as the role: with the credentials of that session the
// role is taken now, so that a refusal is thrown here, and again in the background five minutes before its keys expire. Of a
// session that acts as a role itself, the roles are chained.
//   auto audit = co_await sts::assume_role(session, "arn:aws:iam::123456789012:role/audit", {.ExternalId = "x"});
//   auto users = co_await iam::IAMUser::objects(audit).list().all();
[[nodiscard]] awaitable<Session> assume_role(const Session& session, std::string_view role_arn,
                                             const RoleArguments& arguments = {});

}  // namespace botocraft::sts
