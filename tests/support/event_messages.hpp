#pragma once
// Messages of event streams, as a service would send them.

#include "protocol/eventstream.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fake {

using EventHeaders = std::vector<std::pair<std::string_view, std::string_view>>;

inline std::string message(const EventHeaders& headers, std::string_view payload) {
    botocraft::protocol::eventstream::Message made;
    for (const auto& [name, value] : headers) made.headers.push_back({std::string(name), std::string(value)});
    made.payload = payload;
    std::string frame;
    botocraft::protocol::eventstream::encode(made, frame);
    return frame;
}
inline std::string event(std::string_view type, std::string_view payload) {
    return message({{":message-type", "event"}, {":event-type", type}}, payload);
}
inline std::string exception(std::string_view type, std::string_view payload) {
    return message({{":message-type", "exception"}, {":exception-type", type}}, payload);
}

}  // namespace fake
