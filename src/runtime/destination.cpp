#include "runtime/destination.hpp"

#include <cstring>
#include <utility>

namespace botocraft::detail {

namespace {

std::uint64_t mixed(std::uint64_t value) noexcept {
    value *= 0x9e3779b97f4a7c15;
    return value ^ (value >> 32);
}

// Keys are short and not worth an attack: whoever makes them collide makes their own calls slower.
std::uint64_t hash_of(std::string_view key) noexcept {
    std::uint64_t hash = mixed(key.size());
    while (key.size() >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, key.data(), 8);
        hash = mixed(hash ^ word);
        key.remove_prefix(8);
    }
    std::uint64_t rest = 0;
    std::memcpy(&rest, key.data(), key.size());
    return mixed(hash ^ rest);
}

}  // namespace

DestinationCache::Answer DestinationCache::find(std::string_view key) const noexcept {
    const std::uint64_t hash = hash_of(key);
    const Set& set = sets_[hash % sets_.size()];
    const std::lock_guard lock(set.mutex);
    for (const Entry& entry : set.entries) {
        if (entry.hash == hash && entry.key == key) return entry.answer;
    }
    return nullptr;
}

void DestinationCache::put(std::string_view key, Answer answer) {
    const std::uint64_t hash = hash_of(key);
    Entry made{hash, std::string(key), std::move(answer)};
    Set& set = sets_[hash % sets_.size()];
    const std::lock_guard lock(set.mutex);
    for (const Entry& entry : set.entries) {
        if (entry.hash == hash && entry.key == key) return;  // somebody else was quicker
    }
    std::swap(set.entries[set.next], made);  // what was there ends when the lock is gone
    set.next = (set.next + 1) % ways;
}

}  // namespace botocraft::detail
