#include "http/names.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>

namespace botocraft::http {

namespace {

std::size_t index(Family family) noexcept { return static_cast<std::size_t>(family); }

Addresses rotated(Addresses addresses, std::size_t turn) {
    if (addresses.list.empty()) return addresses;
    const auto first = addresses.list.begin() + static_cast<std::ptrdiff_t>(turn % addresses.list.size());
    std::rotate(addresses.list.begin(), first, addresses.list.end());
    return addresses;
}

// That there is no such name, or no address of this family, is an answer. That nobody could be asked is none.
bool is_answer(const Addresses& addresses) noexcept {
    return !addresses.error || addresses.error == asio::error::host_not_found || addresses.error == asio::error::no_data;
}

}  // namespace

Names::Interest Names::look_up(const std::string& name, News news) {
    std::vector<std::pair<Family, Addresses>> known;
    std::shared_ptr<Wish> wish;
    std::shared_ptr<Entry> entry;
    {
        const std::lock_guard lock(mutex_);
        std::shared_ptr<Entry>& kept = entries_[name];
        if (kept && kept->complete() && kept->valid_until <= now_()) kept.reset();
        if (!kept) {
            kept = std::make_shared<Entry>();
            kept->name = name;
        }
        entry = kept;
        wish = std::make_shared<Wish>(Wish{news, entry->turns++});
        for (const Family family : families) {
            if (entry->answers[index(family)]) known.emplace_back(family, *entry->answers[index(family)]);
        }
        if (!entry->complete()) entry->wishes.push_back(wish);
        if (!entry->complete() && !entry->question) {
            entry->question = source_->ask(executor_, name, [this, weak = std::weak_ptr(entry)](Family family, Addresses found) {
                answered(weak, family, std::move(found));
            });
        }
        make_room();
    }
    for (auto& [family, addresses] : known) news(family, rotated(std::move(addresses), wish->turn));
    return {*this, std::move(entry), std::move(wish)};
}

void Names::answered(const std::weak_ptr<Entry>& asked, Family family, Addresses addresses) {
    const std::shared_ptr<Entry> entry = asked.lock();
    if (!entry) return;
    std::vector<std::shared_ptr<Wish>> listeners;
    std::unique_ptr<NameSource::Question> over;
    {
        const std::lock_guard lock(mutex_);
        if (entry->answers[index(family)]) return;
        entry->answers[index(family)] = addresses;
        listeners.assign(entry->wishes.begin(), entry->wishes.end());
        if (entry->complete()) {
            over = std::move(entry->question);
            entry->wishes.clear();
            entry->valid_until = valid_until(*entry);
        }
    }
    for (const auto& wish : listeners) wish->news(family, rotated(addresses, wish->turn));
}

Clock::time_point Names::valid_until(const Entry& entry) const {
    auto kept = longest_kept;
    bool found = false;
    for (const auto& answer : entry.answers) {
        if (!is_answer(*answer)) return now_();
        if (answer->error) continue;
        kept = std::min(kept, answer->valid);
        found = true;
    }
    return now_() + (found ? std::max(kept, least_kept) : least_kept);
}

void Names::leave(Entry& entry, const std::shared_ptr<Wish>& wish) noexcept {
    std::unique_ptr<NameSource::Question> over;  // ends when the lock is no longer held
    const std::lock_guard lock(mutex_);
    entry.wishes.remove(wish);
    if (!entry.wishes.empty() || entry.complete()) return;
    over = std::move(entry.question);
    const auto kept = entries_.find(entry.name);
    if (kept != entries_.end() && kept->second.get() == &entry) entries_.erase(kept);
}

void Names::forget(const std::string& name) noexcept {
    const std::lock_guard lock(mutex_);
    const auto kept = entries_.find(name);
    if (kept != entries_.end() && kept->second->complete()) entries_.erase(kept);
}

void Names::make_room() {
    if (entries_.size() <= most_names) return;
    const Clock::time_point now = now_();
    std::erase_if(entries_, [&](const auto& kept) { return kept.second->complete() && kept.second->valid_until <= now; });
    for (auto kept = entries_.begin(); kept != entries_.end() && entries_.size() > most_names;) {
        kept = kept->second->complete() ? entries_.erase(kept) : std::next(kept);
    }
}

void Names::shutdown() noexcept {
    std::unordered_map<std::string, std::shared_ptr<Entry>> over;
    const std::lock_guard lock(mutex_);
    over.swap(entries_);
    for (auto& [name, entry] : over) entry->question.reset();
}

}  // namespace botocraft::http
