#pragma once
// S3 as a script answers for it, and the bodies that its tests send and receive.

#include "protocol/checksum.hpp"
#include "support/world.hpp"

#include <botocraft/s3.hpp>
#include <botocraft/streams.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace s3_world {

using namespace botocraft;
using fake::Answer;
using fake::reply;
using s3::Bucket;
using s3::Object;

inline Answer status(int code, std::string body = "", std::vector<std::pair<std::string, std::string>> headers = {}) {
    Answer answer = reply(std::move(body));
    answer.status = code;
    for (auto& header : headers) answer.headers.push_back(std::move(header));
    return answer;
}

inline Answer error(int code, const std::string& name) {
    return status(code, "<Error><Code>" + name + "</Code><Message>no</Message></Error>");
}

inline std::string line_of(const fake::Request& request) { return request.text.substr(0, request.text.find(" HTTP/1.1")); }

// Answers requests by method and target: `GET /?tagging`.
struct S3 : fake::World {
    S3() {
        transport->on("", [this](const fake::Request& request) {
            const auto found = answers.find(line_of(request));
            return found == answers.end() ? error(501, "NotScripted") : found->second;
        });
        answers["HEAD /"] = status(200, "", {{"x-amz-bucket-region", "us-east-1"}});
        answers["GET /?tagging"] = reply("<Tagging><TagSet><Tag><Key>Team</Key><Value>pay</Value></Tag></TagSet></Tagging>");
        answers["GET /?versioning"] = reply("<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
        answers["GET /?logging"] = reply("<BucketLoggingStatus/>");
        answers["GET /?ownershipControls"] = error(404, "OwnershipControlsNotFoundError");
        answers["GET /?cors"] = error(404, "NoSuchCORSConfiguration");
    }
    [[nodiscard]] std::vector<std::string> lines() const {
        std::vector<std::string> all;
        for (const fake::Request& request : transport->requests()) all.push_back(line_of(request));
        return all;
    }
    std::map<std::string, Answer> answers;
};

inline Answer object_answer(std::string body) {
    Answer answer = status(200, std::move(body));
    answer.headers.emplace_back("ETag", "\"e\"");
    answer.headers.emplace_back("x-amz-checksum-crc32", protocol::compute(protocol::Checksum::crc32, answer.body));
    return answer;
}

struct TempFolder {
    std::filesystem::path path;
    TempFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "s3-test-XXXXXX").string();
        path = ::mkdtemp(name.data());
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder() { std::filesystem::remove_all(path); }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path), {}));
    }
};

inline std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline std::string text_of(const blob& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// What comes once, and cannot be had again.
class OnceReader final : public BodyReader {
  public:
    awaitable<std::size_t> read(std::span<std::byte> room) override {
        if (left == 0) co_return 0;
        --left;
        room[0] = std::byte{'x'};
        co_return 1;
    }
    int left = 3;
};

class OnceWriter final : public BodyWriter {
  public:
    awaitable<void> write(std::span<const std::byte> piece) override {
        if (fails) throw std::runtime_error("the disk is full");
        got += piece.size();
        co_return;
    }
    std::size_t got = 0;
    bool fails = false;
};

}  // namespace s3_world
