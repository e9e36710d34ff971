#pragma once
// Hides the secrets of a call's input in what a server says: it may quote the request.

#include <botocraft/service.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::detail {

class Mask {
  public:
    Mask() = default;
    // `input` is what the operation was called with; null where it has none.
    Mask(const orm::ServiceTables& service, const api::Operation& operation, const void* input);

    // What stands for the first `most` bytes of the text, with `***` in place of every secret, as it was given or as a
    // protocol writes it. A server may break off what it quotes: the beginning of a secret is hidden too.
    [[nodiscard]] std::string shown(std::string_view text, std::size_t most) const;

  private:
    [[nodiscard]] std::size_t secret_at(std::string_view text) const noexcept;

    std::vector<std::string> secrets_;
};

}  // namespace botocraft::detail
