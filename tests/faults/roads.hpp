#pragma once
// What a call meets on its way before it is sent: servers of names, proxies, and those who give credentials. On the thread of
// the test, and reached by the network that fails.

#include <botocraft/credentials.hpp>
#include <botocraft/session.hpp>

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <string_view>

namespace faults {

enum class Way : unsigned char { name, proxy, tunnel, container, instance, web_identity, sso };
inline constexpr Way ways[] = {Way::name, Way::proxy, Way::tunnel, Way::container, Way::instance, Way::web_identity, Way::sso};

[[nodiscard]] std::string_view name_of(Way way);
// Whether what is asked on it is who calls, and not where to.
[[nodiscard]] constexpr bool gives_credentials(Way way) { return way >= Way::container; }

// Ends when it is destroyed; what is then under way finds its end when the context runs again.
class Road {
  public:
    Road() = default;
    Road(const Road&) = delete;
    Road& operator=(const Road&) = delete;
    virtual ~Road() = default;
    // What an error says of it.
    [[nodiscard]] virtual std::string_view address() const = 0;
};

// From now on calls with these options go that way to the server of this machine's at that port. Those who give credentials
// give the ones that the options hold.
[[nodiscard]] std::unique_ptr<Road> make_road(Way way, boost::asio::io_context& context, std::uint16_t port,
                                              botocraft::SessionOptions& options, const botocraft::Credentials& credentials);

}  // namespace faults
