#pragma once
// Tags of EC2's resources: one operation adds and changes those of all kinds, another takes them away.

#include "services/saving.hpp"

#include <botocraft/awaitable.hpp>
#include <botocraft/ec2/types.hpp>

#include <string>
#include <vector>

namespace botocraft::ec2 {

// What it is given must live until it completes.
template <class Manager>
awaitable<void> change_tags(const Manager& all, const std::string& id, const detail::TagDifference<Tag>& tags) {
    if (!tags.set.empty()) co_await all.tag(id, tags.set);
    if (tags.gone.empty()) co_return;
    std::vector<Tag> keys;  // without values: whichever they have
    for (const std::string& key : tags.gone) keys.emplace_back().Key = key;
    co_await all.untag(id, keys);
}

}  // namespace botocraft::ec2
