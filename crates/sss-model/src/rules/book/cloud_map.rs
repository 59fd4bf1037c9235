//! Rules of Cloud Map.
//!
//! The sources are the reference of Cloud Map (`CreatePrivateDnsNamespace`, `CreateService`), RFC 1123 for the names of
//! hosts, and ECS's page on the life cycle of a task for the end of a task that callers still know.
//!
//! The groups are `CM-NS` for namespaces and `CM-SVC` for services and their records. The checks are in
//! `rules/cloud_map.rs`, `rules/service.rs` and `request/cloud_map.rs`.

use super::{DIFFERS_BY_CASE, OUT_OF_RANGE, REQUIRED, TOO_LONG, TOO_SHORT, UNKNOWN_CHOICE, book};
use crate::rules::case::case;

const NAMESPACE: &str = "https://docs.aws.amazon.com/cloud-map/latest/api/API_CreatePrivateDnsNamespace.html";
const CLOUD_MAP: &str = "https://docs.aws.amazon.com/cloud-map/latest/api/API_CreateService.html";
const HOST_NAMES: &str = "https://www.rfc-editor.org/rfc/rfc1123#section-2.1";
const CONTAINER_SHUTDOWN: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html";

book! {
    CM_NS_001 = "CM-NS-001" Error "A namespace's name has 1 to 253 printable characters without a space.", NAMESPACE, [
        REQUIRED,
        case("invalid-name", "`{name}` cannot be the name of a namespace",
            "set `names.namespace` to 1 to 253 printable characters without a space")
            .in_request("use 1 to 253 printable characters without a space, and do not begin with `arn:`"),
    ];
    CM_NS_002 = "CM-NS-002" Error "A private namespace is in a VPC.", NAMESPACE, [
        REQUIRED.with_fix("set `{key}` to the id of the VPC"),
    ];
    CM_NS_003 = "CM-NS-003" Error "A namespace's description has at most 1024 characters.", NAMESPACE, [TOO_LONG];
    CM_NS_004 = "CM-NS-004" Error "The time to live of a namespace's SOA record is 0 to 2147483647 seconds.", NAMESPACE, [REQUIRED, OUT_OF_RANGE];
    CM_NS_005 = "CM-NS-005" Error "A creator's request id has at most 64 characters.", NAMESPACE, [TOO_LONG];
    CM_NS_006 = "CM-NS-006" Error "Each label of a namespace's name has 1 to 63 characters.", HOST_NAMES, [
        case("label-length", "the label `{label}` of the namespace `{name}` has {count} characters; a label has 1 to 63",
            "set `names.namespace` to a name with labels of 1 to 63 characters: Route 53 refuses other names")
            .in_request("use labels of 1 to 63 characters: Route 53 refuses other names while Cloud Map creates the namespace"),
    ];
    CM_NS_007 = "CM-NS-007" Warning "A namespace's name is a host name: labels of letters, digits and inner hyphens, the last one beginning with a letter.", HOST_NAMES, [
        case("not-a-host-name", "the namespace `{name}` is not a host name, so URL parsers such as java.net.URI find no host in it",
            "use labels of letters, digits and inner hyphens, the last one beginning with a letter"),
        case("multicast", "the namespace `{name}` ends with `.local`, which multicast DNS uses",
            "use another ending, as in `.internal`"),
    ];
    CM_SVC_000 = "CM-SVC-000" Error "A Cloud Map service has a name and one namespace.", CLOUD_MAP, [
        REQUIRED,
        TOO_SHORT,
        TOO_LONG,
        case("two-namespaces", "`{key}` of `DnsConfig` and of the service must be the same namespace",
            "remove `{key}` of `DnsConfig`"),
    ];
    CM_SVC_001 = "CM-SVC-001" Error "A Cloud Map service's name has at most 127 characters in labels of letters, digits, `_` and inner hyphens.", CLOUD_MAP, [
        case("invalid-name", "`{name}` cannot be the name of a Cloud Map service",
            "set `names.cloud_map` to at most 127 letters, digits, `_` and inner hyphens")
            .in_request("use at most 127 letters, digits, `_` and inner hyphens"),
    ];
    CM_SVC_002 = "CM-SVC-002" Error "A Cloud Map service's description has at most 1024 characters.", CLOUD_MAP, [TOO_LONG];
    CM_SVC_003 = "CM-SVC-003" Error "Cloud Map services of a namespace differ in more than upper and lower case.", CLOUD_MAP, [
        DIFFERS_BY_CASE.with_fix("rename the service, or set `names.cloud_map`"),
    ];
    CM_SVC_004 = "CM-SVC-004" Warning "The DNS names of a service's instances have at most 253 characters.", CLOUD_MAP, [
        case("instance-names-too-long", "the DNS names of the instances of `{service}` have {count} characters; DNS takes at most 253",
            "shorten the name of the service or of the namespace"),
    ];
    CM_SVC_010 = "CM-SVC-010" Error "A service's records are A, AAAA, A and AAAA, SRV, or CNAME.", CLOUD_MAP, [
        REQUIRED,
        UNKNOWN_CHOICE,
        case("none", "`{key}` names no DNS record", "write one record of type `SRV`"),
        case("unknown-set", "Cloud Map has no service with these types of DNS records: {types}",
            "write one record of type `SRV`"),
    ];
    CM_SVC_011 = "CM-SVC-011" Error "CNAME records are weighted, and without a health check.", CLOUD_MAP, [
        case("not-weighted", "`{key}` must be `WEIGHTED` for CNAME records", "set `{key}` to `WEIGHTED`"),
        case("health-check", "a service with CNAME records cannot have `{key}`", "remove `{key}`"),
    ];
    CM_SVC_012 = "CM-SVC-012" Error "A time to live is 0 to 2147483647 seconds.", CLOUD_MAP, [REQUIRED, OUT_OF_RANGE];
    CM_SVC_013 = "CM-SVC-013" Error "A routing policy is `MULTIVALUE` or `WEIGHTED`.", CLOUD_MAP, [UNKNOWN_CHOICE];
    CM_SVC_014 = "CM-SVC-014" Error "A service's type is `HTTP`, without records, or it has none.", CLOUD_MAP, [
        UNKNOWN_CHOICE,
        case("beside-records", "`{key}` is for services without `DnsConfig`", "remove `{key}`, or remove `DnsConfig`"),
    ];
    CM_SVC_015 = "CM-SVC-015" Warning "SRV records live at most 60 seconds, so that clients leave a task soon after it stopped.", CLOUD_MAP, [
        case("too-long", "`{key}` is {seconds} seconds, and for so long clients may call a task that has stopped",
            "set `{key}` to 60 or less"),
    ];
    CM_SVC_016 = "CM-SVC-016" Warning "Tasks that callers find by Cloud Map have a stop timeout: callers know a task for a while after it was told to end.", CONTAINER_SHUTDOWN, [
        case("not-set", "`{key}` is not set: API Gateway may still send requests to a task that is shutting down",
            "write `{key} = 30`, and let the program answer requests for that long after SIGTERM"),
    ];
    CM_SVC_020 = "CM-SVC-020" Error "Route 53 does not check the health of what is in a private namespace.", CLOUD_MAP, [
        case("private", "Route 53 cannot check the health of tasks in a private namespace",
            "remove `{key}`, and set `HealthCheckCustomConfig`"),
        case("perhaps-private", "Cloud Map refuses `{key}` if the namespace is private",
            "remove `{key}` if the namespace is private, and set `HealthCheckCustomConfig`"),
    ];
    CM_SVC_021 = "CM-SVC-021" Error "The failure threshold of a custom health check is 1; AWS takes up to 10 and does not use it.", CLOUD_MAP, [
        OUT_OF_RANGE,
        case("idle", "`{key}` is {given}, but AWS uses 1 for every service", "set `{key}` to 1, or remove it"),
    ];
    CM_SVC_022 = "CM-SVC-022" Error "A service has one kind of health check.", CLOUD_MAP, [
        case("both", "`{key}` and `HealthCheckCustomConfig` exclude each other", "remove `{key}`"),
    ];
    CM_SVC_023 = "CM-SVC-023" Error "A health check is of type HTTP, HTTPS or TCP, fails after 1 to 10 attempts, and has a path of at most 255 characters unless it is of type TCP.", CLOUD_MAP, [
        REQUIRED,
        UNKNOWN_CHOICE,
        TOO_LONG,
        OUT_OF_RANGE,
        case("path-of-tcp", "a health check of type TCP cannot have `{key}`", "remove `{key}`"),
    ];
}
