#pragma once
// Structures as text for people.

#include "schema/walk.hpp"

#include <string>

namespace botocraft::schema {

// Appends `Service{serviceName: "web", tags: [{key: "team", value: "pay"}]}`: the names of C++, no absent members, and
// `***` for everything sensitive.
void print(ShapeRef shape, const void* structure, std::string& out);
void print(ConstPlace place, std::string& out);

}  // namespace botocraft::schema
