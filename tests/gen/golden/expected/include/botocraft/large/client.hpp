// The operations of Large as AWS describes them: below the models, and beside them.
// Made by `gen generate` from specs/aws/large.json (botocore 0.0.0) and specs/models/large.yaml: change those.
#pragma once

#include <botocraft/client.hpp>
#include <botocraft/large/errors.hpp>
#include <botocraft/large/operations.hpp>

namespace botocraft::large {

// Awaits one request and one response. `..._pages` is a query whose elements are responses: it follows the tokens.
// Templates, so that a file pays for the functions that it calls, and for no others.
class Client : public ::botocraft::ClientBase {
  public:
    Client() noexcept : ::botocraft::ClientBase(tables::client) {}
    explicit Client(const ::botocraft::Session& session) noexcept
        : ::botocraft::ClientBase(tables::client, session) {}

    template <class Result = ::botocraft::large::DescribeDepotsResponse>
    [[nodiscard]] ::botocraft::awaitable<Result> describe_depots(
        const operations::DescribeDepots& arguments = {}) const {
        return ::botocraft::detail::response<Result>(bind(0, &arguments));
    }

    template <class Result = ::botocraft::large::ListDepotsResponse>
    [[nodiscard]] ::botocraft::awaitable<Result> list_depots(const operations::ListDepots& arguments = {}) const {
        return ::botocraft::detail::response<Result>(bind(1, &arguments));
    }
    template <class Result = ::botocraft::large::ListDepotsResponse>
    [[nodiscard]] ::botocraft::Query<Result> list_depots_pages(const operations::ListDepots& arguments = {}) const {
        return ::botocraft::Query<Result>(bind(1, &arguments));
    }
};

}  // namespace botocraft::large
