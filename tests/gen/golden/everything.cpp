// Includes all headers that the generator makes of the two made-up services, the second one where it is needed: last.
#include <botocraft/small.hpp>
#include <botocraft/small/client.hpp>
#include <botocraft/small/requests.hpp>

#include <botocraft/large.hpp>
#include <botocraft/large/client.hpp>
#include <botocraft/large/requests.hpp>

namespace botocraft::small {

// What the overlay says is written by hand.
void check_paint(const PaintCartRequest& request, const PaintCartResponse& response);
void check_paint(const PaintCartRequest&, const PaintCartResponse&) {}

}  // namespace botocraft::small
