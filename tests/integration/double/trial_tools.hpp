#pragma once
// What trials of models on the double are made of.

#include "support/await.hpp"
#include "orm/owned_list.hpp"
#include "orm/structure.hpp"
#include "schema/walk.hpp"

#include <botocraft/awaitable.hpp>
#include <botocraft/query.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace botocraft::test {

inline void expect(bool fulfilled, const std::string& what) {
    if (!fulfilled) throw std::runtime_error(what);
}

[[nodiscard]] inline schema::Place place_of(detail::Structure& structure, const schema::Member& member) {
    return schema::member_place(structure.shape(), member, structure.get());
}
[[nodiscard]] inline schema::ConstPlace place_of(const detail::Structure& structure, const schema::Member& member) {
    return schema::member_place(structure.shape(), member, structure.get());
}
[[nodiscard]] inline bool is_present(const detail::Structure& structure, const schema::Member& member) {
    return schema::presence(place_of(structure, member)) == schema::Presence::present;
}

// A query whose pages are counted.
class CountedQuery : public detail::QueryBase {
  public:
    CountedQuery(detail::Call call, schema::TypeRef element) : QueryBase(std::move(call), element), element_(element) {}

    std::vector<detail::Structure> read(std::size_t page_size, std::size_t& pages) {
        set_page_size(page_size);
        std::vector<detail::Structure> all;
        await(read_pages(stream(), element_, all, pages));
        return all;
    }

  private:
    static awaitable<void> read_pages(std::shared_ptr<detail::PageStream> stream, schema::TypeRef element,
                                      std::vector<detail::Structure>& all, std::size_t& pages) {
        for (;;) {
            detail::OwnedList page(element);
            const bool more = co_await next(stream, page.raw());
            if (!more) co_return;
            pages += page.size() > 0 ? 1 : 0;
            for (std::uint32_t i = 0; i < page.size(); ++i) {
                detail::Structure& one = all.emplace_back(schema::leaf_shape(element));
                schema::assign_structure(one.shape(), one.get(), page.at(i));
            }
        }
    }

    schema::TypeRef element_;
};

}  // namespace botocraft::test
