#pragma once
// JSON text and readable text of every modelled structure.

#include <botocraft/containers.hpp>

#include <iosfwd>
#include <string>
#include <string_view>

namespace botocraft {

namespace detail {
[[nodiscard]] std::string to_json(schema::ShapeRef shape, const void* structure);
void from_json(schema::ShapeRef shape, std::string_view json, void* structure);  // whose members are absent
[[nodiscard]] std::string to_string(schema::ShapeRef shape, const void* structure);
std::ostream& print(std::ostream& out, schema::ShapeRef shape, const void* structure);
}  // namespace detail

// All members that are not absent, under their names in C++. Also the sensitive ones: keep it out of logs.
template <modelled T>
[[nodiscard]] std::string to_json(const T& value) {
    return detail::to_json(T::shape_, &value);
}

// The reverse of to_json. Names that T does not have are skipped. Throws a ProtocolError that names the member where
// the text is not JSON or does not fit.
template <modelled T>
[[nodiscard]] T from_json(std::string_view json) {
    T value{};
    detail::from_json(T::shape_, json, &value);
    return value;
}

// One line for logs and people: `Service{serviceName: "web", desiredCount: 2}`. Sensitive members are `***`.
template <modelled T>
[[nodiscard]] std::string to_string(const T& value) {
    return detail::to_string(T::shape_, &value);
}

template <modelled T>
std::ostream& operator<<(std::ostream& out, const T& value) {
    return detail::print(out, T::shape_, &value);
}

}  // namespace botocraft
