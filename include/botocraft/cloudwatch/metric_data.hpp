#pragma once
// The data of one metric of CloudWatch: finding it by all of what it is, publishing, and reading.

#include <botocraft/awaitable.hpp>
#include <botocraft/containers.hpp>
#include <botocraft/session.hpp>
#include <botocraft/views.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace botocraft::cloudwatch {

struct CloudWatchMetric;
struct Dimension;
struct MetricDataResult;
struct MetricDatum;

// The metric with exactly these dimensions, in any order. CloudWatch lists those that have more of them as well. It knows
// metrics that got data in the last two weeks. Throws DoesNotExist.
[[nodiscard]] awaitable<CloudWatchMetric> find_metric(const Session& session, std::string_view metric_namespace,
                                                      std::string_view name, const Views<Dimension>& dimensions = {});

// Data of this metric: what they leave out of its name and its dimensions is put in. As many requests as CloudWatch's limits
// ask for, a thousand data each at most, and compressed where they are large. Where one of them fails, the error says how many
// data CloudWatch has taken: sent again, those would count twice.
[[nodiscard]] awaitable<void> publish(const CloudWatchMetric& metric, const Views<MetricDatum>& data);

struct MetricDataArguments {
    std::optional<std::string_view> Unit{};
    std::optional<std::string_view> ScanBy{};  // TimestampDescending unless it says something else
};

// All values of one statistic (`Average`, `p99.9`), a period of seconds each: those of all pages together.
[[nodiscard]] awaitable<MetricDataResult> get_data(const CloudWatchMetric& metric, timestamp start, timestamp end,
                                                   std::int32_t period, std::string_view statistic,
                                                   const MetricDataArguments& arguments = {});

}  // namespace botocraft::cloudwatch
