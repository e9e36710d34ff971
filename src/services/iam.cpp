// Policies of IAM as documents: the one structure that AWS's model of the service says nothing about but that it is a text.

#include "auth/canonical.hpp"

#include <botocraft/error.hpp>
#include <botocraft/iam/types.hpp>
#include <botocraft/iam/iam_role.hpp>
#include <botocraft/iam/policy_document.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <charconv>
#include <utility>

namespace botocraft::iam {

namespace json = boost::json;

namespace {

[[noreturn]] void no_policy(std::string_view why) {
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = "InvalidPolicy";
    details.service = "iam";
    details.explanation.append("this is no policy document: ").append(why);
    throw_error(std::move(details));
}

// Of conditions, whose values are also written as numbers and truths.
std::string text_of(const json::value& value, std::string_view what) {
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_structured() || value.is_null()) no_policy("`" + std::string(what) + "` holds something that is no text");
    if (!value.is_double()) return json::serialize(value);
    char digits[32];  // Boost.JSON would write 0.25 as 2.5E-1
    return {digits, std::to_chars(digits, digits + sizeof digits, value.get_double()).ptr};
}

std::vector<std::string> texts_of(const json::value& value, std::string_view what) {
    std::vector<std::string> out;
    if (value.is_array()) {
        for (const json::value& one : value.get_array()) out.push_back(text_of(one, what));
    } else {
        out.push_back(text_of(value, what));
    }
    return out;
}

const json::object& object_of(const json::value& value, std::string_view what) {
    if (!value.is_object()) no_policy("`" + std::string(what) + "` is no object");
    return value.get_object();
}

Principals principals_of(const json::value& value, std::string_view what) {
    if (value.is_string() && value.get_string() == "*") return Principals::everybody();
    Principals out;
    for (const auto& [kind, ids] : object_of(value, what)) {
        for (const std::string& id : texts_of(ids, what)) out.add(kind, id);
    }
    return out;
}

PolicyStatement statement_of(const json::value& value) {
    PolicyStatement out;
    out.effect.clear();  // what the document does not say is not made an Allow: AWS would refuse it
    for (const auto& [name, part] : object_of(value, "Statement")) {
        if (name == "Sid") {
            out.sid = text_of(part, name);
        } else if (name == "Effect") {
            out.effect = text_of(part, name);
        } else if (name == "Principal") {
            out.principal = principals_of(part, name);
        } else if (name == "NotPrincipal") {
            out.not_principal = principals_of(part, name);
        } else if (name == "Action") {
            out.actions = texts_of(part, name);
        } else if (name == "NotAction") {
            out.not_actions = texts_of(part, name);
        } else if (name == "Resource") {
            out.resources = texts_of(part, name);
        } else if (name == "NotResource") {
            out.not_resources = texts_of(part, name);
        } else if (name == "Condition") {
            for (const auto& [operation, keys] : object_of(part, name)) {
                auto& to = out.conditions[operation];
                for (const auto& [key, values] : object_of(keys, operation)) to[key] = texts_of(values, key);
            }
        } else {
            no_policy("a statement has no member `" + std::string(name) + '`');
        }
    }
    return out;
}

json::value json_of(const std::vector<std::string>& texts) {
    if (texts.size() == 1) return json::value(texts.front());
    json::array out;
    for (const std::string& one : texts) out.emplace_back(one);
    return out;
}

json::value json_of(const Principals& principals) {
    if (principals.is_everybody()) return "*";
    json::object out;
    for (const auto& [kind, ids] : principals.by_kind()) out[kind] = json_of(ids);
    return out;
}

json::object json_of(const PolicyStatement& statement) {
    json::object out;
    if (!statement.sid.empty()) out["Sid"] = statement.sid;
    if (!statement.effect.empty()) out["Effect"] = statement.effect;
    if (statement.principal) out["Principal"] = json_of(*statement.principal);
    if (statement.not_principal) out["NotPrincipal"] = json_of(*statement.not_principal);
    const auto put = [&out](const char* name, const std::vector<std::string>& texts) {
        if (!texts.empty()) out[name] = json_of(texts);
    };
    put("Action", statement.actions);
    put("NotAction", statement.not_actions);
    put("Resource", statement.resources);
    put("NotResource", statement.not_resources);
    if (statement.conditions.empty()) return out;
    json::object conditions;
    for (const auto& [operation, keys] : statement.conditions) {
        json::object values;
        for (const auto& [key, texts] : keys) values[key] = json_of(texts);
        conditions[operation] = std::move(values);
    }
    out["Condition"] = std::move(conditions);
    return out;
}

// An empty document in its place would take all permissions away from who saves it.
PolicyDocument document_of(const field<std::string>& text, std::string_view member, std::string_view what_to_do) {
    if (text.has_value()) return PolicyDocument::parse(*text);
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = "MissingMember";
    details.service = "iam";
    details.explanation.append("this has no ").append(member).append(": ").append(what_to_do);
    throw_error(std::move(details));
}

}  // namespace

Principals Principals::everybody() {
    Principals out;
    out.everybody_ = true;
    return out;
}

Principals Principals::of(std::string_view kind, std::vector<std::string> ids) {
    Principals out;
    out.by_kind_.emplace(kind, std::move(ids));
    return out;
}

void Principals::add(std::string_view kind, std::string_view id) {
    if (std::exchange(everybody_, false)) by_kind_["AWS"].emplace_back("*");  // the same to AWS, with room for others
    by_kind_[std::string(kind)].emplace_back(id);
}

PolicyDocument PolicyDocument::parse(std::string_view text) {
    std::string decoded;
    if (text.starts_with('%')) {
        auth::append_decoded(decoded, text);
        text = decoded;
    }
    boost::system::error_code error;
    const json::value value = json::parse({text.data(), text.size()}, error);
    if (error) no_policy("it is not JSON: " + error.message());
    PolicyDocument out;
    out.version.clear();
    for (const auto& [name, part] : object_of(value, "the document")) {
        if (name == "Version") {
            out.version = text_of(part, name);
        } else if (name == "Id") {
            out.id = text_of(part, name);
        } else if (name == "Statement" && part.is_array()) {
            for (const json::value& one : part.get_array()) out.statements.push_back(statement_of(one));
        } else if (name == "Statement") {
            out.statements.push_back(statement_of(part));
        } else {
            no_policy("it has no member `" + std::string(name) + '`');
        }
    }
    return out;
}

std::string PolicyDocument::text() const {
    json::object out;
    if (!version.empty()) out["Version"] = version;
    if (!id.empty()) out["Id"] = id;
    json::array all;
    for (const PolicyStatement& statement : statements) all.push_back(json_of(statement));
    out["Statement"] = std::move(all);
    return json::serialize(out);
}

PolicyDocument IAMRole::trust_policy() const {
    return document_of(AssumeRolePolicyDocument, "AssumeRolePolicyDocument", "get the role from AWS first");
}

PolicyDocument IAMPolicyVersion::policy() const {
    return document_of(Document, "Document", "AWS does not list it, get the version by its VersionId");
}

}  // namespace botocraft::iam
