#include "testing/ecs_region.hpp"
#include "testing/ecs_rules.hpp"

#include <vector>

namespace botocraft::testing {

using namespace ecs_rules;

namespace {

std::vector<std::string_view> parts_of(std::string_view text) {
    std::vector<std::string_view> parts;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t slash = std::min(text.find('/', at), text.size());
        parts.push_back(text.substr(at, slash - at));
        at = slash + 1;
    }
    return parts;
}

template <class Map>
auto* value_of(Map& map, std::string_view key) {
    const auto found = map.find(key);
    return found == map.end() ? nullptr : &found->second;
}

}  // namespace

// The tags of whatever an ARN names: `service/prod/web`, `task-definition/web:1`.
Tags& EcsRegion::tags_of(std::string_view resource_arn) {
    const std::string mine = arn("");
    if (!resource_arn.starts_with(mine)) invalid("Invalid arn.");
    const std::string_view resource = resource_arn.substr(mine.size());
    const std::vector<std::string_view> parts = parts_of(resource);
    const std::string_view kind = parts.front();
    const std::string_view last = parts.back();
    if (kind == "task-definition") {
        if (TaskDefinitionEntry* const entry = find_task_definition(resource_arn)) return entry->tags;
    }
    if (kind == "capacity-provider") {
        if (ecs::CapacityProvider* const provider = find_capacity_provider(last)) return provider->tags;
    }
    ClusterEntry* const cluster = parts.size() > 1 ? find_cluster(parts[1]) : nullptr;
    if (cluster && cluster->model.status == "ACTIVE") {
        if (kind == "cluster") return cluster->model.tags;
        if (kind == "service") {
            ServiceEntry* const service = find_service(*cluster, last);
            if (service && service->model.status == "ACTIVE") return service->model.tags;
        }
        if (kind == "task") {
            if (ecs::Task* const task = value_of(cluster->tasks, last)) return task->tags;
        }
        if (kind == "container-instance") {
            if (ecs::ContainerInstance* const instance = value_of(cluster->instances, last)) return instance->tags;
        }
        if (kind == "task-set" && parts.size() == 4) {
            ServiceEntry* const service = find_service(*cluster, parts[2]);
            if (ecs::TaskSet* const set = service ? value_of(service->task_sets, last) : nullptr) return set->tags;
        }
    }
    invalid("The specified " + std::string(kind) + " is inactive or does not exist.");
}

void EcsRegion::tag_resource(const ecs::TagResourceRequest& in, ecs::TagResourceResponse&) {
    check_tags(in.tags);
    Tags tags = tags_of(*in.resourceArn);
    for (const ecs::Tag& tag : in.tags) {
        const auto old = std::ranges::find_if(tags, [&](const ecs::Tag& each) { return each.key == tag.key; });
        if (old != tags.end()) {
            *old = tag;
        } else {
            tags.push_back(tag);
        }
    }
    check_tags(tags);
    tags_of(*in.resourceArn) = std::move(tags);
}

void EcsRegion::untag_resource(const ecs::UntagResourceRequest& in, ecs::UntagResourceResponse&) {
    Tags& tags = tags_of(*in.resourceArn);
    const auto gone =
        std::ranges::remove_if(tags, [&](const ecs::Tag& tag) { return includes(in.tagKeys, text(tag.key)); });
    tags.erase(gone.begin(), gone.end());
}

void EcsRegion::list_tags_for_resource(const ecs::ListTagsForResourceRequest& in,
                                       ecs::ListTagsForResourceResponse& out) {
    out.tags.clear();
    for (const ecs::Tag& tag : tags_of(*in.resourceArn)) out.tags.push_back(tag);
}

}  // namespace botocraft::testing
