// The generator's command line: `gen <command> ...`. Each command lives in its own file.

#include <exception>
#include <iostream>
#include <string_view>
#include <vector>

#include "bootstrap.hpp"
#include "generate.hpp"
#include "import.hpp"
#include "nearest.hpp"
#include "partition_command.hpp"
#include "smithy.hpp"
#include "vocabulary.hpp"

namespace {

using Arguments = std::vector<std::string_view>;

struct Command {
    std::string_view name;
    std::string_view purpose;
    int (*run)(const Arguments& arguments, std::ostream& out);
};

constexpr Command commands[] = {
    {"import", "distil a botocore release into the API facts of specs/aws", botocraft::gen::import_command},
    {"generate", "make the C++ of a service from its API facts and its overlay", botocraft::gen::generate_command},
    {"bootstrap", "write a first overlay of a service, guessed from its API facts", botocraft::gen::bootstrap_command},
    {"smithy", "convert a Smithy model into the API facts of specs/aws", botocraft::gen::smithy_command},
    {"partitions", "compile the list of partitions", botocraft::gen::partitions_command},
    {"vocabulary", "explain the words of overlays", botocraft::gen::vocabulary_command},
};

void print_help(std::ostream& out) {
    out << "usage: gen COMMAND ...\n\n";
    for (const Command& command : commands) out << "  " << command.name << "  " << command.purpose << '\n';
    out << "\n`gen COMMAND --help` explains a command.\n";
}

int run(const Arguments& arguments) {
    if (arguments.empty()) {
        print_help(std::cerr);
        return 2;
    }
    if (arguments.front() == "--help" || arguments.front() == "-h") {
        print_help(std::cout);
        return 0;
    }
    Arguments names;
    for (const Command& command : commands) {
        if (command.name == arguments.front()) return command.run({arguments.begin() + 1, arguments.end()}, std::cout);
        names.push_back(command.name);
    }
    std::cerr << "gen: no command `" << arguments.front() << "`"
              << botocraft::gen::did_you_mean(arguments.front(), names) << ". See `gen --help`\n";
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        std::cerr << "gen: " << error.what() << '\n';
        return 1;
    }
}
