use serde_json::{Value, json};

use super::call;
use crate::world::World;

const ZONE: &str = "Z0A1B2C3D4E5F60718293";

fn world() -> World {
    World::new("123456789012", "ap-northeast-1", 0)
}

fn alias(name: &str, kind: &str, target: &str) -> Value {
    json!({ "Name": name, "Type": kind, "AliasTarget": {
        "HostedZoneId": "Z1YSHQZHG15GKL", "DNSName": target, "EvaluateTargetHealth": "false",
    } })
}

fn batch(changes: &[(&str, Value)]) -> Value {
    let changes: Vec<Value> = changes
        .iter()
        .map(|(action, record)| json!({ "Action": action, "ResourceRecordSet": record }))
        .collect();
    json!({ "Id": ZONE, "ChangeBatch": { "Changes": changes } })
}

fn change(world: &mut World, action: &str, record: &Value) -> Result<Value, String> {
    call(world, "ChangeResourceRecordSets", &batch(&[(action, record.clone())])).map_err(|refusal| {
        assert_eq!((refusal.status, refusal.code), (400, "InvalidChangeBatch"));
        refusal.message
    })
}

fn listed(world: &mut World, input: &Value) -> Value {
    let mut input = input.clone();
    input["Id"] = json!(ZONE);
    call(world, "ListResourceRecordSets", &input).expect("a listing")
}

#[test]
fn records_are_listed_by_their_last_labels() {
    let mut world = world();
    for (name, kind) in [("b.example.com", "A"), ("*.a.example.com", "A"), ("A.example.com", "AAAA")] {
        change(&mut world, "CREATE", &alias(name, kind, "d-1.example.org")).expect("a change");
    }
    let all = listed(&mut world, &json!({}));
    let names = |answer: &Value| -> Vec<String> {
        let all = answer["ResourceRecordSets"].as_array().expect("records").iter();
        all.map(|record| record["Name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names(&all), ["a.example.com.", "\\052.a.example.com.", "b.example.com."]);
    assert_eq!(all["ResourceRecordSets"][0]["AliasTarget"]["DNSName"], "d-1.example.org.");
    let page = listed(&mut world, &json!({ "name": "*.a.example.com", "type": "A", "maxitems": "1" }));
    assert_eq!(names(&page), ["\\052.a.example.com."]);
    assert_eq!((&page["IsTruncated"], &page["NextRecordName"]), (&json!(true), &json!("b.example.com.")));
}

#[test]
fn batch_is_refused_as_a_whole() {
    let mut world = world();
    let first = alias("a.example.com", "A", "d-1.example.org");
    change(&mut world, "CREATE", &first).expect("a change");
    let named = "[name='a.example.com.', type='A']";
    let message = format!("[Tried to create resource record set {named} but it already exists]");
    assert_eq!(change(&mut world, "CREATE", &first), Err(message));

    let other = alias("a.example.com", "A", "d-2.example.org");
    let message = format!(
        "[Tried to delete resource record set {named} but the values provided do not match the current values]"
    );
    assert_eq!(change(&mut world, "DELETE", &other), Err(message));
    change(&mut world, "UPSERT", &other).expect("another target");
    change(&mut world, "DELETE", &other).expect("the present values");
    let message = format!("[Tried to delete resource record set {named} but it was not found]");
    assert_eq!(change(&mut world, "DELETE", &other), Err(message));

    let elsewhere = alias("a.example.org", "A", "d-1.example.org");
    let both = batch(&[("CREATE", first), ("CREATE", elsewhere)]);
    let refusal = call(&mut world, "ChangeResourceRecordSets", &both).expect_err("another zone");
    assert_eq!(refusal.message, "[RRSet with DNS name a.example.org. is not permitted in zone example.com.]");
    assert_eq!(listed(&mut world, &json!({}))["ResourceRecordSets"], json!([]));
}

#[test]
fn name_with_a_cname_has_no_other_record() {
    let mut world = world();
    let cname = json!({ "Name": "a.example.com", "Type": "CNAME", "TTL": "60",
        "ResourceRecords": [{ "Value": "b.example.com" }] });
    change(&mut world, "CREATE", &cname).expect("a change");
    let refused = change(&mut world, "UPSERT", &alias("a.example.com", "A", "d-1.example.org"));
    assert!(refused.expect_err("a conflict").contains("conflicts with other records"));
}

#[test]
fn change_is_in_sync_after_a_time() {
    let mut world = world();
    let record = alias("a.example.com", "A", "d-1.example.org");
    let change = change(&mut world, "CREATE", &record).expect("a change")["ChangeInfo"].take();
    assert_eq!(change["Status"], "PENDING");
    let id = json!({ "Id": change["Id"] });
    world.advance(world.now + 30_000);
    let found = call(&mut world, "GetChange", &id).expect("the change");
    assert_eq!(found["ChangeInfo"]["Status"], "INSYNC");
    let unknown = call(&mut world, "GetChange", &json!({ "Id": "C1" })).expect_err("no change");
    assert_eq!((unknown.status, unknown.code), (404, "NoSuchChange"));
}

#[test]
fn zones_are_created_and_removed() {
    let mut world = world();
    let input = json!({ "Name": "Shop.Example", "CallerReference": "one" });
    let made = call(&mut world, "CreateHostedZone", &input).expect("a zone");
    assert_eq!(made["HostedZone"]["Name"], "shop.example.");
    let again = call(&mut world, "CreateHostedZone", &input).expect_err("the same reference");
    assert_eq!((again.status, again.code), (409, "HostedZoneAlreadyExists"));
    let id = json!({ "Id": made["HostedZone"]["Id"] });
    call(&mut world, "DeleteHostedZone", &id).expect("an empty zone");
    let gone = call(&mut world, "GetHostedZone", &id).expect_err("no zone");
    assert_eq!((gone.status, gone.code), (404, "NoSuchHostedZone"));
    change(&mut world, "CREATE", &alias("a.example.com", "A", "d-1.example.org")).expect("a change");
    let full = call(&mut world, "DeleteHostedZone", &json!({ "Id": ZONE })).expect_err("a record");
    assert_eq!(full.code, "HostedZoneNotEmpty");
}
