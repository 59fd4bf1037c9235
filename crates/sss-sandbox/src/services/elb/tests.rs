use serde_json::{Value, json};

use super::call;
use crate::{
    refusal::Refusal,
    services::ec2,
    world::{PRIVATE_SUBNET_IDS, VPC_ID, World},
};

mod listeners;
mod targets;

fn world() -> World {
    World::new("123456789012", "ap-northeast-1", 0)
}

/// Returns the answer to a valid call.
#[expect(clippy::needless_pass_by_value, reason = "the input is written where the call stands")]
fn check(world: &mut World, operation: &str, input: Value) -> Value {
    call(world, operation, &input).unwrap_or_else(|refusal| panic!("{operation} was refused: {refusal:?}"))
}

/// Returns the refusal of an invalid call. The account stays as it was.
#[expect(clippy::needless_pass_by_value, reason = "the input is written where the call stands")]
fn refused(world: &mut World, operation: &str, input: Value) -> Refusal {
    let before = world.clone();
    match call(world, operation, &input) {
        Err(refusal) => {
            assert_eq!(*world, before, "{operation} {input}");
            refusal
        }
        Ok(answer) => panic!("{operation} was taken: {answer}"),
    }
}

/// Returns the code and the words of a refusal.
fn words(world: &mut World, operation: &str, input: Value) -> (&'static str, String) {
    let refusal = refused(world, operation, input);
    (refusal.code, refusal.message)
}

/// Returns a text of an answer.
fn text(answer: &Value, pointer: &str) -> String {
    answer
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("{pointer}: {answer}"))
        .to_owned()
}

fn subnets() -> [&'static str; 2] {
    [PRIVATE_SUBNET_IDS[0], PRIVATE_SUBNET_IDS[1]]
}

/// Creates a load balancer of a type and returns its ARN.
fn balancer(world: &mut World, name: &str, kind: &str) -> String {
    let input = json!({ "Name": name, "Type": kind, "Scheme": "internal", "Subnets": subnets() });
    text(&check(world, "CreateLoadBalancer", input), "/LoadBalancers/0/LoadBalancerArn")
}

/// Creates a target group with a protocol and returns its ARN.
fn group(world: &mut World, name: &str, protocol: &str) -> String {
    let input =
        json!({ "Name": name, "Protocol": protocol, "Port": "80", "VpcId": VPC_ID, "TargetType": "ip" });
    text(&check(world, "CreateTargetGroup", input), "/TargetGroups/0/TargetGroupArn")
}

fn forward(group: &str) -> Value {
    json!([{ "Type": "forward", "TargetGroupArn": group }])
}

/// Creates a listener that forwards to a group and returns its ARN.
fn listener(world: &mut World, balancer: &str, port: &str, group: &str) -> String {
    let protocol = if balancer.contains("/net/") { "TCP" } else { "HTTP" };
    let input = json!({ "LoadBalancerArn": balancer, "Protocol": protocol, "Port": port,
        "DefaultActions": forward(group) });
    text(&check(world, "CreateListener", input), "/Listeners/0/ListenerArn")
}

fn described(world: &mut World, balancer: &str) -> Value {
    let input = json!({ "LoadBalancerArns": [balancer] });
    check(world, "DescribeLoadBalancers", input)["LoadBalancers"][0].clone()
}

#[test]
fn load_balancer_becomes_active() {
    for (kind, after) in [("application", 120_000), ("network", 180_000)] {
        let mut world = world();
        let arn = balancer(&mut world, "shop", kind);
        world.advance(after - 1);
        assert_eq!(described(&mut world, &arn)["State"]["Code"], "provisioning");
        world.advance(after);
        assert_eq!(described(&mut world, &arn)["State"]["Code"], "active");
    }
}

#[test]
fn load_balancer_is_described_in_full() {
    let mut world = world();
    let arn = balancer(&mut world, "shop", "application");
    assert!(
        arn.starts_with("arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/shop/")
    );
    let found = described(&mut world, &arn);
    assert_eq!(found["Scheme"], "internal");
    assert_eq!(found["Type"], "application");
    assert_eq!(found["VpcId"], VPC_ID);
    assert_eq!(found["SecurityGroups"], json!(["sg-0a1b2c3d4e5f60000"]));
    assert_eq!(found["CreatedTime"], "1970-01-01T00:00:00Z");
    assert_eq!(found["AvailabilityZones"][0]["ZoneName"], "ap-northeast-1a");
    let name = text(&found, "/DNSName");
    assert!(
        name.starts_with("internal-shop-") && name.ends_with(".ap-northeast-1.elb.amazonaws.com"),
        "{name}"
    );
    let network = balancer(&mut world, "stock", "network");
    let found = described(&mut world, &network);
    assert_eq!(found["SecurityGroups"], json!([]));
    assert!(text(&found, "/DNSName").contains(".elb.ap-northeast-1.amazonaws.com"));
}

#[test]
fn repeated_creation_returns_the_same_one() {
    let mut world = world();
    let arn = balancer(&mut world, "shop", "application");
    assert_eq!(balancer(&mut world, "shop", "application"), arn);
    let other = json!({ "Name": "shop", "Type": "network", "Scheme": "internal", "Subnets": subnets() });
    let message = "A load balancer with the same name 'shop' exists, but with different settings";
    assert_eq!(
        words(&mut world, "CreateLoadBalancer", other),
        ("DuplicateLoadBalancerName", message.to_owned())
    );
    let first = group(&mut world, "orders", "HTTP");
    assert_eq!(group(&mut world, "orders", "HTTP"), first);
    let other =
        json!({ "Name": "orders", "Protocol": "HTTP", "Port": "81", "VpcId": VPC_ID, "TargetType": "ip" });
    let message = "A target group with the same name 'orders' exists, but with different settings";
    assert_eq!(
        words(&mut world, "CreateTargetGroup", other),
        ("DuplicateTargetGroupName", message.to_owned())
    );
}

#[test]
fn deleted_load_balancer_leaves_name_and_interfaces() {
    let mut world = world();
    let sg = json!({ "GroupName": "alb", "GroupDescription": "a", "VpcId": VPC_ID });
    let sg = text(&ec2::call(&mut world, "CreateSecurityGroup", &sg).expect("a group"), "/groupId");
    let input = json!({ "Name": "shop", "Scheme": "internal", "Subnets": subnets(), "SecurityGroups": [sg] });
    let arn =
        text(&check(&mut world, "CreateLoadBalancer", input.clone()), "/LoadBalancers/0/LoadBalancerArn");
    let interfaces = ec2::call(&mut world, "DescribeNetworkInterfaces", &json!({})).expect("a listing");
    assert_eq!(interfaces["networkInterfaceSet"].as_array().map(Vec::len), Some(2));
    assert!(text(&interfaces, "/networkInterfaceSet/0/description").starts_with("ELB app/shop/"));

    check(&mut world, "DeleteLoadBalancer", json!({ "LoadBalancerArn": arn }));
    check(&mut world, "DeleteLoadBalancer", json!({ "LoadBalancerArn": arn }));
    let gone = words(&mut world, "DescribeLoadBalancers", json!({ "Names": ["shop"] }));
    assert_eq!(gone, ("LoadBalancerNotFound", "Load balancers '[shop]' not found".to_owned()));
    assert_eq!(words(&mut world, "CreateLoadBalancer", input.clone()).0, "DuplicateLoadBalancerName");
    let delete = json!({ "GroupId": sg });
    let in_use = ec2::call(&mut world, "DeleteSecurityGroup", &delete).expect_err("the group is in use");
    assert_eq!(in_use.code, "DependencyViolation");
    world.advance(120_000);
    ec2::call(&mut world, "DeleteSecurityGroup", &delete).expect("the group is free");
    balancer(&mut world, "shop", "application");
}

#[test]
fn protected_load_balancer_is_not_deleted() {
    let mut world = world();
    let arn = balancer(&mut world, "shop", "application");
    let protection = json!([{ "Key": "deletion_protection.enabled", "Value": "true" }]);
    let input = json!({ "LoadBalancerArn": arn, "Attributes": protection });
    let answer = check(&mut world, "ModifyLoadBalancerAttributes", input);
    assert_eq!(answer["Attributes"].as_array().map(Vec::len), Some(22));
    let message = format!("Load balancer '{arn}' cannot be deleted because deletion protection is enabled");
    assert_eq!(
        words(&mut world, "DeleteLoadBalancer", json!({ "LoadBalancerArn": arn })),
        ("OperationNotPermitted", message)
    );
}

#[test]
fn attributes_have_defaults_and_merge() {
    let mut world = world();
    let arn = group(&mut world, "orders", "HTTP");
    let all = check(&mut world, "DescribeTargetGroupAttributes", json!({ "TargetGroupArn": arn }));
    assert_eq!(all["Attributes"].as_array().map(Vec::len), Some(14));
    let delay = |answer: &Value| {
        let all = answer["Attributes"].as_array().expect("attributes").clone();
        all.into_iter().find(|one| one["Key"] == "deregistration_delay.timeout_seconds").expect("a delay")["Value"]
            .clone()
    };
    assert_eq!(delay(&all), "300");
    let change = json!([{ "Key": "deregistration_delay.timeout_seconds", "Value": "30" }]);
    let input = json!({ "TargetGroupArn": arn, "Attributes": change });
    assert_eq!(delay(&check(&mut world, "ModifyTargetGroupAttributes", input)), "30");
    let foreign = json!([{ "Key": "proxy_protocol_v2.enabled", "Value": "true" }]);
    let refusal = words(
        &mut world,
        "ModifyTargetGroupAttributes",
        json!({ "TargetGroupArn": arn, "Attributes": foreign }),
    );
    let message = "Target group attribute key 'proxy_protocol_v2.enabled' is not recognized";
    assert_eq!(refusal, ("ValidationError", message.to_owned()));
}

/// The defaults of the sandbox are values that the rules of the model accept.
#[test]
fn defaults_of_attributes_are_valid() {
    let mut world = world();
    for kind in ["application", "network"] {
        let arn = balancer(&mut world, kind, kind);
        let all = check(&mut world, "DescribeLoadBalancerAttributes", json!({ "LoadBalancerArn": arn }));
        for attribute in all["Attributes"].as_array().expect("attributes") {
            let input = json!({ "LoadBalancerArn": arn, "Attributes": [attribute] });
            check(&mut world, "ModifyLoadBalancerAttributes", input);
        }
    }
    for protocol in ["HTTP", "TCP"] {
        let arn = group(&mut world, protocol, protocol);
        let all = check(&mut world, "DescribeTargetGroupAttributes", json!({ "TargetGroupArn": arn }));
        for attribute in all["Attributes"].as_array().expect("attributes") {
            let input = json!({ "TargetGroupArn": arn, "Attributes": [attribute] });
            check(&mut world, "ModifyTargetGroupAttributes", input);
        }
    }
}

#[test]
fn security_groups_are_replaced() {
    let mut world = world();
    let arn = balancer(&mut world, "shop", "application");
    let input = json!({ "LoadBalancerArn": arn, "SecurityGroups": ["sg-0a1b2c3d4e5f69999"] });
    assert_eq!(refused(&mut world, "SetSecurityGroups", input).code, "InvalidSecurityGroup");
    let input = json!({ "LoadBalancerArn": arn, "SecurityGroups": ["sg-0a1b2c3d4e5f60000"] });
    assert_eq!(
        check(&mut world, "SetSecurityGroups", input)["SecurityGroupIds"],
        json!(["sg-0a1b2c3d4e5f60000"])
    );
    let network = balancer(&mut world, "stock", "network");
    let input = json!({ "LoadBalancerArn": network, "SecurityGroups": ["sg-0a1b2c3d4e5f60000"] });
    let message = "You cannot set security groups on a Network Load Balancer which was created without any security groups.";
    assert_eq!(
        words(&mut world, "SetSecurityGroups", input),
        ("InvalidConfigurationRequest", message.to_owned())
    );
}

#[test]
fn subnets_are_replaced_by_type() {
    let mut world = world();
    let [first, second, third] = PRIVATE_SUBNET_IDS;
    let arn = balancer(&mut world, "shop", "application");
    let input = json!({ "LoadBalancerArn": arn, "Subnets": [second, third] });
    check(&mut world, "SetSubnets", input);
    let zones = described(&mut world, &arn)["AvailabilityZones"].clone();
    assert_eq!((&zones[0]["SubnetId"], &zones[1]["SubnetId"]), (&json!(second), &json!(third)));
    let input = json!({ "LoadBalancerArn": arn, "Subnets": [second] });
    let message = "At least two subnets in two different Availability Zones must be specified";
    assert_eq!(words(&mut world, "SetSubnets", input), ("ValidationError", message.to_owned()));
    let network = balancer(&mut world, "stock", "network");
    check(&mut world, "SetSubnets", json!({ "LoadBalancerArn": network, "Subnets": [first, second, third] }));
    check(&mut world, "SetSubnets", json!({ "LoadBalancerArn": network, "Subnets": [first] }));
    let again = json!({ "LoadBalancerArn": network, "Subnets": [first, second] });
    assert_eq!(refused(&mut world, "SetSubnets", again.clone()).code, "InvalidConfigurationRequest");
    world.advance(120_000);
    check(&mut world, "SetSubnets", again);
}

#[test]
fn listings_have_pages() {
    let mut world = world();
    for number in 0..5 {
        group(&mut world, &format!("group-{number}"), "HTTP");
    }
    let mut names = Vec::new();
    let mut marker = Value::Null;
    loop {
        let page = check(&mut world, "DescribeTargetGroups", json!({ "PageSize": "2", "Marker": marker }));
        let groups = page["TargetGroups"].as_array().expect("groups").clone();
        assert!(groups.len() <= 2);
        names.extend(groups.iter().map(|group| text(group, "/TargetGroupName")));
        marker = page["NextMarker"].clone();
        if marker.is_null() {
            break;
        }
    }
    assert_eq!(names.len(), 5);
    assert_eq!(
        refused(&mut world, "DescribeTargetGroups", json!({ "PageSize": "401" })).code,
        "ValidationError"
    );
    let limits = check(&mut world, "DescribeAccountLimits", json!({}));
    assert_eq!(limits["Limits"].as_array().map(Vec::len), Some(14));
}

#[test]
fn tags_are_set_and_removed() {
    let mut world = world();
    let (arn, group) = (balancer(&mut world, "shop", "application"), group(&mut world, "orders", "HTTP"));
    let listener = listener(&mut world, &arn, "80", &group);
    let arns = [arn.as_str(), &group, &listener];
    let tag = json!([{ "Key": "team", "Value": "a" }]);
    check(&mut world, "AddTags", json!({ "ResourceArns": arns, "Tags": tag }));
    let tags = check(&mut world, "DescribeTags", json!({ "ResourceArns": arns }));
    assert_eq!(tags["TagDescriptions"].as_array().map(Vec::len), Some(3));
    assert_eq!(tags["TagDescriptions"][1], json!({ "ResourceArn": group, "Tags": tag }));
    check(&mut world, "RemoveTags", json!({ "ResourceArns": [group], "TagKeys": ["team", "other"] }));
    let tags = check(&mut world, "DescribeTags", json!({ "ResourceArns": [group] }));
    assert_eq!(tags["TagDescriptions"][0]["Tags"], json!([]));
    let unknown = json!({ "ResourceArns": [arn, format!("{group}0")] });
    assert_eq!(refused(&mut world, "DescribeTags", unknown).code, "TargetGroupNotFound");
    let many = vec![arn; 21];
    assert_eq!(refused(&mut world, "DescribeTags", json!({ "ResourceArns": many })).code, "ValidationError");
}
