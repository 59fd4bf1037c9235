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

#[test]
fn containers_on_instances_have_memory() {
    let mut bridge = task::fine();
    bridge["requiresCompatibilities"] = json!(["EC2"]);
    bridge["networkMode"] = json!("bridge");
    bridge["containerDefinitions"] = json!([{ "name": "app", "image": "httpd:2.4" }]);
    let table = Table::of("ecs:RegisterTaskDefinition", bridge);
    table.lacks("/memory", &["ECS-TD-079 containerDefinitions[0].memory"]);
    for member in ["memory", "memoryReservation"] {
        let mut request = table.request().clone();
        request.as_object_mut().unwrap().remove("memory");
        request["containerDefinitions"][0][member] = json!(64);
        table.from(request).is(&[]);
    }
}

#[test]
fn ports_of_the_host_are_those_of_the_container() {
    let mut host = task::fine();
    host["requiresCompatibilities"] = json!(["EC2"]);
    host["networkMode"] = json!("host");
    let table = Table::of("ecs:RegisterTaskDefinition", host);
    let mapping = |port: u16| [json!([{ "containerPort": 80, "hostPort": port }])];
    table.takes("/containerDefinitions/0/portMappings", mapping(80));
    let want = ["ECS-TD-030 containerDefinitions[0].portMappings[0].hostPort"];
    table.breaks("/containerDefinitions/0/portMappings", mapping(8080), &want);
}

#[test]
fn placement_is_as_its_type_says() {
    let mut instances = ecs_service::fine();
    instances["launchType"] = json!("EC2");
    let table = Table::of("ecs:CreateService", instances);
    let strategies = |count: usize| [vec![json!({ "type": "spread", "field": "host" }); count].into()];
    table.takes("/placementStrategy", strategies(5));
    table.breaks("/placementStrategy", strategies(6), &["ECS-SVC-042 placementStrategy"]);
    let strategy = |kind: &str, field: &str| json!([{ "type": kind, "field": field }]);
    let taken = [json!([{ "type": "random" }]), strategy("binpack", "cpu"), strategy("binpack", "MEMORY")];
    table.takes("/placementStrategy", taken);
    let refused = [strategy("random", "host"), strategy("binpack", "instanceId")];
    table.breaks("/placementStrategy", refused, &["ECS-SVC-042 placementStrategy[0].field"]);
    let expression = json!([{ "type": "memberOf", "expression": "attribute:a == b" }]);
    table.takes("/placementConstraints", [expression, json!([{ "type": "distinctInstance" }])]);
    let refused =
        [json!([{ "type": "distinctInstance", "expression": "a" }]), json!([{ "type": "memberOf" }])];
    table.breaks("/placementConstraints", refused, &["ECS-SVC-042 placementConstraints[0].expression"]);
}

#[test]
fn a_daemon_is_once_on_every_instance() {
    let mut daemon = ecs_service::fine();
    daemon.as_object_mut().unwrap().remove("desiredCount");
    daemon["launchType"] = json!("EC2");
    daemon["schedulingStrategy"] = json!("DAEMON");
    let table = Table::of("ecs:CreateService", daemon);
    let percents = |most: u16| [json!({ "minimumHealthyPercent": 0, "maximumPercent": most })];
    table.takes("/deploymentConfiguration", percents(100));
    let want = ["ECS-SVC-030 deploymentConfiguration.maximumPercent"];
    table.breaks("/deploymentConfiguration", percents(101), &want);
    table.breaks("/placementStrategy", [json!([{ "type": "random" }])], &["ECS-SVC-005 placementStrategy"]);
}

#[test]
fn volumes_of_a_service_are_made_at_launch() {
    let mut launch = task::fine();
    launch["volumes"] = json!([{ "name": "data", "configuredAtLaunch": true }, { "name": "scratch" }]);
    let service = Table::of("ecs:CreateService", ecs_service::fine());
    let table = service.beside(json!({ "ecs:RegisterTaskDefinition": launch }));
    let volume = |name: &str, more: Value| {
        let mut disk = json!({ "roleArn": "arn:aws:iam::123456789012:role/infrastructure" });
        for (member, value) in more.as_object().unwrap() {
            disk[member] = value.clone();
        }
        json!([{ "name": name, "managedEBSVolume": disk }])
    };
    let at = "/volumeConfigurations";
    let size = || json!({ "sizeInGiB": 10 });
    table.takes(at, [volume("data", size()), volume("data", json!({ "snapshotId": "snap-0a1b2c3d" }))]);
    table.breaks(
        at,
        [volume("scratch", size()), volume("other", size())],
        &["ECS-SVC-090 volumeConfigurations[0].name"],
    );
    let disk = "ECS-SVC-090 volumeConfigurations[0].managedEBSVolume";
    table.breaks(at, [volume("data", json!({}))], &[&format!("{disk}.sizeInGiB")]);
    let of = |kind: &str, member: &str| {
        volume("data", json!({ "sizeInGiB": 500, "volumeType": kind, member: 3000 }))
    };
    table.takes(at, [of("gp3", "throughput"), of("gp3", "iops"), of("io1", "iops"), of("io2", "iops")]);
    table.breaks(at, [of("gp2", "throughput"), of("io2", "throughput")], &[&format!("{disk}.throughput")]);
    table.breaks(at, [of("gp2", "iops"), of("st1", "iops")], &[&format!("{disk}.iops")]);
}

#[test]
fn a_service_without_records_has_no_records() {
    let request = json!({ "Name": "a", "NamespaceId": "ns-a", "Type": "HTTP" });
    let table = Table::of("servicediscovery:CreateService", request);
    let records = json!({ "DnsRecords": [{ "Type": "SRV", "TTL": 60 }] });
    table.breaks("/DnsConfig", [records], &["CM-SVC-014 Type"]);
}

#[test]
fn operations_of_services_have_their_parameters() {
    let request = json!({ "ApiId": "a", "IntegrationType": "AWS_PROXY", "IntegrationSubtype": "SQS-SendMessage",
        "PayloadFormatVersion": "1.0", "CredentialsArn": "arn:aws:iam::123456789012:role/a",
        "RequestParameters": { "QueueUrl": "$request.header.queue", "MessageBody": "$request.body" } });
    let table = Table::of("apigatewayv2:CreateIntegration", request);
    table.takes("/IntegrationSubtype", each(["SQS-ReceiveMessage", "SQS-PurgeQueue"]));
    table.breaks("/IntegrationSubtype", each(["SQS-Send", ""]), &["APIGW-INT-043 IntegrationSubtype"]);
    table.breaks("/IntegrationSubtype", each(["SQS-DeleteMessage"]), &["APIGW-INT-043 RequestParameters"]);
    table.breaks("/RequestParameters", [json!({ "QueueUrl": "a" })], &["APIGW-INT-043 RequestParameters"]);
    table.lacks("/CredentialsArn", &["APIGW-INT-043 CredentialsArn"]);
    table.breaks("/PayloadFormatVersion", each(["2.0"]), &["APIGW-INT-002 PayloadFormatVersion"]);
}
