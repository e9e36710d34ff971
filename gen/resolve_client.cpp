#include <algorithm>
#include <set>
#include <utility>

#include "names.hpp"
#include "resolver.hpp"

namespace botocraft::gen {

// Every operation by itself: all members of its request are named arguments, and its result is the whole response.
void Resolver::client() {
    std::set<std::string> names;
    std::set<Row> streams;
    for (const auto& [shape, row] : rows_) {
        if (facts_.shapes[shape].event_stream) streams.insert(row);
    }
    // What AWS streams event by event is no one value that could be handed over or awaited.
    const auto has_events = [&](const plan::Shape& body) {
        return std::ranges::any_of(body.members, [&](const plan::Member& member) { return streams.contains(member.target); });
    };
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
            to.events = has_events(output);
        }
        if (operation.input != plan::none) {
            const plan::Shape& request = plan_.shapes[operation.input];
            to.events = to.events || has_events(request);
            for (Row i = 0; i < request.members.size(); ++i) {
                plan::Argument argument;
                argument.name = request.members[i].name;
                argument.identifier = request.members[i].identifier;
                argument.member = i;
                set_argument_type(request.members[i], argument);
                to.arguments.push_back(std::move(argument));
            }
        }
        if (to.events) to.arguments.clear();
        plan_.client.push_back(std::move(to));
    }
}

}  // namespace botocraft::gen
