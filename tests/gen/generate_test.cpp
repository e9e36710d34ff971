// The generator: what it makes of a small service and of ECS, and what it says about overlays that are wrong.

#include "generate.hpp"

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <set>
#include <sstream>

#include "catch.hpp"
#include "spec_error.hpp"
#include "temp_dir.hpp"
#include "vocabulary.hpp"

using namespace botocraft;

namespace {

namespace fs = std::filesystem;

const fs::path golden = fs::path(BOTOCRAFT_SOURCE_DIR) / "tests/gen/golden";
const fs::path specs = fs::path(BOTOCRAFT_SOURCE_DIR) / "specs";

// What the generator says about the small service when its overlay is `yaml`. Empty: it has no complaint.
std::string complaint_about(const std::string& yaml) {
    const test::TempDir folder;
    test::write(folder / "aws/small.json", test::read(golden / "specs/aws/small.json"));
    test::write(folder / "aws/large.json", test::read(golden / "specs/aws/large.json"));  // where it leads
    test::write(folder / "models/large.yaml", test::read(golden / "specs/models/large.yaml"));
    test::write(folder / "models/small.yaml", yaml);
    try {
        static_cast<void>(gen::generate("small", folder / "."));
        return {};
    } catch (const gen::SpecError& error) {
        std::string text = error.what();  // without the folder
        const std::string path = (folder / "./models/").string();
        for (std::size_t at = text.find(path); at != std::string::npos; at = text.find(path)) text.erase(at, path.size());
        return text;
    }
}

// The overlay of the golden test with one text replaced by another.
std::string changed(const std::string& from, const std::string& to) {
    std::string yaml = test::read(golden / "specs/models/small.yaml");
    const std::size_t at = yaml.find(from);
    INFO(from);
    REQUIRE(at != std::string::npos);
    return yaml.replace(at, from.size(), to);
}

std::map<std::string, std::string> as_map(const gen::Generated& generated) {
    return {generated.files.begin(), generated.files.end()};
}

// Of generated code, whose lines break where they get long.
std::string without_blanks(std::string text) {
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
    return text;
}

std::string output_of(const std::string& command) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
    REQUIRE(pipe);
    std::string out;
    char buffer[4096];
    for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe.get())) > 0;) out.append(buffer, n);
    return out;
}

}  // namespace

TEST_CASE("the generator makes of a small service what is expected", "[golden]") {
    auto made = as_map(gen::generate("small", golden / "specs"));
    made.merge(as_map(gen::generate("large", golden / "specs")));  // where relations of the small one lead
    const fs::path expected = golden / "expected";
    if (std::getenv("BOTOCRAFT_UPDATE_GOLDEN")) {
        fs::remove_all(expected);
        for (const auto& [name, text] : made) test::write(expected / name, text);
        std::cout << "updated " << expected << '\n';
    }
    const auto wanted = test::read_all(expected);
    for (const auto& [name, text] : wanted) {
        INFO(name << ": build the target update_golden if this change is meant");
        REQUIRE(made.contains(name));
        CHECK(made.at(name) == text);
    }
    CHECK(made.size() == wanted.size());
}

TEST_CASE("generating twice makes the same", "[golden]") {
    CHECK(as_map(gen::generate("ecs", specs)) == as_map(gen::generate("ecs", specs)));
}

// The relations, properties and proxies of parity, by model. A relation leads to one model or to many.
TEST_CASE("all of ECS is generated") {
    struct Relation {
        std::string name, leads_to;
        bool many = false;
    };
    struct Model {
        std::string name;
        std::vector<Relation> relations{};
        std::vector<std::string> properties{}, proxies{};
    };
    const bool many = true;
    const Model models[] = {
        {.name = "CapacityProvider"},  // its name is a member, and so no function
        {"Service",
         {{"cluster", "ecs::Cluster"},
          {"task_definition", "ecs::TaskDefinition"},
          {"tasks", "ecs::Task", many},
          {"target_groups", "elbv2::TargetGroup", many},
          {"scalable_targets", "application_autoscaling::ScalableTarget", many},
          {"service_deployments", "ecs::ServiceDeployment", many},
          {"current_service_deployment", "ecs::ServiceDeployment"},
          {"current_service_revisions", "ecs::ServiceRevision", many},
          {"task_sets", "ecs::TaskSet", many}},
         {"name", "cluster_name", "exec_cluster"}},
        {"Cluster",
         {{"services", "ecs::Service", many},
          {"container_instances", "ecs::ContainerInstance", many},
          {"capacity_providers", "ecs::CapacityProvider", many}},
         {"name", "cluster_name"}},
        {"TaskDefinition", {}, {"family_revision"}, {"deregister"}},
        {"Task",
         {{"cluster", "ecs::Cluster"},
          {"task_definition", "ecs::TaskDefinition"},
          {"container_instance", "ecs::ContainerInstance"},
          {"service", "ecs::Service"},
          {"capacity_provider", "ecs::CapacityProvider"}},
         {"taskDefinition", "serviceName", "exec_cluster"}},
        {"ContainerInstance",
         {{"instance", "ec2::Instance"},
          {"tasks", "ecs::Task", many},
          {"cluster", "ecs::Cluster"},
          {"capacity_provider", "ecs::CapacityProvider"}},
         {"name", "clusterName"}},
        {"ServiceRevision",
         {{"service", "ecs::Service"}, {"cluster", "ecs::Cluster"}, {"task_definition", "ecs::TaskDefinition"}}},
        {"ServiceDeployment",
         {{"service", "ecs::Service"},
          {"cluster", "ecs::Cluster"},
          {"target_service_revision", "ecs::ServiceRevision"},
          {"source_service_revisions", "ecs::ServiceRevision", many},
          {"target_task_definition", "ecs::TaskDefinition"}}},
        {"Daemon", {{"cluster", "ecs::Cluster"}, {"current_revisions", "ecs::DaemonRevision", many}}},
        {.name = "DaemonTaskDefinition"},
        {"DaemonRevision",
         {{"daemon", "ecs::Daemon"},
          {"cluster", "ecs::Cluster"},
          {"daemon_task_definition", "ecs::DaemonTaskDefinition"}}},
        {"DaemonDeployment",
         {{"daemon", "ecs::Daemon"}, {"cluster", "ecs::Cluster"}, {"target_revision", "ecs::DaemonRevision"}}},
        // Parity calls the first `cluster`, which is a member here: AWS tells the cluster's name or ARN under it.
        {"ExpressGatewayService",
         {{"own_cluster", "ecs::Cluster"},
          {"service", "ecs::Service"},
          {"active_service_revisions", "ecs::ServiceRevision", many}},
         {"name"}},
        {"TaskSet",
         {{"service", "ecs::Service"}, {"cluster", "ecs::Cluster"}, {"task_definition", "ecs::TaskDefinition"}}},
    };
    const Model container{"ContainerDefinition",  // no model of its own
                          {{"image_object", "ecr::ECRImage"}},
                          {"full_repository_uri", "repository_name", "image_tag"}};

    const gen::Generated made = gen::generate("ecs", specs);
    CHECK(made.models == std::size(models));
    CHECK(made.models == 14);
    CHECK(made.methods >= 53);
    CHECK(made.relations == 44);
    CHECK(made.left_out.empty());
    const std::string types = as_map(made).at("include/botocraft/ecs/types.hpp");
    std::size_t relations = 0;
    const auto check = [&](const Model& model) {
        INFO(model.name);
        const std::size_t at = types.find("\nstruct " + model.name + " {\n");
        REQUIRE(at != std::string::npos);
        const std::string text = without_blanks(types.substr(at, types.find("\n};", at) - at));
        for (const Relation& relation : model.relations) {
            INFO(relation.name);
            const std::string type = relation.many ? "Query<Target>" : "awaitable<::botocraft::box<Target>>";
            CHECK_THAT(text, has_text("template<classTarget=::botocraft::" + relation.leads_to + ">[[nodiscard]]::botocraft::" +
                                      type + relation.name + '('));
            ++relations;
        }
        for (const std::string& name : model.properties) {
            CHECK_THAT(text, has_text("[[nodiscard]]std::optional<std::string>" + name + "()const;"));
        }
        for (const std::string& name : model.proxies) {
            CHECK_THAT(text, has_text("[[nodiscard]]::botocraft::awaitable<Result>" + name + '('));
        }
        return text;
    };
    for (const Model& model : models) {
        const std::string text = check(model);
        CHECK_THAT(text, has_text("static" + model.name + "Managerobjects();"));
        CHECK_THAT(text, has_text("[[nodiscard]]std::optional<std::string>arn()const;"));
    }
    check(container);
    CHECK(relations == made.relations);
}

TEST_CASE("the services with models have the models, methods, relations and proxies of parity") {
    struct Model {
        std::string header;
        std::vector<std::string> methods, of_the_model;
    };
    struct Service {
        const char* name;
        std::size_t relations;
        std::vector<Model> models;
    };
    const Service services[] = {
        {"iam", 2,
         {{"iam_access_key", {"create", "list", "update", "remove", "last_used"}, {"user", "last_used"}},
          {"iam_group",
           {"create", "get", "list", "update", "remove", "delete_policy", "detach_policy", "get_policy", "list_for_user",
            "list_policies", "list_attached_policies", "attach_policy", "put_policy", "add_user", "remove_user"},
           {"users", "add_user", "remove_user", "attach_policy", "detach_policy", "put_inline_policy",
            "remove_inline_policy", "attached_policies", "inline_policies"}},
          {"instance_profile", {"create", "get", "list", "remove", "list_for_role", "add_role", "remove_role"}, {}},
          {"iam_login_profile", {"create", "get", "update", "remove"}, {}},
          {"iam_policy",
           {"create", "get", "list", "remove", "list_entities", "list_versions", "set_default_version"},
           {"entities", "versions", "set_default_version"}},
          {"iam_policy_version", {"create", "get", "list", "remove", "set_default"}, {}},
          {"iam_role",
           {"create", "get", "list", "update", "remove", "create_service_linked_role", "delete_service_linked_role",
            "delete_role_permissions_boundary", "delete_policy", "get_policy", "list_policies", "list_attached_policies",
            "list_instance_profiles", "update_assume_role_policy", "update_description", "add_to_instance_profile",
            "remove_from_instance_profile", "attach_policy", "detach_policy", "put_policy"},
           {"attached_policies", "inline_policies", "instance_profiles", "update_assume_role_policy", "attach_policy",
            "detach_policy", "add_policy", "remove_policy"}},
          {"iam_user",
           {"create", "get", "list", "update", "remove", "get_policy", "add_to_group", "remove_from_group", "list_groups",
            "attach_policy", "detach_policy", "list_policies", "list_attached_policies", "put_policy", "delete_policy",
            "put_permission_boundary", "delete_permission_boundary"},
           {"groups", "add_to_group", "remove_from_group", "attached_policies", "inline_policies", "add_policy",
            "remove_policy"}},
          {"iamssh_public_key", {"create", "get", "list", "update", "remove"}, {}}}},
        {"ec2", 27,
         {{"vpc",
           {"get", "list", "dns_hostnames", "dns_support", "network_address_usage_metrics"},
           {"subnets", "security_groups", "network_acls"}},
          {"subnet", {"get", "list"}, {"vpc", "instances"}},
          {"security_group",
           {"create", "get", "list", "remove", "revoke_ingress", "authorize_ingress", "revoke_egress",
            "authorize_egress"},
           {"vpc"}},
          {"network_acl",
           {"create", "get", "list", "remove", "create_entry", "replace_entry", "delete_entry"},
           {"vpc", "subnets"}},
          {"ami",
           {"create", "get", "list", "remove", "copy", "enable_deregistration_protection",
            "disable_deregistration_protection"},
           {"instances", "snapshot", "enable_deregistration_protection", "disable_deregistration_protection"}},
          {"instance",
           {"create", "get", "list", "start", "stop", "reboot", "terminate", "modify_instance_type",
            "modify_source_dest_check", "modify_disable_api_termination", "modify_ebs_optimized", "modify_user_data"},
           {"ami", "vpc", "subnet", "security_groups", "network_interfaces", "instance_type", "start", "stop",
            "reboot", "terminate"}},
          {"launch_template", {"create", "get", "list", "remove"}, {"versions", "default_version", "latest_version"}},
          {"launch_template_version", {"create", "get", "list", "remove"}, {"ami", "instance_type", "launch_template"}},
          {"network_interface",
           {"create", "get", "list", "remove", "attach", "detach", "reset", "permissions", "assign_private_ips",
            "unassign_private_ips", "modify"},
           {"subnet", "security_groups", "reset", "attach", "detach"}},
          {"ec2_instance_type", {"get", "list"}, {"instances"}},
          {"snapshot",
           {"create", "get", "list", "remove", "enable_block_public_access", "disable_block_public_access",
            "get_public_access_block_state", "lock", "list_locked", "unlock", "copy"},
           {"amis", "instances", "copy", "lock", "unlock"}},
          {"key_pair", {"create", "get", "list", "remove", "import_key_pair"}, {}},
          {"placement_group", {"create", "get", "list", "remove"}, {}},
          {"dhcp_options", {"create", "get", "list", "remove"}, {}},
          {"customer_gateway", {"create", "get", "list", "remove"}, {}},
          {"vpn_gateway", {"create", "get", "list", "remove", "attach", "detach"}, {}},
          {"internet_gateway", {"create", "get", "list", "remove", "attach", "detach"}, {}},
          {"volume", {"create", "get", "list", "update", "remove", "attach", "detach"}, {}},
          {"route_table",
           {"create", "get", "list", "remove", "create_route", "delete_route", "replace_route", "associate",
            "disassociate"},
           {}},
          {"nat_gateway", {"create", "get", "list", "remove", "associate_address", "disassociate_address"}, {}},
          {"vpc_peering_connection", {"create", "get", "list", "remove", "accept", "reject", "modify_options"}, {}},
          {"ec2_vpc_endpoint", {"create", "get", "list", "remove", "modify"}, {}},
          {"vpn_connection", {"create", "get", "list", "remove", "modify"}, {}},
          {"flow_log", {"create", "get", "list", "remove"}, {}}}},
        {"efs", 9,
         {{"file_system",
           {"create", "get", "list", "update", "remove", "get_backup_policy", "put_backup_policy",
            "get_file_system_policy", "put_file_system_policy", "delete_file_system_policy",
            "get_lifecycle_configuration", "put_lifecycle_configuration", "update_file_system_protection",
            "create_replication_configuration", "delete_replication_configuration"},
           {"access_points", "mount_targets", "replication_configuration", "get_backup_policy", "put_backup_policy",
            "get_file_system_policy", "put_file_system_policy", "delete_file_system_policy",
            "get_lifecycle_configuration", "put_lifecycle_configuration", "update_file_system_protection",
            "create_replication_configuration", "delete_replication_configuration"}},
          {"access_point", {"create", "get", "list", "remove"}, {"file_system", "mount_targets"}},
          {"mount_target",
           {"create", "get", "list", "remove", "modify_security_groups", "get_security_groups"},
           {"file_system", "subnet", "vpc"}},
          {"replication_configuration", {"create", "get", "list", "remove"}, {"source_file_system"}}}},
        {"cloudwatch", 0,
         {{"metric_alarm",
           {"create", "get", "list", "update", "remove", "enable_actions", "disable_actions", "set_state",
            "describe_history"},
           {"set_state"}},
          {"composite_alarm",
           {"create", "get", "list", "update", "remove", "enable_actions", "disable_actions", "set_state",
            "describe_history"},
           {}},
          {"cloud_watch_metric_stream", {"create", "get", "list", "update", "remove", "start", "stop"}, {}},
          {"cloud_watch_dashboard", {"create", "get", "list", "update", "remove"}, {}},
          {"cloud_watch_insight_rule", {"create", "get", "list", "update", "remove", "enable", "disable"}, {}},
          {"cloud_watch_anomaly_detector", {"create", "get", "list", "update", "remove"}, {}},
          {"alarm_mute_rule", {"create", "get", "list", "update", "remove"}, {}},
          {"o_tel_enrichment", {"get", "start", "stop"}, {}},
          {"cloud_watch_metric",
           {"list", "publish", "get_data", "get_statistics", "widget_image"},
           {"get_data", "get_statistics", "widget_image"}}}},
        {"s3", 0,
         {{"bucket",
           {"create", "get", "list", "update", "remove", "get_bucket_policy", "put_bucket_policy", "delete_bucket_policy",
            "get_website", "put_website", "delete_website", "get_tags", "put_tags", "delete_tags", "get_lifecycle",
            "put_lifecycle", "delete_lifecycle", "get_public_access_block", "put_public_access_block",
            "delete_public_access_block"},
           {"get_policy", "put_policy", "delete_policy", "get_website", "put_website", "delete_website", "get_lifecycle",
            "put_lifecycle", "delete_lifecycle", "get_public_access_block", "put_public_access_block",
            "delete_public_access_block"}},
          {"object",
           {"create", "get", "list", "update", "remove", "copy", "rename", "restore", "get_tags", "put_tags", "delete_tags",
            "get_acl", "put_acl", "get_legal_hold", "put_legal_hold", "get_lock_configuration", "put_lock_configuration",
            "get_retention", "put_retention", "get_attributes", "get_versions", "download", "put", "get_contents",
            "list_with_tags", "list_prefixes", "get_delete_markers", "delete_many", "select_content"},
           {"contents", "download", "upload", "select_content"}}}},
        {"sqs", 0,
         {{"queue",
           {"create", "get", "list", "remove", "purge", "add_permission", "remove_permission", "delete_message",
            "receive_messages", "batch_send_messages", "batch_delete_messages", "change_message_visibility",
            "change_message_visibility_batch"},
           {"purge", "add_permission", "remove_permission", "receive", "poll"}},
          {"message", {"remove", "send"}, {"send"}}}},
        {"sts", 0,
         {{"assume_role", {"assume", "assume_with_saml", "assume_with_web_identity"}, {}}, {"caller_identity", {"get"}, {}}}},
    };
    for (const Service& service : services) {
        const gen::Generated made = gen::generate(service.name, specs);
        CHECK(made.models == service.models.size());
        CHECK(made.relations == service.relations);
        CHECK(made.left_out.empty());
        const auto files = as_map(made);
        for (const Model& model : service.models) {
            const auto found = files.find("include/botocraft/" + std::string(service.name) + "/" + model.header + ".hpp");
            INFO(service.name << '.' << model.header);
            REQUIRE(found != files.end());
            for (const std::string& name : model.methods) {
                INFO(name);
                CHECK(found->second.find("Manager::" + name + '(') != std::string::npos);
            }
            for (const std::string& name : model.of_the_model) {
                INFO(name);
                const std::size_t at = found->second.find("::" + name + '(');
                const std::size_t own = found->second.rfind("::" + name + '(');
                CHECK(at != std::string::npos);
                CHECK(found->second.compare(own - 7, 7, "Manager") != 0);
            }
        }
    }
}

// The managers' methods of parity, by model. `delete` is called `remove`.
TEST_CASE("every manager of ECS has its methods") {
    const auto files = as_map(gen::generate("ecs", specs));
    const std::map<std::string, std::vector<std::string>> methods = {
        {"capacity_provider", {"create", "get", "get_many", "list", "update", "remove"}},
        {"service", {"create", "get", "get_many", "list", "update", "partial_update", "remove", "all"}},
        {"cluster", {"create", "get", "get_many", "list", "update", "partial_update", "remove"}},
        {"task_definition", {"create", "get", "list", "update", "remove", "deregister", "families"}},
        {"task", {"create", "get", "get_many", "list", "remove"}},
        {"container_instance", {"get", "get_many", "list", "list_tasks"}},
        {"service_revision", {"get", "get_many", "list"}},
        {"service_deployment", {"get", "get_many", "list", "stop"}},
        {"daemon", {"create", "get", "list", "update", "remove"}},
        {"daemon_task_definition", {"create", "get", "list", "remove"}},
        {"daemon_revision", {"get", "get_many"}},
        {"daemon_deployment", {"list"}},
        {"express_gateway_service", {"create", "get", "list", "update", "remove"}},
        {"task_set", {"create", "get", "get_many", "list", "update", "remove"}},
    };
    for (const auto& [header, names] : methods) {
        const std::string& text = files.at("include/botocraft/ecs/" + header + ".hpp");
        for (const std::string& name : names) {
            INFO(header << '.' << name);
            CHECK(text.find("Manager::" + name + '(') != std::string::npos);
        }
    }
}

TEST_CASE("what takes a token and gives one has pages, although AWS's list of paginators leaves it out") {
    struct Case {
        std::string service;
        std::vector<std::string> paged, not_paged{};
    };
    const Case cases[] = {
        {"ec2", {"get_subnet_cidr_reservations", "describe_locked_snapshots", "describe_instances"}, {"create_nat_gateway"}},
        {"ecs", {"describe_capacity_providers", "list_daemons"}},
        {"efs", {"list_tags_for_resource"}, {"create_file_system"}},
        {"events", {"list_event_buses"}},
        {"iam", {"list_service_specific_credentials", "get_service_last_accessed_details"}},
        {"route53", {"list_hosted_zones_by_vpc", "list_reusable_delegation_sets"}},
        {"s3", {"list_bucket_inventory_configurations", "list_bucket_metrics_configurations"}},
        {"sesv2", {"list_contacts"}},
        // Its tokens lead in two directions, and one of them is given again at the end.
        {"logs", {"list_log_groups"}, {"get_log_events"}},
        // What it does may be a change.
        {"dynamodb", {"list_exports"}, {"execute_statement"}},
    };
    for (const Case& service : cases) {
        const auto files = as_map(gen::generate(service.service, specs));
        const std::string& client = files.at("include/botocraft/" + service.service + "/client.hpp");
        INFO(service.service);
        for (const std::string& name : service.paged) CHECK_THAT(client, has_text(' ' + name + "_pages("));
        for (const std::string& name : service.not_paged) {
            CHECK_THAT(client, has_text(' ' + name + '('));
            CHECK_THAT(client, !has_text(' ' + name + "_pages("));
        }
    }
}

TEST_CASE("a relation to a service without models is left out and told") {
    const test::TempDir folder;
    test::write(folder / "aws/small.json", test::read(golden / "specs/aws/small.json"));
    test::write(folder / "models/small.yaml", test::read(golden / "specs/models/small.yaml"));
    if (GENERATE(false, true)) {  // an overlay, which has no models
        test::write(folder / "aws/large.json", test::read(golden / "specs/aws/large.json"));
        test::write(folder / "models/large.yaml", "repeatable: [PUT]\n");
    }
    const gen::Generated made = gen::generate("small", folder / ".");
    std::vector<std::string> left_out;
    for (const auto& relation : made.left_out) left_out.push_back(relation.service + ": " + relation.model + '.' + relation.relation);
    CHECK(left_out == std::vector<std::string>{"large: Cart.depot", "large: CartWheel.depot"});
    // What is written by hand is declared all the same.
    for (const auto& [name, text] : as_map(made)) {
        CHECK(text.find("botocraft::large::tables") == std::string::npos);
        CHECK(text.find("#include <botocraft/large") == std::string::npos);
    }
}

TEST_CASE("what includes a service does not include the services that its relations lead to") {
    for (const char* service : {"ecs", "efs"}) {
        for (const auto& [name, text] : as_map(gen::generate(service, specs))) {
            INFO(name);
            for (const char* other : {"application_autoscaling", "ec2", "ecr", "elbv2"}) {
                CHECK(text.find(std::string("#include <botocraft/") + other) == std::string::npos);
            }
        }
    }
}

TEST_CASE("overlays that are wrong are told where and what") {
    struct Case {
        std::string from, to, complaint;
    };
    const Case cases[] = {
        // keys
        {"    proxies:", "    proxys:", "small.yaml:32: no key `proxys` in a model (did you mean `proxies`?)"},
        {"    arn: cartArn\n    name", "    arn: cartArn\n    arn: cartArn\n    name", "`arn` is there twice"},
        {"batch: 10}", "batch: ten}", "`batch` is a number from 1 to 60000"},
        {"cached: false", "cached: no", "`cached` is true or false"},
        {"siblings: {model: Cart, many: true,", "siblings: {model: Cart, many: true, cached: false,",
         "`cached`: one to many is a query, which keeps nothing"},
        // operations and their members
        {"operation: PaintCart", "operation: PaintCarts", "no operation `PaintCarts` (did you mean `PaintCart`?)"},
        {"operation: PaintCart", "operation: WatchCarts",
         "WatchCarts streams events: a method with a name of its own returns them, and nothing else"},
        {"operation: PaintCart", "operation: ReportCarts", "ReportCarts streams events to AWS, which takes HTTP/2"},
        {"to: carts, wrap", "to: cart, wrap", "the request of DescribeCarts has no member `cart` (did you mean `carts`?)"},
        {"from: {yard: yardArn}", "from: {yrad: yardArn}",
         "the request of CreateCart has no member `yrad` (did you mean `yard`?)"},
        {"result: litres", "result: liters", "`PaintCartResponse` has no member `liters` (did you mean `litres`?)"},
        {"missing: CartNotFoundException", "missing: CartNotFoundExcepton",
         "no error `CartNotFoundExcepton` (did you mean `CartNotFoundException`?)"},
        {"        failures: failures\n        missing", "        failures: failure\n        missing",
         "`DescribeCartsResponse` has no member `failure` (did you mean `failures`?)"},
        {"token: marker,", "token: market,", "the request of DescribeYards has no member `market` (did you mean `marker`?)"},
        // fields, types and paths
        {"arn: cartArn", "arn: cartarn", "`Cart` has no member `cartarn` (did you mean `cartArn`?)"},
        {"heavy: Boolean", "heavy: Bolean", "no type `Bolean` (did you mean `Boolean`?)"},
        {"class: {rename", "clas: {rename", "`Cart` has no member `clas` (did you mean `class`?)"},
        {"      score: {type", "      weight: {type", "`Cart` has a member `weight` already"},
        {"match: yardArn", "match: weight", "`weight` is a long: only one string can be matched"},
        {"'^.*/(.+)$'", "'^.*/.+$'", "the pattern `^.*/.+$` must have exactly one group"},
        {"'^.*/(.+)$'", "'^.*/(.+$'", "the pattern `^.*/(.+$` is not a regular expression"},
        {"{spokes} spokes", "{spoke} spokes", "`CartWheel` has no member `spoke` (did you mean `spokes`?)"},
        {"arn: cartArn\n    name: cartName", "arn: wheels.spokes\n    name: cartName", "write [] after it"},
        // relations, proxies, delete: they must bind
        {"yard: {model: Yard, arg", "yard: {model: Yrad, arg",
         "relation `yard`: no model `Yrad` (did you mean `Yard`?)"},
        {"arguments: {yard: yardArn}}\n      sib", "arguments: {yards: yardArn}}\n      sib",
         "relation `yard`: `Yard.get` has no argument `yards` (did you mean `yard`?)"},
        {"model: Yard, arguments: {yard: yardArn}}\n      sib", "model: Yard}\n      sib",
         "relation `yard`: `Yard.get` needs the argument `yard`"},
        {"arguments: {carts: cartArns, yard", "arguments: {carts: yardArn, yard",
         "the argument `carts` of `Cart.get_many` is a list of string, but what it is given is a string (add `wrap: true`?)"},
        {"arguments: {yard: yardArn}}\n      sib", "arguments: {yard: wheels}}\n      sib",
         "is a string, but what it is given is a list of CartWheel"},
        {"paint: {arguments: {cart: cartName}}", "paint: {arguments: {carts: cartName}}",
         "proxy: `Cart.paint` has no argument `carts` (did you mean `cart`?)"},
        {"paint: {arguments: {cart: cartName}}", "pain: {arguments: {cart: cartName}}",
         "proxy: `Cart` has no method `pain` (did you mean `paint`?)"},
        {"delete: {carts: {path: cartArn, wrap: true}}", "delete: {carts: cartArn}",
         "delete: the argument `carts` of `Cart.delete` is a list of string, but what it is given is a string"},
        {"    delete: {carts: {path: cartArn, wrap: true}}\n", "", "delete: `Cart.delete` needs the argument `carts`"},
        {"key: {cart: cartName, yard", "key: {yard", "key: `Cart.get` needs the argument `cart`"},
        {"      siblings:", "      colour:", "the relation `colour` has the name of another member of `Cart`"},
        // what is written by hand
        {"awaits: [large.Depot]", "awaits: [large.Depo]", "by_hand: no model `Depo` of `large`"},
        {"queries: Cart", "queries: Kart", "by_hand: no type `Kart` (did you mean `Cart`?)"},
        {"queries: Cart", "queries: Cart, returns: Cart", "only one of `returns`, `awaits` and `queries` can be said"},
        {"{exact: boolean, wheel: CartWheel}", "{wheel: CartWheel, exact: boolean}",
         "by_hand: `wheel` comes last: it may be left out"},
        {"{painted: CartPainted}", "{painted: CartPaintd}", "waits: no waiter `CartPaintd` (did you mean `CartPainted`?)"},
        {"      inspect: {}", "      inspect: {}\n    waits: {there: CartPainted}",
         "waits: `CartPainted` calls DescribeCarts, but `get` of `Yard` calls DescribeYards"},
        {"waits: {painted: CartPainted}", "waits: {Painted: CartPainted}",
         "waits: `Painted` is part of a function's name: write `painted`"},
        {"{painted: CartPainted}", "{painted: [CartPainted]}", "the name of one of AWS's waiters is expected here"},
        {"takes: {least: integer}", "takes: {least: [integer]}", "by_hand: there are no lists of `integer`"},
        {"      weigh: {", "      paint: {", "the function `paint` has the name of another member of `Cart`"},
        // methods that call others
        {"argument: carts, batch", "argument: cart, batch", "`get_many` has no argument `cart` (did you mean `carts`?)"},
        {", batch: 10", "", "`batch` is needed: `carts` takes a list"},
        {"each: {argument: yards, to: yard}", "each: {argument: yards, to: yrad}",
         "`get` has no argument `yrad` (did you mean `yard`?)"},
        {"each: {argument: yards, to: yard}", "each: {argument: yards, method: list, to: yards}",
         "`yards` is no text: keys cannot be put there one by one"},
        {"each: {argument: yards, to: yard}", "each: {argument: yards}", "`argument` and `to` are needed"},
        {"each: {argument: yards, to: yard}", "failures: failures", "one of operation, for_each, each, scan is needed"},
        {"each: {argument: yards, to: yard}", "scan: {argument: yard}", "only `get` can `scan`"},
        {"        failures: failures\n        missing: CartNotFoundException",
         "        from: {yard: yardArn}\n        missing: CartNotFoundException", "only create and update have `from`"},
        {"      list:\n        operation: DescribeYards", "      create:\n        operation: CreateCart",
         "a read-only model has no method `create`"},
        {"chunk: {argument: carts, size: 10}", "chunk: {argument: carts}", "`size` is needed"},
        {"failures: {path: failures, code: reason", "failures: {path: failures, code: reasn",
         "`failures`: the path `reasn`: `Failure` has no member `reasn` (did you mean `reason`?)"},
        // what is written by hand, and how texts are sent
        {"inspect: {}", "inspect: {arguments: got}", "by_hand: `Yard` has no method `got` with named arguments"},
        {"inspect: {}", "inspect: {returns: Report}", "by_hand: no type `Report`"},
        {"inspect: {}", "inspect: {header: botocraft/small/report.hpp}", "by_hand: `inspect` has no type of the `header`"},
        {"inspect: {}", "inspect: {takes: {wheel: CartWheel}, arguments: list}", "by_hand: `wheel` comes last: it may be left out"},
        {"inspect: {}", "save: {awaits: string}", "`save` is as for every model: say nothing more of it"},
        {"inspect: {}", "carts: {}", "the function `carts` has the name of another member of `Yard`"},
        {"checks: {PaintCart:", "checks: {PaintCarts:",
         "no operation `PaintCarts` that is asked and answers (did you mean `PaintCart`?)"},
        {"percent_encoded: [Secret]", "percent_encoded: [Secrt]", "no text `Secrt` (did you mean `Secret`?)"},
        // regions, and what may be sent again
        {"percent_encoded: [Secret]", "repeatable: [DELETE, PaintCat]",
         "no operation `PaintCat` (did you mean `PaintCart`?)"},
        {"percent_encoded: [Secret]", "other_regions: {header: x-region, member: cart, except: [PaintCat]}",
         "no operation `PaintCat` (did you mean `PaintCart`?)"},
        {"percent_encoded: [Secret]", "retries: {polls: [PaintCat]}", "no operation `PaintCat` (did you mean `PaintCart`?)"},
        {"result: litres", "result: litres\n        says_region: {path: cart.name}",
         "`cart.name` is no text of a structure in the request of PaintCart"},
        // models from elsewhere, calls besides, joined pages
        {"model: Cart\n        merge", "model: Crat\n        merge", "no model `Crat` (did you mean `Cart`?)"},
        {"result: litres", "result: litres\n        model: Cart",
         "`model`: what is returned is a double, which is no structure"},
        {"kind: {match: cartName", "kind: {match: cartname", "`Cart` has no member `cartname` (did you mean `cartName`?)"},
        {"yardArn: {argument: yard}", "yardArn: {argument: yrad}", "`find` has no argument `yrad` (did you mean `yard`?)"},
        {"          ListCartLabels:", "          ListCartLabel:",
         "no operation `ListCartLabel` that is asked and answers (did you mean `ListCartLabels`?)"},
        {"{arguments: {cart: cartArn}, merge", "{merge", "also: `Cart.ListCartLabels` needs the argument `cart`"},
        {"{arguments: {cart: cartArn}, merge", "{arguments: {card: cartArn}, merge",
         "also: `Cart.ListCartLabels` has no argument `card` (did you mean `cart`?)"},
        {"merge: {labels: labels, tags", "merge: {labels: label, tags",
         "`ListCartLabelsResponse` has no member `label` (did you mean `labels`?)"},
        {", merge: {labels: labels, tags: tags}", "", "`merge` is needed"},
        {"tags: tags}, missing: CartNotFoundException", "tags: tags}, missing: CartNotFound",
         "no error `CartNotFound`"},
        {"        result: litres\n", "        result: litres\n        also: {ListCartLabels: {arguments: {cart: cartArn}, merge: {tags: tags}}}\n",
         "`also` belongs to the method that reads the model from AWS's answer"},
        {"operation: PaintCart\n", "operation: PaintCart\n        join: true\n", "PaintCart has no pages to `join`"},
        {"operation: ListCarts\n        hydrate: {method: get_many, argument: carts, batch: 10}",
         "operation: PaintCart\n        result: litres", "`list` must return a list, not"},
        // bodies that pass by, what follows a change, structures in a request
        {"result: litres", "result: litres\n        stream: true", "PaintCart has no body that could be streamed"},
        {"result: litres", "result: litres\n        url_encoded: {paths: litres, where: {EncodingType: url}}",
         "the response of PaintCart has no text `EncodingType`"},
        {"result: litres", "result: litres\n        url_encoded: {paths: litres}", "`where` is a member of the response and its value"},
        {"result: litres", "result: litres\n        and_then: {DeleteCarts: {}}", "only create and update have `and_then`"},
        {"from: {yard: yardArn}", "from: {yard: yardArn}\n        and_then: {DeleteCart: {}}",
         "no operation `DeleteCart` (did you mean `DeleteCarts`?)"},
        {"from: {yard: yardArn}", "from: {yard.name: yardArn}", "has no member `yard.name`"},
        {"from: {yard: yardArn}", "from: {yard: {query_string: cartName}}", "`cartName` is a string, not a list of tags"},
        {"paint: {arguments: {cart: cartName}}", "paint: {arguments: {cart: cartName, colour: {value: rad}}}",
         "`Colour` has no value `rad` (did you mean `red`?)"},
        {"from: {yard: yardArn}", "from: {yard: {path: yardArn, unless: never}}", "`unless` is `empty`, or {member: text}"},
        {"from: {yard: yardArn}", "from: {yard: {path: yardArn, unless: empty}}", "`yardArn` is a string: only a list can be empty"},
        {"from: {yard: yardArn}", "from: {yard: {path: yardArn, unless: {cartNme: old}}}",
         "`Cart` has no member `cartNme` (did you mean `cartName`?)"},
        {"from: {yard: yardArn}",
         "from: {yard: yardArn}\n        and_then: {PaintCart: {arguments: {cart: cartName}, emptied: DeleteCrts}}",
         "no operation `DeleteCrts` (did you mean `DeleteCarts`?)"},
        {"force: {value: true}", "force: {to: carts.name}", "`to`: `carts` has no such member"},
        {"result: litres", "result: litres\n        nothing: CartNotFond", "no error `CartNotFond`"},
        {"chunk: {argument: carts", "chunk: {argument: cart", "no argument `cart` (did you mean `carts`?)"},
        {"force: {value: true}", "force: {value: yes}", "`force` is a boolean, which \"yes\" is not"},
        {"arguments: {cart: cartName, yard: yardArn}}\n      delete", "arguments: {yard: yardArn}}\n      delete",
         "then: `Cart.get` needs the argument `cart`"},
    };
    for (const Case& one : cases) {
        const std::string complaint = complaint_about(changed(one.from, one.to));
        INFO(one.to);
        CHECK_THAT(complaint, has_text(one.complaint));
        CHECK_THAT(complaint, Catch::Matchers::StartsWith("small.yaml:"));
    }
}

TEST_CASE("one run shows every mistake, in the order of the lines") {
    std::string yaml = changed("result: litres", "result: liters");
    yaml.replace(yaml.find("arn: cartArn"), 12, "arn: cartarn");
    const std::string complaint = complaint_about(yaml);
    const std::size_t first = complaint.find("cartarn");
    const std::size_t second = complaint.find("\nsmall.yaml:");
    REQUIRE(first != std::string::npos);
    REQUIRE(second != std::string::npos);
    CHECK(first < second);
    CHECK(complaint.find("liters", second) != std::string::npos);
}

TEST_CASE("text that is no YAML is an error with its line") {
    CHECK_THAT(complaint_about("models:\n  Cart: [\n"), has_text("not valid YAML"));
}

TEST_CASE("every word of the vocabulary is explained with an example") {
    std::ostringstream page;
    CHECK(gen::vocabulary_command({}, page) == 0);
    for (const gen::Section& section : gen::vocabulary()) {
        CHECK_FALSE(section.words.empty());
        for (const gen::Word& word : section.words) {
            INFO(word.name);
            CHECK(word.example.find(word.name) != std::string_view::npos);
            CHECK(page.str().find(word.example) != std::string::npos);
        }
    }
}

TEST_CASE("no generated object file of any service starts up") {
    const std::string objects = BOTOCRAFT_GENERATED_OBJECTS;
    std::istringstream lines(output_of(std::string(BOTOCRAFT_NM) + " -A " + objects));
    std::set<std::string> looked_at;
    std::string starting;
    for (std::string line; std::getline(lines, line);) {  // path:address type name
        looked_at.insert(line.substr(0, line.find(':')));
        for (const char* name : {"_GLOBAL__sub_I", "__static_initialization", "__cxx_global_var_init"}) {
            if (line.find(name) != std::string::npos) starting += line + '\n';
        }
    }
    CHECK(starting.empty());
    std::istringstream words(objects);
    std::set<std::string> all;
    for (std::string path; words >> path;) all.insert(path);
    CHECK(looked_at == all);
    for (const char* service : {"ec2", "ecs", "iam", "s3", "sqs"}) CHECK_THAT(objects, has_text(std::string("/src/") + service + ".cpp"));
}

#if defined(__OPTIMIZE__) && !defined(BOTOCRAFT_SANITIZED)  // only optimising compilers leave out what nobody uses
// What is left is Asio's: the ids of its timers, sockets and strands, which every file that makes one fills by itself, and in
// the file in which it is compiled what it keeps for each thread, and OpenSSL's beginning. Guards tell them from ours.
TEST_CASE("no object file of the library starts up for anything but Asio") {
    const std::string archives = BOTOCRAFT_LIBRARY_ARCHIVES;
    std::set<std::string> starting, of_asio;
    std::size_t looked_at = 0;
    std::istringstream sections(output_of(std::string(BOTOCRAFT_OBJDUMP) + " -h " + archives));
    std::string object;
    for (std::string line; std::getline(sections, line);) {  // name:     file format ..., then its sections
        if (line.find("file format") != std::string::npos) {
            object = line.substr(0, line.find(':'));
            ++looked_at;
        }
        if (line.find(" .init_array") != std::string::npos || line.find(" .ctors") != std::string::npos) starting.insert(object);
    }
    CHECK(looked_at > 150);
    std::istringstream symbols(output_of(std::string(BOTOCRAFT_NM) + " -AC " + archives));
    for (std::string line; std::getline(symbols, line);) {  // archive:name:address type symbol
        const std::size_t guard = line.find("guard variable for ");
        if (guard == std::string::npos) continue;
        const std::size_t name = line.find(':') + 1;
        if (line.find("boost::asio::", guard) != std::string::npos) of_asio.insert(line.substr(name, line.find(':', name) - name));
        const std::string_view guarded = std::string_view(line).substr(guard + 19);
        // Those of functions are filled when they are called.
        const bool ours = guarded.starts_with("botocraft::") && guarded.find('(') == std::string_view::npos;
        if (ours) FAIL_CHECK(line);
    }
    for (const std::string& one : starting) {
        INFO(one);
        CHECK(of_asio.contains(one));
    }
    std::cout << starting.size() << " of " << looked_at << " object files start up, for Asio\n";
}
#endif

TEST_CASE("a generated object file is data: no start-up, no function per structure, few bytes") {
    const std::string symbols = output_of(std::string(BOTOCRAFT_NM) + " -CS " + BOTOCRAFT_ECS_OBJECTS);
    REQUIRE(symbols.find("botocraft::ecs::tables::schema") != std::string::npos);
    CHECK(symbols.find("_GLOBAL__sub_I") == std::string::npos);
    CHECK(symbols.find("__static_initialization") == std::string::npos);
    std::istringstream lines(symbols);
    std::size_t bytes = 0;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string address, size, type, name;
        words >> address >> size >> type;
        std::getline(words, name);
        for (const char* array : {"member_rows", "shape_rows", "::names"}) {
            if (name.ends_with(array)) bytes += std::stoul(size, nullptr, 16);
        }
        // Functions: only those that throw the errors that the service declares, and what those need.
        if (type != "t" && type != "T" && type != "W") continue;
        const bool of_errors = name.find("raise<") != std::string::npos || name.find("Exception::~") != std::string::npos ||
                               name.find("ErrorDetails") != std::string::npos ||
                               name.find("Error::~") != std::string::npos || name.find("Attempt::~") != std::string::npos ||
                               name.find(" std::") != std::string::npos;
        if (!of_errors) CHECK(name.find("botocraft::") == std::string::npos);
    }
    const gen::Generated made = gen::generate("ecs", specs);
    std::size_t structures = 0;
    for (const auto& [name, text] : made.files) {
        for (std::size_t at = text.find("ShapeRef shape_{"); at != std::string::npos; at = text.find("ShapeRef shape_{", at + 1)) {
            ++structures;
        }
    }
    REQUIRE(structures > 300);
    std::cout << "ECS: " << structures << " structures, " << bytes << " bytes of rows and names, " << bytes / structures
              << " a structure\n";
    CHECK(bytes > 0);
    CHECK(bytes / structures < 300);
}
