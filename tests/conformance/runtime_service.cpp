#include "runtime_service.hpp"

#include <stdexcept>

namespace conformance {

namespace {

using botocraft::api::HttpMethod;
using botocraft::api::Protocol;

std::string text_of(const boost::json::object& object, std::string_view name) {
    const auto* const value = object.if_contains({name.data(), name.size()});
    if (!value || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

Protocol protocol_of(const boost::json::object& metadata) {
    const std::string name = text_of(metadata, "protocol");
    if (name == "json") return text_of(metadata, "jsonVersion") == "1.0" ? Protocol::json_1_0 : Protocol::json_1_1;
    if (name == "query") return Protocol::query;
    if (name == "ec2") return Protocol::ec2;
    if (name == "rest-json") return Protocol::rest_json;
    if (name == "rest-xml") return Protocol::rest_xml;
    if (name == "smithy-rpc-v2-cbor") return Protocol::cbor;
    throw std::out_of_range("no protocol " + name);
}

HttpMethod method_of(const std::string& name) {
    if (name == "GET") return HttpMethod::get;
    if (name == "PUT") return HttpMethod::put;
    if (name == "DELETE") return HttpMethod::delete_;
    if (name == "HEAD") return HttpMethod::head;
    if (name == "PATCH") return HttpMethod::patch;
    return HttpMethod::post;
}

}  // namespace

RuntimeService::RuntimeService(const RuntimeSchema& schema, const boost::json::object& metadata,
                               const boost::json::object& given)
    : schema_(schema),
      target_prefix_(text_of(metadata, "targetPrefix")),
      api_version_(text_of(metadata, "apiVersion")),
      protocol_(protocol_of(metadata)) {
    namespace flag = botocraft::api::operation_flag;
    const boost::json::object& http = given.at("http").as_object();
    operation_.name = schema.text(text_of(given, "name"));
    operation_.uri = schema.text(text_of(http, "requestUri"));
    operation_.method = method_of(text_of(http, "method"));
    if (const auto* const endpoint = given.if_contains("endpoint")) {
        operation_.host_prefix = schema.text(text_of(endpoint->as_object(), "hostPrefix"));
    }
    if (const auto* const input = given.if_contains("input")) {
        operation_.input = schema.shape(text_of(input->as_object(), "shape")).index;
    }
    if (const auto* const output = given.if_contains("output")) {
        operation_.output = schema.shape(text_of(output->as_object(), "shape")).index;
        operation_.event_member = schema.event_member(text_of(output->as_object(), "shape"));
    }
    if (given.contains("httpChecksumRequired")) operation_.flags |= flag::checksum_required;
    if (given.contains("requestcompression")) operation_.flags |= flag::compressible;

    tables_.schema = &schema.tables();
    tables_.target_prefix = target_prefix_;
    tables_.api_version = api_version_;
    tables_.operations = &operation_;
    tables_.operation_count = 1;
    tables_.protocols = &protocol_;
    tables_.protocol_count = 1;
    tables_.query_compatible = metadata.contains("awsQueryCompatible");
}

}  // namespace conformance
