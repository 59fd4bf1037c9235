//! Changes of the account by hand, by people who do not know the stack.
//!
//! The next apply must undo each change of a value that the stack has. Tags of others stay.

use fastrand::Rng;
use serde_json::{Value, json};
use sss_model::Stack;

use super::{choose, items, revisions};
use crate::account::Account;

/// A change by hand: its name, and the act. The act returns `None` if there is nothing to change.
pub(super) type Drift = (&'static str, fn(&Hand<'_>, &mut Rng) -> Option<()>);

/// A tag that others set on roles, also in capitals. The stack has the key at times.
const OWNER: &str = "Owner";
const NOBODY: &str = "nobody";

const DRIFTS: [Drift; 18] = [
    ("a route removed by hand", |hand, random| {
        let route = hand.part("GetRoutes", random)?;
        hand.act("apigateway", "DeleteRoute", &route)
    }),
    ("a route added by hand", |hand, random| {
        let mut route = hand.part("GetRoutes", random)?;
        route["routeKey"] = json!(format!("GET /extra{}", random.u8(0..3)));
        hand.act("apigateway", "CreateRoute", &route)
    }),
    ("an integration changed by hand", |hand, random| {
        let mut integration = hand.part("GetIntegrations", random)?;
        integration["timeoutInMillis"] = json!(5000);
        hand.act("apigateway", "UpdateIntegration", &integration)
    }),
    ("an authorizer changed by hand", |hand, random| {
        let mut authorizer = hand.part("GetAuthorizers", random)?;
        authorizer["jwtConfiguration"]["audience"] = json!(["another"]);
        hand.act("apigateway", "UpdateAuthorizer", &authorizer)
    }),
    ("the API removed by hand", |hand, _| {
        hand.act("apigateway", "DeleteApi", &json!({"apiId": hand.api()?}))
    }),
    ("an inline policy by hand", |hand, random| {
        let document =
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
        let role = hand.stack.task_role_name(&hand.service(random)?);
        hand.act(
            "iam",
            "PutRolePolicy",
            &json!({"RoleName": role, "PolicyName": "extra", "PolicyDocument": document}),
        )
    }),
    ("a managed policy gone by hand", |hand, _| {
        let policies = hand.stack.execution_policies();
        let (role, policy) = (hand.stack.execution_role_name(), policies.first()?);
        hand.act("iam", "DetachRolePolicy", &json!({"RoleName": role, "PolicyArn": policy}))
    }),
    ("a tag of a role by hand", |hand, random| hand.tag(OWNER, random)),
    ("a tag of a role in capitals by hand", |hand, random| hand.tag(&OWNER.to_uppercase(), random)),
    ("a count by hand", |hand, random| {
        let service = hand.stack.service_name(&hand.service(random)?);
        let input = json!({"cluster": hand.stack.cluster_name(), "service": service, "desiredCount": random.u8(0..4)});
        hand.act("ecs", "UpdateService", &input)
    }),
    ("a pause of a service", |hand, random| {
        let (cluster, service) = (hand.stack.cluster_name(), hand.stack.service_name(&hand.service(random)?));
        let asked = json!({"cluster": cluster, "services": [service]});
        let found = hand.account.by_hand("ecs", "DescribeServices", &asked)["services"][0].take();
        let count = found["desiredCount"].as_u64().filter(|count| *count > 0)?.to_string();
        // As `scale SERVICE=0` does it.
        let tags = json!([{"key": "sss:count", "value": count}]);
        hand.act("ecs", "TagResource", &json!({"resourceArn": found["serviceArn"], "tags": tags}))?;
        hand.act("ecs", "UpdateService", &json!({"cluster": cluster, "service": service, "desiredCount": 0}))
    }),
    ("a service removed by hand", |hand, random| {
        let service = hand.stack.service_name(&hand.service(random)?);
        hand.act(
            "ecs",
            "DeleteService",
            &json!({"cluster": hand.stack.cluster_name(), "service": service, "force": true}),
        )
    }),
    ("a retention by hand", |hand, random| {
        let group = hand.stack.log_group_name(&hand.service(random)?);
        hand.act("logs", "PutRetentionPolicy", &json!({"logGroupName": group, "retentionInDays": 400}))
    }),
    ("a log group removed by hand", |hand, random| {
        let group = hand.stack.log_group_name(&hand.service(random)?);
        hand.act("logs", "DeleteLogGroup", &json!({"logGroupName": group}))
    }),
    ("a rule by hand", |hand, _| {
        let rule = json!([{"IpProtocol": "tcp", "FromPort": "22", "ToPort": "22", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]);
        hand.act(
            "ec2",
            "AuthorizeSecurityGroupIngress",
            &json!({"GroupId": hand.group()?, "IpPermissions": rule}),
        )
    }),
    ("an API of another name by hand", |hand, _| {
        hand.act("apigateway", "UpdateApi", &json!({"apiId": hand.api()?, "name": "by-hand"}))
    }),
    ("a VPC link of another name by hand", |hand, _| {
        hand.act("apigateway", "UpdateVpcLink", &json!({"vpcLinkId": hand.link()?, "name": "by-hand"}))
    }),
    ("an authorizer of another name by hand", |hand, random| {
        let mut authorizer = hand.part("GetAuthorizers", random)?;
        authorizer["name"] = json!("by-hand");
        hand.act("apigateway", "UpdateAuthorizer", &authorizer)
    }),
];

/// Changes the account, and returns the name of the change. `None` if there was nothing to change.
pub(super) fn drift(account: &Account, stack: &Stack, random: &mut Rng) -> Option<&'static str> {
    let all: Vec<&Drift> = DRIFTS.iter().chain(&revisions::DRIFTS).collect();
    let (name, drift) = choose(random, &all)?;
    drift(&Hand { account, stack }, random).map(|()| *name)
}

/// Removes the tags that others set on roles, and that no stack has overwritten.
pub(super) fn untag(account: &Account) {
    let roles = account.by_hand("iam", "GetAccountAuthorizationDetails", &json!({"MaxItems": "1000"}));
    let is_owner = |tag: &Value| tag["Key"].as_str().is_some_and(|key| key.eq_ignore_ascii_case(OWNER));
    let is_tagged =
        |role: &&Value| items(&role["Tags"]).iter().any(|tag| is_owner(tag) && tag["Value"] == NOBODY);
    for role in items(&roles["RoleDetailList"]).iter().filter(is_tagged) {
        let input = json!({"RoleName": role["RoleName"], "TagKeys": [OWNER]});
        account.by_hand("iam", "UntagRole", &input);
    }
}

/// A person who works by hand on the account of a stack.
pub(super) struct Hand<'a> {
    pub(super) account: &'a Account,
    pub(super) stack: &'a Stack,
}

impl Hand<'_> {
    /// Calls AWS. Returns `None` if AWS refuses.
    pub(super) fn act(&self, service: &str, operation: &str, input: &Value) -> Option<()> {
        self.account.sandbox.request(service, operation, input).ok().map(drop)
    }

    /// Sets a tag of a task role.
    fn tag(&self, key: &str, random: &mut Rng) -> Option<()> {
        let role = self.stack.task_role_name(&self.service(random)?);
        self.act("iam", "TagRole", &json!({"RoleName": role, "Tags": [{"Key": key, "Value": NOBODY}]}))
    }

    /// Returns the name of a random service of the stack.
    pub(super) fn service(&self, random: &mut Rng) -> Option<String> {
        let names: Vec<&String> = self.stack.services.keys().collect();
        choose(random, &names).map(|name| (*name).clone())
    }

    /// Returns the id of the stack's API.
    fn api(&self) -> Option<Value> {
        let apis = items(&self.account.by_hand("apigateway", "GetApis", &json!({}))["items"]);
        let own = apis.into_iter().find(|api| api["name"] == self.stack.api_name())?;
        Some(own["apiId"].clone())
    }

    /// Returns the id of the stack's VPC link.
    pub(super) fn link(&self) -> Option<Value> {
        let links = items(&self.account.by_hand("apigateway", "GetVpcLinks", &json!({}))["items"]);
        let own = links.into_iter().find(|link| link["name"] == self.stack.vpc_link_name())?;
        Some(own["vpcLinkId"].clone())
    }

    /// Returns the id of the stack's security group.
    pub(super) fn group(&self) -> Option<Value> {
        let name = json!([{"Name": "group-name", "Value": [self.stack.security_group_name()]}]);
        let groups = self.account.by_hand("ec2", "DescribeSecurityGroups", &json!({"Filter": name}));
        Some(items(&groups["securityGroupInfo"]).pop()?["groupId"].clone())
    }

    /// Returns a random part of the stack's API, as an input for another operation on it.
    fn part(&self, operation: &str, random: &mut Rng) -> Option<Value> {
        let api = self.api()?;
        let parts = items(&self.account.by_hand("apigateway", operation, &json!({"apiId": api}))["items"]);
        let mut part = choose(random, &parts)?.clone();
        part["apiId"] = api;
        Some(part)
    }
}
