#include "fuzz.hpp"
#include "targets.hpp"

#include "protocol/header_list.hpp"
#include "protocol/http_binding.hpp"
#include "protocol/query_string.hpp"

namespace protocol = botocraft::protocol;

void fuzz::headers(std::string_view bytes) {
    for (const bool dates : {false, true}) {
        std::string out;
        std::string element;
        std::size_t count = 0;
        protocol::HeaderElements elements(bytes, dates);
        for (; elements.next(element); ++count) protocol::append_header_element(out, element, true);
        protocol::HeaderElements again(out, false);
        while (again.next(element)) --count;
        fuzz::require(dates || count == 0, "as many elements come back");
    }
    const std::string_view uri = bytes.substr(0, bytes.find('\n'));
    const std::string_view path = bytes.substr(uri.size());
    static_cast<void>(protocol::matches_uri(uri, path, path));
    protocol::for_each_query_pair(bytes, [](const std::string&, const std::string&) {});
}
