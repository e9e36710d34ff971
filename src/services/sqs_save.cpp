// Queues are saved by several calls: SQS changes their attributes by one operation and their tags by two others, and refuses
// the attributes that it sets itself.

#include "services/saving.hpp"
#include "services/service_session.hpp"

#include <botocraft/sqs/client.hpp>
#include <botocraft/sqs/queue.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::sqs {

namespace {

using Dictionary = map<std::string>;

bool is_set_by_aws(std::string_view attribute) noexcept {
    constexpr std::array<std::string_view, 6> known{
        "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed", "ApproximateNumberOfMessagesNotVisible",
        "CreatedTimestamp",            "LastModifiedTimestamp",              "QueueArn"};
    return std::ranges::find(known, attribute) != known.end();
}

bool has(const Dictionary& there, const Dictionary::entry& wanted) {
    const Dictionary::entry* const found = there.find(wanted.key);
    return found != there.end() && found->value == wanted.value;
}

// An attribute that the model does not have stays as it is: SQS takes none away, but some for an empty text.
awaitable<void> change_attributes(const Client& client, const Queue& queue, const Queue& there) {
    Dictionary changes;
    for (const Dictionary::entry& wanted : queue.Attributes) {
        if (!is_set_by_aws(wanted.key) && !has(there.Attributes, wanted)) changes[wanted.key] = wanted.value;
    }
    if (changes.empty()) co_return;
    const operations::SetQueueAttributes arguments{.QueueUrl = *queue.QueueUrl, .Attributes = changes};
    co_await client.set_queue_attributes(arguments);
}

// Tags that the model does not speak of at all stay.
awaitable<void> change_tags(const Client& client, const Queue& queue, const Queue& there) {
    if (!queue.tags.has_value()) co_return;
    Dictionary set;
    for (const Dictionary::entry& wanted : queue.tags) {
        if (!has(there.tags, wanted)) set[wanted.key] = wanted.value;
    }
    std::vector<std::string> gone;
    for (const Dictionary::entry& tag : there.tags) {
        if (!queue.tags.contains(tag.key)) gone.push_back(tag.key);
    }
    if (!set.empty()) {
        const operations::TagQueue arguments{.QueueUrl = *queue.QueueUrl, .Tags = set};
        co_await client.tag_queue(arguments);
    }
    if (!gone.empty()) {
        const operations::UntagQueue arguments{.QueueUrl = *queue.QueueUrl, .TagKeys = gone};
        co_await client.untag_queue(arguments);
    }
}

// What is compared is what SQS says that it has now. It takes up to a minute to know what it was told: hence it is not read
// again afterwards, and a value that is set back within that time may stay as it was set before.
awaitable<void> save_queue(Queue* queue) {
    const Session session = co_await detail::bound_session(detail::session_of(queue->state_));
    const QueueManager queues = Queue::objects(session);
    if (queue->state_.from_aws()) {
        const Queue there = co_await queues.get_by_url(queue->QueueUrl.value_or(""));
        const Client client(session);
        co_await change_attributes(client, *queue, there);
        co_await change_tags(client, *queue, there);
    } else {
        const Queue made = co_await queues.create(*queue);
        detail::take_over(made, *queue);
    }
}

}  // namespace

awaitable<void> Queue::save() & { return save_queue(this); }

}  // namespace botocraft::sqs
