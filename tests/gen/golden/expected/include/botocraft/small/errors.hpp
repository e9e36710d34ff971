// The errors that Small declares.
// Made by `gen generate` from specs/aws/small.json (botocore 0.0.0) and specs/models/small.yaml: change those.
#pragma once

#include <botocraft/error.hpp>

namespace botocraft::small {

struct CartNotFoundExceptionDetails;  // in requests.hpp
class CartNotFoundException : public ::botocraft::ServiceError {
  public:
    using ::botocraft::ServiceError::ServiceError;
    // What AWS said besides code and message; null where AWS said nothing.
    [[nodiscard]] const CartNotFoundExceptionDetails* members() const noexcept {
        return static_cast<const CartNotFoundExceptionDetails*>(details().members.get());
    }
};

struct CartLostExceptionDetails;  // in requests.hpp
class CartLostException : public ::botocraft::ServiceError {
  public:
    using ::botocraft::ServiceError::ServiceError;
    // What AWS said besides code and message; null where AWS said nothing.
    [[nodiscard]] const CartLostExceptionDetails* members() const noexcept {
        return static_cast<const CartLostExceptionDetails*>(details().members.get());
    }
};

}  // namespace botocraft::small
