#include "smithy.hpp"

#include <boost/json/serialize.hpp>

#include <ostream>
#include <set>
#include <utility>

#include "api_model.hpp"
#include "facts.hpp"
#include "files.hpp"
#include "json_text.hpp"
#include "spec_error.hpp"

namespace botocraft::gen {

namespace json = boost::json;

namespace {

using Word = std::pair<std::string_view, std::string_view>;  // Smithy's, and that of the facts

constexpr Word protocols[] = {
    {"aws.protocols#awsJson1_0", "json"},     {"aws.protocols#awsJson1_1", "json"},
    {"aws.protocols#awsQuery", "query"},      {"aws.protocols#ec2Query", "ec2"},
    {"aws.protocols#restJson1", "rest-json"}, {"aws.protocols#restXml", "rest-xml"},
    {"smithy.protocols#rpcv2Cbor", "smithy-rpc-v2-cbor"},
};

constexpr Word types[] = {
    {"structure", "structure"}, {"union", "structure"}, {"document", "structure"}, {"list", "list"},
    {"set", "list"},            {"map", "map"},         {"string", "string"},      {"enum", "string"},
    {"boolean", "boolean"},     {"byte", "integer"},    {"short", "integer"},      {"integer", "integer"},
    {"intEnum", "integer"},     {"long", "long"},       {"bigInteger", "long"},    {"float", "float"},
    {"double", "double"},       {"bigDecimal", "double"}, {"timestamp", "timestamp"}, {"blob", "blob"},
};

// Shapes that Smithy itself has; Unit stands for no shape at all.
constexpr Word prelude[] = {
    {"String", "string"},   {"Boolean", "boolean"}, {"Byte", "integer"},        {"Short", "integer"},
    {"Integer", "integer"}, {"Long", "long"},       {"BigInteger", "long"},     {"Float", "float"},
    {"Double", "double"},   {"BigDecimal", "double"}, {"Timestamp", "timestamp"}, {"Blob", "blob"},
    {"Document", "structure"}, {"PrimitiveBoolean", "boolean"}, {"PrimitiveInteger", "integer"},
    {"PrimitiveLong", "long"}, {"PrimitiveFloat", "float"}, {"PrimitiveDouble", "double"},
};

// Traits that say all by being there.
constexpr Word flags[] = {
    {"sparse", "sparse"},
    {"sensitive", "sensitive"},
    {"streaming", "streaming"},
    {"requiresLength", "requiresLength"},
    {"xmlFlattened", "flattened"},
    {"xmlAttribute", "xmlAttribute"},
    {"idempotencyToken", "idempotencyToken"},
    {"hostLabel", "hostLabel"},
};

// Where a member travels, and what it is called there.
constexpr Word locations[] = {
    {"httpHeader", "header"},          {"httpPrefixHeaders", "headers"}, {"httpLabel", "uri"},
    {"httpQuery", "querystring"},      {"httpQueryParams", "querystring"}, {"httpResponseCode", "statusCode"},
};

constexpr Word timestamp_formats[] = {
    {"date-time", "iso8601"}, {"http-date", "rfc822"}, {"epoch-seconds", "unixTimestamp"}};

template <std::size_t N>
std::string_view find(const Word (&words)[N], std::string_view word) noexcept {
    for (const auto& [key, meaning] : words) {
        if (key == word) return meaning;
    }
    return {};
}

// `Metric` of `com.amazonaws.cloudwatch#Metric`.
std::string_view local_name(std::string_view id) noexcept { return id.substr(id.find('#') + 1); }

class SmithyReader {
  public:
    SmithyReader(const json::value& model, std::string_view name, const std::string& file)
        : file_(file), name_(name), shapes_(object(object(model, "the model").at("shapes"), "shapes")) {}

    json::object facts() {
        find_service();
        find_operations(*service_);
        json::object operations;
        for (const std::string& id : operations_) {
            operations.emplace(local_name(id), operation(local_name(id), shape(id)));
        }
        json::object shapes;
        for (const auto& [id, facts] : shapes_) {
            const std::string_view type = find(types, text(facts.at("type")));
            if (!type.empty()) shapes.emplace(local_name(id), data_shape(type, object(facts, id)));
        }
        for (const std::string_view own : prelude_) {
            json::object facts{{"type", find(prelude, own)}};
            if (own == "Document") facts.emplace("document", true);
            shapes.emplace(prelude_name(own), std::move(facts));
        }
        return {{"service", name_}, {"metadata", metadata()}, {"operations", std::move(operations)},
                {"shapes", std::move(shapes)}};
    }

  private:
    [[noreturn]] void fail(const std::string& problem) const { throw SpecError({file_}, problem); }

    const json::object& object(const json::value& value, std::string_view what) const {
        if (const json::object* const found = value.if_object()) return *found;
        fail('`' + std::string(what) + "` is not an object");
    }
    std::string_view text(const json::value& value) const {
        if (const json::string* const found = value.if_string()) return *found;
        fail("expected a string, found " + json::serialize(value));
    }
    const json::object& shape(std::string_view id) const {
        if (const json::value* const found = shapes_.if_contains(id)) return object(*found, id);
        fail("no shape `" + std::string(id) + '`');
    }
    static const json::object& traits(const json::object& of) {
        static const json::object none;
        const json::value* const found = of.if_contains("traits");
        return found && found->is_object() ? found->get_object() : none;
    }
    static const json::value* trait(const json::object& of, std::string_view name) {
        return traits(of).if_contains("smithy.api#" + std::string(name));
    }

    // --- the service -------------------------------------------------------------------------------------------------

    void find_service() {
        for (const auto& [id, facts] : shapes_) {
            if (text(facts.at("type")) != "service") continue;
            if (service_) fail("there is more than one service in it");
            service_ = &object(facts, id);
            service_name_ = local_name(id);
        }
        if (!service_) fail("there is no service in it");
        for (const auto& [key, meaning] : protocols) {
            if (!traits(*service_).contains(key)) continue;
            if (protocol_.empty()) protocol_ = meaning;
            if (key == "aws.protocols#awsJson1_0") json_version_ = "1.0";
            if (key == "aws.protocols#awsJson1_1") json_version_ = "1.1";
            protocols_.emplace_back(meaning);
        }
        if (protocol_.empty()) fail("the service speaks no protocol that is known");
    }

    // A service has operations, and so have its resources, and theirs.
    void find_operations(const json::object& of) {
        for (const std::string_view key : {"create", "put", "read", "update", "delete", "list"}) {
            if (const json::value* const one = of.if_contains(key)) operations_.emplace(target(*one));
        }
        for (const std::string_view key : {"operations", "collectionOperations"}) {
            if (const json::value* const several = of.if_contains(key)) {
                for (const json::value& one : several->as_array()) operations_.emplace(target(one));
            }
        }
        if (const json::value* const resources = of.if_contains("resources")) {
            for (const json::value& one : resources->as_array()) find_operations(shape(target(one)));
        }
    }
    std::string_view target(const json::value& reference) const { return text(object(reference, "target").at("target")); }

    json::object metadata() const {
        json::object to{{"apiVersion", service_->at("version")}, {"protocol", protocol_}, {"protocols", protocols_},
                        {"targetPrefix", service_name_}};
        if (!json_version_.empty()) to.emplace("jsonVersion", json_version_);
        if (const json::value* const service = traits(*service_).if_contains("aws.api#service")) {
            to.emplace("serviceId", service->at("sdkId"));
        }
        if (const json::value* const signing = traits(*service_).if_contains("aws.auth#sigv4")) {
            to.emplace("signingName", signing->at("name"));
            to.emplace("endpointPrefix", signing->at("name"));
        }
        if (const json::value* const space = trait(*service_, "xmlNamespace")) {
            to.emplace("xmlNamespace", space->at("uri"));
        }
        return to;
    }

    // --- operations --------------------------------------------------------------------------------------------------

    [[nodiscard]] bool is_rest() const noexcept { return protocol_.starts_with("rest"); }

    json::object operation(std::string_view name, const json::object& from) {
        json::object to{{"name", name}, {"http", http(from)}};
        if (json::object input = body(from, "input"); !input.empty()) {
            if (protocol_ == "rest-xml") {
                input.emplace("locationName", input.at("shape"));
                if (const json::value* const space = trait(*service_, "xmlNamespace")) {
                    input.emplace("xmlNamespace", *space);
                }
            }
            to.emplace("input", std::move(input));
        }
        if (json::object output = body(from, "output"); !output.empty()) {
            if (protocol_ == "query") output.emplace("resultWrapper", std::string(name) + "Result");
            to.emplace("output", std::move(output));
        }
        if (const json::value* const errors = from.if_contains("errors")) {
            json::array all;
            for (const json::value& error : errors->as_array()) {
                all.push_back(json::object{{"shape", local_name(target(error))}});
            }
            to.emplace("errors", std::move(all));
        }
        if (trait(from, "readonly")) to.emplace("readonly", true);
        if (trait(from, "idempotent")) to.emplace("idempotent", true);
        if (trait(from, "httpChecksumRequired")) to.emplace("httpChecksumRequired", true);
        if (const json::value* const endpoint = trait(from, "endpoint")) to.emplace("endpoint", *endpoint);
        return to;
    }
    json::object http(const json::object& from) const {
        const json::value* const bound = trait(from, "http");
        if (!is_rest() || !bound) return {{"method", "POST"}, {"requestUri", "/"}};
        return {{"method", bound->at("method")}, {"requestUri", bound->at("uri")}};
    }
    json::object body(const json::object& operation, std::string_view key) const {
        const json::value* const reference = operation.if_contains(key);
        if (!reference || target(*reference) == "smithy.api#Unit") return {};
        return {{"shape", local_name(target(*reference))}};
    }

    // --- shapes ------------------------------------------------------------------------------------------------------

    json::object data_shape(std::string_view type, const json::object& from) {
        json::object to{{"type", type}};
        const std::string_view own = text(from.at("type"));
        if (own == "union") to.emplace("union", true);
        if (own == "document") to.emplace("document", true);
        if (trait(from, "error")) to.emplace("exception", true);
        shared_traits(from, to);
        if (const json::value* const name = trait(from, "xmlName")) to.emplace("locationName", *name);
        if (type == "list") {
            to.emplace("member", reference(object(from.at("member"), "member")));
        } else if (type == "map") {
            to.emplace("key", reference(object(from.at("key"), "key")));
            to.emplace("value", reference(object(from.at("value"), "value")));
        } else if (own == "enum") {
            json::array values;
            for (const auto& [name, value] : members(from)) {
                const json::value* const given = trait(object(value, name), "enumValue");
                values.push_back(given ? *given : json::value(name));
            }
            to.emplace("enum", std::move(values));
        } else if (type == "structure" && own != "document") {
            add_members(from, to);
        }
        return to;
    }
    static const json::object& members(const json::object& of) {
        static const json::object none;
        const json::value* const found = of.if_contains("members");
        return found ? found->as_object() : none;
    }
    void add_members(const json::object& from, json::object& to) {
        json::object all;
        json::array required;
        for (const auto& [name, value] : members(from)) {
            const json::object& facts = object(value, name);
            if (trait(facts, "required")) required.push_back(json::value(name));
            if (trait(facts, "httpPayload")) to.emplace("payload", name);
            json::object made = reference(facts);
            locate(name, facts, made);
            all.emplace(name, std::move(made));
        }
        if (!required.empty()) to.emplace("required", std::move(required));
        to.emplace("members", std::move(all));
    }
    json::object reference(const json::object& from) {
        json::object to{{"shape", shape_name(text(from.at("target")))}};
        shared_traits(from, to);
        if (const json::value* const name = trait(from, "xmlName")) to.emplace("locationName", *name);
        if (const json::value* const name = trait(from, "jsonName"); name && protocol_ == "rest-json") {
            to.insert_or_assign("locationName", *name);
        }
        if (const json::value* const name = traits(from).if_contains("aws.protocols#ec2QueryName")) {
            to.emplace("queryName", *name);
        }
        return to;
    }
    // Where the member travels, if not in the body.
    void locate(std::string_view name, const json::object& from, json::object& to) const {
        if (!is_rest()) return;
        for (const auto& [key, location] : locations) {
            const json::value* const bound = trait(from, key);
            if (!bound) continue;
            to.emplace("location", location);
            to.insert_or_assign("locationName", bound->is_string() ? *bound : json::value(name));
        }
    }
    void shared_traits(const json::object& from, json::object& to) const {
        for (const auto& [key, meaning] : flags) {
            if (trait(from, key)) to.emplace(meaning, true);
        }
        if (const json::value* const format = trait(from, "timestampFormat")) {
            to.emplace("timestampFormat", find(timestamp_formats, text(*format)));
        }
        if (const json::value* const space = trait(from, "xmlNamespace")) to.emplace("xmlNamespace", *space);
    }

    // A shape of Smithy's own gets a name that no shape of the model has.
    static std::string prelude_name(std::string_view own) { return "Smithy" + std::string(own); }
    std::string shape_name(std::string_view id) {
        if (!id.starts_with("smithy.api#")) return std::string(local_name(id));
        if (find(prelude, local_name(id)).empty()) fail("no shape `" + std::string(id) + '`');
        prelude_.insert(local_name(id));
        return prelude_name(local_name(id));
    }

    const std::string& file_;
    std::string_view name_;
    const json::object& shapes_;
    const json::object* service_ = nullptr;
    std::string_view service_name_;
    std::string_view protocol_;      // the first one of those
    std::string_view json_version_;
    json::array protocols_;
    std::set<std::string, std::less<>> operations_;
    std::set<std::string_view> prelude_;  // those that the model uses
};

}  // namespace

json::object facts_of_smithy(const json::value& model, std::string_view name, const std::string& file) {
    return SmithyReader(model, name, file).facts();
}

int smithy_command(const std::vector<std::string_view>& arguments, std::ostream& out) {
    if (arguments.size() != 3 || arguments.front().starts_with("--")) {
        out << "usage: gen smithy MODEL_JSON SERVICE OUTPUT_JSON\n\n"
               "Writes the API facts of the one service in the JSON AST of a Smithy model.\n";
        return arguments.size() == 1 && arguments.front() == "--help" ? 0 : 2;
    }
    const std::string input(arguments[0]);
    const std::string output(arguments[2]);
    const json::object facts = facts_of_smithy(parse_json(read_file(input), input), arguments[1], input);
    std::string text = facts::service_text(facts);
    static_cast<void>(Api::from_json(facts, output, text));  // what it cannot read is not written
    write_if_changed(output, text);
    return 0;
}

}  // namespace botocraft::gen
