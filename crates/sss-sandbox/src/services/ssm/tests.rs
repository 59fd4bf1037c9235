use serde_json::{Value, json};

use super::call;
use crate::{services::tagging, world::World};

const NAME: &str = "/shop/lease";

fn account() -> World {
    World::new("123456789012", "ap-northeast-1", 0)
}

fn done(world: &mut World, operation: &str, input: &Value) -> Value {
    call(world, operation, input).unwrap_or_else(|refusal| panic!("{operation} {input}: {refusal:?}"))
}

fn code(world: &mut World, operation: &str, input: &Value) -> &'static str {
    call(world, operation, input).expect_err(&input.to_string()).code
}

fn put(world: &mut World, value: &str) -> Value {
    done(world, "PutParameter", &json!({ "Name": NAME, "Value": value, "Type": "String", "Overwrite": true }))
}

#[test]
fn second_creation_of_a_parameter_is_refused() {
    let mut world = account();
    let first = json!({ "Name": NAME, "Value": "one", "Type": "String" });
    assert_eq!(done(&mut world, "PutParameter", &first), json!({ "Version": 1, "Tier": "Standard" }));
    let second = json!({ "Name": NAME, "Value": "two", "Type": "String", "Overwrite": false });
    assert_eq!(code(&mut world, "PutParameter", &second), "ParameterAlreadyExists");
    let found = done(&mut world, "GetParameter", &json!({ "Name": NAME }))["Parameter"].take();
    assert_eq!((&found["Value"], &found["Version"]), (&json!("one"), &json!(1)));
    assert_eq!(found["ARN"], "arn:aws:ssm:ap-northeast-1:123456789012:parameter/shop/lease");
    assert_eq!((&found["Type"], &found["DataType"]), (&json!("String"), &json!("text")));
}

#[test]
fn overwriting_adds_a_version_and_keeps_the_rest() {
    let mut world = account();
    let first =
        json!({ "Name": NAME, "Value": "one", "Type": "String", "Tags": [{ "Key": "a", "Value": "1" }] });

    done(&mut world, "PutParameter", &first);
    world.advance(90_500);
    assert_eq!(put(&mut world, "two")["Version"], 2);
    let untyped = json!({ "Name": NAME, "Value": "three", "Overwrite": true });
    assert_eq!(done(&mut world, "PutParameter", &untyped)["Version"], 3);
    for (name, value) in [
        (NAME.to_owned(), "three"),
        (format!("{NAME}:2"), "two"),
        (format!("{NAME}:1"), "one"),
        ("arn:aws:ssm:ap-northeast-1:123456789012:parameter/shop/lease".to_owned(), "three"),
        ("arn:aws:ssm:ap-northeast-1:123456789012:parameter/shop/lease:1".to_owned(), "one"),
    ] {
        let found = done(&mut world, "GetParameter", &json!({ "Name": name }));
        assert_eq!(found["Parameter"]["Value"], value, "{name}");
    }
    let second =
        done(&mut world, "GetParameter", &json!({ "Name": format!("{NAME}:2") }))["Parameter"].take();
    assert_eq!((&second["Selector"], &second["LastModifiedDate"]), (&json!(":2"), &json!(90.5)));
    let missing = json!({ "Name": format!("{NAME}:9") });
    assert_eq!(code(&mut world, "GetParameter", &missing), "ParameterVersionNotFound");
    let tags =
        done(&mut world, "ListTagsForResource", &json!({ "ResourceType": "Parameter", "ResourceId": NAME }));
    assert_eq!(tags["TagList"], json!([{ "Key": "a", "Value": "1" }]));
    for number in 4..=101 {
        assert_eq!(put(&mut world, "more")["Version"], number);
    }
    let first = json!({ "Name": format!("{NAME}:1") });
    assert_eq!(code(&mut world, "GetParameter", &first), "ParameterVersionNotFound", "a hundred are kept");
}

#[test]
fn deleted_parameter_is_not_found() {
    let mut world = account();
    let name = json!({ "Name": NAME });
    assert_eq!(code(&mut world, "DeleteParameter", &name), "ParameterNotFound");
    put(&mut world, "one");
    put(&mut world, "two");
    done(&mut world, "DeleteParameter", &name);
    assert_eq!(code(&mut world, "GetParameter", &name), "ParameterNotFound");
    assert_eq!(put(&mut world, "three")["Version"], 1);
}

#[test]
fn several_parameters_are_read_at_once() {
    let mut world = account();
    put(&mut world, "one");
    let found = done(&mut world, "GetParameters", &json!({ "Names": ["/other", NAME] }));
    assert_eq!(found["InvalidParameters"], json!(["/other"]));
    assert_eq!(found["Parameters"][0]["Value"], "one");
    for names in [vec![], vec![NAME; 11]] {
        assert_eq!(code(&mut world, "GetParameters", &json!({ "Names": names })), "ValidationException");
    }
}

#[test]
fn invalid_names_values_and_types_are_refused() {
    let mut world = account();
    let valid = json!({ "Name": NAME, "Value": "x", "Type": "String" });
    let longest = format!("/{}", "x".repeat(1010));

    for name in ["plain", "/a/b_c.d-E", longest.as_str()] {
        let mut input = valid.clone();
        input["Name"] = json!(name);
        done(&mut world, "PutParameter", &input);
    }
    let deep = "/x".repeat(16);
    let tagged = json!([{ "Key": "a", "Value": "1" }]);
    for (member, value, expected) in [
        ("Name", json!(format!("{longest}x")), "ValidationException"),
        ("Name", json!(""), "ValidationException"),
        ("Name", json!("a/b"), "ValidationException"),
        ("Name", json!("/a b"), "ValidationException"),
        ("Name", json!("/a/"), "ValidationException"),
        ("Name", json!("/AWS/x"), "ValidationException"),
        ("Name", json!("ssm-x"), "ValidationException"),
        ("Name", json!(deep), "HierarchyLevelLimitExceededException"),
        ("Value", json!(""), "ValidationException"),
        ("Value", json!("x".repeat(4097)), "ValidationException"),
        ("Value", json!(null), "ValidationException"),
        ("Type", json!("Text"), "ValidationException"),
        ("Type", json!(null), "ValidationException"),
        ("Type", json!("SecureString"), "UnsupportedParameterType"),
        ("Tier", json!("Cheap"), "ValidationException"),
        ("Description", json!("x".repeat(1025)), "ValidationException"),
        ("Tags", json!([{ "Key": "aws:a", "Value": "1" }]), "ValidationException"),
        ("Tags", json!([tagged[0], tagged[0]]), "ValidationException"),
    ] {
        let mut input = valid.clone();
        input[member] = value;
        assert_eq!(code(&mut world, "PutParameter", &input), expected, "{member}: {}", input[member]);
    }
    let mut longest = valid.clone();
    longest["Value"] = json!("x".repeat(4096));
    done(&mut world, "PutParameter", &longest);
    let both = json!({ "Name": NAME, "Value": "x", "Overwrite": true, "Tags": tagged });
    assert_eq!(code(&mut world, "PutParameter", &both), "ValidationException");
    let advanced = json!({ "Name": NAME, "Value": "x".repeat(8192), "Tier": "Advanced", "Overwrite": true });
    assert_eq!(done(&mut world, "PutParameter", &advanced)["Tier"], "Advanced");
    let back = json!({ "Name": NAME, "Value": "x", "Tier": "Standard", "Overwrite": true });
    assert_eq!(code(&mut world, "PutParameter", &back), "ValidationException");
}

#[test]
fn tags_change_through_either_service() {
    let mut world = account();
    put(&mut world, "one");
    let resource = json!({ "ResourceType": "Parameter", "ResourceId": NAME });
    let with = |member: &str, value: Value| {
        let mut input = resource.clone();
        input[member] = value;
        input
    };
    let two = json!([{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "2" }]);

    done(&mut world, "AddTagsToResource", &with("Tags", two));
    done(&mut world, "RemoveTagsFromResource", &with("TagKeys", json!(["a", "c"])));
    let arn = "arn:aws:ssm:ap-northeast-1:123456789012:parameter/shop/lease";
    let also = json!({ "ResourceARNList": [arn], "Tags": { "c": "3" } });
    assert_eq!(
        tagging::call(&mut world, "TagResources", &also).expect("a call")["FailedResourcesMap"],
        json!({})
    );
    let listed = done(&mut world, "ListTagsForResource", &resource);
    assert_eq!(listed["TagList"], json!([{ "Key": "b", "Value": "2" }, { "Key": "c", "Value": "3" }]));
    let many: Vec<Value> = (0..49).map(|number| json!({ "Key": number.to_string(), "Value": "" })).collect();
    assert_eq!(code(&mut world, "AddTagsToResource", &with("Tags", json!(many))), "TooManyTagsError");
    let other = json!({ "ResourceType": "Parameter", "ResourceId": "/other" });
    assert_eq!(code(&mut world, "ListTagsForResource", &other), "InvalidResourceId");
    let document = json!({ "ResourceType": "Document", "ResourceId": NAME });
    assert_eq!(code(&mut world, "ListTagsForResource", &document), "InvalidResourceType");
}

#[test]
fn descriptions_have_no_values() {
    let mut world = account();
    for name in ["/shop/a", "/shop/b", "/other"] {
        let parameter = json!({ "Name": name, "Value": "a plain value", "Type": "String" });
        done(&mut world, "PutParameter", &parameter);
    }
    let filter = json!([{ "Key": "Name", "Option": "Equals", "Values": ["/shop/b", "/shop/c"] }]);
    let listed = done(&mut world, "DescribeParameters", &json!({ "ParameterFilters": filter }));
    assert_eq!(listed["Parameters"].as_array().map(Vec::len), Some(1));
    assert!(listed["Parameters"][0]["Name"] == "/shop/b" && !listed.to_string().contains("a plain value"));

    let page = done(&mut world, "DescribeParameters", &json!({ "MaxResults": 2 }));
    let rest = done(&mut world, "DescribeParameters", &json!({ "NextToken": page["NextToken"] }));
    assert_eq!(rest["Parameters"].as_array().map(Vec::len), Some(1));
}

#[test]
fn descriptions_are_chosen_by_filters() {
    let mut world = account();
    for (name, tier, owner) in
        [("/shop/a", "Standard", "web"), ("/shop/b/c", "Advanced", "web"), ("/shopping", "Standard", "data")]
    {
        let parameter = json!({
            "Name": name, "Value": "a plain value", "Type": "String", "Tier": tier, "Description": "about it",
            "Tags": [{ "Key": "Owner", "Value": owner }],
        });
        done(&mut world, "PutParameter", &parameter);
    }
    let mut names = |filters: Value| {
        let listed = done(&mut world, "DescribeParameters", &filters);
        let listed = listed["Parameters"].as_array().expect("a list").clone();
        assert!(listed.iter().all(|one| one["Description"] == "about it" && one["Policies"] == json!([])));
        let names = listed.iter().filter_map(|one| one["Name"].as_str().map(str::to_owned));
        names.collect::<Vec<_>>().join(" ")
    };
    for (filter, expected) in [
        (json!({ "Key": "Tier", "Values": ["Standard"] }), "/shop/a /shopping"),
        (json!({ "Key": "Type", "Values": ["StringList"] }), ""),
        (json!({ "Key": "KeyId", "Values": ["alias/aws/ssm"] }), ""),
        (json!({ "Key": "Path", "Values": ["/shop"] }), "/shop/a"),
        (json!({ "Key": "Path", "Option": "Recursive", "Values": ["/shop/"] }), "/shop/a /shop/b/c"),
        (json!({ "Key": "Name", "Option": "Contains", "Values": ["pp"] }), "/shopping"),
        (json!({ "Key": "tag:Owner", "Values": ["web"] }), "/shop/a /shop/b/c"),
        (json!({ "Key": "tag:Owner" }), "/shop/a /shop/b/c /shopping"),
        (json!({ "Key": "tag:Team" }), ""),
    ] {
        assert_eq!(names(json!({ "ParameterFilters": [filter] })), expected, "{filter}");
    }
    assert_eq!(
        names(json!({ "Filters": [{ "Key": "Name", "Values": ["/shop"] }] })),
        "/shop/a /shop/b/c /shopping"
    );
    assert_eq!(names(json!({ "Shared": true })), "");

    for (filter, expected) in [
        (json!({ "Key": "Label", "Values": ["prod"] }), "InvalidFilterKey"),
        (json!({ "Key": "tag:", "Values": ["prod"] }), "InvalidFilterKey"),
        (json!({ "Key": "Tier", "Option": "Contains", "Values": ["Standard"] }), "InvalidFilterOption"),
        (json!({ "Key": "Path", "Option": "Equals", "Values": ["/shop"] }), "InvalidFilterOption"),
        (json!({ "Key": "Name" }), "InvalidFilterValue"),
        (json!({ "Key": "Path", "Values": ["shop"] }), "ValidationException"),
    ] {
        let filter = json!({ "ParameterFilters": [filter] });
        assert_eq!(code(&mut world, "DescribeParameters", &filter), expected, "{filter}");
    }
    let twice = json!({ "Key": "Tier", "Values": ["Standard"] });
    let twice = json!({ "ParameterFilters": [twice, twice] });
    assert_eq!(code(&mut world, "DescribeParameters", &twice), "InvalidFilterKey");
}
