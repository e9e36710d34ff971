#pragma once
// What is copied, as S3's CopyObject wants it named: `Object::objects().copy("to", "new.txt", s3::copy_source("from", "a b.txt"))`.

#include <string>
#include <string_view>

namespace botocraft::s3 {

// `from/a%20b.txt`; with a version, `...?versionId=...`. The bucket may be the ARN of an access point.
[[nodiscard]] std::string copy_source(std::string_view bucket, std::string_view key, std::string_view version_id = {});

}  // namespace botocraft::s3
