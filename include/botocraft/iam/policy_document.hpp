#pragma once
// PolicyDocument: a policy of IAM as its parts. AWS's text of one is JSON; the library hands it over without the
// percent-encoding in which IAM sends it.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace botocraft::iam {

// Who is meant: everybody, or by kind (`AWS`, `Service`, `Federated`, `CanonicalUser`) those that are listed.
class Principals {
  public:
    Principals() = default;
    [[nodiscard]] static Principals everybody();                                              // "*"
    [[nodiscard]] static Principals of(std::string_view kind, std::vector<std::string> ids);  // {"Service": "ec2.amazonaws.com"}

    [[nodiscard]] bool is_everybody() const noexcept { return everybody_; }
    [[nodiscard]] const std::map<std::string, std::vector<std::string>>& by_kind() const noexcept { return by_kind_; }
    // Beside everybody, who is written as {"AWS": "*"} from then on.
    void add(std::string_view kind, std::string_view id);

    friend bool operator==(const Principals&, const Principals&) = default;

  private:
    bool everybody_ = false;
    std::map<std::string, std::vector<std::string>> by_kind_;
};

// One rule. What is empty is not in the document.
class PolicyStatement {
  public:
    PolicyStatement() {}  // no aggregate: GCC 12 destroys owning aggregates twice in an expression with co_await

    std::string sid;
    std::string effect = "Allow";
    std::optional<Principals> principal;
    std::optional<Principals> not_principal;
    std::vector<std::string> actions;
    std::vector<std::string> not_actions;
    std::vector<std::string> resources;
    std::vector<std::string> not_resources;
    // By operator and key: {"StringEquals": {"aws:PrincipalOrgID": ["o-1"]}}
    std::map<std::string, std::map<std::string, std::vector<std::string>>> conditions;

    friend bool operator==(const PolicyStatement&, const PolicyStatement&) = default;
};

//   auto document = iam::PolicyDocument::parse(*role.AssumeRolePolicyDocument);
//   document.statements[0].principal->add("Service", "lambda.amazonaws.com");
//   co_await role.update_assume_role_policy(document.text());
class PolicyDocument {
  public:
    PolicyDocument() {}

    // Of JSON, percent-encoded or not. Throws UsageError where it is no policy.
    [[nodiscard]] static PolicyDocument parse(std::string_view text);
    // JSON. One action, resource or id is written without a list around it; the members come in AWS's order.
    [[nodiscard]] std::string text() const;

    std::string version = "2012-10-17";
    std::string id;
    std::vector<PolicyStatement> statements;

    friend bool operator==(const PolicyDocument&, const PolicyDocument&) = default;
};

}  // namespace botocraft::iam
