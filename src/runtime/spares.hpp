#pragma once
// Objects that are costly to make, kept for those who need one for a moment. No locks.

#include <array>
#include <atomic>
#include <memory>
#include <utility>

namespace botocraft::detail {

// Safe to use from several threads at once. Keeps as many as were in use at the same time, but for a few threads only.
template <class T>
class Spares {
  public:
    Spares() = default;
    Spares(const Spares&) = delete;
    Spares& operator=(const Spares&) = delete;
    ~Spares() {
        for (std::atomic<T*>& place : places_) delete place.load(std::memory_order_acquire);
    }

    // Calls `use` with one that nobody else uses meanwhile.
    template <class Use>
    void with(Use&& use) {
        struct Taken {
            explicit Taken(Spares& from) : spares(from), object(from.take()) {}
            Taken(const Taken&) = delete;
            Taken& operator=(const Taken&) = delete;
            ~Taken() { spares.put(std::move(object)); }
            Spares& spares;
            std::unique_ptr<T> object;
        };
        Taken taken(*this);
        use(*taken.object);
    }

  private:
    std::unique_ptr<T> take() {
        for (std::atomic<T*>& place : places_) {
            if (place.load(std::memory_order_relaxed) == nullptr) continue;
            if (T* const found = place.exchange(nullptr, std::memory_order_acq_rel)) return std::unique_ptr<T>(found);
        }
        return std::make_unique<T>();
    }

    void put(std::unique_ptr<T> object) noexcept {
        for (std::atomic<T*>& place : places_) {
            T* none = nullptr;
            if (place.compare_exchange_strong(none, object.get(), std::memory_order_acq_rel)) {
                static_cast<void>(object.release());
                return;
            }
        }
    }

    std::array<std::atomic<T*>, 8> places_{};
};

}  // namespace botocraft::detail
