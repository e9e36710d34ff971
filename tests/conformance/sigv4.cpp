// The published cases of Signature Version 4 and 4a: canonical request, string to sign, signature and signed request.
#include "signing_case.hpp"

#include <auth/ecdsa.hpp>
#include <auth/hash.hpp>

#include <boost/json/parse.hpp>

#include <cstdio>

#include "catch.hpp"

namespace {

using namespace conformance;
namespace auth = botocraft::auth;
namespace fs = std::filesystem;

std::string text(const boost::json::value& value) { return std::string(value.as_string()); }

auth::EcdsaKey public_key(const SigningCase& test) {
    const boost::json::value point = boost::json::parse(test.file("public-key.json"));
    return auth::EcdsaKey::from_public(auth::from_hex(text(point.at("X"))), auth::from_hex(text(point.at("Y"))));
}

// What both algorithms are asked. ECDSA never signs twice alike: its signatures are verified, both ours and theirs.
void check_signature(const SigningCase& test, const auth::Signer& signer, auth::Algorithm algorithm,
                     const std::string& form) {
    CHECK(signer.canonical_request() == test.file(form + "-canonical-request.txt"));
    CHECK(signer.string_to_sign() == test.file(form + "-string-to-sign.txt"));
    const std::string expected = test.file(form + "-signature.txt");
    if (algorithm == auth::Algorithm::hmac) {
        CHECK(signer.signature() == expected);
        return;
    }
    const auth::EcdsaKey key = public_key(test);
    CHECK(key.verify(signer.string_to_sign(), auth::from_hex(signer.signature())));
    CHECK(key.verify(signer.string_to_sign(), auth::from_hex(expected)));
    CHECK_FALSE(key.verify(signer.canonical_request(), auth::from_hex(expected)));
}

// The published requests were signed with another signature where it is never the same.
std::string_view left_out(auth::Algorithm algorithm) {
    return algorithm == auth::Algorithm::hmac ? "" : "Signature=";
}

void check_header_form(const SigningCase& test, auth::Signer& signer, auth::Algorithm algorithm) {
    std::string head;
    signer.sign(test.request(algorithm), test.credentials, head);
    check_signature(test, signer, algorithm, "header");

    const Message expected(test.file("header-signed-request.txt"));
    std::erase(head, '\r');
    const Message added("GET / HTTP/1.1\n" + head);
    Message signed_message = test.message;
    for (const auto& header : added.headers) signed_message.headers.push_back(header);
    CHECK(signed_message.sorted_headers(left_out(algorithm)) == expected.sorted_headers(left_out(algorithm)));

    auth::ReceivedSignature received;
    const std::string authorization = expected.value("authorization");
    REQUIRE(auth::parse_authorization(authorization, received));
    CHECK(received.algorithm == algorithm);
    CHECK(received.access_key_id == "AKIDEXAMPLE");
    const auto headers = expected.views();
    auth::RequestToSign request = test.request(algorithm);
    request.headers = headers;
    CHECK(signer.verify(request, received, test.credentials.secret_access_key) == auth::Verdict::valid);
    CHECK(signer.verify(request, received, botocraft::Secret("other")) == auth::Verdict::mismatch);
}

void check_query_form(const SigningCase& test, auth::Signer& signer, auth::Algorithm algorithm) {
    std::string query;
    signer.presign(test.request(algorithm), test.credentials, test.valid_for(), query);
    check_signature(test, signer, algorithm, "query");

    const Message expected(test.file("query-signed-request.txt"));
    Message signed_message = test.message;
    signed_message.query = query;
    CHECK(signed_message.sorted_query(left_out(algorithm)) == expected.sorted_query(left_out(algorithm)));

    auth::ReceivedSignature received;
    std::string storage;
    REQUIRE(auth::parse_presigned(expected.query, storage, received));
    CHECK(received.expires == "3600");
    auth::RequestToSign request = test.request(algorithm);
    request.query = expected.query;
    if (request.sign_session_token) {  // else a server would have to know that the token was added later
        CHECK(signer.verify(request, received, test.credentials.secret_access_key) == auth::Verdict::valid);
    }
}

// A case of which only the request is published: what was signed is what a server accepts, and no other order of the
// parameters is.
void check_own_signature(const SigningCase& test, auth::Signer& signer, auth::Algorithm algorithm) {
    auth::RequestToSign request = test.request(algorithm);
    std::string head;
    signer.sign(request, test.credentials, head);
    std::erase(head, '\r');
    const std::string first = request.query.find("value1") == request.query.npos ? "Param1=Value1" : "Param1=value1";
    CHECK(signer.canonical_request().find("/\n" + first + "&Param1=value2\n") != std::string_view::npos);
    Message received_message("GET / HTTP/1.1\n" + head);
    for (const auto& header : test.message.headers) received_message.headers.push_back(header);
    for (auto& [name, value] : received_message.headers) value.erase(0, value.find_first_not_of(' '));
    const auto headers = received_message.views();
    request.headers = headers;
    auth::ReceivedSignature received;
    const std::string authorization = received_message.value("authorization");
    REQUIRE(auth::parse_authorization(authorization, received));
    CHECK(signer.verify(request, received, test.credentials.secret_access_key) == auth::Verdict::valid);
    request.query = "Param1=other";
    CHECK(signer.verify(request, received, test.credentials.secret_access_key) == auth::Verdict::mismatch);
}

void run_suite(const char* suite, auth::Algorithm algorithm, int whole_cases, int only_requests) {
    if (!have_signing_cases()) return;
    auth::Signer signer;
    int whole = 0;
    int only = 0;
    for (const auto& entry : fs::directory_iterator(signing_cases() / suite)) {
        INFO(entry.path());
        const SigningCase test(entry.path());
        if (fs::exists(entry.path() / "header-signature.txt")) {
            check_header_form(test, signer, algorithm);
            check_query_form(test, signer, algorithm);
            ++whole;
        } else {
            check_own_signature(test, signer, algorithm);
            ++only;
        }
    }
    std::printf("signing, %s: %d cases in header and query form, %d of which only the request is given\n", suite, whole,
                only);
    CHECK(whole == whole_cases);
    CHECK(only == only_requests);
}

}  // namespace

TEST_CASE("published cases of Signature Version 4") { run_suite("v4", auth::Algorithm::hmac, 38, 0); }

TEST_CASE("published cases of Signature Version 4a") { run_suite("v4a", auth::Algorithm::ecdsa, 38, 2); }

TEST_CASE("older signing cases of path normalisation and of session tokens") {
    if (!have_signing_cases()) return;
    auth::Signer signer;
    int count = 0;
    for (const char* suite : {"v4-botocore-normalize-path", "v4-botocore-post-sts-token"}) {
        for (const auto& entry : fs::directory_iterator(signing_cases() / suite)) {
            if (!entry.is_directory()) continue;
            INFO(entry.path());
            const std::string stem = (entry.path() / entry.path().filename()).string();
            Message message(read_text(stem + ".req"));
            const Message expected(read_text(stem + ".sreq"));
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
            request.time = signing_time;
            request.sign_session_token = stem.find("header-after") == stem.npos;
            const botocraft::Credentials credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                                                     expected.value("x-amz-security-token"));
            std::string head;
            signer.sign(request, credentials, head);
            CHECK(signer.canonical_request() == read_text(stem + ".creq"));
            CHECK(signer.string_to_sign() == read_text(stem + ".sts"));
            auth::ReceivedSignature received;
            const std::string authorization = read_text(stem + ".authz");
            REQUIRE(auth::parse_authorization(authorization, received));
            CHECK(signer.signature() == received.signature);
            CHECK(head.find("authorization: " + authorization + "\r\n") != head.npos);
            ++count;
        }
    }
    std::printf("signing, older cases: %d\n", count);
    CHECK(count == 10);
}
