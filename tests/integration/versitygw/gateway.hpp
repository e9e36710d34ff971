#pragma once
// The S3 server that with_versitygw.py starts, and who calls it.

#include "support/await.hpp"
#include "catch.hpp"

#include <botocraft/awaitable.hpp>
#include <botocraft/credentials.hpp>
#include <botocraft/s3.hpp>
#include <botocraft/s3/client.hpp>
#include <botocraft/session.hpp>

#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

namespace versitygw {

namespace s3 = botocraft::s3;
using botocraft::RequestChecksums;
using botocraft::Session;

using botocraft::test::await;

struct Gateway {
    std::string endpoint;
    std::string tls_endpoint;
    std::string authority;

    // None where there is no server: says so, loudly, and the test returns.
    [[nodiscard]] static std::optional<Gateway> call_in() {
        const auto variable = [](const char* name) {
            const char* const value = std::getenv(name);
            return std::string(value == nullptr ? "" : value);
        };
        Gateway found{.endpoint = variable("BOTOCRAFT_S3_ENDPOINT"),
                      .tls_endpoint = variable("BOTOCRAFT_S3_TLS_ENDPOINT"),
                      .authority = variable("AWS_CA_BUNDLE")};
        if (!found.endpoint.empty()) return found;
        const std::string reason = variable("BOTOCRAFT_INTEGRATION_SKIPPED");
        std::cout << "SKIPPED: no S3 server that checks signatures: "
                  << (reason.empty() ? "not started by tests/integration/with_versitygw.py" : reason) << std::endl;
        return std::nullopt;
    }

    // Of whoever has a key of the server's, without TLS.
    [[nodiscard]] botocraft::SessionOptions options() const {
        botocraft::SessionOptions made;
        made.region = "us-east-1";
        made.endpoint_url = endpoint;
        made.endpoints.s3.addressing_style = botocraft::AddressingStyle::path;
        made.max_attempts = 1;
        made.credentials = botocraft::static_credentials(
            botocraft::Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
        return made;
    }

    [[nodiscard]] Session session(const std::string& at,
                                  RequestChecksums checksums = RequestChecksums::when_supported) const {
        botocraft::SessionOptions wanted = options();
        wanted.endpoint_url = at;
        wanted.ca_bundle = authority;
        wanted.protocol.request_checksums = checksums;
        return Session(wanted);
    }
    [[nodiscard]] Session session() const { return session(endpoint); }
};

inline void make_bucket(const Session& session, const std::string& name) {
    await(s3::Client(session).create_bucket({.Bucket = name}));
}

}  // namespace versitygw
