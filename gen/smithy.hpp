#pragma once
// `gen smithy`: API facts, as specs/aws has them, from the JSON AST of a Smithy model.

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::gen {

// What Api::from_json reads. The model has one service, which goes by `name`. `file` only serves messages. Throws
// SpecError where the model is not what Smithy says.
[[nodiscard]] boost::json::object facts_of_smithy(const boost::json::value& model, std::string_view name,
                                                  const std::string& file);

// The command: `gen smithy ...` with the arguments after `smithy`. Returns the exit status.
int smithy_command(const std::vector<std::string_view>& arguments, std::ostream& out);

}  // namespace botocraft::gen
