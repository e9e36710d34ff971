// The named arguments of the managers of Small.
// Made by `gen generate` from specs/aws/small.json (botocore 0.0.0) and specs/models/small.yaml: change those.
#pragma once

#include <botocraft/small/types.hpp>
#include <botocraft/views.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace botocraft::small::arguments {

struct CartGet {
    std::optional<std::string_view> yard{};
    ::botocraft::Texts include{};
};

struct CartGetMany {
    std::optional<std::string_view> yard{};
    ::botocraft::Texts include{};
};

struct CartList {
    std::optional<std::string_view> yard{};
};

struct CartPaint {
    ::botocraft::View<::botocraft::small::CartWheel> wheel{};
    std::optional<::botocraft::timestamp> since{};
    ::botocraft::View<::botocraft::map<std::string>> labels{};
};

struct CartWatch {
    std::optional<std::string_view> yard{};
};

struct CartFind {
    std::optional<std::string_view> colour{};
};

struct YardList {
    ::botocraft::Texts yards{};
};

}  // namespace botocraft::small::arguments
