#pragma once
// The random source and the sleep of a session that was given none.

#include <botocraft/session.hpp>

#include <memory>

namespace botocraft::detail {

[[nodiscard]] std::shared_ptr<RandomSource> system_random();  // OpenSSL's generator
[[nodiscard]] std::shared_ptr<Sleeper> timer_sleeper();       // a timer of the awaiting coroutine's executor

}  // namespace botocraft::detail
