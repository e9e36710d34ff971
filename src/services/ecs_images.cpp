// The images of task definitions. Apart, so that only a program that asks for them links ECR.

#include "services/service_session.hpp"

#include <botocraft/ecr/ecr_image.hpp>
#include <botocraft/ecs/task_definition.hpp>

#include <string>
#include <utility>
#include <vector>

namespace botocraft::ecs {

namespace {

// A repository and a tag.
using Names = std::vector<std::pair<std::string, std::string>>;

awaitable<list<ecr::ECRImage>> images_named(detail::SessionPointer session, Names names) {
    list<ecr::ECRImage> found;
    const auto images = detail::objects_of<ecr::ECRImage>(std::move(session));
    for (const auto& [repository, tag] : names) {
        const ecr::arguments::ECRImageGet with_tag{.imageTag = tag};
        box<ecr::ECRImage> image = co_await images.get_or_none(repository, with_tag);
        if (image) found.push_back(std::move(*image));
    }
    co_return found;
}

}  // namespace

std::vector<std::string> TaskDefinition::images() const {
    std::vector<std::string> names;
    for (const ContainerDefinition& container : containerDefinitions) {
        if (container.image.has_value()) names.push_back(*container.image);
    }
    return names;
}

std::vector<std::string> TaskDefinition::container_images() const { return images(); }

awaitable<list<ecr::ECRImage>> TaskDefinition::image_objects() const {
    Names names;
    for (const ContainerDefinition& container : containerDefinitions) {
        const auto repository = container.repository_name();
        const auto tag = container.image_tag();
        if (repository && tag) names.emplace_back(*repository, *tag);
    }
    return images_named(detail::session_of(state_), std::move(names));
}

}  // namespace botocraft::ecs
