// The published Signature Version 4 cases: canonical request, string to sign, signature and signed request of each.
#include <auth/sigv4.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"

namespace {

namespace auth = botocraft::auth;
namespace fs = std::filesystem;

const fs::path data = fs::path(BOTOCRAFT_CONFORMANCE_DATA) / "sigv4";

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path.string());
    std::ostringstream text;
    text << file.rdbuf();
    std::string result = text.str();
    std::erase(result, '\r');
    return result;
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
    return text;
}

// A request as its text says, which is not always HTTP: paths have spaces, values go over lines.
struct Message {
    std::string method, path, query, body;
    std::vector<std::pair<std::string, std::string>> headers;

    explicit Message(const std::string& text) {
        const std::size_t head_end = std::min(text.find("\n\n"), text.size());
        if (head_end + 2 <= text.size()) body = text.substr(head_end + 2);
        std::istringstream lines(text.substr(0, head_end));
        std::string line;
        std::getline(lines, line);
        const std::size_t first = line.find(' ');
        const std::size_t last = line.rfind(" HTTP/");
        method = line.substr(0, first);
        const std::string target = line.substr(first + 1, last - first - 1);
        const std::size_t mark = std::min(target.find('?'), target.size());
        path = target.substr(0, mark);
        if (mark < target.size()) query = target.substr(mark + 1);
        while (std::getline(lines, line)) {
            if (line.empty()) continue;
            if (line.front() == ' ') {
                headers.back().second += " " + line;
            } else {
                const std::size_t colon = line.find(':');
                headers.emplace_back(lower(line.substr(0, colon)), line.substr(colon + 1));
            }
        }
    }

    [[nodiscard]] std::vector<auth::HeaderView> views() const {
        std::vector<auth::HeaderView> result;
        for (const auto& [name, value] : headers) result.push_back({name, value});
        return result;
    }

    // Without blanks and in order, so that two messages may be compared.
    [[nodiscard]] std::vector<std::string> sorted_headers() const {
        std::vector<std::string> result;
        for (const auto& [name, value] : headers) {
            std::string line = name + ":";
            for (const char c : value) {
                if (c != ' ') line += c;
            }
            result.push_back(line);
        }
        std::sort(result.begin(), result.end());
        return result;
    }

    [[nodiscard]] std::vector<std::string> sorted_query() const {
        std::vector<std::string> result;
        std::istringstream parts(query);
        for (std::string part; std::getline(parts, part, '&');) result.push_back(part);
        std::sort(result.begin(), result.end());
        return result;
    }
};

std::string signature_of(const std::string& authorization) {
    auth::ReceivedSignature received;
    REQUIRE(auth::parse_authorization(authorization, received));
    return std::string(received.signature);
}

std::string value_of(const Message& message, std::string_view name) {
    for (const auto& [key, value] : message.headers) {
        if (key == name) return value.substr(std::min(value.find_first_not_of(' '), value.size()));
    }
    return {};
}

constexpr auto example_time = std::chrono::sys_seconds(std::chrono::seconds(1440938160));  // 2015-08-30T12:36:00Z

struct Case {
    Message message;
    boost::json::object context;
    botocraft::Credentials credentials;
    std::vector<auth::HeaderView> headers;

    explicit Case(const fs::path& folder)
        : message(read(folder / "request.txt")),
          context(boost::json::parse(read(folder / "context.json")).as_object()),
          headers(message.views()) {
        const auto& keys = context.at("credentials").as_object();
        const auto text = [&keys](const char* name) {
            const auto* value = keys.if_contains(name);
            return value == nullptr ? std::string() : std::string(value->as_string());
        };
        credentials = botocraft::Credentials(text("access_key_id"), text("secret_access_key"), text("token"));
    }

    [[nodiscard]] auth::RequestToSign request() const {
        auth::RequestToSign result;
        result.method = message.method;
        result.path = message.path;
        result.query = message.query;
        result.headers = headers;
        result.body = message.body;
        result.region = std::string_view(context.at("region").as_string());
        result.service = std::string_view(context.at("service").as_string());
        REQUIRE(context.at("timestamp").as_string() == "2015-08-30T12:36:00Z");
        result.time = example_time;
        result.normalize_path = context.at("normalize").as_bool();
        result.content_sha256_header = context.at("sign_body").as_bool();
        const auto* omit = context.if_contains("omit_session_token");
        result.sign_session_token = omit == nullptr || !omit->as_bool();
        return result;
    }
};

bool have_data() {
    if (fs::exists(data)) return true;
    std::cerr << "SKIPPED: no signing cases in " << data << '\n';
    return false;
}

}  // namespace

TEST_CASE("published signing cases, header form") {
    if (!have_data()) return;
    auth::Signer signer;
    int count = 0;
    for (const auto& entry : fs::directory_iterator(data / "v4")) {
        const fs::path folder = entry.path();
        INFO(folder);
        const Case test(folder);
        std::string head;
        signer.sign(test.request(), test.credentials, head);
        CHECK(signer.canonical_request() == read(folder / "header-canonical-request.txt"));
        CHECK(signer.string_to_sign() == read(folder / "header-string-to-sign.txt"));
        CHECK(signer.signature() == read(folder / "header-signature.txt"));

        const Message expected(read(folder / "header-signed-request.txt"));
        std::erase(head, '\r');
        const Message added("GET / HTTP/1.1\n" + head);
        Message signed_message = test.message;
        for (const auto& header : added.headers) signed_message.headers.push_back(header);
        CHECK(signed_message.sorted_headers() == expected.sorted_headers());

        auth::ReceivedSignature received;
        const std::string authorization = value_of(expected, "authorization");
        REQUIRE(auth::parse_authorization(authorization, received));
        CHECK(received.access_key_id == "AKIDEXAMPLE");
        const auto headers = expected.views();
        auth::RequestToSign request = test.request();
        request.headers = headers;
        CHECK(signer.verify(request, received, test.credentials.secret_access_key) == auth::Verdict::valid);
        CHECK(signer.verify(request, received, botocraft::Secret("other")) == auth::Verdict::mismatch);
        ++count;
    }
    std::printf("sigv4 header form: %d cases\n", count);
    CHECK(count == 38);
}

TEST_CASE("published signing cases, query form") {
    if (!have_data()) return;
    auth::Signer signer;
    int count = 0;
    for (const auto& entry : fs::directory_iterator(data / "v4")) {
        const fs::path folder = entry.path();
        INFO(folder);
        const Case test(folder);
        std::string query;
        const std::chrono::seconds valid_for(test.context.at("expiration_in_seconds").as_int64());
        signer.presign(test.request(), test.credentials, valid_for, query);
        CHECK(signer.canonical_request() == read(folder / "query-canonical-request.txt"));
        CHECK(signer.string_to_sign() == read(folder / "query-string-to-sign.txt"));
        CHECK(signer.signature() == read(folder / "query-signature.txt"));

        const Message expected(read(folder / "query-signed-request.txt"));
        Message signed_message = test.message;
        signed_message.query = query;
        CHECK(signed_message.sorted_query() == expected.sorted_query());

        auth::ReceivedSignature received;
        std::string storage;
        REQUIRE(auth::parse_presigned(expected.query, storage, received));
        CHECK(received.expires == "3600");
        auth::RequestToSign request = test.request();
        request.query = expected.query;
        if (request.sign_session_token) {  // else a server would have to know that the token was added later
            CHECK(signer.verify(request, received, test.credentials.secret_access_key) == auth::Verdict::valid);
        }
        ++count;
    }
    std::printf("sigv4 query form: %d cases\n", count);
    CHECK(count == 38);
}

TEST_CASE("older signing cases of path normalisation and of session tokens") {
    if (!have_data()) return;
    auth::Signer signer;
    int count = 0;
    for (const char* suite : {"v4-botocore-normalize-path", "v4-botocore-post-sts-token"}) {
        for (const auto& entry : fs::directory_iterator(data / suite)) {
            if (!entry.is_directory()) continue;
            INFO(entry.path());
            const std::string stem = (entry.path() / entry.path().filename()).string();
            Message message(read(stem + ".req"));
            const Message expected(read(stem + ".sreq"));
            // These requests hold the date and the token already, which the signer is to add.
            std::erase_if(message.headers, [](const auto& header) { return header.first.starts_with("x-amz-"); });
            const auto headers = message.views();
            auth::RequestToSign request;
            request.method = message.method;
            request.path = message.path;
            request.query = message.query;
            request.headers = headers;
            request.region = "us-east-1";
            request.service = "service";
            request.time = example_time;
            request.sign_session_token = stem.find("header-after") == stem.npos;
            const botocraft::Credentials credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                                                     value_of(expected, "x-amz-security-token"));
            std::string head;
            signer.sign(request, credentials, head);
            CHECK(signer.canonical_request() == read(stem + ".creq"));
            CHECK(signer.string_to_sign() == read(stem + ".sts"));
            CHECK(signer.signature() == signature_of(read(stem + ".authz")));
            CHECK(head.find("authorization: " + read(stem + ".authz") + "\r\n") != head.npos);
            ++count;
        }
    }
    std::printf("sigv4 older cases: %d\n", count);
    CHECK(count == 10);
}
