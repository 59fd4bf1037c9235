use serde_json::{Value, json};

use super::table::{Table, each, long};
use crate::request::{Operation, Referred, check};

fn namespace() -> Table {
    let request = json!({ "Name": "shop.internal", "Vpc": "vpc-0a1b2c3d4e5f60718" });
    Table::of("servicediscovery:CreatePrivateDnsNamespace", request)
}

/// A name of labels of 63 characters, so long.
fn name(length: usize) -> Value {
    let labels = format!("{}.", "a".repeat(63)).repeat(4);
    labels[..length].into()
}

#[test]
fn namespaces() {
    let namespace = namespace();
    namespace.takes("/Name", each(["a", "A-1.internal", "a.b.c1"]));
    namespace.takes("/Name", [name(253)]);
    namespace.breaks("/Name", [name(254)], &["CM-NS-001 Name"]);
    namespace.breaks("/Name", each(["", "a b", "arn:a", "é", "a\n"]), &["CM-NS-001 Name"]);
    namespace.takes("/Name", long([63]));
    namespace.breaks("/Name", long([64]), &["CM-NS-006 Name"]);
    namespace.breaks("/Name", each(["a..internal", ".a", "."]), &["CM-NS-006 Name"]);
    let doubtful = ["mz_dev.internal", "-a.internal", "a-.internal", "app.1nternal", "app.123", "a.", "!"];
    namespace.breaks("/Name", each(doubtful), &["warning CM-NS-007 Name"]);
    namespace.breaks("/Name", each(["shop.local"]), &["advice CM-NS-007 Name"]);
    namespace.lacks("/Name", &["CM-NS-001 Name"]);
    namespace.lacks("/Vpc", &["CM-NS-002 Vpc"]);
    namespace.breaks("/Vpc", each([""]), &["CM-NS-002 Vpc"]);
    namespace.breaks("/Vpc", each(["vpc-xyz", "subnet-0a1b2c3d"]), &["EC2-ID-001 Vpc"]);
    namespace.takes("/Description", long([0, 1024]));
    namespace.breaks("/Description", long([1025]), &["CM-NS-003 Description"]);
    namespace.takes("/CreatorRequestId", long([0, 64]));
    namespace.breaks("/CreatorRequestId", long([65]), &["CM-NS-005 CreatorRequestId"]);
    let soa = |ttl: Value| [json!({ "DnsProperties": { "SOA": { "TTL": ttl } } })];
    namespace.takes("/Properties", soa(json!(0)));
    namespace.takes("/Properties", soa(json!(2_147_483_647)));
    for ttl in [-1_i64, 2_147_483_648] {
        namespace.breaks("/Properties", soa(json!(ttl)), &["CM-NS-004 Properties.DnsProperties.SOA.TTL"]);
    }
    namespace.breaks("/Properties", [json!({})], &["CM-NS-004 Properties.DnsProperties"]);
}

fn service() -> Table {
    let dns = json!({ "DnsRecords": [{ "Type": "SRV", "TTL": 60 }] });
    let request = json!({ "Name": "orders", "NamespaceId": "ns-abcdefghijklmnop", "DnsConfig": dns });
    Table::of("servicediscovery:CreateService", request)
}

#[test]
fn service_names() {
    let service = service();
    service.takes("/Name", each(["a", "A_b-c", "__", "_http._tcp", ".", "a.b", "1", &"a".repeat(63)]));
    service.takes("/Name", [name(127)]);
    service.breaks("/Name", [name(127 + 1)], &["CM-SVC-001 Name"]);
    for refused in ["", "_", "-a", "a-", "a.", ".a", "a..b", "..", "a b", "é", &"a".repeat(64)] {
        service.breaks("/Name", each([refused]), &["CM-SVC-001 Name"]);
    }
    service.lacks("/Name", &["CM-SVC-000 Name"]);
    let beside = |length: usize| {
        service.beside(json!({ "servicediscovery:CreatePrivateDnsNamespace": { "Name": name(length) } }))
    };
    beside(253 - 34 - 6).is(&[]);
    beside(253 - 34 - 5).is(&["warning CM-SVC-004 Name"]);
}

#[test]
fn services_of_a_namespace() {
    let service = service();
    service.takes("/Description", long([0, 1024]));
    service.breaks("/Description", long([1025]), &["CM-SVC-002 Description"]);
    service.lacks("/NamespaceId", &["CM-SVC-000 NamespaceId"]);
    let records = json!([{ "Type": "SRV", "TTL": 60 }]);
    let inner = |id: &str| json!({ "NamespaceId": id, "DnsRecords": records });
    service.from(json!({ "Name": "a", "DnsConfig": inner("ns-a") })).is(&[]);
    let within = service.from(json!({ "Name": "a", "DnsConfig": inner("ns-a") }));
    within.takes("/DnsConfig/NamespaceId", long([64]));
    within.breaks("/DnsConfig/NamespaceId", long([65]), &["CM-SVC-000 DnsConfig.NamespaceId"]);
    service.names("/DnsConfig", inner("ns-a"), "CM-SVC-000/two-namespaces");
    service.takes("/DnsConfig", [inner("ns-abcdefghijklmnop")]);
    let arn = "arn:aws:servicediscovery:eu-central-1:123456789012:namespace/ns-abcdefghijklmnop";
    let by_arn = json!({ "Name": "a", "NamespaceId": arn, "DnsConfig": inner("ns-abcdefghijklmnop") });
    service.from(by_arn).is(&[]);
    service.takes("/NamespaceId", long([255]));
    service.breaks("/NamespaceId", long([256]), &["CM-SVC-000 NamespaceId"]);
    service.from(json!({ "Name": "a", "NamespaceId": "ns-a", "Type": "HTTP" })).is(&[]);
    service.breaks("/Type", each(["http", "DNS", ""]), &["CM-SVC-014 Type"]);
}

#[test]
fn records() {
    let service = service();
    let of = |types: &[&str]| -> [Value; 1] {
        [types.iter().map(|kind| json!({ "Type": kind, "TTL": 60 })).collect()]
    };
    for taken in [&["A"] as &[&str], &["AAAA"], &["A", "AAAA"], &["AAAA", "A"], &["SRV"]] {
        service.takes("/DnsConfig/DnsRecords", of(taken));
    }
    for refused in [&[] as &[&str], &["A", "A"], &["SRV", "SRV"], &["SRV", "AAAA"], &["A", "AAAA", "SRV"]] {
        service.breaks("/DnsConfig/DnsRecords", of(refused), &["CM-SVC-010 DnsConfig.DnsRecords"]);
    }
    service.breaks("/DnsConfig/DnsRecords", of(&["A", "SRV"]), &["CM-SVC-010 DnsConfig.DnsRecords"]);
    service.lacks("/DnsConfig/DnsRecords", &["CM-SVC-010 DnsConfig.DnsRecords"]);
    service.breaks(
        "/DnsConfig/DnsRecords/0/Type",
        each(["srv", "MX"]),
        &["CM-SVC-010 DnsConfig.DnsRecords[0].Type"],
    );
    let cname = service.from(json!({ "Name": "a", "NamespaceId": "ns-a",
        "DnsConfig": { "RoutingPolicy": "WEIGHTED", "DnsRecords": [{ "Type": "CNAME", "TTL": 300 }] } }));
    cname.is(&[]);
    cname.breaks("/DnsConfig/RoutingPolicy", each(["MULTIVALUE"]), &["CM-SVC-011 DnsConfig.RoutingPolicy"]);
    cname.lacks("/DnsConfig/RoutingPolicy", &["CM-SVC-011 DnsConfig.RoutingPolicy"]);
    let want = ["warning CM-SVC-020 HealthCheckConfig", "CM-SVC-011 HealthCheckConfig"];
    cname.breaks("/HealthCheckConfig", [json!({ "Type": "HTTP" })], &want);
    service.takes("/DnsConfig/RoutingPolicy", each(["MULTIVALUE", "WEIGHTED"]));
    service.breaks("/DnsConfig/RoutingPolicy", each(["SIMPLE"]), &["CM-SVC-013 DnsConfig.RoutingPolicy"]);
    let ttl = "/DnsConfig/DnsRecords/0/TTL";
    service.takes(ttl, [json!(0), json!(60)]);
    service.breaks(
        ttl,
        [json!(61), json!(2_147_483_647)],
        &["warning CM-SVC-015 DnsConfig.DnsRecords[0].TTL"],
    );
    service.breaks(ttl, [json!(-1)], &["CM-SVC-012 DnsConfig.DnsRecords[0].TTL"]);
    service.breaks(ttl, [json!("60"), json!(0.5)], &["PARAM-002 DnsConfig.DnsRecords[0].TTL"]);
    let large = ["CM-SVC-012 DnsConfig.DnsRecords[0].TTL", "warning CM-SVC-015 DnsConfig.DnsRecords[0].TTL"];
    service.breaks(ttl, [json!(2_147_483_648_u64)], &large);
    service.lacks(ttl, &["CM-SVC-012 DnsConfig.DnsRecords[0].TTL"]);
}

#[test]
fn a_service_without_records_is_told_so() {
    let request = json!({ "Name": "a", "NamespaceId": "b", "DnsConfig": { "DnsRecords": [] } });
    let problems = check(Operation::CloudMapCreateService, &request, &Referred::default());
    assert_eq!(problems[0].case, "none");
}

#[test]
fn health_checks() {
    let service = service();
    let custom = "/HealthCheckCustomConfig";
    service.takes(custom, [json!({}), json!({ "FailureThreshold": 1 })]);
    let threshold = |number: i32| [json!({ "FailureThreshold": number })];
    service.breaks(custom, threshold(2), &["advice CM-SVC-021 HealthCheckCustomConfig.FailureThreshold"]);
    service.breaks(custom, threshold(10), &["advice CM-SVC-021 HealthCheckCustomConfig.FailureThreshold"]);
    service.breaks(custom, threshold(0), &["CM-SVC-021 HealthCheckCustomConfig.FailureThreshold"]);
    service.breaks(custom, threshold(11), &["CM-SVC-021 HealthCheckCustomConfig.FailureThreshold"]);
    let check = |check: Value, more: &[&str]| {
        let want: Vec<&str> = [&["warning CM-SVC-020 HealthCheckConfig"], more].concat();
        service.breaks("/HealthCheckConfig", [check], &want);
    };
    check(json!({ "Type": "HTTP", "ResourcePath": "a".repeat(255), "FailureThreshold": 10 }), &[]);
    check(json!({ "Type": "HTTPS", "FailureThreshold": 1 }), &[]);
    check(json!({ "Type": "TCP" }), &[]);
    check(json!({ "Type": "TCP", "ResourcePath": "/" }), &["CM-SVC-023 HealthCheckConfig.ResourcePath"]);
    let path = json!({ "Type": "HTTP", "ResourcePath": "a".repeat(256) });
    check(path, &["CM-SVC-023 HealthCheckConfig.ResourcePath"]);
    for number in [0, 11] {
        let threshold = json!({ "Type": "HTTP", "FailureThreshold": number });
        check(threshold, &["CM-SVC-023 HealthCheckConfig.FailureThreshold"]);
    }
    let want = ["CM-SVC-023 HealthCheckConfig.Type", "warning CM-SVC-020 HealthCheckConfig"];
    service.breaks("/HealthCheckConfig", [json!({}), json!({ "Type": "http" })], &want);
    let namespace = json!({ "Name": "a.internal", "Vpc": "vpc-0a1b2c3d" });
    let private = service.beside(json!({ "servicediscovery:CreatePrivateDnsNamespace": namespace }));
    private.breaks("/HealthCheckConfig", [json!({ "Type": "HTTP" })], &["CM-SVC-020 HealthCheckConfig"]);
    let both =
        Table::from(&service, json!({ "Name": "a", "NamespaceId": "b", "HealthCheckCustomConfig": {} }));
    let want = ["warning CM-SVC-020 HealthCheckConfig", "CM-SVC-022 HealthCheckConfig"];
    both.breaks("/HealthCheckConfig", [json!({ "Type": "HTTP" })], &want);
}
