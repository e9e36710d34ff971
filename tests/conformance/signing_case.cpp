#include "signing_case.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

namespace conformance {

namespace auth = botocraft::auth;
namespace fs = std::filesystem;

namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
    return text;
}

std::string cut_after(const std::string& text, std::string_view mark) {
    const std::size_t found = mark.empty() ? text.npos : text.find(mark);
    return found == text.npos ? text : text.substr(0, found + mark.size());
}

}  // namespace

std::string read_text(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path.string());
    std::ostringstream text;
    text << file.rdbuf();
    std::string result = text.str();
    std::erase(result, '\r');
    return result;
}

fs::path signing_cases() { return fs::path(BOTOCRAFT_CONFORMANCE_DATA) / "sigv4"; }

bool have_signing_cases() {
    if (fs::exists(signing_cases())) return true;
    std::cerr << "SKIPPED: no signing cases in " << signing_cases() << '\n';
    return false;
}

Message::Message(const std::string& text) {
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

std::vector<auth::HeaderView> Message::views() const {
    std::vector<auth::HeaderView> result;
    for (const auto& [name, text] : headers) result.push_back({name, text});
    return result;
}

std::string Message::value(std::string_view name) const {
    for (const auto& [key, text] : headers) {
        if (key == name) return text.substr(std::min(text.find_first_not_of(' '), text.size()));
    }
    return {};
}

std::vector<std::string> Message::sorted_headers(std::string_view but_for) const {
    std::vector<std::string> result;
    for (const auto& [name, text] : headers) {
        std::string line = name + ":" + text;
        std::erase(line, ' ');
        result.push_back(cut_after(line, but_for));
    }
    std::sort(result.begin(), result.end());
    return result;
}

std::vector<std::string> Message::sorted_query(std::string_view but_for) const {
    std::vector<std::string> result;
    std::istringstream parts(query);
    for (std::string part; std::getline(parts, part, '&');) result.push_back(cut_after(part, but_for));
    std::sort(result.begin(), result.end());
    return result;
}

SigningCase::SigningCase(const fs::path& place)
    : folder(place),
      message(read_text(place / "request.txt")),
      context(boost::json::parse(read_text(place / "context.json")).as_object()),
      headers(message.views()) {
    const auto& keys = context.at("credentials").as_object();
    const auto text = [&keys](const char* name) {
        const auto* value = keys.if_contains(name);
        return value == nullptr ? std::string() : std::string(value->as_string());
    };
    credentials = botocraft::Credentials(text("access_key_id"), text("secret_access_key"), text("token"));
    if (context.at("timestamp").as_string() != "2015-08-30T12:36:00Z") throw std::runtime_error("another time");
}

auth::RequestToSign SigningCase::request(auth::Algorithm algorithm) const {
    auth::RequestToSign result;
    result.method = message.method;
    result.path = message.path;
    result.query = message.query;
    result.headers = headers;
    result.body = message.body;
    result.region = std::string_view(context.at("region").as_string());
    result.service = std::string_view(context.at("service").as_string());
    result.time = signing_time;
    result.algorithm = algorithm;
    result.normalize_path = context.at("normalize").as_bool();
    result.content_sha256_header = context.at("sign_body").as_bool();
    const auto* omit = context.if_contains("omit_session_token");
    result.sign_session_token = omit == nullptr || !omit->as_bool();
    return result;
}

std::chrono::seconds SigningCase::valid_for() const {
    return std::chrono::seconds(context.at("expiration_in_seconds").as_int64());
}

}  // namespace conformance
