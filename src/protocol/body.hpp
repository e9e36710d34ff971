#pragma once
// What is done to a body when it is written.

#include "protocol/codec.hpp"

namespace botocraft::protocol {

void add_content_md5(Request& request);

}  // namespace botocraft::protocol
