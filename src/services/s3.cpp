// What only S3 needs: the name of an object in a header, percent-encoded, which no field of a spec says.

#include "auth/canonical.hpp"

#include <botocraft/s3/copy_source.hpp>

namespace botocraft::s3 {

namespace {

// All but slashes is encoded.
void append_path(std::string& out, std::string_view text) {
    while (true) {
        const auto slash = text.find('/');
        auth::append_encoded(out, text.substr(0, slash));
        if (slash == std::string_view::npos) return;
        out += '/';
        text.remove_prefix(slash + 1);
    }
}

}  // namespace

std::string copy_source(std::string_view bucket, std::string_view key, std::string_view version_id) {
    std::string out;
    append_path(out, bucket);
    out += bucket.starts_with("arn:") ? "/object/" : "/";
    append_path(out, key);
    if (!version_id.empty()) {
        out += "?versionId=";
        auth::append_encoded(out, version_id);
    }
    return out;
}

}  // namespace botocraft::s3
