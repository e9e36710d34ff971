// The operations of Small as AWS describes them: below the models, and beside them.
// Made by `gen generate` from specs/aws/small.json (botocore 0.0.0) and specs/models/small.yaml: change those.
#pragma once

#include <botocraft/client.hpp>
#include <botocraft/event_stream.hpp>
#include <botocraft/small/errors.hpp>
#include <botocraft/small/operations.hpp>
#include <botocraft/waiter.hpp>

namespace botocraft::small {

// Awaits one request and one response. `..._pages` is a query whose elements are responses: it follows the tokens.
// Templates, so that a file pays for the functions that it calls, and for no others.
class Client : public ::botocraft::ClientBase {
  public:
    Client() noexcept : ::botocraft::ClientBase(tables::client) {}
    explicit Client(const ::botocraft::Session& session) noexcept
        : ::botocraft::ClientBase(tables::client, session) {}

    template <class Result = ::botocraft::small::CreateCartResponse>
    [[nodiscard]] ::botocraft::awaitable<Result> create_cart(const operations::CreateCart& arguments = {}) const {
        return ::botocraft::detail::response<Result>(bind(0, &arguments));
    }

    template <class Result = ::botocraft::small::DeleteCartsResponse>
    [[nodiscard]] ::botocraft::awaitable<Result> delete_carts(const operations::DeleteCarts& arguments = {}) const {
        return ::botocraft::detail::response<Result>(bind(1, &arguments));
    }

    template <class Result = ::botocraft::small::DescribeCartsResponse>
    [[nodiscard]] ::botocraft::awaitable<Result> describe_carts(const operations::DescribeCarts& arguments = {}) const {
        return ::botocraft::detail::response<Result>(bind(2, &arguments));
    }

    template <class Result = ::botocraft::small::DescribeYardsResponse>
    [[nodiscard]] ::botocraft::awaitable<Result> describe_yards(const operations::DescribeYards& arguments = {}) const {
        return ::botocraft::detail::response<Result>(bind(3, &arguments));
    }
    template <class Result = ::botocraft::small::DescribeYardsResponse>
    [[nodiscard]] ::botocraft::Query<Result> describe_yards_pages(
        const operations::DescribeYards& arguments = {}) const {
        return ::botocraft::Query<Result>(bind(3, &arguments));
    }

    template <class Result = ::botocraft::small::FindCartsResponse>
    [[nodiscard]] ::botocraft::awaitable<Result> find_carts(const operations::FindCarts& arguments = {}) const {
        return ::botocraft::detail::response<Result>(bind(4, &arguments));
    }

    template <class Result = ::botocraft::small::ListCartLabelsResponse>
    [[nodiscard]] ::botocraft::awaitable<Result> list_cart_labels(
        const operations::ListCartLabels& arguments = {}) const {
        return ::botocraft::detail::response<Result>(bind(5, &arguments));
    }
    template <class Result = ::botocraft::small::ListCartLabelsResponse>
    [[nodiscard]] ::botocraft::Query<Result> list_cart_labels_pages(
        const operations::ListCartLabels& arguments = {}) const {
        return ::botocraft::Query<Result>(bind(5, &arguments));
    }

    template <class Result = ::botocraft::small::ListCartsResponse>
    [[nodiscard]] ::botocraft::awaitable<Result> list_carts(const operations::ListCarts& arguments = {}) const {
        return ::botocraft::detail::response<Result>(bind(6, &arguments));
    }
    template <class Result = ::botocraft::small::ListCartsResponse>
    [[nodiscard]] ::botocraft::Query<Result> list_carts_pages(const operations::ListCarts& arguments = {}) const {
        return ::botocraft::Query<Result>(bind(6, &arguments));
    }

    template <class Result = ::botocraft::small::ListYardCartsResponse>
    [[nodiscard]] ::botocraft::awaitable<Result> list_yard_carts(
        const operations::ListYardCarts& arguments = {}) const {
        return ::botocraft::detail::response<Result>(bind(7, &arguments));
    }
    template <class Result = ::botocraft::small::ListYardCartsResponse>
    [[nodiscard]] ::botocraft::Query<Result> list_yard_carts_pages(
        const operations::ListYardCarts& arguments = {}) const {
        return ::botocraft::Query<Result>(bind(7, &arguments));
    }

    template <class Result = ::botocraft::small::PaintCartResponse>
    [[nodiscard]] ::botocraft::awaitable<Result> paint_cart(const operations::PaintCart& arguments = {}) const {
        return ::botocraft::detail::response<Result>(bind(8, &arguments));
    }

    template <class Result = ::botocraft::small::UpdateCartResponse>
    [[nodiscard]] ::botocraft::awaitable<Result> update_cart(const operations::UpdateCart& arguments = {}) const {
        return ::botocraft::detail::response<Result>(bind(9, &arguments));
    }

    // ReportCarts has no function: it streams events to AWS, which takes HTTP/2.

    template <class Event = ::botocraft::small::CartEvents, class Response = ::botocraft::small::WatchCartsResponse>
    [[nodiscard]] ::botocraft::EventStream<Event, Response> watch_carts(
        const operations::WatchCarts& arguments = {}) const {
        return ::botocraft::EventStream<Event, Response>(bind(11, &arguments));
    }

    // DescribeCarts every 5 s, 20 times at most.
    [[nodiscard]] ::botocraft::awaitable<void> wait_until_cart_painted(
        const operations::DescribeCarts& arguments = {}, const ::botocraft::WaitOptions& options = {}) const {
        return ::botocraft::detail::wait(bind(2, &arguments), tables::waiters[0], options);
    }
};

}  // namespace botocraft::small
