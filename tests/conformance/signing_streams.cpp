// Published signatures that follow one another: chunks of a body, its trailer, events; and a derived key pair.
#include "signing_case.hpp"

#include <auth/chunked_body.hpp>
#include <auth/ecdsa.hpp>
#include <auth/event_signer.hpp>
#include <auth/hash.hpp>
#include <auth/signature_chain.hpp>
#include <protocol/eventstream.hpp>

#include <boost/json.hpp>

#include <cstdio>
#include <optional>

#include "catch.hpp"

namespace {

using namespace conformance;
namespace auth = botocraft::auth;
namespace json = boost::json;

std::string text(const json::value& value) { return std::string(value.as_string()); }

std::chrono::sys_seconds time_of(const std::string& iso) {  // 2013-05-24T00:00:00Z
    const auto number = [&iso](std::size_t at, std::size_t count) { return std::stoi(iso.substr(at, count)); };
    const std::chrono::year_month_day day(std::chrono::year(number(0, 4)),
                                          std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                          std::chrono::day(static_cast<unsigned>(number(8, 2))));
    return std::chrono::sys_days(day) + std::chrono::hours(number(11, 2)) + std::chrono::minutes(number(14, 2)) +
           std::chrono::seconds(number(17, 2));
}

// A streaming example: its request, with all that it is signed with.
struct Example {
    const json::object& data;
    auth::SigningIdentity identity;
    std::string path, method;
    std::vector<std::pair<std::string, std::string>> headers;
    std::vector<auth::HeaderView> views;
    auth::RequestToSign request;

    explicit Example(const json::object& given)
        : data(given),
          identity(botocraft::Credentials(text(given.at("access_key_id")), text(given.at("secret_access_key")))),
          path(text(given.at("request").at("path"))),
          method(text(given.at("request").at("method"))) {
        for (const json::value& header : given.at("request").at("headers").as_array()) {
            std::string name = text(header.at(0));
            for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            headers.emplace_back(std::move(name), text(header.at(1)));
        }
        for (const auto& [name, value] : headers) views.push_back({name, value});
        request.method = method;
        request.path = path;
        request.headers = views;
        request.region = std::string_view(given.at("region").as_string());
        request.service = std::string_view(given.at("service").as_string());
        request.time = time_of(text(given.at("timestamp")));
        request.payload_hash = std::string_view(given.at("x-amz-content-sha256").as_string());
        request.content_sha256_header = true;
        request.encode_path = given.at("double_uri_encode").as_bool();
    }
};

std::optional<json::object> streaming_data() {
    if (!have_signing_cases()) return std::nullopt;
    return json::parse(read_text(signing_cases() / "streaming.json")).as_object();
}

std::string repeated(const json::value& chunk) {
    const std::string fill = text(chunk.at("fill"));
    return fill.empty() ? std::string() : std::string(static_cast<std::size_t>(chunk.at("count").as_int64()), fill[0]);
}

}  // namespace

TEST_CASE("published signatures of a body's chunks and of its trailer") {
    const auto data = streaming_data();
    if (!data) return;
    const Example example(data->at("chunked_sigv4").as_object());
    auth::Signer signer;
    std::string head;
    signer.sign(example.request, example.identity, head, &example.identity.keys);
    CHECK(signer.signature() == text(example.data.at("seed_signature")));
    CHECK(head.find("authorization: " + text(example.data.at("authorization")) + "\r\n") != head.npos);

    auth::SignatureChain chain = signer.chain(example.identity, &example.identity.keys);
    auth::ChunkedBody body(signer.chain(example.identity, &example.identity.keys));
    std::string encoded, expected;
    int count = 0;
    for (const json::value& chunk : example.data.at("chunks").as_array()) {
        const std::string bytes = repeated(chunk);
        CHECK(chain.chunk(bytes) == text(chunk.at("signature")));
        char size[17];
        std::snprintf(size, sizeof size, "%zx", bytes.size());
        expected.append(size).append(";chunk-signature=").append(text(chunk.at("signature"))).append("\r\n");
        if (!bytes.empty()) expected.append(bytes).append("\r\n");
        for (std::size_t at = 0; at < bytes.size(); at += 1000) {  // as they come
            body.write(std::string_view(bytes).substr(at, 1000), encoded);
        }
        ++count;
    }
    std::vector<std::pair<std::string, std::string>> trailers;
    std::vector<auth::HeaderView> trailer_views;
    std::string lines;
    for (const json::value& trailer : example.data.at("trailers").as_array()) {
        trailers.emplace_back(text(trailer.at(0)), text(trailer.at(1)));
        lines += trailers.back().first + ":" + trailers.back().second + "\n";
        expected += trailers.back().first + ":" + trailers.back().second + "\r\n";
    }
    for (const auto& [name, value] : trailers) trailer_views.push_back({name, value});
    CHECK(chain.trailer(lines) == text(example.data.at("trailer_signature")));
    expected += "x-amz-trailer-signature:" + text(example.data.at("trailer_signature")) + "\r\n\r\n";
    body.finish(trailer_views, encoded);
    CHECK(encoded == expected);
    CHECK(auth::ChunkedBody::encoded_size(66560, trailer_views, auth::Algorithm::hmac) == encoded.size());
    CHECK(auth::ChunkedBody::encoded_size(66560, {}, auth::Algorithm::hmac) == 66824);  // the example's content-length
    std::printf("signing, chunks: %d and a trailer\n", count);
    CHECK(count == 3);
}

TEST_CASE("published strings to sign of chunks with Signature Version 4a") {
    const auto data = streaming_data();
    if (!data) return;
    Example example(data->at("chunked_sigv4").as_object());
    const json::object& published = data->at("chunked_sigv4a_canonical").as_object();
    const auth::EcdsaKey key = auth::EcdsaKey::from_public(auth::from_hex(text(published.at("public_key").at("X"))),
                                                           auth::from_hex(text(published.at("public_key").at("Y"))));
    example.request.algorithm = auth::Algorithm::ecdsa;
    bool trailing = false;
    SECTION("without a trailer") { example.request.payload_hash = auth::streaming_ecdsa_payload; }
    SECTION("with a trailer") {
        trailing = true;
        example.request.payload_hash = auth::streaming_ecdsa_payload_trailer;
        example.views.push_back({"x-amz-trailer", "first,second,third"});
        example.request.headers = example.views;
    }
    auth::Signer signer;
    std::string head;
    signer.sign(example.request, example.identity, head, &example.identity.keys);
    CHECK(signer.canonical_request() == text(published.at(trailing ? "canonical_request_trailing" : "canonical_request")));
    CHECK(key.verify(signer.string_to_sign(), auth::from_hex(signer.signature())));

    auth::SignatureChain chain = signer.chain(example.identity, &example.identity.keys);
    std::string previous(signer.signature());
    const auto unpadded = [](std::string_view sent) { return std::string(sent.substr(0, sent.find('*'))); };
    const json::array& parts = published.at("chunk_string_to_sign").as_array();
    for (const json::value& chunk : example.data.at("chunks").as_array()) {
        const std::string bytes = repeated(chunk);
        const std::string_view sent = chain.chunk(bytes);
        CHECK(sent.size() == auth::SignatureChain::ecdsa_padded_size);
        const auth::HexDigest hash = auth::to_hex(auth::Sha256()(bytes));
        CHECK(chain.string_to_sign() ==
              text(parts.at(0)) + previous + text(parts.at(2)) + std::string(auth::view(hash)));
        previous = unpadded(sent);
        CHECK(key.verify(chain.string_to_sign(), auth::from_hex(previous)));
    }
    const std::string last = unpadded(chain.trailer("first:1st\nsecond:2nd\nthird:3rd\n"));
    const json::array& trailer = published.at("trailer_string_to_sign").as_array();
    CHECK(chain.string_to_sign() == text(trailer.at(0)) + previous + text(trailer.at(2)));
    CHECK(key.verify(chain.string_to_sign(), auth::from_hex(last)));
}

TEST_CASE("published signatures of events") {
    const auto data = streaming_data();
    if (!data) return;
    const Example example(data->at("event_sigv4").as_object());
    auth::Signer signer;
    std::string head;
    const auto identity = std::make_shared<const auth::SigningIdentity>(static_cast<const botocraft::Credentials&>(example.identity));
    signer.sign(example.request, *identity, head, &identity->keys);
    CHECK(signer.signature() == text(example.data.at("seed_signature")));
    CHECK(head.find("authorization: " + text(example.data.at("authorization")) + "\r\n") != head.npos);

    auth::EventSigner events(signer.chain(*identity, &identity->keys), identity);
    botocraft::protocol::eventstream::Decoder decoder;
    int count = 0;
    for (const json::value& event : example.data.at("events").as_array()) {
        const std::string payload = text(event.at("payload"));
        std::string bytes;
        events.write(payload, time_of(text(event.at("date"))), bytes);
        decoder.feed(bytes);
        botocraft::protocol::eventstream::Message envelope;
        REQUIRE(decoder.next(envelope));
        CHECK(envelope.payload == payload);
        REQUIRE(envelope.headers.size() == 2);
        CHECK(envelope.headers[0].name == ":date");
        CHECK(envelope.headers[1].name == ":chunk-signature");
        const auto& signature = std::get<botocraft::blob>(envelope.headers[1].value);
        std::string digits;
        auth::append_hex(digits, {reinterpret_cast<const char*>(signature.data()), signature.size()});
        CHECK(digits == text(event.at("signature")));
        ++count;
    }
    std::printf("signing, events: %d\n", count);
    CHECK(count == 4);
}

TEST_CASE("a published key pair, derived from an access key") {
    const auto data = streaming_data();
    if (!data) return;
    const json::object& published = data->at("sigv4a_key_derivation").as_object();
    const auth::EcdsaKey key = auth::EcdsaKey::derive(text(published.at("access_key_id")),
                                                      botocraft::Secret(text(published.at("secret_access_key"))));
    std::string point;
    auth::append_hex(point, key.public_point());
    CHECK(point == text(published.at("public_key").at("X")) + text(published.at("public_key").at("Y")));
}
