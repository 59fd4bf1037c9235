//! Cloud Map: private namespaces, and services in them.
//!
//! A private namespace is a DNS domain in a VPC, kept in a hosted zone of Route 53. A service in it holds the records
//! of its instances, here the tasks of ECS, under `<service>.<namespace>`. API Gateway finds tasks by such a service,
//! and needs SRV records, because only they have the port.
//!
//! Cloud Map creates a namespace in the background: the request is accepted first, and the operation fails later if
//! Route 53 refuses the name. So CM-NS-006 is an error although Cloud Map accepts the request.
//!
//! The records of a service can be changed later, but its custom health check cannot: another one needs another
//! service. The rules on plain values are in `rules::cloud_map`, and a stack has them too. A stack always has SRV
//! records and the one custom health check, so the rules on other records and checks are for requests only.

use super::bounds::{length, number};
use super::shape::{Kind, Shape, list, may, must};
use super::tags::{self, TAGS};
use super::{Node, Operation, Referred};
use crate::report::Report;
use crate::rules::{
    CM_NS_001, CM_NS_002, CM_NS_003, CM_NS_004, CM_NS_005, CM_SVC_000, CM_SVC_002, CM_SVC_010, CM_SVC_011,
    CM_SVC_012, CM_SVC_013, CM_SVC_014, CM_SVC_020, CM_SVC_021, CM_SVC_022, CM_SVC_023, broken, cloud_map,
    network,
};

/// `CreatePrivateDnsNamespace`: the name (CM-NS-001) and the VPC (CM-NS-002) are required.
///
/// Without `CreatorRequestId` a repeated request is a second request. AWS then refuses it, because a VPC has a name
/// once.
pub(crate) const CREATE_PRIVATE_DNS_NAMESPACE: Shape = Shape(&[
    must("Name", Kind::Text, &CM_NS_001),
    must("Vpc", Kind::Text, &CM_NS_002),
    may("CreatorRequestId Description", Kind::Text),
    may("Tags", TAGS),
    may("Properties", Kind::Structure(&PROPERTIES)),
]);
/// Properties of a namespace. If they are there, each level down to the TTL is required (CM-NS-004).
const PROPERTIES: Shape = Shape(&[must("DnsProperties", Kind::Structure(&DNS_PROPERTIES), &CM_NS_004)]);
const DNS_PROPERTIES: Shape = Shape(&[must("SOA", Kind::Structure(&SOA), &CM_NS_004)]);
/// The SOA record of the zone. Its TTL is in seconds.
const SOA: Shape = Shape(&[must("TTL", Kind::Long, &CM_NS_004)]);

/// `CreateService`: the shape requires the name only (CM-SVC-000).
///
/// The namespace is required too, at one of two places, so a rule on values checks it. `Type` is `HTTP` for services
/// that are found by the API only; otherwise it is absent (CM-SVC-014).
pub(crate) const CREATE_SERVICE: Shape = Shape(&[
    must("Name", Kind::Text, &CM_SVC_000),
    may("NamespaceId CreatorRequestId Description", Kind::Text),
    may("DnsConfig", Kind::Structure(&DNS_CONFIG)),
    may("HealthCheckConfig", Kind::Structure(&HEALTH_CHECK)),
    may("HealthCheckCustomConfig", Kind::Structure(&CUSTOM_HEALTH_CHECK)),
    may("Tags", TAGS),
    may("Type", Kind::Choice(&CM_SVC_014, &["HTTP"])),
]);
/// The records of a service. `NamespaceId` is the deprecated place, and `RoutingPolicy` is `MULTIVALUE` by default.
const DNS_CONFIG: Shape = Shape(&[
    may("NamespaceId", Kind::Text),
    may("RoutingPolicy", Kind::Choice(&CM_SVC_013, &["MULTIVALUE", "WEIGHTED"])),
    must("DnsRecords", list(&Kind::Structure(&DNS_RECORD)), &CM_SVC_010),
]);
/// A record: its type (CM-SVC-010) and its TTL in seconds (CM-SVC-012), both required.
const DNS_RECORD: Shape = Shape(&[
    must("Type", Kind::Choice(&CM_SVC_010, &TYPES), &CM_SVC_010),
    must("TTL", Kind::Long, &CM_SVC_012),
]);
/// The types of records that Cloud Map has.
const TYPES: [&str; 4] = ["SRV", "A", "AAAA", "CNAME"];
/// A health check by Route 53, which reaches public addresses only.
const HEALTH_CHECK: Shape = Shape(&[
    must("Type", Kind::Choice(&CM_SVC_023, &["HTTP", "HTTPS", "TCP"]), &CM_SVC_023),
    may("ResourcePath", Kind::Text),
    may("FailureThreshold", Kind::Integer),
]);
/// A health check by a program: ECS reports the state of its tasks. An empty structure is valid.
const CUSTOM_HEALTH_CHECK: Shape = Shape(&[may("FailureThreshold", Kind::Integer)]);

/// Checks the values of a request of `CreatePrivateDnsNamespace`.
///
/// - `Name`: 1 to 253 printable characters without a space, not an ARN (CM-NS-001), in labels of 1 to 63 (CM-NS-006). A
///   name that is no host name is a warning (CM-NS-007): AWS accepts `my_shop.internal`, but `java.net.URI` finds no
///   host in it.
/// - `Vpc`: an id of EC2 (EC2-ID-001), not empty (CM-NS-002).
/// - `Description`: at most 1024 characters (CM-NS-003), `CreatorRequestId`: at most 64 (CM-NS-005).
/// - The TTL of the SOA record: 0 to 2147483647 seconds (CM-NS-004).
/// - `Tags`: up to 200 in one request (TAG-005).
pub(crate) fn namespace(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    if let Some(name) = request.text("Name") {
        cloud_map::namespace_name(name, &request.place("Name"), report);
    }
    request.check_text("Vpc", &CM_NS_002, network::vpc_id, report);
    request.check_text("Description", &CM_NS_003, cloud_map::description, report);
    length(request, "CreatorRequestId", 0..=64, &CM_NS_005, report);
    let properties = request.get("Properties").and_then(|properties| properties.get("DnsProperties"));
    if let Some(soa) = properties.and_then(|properties| properties.get("SOA")) {
        number(&soa, "TTL", 0..=cloud_map::LONGEST_TTL, &CM_NS_004, report);
    }
    tags::of_list(request, "Tags", ["Key", "Value"], tags::Service::CloudMap, report);
}

/// Checks the values of a request of `CreateService` of Cloud Map.
///
/// - `Name`: at most 127 characters in labels of letters, digits, `_` and inner hyphens (CM-SVC-001).
/// - With a referred namespace, the DNS names of the instances have at most 253 characters (CM-SVC-004, a warning). ECS
///   gives an instance 32 hexadecimal digits as its id.
/// - `Description`: at most 1024 characters (CM-SVC-002), `CreatorRequestId`: at most 64 (CM-NS-005).
/// - `Type`: `HTTP` excludes `DnsConfig` (CM-SVC-014).
/// - Namespace, records and health checks have functions of their own.
///
/// Whether the namespace exists, and whether another service in it has the same name in other letters, are facts of the
/// account.
pub(crate) fn service(request: &Node<'_>, referred: &Referred, report: &mut Report) {
    if let Some(name) = request.text("Name") {
        let place = request.place("Name");
        cloud_map::service_name(name, &place, report);
        let namespace = referred.get(Operation::CloudMapCreatePrivateDnsNamespace);
        if let Some(namespace) = namespace.and_then(|namespace| namespace.text("Name")) {
            cloud_map::instance_name(name, namespace, &place, report);
        }
    }
    length(request, "Description", 0..=1024, &CM_SVC_002, report);
    length(request, "CreatorRequestId", 0..=64, &CM_NS_005, report);

    namespace_id(request, report);
    if let Some(dns) = request.get("DnsConfig") {
        records(&dns, report);
        if request.text("Type") == Some("HTTP") {
            report.add(&request.place("Type"), broken!(CM_SVC_014, "beside-records"));
        }
    }

    health_check(request, referred, report);
    tags::of_list(request, "Tags", ["Key", "Value"], tags::Service::CloudMap, report);
}

/// Returns the id of a namespace, which a request may also give by its ARN.
///
/// The id is behind the last `/` of the ARN.
fn of_arn(namespace: &str) -> &str {
    namespace.rsplit_once('/').map_or(namespace, |(_, id)| id)
}

/// Checks the namespace of a service (CM-SVC-000).
///
/// It is `NamespaceId` of the service, with 1 to 255 characters because it may be an ARN, or `NamespaceId` of
/// `DnsConfig`, with 1 to 64. One of them is required. If both are set, they name the same namespace.
fn namespace_id(request: &Node<'_>, report: &mut Report) {
    length(request, "NamespaceId", 1..=255, &CM_SVC_000, report);
    let dns = request.get("DnsConfig");
    if let Some(dns) = &dns {
        length(dns, "NamespaceId", 1..=64, &CM_SVC_000, report);
    }

    let inner = dns.as_ref().and_then(|dns| dns.text("NamespaceId"));
    if let (Some(outer), Some(inner)) = (request.text("NamespaceId"), inner)
        && of_arn(outer) != of_arn(inner)
    {
        let at = request.place("DnsConfig").key("NamespaceId");
        report.add(&at, broken!(CM_SVC_000, "two-namespaces"));
    }

    if !request.has("NamespaceId") && !dns.is_some_and(|dns| dns.has("NamespaceId")) {
        request.lacks("NamespaceId", &CM_SVC_000, report);
    }
}

/// Checks the records of a service.
///
/// - Their types are A, AAAA, A and AAAA, SRV, or CNAME (CM-SVC-010). A documentation of ECS allows A beside SRV, which
///   Cloud Map refuses.
/// - A TTL is 0 to 2147483647 seconds (CM-SVC-012). More than 60 seconds for SRV is a warning (CM-SVC-015): clients
///   call a stopped task for so long.
/// - CNAME needs the routing policy `WEIGHTED` (CM-SVC-011), which is not the default.
///
/// The set of types is not judged while one of them is unknown or absent, because the shape has reported that one.
fn records(dns: &Node<'_>, report: &mut Report) {
    let records = dns.items("DnsRecords");
    let types: Vec<&str> = records.iter().filter_map(|record| record.text("Type")).collect();
    // The shape has reported records of an unknown type.
    let are_known = types.len() == records.len() && types.iter().all(|kind| TYPES.contains(kind));
    if are_known && dns.value().get("DnsRecords").is_some_and(serde_json::Value::is_array) {
        cloud_map::record_types(&types, &dns.place("DnsRecords"), report);
    }

    for record in records {
        number(&record, "TTL", 0..=cloud_map::LONGEST_TTL, &CM_SVC_012, report);
        if let (Some("SRV"), Some(seconds)) = (record.text("Type"), record.integer("TTL")) {
            cloud_map::srv_ttl(seconds, &record.place("TTL"), report);
        }
    }

    if types.contains(&"CNAME") && dns.text("RoutingPolicy") != Some("WEIGHTED") {
        report.add(&dns.place("RoutingPolicy"), broken!(CM_SVC_011, "not-weighted"));
    }
}

/// Checks the health checks of a service.
///
/// - `HealthCheckCustomConfig`: a threshold of 1 to 10 (CM-SVC-021). AWS uses 1 for every service, so 2 to 10 is
///   advice.
/// - `HealthCheckConfig`: Route 53 cannot check what is in a private namespace (CM-SVC-020). That is an error with a
///   referred namespace, and a warning if the namespace is unknown, because Cloud Map allows it in public and HTTP
///   namespaces.
/// - Both together exclude each other (CM-SVC-022), and CNAME records exclude `HealthCheckConfig` (CM-SVC-011).
/// - `ResourcePath`: at most 255 characters; absent for TCP. `FailureThreshold`: 1 to 10 attempts (both CM-SVC-023).
fn health_check(request: &Node<'_>, referred: &Referred, report: &mut Report) {
    if let Some(custom) = request.get("HealthCheckCustomConfig") {
        number(&custom, "FailureThreshold", 1..=10, &CM_SVC_021, report);
        if let Some(threshold @ 2..=10) = custom.integer("FailureThreshold") {
            let broken = broken!(CM_SVC_021, "idle", given = threshold);
            report.advise(&custom.place("FailureThreshold"), broken);
        }
    }

    let Some(check) = request.get("HealthCheckConfig") else { return };
    if referred.get(Operation::CloudMapCreatePrivateDnsNamespace).is_some() {
        report.add(check.at(), broken!(CM_SVC_020, "private"));
    } else {
        report.warn(check.at(), broken!(CM_SVC_020, "perhaps-private"));
    }
    if request.has("HealthCheckCustomConfig") {
        report.add(check.at(), broken!(CM_SVC_022, "both"));
    }

    let records = request.get("DnsConfig").map(|dns| dns.items("DnsRecords")).unwrap_or_default();
    if records.iter().any(|record| record.text("Type") == Some("CNAME")) {
        report.add(check.at(), broken!(CM_SVC_011, "health-check"));
    }
    length(&check, "ResourcePath", 0..=255, &CM_SVC_023, report);
    number(&check, "FailureThreshold", 1..=10, &CM_SVC_023, report);
    if check.text("Type") == Some("TCP") && check.has("ResourcePath") {
        report.add(&check.place("ResourcePath"), broken!(CM_SVC_023, "path-of-tcp"));
    }
}
