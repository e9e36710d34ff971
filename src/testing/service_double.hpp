#pragma once
// How a service is added to the double: its tables, its operations, and its state for each account and region.

#include <botocraft/service.hpp>
#include <botocraft/testing/aws_double.hpp>

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace botocraft::testing {

// What an operation of the double may ask for.
class Environs {
  public:
    Environs() = default;
    Environs(const Environs&) = delete;
    Environs& operator=(const Environs&) = delete;
    virtual ~Environs() = default;
    [[nodiscard]] virtual timestamp now() const = 0;
};

// The state of a service in one account and region. The double calls into it from one thread at a time.
class RegionState {
  public:
    RegionState() = default;
    RegionState(const RegionState&) = delete;
    RegionState& operator=(const RegionState&) = delete;
    virtual ~RegionState() = default;
};

// Carries out one operation on decoded input. Throws ModelledError.
struct Handler {
    std::string_view operation;
    void (*call)(RegionState& state, const void* in, void* out);
    schema::ShapeRef in;
    schema::ShapeRef out;
};

namespace detail {
template <class Method>
struct Signature;
template <class State, class In, class Out>
struct Signature<void (State::*)(const In&, Out&)> {
    using state = State;
    using in = In;
    using out = Out;
};
}  // namespace detail

// Of a method `void Region::create_cluster(const CreateClusterRequest&, CreateClusterResponse&)`.
template <auto Method>
[[nodiscard]] constexpr Handler handler(std::string_view operation) noexcept {
    using S = detail::Signature<decltype(Method)>;
    return {operation,
            [](RegionState& state, const void* in, void* out) {
                (static_cast<typename S::state&>(state).*Method)(*static_cast<const typename S::in*>(in),
                                                                 *static_cast<typename S::out*>(out));
            },
            S::in::shape_, S::out::shape_};
}

// Of a region: `aws-cn` of `cn-north-1`.
[[nodiscard]] std::string_view partition_of(std::string_view region) noexcept;

class Resources;

class ServiceDouble {
  public:
    ServiceDouble();
    ServiceDouble(const ServiceDouble&) = delete;
    ServiceDouble& operator=(const ServiceDouble&) = delete;
    virtual ~ServiceDouble();

    [[nodiscard]] virtual const orm::ServiceTables& tables() const noexcept = 0;
    [[nodiscard]] virtual std::span<const Handler> handlers() const noexcept = 0;
    // The code of the error for input without a required member.
    [[nodiscard]] virtual std::string_view validation_error() const noexcept { return "ValidationException"; }
    // Made when it is first asked for.
    [[nodiscard]] RegionState& region(const Caller& where) {
        const std::pair<std::string, std::string> key(where.account_id, where.region);
        auto found = regions_.find(key);
        if (found == regions_.end()) found = regions_.emplace(key, make_region(where)).first;
        return *found->second;
    }
    // What is kept by the tables alone, for want of a handler.
    [[nodiscard]] Resources& resources(const Environs& environs, const Caller& where);

  private:
    [[nodiscard]] virtual std::unique_ptr<RegionState> make_region(const Caller& where) = 0;

    std::map<std::pair<std::string, std::string>, std::unique_ptr<RegionState>> regions_;
    std::map<std::pair<std::string, std::string>, std::unique_ptr<Resources>> resources_;
};

[[nodiscard]] std::unique_ptr<ServiceDouble> make_ecs(const Environs& environs);

// All services of the double, and further ones, which are kept by their tables.
[[nodiscard]] std::vector<std::unique_ptr<ServiceDouble>> make_services(
    const Environs& environs, std::span<const orm::ServiceTables* const> further);

}  // namespace botocraft::testing
