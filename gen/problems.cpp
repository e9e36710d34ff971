#include "problems.hpp"

#include <algorithm>

namespace botocraft::gen {

std::vector<std::size_t> Problems::lines() const {
    std::vector<std::size_t> out;
    for (const Message& message : messages_) out.push_back(message.line);
    return out;
}

void Problems::throw_if_any() {
    if (messages_.empty()) return;
    std::ranges::stable_sort(messages_, {}, &Message::line);
    std::string rest;
    for (std::size_t i = 1; i < messages_.size(); ++i) {
        rest += '\n' + to_string(Place{file_, messages_[i].line}) + ": " + messages_[i].what;
    }
    throw SpecError({file_, messages_.front().line}, messages_.front().what + rest);
}

}  // namespace botocraft::gen
