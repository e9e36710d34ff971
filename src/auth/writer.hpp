#pragma once
// Writes many short pieces into room made beforehand, so that no piece has to ask whether there is any.

#include <cassert>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace botocraft::auth {

class Writer {
  public:
    // Makes `room` characters at the end of `out`; no more may be written. What is not used is taken off at the end.
    Writer(std::string& out, std::size_t room) : out_(out) {
        const std::size_t start = out.size();
        out.resize(start + room);
        at_ = out.data() + start;
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer() { out_.resize(static_cast<std::size_t>(at_ - out_.data())); }

    Writer& operator<<(std::string_view text) noexcept {
        assert(text.size() <= static_cast<std::size_t>(out_.data() + out_.size() - at_));
        if (!text.empty()) std::memcpy(at_, text.data(), text.size());
        at_ += text.size();
        return *this;
    }
    Writer& operator<<(char c) noexcept {
        assert(at_ < out_.data() + out_.size());
        *at_++ = c;
        return *this;
    }
    void replace_last(char c) noexcept { at_[-1] = c; }

  private:
    std::string& out_;
    char* at_;
};

}  // namespace botocraft::auth
