// Where structures that are no models of their own lead to.
// Made by `gen generate` from specs/aws/small.json (botocore 0.0.0) and specs/models/small.yaml: change those.
#pragma once

#include <botocraft/small/types.hpp>
#include <botocraft/manager.hpp>

namespace botocraft::small {

template <class Target>
::botocraft::awaitable<::botocraft::box<Target>> CartWheel::depot(const ::botocraft::Session& session) const {
    static_assert(::botocraft::detail::complete<Target>, "include <botocraft/large/depot.hpp>");
    return ::botocraft::detail::related_one<Target>(tables::service, 5, this,
        ::botocraft::large::tables::service, session);
}

template <class Target>
::botocraft::Query<Target> CartWheel::yards(const ::botocraft::Session& session) const {
    return ::botocraft::detail::related_many<Target>(tables::service, 6, this, tables::service, session);
}

}  // namespace botocraft::small
