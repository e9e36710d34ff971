#pragma once
// The words that an overlay may use: one table for the reader, for its error messages and for the reference page.

#include <iosfwd>
#include <span>
#include <string_view>
#include <vector>

namespace botocraft::gen {

struct Word {
    std::string_view name;
    std::string_view purpose;
    std::string_view example;
};

// What may stand at one place of an overlay.
struct Section {
    std::string_view name;
    std::string_view purpose;
    std::span<const Word> words;
};

[[nodiscard]] std::span<const Section> vocabulary() noexcept;

// The words of the section of that name.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view section);

// `gen vocabulary`
int vocabulary_command(const std::vector<std::string_view>& arguments, std::ostream& out);

}  // namespace botocraft::gen
