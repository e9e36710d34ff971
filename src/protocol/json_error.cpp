#include "protocol/json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace botocraft::protocol::json {

namespace {

// Errors come in every spelling; the first of the names that holds a string.
std::string first_string(const boost::json::object& body, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        const auto* const value = body.if_contains({name.data(), name.size()});
        if (value && value->is_string()) return {value->get_string().data(), value->get_string().size()};
    }
    return {};
}

}  // namespace

std::string_view bare_error_code(std::string_view type) noexcept {
    type = type.substr(0, type.find(':'));
    return type.substr(type.rfind('#') + 1);  // npos + 1 is the beginning
}

std::string_view query_error_code(std::string_view header) noexcept { return header.substr(0, header.find(';')); }

ErrorBody decode_error(std::string_view body) {
    boost::json::error_code error;
    const auto value = boost::json::parse({body.data(), body.size()}, error);
    if (error || !value.is_object()) return {};
    const boost::json::object& object = value.get_object();
    return {.code = std::string(bare_error_code(first_string(object, {"__type", "code", "Code"}))),
            .message = first_string(object, {"message", "Message", "errorMessage"})};
}

}  // namespace botocraft::protocol::json
