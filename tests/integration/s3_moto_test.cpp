// S3 on a moto server: buckets and objects that boto3 made are read, and what was made here, boto3 sees.

#include "catch.hpp"
#include "compare.hpp"
#include "witness.hpp"

#include <botocraft/error.hpp>
#include <botocraft/s3.hpp>
#include <botocraft/s3/copy_source.hpp>
#include <botocraft/streams.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace s3 = botocraft::s3;
using botocraft::Session;
using botocraft::Sink;
using botocraft::Source;
using namespace botocraft::test;

namespace {

// As session_for; names of buckets are no hosts of the server's.
Session s3_session(const Witness& witness) {
    botocraft::SessionOptions options;
    options.region = "us-east-1";
    options.endpoint_url = witness.endpoint();
    options.endpoints.s3.addressing_style = botocraft::AddressingStyle::path;
    options.max_attempts = 1;
    options.credentials = botocraft::static_credentials(
        botocraft::Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
    return Session(options);
}

}  // namespace

TEST_CASE("objects go both ways, whatever they are called") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    const Session session = s3_session(*witness);
    const auto objects = s3::Object::objects(session);
    witness->call("s3", "create_bucket", parse(R"({"Bucket": "logs"})"));
    const std::string odd = "a b/+%ä";
    for (const std::string& key : {odd, std::string("plain")}) {
        witness->call("s3", "put_object",
                      {{"Bucket", "logs"}, {"Key", json::value(key)}, {"Body", {{"base64", "aGVsbG8="}}},
                       {"ContentType", "text/plain"}, {"Metadata", {{"owner", "me"}}}, {"Tagging", "Team=pay"}});
    }
    const auto listed = await(objects.list("logs").page_size(1).all());
    REQUIRE(listed.size() == 2);
    CHECK(listed[0].Key == odd);
    CHECK(await(objects.list_with_tags("logs").all())[1].Tags[0].Value == "pay");

    const auto object = await(objects.get("logs", odd));
    CHECK(object.Size == 5);
    CHECK(object.ContentType == "text/plain");
    CHECK(object.Metadata.at("owner") == "me");
    std::string text;
    await(object.download(Sink::into(text)));
    CHECK(text == "hello");
    await(objects.download("logs", "plain", Sink::into(text), {.Range = "bytes=1-3"}));
    CHECK(text == "ell");
    CHECK_THROWS_AS(await(objects.download("logs", "absent", Sink::into(text))), botocraft::DoesNotExist);
    CHECK_THROWS_AS(await(objects.get("logs", "absent")), botocraft::DoesNotExist);

    const std::string large(3 * 1024 * 1024, 'x');
    for (const char* checksum : {"CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"}) {
        INFO(checksum);
        await(objects.put("logs", "large", Source::view(large), {.ChecksumAlgorithm = checksum}));
        const auto theirs = witness->call("s3", "get_object", parse(R"({"Bucket": "logs", "Key": "large"})"));
        CHECK(theirs.at("ContentLength").to_number<std::size_t>() == large.size());
        await(objects.download("logs", "large", Sink::into(text)));
        CHECK((text == large));
    }

    await(objects.copy("logs", "copied", s3::copy_source("logs", odd)));
    CHECK(witness->call("s3", "head_object", parse(R"({"Bucket": "logs", "Key": "copied"})")).at("ContentLength") == 5);

    s3::Object made{.Key = "made", .BucketName = "logs"};
    made.ContentType = "text/html";
    made.Body = botocraft::blob{std::byte{'h'}, std::byte{'i'}};
    made.Tags = {{.Key = "Team", .Value = "pay = play+1"}};
    await(made.save());
    const auto tag = [&] {
        return json::value(witness->call("s3", "get_object_tagging", parse(R"({"Bucket": "logs", "Key": "made"})")).at("TagSet").at(0));
    };
    CHECK(tag().at("Value") == "pay = play+1");
    made.Body = botocraft::blob{std::byte{'y'}, std::byte{'o'}, std::byte{'!'}};
    await(made.save());
    CHECK(made.Size == 3);
    CHECK(tag().at("Value") == "pay = play+1");
    CHECK(witness->call("s3", "head_object", parse(R"({"Bucket": "logs", "Key": "made"})")).at("ContentType") == "text/html");

    std::vector<s3::ObjectIdentifier> keys(2);
    keys[0].Key = "made";
    keys[1].Key = "copied";
    CHECK(await(objects.delete_many("logs", keys)).Deleted.size() == 2);
    await(objects.remove("logs", "large"));
    CHECK(await(objects.list("logs").count()) == 2);
}

TEST_CASE("versions, tags, conditions and locks of objects go both ways") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    const Session session = s3_session(*witness);
    const auto objects = s3::Object::objects(session);
    witness->call("s3", "create_bucket", parse(R"({"Bucket": "logs"})"));
    witness->call("s3", "put_bucket_versioning", parse(R"({"Bucket": "logs", "VersioningConfiguration": {"Status": "Enabled"}})"));
    const auto first = await(objects.put("logs", "a", Source::of(std::string("one"))));
    const auto second = await(objects.put("logs", "a", Source::of(std::string("two"))));
    REQUIRE(first.VersionId);
    CHECK(await(objects.get_versions("logs").all()).size() == 2);
    std::string text;
    await(objects.download("logs", "a", Sink::into(text), {.VersionId = *first.VersionId}));
    CHECK(text == "one");
    try {
        await(objects.download("logs", "a", Sink::into(text), {.IfNoneMatch = *second.ETag}));
        FAIL("it did not change");
    } catch (const botocraft::ServiceError& unchanged) {
        CHECK(unchanged.status() == 304);
    }
    std::vector<s3::Tag> tags(1);
    tags[0].Key = "Team";
    tags[0].Value = "pay";
    await(objects.put_tags("logs", "a", tags));
    CHECK(witness->call("s3", "get_object_tagging", parse(R"({"Bucket": "logs", "Key": "a"})")).at("TagSet").at(0).at("Value") == "pay");
    CHECK(await(objects.get_tags("logs", "a"))[0].Value == "pay");
    await(objects.delete_tags("logs", "a"));
    CHECK(await(objects.get_acl("logs", "a")).Owner);
    CHECK(await(objects.get_attributes("logs", "a", "ObjectSize")).ObjectSize == 3);

    auto object = await(objects.get("logs", "a"));
    await(object.remove());
    CHECK_THROWS_AS(await(objects.get("logs", "a")), botocraft::DoesNotExist);
    CHECK(await(objects.get_delete_markers("logs").all()).size() == 1);
}
