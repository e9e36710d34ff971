// By hand, because S3 replaces an object with all that there is to it: what is saved must be all of it, and most of what was
// known of the object before is no longer true.

#include "orm/model_state.hpp"
#include "orm/operation.hpp"
#include "schema/walk.hpp"

#include <botocraft/s3/object.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace botocraft::s3 {

namespace {

std::uint16_t object_row() {
    const orm::ServiceTables& service = tables::service;
    std::uint16_t row = 0;
    while (schema::ShapeRef{service.schema, service.models[row].shape}.name() != "Object") ++row;
    return row;
}

// What S3 says of an object, but not in its answer to PutObject.
void forget_facts(Object& object) {
    object.ETag.reset();
    object.Size.reset();
    object.LastModified.reset();
    object.VersionId.reset();
    object.DeleteMarker.reset();
    object.ChecksumCRC32.reset();
    object.ChecksumCRC32C.reset();
    object.ChecksumCRC64NVME.reset();
    object.ChecksumSHA1.reset();
    object.ChecksumSHA256.reset();
    object.ChecksumType.reset();
    object.ArchiveStatus.reset();
    object.Restore.reset();
    object.RestoreStatus.reset();
    object.Expiration.reset();
    object.ReplicationStatus.reset();
    object.PartsCount.reset();
    object.TagCount.reset();
}

// `get` says how many tags the object has, and not which: they would be gone.
awaitable<void> complete_tags(Object& object) {
    const bool unknown = object.state_.from_aws() && object.Tags.is_absent() && object.TagCount.value_or(0) > 0;
    if (!unknown) co_return;
    auto found = co_await detail::session_of(detail::ModelAccess::session(object.state_));
    const Session session(std::move(found));
    const ObjectManager objects = Object::objects(session);
    const std::string bucket = object.BucketName.value_or("");
    const std::string key = object.Key.value_or("");
    const std::string version = object.VersionId.value_or("");
    arguments::ObjectGetTags which;
    if (!version.empty()) which.VersionId = version;  // each version has its own
    const auto tags = co_await objects.get_tags(bucket, key, which);
    for (const Tag& tag : tags) object.Tags.push_back(tag);
}

// If the call fails, the model is as it was.
awaitable<void> save_object(Object* object) {
    Object next = *object;
    if (next.Body.has_value()) co_await complete_tags(next);
    forget_facts(next);
    const std::size_t size = next.Body.has_value() ? next.Body->size() : 0;
    co_await detail::save(tables::service, object_row(), &next);
    next.Size = static_cast<std::int64_t>(size);
    next.TagCount = static_cast<std::int32_t>(next.Tags.size());
    *object = std::move(next);
}

}  // namespace

awaitable<void> Object::save() & { return save_object(this); }

}  // namespace botocraft::s3
