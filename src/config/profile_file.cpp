#include <config/names.hpp>
#include <config/profile_file.hpp>
#include <config/wipe.hpp>
#include <text/case.hpp>

#include <botocraft/error.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace botocraft::config {

namespace {

constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

std::string_view trim(std::string_view text) noexcept {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::string_view before_any(std::string_view text, std::string_view characters) noexcept {
    return text.substr(0, text.find_first_of(characters));
}

// A comment behind a value begins with # or ; after a blank: keys and URLs may hold both.
std::string_view without_comment(std::string_view line) noexcept {
    for (std::size_t i = 1; i < line.size(); ++i) {
        if ((line[i] == '#' || line[i] == ';') && is_blank(line[i - 1])) return line.substr(0, i);
    }
    return line;
}

bool is_identifier(std::string_view text) noexcept {
    const auto allowed = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               std::string_view("_-/.%@:+").find(c) != std::string_view::npos;
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

// What a property said: it may have been a key.
void wipe_property(Property& property) noexcept {
    wipe(property.value);
    for (auto& [name, value] : property.nested) wipe(value);
}

void wipe_section(Section& section) noexcept {
    for (auto& [name, property] : section) wipe_property(property);
}

class Parser {
  public:
    Parser(FileKind kind, const std::string& path) : kind_(kind), path_(path) {}
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;
    // Where the file was no good, it holds what was read so far; else what strings leave behind when they are moved.
    ~Parser() {
        if (default_) wipe_section(*default_);
        for (Sections* sections : {&profiles_, &sso_sessions_, &services_}) {
            for (auto& [name, section] : *sections) wipe_section(section);
        }
    }

    void parse(std::string_view text) {
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            std::string_view line = text.substr(at, end - at);
            at = end + 1;
            if (line.ends_with('\r')) line.remove_suffix(1);
            ++line_;
            parse_line(line);
        }
    }

    // A file with `[profile default]` has no use for its `[default]`.
    void merge(ProfileFiles& into) && {
        if (default_ && !default_is_prefixed_) merge_section(into.profiles["default"], std::move(*default_));
        merge_sections(into.profiles, std::move(profiles_));
        merge_sections(into.sso_sessions, std::move(sso_sessions_));
        merge_sections(into.services, std::move(services_));
    }

  private:
    void parse_line(std::string_view line) {
        if (trim(line).empty() || line.front() == '#' || line.front() == ';') return;
        if (line.front() == '[') return begin_section(line);
        if (!in_section_) fail("Expected a section definition such as [default]");
        if (is_blank(line.front())) return continue_property(trim(line));
        begin_property(line);
    }

    void begin_section(std::string_view line) {
        line = trim(before_any(line, "#;"));
        if (!line.ends_with(']')) fail("Section definition must end with ']'");
        in_section_ = true;
        in_property_ = false;
        property_ = nullptr;
        section_ = find_section(trim(line.substr(1, line.size() - 2)));
    }

    // Null for sections that are none of ours: their contents are skipped.
    Section* find_section(std::string_view name) {
        if (kind_ == FileKind::credentials) return is_identifier(name) ? &profiles_[std::string(name)] : nullptr;
        if (name == "default") return default_ ? &*default_ : &default_.emplace();
        const std::size_t space = std::min(name.find_first_of(" \t"), name.size());
        const std::string_view type = name.substr(0, space);
        name = trim(name.substr(space));
        if (!is_identifier(name)) return nullptr;
        if (type == "profile") {
            default_is_prefixed_ = default_is_prefixed_ || name == "default";
            return &profiles_[std::string(name)];
        }
        if (type == "sso-session") return &sso_sessions_[std::string(name)];
        if (type == "services") return &services_[std::string(name)];
        return nullptr;
    }

    // The halves of `name = value`.
    std::pair<std::string_view, std::string_view> split(std::string_view text, const char* where) const {
        const std::size_t equals = text.find('=');
        if (equals == text.npos) fail("Expected an '=' sign defining a property" + std::string(where));
        const std::string_view name = trim(text.substr(0, equals));
        if (name.empty()) fail("Property did not have a name" + std::string(where));
        return {name, trim(text.substr(equals + 1))};
    }

    void begin_property(std::string_view line) {
        const auto [name, value] = split(without_comment(line), "");
        in_property_ = true;
        property_ = nullptr;
        if (section_ == nullptr || !is_identifier(name)) return;
        property_ = &(*section_)[lower_case(name)];
        wipe_property(*property_);  // of an earlier line
        *property_ = Property{std::string(value), {}, false, path_, line_};
    }

    void continue_property(std::string_view text) {
        if (!in_property_) fail("Expected a property definition, found continuation");
        if (property_ == nullptr) return;
        if (!property_->value.empty()) {
            property_->value.append(1, '\n').append(text);
            return;
        }
        property_->has_nested = true;
        const auto [name, value] = split(text, " in sub-property");
        if (is_identifier(name)) property_->nested.insert_or_assign(lower_case(name), std::string(value));
    }

    static void merge_section(Section& into, Section&& from) {
        for (auto& [name, property] : from) {
            Property& place = into[name];
            wipe_property(place);  // of an earlier file
            place = std::move(property);
        }
    }
    static void merge_sections(Sections& into, Sections&& from) {
        for (auto& [name, section] : from) merge_section(into[name], std::move(section));
    }

    // Never shows the line itself: it may hold a secret.
    [[noreturn]] void fail(const std::string& what) const {
        ErrorDetails details;
        details.kind = ErrorKind::configuration;
        details.code = "ProfileFileInvalid";
        details.explanation = path_ + ", line " + std::to_string(line_) + ": " + what +
                              ". Correct that line; it should be `[profile name]` (`[name]` in the credentials file), "
                              "`name = value`, an indented continuation of a value, or a comment";
        throw_error(std::move(details));
    }

    FileKind kind_;
    const std::string& path_;
    int line_ = 0;
    Sections profiles_;
    Sections sso_sessions_;
    Sections services_;
    std::optional<Section> default_;  // `[default]` of the config file
    bool default_is_prefixed_ = false;
    bool in_section_ = false;
    bool in_property_ = false;
    Section* section_ = nullptr;
    Property* property_ = nullptr;
};

std::string set_variable(const Environment& environment, std::string_view name) {
    return environment.variable(name).value_or(std::string());
}

std::string locate(const Environment& environment, Platform platform, const std::optional<std::string>& code,
                   std::string_view variable, std::string_view name) {
    const char separator = platform == Platform::windows ? '\\' : '/';
    std::string path = code ? *code : set_variable(environment, variable);
    if (path.empty()) {
        const std::string home = home_directory(environment, platform);
        if (home.empty()) return {};
        return home + separator + ".aws" + separator + std::string(name);
    }
    return expand_home(std::move(path), environment, platform);
}

}  // namespace

std::string home_directory(const Environment& environment, Platform platform) {
    if (std::string home = set_variable(environment, names::home.variable); !home.empty()) return home;
    if (platform == Platform::windows) {
        if (std::string home = set_variable(environment, "USERPROFILE"); !home.empty()) return home;
        std::string home = set_variable(environment, "HOMEDRIVE") + set_variable(environment, "HOMEPATH");
        if (!home.empty()) return home;
    }
    return environment.home_directory().value_or(std::string());
}

std::string expand_home(std::string path, const Environment& environment, Platform platform) {
    const char separator = platform == Platform::windows ? '\\' : '/';
    const bool from_home = path.starts_with('~') && (path.size() == 1 || path[1] == '/' || path[1] == separator);
    if (from_home) path.replace(0, 1, home_directory(environment, platform));
    return path;
}

const Section* ProfileFiles::profile(std::string_view name) const {
    const auto found = profiles.find(name);
    return found == profiles.end() ? nullptr : &found->second;
}

void parse_profile_file(FileKind kind, std::string_view text, const std::string& path, ProfileFiles& into) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    Parser parser(kind, path);
    parser.parse(text);
    std::move(parser).merge(into);
}

FileLocations locate_profile_files(const Environment& environment, Platform platform, const NamedFiles& named) {
    return {locate(environment, platform, named.config, names::config_file.variable, "config"),
            locate(environment, platform, named.credentials, names::credentials_file.variable, "credentials")};
}

ProfileFiles load_profile_files(const Environment& environment, const NamedFiles& named) {
    const FileLocations locations = locate_profile_files(environment, this_platform, named);
    ProfileFiles files;
    const WipeOnError guard_files(files);
    files.config_path = locations.config;
    files.credentials_path = locations.credentials;
    const auto read = [&](FileKind kind, const std::string& path) {
        if (path.empty()) return;
        auto text = environment.read_file(path);
        if (!text) return;
        const WipeAtEnd guard(*text);
        parse_profile_file(kind, *text, path, files);
    };
    read(FileKind::config, files.config_path);
    read(FileKind::credentials, files.credentials_path);
    return files;
}

}  // namespace botocraft::config
