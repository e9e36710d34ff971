// Which task definitions are in use. Apart, so that only a program that asks links EventBridge.

#include "services/service_session.hpp"

#include <botocraft/ecs/cluster.hpp>
#include <botocraft/ecs/service.hpp>
#include <botocraft/ecs/task_definition.hpp>
#include <botocraft/error.hpp>
#include <botocraft/events/client.hpp>

#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace botocraft::ecs {

namespace {

using Arns = std::set<std::string>;

awaitable<Arns> of_services(detail::SessionPointer session) {
    Arns arns;
    const Query<Service> services = detail::objects_of<Service>(std::move(session)).all();
    const std::vector<Record> records = co_await services.values("taskDefinition");
    for (const Record& record : records) {
        if (const std::string* arn = record["taskDefinition"].as_string()) arns.insert(*arn);
    }
    co_return arns;
}

awaitable<Arns> of_rule(events::Client client, std::string rule) {
    Arns arns;
    auto targets = client.list_targets_by_rule_pages({.Rule = rule});
    while (auto page = co_await targets.next_page()) {
        for (const auto& part : page) {
            for (const events::Target& target : part.Targets) {
                if (target.EcsParameters && target.EcsParameters->TaskDefinitionArn.has_value()) {
                    arns.insert(*target.EcsParameters->TaskDefinitionArn);
                }
            }
        }
    }
    co_return arns;
}

awaitable<Arns> of_rules(detail::SessionPointer session) {
    Arns arns;
    const auto client = detail::client_of<events::Client>(std::move(session));
    auto rules = client.list_rules_pages();
    while (auto page = co_await rules.next_page()) {
        for (const auto& part : page) {
            for (const events::Rule& rule : part.Rules) {
                Arns found = co_await of_rule(client, rule.Name.value_or(""));
                arns.merge(found);
            }
        }
    }
    co_return arns;
}

awaitable<list<TaskDefinition>> definitions_in_use(detail::SessionPointer session) {
    Arns arns = co_await of_services(session);
    Arns scheduled = co_await of_rules(session);
    arns.merge(scheduled);
    list<TaskDefinition> unique;
    if (arns.empty()) co_return unique;
    const std::vector<std::string> each(arns.begin(), arns.end());
    const auto manager = detail::objects_of<TaskDefinition>(std::move(session));
    list<TaskDefinition> definitions = co_await manager.get_many(each);
    // A rule may name a family: then the one that it stands for may come twice.
    Arns seen;
    for (TaskDefinition& one : definitions) {
        if (seen.insert(one.taskDefinitionArn.value_or("")).second) unique.push_back(std::move(one));
    }
    co_return unique;
}

}  // namespace

awaitable<list<TaskDefinition>> TaskDefinitionManager::in_use() const {
    const auto known = session();
    return definitions_in_use(known ? known->state() : nullptr);
}

Query<Service> TaskDefinition::services() const {
    if (!taskDefinitionArn.has_value()) {
        ErrorDetails details;
        details.kind = ErrorKind::usage;
        details.code = "MissingKey";
        details.service = "ecs";
        details.explanation = "this TaskDefinition lacks its taskDefinitionArn: get it from AWS first";
        throw_error(std::move(details));
    }
    return detail::objects_of<Service>(detail::session_of(state_)).all().filter("taskDefinition", *taskDefinitionArn);
}

}  // namespace botocraft::ecs
