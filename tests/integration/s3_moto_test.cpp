// S3 on a moto server: buckets and objects that boto3 made are read, and what was made here, boto3 sees.

#include "catch.hpp"
#include "compare.hpp"
#include "witness.hpp"

#include <botocraft/error.hpp>
#include <botocraft/s3.hpp>
#include <botocraft/s3/copy_source.hpp>
#include <botocraft/streams.hpp>

#include <algorithm>
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

// A line for each setting of a bucket: what boto3 says, what boto3 then reads, and the same of the model.
struct Setting {
    const char* put;
    const char* arguments;
    const char* get;
    const char* member;
    json::value (*ours)(const s3::Bucket& bucket);
};

json::value member_of(const s3::Bucket& bucket, const char* name) {
    return json::value(json::parse(botocraft::to_json(bucket)).at(name));
}

const std::vector<Setting>& settings() {
    static const std::vector<Setting> all = {
        {"put_bucket_tagging", R"({"Bucket": "logs", "Tagging": {"TagSet": [{"Key": "Team", "Value": "a & b"}]}})",
         "get_bucket_tagging", "TagSet", [](const s3::Bucket& b) { return member_of(b, "Tags"); }},
        {"put_bucket_versioning", R"({"Bucket": "logs", "VersioningConfiguration": {"Status": "Enabled"}})",
         "get_bucket_versioning", "Status", [](const s3::Bucket& b) { return member_of(b, "VersioningStatus"); }},
        {"put_bucket_cors", R"({"Bucket": "logs", "CORSConfiguration": {"CORSRules": [{"AllowedMethods": ["GET", "PUT"],
            "AllowedOrigins": ["*"], "MaxAgeSeconds": 30}]}})",
         "get_bucket_cors", "CORSRules", [](const s3::Bucket& b) { return member_of(b, "CORSRules"); }},
        {"put_bucket_ownership_controls",
         R"({"Bucket": "logs", "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}})",
         "get_bucket_ownership_controls", "OwnershipControls",
         [](const s3::Bucket& b) { return member_of(b, "OwnershipControls"); }},
    };
    return all;
}

}  // namespace

TEST_CASE("the settings that boto3 gave a bucket are read equal") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    const Session session = s3_session(*witness);
    witness->call("s3", "create_bucket", parse(R"({"Bucket": "logs"})"));
    for (const Setting& setting : settings()) {
        INFO(setting.put);
        witness->call("s3", setting.put, parse(setting.arguments));
        const auto theirs = witness->call("s3", setting.get, parse(R"({"Bucket": "logs"})")).at(setting.member);
        const auto bucket = await(s3::Bucket::objects(session).get("logs"));
        CHECK(difference(setting.ours(bucket), theirs) == "");
    }
    CHECK_THROWS_AS(await(s3::Bucket::objects(session).get("absent")), botocraft::DoesNotExist);
    const auto all = await(s3::Bucket::objects(session).list().all());
    REQUIRE(all.size() == 1);
    CHECK(all[0].CreationDate);
}

TEST_CASE("boto3 sees the bucket that was made here, changed and removed") {
    const auto witness = Witness::call_in();
    if (!witness) return;
    const Session session = s3_session(*witness);
    const auto theirs = [&](const char* operation, const char* member) {
        return json::value(witness->call("s3", operation, parse(R"({"Bucket": "made"})")).at(member));
    };
    s3::Bucket made{.Name = "made"};
    made.Tags = {{.Key = "Team", .Value = "pay"}};
    made.VersioningStatus = "Enabled";
    auto bucket = await(s3::Bucket::objects(session).create(made));
    CHECK(theirs("get_bucket_tagging", "TagSet").at(0).at("Value") == "pay");
    CHECK(theirs("get_bucket_versioning", "Status") == "Enabled");

    bucket.VersioningStatus = "Suspended";
    await(bucket.save());
    CHECK(theirs("get_bucket_versioning", "Status") == "Suspended");
    CHECK(theirs("get_bucket_tagging", "TagSet").at(0).at("Value") == "pay");
    bucket.Tags.clear();
    await(bucket.save());
    CHECK(await(s3::Bucket::objects(session).get("made")).Tags.empty());

    const std::string policy = R"({"Version":"2012-10-17","Statement":[]})";
    CHECK_THROWS_AS(await(bucket.put_policy(policy)), botocraft::ProtocolError);  // moto takes it, and answers `True`, not as AWS does
    CHECK(theirs("get_bucket_policy", "Policy") == json::value(policy));
    CHECK(await(bucket.get_policy()) == policy);
    await(bucket.delete_policy());
    CHECK_THROWS_AS(await(bucket.get_policy()), botocraft::DoesNotExist);

    CHECK(await(bucket.get_lifecycle()).empty());
    std::vector<s3::LifecycleRule> rules(1);
    rules[0].ID = "old";
    rules[0].Status = "Enabled";
    rules[0].Filter.emplace().Prefix = "logs/";
    rules[0].Expiration.emplace().Days = 30;
    await(bucket.put_lifecycle(rules));
    CHECK(theirs("get_bucket_lifecycle_configuration", "Rules").at(0).at("Expiration").at("Days") == 30);
    CHECK(await(bucket.get_lifecycle())[0].ID == "old");
    await(bucket.delete_lifecycle());

    s3::PublicAccessBlockConfiguration block;
    block.BlockPublicAcls = true;
    await(bucket.put_public_access_block(block));
    CHECK(theirs("get_public_access_block", "PublicAccessBlockConfiguration").at("BlockPublicAcls") == true);
    CHECK(await(bucket.get_public_access_block()).BlockPublicAcls == true);
    await(bucket.delete_public_access_block());

    s3::WebsiteConfiguration website;
    website.IndexDocument.emplace().Suffix = "index.html";
    await(bucket.put_website(website));
    CHECK(theirs("get_bucket_website", "IndexDocument").at("Suffix") == "index.html");
    CHECK(await(bucket.get_website()).IndexDocument->Suffix == "index.html");
    await(bucket.delete_website());

    await(bucket.remove());
    CHECK(await(s3::Bucket::objects(session).list().all()).empty());
}

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
