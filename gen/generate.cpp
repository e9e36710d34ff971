#include "generate.hpp"

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>

#include "emit.hpp"
#include "files.hpp"
#include "names.hpp"
#include "nearest.hpp"
#include "resolver.hpp"

namespace botocraft::gen {

namespace fs = std::filesystem;

namespace {

// A service and what its plan refers to.
class LoadedService {
  public:
    LoadedService(const std::string& name, const fs::path& specs)
        : facts_(Api::load(specs / "aws" / (name + ".json"))), problems_(overlay_file(name, specs)),
          overlay_(read_overlay(overlay_file(name, specs), problems_)),
          resolver_(facts_, overlay_, problems_) {
        resolver_.resolve_methods();
    }

    void resolve_relations(const OtherServices& others) {
        resolver_.resolve_relations(others);
        problems_.throw_if_any();
    }
    [[nodiscard]] const plan::Service& plan() noexcept { return resolver_.service(); }

    static std::string overlay_file(const std::string& name, const fs::path& specs) {
        return (specs / "models" / (name + ".yaml")).string();
    }

  private:
    // A service without an overlay has no models, only its client.
    static overlay::Overlay read_overlay(const std::string& file, Problems& problems) {
        if (!fs::exists(file)) return {};
        return overlay::read(read_file(file), file, problems);
    }

    Api facts_;
    Problems problems_;
    overlay::Overlay overlay_;
    Resolver resolver_;
};

}  // namespace

Generated generate(const std::string& service, const fs::path& specs) {
    std::map<std::string, std::unique_ptr<LoadedService>> others;
    const OtherServices other = [&](const std::string& name) -> const plan::Service* {
        if (!fs::exists(LoadedService::overlay_file(name, specs))) return nullptr;
        std::unique_ptr<LoadedService>& loaded = others[name];
        if (!loaded) loaded = std::make_unique<LoadedService>(name, specs);
        const plan::Service& found = loaded->plan();
        return found.primary_count() == 0 ? nullptr : &found;
    };
    LoadedService loaded(service, specs);
    loaded.resolve_relations(other);
    const plan::Service& plan = loaded.plan();

    Generated out;
    const std::string include = "include/botocraft/";
    const std::string folder = include + plan.namespace_ + '/';
    out.files.emplace_back(folder + "types.hpp", emit_types(plan));
    out.files.emplace_back(folder + "requests.hpp", emit_requests(plan));
    out.files.emplace_back(folder + "errors.hpp", emit_errors(plan));
    out.files.emplace_back(folder + "arguments.hpp", emit_arguments(plan));
    const std::string relations = emit_relations(plan);
    if (!relations.empty()) out.files.emplace_back(folder + "relations.hpp", relations);
    for (plan::Row row = 0; row < plan.models.size(); ++row) {
        const plan::Model& model = plan.models[row];
        if (model.primary) out.files.emplace_back(folder + snake_case(model.name) + ".hpp", emit_model(plan, row));
    }
    out.files.emplace_back(include + plan.namespace_ + ".hpp", emit_service(plan));
    out.files.emplace_back(folder + "operations.hpp", emit_operations(plan));
    out.files.emplace_back(folder + "client.hpp", emit_client(plan));
    out.files.emplace_back("src/" + plan.namespace_ + ".cpp", emit_tables(plan));
    out.files.emplace_back("src/" + plan.namespace_ + "_client.cpp", emit_client_tables(plan));
    out.left_out = plan.left_out;
    out.models = plan.primary_count();
    out.methods = static_cast<std::size_t>(std::ranges::count(plan.methods, false, &plan::Method::hidden));
    out.relations = plan.relation_count() + plan.left_out.size();
    return out;
}

int generate_command(const std::vector<std::string_view>& arguments, std::ostream& out) {
    constexpr std::string_view usage = "usage: gen generate SERVICE --specs DIR --output DIR\n";
    std::string service;
    fs::path specs;
    fs::path output;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        if (argument == "--help" || argument == "-h") {
            out << usage << "Writes what differs from what is there. `gen vocabulary` explains overlays.\n";
            return 0;
        }
        const bool has_value = i + 1 < arguments.size();
        if (argument == "--specs" && has_value) {
            specs = arguments[++i];
        } else if (argument == "--output" && has_value) {
            output = arguments[++i];
        } else if (service.empty() && !argument.starts_with('-')) {
            service = argument;
        } else {
            std::cerr << "gen generate: `" << argument << "` is not understood. " << usage;
            return 2;
        }
    }
    if (service.empty() || specs.empty() || output.empty()) {
        std::cerr << usage;
        return 2;
    }
    const Generated generated = generate(service, specs);
    FileSet files;
    for (const auto& [path, text] : generated.files) files.add(output / path, text);
    const std::size_t changed = files.commit();
    for (const plan::LeftOut& relation : generated.left_out) {
        std::cerr << LoadedService::overlay_file(service, specs) << ':' << relation.line << ": left out: the relation "
                  << relation.model << '.' << relation.relation << ", because " << relation.service << " has no models\n";
    }
    out << service << ": " << generated.models << " models, " << generated.methods << " methods, " << generated.relations
        << " relations (" << generated.left_out.size() << " left out); " << changed << " of " << generated.files.size()
        << " files changed\n";
    return 0;
}

}  // namespace botocraft::gen
