#include "testing/fault_book.hpp"

namespace botocraft::testing {

bool names_operation(std::string_view name, std::string_view service, std::string_view operation) noexcept {
    if (name == "*" || name == operation) return true;
    return name.size() == service.size() + 1 + operation.size() && name.starts_with(service) &&
           name[service.size()] == '.' && name.ends_with(operation);
}

void FaultBook::add(std::string_view operation, Fault fault) {
    if (fault.script().times != 0) entries_.push_back({std::string(operation), fault.script()});
}

std::optional<Fault::Script> FaultBook::take(std::string_view service, std::string_view operation,
                                             std::string_view region) {
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
        Fault::Script& script = entry->script;
        if (!names_operation(entry->operation, service, operation)) continue;
        if (!script.region.empty() && script.region != region) continue;
        if (script.after > 0) {
            --script.after;
            continue;
        }
        Fault::Script befalls = script;
        if (script.times != Fault::without_end && --script.times == 0) entries_.erase(entry);
        return befalls;
    }
    return std::nullopt;
}

}  // namespace botocraft::testing
