#include "http/names.hpp"

#include "catch.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>

#include <map>

namespace asio = boost::asio;
namespace http = botocraft::http;
using http::Addresses;
using http::Family;
using http::Names;
using std::chrono::seconds;

namespace {

// A source that answers when the test says so.
class Scripted final : public http::NameSource {
  public:
    struct Asked final : Question {
        Asked(Scripted& in, std::string of, Answered to) : source(in), name(std::move(of)), answered(std::move(to)) {}
        ~Asked() override {
            source.open.erase(name);
            ++source.ended;
        }
        Scripted& source;
        std::string name;
        Answered answered;
    };

    std::unique_ptr<Question> ask(const asio::any_io_executor&, const std::string& name, Answered answered) override {
        ++asked;
        auto question = std::make_unique<Asked>(*this, name, std::move(answered));
        open[name] = question.get();
        return question;
    }

    void answer(const std::string& name, Family family, const Addresses& addresses) {
        const auto answered = open.at(name)->answered;  // the question may end in it
        answered(family, addresses);
    }

    std::map<std::string, Asked*> open;
    int asked = 0;
    int ended = 0;
};

Addresses addresses(std::initializer_list<const char*> list, seconds valid = seconds(60)) {
    Addresses result;
    for (const char* text : list) result.list.push_back(asio::ip::make_address(text));
    result.valid = valid;
    return result;
}

Addresses error(const boost::system::error_code& code) { return Addresses{code}; }

struct Fixture {
    asio::io_context context;
    std::shared_ptr<Scripted> source = std::make_shared<Scripted>();
    http::Clock::time_point now{};
    Names names{context.get_executor(), source, [this] { return now; }};

    // What one caller was told.
    struct Heard {
        std::vector<std::pair<Family, Addresses>> news;
        Names::Interest interest;

        [[nodiscard]] std::string first(Family family) const {
            for (const auto& [of, found] : news) {
                if (of == family) return found.error ? found.error.message() : found.list.front().to_string();
            }
            return "nothing";
        }
    };
    std::shared_ptr<Heard> look_up(const std::string& name) {
        auto heard = std::make_shared<Heard>();
        heard->interest = names.look_up(name, [raw = heard.get()](Family family, Addresses found) {
            raw->news.emplace_back(family, std::move(found));
        });
        return heard;
    }
    void answer_both(const std::string& name, const Addresses& v4) {
        source->answer(name, Family::v6, error(asio::error::no_data));
        source->answer(name, Family::v4, v4);
    }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "names: who wants one at the same time shares one question") {
    const auto one = look_up("a.example");
    const auto two = look_up("a.example");
    const auto other = look_up("b.example");
    CHECK(source->asked == 2);
    source->answer("a.example", Family::v4, addresses({"10.0.0.1"}));
    CHECK(one->first(Family::v4) == "10.0.0.1");
    CHECK(two->first(Family::v4) == "10.0.0.1");
    CHECK(one->news.size() == 1);
    CHECK(other->news.empty());
    const auto late = look_up("a.example");  // is told at once what is known
    CHECK(late->first(Family::v4) == "10.0.0.1");
    source->answer("a.example", Family::v6, addresses({"2001:db8::1"}));
    CHECK(late->first(Family::v6) == "2001:db8::1");
    CHECK(one->news.size() == 2);
    CHECK(source->asked == 2);
    CHECK(source->ended == 1);  // answered: nothing of it remains
}

TEST_CASE_METHOD(Fixture, "names: who leaves does not disturb the others, and the last one withdraws the question") {
    auto one = look_up("a.example");
    const auto two = look_up("a.example");
    one.reset();
    CHECK(source->ended == 0);
    source->answer("a.example", Family::v4, addresses({"10.0.0.1"}));
    CHECK(two->first(Family::v4) == "10.0.0.1");

    auto alone = look_up("b.example");
    alone.reset();
    CHECK(source->ended == 1);
    const auto again = look_up("b.example");
    CHECK(source->asked == 3);
}

TEST_CASE_METHOD(Fixture, "names: an answer is kept for its time") {
    seconds valid{60};
    seconds kept{60};
    SECTION("as long as its source says") {}
    SECTION("but at least a little") {
        valid = seconds(0);
        kept = Names::least_kept;
    }
    SECTION("and no longer than the bound") {
        valid = std::chrono::hours(24);
        kept = Names::longest_kept;
    }
    (void)look_up("a.example");
    source->asked = 0;
    const auto first = look_up("a.example");
    answer_both("a.example", addresses({"10.0.0.1"}, valid));
    now += kept - std::chrono::milliseconds(1);
    CHECK(look_up("a.example")->first(Family::v4) == "10.0.0.1");
    CHECK(source->asked == 1);
    now += std::chrono::milliseconds(1);
    CHECK(look_up("a.example")->news.empty());
    CHECK(source->asked == 2);
}

TEST_CASE_METHOD(Fixture, "names: that there is no such name is believed for a moment, that nobody could say is not") {
    const auto unknown = look_up("a.example");
    answer_both("a.example", error(asio::error::host_not_found));
    CHECK(unknown->news.size() == 2);
    CHECK(look_up("a.example")->news.size() == 2);
    CHECK(source->asked == 1);
    now += Names::least_kept;
    CHECK(look_up("a.example")->news.empty());

    const auto unreachable = look_up("b.example");
    answer_both("b.example", error(asio::error::host_not_found_try_again));
    CHECK(unreachable->news.size() == 2);
    CHECK(look_up("b.example")->news.empty());
    CHECK(source->asked == 4);
}

TEST_CASE_METHOD(Fixture, "names: one family's failure to answer is not kept with the other's addresses") {
    const auto heard = look_up("a.example");
    source->answer("a.example", Family::v6, error(asio::error::host_not_found_try_again));
    source->answer("a.example", Family::v4, addresses({"10.0.0.1"}));
    CHECK(look_up("a.example")->news.empty());
}

TEST_CASE_METHOD(Fixture, "names: addresses take turns") {
    const auto first = look_up("a.example");
    answer_both("a.example", addresses({"10.0.0.1", "10.0.0.2", "10.0.0.3"}));
    CHECK(first->first(Family::v4) == "10.0.0.1");
    CHECK(look_up("a.example")->first(Family::v4) == "10.0.0.2");
    CHECK(look_up("a.example")->first(Family::v4) == "10.0.0.3");
    CHECK(look_up("a.example")->first(Family::v4) == "10.0.0.1");
}

TEST_CASE_METHOD(Fixture, "names: what turned out to be of no use is forgotten") {
    const auto first = look_up("a.example");
    names.forget("a.example");  // not yet answered: stays
    answer_both("a.example", addresses({"10.0.0.1"}));
    CHECK(first->news.size() == 2);
    names.forget("a.example");
    CHECK(look_up("a.example")->news.empty());
    CHECK(source->asked == 2);
}

TEST_CASE_METHOD(Fixture, "names: not more are kept than fit") {
    for (std::size_t i = 0; i < Names::most_names + 10; ++i) {
        const std::string name = std::to_string(i) + ".example";
        const auto heard = look_up(name);
        answer_both(name, addresses({"10.0.0.1"}));
    }
    source->asked = 0;
    for (std::size_t i = 0; i < Names::most_names + 10; ++i) (void)look_up(std::to_string(i) + ".example");
    CHECK(source->asked >= 10);
}

TEST_CASE_METHOD(Fixture, "names: the end of the context ends questions, and an answer that still comes is ignored") {
    const auto heard = look_up("a.example");
    const auto answered = source->open.at("a.example")->answered;
    names.shutdown();
    CHECK(source->ended == 1);
    answered(Family::v4, addresses({"10.0.0.1"}));
}
