#pragma once
// Answers of ECS that suffice to list, describe and change services, without rules of its own.

#include "support/fake_transport.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace fake {

inline std::string last_part(std::string_view arn) { return std::string(arn.substr(arn.rfind('/') + 1)); }

inline std::string text_of(const json::object& object, std::string_view name, std::string_view otherwise = "") {
    const json::value* const found = object.if_contains(json::string_view(name.data(), name.size()));
    if (!found || !found->is_string()) return std::string(otherwise);
    return {found->get_string().data(), found->get_string().size()};
}

inline std::string arn_of(std::string_view kind, std::string_view path, std::string_view region = "us-east-1") {
    return "arn:aws:ecs:" + std::string(region) + ":123456789012:" + std::string(kind) + "/" + std::string(path);
}

// `web3` has 3 desired tasks and the tag Team, which is `pay` where the number is even.
inline json::object service(std::string_view name, std::string_view cluster = "prod", std::string_view region = "us-east-1") {
    const std::string digits(name.substr(std::min(name.size(), name.find_first_of("0123456789"))));
    const int number = digits.empty() ? 2 : std::stoi(digits);
    return {{"serviceName", name},
            {"serviceArn", arn_of("service", std::string(cluster) + "/" + std::string(name), region)},
            {"clusterArn", arn_of("cluster", cluster, region)},
            {"status", "ACTIVE"},
            {"desiredCount", number},
            {"runningCount", number},
            {"pendingCount", 0},
            {"launchType", "FARGATE"},
            {"taskDefinition", arn_of("task-definition", "web:7", region)},
            {"createdAt", 1700000000 + number},
            {"schedulingStrategy", "REPLICA"},
            {"tags", json::array{json::object{{"key", "Team"}, {"value", number % 2 == 0 ? "pay" : "ship"}}}}};
}

inline json::object cluster(std::string_view name, std::string_view region = "us-east-1") {
    return {{"clusterName", last_part(name)}, {"clusterArn", arn_of("cluster", last_part(name), region)}, {"status", "ACTIVE"}};
}

// One page of ARNs of `total` resources, `page` at a time.
inline Answer page_of(const Request& request, std::string_view member, std::string_view kind, std::string_view path,
                      std::string_view name, std::size_t total, std::size_t page) {
    const std::string token = text_of(request.json(), "nextToken");
    const std::size_t first = token.empty() ? 0 : std::stoul(token.substr(token.find('-') + 1));
    json::array arns;
    for (std::size_t i = first; i < std::min(total, first + page); ++i) {
        arns.emplace_back(arn_of(kind, std::string(path) + std::string(name) + std::to_string(i), request.region()));
    }
    json::object body{{json::string_view(member.data(), member.size()), std::move(arns)}};
    if (first + page < total) body["nextToken"] = "from-" + std::to_string(first + page);
    return reply(body);
}

// `total` services in each cluster, web0 web1 ..., listed `page` at a time; what is called `missing...` does not exist.
inline void script_ecs(Transport& transport, std::size_t total = 25, std::size_t page = 10) {
    transport.on("ListServices", [=](const Request& request) {
        const std::string in = last_part(text_of(request.json(), "cluster", "default")) + "/";
        return page_of(request, "serviceArns", "service", in, "web", total, page);
    });
    transport.on("DescribeServices", [](const Request& request) {
        const json::object body = request.json();
        json::array services;
        json::array failures;
        for (const json::value& asked : body.at("services").as_array()) {
            const std::string name = last_part({asked.as_string().data(), asked.as_string().size()});
            if (name.starts_with("missing")) {
                failures.push_back(json::object{{"arn", name}, {"reason", "MISSING"}});
            } else {
                services.push_back(service(name, last_part(text_of(body, "cluster", "default")), request.region()));
            }
        }
        return reply(json::object{{"services", services}, {"failures", failures}});
    });
    const auto changed = [](const Request& request) {
        const json::object body = request.json();
        json::object answer = service(text_of(body, "serviceName", text_of(body, "service")),
                                      last_part(text_of(body, "cluster", "default")), request.region());
        for (const json::key_value_pair& sent : body) {
            if (sent.key() != "service" && sent.key() != "cluster" && sent.key() != "clientToken") {
                answer[sent.key()] = sent.value();
            }
        }
        return reply(json::object{{"service", answer}});
    };
    transport.on("CreateService", changed);
    transport.on("UpdateService", changed);
    transport.on("DeleteService", changed);
    transport.on("TagResource", reply(json::object()));
    transport.on("UntagResource", reply(json::object()));
    transport.on("ListClusters", [](const Request& request) {
        return page_of(request, "clusterArns", "cluster", "", "cluster", 3, 2);
    });
    transport.on("DescribeClusters", [](const Request& request) {
        json::array clusters;
        const json::object body = request.json();
        for (const json::value& asked : body.at("clusters").as_array()) {
            clusters.push_back(cluster({asked.as_string().data(), asked.as_string().size()}, request.region()));
        }
        return reply(json::object{{"clusters", clusters}, {"failures", json::array()}});
    });
    const auto changed_cluster = [](const Request& request) {
        const json::object body = request.json();
        return reply(json::object{{"cluster", cluster(text_of(body, "clusterName", text_of(body, "cluster")))}});
    };
    transport.on("CreateCluster", changed_cluster);
    transport.on("UpdateCluster", changed_cluster);
    transport.on("DeleteCluster", changed_cluster);
    const auto definition = [](const Request& request) {
        const json::object body = request.json();
        const std::string name = last_part(text_of(body, "taskDefinition", text_of(body, "family", "web:7")));
        const std::string family = name.substr(0, name.find(':'));
        const json::object made{{"taskDefinitionArn", arn_of("task-definition", family + ":7")},
                                {"family", family},
                                {"revision", 7},
                                {"status", "ACTIVE"}};
        return reply(json::object{{"taskDefinition", made}, {"tags", json::array()}});
    };
    transport.on("DescribeTaskDefinition", definition);
    transport.on("RegisterTaskDefinition", definition);
    transport.on("DeregisterTaskDefinition", definition);
    transport.on("ListTasks", [](const Request& request) {
        return page_of(request, "taskArns", "task", "prod/", "t", 3, 100);
    });
    transport.on("DescribeTasks", [](const Request& request) {
        json::array tasks;
        const json::object body = request.json();
        for (const json::value& asked : body.at("tasks").as_array()) {
            tasks.push_back(json::object{{"taskArn", asked}, {"clusterArn", arn_of("cluster", "prod")}, {"group", "service:web"}});
        }
        return reply(json::object{{"tasks", tasks}, {"failures", json::array()}});
    });
}

}  // namespace fake
