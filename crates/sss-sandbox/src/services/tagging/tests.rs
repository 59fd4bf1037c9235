use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    Delays,
    services::{apigateway, tagging},
    world::World,
};

fn account() -> World {
    World::new("123456789012", "ap-northeast-1", 0)
}

fn api(world: &mut World, tags: Value) -> String {
    let input = json!({ "name": "shop", "protocolType": "HTTP", "tags": tags });
    let api = apigateway::call(world, "CreateApi", &input).unwrap();
    format!("arn:aws:apigateway:ap-northeast-1::/apis/{}", api["apiId"].as_str().unwrap())
}

fn link(world: &mut World, tags: Value) -> String {
    let input = json!({ "name": "shop", "subnetIds": ["subnet-0a1b2c3d4e5f60001"], "tags": tags });
    let link = apigateway::call(world, "CreateVpcLink", &input).unwrap();
    format!("arn:aws:apigateway:ap-northeast-1::/vpclinks/{}", link["vpcLinkId"].as_str().unwrap())
}

fn accepted(world: &mut World, operation: &str, input: Value) -> Value {
    tagging::call(world, operation, &input)
        .unwrap_or_else(|refusal| panic!("{operation} {input}: {} {}", refusal.code, refusal.message))
}

fn check_refused(world: &mut World, operation: &str, inputs: &[Value]) {
    for input in inputs {
        let refusal = tagging::call(world, operation, input).expect_err(&input.to_string());
        assert_eq!(refusal.code, "InvalidParameterException", "{input}");
    }
}

fn found(world: &mut World, input: Value) -> Vec<String> {
    let answer = accepted(world, "GetResources", input);
    let mappings = answer["ResourceTagMappingList"].as_array().unwrap();
    mappings.iter().map(|mapping| mapping["ResourceARN"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn object_matches_one_value_of_every_filter() {
    let mut world = account();
    let one = api(&mut world, json!({ "stack": "a", "stage": "dev" }));
    let two = link(&mut world, json!({ "stack": "b" }));

    api(&mut world, json!({}));
    let filter = |filters: Value| json!({ "TagFilters": filters });
    let mut both = vec![one.clone(), two.clone()];
    both.sort();
    for (input, expected) in [
        (json!({}), both.clone()),
        (filter(json!([{ "Key": "stack" }])), both.clone()),
        (filter(json!([{ "Key": "stack", "Values": ["a", "b"] }])), both.clone()),
        (filter(json!([{ "Key": "stack", "Values": ["a"] }])), vec![one.clone()]),
        (filter(json!([{ "Key": "stack", "Values": ["b"] }, { "Key": "stage" }])), vec![]),
        (json!({ "ResourceTypeFilters": ["apigateway"] }), both.clone()),
        (json!({ "ResourceTypeFilters": ["apigateway:vpclinks"] }), vec![two.clone()]),
        (json!({ "ResourceTypeFilters": ["ecs", "apigateway:apis"] }), vec![one.clone()]),
        (json!({ "ResourceARNList": [one, "arn:aws:ecs:x:y:z"] }), vec![one.clone()]),
    ] {
        assert_eq!(found(&mut world, input.clone()), expected, "{input}");
    }
}

#[test]
fn resources_come_in_pages() {
    let mut world = account();
    let mut all: Vec<String> = (0..51).map(|_| api(&mut world, json!({ "a": "1" }))).collect();
    all.sort();
    let first = accepted(&mut world, "GetResources", json!({ "PaginationToken": "" }));
    assert_eq!(first["ResourceTagMappingList"].as_array().unwrap().len(), 50);
    let rest = found(&mut world, json!({ "PaginationToken": first["PaginationToken"] }));
    assert_eq!(rest, all[50..]);
    let whole = accepted(&mut world, "GetResources", json!({ "ResourcesPerPage": 100 }));
    assert_eq!(whole["PaginationToken"], "");
    assert_eq!(found(&mut world, json!({ "ResourcesPerPage": 100 })), all);
}

#[test]
fn request_against_the_rules_is_refused() {
    let mut world = account();
    let one = api(&mut world, json!({ "a": "1" }));
    let inputs = [
        json!({ "ResourcesPerPage": 0 }),
        json!({ "ResourcesPerPage": 101 }),
        json!({ "ResourceARNList": [one], "TagFilters": [{ "Key": "a" }] }),
        json!({ "ResourceARNList": [one], "ResourceTypeFilters": ["ecs"] }),
        json!({ "ResourceARNList": [one], "ResourcesPerPage": 10 }),
        json!({ "ResourceARNList": vec![one.as_str(); 101] }),
        json!({ "TagFilters": [{ "Key": "a", "Values": vec!["x"; 21] }] }),
    ];

    check_refused(&mut world, "GetResources", &inputs);
    let inputs = [
        json!({ "ResourceARNList": [], "Tags": { "a": "1" } }),
        json!({ "ResourceARNList": vec![one.as_str(); 21], "Tags": { "a": "1" } }),
        json!({ "ResourceARNList": ["shop"], "Tags": { "a": "1" } }),
        json!({ "ResourceARNList": [one], "Tags": {} }),
        json!({ "ResourceARNList": [one], "Tags": { "aws:a": "1" } }),
    ];
    check_refused(&mut world, "TagResources", &inputs);
    check_refused(&mut world, "UntagResources", &[json!({ "ResourceARNList": [one], "TagKeys": [] })]);
}

#[test]
fn write_that_fails_for_one_object_reaches_others() {
    let mut world = account();
    let one = api(&mut world, json!({ "a": "1" }));
    let role = "arn:aws:iam::123456789012:role/shop";
    let arns = json!([one, role]);
    let answer =
        accepted(&mut world, "TagResources", json!({ "ResourceARNList": arns, "Tags": { "b": "2" } }));
    let failed = answer["FailedResourcesMap"].as_object().unwrap();
    assert_eq!(failed.keys().collect::<Vec<_>>(), [role]);
    let by_b = json!({ "TagFilters": [{ "Key": "b", "Values": ["2"] }] });
    assert_eq!(found(&mut world, by_b.clone()), [one.as_str()]);
    let answer =
        accepted(&mut world, "UntagResources", json!({ "ResourceARNList": [one], "TagKeys": ["b"] }));
    assert_eq!(answer["FailedResourcesMap"], json!({}));
    assert_eq!(found(&mut world, by_b), Vec::<String>::new());
}

#[test]
fn delayed_listing_lags_behind_calls() {
    let mut world = account();
    let early = api(&mut world, json!({ "a": "1" }));

    world.set_delays(Delays { tags_listed: Duration::from_secs(10), ..Delays::default() });
    let request = |world: &mut World, operation: &str, input: Value| {
        apigateway::SERVICE.call(world, operation, &input).unwrap();
    };
    let listed = |world: &mut World| {
        let answer = tagging::SERVICE.call(world, "GetResources", &json!({})).unwrap();
        answer["ResourceTagMappingList"].as_array().unwrap().clone()
    };
    assert_eq!(listed(&mut world).len(), 1, "what was there before is known");
    world.advance(1_000);
    let id = early.rsplit('/').next().unwrap();
    request(&mut world, "DeleteApi", json!({ "apiId": id }));
    let new = json!({ "name": "new", "protocolType": "HTTP", "tags": { "b": "2" } });
    request(&mut world, "CreateApi", new);
    world.advance(10_999);
    assert_eq!(listed(&mut world)[0]["ResourceARN"], json!(early), "the old one is still listed");
    assert_eq!(listed(&mut world).len(), 1, "the new one is not");
    world.advance(11_000);
    let known = listed(&mut world);
    assert_eq!((known.len(), &known[0]["Tags"]), (1, &json!([{ "Key": "b", "Value": "2" }])));
}

#[test]
fn delayed_listing_lags_behind_events() {
    let mut world = account();
    world.set_delays(Delays { tags_listed: Duration::from_secs(10), ..Delays::default() });
    let input = json!({ "name": "shop", "subnetIds": ["subnet-0a1b2c3d4e5f60001"], "tags": { "a": "1" } });
    let link = apigateway::SERVICE.call(&mut world, "CreateVpcLink", &input).unwrap();
    let named = json!({ "vpcLinkId": link["vpcLinkId"] });
    world.advance(200_000);
    apigateway::SERVICE.call(&mut world, "DeleteVpcLink", &named).unwrap();
    // The link disappears after 120 s.
    for (now, count) in [(320_000, 1), (329_999, 1), (330_000, 0)] {
        world.advance(now);
        let answer = tagging::SERVICE.call(&mut world, "GetResources", &json!({})).unwrap();
        assert_eq!(answer["ResourceTagMappingList"].as_array().unwrap().len(), count, "{now}");
    }
}
