#include "partition_command.hpp"

#include "endpoint_rules.hpp"
#include "files.hpp"
#include "json_text.hpp"

#include <boost/json/value.hpp>

#include <ostream>
#include <string>

namespace botocraft::gen {

int partitions_command(const std::vector<std::string_view>& arguments, std::ostream& out) {
    if (arguments.size() != 2 || arguments.front().starts_with("--")) {
        out << "usage: gen partitions PARTITIONS_JSON OUTPUT_CPP\n\n"
               "Compiles specs/aws/partitions.json into the constant that the library resolves endpoints with.\n";
        return arguments.size() == 1 && arguments.front() == "--help" ? 0 : 2;
    }
    const std::string input(arguments[0]);
    const boost::json::value facts = parse_json(read_file(input), input);
    std::string text =
        "// Made from specs/aws/partitions.json by `gen partitions`.\n"
        "#include \"endpoint/partition_data.hpp\"\n\n"
        "namespace botocraft::endpoint {\n\nnamespace {\n";
    text += emit_partitions(compile_partitions(facts.as_object()), "partition_tables");
    text += "}  // namespace\n\nconst Partitions& partitions() noexcept { return partition_tables; }\n\n"
            "}  // namespace botocraft::endpoint\n";
    write_if_changed(std::string(arguments[1]), text);
    return 0;
}

}  // namespace botocraft::gen
