// Which images are in use. Apart, so that only a program that asks links Auto Scaling.

#include "services/service_session.hpp"

#include <botocraft/autoscaling/client.hpp>
#include <botocraft/autoscaling/requests.hpp>
#include <botocraft/ec2/ami.hpp>
#include <botocraft/ec2/instance.hpp>
#include <botocraft/ec2/launch_template_version.hpp>
#include <botocraft/error.hpp>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace botocraft::ec2 {

namespace {

using Ids = std::set<std::string>;

template <class Launching>
void take(const Launching& launching, Ids& ids) {
    if (launching.ImageId.has_value()) ids.insert(*launching.ImageId);
}

// A version of a launch template: by its id, or where that is empty by its name.
using Version = std::tuple<std::string, std::string, std::string>;
using Versions = std::set<Version>;

void take(const box<autoscaling::LaunchTemplateSpecification>& named, Versions& versions) {
    if (!named) return;
    const std::string id = named->LaunchTemplateId.value_or("");
    versions.emplace(id, id.empty() ? named->LaunchTemplateName.value_or("") : "", named->Version.value_or("$Default"));
}

awaitable<Ids> of_instances(detail::SessionPointer session) {
    Ids ids;
    Query<Instance> instances = detail::objects_of<Instance>(std::move(session)).list();
    while (auto page = co_await instances.next_page()) {
        for (const Instance& instance : page) {
            // EC2 tells of an instance for a while after its end.
            if (!instance.State || instance.State->Name.value_or("") != InstanceStateName::terminated) take(instance, ids);
        }
    }
    co_return ids;
}

awaitable<Ids> of_launch_configurations(autoscaling::Client client) {
    Ids ids;
    auto configurations = client.describe_launch_configurations_pages();
    while (auto page = co_await configurations.next_page()) {
        for (const auto& part : page) {
            for (const auto& configuration : part.LaunchConfigurations) take(configuration, ids);
        }
    }
    co_return ids;
}

void take(const autoscaling::AutoScalingGroup& group, Ids& ids, Versions& versions) {
    take(group.LaunchTemplate, versions);
    // A refresh replaces the root volumes of instances: EC2 still tells of the images that they began with.
    for (const autoscaling::Instance& instance : group.Instances) take(instance, ids);
    if (!group.MixedInstancesPolicy || !group.MixedInstancesPolicy->LaunchTemplate) return;
    const autoscaling::LaunchTemplate& mixed = *group.MixedInstancesPolicy->LaunchTemplate;
    take(mixed.LaunchTemplateSpecification, versions);
    for (const autoscaling::LaunchTemplateOverrides& instead : mixed.Overrides) {
        take(instead.LaunchTemplateSpecification, versions);
        take(instead, ids);
    }
}

// A group may outlive its launch template: what is gone launches nothing.
bool says_gone(std::string_view code) {
    return code.starts_with("InvalidLaunchTemplate") && code.find("NotFound") != std::string_view::npos;
}

awaitable<Ids> of_version(detail::SessionPointer session, Version version) {
    Ids ids;
    const auto& [id, name, number] = version;
    arguments::LaunchTemplateVersionList asked;
    (id.empty() ? asked.LaunchTemplateName : asked.LaunchTemplateId) = id.empty() ? name : id;
    asked.Versions = number;
    asked.ResolveAlias = true;  // a template may name a parameter of Systems Manager that holds the image's id
    const auto query = detail::objects_of<LaunchTemplateVersion>(std::move(session)).list(asked);
    try {
        const list<LaunchTemplateVersion> found = co_await query.all();
        for (const LaunchTemplateVersion& one : found) {
            if (one.LaunchTemplateData) take(*one.LaunchTemplateData, ids);
        }
    } catch (const ServiceError& error) {
        if (!says_gone(error.code())) throw;
    }
    co_return ids;
}

awaitable<Ids> of_groups(detail::SessionPointer session, autoscaling::Client client) {
    Ids ids;
    Versions versions;
    auto groups = client.describe_auto_scaling_groups_pages();
    while (auto page = co_await groups.next_page()) {
        for (const auto& part : page) {
            for (const auto& group : part.AutoScalingGroups) take(group, ids, versions);
        }
    }
    for (const Version& version : versions) {
        Ids found = co_await of_version(session, version);
        ids.merge(found);
    }
    co_return ids;
}

awaitable<list<AMI>> images_in_use(detail::SessionPointer session, Query<AMI> all) {
    const auto client = detail::client_of<autoscaling::Client>(session);
    Ids used = co_await of_instances(session);
    Ids configured = co_await of_launch_configurations(client);
    Ids of_templates = co_await of_groups(std::move(session), client);
    used.merge(configured);
    used.merge(of_templates);
    list<AMI> found;
    if (used.empty()) co_return found;
    while (auto page = co_await all.next_page()) {
        for (AMI& image : page) {
            if (used.contains(image.ImageId.value_or(""))) found.push_back(std::move(image));
        }
    }
    co_return found;
}

}  // namespace

awaitable<list<AMI>> AMIManager::in_use(const arguments::AMIList& arguments) const {
    const std::string_view own = "self";
    arguments::AMIList asked = arguments;
    // Without any of these EC2 lists all public images as well.
    if (asked.Owners.size() + asked.ImageIds.size() + asked.ExecutableUsers.size() == 0) asked.Owners = own;
    const auto known = session();
    return images_in_use(known ? known->state() : nullptr, list(asked));
}

}  // namespace botocraft::ec2
