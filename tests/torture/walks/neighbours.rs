//! The objects of others in the account of a walk: a whole stack, and single objects around ours.
//!
//! Furnishings are there from the beginning and must be there at the end. Guests come and go: they use an
//! object of our stack, for example a service in our cluster, and may block its removal. The engine must
//! then refuse before it writes.

use std::{collections::BTreeMap, time::Duration};

use fastrand::Rng;
use serde_json::{Value, json};
use sss_model::Stack;
use sss_sandbox::{Delays, Sandbox};

use super::{drift::Hand, items};
use crate::{
    account::{Account, api, base, service},
    torture::{
        in_virtual_time,
        run::{Ended, Goal, run},
    },
};

/// The regions in which most walks happen.
pub(super) const REGIONS: [&str; 2] = ["ap-northeast-1", "eu-central-1"];

/// The regions of other partitions, in which some walks happen.
pub(super) const PARTITIONED: [&str; 2] = ["cn-north-1", "us-gov-west-1"];

/// The words by which a refusal names an object of others: its name, or the group that their rule is in.
pub(super) const GUESTS_ARE_TOLD_BY: [&str; 2] = ["theirs", "a rule of the security group default"];

/// Returns whether an object of this name belongs to somebody else.
pub(super) fn is_theirs(name: &str) -> bool {
    name.contains("theirs") || ["default", "AWSServiceRoleForECS"].contains(&name)
}

/// Accounts with objects of others, by region, saved.
pub(super) struct Neighbourhoods(BTreeMap<&'static str, Vec<u8>>);

impl Neighbourhoods {
    /// Creates the accounts of all regions.
    pub(super) fn furnished() -> Self {
        Self(REGIONS.into_iter().chain(PARTITIONED).map(|region| (region, furnish(region))).collect())
    }

    /// Returns a new account in a region, with these delays.
    pub(super) fn account(&self, region: &str, delays: Delays) -> Account {
        let sandbox = Sandbox::load(&self.0[region]).expect("a saved account");
        Account::of(sandbox.with_delays(delays))
    }
}

/// Returns an account with single objects of others, and with a stack whose name begins with the name of
/// ours.
fn furnish(region: &str) -> Vec<u8> {
    let account = Account::of(Sandbox::in_region(region));
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    for (service, operation, input) in [
        ("logs", "CreateLogGroup", json!({"logGroupName": "/theirs"})),
        ("iam", "CreateRole", json!({"RoleName": "theirs", "AssumeRolePolicyDocument": trust})),
        ("apigateway", "CreateApi", json!({"name": "theirs", "protocolType": "HTTP"})),
        ("ecs", "CreateCluster", json!({"clusterName": "theirs"})),
        (
            "apigateway",
            "CreateVpcLink",
            json!({"name": "theirs", "subnetIds": account.sandbox.private_subnet_ids()}),
        ),
    ] {
        account.by_hand(service, operation, &input);
    }
    let neighbour = base(&account).name("mz-dev-theirs").api(api()).service(service("theirs", 80));
    let neighbour = neighbour.build().expect("a valid stack");
    // The ids of requests follow from the seed: no walk has this one, and repeats the requests of a neighbour.
    let (ended, _) = in_virtual_time(u64::MAX, run(&account, &neighbour, Goal::Stack));
    assert_eq!(ended, Ended::Done, "the stack of a neighbour");
    account.sandbox.save()
}

/// An object of others that uses an object of the stack.
struct Guest {
    name: &'static str,
    /// Creates it. Returns `None` if there is no place for it.
    comes: fn(&Hand<'_>, &mut Rng) -> Option<()>,
    /// Removes it, if it is there.
    goes: fn(&Account),
}

const GUESTS: [Guest; 6] = [
    Guest {
        name: "a service of others in the cluster",
        comes: |hand, _| {
            let subnets = hand.account.sandbox.private_subnet_ids();
            let service = json!({
                "cluster": hand.stack.cluster_name(), "serviceName": "theirs", "desiredCount": 1,
                "taskDefinition": "mz-dev-theirs-theirs", "launchType": "FARGATE",
                "networkConfiguration": {"awsvpcConfiguration": {"subnets": subnets}},
            });
            hand.act("ecs", "CreateService", &service)
        },
        goes: |account| {
            for cluster in texts(&account.by_hand("ecs", "ListClusters", &json!({}))["clusterArns"]) {
                let service = json!({"cluster": cluster, "service": "theirs", "force": true});
                drop(account.sandbox.request("ecs", "DeleteService", &service));
            }
        },
    },
    Guest {
        name: "a service of others in the namespace",
        comes: |hand, _| {
            let namespaces = hand.account.by_hand("servicediscovery", "ListNamespaces", &json!({}));
            let own = items(&namespaces["Namespaces"]);
            let own = own.iter().find(|found| found["Name"] == hand.stack.namespace_name())?;
            let records = json!({"DnsRecords": [{"Type": "A", "TTL": 10}]});
            let service = json!({"Name": "theirs", "NamespaceId": own["Id"], "DnsConfig": records});
            hand.act("servicediscovery", "CreateService", &service)
        },
        goes: |account| {
            for registry in registries(account).iter().filter(|registry| registry["Name"] == "theirs") {
                drop(account.sandbox.request(
                    "servicediscovery",
                    "DeleteService",
                    &json!({"Id": registry["Id"]}),
                ));
            }
        },
    },
    Guest {
        name: "an instance of others",
        comes: |hand, random| {
            let name = hand.stack.cloud_map_name(&hand.service(random)?);
            let registries = registries(hand.account);
            let registry = registries.iter().find(|registry| registry["Name"] == name.as_str())?;
            let attributes = json!({"AWS_INSTANCE_IPV4": "10.0.0.9", "AWS_INSTANCE_PORT": "80"});
            let instance =
                json!({"ServiceId": registry["Id"], "InstanceId": "theirs", "Attributes": attributes});
            hand.act("servicediscovery", "RegisterInstance", &instance)?;
            // The registration is an operation, and nobody sees the instance before its end.
            hand.account.sandbox.advance(Duration::from_mins(1));
            Some(())
        },
        goes: |account| {
            for registry in registries(account) {
                let instance = json!({"ServiceId": registry["Id"], "InstanceId": "theirs"});
                drop(account.sandbox.request("servicediscovery", "DeregisterInstance", &instance));
            }
        },
    },
    Guest {
        name: "a rule of others for the security group",
        comes: |hand, _| {
            hand.act("ec2", "AuthorizeSecurityGroupIngress", &rule(hand.account, &hand.group()?))
        },
        goes: |account| {
            let groups = account.by_hand("ec2", "DescribeSecurityGroups", &json!({}));
            for group in items(&groups["securityGroupInfo"]) {
                let rule = rule(account, &group["groupId"]);
                drop(account.sandbox.request("ec2", "RevokeSecurityGroupIngress", &rule));
            }
        },
    },
    Guest {
        name: "a route of others over the VPC link",
        comes: |hand, _| {
            let registry =
                registries(hand.account).into_iter().find(|found| found["Name"] == "mz-dev-theirs-theirs")?;
            let integration = json!({
                "apiId": foreign_api(hand.account)?, "integrationType": "HTTP_PROXY", "integrationMethod": "ANY",
                "connectionType": "VPC_LINK", "connectionId": hand.link()?, "integrationUri": registry["Arn"],
                "payloadFormatVersion": "1.0",
            });
            hand.act("apigateway", "CreateIntegration", &integration)
        },
        goes: |account| {
            let Some(api) = foreign_api(account) else { return };
            let found = account.by_hand("apigateway", "GetIntegrations", &json!({"apiId": api}));
            for integration in items(&found["items"]) {
                let integration = json!({"apiId": api, "integrationId": integration["integrationId"]});
                drop(account.sandbox.request("apigateway", "DeleteIntegration", &integration));
            }
        },
    },
    Guest {
        name: "a log group of others beside ours",
        comes: |hand, _| {
            hand.act("logs", "CreateLogGroup", &json!({"logGroupName": "/aws/ecs/fargate/mz-dev-app-theirs"}))
        },
        goes: |account| {
            let group = json!({"logGroupName": "/aws/ecs/fargate/mz-dev-app-theirs"});
            drop(account.sandbox.request("logs", "DeleteLogGroup", &group));
        },
    },
];

/// Creates a random guest, and returns its name. `None` if there is no place for it.
pub(super) fn come(account: &Account, stack: &Stack, random: &mut Rng) -> Option<&'static str> {
    let guest = &GUESTS[random.usize(0..GUESTS.len())];
    (guest.comes)(&Hand { account, stack }, random).map(|()| guest.name)
}

/// Removes all guests.
pub(super) fn go(account: &Account) {
    for guest in &GUESTS {
        (guest.goes)(account);
    }
}

fn registries(account: &Account) -> Vec<Value> {
    items(&account.by_hand("servicediscovery", "ListServices", &json!({"MaxResults": 100}))["Services"])
}

fn foreign_api(account: &Account) -> Option<Value> {
    let apis = items(&account.by_hand("apigateway", "GetApis", &json!({}))["items"]);
    Some(apis.into_iter().find(|api| api["name"] == "theirs")?["apiId"].clone())
}

/// Returns a rule of the default group that admits another group.
fn rule(account: &Account, group: &Value) -> Value {
    let from =
        json!([{"IpProtocol": "tcp", "FromPort": "99", "ToPort": "99", "Groups": [{"GroupId": group}]}]);
    json!({"GroupId": account.sandbox.default_security_group_id(), "IpPermissions": from})
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}
