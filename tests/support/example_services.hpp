#pragma once
// An operation of each of AWS's protocols, by tables made at run time from the facts in specs/aws. Needs the helpers of the
// conformance suites.

#include "runtime_service.hpp"

#include "endpoint/tables.hpp"

#include <botocraft/ecs/types.hpp>
#include <botocraft/service.hpp>

#include <boost/json.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace examples {

namespace json = boost::json;
using botocraft::Protocol;
using conformance::RuntimeSchema;
using conformance::RuntimeService;

// One operation of a service of AWS, and what goes in and comes out.
struct Example {
    std::string_view service;
    std::string_view operation;
    Protocol protocol;
    std::string_view input;
    std::string_view output;
    bool polls = false;  // it waits for something to come
};

inline constexpr Example all[] = {
    {"ecs", "DescribeServices", Protocol::json_1_1, R"({"cluster":"c","services":["web","api"]})",
     R"({"services":[{"serviceName":"web","desiredCount":2,"createdAt":1515531081.5}],"failures":[]})"},
    {"sqs", "SendMessage", Protocol::json_1_0,
     R"({"QueueUrl":"http://q","MessageBody":"a \"b\"","MessageAttributes":{"k":{"DataType":"Binary","BinaryValue":"x"}}})",
     R"({"MessageId":"1","MD5OfMessageBody":"2"})"},
    {"sts", "AssumeRole", Protocol::query,
     R"({"RoleArn":"arn:aws:iam::1:role/r","RoleSessionName":"s","Tags":[{"Key":"k","Value":"a&b"}],"DurationSeconds":900})",
     R"({"Credentials":{"AccessKeyId":"A","SecretAccessKey":"s","SessionToken":"t<u>","Expiration":1515531081},
         "PackedPolicySize":6})"},
    {"ec2", "DescribeInstances", Protocol::ec2,
     R"({"InstanceIds":["i-1","i-2"],"Filters":[{"Name":"tag:a","Values":["b","c"]}],"MaxResults":5})",
     R"({"Reservations":[{"ReservationId":"r-1","Instances":[{"InstanceId":"i-1"},{"InstanceId":"i-2"}]}]})"},
    {"efs", "DescribeAccessPoints", Protocol::rest_json, R"({"MaxResults":5,"FileSystemId":"fs-1"})",
     R"({"AccessPoints":[{"AccessPointId":"a","PosixUser":{"Uid":1,"Gid":2,"SecondaryGids":[3,4]}}],"NextToken":"n"})"},
    {"efs", "CreateAccessPoint", Protocol::rest_json,
     R"({"ClientToken":"t","FileSystemId":"fs-1","Tags":[{"Key":"k","Value":"v"}]})", R"({"AccessPointId":"a"})"},
    {"s3", "ListObjectsV2", Protocol::rest_xml, R"({"Bucket":"b","Prefix":"a/ b","MaxKeys":2,"FetchOwner":true})",
     R"({"Name":"b","KeyCount":2,"IsTruncated":false,"Contents":[{"Key":"a/ b1","Size":1},{"Key":"a/ b&2"}]})"},
    {"cloudwatch", "ListMetrics", Protocol::cbor,
     R"({"Namespace":"AWS/ECS","Dimensions":[{"Name":"ClusterName","Value":"c"}]})",
     R"({"Metrics":[{"Namespace":"AWS/ECS","MetricName":"CPU","Dimensions":[{"Name":"n","Value":"v"}]}]})"},
};

inline json::object parsed(std::string_view text) {
    json::parse_options options;
    options.max_depth = 256;  // the rules of endpoints
    return json::parse({text.data(), text.size()}, {}, options).as_object();
}

// The facts of a service as a suite with one case, which is what tables are built from at run time.
inline json::object suite_of(const Example& example) {
    std::ifstream file(std::string(BOTOCRAFT_SOURCE_DIR "/specs/aws/") + std::string(example.service) + ".json");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    json::object facts = parsed(text);
    const json::value operation = facts.at("operations").at(std::string(example.operation));
    return {{"metadata", facts.at("metadata")},
            {"shapes", facts.at("shapes")},
            {"cases", json::array{json::object{{"given", operation}}}}};
}

class Service {
  public:
    explicit Service(const Example& example)
        : suite_(suite_of(example)),
          schema_(suite_),
          service_(schema_, suite_.at("metadata").as_object(),
                   suite_.at("cases").at(0).at("given").as_object()),
          tables_(service_.tables()),
          polls_(example.polls) {
        tables_.name = example.service;
        const json::string& id = suite_.at("metadata").at("serviceId").as_string();
        tables_.service_id = {id.data(), id.size()};
        tables_.signing_name = example.service;
        // Of endpoints only the one that is configured counts.
        tables_.endpoint_rules = botocraft::ecs::tables::service.endpoint_rules;
    }

    // In the service's own order of preference.
    void offer(std::vector<Protocol> protocols) {
        offered_ = std::move(protocols);
        tables_.protocols = offered_.data();
        tables_.protocol_count = static_cast<std::uint16_t>(offered_.size());
    }

    // Whether the operation may be sent twice.
    void set_repeatable(bool repeatable) {
        changed_ = service_.operation();
        namespace flag = botocraft::api::operation_flag;
        changed_.flags = repeatable ? flag::idempotent : std::uint16_t{0};
        if (polls_) changed_.flags |= flag::poll;
        using botocraft::api::HttpMethod;
        if (!repeatable && changed_.method == HttpMethod::get) changed_.method = HttpMethod::post;  // GET may always be
        tables_.operations = &changed_;
    }

    [[nodiscard]] const botocraft::orm::ServiceTables& tables() const noexcept { return tables_; }
    [[nodiscard]] const RuntimeService& operation() const noexcept { return service_; }

  private:
    json::object suite_;
    RuntimeSchema schema_;
    RuntimeService service_;
    std::vector<Protocol> offered_;
    botocraft::api::Operation changed_;
    botocraft::orm::ServiceTables tables_;
    bool polls_;
};

}  // namespace examples
