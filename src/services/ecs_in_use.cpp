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

template <class Running>
void take(const Running& running, Arns& arns) {
    if (running.taskDefinition.has_value()) arns.insert(*running.taskDefinition);
}

// What a deployment replaces still runs, and may be what it goes back to; task sets have their own.
awaitable<Arns> of_services(detail::SessionPointer session) {
    Arns arns;
    Query<Service> services = detail::objects_of<Service>(std::move(session)).all();
    while (auto page = co_await services.next_page()) {
        for (const Service& service : page) {
            take(service, arns);
            for (const Deployment& deployment : service.deployments) take(deployment, arns);
            for (const TaskSet& set : service.taskSets) take(set, arns);
        }
    }
    co_return arns;
}

awaitable<Arns> of_rule(events::Client client, std::string bus, std::string rule) {
    Arns arns;
    auto targets = client.list_targets_by_rule_pages({.Rule = rule, .EventBusName = bus});
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

awaitable<Arns> of_bus(events::Client client, std::string bus) {
    Arns arns;
    auto rules = client.list_rules_pages({.EventBusName = bus});
    while (auto page = co_await rules.next_page()) {
        for (const auto& part : page) {
            for (const events::Rule& rule : part.Rules) {
                Arns found = co_await of_rule(client, bus, rule.Name.value_or(""));
                arns.merge(found);
            }
        }
    }
    co_return arns;
}

// Of the buses AWS has no pages by its own list of them.
awaitable<Arns> of_rules(detail::SessionPointer session) {
    Arns arns;
    const auto client = detail::client_of<events::Client>(std::move(session));
    events::ListEventBusesResponse buses;
    do {
        events::operations::ListEventBuses arguments;
        const std::string token = buses.NextToken.value_or("");
        if (!token.empty()) arguments.NextToken = token;
        events::ListEventBusesResponse next = co_await client.list_event_buses(arguments);
        buses = std::move(next);
        for (const events::EventBus& bus : buses.EventBuses) {
            Arns found = co_await of_bus(client, bus.Name.value_or(""));
            arns.merge(found);
        }
    } while (!buses.NextToken.value_or(std::string()).empty());
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
