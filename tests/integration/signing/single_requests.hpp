#pragma once
// Requests that a signer of others' makes or checks too: one by one, without a service.

#include <boost/json/array.hpp>

#include <istream>

namespace single {

// Signature Version 4a in headers, with and without S3's path rules, and in a URL.
[[nodiscard]] boost::json::array asymmetric();

// In a session with a directory bucket, in headers and in a URL. AWS_SESSION_TOKEN is the session's.
[[nodiscard]] boost::json::array express();

// For each request of a JSON array its name and whether its signature is good, with the secret of the environment.
[[nodiscard]] boost::json::array verdicts(std::istream& requests);

}  // namespace single
