//! An account that is full of objects of others.
//!
//! Their number costs pages of listings and nothing else, and nothing of theirs is changed.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use sss_model::Stack;
use sss_sandbox::Call;

use crate::account::{Account, api, base, reference, service};

/// The beginning of the names of all objects of others, which is also that of the stack's names.
const MARKER: &str = "mz-dev-2";

/// The objects of others: of each kind as many as the account may have, and a thousand at most.
struct Neighbours;

impl Neighbours {
    const FAMILIES: usize = 1000;
    const ROLES: usize = 1000;
    const GROUPS: usize = 1000;
    const APIS: usize = 590;
    const LINKS: usize = 8;
    const NAMESPACES: usize = 40;
    const REGISTRIES: usize = 1000;
    const CLUSTERS: usize = 200;
    const LOG_GROUPS: usize = 1000;

    fn move_in(account: &Account) {
        let tags = json!([{"key": "sss:stack", "value": MARKER}]);
        for number in 0..Self::FAMILIES {
            account.by_hand("ecs", "RegisterTaskDefinition", &family(&format!("{MARKER}-{number}")));
        }
        let trust = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole",
        }]});
        for number in 0..Self::ROLES {
            let name = format!("{MARKER}-{number}-role");
            let input = json!({"RoleName": name, "AssumeRolePolicyDocument": trust.to_string()});
            account.by_hand("iam", "CreateRole", &input);
        }
        for number in 0..Self::GROUPS {
            let name = format!("{MARKER}-{number}-sg");
            let vpc = account.sandbox.vpc_id();
            let input = json!({"GroupName": name, "GroupDescription": "of others", "VpcId": vpc});
            account.by_hand("ec2", "CreateSecurityGroup", &input);
        }
        for number in 0..Self::LOG_GROUPS {
            let input = json!({"logGroupName": format!("/aws/ecs/fargate/{MARKER}-{number}")});
            account.by_hand("logs", "CreateLogGroup", &input);
        }
        for number in 0..Self::CLUSTERS {
            let input = json!({"clusterName": format!("{MARKER}-{number}"), "tags": tags});
            account.by_hand("ecs", "CreateCluster", &input);
        }
        Self::share_the_gateway(account);
        Self::share_the_map(account);
    }

    fn share_the_gateway(account: &Account) {
        let tags = json!({"sss:stack": MARKER});
        for number in 0..Self::APIS {
            let name = format!("{MARKER}-{number}");
            account.by_hand(
                "apigateway",
                "CreateApi",
                &json!({"name": name, "protocolType": "HTTP", "tags": tags}),
            );
        }
        for number in 0..Self::LINKS {
            let name = format!("{MARKER}-{number}");
            let input = json!({"name": name, "subnetIds": account.sandbox.private_subnet_ids()});
            account.by_hand("apigateway", "CreateVpcLink", &input);
        }
    }

    fn share_the_map(account: &Account) {
        for number in 0..Self::NAMESPACES {
            let input =
                json!({"Name": format!("{MARKER}-{number}.internal"), "Vpc": account.sandbox.vpc_id()});
            account.by_hand("servicediscovery", "CreatePrivateDnsNamespace", &input);
        }
        account.sandbox.advance(Duration::from_mins(10));
        let all = account.by_hand("servicediscovery", "ListNamespaces", &json!({}));
        for number in 0..Self::REGISTRIES {
            let input = json!({
                "Name": format!("{MARKER}-{number}"), "NamespaceId": all["Namespaces"][0]["Id"],
                "DnsConfig": {"DnsRecords": [{"Type": "A", "TTL": 10}]},
            });
            account.by_hand("servicediscovery", "CreateService", &input);
        }
    }
}

fn family(name: &str) -> Value {
    json!({
        "family": name, "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "256",
        "memory": "512", "containerDefinitions": [{"name": "a", "image": "a"}],
    })
}

/// Returns the objects of others, as the account stores them.
fn of_others(account: &Account) -> BTreeMap<String, Value> {
    let saved: Value = serde_json::from_slice(&account.sandbox.save()).expect("an account");
    let mut found = BTreeMap::new();
    for (service, state) in saved.as_object().into_iter().flatten().filter(|(name, _)| *name != "tagging") {
        for (kind, objects) in state.as_object().into_iter().flatten() {
            let named = objects.as_object().into_iter().flatten();
            for (name, object) in named.filter(|(name, object)| format!("{name}{object}").contains(MARKER)) {
                found.insert(format!("{service} {kind} {name}"), object.clone());
            }
        }
    }
    found
}

fn counts(calls: &[Call]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for call in calls {
        *counts.entry(call.operation.as_str()).or_default() += 1;
    }
    counts
}

/// Checks the numbers of calls of a plan in an empty account and beside others, where they differ.
async fn check(settle: impl Fn(&Account), expected: &[(&str, usize)]) {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let (_, alone, _) = account.counted(account.plan(&stack)).await;
    settle(&account);
    tokio::time::sleep(Duration::from_mins(5)).await;
    let (plan, beside, _) = account.counted(account.plan(&stack)).await;
    assert!(plan.is_empty() && !plan.is_refused(), "{plan:#?}");
    let (alone, beside) = (counts(&alone), counts(&beside));
    let more = |(operation, count): (&&str, &usize)| {
        let before = alone.get(*operation).copied().unwrap_or(0);
        (*count != before).then(|| ((*operation).to_owned(), count - before))
    };
    let more: BTreeMap<_, _> = beside.iter().filter_map(more).collect();
    let expected: BTreeMap<_, _> =
        expected.iter().map(|(operation, count)| ((*operation).to_owned(), *count)).collect();
    assert_eq!(more, expected);
}

#[tokio::test(start_paused = true)]
async fn plan_beside_a_thousand_others_costs_pages() {
    let pages = |count: usize, page: usize| count.div_ceil(page) - 1;
    let expected = [
        // Families are listed by prefix, 100 on a page. One page of tags tells which of them are ours.
        ("ListTaskDefinitionFamilies", pages(1 + Neighbours::FAMILIES, 100)),
        ("GetResources", 1),
        ("GetAccountAuthorizationDetails", pages(2 + Neighbours::ROLES, 1000)),
        ("DescribeSecurityGroups", pages(2 + Neighbours::GROUPS, 1000)),
        ("GetApis", pages(1 + Neighbours::APIS, 500)),
        // Cloud Map reads a page and then drops services of other namespaces.
        ("ListServices", pages(1 + Neighbours::REGISTRIES, 100)),
    ];
    check(Neighbours::move_in, &expected).await;
}

#[tokio::test(start_paused = true)]
async fn plan_beside_families_of_longer_words_is_free() {
    let register = |account: &Account| {
        for number in 0..300 {
            account.by_hand("ecs", "RegisterTaskDefinition", &family(&format!("mz-development-{number}")));
        }
    };
    check(register, &[]).await;
}

#[tokio::test(start_paused = true)]
async fn plan_with_others_in_our_namespace_asks_for_no_tags() {
    let register = |account: &Account| {
        let all = account.by_hand("servicediscovery", "ListNamespaces", &json!({}));
        for number in 0..300 {
            let input = json!({
                "Name": format!("{MARKER}-{number}"), "NamespaceId": all["Namespaces"][0]["Id"],
                "DnsConfig": {"DnsRecords": [{"Type": "A", "TTL": 10}]},
            });
            account.by_hand("servicediscovery", "CreateService", &input);
        }
    };
    check(register, &[("ListServices", 3)]).await;
}

#[tokio::test(start_paused = true)]
async fn plan_beside_apis_of_our_name_reads_ours_only() {
    let create = |account: &Account| {
        for _ in 0..20 {
            let input = json!({"name": "mz-dev-api-gateway", "protocolType": "HTTP"});
            account.by_hand("apigateway", "CreateApi", &input);
        }
    };
    check(create, &[]).await;
}

#[tokio::test(start_paused = true)]
async fn apply_and_destroy_touch_nothing_of_others() {
    let account = Account::new();
    Neighbours::move_in(&account);
    tokio::time::sleep(Duration::from_mins(5)).await;
    let before = of_others(&account);
    assert!(before.len() > 5000, "{}", before.len());
    let stack = reference(&account);
    account.apply(&stack).await;
    assert_eq!(of_others(&account), before);
    account.destroy(&stack).await;
    assert_eq!(of_others(&account), before);
}

#[tokio::test(start_paused = true)]
async fn stacks_that_begin_alike_leave_each_other_alone() {
    let account = Account::new();
    let named = |name: &str| -> Stack {
        let stack = base(&account).name(name).api(api()).service(service("app", 80));
        stack.build().expect("a valid stack")
    };
    let stacks = ["mz-dev", "mz-dev-2", "mz-development", "mz-dev-app"].map(named);
    for stack in &stacks {
        account.apply(stack).await;
    }
    let [first, others @ ..] = &stacks;
    account.destroy(first).await;
    for other in others {
        assert!(account.plan(other).await.is_empty(), "{}", other.name);
    }
}
