#pragma once
// In which parts of a request the secrets of its input stand, and the explanation of a call without them.

#include <botocraft/explain.hpp>
#include <botocraft/protocol.hpp>
#include <botocraft/service.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace botocraft::detail {

// Of the secrets that are set: members that the model calls sensitive or whose name says so, and what is in them.
class SecretPlaces {
  public:
    // `input` is what the operation was called with; null where it has none.
    SecretPlaces(const orm::ServiceTables& service, const api::Operation& operation, api::Protocol protocol, const void* input);

    // Leaves those parts out, and with them what could be tried out on guesses: the digests that they went into. Leaves out
    // as well what no explanation shows: signature and tokens.
    void hide(Explanation& explanation) const;

  private:
    void hide_headers(PreparedRequest& request) const;
    void hide_url(std::string& url) const;
    [[nodiscard]] std::string shown_canonical(std::string_view canonical) const;
    [[nodiscard]] bool is_hidden(std::string_view header) const noexcept;

    bool path_ = false;
    bool query_ = false;
    bool body_ = false;
    std::vector<std::string> headers_;  // in small letters; a header whose name begins so is hidden
};

}  // namespace botocraft::detail
