#include "import.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <utility>

#include "api_model.hpp"
#include "facts.hpp"
#include "files.hpp"
#include "json_text.hpp"
#include "nearest.hpp"
#include "release.hpp"
#include "spec_error.hpp"

namespace botocraft::gen {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr std::string_view usage = R"(usage: gen import BOTOCORE [options]

Writes the API facts of specs/aws from a botocore release.

  BOTOCORE          a wheel (botocore-*.whl), or a folder that holds botocore/data or data
  --service NAME    import only this service, by botocore's name; may be repeated
                    (default: every service of specs/services.txt, and the partitions and SDK defaults)
  --specs DIR       the folder of botocore.version (the pinned release) and services.txt (default: specs)
  --output DIR      where the facts go (default: aws below the folder of --specs)
  --version-change  accept another release than the pinned one, and pin it
)";

constexpr std::string_view shared_files[] = {"partitions", "sdk-default-configuration"};

std::string trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(blank);
    if (begin == std::string_view::npos) return {};
    return std::string(text.substr(begin, text.find_last_not_of(blank) - begin + 1));
}

std::vector<std::string> read_service_list(const fs::path& path) {
    const std::string text = read_file(path);
    std::vector<std::string> services;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::string line = trimmed(std::string_view(text).substr(begin, end - begin));
        if (!line.empty() && line.front() != '#') services.push_back(std::move(line));
        begin = end + 1;
    }
    if (services.empty()) throw SpecError({path.string()}, "lists no service");
    return services;
}

// The pinned version is what makes two imports equal, on any machine and at any time.
void check_version(const Release& release, const ImportOptions& options, const fs::path& pin) {
    if (options.version_change) {
        if (options.services.empty()) return;
        throw SpecError({}, "--version-change imports every service: leave --service out, or the files in specs/aws "
                            "would come from two releases");
    }
    if (!fs::exists(pin)) {
        throw SpecError({pin.string()}, "is missing; --version-change pins botocore " + release.version());
    }
    const std::string pinned = trimmed(read_file(pin));
    if (pinned == release.version()) return;
    throw SpecError({pin.string()}, "pins botocore " + pinned + ", but this is " + release.version() +
                                        ": import the pinned release (pip download --no-deps botocore==" + pinned +
                                        "), or say --version-change to move every service to " + release.version());
}

// Data files by the name that botocore's loader uses: without `.json` or `.json.gz`.
class DataFiles {
  public:
    explicit DataFiles(const Release& release) : release_(release) {}

    [[nodiscard]] std::optional<std::string> find(const std::string& name) const {
        for (const std::string_view ending : {".json", ".json.gz"}) {
            if (std::string file = name + std::string(ending); release_.names().contains(file)) return file;
        }
        return std::nullopt;
    }

    // The folder of the newest API version, as `ecs/2014-11-13/`. Versions are dates, so the last one is the newest.
    [[nodiscard]] std::string newest_folder(const std::string& service) const {
        std::string newest;
        const std::string prefix = service + "/";
        for (auto at = release_.names().lower_bound(prefix); at != release_.names().end(); ++at) {
            if (!at->starts_with(prefix)) break;
            const std::string folder = at->substr(0, at->rfind('/') + 1);
            if (folder > newest && find(folder + "service-2")) newest = folder;
        }
        if (newest.empty()) throw unknown_service(service);
        return newest;
    }

    // Reads everything that was asked for, in one pass over the release.
    void load(const std::set<std::string>& files) { texts_ = release_.read(files); }

    [[nodiscard]] json::value parse(const std::string& name) const {
        const auto file = find(name);
        if (!file) return nullptr;
        return parse_json(texts_.at(*file), release_.describe(*file));
    }

  private:
    [[nodiscard]] SpecError unknown_service(const std::string& service) const {
        std::set<std::string> known;
        for (const std::string& name : release_.names()) {
            const std::size_t slash = name.find('/');
            if (slash != std::string::npos) known.insert(name.substr(0, slash));
        }
        return {{}, "botocore " + release_.version() + " has no service `" + service + "`" +
                        did_you_mean(service, known)};
    }

    const Release& release_;
    std::map<std::string, std::string> texts_;
};

constexpr std::string_view model_files[] = {"service-2", "paginators-1", "waiters-2", "endpoint-rule-set-1"};

facts::ServiceFiles parse_service(const DataFiles& data, const std::string& folder) {
    facts::ServiceFiles files;
    json::value* const models[] = {&files.service, &files.paginators, &files.waiters, &files.endpoint_rules};
    json::value* const extras[] = {&files.service_extras, &files.paginators_extras, &files.waiters_extras,
                                   &files.endpoint_rules_extras};
    for (std::size_t i = 0; i < std::size(model_files); ++i) {
        const std::string name = folder + std::string(model_files[i]);
        *models[i] = data.parse(name);
        *extras[i] = data.parse(name + ".sdk-extras");
    }
    return files;
}

std::set<std::string> wanted_files(const DataFiles& data, const std::map<std::string, std::string>& folders,
                                   bool with_shared) {
    std::set<std::string> wanted;
    const auto want = [&](const std::string& name) {
        if (auto file = data.find(name)) wanted.insert(std::move(*file));
    };
    for (const auto& [service, folder] : folders) {
        for (const std::string_view model : model_files) {
            want(folder + std::string(model));
            want(folder + std::string(model) + ".sdk-extras");
        }
    }
    if (with_shared) {
        for (const std::string_view name : shared_files) want(std::string(name));
    }
    return wanted;
}

std::vector<std::string> services_of(const ImportOptions& options) {
    return options.services.empty() ? read_service_list(options.specs / "services.txt") : options.services;
}

// The files of one import, in memory until all of them are known to be good.
class Facts {
  public:
    Facts(const DataFiles& data, const Release& release, fs::path output)
        : data_(data), release_(release), output_(std::move(output)) {
        result_.version = release.version();
    }

    void add_service(const std::string& service, const std::string& folder) {
        const json::object content = facts::service(service, result_.version, parse_service(data_, folder));
        std::string text = facts::service_text(content);
        const Api api = Api::from_json(content, (output_ / (service + ".json")).string(), text);
        for (const std::string& trait : api.unknown_traits) {
            result_.warnings.push_back(service + ": a trait that the model of the API does not know: " + trait);
        }
        add(service, std::move(text));
    }

    void add_shared(const std::string& name) {
        const json::value content = data_.parse(name);
        if (!content.is_object()) throw SpecError({release_.describe(name + ".json")}, "is missing");
        add(name, facts::shared_text(facts::shared(result_.version, content)));
    }

    void add_pin(const fs::path& pin) { files_.add(pin, result_.version + "\n"); }

    // Services that are no longer listed, or were imported one by one, stay at the version that they have.
    void warn_of_strangers() {
        if (!fs::is_directory(output_)) return;
        std::set<std::string> strangers;
        for (const auto& entry : fs::directory_iterator(output_)) {
            const std::string name = entry.path().filename().string();
            if (name.ends_with(".json") && !names_.contains(name)) strangers.insert((output_ / name).string());
        }
        for (const std::string& file : strangers) {
            result_.warnings.push_back(file + ": not imported, because services.txt does not list it");
        }
    }

    ImportResult write() {
        result_.changed = files_.commit();
        return std::move(result_);
    }

  private:
    void add(const std::string& name, std::string text) {
        ++result_.files;
        result_.bytes += text.size();
        names_.insert(name + ".json");
        files_.add(output_ / (name + ".json"), std::move(text));
    }

    const DataFiles& data_;
    const Release& release_;
    fs::path output_;
    ImportResult result_;
    FileSet files_;
    std::set<std::string> names_;
};

}  // namespace

ImportResult import_botocore(const ImportOptions& options) {
    const std::unique_ptr<Release> release = open_release(options.botocore);
    const fs::path pin = options.specs / "botocore.version";
    check_version(*release, options, pin);
    const bool everything = options.services.empty();
    DataFiles data(*release);
    std::map<std::string, std::string> folders;
    for (const std::string& service : services_of(options)) folders[service] = data.newest_folder(service);
    data.load(wanted_files(data, folders, everything));

    Facts facts(data, *release, options.output.empty() ? options.specs / "aws" : options.output);
    for (const auto& [service, folder] : folders) facts.add_service(service, folder);
    if (everything) {
        for (const std::string_view name : shared_files) facts.add_shared(std::string(name));
        facts.warn_of_strangers();
    }
    if (options.version_change) facts.add_pin(pin);
    return facts.write();
}

int import_command(const std::vector<std::string_view>& arguments, std::ostream& out) {
    ImportOptions options;
    bool found = false;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        const auto value = [&] {
            if (i + 1 == arguments.size()) throw SpecError({}, std::string(argument) + " needs a value");
            return std::string(arguments[++i]);
        };
        if (argument == "--help" || argument == "-h") {
            out << usage;
            return 0;
        }
        if (argument == "--service") {
            options.services.push_back(value());
        } else if (argument == "--specs") {
            options.specs = value();
        } else if (argument == "--output") {
            options.output = value();
        } else if (argument == "--version-change") {
            options.version_change = true;
        } else if (argument.starts_with('-')) {
            const std::vector<std::string_view> known = {"--service", "--specs", "--output", "--version-change"};
            throw SpecError({}, "unknown option " + std::string(argument) + did_you_mean(argument, known));
        } else if (found) {
            throw SpecError({}, "more than one botocore: " + options.botocore.string() + ", " + std::string(argument));
        } else {
            options.botocore = argument;
            found = true;
        }
    }
    if (!found) throw SpecError({}, "which botocore? See `gen import --help`");
    const ImportResult result = import_botocore(options);
    for (const std::string& warning : result.warnings) out << "warning: " << warning << '\n';
    out << "botocore " << result.version << ": " << result.files << " files of " << result.bytes << " bytes, "
        << result.changed << " changed\n";
    return 0;
}

}  // namespace botocraft::gen
