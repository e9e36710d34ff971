#pragma once
// A call of ECS that may be repeated, one that may not, and the errors they end in.

#include "auth/sigv4.hpp"
#include "support/ecs_script.hpp"
#include "support/world.hpp"

#include <botocraft/ecs.hpp>
#include <botocraft/error.hpp>

#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace fake {

struct EcsCalls : World {
    EcsCalls() { script_ecs(*transport); }

    botocraft::awaitable<botocraft::ecs::Service> get() const {
        return botocraft::ecs::Service::objects(session).get("web", {.cluster = "prod"});
    }
    botocraft::awaitable<botocraft::ecs::Cluster> update() const {  // not idempotent
        return botocraft::ecs::Cluster::objects(session).partial_update("prod");
    }

    void change(const std::function<void(botocraft::SessionOptions&)>& how) {
        how(options);
        session = botocraft::Session(options);
    }
    template <class T>
    botocraft::Error error_of(botocraft::awaitable<T> call) {
        try {
            static_cast<void>(run(std::move(call)));
        } catch (const botocraft::Error& error) {
            return error;
        }
        throw std::logic_error("no error");
    }
};

// Whether a request is signed with the key of the world, as a server finds out.
inline botocraft::auth::Verdict verify(const Request& request) {
    std::vector<std::pair<std::string, std::string>> headers = request.headers();
    std::vector<botocraft::auth::HeaderView> views;
    for (const auto& [name, value] : headers) views.push_back({name, value});
    botocraft::auth::ReceivedSignature received;
    const std::string authorization = request.header("authorization");
    if (!botocraft::auth::parse_authorization(authorization, received)) return botocraft::auth::Verdict::malformed;
    botocraft::auth::RequestToSign signed_again;
    signed_again.method = "POST";
    signed_again.headers = views;
    signed_again.body = request.body();
    botocraft::auth::Signer signer;
    return signer.verify(signed_again, received, botocraft::Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
}

}  // namespace fake
