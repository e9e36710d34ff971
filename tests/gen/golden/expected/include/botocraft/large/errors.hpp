// The errors that Large declares.
// Made by `gen generate` from specs/aws/large.json (botocore 0.0.0) and specs/models/large.yaml: change those.
#pragma once

#include <botocraft/error.hpp>

namespace botocraft::large {

}  // namespace botocraft::large
