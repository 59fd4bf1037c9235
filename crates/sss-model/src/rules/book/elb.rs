//! Rules of Elastic Load Balancing.
//!
//! The source of each rule is the page of the operation or of the structure in the reference of the API, version
//! 2015-12-01.
//!
//! The groups are `ELB-LB` for load balancers, `ELB-TG` for target groups, `ELB-LSN` for listeners, `ELB-ACT` for their
//! actions, `ELB-RULE` for rules of a listener, and `ELB-ATTR` for attributes. The checks are in `rules/elb.rs` and
//! `request/elb.rs`.

use super::{BESIDE, OUT_OF_RANGE, REQUIRED, TOO_FEW, TOO_LONG, TOO_MANY, TOO_SHORT, UNKNOWN_CHOICE, book};
use crate::rules::case::case;

const LOAD_BALANCER: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html";
const TARGET_GROUP: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html";
const LISTENER: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html";
const RULE: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html";
const ACTION: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html";
const CONDITION: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html";
const MATCHER: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html";
const BALANCER_ATTRIBUTES: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html";
const GROUP_ATTRIBUTES: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html";
const NETWORK_GROUPS: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html";

book! {
    ELB_LB_001 = "ELB-LB-001" Error "A load balancer's name has 1 to 32 letters, digits and inner hyphens.", LOAD_BALANCER, [
        REQUIRED,
        case("invalid-name", "`{name}` cannot be the name of a load balancer",
            "use letters, digits and inner hyphens"),
        case("too-long", "the name `{name}` has more than {most} characters", "shorten the name to {most} characters"),
    ];
    ELB_LB_002 = "ELB-LB-002" Error "A load balancer's name does not begin with `internal-`.", LOAD_BALANCER, [
        case("reserved-prefix", "`{name}` begins with `internal-`, which AWS reserves for the DNS names of load balancers",
            "choose another name"),
    ];
    ELB_LB_003 = "ELB-LB-003" Error "A load balancer's scheme is `internal` or `internet-facing`.", LOAD_BALANCER, [UNKNOWN_CHOICE];
    ELB_LB_004 = "ELB-LB-004" Error "A load balancer's type is `application`, `network` or `gateway`.", LOAD_BALANCER, [UNKNOWN_CHOICE];
    ELB_LB_005 = "ELB-LB-005" Error "An Application Load Balancer has subnets in at least two Availability Zones, a Network Load Balancer in at least one, and each zone has one subnet.", LOAD_BALANCER, [
        REQUIRED,
        BESIDE,
        TOO_FEW.with_message("`{key}` names {count} subnets; an Application Load Balancer needs {least} in different Availability Zones")
            .with_fix("add a subnet of another Availability Zone to `{key}`"),
        case("listed-twice", "the subnet `{subnet}` is listed twice", "remove one of the two"),
    ];
    ELB_LB_006 = "ELB-LB-006" Error "A load balancer has at most 5 security groups, unless AWS raised the quota.", LOAD_BALANCER, [TOO_MANY];
    ELB_LB_007 = "ELB-LB-007" Warning "A Network Load Balancer has a security group from its creation: none can be added later.", NETWORK_GROUPS, [
        case("no-group", "the Network Load Balancer has no security group, and AWS cannot add one later",
            "set `{key}` to at least one security group"),
    ];
    ELB_LB_008 = "ELB-LB-008" Warning "A request names the scheme, because a load balancer is internet-facing by default.", LOAD_BALANCER, [
        case("not-set", "`{key}` is not set, so the load balancer can be reached from the internet",
            "set `{key}` to `internal`, or to `internet-facing`"),
    ];
    ELB_TG_001 = "ELB-TG-001" Error "A target group's name has 1 to 32 letters, digits and inner hyphens.", TARGET_GROUP, [
        REQUIRED,
        case("invalid-name", "`{name}` cannot be the name of a target group",
            "use letters, digits and inner hyphens"),
        case("too-long", "the name `{name}` has more than {most} characters", "shorten the name to {most} characters"),
    ];
    ELB_TG_002 = "ELB-TG-002" Error "A target group has a protocol: HTTP or HTTPS behind an Application Load Balancer, and TCP, TLS, UDP, TCP_UDP, QUIC or TCP_QUIC behind a Network Load Balancer.", TARGET_GROUP, [
        REQUIRED,
        UNKNOWN_CHOICE,
        case("not-for-lambda", "a target group of type `lambda` cannot have `{key}`", "remove `{key}`"),
    ];
    ELB_TG_003 = "ELB-TG-003" Error "The port of a target group, a target and a listener is 1 to 65535.", TARGET_GROUP, [REQUIRED, OUT_OF_RANGE];
    ELB_TG_004 = "ELB-TG-004" Error "A target group is in a VPC.", TARGET_GROUP, [REQUIRED];
    ELB_TG_005 = "ELB-TG-005" Error "A target group's type is `ip` for tasks in `awsvpc`, or else `instance`, `lambda` or `alb`.", TARGET_GROUP, [
        UNKNOWN_CHOICE,
        case("not-set", "`{key}` is not set, so the target group takes instances and no tasks of Fargate",
            "set `{key}` to `ip`"),
    ];
    ELB_TG_006 = "ELB-TG-006" Error "A protocol version is `HTTP1`, `HTTP2` or `GRPC`, for target groups with HTTP or HTTPS.", TARGET_GROUP, [
        UNKNOWN_CHOICE,
        case("not-http", "a target group with the protocol {protocol} cannot have `{key}`", "remove `{key}`"),
    ];
    ELB_TG_010 = "ELB-TG-010" Error "The path of a health check begins with `/` and has 1 to 1024 characters.", TARGET_GROUP, [
        TOO_LONG,
        case("not-a-path", "the path `{path}` of the health check does not begin with `/`",
            "write a path such as `/health`"),
        case("not-for-protocol", "a health check with the protocol {protocol} cannot have `{key}`",
            "remove `{key}`, or check by HTTP"),
    ];
    ELB_TG_011 = "ELB-TG-011" Error "The interval of a health check is 5 to 300 seconds.", TARGET_GROUP, [OUT_OF_RANGE];
    ELB_TG_012 = "ELB-TG-012" Error "The timeout of a health check is 2 to 120 seconds, and shorter than its interval.", TARGET_GROUP, [
        OUT_OF_RANGE,
        case("not-below-interval", "`{key}` is {timeout} seconds, which is not below the interval of {interval} seconds",
            "lower `{key}` below {interval}"),
    ];
    ELB_TG_013 = "ELB-TG-013" Error "The thresholds of a health check are 2 to 10 checks.", TARGET_GROUP, [OUT_OF_RANGE];
    ELB_TG_014 = "ELB-TG-014" Error "A matcher has status codes: 200 to 499 behind an Application Load Balancer, 200 to 599 behind a Network Load Balancer, 0 to 99 for gRPC.", MATCHER, [
        REQUIRED,
        BESIDE,
        case("not-codes", "`{given}` names no status codes from {least} to {most}",
            "write a code, codes with commas, or a range, such as `200-299`"),
        case("not-for-protocol", "a health check with the protocol {protocol} cannot have `{key}`",
            "remove `{key}`, or check by HTTP"),
    ];
    ELB_TG_015 = "ELB-TG-015" Error "The port of a health check is `traffic-port`, or 1 to 65535.", TARGET_GROUP, [
        case("not-a-port", "`{given}` is no port for health checks", "write `traffic-port`, or a number from 1 to 65535"),
    ];
    ELB_TG_016 = "ELB-TG-016" Error "Health checks use HTTP or HTTPS behind an Application Load Balancer, also TCP behind a Network Load Balancer, and are always on for targets of type `ip`.", TARGET_GROUP, [
        UNKNOWN_CHOICE,
        case("not-for-protocol", "a target group with the protocol {protocol} cannot be checked by {given}",
            "write one of {choices} for `{key}`"),
        case("always-on", "health checks cannot be turned off for targets of type `{target_type}`", "remove `{key}`"),
    ];
    ELB_TG_020 = "ELB-TG-020" Error "The deregistration delay is 0 to 3600 seconds.", GROUP_ATTRIBUTES, [OUT_OF_RANGE];
    ELB_TG_021 = "ELB-TG-021" Error "A slow start is off with 0, or takes 30 to 900 seconds, for target groups with HTTP or HTTPS.", GROUP_ATTRIBUTES, [
        OUT_OF_RANGE.with_message("`{key}` must be 0, or from {least} to {most}, not {given}")
            .with_fix("set `{key}` to 0, or to a number from {least} to {most}"),
    ];
    ELB_TG_022 = "ELB-TG-022" Error "Stickiness is by `lb_cookie` or `app_cookie` for HTTP and HTTPS, by `source_ip` and others for Network Load Balancers, and lasts 1 to 604800 seconds.", GROUP_ATTRIBUTES, [
        UNKNOWN_CHOICE,
        OUT_OF_RANGE,
    ];
    ELB_LSN_001 = "ELB-LSN-001" Error "A listener has a port and a protocol: HTTP or HTTPS at an Application Load Balancer, TCP, TLS, UDP, TCP_UDP, QUIC or TCP_QUIC at a Network Load Balancer.", LISTENER, [
        REQUIRED,
        UNKNOWN_CHOICE,
    ];
    ELB_LSN_002 = "ELB-LSN-002" Error "A listener with HTTPS or TLS has exactly one certificate; other listeners have neither a certificate nor a security policy.", LISTENER, [
        REQUIRED,
        TOO_MANY,
        case("policy-without-tls", "a listener with the protocol {protocol} cannot have `{key}`",
            "remove `{key}`, or use HTTPS or TLS"),
        case("certificate-without-tls", "a listener with the protocol {protocol} cannot have `{key}`",
            "remove `{key}`, or use HTTPS or TLS"),
        case("not-an-arn", "`{given}` is not the ARN of a certificate",
            "use a certificate of ACM or of IAM, such as `arn:aws:acm:eu-central-1:123456789012:certificate/…`"),
        case("other-region", "the certificate is in the region {region}, and the load balancer is in {wanted}",
            "use a certificate of the region {wanted}"),
    ];
    ELB_LSN_003 = "ELB-LSN-003" Error "An ARN of Elastic Load Balancing names an object of the wanted kind.", LISTENER, [
        REQUIRED,
        case("not-an-arn", "`{given}` is not the ARN of a {kind}", "use the ARN of a {kind}"),
    ];
    ELB_ACT_001 = "ELB-ACT-001" Error "Actions end with one that answers: `forward`, `redirect` or `fixed-response`, and a Network Load Balancer only forwards.", ACTION, [
        REQUIRED,
        UNKNOWN_CHOICE,
        TOO_FEW,
        case("no-answer", "the last action does not answer the request", "add an action of type `forward`, `redirect` or `fixed-response`"),
        case("not-last", "`{kind}` answers the request, so no action can follow it", "move the action to the end, and remove other ones that answer"),
        case("only-forward", "a Network Load Balancer cannot carry out `{kind}`", "use an action of type `forward`"),
        case("no-configuration", "an action of type `{kind}` needs `{member}`", "set `{member}`"),
    ];
    ELB_ACT_002 = "ELB-ACT-002" Error "A forward action names 1 to 5 target groups, with weights from 0 to 999 if there are several.", ACTION, [
        REQUIRED,
        TOO_MANY,
        OUT_OF_RANGE,
        case("other-group", "`TargetGroupArn` and `ForwardConfig` name different target groups", "remove `TargetGroupArn`"),
        case("no-weight", "a target group has no weight beside other ones", "set `{key}`"),
        case("listed-twice", "the target group `{name}` is listed twice", "remove one of the two"),
    ];
    ELB_ACT_003 = "ELB-ACT-003" Error "A fixed response has a status code of 2xx, 4xx or 5xx and a text of at most 1024 characters.", ACTION, [
        REQUIRED,
        TOO_LONG,
        UNKNOWN_CHOICE,
        case("not-a-status", "a fixed response cannot have the status code `{given}`", "write a code from 200 to 299, or from 400 to 599"),
    ];
    ELB_ACT_004 = "ELB-ACT-004" Error "A redirect has the status code 301 or 302, and leads to another protocol, port, host or path.", ACTION, [
        REQUIRED,
        UNKNOWN_CHOICE,
        TOO_LONG,
        TOO_SHORT,
        case("not-a-path", "the path `{path}` of the redirect does not begin with `/`", "write a path such as `/#{{path}}`"),
        case("loop", "the redirect leads to the address of the request itself", "set `Protocol`, `Port`, `Host` or `Path` to another value"),
    ];
    ELB_RULE_001 = "ELB-RULE-001" Error "A rule's priority is 1 to 50000.", RULE, [REQUIRED, OUT_OF_RANGE];
    ELB_RULE_002 = "ELB-RULE-002" Error "A rule has at least one condition, and at most 5 values and 5 wildcards in all of them.", RULE, [
        REQUIRED,
        TOO_FEW,
        UNKNOWN_CHOICE,
        case("too-many-values", "the conditions have {count} values; at most {most} are allowed", "split the rule, or remove values"),
        case("too-many-wildcards", "the conditions have {count} wildcards; at most {most} are allowed", "split the rule, or remove wildcards"),
        case("no-value", "the condition `{field}` has no value", "add a value to `{key}`"),
        case("other-field", "a condition with the field `{field}` cannot have `{key}`", "remove `{key}`"),
        case("field-twice", "the condition `{field}` occurs twice", "join the values of the two"),
    ];
    ELB_RULE_003 = "ELB-RULE-003" Error "Values of a condition have at most 128 characters, and the form of their field.", CONDITION, [
        REQUIRED,
        case("too-long", "a value of the condition `{field}` has {count} characters; at most {most} are allowed",
            "shorten `{key}` to {most} characters"),
        case("not-a-path", "`{given}` is not a path for a condition",
            "use letters, digits, and the characters `_-.$/~\"'@:+&*?`"),
        case("not-a-host", "`{given}` is not a host name for a condition",
            "use a host name with a dot, such as `*.example.com`"),
        case("not-a-header", "`{given}` is not the name of a header for a condition",
            "use letters, digits and hyphens; write a condition `host-header` for `Host`"),
        case("not-a-method", "`{given}` is not a method for a condition", "use capital letters, `-` and `_`"),
        case("not-a-range", "`{given}` is not an address range", "write a range such as `10.0.0.0/16`"),
    ];
    ELB_ATTR_001 = "ELB-ATTR-001" Error "Attributes are known, set once, and have values of their types.", BALANCER_ATTRIBUTES, [
        REQUIRED,
        TOO_MANY,
        UNKNOWN_CHOICE,
        OUT_OF_RANGE,
        case("unknown", "no load balancer has the attribute `{name}`", "remove `{name}`"),
        case("unknown-of-group", "no target group has the attribute `{name}`", "remove `{name}`"),
        case("used-twice", "the attribute `{name}` is set twice", "remove one of the two"),
        case("empty", "the attribute `{name}` has no value", "write the value, or the default of `{name}`"),
        case("not-a-flag", "the attribute `{name}` must be `true` or `false`, not `{given}`", "write `true` or `false` for `{name}`"),
        case("not-a-number", "the attribute `{name}` must be a number, not `{given}`", "write a number for `{name}`"),
    ];
    ELB_ATTR_002 = "ELB-ATTR-002" Error "A load balancer keeps an idle connection for 1 to 4000 seconds, and a client's for 60 to 604800.", BALANCER_ATTRIBUTES, [OUT_OF_RANGE];
}
