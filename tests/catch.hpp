#pragma once
// Catch2, version 2 (Debian 12's) or version 3, which name their headers and some matchers differently.

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <string>

// Matches a text that has this one in it.
[[nodiscard]] inline auto has_text(const std::string& part) {
#if __has_include(<catch2/catch_all.hpp>)
    return Catch::Matchers::ContainsSubstring(part);
#else
    return Catch::Matchers::Contains(part);
#endif
}
