use serde_json::{Value, json};

use super::{
    SERVICE, append, has_group,
    tag::{objects, tags_of_arn},
};
use crate::{refusal::Refusal, service::TaggedObject, tags::Tags, world::World};

const ARN: &str = "arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/ecs/app";
const DAY: u64 = 86_400_000;

fn world() -> World {
    World::new("123456789012", "ap-northeast-1", 100 * DAY)
}

/// Returns the answer to a valid call.
#[expect(clippy::needless_pass_by_value, reason = "the input is written where the call stands")]
fn check(world: &mut World, operation: &str, input: Value) -> Value {
    SERVICE
        .call(world, operation, &input)
        .unwrap_or_else(|refusal| panic!("{operation} was refused: {refusal:?}"))
}

/// Returns the refusal of an invalid call.
#[expect(clippy::needless_pass_by_value, reason = "the input is written where the call stands")]
fn refused(world: &mut World, operation: &str, input: Value) -> Refusal {
    match SERVICE.call(world, operation, &input) {
        Err(refusal) => refusal,
        Ok(answer) => panic!("{operation} was taken: {answer}"),
    }
}

fn with_group() -> World {
    let mut world = world();
    check(&mut world, "CreateLogGroup", json!({ "logGroupName": "/aws/ecs/app", "tags": { "Owner": "a" } }));
    world
}

fn names(answer: &Value) -> Vec<&str> {
    let groups = answer["logGroups"].as_array().expect("a list of groups");
    groups.iter().filter_map(|group| group["logGroupName"].as_str()).collect()
}

#[test]
fn new_group_keeps_its_events_for_ever() {
    let mut world = with_group();
    let answer = check(&mut world, "DescribeLogGroups", json!({}));
    let expected = json!({
        "logGroupName": "/aws/ecs/app", "creationTime": 100 * DAY, "metricFilterCount": 0,
        "arn": format!("{ARN}:*"), "logGroupArn": ARN, "storedBytes": 0, "logGroupClass": "STANDARD",
        "deletionProtectionEnabled": false,
    });
    assert_eq!(answer["logGroups"], json!([expected]));
    assert!(has_group(&world, "/aws/ecs/app") && !has_group(&world, "/aws/ecs"));
}

#[test]
fn invalid_groups_are_refused() {
    let mut world = with_group();
    let exists = json!({ "logGroupName": "/aws/ecs/app" });

    assert_eq!(refused(&mut world, "CreateLogGroup", exists).code, "ResourceAlreadyExistsException");
    for input in [
        json!({}),
        json!({ "logGroupName": "" }),
        json!({ "logGroupName": "a b" }),
        json!({ "logGroupName": "aws/app" }),
        json!({ "logGroupName": "x".repeat(513) }),
        json!({ "logGroupName": "x", "logGroupClass": "CHEAP" }),
        json!({ "logGroupName": "x", "tags": { "aws:a": "b" } }),
    ] {
        let refusal = refused(&mut world, "CreateLogGroup", input.clone());
        assert_eq!(refusal.code, "InvalidParameterException", "{input}");
    }
    for operation in ["DeleteLogGroup", "DeleteRetentionPolicy", "ListTagsLogGroup"] {
        let refusal = refused(&mut world, operation, json!({ "logGroupName": "other" }));
        assert_eq!(refusal.code, "ResourceNotFoundException", "{operation}");
    }
    check(&mut world, "DeleteLogGroup", json!({ "logGroupName": "/aws/ecs/app" }));
    assert!(!has_group(&world, "/aws/ecs/app"));
}

#[test]
fn unknown_retention_is_refused() {
    let mut world = with_group();
    let retention = |days: i64| json!({ "logGroupName": "/aws/ecs/app", "retentionInDays": days });

    check(&mut world, "PutRetentionPolicy", retention(7));
    let days = |world: &mut World| {
        check(world, "DescribeLogGroups", json!({}))["logGroups"][0].get("retentionInDays").cloned()
    };
    assert_eq!(days(&mut world), Some(json!(7)));
    for other in [0, 2, -1, 4000] {
        let refusal = refused(&mut world, "PutRetentionPolicy", retention(other));
        assert_eq!(refusal.code, "InvalidParameterException");
    }
    check(&mut world, "DeleteRetentionPolicy", json!({ "logGroupName": "/aws/ecs/app" }));
    assert_eq!(days(&mut world), None);
    let delivery = json!({ "logGroupName": "d", "logGroupClass": "DELIVERY" });
    check(&mut world, "CreateLogGroup", delivery);
    let refusal =
        refused(&mut world, "PutRetentionPolicy", json!({ "logGroupName": "d", "retentionInDays": 7 }));
    assert_eq!(refusal.code, "InvalidParameterException");
}

#[test]
fn groups_are_found_by_prefix_pattern_and_id() {
    let mut world = with_group();
    for name in ["/aws/api-gateway/dev", "plain"] {
        check(&mut world, "CreateLogGroup", json!({ "logGroupName": name }));
    }
    let prefix = check(&mut world, "DescribeLogGroups", json!({ "logGroupNamePrefix": "/aws/" }));

    assert_eq!(names(&prefix), ["/aws/api-gateway/dev", "/aws/ecs/app"]);
    let pattern = check(&mut world, "DescribeLogGroups", json!({ "logGroupNamePattern": "ECS" }));
    assert_eq!(names(&pattern), ["/aws/ecs/app"]);
    let identifiers = json!({ "logGroupIdentifiers": [ARN, "plain", "missing"] });
    assert_eq!(names(&check(&mut world, "DescribeLogGroups", identifiers)), ["/aws/ecs/app", "plain"]);
    let first = check(&mut world, "DescribeLogGroups", json!({ "limit": 2 }));
    assert_eq!(names(&first).len(), 2);
    let second =
        check(&mut world, "DescribeLogGroups", json!({ "limit": 2, "nextToken": first["nextToken"] }));
    assert_eq!((names(&second), second.get("nextToken")), (vec!["plain"], None));
    check(&mut world, "DeleteLogGroup", json!({ "logGroupName": "/aws/ecs/app" }));
    let gone = check(&mut world, "DescribeLogGroups", json!({ "nextToken": first["nextToken"] }));
    assert_eq!(names(&gone), ["plain"], "the last group of the page before is gone");
    check(&mut world, "CreateLogGroup", json!({ "logGroupName": "/aws/ecs/app" }));
    let many: Vec<String> = (0..51).map(|number| format!("group-{number}")).collect();
    for input in [
        json!({ "limit": 51 }),
        json!({ "limit": 0 }),
        json!({ "nextToken": "unknown" }),
        json!({ "logGroupIdentifiers": many }),
        json!({ "logGroupIdentifiers": [format!("{ARN}:*")] }),
        json!({ "logGroupIdentifiers": ["plain"], "logGroupNamePrefix": "p" }),
        json!({ "logGroupNamePattern": "a", "logGroupNamePrefix": "p" }),
    ] {
        let refusal = refused(&mut world, "DescribeLogGroups", input.clone());
        assert_eq!(refusal.code, "InvalidParameterException", "{input}");
    }
}

#[test]
fn tags_are_added_and_removed() {
    let mut world = with_group();
    check(&mut world, "TagResource", json!({ "resourceArn": ARN, "tags": { "Env": "dev" } }));
    check(&mut world, "UntagResource", json!({ "resourceArn": ARN, "tagKeys": ["Owner"] }));
    let tags = check(&mut world, "ListTagsForResource", json!({ "resourceArn": ARN }));

    assert_eq!(tags["tags"], json!({ "Env": "dev" }));
    let many: Tags = (0..50).map(|number| (format!("k{number}"), String::new())).collect();
    for (input, code) in [
        (json!({ "resourceArn": format!("{ARN}:*"), "tags": {} }), "InvalidParameterException"),
        (json!({ "resourceArn": format!("{ARN}-2"), "tags": {} }), "ResourceNotFoundException"),
        (json!({ "resourceArn": ARN, "tags": { "AWS:x": "" } }), "InvalidParameterException"),
        (json!({ "resourceArn": ARN, "tags": many }), "TooManyTagsException"),
    ] {
        assert_eq!(refused(&mut world, "TagResource", input.clone()).code, code, "{input}");
    }
    let owner = Tags::from([("Owner".to_owned(), "b".to_owned())]);
    tags_of_arn(&mut world, ARN).expect("the group is there").clone_from(&owner);
    let object = TaggedObject { arn: ARN.to_owned(), resource_type: "logs:log-group", tags: owner };
    assert_eq!(objects(&world), [object]);
    assert_eq!(tags_of_arn(&mut world, "arn:aws:logs:ap-northeast-1:123456789012:log-group:x"), None);
}

#[test]
fn lines_of_tasks_are_read_back() {
    let mut world = with_group();
    for number in 0..3 {
        append(&mut world, "/aws/ecs/app", "app/app/1", &format!("line {number}"));
        world.advance(world.now + 1000);
    }
    append(&mut world, "missing", "app/app/1", "lost");
    assert!(!has_group(&world, "missing"));
    let base = json!({ "logGroupName": "/aws/ecs/app", "logStreamName": "app/app/1", "limit": 2 });
    let get = |world: &mut World, member: &str, value: Value| {
        let mut input = base.clone();
        input[member] = value;
        check(world, "GetLogEvents", input)
    };
    let messages = |answer: &Value| {
        let events = answer["events"].as_array().expect("a list of events").iter();
        events.filter_map(|event| event["message"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let latest = get(&mut world, "startFromHead", json!(false));

    assert_eq!(messages(&latest), ["line 1", "line 2"]);
    let before = get(&mut world, "nextToken", latest["nextBackwardToken"].clone());
    assert_eq!(messages(&before), ["line 0"]);
    let first = get(&mut world, "startFromHead", json!(true));
    assert_eq!(messages(&first), ["line 0", "line 1"]);
    let rest = get(&mut world, "nextToken", first["nextForwardToken"].clone());
    assert_eq!(messages(&rest), ["line 2"]);
    let end = get(&mut world, "nextToken", rest["nextForwardToken"].clone());
    assert_eq!((messages(&end), &end["nextForwardToken"]), (vec![], &rest["nextForwardToken"]));
    let timed = get(&mut world, "startTime", json!(100 * DAY + 2000));
    assert_eq!(messages(&timed), ["line 2"]);
    let streams = check(&mut world, "DescribeLogStreams", json!({ "logGroupIdentifier": ARN }));
    assert_eq!(streams["logStreams"][0]["lastEventTimestamp"], 100 * DAY + 2000);
    let group = &check(&mut world, "DescribeLogGroups", json!({}))["logGroups"][0];
    assert_eq!(group["storedBytes"], 3 * (6 + 26));
}

#[test]
fn events_out_of_order_or_time_are_refused() {
    let mut world = with_group();
    let stream = json!({ "logGroupName": "/aws/ecs/app", "logStreamName": "s" });
    let put = |timestamps: &[u64]| {
        let mut input = stream.clone();
        input["logEvents"] =
            timestamps.iter().map(|time| json!({ "timestamp": time, "message": "m" })).collect();
        input
    };
    let now = 100 * DAY;

    assert_eq!(refused(&mut world, "PutLogEvents", put(&[now])).code, "ResourceNotFoundException");
    check(&mut world, "CreateLogStream", stream.clone());
    let again = refused(&mut world, "CreateLogStream", stream.clone());
    assert_eq!(again.code, "ResourceAlreadyExistsException");
    assert_eq!(refused(&mut world, "PutLogEvents", put(&[now, now - 1])).code, "InvalidParameterException");
    assert_eq!(refused(&mut world, "PutLogEvents", put(&[])).code, "InvalidParameterException");
    let answer = check(&mut world, "PutLogEvents", put(&[now - 15 * DAY, now - 1, now, now + DAY]));
    let rejected = json!({ "tooOldLogEventEndIndex": 1, "tooNewLogEventStartIndex": 3 });
    assert_eq!(answer["rejectedLogEventsInfo"], rejected);
    assert_eq!(check(&mut world, "PutLogEvents", put(&[now - 2])), json!({}));
    let events = check(&mut world, "GetLogEvents", stream.clone());
    let times: Vec<_> =
        events["events"].as_array().expect("events").iter().map(|event| &event["timestamp"]).collect();
    assert_eq!(times, [now - 2, now - 1, now]);
    check(&mut world, "DeleteLogStream", stream.clone());
    assert_eq!(refused(&mut world, "GetLogEvents", stream).code, "ResourceNotFoundException");
}

#[test]
fn lines_of_several_streams_are_filtered() {
    let mut world = with_group();
    for (stream, lines) in
        [("a/1", ["error: one", "fine"]), ("a/2", ["warning: two", "error: two"]), ("b", ["x", "y z"])]
    {
        let named = json!({ "logGroupName": "/aws/ecs/app", "logStreamName": stream });
        check(&mut world, "CreateLogStream", named.clone());
        let events: Vec<Value> = (100 * DAY..)
            .step_by(1_000)
            .zip(lines)
            .map(|(timestamp, message)| json!({ "timestamp": timestamp, "message": message }))
            .collect();
        let put = json!({ "logGroupName": "/aws/ecs/app", "logStreamName": stream, "logEvents": events });
        check(&mut world, "PutLogEvents", put);
    }
    let mut found = |mut input: Value| {
        input["logGroupName"] = json!("/aws/ecs/app");
        let answer = check(&mut world, "FilterLogEvents", input);
        let events = answer["events"].as_array().expect("events").iter();
        let lines =
            events.map(|event| event["message"].as_str().expect("a line").to_owned()).collect::<Vec<_>>();
        (lines.join(", "), answer["nextToken"].clone())
    };

    for (input, expected) in [
        (json!({}), "error: one, warning: two, x, fine, error: two, y z"),
        (json!({ "logStreamNamePrefix": "a/" }), "error: one, warning: two, fine, error: two"),
        (json!({ "logStreamNames": ["a/1", "b"] }), "error: one, x, fine, y z"),
        (json!({ "startTime": 100 * DAY + 1 }), "fine, error: two, y z"),
        (json!({ "endTime": 100 * DAY }), "error: one, warning: two, x"),
        (json!({ "filterPattern": "error" }), "error: one, error: two"),
        (json!({ "filterPattern": "two error" }), "error: two"),
        (json!({ "filterPattern": "?fine ?x" }), "x, fine"),
        (json!({ "filterPattern": "two -error" }), "warning: two"),
        (json!({ "filterPattern": "\"y z\"" }), "y z"),
        (json!({ "filterPattern": "é" }), ""),
    ] {
        assert_eq!(found(input.clone()), (expected.to_owned(), Value::Null), "{input}");
    }
    let (first, next) = found(json!({ "limit": 4 }));
    assert_eq!(first, "error: one, warning: two, x, fine");
    assert_eq!(found(json!({ "limit": 4, "nextToken": next })), ("error: two, y z".to_owned(), Value::Null));
    for wrong in [
        json!({ "logStreamNames": [] }),
        json!({ "logStreamNames": ["b"], "logStreamNamePrefix": "b" }),
        json!({ "filterPattern": "{ $.level = 1 }" }),
        json!({ "filterPattern": "\"open" }),
        json!({ "nextToken": "x" }),
    ] {
        let mut input = wrong.clone();
        input["logGroupName"] = json!("/aws/ecs/app");
        assert_eq!(
            refused(&mut world, "FilterLogEvents", input).code,
            "InvalidParameterException",
            "{wrong}"
        );
    }
    let other = json!({ "logGroupName": "/other" });
    assert_eq!(refused(&mut world, "FilterLogEvents", other).code, "ResourceNotFoundException");
}

#[test]
fn page_without_a_line_can_have_a_next_one() {
    let mut world = with_group();
    for number in 0..10_050 {
        append(&mut world, "/aws/ecs/app", "a/1", &format!("line {number}"));
    }
    let asked = json!({ "logGroupName": "/aws/ecs/app", "filterPattern": "10049" });
    let first = check(&mut world, "FilterLogEvents", asked.clone());
    assert_eq!(first["events"], json!([]));
    let mut asked = asked;
    asked["nextToken"] = first["nextToken"].clone();
    let second = check(&mut world, "FilterLogEvents", asked);
    assert_eq!(second["events"][0]["message"], "line 10049");
    assert_eq!(second["nextToken"], Value::Null);
}

#[test]
fn lines_of_two_streams_have_ids_of_their_own() {
    let mut world = with_group();
    append(&mut world, "/aws/ecs/app", "a/1", "one");
    append(&mut world, "/aws/ecs/app", "a/2", "two");
    let answer = check(&mut world, "FilterLogEvents", json!({ "logGroupName": "/aws/ecs/app" }));
    assert_ne!(answer["events"][0]["eventId"], answer["events"][1]["eventId"]);
}

#[test]
fn eleventh_resource_policy_is_refused() {
    let mut world = world();
    let policy = |number: usize| json!({ "policyName": format!("p{number:02}"), "policyDocument": "{}" });
    for number in 0..10 {
        check(&mut world, "PutResourcePolicy", policy(number));
    }
    check(&mut world, "PutResourcePolicy", policy(9));
    assert_eq!(refused(&mut world, "PutResourcePolicy", policy(10)).code, "LimitExceededException");

    check(&mut world, "DeleteResourcePolicy", json!({ "policyName": "p00" }));
    let listed = check(&mut world, "DescribeResourcePolicies", json!({}));
    assert_eq!(listed["resourcePolicies"].as_array().map(Vec::len), Some(9));
    let gone = refused(&mut world, "DeleteResourcePolicy", json!({ "policyName": "p00" }));
    assert_eq!(gone.code, "ResourceNotFoundException");
}

#[test]
fn protected_group_cannot_be_deleted() {
    let mut world = with_group();
    for identifier in ["/aws/ecs/app", ARN] {
        let protect =
            |is_on: bool| json!({ "logGroupIdentifier": identifier, "deletionProtectionEnabled": is_on });
        check(&mut world, "PutLogGroupDeletionProtection", protect(true));
        let listed = check(&mut world, "DescribeLogGroups", json!({}));
        assert_eq!(listed["logGroups"][0]["deletionProtectionEnabled"], true);
        let name = json!({ "logGroupName": "/aws/ecs/app" });
        assert_eq!(refused(&mut world, "DeleteLogGroup", name).code, "ValidationException");
        check(&mut world, "PutLogGroupDeletionProtection", protect(false));
    }
    for (input, code) in [
        (
            json!({ "logGroupIdentifier": "gone", "deletionProtectionEnabled": true }),
            "ResourceNotFoundException",
        ),
        (json!({ "logGroupIdentifier": "/aws/ecs/app" }), "InvalidParameterException"),
        (json!({ "deletionProtectionEnabled": true }), "InvalidParameterException"),
    ] {
        assert_eq!(refused(&mut world, "PutLogGroupDeletionProtection", input).code, code);
    }
    check(&mut world, "DeleteLogGroup", json!({ "logGroupName": "/aws/ecs/app" }));
}

#[test]
fn group_has_no_policies_about_its_lines() {
    let mut world = with_group();
    let group = json!({ "logGroupIdentifier": ARN });
    assert_eq!(check(&mut world, "GetDataProtectionPolicy", group.clone()), group);
    let groups = |names: &[&str]| json!({ "logGroupIdentifiers": names });
    let indexes = check(&mut world, "DescribeIndexPolicies", groups(&["/aws/ecs/app"]));
    assert_eq!(indexes, json!({ "indexPolicies": [] }));

    let gone = json!({ "logGroupIdentifier": "gone" });
    assert_eq!(refused(&mut world, "GetDataProtectionPolicy", gone).code, "ResourceNotFoundException");
    let gone = refused(&mut world, "DescribeIndexPolicies", groups(&["gone"]));
    assert_eq!(gone.code, "ResourceNotFoundException");
    for names in [&[][..], &["/aws/ecs/app", "other"]] {
        let wrong = refused(&mut world, "DescribeIndexPolicies", groups(names));
        assert_eq!(wrong.code, "InvalidParameterException", "{names:?}");
    }
}
