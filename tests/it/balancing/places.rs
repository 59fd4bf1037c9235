//! The places of services at several load balancers: nobody moves when others come or go.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sss_model::BackendKind;

use crate::account::{Account, of_backend};

/// Returns the load balancer of each target group, by the names of both.
fn homes(account: &Account) -> BTreeMap<String, String> {
    let call =
        |operation: &str| account.by_hand("elasticloadbalancing", operation, &json!({"PageSize": 400}));
    let balancers = call("DescribeLoadBalancers");
    let name_of = |arn: &Value| {
        let mut all = balancers["LoadBalancers"].as_array().into_iter().flatten();
        let found = all.find(|balancer| balancer["LoadBalancerArn"] == *arn).expect("a load balancer");
        found["LoadBalancerName"].as_str().expect("a name").to_owned()
    };
    let groups = call("DescribeTargetGroups");
    let groups = groups["TargetGroups"].as_array().into_iter().flatten();
    let home = |group: &Value| {
        let name = group["TargetGroupName"].as_str().expect("a name").to_owned();
        (name, name_of(&group["LoadBalancerArns"][0]))
    };
    groups.map(home).collect()
}

#[tokio::test(start_paused = true)]
async fn service_stays_when_others_come_and_go() {
    for (kind, most) in [(BackendKind::Alb, 100), (BackendKind::Nlb, 50)] {
        let account = Account::new();
        let mut stack = of_backend(&account, kind, most + 2);
        account.apply(&stack).await;
        let before = homes(&account);
        let second = stack.load_balancer_name(kind, 2);
        let of_second =
            |homes: &BTreeMap<String, String>| homes.values().filter(|home| **home == second).count();
        assert_eq!(of_second(&before), 2, "{kind:?}");

        for gone in ["s000", "s001", "s002"] {
            stack.services.remove(gone);
        }
        account.apply(&stack).await;
        let after = homes(&account);
        assert!(after.iter().all(|(group, home)| before[group] == *home), "{kind:?}");
        assert_eq!(of_second(&after), 2, "a place at the first one is no reason to move");

        let mut new = stack.services["s005"].clone();
        (new.name, new.routes) = ("zz".to_owned(), Vec::new());
        stack.services.insert("zz".to_owned(), new);
        account.apply(&stack).await;
        let after = homes(&account);
        assert_eq!(after["mz-dev-zz"], stack.load_balancer_name(kind, 1), "the first one with room");
        account.destroy(&stack).await;
    }
}
