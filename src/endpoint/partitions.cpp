#include "endpoint/partitions.hpp"

#include <algorithm>

namespace botocraft::endpoint {

namespace {

bool contains(const Partitions& partitions, const PartitionRow& row, std::string_view region) noexcept {
    for (const Text prefix : partitions.texts.subspan(row.prefixes.first, row.prefixes.count)) {
        const auto start = partitions.text(prefix);
        if (region.starts_with(start) && is_regular_ending(region.substr(start.size()))) return true;
    }
    const auto irregular = partitions.texts.subspan(row.regions.first, row.irregular);
    return std::ranges::any_of(irregular, [&](Text name) { return partitions.text(name) == region; });
}

}  // namespace

const PartitionRow& find_partition(const Partitions& partitions, std::string_view region) noexcept {
    for (const PartitionRow& row : partitions.rows) {
        if (contains(partitions, row, region)) return row;
    }
    return partitions.rows.front();
}

}  // namespace botocraft::endpoint
