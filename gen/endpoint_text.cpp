#include <concepts>
#include <cstdio>
#include <utility>

#include "endpoint_rules.hpp"

namespace botocraft::gen {

namespace {

using namespace endpoint;

constexpr std::size_t widest = 112;

// Text as string literals of a line each, cut so that none exceeds what compilers take.
std::string quoted(std::string_view text) {
    std::string out;
    std::string line;
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            line += '\\';
            line += c;
        } else if (c >= ' ' && c < 0x7f) {
            line += c;
        } else {
            char octal[5];
            std::snprintf(octal, sizeof octal, "\\%03o", static_cast<unsigned>(static_cast<unsigned char>(c)));
            line += octal;
        }
        if (line.size() >= widest) {
            out += "\n    \"" + line + '"';
            line.clear();
        }
    }
    if (!line.empty() || out.empty()) out += "\n    \"" + line + '"';
    return out;
}

// Rows of integers as they are written between braces.
class Cells {
  public:
    explicit Cells(std::string& out) : out_(out) {}

    template <class... T>
    void row(const T&... values) {
        const char* before = "{";
        ((out_ += before, cell(values), before = ","), ...);
        out_ += '}';
    }

  private:
    void cell(std::integral auto value) { out_ += std::to_string(value); }
    void cell(Range range) { row(range.first, range.count); }
    void cell(Text text) { row(text.offset, text.size); }

    std::string& out_;
};

void write(Cells& cells, const ParameterRow& r) {
    cells.row(r.name, r.kind, r.built_in, r.required, r.has_default, r.default_flag, r.default_pieces);
}
void write(Cells& cells, const Expression& r) {
    cells.row(r.op, r.detail, r.a, r.b, r.c);
}
void write(Cells& cells, const Node& r) {
    cells.row(r.condition, r.yes, r.no);
}
void write(Cells& cells, const Result& r) {
    cells.row(r.kind, r.scheme, r.authority, r.path, r.auth, r.headers, r.properties);
}
void write(Cells& cells, const AuthRow& r) {
    cells.row(r.scheme, r.disable_double_encoding, r.signing_name, r.signing_region);
}
void write(Cells& cells, const NamedRow& r) {
    cells.row(r.name, r.value);
}
void write(Cells& cells, const Text& r) {
    cells.row(r.offset, r.size);
}
void write(Cells& cells, const PartitionRow& r) {
    cells.row(r.name, r.dns_suffix, r.dual_stack_dns_suffix, r.implicit_global_region, r.supports_fips,
              r.supports_dual_stack, r.prefixes, r.regions, r.irregular);
}

// The C++ of one constant: first its arrays, then the structure that refers to them.
class Source {
  public:
    Source(std::string_view type, std::string_view name) : type_(type), name_(name) {}

    template <class Row>
    void array(std::string_view row_type, std::string_view member, const std::vector<Row>& rows) {
        add_member(rows.empty() ? "{}" : name_ + '_' + std::string(member));
        if (rows.empty()) return;
        out_ += "constexpr " + std::string(row_type) + ' ' + name_ + '_' + std::string(member) + "[] = {\n   ";
        std::size_t width = 3;
        for (const Row& row : rows) {
            std::string text;
            if constexpr (std::integral<Row>) {
                text = std::to_string(row);
            } else {
                Cells cells(text);
                write(cells, row);
            }
            if (width + text.size() + 2 > widest) {
                out_ += "\n   ";
                width = 3;
            }
            out_ += ' ' + text + ',';
            width += text.size() + 2;
        }
        out_ += "\n};\n";
    }

    void pool(const std::string& text) {
        out_ += "constexpr char " + name_ + "_pool[] =" + quoted(text) + ";\n";
        add_member("{" + name_ + "_pool, " + std::to_string(text.size()) + '}');
    }

    void add_member(std::string_view text) {
        if (!members_.empty()) members_ += ", ";
        members_ += text;
    }

    std::string finish() && {
        out_ += "constexpr " + type_ + ' ' + name_ + "{\n    " + members_ + "};\n";
        return std::move(out_);
    }

  private:
    std::string type_;
    std::string name_;
    std::string out_;
    std::string members_;
};

}  // namespace

std::string emit_endpoint_rules(const CompiledRules& rules, std::string_view name) {
    Source source("::botocraft::endpoint::RuleSet", name);
    source.array("::botocraft::endpoint::ParameterRow", "parameters", rules.parameters);
    source.array("::botocraft::endpoint::Expression", "expressions", rules.expressions);
    source.array("::std::uint16_t", "pieces", rules.pieces);
    source.array("::botocraft::endpoint::Node", "nodes", rules.nodes);
    source.array("::botocraft::endpoint::Result", "results", rules.results);
    source.array("::botocraft::endpoint::AuthRow", "auth", rules.auth);
    source.array("::botocraft::endpoint::NamedRow", "named", rules.named);
    source.pool(rules.pool);
    source.add_member(std::to_string(rules.start));
    return std::move(source).finish();
}

std::string emit_partitions(const CompiledPartitions& partitions, std::string_view name) {
    Source source("::botocraft::endpoint::Partitions", name);
    source.array("::botocraft::endpoint::PartitionRow", "rows", partitions.rows);
    source.array("::botocraft::endpoint::Text", "texts", partitions.texts);
    source.pool(partitions.pool);
    return std::move(source).finish();
}

}  // namespace botocraft::gen
