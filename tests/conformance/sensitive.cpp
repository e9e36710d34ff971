// No secret is in a text for people: every structure of every service whose facts are here, filled and printed.

#include "catch.hpp"
#include "runtime_schema.hpp"

#include "protocol/cbor.hpp"
#include "protocol/json.hpp"
#include "protocol/xml.hpp"
#include "schema/print.hpp"
#include "schema/secrets.hpp"

#include <botocraft/error.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

namespace {

namespace json = boost::json;
namespace schema = botocraft::schema;
namespace protocol = botocraft::protocol;
using botocraft::schema::Kind;
using conformance::RuntimeSchema;
using conformance::RuntimeValue;

constexpr std::string_view secret = "sesame-31415926";
constexpr std::int32_t secret_number = 31415926;

bool is_sensitive(schema::Place place) {
    return place.has(schema::member_flag::sensitive) ||
           (place.kind() == Kind::structure && (place.target().shape().flags & schema::shape_flag::sensitive) != 0);
}

// Puts the secret into what is sensitive, whatever it is made of, and harmless values elsewhere. Structures within
// structures are met as such as well: `depth` needs not be large.
void fill(schema::Place place, bool sensitive, unsigned depth) {
    sensitive = sensitive || is_sensitive(place);
    const std::string_view text = sensitive ? secret : std::string_view("plain");
    switch (place.kind()) {
        case Kind::boolean: schema::make_scalar<bool>(place) = true; break;
        case Kind::integer: schema::make_scalar<std::int32_t>(place) = sensitive ? secret_number : 1; break;
        case Kind::long_: schema::make_scalar<std::int64_t>(place) = sensitive ? secret_number : 1; break;
        case Kind::float_: schema::make_scalar<float>(place) = 1; break;
        case Kind::double_: schema::make_scalar<double>(place) = sensitive ? secret_number : 1; break;
        case Kind::string: schema::make_scalar<std::string>(place) = text; break;
        case Kind::timestamp: schema::make_scalar<botocraft::timestamp>(place) = {}; break;
        case Kind::blob: {
            const auto* const bytes = reinterpret_cast<const std::byte*>(text.data());
            schema::make_scalar<botocraft::blob>(place).assign(bytes, bytes + text.size());
            break;
        }
        case Kind::document:
            schema::make_scalar<botocraft::document>(place) = botocraft::document('"' + std::string(text) + '"');
            break;
        case Kind::structure:
            if (depth == 0) break;
            for (const schema::Member& member : place.target()) {
                fill(schema::member_place(place.target(), member, schema::make_structure(place)),
                     sensitive || schema::is_secret(place.target(), member), depth - 1);
            }
            break;
        case Kind::list:
        case Kind::map: {
            if (depth == 0) break;
            schema::make_container(place);
            const schema::Appender appender(place);
            fill(place.kind() == Kind::map ? appender.append("key") : appender.append(), sensitive, depth - 1);
            if (place.kind() == Kind::map) appender.finish();
            break;
        }
        case Kind::state: break;
    }
}

bool tells(std::string_view text) {
    return text.find(secret) != text.npos || text.find(std::to_string(secret_number)) != text.npos;
}

// What a decoder says of a body that does not fit.
template <class Decode>
std::string complaint(Decode&& decode) {
    try {
        decode();
    } catch (const botocraft::Error& error) {
        return error.what();
    }
    return {};
}

// RFC 8949, 3: a text string whose length is in one byte more.
std::string cbor_text(std::string_view text) { return {"\x78" + std::string(1, static_cast<char>(text.size())) + std::string(text)}; }

void check_structure(schema::ShapeRef shape) {
    RuntimeValue value(shape);
    const bool all = (shape.shape().flags & schema::shape_flag::sensitive) != 0;
    for (const schema::Member& member : shape) {
        fill(schema::member_place(shape, member, value.get()), all || schema::is_secret(shape, member), 3);
    }
    std::string printed;
    schema::print(shape, value.get(), printed);
    if (tells(printed)) FAIL_CHECK(shape.name() << " prints a secret: " << printed);

    // Of any value, sensitive or not, errors repeat nothing.
    for (const schema::Member& member : shape) {
        const std::string name(shape.schema->wire_name(member));
        const std::string quoted = '"' + std::string(secret) + '"';
        for (const std::string& wrong : {"[" + quoted + "]", quoted, "{" + quoted + ":1}", std::string("31415926.5")}) {
            RuntimeValue read(shape);
            const std::string body = "{\"" + name + "\":" + wrong + '}';
            const std::string text = complaint([&] { protocol::json::decode(shape, body, read.get()); });
            if (tells(text)) FAIL_CHECK(shape.name() << ": " << text);
        }
        for (const bool in_list : {false, true}) {
            RuntimeValue read(shape);
            const std::string body = '\xa1' + cbor_text(name) + (in_list ? "\x81" : "") + cbor_text(secret);
            const std::string text = complaint([&] { protocol::cbor::decode(shape, body, read.get()); });
            if (tells(text)) FAIL_CHECK(shape.name() << ": " << text);
        }
        RuntimeValue read(shape);
        const std::string body = "<R><" + name + '>' + std::string(secret) + "</" + name + "></R>";
        const std::string text =
            complaint([&] { protocol::xml::decode(protocol::xml::Frame::bare, shape, body, read.get()); });
        if (tells(text)) FAIL_CHECK(shape.name() << ": " << text);
    }
}

}  // namespace

TEST_CASE("no text for people has a secret of any service in it") {
    json::parse_options options;
    options.max_depth = 256;  // the rules of endpoints
    std::size_t services = 0;
    std::size_t secrets = 0;
    for (const auto& entry : std::filesystem::directory_iterator(BOTOCRAFT_SOURCE_DIR "/specs/aws")) {
        std::ifstream file(entry.path());
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        json::object facts = json::parse(text, {}, options).as_object();
        if (!facts.contains("operations")) continue;
        INFO(entry.path().filename().string());
        facts["cases"] = json::array();
        const RuntimeSchema tables(facts);
        const schema::Schema& rows = tables.tables();
        for (std::uint16_t row = 0; row < rows.shape_count; ++row) {
            const schema::ShapeRef shape{&rows, row};
            for (const schema::Member& member : shape) {
                secrets += (member.flags & schema::member_flag::sensitive) != 0;
            }
            if (shape.shape().kind == Kind::structure) check_structure(shape);
        }
        ++services;
    }
    CHECK(services == 41);
    CHECK(secrets > 300);
}

namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    return result;
}

// What a secret may be called, whatever else is called so.
bool may_be_secret(std::string_view name) {
    constexpr std::string_view words[] = {"password", "passphrase", "passwd",   "secret",        "token",     "credential",
                                          "privatekey", "plaintext", "presigned", "activation", "authentication", "signature"};
    const std::string text = lower(name);
    return std::ranges::any_of(words, [&](std::string_view word) { return text.find(word) != text.npos; });
}

// Those that were looked at, and are none: places in lists, names of requests, identities, kinds, switches.
const std::set<std::string, std::less<>> harmless = {
    "ActivationId", "ActivationList", "AuthSecretArn", "AuthTokenStatus", "AuthTokenUpdateStrategy",
    "AuthenticationOptions", "AuthenticationRequestExtraParams", "AuthenticationType", "CheckpointToken",
    "ClientPasswordAuthType", "ClientRequestToken", "ClientToken", "ClientTokenId", "ContinuationToken",
    "CreationToken", "DkimTokens", "DomainAuthSecretArn", "EventSourceToken", "ExternalSecretRotationMetadata",
    "ExternalSecretRotationRoleArn", "GlobalEndpointTokenVersion", "GrantToken", "GrantTokens", "HttpTokens",
    "HttpTokensEnforced", "IdempotencyToken", "ImportToken", "IpamExternalResourceVerificationTokenArn",
    "IpamExternalResourceVerificationTokenId", "IpamExternalResourceVerificationTokenIds",
    "IpamExternalResourceVerificationTokens", "LifecycleActionToken", "MasterUserAuthenticationType",
    "MasterUserSecretKmsKeyId", "NextContinuationToken", "NextToken", "PrivateKeyCiphertextBlob", "PrivateKeyList",
    "PurchaseToken", "RemovePrivateKey", "RequestToken", "SecretAccessRoleArn", "SecretArn", "SecretId",
    "SecretIdList", "SecretList", "SecretManagerArn", "SecretStatus", "SecretValues", "SecretVersionsToStages",
    "ServeSignature", "ServiceCredentialAlias", "ServiceSpecificCredentialId", "ServiceSpecificCredentials",
    "Signature", "SignatureAlgorithm", "SqlServerCredentials", "SubjectFromWebIdentityToken", "TdeCredentialArn",
    "Token", "TokenEndpoint", "TokenName", "Tokens", "VerificationToken", "authentication", "clientRequestToken",
    "clientToken", "continuationToken", "credential", "credentialArn", "credentialProvider", "credentialSpecs",
    "credentialsParameter", "expectedSequenceToken", "idempotencyToken", "imagePullCredentialsType",
    "imagePullCredentialsTypeOverride", "inferredTokenName", "instanceIdentityDocumentSignature",
    "issuedTokenType", "nextBackwardToken", "nextForwardToken", "nextSequenceToken", "nextToken", "offerToken",
    "patternTokens", "requestedTokenType", "secretOptions", "secrets", "sequenceToken", "sourceCredentialsInfos",
    "subjectTokenType", "token", "tokenEndpoint", "tokenString", "tokenType", "tokenTypeHint",
    "uploadSequenceToken"};

}  // namespace

// A release of AWS's models may bring a secret that it does not call one: whoever imports it decides here.
TEST_CASE("what has the name of a secret is hidden, or known to be none") {
    json::parse_options options;
    options.max_depth = 256;
    std::set<std::string> unknown;
    std::set<std::string, std::less<>> met;
    std::set<std::string> hidden;
    for (const auto& entry : std::filesystem::directory_iterator(BOTOCRAFT_SOURCE_DIR "/specs/aws")) {
        std::ifstream file(entry.path());
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        json::object facts = json::parse(text, {}, options).as_object();
        if (!facts.contains("operations")) continue;
        facts["cases"] = json::array();
        const RuntimeSchema tables(facts);
        const schema::Schema& rows = tables.tables();
        for (std::uint16_t row = 0; row < rows.shape_count; ++row) {
            const schema::ShapeRef shape{&rows, row};
            if (shape.shape().kind != Kind::structure || (shape.shape().flags & schema::shape_flag::sensitive) != 0) continue;
            for (const schema::Member& member : shape) {
                const std::string name(rows.name(member));
                const bool holds_text = member.kind == Kind::string || member.kind == Kind::blob || member.kind == Kind::list ||
                                        member.kind == Kind::map || member.kind == Kind::document;
                if (!holds_text || !may_be_secret(name)) continue;
                const bool is_hidden = schema::is_secret(shape, member);
                if (is_hidden) hidden.insert(entry.path().stem().string() + '.' + name);
                if (harmless.contains(name)) met.insert(name);
                if (!is_hidden && !harmless.contains(name)) unknown.insert(entry.path().stem().string() + '.' + name);
                if (is_hidden && harmless.contains(name) && (member.flags & schema::member_flag::sensitive) == 0) {
                    unknown.insert("hidden: " + name);
                }
            }
        }
    }
    for (const std::string& name : unknown) FAIL_CHECK(name << ": a secret? Then src/schema/secrets.cpp has to know; else `harmless`");
    CHECK(met.size() == harmless.size());
    // None of these is called sensitive by its model.
    for (const char* const name : {"docdb.MasterUserPassword", "elasticache.AuthToken", "elasticache.Passwords", "ssm.TokenValue",
                                   "codebuild.secret", "codebuild.tokenValue", "codepipeline.SecretToken", "sns.OneTimePassword"}) {
        INFO(name);
        CHECK(hidden.contains(name));
    }
    for (const char* const name : {"NextToken", "ClientToken", "SecretArn", "ContinuationToken"}) CHECK(harmless.contains(name));
}
