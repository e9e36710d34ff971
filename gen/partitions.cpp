#include <algorithm>
#include <boost/json.hpp>
#include <stdexcept>

#include "endpoint/partitions.hpp"
#include "endpoint_rules.hpp"

namespace botocraft::gen {

namespace {

namespace json = boost::json;
using endpoint::PartitionRow;
using endpoint::Range;
using endpoint::Text;

std::string string_of(const json::value& value) {
    return json::value_to<std::string>(value);
}

// What a region's name may begin with, from a regular expression such as `^(us|eu)\-\w+\-\d+$`: `us-` and `eu-`.
// Regular expressions of any other form are refused, so that a new form is seen when it comes, and not later.
std::vector<std::string> prefixes_of(std::string_view expression) {
    constexpr std::string_view ending = "\\w+\\-\\d+$";
    if (!expression.starts_with('^') || !expression.ends_with(ending))
        throw std::runtime_error("partitions: unexpected form of `" + std::string(expression) + "`");
    std::vector<std::string> prefixes{""};
    auto rest = expression.substr(1, expression.size() - 1 - ending.size());
    while (!rest.empty()) {
        std::vector<std::string> choices;
        if (rest.front() == '(') {
            const auto end = rest.find(')');
            if (end == std::string_view::npos) throw std::runtime_error("partitions: unclosed `(`");
            auto inside = rest.substr(1, end - 1);
            for (auto bar = inside.find('|'); bar != std::string_view::npos; bar = inside.find('|')) {
                choices.emplace_back(inside.substr(0, bar));
                inside.remove_prefix(bar + 1);
            }
            choices.emplace_back(inside);
            rest.remove_prefix(end + 1);
        } else {
            rest.remove_prefix(rest.starts_with("\\-") ? 1 : 0);
            choices.emplace_back(1, rest.front());
            rest.remove_prefix(1);
        }
        std::vector<std::string> longer;
        for (const std::string& prefix : prefixes) {
            for (const std::string& choice : choices) longer.push_back(prefix + choice);
        }
        prefixes = std::move(longer);
    }
    for (const std::string& prefix : prefixes) {
        if (prefix.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
            throw std::runtime_error("partitions: unexpected form of `" + std::string(expression) + "`");
    }
    return prefixes;
}

class Compiler {
  public:
    CompiledPartitions compile(const json::object& partitions) {
        for (const json::value& partition : partitions.at("partitions").as_array()) add(partition.as_object());
        if (out_.rows.empty()) throw std::runtime_error("partitions: there are none");
        return std::move(out_);
    }

  private:
    void add(const json::object& partition) {
        const json::object& outputs = partition.at("outputs").as_object();
        PartitionRow row{};
        row.name = keep(string_of(partition.at("id")));
        row.dns_suffix = keep(string_of(outputs.at("dnsSuffix")));
        row.dual_stack_dns_suffix = keep(string_of(outputs.at("dualStackDnsSuffix")));
        row.implicit_global_region = keep(string_of(outputs.at("implicitGlobalRegion")));
        row.supports_fips = outputs.at("supportsFIPS").as_bool();
        row.supports_dual_stack = outputs.at("supportsDualStack").as_bool();
        row.prefixes = add_texts(prefixes_of(string_of(partition.at("regionRegex"))));
        add_regions(partition.at("regions").as_object(), row);
        out_.rows.push_back(row);
    }

    // Irregular names first, for they are the ones that have to be compared one by one.
    void add_regions(const json::object& regions, PartitionRow& row) {
        std::vector<std::string> names;
        for (const auto& [name, what] : regions) names.emplace_back(name);
        std::ranges::sort(names);
        const auto regular =
            std::ranges::stable_partition(names, [&](const std::string& name) { return !is_regular(row, name); });
        row.irregular = static_cast<std::uint16_t>(regular.begin() - names.begin());
        row.regions = add_texts(names);
    }

    bool is_regular(const PartitionRow& row, std::string_view name) const {
        const endpoint::Partitions view = out_.view();
        return std::ranges::any_of(view.texts.subspan(row.prefixes.first, row.prefixes.count), [&](Text text) {
            const auto prefix = view.text(text);
            return name.starts_with(prefix) && endpoint::is_regular_ending(name.substr(prefix.size()));
        });
    }

    Range add_texts(const std::vector<std::string>& texts) {
        const Range range{static_cast<std::uint16_t>(out_.texts.size()), static_cast<std::uint16_t>(texts.size())};
        for (const std::string& text : texts) out_.texts.push_back(keep(text));
        return range;
    }

    Text keep(std::string_view text) {
        auto at = out_.pool.find(text);
        if (at == std::string::npos) {
            at = out_.pool.size();
            out_.pool += text;
        }
        if (out_.pool.size() > 0xffff) throw std::runtime_error("partitions: more text than a table can hold");
        return {static_cast<std::uint16_t>(at), static_cast<std::uint16_t>(text.size())};
    }

    CompiledPartitions out_;
};

}  // namespace

endpoint::Partitions CompiledPartitions::view() const noexcept {
    return {rows, texts, pool};
}

CompiledPartitions compile_partitions(const json::object& partitions) {
    return Compiler().compile(partitions);
}

}  // namespace botocraft::gen
