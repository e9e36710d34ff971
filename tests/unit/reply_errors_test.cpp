// What is told of replies that are errors, or none of the protocol.

#include "catch.hpp"
#include "sample_service.hpp"

#include "runtime/reply_errors.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace detail = botocraft::detail;
namespace protocol = botocraft::protocol;
using botocraft::Protocol;

namespace {

struct TestReply final : protocol::Reply {
    explicit TestReply(std::string_view text) {
        status = 400;
        body = text;
    }
    std::string_view header(std::string_view) const override { return {}; }
    bool has_header(std::string_view) const override { return false; }
    std::size_t header_count() const override { return 0; }
    std::pair<std::string_view, std::string_view> header_at(std::size_t) const override { return {}; }
};

[[noreturn]] void raise(botocraft::ErrorDetails&& details) { throw botocraft::ServiceError(std::move(details)); }

// Declares one error, `key`, whose members are those of Tag.
struct TestService {
    botocraft::orm::ErrorType type{
        {sample::schema.members[sample::schema.shapes[sample::row_tag].first_member].wire_name + 1, 3}, sample::row_tag, raise};
    botocraft::orm::ServiceTables tables{};

    TestService() {
        tables.schema = &sample::schema;
        tables.error_types = &type;
        tables.error_type_count = 1;
    }
    TestService(const TestService&) = delete;
    TestService& operator=(const TestService&) = delete;

    [[nodiscard]] std::shared_ptr<const void> members(Protocol with, std::string_view body,
                                                      std::string_view code = "key") const {
        return detail::error_members(with, tables, TestReply(body), code, {});
    }
    [[nodiscard]] std::string shown(std::uint16_t output, std::string_view body,
                                    std::uint16_t input = botocraft::api::none) const {
        botocraft::api::Operation operation;
        operation.output = output;
        operation.input = input;
        return detail::shown_beginning(tables, operation, body, {});
    }
    [[nodiscard]] detail::Mask mask(const sample::Secret& input) const {
        botocraft::api::Operation operation;
        operation.input = sample::row_secret;
        return detail::Mask(tables, operation, &input);
    }
};

}  // namespace

TEST_CASE("what the model says of sending again after an error") {
    TestService service;
    using botocraft::retry::Failure;
    CHECK(detail::modelled_failure(service.tables, "key") == Failure::final);
    service.type.retry = botocraft::orm::ErrorRetry::transient;
    CHECK(detail::modelled_failure(service.tables, "key") == Failure::transient);
    service.type.retry = botocraft::orm::ErrorRetry::throttling;
    CHECK(detail::modelled_failure(service.tables, "key") == Failure::throttling);
    CHECK(detail::modelled_failure(service.tables, "other") == Failure::final);
}

TEST_CASE("the members of a declared error come with it") {
    const TestService service;
    const auto json = service.members(Protocol::json_1_1, R"({"__type":"key","value":"v"})");
    REQUIRE(json);
    CHECK(static_cast<const sample::Tag*>(json.get())->value == "v");
    const auto xml = service.members(
        Protocol::query, "<ErrorResponse><Error><Code>key</Code><value>v</value></Error></ErrorResponse>");
    REQUIRE(xml);
    CHECK(static_cast<const sample::Tag*>(xml.get())->value == "v");
    CHECK(service.members(Protocol::json_1_1, "{}", "Tag"));  // by its name
    CHECK_FALSE(service.members(Protocol::json_1_1, "{}", "Other"));
}

TEST_CASE("an error whose members cannot be read is still that error") {
    const TestService service;
    const auto members = service.members(Protocol::json_1_1, R"({"__type":"key","key":"k","value":["v"]})");
    REQUIRE(members);
    CHECK(*static_cast<const sample::Tag*>(members.get()) == sample::Tag{});
}

TEST_CASE("a page of somebody else is shown, a reply that may hold secrets is not") {
    const TestService service;
    const std::string page = "\n<!DOCTYPE html><html><body>Bad gateway</body></html>";
    CHECK(service.shown(sample::row_secret, page) == page);
    CHECK(service.shown(sample::row_secret, "<HTML>" + std::string(1000, 'x')).size() == 200);
    CHECK(detail::shown_beginning(service.tables, {}, std::string(1000, 'x'), {}, 900).size() == 900);
    CHECK(service.shown(sample::row_secret, R"({"token":"abc)").empty());
    CHECK(service.shown(sample::row_secret, "\"a token\"").empty());
    CHECK(service.shown(sample::row_tag, R"({"token":"abc)", sample::row_secret).empty());
    CHECK(service.shown(sample::row_everything, R"({"token":"abc)").empty());
    CHECK(service.shown(sample::row_tag, R"({"key":"abc)") == R"({"key":"abc)");
    CHECK(service.shown(sample::row_secret, "<SecretResponse><token>abc").empty());
    CHECK(service.shown(sample::row_secret, "\xef\xbb\xbf<SecretResponse><token>abc").empty());
    CHECK(service.shown(sample::row_secret, R"(<token>abc</token>)").empty());
    CHECK(service.shown(sample::row_secret, "\xa1\x65token").empty());
    CHECK(service.shown(sample::row_tag, "\xa1\x63key") == "\xa1\x63key");
}

TEST_CASE("secrets of a request are hidden in what the server says") {
    const TestService service;
    const auto shown = [mask = service.mask({.user = "user", .token = "hunter2 & \"co\"", .pin = 1234})](
                           std::string_view text, std::size_t most = 200) { return mask.shown(text, most); };
    CHECK(shown("user with hunter2 & \"co\" and 1234 is wrong") == "user with *** and *** is wrong");
    CHECK(shown(R"({"token":"hunter2 & \"co\""})") == R"({"token":"***"})");
    CHECK(shown("<token>hunter2 &amp; &quot;co&quot;</token>") == "<token>***</token>");
    CHECK(shown("token=hunter2%20%26%20%22co%22&a=b") == "token=***&a=b");
    CHECK(shown("hunter2 & is too long") == "***is too long");  // broken off
    CHECK(shown("hunters") == "hunters");
    CHECK(shown(std::string(10, 'x') + "hunter2 & \"co\"", 12) == "xxxxxxxxxx***");
    CHECK(shown("nothing", 3) == "not");
    CHECK(shown("").empty());
    CHECK(service.mask({.token = "of"}).shown("of course", 200) == "of course");  // part of any text
    CHECK(detail::Mask().shown("hunter2", 200) == "hunter2");
}
