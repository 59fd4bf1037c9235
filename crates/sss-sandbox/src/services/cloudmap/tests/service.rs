use serde_json::{Value, json};

use super::{accepted, pass, refused, srv, status, with_namespace, with_service};
use crate::{services::cloudmap, world::World};

#[test]
fn new_service_has_its_members_and_defaults() {
    let (mut world, namespace, id) = with_service();
    assert!(id.starts_with("srv-") && id.len() == 20, "{id}");
    let service = accepted(&mut world, "GetService", json!({ "Id": id }))["Service"].clone();
    let arn = service["Arn"].as_str().unwrap();

    assert_eq!(arn, format!("arn:aws:servicediscovery:ap-northeast-1:123456789012:service/{id}"));
    assert_eq!(
        service["DnsConfig"],
        json!({
            "NamespaceId": namespace, "RoutingPolicy": "MULTIVALUE",
            "DnsRecords": [{ "Type": "SRV", "TTL": 300 }],
        })
    );
    assert_eq!(service["HealthCheckCustomConfig"], json!({ "FailureThreshold": 1 }));
    assert_eq!(service["Type"], "DNS_HTTP");
    assert!(cloudmap::service_exists(&world, arn));
    assert_eq!(cloudmap::service_record_types(&world, arn), Some(vec!["SRV".to_owned()]));
    assert!(!cloudmap::service_exists(&world, "arn:aws:servicediscovery:eu-west-1:123456789012:service/x"));
}

#[test]
fn service_request_against_the_rules_is_refused() {
    let (mut world, namespace, _) = with_service();
    let dns = |records: Value| json!({ "Name": "x", "NamespaceId": namespace, "DnsConfig": { "DnsRecords": records } });
    let with = |mut input: Value, member: &str, value: Value| {
        input[member] = value;
        input
    };
    let record = |kind: &str| json!({ "Type": kind, "TTL": 60 });

    for (input, code) in [
        (srv(&namespace, "WEB"), "ServiceAlreadyExists"),
        (srv("ns-unknown", "x"), "NamespaceNotFound"),
        (srv(&namespace, "-x"), "InvalidInput"),
        (srv(&namespace, "_"), "InvalidInput"),
        (dns(json!([record("A"), record("SRV")])), "InvalidInput"),
        (dns(json!([record("A"), record("A")])), "InvalidInput"),
        (dns(json!([record("CNAME")])), "InvalidInput"),
        (dns(json!([record("MX")])), "InvalidInput"),
        (dns(json!([])), "InvalidInput"),
        (dns(json!([{ "Type": "A" }])), "InvalidInput"),
        (dns(json!([{ "Type": "A", "TTL": -1 }])), "InvalidInput"),
        (with(srv(&namespace, "x"), "HealthCheckConfig", json!({ "Type": "HTTP" })), "InvalidInput"),
        (
            json!({ "Name": "x", "NamespaceId": namespace, "HealthCheckConfig": { "Type": "HTTP" } }),
            "InvalidInput",
        ),
        (
            with(srv(&namespace, "x"), "HealthCheckCustomConfig", json!({ "FailureThreshold": 11 })),
            "InvalidInput",
        ),
        (with(srv(&namespace, "x"), "Type", json!("HTTP")), "InvalidInput"),
        (with(srv(&namespace, "x"), "NamespaceId", json!("ns-other")), "InvalidInput"),
    ] {
        assert_eq!(refused(&mut world, "CreateService", input.clone()), code, "{input}");
    }
    accepted(&mut world, "CreateService", dns(json!([record("A"), record("AAAA")])));
}

#[test]
fn repeated_request_creates_one_service() {
    let (mut world, namespace) = with_namespace();
    let mut request = srv(&namespace, "web");
    request["CreatorRequestId"] = json!("one");
    let first = accepted(&mut world, "CreateService", request.clone());
    assert_eq!(accepted(&mut world, "CreateService", request.clone()), first);
    request["CreatorRequestId"] = json!("two");
    assert_eq!(refused(&mut world, "CreateService", request), "ServiceAlreadyExists");
}

#[test]
fn service_update_deletes_unnamed_records() {
    let (mut world, _, id) = with_service();
    let update = |world: &mut World, change: Value| {
        let submitted = accepted(world, "UpdateService", json!({ "Id": id, "Service": change }));
        pass(world, 5_000);
        assert_eq!(status(world, &submitted), "SUCCESS");
        accepted(world, "GetService", json!({ "Id": id }))["Service"].clone()
    };
    let records = json!([{ "Type": "SRV", "TTL": 10 }]);
    let change = json!({ "DnsConfig": { "DnsRecords": records }, "HealthCheckCustomConfig": null });
    let service = update(&mut world, change);
    assert_eq!(service["DnsConfig"]["DnsRecords"], records);
    assert_eq!(service["HealthCheckCustomConfig"], json!({ "FailureThreshold": 1 }));
    let service = update(&mut world, json!({ "Description": "no names" }));
    assert_eq!(service["DnsConfig"], Value::Null);
    assert_eq!(service["Description"], "no names");
}

#[test]
fn updates_keep_the_rules_of_the_creation() {
    let (mut world, namespace, id) = with_service();
    let records = |record: Value| json!({ "DnsConfig": { "DnsRecords": [record] } });
    for change in [
        records(json!({ "Type": "SRV", "TTL": -1 })),
        records(json!({ "Type": "MX", "TTL": 1 })),
        records(json!({ "Type": "CNAME", "TTL": 1 })),
        json!({ "Description": "x".repeat(1025) }),
        json!({ "HealthCheckConfig": { "Type": "HTTP" } }),
    ] {
        let input = json!({ "Id": id, "Service": change });
        assert_eq!(refused(&mut world, "UpdateService", input.clone()), "InvalidInput", "{input}");
    }
    let change = json!({ "Properties": { "DnsProperties": { "SOA": { "TTL": -1 } } } });
    let input = json!({ "Id": namespace, "Namespace": change });
    assert_eq!(refused(&mut world, "UpdatePrivateDnsNamespace", input), "InvalidInput");
}

#[test]
fn listing_filters_the_page_that_it_reads() {
    let (mut world, namespace, service) = with_service();
    accepted(&mut world, "CreateService", srv(&namespace, "two"));
    let of = |namespace: &str| json!([{ "Name": "NAMESPACE_ID", "Values": [namespace], "Condition": "EQ" }]);
    let all = accepted(&mut world, "ListServices", json!({ "Filters": of(&namespace) }));

    assert_eq!(all["Services"].as_array().unwrap().len(), 2);
    assert_eq!(all["NextToken"], Value::Null);
    let mut seen = Vec::new();
    let mut input = json!({ "MaxResults": 1, "Filters": of("ns-other") });
    loop {
        let page = accepted(&mut world, "ListServices", input.clone());
        seen.push(page["Services"].as_array().unwrap().len());
        if page["NextToken"].is_null() {
            break;
        }
        input["NextToken"] = page["NextToken"].clone();
    }
    assert_eq!(seen, [0, 0]);
    let named = |name: &str| json!({ "Filters": [{ "Name": "NAME", "Values": [name] }] });
    let found = accepted(&mut world, "ListNamespaces", named("shop.internal"));
    assert_eq!(found["Namespaces"][0]["Id"], namespace.as_str());
    assert_eq!(accepted(&mut world, "ListNamespaces", named("shop"))["Namespaces"], json!([]));
    let done = json!({ "Filters": [{ "Name": "STATUS", "Values": ["SUCCESS", "FAIL"], "Condition": "IN" }] });
    assert_eq!(accepted(&mut world, "ListOperations", done)["Operations"].as_array().unwrap().len(), 1);
    let unknown = json!({ "Filters": [{ "Name": "COLOUR", "Values": ["red"] }] });
    assert_eq!(refused(&mut world, "ListServices", unknown), "InvalidInput");
    assert_eq!(refused(&mut world, "ListServices", json!({ "MaxResults": 101 })), "InvalidInput");
    assert_eq!(refused(&mut world, "GetOperation", json!({ "OperationId": service })), "OperationNotFound");
}

#[test]
fn tags_are_added_and_removed() {
    let (mut world, _, id) = with_service();
    let arn = format!("arn:aws:servicediscovery:ap-northeast-1:123456789012:service/{id}");
    let tags = json!([{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "2" }]);

    accepted(&mut world, "TagResource", json!({ "ResourceARN": arn, "Tags": tags }));
    accepted(&mut world, "UntagResource", json!({ "ResourceARN": arn, "TagKeys": ["a", "z"] }));
    let left = accepted(&mut world, "ListTagsForResource", json!({ "ResourceARN": arn }));
    assert_eq!(left["Tags"], json!([{ "Key": "b", "Value": "2" }]));
    let twice = json!([{ "Key": "a", "Value": "1" }, { "Key": "a", "Value": "2" }]);
    assert_eq!(
        refused(&mut world, "TagResource", json!({ "ResourceARN": arn, "Tags": twice })),
        "InvalidInput"
    );
    let many: Vec<Value> = (0..50).map(|n| json!({ "Key": format!("k{n}"), "Value": "" })).collect();
    let input = json!({ "ResourceARN": arn, "Tags": many });
    assert_eq!(refused(&mut world, "TagResource", input), "TooManyTagsException");
    let unknown = json!({ "ResourceARN": format!("{arn}x") });
    assert_eq!(refused(&mut world, "ListTagsForResource", unknown), "ResourceNotFoundException");
}

#[test]
fn attributes_are_set_read_and_deleted() {
    let (mut world, _, id) = with_service();
    let arn = format!("arn:aws:servicediscovery:ap-northeast-1:123456789012:service/{id}");
    let read = |world: &mut World| {
        let answer = accepted(world, "GetServiceAttributes", json!({ "ServiceId": id }));
        assert_eq!(answer["ServiceAttributes"]["ServiceArn"], arn);
        assert_eq!(answer["ServiceAttributes"]["ResourceOwner"], "123456789012");
        answer["ServiceAttributes"]["Attributes"].clone()
    };
    assert_eq!(read(&mut world), json!({}));
    let set = |attributes: Value| json!({ "ServiceId": arn, "Attributes": attributes });
    accepted(&mut world, "UpdateServiceAttributes", set(json!({ "Port": "80", "Team": "web" })));
    accepted(&mut world, "UpdateServiceAttributes", set(json!({ "Port": "81" })));
    assert_eq!(read(&mut world), json!({ "Port": "81", "Team": "web" }));
    accepted(&mut world, "DeleteServiceAttributes", set(json!(["Team", "gone"])));
    assert_eq!(read(&mut world), json!({ "Port": "81" }));

    let many = |count: usize| (0..count).map(|number| (number.to_string(), json!("x"))).collect::<Value>();
    for attributes in
        [json!({}), many(31), json!({ "a".repeat(256): "x" }), json!({ "a": "x".repeat(1_025) })]
    {
        assert_eq!(refused(&mut world, "UpdateServiceAttributes", set(attributes)), "InvalidInput");
    }
    let limit = refused(&mut world, "UpdateServiceAttributes", set(many(30)));
    assert_eq!(limit, "ServiceAttributesLimitExceededException");
    assert_eq!(refused(&mut world, "DeleteServiceAttributes", set(json!([]))), "InvalidInput");
    for operation in ["GetServiceAttributes", "UpdateServiceAttributes", "DeleteServiceAttributes"] {
        let gone = json!({ "ServiceId": "srv-gone" });
        assert_eq!(refused(&mut world, operation, gone), "ServiceNotFound", "{operation}");
        assert_eq!(refused(&mut world, operation, json!({})), "InvalidInput", "{operation}");
    }
    assert_eq!(read(&mut world), json!({ "Port": "81" }));
}
