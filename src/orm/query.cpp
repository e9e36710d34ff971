// The untyped part of queries: from what a caller asked for to a plan, and from a plan to results.

#include "orm/page_stream.hpp"
#include "orm/run.hpp"
#include "schema/walk.hpp"

#include <botocraft/error.hpp>
#include <botocraft/query.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace botocraft::detail {

QueryBase::QueryBase(const QueryBase& other) noexcept : plan_(other.plan_) {}
QueryBase::QueryBase(QueryBase&&) noexcept = default;
QueryBase& QueryBase::operator=(const QueryBase& other) noexcept {
    plan_ = other.plan_;
    stream_.reset();
    return *this;
}
QueryBase& QueryBase::operator=(QueryBase&&) noexcept = default;
QueryBase::~QueryBase() = default;

QueryBase::QueryBase(Call call, schema::TypeRef element) {
    auto plan = std::make_shared<Plan>();
    plan->call = std::move(*call.release());
    plan->element = element;
    plan_ = std::move(plan);
}

QueryBase::QueryBase(RelatedCall call, schema::TypeRef element) {
    auto plan = std::make_shared<Plan>();
    plan->related = call.release();
    if (plan->related->call) plan->call = *plan->related->call;
    plan->call.service = plan->related->target;
    plan->element = element;
    plan_ = std::move(plan);
}

Plan& QueryBase::change() {
    stream_.reset();
    auto own = std::make_shared<Plan>(*plan_);
    Plan& plan = *own;
    plan_ = std::move(own);
    return plan;
}

void QueryBase::add_filter(std::string_view path, Value value, bool exclude) {
    Filter filter(*plan_->call.service, plan_->element, path, std::move(value), exclude);
    change().filters.push_back(std::move(filter));
}

void QueryBase::set_order(std::span<const std::string_view> paths) {
    std::vector<Ordering> order;
    for (const std::string_view path : paths) {
        const bool descending = path.starts_with('-');
        Reader reader(*plan_->call.service, plan_->element, path.substr(descending ? 1 : 0));
        reader.check_values(std::string("order_by `").append(path).append("`"));
        order.push_back({std::move(reader), descending});
    }
    change().order = std::move(order);
}

void QueryBase::set_limit(std::size_t limit) { change().limit = limit; }

namespace {

void put_page_size(CallState& call, std::size_t size) {
    if (!call.request) return;
    const std::uint16_t row = call.operation().limit_member;
    if (row == api::none) return;
    const schema::ShapeRef shape = call.request.shape();
    const schema::Place place = schema::member_place(shape, shape.begin()[row], call.request.get());
    if (place.kind() == schema::Kind::integer) {
        if (!std::in_range<std::int32_t>(size)) {
            ErrorDetails details;
            details.kind = ErrorKind::usage;
            details.code = "WrongPageSize";
            details.explanation = "a page of " + std::to_string(size) + " is more than a request can ask for";
            throw_error(std::move(details));
        }
        schema::make_scalar<std::int32_t>(place) = static_cast<std::int32_t>(size);
    } else if (place.kind() == schema::Kind::string) {
        schema::make_scalar<std::string>(place) = std::to_string(size);
    }
}

}  // namespace

void QueryBase::set_page_size(std::size_t size) {
    Plan& plan = change();
    if (!plan.related) return put_page_size(plan.call, size);
    auto related = std::make_shared<RelatedState>(*plan.related);
    if (related->call) put_page_size(*related->call, size);
    plan.related = std::move(related);
}

void QueryBase::set_session(const Session& session) {
    Plan& plan = change();
    plan.call.session = session.state();
    if (!plan.related) return;
    auto related = std::make_shared<RelatedState>(*plan.related);
    if (related->call) related->call->session = session.state();
    if (related->hop) related->hop->session = session.state();
    plan.related = std::move(related);
}

void QueryBase::arrange(RawList& items) const {
    OwnedList unsorted(plan_->element);
    OwnedList sorted(plan_->element);
    std::swap(unsorted.raw(), items);
    sort_models(*plan_, unsorted, sorted);
    if (plan_->limit) sorted.truncate(static_cast<std::uint32_t>(std::min<std::size_t>(*plan_->limit, sorted.size())));
    std::swap(sorted.raw(), items);
}

std::shared_ptr<PageStream> QueryBase::stream() {
    if (!stream_) stream_ = std::make_shared<PageStream>(plan_);
    return stream_;
}

awaitable<bool> QueryBase::next(std::shared_ptr<PageStream> stream, RawList& page) {
    return PageStream::next(std::move(stream), page);
}

awaitable<void> collect_all(std::shared_ptr<const Plan> plan, RawList& all) {
    const schema::TypeRef element = plan->element;
    const auto stream = std::make_shared<PageStream>(std::move(plan));
    all.presence = Presence::present;
    while (true) {
        OwnedList page(element);
        const bool more = co_await PageStream::next(stream, page.raw());
        if (!more) break;
        schema::take_all(all, page.raw(), element);
    }
}

namespace {

awaitable<bool> take_one(std::shared_ptr<const Plan> plan, RawList& one) {
    auto limited = std::make_shared<Plan>(*plan);
    limited->limit = std::min<std::size_t>(1, plan->limit.value_or(1));
    co_await collect_all(std::move(limited), one);
    co_return one.size > 0;
}

awaitable<std::size_t> count_all(std::shared_ptr<const Plan> plan) {
    auto unordered = std::make_shared<Plan>(*plan);
    unordered->order.clear();
    const auto stream = std::make_shared<PageStream>(std::move(unordered));
    std::size_t count = 0;
    while (true) {
        OwnedList page(plan->element);
        const bool more = co_await PageStream::next(stream, page.raw());
        if (!more) break;
        count += page.size();
    }
    co_return count;
}

Record read_record(const std::vector<std::string>& paths, const std::vector<Reader>& readers, const void* element) {
    std::vector<std::pair<std::string, Value>> members;
    for (std::size_t i = 0; i < readers.size(); ++i) {
        std::vector<Value> values;
        readers[i].read(element, values);
        Value value;
        if (values.size() == 1) value = std::move(values.front());
        if (values.size() > 1) value = Value(std::move(values));
        members.emplace_back(paths[i], std::move(value));
    }
    return Record(std::move(members));
}

awaitable<std::vector<Record>> read_records(std::shared_ptr<const Plan> plan, std::vector<std::string> paths,
                                            std::vector<Reader> readers) {
    const schema::TypeRef element = plan->element;
    const auto stream = std::make_shared<PageStream>(std::move(plan));
    std::vector<Record> records;
    while (true) {
        OwnedList page(element);
        const bool more = co_await PageStream::next(stream, page.raw());
        if (!more) break;
        for (std::uint32_t i = 0; i < page.size(); ++i) records.push_back(read_record(paths, readers, page.at(i)));
    }
    co_return records;
}

}  // namespace

awaitable<void> QueryBase::collect(std::shared_ptr<const Plan> plan, RawList& all) {
    return collect_all(std::move(plan), all);
}

awaitable<bool> QueryBase::take_first(std::shared_ptr<const Plan> plan, RawList& one) {
    return take_one(std::move(plan), one);
}

awaitable<std::size_t> QueryBase::count(std::shared_ptr<const Plan> plan) { return count_all(std::move(plan)); }

awaitable<std::vector<Record>> QueryBase::records(std::shared_ptr<const Plan> plan, std::vector<std::string> paths) {
    // A path that leads nowhere is an error before anything is sent.
    std::vector<Reader> readers;
    for (const std::string& path : paths) {
        readers.emplace_back(*plan->call.service, plan->element, path);
        readers.back().check_values("values `" + path + "`");
    }
    return read_records(std::move(plan), std::move(paths), std::move(readers));
}

}  // namespace botocraft::detail
