// Volumes are changed by what differs alone: EC2 takes what it told for a wish.

#include "services/ec2_tags.hpp"
#include "services/service_session.hpp"

#include <botocraft/ec2/volume.hpp>

#include <string>

namespace botocraft::ec2 {

namespace {

// The members that can be changed, of those that differ. False where there is none.
bool difference(const Volume& wanted, const Volume& there, Volume& change) {
    bool any = false;
    const auto take = [&](auto member) {
        if (!detail::differs(wanted.*member, there.*member)) return;
        change.*member = wanted.*member;
        any = true;
    };
    take(&Volume::Size);
    take(&Volume::VolumeType);
    take(&Volume::Iops);
    take(&Volume::Throughput);
    take(&Volume::MultiAttachEnabled);
    return any;
}

awaitable<void> change_volume(const VolumeManager& volumes, Volume* volume) {
    const std::string id = volume->VolumeId.value_or("");
    Volume there = co_await volumes.get(id);
    Volume change;
    change.VolumeId = id;
    const detail::TagDifference<Tag> tags(there.Tags, volume->Tags);
    if (difference(*volume, there, change)) {
        Volume changed = co_await volumes.update(change);
        there = std::move(changed);
    }
    co_await change_tags(volumes, id, tags);
    const tag_list<Tag> wanted = volume->Tags;
    detail::take_over(there, *volume);
    if (wanted.has_value()) volume->Tags = wanted;
}

awaitable<void> save_volume(Volume* volume) {
    const Session session = co_await detail::bound_session(detail::session_of(volume->state_));
    const VolumeManager volumes = Volume::objects(session);
    if (volume->state_.from_aws()) {
        co_await change_volume(volumes, volume);
    } else {
        const Volume made = co_await volumes.create(*volume);
        detail::take_over(made, *volume);
    }
}

}  // namespace

awaitable<void> Volume::save() & { return save_volume(this); }

}  // namespace botocraft::ec2
