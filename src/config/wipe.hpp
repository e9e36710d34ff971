#pragma once
// Overwrites what profile files said in secret, when it is not needed any more.

#include <config/profile_file.hpp>

#include <exception>
#include <string>

namespace botocraft::config {

// All of its memory, so that nothing of an earlier and longer text stays either. Leaves it empty.
void wipe(std::string& text) noexcept;

// Wipes the text at the end of a scope, also where that is an exception.
class WipeAtEnd {
  public:
    explicit WipeAtEnd(std::string& text) noexcept : text_(text) {}
    WipeAtEnd(const WipeAtEnd&) = delete;
    WipeAtEnd& operator=(const WipeAtEnd&) = delete;
    ~WipeAtEnd() { wipe(text_); }

  private:
    std::string& text_;
};

// The secret keys and tokens of all profiles; the rest stays.
void wipe_secrets(ProfileFiles& files) noexcept;

// Does that where the scope ends with an exception.
class WipeOnError {
  public:
    explicit WipeOnError(ProfileFiles& files) noexcept : files_(files), before_(std::uncaught_exceptions()) {}
    WipeOnError(const WipeOnError&) = delete;
    WipeOnError& operator=(const WipeOnError&) = delete;
    ~WipeOnError() {
        if (std::uncaught_exceptions() > before_) wipe_secrets(files_);
    }

  private:
    ProfileFiles& files_;
    int before_;
};

}  // namespace botocraft::config
