#pragma once
// What the server of the pipeline benchmark answers: DescribeServices with one service of ECS, 2,334 bytes of JSON.

#include <string>
#include <string_view>

namespace bench {

inline constexpr std::size_t body_size = 2334;

// Filled up to its size with the message of the event.
inline std::string reply_body() {
    constexpr std::string_view before =
        R"({"failures":[],"services":[{"capacityProviderStrategy":[],)"
        R"("clusterArn":"arn:aws:ecs:us-east-1:123456789012:cluster/prod","createdAt":1690000000.5,)"
        R"("createdBy":"arn:aws:iam::123456789012:role/deployer","deploymentConfiguration":)"
        R"({"deploymentCircuitBreaker":{"enable":true,"rollback":true},"maximumPercent":200,)"
        R"("minimumHealthyPercent":100},"deploymentController":{"type":"ECS"},"deployments":[{"createdAt":)"
        R"(1702651234.123,"desiredCount":4,"failedTasks":0,"id":"ecs-svc/1234567890123456789","launchType":"FARGATE",)"
        R"("networkConfiguration":{"awsvpcConfiguration":{"assignPublicIp":"DISABLED","securityGroups":)"
        R"(["sg-0123456789abcdef0"],"subnets":["subnet-0123456789abcdef0","subnet-0123456789abcdef1"]}},)"
        R"("pendingCount":0,"platformFamily":"Linux","platformVersion":"1.4.0","rolloutState":"COMPLETED",)"
        R"("rolloutStateReason":"ECS deployment ecs-svc/1234567890123456789 completed.","runningCount":4,"status":)"
        R"("PRIMARY","taskDefinition":"arn:aws:ecs:us-east-1:123456789012:task-definition/web:42","updatedAt":)"
        R"(1702655678.456}],"desiredCount":4,"enableECSManagedTags":true,"enableExecuteCommand":false,"events":[)"
        R"({"createdAt":1702659999.001,"id":"0a1b2c3d-0000-1111-2222-333344445555","message":")";
    constexpr std::string_view after =
        R"("}],"healthCheckGracePeriodSeconds":60,"launchType":"FARGATE","loadBalancers":[{"containerName":"web",)"
        R"("containerPort":8080,"targetGroupArn":)"
        R"("arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef"}],)"
        R"("networkConfiguration":{"awsvpcConfiguration":{"assignPublicIp":"DISABLED","securityGroups":)"
        R"(["sg-0123456789abcdef0"],"subnets":["subnet-0123456789abcdef0","subnet-0123456789abcdef1"]}},)"
        R"("pendingCount":0,"platformFamily":"Linux","platformVersion":"1.4.0","propagateTags":"SERVICE","roleArn":)"
        R"("arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS","runningCount":4,)"
        R"("schedulingStrategy":"REPLICA","serviceArn":"arn:aws:ecs:us-east-1:123456789012:service/prod/web",)"
        R"("serviceName":"web","serviceRegistries":[],"status":"ACTIVE","tags":[{"key":"Team","value":"pay"}],)"
        R"("taskDefinition":"arn:aws:ecs:us-east-1:123456789012:task-definition/web:42"}]})";
    static_assert(before.size() + after.size() < body_size);
    std::string message = "(service web) has reached a steady state.";
    message.resize(body_size - before.size() - after.size(), '.');
    return std::string(before).append(message).append(after);
}

}  // namespace bench
