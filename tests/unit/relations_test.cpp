// Relations to other services, and the forms of calls that they need.

#include "support/world.hpp"

#include <botocraft/application_autoscaling.hpp>
#include <botocraft/ecr.hpp>
#include <botocraft/ecs.hpp>
#include <botocraft/error.hpp>
#include <botocraft/large.hpp>
#include <botocraft/regions.hpp>
#include <botocraft/small.hpp>

#include "catch.hpp"

#include <string>
#include <vector>

using namespace botocraft;
using application_autoscaling::ScalableTarget;
using ecr::ECRImage;

namespace {

struct Relations : fake::World {
    [[nodiscard]] fake::json::value sent() const { return transport->last().json(); }
    [[nodiscard]] static fake::json::value json(std::string_view text) {
        return fake::json::parse({text.data(), text.size()});
    }

    // What AWS returned, so that it knows its session.
    ecs::Service service() {
        transport->on("DescribeServices", fake::Answer{.body = R"({"services": [{
            "serviceName": "web", "clusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/prod"}]})"});
        return run(ecs::Service::objects(session).get("web", {.cluster = "prod"}));
    }
};

struct LargeRelations : Relations {
    LargeRelations() {
        options.endpoint_url = "http://large.example";
        session = Session(options);
    }
    std::vector<std::string> names(const list<large::Depot>& depots) {
        std::vector<std::string> out;
        for (const large::Depot& depot : depots) out.push_back(*depot.depotName);
        return out;
    }
};

}  // namespace

TEST_CASE_METHOD(Relations, "a relation asks another service with the session of the model") {
    transport->on("DescribeScalableTargets", fake::Answer{.body = R"({"ScalableTargets": [
        {"ServiceNamespace": "ecs", "ResourceId": "service/prod/web", "MinCapacity": 1, "MaxCapacity": 4}]})"});
    const ecs::Service web = service();
    const list<ScalableTarget> targets = run(web.scalable_targets().all());
    CHECK(transport->last().header("x-amz-target") == "AnyScaleFrontendService.DescribeScalableTargets");
    CHECK(transport->last().origin.host == "application-autoscaling.us-east-1.amazonaws.com");
    CHECK(sent() == json(R"({"ServiceNamespace": "ecs", "ResourceIds": ["service/prod/web"]})"));
    REQUIRE(targets.size() == 1);
    CHECK(targets[0].MaxCapacity == 4);
    run(web.scalable_targets().using_session(session.with_region("eu-west-1")).all());
    CHECK(transport->last().origin.host == "application-autoscaling.eu-west-1.amazonaws.com");
    run(across(in_regions(session, std::vector<std::string>{"sa-east-1"}), web.scalable_targets()).all());
    CHECK(transport->last().origin.host == "application-autoscaling.sa-east-1.amazonaws.com");
    CHECK(targets[0].state_.from_aws());
}

TEST_CASE_METHOD(Relations, "nothing is asked where the model lacks what the relation is made of") {
    ecs::ContainerDefinition container{.name = "web"};
    CHECK_FALSE(run(container.image_object(session)));
    CHECK(transport->requests().empty());
}

TEST_CASE_METHOD(Relations, "a structure follows its relation with the session that it is given") {
    transport->on("BatchGetImage", fake::Answer{.body = R"({"images": [
        {"repositoryName": "team/web", "imageId": {"imageDigest": "sha256:1", "imageTag": "1.2"}}]})"});
    const ecs::ContainerDefinition container{.image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/web:1.2"};
    const box<ECRImage> image = run(container.image_object(session));
    CHECK(transport->last().header("x-amz-target") == "AmazonEC2ContainerRegistry_V20150921.BatchGetImage");
    CHECK(sent() == json(R"({"repositoryName": "team/web", "imageIds": [{"imageTag": "1.2"}]})"));
    REQUIRE(image);
    CHECK(image->pk() == Key({{"repositoryName", "team/web"}, {"imageDigest", "sha256:1"}}));
}

TEST_CASE_METHOD(Relations, "a relation that changes is awaited anew every time") {
    options.endpoint_url = "http://small.example";
    session = Session(options);
    transport->on("DescribeCarts", fake::Answer{.body = R"({"carts": [{"cartName": "a", "cartArn": "arn:a", "yardArn": "arn:yard/1"}]})"});
    transport->on("ListCartLabels", fake::Answer{.body = "{}"});
    transport->on("DescribeYards", fake::Answer{.body = R"({"yards": [{"yardArn": "arn:yard/1", "yardName": "1"}]})"});
    const small::Cart cart = run(small::Cart::objects(session).get("a"));
    CHECK(run(cart.yard())->yardName == "1");
    run(cart.yard());
    CHECK(transport->count("DescribeYards") == 1);
    CHECK(run(cart.yard_now())->yardName == "1");
    run(cart.yard_now());
    CHECK(transport->count("DescribeYards") == 3);
}

TEST_CASE_METHOD(Relations, "texts of one structure in a list are filled together") {
    transport->on("BatchGetImage", fake::Answer{.body = R"({"images": [], "failures": [
        {"imageId": {"imageTag": "1.2"}, "failureCode": "ImageNotFound", "failureReason": "Requested image not found"}]})"});
    const ecr::ECRImageManager images = ECRImage::objects(session);
    CHECK_FALSE(run(images.get_or_none("web", {.imageDigest = "sha256:1", .imageTag = "1.2"})));
    CHECK(sent() == json(R"({"repositoryName": "web", "imageIds": [{"imageDigest": "sha256:1", "imageTag": "1.2"}]})"));
    transport->on("BatchGetImage", fake::Answer{.body = R"({"images": [], "failures": [
        {"imageId": {"imageTag": "1.2"}, "failureCode": "KmsError", "failureReason": "the key is gone"}]})"});
    CHECK_THROWS_WITH(run(images.get_or_none("web", {.imageTag = "1.2"})), has_text("KmsError") &&
                                                                              has_text("the key is gone"));
}

TEST_CASE_METHOD(Relations, "listed structures are described as they are") {
    transport->on("ListImages", fake::Answer{.body = R"({"imageIds": [
        {"imageDigest": "sha256:1", "imageTag": "a"}, {"imageDigest": "sha256:1", "imageTag": "b"}]})"});
    transport->on("BatchGetImage", fake::Answer{.body = R"({"images": [
        {"repositoryName": "web", "imageId": {"imageDigest": "sha256:1", "imageTag": "a"}},
        {"repositoryName": "web", "imageId": {"imageDigest": "sha256:1", "imageTag": "b"}}]})"});
    const list<ECRImage> images = run(ECRImage::objects(session).list("web").all());
    CHECK(images.size() == 2);
    CHECK(sent() == json(R"({"repositoryName": "web", "imageIds": [
        {"imageDigest": "sha256:1", "imageTag": "a"}, {"imageDigest": "sha256:1", "imageTag": "b"}]})"));
}

TEST_CASE_METHOD(LargeRelations, "lists within a list are one list") {
    transport->on("DescribeDepots", fake::Answer{.body = R"({"regions": [{"regionName": "none"},
        {"depots": [{"depotName": "a"}, {"depotName": "b"}]}, {"depots": []}, {"depots": [{"depotName": "c"}]}]})"});
    const std::vector<large::DepotId> ids{{.name = "a"}};
    CHECK(names(run(large::Depot::objects(session).get_many(ids))) == std::vector<std::string>{"a", "b", "c"});
    CHECK_THROWS_AS(run(large::Depot::objects(session).get("a")), MultipleObjectsReturned);
    transport->on("DescribeDepots", fake::Answer{.body = R"({"regions": [{"depots": []}]})"});
    CHECK_THROWS_AS(run(large::Depot::objects(session).get("a")), DoesNotExist);
}

TEST_CASE_METHOD(LargeRelations, "keys that are structures are described in batches") {
    transport->on("ListDepots", fake::Answer{.body = R"({"depotIds": [{"name": "a"}, {"name": "b"}, {"name": "c"}]})"});
    transport->on("DescribeDepots", [](const fake::Request& request) {
        fake::json::array depots;
        const fake::json::object body = request.json();
        for (const auto& id : body.at("depotIds").as_array()) {
            depots.push_back(fake::json::object{{"depotName", id.at("name")}});
        }
        return fake::reply(R"({"regions": [{"depots": )" + fake::json::serialize(depots) + "}]}");
    });
    CHECK(names(run(large::Depot::objects(session).list().all())) == std::vector<std::string>{"a", "b", "c"});
    CHECK(transport->count("DescribeDepots") == 2);
}
