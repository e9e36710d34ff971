#pragma once
// Turns botocore's JSON into API facts: sdk-extras merged in, prose left out, laid out for readable diffs.

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace botocraft::gen::facts {

// The files of one service, parsed; null where the release has no such file.
struct ServiceFiles {
    boost::json::value service, service_extras;
    boost::json::value paginators, paginators_extras;
    boost::json::value waiters, waiters_extras;
    boost::json::value endpoint_rules, endpoint_rules_extras;
};

// What lies in specs/aws/<service>.json.
[[nodiscard]] boost::json::object service(std::string_view name, std::string_view version, const ServiceFiles& files);

// partitions.json or sdk-default-configuration.json.
[[nodiscard]] boost::json::object shared(std::string_view version, const boost::json::value& content);

[[nodiscard]] std::string service_text(const boost::json::object& facts);
[[nodiscard]] std::string shared_text(const boost::json::object& facts);

// Puts the entries of `extra` into `base`: objects are merged at every depth, anything else is replaced.
void merge(boost::json::object& base, const boost::json::object& extra);

// A copy without documentation. Names are data: a member called `documentation` stays.
[[nodiscard]] boost::json::value without_prose(const boost::json::value& value);

}  // namespace botocraft::gen::facts
