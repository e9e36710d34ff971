#pragma once
// The error of everything that reads specs: what is wrong, and in which file and line.

#include <cstddef>
#include <stdexcept>
#include <string>

namespace botocraft::gen {

// A place in a file. Line 0 means that only the file is known; an empty file that the text came from memory.
struct Place {
    std::string file;
    std::size_t line = 0;
};

[[nodiscard]] inline std::string to_string(const Place& place) {
    return place.line == 0 ? place.file : place.file + ':' + std::to_string(place.line);
}

// `what()` reads `specs/aws/ecs.json:12: the shape ...`.
class SpecError : public std::runtime_error {
  public:
    SpecError(Place place, const std::string& problem)
        : std::runtime_error(place.file.empty() ? problem : to_string(place) + ": " + problem),
          place_(std::move(place)) {}

    [[nodiscard]] const Place& place() const noexcept { return place_; }

  private:
    Place place_;
};

}  // namespace botocraft::gen
