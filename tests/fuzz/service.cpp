#include "service.hpp"

#include <array>
#include <charconv>

namespace fuzz {

namespace {

constexpr std::string_view shapes = R"json({
"String":{"type":"string"},"Integer":{"type":"integer"},"Long":{"type":"long"},"Float":{"type":"float"},
"Double":{"type":"double"},"Boolean":{"type":"boolean"},"Blob":{"type":"blob"},"Time":{"type":"timestamp"},
"Epoch":{"type":"timestamp","timestampFormat":"unixTimestamp"},
"Http":{"type":"timestamp","timestampFormat":"rfc822"},
"Document":{"type":"structure","members":{},"document":true},
"Secret":{"type":"string","sensitive":true},
"Strings":{"type":"list","member":{"shape":"String","locationName":"item"}},
"Numbers":{"type":"list","member":{"shape":"Integer"}},
"Times":{"type":"list","member":{"shape":"Time"}},
"Booleans":{"type":"list","member":{"shape":"Boolean"}},
"Sparse":{"type":"list","member":{"shape":"String"},"sparse":true},
"Matrix":{"type":"list","member":{"shape":"Numbers"}},
"Flat":{"type":"list","member":{"shape":"Node","locationName":"flatItem"},"flattened":true},
"Labels":{"type":"map","key":{"shape":"String"},"value":{"shape":"String"}},
"Flags":{"type":"map","key":{"shape":"String","locationName":"K"},"value":{"shape":"Integer","locationName":"V"},
         "flattened":true},
"Groups":{"type":"map","key":{"shape":"String"},"value":{"shape":"Strings"}},
"Nodes":{"type":"list","member":{"shape":"Node"}},
"Node":{"type":"structure","xmlNamespace":"urn:node","members":{"name":{"shape":"String","xmlAttribute":true},
        "weight":{"shape":"Double"},"next":{"shape":"Node"},"children":{"shape":"Nodes"}}},
"Choice":{"type":"structure","union":true,"members":{"text":{"shape":"String"},"number":{"shape":"Long"},
          "node":{"shape":"Node"},"many":{"shape":"Strings"}}},
"Text":{"type":"structure","members":{"content":{"shape":"String"}},"payload":"content"},
"Bytes":{"type":"structure","members":{"content":{"shape":"Blob"},"type":
         {"shape":"String","location":"header","locationName":"Content-Type"}},"payload":"content"},
"Any":{"type":"structure","members":{"content":{"shape":"Document"}},"payload":"content"},
"Whole":{"type":"structure","members":{"content":{"shape":"Node","locationName":"Root"},"kind":
         {"shape":"String","location":"header","locationName":"x-kind"}},"payload":"content"},
"Body":{"type":"structure","members":{
    "flag":{"shape":"Boolean"},"integer":{"shape":"Integer"},"longer":{"shape":"Long"},"single":{"shape":"Float"},
    "real":{"shape":"Double"},"text":{"shape":"String","locationName":"Text"},"secret":{"shape":"Secret"},
    "time":{"shape":"Time"},"epoch":{"shape":"Epoch"},"httpDate":{"shape":"Http"},"data":{"shape":"Blob"},
    "strings":{"shape":"Strings"},"sparse":{"shape":"Sparse"},"matrix":{"shape":"Matrix"},"flat":{"shape":"Flat"},
    "labels":{"shape":"Labels"},"flags":{"shape":"Flags"},"groups":{"shape":"Groups"},"node":{"shape":"Node"},
    "choice":{"shape":"Choice"}}},
"Headers":{"type":"structure","members":{
    "status":{"shape":"Integer","location":"statusCode"},
    "text":{"shape":"String","location":"header","locationName":"X-Text"},
    "flag":{"shape":"Boolean","location":"header","locationName":"X-Flag"},
    "number":{"shape":"Long","location":"header","locationName":"X-Number"},
    "real":{"shape":"Double","location":"header","locationName":"X-Real"},
    "time":{"shape":"Time","location":"header","locationName":"X-Time"},
    "epoch":{"shape":"Epoch","location":"header","locationName":"X-Epoch"},
    "data":{"shape":"Blob","location":"header","locationName":"X-Data"},
    "list":{"shape":"Strings","location":"header","locationName":"X-List"},
    "numbers":{"shape":"Numbers","location":"header","locationName":"X-Numbers"},
    "times":{"shape":"Times","location":"header","locationName":"X-Times"},
    "json":{"shape":"String","location":"header","locationName":"X-Json","jsonvalue":true},
    "meta":{"shape":"Labels","location":"headers","locationName":"x-meta-"},
    "inBody":{"shape":"String"},"node":{"shape":"Node"}}},
"Address":{"type":"structure","members":{
    "id":{"shape":"String","location":"uri","locationName":"id"},
    "time":{"shape":"Time","location":"uri","locationName":"time"},
    "rest":{"shape":"String","location":"uri","locationName":"rest"},
    "query":{"shape":"String","location":"querystring","locationName":"q"},
    "number":{"shape":"Integer","location":"querystring","locationName":"n"},
    "strings":{"shape":"Strings","location":"querystring","locationName":"s"},
    "times":{"shape":"Times","location":"querystring","locationName":"t"},
    "others":{"shape":"Groups","location":"querystring"},
    "list":{"shape":"Strings","location":"header","locationName":"X-List"},
    "flags":{"shape":"Booleans","location":"header","locationName":"X-Flags"},
    "meta":{"shape":"Labels","location":"headers","locationName":"x-meta-"},
    "inBody":{"shape":"Integer"}}},
"Problem":{"type":"structure","exception":true,"members":{"message":{"shape":"String"},
    "Code":{"shape":"String"},"details":{"shape":"Nodes"},"count":{"shape":"Integer"},
    "header":{"shape":"Integer","location":"header","locationName":"X-Problem"}}}
})json";

struct Row {
    std::string_view name;
    std::string_view shape;
    std::string_view uri;
};
constexpr Row bodies[] = {{"PutBody", "Body", "/bodies?kind=body"}};
constexpr Row bound[] = {{"PutBody", "Body", "/bodies?kind=body"},     {"PutText", "Text", "/texts"},
                         {"PutBytes", "Bytes", "/bytes"},              {"PutWhole", "Whole", "/wholes"},
                         {"PutHeaders", "Headers", "/headers"},        {"PutAddress", "Address", "/a/{id}/{time}/{rest+}"}};
constexpr Row document{"PutAny", "Any", "/any"};

std::string_view name_of(Protocol protocol) {
    switch (protocol) {
        case Protocol::json_1_0:
        case Protocol::json_1_1: return "json";
        case Protocol::query: return "query";
        case Protocol::ec2: return "ec2";
        case Protocol::rest_json: return "rest-json";
        case Protocol::rest_xml: return "rest-xml";
        case Protocol::cbor: return "smithy-rpc-v2-cbor";
    }
    return {};
}

boost::json::value to_case(const Row& row) {
    const std::string shape(row.shape);
    return {{"given",
             {{"name", std::string(row.name)},
              {"http", {{"method", "POST"}, {"requestUri", std::string(row.uri)}}},
              {"input", {{"shape", shape}}},
              {"output", {{"shape", shape}}}}}};
}

}  // namespace

Service::Service(Protocol protocol) {
    boost::json::array cases;
    const bool rest = protocol == Protocol::rest_json || protocol == Protocol::rest_xml;
    for (const Row& row : rest ? std::span<const Row>(bound) : std::span<const Row>(bodies)) {
        cases.push_back(to_case(row));
    }
    if (protocol == Protocol::rest_json) cases.push_back(to_case(document));
    description_ = {{"metadata",
                     {{"protocol", std::string(name_of(protocol))},
                      {"jsonVersion", protocol == Protocol::json_1_0 ? "1.0" : "1.1"},
                      {"targetPrefix", "Fuzz"},
                      {"apiVersion", "2020-01-01"}}},
                    {"shapes", boost::json::parse({shapes.data(), shapes.size()})},
                    {"cases", std::move(cases)}};
    schema_ = std::make_unique<conformance::RuntimeSchema>(description_);
    const boost::json::object& metadata = description_.at("metadata").as_object();
    for (const auto& each : description_.at("cases").as_array()) {
        operations_.push_back(
            std::make_unique<conformance::RuntimeService>(*schema_, metadata, each.at("given").as_object()));
    }
}

const Service& service_of(Protocol protocol) {
    static const std::array<Service, 7> services{
        Service(Protocol::json_1_0),  Service(Protocol::json_1_1), Service(Protocol::query), Service(Protocol::ec2),
        Service(Protocol::rest_json), Service(Protocol::rest_xml), Service(Protocol::cbor)};
    return services[static_cast<std::size_t>(protocol)];
}

Parts split_message(std::string_view bytes) {
    const auto take_line = [&bytes] {
        const std::string_view line = bytes.substr(0, bytes.find('\n'));
        bytes.remove_prefix(std::min(bytes.size(), line.size() + 1));
        return line;
    };
    Parts parts;
    parts.line = take_line();
    while (!bytes.empty()) {
        const std::string_view line = take_line();
        if (line.empty()) break;
        const std::size_t colon = std::min(line.find(':'), line.size());
        std::string name(line.substr(0, colon));
        for (char& c : name) {
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
        }
        parts.headers.emplace_back(std::move(name), std::string(line.substr(std::min(colon + 1, line.size()))));
    }
    parts.body = bytes;
    return parts;
}

}  // namespace fuzz
