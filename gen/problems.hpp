#pragma once
// Everything that is wrong with an overlay: collected, so that one run shows all of it.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "spec_error.hpp"

namespace botocraft::gen {

class Problems {
  public:
    explicit Problems(std::string file) : file_(std::move(file)) {}

    void add(std::size_t line, const std::string& what) { messages_.push_back({line, what}); }

    [[nodiscard]] bool empty() const noexcept { return messages_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return messages_.size(); }
    [[nodiscard]] std::vector<std::size_t> lines() const;

    // Throws one SpecError with all of them in the order of their lines, if there are any.
    void throw_if_any();

  private:
    struct Message {
        std::size_t line;
        std::string what;
    };

    std::string file_;
    std::vector<Message> messages_;
};

}  // namespace botocraft::gen
