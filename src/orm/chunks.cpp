#include "orm/chunks.hpp"

#include "protocol/cbor.hpp"
#include "protocol/json.hpp"
#include "schema/transfer.hpp"
#include "schema/walk.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace botocraft::detail {

namespace {

using schema::Kind;
using schema::Place;

// The list that has more elements than AWS takes in one call.
Place chunked_list(CallState& call) {
    return argument_place(call, call.service->arguments[call.method().first_argument + call.method().chunk_argument]);
}

// Leaves a list's place empty for as long as this lives.
class PutAside {
  public:
    explicit PutAside(RawList& place) noexcept : place_(place) { std::swap(place_, list_); }
    PutAside(const PutAside&) = delete;
    PutAside& operator=(const PutAside&) = delete;
    ~PutAside() { std::swap(place_, list_); }

  private:
    RawList& place_;
    RawList list_;
};

// How many elements from `first` on go into one call.
std::size_t chunk_length(const CallState& call, const Place& all, std::size_t first, std::size_t size) {
    const orm::Method& method = call.method();
    const std::size_t most = std::min<std::size_t>(size - first, method.chunk_size);
    if (method.chunk_bytes == 0) return most;
    const schema::Range range = schema::elements(all);
    if (range.size() == 0 || range[0].kind() != Kind::structure) return most;
    std::size_t bytes = 0;
    std::string json;
    std::string cbor;
    for (std::size_t count = 0; count < most; ++count) {
        json.clear();
        cbor.clear();
        protocol::json::encode(range[first + count].target(), schema::structure(range[first + count]), json);
        protocol::cbor::encode(range[first + count].target(), schema::structure(range[first + count]), cbor);
        bytes += std::max(json.size(), cbor.size()) + 1;  // in which of them it is sent, the call finds out
        if (bytes > method.chunk_bytes) return std::max<std::size_t>(count, 1);
    }
    return most;
}

}  // namespace

std::size_t chunked_size(CallState& call) { return schema::as<RawList>(chunked_list(call).at).size; }

bool next_chunk(CallState& call, std::size_t& first, CallState& chunk) {
    const Place all = chunked_list(call);
    const schema::TypeRef type = schema::element_type(*all.schema, *all.row);
    auto& list = schema::as<RawList>(all.at);
    if (first >= list.size && first > 0) return false;
    const std::size_t length = chunk_length(call, all, first, list.size);
    {
        const PutAside others(list);
        chunk = call;
    }
    RawList some = list;  // seen from outside: what it points to is the call's
    some.data = schema::offset(list.data, first * schema::element_size(type));
    some.size = static_cast<std::uint32_t>(length);
    list_copy(schema::as<RawList>(chunked_list(chunk).at), some, type);
    first = std::max<std::size_t>(first + length, 1);  // an empty list is sent once
    return true;
}

}  // namespace botocraft::detail
