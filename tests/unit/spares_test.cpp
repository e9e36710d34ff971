// Objects that are kept for those who need one for a moment.
#include "runtime/spares.hpp"

#include "catch.hpp"

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

using botocraft::detail::Spares;

namespace {

struct Tool {
    static inline std::atomic<int> alive = 0;
    Tool() { ++alive; }
    Tool(const Tool&) = delete;
    Tool& operator=(const Tool&) = delete;
    ~Tool() { --alive; }
    int used = 0;
    bool busy = false;
};

}  // namespace

TEST_CASE("one spare object serves all who come one after the other") {
    {
        Spares<Tool> spares;
        for (int i = 0; i < 100; ++i) spares.with([](Tool& tool) { ++tool.used; });
        CHECK_THROWS(spares.with([](Tool&) { throw std::runtime_error("no"); }));
        spares.with([](Tool& tool) { CHECK(tool.used == 100); });
        CHECK(Tool::alive == 1);
        spares.with([&](Tool& outer) { spares.with([&](Tool& inner) { CHECK(&outer != &inner); }); });
        CHECK(Tool::alive == 2);
    }
    CHECK(Tool::alive == 0);
}

TEST_CASE("no two threads have the same spare object at once", "[threads]") {
    std::atomic<int> shared = 0;
    {
        Spares<Tool> spares;
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int k = 0; k < 2000; ++k) {
                    spares.with([&](Tool& tool) {
                        if (tool.busy) ++shared;
                        tool.busy = true;
                        ++tool.used;
                        tool.busy = false;
                    });
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
    }
    CHECK(shared == 0);
    CHECK(Tool::alive == 0);
}
