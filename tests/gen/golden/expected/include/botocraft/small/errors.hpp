// The errors that Small declares.
// Made by `gen generate` from specs/aws/small.json (botocore 0.0.0) and specs/models/small.yaml: change those.
#pragma once

#include <botocraft/error.hpp>

namespace botocraft::small {

class CartNotFoundException : public ::botocraft::ServiceError {
  public:
    using ::botocraft::ServiceError::ServiceError;
};

}  // namespace botocraft::small
