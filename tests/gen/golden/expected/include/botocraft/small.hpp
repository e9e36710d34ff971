// The models and errors of Small; its operations: <botocraft/small/client.hpp>.
// Made by `gen generate` from specs/aws/small.json (botocore 0.0.0) and specs/models/small.yaml: change those.
#pragma once

#include <botocraft/small/errors.hpp>
#include <botocraft/small/cart.hpp>
#include <botocraft/small/relations.hpp>
#include <botocraft/small/yard.hpp>
