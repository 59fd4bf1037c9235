//! The objects around the services: roles, log groups, the security group and the namespace.

use serde_json::{Value, json};
use sss_aws::Action::{self, Replace, Update};

use super::{
    Hand::{self, Anew, Calls},
    Row, listed, saved, tag,
};
use crate::account::Account;

const GROUP: &str = "ec2/security-group";
const LOGS: &str = "logs/log-group";
const NAMESPACE: &str = "servicediscovery/namespace";
const ROLE: &str = "iam/role";

fn group(world: &mut Value) -> &mut Value {
    saved(&mut world["ec2"]["groups"], ("name", "all-ecs-sg"))
}

pub(super) fn group_id(account: &Account) -> Value {
    let input = json!({"Filter": [{"Name": "group-name", "Value": ["all-ecs-sg"]}]});
    account.by_hand("ec2", "DescribeSecurityGroups", &input)["securityGroupInfo"][0]["groupId"].clone()
}

fn permission(ports: (u16, u16), cidr: &str, description: Option<&str>) -> Value {
    let range = json!({"CidrIp": cidr, "Description": description});
    json!([{"IpProtocol": "tcp", "FromPort": ports.0.to_string(), "ToPort": ports.1.to_string(), "IpRanges": [range]}])
}

const fn role(field: &'static str, hand: Hand, paths: &'static [&'static str]) -> Row {
    Row { kind: ROLE, name: "all-web-role", field, hand, action: Update, paths }
}

const fn lets(field: &'static str, hand: Hand, action: Action, paths: &'static [&'static str]) -> Row {
    Row { kind: GROUP, name: "all-ecs-sg", field, hand, action, paths }
}

const fn row(
    kind: &'static str,
    name: &'static str,
    field: &'static str,
    hand: Hand,
    action: Action,
    paths: &'static [&'static str],
) -> Row {
    Row { kind, name, field, hand, action, paths }
}

pub(super) const ROWS: &[Row] = &[
    role(
        "trust",
        Calls(|a| {
            let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["ecs-tasks.amazonaws.com","ec2.amazonaws.com"]},"Action":"sts:AssumeRole"}]}"#;
            a.by_hand(
                "iam",
                "UpdateAssumeRolePolicy",
                &json!({"RoleName": "all-web-role", "PolicyDocument": document}),
            );
        }),
        &["trust.Statement"],
    ),
    role(
        "inline_policies",
        Calls(|a| {
            let document =
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
            a.by_hand("iam", "PutRolePolicy", &json!({"RoleName": "all-web-role", "PolicyName": "all-web-cloud-watch-log-policy", "PolicyDocument": document}));
        }),
        &["inline_policies.all-web-cloud-watch-log-policy.Statement"],
    ),
    role(
        "managed_policies",
        Calls(|a| {
            let arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
            a.by_hand("iam", "DetachRolePolicy", &json!({"RoleName": "all-web-role", "PolicyArn": arn}));
        }),
        &["managed_policies"],
    ),
    role(
        "permissions_boundary",
        Calls(|a| {
            let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
            let input = json!({"RoleName": "all-web-role", "PermissionsBoundary": arn});
            a.by_hand("iam", "PutRolePermissionsBoundary", &input);
        }),
        &["permissions_boundary"],
    ),
    role(
        "tags",
        Calls(|a| {
            a.by_hand("iam", "UntagRole", &json!({"RoleName": "all-web-role", "TagKeys": ["Team"]}));
        }),
        &["tags.Team"],
    ),
    row(
        ROLE,
        "all-ecs-task-exec-role",
        "path",
        Anew(|w| {
            w["iam"]["roles"]["all-ecs-task-exec-role"]["path"] = json!("/");
        }),
        Replace,
        &["path"],
    ),
    row(
        LOGS,
        "/aws/api-gateway/all",
        "retention_days",
        Calls(|a| {
            a.by_hand("logs", "DeleteRetentionPolicy", &json!({"logGroupName": "/aws/api-gateway/all"}));
        }),
        Update,
        &["retention_days"],
    ),
    row(
        LOGS,
        "/aws/ecs/fargate/all-worker",
        "kms_key",
        Calls(|a| {
            let named = json!({"logGroupName": "/aws/ecs/fargate/all-worker"});
            a.by_hand("logs", "DisassociateKmsKey", &named);
        }),
        Update,
        &["kms_key"],
    ),
    row(
        LOGS,
        "/aws/ecs/fargate/all-worker",
        "class",
        Anew(|world| world["logs"]["groups"]["/aws/ecs/fargate/all-worker"]["class"] = json!("STANDARD")),
        Replace,
        &["class"],
    ),
    row(
        LOGS,
        "/aws/ecs/fargate/all-web",
        "tags",
        Calls(|a| {
            let arn = "arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/ecs/fargate/all-web";
            a.by_hand("logs", "UntagResource", &json!({"resourceArn": arn, "tagKeys": ["Team"]}));
        }),
        Update,
        &["tags.Team"],
    ),
    lets(
        "vpc",
        Anew(|w| {
            let mut other = w["ec2"]["vpcs"]["vpc-0a1b2c3d4e5f60718"].clone();
            other["id"] = json!("vpc-0a1b2c3d4e5f60719");
            w["ec2"]["vpcs"]["vpc-0a1b2c3d4e5f60719"] = other;
            group(w)["vpc"] = json!("vpc-0a1b2c3d4e5f60719");
        }),
        Replace,
        &["vpc"],
    ),
    lets("description", Anew(|w| group(w)["description"] = json!("mine")), Replace, &["description"]),
    lets(
        "ingress",
        Calls(|a| {
            let input = json!({"GroupId": group_id(a), "IpPermissions": permission((8000, 8100), "10.0.0.0/16", None)});
            a.by_hand("ec2", "RevokeSecurityGroupIngress", &input);
        }),
        Update,
        &[
            "ingress.\"tcp 8000-8100 10.0.0.0/16\".description",
            "ingress.\"tcp 8000-8100 10.0.0.0/16\".from_port",
            "ingress.\"tcp 8000-8100 10.0.0.0/16\".peer.ipv4",
            "ingress.\"tcp 8000-8100 10.0.0.0/16\".protocol",
            "ingress.\"tcp 8000-8100 10.0.0.0/16\".to_port",
        ],
    ),
    lets(
        "ingress.*.description",
        Anew(|w| group(w)["rules"][0]["description"] = json!("mine")),
        Update,
        &["ingress.\"tcp 8000-8100 10.0.0.0/16\".description"],
    ),
    lets(
        "egress",
        Calls(|a| {
            let input =
                json!({"GroupId": group_id(a), "IpPermissions": permission((22, 23), "0.0.0.0/0", None)});
            a.by_hand("ec2", "AuthorizeSecurityGroupEgress", &input);
        }),
        Update,
        &[
            "egress.\"tcp 22-23 0.0.0.0/0\".from_port",
            "egress.\"tcp 22-23 0.0.0.0/0\".peer.ipv4",
            "egress.\"tcp 22-23 0.0.0.0/0\".protocol",
            "egress.\"tcp 22-23 0.0.0.0/0\".to_port",
        ],
    ),
    lets(
        "tags",
        Calls(|a| {
            a.by_hand("ec2", "CreateTags", &json!({"ResourceId": [group_id(a)], "Tag": tag("Name", "mine")}));
        }),
        Update,
        &["tags.Name"],
    ),
    row(
        NAMESPACE,
        "all-application-service.internal",
        "description",
        Calls(|a| {
            let named = ("Name", "all-application-service.internal");
            let found = listed(a, ("servicediscovery", "ListNamespaces", &json!({})), "Namespaces", named);
            let input = json!({"Id": found["Id"], "Namespace": {"Description": "mine"}});
            a.by_hand("servicediscovery", "UpdatePrivateDnsNamespace", &input);
        }),
        Update,
        &["description"],
    ),
    row(
        NAMESPACE,
        "all-application-service.internal",
        "tags",
        Calls(|a| {
            let named = ("Name", "all-application-service.internal");
            let found = listed(a, ("servicediscovery", "ListNamespaces", &json!({})), "Namespaces", named);
            let input = json!({"ResourceARN": found["Arn"], "Tags": tag("sss:managed-by", "me")});
            a.by_hand("servicediscovery", "TagResource", &input);
        }),
        Update,
        &[r#"tags."sss:managed-by""#],
    ),
];
