#include "runtime/incoming_events.hpp"

#include "protocol/codec.hpp"
#include "protocol/event_codec.hpp"
#include "protocol/scalar_text.hpp"
#include "runtime/bodies.hpp"
#include "runtime/http_reply.hpp"
#include "runtime/mask.hpp"
#include "runtime/problem.hpp"
#include "runtime/reply_errors.hpp"
#include "schema/lifetime.hpp"
#include "schema/walk.hpp"
#include "text/case.hpp"

#include <algorithm>
#include <utility>

namespace botocraft::detail {

namespace {

schema::ShapeRef output_of(const Target& target) noexcept { return {target.service.schema, target.operation.output}; }

schema::ShapeRef stream_of(const Target& target) noexcept {
    const schema::ShapeRef output = output_of(target);
    return output.target(output.begin()[target.operation.event_member]);
}

// Whether the head says of a success that it is something else. Where the content type is a member of the output, as of
// Lambda's, it may be that of what the events carry.
bool is_no_stream(const Target& target, const http::Reply& head) noexcept {
    const std::string_view whole = head.header("content-type");
    const std::string_view type = protocol::trimmed(whole.substr(0, whole.find(';')));
    if (type.empty() || type == "application/octet-stream" || type == protocol::eventstream::media_type) return false;
    const schema::ShapeRef output = output_of(target);
    return std::none_of(output.begin(), output.end(), [&](const schema::Member& member) {
        return member.location == schema::Location::header &&
               equal_ignoring_case(output.schema->wire_name(member), "content-type");
    });
}

}  // namespace

bool IncomingEvents::restart() {
    if (!reader_.restart()) return false;
    if (target_ != nullptr) schema::clear(output_of(*target_), output_);
    return true;
}

void IncomingEvents::expect(const Target& target) {
    target_ = &target;
    decoder_.emplace(target.context.reply_limits);
    size_ = 0;
    begun_ = false;
    first_ = true;
}

bool IncomingEvents::begin(const http::Reply& head) {
    if (head.status() < 200 || head.status() >= 300) return false;
    const Target& target = *target_;
    if (is_no_stream(target, head)) return false;
    begun_ = true;
    status_ = head.status();
    request_id_ = protocol::request_id(HttpReply(head));
    const bool in_message = protocol::has_initial_message(target.protocol) && output_of(target).shape().member_count > 1;
    try {
        read_head(head);
    } catch (const ProtocolError&) {
        error_ = std::current_exception();
    }
    if (error_) throw BodyInterrupted();
    if (!in_message) reader_.responded();
    return true;
}

void IncomingEvents::read_head(const http::Reply& head) {
    const Target& target = *target_;
    try {
        protocol::decode_head(target.protocol, target.service, target.operation, HttpReply(head), output_,
                              target.context.reply_limits);
    } catch (const ProtocolError& error) {
        fail(error.details());
    }
}

awaitable<void> IncomingEvents::take(std::string_view piece) {
    size_ += piece.size();
    decoder_->feed(piece);
    if (!decoder_->ready()) co_return;
    try {
        co_await reader_.drain(*this);
    } catch (...) {
        error_ = std::current_exception();
    }
    if (error_) throw BodyInterrupted();
}

void IncomingEvents::finish() {
    if (decoder_->at_boundary()) return;
    ErrorDetails details;
    details.kind = ErrorKind::protocol;
    details.code = "TruncatedEvent";
    details.explanation = "the stream ended in the midst of an event";
    fail(details);
}

bool IncomingEvents::next(void* event) {
    try {
        return decode_next(event);
    } catch (const ProtocolError& error) {
        fail(error.details());
    } catch (const ServiceError& error) {
        fail(error.details());
    }
}

bool IncomingEvents::decode_next(void* event) {
    const Target& target = *target_;
    while (decoder_->next(message_)) {
        if (std::exchange(first_, false) && take_initial()) continue;
        if (protocol::decode_event(target.protocol, stream_of(target), message_, event, target.context.reply_limits)) {
            return true;
        }
    }
    return false;
}

// Whether the first message has the members of the output that are no events.
bool IncomingEvents::take_initial() {
    const Target& target = *target_;
    if (!protocol::has_initial_message(target.protocol)) return false;
    const bool initial = protocol::decode_initial_response(target.protocol, output_of(target), message_, output_,
                                                           target.context.reply_limits);
    reader_.responded();
    return initial;
}

// Completes what a codec knows of an error.
void IncomingEvents::fail(const ErrorDetails& found) const {
    const Target& target = *target_;
    ErrorDetails details = details_of(target);
    details.kind = found.kind;
    details.code = found.code;
    details.explanation = found.explanation;
    details.status = status_;
    details.request_id = request_id_;
    details.members = found.members;
    const Mask mask(target.service, target.operation, input_);
    details.message = mask.shown(found.message, protocol::kept_bytes);
    details.body = mask.shown(found.body, protocol::kept_bytes);
    throw_declared(target.service, std::move(details), found.code);
}

}  // namespace botocraft::detail
