#pragma once
// The addresses of names: asked for once by however many want them, and kept for as long as they are valid.

#include "http/transport.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/address.hpp>

#include <array>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace botocraft::http {

enum class Family : unsigned char { v6, v4 };
inline constexpr std::array families{Family::v6, Family::v4};

// The answer to the question for the addresses of one family.
struct Addresses {
    boost::system::error_code error{};  // then there are none
    std::vector<asio::ip::address> list{};
    std::chrono::seconds valid{0};      // as the source says; what a file says has no time of its own
};

// Where addresses come from. Safe to use from many threads at once.
class NameSource {
  public:
    // A question under way. Its end withdraws it; an answer that is on its way may still come.
    class Question {
      public:
        Question() = default;
        Question(const Question&) = delete;
        Question& operator=(const Question&) = delete;
        virtual ~Question() = default;
    };
    using Answered = std::function<void(Family, Addresses)>;

    NameSource() = default;
    NameSource(const NameSource&) = delete;
    NameSource& operator=(const NameSource&) = delete;
    virtual ~NameSource() = default;

    // Asks for both families. `answered` is called once for each, in a handler of the executor.
    [[nodiscard]] virtual std::unique_ptr<Question> ask(const asio::any_io_executor& executor, const std::string& name,
                                                        Answered answered) = 0;
};

// Asks as the system is set up to: its file of hosts, then its name servers.
[[nodiscard]] std::shared_ptr<NameSource> system_names();

// For tests: another source for all that is looked up in that context. To be called before the first connection.
void use_names(const asio::any_io_executor& executor, std::shared_ptr<NameSource> source);

class Names {
    struct Entry;
    struct Wish;

  public:
    using Now = std::function<Clock::time_point()>;
    using News = std::function<void(Family, Addresses)>;

    // What one caller wants to know. Its end withdraws the question if nobody else asked it.
    class Interest {
      public:
        Interest() = default;
        Interest(Names& names, std::shared_ptr<Entry> entry, std::shared_ptr<Wish> wish)
            : names_(&names), entry_(std::move(entry)), wish_(std::move(wish)) {}
        Interest(Interest&&) noexcept = default;
        Interest& operator=(Interest&& other) noexcept {
            std::swap(names_, other.names_);
            std::swap(entry_, other.entry_);
            std::swap(wish_, other.wish_);
            return *this;
        }
        ~Interest() {
            if (entry_) names_->leave(*entry_, wish_);
        }

      private:
        Names* names_ = nullptr;
        std::shared_ptr<Entry> entry_;
        std::shared_ptr<Wish> wish_;
    };

    explicit Names(asio::any_io_executor executor, std::shared_ptr<NameSource> source = system_names(), Now now = &Clock::now)
        : executor_(std::move(executor)), source_(std::move(source)), now_(std::move(now)) {}

    // `news` is called once for each family: before this returns where the answer is known, else when it comes, perhaps
    // on another thread. Each call of this begins with the address after the one that the last began with.
    [[nodiscard]] Interest look_up(const std::string& name, News news);

    // The addresses turned out to be of no use: the next who wants them asks anew.
    void forget(const std::string& name) noexcept;

    void use(std::shared_ptr<NameSource> source) noexcept { source_ = std::move(source); }

    // The execution context ends.
    void shutdown() noexcept;

    // How long an answer is kept, whatever its source says. That there is no such name is believed for the least time;
    // that nobody could say is not kept at all.
    static constexpr std::chrono::seconds least_kept{1};
    static constexpr std::chrono::seconds longest_kept{300};
    static constexpr std::size_t most_names = 1024;

  private:
    struct Wish {
        News news;
        std::size_t turn;  // counts the calls of look_up
    };
    struct Entry {
        std::string name;
        std::array<std::optional<Addresses>, families.size()> answers;
        Clock::time_point valid_until = Clock::time_point::max();
        std::size_t turns = 0;
        std::list<std::shared_ptr<Wish>> wishes;
        std::unique_ptr<NameSource::Question> question;

        [[nodiscard]] bool complete() const noexcept { return answers[0] && answers[1]; }
    };

    void answered(const std::weak_ptr<Entry>& asked, Family family, Addresses addresses);
    void leave(Entry& entry, const std::shared_ptr<Wish>& wish) noexcept;
    [[nodiscard]] Clock::time_point valid_until(const Entry& entry) const;
    void make_room();

    const asio::any_io_executor executor_;
    std::shared_ptr<NameSource> source_;
    const Now now_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<Entry>> entries_;
};

}  // namespace botocraft::http
