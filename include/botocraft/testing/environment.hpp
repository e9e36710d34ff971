#pragma once
// An environment made of two maps, for tests that must not depend on the machine they run on.

#include <botocraft/environment.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace botocraft::testing {

// Fill it first, then hand it to a session: it is not to be changed while something reads from it.
class FakeEnvironment final : public Environment {
  public:
    FakeEnvironment() = default;

    FakeEnvironment& set(std::string name, std::string value) {
        variables_.insert_or_assign(std::move(name), std::move(value));
        return *this;
    }
    FakeEnvironment& unset(std::string_view name) {
        if (const auto found = variables_.find(name); found != variables_.end()) variables_.erase(found);
        return *this;
    }
    FakeEnvironment& add_file(std::string path, std::string text) {
        files_.insert_or_assign(std::move(path), std::move(text));
        return *this;
    }
    // A file that is there and cannot be read.
    FakeEnvironment& add_unreadable_file(std::string path) {
        unreadable_.insert(std::move(path));
        return *this;
    }
    FakeEnvironment& set_home_directory(std::optional<std::string> path) {
        home_directory_ = std::move(path);
        return *this;
    }

    [[nodiscard]] std::optional<std::string> variable(std::string_view name) const override {
        const auto found = variables_.find(name);
        return found == variables_.end() ? std::nullopt : std::optional(found->second);
    }
    [[nodiscard]] std::optional<std::string> read_file(const std::string& path) const override;
    [[nodiscard]] std::optional<std::string> home_directory() const override { return home_directory_; }

    // What is written can be read again. Safe to call from several threads, as reading is.
    [[nodiscard]] bool write_private_file(const std::string& path, std::string_view text) const override;

  private:
    std::map<std::string, std::string, std::less<>> variables_;
    mutable std::mutex mutex_;
    mutable std::map<std::string, std::string, std::less<>> files_;
    std::set<std::string, std::less<>> unreadable_;
    std::optional<std::string> home_directory_;
};

}  // namespace botocraft::testing
