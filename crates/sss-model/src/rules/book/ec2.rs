//! Rules of EC2.
//!
//! The sources are the reference of EC2 (`CreateSecurityGroup`, `IpPermission`), its guide to resource ids, and the
//! quotas of Amazon VPC.
//!
//! The groups are `SG` for security groups and their permissions, and `EC2-ID` for the form of ids. The checks are in
//! `rules/security_group.rs`, `rules/network.rs` and `request/ec2.rs`.

use super::{BOTH_SET, INVALID_CHARACTERS, OUT_OF_RANGE, REQUIRED, TOO_LONG, book};
use crate::rules::Case;
use crate::rules::case::case;

const GROUP: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html";
const PERMISSION: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html";
const EC2_IDS: &str = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html";
const VPC_QUOTAS: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";

/// A description has characters that EC2 refuses.
const CHARACTERS: Case = INVALID_CHARACTERS
    .with_message("`{key}` has characters that EC2 refuses")
    .with_fix("use letters, digits, spaces and `._-:/()#,@[]+=&;{{}}!$*` in `{key}`");

book! {
    EC2_ID_001 = "EC2-ID-001" Error "An id is its kind and 8 or 17 hexadecimal digits, such as `vpc-0a1b2c3d4e5f60718`.", EC2_IDS, [
        REQUIRED,
        case("invalid-id", "`{id}` is not the id of {kind}", "copy the id from the account, such as `{prefix}-0a1b2c3d4e5f60718`"),
    ];
    SG_001 = "SG-001" Error "A security group has a name.", GROUP, [REQUIRED];
    SG_002 = "SG-002" Error "A security group's name has 1 to 255 characters of letters, digits, space and `._-:/()#,@[]+=&;{}!$*`.", GROUP, [
        case("invalid-name", "`{name}` cannot be the name of a security group",
            "set `names.security_group` to 1 to 255 letters, digits, spaces and `._-:/()#,@[]+=&;{{}}!$*`")
            .in_request("use 1 to 255 letters, digits, spaces and `._-:/()#,@[]+=&;{{}}!$*`"),
    ];
    SG_003 = "SG-003" Error "A security group's name does not begin with `sg-` and is not `default`.", GROUP, [
        case("reserved-prefix", "the name `{name}` of a security group cannot begin with `sg-`",
            "set `names.security_group` to another name").in_request("choose another name"),
        case("reserved-name", "`{name}` is the name of the VPC's own security group",
            "set `names.security_group` to another name").in_request("choose another name"),
    ];
    SG_004 = "SG-004" Error "A security group's description has 1 to 255 characters of letters, digits, space and `._-:/()#,@[]+=&;{}!$*`.", GROUP, [
        REQUIRED,
        TOO_LONG,
        CHARACTERS,
    ];
    SG_010 = "SG-010" Error "A rule for tcp or udp has ports: the first not above the last.", PERMISSION, [
        REQUIRED.with_message("`{key}` is required for tcp and udp")
            .with_fix("write `port = 80`, `ports = \"8000-8010\"`, or `from_port` and `to_port`")
            .in_request("set `FromPort` and `ToPort`"),
        OUT_OF_RANGE,
        BOTH_SET,
        case("reversed", "`{key}` is {from}, but the last port is {to}", "set `{key}` to {to} or less"),
        case("not-a-range", "`{key}` must be a range such as `8000-8010`, not `{given}`",
            "write the first port, `-` and the last port, as in `8000-8010`"),
    ];
    SG_011 = "SG-011" Error "A protocol is tcp, udp, icmp, icmpv6, a number from 0 to 255, or -1 for all.", PERMISSION, [
        REQUIRED,
        case("unknown-protocol", "`{protocol}` is not a protocol",
            "write `tcp`, `udp`, `icmp`, `icmpv6`, `all`, or a number from 0 to 255")
            .in_request("write `tcp`, `udp`, `icmp`, `icmpv6`, `-1`, or a number from 0 to 255"),
        case("misspelt-protocol", "`{protocol}` is not a protocol", "did you mean `{known}`?"),
    ];
    SG_012 = "SG-012" Error "A rule has another side.", PERMISSION, [
        REQUIRED,
        BOTH_SET,
        case("no-other-side", "the rule names no addresses and no security group", "set `cidrs` or `security_groups`")
            .in_request("add an entry to `IpRanges`, `Ipv6Ranges`, `UserIdGroupPairs` or `PrefixListIds`"),
        case("no-source", "the request names no addresses and no security group",
            "set `CidrIp` or `SourceSecurityGroupName`"),
        case("two-forms", "`{key}` and `{other}` are both set, but each is a rule of its own",
            "move all rules into `{key}`"),
        case("not-for-egress", "EC2 does not support `{key}` in requests for egress rules", "move the rule into `IpPermissions`"),
    ];
    SG_013 = "SG-013" Error "A rule for icmp has a type and a code from -1 to 255, -1 being all; in a stack, or for icmpv6, it may have neither.", PERMISSION, [
        REQUIRED.with_message("`{key}` is required: a rule for ICMP has a type and a code")
            .with_fix("set `icmp_type` and `icmp_code`")
            .in_request("set `FromPort` to the type and `ToPort` to the code"),
        OUT_OF_RANGE,
        BOTH_SET,
        case("code-of-every-type", "`{key}` is {code}, but the type is -1 for all types", "set `{key}` to -1"),
        case("port-of-icmp", "`{key}` is for tcp and udp, but the protocol of the rule is {protocol}",
            "write `icmp_type` and `icmp_code`, or neither for every type"),
        case("not-icmp", "`{key}` is for icmp and icmpv6, but the protocol of the rule is {protocol}", "remove `{key}`"),
    ];
    SG_014 = "SG-014" Error "A rule's description has at most 255 characters of letters, digits, space and `._-:/()#,@[]+=&;{}!$*`.", PERMISSION, [
        TOO_LONG,
        CHARACTERS,
    ];
    SG_015 = "SG-015" Warning "Ports are for tcp and udp; EC2 ignores them in a rule for another protocol.", PERMISSION, [
        case("ignored-ports", "EC2 ignores the ports of a rule for protocol {protocol}, so every port is open",
            "write `protocol = \"tcp\"` or `protocol = \"udp\"`, or remove the ports"),
    ];
    SG_020 = "SG-020" Error "An address range is an IPv4 or IPv6 address with a mask.", PERMISSION, [
        REQUIRED,
        case("not-a-range", "`{cidr}` is not an {family} address with a mask", "write a range such as `{example}`"),
    ];
    SG_021 = "SG-021" Error "Each rule stands in a security group once.", PERMISSION, [
        case("named-twice", "the security group has the same rule more than once", "remove one of the two"),
    ];
    SG_022 = "SG-022" Warning "Ingress is not open to the whole world.", PERMISSION, [
        case("world", "`{cidr}` lets in the whole world",
            "replace `{cidr}` by the addresses, or the security group, of the clients"),
    ];
    SG_040 = "SG-040" Warning "Each port of a service is open to somebody, and the one behind a route to the VPC link.", PERMISSION, [
        case("closed-to-link", "no rule of `security_group.ingress` opens TCP port {port}, so no request reaches {services}",
            "add `{line}` to `security_group.ingress`, or remove `ingress`: it then follows from the routes"),
        case("other-group", "the rules for TCP port {port} let in {named}, and not the VPC link, so no request reaches {services}",
            "add `{group}` to `security_groups` of a rule for port {port}"),
        case("closed", "no rule of `security_group.ingress` opens TCP port {port}, so nobody reaches {services}",
            "add a rule such as `{{ port = {port}, cidrs = [\"10.0.0.0/16\"] }}` to `security_group.ingress`, or remove `port`"),
        case("closed-beside-routes", "no route leads to {services}, and no rule of `security_group.ingress` opens TCP port {port}, so nobody reaches it",
            "set `security_group.ingress` to {lines} and a rule such as `{{ port = {port}, cidrs = [\"10.0.0.0/16\"] }}`, or remove `port`"),
        case("ports-closed", "no rule of `security_group.ingress` opens {ports}, so only containers of the same task reach these ports of {services}",
            "add {lines} to `security_group.ingress`, or remove {ports} from `ports`"),
        case("ports-closed-beside-routes", "no rule of `security_group.ingress` opens {ports}, so only containers of the same task reach these ports of {services}",
            "set `security_group.ingress` to {routed} and {lines}, or remove {ports} from `ports`"),
    ];
    SG_030 = "SG-030" Error "A security group has at most 60 rules per direction and address family, unless AWS raised the quota.", VPC_QUOTAS, [
        case("above-quota", "the security group has {count} rules for {family}; the quota is {quota}",
            "join address ranges, or ask AWS for a higher quota"),
        case("too-many-ports", "requests come to services on {count} ports, and the security group has a rule for each; its quota is {quota}",
            "use the same port for several services, as each task has its own address, or open ranges of ports under `[[security_group.ingress]]`"),
    ];
}
