#include "schema/project.hpp"
#include "testing/ecs_region.hpp"
#include "testing/ecs_rules.hpp"

#include <charconv>
#include <optional>

namespace botocraft::testing {

using namespace ecs_rules;

namespace {

// `family`, `family:revision`, or the ARN of one.
struct Reference {
    std::string_view family;
    std::optional<int> revision{};
};

Reference parse_reference(std::string_view name_or_arn) {
    const std::string_view name = name_or_arn.starts_with("arn:") ? last_part(name_or_arn) : name_or_arn;
    const auto colon = name.rfind(':');
    if (colon == std::string_view::npos) return {name};
    int revision = 0;
    const auto [end, error] = std::from_chars(name.data() + colon + 1, name.data() + name.size(), revision);
    if (error != std::errc() || end != name.data() + name.size()) return {name};
    return {name.substr(0, colon), revision};
}

bool is_active(const EcsRegion::TaskDefinitionEntry& entry) {
    return entry.model.status == "ACTIVE";
}

bool has_active(const EcsRegion::Family& family) {
    return std::ranges::any_of(family.revisions, [](const auto& each) { return is_active(each.second); });
}

// So that the order of the text is that of the numbers.
std::string sortable(int revision) {
    std::string digits = std::to_string(revision);
    return std::string(10 - digits.size(), '0') + digits;
}

}  // namespace

EcsRegion::TaskDefinitionEntry* EcsRegion::find_task_definition(std::string_view name_or_arn) {
    const Reference reference = parse_reference(name_or_arn);
    const auto family = families_.find(reference.family);
    if (family == families_.end()) return nullptr;
    auto& revisions = family->second.revisions;
    if (reference.revision) {
        const auto found = revisions.find(*reference.revision);
        if (found == revisions.end()) return nullptr;
        const bool other_place =
            name_or_arn.starts_with("arn:") && found->second.model.taskDefinitionArn != name_or_arn;
        return other_place ? nullptr : &found->second;
    }
    for (auto at = revisions.rbegin(); at != revisions.rend(); ++at) {
        if (is_active(at->second)) return &at->second;
    }
    return nullptr;
}

ecs::TaskDefinition& EcsRegion::active_task_definition(std::string_view name_or_arn) {
    TaskDefinitionEntry* const entry = find_task_definition(name_or_arn);
    if (!entry) client_error("TaskDefinition not found.");
    if (!is_active(*entry)) client_error("TaskDefinition is inactive");
    return entry->model;
}

EcsRegion::TaskDefinitionEntry& EcsRegion::add_task_definition(std::string name) {
    Family& family = families_[name];
    const int revision = ++family.last_revision;
    TaskDefinitionEntry& entry = family.revisions[revision];
    ecs::TaskDefinition& definition = entry.model;
    definition.taskDefinitionArn = arn("task-definition/" + name + ":" + std::to_string(revision));
    definition.family = std::move(name);
    definition.revision = revision;
    definition.status = "ACTIVE";
    definition.registeredAt = environs_.now();
    definition.registeredBy = "arn:" + partition_ + ":iam::" + account_id_ + ":root";
    definition.volumes.clear();
    definition.placementConstraints.clear();
    return entry;
}

void EcsRegion::register_task_definition(const ecs::RegisterTaskDefinitionRequest& in,
                                         ecs::RegisterTaskDefinitionResponse& out) {
    check_name(*in.family, "Family");
    check_tags(in.tags);
    if (in.tags.has_value() && in.tags.empty()) client_error("Tags can not be empty.");
    if (in.containerDefinitions.empty()) client_error("Container list cannot be empty.");
    for (const ecs::ContainerDefinition& container : in.containerDefinitions) {
        if (text(container.name).empty()) client_error("Container.name should not be null or empty.");
        if (text(container.image).empty()) client_error("Container.image should not be null or empty.");
    }
    TaskDefinitionEntry& entry = add_task_definition(*in.family);
    ecs::TaskDefinition& definition = entry.model;
    schema::project(in.shape_, &in, definition.shape_, &definition);
    for (ecs::ContainerDefinition& container : definition.containerDefinitions) {
        if (container.cpu.is_absent()) container.cpu = 0;
        if (container.essential.is_absent()) container.essential = true;
        if (container.portMappings.is_absent()) container.portMappings.clear();
        if (container.environment.is_absent()) container.environment.clear();
        if (container.mountPoints.is_absent()) container.mountPoints.clear();
        if (container.volumesFrom.is_absent()) container.volumesFrom.clear();
    }
    definition.compatibilities = list<std::string>{"EC2"};
    if (definition.networkMode == "awsvpc" && definition.cpu && definition.memory) {
        definition.compatibilities.push_back("FARGATE");
    }
    entry.tags = in.tags;
    out.taskDefinition = definition;
    if (!in.tags.empty()) out.tags = in.tags;
}

void EcsRegion::describe_task_definition(const ecs::DescribeTaskDefinitionRequest& in,
                                         ecs::DescribeTaskDefinitionResponse& out) {
    const TaskDefinitionEntry* const entry = find_task_definition(*in.taskDefinition);
    if (!entry) client_error("Unable to describe task definition.");
    out.taskDefinition = entry->model;
    out.tags.clear();
    if (includes(in.include, "TAGS")) out.tags = entry->tags;
}

void EcsRegion::list_task_definitions(const ecs::ListTaskDefinitionsRequest& in,
                                      ecs::ListTaskDefinitionsResponse& out) {
    const std::string_view status = in.status ? std::string_view(*in.status) : "ACTIVE";
    if (status != "ACTIVE" && status != "INACTIVE" && status != "DELETE_IN_PROGRESS") invalid("Invalid status.");
    const std::string_view prefix = text(in.familyPrefix);
    const auto collect = [&]<class Map>(Map wanted) {
        for (const auto& [name, family] : families_) {
            if (!prefix.empty() && name != prefix) continue;
            for (const auto& [revision, entry] : family.revisions) {
                if (entry.model.status != status) continue;
                wanted[name + ":" + sortable(revision)] = &entry.model;
            }
        }
        list_page(in, "ListTaskDefinitions " + std::string(status) + std::string(prefix) + in.sort.value_or(""), wanted,
                  100, out.taskDefinitionArns, out.nextToken,
                  [](const std::string&, const ecs::TaskDefinition* model) { return *model->taskDefinitionArn; });
    };
    if (in.sort == "DESC") {
        collect(std::map<std::string, const ecs::TaskDefinition*, std::greater<>>());
    } else {
        collect(std::map<std::string, const ecs::TaskDefinition*, std::less<>>());
    }
}

void EcsRegion::list_task_definition_families(const ecs::ListTaskDefinitionFamiliesRequest& in,
                                              ecs::ListTaskDefinitionFamiliesResponse& out) {
    const std::string_view status = in.status ? std::string_view(*in.status) : "ACTIVE";
    if (status != "ACTIVE" && status != "INACTIVE" && status != "ALL") invalid("Invalid status.");
    const std::string_view prefix = text(in.familyPrefix);
    list_page(in, "ListTaskDefinitionFamilies " + std::string(status) + std::string(prefix), families_, 100,
              out.families, out.nextToken, [&](const std::string& name, const Family& family) {
                  const bool wanted = name.starts_with(prefix) && !family.revisions.empty() &&
                                      (status == "ALL" || has_active(family) == (status == "ACTIVE"));
                  return wanted ? name : std::string();
              });
}

void EcsRegion::deregister_task_definition(const ecs::DeregisterTaskDefinitionRequest& in,
                                           ecs::DeregisterTaskDefinitionResponse& out) {
    if (!parse_reference(*in.taskDefinition).revision) invalid("The revision of the task definition is missing.");
    TaskDefinitionEntry* const entry = find_task_definition(*in.taskDefinition);
    if (!entry) client_error("The specified task definition does not exist.");
    if (!is_active(*entry)) invalid("The specified task definition is not active.");
    entry->model.status = "INACTIVE";
    entry->model.deregisteredAt = environs_.now();
    out.taskDefinition = entry->model;
}

void EcsRegion::delete_task_definitions(const ecs::DeleteTaskDefinitionsRequest& in,
                                        ecs::DeleteTaskDefinitionsResponse& out) {
    check_batch(in.taskDefinitions.size(), 10, "Task definitions");
    out.taskDefinitions.clear();
    out.failures.clear();
    for (const std::string& name : in.taskDefinitions) {
        TaskDefinitionEntry* const entry = parse_reference(name).revision ? find_task_definition(name) : nullptr;
        if (!entry) {
            out.failures.push_back(failure(name, "The specified task definition does not exist."));
        } else if (is_active(*entry)) {
            out.failures.push_back(
                failure(*entry->model.taskDefinitionArn, "The specified task definition is still in ACTIVE status."));
        } else {
            entry->model.status = "DELETE_IN_PROGRESS";
            entry->model.deleteRequestedAt = environs_.now();
            out.taskDefinitions.push_back(entry->model);
        }
    }
}

}  // namespace botocraft::testing
