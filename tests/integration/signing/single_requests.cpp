#include "single_requests.hpp"

#include "auth/sigv4.hpp"

#include <botocraft/credentials.hpp>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <chrono>
#include <cstdlib>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace single {

namespace {

namespace auth = botocraft::auth;
namespace json = boost::json;

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

botocraft::Credentials credentials() {
    return {variable("AWS_ACCESS_KEY_ID"), botocraft::Secret(variable("AWS_SECRET_ACCESS_KEY")),
            botocraft::Secret(variable("AWS_SESSION_TOKEN"))};
}

constexpr std::string_view host = "some.host.example";

struct Request {
    std::string_view name;
    std::string_view method;
    std::string_view path;
    std::string_view query;
    std::string_view body;
    bool s3 = false;
    bool presigned = false;
};

json::array headers_of(std::string_view lines) {
    json::array headers{json::array{"host", host}};
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find("\r\n"));
        lines.remove_prefix(line.size() + 2);
        const std::size_t colon = line.find(": ");
        headers.push_back(json::array{line.substr(0, colon), line.substr(colon + 2)});
    }
    return headers;
}

json::object sign(const Request& request, auth::RequestToSign to_sign) {
    const std::vector<auth::HeaderView> headers{{"host", host}};
    to_sign.method = request.method;
    to_sign.path = request.path;
    to_sign.query = request.query;
    to_sign.headers = headers;
    to_sign.body = request.body;
    to_sign.time = std::chrono::system_clock::now();
    if (request.s3) {
        to_sign.encode_path = to_sign.normalize_path = false;
        to_sign.content_sha256_header = !request.presigned;
        if (request.presigned) to_sign.payload_hash = auth::unsigned_payload;
    }
    auth::Signer signer;
    std::string lines, query(request.query);
    if (request.presigned) {
        query.clear();
        signer.presign(to_sign, credentials(), std::chrono::minutes(5), query);
    } else {
        signer.sign(to_sign, credentials(), lines);
    }
    const std::string mark = query.empty() ? "" : "?";
    return {{"name", request.name},
            {"method", request.method},
            {"url", "https://" + std::string(host) + std::string(request.path) + mark + query},
            {"headers", headers_of(lines)},
            {"body", request.body}};
}

std::string_view text(const json::object& object, const char* key) {
    const json::string& value = object.at(key).as_string();
    return {value.data(), value.size()};
}

bool is_good(const json::object& request) {
    std::string_view url = text(request, "url");
    url.remove_prefix(url.find('/', url.find("//") + 2));
    std::vector<std::pair<std::string, std::string>> headers;
    for (const json::value& header : request.at("headers").as_array()) {
        std::string name(header.at(0).as_string());
        for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        headers.emplace_back(std::move(name), std::string(header.at(1).as_string()));
    }
    auth::RequestToSign received;
    received.method = text(request, "method");
    received.path = url.substr(0, url.find('?'));
    if (url.size() > received.path.size()) received.query = url.substr(received.path.size() + 1);
    received.body = text(request, "body");
    auth::ReceivedSignature signature;
    std::vector<auth::HeaderView> views;
    bool signed_in_header = false;
    for (const auto& [name, value] : headers) {
        views.push_back({name, value});
        if (name == "authorization") signed_in_header = auth::parse_authorization(value, signature);
        if (name == "x-amz-content-sha256" && value == auth::unsigned_payload) received.payload_hash = auth::unsigned_payload;
    }
    received.headers = views;
    std::string storage;
    if (!signed_in_header && !auth::parse_presigned(received.query, storage, signature)) return false;
    if (signature.service == "s3") {
        received.encode_path = received.normalize_path = false;
        if (!signed_in_header) received.payload_hash = auth::unsigned_payload;
    }
    return auth::Signer().verify(received, signature, credentials().secret_access_key) == auth::Verdict::valid;
}

}  // namespace

json::array asymmetric() {
    auth::RequestToSign to_sign;
    to_sign.algorithm = auth::Algorithm::ecdsa;
    to_sign.region = "us-east-1,eu-west-1";
    to_sign.service = "service";
    json::array all;
    all.push_back(sign({"post", "POST", "/a/path", "b=2&a=1", "{\"a\": 1}"}, to_sign));
    to_sign.region = "*";
    to_sign.service = "s3";
    all.push_back(sign({"object", "PUT", "/a%20folder//x", "", "content", true}, to_sign));
    all.push_back(sign({"presigned object", "GET", "/a%20folder//x", "versionId=1", "", true, true}, to_sign));
    return all;
}

json::array express() {
    auth::RequestToSign to_sign;
    to_sign.region = "us-west-2";
    to_sign.service = "s3express";
    to_sign.session_token = auth::s3_session_token;
    json::array all;
    all.push_back(sign({"object", "PUT", "/a%20folder/x", "", "content", true}, to_sign));
    all.push_back(sign({"presigned object", "GET", "/a%20folder/x", "", "", true, true}, to_sign));
    return all;
}

json::array verdicts(std::istream& requests) {
    const std::string input{std::istreambuf_iterator<char>(requests), {}};
    json::array all;
    const json::value parsed = json::parse(input);
    for (const json::value& request : parsed.as_array()) {
        all.push_back(json::object{{"name", request.at("name")}, {"good", is_good(request.as_object())}});
    }
    return all;
}

}  // namespace single
