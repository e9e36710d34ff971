#pragma once
// What tests beside a moto server need: a session for it, and whether two parties see the same.

#include "support/await.hpp"
#include "witness.hpp"

#include <botocraft/awaitable.hpp>
#include <botocraft/credentials.hpp>
#include <botocraft/json.hpp>
#include <botocraft/session.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace botocraft::test {

namespace json = boost::json;

inline Session session_for(const Witness& witness, const std::string& region = "us-east-1") {
    botocraft::SessionOptions options;
    options.region = region;
    options.endpoint_url = witness.endpoint();
    options.max_attempts = 1;
    options.credentials = botocraft::static_credentials(
        botocraft::Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
    return Session(options);
}

// Both sides' JSON of one resource. Numbers are compared as numbers: a time is 1.5e9 here and 1500000000.0 there.
inline std::string difference(const json::value& ours, const json::value& theirs, const std::string& path = "") {
    if (ours.is_number() && theirs.is_number()) {
        const double gap = std::abs(ours.to_number<double>() - theirs.to_number<double>());
        return gap < 1e-3 ? "" : path + ": " + json::serialize(ours) + " is not " + json::serialize(theirs);
    }
    if (ours.is_array() && theirs.is_array() && ours.get_array().size() == theirs.get_array().size()) {
        for (std::size_t i = 0; i < ours.get_array().size(); ++i) {
            const std::string at = path + "[" + std::to_string(i) + "]";
            const std::string found = difference(ours.get_array()[i], theirs.get_array()[i], at);
            if (!found.empty()) return found;
        }
        return {};
    }
    if (ours.is_object() && theirs.is_object()) {
        std::set<std::string> names;
        for (const auto& member : ours.get_object()) names.emplace(member.key());
        for (const auto& member : theirs.get_object()) names.emplace(member.key());
        for (const std::string& name : names) {
            const json::value* const a = ours.get_object().if_contains(name);
            const json::value* const b = theirs.get_object().if_contains(name);
            if (a && a->is_null() && !b) continue;  // boto3 leaves out what is null
            if (!a || !b) return path + "." + name + (a ? ": boto3 does not see it" : ": we do not see it");
            const std::string found = difference(*a, *b, path + "." + name);
            if (!found.empty()) return found;
        }
        return {};
    }
    return ours == theirs ? "" : path + ": " + json::serialize(ours) + " is not " + json::serialize(theirs);
}

template <class Model>
std::string difference(const Model& ours, const json::value& theirs) {
    return difference(json::parse(botocraft::to_json(ours)), theirs, "");
}

inline json::object parse(std::string_view text) { return json::parse({text.data(), text.size()}).as_object(); }

}  // namespace botocraft::test
