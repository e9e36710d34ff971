// Includes all headers that the generator makes of the small service.
#include <botocraft/small.hpp>
#include <botocraft/small/requests.hpp>
