#pragma once
// Taking out of a response what a method returns: the resources, and the failures that a success reports.

#include "orm/call.hpp"
#include "schema/walk.hpp"

#include <botocraft/error.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::detail {

[[noreturn]] void does_not_exist(const CallState& call, const SessionState* session, std::string_view what);
[[noreturn]] void several_found(const CallState& call, const SessionState& session, std::size_t count);

// Whether an error of this code says that the thing is not there.
[[nodiscard]] bool means_missing(const CallState& call, std::string_view code) noexcept;

// Throws what a call comes to by `error`, to be called where that is caught: it is DoesNotExist where AWS says that the thing
// is not there. Returns where it says that there is nothing to return.
void throw_unless_nothing(const CallState& call, const ServiceError& error);

// Decodes the texts that AWS was asked to send percent-encoded.
void decode_texts(const CallState& call, Structure& response);

// What the method returns. `made`, if not null, is for a model that is made here; then there is no `result`.
void take_result(const CallState& call, const std::shared_ptr<const SessionState>& session, Structure& response, void* result,
                 void** made);

// Throws where the response, which is a success, reports failures other than that something is missing.
void check_failures(const CallState& call, Structure& response);

// What these failures are about, each with its reason.
[[nodiscard]] std::vector<std::string> refused_ones(const CallState& call, Structure& response);

// The list at the method's result path; nothing where the response lacks it. Throws as check_failures.
[[nodiscard]] std::optional<schema::Place> results_of(const CallState& call, Structure& response);

// Moves the models of a response's list to the end of `to`; what is no model of the method's is turned into one.
void take_models(const CallState& call, schema::Place list, RawList& to);

// Gives a model what the method's merges say: members of the rest of the response, arguments of the call.
void merge_into(const CallState& call, Structure& response, void* model);
// The same of other merges than the method's: those of an addition.
void merge_into(const CallState& call, Structure& response, std::uint16_t first, std::uint16_t count,
                schema::ShapeRef shape, void* model);

}  // namespace botocraft::detail
