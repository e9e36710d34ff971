#pragma once
// The fuzz targets by name. Each takes any bytes, and ends the run where a claim does not hold.

#include <string_view>

namespace fuzz {

void json(std::string_view bytes);
void json_reference(std::string_view bytes);  // ..._reference: the same is accepted as by another implementation
void xml(std::string_view bytes);
void xml_reference(std::string_view bytes);
void query(std::string_view bytes);
void cbor(std::string_view bytes);
void eventstream(std::string_view bytes);
void events(std::string_view bytes);
void from_json(std::string_view bytes);
void lists_reference(std::string_view bytes);  // query strings, forms and lists in headers
void timestamps(std::string_view bytes);
void timestamps_reference(std::string_view bytes);
void base64(std::string_view bytes);
void numbers(std::string_view bytes);
void headers(std::string_view bytes);
void rest_json(std::string_view bytes);  // replies and errors, with their status and headers
void rest_xml(std::string_view bytes);
void rpc(std::string_view bytes);        // replies and errors of awsJson, awsQuery, ec2 and rpcv2Cbor
void requests(std::string_view bytes);   // of every protocol, as a double of AWS reads them

struct Target {
    std::string_view name;
    void (*run)(std::string_view bytes);
};

inline constexpr Target targets[] = {
    {"json", json},
    {"json_reference", json_reference},
    {"xml", xml},
    {"xml_reference", xml_reference},
    {"query", query},
    {"cbor", cbor},
    {"eventstream", eventstream},
    {"events", events},
    {"from_json", from_json},
    {"lists_reference", lists_reference},
    {"timestamps", timestamps},
    {"timestamps_reference", timestamps_reference},
    {"base64", base64},
    {"numbers", numbers},
    {"headers", headers},
    {"rest_json", rest_json},
    {"rest_xml", rest_xml},
    {"rpc", rpc},
    {"requests", requests},
};

}  // namespace fuzz
