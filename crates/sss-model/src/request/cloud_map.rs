//! Cloud Map: private namespaces, and services in them.

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

pub(crate) const CREATE_PRIVATE_DNS_NAMESPACE: Shape = Shape(&[
    must("Name", Kind::Text, &CM_NS_001),
    must("Vpc", Kind::Text, &CM_NS_002),
    may("CreatorRequestId Description", Kind::Text),
    may("Tags", TAGS),
    may("Properties", Kind::Structure(&PROPERTIES)),
]);
const PROPERTIES: Shape = Shape(&[must("DnsProperties", Kind::Structure(&DNS_PROPERTIES), &CM_NS_004)]);
const DNS_PROPERTIES: Shape = Shape(&[must("SOA", Kind::Structure(&SOA), &CM_NS_004)]);
const SOA: Shape = Shape(&[must("TTL", Kind::Long, &CM_NS_004)]);

pub(crate) const CREATE_SERVICE: Shape = Shape(&[
    must("Name", Kind::Text, &CM_SVC_000),
    may("NamespaceId CreatorRequestId Description", Kind::Text),
    may("DnsConfig", Kind::Structure(&DNS_CONFIG)),
    may("HealthCheckConfig", Kind::Structure(&HEALTH_CHECK)),
    may("HealthCheckCustomConfig", Kind::Structure(&CUSTOM_HEALTH_CHECK)),
    may("Tags", TAGS),
    may("Type", Kind::Choice(&CM_SVC_014, &["HTTP"])),
]);
const DNS_CONFIG: Shape = Shape(&[
    may("NamespaceId", Kind::Text),
    may("RoutingPolicy", Kind::Choice(&CM_SVC_013, &["MULTIVALUE", "WEIGHTED"])),
    must("DnsRecords", list(&Kind::Structure(&DNS_RECORD)), &CM_SVC_010),
]);
const DNS_RECORD: Shape = Shape(&[
    must("Type", Kind::Choice(&CM_SVC_010, &TYPES), &CM_SVC_010),
    must("TTL", Kind::Long, &CM_SVC_012),
]);
const TYPES: [&str; 4] = ["SRV", "A", "AAAA", "CNAME"];
const HEALTH_CHECK: Shape = Shape(&[
    must("Type", Kind::Choice(&CM_SVC_023, &["HTTP", "HTTPS", "TCP"]), &CM_SVC_023),
    may("ResourcePath", Kind::Text),
    may("FailureThreshold", Kind::Integer),
]);
const CUSTOM_HEALTH_CHECK: Shape = Shape(&[may("FailureThreshold", Kind::Integer)]);

/// Checks the values of a request of `CreatePrivateDnsNamespace`.
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
fn of_arn(namespace: &str) -> &str {
    namespace.rsplit_once('/').map_or(namespace, |(_, id)| id)
}

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
