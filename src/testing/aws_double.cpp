#include <botocraft/testing/aws_double.hpp>

#include "testing/double_state.hpp"
#include "testing/server.hpp"

#include <algorithm>

namespace botocraft::testing {

Credentials example_credentials() {
    return {"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
}

std::string_view RecordedRequest::header(std::string_view name) const noexcept {
    const auto found =
        std::ranges::find(headers, name, [](const auto& header) { return std::string_view(header.first); });
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

AwsDouble::AwsDouble(DoubleOptions options) : state_(std::make_shared<State>(std::move(options))) {
    Server::start(std::nullopt, state_);
}

AwsDouble::AwsDouble(boost::asio::any_io_executor executor, DoubleOptions options)
    : state_(std::make_shared<State>(std::move(options))) {
    Server::start(std::move(executor), state_);
}

AwsDouble::~AwsDouble() {
    stop();
}

std::string AwsDouble::endpoint_url() const {
    return "http://127.0.0.1:" + std::to_string(port());
}
std::uint16_t AwsDouble::port() const noexcept {
    return state_->server->port();
}
const Credentials& AwsDouble::credentials() const noexcept {
    return state_->first_credentials;
}
void AwsDouble::stop() {
    state_->server->stop();
}

void AwsDouble::fail(std::string_view operation, Fault fault) {
    const std::scoped_lock lock(state_->mutex);
    state_->faults.add(operation, std::move(fault));
}

void AwsDouble::clear_faults() {
    const std::scoped_lock lock(state_->mutex);
    state_->faults.clear();
}

void AwsDouble::on_untyped(std::string_view service, std::string_view operation, Untyped function, schema::ShapeRef in,
                           schema::ShapeRef out) {
    auto call = [function = std::move(function)](const Caller& caller, const void* input, void* output,
                                                 botocraft::detail::RawList&) { function(caller, input, output); };
    state_->answer_with(service, operation, {std::move(call), in, out});
}

void AwsDouble::on_events_untyped(std::string_view service, std::string_view operation, UntypedEvents function,
                                  schema::ShapeRef in, schema::ShapeRef out) {
    state_->answer_with(service, operation, {std::move(function), in, out, true});
}

void AwsDouble::State::answer_with(std::string_view service, std::string_view operation, OwnHandler handler) {
    auto own = std::make_shared<const OwnHandler>(std::move(handler));
    const std::scoped_lock lock(mutex);
    own_handlers.insert_or_assign({std::string(service), std::string(operation)}, std::move(own));
}

void AwsDouble::put_untyped(std::string_view region, schema::ShapeRef shape, const void* model) {
    state_->put(region, shape, model);
}

DoubleCounters AwsDouble::counters() const {
    const std::scoped_lock lock(state_->mutex);
    return state_->counters;
}

namespace {

std::uint64_t count_requests(const AwsDouble::State& state, std::string_view operation) {
    std::uint64_t count = 0;
    for (const auto& [key, requests] : state.requests_by_operation) {
        if (names_operation(operation, key.first, key.second)) count += requests;
    }
    return count;
}

}  // namespace

std::uint64_t AwsDouble::requests(std::string_view operation) const {
    const std::scoped_lock lock(state_->mutex);
    return count_requests(*state_, operation);
}

bool AwsDouble::wait_for_requests(std::string_view operation, std::uint64_t count,
                                  std::chrono::milliseconds time) const {
    std::unique_lock lock(state_->mutex);
    return state_->seen.wait_for(lock, time, [&] { return count_requests(*state_, operation) >= count; });
}

std::vector<RecordedRequest> AwsDouble::recorded() const {
    const std::scoped_lock lock(state_->mutex);
    return {state_->record.begin(), state_->record.end()};
}

void AwsDouble::clear_record() {
    const std::scoped_lock lock(state_->mutex);
    state_->record.clear();
}

}  // namespace botocraft::testing
