// The models and errors of Large; its operations: <botocraft/large/client.hpp>.
// Made by `gen generate` from specs/aws/large.json (botocore 0.0.0) and specs/models/large.yaml: change those.
#pragma once

#include <botocraft/large/errors.hpp>
#include <botocraft/large/depot.hpp>
