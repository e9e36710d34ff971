#pragma once
// Pager: follows the tokens of an operation.

#include "orm/call.hpp"

#include <botocraft/awaitable.hpp>

#include <span>
#include <vector>

namespace botocraft::detail {

class Pager {
  public:
    explicit Pager(CallState call);

    [[nodiscard]] const CallState& call() const noexcept { return call_; }
    [[nodiscard]] bool ended() const noexcept { return ended_; }

    // The response that holds the next page. The pager goes on to the one after it when `advance` is called with it.
    [[nodiscard]] awaitable<Structure> fetch();
    void advance(const Structure& response);

  private:
    [[nodiscard]] Value read(const Structure& response, api::Text path) const;
    [[nodiscard]] bool is_false(const Structure& response, api::Text path) const;
    [[noreturn]] void throw_stuck() const;

    CallState call_;
    std::span<const api::Token> tokens_;
    std::vector<Value> last_;  // the tokens that led to this page
    bool ended_ = false;
};

// The response to a call. Where its method joins pages, all of them as one: its lists have the elements of all, the rest is
// the first's. `call` must live until this completes.
[[nodiscard]] awaitable<Structure> whole_response(CallState& call);

// Moves the elements of all lists of a response to the end of those of another.
void join_lists(Structure& to, Structure& from);

}  // namespace botocraft::detail
