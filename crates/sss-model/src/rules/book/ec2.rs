//! Rules of EC2.

use super::{OUT_OF_RANGE, REQUIRED, book};

const GROUP: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html";
const PERMISSION: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html";
const EC2_IDS: &str = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html";
const VPC_QUOTAS: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";

book! {
    EC2_ID_001 = "EC2-ID-001" Error "An id is its kind and 8 or 17 hexadecimal digits, such as `vpc-0a1b2c3d4e5f60718`.",
        "copy the id from the account", EC2_IDS, [REQUIRED];
    SG_001 = "SG-001" Error "A security group has a name.", "set it", GROUP, [REQUIRED];
    SG_002 = "SG-002" Error "A security group's name has 1 to 255 characters of letters, digits, space and `._-:/()#,@[]+=&;{}!$*`.",
        "set `names.security_group`", GROUP;
    SG_003 = "SG-003" Error "A security group's name does not begin with `sg-` and is not `default`.",
        "set `names.security_group`", GROUP;
    SG_004 = "SG-004" Error "A security group's description has 1 to 255 characters of letters, digits, space and `._-:/()#,@[]+=&;{}!$*`.",
        "write it in these characters", GROUP, [REQUIRED];
    SG_010 = "SG-010" Error "A rule for tcp or udp has ports: the first not above the last.",
        "write `port = 80`, `ports = \"8000-8010\"`, or `from_port` and `to_port`", PERMISSION, [OUT_OF_RANGE];
    SG_011 = "SG-011" Error "A protocol is tcp, udp, icmp, icmpv6, a number from 0 to 255, or -1 for all.",
        "write `tcp`, `udp`, `icmp`, `icmpv6`, `-1`, or a number", PERMISSION, [REQUIRED];
    SG_012 = "SG-012" Error "A rule has another side.", "name `cidrs` or `security_groups`", PERMISSION, [REQUIRED];
    SG_013 = "SG-013" Error "A rule for icmp has a type and a code from -1 to 255, -1 being all; in a stack, or for icmpv6, it may have neither.",
        "write `icmp_type` and `icmp_code` (EC2 calls them `FromPort` and `ToPort`)", PERMISSION, [OUT_OF_RANGE];
    SG_014 = "SG-014" Error "A rule's description has at most 255 characters of letters, digits, space and `._-:/()#,@[]+=&;{}!$*`.",
        "write it in these characters", PERMISSION;
    SG_015 = "SG-015" Warning "Ports are for tcp and udp; EC2 ignores them in a rule for another protocol.",
        "write `protocol = \"tcp\"` or `protocol = \"udp\"`, or take the ports out", PERMISSION;
    SG_020 = "SG-020" Error "An address range is an IPv4 or IPv6 address with a mask.",
        "write for instance `10.0.0.0/16`", PERMISSION, [REQUIRED];
    SG_021 = "SG-021" Error "Each rule stands in a security group once.", "take one of the two out", PERMISSION;
    SG_022 = "SG-022" Warning "What comes in is not open to the whole world.",
        "name the addresses or the security group that the requests come from", PERMISSION;
    SG_030 = "SG-030" Error "A security group has at most 60 rules per direction and address family, unless AWS raised the quota.",
        "join address ranges, or ask AWS for a higher quota", VPC_QUOTAS;
}
