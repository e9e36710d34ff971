#pragma once
// ExecOptions: which container ECS Exec opens a session in, and what runs there.

#include <optional>
#include <string_view>
#include <type_traits>

namespace botocraft::ecs {

//   auto opened = co_await service.exec({.command = "/bin/bash"});   // needs <botocraft/ecs/requests.hpp>
//   opened.session->streamUrl, opened.session->tokenValue
// The session is for a client of Session Manager, such as AWS's plugin: this library does not speak its protocol.
// Throws DoesNotExist (`NoRunningTask`) where no task runs, UsageError where it has no such container.
struct ExecOptions {
    std::string_view command = "/bin/sh";
    std::optional<std::string_view> task{};       // id or ARN; else the first one that runs
    std::optional<std::string_view> container{};  // its name; else the task's first
};
static_assert(std::is_trivially_destructible_v<ExecOptions>);

}  // namespace botocraft::ecs
