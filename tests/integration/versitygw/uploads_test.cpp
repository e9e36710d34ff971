// Bodies in each form in which they travel, on a server that checks the signature of each chunk and every checksum.

#include "altering_relay.hpp"
#include "gateway.hpp"

#include <botocraft/error.hpp>
#include <botocraft/explain.hpp>
#include <botocraft/streams.hpp>

#include <cstring>
#include <memory>
#include <span>

using namespace versitygw;
using botocraft::Sink;
using botocraft::Source;

namespace {

constexpr std::size_t chunk = 64 * 1024;

constexpr char signed_chunks_and_sum[] = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
constexpr char signed_chunks[] = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
constexpr char chunks_and_sum[] = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
constexpr char no_hash[] = "UNSIGNED-PAYLOAD";

using Put = s3::PutObjectOutput;
using Head = s3::HeadObjectOutput;

struct Sum {
    const char* name;
    const char* header;
    botocraft::field<std::string> Put::*of_put;
    botocraft::field<std::string> Head::*of_head;
};
const Sum sums[] = {
    {"CRC32", "x-amz-checksum-crc32", &Put::ChecksumCRC32, &Head::ChecksumCRC32},
    {"CRC32C", "x-amz-checksum-crc32c", &Put::ChecksumCRC32C, &Head::ChecksumCRC32C},
    {"CRC64NVME", "x-amz-checksum-crc64nvme", &Put::ChecksumCRC64NVME, &Head::ChecksumCRC64NVME},
    {"SHA1", "x-amz-checksum-sha1", &Put::ChecksumSHA1, &Head::ChecksumSHA1},
    {"SHA256", "x-amz-checksum-sha256", &Put::ChecksumSHA256, &Head::ChecksumSHA256},
    {"SHA512", "x-amz-checksum-sha512", &Put::ChecksumSHA512, &Head::ChecksumSHA512},
    {"MD5", "x-amz-checksum-md5", &Put::ChecksumMD5, &Head::ChecksumMD5},
    {"XXHASH64", "x-amz-checksum-xxhash64", &Put::ChecksumXXHASH64, &Head::ChecksumXXHASH64},
    {"XXHASH3", "x-amz-checksum-xxhash3", &Put::ChecksumXXHASH3, &Head::ChecksumXXHASH3},
    {"XXHASH128", "x-amz-checksum-xxhash128", &Put::ChecksumXXHASH128, &Head::ChecksumXXHASH128},
};

// No two chunks are alike.
std::string text_of(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 7 + i / chunk) % 26);
    return text;
}

botocraft::blob bytes_of(const std::string& text) {
    botocraft::blob bytes(text.size());
    if (!text.empty()) std::memcpy(bytes.data(), text.data(), text.size());
    return bytes;
}

// Gives its bytes in pieces that fit no chunk.
class InPieces : public botocraft::BodyReader {
  public:
    explicit InPieces(std::string text) : text_(std::move(text)) {}
    botocraft::awaitable<std::size_t> read(std::span<std::byte> room) override {
        const std::size_t count = std::min({room.size(), std::size_t{50'021}, text_.size() - at_});
        if (count != 0) std::memcpy(room.data(), text_.data() + at_, count);
        at_ += count;
        co_return count;
    }

  private:
    std::string text_;
    std::size_t at_ = 0;
};

Source in_pieces(const std::string& text) { return {std::make_shared<InPieces>(text), text.size()}; }

std::string stored(const Session& session, const std::string& bucket, const std::string& key) {
    std::string text = "nothing";
    await(s3::Object::objects(session).download(bucket, key, Sink::into(text)));
    return text;
}

s3::Object object_of(const std::string& bucket, const std::string& key, const std::string& text) {
    s3::Object made{.Key = key, .BucketName = bucket};
    made.Body = bytes_of(text);
    return made;
}

template <class T>
std::string form_of(botocraft::awaitable<T> call) {
    const auto request = await(botocraft::dry_run(std::move(call)));
    for (const auto& [name, value] : request.headers) {
        if (name == "x-amz-content-sha256") return value;
    }
    return {};
}

// What a server says of a request that it refuses.
template <class T>
std::string refusal(botocraft::awaitable<T> call) {
    try {
        (void)await(botocraft::detail::without_result(std::move(call)));
    } catch (const botocraft::ServiceError& error) {
        return std::to_string(error.status()) + " " + error.code();
    } catch (const botocraft::Error& error) {
        return error.what();
    }
    return "accepted";
}

constexpr char bad_signature[] = "403 SignatureDoesNotMatch";

}  // namespace

TEST_CASE("chunks with signatures and with each checksum at their end are accepted, streamed and from memory") {
    const auto gateway = Gateway::call_in();
    if (!gateway) return;
    const AlteringRelay relay(gateway->endpoint);
    const Session session = gateway->session(relay.endpoint());
    const auto objects = s3::Object::objects(session);
    make_bucket(session, "sums");
    const std::string large = text_of(3 * 1024 * 1024 + 17);
    const std::string small = text_of(chunk + 100);
    for (const Sum& sum : sums) {
        INFO(sum.name);
        const auto put = await(objects.put("sums", "stream", in_pieces(large), {.ChecksumAlgorithm = sum.name}));
        CHECK(relay.seen().header("x-amz-content-sha256") == signed_chunks_and_sum);
        CHECK(relay.seen().header("x-amz-trailer") == sum.header);
        CHECK(relay.seen().header("x-amz-decoded-content-length") == std::to_string(large.size()));
        CHECK(!(put.*sum.of_put).value_or("").empty());
        const s3::Client client(session);
        const auto head = await(client.head_object({.Bucket = "sums", .Key = "stream", .ChecksumMode = "ENABLED"}));
        CHECK(head.*sum.of_head == put.*sum.of_put);
        CHECK((stored(session, "sums", "stream") == large));

        const s3::Object object = object_of("sums", "memory", small);
        await(objects.create(object, {.ChecksumAlgorithm = sum.name}));
        CHECK(relay.seen().header("x-amz-content-sha256") == signed_chunks_and_sum);
        CHECK((stored(session, "sums", "memory") == small));
    }
}

TEST_CASE("where no checksum is required, chunks have signatures alone, and what is in memory a hash") {
    const auto gateway = Gateway::call_in();
    if (!gateway) return;
    const AlteringRelay relay(gateway->endpoint);
    const Session session = gateway->session(relay.endpoint(), RequestChecksums::when_required);
    const auto objects = s3::Object::objects(session);
    make_bucket(session, "required");
    const std::string large = text_of(3 * 1024 * 1024 + 17);
    await(objects.put("required", "stream", in_pieces(large)));
    CHECK(relay.seen().header("x-amz-content-sha256") == signed_chunks);
    CHECK(relay.seen().header("x-amz-trailer").empty());
    CHECK((stored(session, "required", "stream") == large));

    const s3::Object object = object_of("required", "memory", large);
    await(objects.create(object));
    CHECK(relay.seen().header("x-amz-content-sha256").size() == 64);
    CHECK((stored(session, "required", "memory") == large));

    // S3 requires one of this.
    std::vector<s3::ObjectIdentifier> keys(2);
    keys[0].Key = "stream";
    keys[1].Key = "memory";
    CHECK(await(objects.delete_many("required", keys)).Deleted.size() == 2);
    CHECK(!relay.seen().header("x-amz-checksum-crc32").empty());
}

TEST_CASE("over TLS chunks have no signatures, with each checksum at their end") {
    const auto gateway = Gateway::call_in();
    if (!gateway) return;
    const Session session = gateway->session(gateway->tls_endpoint);
    const auto objects = s3::Object::objects(session);
    make_bucket(session, "sums");
    const std::string large = text_of(3 * 1024 * 1024 + 17);
    const std::string small = text_of(chunk + 100);
    const s3::Object object = object_of("sums", "memory", small);
    CHECK(form_of(objects.put("sums", "stream", in_pieces(large))) == chunks_and_sum);
    CHECK(form_of(objects.create(object)) == chunks_and_sum);
    for (const Sum& sum : sums) {
        INFO(sum.name);
        const auto put = await(objects.put("sums", "stream", in_pieces(large), {.ChecksumAlgorithm = sum.name}));
        CHECK(!(put.*sum.of_put).value_or("").empty());
        CHECK((stored(session, "sums", "stream") == large));
        await(objects.create(object, {.ChecksumAlgorithm = sum.name}));
        CHECK((stored(session, "sums", "memory") == small));
    }
    const Session required = gateway->session(gateway->tls_endpoint, RequestChecksums::when_required);
    const auto bare = s3::Object::objects(required);
    CHECK(form_of(bare.put("sums", "bare", in_pieces(large))) == no_hash);
    await(bare.put("sums", "bare", in_pieces(large)));
    CHECK((stored(required, "sums", "bare") == large));
    await(bare.create(object));
    CHECK((stored(required, "sums", "memory") == small));
}

TEST_CASE("bodies of no bytes, and those that end near the end of a chunk, in each form") {
    const auto gateway = Gateway::call_in();
    if (!gateway) return;
    for (const std::string& endpoint : {gateway->endpoint, gateway->tls_endpoint}) {
        make_bucket(gateway->session(endpoint), "sizes");
        for (const RequestChecksums checksums : {RequestChecksums::when_supported, RequestChecksums::when_required}) {
            const Session session = gateway->session(endpoint, checksums);
            const auto objects = s3::Object::objects(session);
            for (const std::size_t size : {std::size_t{0}, std::size_t{1}, chunk - 1, chunk, chunk + 1, 2 * chunk}) {
                INFO(endpoint << ", " << size << " bytes");
                const std::string text = text_of(size);
                await(objects.put("sizes", "stream", in_pieces(text)));
                CHECK((stored(session, "sizes", "stream") == text));
                const s3::Object object = object_of("sizes", "memory", text);
                await(objects.create(object));
                CHECK((stored(session, "sizes", "memory") == text));
            }
        }
    }
}

TEST_CASE("parts of an upload are accepted in each form") {
    const auto gateway = Gateway::call_in();
    if (!gateway) return;
    for (const std::string& endpoint : {gateway->endpoint, gateway->tls_endpoint}) {
        make_bucket(gateway->session(endpoint), "parts");
        for (const RequestChecksums checksums : {RequestChecksums::when_supported, RequestChecksums::when_required}) {
            const bool summed = checksums == RequestChecksums::when_supported;
            const Session session = gateway->session(endpoint, checksums);
            const s3::Client client(session);
            const std::string first = text_of(5 * 1024 * 1024);
            const std::string second = text_of(1000);
            const auto algorithm = summed ? std::optional<std::string_view>("CRC32") : std::nullopt;
            const auto upload = await(client.create_multipart_upload(
                {.Bucket = "parts", .Key = "a b/+%ä", .ChecksumAlgorithm = algorithm}));
            s3::CompletedMultipartUpload whole;
            for (const std::string& text : {first, second}) {
                const botocraft::blob body = bytes_of(text);
                const int number = static_cast<int>(whole.Parts.size()) + 1;
                const auto done = await(client.upload_part({.Body = body, .Bucket = "parts", .Key = "a b/+%ä",
                                                            .PartNumber = number, .UploadId = *upload.UploadId}));
                s3::CompletedPart taken;
                taken.PartNumber = number;
                taken.ETag = done.ETag;
                taken.ChecksumCRC32 = done.ChecksumCRC32;
                whole.Parts.push_back(taken);
            }
            await(client.complete_multipart_upload(
                {.Bucket = "parts", .Key = "a b/+%ä", .MultipartUpload = whole, .UploadId = *upload.UploadId}));
            CHECK((stored(session, "parts", "a b/+%ä") == first + second));
        }
    }
}

TEST_CASE("what was altered on its way is refused, and not stored") {
    const auto gateway = Gateway::call_in();
    if (!gateway) return;
    const Session direct = gateway->session();
    make_bucket(direct, "altered");
    const std::string text = text_of(3 * chunk + 1000);

    const auto through = [&](const Alteration& alteration, RequestChecksums checksums, bool streamed) {
        const AlteringRelay relay(gateway->endpoint, alteration);
        const auto objects = s3::Object::objects(gateway->session(relay.endpoint(), checksums));
        if (streamed) return refusal(objects.put("altered", "key", in_pieces(text)));
        const s3::Object object = object_of("altered", "key", text);
        return refusal(objects.create(object));
    };
    const auto nothing_there = [&] {
        return refusal(s3::Object::objects(direct).get("altered", "key")).starts_with("404");
    };

    // `10000;chunk-signature=` and 64 digits, a line's end, 64 KiB, a line's end, and so on.
    constexpr std::ptrdiff_t line = 22 + 64 + 2;
    constexpr std::ptrdiff_t second = line + static_cast<std::ptrdiff_t>(chunk) + 2;
    // At the end the checksum of 8 digits, `x-amz-trailer-signature:` and 64, a line's end after each, and one more.
    constexpr std::ptrdiff_t sum = -(8 + 2 + 24 + 64 + 4);
    const std::pair<const char*, std::ptrdiff_t> of_both[] = {{"the signature of the first chunk", 22},
                                                              {"the first byte", line},
                                                              {"the signature of the second chunk", second + 22},
                                                              {"a byte in the second chunk", second + line + 1000},
                                                              {"the last signature", -5}};
    for (const auto& [what, place] : of_both) {
        for (const RequestChecksums checksums : {RequestChecksums::when_supported, RequestChecksums::when_required}) {
            INFO(what << (checksums == RequestChecksums::when_supported ? ", with a checksum" : ""));
            CHECK(through({.in_body = place}, checksums, true) == bad_signature);
            CHECK(nothing_there());
        }
        INFO(what << ", from memory");
        CHECK(through({.in_body = place}, RequestChecksums::when_supported, false) == bad_signature);
        CHECK(nothing_there());
    }
    CHECK(through({.in_body = sum}, RequestChecksums::when_supported, true) == "400 BadDigest");
    CHECK(nothing_there());
    // Of a body with a hash, the hash is signed.
    CHECK(through({.in_body = 1000}, RequestChecksums::when_required, false) == "400 XAmzContentSHA256Mismatch");
    CHECK(nothing_there());
    const Alteration in_head[] = {
        {.in_head = "/altered/key", .to = "/altered/yek"},
        {.in_head = "x-amz-decoded-content-length: 1", .to = "x-amz-decoded-content-length: 2"},
        {.in_head = "x-amz-trailer: x-amz-checksum-crc32", .to = "x-amz-trailer: x-amz-checksum-sha256"}};
    for (const Alteration& alteration : in_head) {
        INFO(alteration.in_head);
        CHECK(through(alteration, RequestChecksums::when_supported, true) == bad_signature);
        CHECK(nothing_there());
    }
    CHECK(await(s3::Object::objects(direct).list("altered").count()) == 0);
    // It was for nothing else.
    CHECK(through({}, RequestChecksums::when_supported, true) == "accepted");
    CHECK((stored(direct, "altered", "key") == text));
}

TEST_CASE("a large stream that is refused at its beginning says why") {
    const auto gateway = Gateway::call_in();
    if (!gateway) return;
    make_bucket(gateway->session(), "early");
    const AlteringRelay relay(gateway->endpoint, {.in_body = 22});
    const auto objects = s3::Object::objects(gateway->session(relay.endpoint()));
    CHECK(refusal(objects.put("early", "key", in_pieces(text_of(3 * 1024 * 1024)))) == bad_signature);
}

TEST_CASE("another secret and a wrong checksum are refused") {
    const auto gateway = Gateway::call_in();
    if (!gateway) return;
    for (const std::string& endpoint : {gateway->endpoint, gateway->tls_endpoint}) {
        INFO(endpoint);
        make_bucket(gateway->session(endpoint), "refused");
        botocraft::SessionOptions options = gateway->options();
        options.endpoint_url = endpoint;
        options.ca_bundle = gateway->authority;
        options.credentials = botocraft::static_credentials(botocraft::Credentials("AKIDEXAMPLE", "another"));
        const Session wrong(options);
        const std::string text = text_of(chunk + 100);
        CHECK(refusal(s3::Object::objects(wrong).put("refused", "key", in_pieces(text))) == bad_signature);
        CHECK(refusal(s3::Object::objects(wrong).list("refused").all()) == bad_signature);
        const auto objects = s3::Object::objects(gateway->session(endpoint));
        CHECK(refusal(objects.put("refused", "key", in_pieces(text), {.ChecksumCRC32 = "AAAAAA=="})) == "400 BadDigest");
        CHECK(await(objects.list("refused").count()) == 0);
    }
}
