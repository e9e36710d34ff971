// Models that the double keeps by their tables alone, with no code of their own.

#include "support/await.hpp"
#include "catch.hpp"

#include <botocraft/application_autoscaling/scalable_target.hpp>
#include <botocraft/credentials.hpp>
#include <botocraft/ecs.hpp>
#include <botocraft/error.hpp>
#include <botocraft/testing/aws_double.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ecs = botocraft::ecs;
using botocraft::Session;
using botocraft::testing::AwsDouble;
using ecs::Daemon;
using ecs::DaemonTaskDefinition;
using ecs::ExpressGatewayService;

namespace {

const std::string arn = "arn:aws:ecs:us-east-1:123456789012:";

using botocraft::test::await;

botocraft::testing::DoubleOptions with_scaling() {
    botocraft::testing::DoubleOptions options;
    options.services.push_back(&botocraft::application_autoscaling::tables::service);
    return options;
}

struct Kept {
    AwsDouble aws{with_scaling()};
    Session session{options()};

    [[nodiscard]] botocraft::SessionOptions options(std::string region = "us-east-1") const {
        botocraft::SessionOptions made;
        made.region = std::move(region);
        made.endpoint_url = aws.endpoint_url();
        made.credentials = botocraft::static_credentials(aws.credentials());
        return made;
    }

    Daemon make_daemon(const std::string& name, const std::string& cluster = arn + "cluster/prod") {
        Daemon daemon;
        daemon.daemonName = name;
        daemon.clusterArn = cluster;
        daemon.daemonTaskDefinitionArn = arn + "daemon-task-definition/agent:1";
        daemon.capacityProviderArns = {arn + "capacity-provider/machines"};
        daemon.tags = {{.key = "Team", .value = "platform"}};
        return await(Daemon::objects(session).create(daemon));
    }

    // Page by page, each of at most two.
    static botocraft::awaitable<std::string> names_of_pages(botocraft::Query<Daemon> query) {
        std::string names;
        while (auto page = co_await query.next_page()) {
            CHECK(page.size() <= 2);
            for (const Daemon& daemon : page) names.append(*daemon.daemon_name()).append(" ");
        }
        co_return names;
    }

    ExpressGatewayService make_gateway(const std::string& name) {
        ExpressGatewayService gateway;
        gateway.serviceName = name;
        gateway.infrastructureRoleArn = "arn:aws:iam::123456789012:role/gateway";
        gateway.tags = {{.key = "Team", .value = "web"}};
        return await(ExpressGatewayService::objects(session).create(gateway));
    }
};

}  // namespace

TEST_CASE_METHOD(Kept, "a daemon is created, read, changed and deleted") {
    Daemon daemon = make_daemon("agent");
    CHECK(daemon.daemonArn == arn + "daemon/agent");
    CHECK(daemon.daemon_name() == "agent");
    CHECK(daemon.status == "ACTIVE");
    CHECK(daemon.createdAt.has_value());
    CHECK_FALSE(daemon.updatedAt.has_value());

    CHECK(await(Daemon::objects(session).get(*daemon.daemonArn)).daemonArn == daemon.daemonArn);
    daemon.daemonTaskDefinitionArn = arn + "daemon-task-definition/agent:2";
    daemon.capacityProviderArns = {arn + "capacity-provider/machines"};
    await(daemon.save());
    CHECK(aws.requests("UpdateDaemon") == 1);
    CHECK(daemon.updatedAt.has_value());
    CHECK(await(Daemon::objects(session).list().count()) == 1);

    const std::string gone = *daemon.daemonArn;
    await(daemon.remove());
    CHECK_THROWS_AS(await(Daemon::objects(session).get(gone)), botocraft::DoesNotExist);
    CHECK_FALSE(await(Daemon::objects(session).get_or_none(gone)));
    CHECK_FALSE(await(Daemon::objects(session).list().exists()));
    CHECK_THROWS_AS(await(Daemon::objects(session).remove(gone)), botocraft::DoesNotExist);
}

TEST_CASE_METHOD(Kept, "daemons are listed page by page, and only those that are asked for") {
    for (int i = 0; i < 7; ++i) make_daemon("agent-" + std::to_string(i));
    make_daemon("other", arn + "cluster/test");
    aws.clear_record();
    const auto query = Daemon::objects(session).list({.clusterArn = "prod"}).page_size(2);
    CHECK(await(names_of_pages(query)) == "agent-0 agent-1 agent-2 agent-3 agent-4 agent-5 agent-6 ");
    CHECK(aws.requests("ListDaemons") == 4);
    CHECK(await(Daemon::objects(session).list().count()) == 8);
    CHECK(await(Daemon::objects(Session(options("eu-west-1"))).list().count()) == 0);
}

TEST_CASE_METHOD(Kept, "many daemons are read by their ARNs, at most ten at once, without those that are not there") {
    std::vector<std::string> arns;
    for (int i = 0; i < 120; ++i) arns.push_back(*make_daemon("agent-" + std::to_string(i)).daemonArn);
    std::ranges::reverse(arns);
    arns.insert(arns.begin() + 1, arn + "daemon/gone");
    const std::uint64_t before = aws.requests("DescribeDaemon");
    const auto daemons = await(Daemon::objects(session).get_many(arns));
    REQUIRE(daemons.size() == 120);
    CHECK(daemons.front().daemon_name() == "agent-119");
    CHECK(daemons.back().daemon_name() == "agent-0");
    CHECK(aws.requests("DescribeDaemon") - before == 121);
    CHECK(aws.counters().most_in_flight > 1);
    CHECK(aws.counters().most_in_flight <= 10);

    aws.fail("DescribeDaemon", botocraft::testing::Fault::error("AccessDeniedException", "No.").times(1));
    CHECK_THROWS_AS(await(Daemon::objects(session).get_many(arns)), ecs::AccessDeniedException);
    CHECK(await(Daemon::objects(session).get_many(std::vector<std::string>())).empty());
}

TEST_CASE_METHOD(Kept, "what nobody creates is put: deployments and revisions of daemons") {
    const Daemon daemon = make_daemon("agent");
    std::vector<std::string> revisions;
    for (int i = 0; i < 5; ++i) {
        ecs::DaemonRevision revision;
        revision.daemonRevisionArn = arn + "daemon-revision/prod/agent/" + std::to_string(i);
        revision.daemonArn = daemon.daemonArn;
        revision.clusterArn = daemon.clusterArn;
        aws.put("us-east-1", revision);
        revisions.push_back(*revision.daemonRevisionArn);
        ecs::DaemonDeployment deployment;
        deployment.daemonDeploymentArn = arn + "daemon-deployment/prod/agent/" + std::to_string(i);
        deployment.daemonArn = daemon.daemonArn;
        deployment.targetDaemonRevisionArn = revision.daemonRevisionArn;
        deployment.status = i == 4 ? "IN_PROGRESS" : "SUCCESSFUL";
        aws.put("us-east-1", deployment);
        aws.put("us-east-1", deployment);
    }
    auto deployments = ecs::DaemonDeployment::objects(session).list(*daemon.daemonArn);
    CHECK(await(deployments.page_size(2).count()) == 5);
    const std::vector<std::string> wanted{"IN_PROGRESS"};
    const auto running =
        await(ecs::DaemonDeployment::objects(session).list(*daemon.daemonArn, {.status = wanted}).all());
    REQUIRE(running.size() == 1);
    const auto revision = await(running.front().target_revision());
    CHECK(revision->daemonRevisionArn == revisions.back());
    CHECK(await(revision->daemon())->daemonArn == daemon.daemonArn);
    CHECK(await(ecs::DaemonRevision::objects(session).get_many(revisions)).size() == 5);
    CHECK_THROWS_AS(await(ecs::DaemonRevision::objects(session).get("gone")), botocraft::DoesNotExist);
    CHECK_FALSE(await(ecs::DaemonDeployment::objects(session).list("no-daemon").exists()));
}

TEST_CASE_METHOD(Kept, "each registration of a daemon's task definition is a revision") {
    DaemonTaskDefinition definition;
    definition.family = "agent";
    definition.containerDefinitions.push_back({.name = "agent", .image = "agent:1"});
    for (int i = 1; i <= 5; ++i) {
        const DaemonTaskDefinition made = await(DaemonTaskDefinition::objects(session).create(definition));
        CHECK(made.revision == i);
        CHECK(made.containerDefinitions.size() == 1);
        CHECK(made.daemonTaskDefinitionArn ==
              arn + "daemon-task-definition/agent:" + std::to_string(i));
    }
    auto query = DaemonTaskDefinition::objects(session).list({.family = "agent"}).page_size(2);
    CHECK(await(query.count()) == 5);
    CHECK(aws.requests("ListDaemonTaskDefinitions") == 3);
    const std::vector<std::string> names{"agent:2", "agent:9", "agent:1"};
    const auto some = await(DaemonTaskDefinition::objects(session).get_many(names));
    REQUIRE(some.size() == 2);
    CHECK(some.front().revision == 2);
    DaemonTaskDefinition last = await(DaemonTaskDefinition::objects(session).get("agent:5"));
    await(last.remove());
    CHECK(await(DaemonTaskDefinition::objects(session).list().count()) == 4);
    CHECK_THROWS_AS(await(DaemonTaskDefinition::objects(session).get("agent:5")), botocraft::DoesNotExist);
}

TEST_CASE_METHOD(Kept, "a gateway service is created, listed, tagged, changed and deleted") {
    ExpressGatewayService gateway = make_gateway("web");
    for (int i = 0; i < 4; ++i) make_gateway("more-" + std::to_string(i));
    CHECK(gateway.serviceArn == arn + "express-gateway-service/web");
    CHECK(gateway.infrastructureRoleArn == "arn:aws:iam::123456789012:role/gateway");
    CHECK(gateway.tags.size() == 1);
    auto query = ExpressGatewayService::objects(session).list("any").page_size(2);
    CHECK(await(query.count()) == 5);
    CHECK(aws.requests("ListServicesByNamespace") == 3);

    gateway.cpu = "512";
    await(gateway.save());
    CHECK(aws.requests("UpdateExpressGatewayService") == 1);
    CHECK(gateway.updatedAt.has_value());
    await(gateway.remove());
    CHECK(await(ExpressGatewayService::objects(session).list("any").count()) == 4);
    CHECK_FALSE(await(ExpressGatewayService::objects(session).get_or_none(*gateway.serviceArn)));
    CHECK_THROWS_AS(make_gateway("more-1"), botocraft::ServiceError);
}

TEST_CASE_METHOD(Kept, "another service is served by its tables") {
    using botocraft::application_autoscaling::ScalableTarget;
    for (int i = 0; i < 5; ++i) {
        ScalableTarget target;
        target.ServiceNamespace = "ecs";
        target.ResourceId = "service/prod/web-" + std::to_string(i);
        target.ScalableDimension = "ecs:service:DesiredCount";
        target.MinCapacity = 1;
        target.MaxCapacity = 4;
        const ScalableTarget made = await(ScalableTarget::objects(session).create(target));
        CHECK(made.MaxCapacity == 4);
        CHECK(made.ResourceId == target.ResourceId);
    }
    auto query = ScalableTarget::objects(session).list("ecs").page_size(2);
    CHECK(await(query.count()) == 5);
    const std::string dimension = "ecs:service:DesiredCount";
    const auto targets = ScalableTarget::objects(session);
    ScalableTarget target = await(targets.get("ecs", "service/prod/web-3", dimension));
    target.MaxCapacity = 9;
    await(target.save());
    CHECK(await(ScalableTarget::objects(session).list("ecs").count()) == 5);
    CHECK(target.MaxCapacity == 9);
    await(target.remove());
    CHECK(await(ScalableTarget::objects(session).list("ecs").count()) == 4);
    CHECK_FALSE(await(targets.get_or_none("ecs", "service/prod/web-3", dimension)));
}
