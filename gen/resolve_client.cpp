#include <algorithm>
#include <set>
#include <utility>

#include "names.hpp"
#include "resolver.hpp"

namespace botocraft::gen {

// Every operation by itself: all members of its request are named arguments, and its result is the whole response.
void Resolver::client() {
    std::set<std::string> names;
    for (Row row = 0; row < plan_.operations.size(); ++row) {
        const plan::Operation& operation = plan_.operations[row];
        plan::ClientOperation to;
        to.operation = row;
        to.identifier = identifier(snake_case(operation.name));
        if (!names.insert(to.identifier).second) to.identifier = operation.name;
        to.arguments_type = identifier(operation.name);
        to.paged = !operation.tokens.empty();
        if (operation.output != plan::none) {
            const plan::Shape& output = plan_.shapes[operation.output];
            to.result_type = output.type;
            if (operation.event_member != plan::none) {
                to.event_type = plan_.shapes[output.members[operation.event_member].target].type;
            }
        }
        if (operation.input != plan::none && !operation.takes_events) {
            const plan::Shape& request = plan_.shapes[operation.input];
            for (Row i = 0; i < request.members.size(); ++i) {
                plan::Argument argument;
                argument.name = request.members[i].name;
                argument.identifier = request.members[i].identifier;
                argument.member = i;
                set_argument_type(request.members[i], argument);
                to.arguments.push_back(std::move(argument));
            }
        }
        plan_.client.push_back(std::move(to));
    }
}

}  // namespace botocraft::gen
