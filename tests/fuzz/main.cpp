// libFuzzer's entry. The target is named by the first argument, --target=NAME, which libFuzzer itself reads over.

#include "targets.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>

namespace {

constexpr std::string_view option = "--target=";

const fuzz::Target* find_target(int count, char** arguments) {
    for (int i = 1; i < count; ++i) {
        std::string_view argument = arguments[i];
        if (!argument.starts_with(option)) continue;
        argument.remove_prefix(option.size());
        for (const fuzz::Target& target : fuzz::targets) {
            if (target.name == argument) return &target;
        }
    }
    return nullptr;
}

const fuzz::Target*& chosen() noexcept {
    static const fuzz::Target* target = nullptr;
    return target;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
    chosen() = find_target(*count, *arguments);
    if (chosen()) return 0;
    std::cerr << "usage: fuzz --target=NAME [libFuzzer's options] [folder of inputs]\ntargets:";
    for (const fuzz::Target& target : fuzz::targets) std::cerr << ' ' << target.name;
    std::cerr << '\n';
    std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    chosen()->run({reinterpret_cast<const char*>(data), size});
    return 0;
}
