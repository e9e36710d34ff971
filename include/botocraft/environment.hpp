#pragma once
// What a session reads from the process and the machine around it: variables, files, the home directory.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace botocraft {

// The outside world as a session sees it. Tests give it a fake one (testing/environment.hpp).
// Implementations must allow calls from several threads at once.
class Environment {
  public:
    Environment() = default;
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;
    virtual ~Environment() = default;

    // Nothing where the variable is not set; an empty text where it is set to nothing.
    [[nodiscard]] virtual std::optional<std::string> variable(std::string_view name) const = 0;

    // The whole file, or nothing where there is none. Throws ConfigurationError where it cannot be read. It is read at once,
    // in the thread of whoever asks: that of the system opens only what does not keep it waiting, regular files and
    // /dev/null, and refuses pipes and terminals.
    [[nodiscard]] virtual std::optional<std::string> read_file(const std::string& path) const = 0;

    // Replaces a file as a whole, to be read by its owner only, and makes the folder that it is in. False where that cannot
    // be done: what is written is a cache, and the program goes on without. By default nothing is ever written.
    [[nodiscard]] virtual bool write_private_file(const std::string& path, std::string_view text) const;

    // The home directory of the user who runs the process, where one is known without asking `variable`.
    [[nodiscard]] virtual std::optional<std::string> home_directory() const = 0;
};

// The variables of this process, the files of this machine.
[[nodiscard]] std::shared_ptr<const Environment> system_environment();

}  // namespace botocraft
