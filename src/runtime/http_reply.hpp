#pragma once
// A reply of a connection, as the codecs see it.

#include "http/transport.hpp"
#include "protocol/codec.hpp"

#include <string_view>
#include <utility>

namespace botocraft::detail {

struct HttpReply final : protocol::Reply {
    explicit HttpReply(const http::Reply& reply) : reply_(reply) {
        status = reply.status();
        body = reply.body();
    }
    std::string_view header(std::string_view lower_case_name) const override { return reply_.header(lower_case_name); }
    bool has_header(std::string_view lower_case_name) const override { return reply_.has_header(lower_case_name); }
    std::size_t header_count() const override { return reply_.headers().size(); }
    std::pair<std::string_view, std::string_view> header_at(std::size_t i) const override {
        return {reply_.headers()[i].name, reply_.headers()[i].value};
    }

  private:
    const http::Reply& reply_;
};

}  // namespace botocraft::detail
