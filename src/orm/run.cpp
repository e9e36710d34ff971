#include "orm/run.hpp"

#include "orm/cancellation.hpp"
#include "orm/chunks.hpp"
#include "orm/complete.hpp"
#include "orm/expression.hpp"
#include "orm/half_done.hpp"
#include "orm/operation.hpp"
#include "orm/owned_list.hpp"
#include "orm/page_stream.hpp"
#include "orm/pager.hpp"
#include "orm/source.hpp"
#include "orm/taking.hpp"
#include "runtime/invoke.hpp"
#include "runtime/run_on.hpp"
#include "schema/transfer.hpp"
#include "schema/walk.hpp"

#include <botocraft/error.hpp>

#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace botocraft::detail {

namespace asio = boost::asio;

namespace {

using orm::ResultKind;

// --- one operation ------------------------------------------------------------------------------------------------------

// What AWS answers, before anything of it is checked.
awaitable<Structure> answer_to(CallState& call, std::shared_ptr<const SessionState> session) {
    Structure response = empty_response(call);
    try {
        co_await invoke(std::move(session), *call.service, call.method().operation, call.request.get(), response.get(),
                        call.bodies.get());
        decode_texts(call, response);
    } catch (const ServiceError& error) {
        throw_unless_nothing(call, error);
    }
    co_return response;
}

awaitable<Structure> invoke_call(CallState& call, std::shared_ptr<const SessionState> session) {
    Structure response = co_await answer_to(call, std::move(session));
    check_answer(call, response);
    co_return response;
}

// Does not go through invoke_call: this is every call's way, and one coroutine less is felt.
awaitable<void> run_plain(CallState& call, std::shared_ptr<const SessionState> session, void* result,
                          void** made = nullptr) {
    Structure response = empty_response(call);
    try {
        co_await invoke(session, *call.service, call.method().operation, call.request.get(), response.get(),
                        call.bodies.get());
        decode_texts(call, response);
    } catch (const ServiceError& error) {
        throw_unless_nothing(call, error);
    }
    check_answer(call, response);
    take_result(call, session, response, result, made);
}

// --- several operations ---------------------------------------------------------------------------------------------

void join(Structure& all, Structure& part) {
    if (all) {
        join_lists(all, part);
    } else {
        all = std::move(part);
    }
}

// A piece of a call that only reads. Shared with the coroutine that asks, which may end a moment after the one that waits for it.
struct Piece {
    CallState call;
    Structure answer{};
};
using Pieces = std::vector<std::shared_ptr<Piece>>;

// A source without pages: what it fetches is the answer.
class PieceSource final : public PageSource {
  public:
    explicit PieceSource(std::shared_ptr<Piece> piece) : piece_(std::move(piece)) {}

    awaitable<bool> next(OwnedList&) override {
        Structure answer = co_await invoke_call(piece_->call, piece_->call.session);
        piece_->answer = std::move(answer);
        co_return false;
    }

  private:
    std::shared_ptr<Piece> piece_;
};

awaitable<void> ask_all(Pieces pieces, schema::TypeRef element, asio::any_io_executor strand) {
    co_await heed_cancellation();
    MergedSources work(strand, most_concurrent);
    for (const std::shared_ptr<Piece>& piece : pieces) work.add(std::make_unique<PieceSource>(piece));
    OwnedList nothing(element);
    while (work.unfinished() > 0) {
        const MergedSources::Result asked = co_await work.next(nothing);
        if (asked.error) std::rethrow_exception(asked.error);
    }
}

// Pieces that only read are under way at once. What they return is in the order of what was asked for.
awaitable<void> read_chunks(CallState& call, std::shared_ptr<const SessionState> session, void* result) {
    Pieces pieces;
    CallState chunk;
    for (std::size_t first = 0; next_chunk(call, first, chunk);) {
        pieces.push_back(std::make_shared<Piece>(Piece{std::move(chunk)}));
    }
    const auto executor = co_await asio::this_coro::executor;
    asio::any_io_executor strand = asio::make_strand(executor);
    awaitable<void> asked = ask_all(pieces, call.result_type(), strand);
    co_await run_on(strand, std::move(asked));
    Structure all;
    for (const std::shared_ptr<Piece>& piece : pieces) {
        if (call.method().result_kind == ResultKind::models) {
            OwnedList part(call.result_type());
            take_result(piece->call, session, piece->answer, &part.raw(), nullptr);
            schema::take_all(schema::as<RawList>(result), part.raw(), call.result_type());
        } else {
            join(all, piece->answer);
        }
    }
    if (all) take_result(call, session, all, result, nullptr);
}

// The parts of what a method returns: models, or responses whose lists are joined. Of anything else the last stays.
awaitable<void> run_chunks(CallState& call, std::shared_ptr<const SessionState> session, void* result) {
    const orm::Method& method = call.method();
    const bool response = method.result_kind == ResultKind::value && method.result.length == 0 && result;
    const std::size_t size = chunked_size(call);
    CallState chunk;
    Structure all;
    std::size_t sent = 0;
    for (std::size_t first = 0; next_chunk(call, first, chunk); sent = first) {
        Structure part;
        try {
            if (response) {
                Structure answer = co_await answer_to(chunk, session);
                part = std::move(answer);
                check_answer(chunk, part);
                join(all, part);
                continue;
            }
            OwnedList models(call.result_type());
            co_await run_plain(chunk, session, method.result_kind == ResultKind::models ? &models.raw() : result);
            if (method.result_kind == ResultKind::models) {
                schema::take_all(schema::as<RawList>(result), models.raw(), call.result_type());
            }
        } catch (const Error& error) {
            if (part) sent = first;  // it is the answer that is not as it should be
            if (sent == 0) throw;
            if (part) join(all, part);
            throw_half_done(call, error, sent, size, all);
        }
    }
    if (all) take_result(call, session, all, result, nullptr);
}

// All pages of a list, as one response.
awaitable<void> run_joined(CallState& call, std::shared_ptr<const SessionState> session, void* result) {
    Structure response = co_await whole_response(call);
    take_result(call, session, response, result, nullptr);
}

// Reads the model again, by arguments from the response and from what the caller sent.
awaitable<void> read_again(CallState& call, std::shared_ptr<const SessionState> session, schema::ShapeRef shape,
                           const void* structure, void* result) {
    const orm::Method& method = call.method();
    CallState get = make_call(*call.service, method.refresh, session);
    Scope scope;
    scope.service = call.service;
    scope.shape = shape;
    scope.structure = structure;
    scope.request_shape = call.request.shape();
    scope.request = call.request.get();
    pass_arguments(call, get, api::none);
    const bool bound = bind_by_name(get, scope, method.first_refresh, method.refresh_count, call.keys);
    if (!bound) does_not_exist(call, session.get(), "the response does not say which one it is");
    co_await run_method(get, result);
}

bool method_creates(const CallState& call) noexcept { return call.method().kind == orm::MethodKind::create; }

awaitable<void> run_steps(CallState& call, std::shared_ptr<const SessionState> session) {
    call.made = method_creates(call);
    for (CallState& step : call.steps) {
        try {
            const Structure response = co_await invoke_call(step, session);
            static_cast<void>(response);
        } catch (const Error& error) {
            if (!call.made) throw;
            std::string created = "the ";
            created.append(call.model_shape().name()).append(" was created: what failed is ");
            created.append(call.service->text(step.operation().name)).append(", which follows");
            throw_saying(*call.service, error, created);
        }
    }
}

awaitable<void> run_refreshing(CallState& call, std::shared_ptr<const SessionState> session, void* result) {
    if (call.method().refresh_before) {
        co_await read_again(call, session, call.request.shape(), call.request.get(), result);
        const Structure response = co_await invoke_call(call, session);
        static_cast<void>(response);
        co_return;
    }
    Structure response = co_await invoke_call(call, session);
    check_failures(call, response);
    try {
        co_await run_steps(call, session);
    } catch (...) {
        if (call.made) static_cast<void>(fill_from(call, response, result));
        throw;
    }
    if (method_creates(call)) {
        co_await read_created(call, session, response, result, read_again);
    } else {
        co_await read_again(call, session, response.shape(), response.get(), result);
    }
    merge_into(call, response, result);  // what is said only once, such as a new private key
}

// The models of the keys that the caller gave: a list whose pages are made here.
awaitable<void> run_for_keys(CallState& call, void* result) {
    auto plan = std::make_shared<Plan>();
    plan->call = call;
    plan->element = call.result_type();
    return collect_all(std::move(plan), schema::as<RawList>(result));
}

// The one of a list whose member has the value that the caller gave.
awaitable<void> run_scan(CallState& call, std::shared_ptr<const SessionState> session, void* result) {
    auto plan = std::make_shared<Plan>();
    plan->call = make_call(*call.service, call.method().scan, session);
    pass_arguments(call, plan->call, api::none);
    plan->element = call.result_type();
    OwnedList all(plan->element);
    co_await collect_all(std::move(plan), all.raw());
    Scope scope;
    scope.service = call.service;
    scope.shape = call.result_shape();
    const Value& wanted = call.keys.front();
    void* found = nullptr;
    for (std::uint32_t i = 0; i < all.size(); ++i) {
        scope.structure = all.at(i);
        if (!(evaluate_path(scope, call.service->text(call.method().scan_path)) == wanted)) continue;
        if (found) several_found(call, *session, 2);
        found = all.at(i);
    }
    if (!found) does_not_exist(call, session.get(), *wanted.as_string());
    schema::take_structure(call.result_shape(), result, found);
}

// The list of keys of a method that reads by them; null where it has none.
const RawList* given_keys(const CallState& call) noexcept {
    using enum orm::ArgumentType;
    const orm::Method& method = call.method();
    const bool listed = method.kind == orm::MethodKind::list && method.chunk_size != 0;
    if (!call.request || method.keys_given || (method.kind != orm::MethodKind::get_many && !listed)) return nullptr;
    for (std::uint16_t i = 0; i < method.argument_count; ++i) {
        const orm::Argument& argument = call.service->arguments[method.first_argument + i];
        const bool named = (argument.flags & orm::argument_flag::positional) == 0;
        const bool keys = method.chunk_size != 0 ? i == method.chunk_argument : !named && (argument.type == texts || argument.type == structures);
        if (!keys || argument.member == api::none || argument.inner != api::none) continue;
        const schema::ShapeRef shape = call.request.shape();
        return &schema::as<RawList>(schema::offset(call.request.get(), shape.begin()[argument.member].offset));
    }
    return nullptr;
}

// AWS would take no keys for all that there are.
bool asks_for_none(const CallState& call) noexcept {
    const RawList* const keys = given_keys(call);
    return keys && keys->presence == Presence::present && keys->size == 0;
}

// Whether one call may not suffice.
bool is_chunked(const CallState& call) noexcept {
    const orm::Method& method = call.method();
    if (method.chunk_size == 0) return false;
    const RawList* const keys = method.chunk_bytes == 0 ? given_keys(call) : nullptr;
    return !keys || keys->size > method.chunk_size;
}

awaitable<void> run_in(CallState& call, void* result) {
    if (asks_for_none(call)) {
        if (result) schema::as<RawList>(result).presence = Presence::present;
        co_return;
    }
    std::shared_ptr<const SessionState> session = co_await session_of(call.session);
    call.session = session;
    const orm::Method& method = call.method();
    if (method.region_member != api::none) {
        if (!session->is_prepared()) co_await session->prepare();
        say_region(call, session->region());
    }
    if (method.refresh != api::none) {
        co_await run_refreshing(call, session, result);
    } else if (method.scan != api::none) {
        co_await run_scan(call, session, result);
    } else if (method.keys_given) {
        co_await run_for_keys(call, result);
    } else if (is_chunked(call) && method.kind == orm::MethodKind::get_many) {
        co_await read_chunks(call, session, result);
    } else if (is_chunked(call)) {
        co_await run_chunks(call, session, result);
    } else if (method.joined) {
        co_await run_joined(call, session, result);
    } else {
        co_await run_plain(call, session, result);
        co_await run_steps(call, session);
    }
    if (method.addition_count == 0 || !result) co_return;
    if (method.result_kind == ResultKind::model) co_await complete_one(call, result);
    if (method.result_kind == ResultKind::models) co_await complete(call, schema::as<RawList>(result));
}

}  // namespace

awaitable<Structure> send(CallState& call, std::shared_ptr<const SessionState> session) {
    return invoke_call(call, std::move(session));
}

namespace {

// One call of an operation, in the name of a session that is known: what needs no coroutine around it.
bool is_plain(const CallState& call) noexcept {
    const orm::Method& method = call.method();
    return call.session && method.refresh == api::none && method.scan == api::none && !is_chunked(call) &&
           !method.keys_given && !method.joined && method.addition_count == 0 && method.step_count == 0 &&
           method.region_member == api::none && !asks_for_none(call);
}

}  // namespace

awaitable<void> run_method(CallState& call, void* result) {
    if (is_plain(call)) return run_plain(call, call.session, result);
    return run_in(call, result);
}

awaitable<void> run_model(CallState& call, void*& model) {
    if (is_plain(call)) return run_plain(call, call.session, nullptr, &model);
    model = structure_new(call.result_shape());
    return run_in(call, model);
}

}  // namespace botocraft::detail
