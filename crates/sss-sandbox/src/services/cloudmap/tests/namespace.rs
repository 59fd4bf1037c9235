use serde_json::json;

use super::{VPC, accepted, account, pass, refused, srv, status, with_namespace, with_service};
use crate::world::World;

#[test]
fn namespace_exists_after_its_operation() {
    let mut world = account();
    let request = json!({
        "Name": "shop.internal", "Vpc": VPC, "Description": "names of the shop", "CreatorRequestId": "one",
        "Tags": [{ "Key": "owner", "Value": "us" }],
    });
    let submitted = accepted(&mut world, "CreatePrivateDnsNamespace", request.clone());
    assert_eq!(status(&mut world, &submitted), "SUBMITTED");
    pass(&mut world, 44_999);
    assert_eq!(status(&mut world, &submitted), "PENDING");
    assert_eq!(accepted(&mut world, "ListNamespaces", json!({}))["Namespaces"], json!([]));
    assert_eq!(accepted(&mut world, "CreatePrivateDnsNamespace", request), submitted);
    let again = json!({ "Name": "shop.internal", "Vpc": VPC });
    assert_eq!(refused(&mut world, "CreatePrivateDnsNamespace", again.clone()), "NamespaceAlreadyExists");
    pass(&mut world, 1);
    assert_eq!(status(&mut world, &submitted), "SUCCESS");
    assert_eq!(refused(&mut world, "CreatePrivateDnsNamespace", again), "NamespaceAlreadyExists");

    let listed = accepted(&mut world, "ListNamespaces", json!({}))["Namespaces"][0].clone();
    let id = listed["Id"].as_str().unwrap();
    assert!(id.starts_with("ns-") && id.len() == 19, "{id}");
    let arn = format!("arn:aws:servicediscovery:ap-northeast-1:123456789012:namespace/{id}");
    assert_eq!(listed["Arn"], arn.as_str());
    assert_eq!(listed["Type"], "DNS_PRIVATE");
    assert_eq!(listed["Properties"]["HttpProperties"]["HttpName"], "shop.internal");
    let read = accepted(&mut world, "GetNamespace", json!({ "Id": arn }))["Namespace"].clone();
    assert_eq!(read["CreatorRequestId"], "one");
    assert_eq!(read["Description"], "names of the shop");
    assert_eq!(read["CreateDate"], json!(1_700_000_000.0));
    let tags = accepted(&mut world, "ListTagsForResource", json!({ "ResourceARN": arn }));
    assert_eq!(tags["Tags"], json!([{ "Key": "owner", "Value": "us" }]));
}

#[test]
fn namespace_errors_come_at_the_call_or_later() {
    let mut world = account();
    let create = "CreatePrivateDnsNamespace";

    for (input, code) in [
        (json!({ "Vpc": VPC }), "InvalidInput"),
        (json!({ "Name": "shop.internal" }), "InvalidInput"),
        (json!({ "Name": "a b", "Vpc": VPC }), "InvalidInput"),
        (json!({ "Name": "arn:x", "Vpc": VPC }), "InvalidInput"),
        (json!({ "Name": "shop.internal", "Vpc": "vpc-00000000000000000" }), "InvalidInput"),
        (json!({ "Name": "a", "Vpc": VPC, "CreatorRequestId": "x".repeat(65) }), "InvalidInput"),
        (json!({ "Name": "a", "Vpc": VPC, "Tags": [{ "Key": "aws:x", "Value": "" }] }), "InvalidInput"),
    ] {
        assert_eq!(refused(&mut world, create, input.clone()), code, "{input}");
    }
    let long_label = json!({ "Name": "a".repeat(64), "Vpc": VPC });
    let submitted = accepted(&mut world, create, long_label.clone());
    pass(&mut world, 45_000);
    let operation = accepted(&mut world, "GetOperation", submitted)["Operation"].clone();
    assert_eq!(operation["Status"], "FAIL");
    assert_eq!(operation["ErrorCode"], "CANNOT_CREATE_HOSTED_ZONE");
    accepted(&mut world, create, long_label);
}

#[test]
fn request_id_makes_a_creation_repeatable() {
    let mut world = account();
    let create = "CreatePrivateDnsNamespace";
    accepted(&mut world, create, json!({ "Name": "a.internal", "Vpc": VPC, "CreatorRequestId": "x" }));
    let other = json!({ "Name": "b.internal", "Vpc": VPC, "CreatorRequestId": "x" });
    assert_eq!(refused(&mut world, create, other), "DuplicateRequest");
}

#[test]
fn namespace_update_is_an_operation() {
    let (mut world, id) = with_namespace();
    let change = json!({ "Id": id, "Namespace": {
        "Description": "new", "Properties": { "DnsProperties": { "SOA": { "TTL": 60 } } },
    } });
    let submitted = accepted(&mut world, "UpdatePrivateDnsNamespace", change.clone());
    assert_eq!(refused(&mut world, "UpdatePrivateDnsNamespace", change), "DuplicateRequest");
    pass(&mut world, 45_000);
    assert_eq!(status(&mut world, &submitted), "SUCCESS");
    let namespace = accepted(&mut world, "GetNamespace", json!({ "Id": id }))["Namespace"].clone();
    assert_eq!(namespace["Description"], "new");
    assert_eq!(namespace["Properties"]["DnsProperties"]["SOA"]["TTL"], 60);
}

#[test]
fn only_an_empty_namespace_is_deleted() {
    let (mut world, namespace, service) = with_service();
    assert_eq!(refused(&mut world, "DeleteNamespace", json!({ "Id": namespace })), "ResourceInUse");
    accepted(&mut world, "DeleteService", json!({ "Id": service }));
    let submitted = accepted(&mut world, "DeleteNamespace", json!({ "Id": namespace }));
    assert_eq!(refused(&mut world, "DeleteNamespace", json!({ "Id": namespace })), "DuplicateRequest");
    pass(&mut world, 44_999);
    accepted(&mut world, "GetNamespace", json!({ "Id": namespace }));
    pass(&mut world, 1);
    assert_eq!(status(&mut world, &submitted), "SUCCESS");
    assert_eq!(refused(&mut world, "GetNamespace", json!({ "Id": namespace })), "NamespaceNotFound");
}

#[test]
fn namespace_deletion_fails_after_a_new_service() {
    let (mut world, namespace) = with_namespace();
    let submitted = accepted(&mut world, "DeleteNamespace", json!({ "Id": namespace }));
    pass(&mut world, 10_000);
    accepted(&mut world, "CreateService", srv(&namespace, "late"));
    pass(&mut world, 45_000);
    assert_eq!(status(&mut world, &submitted), "FAIL");
    accepted(&mut world, "GetNamespace", json!({ "Id": namespace }));
}

#[test]
fn saved_account_keeps_its_operations() {
    let mut world = account();
    accepted(&mut world, "CreatePrivateDnsNamespace", json!({ "Name": "shop.internal", "Vpc": VPC }));
    let saved = serde_json::to_string(&world).unwrap();
    let mut loaded: World = serde_json::from_str(&saved).unwrap();
    assert_eq!(loaded, world);
    pass(&mut loaded, 45_000);
    assert_eq!(accepted(&mut loaded, "ListNamespaces", json!({}))["Namespaces"].as_array().unwrap().len(), 1);
}
