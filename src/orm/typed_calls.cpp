// What the typed shells of manager.hpp call.

#include "orm/result.hpp"
#include "orm/run.hpp"

#include <botocraft/error.hpp>
#include <botocraft/query.hpp>

#include <utility>

namespace botocraft::detail {

namespace {

awaitable<bool> run_if_there(Call& call, void* result) {
    try {
        co_await run_method(call.state(), result);
    } catch (const DoesNotExist&) {
        co_return false;
    }
    co_return true;
}

awaitable<void> run_and_drop(Call call) {
    OwnedResult ignored(call.state());
    co_await run_method(call.state(), ignored.get());
}

}  // namespace

awaitable<void> run(Call& call, void* result) { return run_method(call.state(), result); }

awaitable<void> run_one(Call& call, void*& model) { return run_model(call.state(), model); }

awaitable<bool> run_or_none(Call& call, void* result) { return run_if_there(call, result); }

awaitable<void> run_for_nothing(Call call) { return run_and_drop(std::move(call)); }

}  // namespace botocraft::detail
