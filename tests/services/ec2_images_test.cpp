// Which of EC2's images are in use: what EC2 and Auto Scaling are asked, and what comes of it.

#include "support/query_script.hpp"
#include "support/world.hpp"

#include <botocraft/ec2/ami.hpp>
#include <botocraft/error.hpp>

#include "catch.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace botocraft;
using ec2::AMI;
using fake::Form;
using fake::form_of;
using fake::query_reply;

namespace {

fake::Answer ec2_reply(std::string_view operation, std::string_view members) {
    const std::string name(operation);
    return fake::reply("<" + name + "Response>" + std::string(members) + "</" + name + "Response>");
}

fake::Answer ec2_error(std::string_view code) {
    fake::Answer refusal = fake::reply("<Response><Errors><Error><Code>" + std::string(code) +
                                       "</Code><Message>no</Message></Error></Errors><RequestID>1</RequestID></Response>");
    refusal.status = 400;
    return refusal;
}

std::string in(std::string_view name, std::string_view text) {
    return "<" + std::string(name) + ">" + std::string(text) + "</" + std::string(name) + ">";
}

std::string instance(std::string_view image, std::string_view state) {
    return in("item", in("instancesSet", in("item", in("imageId", image) + in("instanceState", in("name", state)))));
}

// As Auto Scaling writes one.
std::string named(std::string_view key, std::string_view template_, std::string_view version) {
    return in("LaunchTemplateSpecification", in(key, template_) + in("Version", version));
}

std::string versions_of(std::string_view image) {
    return in("launchTemplateVersionSet", in("item", in("launchTemplateData", in("imageId", image))));
}

struct Images : fake::World {
    Images() {
        // Two pages of each list: the second is the one that is asked for by a token.
        pages("DescribeInstances", in("reservationSet", instance("ami-running", "running") + instance("ami-ended", "terminated")),
              in("reservationSet", instance("ami-stopped", "stopped")));
        pages("DescribeImages", images({"ami-running", "ami-ended", "ami-unused", "ami-configured"}),
              images({"ami-templated", "ami-default", "ami-overridden", "ami-replaced", "ami-refreshed"}));
        query_pages("DescribeLaunchConfigurations", in("LaunchConfigurations", in("member", in("ImageId", "ami-other"))),
                    in("LaunchConfigurations", in("member", in("ImageId", "ami-configured"))));
        const std::string by_id = in("LaunchTemplate", in("LaunchTemplateId", "lt-1") + in("LaunchTemplateName", "one") +
                                                           in("Version", "3"));
        const std::string overrides =
            in("Overrides", in("member", named("LaunchTemplateId", "lt-2", "$Latest")) + in("member", in("ImageId", "ami-replaced")));
        const std::string by_name = in("LaunchTemplateSpecification", in("LaunchTemplateName", "web"));
        query_pages("DescribeAutoScalingGroups",
                    in("AutoScalingGroups", in("member", by_id) + in("member", by_id) +
                                                in("member", in("LaunchTemplate", in("LaunchTemplateId", "lt-gone"))) +
                                                in("member", in("LaunchConfigurationName", "old"))),
                    in("AutoScalingGroups",
                       in("member", in("MixedInstancesPolicy", in("LaunchTemplate", by_name + overrides)) +
                                        in("Instances", in("member", in("ImageId", "ami-refreshed"))))));
        transport->on("DescribeLaunchTemplateVersions", [this](const fake::Request& request) {
            Form form = form_of(request);
            CHECK(form["ResolveAlias"] == "true");
            const std::string which = form["LaunchTemplateId"] + "/" + form["LaunchTemplateName"] + "/" + form["LaunchTemplateVersion.1"];
            asked.push_back(which);
            const std::map<std::string, std::string> answers{
                {"lt-1//3", "ami-templated"}, {"/web/$Default", "ami-default"}, {"lt-2//$Latest", "ami-overridden"}};
            const auto found = answers.find(which);
            return found == answers.end() ? ec2_error(refusal) : ec2_reply("DescribeLaunchTemplateVersions", versions_of(found->second));
        });
    }

    static std::string images(const std::vector<std::string>& ids) {
        std::string items;
        for (const std::string& id : ids) items += in("item", in("imageId", id));
        return in("imagesSet", items);
    }
    void pages(const std::string& operation, const std::string& first, const std::string& second) {
        transport->on(operation, [=](const fake::Request& request) {
            const bool more = form_of(request).contains("NextToken");
            return ec2_reply(operation, more ? second : first + in("nextToken", "more"));
        });
    }
    void query_pages(const std::string& operation, const std::string& first, const std::string& second) {
        transport->on(operation, [=](const fake::Request& request) {
            CHECK(request.header("host") == "autoscaling.us-east-1.amazonaws.com");
            const bool more = form_of(request).contains("NextToken");
            return query_reply(operation, more ? second : first + in("NextToken", "more"));
        });
    }
    // The first request for images.
    Form images_asked() {
        for (const fake::Request& request : transport->requests()) {
            if (request.operation() != "DescribeImages") continue;
            Form form = form_of(request);
            form.erase("Version");
            form.erase("Action");
            return form;
        }
        return {};
    }

    std::string refusal = "InvalidLaunchTemplateId.NotFoundException";
    std::vector<std::string> asked;  // versions of launch templates
};

std::vector<std::string> ids_of(const list<AMI>& images) {
    std::vector<std::string> ids;
    for (const AMI& image : images) ids.push_back(image.ImageId.value_or("-"));
    return ids;
}

}  // namespace

TEST_CASE_METHOD(Images, "images in use are those of instances, launch configurations and Auto Scaling groups") {
    const auto used = run(AMI::objects(session).in_use());
    CHECK(ids_of(used) == std::vector<std::string>{"ami-running", "ami-configured", "ami-templated", "ami-default", "ami-overridden",
                                                   "ami-replaced", "ami-refreshed"});
    CHECK(images_asked() == Form{{"Owner.1", "self"}});
    // Each version once, and the one that is gone does no harm.
    CHECK(std::set<std::string>(asked.begin(), asked.end()) ==
          std::set<std::string>{"lt-1//3", "lt-2//$Latest", "lt-gone//$Default", "/web/$Default"});
    CHECK(asked.size() == 4);
    for (const char* operation : {"DescribeInstances", "DescribeLaunchConfigurations", "DescribeAutoScalingGroups", "DescribeImages"}) {
        CHECK(transport->count(operation) == 2);
    }
}

TEST_CASE_METHOD(Images, "images in use are looked for among those that the arguments name") {
    const std::vector<std::string> wanted{"ami-running", "ami-unused"};
    transport->on("DescribeImages", ec2_reply("DescribeImages", images(wanted)));
    CHECK(ids_of(run(AMI::objects(session).in_use({.ImageIds = wanted}))) == std::vector<std::string>{"ami-running"});
    CHECK(images_asked() == Form{{"ImageId.1", "ami-running"}, {"ImageId.2", "ami-unused"}});
    transport->forget();
    run(AMI::objects(session).in_use({.Owners = "amazon"}));
    CHECK(images_asked() == Form{{"Owner.1", "amazon"}});
    transport->forget();
    run(AMI::objects(session).in_use({.ExecutableUsers = "all"}));
    CHECK(images_asked() == Form{{"ExecutableBy.1", "all"}});
    transport->forget();
    run(AMI::objects(session).in_use({.Owners = std::vector<std::string>(), .IncludeDisabled = true}));
    CHECK(images_asked() == Form{{"Owner.1", "self"}, {"IncludeDisabled", "true"}});
}

TEST_CASE_METHOD(Images, "no image is called unused where AWS does not say all") {
    refusal = "UnauthorizedOperation";
    CHECK_THROWS_AS(run(AMI::objects(session).in_use()), ServiceError);
    CHECK(transport->count("DescribeImages") == 0);
}

TEST_CASE_METHOD(Images, "where nothing uses an image, no images are asked for") {
    transport->on("DescribeInstances", ec2_reply("DescribeInstances", ""));
    for (const char* operation : {"DescribeLaunchConfigurations", "DescribeAutoScalingGroups"}) {
        transport->on(operation, query_reply(operation, ""));
    }
    CHECK(run(AMI::objects(session).in_use()).empty());
    CHECK(transport->count("DescribeImages") == 0);
}
