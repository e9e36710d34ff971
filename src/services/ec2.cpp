// What EC2 alone needs: security groups are saved rule by rule.

#include "orm/half_done.hpp"
#include "services/ec2_tags.hpp"
#include "services/service_session.hpp"
#include "text/case.hpp"

#include <botocraft/ec2/security_group.hpp>
#include <botocraft/error.hpp>

#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace botocraft::ec2 {

namespace {

// --- rules of security groups ---------------------------------------------------------------------------------------------

// Rules as EC2 counts them: of one protocol, one range of ports and one peer, by what tells them apart.
using Rules = std::map<std::string, IpPermission>;

std::string protocol_name(std::string_view name) {
    std::string protocol = lower_case(name);
    if (protocol == "all") return "-1";
    if (protocol == "6") return "tcp";
    if (protocol == "17") return "udp";
    if (protocol == "1") return "icmp";
    if (protocol == "58") return "icmpv6";
    return protocol;
}

// EC2 takes ports of others, and tells none.
bool has_ports(std::string_view protocol) {
    return protocol == "tcp" || protocol == "udp" || protocol == "icmp" || protocol == "icmpv6";
}

// As EC2 writes it: without the bits of hosts.
template <class Network>
std::string canonical(const std::string& text, Network (*make)(const std::string&, boost::system::error_code&)) {
    boost::system::error_code error;
    const Network network = make(text, error);
    return error ? text : network.canonical().to_string();
}
std::string canonical_v4(const std::string& text) {
    return canonical<boost::asio::ip::network_v4>(text, [](const std::string& from, boost::system::error_code& error) {
        return boost::asio::ip::make_network_v4(from, error);
    });
}
std::string canonical_v6(const std::string& text) {
    return canonical<boost::asio::ip::network_v6>(text, [](const std::string& from, boost::system::error_code& error) {
        return boost::asio::ip::make_network_v6(from, error);
    });
}

// The ids of groups by name: EC2 tells the id of each, whichever of them a rule was written with.
using GroupIds = std::map<std::string, std::string>;

class RuleReader {
  public:
    RuleReader(const list<IpPermission>& permissions, const GroupIds& ids) : ids_(ids) {
        for (const IpPermission& permission : permissions) read(permission);
    }
    [[nodiscard]] Rules take() { return std::move(rules_); }

  private:
    void read(const IpPermission& permission) {
        IpPermission bare;
        bare.IpProtocol = protocol_name(permission.IpProtocol.value_or("-1"));
        std::string key = *bare.IpProtocol;
        if (has_ports(*bare.IpProtocol)) {
            bare.FromPort = permission.FromPort;
            bare.ToPort = permission.ToPort;
            key += ' ' + std::to_string(bare.FromPort.value_or(-1)) + '-' + std::to_string(bare.ToPort.value_or(-1));
        }
        for (const IpRange& range : permission.IpRanges) {
            add(bare, key + ' ' + canonical_v4(range.CidrIp.value_or(""))).IpRanges.push_back(range);
        }
        for (const Ipv6Range& range : permission.Ipv6Ranges) {
            add(bare, key + ' ' + canonical_v6(range.CidrIpv6.value_or(""))).Ipv6Ranges.push_back(range);
        }
        for (const PrefixListId& prefixes : permission.PrefixListIds) {
            add(bare, key + ' ' + prefixes.PrefixListId_.value_or("")).PrefixListIds.push_back(prefixes);
        }
        for (const UserIdGroupPair& pair : permission.UserIdGroupPairs) {
            add(bare, key + ' ' + group_of(pair)).UserIdGroupPairs.push_back(pair);
        }
    }
    [[nodiscard]] std::string group_of(const UserIdGroupPair& pair) const {
        if (pair.GroupId.has_value()) return *pair.GroupId;
        const std::string name = pair.GroupName.value_or("");
        const auto known = ids_.find(name);
        return known == ids_.end() ? name : known->second;
    }
    IpPermission& add(const IpPermission& bare, const std::string& key) {
        IpPermission& rule = rules_[key];
        rule = bare;
        return rule;
    }

    const GroupIds& ids_;
    Rules rules_;
};

GroupIds ids_of(const SecurityGroup& group) {
    GroupIds ids;
    for (const auto* const permissions : {&group.IpPermissions, &group.IpPermissionsEgress}) {
        for (const IpPermission& permission : *permissions) {
            for (const UserIdGroupPair& pair : permission.UserIdGroupPairs) {
                if (pair.GroupId.has_value() && pair.GroupName.has_value()) ids[*pair.GroupName] = *pair.GroupId;
            }
        }
    }
    if (group.GroupName.has_value()) ids[*group.GroupName] = group.GroupId.value_or("");
    return ids;
}

std::string description_of(const IpPermission& rule) {
    for (const auto& one : rule.IpRanges) return one.Description.value_or("");
    for (const auto& one : rule.Ipv6Ranges) return one.Description.value_or("");
    for (const auto& one : rule.PrefixListIds) return one.Description.value_or("");
    for (const auto& one : rule.UserIdGroupPairs) return one.Description.value_or("");
    return {};
}

struct Changes {
    list<IpPermission> authorize;
    list<IpPermission> describe;
    list<IpPermission> revoke;
};

Changes changes_between(const list<IpPermission>& there, const list<IpPermission>& wanted, const GroupIds& ids) {
    const Rules old_rules = RuleReader(there, ids).take();
    const Rules new_rules = RuleReader(wanted, ids).take();
    Changes changes;
    for (const auto& [key, rule] : new_rules) {
        const auto known = old_rules.find(key);
        if (known == old_rules.end()) {
            changes.authorize.push_back(rule);
        } else if (description_of(known->second) != description_of(rule)) {
            changes.describe.push_back(rule);
        }
    }
    for (const auto& [key, rule] : old_rules) {
        if (!new_rules.contains(key)) changes.revoke.push_back(rule);
    }
    return changes;
}

// What these are given must live until they complete. New rules come before old ones go, so that what both allow is never forbidden.
awaitable<void> change_ingress(const SecurityGroupManager& groups, const std::string& id, const Changes& changes) {
    if (!changes.authorize.empty()) {
        const arguments::SecurityGroupAuthorizeIngress rules{.IpPermissions = changes.authorize};
        const auto made = co_await groups.authorize_ingress(id, rules);
        static_cast<void>(made);
    }
    if (!changes.describe.empty()) {
        const arguments::SecurityGroupUpdateIngressDescriptions rules{.IpPermissions = changes.describe};
        co_await groups.update_ingress_descriptions(id, rules);
    }
    if (!changes.revoke.empty()) {
        const arguments::SecurityGroupRevokeIngress rules{.IpPermissions = changes.revoke};
        const auto gone = co_await groups.revoke_ingress(id, rules);
        static_cast<void>(gone);
    }
}

awaitable<void> change_egress(const SecurityGroupManager& groups, const std::string& id, const Changes& changes) {
    if (!changes.authorize.empty()) {
        const arguments::SecurityGroupAuthorizeEgress rules{.IpPermissions = changes.authorize};
        const auto made = co_await groups.authorize_egress(id, rules);
        static_cast<void>(made);
    }
    if (!changes.describe.empty()) {
        const arguments::SecurityGroupUpdateEgressDescriptions rules{.IpPermissions = changes.describe};
        co_await groups.update_egress_descriptions(id, rules);
    }
    if (!changes.revoke.empty()) {
        const arguments::SecurityGroupRevokeEgress rules{.IpPermissions = changes.revoke};
        const auto gone = co_await groups.revoke_egress(id, rules);
        static_cast<void>(gone);
    }
}

[[noreturn]] void cannot_change(std::string_view what) {
    ErrorDetails details;
    details.kind = ErrorKind::usage;
    details.code = "NotUpdatable";
    details.service = "ec2";
    details.explanation.append("AWS has no operation that changes the ").append(what).append(" of a security group");
    throw NotUpdatable(std::move(details));
}

void check_unchanged(const SecurityGroup& group, const SecurityGroup& there) {
    const auto check = [](const field<std::string>& wanted, const field<std::string>& told, std::string_view what) {
        if (told.has_value() && detail::differs(wanted, told)) cannot_change(what);
    };
    check(group.Description, there.Description, "description");
    check(group.GroupName, there.GroupName, "name");
    check(group.VpcId, there.VpcId, "VPC");
}

// Rules that the model does not speak of at all stay as they are: the rule by which a new group lets everything out.
awaitable<void> save_rules(const SecurityGroupManager& groups, const SecurityGroup& there, const SecurityGroup& wanted) {
    const std::string id = there.GroupId.value_or("");
    const GroupIds ids = ids_of(there);
    if (wanted.IpPermissions.has_value()) {
        const Changes changes = changes_between(there.IpPermissions, wanted.IpPermissions, ids);
        co_await change_ingress(groups, id, changes);
    }
    if (wanted.IpPermissionsEgress.has_value()) {
        const Changes changes = changes_between(there.IpPermissionsEgress, wanted.IpPermissionsEgress, ids);
        co_await change_egress(groups, id, changes);
    }
}

awaitable<void> save_new(SecurityGroup* group, const SecurityGroupManager& groups) {
    const SecurityGroup wanted = *group;
    SecurityGroup there = co_await groups.create(wanted);
    const std::string id = there.GroupId.value_or("");
    // Known from here on, whatever becomes of its rules: saving it again goes on where this stopped.
    *group = there;
    group->IpPermissions = wanted.IpPermissions;
    group->IpPermissionsEgress = wanted.IpPermissionsEgress;
    try {
        if (there.IpPermissionsEgress.is_absent()) {  // it could not be read: its rules are not none
            SecurityGroup found = co_await groups.get(id);
            there = std::move(found);
        }
        co_await save_rules(groups, there, wanted);
        SecurityGroup saved = co_await groups.get(id);
        *group = std::move(saved);
    } catch (const Error& error) {
        detail::throw_saying(tables::service, error, "the security group " + id + " was created: saving it again goes on");
    }
}

awaitable<void> save_group(SecurityGroup* group) {
    const Session session = co_await detail::bound_session(detail::session_of(group->state_));
    const SecurityGroupManager groups = SecurityGroup::objects(session);
    if (!group->state_.from_aws()) {
        co_await save_new(group, groups);
        co_return;
    }
    const SecurityGroup there = co_await groups.get(group->GroupId.value_or(""));
    check_unchanged(*group, there);
    co_await save_rules(groups, there, *group);
    const std::string id = there.GroupId.value_or("");
    const detail::TagDifference<Tag> tags(there.Tags, group->Tags);
    co_await change_tags(groups, id, tags);
    SecurityGroup saved = co_await groups.get(id);
    *group = std::move(saved);
}

}  // namespace

awaitable<void> SecurityGroup::save() & { return save_group(this); }

}  // namespace botocraft::ec2
