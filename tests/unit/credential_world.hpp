#pragma once
// A session whose providers of credentials ask scripted servers.

#include "runtime/session_state.hpp"
#include "support/world.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/error.hpp>

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace credential_world {

using namespace botocraft;
using fake::Answer;
using fake::Request;

inline std::string first_line(const Request& request) { return request.text.substr(0, request.text.find(" HTTP/1.1")); }

inline Answer answer(int status, std::string body) {
    Answer made = fake::reply(std::move(body));
    made.status = status;
    made.headers.clear();
    return made;
}

inline std::string key_document(std::string_view key, std::string_view expiration = "2015-08-30T18:00:00Z") {
    return R"({"Code":"Success","AccessKeyId":")" + std::string(key) +
           R"(","SecretAccessKey":"wJalrXUtnFEMI","Token":"the-token","Expiration":")" + std::string(expiration) + "\"}";
}

struct Providers : fake::World {
    Providers() {
        options.credentials = nullptr;
        environment->set("HOME", "/h");
    }

    // Requests are answered by their first line, each in the order of its answers, the last one again and again.
    void script(std::string line, std::vector<Answer> answers) {
        auto left = std::make_shared<std::vector<Answer>>(std::move(answers));
        scripts_[std::move(line)] = [left](const Request&) {
            Answer next = left->front();
            if (left->size() > 1) left->erase(left->begin());
            return next;
        };
        transport->on("", [this](const Request& request) {
            const auto found = scripts_.find(first_line(request));
            return found == scripts_.end() ? answer(500, "not scripted: " + first_line(request)) : found->second(request);
        });
    }
    void script_instance() {
        script("PUT /latest/api/token", {answer(200, "token-1")});
        script("GET /latest/meta-data/iam/security-credentials/", {answer(200, "reader")});
        script("GET /latest/meta-data/iam/security-credentials/reader", {answer(200, key_document("ASIAINSTANCE"))});
    }
    void config(std::string text) { environment->add_file("/h/.aws/config", std::move(text)); }

    [[nodiscard]] CredentialsContext context() const { return Session(options).state()->core()->context(); }

    Credentials resolve(const std::shared_ptr<CredentialsProvider>& provider) {
        const CredentialsContext with = context();
        return run(provider->resolve(with));
    }
    Error failure(const std::shared_ptr<CredentialsProvider>& provider) {
        try {
            static_cast<void>(resolve(provider));
        } catch (const Error& error) {
            return error;
        }
        throw std::logic_error("no error");
    }

    // The lines of the requests, in their order.
    [[nodiscard]] std::vector<std::string> lines() const {
        std::vector<std::string> all;
        for (const Request& request : transport->requests()) all.push_back(first_line(request));
        return all;
    }

  private:
    std::map<std::string, std::function<Answer(const Request&)>, std::less<>> scripts_;
};

}  // namespace credential_world
