//! Cases that an error of AWS, its reference, or its public examples decided.

use serde_json::{Value, json};

use super::table::{Table, each};
use super::{ecs_service, task};

fn security_group() -> Table {
    let request = json!({ "GroupName": "orders", "Description": "orders", "VpcId": "vpc-0a1b2c3d" });
    Table::of("ec2:CreateSecurityGroup", request)
}

fn permission(source: &str, value: &Value) -> Value {
    let permission = json!({ "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, source: [value] });
    json!({ "GroupId": "sg-0a1b2c3d", "IpPermissions": [permission] })
}

#[test]
fn tags_are_on_what_the_operation_makes() {
    let tags = json!([{ "Key": "team", "Value": "a" }]);
    let group = security_group();
    group.takes("/TagSpecifications", [json!([{ "ResourceType": "security-group", "Tags": tags }])]);
    let others = ["vpc", "security-group-rule", "Security-Group"];
    let specification = |kind: &str| json!([{ "ResourceType": kind, "Tags": tags }]);
    group.breaks(
        "/TagSpecifications",
        others.map(specification),
        &["PARAM-002 TagSpecifications[0].ResourceType"],
    );
}

#[test]
fn a_prefix_list_is_an_id() {
    let at = "/IpPermissions/0/PrefixListIds/0/PrefixListId";
    let list = permission("PrefixListIds", &json!({ "PrefixListId": "pl-12345678" }));
    let table = Table::of("ec2:AuthorizeSecurityGroupIngress", list);
    table.takes(at, each(["pl-0123456789abcdef0", "pl-6da54004"]));
    let refused = each(["", "12345678", "com.amazonaws.eu-west-1.s3"]);
    table.breaks(at, refused, &["EC2-ID-001 IpPermissions[0].PrefixListIds[0].PrefixListId"]);
}

#[test]
fn a_rule_stands_in_the_request_or_in_a_permission() {
    let mut both = permission("IpRanges", &json!({ "CidrIp": "10.0.0.0/16" }));
    for (member, value) in [("IpProtocol", json!("tcp")), ("FromPort", json!(81)), ("ToPort", json!(81))] {
        both[member] = value;
    }
    both["CidrIp"] = json!("10.1.0.0/16");
    let table = security_group();
    let ingress = Table::of(
        "ec2:AuthorizeSecurityGroupIngress",
        permission("IpRanges", &json!({ "CidrIp": "10.0.0.0/16" })),
    );
    ingress.from(both).is(&["SG-012 IpPermissions"]);
    table.is(&[]);
}

#[test]
fn what_leaves_a_group_is_in_permissions() {
    let fine = permission("IpRanges", &json!({ "CidrIp": "10.0.0.0/16" }));
    let egress = Table::of("ec2:AuthorizeSecurityGroupEgress", fine);
    egress.takes("/GroupId", each(["sg-0a1b2c3d"]));
    egress.breaks("/CidrIp", each(["10.1.0.0/16"]), &["warning SG-012 CidrIp"]);
    let flat = json!({ "GroupId": "sg-0a1b2c3d", "CidrIp": "10.0.0.0/16" });
    egress.from(flat).is(&["warning SG-012 CidrIp", "SG-012 IpPermissions"]);
}

#[test]
fn resources_are_in_a_partition() {
    let document = |resource: &str| {
        let statement = json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": resource });
        Value::from(json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string())
    };
    let request = json!({ "RoleName": "orders", "PolicyName": "a", "PolicyDocument": document("*") });
    let table = Table::of("iam:PutRolePolicy", request);
    let taken = ["arn:aws-cn:s3:::b", "arn:aws-us-gov:s3:::b/*", "arn:aws-eusc:s3:::b", "arn:*:s3:::b"];
    table.takes("/PolicyDocument", taken.map(document));
    table.breaks(
        "/PolicyDocument",
        ["arn::s3:::b", "arn:foo:s3:::b", "arn:${Partition}:s3:::b", "arn:awscn:s3:::b", "arn:foo:s3*"]
            .map(document),
        &["IAM-POL-006 PolicyDocument.Statement[0].Resource"],
    );
}

#[test]
fn a_log_group_is_created_in_any_case() {
    let options = "/containerDefinitions/0/logConfiguration";
    let log = |create: &str| {
        json!({ "logDriver": "awslogs", "options": { "awslogs-group": "a", "awslogs-region": "eu-west-1",
            "awslogs-stream-prefix": "a", "awslogs-create-group": create } })
    };
    let at = "ECS-TD-053 containerDefinitions[0].logConfiguration.options.awslogs-create-group";
    let table = Table::of("ecs:RegisterTaskDefinition", task::fine());
    table.takes(options, [log("true")]);
    table.breaks(options, [log("True"), log("TRUE")], &[&format!("warning {at}")]);
    table.breaks(options, [log("false"), log("yes"), log("")], &[at]);
}

#[test]
fn a_service_fits_what_it_refers_to() {
    let table = Table::of("ecs:CreateService", ecs_service::fine());
    let arn = "/serviceRegistries/0/registryArn";
    table.takes(arn, each(["arn:aws-cn:servicediscovery:cn-north-1:123456789012:service/srv-a"]));
    let refused = ["", "srv-a", "arn:aws:ecs:eu-west-1:123456789012:service/a"];
    table.breaks(arn, each(refused), &["ECS-SVC-015 serviceRegistries[0].registryArn"]);
    let namespace = "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-a";
    table.breaks(arn, each([namespace]), &["ECS-SVC-015 serviceRegistries[0].registryArn"]);
    table.lacks(arn, &["ECS-SVC-015 serviceRegistries[0].registryArn"]);

    let balancer = |kind: &str| {
        let arn = format!("arn:aws:elasticloadbalancing:eu-west-1:123456789012:{kind}/a/0123456789abcdef");
        json!([{ "targetGroupArn": arn, "containerName": "app", "containerPort": 8080 }])
    };
    table.takes("/loadBalancers", [balancer("targetgroup")]);
    table.breaks(
        "/loadBalancers",
        [balancer("loadbalancer/app"), balancer("listener/app")],
        &["ECS-SVC-050 loadBalancers[0].targetGroupArn"],
    );

    let mut logging = task::fine();
    logging["containerDefinitions"][0]["logConfiguration"] = json!({ "logDriver": "json-file" });
    table.beside(json!({ "ecs:RegisterTaskDefinition": logging })).is(&["ECS-SVC-006 taskDefinition"]);
}

#[test]
fn new_parameters_are_known() {
    let table = Table::of("ecs:RegisterTaskDefinition", task::fine());
    let at = "/trustedExecutionConfiguration";
    table.takes(at, [json!({ "isolationMode": "SHARED", "attestationPolicy": "a" })]);
    table.breaks(at, [json!({})], &["PARAM-003 trustedExecutionConfiguration.isolationMode"]);
    let table = Table::of("ecs:CreateService", ecs_service::fine());
    let delay = json!([{ "portName": "http", "deregistrationDelay": { "timeoutSeconds": 30 } }]);
    table.takes("/gatewayConnectors", [delay]);
    let level = |word: &str| json!({ "enabled": true, "containerConfigurations": [{ "logLevel": word }] });
    table.takes("/serviceConnectConfiguration", [level("debug")]);
    let refused = ["PARAM-004 serviceConnectConfiguration.containerConfigurations[0].logLevel"];
    table.breaks("/serviceConnectConfiguration", [level("trace")], &refused);
}
