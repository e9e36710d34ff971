#include <botocraft/value.hpp>

#include "protocol/numbers.hpp"
#include "protocol/timestamp.hpp"

#include <algorithm>
#include <array>

namespace botocraft {

std::string to_string(const Value& value) {
    if (const bool* flag = value.as_bool()) return *flag ? "true" : "false";
    if (const std::int64_t* number = value.as_integer()) return std::to_string(*number);
    if (const double* number = value.as_double()) {
        const std::string_view special = protocol::special_number(*number);
        if (!special.empty()) return std::string(special);
        std::array<char, protocol::number_room> digits;
        return std::string(digits.data(), protocol::write_number(digits.data(), *number));
    }
    if (const std::string* text = value.as_string()) return *text;
    if (const timestamp* time = value.as_timestamp()) {
        std::string text;
        // A time whose year has no four digits is not a date-time: say its seconds.
        if (!protocol::append_date_time(text, protocol::to_instant(*time))) {
            protocol::append_epoch_seconds(text, protocol::to_instant(*time));
        }
        return text;
    }
    if (const Value::List* list = value.as_list()) {
        std::string text = "[";
        for (const Value& element : *list) {
            if (text.size() > 1) text += ", ";
            text += to_string(element);
        }
        return text + "]";
    }
    return {};
}

const Value& Record::operator[](std::string_view path) const noexcept {
    static const Value nothing;
    const auto found = std::ranges::find(members_, path, [](const auto& member) { return std::string_view(member.first); });
    return found == members_.end() ? nothing : found->second;
}

}  // namespace botocraft
