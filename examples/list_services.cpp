// Lists the ECS services of many regions at once. Without --endpoint-url or --profile an AWS double inside this process
// answers, so that no account is needed.
#include <botocraft/credentials.hpp>
#include <botocraft/ecs.hpp>
#include <botocraft/error.hpp>
#include <botocraft/json.hpp>
#include <botocraft/regions.hpp>
#include <botocraft/testing/aws_double.hpp>
#include <botocraft/testing/ecs.hpp>
#include <botocraft/testing/environment.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using botocraft::ecs::Service;
using Clock = std::chrono::steady_clock;

const std::vector<std::string> default_regions{"ap-northeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1",
                                               "eu-west-1",      "sa-east-1",      "us-east-1",    "us-west-2"};
constexpr std::size_t double_clusters = 40;    // in all regions together
constexpr std::size_t double_services = 20000;

struct Options {
    std::optional<std::string> endpoint_url, profile, order_by;
    std::vector<std::string> regions = default_regions;
    std::vector<std::pair<std::string, std::string>> filters;
    std::optional<std::size_t> limit;
    bool json = false;
};

// What was written on the command line cannot be meant.
struct BadArgument : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto comma = text.find(',');
        if (comma != 0) parts.emplace_back(text.substr(0, comma));
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    }
    return parts;
}

std::size_t parse_count(const std::string& text) {
    if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos) {
        throw BadArgument("--limit takes a number, not `" + text + "`");
    }
    return std::stoull(text);
}

std::pair<std::string, std::string> parse_filter(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
        throw BadArgument("--filter takes PATH__LOOKUP=VALUE, such as runningCount__gt=0, not `" + text + "`");
    }
    return {text.substr(0, equals), text.substr(equals + 1)};
}

Options parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        std::string name = argv[i];
        std::optional<std::string> attached;
        if (const auto equals = name.find('='); name.starts_with("--") && equals != std::string::npos) {
            attached = name.substr(equals + 1);
            name.resize(equals);
        }
        const auto value = [&] {
            if (attached) return *attached;
            if (i + 1 == argc) throw BadArgument(name + " needs a value");
            return std::string(argv[++i]);
        };
        if (name == "--endpoint-url") {
            options.endpoint_url = value();
        } else if (name == "--profile") {
            options.profile = value();
        } else if (name == "--regions") {
            options.regions = split(value());
            if (options.regions.empty()) throw BadArgument("--regions needs at least one region");
        } else if (name == "--filter") {
            options.filters.push_back(parse_filter(value()));
        } else if (name == "--order-by") {
            options.order_by = value();
        } else if (name == "--limit") {
            options.limit = parse_count(value());
        } else if (name == "--json") {
            options.json = true;
        } else {
            throw BadArgument("unknown option " + name + "; see examples/run.sh --help");
        }
    }
    return options;
}

// One line that is written over and over, where somebody watches.
class Progress {
  public:
    explicit Progress(std::size_t regions) : regions_(regions), shown_(isatty(STDERR_FILENO) != 0) {}

    void add(std::size_t services, bool finished) {
        services_ += services;
        finished_ += finished ? 1 : 0;
        const auto now = Clock::now();
        if (!shown_ || now - last_ < std::chrono::milliseconds(50)) return;
        last_ = now;
        std::fprintf(stderr, "\r%zu services, %zu of %zu regions done ", services_, finished_, regions_);
    }
    void clear() const {
        if (shown_) std::fprintf(stderr, "\r%*s\r", 60, "");
    }

  private:
    std::size_t regions_;
    bool shown_;
    std::size_t services_ = 0;
    std::size_t finished_ = 0;
    Clock::time_point last_{};
};

std::string after_last_slash(const std::string& arn) { return arn.substr(arn.rfind('/') + 1); }

std::string first_tag(const Service& service) {
    if (service.tags.empty()) return {};
    const auto& tag = service.tags.front();
    return tag.key.value_or("") + "=" + tag.value.value_or("");
}

void print_table(const botocraft::list<Service>& services) {
    const auto row = [](const std::string& region, const std::string& cluster, const std::string& service,
                        const std::string& desired, const std::string& running, const std::string& definition,
                        const std::string& tag) {
        std::printf("%-15s %-14s %-26s %8s %8s  %-26s %s\n", region.c_str(), cluster.c_str(), service.c_str(),
                    desired.c_str(), running.c_str(), definition.c_str(), tag.c_str());
    };
    row("REGION", "CLUSTER", "SERVICE", "DESIRED", "RUNNING", "TASK DEFINITION", "TAG");
    for (const Service& service : services) {
        row(botocraft::region_of(service), service.cluster_name().value_or(""), service.serviceName.value_or(""),
            std::to_string(service.desiredCount.value_or(0)), std::to_string(service.runningCount.value_or(0)),
            after_last_slash(service.taskDefinition.value_or("")), first_tag(service));
    }
}

void print_json(const botocraft::list<Service>& services) {
    for (const Service& service : services) {
        std::cout << R"({"region":")" << botocraft::region_of(service) << R"(","service":)"
                  << botocraft::to_json(service) << "}\n";
    }
}

void print_totals(const botocraft::list<Service>& services, std::size_t regions, const botocraft::Session& session,
                  Clock::duration took) {
    long desired = 0;
    long running = 0;
    for (const Service& service : services) {
        desired += service.desiredCount.value_or(0);
        running += service.runningCount.value_or(0);
    }
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const double seconds = std::chrono::duration<double>(took).count();
    const auto requests = session.statistics().attempts;
    std::fprintf(stderr,
                 "%zu services in %zu regions, %ld tasks desired, %ld running\n"
                 "%llu requests in %.2f s: %.0f requests a second; peak memory %.0f MB\n",
                 services.size(), regions, desired, running, static_cast<unsigned long long>(requests), seconds,
                 static_cast<double>(requests) / seconds, static_cast<double>(usage.ru_maxrss) / 1024.0);
}

botocraft::Query<Service> make_query(const Options& options) {
    auto query = Service::objects().all();
    for (const auto& [path, value] : options.filters) query = query.filter(path, value);
    if (options.order_by) query = query.order_by(*options.order_by);
    if (options.limit) query = query.limit(*options.limit);
    return query;
}

// What went wrong, each with the regions where it did, in the order of the regions asked and not of the failures.
class Failures {
  public:
    explicit Failures(const std::vector<std::string>& regions) : regions_(regions) {}
    void add(std::size_t region, const std::exception_ptr& error) {
        std::string text = describe(error);
        std::string common = without_region(text, regions_[region]);
        const auto known = std::ranges::find(failures_, common, &Failure::common);
        if (known != failures_.end()) {
            known->regions.insert(region);
        } else {
            failures_.push_back({std::move(common), std::move(text), {region}});
        }
    }
    [[nodiscard]] bool empty() const { return failures_.empty(); }
    void print() {
        std::ranges::sort(failures_, {}, [](const Failure& failure) { return *failure.regions.begin(); });
        for (const Failure& failure : failures_) {
            std::string names;
            for (const std::size_t region : failure.regions) names += (names.empty() ? "" : ", ") + regions_[region];
            const std::string& text = failure.regions.size() == 1 ? failure.text : failure.common;
            std::fprintf(stderr, "%s: %s\n", names.c_str(), text.c_str());
        }
    }

  private:
    struct Failure {
        std::string common, text;
        std::set<std::size_t> regions;
    };

    // Where many regions fail alike, the text says so once.
    static std::string without_region(std::string text, const std::string& region) {
        constexpr std::string_view place = "<region>";
        for (auto at = text.find(region); at != std::string::npos; at = text.find(region, at + place.size())) {
            text.replace(at, region.size(), place);
        }
        return text;
    }
    static std::string describe(const std::exception_ptr& error) {
        try {
            std::rethrow_exception(error);
        } catch (const std::exception& exception) {
            return exception.what();
        }
    }

    const std::vector<std::string>& regions_;
    std::vector<Failure> failures_;
};

// False where a region could not be listed; the others are.
botocraft::awaitable<bool> list_all(Options options, botocraft::Session session) {
    const auto query = make_query(options);
    auto everywhere = botocraft::across(botocraft::in_regions(session, options.regions), query);
    Progress progress(options.regions.size());
    botocraft::list<Service> services;
    Failures failures(options.regions);
    const auto begin = Clock::now();
    while (auto page = co_await everywhere.next_page()) {
        progress.add(page.size(), page.finished());
        if (page.error()) failures.add(page.index(), page.error());
        for (Service& service : page) services.push_back(std::move(service));
    }
    const auto took = Clock::now() - begin;
    progress.clear();
    if (services.empty() && !failures.empty()) {  // there is nothing else to say
        failures.print();
        co_return false;
    }
    query.arrange(services);
    if (options.json) {
        print_json(services);
    } else {
        print_table(services);
    }
    std::fflush(stdout);
    print_totals(services, options.regions.size(), session, took);
    failures.print();
    co_return failures.empty();
}

// The double's regions are filled evenly.
void fill(botocraft::testing::AwsDouble& aws, const std::vector<std::string>& regions) {
    botocraft::testing::EcsSeed seed;
    seed.clusters = std::max<std::size_t>(double_clusters / regions.size(), 1);
    seed.services = double_services / regions.size();
    for (const std::string& region : regions) {
        botocraft::testing::seed_ecs(aws, region, seed);
        ++seed.random;
    }
}

int run(const Options& options) {
    botocraft::SessionOptions session;
    session.region = options.regions.front();
    session.profile = options.profile;
    session.endpoint_url = options.endpoint_url;
    std::optional<botocraft::testing::AwsDouble> aws;
    if (!options.endpoint_url && !options.profile) {
        aws.emplace();
        fill(*aws, options.regions);
        session.endpoint_url = aws->endpoint_url();
        session.credentials = botocraft::static_credentials(aws->credentials());
        // Nothing that this machine says of AWS counts.
        session.environment = std::make_shared<botocraft::testing::FakeEnvironment>();
    }
    boost::asio::io_context context(1);
    auto complete = boost::asio::co_spawn(context, list_all(options, botocraft::Session(session)),
                                          boost::asio::use_future);
    context.run();
    return complete.get() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(parse(argc, argv));
    } catch (const BadArgument& error) {
        std::cerr << error.what() << "\n";
        return 2;
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
}
