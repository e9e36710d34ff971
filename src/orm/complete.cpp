#include "orm/complete.hpp"

#include "orm/cancellation.hpp"
#include "orm/expression.hpp"
#include "orm/operation.hpp"
#include "orm/pager.hpp"
#include "orm/run.hpp"
#include "orm/source.hpp"
#include "orm/taking.hpp"
#include "runtime/run_on.hpp"
#include "schema/walk.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace botocraft::detail {

namespace asio = boost::asio;

namespace {

// One call besides, for one model.
struct Wanted {
    CallState call;
    const orm::Addition* addition = nullptr;
    void* model = nullptr;
    // Shared with the coroutine that asks, which may end a moment after the one that waits for it.
    std::shared_ptr<std::optional<Structure>> answer = std::make_shared<std::optional<Structure>>();
};

// A source without pages: what it fetches is the answer.
class AnswerSource final : public PageSource {
  public:
    explicit AnswerSource(const Wanted& wanted) : call_(wanted.call), answer_(wanted.answer) {}

    awaitable<bool> next(OwnedList&) override {
        try {
            Structure answer = co_await whole_response(call_);
            answer_->emplace(std::move(answer));
        } catch (const DoesNotExist&) {
            answer_->reset();  // there is no more to be known
        }
        co_return false;
    }

  private:
    CallState call_;
    std::shared_ptr<std::optional<Structure>> answer_;
};

void add_wanted(const CallState& call, void* model, std::vector<Wanted>& all) {
    Scope scope;
    scope.service = call.service;
    scope.shape = call.result_shape();
    scope.structure = model;
    scope.request_shape = call.request.shape();
    scope.request = call.request.get();
    for (std::uint16_t i = 0; i < call.method().addition_count; ++i) {
        Wanted wanted;
        wanted.addition = call.service->additions + call.method().first_addition + i;
        wanted.model = model;
        wanted.call = make_call(*call.service, wanted.addition->method, call.session);
        if (!bind_by_name(wanted.call, scope, wanted.addition->first_binding, wanted.addition->binding_count)) continue;
        all.push_back(std::move(wanted));
    }
}

awaitable<void> ask_all(const std::vector<Wanted>& all, schema::TypeRef element, asio::any_io_executor strand) {
    co_await heed_cancellation();
    MergedSources work(strand, most_concurrent);
    for (const Wanted& wanted : all) work.add(std::make_unique<AnswerSource>(wanted));
    OwnedList nothing(element);
    while (work.unfinished() > 0) {
        const MergedSources::Result result = co_await work.next(nothing);
        if (result.error) std::rethrow_exception(result.error);
    }
}

awaitable<void> run(std::vector<Wanted> all, const CallState& call) {
    if (all.empty()) co_return;
    const auto executor = co_await asio::this_coro::executor;
    asio::any_io_executor strand = asio::make_strand(executor);
    awaitable<void> asked = ask_all(all, call.result_type(), strand);
    co_await run_on(strand, std::move(asked));
    for (Wanted& wanted : all) {
        if (!*wanted.answer) continue;
        merge_into(wanted.call, **wanted.answer, wanted.addition->first_merge, wanted.addition->merge_count,
                   call.result_shape(), wanted.model);
        attach(*call.service, call.result_shape(), wanted.model, call.session);
    }
}

}  // namespace

awaitable<void> complete(const CallState& call, RawList& models) {
    std::vector<Wanted> all;
    for (std::uint32_t i = 0; i < models.size; ++i) {
        add_wanted(call, schema::offset(models.data, std::size_t{i} * call.result_shape().shape().size), all);
    }
    return run(std::move(all), call);
}

awaitable<void> complete_one(const CallState& call, void* model) {
    std::vector<Wanted> all;
    add_wanted(call, model, all);
    return run(std::move(all), call);
}

}  // namespace botocraft::detail
