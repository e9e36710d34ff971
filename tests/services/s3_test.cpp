// S3: buckets that AWS tells of in many answers, objects, and buckets that are in other regions.

#include "orm/model_state.hpp"
#include "runtime/session_state.hpp"
#include "services/s3_world.hpp"

#include <botocraft/error.hpp>
#include <botocraft/s3/client.hpp>
#include <botocraft/s3/copy_source.hpp>

#include "catch.hpp"

using namespace s3_world;
using Catch::Matchers::Contains;

TEST_CASE_METHOD(S3, "pages that AWS's list of paginators leaves out are followed by the token of the next one to the last") {
    const auto page = [](std::string_view id, std::string_view rest) {
        return reply("<ListInventoryConfigurationsResult><InventoryConfiguration><Id>" + std::string(id) + "</Id></InventoryConfiguration>" +
                     std::string(rest) + "</ListInventoryConfigurationsResult>");
    };
    // Each says by `ContinuationToken` which page it is.
    answers["GET /?inventory"] = page("a", "<IsTruncated>true</IsTruncated><NextContinuationToken>two</NextContinuationToken>");
    answers["GET /?inventory&continuation-token=two"] =
        page("b", "<ContinuationToken>two</ContinuationToken><IsTruncated>false</IsTruncated>");
    const s3::Client client(session);
    std::string ids;
    for (const auto& each : run(client.list_bucket_inventory_configurations_pages({.Bucket = "logs"}).all())) {
        for (const auto& configuration : each.InventoryConfigurationList) ids += configuration.Id.value_or("?");
    }
    CHECK(ids == "ab");
}

// --- buckets ------------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(S3, "a bucket is got with its settings, but for those that it has not") {
    const auto bucket = run(Bucket::objects(session).get("logs"));
    CHECK(bucket.Name == "logs");
    CHECK(bucket.pk() == "logs");
    CHECK(bucket.arn() == "arn:aws:s3:::logs");
    CHECK(bucket.BucketRegion == "us-east-1");
    REQUIRE(bucket.Tags.size() == 1);
    CHECK(bucket.Tags[0].Value == "pay");
    CHECK(bucket.VersioningStatus == "Enabled");
    CHECK(bucket.CORSRules.empty());
    CHECK_FALSE(bucket.OwnershipControls);
    CHECK(transport->requests().size() == 6);
    CHECK(transport->last().origin.host == "logs.s3.us-east-1.amazonaws.com");
}

TEST_CASE_METHOD(S3, "a bucket is got and saved on a server that has none of the settings") {
    const auto refusal = GENERATE(std::pair(501, "NotImplemented"), std::pair(405, "MethodNotAllowed"));
    for (const char* what : {"tagging", "versioning", "logging", "ownershipControls", "cors"}) {
        answers[std::string("GET /?") + what] = error(refusal.first, refusal.second);
    }
    const auto bucket = run(Bucket::objects(session).get("logs"));
    CHECK(bucket.Name == "logs");
    CHECK(bucket.Tags.empty());
    CHECK_FALSE(bucket.LoggingEnabled);
}

TEST_CASE_METHOD(S3, "a bucket that is not there does not exist, though HEAD says no more than its status") {
    answers["HEAD /"] = status(404);
    CHECK_THROWS_AS(run(Bucket::objects(session).get("gone")), DoesNotExist);
    CHECK_FALSE(run(Bucket::objects(session).get_or_none("gone")));
    answers["HEAD /"] = status(403);
    try {
        run(Bucket::objects(session).get("theirs"));
        FAIL("it was refused");
    } catch (const ServiceError& refused) {
        CHECK(refused.code() == "Forbidden");
        CHECK(refused.status() == 403);
    }
}

TEST_CASE_METHOD(S3, "a bucket is created with its settings, one after the other, and read again") {
    for (const char* line : {"PUT /", "PUT /?tagging", "PUT /?versioning"}) answers[line] = status(200);
    Bucket bucket{.Name = "logs", .BucketRegion = "eu-west-1"};
    bucket.Tags = {{.Key = "Team", .Value = "pay"}};
    bucket.VersioningStatus = "Enabled";
    const auto made = run(Bucket::objects(session).create(bucket));
    const auto sent = lines();
    REQUIRE(sent.size() == 9);
    CHECK(sent[0] == "PUT /");
    CHECK(sent[1] == "PUT /?tagging");
    CHECK(sent[2] == "PUT /?versioning");
    CHECK(sent[3] == "HEAD /");
    CHECK_THAT(std::string(transport->requests()[0].body()), Contains("<LocationConstraint>eu-west-1</LocationConstraint>"));
    CHECK_THAT(std::string(transport->requests()[1].body()), Contains("<Key>Team</Key><Value>pay</Value>"));
    CHECK_THAT(std::string(transport->requests()[2].body()), Contains("<Status>Enabled</Status>"));
    CHECK(made.state_.from_aws());
}

TEST_CASE_METHOD(S3, "us-east-1 is not named to AWS, which would refuse it") {
    answers["PUT /"] = status(200);
    Bucket bucket{.Name = "logs", .BucketRegion = "us-east-1"};
    run(Bucket::objects(session).create(bucket));
    CHECK(transport->requests()[0].body().empty());
    transport->forget();
    const Bucket silent{.Name = "logs"};
    run(Bucket::objects(session).create(silent));
    CHECK(transport->requests()[0].body().empty());
}

TEST_CASE_METHOD(S3, "a bucket is made in the session's region, if it names no other") {
    answers["PUT /"] = status(200);
    options.region = "eu-west-1";
    const Bucket here{.Name = "logs"};
    run(Bucket::objects(Session(options)).create(here));
    CHECK_THAT(std::string(transport->requests()[0].body()), Contains("<LocationConstraint>eu-west-1</LocationConstraint>"));
    transport->forget();
    const Bucket elsewhere{.Name = "logs", .BucketRegion = "eu-central-1"};
    run(Bucket::objects(Session(options)).create(elsewhere));
    CHECK_THAT(std::string(transport->requests()[0].body()), Contains("<LocationConstraint>eu-central-1</LocationConstraint>"));
}

TEST_CASE_METHOD(S3, "tags and rules that are taken away are removed, and those that nobody speaks of stay") {
    auto bucket = run(Bucket::objects(session).get("logs"));
    REQUIRE(bucket.CORSRules.is_absent());
    for (const char* line : {"PUT /?versioning", "DELETE /?tagging", "DELETE /?cors"}) answers[line] = status(204);
    bucket.Tags.clear();
    transport->forget();
    run(bucket.save());
    CHECK(lines()[1] == "DELETE /?tagging");
    CHECK(lines()[2] == "PUT /?versioning");
    bucket.CORSRules = list<s3::CORSRule>(std::vector<s3::CORSRule>{});
    bucket.Tags.reset();
    transport->forget();
    run(bucket.save());
    CHECK(lines()[1] == "PUT /?versioning");
    CHECK(lines()[2] == "DELETE /?cors");
}

TEST_CASE_METHOD(S3, "a bucket whose logs are written nowhere any more says so") {
    answers["GET /?logging"] = reply("<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix>a"
                                     "</TargetPrefix></LoggingEnabled></BucketLoggingStatus>");
    auto bucket = run(Bucket::objects(session).get("photos"));
    REQUIRE(bucket.LoggingEnabled.has_value());
    answers["PUT /?tagging"] = answers["PUT /?versioning"] = answers["PUT /?logging"] = status(200);
    bucket.LoggingEnabled = null;
    transport->forget();
    run(bucket.save());
    REQUIRE(lines()[3] == "PUT /?logging");
    const std::string body(transport->requests()[3].body());
    CHECK_THAT(body, Contains("<BucketLoggingStatus") && !Contains("LoggingEnabled"));
}

TEST_CASE_METHOD(S3, "a bucket that was made and not set up is gone on with") {
    answers["PUT /"] = status(200);
    answers["PUT /?tagging"] = error(403, "AccessDenied");
    answers["PUT /?versioning"] = status(200);
    Bucket bucket{.Name = "logs"};
    bucket.Tags["Team"] = "pay";
    bucket.VersioningStatus = "Enabled";
    detail::ModelAccess::came_from_aws(bucket.state_, session.state(), 0);  // of a session that is not the default one
    detail::ModelAccess::left_aws(bucket.state_);
    CHECK_THROWS_WITH(run(bucket.save()), Contains("AccessDenied") && Contains("the Bucket was created") &&
                                              Contains("PutBucketTagging"));
    CHECK(bucket.state_.from_aws());
    CHECK(bucket.Tags.get("Team") == "pay");
    answers["PUT /?tagging"] = status(200);
    transport->forget();
    run(bucket.save());
    CHECK(lines()[0] == "HEAD /");
    CHECK(lines()[1] == "PUT /?tagging");
    CHECK(lines()[2] == "PUT /?versioning");

    Bucket unread{.Name = "logs"};
    unread.state_ = bucket.state_;
    detail::ModelAccess::left_aws(unread.state_);
    answers["HEAD /"] = error(403, "AccessDenied");
    CHECK_THROWS_WITH(run(unread.save()), Contains("it was created, and cannot be read"));
    CHECK(unread.state_.from_aws());

    Bucket refused{.Name = "logs"};
    refused.state_ = bucket.state_;
    detail::ModelAccess::left_aws(refused.state_);
    answers["PUT /"] = error(409, "BucketAlreadyExists");
    CHECK_THROWS_AS(run(refused.save()), ServiceError);
    CHECK_FALSE(refused.state_.from_aws());
}

TEST_CASE_METHOD(S3, "what is saved is what the bucket has") {
    auto bucket = run(Bucket::objects(session).get("logs"));
    transport->forget();
    answers["PUT /?tagging"] = answers["PUT /?versioning"] = status(200);
    bucket.VersioningStatus = "Suspended";
    run(bucket.save());
    const auto sent = lines();
    CHECK(sent[0] == "HEAD /");
    CHECK(sent[1] == "PUT /?tagging");
    CHECK(sent[2] == "PUT /?versioning");
    CHECK(sent.size() == 9);
}

TEST_CASE_METHOD(S3, "a bucket without rules has an empty list of them, and one without a policy has none") {
    answers["GET /?lifecycle"] = error(404, "NoSuchLifecycleConfiguration");
    answers["GET /?policy"] = error(404, "NoSuchBucketPolicy");
    const auto bucket = run(Bucket::objects(session).get("logs"));
    CHECK(run(bucket.get_lifecycle()).empty());
    CHECK_THROWS_AS(run(bucket.get_policy()), DoesNotExist);
    answers["GET /?policy"] = reply("{\"Version\":\"2012-10-17\"}");
    CHECK(run(bucket.get_policy()) == "{\"Version\":\"2012-10-17\"}");
}

TEST_CASE_METHOD(S3, "a bucket and an object are waited for, by what their heads say alone") {
    constexpr botocraft::WaitOptions once{.max_attempts = 1};
    answers["HEAD /a"] = status(200);
    const Bucket bucket = run(Bucket::objects(session).get("logs"));
    const Object object = run(Object::objects(session).get("logs", "a"));
    transport->forget();
    run(bucket.wait_until_exists(once));
    run(object.wait_until_exists(once));
    CHECK(transport->requests().size() == 2);
    CHECK_THROWS_AS(run(bucket.wait_until_gone(once)), botocraft::TimeoutError);
    CHECK_THROWS_AS(run(object.wait_until_gone(once)), botocraft::TimeoutError);
    answers["HEAD /"] = answers["HEAD /a"] = status(404);
    run(bucket.wait_until_gone(once));
    run(object.wait_until_gone(once));
    CHECK_THROWS_AS(run(bucket.wait_until_exists(once)), botocraft::TimeoutError);
    CHECK_THROWS_AS(run(object.wait_until_exists(once)), botocraft::TimeoutError);
    CHECK_THROWS_WITH(run(Object{.Key = "a"}.wait_until_exists()), Contains("MissingKey") && Contains("`Bucket`"));
}

// --- objects ------------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(S3, "an object is what the head of the reply tells") {
    answers["HEAD /a"] = status(200, "", {{"Content-Length", "5"}, {"ETag", "\"e\""}, {"x-amz-meta-owner", "me"}});
    const auto object = run(Object::objects(session).get("logs", "a"));
    CHECK(object.BucketName == "logs");
    CHECK(object.Key == "a");
    CHECK(object.Size == 5);
    CHECK(object.ETag == "\"e\"");
    CHECK(object.Metadata.at("owner") == "me");
    answers["HEAD /b"] = status(404);
    CHECK_THROWS_AS(run(Object::objects(session).get("logs", "b")), DoesNotExist);
}

TEST_CASE_METHOD(S3, "names with any characters are listed") {
    const std::string target = "GET /?list-type=2&encoding-type=url";
    answers[target] = reply("<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>a%01b+c%2Bd</Key></Contents>"
                            "</ListBucketResult>");
    auto objects = run(Object::objects(session).list("logs").all());
    INFO(lines().back());
    REQUIRE(objects.size() == 1);
    CHECK(objects[0].Key == "a\x01" "b c+d");
    CHECK(objects[0].BucketName == "logs");
    answers[target] = reply("<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>a%FF</Key></Contents></ListBucketResult>");
    CHECK_THROWS_AS(run(Object::objects(session).list("logs").all()), ProtocolError);
    // Servers that do not encode say so.
    answers[target] = reply("<ListBucketResult><Contents><Key>a%01b+c</Key></Contents></ListBucketResult>");
    objects = run(Object::objects(session).list("logs").all());
    CHECK(objects[0].Key == "a%01b+c");
}

TEST_CASE_METHOD(S3, "the next page of versions begins with the name, not with its encoding") {
    answers["GET /?versions&encoding-type=url"] =
        reply("<ListVersionsResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextKeyMarker>a%20b"
              "</NextKeyMarker><NextVersionIdMarker>v1</NextVersionIdMarker><Version><Key>a+b</Key></Version></ListVersionsResult>");
    answers["GET /?versions&encoding-type=url&key-marker=a%20b&version-id-marker=v1"] =
        reply("<ListVersionsResult><IsTruncated>false</IsTruncated></ListVersionsResult>");
    const auto versions = run(Object::objects(session).get_versions("logs").all());
    INFO(lines().back());
    REQUIRE(versions.size() == 1);
    CHECK(versions[0].Key == "a b");
}

TEST_CASE_METHOD(S3, "an object that was got is not saved without its body") {
    answers["HEAD /a"] = status(200, "", {{"Content-Length", "5"}, {"Content-Type", "text/plain"}});
    answers["PUT /a"] = status(200, "", {{"ETag", "\"n\""}});
    auto object = run(Object::objects(session).get("logs", "a"));
    try {
        run(object.save());
        FAIL("an empty object would have taken its place");
    } catch (const UsageError& usage) {
        CHECK_THAT(usage.what(), Contains("Body"));
    }
    object.Body = blob{std::byte{'x'}};
    run(object.save());
    CHECK(object.ETag == "\"n\"");
    CHECK(object.Key == "a");
}

TEST_CASE_METHOD(S3, "an object is saved with its tags, and what was known of the one before is forgotten") {
    answers["HEAD /a"] = status(200, "", {{"Content-Length", "5"},
                                         {"Content-Type", "text/plain"},
                                         {"Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT"},
                                         {"x-amz-checksum-crc32", "AAAAAA=="},
                                         {"x-amz-meta-owner", "me"}});
    answers["PUT /a"] = status(200, "", {{"ETag", "\"n\""}, {"x-amz-checksum-sha1", "BBBB"}});
    auto object = run(Object::objects(session).get("logs", "a"));
    object.Tags = {{.Key = "Team", .Value = "pay & play"}, {.Key = "b", .Value = "c"}};
    object.Body = blob{std::byte{'x'}, std::byte{'y'}};
    run(object.save());
    CHECK(transport->last().header("x-amz-tagging") == "Team=pay%20%26%20play&b=c");
    CHECK(transport->last().header("content-type") == "text/plain");
    CHECK(transport->last().header("x-amz-meta-owner") == "me");
    CHECK(object.Size == 2);
    CHECK(object.TagCount == 2);
    CHECK(object.ETag == "\"n\"");
    CHECK(object.ChecksumSHA1 == "BBBB");
    CHECK_FALSE(object.ChecksumCRC32);
    CHECK_FALSE(object.LastModified);
    CHECK(object.ContentType == "text/plain");
    run(object.save());
    CHECK(transport->last().header("x-amz-tagging") == "Team=pay%20%26%20play&b=c");

    Object made{.Key = "a", .BucketName = "logs"};
    made.Tags = {{.Key = "Team", .Value = "pay"}};
    run(Object::objects(session).create(made));
    CHECK(transport->last().header("x-amz-tagging") == "Team=pay");
    const Object bare{.Key = "a", .BucketName = "logs"};
    run(Object::objects(session).create(bare));
    CHECK(transport->last().header("x-amz-tagging").empty());

    answers["PUT /a"] = error(403, "AccessDenied");
    CHECK_THROWS_AS(run(object.save()), ServiceError);
    CHECK(object.ETag == "\"n\"");
    CHECK(object.Size == 2);
}

TEST_CASE_METHOD(S3, "the tags of a version are asked for by its id") {
    answers["HEAD /a?versionId=v1"] = status(200, "", {{"Content-Type", "text/plain"}, {"x-amz-version-id", "v1"},
                                                         {"x-amz-tagging-count", "1"}});
    answers["GET /a?tagging&versionId=v1"] = answers["GET /?tagging"];
    answers["PUT /a"] = status(200);
    auto object = run(Object::objects(session).get("logs", "a", {.VersionId = "v1"}));
    object.Body = blob{std::byte{'x'}};
    run(object.save());
    CHECK(transport->last().header("x-amz-tagging") == "Team=pay");
}

TEST_CASE_METHOD(S3, "tags of which only the number is known are asked for before the object is replaced") {
    answers["HEAD /a"] = status(200, "", {{"Content-Type", "text/plain"}, {"x-amz-tagging-count", "1"}});
    answers["GET /a?tagging"] = answers["GET /?tagging"];
    answers["PUT /a"] = status(200);
    auto object = run(Object::objects(session).get("logs", "a"));
    object.Body = blob{std::byte{'x'}};
    run(object.save());
    CHECK(transport->last().header("x-amz-tagging") == "Team=pay");
    object = run(Object::objects(session).get("logs", "a"));
    object.Body = blob{std::byte{'x'}};
    object.Tags = list<s3::Tag>(std::vector<s3::Tag>{});  // none, where nothing said would be those that are there
    transport->forget();
    run(object.save());
    CHECK(transport->last().header("x-amz-tagging").empty());
}

TEST_CASE_METHOD(S3, "an object of a list lacks too much to be saved") {
    answers["GET /?list-type=2&encoding-type=url"] = reply("<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>");
    auto objects = run(Object::objects(session).list("logs").all());
    REQUIRE(objects.size() == 1);
    objects[0].Body = blob{std::byte{'x'}};
    transport->forget();
    try {
        run(objects[0].save());
        FAIL("its metadata would have gone");
    } catch (const UsageError& usage) {
        CHECK_THAT(usage.what(), Contains("ContentType"));
    }
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(S3, "an object that is a version is read as that, but removed as the newest") {
    answers["HEAD /a?versionId=v1"] = status(200, "", {{"Content-Type", "text/plain"}, {"x-amz-version-id", "v1"}});
    answers["GET /a?versionId=v1"] = object_answer("one");
    answers["GET /a?versionId=v2"] = object_answer("two");
    answers["DELETE /a"] = status(204);
    auto object = run(Object::objects(session).get("logs", "a", {.VersionId = "v1"}));
    CHECK(text_of(run(object.contents())) == "one");
    std::string text;
    run(object.download(Sink::into(text)));
    CHECK(text == "one");
    run(object.download(Sink::into(text), {.VersionId = "v2"}));
    CHECK(text == "two");
    run(object.remove());
    CHECK(lines().back() == "DELETE /a");
}

TEST_CASE_METHOD(S3, "an expiry that is no date is nobody's mistake, and another time that is none is one") {
    answers["HEAD /a"] = status(200, "", {{"Content-Length", "5"}, {"Expires", "never"}});
    const auto object = run(Object::objects(session).get("logs", "a"));
    CHECK_FALSE(object.Expires);
    CHECK(object.Size == 5);
    answers["HEAD /a"] = status(200, "", {{"Last-Modified", "never"}});
    CHECK_THROWS_AS(run(Object::objects(session).get("logs", "a")), ProtocolError);
}

TEST_CASE_METHOD(S3, "a copy that ends as an error or as nothing is made again") {
    const std::string copied = "\n <?xml version=\"1.0\"?>\n<CopyObjectResult><ETag>\"e\"</ETag></CopyObjectResult>";
    for (const std::string& broken : {std::string(" \n \n"), std::string(),
                                      std::string("<Error><Code>InternalError</Code><Message>again</Message></Error>")}) {
        INFO(broken);
        transport->forget();
        transport->once("", reply(broken));
        answers["PUT /a"] = reply(copied);
        CHECK(run(Object::objects(session).copy("logs", "a", "from/b")).CopyObjectResult->ETag == "\"e\"");
        CHECK(transport->requests().size() == 2);
        answers["PUT /a"] = reply(broken);
        CHECK_THROWS_AS(run(Object::objects(session).copy("logs", "a", "from/b")), Error);
    }
}

TEST_CASE_METHOD(S3, "an error that nobody declared is kept whole, also in a reply that began as a success") {
    const std::string unknown = "<Error><Code>BrandNew</Code><Message>m</Message><Why>" + std::string(1000, 'x') + "</Why></Error>";
    options.max_attempts = 1;
    session = Session(options);
    answers["POST /?delete"] = reply(unknown);
    const std::vector<s3::ObjectIdentifier> keys(1);
    try {
        run(Object::objects(session).delete_many("logs", keys));
        FAIL("no error");
    } catch (const ServiceError& error) {
        CHECK(error.code() == "BrandNew");
        CHECK(error.details().body == unknown);
    }
}

TEST_CASE_METHOD(S3, "what is put or deleted is sent again, also where nobody knows whether it was done") {
    answers["PUT /a"] = answers["DELETE /a"] = status(200);
    transport->once("", fake::broken(http::Phase::receive, true));
    run(Object::objects(session).put("logs", "a", Source::of(std::string("hello"))));
    CHECK(transport->requests().size() == 2);
    transport->once("", fake::broken(http::Phase::receive, true));
    run(Object::objects(session).remove("logs", "a"));
    CHECK(transport->requests().size() == 4);
    transport->once("", fake::broken(http::Phase::receive, true));
    const std::vector<s3::ObjectIdentifier> keys(1);
    CHECK_THROWS_AS(run(Object::objects(session).delete_many("logs", keys)), ConnectionError);
}

TEST_CASE_METHOD(S3, "many objects are deleted in requests of a thousand") {
    answers["POST /?delete"] = reply("<DeleteResult><Deleted><Key>a</Key></Deleted></DeleteResult>");
    std::vector<s3::ObjectIdentifier> keys(1001);
    for (std::size_t i = 0; i < keys.size(); ++i) keys[i].Key = "k" + std::to_string(i);
    const auto done = run(Object::objects(session).delete_many("logs", keys));
    CHECK(transport->requests().size() == 2);
    CHECK(done.Deleted.size() == 2);
    CHECK_THAT(std::string(transport->last().body()), Contains("<Key>k1000</Key>"));
}

TEST_CASE_METHOD(S3, "the attributes that are wanted are a list in a header") {
    answers["GET /a?attributes"] = reply("<GetObjectAttributesResponse><ObjectSize>3</ObjectSize></GetObjectAttributesResponse>");
    const std::vector<std::string> wanted{"ETag", "ObjectSize"};
    CHECK(run(Object::objects(session).get_attributes("logs", "a", wanted)).ObjectSize == 3);
    CHECK(transport->last().header("x-amz-object-attributes") == "ETag, ObjectSize");
}

TEST_CASE_METHOD(S3, "an object is renamed where it lies, by the path of the one that it was") {
    answers["PUT /new?renameObject"] = reply("");
    run(Object::objects(session).rename("logs", "new", "/old", {.DestinationIfNoneMatch = "*"}));
    const fake::Request& sent = transport->last();
    CHECK(sent.header("x-amz-rename-source") == "/old");
    CHECK(sent.header("if-none-match") == "*");
    CHECK_FALSE(sent.header("x-amz-client-token").empty());  // so that it is not done twice where it is sent twice
    CHECK(sent.body().empty());
    answers["PUT /new?renameObject"] = error(404, "NoSuchKey");
    CHECK_THROWS_AS(run(Object::objects(session).rename("logs", "new", "/old")), DoesNotExist);
}

TEST_CASE_METHOD(S3, "until when an object is held is told, or that it is not") {
    answers["GET /a?retention&versionId=v1"] =
        reply("<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2030-01-02T03:04:05.000Z</RetainUntilDate></Retention>");
    const auto held = run(Object::objects(session).get_retention("logs", "a", {.VersionId = "v1"}));
    CHECK(held.Mode == "GOVERNANCE");
    CHECK(held.RetainUntilDate == timestamp{std::chrono::seconds(1893553445)});
    answers["GET /a?retention"] = error(404, "NoSuchObjectLockConfiguration");
    CHECK_THROWS_AS(run(Object::objects(session).get_retention("logs", "a")), DoesNotExist);
}

TEST_CASE("what is copied is named in a header") {
    CHECK(s3::copy_source("from", "a b/c+d.txt") == "from/a%20b/c%2Bd.txt");
    CHECK(s3::copy_source("from", "k", "v=1") == "from/k?versionId=v%3D1");
}

// --- regions ------------------------------------------------------------------------------------------------------------

TEST_CASE_METHOD(S3, "a bucket of another region is called there, and later at once") {
    const std::pair<std::string, std::string> elsewhere{"x-amz-bucket-region", "eu-west-1"};
    transport->on("", [&](const fake::Request& request) {
        if (request.origin.host.find("eu-west-1") != std::string::npos) return status(200, "", {{"Content-Length", "5"}});
        return status(301, "", {elsewhere});
    });
    const auto object = run(Object::objects(session).get("logs", "a"));
    CHECK(object.Size == 5);
    REQUIRE(transport->requests().size() == 2);
    CHECK(transport->last().region() == "eu-west-1");
    run(Object::objects(session).get("logs", "b"));
    CHECK(transport->requests().size() == 3);
    CHECK(sleeper->slept.empty());
    CHECK(session.statistics().resent == 0);  // no connection was to blame
    CHECK(session.statistics().retries == 1);
    // Another bucket is looked for at home.
    run(Object::objects(session).get("other", "b"));
    CHECK(transport->requests().size() == 5);
}

TEST_CASE_METHOD(S3, "a bucket of another region is called with FIPS there as at home") {
    transport->on("", [&](const fake::Request& request) {
        if (request.region() == "us-west-2") return status(200, "", {{"Content-Length", "5"}});
        return status(301, "", {{"x-amz-bucket-region", "us-west-2"}});
    });
    const Session fips = session.with_region("fips-us-east-1");
    for (int i = 0; i < 2; ++i) {
        run(Object::objects(fips).get("logs", "a"));
        CHECK(transport->last().region() == "us-west-2");
        CHECK_THAT(transport->last().origin.host, Contains("s3-fips"));
    }
    CHECK(transport->requests().size() == 3);
}

TEST_CASE_METHOD(S3, "the region may be said in the error alone") {
    transport->on("", [&](const fake::Request& request) {
        if (request.origin.host.find("eu-west-1") != std::string::npos) return status(200, "<Tagging><TagSet/></Tagging>");
        return status(400, "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>");
    });
    CHECK(run(Bucket::objects(session).get_tags("logs")).empty());
    CHECK(transport->requests().size() == 2);
}

TEST_CASE_METHOD(S3, "a bucket that is made anew is made at home, wherever it was") {
    transport->on("", [&](const fake::Request& request) {
        const bool there = request.origin.host.find("eu-west-1") != std::string::npos;
        if (there || line_of(request) == "PUT /") return status(200, "", {{"Content-Length", "5"}});
        return status(301, "", {{"x-amz-bucket-region", "eu-west-1"}});
    });
    const s3::Client client(session);
    run(client.head_object({.Bucket = "logs", .Key = "a"}));
    run(client.head_object({.Bucket = "logs", .Key = "a"}));
    REQUIRE(transport->requests().size() == 3);
    run(client.create_bucket({.Bucket = "logs"}));
    CHECK(transport->last().region() == "us-east-1");
}

TEST_CASE_METHOD(S3, "buckets of one region share its session") {
    const auto elsewhere = [&] {
        return std::make_shared<const detail::SessionState>(session.state()->core(), "eu-west-1");
    };
    detail::OtherRegions regions;
    CHECK_FALSE(regions.session_of("eu-west-1"));
    const auto first = elsewhere();
    regions.put("a", first);
    regions.put("b", elsewhere());
    CHECK(regions.find("a") == first);
    CHECK(regions.find("b") == first);
    CHECK(regions.session_of("eu-west-1") == first);
    CHECK_FALSE(regions.find("c"));
}

TEST_CASE_METHOD(S3, "who is sent in a circle stops") {
    transport->on("", [&](const fake::Request& request) {
        const bool there = request.origin.host.find("eu-west-1") != std::string::npos;
        return status(301, "", {{"x-amz-bucket-region", there ? "us-east-1" : "eu-west-1"}});
    });
    CHECK_THROWS_AS(run(Object::objects(session).get("logs", "a")), ServiceError);
    CHECK(transport->requests().size() == 2);
}

TEST_CASE_METHOD(S3, "a body follows its request to another region") {
    transport->on("", [&](const fake::Request& request) {
        if (request.origin.host.find("eu-west-1") != std::string::npos) return status(200);
        return status(307, "<Error><Code>TemporaryRedirect</Code></Error>", {{"x-amz-bucket-region", "eu-west-1"}});
    });
    run(Object::objects(session).put("logs", "a", Source::of(std::string("hello"))));
    REQUIRE(transport->requests().size() == 2);
    CHECK_THAT(std::string(transport->last().body()), Contains("hello"));
}

TEST_CASE_METHOD(S3, "a body that cannot follow leaves its trace for the next one") {
    transport->on("", [&](const fake::Request& request) {
        if (request.origin.host.find("eu-west-1") != std::string::npos) return status(200);
        return status(307, "<Error><Code>TemporaryRedirect</Code></Error>", {{"x-amz-bucket-region", "eu-west-1"}});
    });
    try {
        run(Object::objects(session).put("logs", "a", Source(std::make_shared<OnceReader>(), 3)));
        FAIL("it cannot be sent again");
    } catch (const ServiceError& error) {
        CHECK_THAT(error.what(), Contains("cannot go back"));
    }
    CHECK(transport->requests().size() == 1);
    run(Object::objects(session).put("logs", "a", Source(std::make_shared<OnceReader>(), 3)));
    CHECK(transport->requests().size() == 2);
}

TEST_CASE_METHOD(S3, "buckets are in the path where the session says so") {
    options.endpoints.s3.addressing_style = AddressingStyle::path;
    answers["HEAD /logs/a"] = status(200, "", {{"Content-Length", "5"}});
    CHECK(run(Object::objects(Session(options)).get("logs", "a")).Size == 5);
    CHECK(transport->last().origin.host == "s3.us-east-1.amazonaws.com");
}
