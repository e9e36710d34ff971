// Instances are waited for as AWS's waiters do.

#include "services/service_session.hpp"

#include <botocraft/ec2/client.hpp>
#include <botocraft/ec2/instance.hpp>
#include <botocraft/error.hpp>
#include <botocraft/waiter.hpp>

#include <string>
#include <utility>

namespace botocraft::ec2 {

namespace {

const std::string& id_of(const Instance& instance) {
    if (instance.InstanceId.has_value()) return *instance.InstanceId;
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = "MissingKey";
    details.service = "ec2";
    details.explanation = "this Instance lacks its InstanceId: get it from AWS first";
    throw_error(std::move(details));
}

Client client_of(const Instance& instance) { return detail::client_of<Client>(detail::session_of(instance.state_)); }

}  // namespace

awaitable<void> Instance::wait_until_running(const WaitOptions& options) const {
    return client_of(*this).wait_until_instance_running({.InstanceIds = id_of(*this)}, options);
}

awaitable<void> Instance::wait_until_stopped(const WaitOptions& options) const {
    return client_of(*this).wait_until_instance_stopped({.InstanceIds = id_of(*this)}, options);
}

awaitable<void> Instance::wait_until_terminated(const WaitOptions& options) const {
    return client_of(*this).wait_until_instance_terminated({.InstanceIds = id_of(*this)}, options);
}

}  // namespace botocraft::ec2
