#include <botocraft/testing/ecs.hpp>

#include "testing/double_state.hpp"
#include "testing/ecs_region.hpp"

#include <array>
#include <cstdio>

namespace botocraft::testing {

namespace {

constexpr std::array stages{"prod", "staging", "test", "dev"};
constexpr std::array teams{"payments", "search", "identity", "catalog", "shipping", "platform", "insights", "growth"};
constexpr std::array roles{"api", "web", "worker", "scheduler", "gateway", "indexer", "mailer", "reports"};

// xorshift64*: small, and the same everywhere.
class Random {
  public:
    explicit Random(std::uint64_t seed) noexcept : state_(seed * 0x9e3779b97f4a7c15 | 1) {}
    [[nodiscard]] std::size_t below(std::size_t bound) noexcept {
        state_ ^= state_ >> 12;
        state_ ^= state_ << 25;
        state_ ^= state_ >> 27;
        return static_cast<std::size_t>((state_ * 0x2545f4914f6cdd1d) >> 33) % bound;
    }
    template <std::size_t N>
    [[nodiscard]] std::string_view one_of(const std::array<const char*, N>& words) noexcept {
        return words[below(N)];
    }

  private:
    std::uint64_t state_;
};

ecs::Tag tag(std::string_view key, std::string_view value) {
    ecs::Tag made;
    made.key = key;
    made.value = value;
    return made;
}

std::string numbered(std::string_view first, std::string_view second, std::size_t number, const char* format) {
    char digits[24];
    std::snprintf(digits, sizeof digits, format, number);
    return std::string(first).append("-").append(second).append("-").append(digits);
}

class Seeder {
  public:
    Seeder(EcsRegion& region, const EcsSeed& seed, timestamp now)
        : region_(region), seed_(seed), random_(seed.random), now_(now) {}

    void run() {
        add_task_definitions();
        for (std::size_t c = 0; c < seed_.clusters; ++c) {
            const std::string_view stage = stages[c % stages.size()];
            EcsRegion::ClusterEntry& cluster = region_.add_cluster(std::string(stage) + "-" + std::to_string(c + 1));
            cluster.model.tags = list<ecs::Tag>{tag("Stage", stage)};
            const std::size_t services =
                seed_.services * (c + 1) / seed_.clusters - seed_.services * c / seed_.clusters;
            for (std::size_t s = 0; s < services; ++s) add_service(cluster, stage, s);
        }
    }

  private:
    void add_task_definitions() {
        const std::size_t families = seed_.task_definitions ? seed_.task_definitions : seed_.services / 20 + 1;
        for (std::size_t f = 0; f < families; ++f) {
            const std::string name = numbered(random_.one_of(teams), random_.one_of(roles), f, "%zu");
            const std::size_t revisions = 1 + random_.below(3);
            for (std::size_t r = 0; r < revisions; ++r) {
                ecs::TaskDefinition& definition = region_.add_task_definition(name).model;
                ecs::ContainerDefinition& container = definition.containerDefinitions.emplace_back();
                container.name = "app";
                container.image = "registry.example.com/" + name + ":" + std::to_string(r + 1);
                container.cpu = 256;
                container.memory = 512;
                container.essential = true;
                definition.cpu = "256";
                definition.memory = "512";
                definition.networkMode = "awsvpc";
                definition.requiresCompatibilities = list<std::string>{"FARGATE"};
                definition.compatibilities = list<std::string>{"EC2", "FARGATE"};
                if (r + 1 == revisions) definitions_.push_back(&*definition.taskDefinitionArn);
            }
        }
    }

    void add_service(EcsRegion::ClusterEntry& cluster, std::string_view stage, std::size_t number) {
        EcsRegion::ServiceEntry entry{.model = {}, .counts_only = seed_.tasks_per_service == 0};
        ecs::Service& service = entry.model;
        const std::string_view team = random_.one_of(teams);
        service.serviceName = numbered(team, random_.one_of(roles), number, "%04zu");
        service.desiredCount =
            static_cast<std::int32_t>(seed_.tasks_per_service ? seed_.tasks_per_service : random_.below(9));
        // One in eight is on its way.
        const bool settled = seed_.tasks_per_service != 0 || random_.below(8) != 0 || *service.desiredCount == 0;
        service.pendingCount = settled ? 0 : 1;
        service.runningCount = *service.desiredCount - *service.pendingCount;
        service.launchType = random_.below(3) == 0 ? "EC2" : "FARGATE";
        if (service.launchType == "FARGATE") {
            service.platformVersion = "LATEST";
            service.platformFamily = "Linux";
        }
        service.taskDefinition = *definitions_[random_.below(definitions_.size())];
        service.createdAt = now_ - std::chrono::hours(1 + random_.below(24 * 365));
        service.tags = list<ecs::Tag>{tag("Team", team), tag("Stage", stage),
                                      tag("CostCenter", std::to_string(1000 + random_.below(40)))};
        EcsRegion::ServiceEntry& added = region_.add_service(cluster, std::move(entry));
        if (!added.counts_only) region_.settle(cluster, added);
    }

    EcsRegion& region_;
    const EcsSeed& seed_;
    Random random_;
    timestamp now_;
    std::vector<const std::string*> definitions_;  // ARNs of the newest revisions
};

}  // namespace

void seed_ecs(AwsDouble& aws, std::string_view region, const EcsSeed& seed) {
    AwsDouble::State& state = aws.state();
    state.change("ecs", region,
                 [&](RegionState& regional) { Seeder(static_cast<EcsRegion&>(regional), seed, state.now()).run(); });
}

}  // namespace botocraft::testing
