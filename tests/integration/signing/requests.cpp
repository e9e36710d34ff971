// Prints signed requests that are not sent, as JSON, for somebody else to send or to check: `requests calls` those of a
// session's calls, `requests objects ENDPOINT BUCKET` those of S3, made of the library's parts, `requests form BUCKET` a form
// to be posted to S3, `requests asymmetric` those of Signature Version 4a, `requests express` those of a session with a
// bucket. `requests verify` reads such requests and says which of them are signed well.

#include "auth/chunked_body.hpp"
#include "auth/sigv4.hpp"
#include "single_requests.hpp"
#include "support/await.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/ecs.hpp>
#include <botocraft/explain.hpp>
#include <botocraft/s3/object.hpp>
#include <botocraft/s3/presigned_post.hpp>
#include <botocraft/streams.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace auth = botocraft::auth;
namespace json = boost::json;
using botocraft::ecs::Cluster;

using botocraft::test::await;

template <class Request>
json::object described(std::string_view name, const Request& request) {
    json::array headers;
    for (const auto& [key, value] : request.headers) headers.push_back(json::array{key, value});
    return {{"name", name}, {"method", request.method}, {"url", request.url}, {"headers", headers}, {"body", request.body}};
}

json::array calls() {
    const botocraft::Session session;
    Cluster cluster;
    cluster.clusterName = "signed";
    json::array all;
    all.push_back(described("create", await(botocraft::dry_run(Cluster::objects(session).create(cluster)))));
    all.push_back(described("get", await(botocraft::dry_run(Cluster::objects(session).get("signed")))));
    all.push_back(described("list", await(botocraft::dry_run(Cluster::objects(session).list().all()))));
    return all;
}

json::object form(const std::string& bucket) {
    botocraft::s3::PostPolicy policy;
    policy.bucket = bucket;
    policy.key = "uploads/${filename}";
    policy.fields = {{"x-amz-meta-made-by", "a test"}};
    policy.starts_with = {{"Content-Type", "text/"}};
    policy.content_length = {1, 1000};
    const auto post = await(botocraft::s3::presign_post(botocraft::Session(), policy));
    json::array fields;
    for (const auto& [name, value] : post.fields) fields.push_back(json::array{name, value});
    return {{"url", post.url}, {"fields", fields}};
}

// One request to S3: what is in it, and how it is signed.
struct Upload {
    std::string_view name;
    std::string method = "PUT";
    std::string key;  // as it stands in the path
    std::string body{};
    std::string_view payload_hash{};
    std::string query{};
};

class Objects {
  public:
    Objects(const std::string& endpoint, const std::string& bucket)
        : endpoint_(endpoint), host_(endpoint.substr(endpoint.find("//") + 2)), bucket_(bucket) {
        const auto variable = [](const char* name) { return std::string(std::getenv(name)); };
        credentials_ = botocraft::Credentials(variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"));
    }

    [[nodiscard]] json::object with_headers(const Upload& upload) {
        std::string head;
        signer_.sign(request(upload), credentials_, head);
        return finish(upload, upload.query, head, upload.body);
    }

    // In chunks, each of which has a signature.
    [[nodiscard]] json::object in_chunks(Upload upload) {
        const std::string length = std::to_string(upload.body.size());
        upload.payload_hash = auth::streaming_payload;
        headers_ = {{"content-encoding", "aws-chunked"}, {"x-amz-decoded-content-length", length}};
        std::string head;
        signer_.sign(request(upload), credentials_, head);
        head += "content-encoding: aws-chunked\r\nx-amz-decoded-content-length: " + length + "\r\n";
        headers_.clear();
        auth::ChunkedBody chunks(signer_.chain(credentials_));
        std::string body;
        chunks.write(upload.body, body);
        chunks.finish({}, body);
        return finish(upload, upload.query, head, body);
    }

    [[nodiscard]] json::object presigned(Upload upload, std::chrono::seconds valid_for) {
        upload.payload_hash = auth::unsigned_payload;
        auth::RequestToSign to_sign = request(upload);
        to_sign.content_sha256_header = false;
        std::string query;
        signer_.presign(to_sign, credentials_, valid_for, query);
        return finish(upload, query, {}, upload.body);
    }

  private:
    [[nodiscard]] auth::RequestToSign request(const Upload& upload) {
        path_ = "/" + bucket_ + "/" + upload.key;
        views_ = {{"host", host_}};
        for (const auto& [name, value] : headers_) views_.push_back({name, value});
        auth::RequestToSign made;
        made.method = upload.method;
        made.path = path_;
        made.query = upload.query;
        made.headers = views_;
        made.body = upload.body;
        made.payload_hash = upload.payload_hash;
        made.region = "us-east-1";
        made.service = "s3";
        made.time = std::chrono::system_clock::now();
        made.encode_path = false;
        made.normalize_path = false;
        made.content_sha256_header = true;
        return made;
    }

    [[nodiscard]] json::object finish(const Upload& upload, const std::string& query, std::string_view head,
                                      const std::string& body) const {
        json::array headers;
        while (!head.empty()) {
            const std::string_view line = head.substr(0, head.find("\r\n"));
            head.remove_prefix(line.size() + 2);
            const std::size_t colon = line.find(": ");
            headers.push_back(json::array{line.substr(0, colon), line.substr(colon + 2)});
        }
        return {{"name", upload.name},
                {"method", upload.method},
                {"url", endpoint_ + path_ + (query.empty() ? "" : "?" + query)},
                {"headers", headers},
                {"body", body}};
    }

    std::string endpoint_;
    std::string host_;
    std::string bucket_;
    std::string path_;
    std::vector<std::pair<std::string, std::string>> headers_;
    std::vector<auth::HeaderView> views_;
    botocraft::Credentials credentials_;
    auth::Signer signer_;
};

json::array objects(const std::string& endpoint, const std::string& bucket) {
    Objects s3(endpoint, bucket);
    const std::string large(100'000, 'x');
    json::array all;
    all.push_back(s3.with_headers({.name = "put", .key = "a%20folder/%C3%A4.txt", .body = "of a known hash"}));
    all.push_back(s3.with_headers(
        {.name = "put unsigned", .key = "b.txt", .body = "of no hash", .payload_hash = auth::unsigned_payload}));
    all.push_back(s3.in_chunks({.name = "put in chunks", .key = "c.txt", .body = large}));
    all.push_back(s3.with_headers({.name = "get", .method = "GET", .key = "a%20folder/%C3%A4.txt"}));
    all.push_back(s3.with_headers({.name = "get chunks", .method = "GET", .key = "c.txt"}));
    all.push_back(s3.presigned({.name = "presigned put", .key = "d%2Be.txt", .body = "presigned"}, std::chrono::minutes(5)));
    all.push_back(s3.presigned({.name = "presigned get", .method = "GET", .key = "d%2Be.txt",
                                .query = "response-content-type=text%2Fcsv"},
                               std::chrono::minutes(5)));
    // As programs make them: calls of models, stopped before they are sent.
    const botocraft::Session session;
    const auto models = botocraft::s3::Object::objects(session);
    const std::string key = "e f+\u00e4.txt";
    const std::string text = "by a model";
    auto put = models.put(bucket, key, botocraft::Source::of(text), {.ContentType = "text/plain"});
    all.push_back(described("model put", await(botocraft::presign(std::move(put), std::chrono::minutes(5)))));
    all.back().as_object()["body"] = text;  // whoever has the URL says what is put
    auto get = models.get_contents(bucket, key);
    all.push_back(described("model get", await(botocraft::presign(std::move(get), std::chrono::minutes(5)))));
    all.push_back(s3.presigned({.name = "expired", .method = "GET", .key = "d%2Be.txt"}, std::chrono::seconds(0)));
    return all;
}

}  // namespace

int main(int count, char** arguments) {
    try {
        const std::vector<std::string> given(arguments + 1, arguments + count);
        if (given.size() == 1 && given[0] == "calls") {
            std::cout << calls() << '\n';
        } else if (given.size() == 3 && given[0] == "objects") {
            std::cout << objects(given[1], given[2]) << '\n';
        } else if (given.size() == 2 && given[0] == "form") {
            std::cout << form(given[1]) << '\n';
        } else if (given.size() == 1 && given[0] == "asymmetric") {
            std::cout << single::asymmetric() << '\n';
        } else if (given.size() == 1 && given[0] == "express") {
            std::cout << single::express() << '\n';
        } else if (given.size() == 1 && given[0] == "verify") {
            std::cout << single::verdicts(std::cin) << '\n';
        } else {
            std::cerr << "requests calls | objects ENDPOINT BUCKET | form BUCKET | asymmetric | express | verify\n";
            return 2;
        }
        return 0;
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
