// CloudWatch's models: a method of each form, and what it says on the wire, in CBOR.

#include "support/cbor_json.hpp"
#include "support/world.hpp"

#include <botocraft/cloudwatch.hpp>
#include <botocraft/error.hpp>

#include "catch.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

using namespace botocraft;
using namespace botocraft::cloudwatch;

namespace {

struct CloudWatch : fake::World {
    [[nodiscard]] static fake::json::value json(std::string_view text) { return fake::json::parse({text.data(), text.size()}); }
    [[nodiscard]] std::string called(std::size_t which) const {
        std::string_view head = transport->requests().at(which).head();
        head = head.substr(0, head.find(" HTTP/"));
        return std::string(head.substr(head.rfind('/') + 1));
    }
    [[nodiscard]] std::string called() const { return called(transport->requests().size() - 1); }
    [[nodiscard]] fake::json::value sent(std::size_t which) const {
        return fake::from_cbor(transport->requests().at(which).body());
    }
    [[nodiscard]] fake::json::value sent() const { return sent(transport->requests().size() - 1); }
    void answer(std::string_view members, int status = 200) {
        fake::Answer reply = fake::reply(fake::to_cbor(members));
        reply.status = status;
        reply.headers = {{"smithy-protocol", "rpc-v2-cbor"}, {"content-type", "application/cbor"}};
        transport->once("", reply);
    }

    MetricAlarm alarm() {
        answer(R"({"MetricAlarms": [{"AlarmName": "busy", "Threshold": 5.5, "StateValue": "OK"}], "CompositeAlarms": []})");
        return run(MetricAlarm::objects(session).get("busy"));
    }
};

}  // namespace

TEST_CASE_METHOD(CloudWatch, "the two kinds of alarms are asked for apart") {
    const MetricAlarm busy = alarm();
    CHECK(called() == "DescribeAlarms");
    CHECK(sent() == json(R"({"AlarmNames": ["busy"], "AlarmTypes": ["MetricAlarm"]})"));
    CHECK(busy.Threshold == 5.5);
    answer(R"({"CompositeAlarms": [{"AlarmName": "any"}], "NextToken": "more"})");
    answer(R"({"CompositeAlarms": [{"AlarmName": "all"}]})");
    const auto composites = run(CompositeAlarm::objects(session).list({.AlarmNamePrefix = "a"}).all());
    CHECK(sent() == json(R"({"AlarmNamePrefix": "a", "AlarmTypes": ["CompositeAlarm"], "NextToken": "more"})"));
    REQUIRE(composites.size() == 2);
    CHECK(composites[1].AlarmName == "all");
    answer(R"({"MetricAlarms": []})");
    CHECK_THROWS_AS(run(MetricAlarm::objects(session).get("idle")), DoesNotExist);
}

TEST_CASE_METHOD(CloudWatch, "an alarm is put and read, with its tags kept") {
    answer("{}");
    answer(R"({"MetricAlarms": [{"AlarmName": "busy", "AlarmArn": "arn:1"}]})");
    MetricAlarm wanted{.AlarmName = "busy", .EvaluationPeriods = 2, .ComparisonOperator = "GreaterThanThreshold"};
    wanted.Tags["Team"] = "pay";
    run(MetricAlarm::objects(session).create(wanted));
    CHECK(called(0) == "PutMetricAlarm");
    CHECK(sent(0) == json(R"({"AlarmName": "busy", "EvaluationPeriods": 2, "ComparisonOperator": "GreaterThanThreshold",
                              "Tags": [{"Key": "Team", "Value": "pay"}]})"));
    CHECK(sent(1) == json(R"({"AlarmNames": ["busy"], "AlarmTypes": ["MetricAlarm"]})"));

    MetricAlarm busy = alarm();
    busy.Threshold = 7;
    answer("{}");
    answer(R"({"MetricAlarms": [{"AlarmName": "busy", "Threshold": 7.0}]})");
    run(busy.save());
    CHECK(sent(3) == json(R"({"AlarmName": "busy", "Threshold": 7.0})"));  // not its state
    answer("{}");
    run(busy.remove());
    CHECK(called() == "DeleteAlarms");
    CHECK(sent() == json(R"({"AlarmNames": ["busy"]})"));
}

TEST_CASE_METHOD(CloudWatch, "an alarm is set, and switched off, by itself") {
    const MetricAlarm busy = alarm();
    answer("{}");
    run(busy.set_state("ALARM", "a drill", {}));
    CHECK(called() == "SetAlarmState");
    CHECK(sent() == json(R"({"AlarmName": "busy", "StateValue": "ALARM", "StateReason": "a drill"})"));
    answer("{}");
    run(busy.disable_actions());
    CHECK(called() == "DisableAlarmActions");
    CHECK(sent() == json(R"({"AlarmNames": ["busy"]})"));
    answer(R"({"AlarmHistoryItems": [{"AlarmName": "busy", "HistorySummary": "it was set"}]})");
    CHECK(run(busy.describe_history({}).all()).size() == 1);
    CHECK(sent() == json(R"({"AlarmName": "busy", "AlarmTypes": ["MetricAlarm"]})"));
}

TEST_CASE_METHOD(CloudWatch, "a metric is known by its dimensions too, and asks for its statistics") {
    answer(R"({"Metrics": [{"Namespace": "AWS/EC2", "MetricName": "CPUUtilization",
        "Dimensions": [{"Name": "InstanceId", "Value": "i-1"}]}], "OwningAccounts": []})");
    const auto metrics = run(CloudWatchMetric::objects(session).list({.Namespace = "AWS/EC2"}).all());
    CHECK(sent() == json(R"({"Namespace": "AWS/EC2"})"));
    REQUIRE(metrics.size() == 1);
    CHECK(metrics[0].pk() == Key({{"Namespace", "AWS/EC2"}, {"MetricName", "CPUUtilization"},
                                  {"DimensionNames", "[InstanceId]"}, {"DimensionValues", "[i-1]"}}));
    answer(R"({"Label": "CPUUtilization", "Datapoints": [{"Average": 12.5}]})");
    const timestamp start{std::chrono::sys_days{std::chrono::January / 1 / 2024}};
    const std::vector<std::string> statistics{"Average"};
    const auto points = run(metrics[0].get_statistics(start, start + std::chrono::hours(1), 300, {.Statistics = statistics}));
    CHECK(called() == "GetMetricStatistics");
    fake::json::object body = sent().as_object();
    CHECK(body.at("StartTime").to_number<double>() == 1704067200);
    CHECK(body.at("EndTime").to_number<double>() == 1704070800);
    body.erase("StartTime");
    body.erase("EndTime");
    CHECK(body == json(R"({"Namespace": "AWS/EC2", "MetricName": "CPUUtilization", "Period": 300, "Statistics": ["Average"],
                           "Dimensions": [{"Name": "InstanceId", "Value": "i-1"}]})"));
    REQUIRE(points.size() == 1);
    CHECK(points[0].Average == 12.5);
}

TEST_CASE_METHOD(CloudWatch, "data are published") {
    const std::vector<MetricDatum> data{{.MetricName = "Orders", .Value = 3}};
    answer("{}");
    run(CloudWatchMetric::objects(session).publish("Shop", data));
    CHECK(called() == "PutMetricData");
    CHECK(sent() == json(R"({"Namespace": "Shop", "MetricData": [{"MetricName": "Orders", "Value": 3.0}]})"));
}

TEST_CASE_METHOD(CloudWatch, "what is listed in part is read whole") {
    answer(R"({"DashboardEntries": [{"DashboardName": "a"}, {"DashboardName": "b"}]})");
    transport->on("", [](const fake::Request& request) {
        const fake::json::value asked = fake::from_cbor(request.body());
        fake::Answer reply = fake::reply(fake::to_cbor(fake::json::serialize(fake::json::object{
            {"DashboardName", asked.at("DashboardName")}, {"DashboardBody", "{}"}})));
        reply.headers = {{"smithy-protocol", "rpc-v2-cbor"}};
        return reply;
    });
    const auto dashboards = run(CloudWatchDashboard::objects(session).list().order_by("DashboardName").all());
    REQUIRE(dashboards.size() == 2);
    CHECK(dashboards[1].DashboardName == "b");
    CHECK(dashboards[1].DashboardBody == "{}");
}

TEST_CASE_METHOD(CloudWatch, "rules are put in words of their own, and listed page by page") {
    answer("{}");
    const CloudWatchInsightRule rule{.Name = "top", .State = "ENABLED", .Definition = "{}"};
    run(CloudWatchInsightRule::objects(session).create(rule));
    CHECK(called() == "PutInsightRule");
    CHECK(sent() == json(R"({"RuleName": "top", "RuleState": "ENABLED", "RuleDefinition": "{}"})"));
    answer(R"({"InsightRules": [{"Name": "top"}], "NextToken": "more"})");
    answer(R"({"InsightRules": [{"Name": "last"}]})");
    CHECK(run(CloudWatchInsightRule::objects(session).list().all()).size() == 2);
    CHECK(sent() == json(R"({"NextToken": "more"})"));
}

TEST_CASE_METHOD(CloudWatch, "a detector that AWS described is saved without the members that AWS no longer takes") {
    answer(R"({"AnomalyDetectors": [{"AnomalyDetectorId": "ad-1", "Namespace": "AWS/EC2", "MetricName": "CPU", "Stat": "Average",
        "SingleMetricAnomalyDetector": {"Namespace": "AWS/EC2", "MetricName": "CPU", "Stat": "Average"}}]})");
    CloudWatchAnomalyDetector detector = run(CloudWatchAnomalyDetector::objects(session).get("ad-1"));
    CHECK(sent() == json(R"({"AnomalyDetectorIds": ["ad-1"]})"));
    answer(R"({"AnomalyDetectorId": "ad-1"})");
    answer(R"({"AnomalyDetectors": [{"AnomalyDetectorId": "ad-1", "StateValue": "TRAINED"}]})");
    run(detector.save());
    CHECK(called(1) == "PutAnomalyDetector");
    CHECK(sent(1) == json(R"({"SingleMetricAnomalyDetector": {"Namespace": "AWS/EC2", "MetricName": "CPU", "Stat": "Average"}})"));
    CHECK(detector.StateValue == "TRAINED");
    answer("{}");
    run(detector.remove());
    CHECK(called() == "DeleteAnomalyDetector");
    CHECK(sent() == json(R"({"AnomalyDetectorId": "ad-1"})"));
}

TEST_CASE_METHOD(CloudWatch, "there is one state of OTel enrichment, without a key") {
    answer(R"({"Status": "Running"})");
    const OTelEnrichment enrichment = run(OTelEnrichment::objects(session).get());
    CHECK(called() == "GetOTelEnrichment");
    CHECK(enrichment.Status == "Running");
    answer("{}");
    run(OTelEnrichment::objects(session).stop());
    CHECK(called() == "StopOTelEnrichment");
}
