#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "emit.hpp"
#include "names.hpp"
#include "table_rows.hpp"

namespace botocraft::gen {

namespace {

std::string arguments_struct(const plan::ClientOperation& operation) {
    std::string out = "struct " + operation.arguments_type + " {\n";
    for (const plan::Argument& argument : operation.arguments) {
        out += "    " + (argument.optional_by_itself() ? argument.type : "std::optional<" + argument.type + '>') + ' ' +
               argument.identifier + "{};\n";
    }
    return out + "};\n\n";
}

// One operation as it is called: where it has pages also as a query whose elements are the responses, and where it streams
// events as the stream of these.
std::string functions(const plan::Service& service, const plan::ClientOperation& operation) {
    const bool empty = operation.arguments.empty();
    const std::string parameters =
        empty ? std::string() : "const operations::" + operation.arguments_type + "& arguments = {}";
    const std::string bound = "bind(" + std::to_string(operation.operation) + (empty ? ", nullptr)" : ", &arguments)");
    const auto define = [&](const std::string& returned, const std::string& name, const std::string& body) {
        return emit_line("    [[nodiscard]] ", returned, name, parameters, " const {") + "        return " + body +
               ";\n    }\n";
    };
    if (operation.result_type.empty()) {
        return define("::botocraft::awaitable<void>", operation.identifier, "::botocraft::detail::run_operation(" + bound + ')');
    }
    const std::string scope = "::botocraft::" + service.namespace_ + "::";
    if (!operation.event_type.empty()) {
        return "    template <class Event = " + scope + operation.event_type + ", class Response = " + scope +
               operation.result_type + ">\n" +
               define("::botocraft::EventStream<Event, Response>", operation.identifier,
                      "::botocraft::EventStream<Event, Response>(" + bound + ')');
    }
    const std::string generic = "    template <class Result = " + scope + operation.result_type + ">\n";
    std::string out = generic + define("::botocraft::awaitable<Result>", operation.identifier,
                                       "::botocraft::detail::response<Result>(" + bound + ')');
    if (operation.paged) {
        out += generic + define("::botocraft::Query<Result>", operation.identifier + "_pages",
                                "::botocraft::Query<Result>(" + bound + ')');
    }
    return out;
}

constexpr std::string_view matcher_names[] = {"status", "error", "path", "pathAll", "pathAny"};
constexpr std::string_view state_names[] = {"success", "failure", "retry"};

// As the facts have them: they are read when somebody waits.
std::string acceptors(const Waiter& waiter) {
    boost::json::array out;
    for (const Acceptor& from : waiter.acceptors) {
        boost::json::object to;
        to["matcher"] = matcher_names[static_cast<std::size_t>(from.matcher)];
        to["state"] = state_names[static_cast<std::size_t>(from.state)];
        if (!from.argument.empty()) to["argument"] = from.argument;
        to["expected"] = from.expected;
        out.push_back(std::move(to));
    }
    return boost::json::serialize(out);
}

const plan::ClientOperation* awaited_operation(const plan::Service& service, const Waiter& waiter) {
    const plan::Row operation = service.find_operation(waiter.operation);
    const auto found = std::ranges::find(service.client, operation, &plan::ClientOperation::operation);
    const bool awaits = found != service.client.end() && found->event_type.empty() && !service.operations[operation].takes_events;
    return awaits ? &*found : nullptr;
}

std::string wait_functions(const plan::Service& service) {
    std::string out;
    const std::vector<Waiter>& waiters = service.facts->waiters;
    for (std::size_t i = 0; i < waiters.size(); ++i) {
        const plan::ClientOperation* const operation = awaited_operation(service, waiters[i]);
        if (!operation) continue;
        const bool empty = operation->arguments.empty();
        const std::string arguments = empty ? "" : "const operations::" + operation->arguments_type + "& arguments = {}, ";
        out += "\n    // " + waiters[i].operation + " every " + std::to_string(waiters[i].delay_seconds) + " s, " +
               std::to_string(waiters[i].max_attempts) + " times at most.\n" +
               emit_line("    [[nodiscard]] ", "::botocraft::awaitable<void>", "wait_until_" + snake_case(waiters[i].name),
                         arguments + "const ::botocraft::WaitOptions& options = {}", " const {") +
               "        return ::botocraft::detail::wait(bind(" + std::to_string(operation->operation) +
               (empty ? ", nullptr)" : ", &arguments)") + ", tables::waiters[" + std::to_string(i) + "], options);\n    }\n";
    }
    return out;
}

std::string waiter_rows(const plan::Service& service) {
    if (service.facts->waiters.empty()) return {};
    std::string out = "constexpr ::botocraft::orm::Waiter waiters[] = {\n";
    for (const Waiter& waiter : service.facts->waiters) {
        out += "    {" + cpp_literal(waiter.name) + ",\n     " + cpp_literal(acceptors(waiter)) + ",\n     " +
               std::to_string(waiter.delay_seconds) + ", " + std::to_string(waiter.max_attempts) + "},\n";
    }
    return out + "};\n\n";
}

}  // namespace

std::string emit_operations(const plan::Service& service) {
    const std::string folder = "#include <botocraft/" + service.namespace_;
    std::string out = emit_banner(service, "The arguments of the operations of " + service.facts->metadata.service_id +
                                               ", by AWS's names.") +
                      "#pragma once\n\n" + folder + "/requests.hpp>\n" + folder + "/types.hpp>\n"
                      "#include <botocraft/service.hpp>\n#include <botocraft/views.hpp>\n\n#include <cstddef>\n"
                      "#include <cstdint>\n#include <optional>\n#include <span>\n#include <string_view>\n\n"
                      "namespace botocraft::" + service.namespace_ + " {\n\nnamespace tables {\n"
                      "extern const ::botocraft::orm::ClientTables client;\n" +
                      (service.facts->waiters.empty() ? "" : "extern const ::botocraft::orm::Waiter waiters[];\n") +
                      "}\n\nnamespace operations {\n\n";
    for (const plan::ClientOperation& operation : service.client) {
        if (!operation.arguments.empty()) out += arguments_struct(operation);
    }
    return out + "}  // namespace operations\n\n}  // namespace botocraft::" + service.namespace_ + '\n';
}

std::string emit_client(const plan::Service& service) {
    const std::string& id = service.facts->metadata.service_id;
    const std::string scope = "botocraft::" + service.namespace_;
    const std::string folder = "#include <botocraft/" + service.namespace_;
    const bool streams = std::ranges::any_of(service.client, [](const auto& each) { return !each.event_type.empty(); });
    std::string out = emit_banner(service, "The operations of " + id + " as AWS describes them: below the models, and beside them.");
    out += std::string("#pragma once\n\n#include <botocraft/client.hpp>\n") +
           (streams ? "#include <botocraft/event_stream.hpp>\n" : "") + folder + "/errors.hpp>\n" + folder +
           "/operations.hpp>\n" + (service.facts->waiters.empty() ? "" : "#include <botocraft/waiter.hpp>\n") +
           "\nnamespace " + scope + " {\n\n" +
           emit_comment("", "Awaits one request and one response. `..._pages` is a query whose elements are responses: it follows "
                            "the tokens. Templates, so that a file pays for the functions that it calls, and for no others.") +
           "class Client : public ::botocraft::ClientBase {\n  public:\n"
           "    Client() noexcept : ::botocraft::ClientBase(tables::client) {}\n"
           "    explicit Client(const ::botocraft::Session& session) noexcept\n"
           "        : ::botocraft::ClientBase(tables::client, session) {}\n";
    for (const plan::ClientOperation& operation : service.client) {
        const std::string& name = service.operations[operation.operation].name;
        out += '\n';
        if (service.operations[operation.operation].takes_events) {
            out += "    // " + name + " has no function: it streams events to AWS, which takes HTTP/2.\n";
        } else {
            out += functions(service, operation);
        }
    }
    return out + wait_functions(service) + "};\n\n}  // namespace " + scope + '\n';
}

std::string emit_client_tables(const plan::Service& service) {
    Rows arguments("Argument", "argument_rows");
    std::string first;
    const auto add_first = [&](std::size_t i) { first += (i % 16 == 0 ? "\n    " : " ") + std::to_string(arguments.count()) + ','; };
    for (std::size_t i = 0; i < service.client.size(); ++i) {
        const plan::ClientOperation& operation = service.client[i];
        add_first(i);
        if (!operation.arguments.empty()) arguments.comment(operation.arguments_type);
        for (const plan::Argument& from : operation.arguments) {
            arguments.add("{}, " + std::to_string(from.member) + ", offsetof(operations::" + operation.arguments_type + ", " +
                          from.identifier + "), " + enumerator("ArgumentType", from.kind, argument_types) + ", 0");
        }
    }
    add_first(service.client.size());
    const std::string scope = "botocraft::" + service.namespace_;
    return emit_banner(service, "The tables of the client of " + service.facts->metadata.service_id + ": constants, and nothing else.") +
           "#include <botocraft/" + service.namespace_ + "/operations.hpp>\n\n#include <cstddef>\n#include <cstdint>\n\n"
           "#pragma GCC diagnostic ignored \"-Winvalid-offsetof\"\n\nnamespace " + scope + "::tables {\n\nnamespace {\n\n"
           "using ::botocraft::orm::Argument;\nusing ::botocraft::orm::ArgumentType;\n\n" + arguments.str() +
           "constexpr std::uint16_t first_arguments[] = {" + first + "\n};\n\n}  // namespace\n\n"
           "constexpr ::botocraft::orm::ClientTables client{&service, first_arguments, argument_rows};\n\n" +
           waiter_rows(service) + "}  // namespace " + scope + "::tables\n";
}

}  // namespace botocraft::gen
