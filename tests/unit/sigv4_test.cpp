#include <auth/hash.hpp>
#include <auth/sigv4.hpp>

#include <string>
#include <vector>

#include "catch.hpp"

namespace auth = botocraft::auth;

namespace {

// The documented example of the signing guide: IAM ListUsers.
constexpr auto example_time = std::chrono::sys_seconds(std::chrono::seconds(1440938160));
const std::vector<auth::HeaderView> headers = {
    {"content-type", "application/x-www-form-urlencoded; charset=utf-8"}, {"host", "iam.amazonaws.com"}};
const botocraft::Credentials credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

auth::RequestToSign list_users() {
    auth::RequestToSign request;
    request.method = "GET";
    request.query = "Action=ListUsers&Version=2010-05-08";
    request.headers = headers;
    request.region = "us-east-1";
    request.service = "iam";
    request.time = example_time;
    return request;
}
constexpr std::string_view list_users_signature = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";

}  // namespace

TEST_CASE("the documented example is signed as documented") {
    auth::Signer signer;
    std::string head;
    signer.sign(list_users(), credentials, head);
    CHECK(signer.signature() == list_users_signature);
    CHECK(head == "x-amz-date: 20150830T123600Z\r\nauthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/"
                  "us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=" +
                      std::string(list_users_signature) + "\r\n");
}

TEST_CASE("a signer notices that day, region, service or key changed, and forgets") {
    auth::Signer signer;
    std::string head;
    auto other = list_users();
    SECTION("day") { other.time += std::chrono::days(1); }
    SECTION("region") { other.region = "eu-west-1"; }
    SECTION("service") { other.service = "sts"; }
    signer.sign(other, credentials, head);
    signer.sign(other, botocraft::Credentials("AKIDEXAMPLE", "another"), head);
    signer.sign(list_users(), credentials, head);
    CHECK(signer.signature() == list_users_signature);
    signer.forget();
    signer.sign(list_users(), credentials, head);
    CHECK(signer.signature() == list_users_signature);
}

TEST_CASE("the head may hold what the views point to") {
    std::string head = "host: iam.amazonaws.com\r\n";
    head.shrink_to_fit();
    const std::vector<auth::HeaderView> views = {headers[0], {"host", std::string_view(head).substr(6, 17)}};
    auto request = list_users();
    request.headers = views;
    auth::Signer signer;
    signer.sign(request, credentials, head);
    CHECK(signer.signature() == list_users_signature);
}

TEST_CASE("a server accepts what was signed and refuses what was altered") {
    auth::Signer signer;
    const std::string value = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
                              "SignedHeaders=content-type;host;x-amz-date, Signature=" +
                              std::string(list_users_signature);
    auth::ReceivedSignature received;
    REQUIRE(auth::parse_authorization(value, received));
    auto all = headers;
    all.push_back({"x-amz-date", "20150830T123600Z"});
    all.push_back({"user-agent", "not signed"});
    auto request = list_users();
    request.headers = all;
    const botocraft::Secret& secret = credentials.secret_access_key;
    CHECK(signer.verify(request, received, secret) == auth::Verdict::valid);

    SECTION("query") { request.query = "Action=DeleteUser"; }
    SECTION("body") { request.body = "x"; }
    SECTION("method") { request.method = "POST"; }
    SECTION("path") { request.path = "/x"; }
    SECTION("header") { all[1].value = "evil.example.com"; }
    SECTION("time") { all[2].value = "20150830T123601Z"; }
    CHECK(signer.verify(request, received, secret) == auth::Verdict::mismatch);
}

TEST_CASE("a server refuses signatures that leave something out") {
    auth::Signer signer;
    auth::ReceivedSignature received;
    auto request = list_users();
    const std::string start = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, ";
    const std::string signature = ", Signature=" + std::string(list_users_signature);
    CHECK_FALSE(auth::parse_authorization("", received));
    CHECK_FALSE(auth::parse_authorization("Bearer x", received));
    CHECK_FALSE(auth::parse_authorization(start, received));
    CHECK_FALSE(auth::parse_authorization("AWS4-HMAC-SHA256 Credential=A/b, SignedHeaders=host" + signature, received));
    auto all = headers;
    all.push_back({"x-amz-date", "20150830T123600Z"});
    request.headers = all;
    const auto verdict = [&](const std::string& names) {
        const std::string text = start + "SignedHeaders=" + names + signature;
        REQUIRE(auth::parse_authorization(text, received));
        return signer.verify(request, received, credentials.secret_access_key);
    };
    CHECK(verdict("content-type;x-amz-date") == auth::Verdict::malformed);       // host must be signed
    CHECK(verdict("host;content-type;x-amz-date") == auth::Verdict::malformed);  // not sorted
    CHECK(verdict("content-type;host;x-amz-date;x-amz-target") == auth::Verdict::missing_header);
}

TEST_CASE("HMAC of RFC 4231, cases 1, 2 and 6") {
    auth::HmacSha256 hmac;
    hmac.set_key(std::string(20, '\x0b'));
    CHECK(auth::view(auth::to_hex(hmac("Hi There"))) == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    hmac.set_key("Jefe");
    CHECK(auth::view(auth::to_hex(hmac("what do ya want for nothing?"))) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    hmac.set_key(std::string(131, '\xaa'));
    CHECK(auth::view(auth::to_hex(hmac("Test Using Larger Than Block-Size Key - Hash Key First"))) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}
