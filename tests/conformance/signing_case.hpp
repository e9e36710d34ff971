#pragma once
// One case of the published signing suites: a folder with a request, what it is signed with, and what comes of it.

#include <auth/sigv4.hpp>

#include <boost/json/object.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace conformance {

// Without carriage returns. Throws where there is no such file.
[[nodiscard]] std::string read_text(const std::filesystem::path& path);

// Says so where the suites are not there.
[[nodiscard]] bool have_signing_cases();
[[nodiscard]] std::filesystem::path signing_cases();

// A request as its text says, which is not always HTTP: paths have spaces, values go over lines.
struct Message {
    std::string method, path, query, body;
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower-case

    explicit Message(const std::string& text);

    [[nodiscard]] std::vector<botocraft::auth::HeaderView> views() const;
    [[nodiscard]] std::string value(std::string_view name) const;  // without blanks before it
    // Without blanks, and in order, so that two messages may be compared. `but_for`: what follows it is left out.
    [[nodiscard]] std::vector<std::string> sorted_headers(std::string_view but_for) const;
    [[nodiscard]] std::vector<std::string> sorted_query(std::string_view but_for) const;
};

inline constexpr auto signing_time = std::chrono::sys_seconds(std::chrono::seconds(1440938160));  // 2015-08-30T12:36:00Z

struct SigningCase {
    std::filesystem::path folder;
    Message message;
    boost::json::object context;
    botocraft::Credentials credentials;
    std::vector<botocraft::auth::HeaderView> headers;  // of `message`

    explicit SigningCase(const std::filesystem::path& place);
    SigningCase(const SigningCase&) = delete;
    SigningCase& operator=(const SigningCase&) = delete;

    [[nodiscard]] botocraft::auth::RequestToSign request(botocraft::auth::Algorithm algorithm) const;
    [[nodiscard]] std::chrono::seconds valid_for() const;
    [[nodiscard]] std::string file(const std::string& name) const { return read_text(folder / name); }
};

}  // namespace conformance
