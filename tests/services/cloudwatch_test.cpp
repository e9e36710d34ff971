// CloudWatch's models: a method of each form, and what it says on the wire, in CBOR.

#include "support/cbor_json.hpp"
#include "support/world.hpp"

#include <botocraft/cloudwatch.hpp>
#include <botocraft/cloudwatch/errors.hpp>
#include <botocraft/cloudwatch/metric_data.hpp>
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

TEST_CASE_METHOD(CloudWatch, "tags of an alarm are added and changed when it is saved") {
    MetricAlarm busy = alarm();
    busy.AlarmArn = "arn:1";
    busy.Tags["Team"] = "pay";
    answer("{}");
    answer(R"({"MetricAlarms": [{"AlarmName": "busy", "AlarmArn": "arn:1"}]})");
    answer("{}");
    run(busy.save());
    CHECK(called() == "TagResource");
    CHECK(sent() == json(R"({"ResourceARN": "arn:1", "Tags": [{"Key": "Team", "Value": "pay"}]})"));
    CHECK(busy.Tags.get("Team") == "pay");
    busy.Tags.reset();
    answer("{}");
    answer(R"({"MetricAlarms": [{"AlarmName": "busy", "AlarmArn": "arn:1"}]})");
    run(busy.save());
    CHECK(called() == "DescribeAlarms");
}

TEST_CASE_METHOD(CloudWatch, "the rules that mute alarms are listed, by the names in their ARNs") {
    answer(R"({"AlarmMuteRuleSummaries": [{"AlarmMuteRuleArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm-mute-rule:night",
               "Status": "ACTIVE"}], "NextToken": "more"})");
    answer(R"({"AlarmMuteRuleSummaries": []})");
    const auto rules = run(AlarmMuteRule::objects(session).list({.AlarmName = "busy"}).all());
    CHECK(sent(0) == json(R"({"AlarmName": "busy"})"));
    CHECK(sent(1) == json(R"({"AlarmName": "busy", "NextToken": "more"})"));
    REQUIRE(rules.size() == 1);
    CHECK(rules[0].pk() == "night");
    CHECK(rules[0].Status == "ACTIVE");
}

TEST_CASE_METHOD(CloudWatch, "a composite alarm and a rule that mutes are waited for") {
    answer(R"({"CompositeAlarms": [{"AlarmName": "any"}]})");
    answer(R"({"CompositeAlarms": []})");
    answer(R"({"CompositeAlarms": [{"AlarmName": "any"}]})");
    const CompositeAlarm any = run(CompositeAlarm::objects(session).get("any"));
    run(any.wait_until_exists());
    CHECK(sent() == json(R"({"AlarmNames": ["any"], "AlarmTypes": ["CompositeAlarm"]})"));  // else it is told of others
    CHECK(sleeper->slept.size() == 1);
    answer(R"({"Name": "night"})");
    answer(R"({"__type": "ResourceNotFoundException"})", 404);
    answer(R"({"Name": "night"})");
    const AlarmMuteRule night = run(AlarmMuteRule::objects(session).get("night"));
    run(night.wait_until_exists());
    CHECK(sleeper->slept.size() == 2);
}

TEST_CASE_METHOD(CloudWatch, "where a part of the data was taken, the error says how many") {
    std::vector<MetricDatum> data(2400);
    for (MetricDatum& datum : data) datum.MetricName = "Orders";
    answer("{}");
    answer("{}");
    answer(R"({"__type": "com.amazonaws.cloudwatch#InvalidParameterValueException", "message": "no"})", 400);
    try {
        run(CloudWatchMetric::objects(session).publish("Shop", data));
        FAIL("the third part was refused");
    } catch (const InvalidParameterValueException& error) {
        CHECK(error.details().explanation.find("of 2400 elements the first 2000 had been sent") != std::string::npos);
        CHECK(error.message() == "no");
    }
    answer(R"({"__type": "com.amazonaws.cloudwatch#InvalidParameterValueException", "message": "no"})", 400);
    try {
        run(CloudWatchMetric::objects(session).publish("Shop", data));
        FAIL("the first part was refused");
    } catch (const InvalidParameterValueException& error) {
        CHECK(error.details().explanation.find("taken") == std::string::npos);
    }
}

TEST_CASE_METHOD(CloudWatch, "a metric with more dimensions than can be looked for is found by all of them") {
    std::vector<Dimension> dimensions(12);
    std::string told;
    for (std::size_t i = 0; i < dimensions.size(); ++i) {
        dimensions[i].Name = "d" + std::to_string(i);
        dimensions[i].Value = "v";
        told += (i ? ", " : "") + std::string("{\"Name\": \"d") + std::to_string(i) + "\", \"Value\": \"v\"}";
    }
    answer(R"({"Metrics": [{"Namespace": "Shop", "MetricName": "Orders", "Dimensions": [{"Name": "d0", "Value": "v"}]},
               {"Namespace": "Shop", "MetricName": "Orders", "Dimensions": [)" + told + "]}]}");
    const auto found = run(CloudWatchMetric::objects(session).get("Shop", "Orders", dimensions));
    CHECK(found.Dimensions.size() == 12);
    CHECK(sent().at("Dimensions").as_array().size() == 10);
}

TEST_CASE_METHOD(CloudWatch, "a detector is found by what it looks at") {
    const std::string orders = R"("Namespace": "Shop", "MetricName": "Orders")";
    answer(R"({"AnomalyDetectors": [{"AnomalyDetectorId": "math", "MetricMathAnomalyDetector": {}},
        {"AnomalyDetectorId": "max", "SingleMetricAnomalyDetector": {)" + orders + R"(, "Stat": "Maximum"}},
        {"AnomalyDetectorId": "till", "SingleMetricAnomalyDetector": {)" + orders + R"(, "Stat": "Sum",
            "Dimensions": [{"Name": "Till", "Value": "1"}]}}], "NextToken": "more"})");
    answer(R"({"AnomalyDetectors": [{"AnomalyDetectorId": "sum", "SingleMetricAnomalyDetector": {)" + orders + R"(, "Stat": "Sum"}}]})");
    const auto detectors = CloudWatchAnomalyDetector::objects(session);
    CHECK(run(detectors.get_for_metric("Shop", "Orders", "Sum", {})).pk() == "sum");
    CHECK(sent(0) == json("{" + orders + "}"));
    answer(R"({"AnomalyDetectors": []})");
    CHECK_THROWS_AS(run(detectors.get_for_metric("Shop", "Orders", "Sum", {})), DoesNotExist);
}

TEST_CASE_METHOD(CloudWatch, "a metric publishes, reads, and says itself to a stream") {
    answer(R"({"Metrics": [{"Namespace": "Shop", "MetricName": "Orders"}]})");
    const CloudWatchMetric orders = run(CloudWatchMetric::objects(session).get("Shop", "Orders", {}));
    const std::vector<MetricDatum> data{{.Value = 3}};
    answer("{}");
    run(orders.publish(data));
    CHECK(sent() == json(R"({"Namespace": "Shop", "MetricData": [{"MetricName": "Orders", "Value": 3.0}]})"));
    answer(R"({"MetricDataResults": [{"Id": "m", "Values": [1.0], "StatusCode": "Complete"}]})");
    const timestamp begin{std::chrono::sys_days{std::chrono::January / 1 / 2024}};
    CHECK(run(orders.get_data(begin, begin + std::chrono::hours(1), 60, "Sum")).Values.size() == 1);
    CHECK(orders.to_stream_include_filter().MetricNames[0] == "Orders");
    CHECK(orders.to_stream_statistics_metric().Namespace == "Shop");
    CHECK_THROWS_AS(CloudWatchMetric{}.to_stream_include_filter(), UsageError);
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

TEST_CASE_METHOD(CloudWatch, "a composite alarm is set, switched on and off, and tells its own history") {
    answer(R"({"CompositeAlarms": [{"AlarmName": "any"}]})");
    const CompositeAlarm any = run(CompositeAlarm::objects(session).get("any"));
    answer("{}");
    run(any.set_state("OK", "the drill is over", {.StateReasonData = "{}"}));
    CHECK(called() == "SetAlarmState");
    CHECK(sent() == json(R"({"AlarmName": "any", "StateValue": "OK", "StateReason": "the drill is over", "StateReasonData": "{}"})"));
    answer("{}");
    run(any.disable_actions());
    CHECK(called() == "DisableAlarmActions");
    CHECK(sent() == json(R"({"AlarmNames": ["any"]})"));
    answer("{}");
    run(any.enable_actions());
    CHECK(called() == "EnableAlarmActions");
    CHECK(sent() == json(R"({"AlarmNames": ["any"]})"));
    answer(R"({"AlarmHistoryItems": [{"AlarmName": "any", "AlarmType": "CompositeAlarm"}], "NextToken": "more"})");
    answer(R"({"AlarmHistoryItems": [{"AlarmName": "any", "HistorySummary": "it was set"}]})");
    const auto history = run(any.describe_history({.HistoryItemType = "StateUpdate"}).all());
    CHECK(called() == "DescribeAlarmHistory");
    CHECK(sent() == json(R"({"AlarmName": "any", "AlarmTypes": ["CompositeAlarm"], "HistoryItemType": "StateUpdate",
                             "NextToken": "more"})"));
    REQUIRE(history.size() == 2);
    CHECK(history[1].HistorySummary == "it was set");
}

TEST_CASE_METHOD(CloudWatch, "a picture of a metric is bytes") {
    transport->once("", [] {
        // RFC 8949: a map of one pair, whose value is a byte string of 4.
        fake::Answer reply = fake::reply(std::string("\xa1\x71MetricWidgetImage\x44\x89PNG", 1 + 18 + 5));
        reply.headers = {{"smithy-protocol", "rpc-v2-cbor"}, {"content-type", "application/cbor"}};
        return reply;
    }());
    const auto image = run(CloudWatchMetric::objects(session).widget_image(R"({"metrics": []})", {.OutputFormat = "png"}));
    CHECK(called() == "GetMetricWidgetImage");
    CHECK(sent() == json(R"({"MetricWidget": "{\"metrics\": []}", "OutputFormat": "png"})"));
    CHECK(image == blob{std::byte{0x89}, std::byte{'P'}, std::byte{'N'}, std::byte{'G'}});
}

TEST_CASE_METHOD(CloudWatch, "a stream of metrics is stopped by its name, and may have gone") {
    answer(R"({"Name": "all", "State": "running"})");
    const CloudWatchMetricStream stream = run(CloudWatchMetricStream::objects(session).get("all"));
    CHECK(called() == "GetMetricStream");
    answer("{}");
    run(stream.stop());
    CHECK(called() == "StopMetricStreams");
    CHECK(sent() == json(R"({"Names": ["all"]})"));
    answer(R"({"__type": "com.amazonaws.cloudwatch#ResourceNotFoundException", "message": "no"})", 404);
    CHECK_THROWS_AS(run(stream.stop()), DoesNotExist);
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

TEST_CASE_METHOD(CloudWatch, "a dashboard that is not there is known by both of its error's codes") {
    for (const std::string_view query_code : {"", "ResourceNotFound;Sender"}) {
        fake::Answer reply = fake::reply(fake::to_cbor(R"({"__type": "com.amazonaws.cloudwatch#DashboardNotFoundError"})"));
        reply.status = 404;
        reply.headers = {{"smithy-protocol", "rpc-v2-cbor"}};
        if (!query_code.empty()) reply.headers.emplace_back("x-amzn-query-error", std::string(query_code));
        transport->once("", reply);
        CHECK_THROWS_AS(run(CloudWatchDashboard::objects(session).get("gone")), DoesNotExist);
    }
}

TEST_CASE_METHOD(CloudWatch, "what is not there cannot be removed, nor started") {
    answer(R"({"__type": "ResourceNotFoundException"})", 404);
    CHECK_THROWS_AS(run(AlarmMuteRule::objects(session).remove("gone")), DoesNotExist);
    answer(R"({"__type": "ResourceNotFoundException"})", 404);
    CHECK_THROWS_AS(run(CloudWatchMetricStream::objects(session).remove("gone")), DoesNotExist);
    answer(R"({"__type": "ResourceNotFoundException"})", 404);
    CHECK_THROWS_AS(run(CloudWatchMetricStream::objects(session).start("gone")), DoesNotExist);
    answer(R"({"__type": "DashboardNotFoundError"})", 404);
    CHECK_THROWS_AS(run(CloudWatchDashboard::objects(session).remove("gone")), DoesNotExist);
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
    answer("{}");
    run(OTelEnrichment::objects(session).start());
    CHECK(called() == "StartOTelEnrichment");
    CHECK(sent() == json("{}"));
}

TEST_CASE_METHOD(CloudWatch, "of a rule there is only a list, which is looked through") {
    answer(R"({"InsightRules": [{"Name": "top", "State": "ENABLED"}], "NextToken": "more"})");
    answer(R"({"InsightRules": [{"Name": "last", "State": "DISABLED"}]})");
    CHECK(run(CloudWatchInsightRule::objects(session).get("last")).State == "DISABLED");
    CHECK(transport->requests().size() == 2);
    answer(R"({"InsightRules": [{"Name": "top"}]})");
    CHECK_THROWS_AS(run(CloudWatchInsightRule::objects(session).get("last")), DoesNotExist);
    answer(R"({"InsightRules": []})");
    CHECK_FALSE(run(CloudWatchInsightRule::objects(session).get_or_none("last")));
    answer(R"({"InsightRules": [{"Name": "last"}, {"Name": "last"}]})");
    CHECK_THROWS_AS(run(CloudWatchInsightRule::objects(session).get("last")), MultipleObjectsReturned);
}

TEST_CASE_METHOD(CloudWatch, "what AWS could not do with a rule is an error") {
    answer(R"({"InsightRules": [{"Name": "top"}]})");
    CloudWatchInsightRule rule = run(CloudWatchInsightRule::objects(session).get("top"));
    answer(R"({"Failures": [{"FailureResource": "top", "FailureCode": "InternalFailure", "FailureDescription": "oh"}]})");
    CHECK_THROWS_AS(run(rule.disable()), ServiceError);
    CHECK(sent() == json(R"({"RuleNames": ["top"]})"));
    answer(R"({"Failures": [{"FailureResource": "top", "FailureCode": "ResourceNotFoundException"}]})");
    CHECK_THROWS_AS(run(rule.remove()), DoesNotExist);
    answer(R"({"Failures": []})");
    run(rule.remove());
    CHECK(called() == "DeleteInsightRules");
}

TEST_CASE_METHOD(CloudWatch, "data are published a thousand at a time, and compressed") {
    std::vector<MetricDatum> data(2700);
    for (std::size_t i = 0; i < data.size(); ++i) {
        data[i].MetricName = "Orders";
        data[i].Value = static_cast<double>(i);
    }
    transport->on("", [](const fake::Request&) {
        fake::Answer reply = fake::reply(fake::to_cbor("{}"));
        reply.headers = {{"smithy-protocol", "rpc-v2-cbor"}};
        return reply;
    });
    run(CloudWatchMetric::objects(session).publish("Shop", data));
    REQUIRE(transport->requests().size() == 3);
    for (const fake::Request& request : transport->requests()) CHECK(request.header("content-encoding") == "gzip");

    data.resize(400);
    for (MetricDatum& datum : data) {
        for (int i = 0; i < 30; ++i) {
            datum.Dimensions.push_back(Dimension{.Name = std::string(200, 'n') + std::to_string(i), .Value = std::string(800, 'v')});
        }
    }
    transport->forget();
    run(CloudWatchMetric::objects(session).publish("Shop", data));
    CHECK(transport->requests().size() == 13);  // a megabyte holds 32 of them

    // Numbers that are short as JSON are not as CBOR: nine bytes each.
    data.assign(400, MetricDatum{});
    for (MetricDatum& datum : data) {
        for (int i = 0; i < 150; ++i) {
            datum.Values.push_back(1);
            datum.Counts.push_back(1);
        }
    }
    transport->forget();
    run(CloudWatchMetric::objects(session).publish("Shop", data));
    CHECK(transport->requests().size() == 2);
}

TEST_CASE_METHOD(CloudWatch, "a metric is found by all its dimensions, and its data have its name") {
    answer(R"({"Metrics": [{"Namespace": "Shop", "MetricName": "Orders", "Dimensions": [
        {"Name": "Till", "Value": "1"}, {"Name": "Hall", "Value": "A"}, {"Name": "Door", "Value": "2"}]}], "NextToken": "more"})");
    answer(R"({"Metrics": [{"Namespace": "Shop", "MetricName": "Orders", "Dimensions": [
        {"Name": "Hall", "Value": "A"}, {"Name": "Till", "Value": "1"}]}]})");
    const std::vector<Dimension> dimensions{{.Name = "Till", .Value = "1"}, {.Name = "Hall", .Value = "A"}};
    const CloudWatchMetric orders = run(find_metric(session, "Shop", "Orders", dimensions));
    CHECK(sent(0) == json(R"({"Namespace": "Shop", "MetricName": "Orders",
        "Dimensions": [{"Name": "Till", "Value": "1"}, {"Name": "Hall", "Value": "A"}]})"));
    REQUIRE(orders.Dimensions.size() == 2);

    const std::vector<MetricDatum> data{{.Value = 3}};
    answer("{}");
    run(publish(orders, data));
    CHECK(sent() == json(R"({"Namespace": "Shop", "MetricData": [{"MetricName": "Orders", "Value": 3.0,
        "Dimensions": [{"Name": "Hall", "Value": "A"}, {"Name": "Till", "Value": "1"}]}]})"));

    answer(R"({"Metrics": []})");
    CHECK_THROWS_AS(run(find_metric(session, "Shop", "Orders")), DoesNotExist);
}

TEST_CASE_METHOD(CloudWatch, "the values of a metric come from all pages") {
    CHECK_THROWS_AS(get_data(CloudWatchMetric{}, timestamp{}, timestamp{}, 60, "Sum"), UsageError);
    answer(R"({"Metrics": [{"Namespace": "Shop", "MetricName": "Orders"}]})");
    const CloudWatchMetric orders = run(find_metric(session, "Shop", "Orders"));
    answer(R"({"MetricDataResults": [{"Id": "m", "Label": "Orders", "Values": [1.0, 2.0], "StatusCode": "PartialData"}],
               "NextToken": "more"})");
    answer(R"({"MetricDataResults": [{"Id": "m", "Values": [3.0], "StatusCode": "Complete"}]})");
    const timestamp begin{std::chrono::sys_days{std::chrono::January / 1 / 2024}};
    const auto sums = run(get_data(orders, begin, begin + std::chrono::hours(1), 60, "Sum", {.ScanBy = ScanBy::TimestampAscending}));
    REQUIRE(sums.Values.size() == 3);
    CHECK(sums.Values[2] == 3);
    CHECK(sums.Label == "Orders");
    CHECK(sums.StatusCode == "Complete");
    fake::json::object body = sent(1).as_object();
    CHECK(body.at("MetricDataQueries") == json(R"([{"Id": "m", "MetricStat": {"Metric": {"Namespace": "Shop",
        "MetricName": "Orders"}, "Period": 60, "Stat": "Sum"}}])"));
    CHECK(body.at("ScanBy") == "TimestampAscending");
    CHECK(sent(2).at("NextToken") == "more");
}
