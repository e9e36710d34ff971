#include <botocraft/testing/fault.hpp>

namespace botocraft::testing {

Fault Fault::throttle(std::string code, int status) {
    return error(std::move(code), "Rate exceeded", status);
}

Fault Fault::server_error(int status, std::string code) {
    return error(std::move(code), "The double was told to fail.", status);
}

Fault Fault::error(std::string code, std::string message, int status) {
    Fault fault(Kind::error);
    fault.script_.code = std::move(code);
    fault.script_.message = std::move(message);
    fault.script_.status = status;
    fault.script_.carried_out = false;
    return fault;
}

Fault Fault::empty_reply(int status) {
    return reply(status, {}, {});
}

Fault Fault::html_page(int status) {
    return reply(status, "text/html",
                 "<html>\r\n<head><title>Bad Gateway</title></head>\r\n<body>\r\n<h1>Bad Gateway</h1>\r\n"
                 "<p>The proxy got no answer from the server.</p>\r\n</body>\r\n</html>\r\n");
}

Fault Fault::reply(int status, std::string content_type, std::string body) {
    Fault fault(Kind::reply);
    fault.script_.status = status;
    fault.script_.content_type = std::move(content_type);
    fault.script_.body = std::move(body);
    fault.script_.carried_out = false;
    return fault;
}

Fault Fault::delay(std::chrono::milliseconds time) {
    Fault fault(Kind::delay);
    fault.script_.time = time;
    return fault;
}

Fault Fault::stall() {
    Fault fault(Kind::stall);
    fault.script_.carried_out = false;
    return fault;
}

Fault Fault::reset_before_reply(bool carried_out) {
    Fault fault(Kind::reset_before_reply);
    fault.script_.carried_out = carried_out;
    return fault;
}

Fault Fault::reset_in_body() {
    return Fault(Kind::reset_in_body);
}
Fault Fault::truncated_body() {
    return Fault(Kind::truncated_body);
}
Fault Fault::truncated_json() {
    return Fault(Kind::truncated_json);
}
Fault Fault::malformed_json() {
    return Fault(Kind::malformed_json);
}
Fault Fault::long_content_length() {
    return Fault(Kind::long_content_length);
}
Fault Fault::short_content_length() {
    return Fault(Kind::short_content_length);
}

Fault Fault::times(std::uint64_t count) && {
    script_.times = count;
    return std::move(*this);
}

Fault Fault::always() && {
    return std::move(*this).times(without_end);
}

Fault Fault::after(std::uint64_t requests) && {
    script_.after = requests;
    return std::move(*this);
}

Fault Fault::in_region(std::string region) && {
    script_.region = std::move(region);
    return std::move(*this);
}

Fault Fault::with_header(std::string name, std::string value) && {
    script_.headers.emplace_back(std::move(name), std::move(value));
    return std::move(*this);
}

}  // namespace botocraft::testing
