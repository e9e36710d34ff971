// What ECS alone needs: services are scaled, waited for and looked into.

#include "services/service_session.hpp"

#include <botocraft/ecs/client.hpp>
#include <botocraft/ecs/cluster.hpp>
#include <botocraft/ecs/container_instance.hpp>
#include <botocraft/ecs/exec_options.hpp>
#include <botocraft/ecs/requests.hpp>
#include <botocraft/ecs/service.hpp>
#include <botocraft/ecs/service_deployment.hpp>
#include <botocraft/ecs/service_revision.hpp>
#include <botocraft/ecs/task.hpp>
#include <botocraft/ecs/task_definition.hpp>
#include <botocraft/error.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace botocraft::ecs {

namespace {

using detail::client_of;
using detail::objects_of;
using detail::session_of;
using detail::SessionPointer;

ErrorDetails details_of(ErrorKind kind, std::string_view code, std::string explanation) {
    ErrorDetails details;
    details.kind = kind;
    details.code = code;
    details.service = "ecs";
    details.explanation = std::move(explanation);
    return details;
}

[[noreturn]] void misused(std::string_view code, std::string explanation) {
    throw UsageError(details_of(ErrorKind::usage, code, std::move(explanation)));
}

const std::string& needed(const field<std::string>& member, std::string_view name) {
    if (!member.has_value()) misused("MissingKey", "this model lacks its " + std::string(name) + ": get it from AWS first");
    return *member;
}

// --- what one task needs ---------------------------------------------------------------------------------------------

std::int64_t whole(std::string_view text) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::int64_t cpu_of(const TaskDefinition& definition) {
    if (definition.cpu.has_value() && !definition.cpu->empty()) return whole(*definition.cpu);
    std::int64_t sum = 0;
    for (const ContainerDefinition& container : definition.containerDefinitions) sum += container.cpu.value_or(0);
    return sum;
}

std::int64_t memory_of(const TaskDefinition& definition) {
    if (definition.memory.has_value() && !definition.memory->empty()) return whole(*definition.memory);
    std::int64_t sum = 0;
    for (const ContainerDefinition& container : definition.containerDefinitions) sum += container.memory.value_or(0);
    return sum;
}

awaitable<std::int64_t> needed_by(awaitable<box<TaskDefinition>> relation, std::int64_t (*amount)(const TaskDefinition&)) {
    const box<TaskDefinition> definition = co_await std::move(relation);
    co_return definition ? amount(*definition) : 0;
}

awaitable<void> without_answer(awaitable<UpdateServiceResponse> call) {
    const UpdateServiceResponse ignored = co_await std::move(call);
    static_cast<void>(ignored);
}

// --- lists of what a model leads to ----------------------------------------------------------------------------------

awaitable<list<ContainerInstance>> instances_of(SessionPointer session, std::string cluster, Query<Task> tasks) {
    const std::vector<Record> records = co_await tasks.values("containerInstanceArn");
    std::set<std::string> arns;
    for (const Record& record : records) {
        if (const std::string* arn = record["containerInstanceArn"].as_string()) arns.insert(*arn);
    }
    list<ContainerInstance> instances;
    if (arns.empty()) co_return instances;  // on Fargate there are none
    const std::vector<std::string> each(arns.begin(), arns.end());
    const auto manager = objects_of<ContainerInstance>(std::move(session));
    const arguments::ContainerInstanceGetMany in_cluster{.cluster = cluster};
    instances = co_await manager.get_many(each, in_cluster);
    co_return instances;
}

awaitable<list<TaskDefinition>> definitions_of(SessionPointer session, Query<ServiceRevision> revisions) {
    const std::vector<Record> records = co_await revisions.values("taskDefinition");
    std::set<std::string> arns;
    for (const Record& record : records) {
        if (const std::string* arn = record["taskDefinition"].as_string()) arns.insert(*arn);
    }
    list<TaskDefinition> definitions;
    if (arns.empty()) co_return definitions;
    const std::vector<std::string> each(arns.begin(), arns.end());
    const auto manager = objects_of<TaskDefinition>(std::move(session));
    definitions = co_await manager.get_many(each);
    co_return definitions;
}

using Tags = std::vector<std::pair<std::string, std::string>>;

bool has_all(const Cluster& cluster, const Tags& wanted) {
    return std::ranges::all_of(wanted, [&](const auto& one) {
        return std::ranges::any_of(cluster.tags, [&](const Tag& tag) {
            return tag.key == one.first && tag.value.value_or("") == one.second;
        });
    });
}

awaitable<list<Service>> services_of(SessionPointer session, Tags tags) {
    list<Service> services;
    Query<Cluster> clusters = objects_of<Cluster>(session).list();
    while (auto page = co_await clusters.next_page()) {
        for (const Cluster& cluster : page) {
            if (!has_all(cluster, tags)) continue;
            const std::string arn = cluster.clusterArn.value_or("");
            const auto query = objects_of<Service>(session).list({.cluster = arn});
            list<Service> found = co_await query.all();
            std::ranges::move(found, std::back_inserter(services));
        }
    }
    co_return services;
}

// --- ECS Exec --------------------------------------------------------------------------------------------------------

// ExecOptions that own what they say.
struct Wanted {
    std::string command;
    std::optional<std::string> task;
    std::optional<std::string> container;

    explicit Wanted(const ExecOptions& options) : command(options.command) {
        if (options.task) task.emplace(*options.task);
        if (options.container) container.emplace(*options.container);
    }
};

bool is_called(const Task& task, std::string_view id) {
    const std::string_view arn = task.taskArn.has_value() ? std::string_view(*task.taskArn) : std::string_view();
    return arn == id || (arn.ends_with(id) && arn.size() > id.size() && arn[arn.size() - id.size() - 1] == '/');
}

std::string container_of(const Task& task, const Wanted& wanted) {
    std::string names;
    for (const Container& container : task.containers) {
        if (!container.name.has_value()) continue;
        if (!wanted.container || *wanted.container == *container.name) return *container.name;
        names.append(names.empty() ? "" : ", ").append(*container.name);
    }
    misused("NoSuchContainer", "the task " + task.taskArn.value_or("") + " has no container" +
                                   (wanted.container ? " `" + *wanted.container + "`, but: " + names : std::string()));
}

[[noreturn]] void nothing_runs(const std::string& what) {
    throw DoesNotExist(details_of(ErrorKind::service, "NoRunningTask", what + ": a session needs a task that runs"));
}

awaitable<ExecuteCommandResponse> open(SessionPointer session, std::string cluster, std::string task, std::string container,
                                       std::string command) {
    const auto client = client_of<Client>(std::move(session));
    const operations::ExecuteCommand arguments{
        .cluster = cluster, .container = container, .command = command, .interactive = true, .task = task};
    ExecuteCommandResponse opened = co_await client.execute_command(arguments);
    co_return opened;
}

awaitable<ExecuteCommandResponse> exec_in(SessionPointer session, std::string service, std::string cluster, Query<Task> running,
                                          Wanted wanted) {
    const list<Task> tasks = co_await running.all();
    const auto is_meant = [&wanted](const Task& task) { return !wanted.task || is_called(task, *wanted.task); };
    const auto found = std::ranges::find_if(tasks, is_meant);
    if (found == tasks.end()) {
        nothing_runs("the service " + service + " runs no task" + (wanted.task ? ' ' + *wanted.task : std::string()));
    }
    std::string task = found->taskArn.value_or("");
    std::string container = container_of(*found, wanted);
    ExecuteCommandResponse opened = co_await open(std::move(session), std::move(cluster), std::move(task),
                                                  std::move(container), std::move(wanted.command));
    co_return opened;
}

std::int64_t remaining(const ContainerInstance& instance, std::string_view name) {
    for (const Resource& resource : instance.remainingResources) {
        if (resource.name == name) return resource.integerValue.value_or(0);
    }
    return 0;
}

}  // namespace

bool Service::is_stable() const {
    return deployments.size() == 1 && runningCount.has_value() && desiredCount.has_value() && *runningCount == *desiredCount;
}

awaitable<void> Service::scale(std::int32_t desired_count) const {
    const std::string& name = needed(serviceName, "serviceName");
    const std::string& cluster = needed(clusterArn, "clusterArn");
    const auto client = client_of<Client>(session_of(state_));
    return without_answer(client.update_service({.cluster = cluster, .service = name, .desiredCount = desired_count}));
}

Query<Task> Service::running_tasks() const { return tasks().filter("lastStatus", "RUNNING"); }

awaitable<list<ContainerInstance>> Service::container_instances() const {
    return instances_of(session_of(state_), needed(clusterArn, "clusterArn"), tasks());
}

awaitable<std::int64_t> Service::required_cpu() const { return needed_by(task_definition(), cpu_of); }
awaitable<std::int64_t> Service::required_memory() const { return needed_by(task_definition(), memory_of); }

awaitable<ExecuteCommandResponse> Service::exec(const ExecOptions& options) const {
    return exec_in(session_of(state_), needed(serviceName, "serviceName"), needed(clusterArn, "clusterArn"), running_tasks(),
                   Wanted(options));
}

awaitable<list<Service>> ServiceManager::all_in_clusters(const Views<Tag>& tags) const {
    Tags wanted;
    for (const Tag& tag : tags) wanted.emplace_back(tag.key.value_or(""), tag.value.value_or(""));
    const auto known = session();
    return services_of(known ? known->state() : nullptr, std::move(wanted));
}

awaitable<ExecuteCommandResponse> Task::exec(const ExecOptions& options) const {
    const Wanted wanted(options);
    const std::string& arn = needed(taskArn, "taskArn");
    if (wanted.task && !is_called(*this, *wanted.task)) {
        misused("WrongTask", "this is the task " + arn + ", not " + *wanted.task);
    }
    if (lastStatus.value_or("") != "RUNNING") nothing_runs("the task " + arn + " is " + lastStatus.value_or("unknown"));
    return open(session_of(state_), needed(clusterArn, "clusterArn"), arn, container_of(*this, wanted), wanted.command);
}

std::int64_t ContainerInstance::free_cpu() const { return remaining(*this, "CPU"); }
std::int64_t ContainerInstance::free_ram() const { return remaining(*this, "MEMORY"); }

awaitable<list<TaskDefinition>> ServiceDeployment::source_task_definitions() const {
    return definitions_of(session_of(state_), source_service_revisions());
}

}  // namespace botocraft::ecs
