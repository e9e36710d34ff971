#pragma once
// What services of the protocol query are asked, and what they answer.

#include "support/fake_transport.hpp"

#include <map>
#include <string>
#include <string_view>

namespace fake {

inline std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

// The parameters of a request's form.
using Form = std::map<std::string, std::string>;
inline Form form_of(const Request& request) {
    Form form;
    std::string_view rest = request.body();
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        const std::size_t equals = pair.find('=');
        form[percent_decoded(pair.substr(0, equals))] = percent_decoded(pair.substr(equals + 1));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    }
    return form;
}

// <GetRoleResponse><GetRoleResult>...
inline Answer query_reply(std::string_view operation, std::string_view result) {
    const std::string name(operation);
    return reply("<" + name + "Response><" + name + "Result>" + std::string(result) + "</" + name +
                 "Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></" + name + "Response>");
}

inline Answer query_error(int status, std::string_view code) {
    Answer answer = reply("<ErrorResponse><Error><Type>Sender</Type><Code>" + std::string(code) +
                          "</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>");
    answer.status = status;
    return answer;
}

}  // namespace fake
