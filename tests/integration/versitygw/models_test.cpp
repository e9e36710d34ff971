// Buckets and objects on a server that checks what is signed: names, ranges, conditions, copies, tags and versions.

#include "gateway.hpp"

#include <botocraft/error.hpp>
#include <botocraft/s3/copy_source.hpp>
#include <botocraft/streams.hpp>

#include <set>
#include <vector>

using namespace versitygw;
using botocraft::DoesNotExist;
using botocraft::Sink;
using botocraft::Source;

namespace {

template <class T>
int status_of(botocraft::awaitable<T> call) {
    try {
        (void)await(std::move(call));
    } catch (const botocraft::ServiceError& error) {
        return error.status();
    }
    return 0;
}

Source text(const std::string& bytes) { return Source::of(bytes); }

std::vector<s3::Tag> tag(const std::string& name, const std::string& value) {
    std::vector<s3::Tag> tags(1);
    tags[0].Key = name;
    tags[0].Value = value;
    return tags;
}

}  // namespace

TEST_CASE("buckets are made, found, changed and removed") {
    const auto gateway = Gateway::call_in();
    if (!gateway) return;
    const Session session = gateway->session();
    const auto buckets = s3::Bucket::objects(session);
    const s3::Bucket wanted{.Name = "made-here"};
    CHECK(await(buckets.create(wanted)).Name == "made-here");
    CHECK(await(buckets.list().all()).size() >= 1);
    CHECK_THROWS_AS(await(buckets.get("never-made")), DoesNotExist);

    auto bucket = await(buckets.get("made-here"));
    CHECK(bucket.Tags.empty());
    bucket.Tags = {{.Key = "Team", .Value = "pay = play + 1/ä"}};
    bucket.VersioningStatus = s3::BucketVersioningStatus::Enabled;
    await(bucket.save());
    const auto found = await(buckets.get("made-here"));
    REQUIRE(found.Tags.size() == 1);
    CHECK(found.Tags[0].Value == "pay = play + 1/ä");
    CHECK(found.VersioningStatus == "Enabled");
    CHECK_THROWS_AS(await(found.get_policy()), DoesNotExist);

    await(bucket.remove());
    CHECK_THROWS_AS(await(buckets.get("made-here")), DoesNotExist);
}

TEST_CASE("objects may be called as one likes") {
    const auto gateway = Gateway::call_in();
    if (!gateway) return;
    const Session session = gateway->session();
    const auto objects = s3::Object::objects(session);
    make_bucket(session, "names");
    const std::set<std::string> names = {"plain",     "a b/+%ä",  "a b/日本語 🚀", "~-._!*'()",     "%2F%20",
                                         "q?x=1&y=2#z", "@:,;=&$", "quote\"<&>\\|^`{}[]", "e\u0301 and \u00e9"};
    for (const std::string& name : names) {
        INFO(name);
        await(objects.put("names", name, text("of " + name)));
        std::string got;
        await(objects.download("names", name, Sink::into(got)));
        CHECK(got == "of " + name);
        CHECK(await(objects.get("names", name)).Size == static_cast<std::int64_t>(got.size()));
        await(objects.copy("names", "copies/" + name, s3::copy_source("names", name)));
        await(objects.put_tags("names", name, tag("k", "v +w=ä")));
        CHECK(await(objects.get_tags("names", name))[0].Value == "v +w=ä");
    }
    std::set<std::string> listed;
    std::vector<s3::ObjectIdentifier> keys;
    for (const s3::Object& object : await(objects.list("names").page_size(4).all())) {
        listed.insert(*object.Key);
        keys.emplace_back().Key = object.Key;
    }
    std::set<std::string> expected;
    for (const std::string& name : names) expected.insert({name, "copies/" + name});
    CHECK(listed == expected);
    CHECK(await(objects.get("names", "copies/a b/+%ä")).Size == 11);
    CHECK(await(objects.delete_many("names", keys)).Deleted.size() == keys.size());
    CHECK(await(objects.list("names").count()) == 0);
}

TEST_CASE("ranges and conditions are kept to") {
    const auto gateway = Gateway::call_in();
    if (!gateway) return;
    const Session session = gateway->session();
    const auto objects = s3::Object::objects(session);
    make_bucket(session, "conditions");
    const auto first = await(objects.put("conditions", "a", text("0123456789")));
    std::string got;
    const auto part = await(objects.download("conditions", "a", Sink::into(got), {.Range = "bytes=2-5"}));
    CHECK(got == "2345");
    CHECK(part.ContentRange == "bytes 2-5/10");
    await(objects.download("conditions", "a", Sink::into(got), {.Range = "bytes=-3"}));
    CHECK(got == "789");
    CHECK(status_of(objects.download("conditions", "a", Sink::into(got), {.Range = "bytes=10-"})) == 416);

    REQUIRE(first.ETag);
    await(objects.download("conditions", "a", Sink::into(got), {.IfMatch = *first.ETag}));
    CHECK(got == "0123456789");
    CHECK(status_of(objects.download("conditions", "a", Sink::into(got), {.IfMatch = "\"another\""})) == 412);
    CHECK(status_of(objects.download("conditions", "a", Sink::into(got), {.IfNoneMatch = *first.ETag})) == 304);
    CHECK(status_of(objects.put("conditions", "a", text("again"), {.IfNoneMatch = "*"})) == 412);
    CHECK(status_of(objects.put("conditions", "a", text("again"), {.IfMatch = "\"another\""})) == 412);
    CHECK(await(objects.get("conditions", "a")).Size == 10);
    await(objects.put("conditions", "a", text("again"), {.IfMatch = *first.ETag}));
    await(objects.put("conditions", "b", text("new"), {.IfNoneMatch = "*"}));
    CHECK(await(objects.get("conditions", "a")).Size == 5);
    CHECK_THROWS_AS(await(objects.get("conditions", "c")), DoesNotExist);
    CHECK_THROWS_AS(await(objects.download("conditions", "c", Sink::into(got))), DoesNotExist);
}

TEST_CASE("an object is saved with all that there is to it") {
    const auto gateway = Gateway::call_in();
    if (!gateway) return;
    const Session session = gateway->session();
    const auto objects = s3::Object::objects(session);
    make_bucket(session, "saved");
    s3::Object made{.Key = "made", .BucketName = "saved"};
    made.ContentType = "text/html";
    made.Metadata["owner"] = "me and  others";
    made.Body = botocraft::blob{std::byte{'h'}, std::byte{'i'}};
    made.Tags = {{.Key = "Team", .Value = "pay = play+1"}};
    await(objects.create(made));
    auto found = await(objects.get("saved", "made"));
    CHECK(found.ContentType == "text/html");
    CHECK(found.Metadata.size() == 1);
    found.Body = botocraft::blob{std::byte{'y'}, std::byte{'o'}, std::byte{'!'}};
    await(found.save());
    CHECK(await(objects.get_contents("saved", "made")).size() == 3);
    CHECK(await(objects.get_tags("saved", "made"))[0].Value == "pay = play+1");
    CHECK(await(objects.get("saved", "made")).ContentType == "text/html");
    await(found.remove());
    CHECK_THROWS_AS(await(objects.get("saved", "made")), DoesNotExist);
}

TEST_CASE("versions are told apart, copied and removed") {
    const auto gateway = Gateway::call_in();
    if (!gateway) return;
    const Session session = gateway->session();
    const auto objects = s3::Object::objects(session);
    s3::Bucket wanted{.Name = "versions"};
    wanted.VersioningStatus = s3::BucketVersioningStatus::Enabled;
    await(s3::Bucket::objects(session).create(wanted));
    const std::string key = "a b/+ä";
    const auto first = await(objects.put("versions", key, text("one")));
    const auto second = await(objects.put("versions", key, text("second")));
    REQUIRE(first.VersionId);
    REQUIRE(second.VersionId);
    const auto versions = await(objects.get_versions("versions").all());
    REQUIRE(versions.size() == 2);
    CHECK(versions[0].Key == key);
    CHECK(versions[0].VersionId == second.VersionId);
    std::string got;
    await(objects.download("versions", key, Sink::into(got), {.VersionId = *first.VersionId}));
    CHECK(got == "one");
    await(objects.copy("versions", "copy", s3::copy_source("versions", key, *first.VersionId)));
    await(objects.download("versions", "copy", Sink::into(got)));
    CHECK(got == "one");

    await(objects.remove("versions", key));
    CHECK_THROWS_AS(await(objects.get("versions", key)), DoesNotExist);
    CHECK(await(objects.get_delete_markers("versions").all()).size() == 1);
    await(objects.download("versions", key, Sink::into(got), {.VersionId = *second.VersionId}));
    CHECK(got == "second");
    await(objects.remove("versions", key, {.VersionId = *first.VersionId}));
    CHECK(await(objects.get_versions("versions", {.Prefix = key}).all()).size() == 1);
}
