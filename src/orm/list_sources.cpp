// The forms of list that AWS has: pages that lead to each other, identifiers that must be described, lists of lists.

#include "orm/complete.hpp"
#include "orm/expression.hpp"
#include "orm/operation.hpp"
#include "orm/pager.hpp"
#include "orm/run.hpp"
#include "orm/source.hpp"
#include "orm/taking.hpp"
#include "schema/path.hpp"
#include "schema/project.hpp"
#include "schema/transfer.hpp"
#include "schema/walk.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace botocraft::detail {

namespace {

using schema::Kind;

// Pages that hold what is wanted.
class PagedSource final : public PageSource {
  public:
    explicit PagedSource(CallState call) : pager_(std::move(call)) {}

    awaitable<bool> next(OwnedList& page) override {
        if (pager_.ended()) co_return false;
        Structure response = co_await pager_.fetch();
        if (pager_.call().method().result_kind == orm::ResultKind::value) {
            pager_.advance(response);
            take_whole(response, page);
        } else {
            take(response, page);
            if (pager_.call().method().addition_count != 0) co_await complete(pager_.call(), page.raw());
            pager_.advance(response);
        }
        co_return true;
    }

  private:
    // The pages of a client: each is a response.
    void take_whole(Structure& response, OwnedList& page) const {
        const CallState& call = pager_.call();
        attach(*call.service, response.shape(), response.get(), call.session);
        schema::take_structure(response.shape(), list_append(page.raw(), page.element()), response.get());
    }

    void take(Structure& response, OwnedList& page) const {
        const CallState& call = pager_.call();
        const auto place = results_of(call, response);
        if (!place) return;
        if (call.method().result_kind == orm::ResultKind::models) {
            take_models(call, *place, page.raw());
            for (std::uint32_t i = 0; i < page.size(); ++i) {
                merge_into(call, response, page.at(i));
                attach(*call.service, call.result_shape(), page.at(i), call.session);
            }
        } else {
            schema::take_all(page.raw(), schema::as<RawList>(place->at), page.element());
        }
    }

    Pager pager_;
};

// A call that has everything it needs: a batch of keys on its way to models. A source of one page.
class BatchSource final : public PageSource {
  public:
    explicit BatchSource(CallState call) : call_(std::move(call)) {}

    awaitable<bool> next(OwnedList& page) override {
        if (done_) co_return false;
        const orm::ResultKind kind = call_.method().result_kind;
        if (kind == orm::ResultKind::model || kind == orm::ResultKind::value) {
            co_await describe_one(page);
        } else {
            co_await run_method(call_, &page.raw());
        }
        done_ = true;
        co_return true;
    }

  private:
    // What was listed a moment ago may be gone.
    awaitable<void> describe_one(OwnedList& page) {
        OwnedList one(page.element());
        void* const model = list_append(one.raw(), one.element());
        bool found = true;
        try {
            co_await run_method(call_, model);
        } catch (const DoesNotExist&) {
            found = false;
        }
        if (found) page.take_all(one);
    }

    CallState call_;
    bool done_ = false;
};

// Keys on their way to models, in concurrent batches of the size that one call takes. `list`: the call that has the keys,
// which must outlive this.
class Batches {
  public:
    Batches(const CallState& list, const boost::asio::any_io_executor& strand) : list_(list), strand_(strand) {}

    [[nodiscard]] bool empty() const noexcept { return batches_.empty(); }

    // Whether the keys are structures and not texts.
    [[nodiscard]] bool takes_structures() const noexcept {
        return key_argument().type == orm::ArgumentType::structures;
    }
    [[nodiscard]] std::size_t size() const noexcept { return std::max<std::size_t>(list_.method().hydrate_batch, 1); }

    void add(Value::List keys, schema::TypeRef element) {
        CallState call = hydrating_call();
        const schema::Place place = key_place(call);
        const Value one = keys.front();
        put(place, place.kind() == Kind::list ? Value(std::move(keys)) : one, false);
        batches_.push_back(Batch{std::move(call), OwnedList(element)});
    }

    // Keys that are structures are what the other method takes.
    void add_structures(const schema::Range& keys, schema::TypeRef element) {
        for (std::size_t first = 0; first < keys.size(); first += size()) {
            CallState call = hydrating_call();
            const schema::Place place = key_place(call);
            schema::make_container(place);
            const schema::Appender appender(place);
            for (std::size_t i = first; i < std::min(first + size(), keys.size()); ++i) {
                schema::take_structure(keys[i].target(), schema::structure(appender.append()), schema::structure(keys[i]));
            }
            batches_.push_back(Batch{std::move(call), OwnedList(element)});
        }
    }

    // Fills the page, in the order of the keys. After an exception, what was described is kept for the next call.
    awaitable<void> describe(OwnedList& page) {
        co_await describe_all();
        for (Batch& batch : batches_) page.take_all(batch.models);
        batches_.clear();
    }

  private:
    struct Batch {
        CallState call;
        OwnedList models;
        bool described = false;
    };

    [[nodiscard]] const orm::Argument& key_argument() const noexcept {
        const orm::Method& method = list_.method();
        return list_.service->arguments[list_.service->methods[method.hydrate].first_argument + method.hydrate_argument];
    }
    [[nodiscard]] CallState hydrating_call() const {
        CallState call = make_call(*list_.service, list_.method().hydrate, list_.session);
        pass_arguments(list_, call, list_.method().hydrate_argument);
        return call;
    }
    [[nodiscard]] schema::Place key_place(CallState& call) const noexcept {
        const schema::ShapeRef shape = call.request.shape();
        return schema::member_place(shape, shape.begin()[key_argument().member], call.request.get());
    }

    awaitable<void> describe_all() {
        // Each batch has one page, so that the merged sources end when all batches are described.
        MergedSources work(strand_, most_concurrent);
        std::vector<Batch*> waiting;
        for (Batch& batch : batches_) {
            if (batch.described) continue;
            waiting.push_back(&batch);
            work.add(std::make_unique<BatchSource>(batch.call));
        }
        std::exception_ptr error;
        while (work.unfinished() > 0 && !error) {
            OwnedList models(batches_.front().models.element());
            const MergedSources::Result result = co_await work.next(models);
            error = result.error;
            if (error || result.last) continue;
            waiting[result.source]->models = std::move(models);
            waiting[result.source]->described = true;
        }
        if (error) std::rethrow_exception(error);
    }

    const CallState& list_;
    boost::asio::any_io_executor strand_;
    std::vector<Batch> batches_;
};

// Pages of keys, each page described before it is handed on.
class HydratedSource final : public PageSource {
  public:
    HydratedSource(CallState call, const boost::asio::any_io_executor& strand)
        : pager_(std::move(call)), batches_(pager_.call(), strand) {}

    awaitable<bool> next(OwnedList& page) override {
        while (batches_.empty()) {
            if (pager_.ended()) co_return false;
            Structure response = co_await pager_.fetch();
            make_batches(response, page.element());
            pager_.advance(response);
            if (batches_.empty()) co_return true;  // an empty page
        }
        co_await batches_.describe(page);
        co_return true;
    }

  private:
    void make_batches(Structure& response, schema::TypeRef element) {
        const auto place = results_of(pager_.call(), response);
        if (!place) return;
        const schema::Range range = schema::elements(*place);
        if (batches_.takes_structures()) return batches_.add_structures(range, element);
        Value::List keys;
        for (std::size_t i = 0; i < range.size(); ++i) {
            Value key = key_of(range[i]);
            if (!key.is_nothing()) keys.push_back(std::move(key));
            if (keys.size() == batches_.size() || (i + 1 == range.size() && !keys.empty())) {
                batches_.add(std::exchange(keys, {}), element);
            }
        }
    }

    // The element itself, or what a path finds in it.
    [[nodiscard]] Value key_of(schema::Place element) const {
        const CallState& call = pager_.call();
        if (element.kind() != Kind::structure) return Value(schema::scalar<std::string>(element));
        Scope scope;
        scope.service = call.service;
        scope.shape = element.target();
        scope.structure = schema::structure(element);
        return evaluate_path(scope, call.service->text(call.method().hydrate_path));
    }

    Pager pager_;
    Batches batches_;
};

// The keys that the caller gave, some at a time.
class GivenKeysSource final : public PageSource {
  public:
    GivenKeysSource(CallState call, const boost::asio::any_io_executor& strand)
        : call_(std::move(call)), batches_(call_, strand) {}

    awaitable<bool> next(OwnedList& page) override {
        if (batches_.empty()) add_batches(page.element());
        if (batches_.empty()) co_return false;
        co_await batches_.describe(page);
        co_return true;
    }

  private:
    static constexpr std::size_t keys_in_a_page = 100;

    void add_batches(schema::TypeRef element) {
        const std::size_t last = std::min(call_.keys.size(), used_ + keys_in_a_page);
        for (; used_ < last; ++used_) batches_.add({call_.keys[used_]}, element);
    }

    CallState call_;
    Batches batches_;
    std::size_t used_ = 0;
};

// A list for each model of another list.
class NestedSource final : public PageSource {
  public:
    NestedSource(CallState call, const boost::asio::any_io_executor& strand)
        : call_(std::move(call)),
          strand_(strand),
          parents_(outer_list(), outer_type(), strand),
          children_(strand, most_concurrent) {}

    // Children go on by themselves where only the waiting for them ends.
    awaitable<bool> next(OwnedList& page) override {
        try {
            const bool more = co_await next_of_children(page);
            co_return more;
        } catch (const boost::system::system_error&) {
            children_.cancel();
            throw;
        }
    }

  private:
    awaitable<bool> next_of_children(OwnedList& page) {
        while (true) {
            while (children_.unfinished() < most_concurrent && !parents_.ended) co_await add_children();
            if (children_.unfinished() == 0) co_return false;
            const MergedSources::Result result = co_await children_.next(page);
            if (result.error) {
                children_.retry(result.source);
                std::rethrow_exception(result.error);
            }
            if (!result.last) co_return true;
        }
    }

    struct Parents {
        Parents(CallState call, schema::TypeRef type, const boost::asio::any_io_executor& strand)
            : element(type), source(make_source(std::move(call), strand)) {}
        schema::TypeRef element;
        std::unique_ptr<PageSource> source;
        bool ended = false;
    };

    [[nodiscard]] CallState outer_list() const {
        const orm::Model& outer = call_.service->models[call_.method().each_model];
        CallState list = make_call(*call_.service, outer.list, call_.session);
        pass_arguments(call_, list, api::none);
        return list;
    }
    [[nodiscard]] schema::TypeRef outer_type() const noexcept {
        return {call_.service->schema, call_.service->models[call_.method().each_model].shape, Kind::structure, 0};
    }

    awaitable<void> add_children() {
        OwnedList page(parents_.element);
        const bool more = co_await parents_.source->next(page);
        parents_.ended = !more;
        for (std::uint32_t i = 0; i < page.size(); ++i) add_child(page.at(i));
    }

    void add_child(const void* parent) {
        const orm::Method& method = call_.method();
        CallState child = make_call(*call_.service, method.each_method, call_.session);
        pass_arguments(call_, child, api::none);
        pass_page_size(child);
        Scope scope;
        scope.service = call_.service;
        scope.shape = schema::leaf_shape(parents_.element);
        scope.structure = parent;
        if (!bind_by_name(child, scope, method.first_each, method.each_count)) return;
        children_.add(make_source(std::move(child), strand_));
    }

    // It is no argument, but what a query says of the same operation.
    void pass_page_size(CallState& child) const {
        const std::uint16_t row = child.operation().limit_member;
        if (row == api::none || !call_.request || call_.request.shape() != child.request.shape()) return;
        const schema::ShapeRef shape = child.request.shape();
        const schema::Member& member = shape.begin()[row];
        schema::assign_member(*shape.schema, member, schema::member_place(shape, member, child.request.get()).at,
                              schema::member_place(shape, member, call_.request.get()).at);
    }

    CallState call_;
    boost::asio::any_io_executor strand_;
    Parents parents_;
    MergedSources children_;
};

}  // namespace

std::unique_ptr<PageSource> make_source(CallState call, const boost::asio::any_io_executor& strand) {
    const orm::Method& method = call.method();
    if (method.each_method != api::none) return std::make_unique<NestedSource>(std::move(call), strand);
    if (method.keys_given) return std::make_unique<GivenKeysSource>(std::move(call), strand);
    if (method.hydrate != api::none) return std::make_unique<HydratedSource>(std::move(call), strand);
    if (method.chunk_size != 0) return std::make_unique<BatchSource>(std::move(call));
    return std::make_unique<PagedSource>(std::move(call));
}

}  // namespace botocraft::detail
