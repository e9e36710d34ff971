// The data of one metric: CloudWatch's operations are about many, and no key tells one metric from another.

#include "services/service_session.hpp"

#include <botocraft/cloudwatch/cloud_watch_anomaly_detector.hpp>
#include <botocraft/cloudwatch/cloud_watch_metric.hpp>
#include <botocraft/cloudwatch/metric_data.hpp>
#include <botocraft/error.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace botocraft::cloudwatch {

namespace {

using detail::SessionPointer;

constexpr std::size_t most_filters = 10;

bool same_dimensions(const list<Dimension>& some, const list<Dimension>& others) {
    return some.size() == others.size() && std::ranges::all_of(some, [&](const Dimension& one) {
        return std::ranges::any_of(others, [&](const Dimension& other) {
            return other.Name == one.Name && other.Value == one.Value;
        });
    });
}

[[noreturn]] void not_there(std::string_view operation, std::string_view what, const CloudWatchMetric& metric) {
    ErrorDetails details;
    details.code = "DoesNotExist";
    details.service = "cloudwatch";
    details.operation = operation;
    details.explanation.append("there is no ").append(what).append(" ").append(*metric.MetricName).append(" of ");
    details.explanation.append(*metric.Namespace).append(" with these dimensions");
    throw DoesNotExist(std::move(details));
}

CloudWatchMetric metric_of(std::string_view metric_namespace, std::string_view name, const Views<Dimension>& dimensions) {
    CloudWatchMetric metric;
    metric.Namespace = std::string(metric_namespace);
    metric.MetricName = std::string(name);
    for (const Dimension& dimension : dimensions) metric.Dimensions.push_back(dimension);
    return metric;
}

// A metric has up to thirty dimensions, and CloudWatch takes fewer of them to look for.
awaitable<CloudWatchMetric> find(CloudWatchMetricManager manager, CloudWatchMetric wanted) {
    std::vector<DimensionFilter> filters(std::min(wanted.Dimensions.size(), most_filters));
    for (std::size_t i = 0; i < filters.size(); ++i) {
        filters[i].Name = wanted.Dimensions[i].Name;
        filters[i].Value = wanted.Dimensions[i].Value;
    }
    arguments::CloudWatchMetricList arguments;
    arguments.Namespace = *wanted.Namespace;
    arguments.MetricName = *wanted.MetricName;
    if (!filters.empty()) arguments.Dimensions = filters;
    auto metrics = manager.list(arguments);
    while (auto page = co_await metrics.next_page()) {
        for (CloudWatchMetric& metric : page) {
            if (same_dimensions(metric.Dimensions, wanted.Dimensions)) co_return std::move(metric);
        }
    }
    not_there("ListMetrics", "metric", wanted);
}

bool is_of(const CloudWatchAnomalyDetector& detector, const CloudWatchMetric& metric, const std::string& statistic) {
    if (!detector.SingleMetricAnomalyDetector.has_value()) return false;
    const SingleMetricAnomalyDetector& of = *detector.SingleMetricAnomalyDetector;
    return of.Namespace == metric.Namespace && of.MetricName == metric.MetricName && of.Stat == statistic &&
           same_dimensions(of.Dimensions, metric.Dimensions);
}

awaitable<CloudWatchAnomalyDetector> find_detector(CloudWatchAnomalyDetectorManager manager, CloudWatchMetric metric,
                                                   std::string statistic) {
    arguments::CloudWatchAnomalyDetectorList arguments;
    arguments.Namespace = *metric.Namespace;
    arguments.MetricName = *metric.MetricName;
    auto detectors = manager.list(arguments);
    while (auto page = co_await detectors.next_page()) {
        for (CloudWatchAnomalyDetector& detector : page) {
            if (is_of(detector, metric, statistic)) co_return std::move(detector);
        }
    }
    not_there("DescribeAnomalyDetectors", "anomaly detector of the metric", metric);
}

awaitable<void> put(SessionPointer known, std::string metric_namespace, std::vector<MetricDatum> data) {
    const Session session = co_await detail::bound_session(std::move(known));
    const CloudWatchMetricManager metrics = CloudWatchMetric::objects(session);
    co_await metrics.publish(metric_namespace, data);
}

// What belongs to one query comes in several elements where there is much of it.
awaitable<MetricDataResult> read(SessionPointer known, MetricDataQuery query, timestamp start, timestamp end,
                                 std::optional<std::string> scan_by) {
    const Session session = co_await detail::bound_session(std::move(known));
    arguments::CloudWatchMetricGetData arguments;
    if (scan_by) arguments.ScanBy = *scan_by;
    auto parts = CloudWatchMetric::objects(session).get_data(query, start, end, arguments);
    MetricDataResult whole;
    whole.Timestamps = std::vector<timestamp>();
    whole.Values = std::vector<double>();
    while (auto page = co_await parts.next_page()) {
        for (const MetricDataResult& part : page) {
            whole.Id = part.Id;
            if (part.Label.has_value()) whole.Label = part.Label;
            whole.StatusCode = part.StatusCode;
            for (const timestamp& time : part.Timestamps) whole.Timestamps.push_back(time);
            for (const double value : part.Values) whole.Values.push_back(value);
            for (const auto& message : part.Messages) whole.Messages.push_back(message);
        }
    }
    co_return whole;
}

[[noreturn]] void no_metric() {
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = "MissingKey";
    details.service = "cloudwatch";
    details.explanation = "this CloudWatchMetric lacks its Namespace or its MetricName";
    throw_error(std::move(details));
}

void check(const CloudWatchMetric& metric) {
    if (!metric.Namespace.has_value() || !metric.MetricName.has_value()) no_metric();
}

}  // namespace

awaitable<CloudWatchMetric> find_metric(const Session& session, std::string_view metric_namespace, std::string_view name,
                                        const Views<Dimension>& dimensions) {
    return CloudWatchMetric::objects(session).get(metric_namespace, name, dimensions);
}

awaitable<CloudWatchMetric> CloudWatchMetricManager::get(std::string_view metric_namespace, std::string_view name,
                                                         const Views<Dimension>& dimensions) const {
    return find(*this, metric_of(metric_namespace, name, dimensions));
}

awaitable<CloudWatchAnomalyDetector> CloudWatchAnomalyDetectorManager::get_for_metric(
    std::string_view metric_namespace, std::string_view name, std::string_view statistic,
    const Views<Dimension>& dimensions) const {
    return find_detector(*this, metric_of(metric_namespace, name, dimensions), std::string(statistic));
}

awaitable<void> publish(const CloudWatchMetric& metric, const Views<MetricDatum>& data) {
    check(metric);
    std::vector<MetricDatum> complete(data.begin(), data.end());
    for (MetricDatum& datum : complete) {
        if (!datum.MetricName.has_value()) datum.MetricName = metric.MetricName;
        if (!datum.Dimensions.has_value() && !metric.Dimensions.empty()) datum.Dimensions = metric.Dimensions;
    }
    return put(detail::session_of(metric.state_), *metric.Namespace, std::move(complete));
}

awaitable<MetricDataResult> get_data(const CloudWatchMetric& metric, timestamp start, timestamp end, std::int32_t period,
                                     std::string_view statistic, const MetricDataArguments& arguments) {
    check(metric);
    MetricDataQuery query;
    query.Id = "m";
    MetricStat& stat = query.MetricStat.emplace();
    CloudWatchMetric& asked = stat.Metric.emplace();
    asked.Namespace = metric.Namespace;
    asked.MetricName = metric.MetricName;
    asked.Dimensions = metric.Dimensions;
    stat.Period = period;
    stat.Stat = std::string(statistic);
    if (arguments.Unit) stat.Unit = std::string(*arguments.Unit);
    std::optional<std::string> scan_by;
    if (arguments.ScanBy) scan_by = std::string(*arguments.ScanBy);
    return read(detail::session_of(metric.state_), std::move(query), start, end, std::move(scan_by));
}

awaitable<void> CloudWatchMetric::publish(const Views<MetricDatum>& data) const { return cloudwatch::publish(*this, data); }

awaitable<MetricDataResult> CloudWatchMetric::get_data(timestamp start, timestamp end, std::int32_t period,
                                                       std::string_view statistic, const MetricDataArguments& arguments) const {
    return cloudwatch::get_data(*this, start, end, period, statistic, arguments);
}

MetricStreamFilter CloudWatchMetric::to_stream_include_filter() const {
    check(*this);
    MetricStreamFilter filter;
    filter.Namespace = Namespace;
    filter.MetricNames.push_back(*MetricName);
    return filter;
}

MetricStreamStatisticsMetric CloudWatchMetric::to_stream_statistics_metric() const {
    check(*this);
    MetricStreamStatisticsMetric metric;
    metric.Namespace = Namespace;
    metric.MetricName = MetricName;
    return metric;
}

}  // namespace botocraft::cloudwatch
