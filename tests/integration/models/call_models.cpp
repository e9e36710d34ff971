// Calls what it is told with this library: `call_models ENDPOINT`, a JSON object a line on standard input and output.
//   {"service": "ec2", "model": "Vpc", "method": "get", "arguments": {...}, "given": {a model}, "from_aws": true}
//   With `page_size` a list is read in pages of so many. Methods besides those of the manager: `.save`, `.remove` and `.key` of
//   the given model, and `.follow`, with a `relation` and the service that is its `target`.
//   {"tables": true}: every method of every model.
// Answers: {"result": ...}, or {"error": {"code", "message", "status", "body", "missing"}}.

#include "support/dynamic_manager.hpp"

#include <botocraft/cloudwatch/types.hpp>
#include <botocraft/credentials.hpp>
#include <botocraft/ec2/security_group.hpp>
#include <botocraft/ec2/volume.hpp>
#include <botocraft/ecs/types.hpp>
#include <botocraft/efs/types.hpp>
#include <botocraft/error.hpp>
#include <botocraft/iam/iam_role.hpp>
#include <botocraft/iam/iam_user.hpp>
#include <botocraft/s3/object.hpp>
#include <botocraft/sqs/types.hpp>
#include <botocraft/sts/types.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <exception>
#include <iostream>
#include <span>
#include <stdexcept>
#include <string>

namespace json = boost::json;
using botocraft::orm::MethodKind;
using botocraft::orm::ServiceTables;
using botocraft::test::DynamicManager;

namespace {

const ServiceTables* const services[] = {
    &botocraft::cloudwatch::tables::service, &botocraft::ec2::tables::service, &botocraft::ecs::tables::service,
    &botocraft::efs::tables::service,        &botocraft::iam::tables::service, &botocraft::s3::tables::service,
    &botocraft::sqs::tables::service,        &botocraft::sts::tables::service,
};

const ServiceTables& find_service(std::string_view name) {
    for (const ServiceTables* service : services) {
        if (service->name == name) return *service;
    }
    throw std::invalid_argument("no service " + std::string(name));
}

// Models whose `save` is written by hand.
template <class Model>
botocraft::awaitable<void> save_by_hand(void* model) {
    return static_cast<Model*>(model)->save();
}
struct SavedByHand {
    std::string_view service, model;
    DynamicManager::Save save;
};
const SavedByHand saved_by_hand[] = {
    {"ec2", "SecurityGroup", save_by_hand<botocraft::ec2::SecurityGroup>},
    {"ec2", "Volume", save_by_hand<botocraft::ec2::Volume>},
    {"iam", "IAMRole", save_by_hand<botocraft::iam::IAMRole>},
    {"iam", "IAMUser", save_by_hand<botocraft::iam::IAMUser>},
    {"s3", "Object", save_by_hand<botocraft::s3::Object>},
};

DynamicManager::Save find_save(std::string_view service, std::string_view model) {
    for (const SavedByHand& one : saved_by_hand) {
        if (one.service == service && one.model == model) return one.save;
    }
    return nullptr;
}

std::string_view kind_name(MethodKind kind) {
    switch (kind) {
        case MethodKind::get: return "get";
        case MethodKind::get_many: return "get_many";
        case MethodKind::list: return "list";
        case MethodKind::create: return "create";
        case MethodKind::update: return "update";
        case MethodKind::partial_update: return "partial_update";
        case MethodKind::remove: return "delete";
        case MethodKind::call: break;
    }
    return "call";
}

json::array tables() {
    json::array rows;
    for (const ServiceTables* service : services) {
        for (std::size_t i = 0; i < service->method_count; ++i) {
            const auto& method = service->methods[i];
            if (botocraft::test::is_hidden(*service, method)) continue;
            const auto& model = service->models[method.model];
            json::array arguments;
            for (const auto& argument : std::span(service->arguments + method.first_argument, method.argument_count)) {
                arguments.emplace_back(service->text(argument.name));
            }
            rows.push_back({{"service", service->name},
                            {"model", botocraft::schema::ShapeRef{service->schema, model.shape}.name()},
                            {"method", service->text(method.name)},
                            {"kind", kind_name(method.kind)},
                            {"operation", service->text(service->operations[method.operation].name)},
                            {"arguments", std::move(arguments)}});
        }
    }
    for (const SavedByHand& one : saved_by_hand) {
        rows.push_back({{"service", one.service}, {"model", one.model}, {"method", "save"}, {"kind", "update"},
                        {"operation", nullptr}, {"arguments", json::array{}}});
    }
    return rows;
}

json::value result_of(const json::object& command, const botocraft::Session& session) {
    if (command.contains("tables")) return tables();
    DynamicManager manager(find_service(command.at("service").as_string()), session);
    const std::string_view model = command.at("model").as_string();
    const std::string_view method = command.at("method").as_string();
    std::optional<json::value> given;
    if (const json::value* const value = command.if_contains("given")) given = *value;
    if (method == ".save") {
        const DynamicManager::Save by_hand = find_save(command.at("service").as_string(), model);
        return manager.save(model, given.value(), command.at("from_aws").as_bool(), by_hand);
    }
    if (method == ".remove") return manager.remove(model, given.value());
    if (const json::value* const relation = command.if_contains("relation")) {
        return manager.follow(model, relation->as_string(), given.value(), find_service(command.at("target").as_string()));
    }
    if (method == ".key") return manager.key(model, given.value());
    const json::value* const size = command.if_contains("page_size");
    return manager.call(model, method, command.at("arguments").as_object(), given, size ? size->to_number<std::size_t>() : 0);
}

json::object answer_to(const std::string& line, const botocraft::Session& session) {
    try {
        return {{"result", result_of(json::parse(line).as_object(), session)}};
    } catch (const botocraft::Error& error) {
        return {{"error", {{"code", error.code()}, {"message", error.what()}, {"status", error.status()},
                           {"body", error.details().body},
                           {"missing", dynamic_cast<const botocraft::DoesNotExist*>(&error) != nullptr}}}};
    } catch (const std::exception& error) {
        return {{"error", {{"code", "NotCalled"}, {"message", error.what()}, {"status", 0}, {"body", ""}, {"missing", false}}}};
    }
}

}  // namespace

int main(int argc, char** argv) {
    botocraft::SessionOptions options;
    options.region = "us-east-1";
    options.endpoint_url = argc > 1 ? argv[1] : "";
    options.max_attempts = 1;
    options.protocol.preferred = {botocraft::Protocol::json_1_0};  // moto does not speak CBOR
    options.credentials = botocraft::static_credentials(
        botocraft::Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
    const botocraft::Session session(options);
    for (std::string line; std::getline(std::cin, line);) {
        std::cout << json::serialize(answer_to(line, session)) << std::endl;
    }
}
