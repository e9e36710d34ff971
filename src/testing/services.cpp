// Which services the double has.
#include "testing/service_double.hpp"

namespace botocraft::testing {

std::vector<std::unique_ptr<ServiceDouble>> make_services(const Environs& environs) {
    std::vector<std::unique_ptr<ServiceDouble>> services;
    services.push_back(make_ecs(environs));
    return services;
}

}  // namespace botocraft::testing
