#pragma once
// Fault: what can go wrong with a request, as a test tells the double to let it go wrong.

#include <botocraft/schema.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace botocraft::testing {

// One of the functions below, and whom it befalls:
//
//     aws.fail("DescribeServices", Fault::throttle().times(2));
//     aws.fail("*", Fault::server_error().in_region("eu-west-1").always());
//
// Without more it befalls the next request of that operation, once.
class Fault {
  public:
    enum class Kind : std::uint8_t {
        error,  // an error of the service's protocol
        reply,  // any reply
        delay,  // the right reply, later
        stall,  // no reply; the connection stays open
        reset_before_reply,
        reset_in_body,
        truncated_body,  // an orderly end of the connection before the end of the body
        truncated_json,  // a whole reply with half a document
        malformed_json,
        long_content_length,
        short_content_length,
    };

    // --- the service answers with an error; the operation is not carried out
    [[nodiscard]] static Fault throttle(std::string code = "ThrottlingException", int status = 400);
    [[nodiscard]] static Fault server_error(int status = 500, std::string code = "InternalServerError");
    [[nodiscard]] static Fault error(std::string code, std::string message, int status = 400);

    // --- somebody else answers
    [[nodiscard]] static Fault empty_reply(int status = 200);
    [[nodiscard]] static Fault html_page(int status = 502);  // as a proxy sends it
    [[nodiscard]] static Fault reply(int status, std::string content_type, std::string body);

    // --- nobody answers, or late
    [[nodiscard]] static Fault delay(std::chrono::milliseconds time);
    [[nodiscard]] static Fault stall();

    // --- the connection breaks, or the reply is damaged. The operation is carried out, but for a reset before the
    // reply, which says whether it is.
    [[nodiscard]] static Fault reset_before_reply(bool carried_out = false);
    [[nodiscard]] static Fault reset_in_body();
    [[nodiscard]] static Fault truncated_body();
    [[nodiscard]] static Fault truncated_json();
    [[nodiscard]] static Fault malformed_json();
    [[nodiscard]] static Fault long_content_length();   // says more bytes than are sent, then waits
    [[nodiscard]] static Fault short_content_length();  // says fewer

    // Of an error: its own members, where the service declares some, e.g. ecs::ConflictExceptionDetails.
    template <class Members>
    [[nodiscard]] Fault with_members(Members members) && {
        script_.shape = Members::shape_;
        script_.members = std::make_shared<const Members>(std::move(members));
        return std::move(*this);
    }

    // --- whom it befalls
    [[nodiscard]] Fault times(std::uint64_t count) &&;
    [[nodiscard]] Fault always() &&;
    [[nodiscard]] Fault after(std::uint64_t requests) &&;  // that many go well first
    [[nodiscard]] Fault in_region(std::string region) &&;
    [[nodiscard]] Fault with_header(std::string name, std::string value) &&;  // of the reply: `Retry-After`

    static constexpr std::uint64_t without_end = ~std::uint64_t{0};

    // What was said above. For the double; nobody else needs it.
    struct Script {
        Kind kind = Kind::error;
        int status = 0;
        std::string code;
        std::string message;
        std::string content_type;
        std::string body;
        std::chrono::milliseconds time{0};
        bool carried_out = true;
        std::uint64_t times = 1;
        std::uint64_t after = 0;
        std::string region;
        std::vector<std::pair<std::string, std::string>> headers;
        schema::ShapeRef shape{};
        std::shared_ptr<const void> members{};
    };
    [[nodiscard]] const Script& script() const noexcept { return script_; }

  private:
    explicit Fault(Kind kind) { script_.kind = kind; }
    Script script_;
};

}  // namespace botocraft::testing
