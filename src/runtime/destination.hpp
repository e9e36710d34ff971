#pragma once
// Where a request goes, and a bounded cache of such answers.

#include "endpoint/rules.hpp"
#include "http/transport.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace botocraft::detail {

// What the endpoint rules said, ready for use. `endpoint.path` has no slash at its end.
struct Destination {
    http::Origin origin;
    endpoint::Endpoint endpoint;
    bool named = false;  // by the service itself, when it was asked
};

// Answers of the endpoint rules by what they were asked. Safe to use from many threads at once: who asks for different
// things rarely waits for one another. It holds some two hundred answers; where there is no place, an older one goes.
class DestinationCache {
  public:
    using Answer = std::shared_ptr<const Destination>;

    DestinationCache() = default;
    DestinationCache(const DestinationCache&) = delete;
    DestinationCache& operator=(const DestinationCache&) = delete;
    ~DestinationCache() = default;

    // Null where there is none.
    [[nodiscard]] Answer find(std::string_view key) const noexcept;
    void put(std::string_view key, Answer answer);

    static constexpr std::size_t most_answers = 256;

  private:
    static constexpr std::size_t ways = 4;  // as many places an answer can have
    struct Entry {
        std::uint64_t hash = 0;
        std::string key;  // never empty where there is an answer
        Answer answer;
    };
    struct Set {
        mutable std::mutex mutex;
        std::size_t next = 0;  // the entry that is given up
        std::array<Entry, ways> entries;
    };

    std::array<Set, most_answers / ways> sets_;
};

}  // namespace botocraft::detail
