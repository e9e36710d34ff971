#pragma once
// Data that lies beside the checkout.

#include <boost/json.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>

namespace conformance {

// The JSON in a file; none where the data is not there, which is said loudly.
[[nodiscard]] inline std::optional<boost::json::value> file(const std::string& name) {
    const auto path = std::filesystem::path(BOTOCRAFT_CONFORMANCE_DATA) / name;
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        std::cerr << "SKIPPED: no conformance data at " << path << '\n';
        return std::nullopt;
    }
    std::ostringstream text;
    text << in.rdbuf();
    return boost::json::parse(text.str());
}

}  // namespace conformance
