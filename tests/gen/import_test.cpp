#include "import.hpp"

#include <sstream>

#include "api_model.hpp"
#include "catch.hpp"
#include "spec_error.hpp"
#include "temp_dir.hpp"

using botocraft::gen::Api;
using botocraft::gen::import_botocore;
using botocraft::gen::ImportOptions;
using botocraft::gen::ImportResult;
using botocraft::gen::SpecError;
using test::TempDir;

namespace {

// Its members carry the names of the keys that are prose elsewhere.
constexpr const char* service_text = R"({
  "version": "2.0",
  "metadata": {"apiVersion": "2020-02-02", "endpointPrefix": "pets", "protocol": "json", "protocols": ["json"],
               "jsonVersion": "1.1", "serviceId": "Pets", "signatureVersion": "v4"},
  "documentation": "<p>PROSE</p>",
  "operations": {
    "ListPets": {
      "name": "ListPets", "http": {"method": "POST", "requestUri": "/"}, "documentation": "PROSE",
      "input": {"shape": "ListPetsRequest", "documentation": "PROSE"}, "output": {"shape": "ListPetsResponse"},
      "errors": [{"shape": "NoSuchPet", "documentation": "PROSE"}],
      "deprecated": true, "deprecatedMessage": "PROSE"
    }
  },
  "shapes": {
    "Zebra": {"type": "string", "max": 1.5, "min": 0, "documentation": "PROSE"},
    "ListPetsRequest": {"type": "structure", "members": {
      "zeta": {"shape": "Zebra", "documentation": "PROSE"},
      "documentation": {"shape": "Zebra", "documentation": "PROSE"},
      "examples": {"shape": "Zebra"},
      "members": {"shape": "Zebra", "documentation": "PROSE"},
      "NextToken": {"shape": "Zebra"}}},
    "ListPetsResponse": {"type": "structure", "members": {
      "NextToken": {"shape": "Zebra"}, "Pets": {"shape": "Zebras"}}},
    "Zebras": {"type": "list", "member": {"shape": "Zebra", "documentation": "PROSE"}},
    "NoSuchPet": {"type": "structure", "members": {}, "exception": true}
  }
})";

constexpr const char* extras_text = R"({"version": 1.0, "merge": {"shapes": {
  "ListPetsRequest": {"members": {"Added": {"shape": "Zebra", "documentation": "PROSE"}}},
  "Zebra": {"type": "timestamp"}}}})";

constexpr const char* pagination_text = R"({"pagination": {"ListPets":
  {"input_token": "NextToken", "output_token": "NextToken", "result_key": ["Pets"]}}})";

constexpr const char* waiters_text = R"({"version": 2, "waiters": {"PetsThere": {"description": "PROSE", "delay": 5,
  "maxAttempts": 7, "operation": "ListPets", "acceptors": [
    {"matcher": "path", "argument": "Pets", "expected": true, "state": "success"}]}}})";

constexpr const char* rules_text = R"({"version": "1.0",
  "parameters": {"Region": {"type": "string", "documentation": "PROSE"}},
  "rules": [{"conditions": [], "documentation": "PROSE", "endpoint": {"url": "https://pets"}, "type": "endpoint"}]})";

// A release with one service, `pets`, and an older version of it that nobody must read.
std::map<std::string, std::string> release(const std::string& version = "1.2.3") {
    const std::string pets = "botocore/data/pets/2020-02-02/";
    return {
        {"botocore/__init__.py", "import os\n\n__version__ = '" + version + "'\n"},
        {"botocore/data/partitions.json",
         R"({"partitions": [{"id": "aws", "regions": {"x-1": {"description": "X"}}}]})"},
        {"botocore/data/sdk-default-configuration.json", R"({"version": 1, "documentation": {"base": "PROSE"}})"},
        {"botocore/data/pets/2010-01-01/service-2.json", "not even JSON"},
        {"botocore/data/pets/2030-01-01/examples-1.json", "{}"},
        {pets + "service-2.json", service_text},
        {pets + "service-2.sdk-extras.json", extras_text},
        {pets + "paginators-1.json", pagination_text},
        {pets + "paginators-1.sdk-extras.json",
         R"({"merge": {"pagination": {"ListPets": {"non_aggregate_keys": ["Owner"]}}}})"},
        {pets + "waiters-2.json", waiters_text},
        {pets + "endpoint-rule-set-1.json", rules_text},
    };
}

constexpr const char* service_file = "botocore/data/pets/2020-02-02/service-2.json";

// A folder with a release and specs that pin it.
struct Setup {
    Setup() {
        unpack(release());
        test::write(options.specs / "botocore.version", "1.2.3\n");
        test::write(options.specs / "services.txt", "# what we import\n\n  pets  \n");
    }

    void unpack(const std::map<std::string, std::string>& files) const {
        for (const auto& [name, text] : files) test::write(folder / "site/" / name, text);
    }

    [[nodiscard]] std::map<std::string, std::string> written() const { return test::read_all(options.specs / "aws"); }

    TempDir folder;
    ImportOptions options{folder / "site", folder / "specs", {}, {}, false};
};

std::string error_of(const ImportOptions& options) {
    try {
        import_botocore(options);
    } catch (const SpecError& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

TEST_CASE("import keeps facts and drops prose, but not members that are called like prose") {
    const Setup setup;
    const ImportResult result = import_botocore(setup.options);
    CHECK(result.files == 3);
    CHECK(result.warnings.empty());
    const auto files = setup.written();
    REQUIRE(files.size() == 3);
    for (const auto& [name, text] : files) {
        INFO(name);
        CHECK(text.find("PROSE") == std::string::npos);
        CHECK(text.starts_with("{\n\"botocore\":\"1.2.3\""));
    }
    const std::string& pets = files.at("pets.json");
    CHECK_THAT(pets, has_text("\n\"ListPetsRequest\":{\"type\":\"structure\",\"members\":{"
                              "\"zeta\":{\"shape\":\"Zebra\"},"
                              "\"documentation\":{\"shape\":\"Zebra\"},\"examples\":{\"shape\":\"Zebra\"},"
                              "\"members\":{\"shape\":\"Zebra\"},\"NextToken\":{\"shape\":\"Zebra\"},"
                              "\"Added\":{\"shape\":\"Zebra\"}}},\n"));
    CHECK_THAT(files.at("partitions.json"), has_text("\"x-1\":{\"description\":\"X\"}"));
}

TEST_CASE("import merges the sdk extras of every kind of file") {
    const Setup setup;
    import_botocore(setup.options);
    const std::string pets = setup.written().at("pets.json");
    CHECK_THAT(pets, has_text("\"Zebra\":{\"type\":\"timestamp\",\"max\":1.5,\"min\":0}"));
    CHECK_THAT(pets, has_text("\"non_aggregate_keys\":[\"Owner\"]"));
    const Api api = Api::load(setup.options.specs / "aws" / "pets.json");
    CHECK(api.shape("ListPetsRequest").find_member("Added"));
    CHECK(api.find_paginator("ListPets")->non_aggregate_keys == std::vector<std::string>{"Owner"});
}

TEST_CASE("a second import changes nothing, whether from a folder, from gzipped files or from a wheel") {
    const Setup setup;
    CHECK(import_botocore(setup.options).changed == 3);
    const auto files = setup.written();
    const auto time = test::fs::last_write_time(setup.options.specs / "aws" / "pets.json");
    CHECK(import_botocore(setup.options).changed == 0);
    CHECK(test::fs::last_write_time(setup.options.specs / "aws" / "pets.json") == time);

    ImportOptions options = setup.options;
    options.output = setup.folder / "from-gzip";
    test::fs::remove(setup.folder / "site" / service_file);
    test::pack(setup.folder / "site" / (std::string(service_file) + ".gz"), {{"data", service_text}}, true);
    CHECK(import_botocore(options).changed == 3);
    CHECK(test::read_all(options.output) == files);

    options.output = setup.folder / "from-wheel";
    options.botocore = setup.folder / "botocore.whl";
    test::pack(options.botocore, release());
    CHECK(import_botocore(options).changed == 3);
    CHECK(test::read_all(options.output) == files);

    options.output = setup.folder / "from-package";
    options.botocore = setup.folder / "site/botocore";
    CHECK(import_botocore(options).changed == 3);
    CHECK(test::read_all(options.output) == files);
}

TEST_CASE("another release than the pinned one is refused, unless the pin is to move") {
    Setup setup;
    import_botocore(setup.options);
    const auto before = test::read_all(setup.options.specs);
    setup.unpack(release("1.2.4"));
    CHECK_THAT(error_of(setup.options), has_text("pins botocore 1.2.3, but this is 1.2.4") &&
                                                has_text("--version-change"));
    CHECK(test::read_all(setup.options.specs) == before);

    setup.options.version_change = true;
    setup.options.services = {"pets"};
    CHECK_THAT(error_of(setup.options), has_text("two releases"));
    setup.options.services.clear();
    test::write(setup.options.specs / "aws" / "old.json", "{}");
    const ImportResult result = import_botocore(setup.options);
    CHECK(result.changed == 4);  // the three files and the pin
    CHECK(test::read(setup.options.specs / "botocore.version") == "1.2.4\n");
    REQUIRE(result.warnings.size() == 1);
    CHECK_THAT(result.warnings[0], has_text("old.json"));

    setup.options.version_change = false;
    test::fs::remove(setup.options.specs / "botocore.version");
    CHECK_THAT(error_of(setup.options), has_text("botocore.version: is missing"));
}

TEST_CASE("an import that fails leaves every file as it was and nothing beside") {
    Setup setup;
    import_botocore(setup.options);
    const auto before = test::read_all(setup.options.specs);

    SECTION("broken JSON is named by file and line") {
        setup.unpack({{"botocore/data/pets/2020-02-02/waiters-2.json", "{\n\"waiters\": {\n oops"}});
        CHECK_THAT(error_of(setup.options), has_text("waiters-2.json:3: not valid JSON"));
    }
    SECTION("a reference to a shape that does not exist") {
        std::string text = service_text;
        text.replace(text.find("\"Zebras\"}}}"), 8, "\"Zebrras\"");
        setup.unpack({{service_file, text}, {"botocore/data/partitions.json", "{\"changed\": true}"}});
        CHECK_THAT(error_of(setup.options),
                   has_text("`ListPetsResponse`: no shape `Zebrras` (did you mean `Zebras`?)"));
    }
    SECTION("a service that botocore does not have") {
        setup.options.services = {"pet"};
        CHECK_THAT(error_of(setup.options), has_text("no service `pet` (did you mean `pets`?)"));
    }
    SECTION("a service that is a path") {
        setup.options.services = {"../data/pets"};
        CHECK_THAT(error_of(setup.options), has_text("no service"));
    }
    SECTION("no shared file") {
        test::fs::remove(setup.folder / "site/botocore/data/partitions.json");
        CHECK_THAT(error_of(setup.options), has_text("partitions.json: is missing"));
    }
    SECTION("no version") {
        setup.unpack({{"botocore/__init__.py", "version = 1\n"}});
        CHECK_THAT(error_of(setup.options), has_text("which version"));
    }
    SECTION("a file that cannot be written, after others that could") {
        setup.unpack({{"botocore/data/partitions.json", R"({"partitions": []})"}});
        test::fs::create_directories(setup.options.specs / "aws" / "sdk-default-configuration.json.new");
        test::write(setup.options.specs / "aws" / "sdk-default-configuration.json", "{}");
        const auto spoilt = test::read_all(setup.options.specs);
        CHECK_THAT(error_of(setup.options), has_text("cannot be written"));
        CHECK(test::read_all(setup.options.specs) == spoilt);
        return;
    }
    CHECK(test::read_all(setup.options.specs) == before);
}

TEST_CASE("a damaged archive is an error that names it") {
    Setup setup;
    SECTION("not an archive at all") {
        setup.options.botocore = setup.folder / "botocore.whl";
        test::write(setup.options.botocore, "<html>not found</html>");
        CHECK_THAT(error_of(setup.options), has_text("botocore.whl") && has_text("damaged or not one"));
    }
    SECTION("a wheel cut short") {
        setup.options.botocore = setup.folder / "botocore.whl";
        test::pack(setup.options.botocore, release());
        test::fs::resize_file(setup.options.botocore, test::fs::file_size(setup.options.botocore) / 2);
        CHECK_THAT(error_of(setup.options), has_text("botocore.whl") && !has_text("no error"));
    }
    SECTION("a wheel with flipped bits in a file") {
        setup.options.botocore = setup.folder / "botocore.whl";
        test::pack(setup.options.botocore, release());
        std::string bytes = test::read(setup.options.botocore);
        bytes[bytes.find(service_file) + 200] ^= 4;  // the first place is the header before the file's data
        test::write(setup.options.botocore, bytes);
        CHECK_THAT(error_of(setup.options), has_text("service-2.json: the archive is damaged"));
    }
    SECTION("a wheel of something else") {
        setup.options.botocore = setup.folder / "other.whl";
        test::pack(setup.options.botocore, {{"other/__init__.py", "__version__ = '1.2.3'"}});
        CHECK_THAT(error_of(setup.options), has_text("is not a wheel of botocore"));
    }
    SECTION("a folder of something else") {
        setup.options.botocore = setup.folder / "specs";
        CHECK_THAT(error_of(setup.options), has_text("is not an unpacked botocore"));
    }
    SECTION("nothing there") {
        setup.options.botocore = setup.folder / "nowhere.whl";
        CHECK_THAT(error_of(setup.options), has_text("nowhere.whl: does not exist"));
    }
    SECTION("gzip") {
        const test::fs::path file = setup.folder / "site" / (std::string(service_file) + ".gz");
        test::fs::remove(setup.folder / "site" / service_file);
        test::pack(file, {{"data", service_text}}, true);
        std::string bytes = test::read(file);
        SECTION("cut short") { bytes.resize(bytes.size() / 2); }
        SECTION("without its trailer") { bytes.resize(bytes.size() - 8); }
        SECTION("with a wrong checksum") { bytes[bytes.size() - 6] ^= 1; }
        SECTION("with a wrong size") { bytes[bytes.size() - 1] ^= 1; }
        SECTION("not gzip") { bytes = service_text; }
        SECTION("empty") { bytes.clear(); }
        test::write(file, bytes);
        CHECK_THAT(error_of(setup.options), has_text("service-2.json.gz: the archive is damaged"));
    }
}

TEST_CASE("the import command names what is wrong with its arguments") {
    const Setup setup;
    std::ostringstream out;
    const auto run = [&](const std::vector<std::string_view>& arguments) {
        return botocraft::gen::import_command(arguments, out);
    };
    CHECK(run({"--help"}) == 0);
    CHECK_THAT(out.str(), has_text("--version-change"));
    CHECK_THROWS_WITH(run({}), has_text("which botocore?"));
    CHECK_THROWS_WITH(run({"a", "b"}), has_text("more than one"));
    CHECK_THROWS_WITH(run({"a", "--service"}), has_text("--service needs a value"));
    CHECK_THROWS_WITH(run({"a", "--servce", "x"}), has_text("did you mean `--service`?"));

    const std::string site = setup.options.botocore.string();
    const std::string specs = setup.options.specs.string();
    out.str({});
    CHECK(run({site, "--specs", specs, "--service", "pets"}) == 0);
    CHECK_THAT(out.str(), has_text("botocore 1.2.3: 1 files") && has_text("1 changed"));
    CHECK(setup.written().size() == 1);
}
