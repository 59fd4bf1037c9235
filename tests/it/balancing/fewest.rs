//! The fewest calls of stacks behind load balancers, exactly.

use std::{collections::BTreeMap, time::Duration};

use sss_aws::Mode;
use sss_model::BackendKind;
use sss_sandbox::Call;

use crate::account::{Account, of_backend};

/// Returns the number of calls of each operation of Elastic Load Balancing. `writes` chooses writes or reads.
fn of_balancing(calls: &[Call], writes: bool) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    let ours = calls.iter().filter(|call| call.service == "elasticloadbalancing" && call.writes == writes);
    ours.for_each(|call| *counts.entry(call.operation.as_str()).or_default() += 1);
    counts
}

/// The delay and the cookies of a target group are attributes, which a creation does not take.
#[tokio::test(start_paused = true)]
async fn apply_makes_the_least_writes() {
    const SERVICES: u16 = 10;
    let count = usize::from(SERVICES);
    let alone =
        [("CreateLoadBalancer", 1), ("CreateTargetGroup", count), ("ModifyTargetGroupAttributes", count)];
    for (kind, ways) in [
        (BackendKind::Alb, vec![("CreateListener", 1), ("CreateRule", count)]),
        // Tasks in one zone answer requests of another one.
        (BackendKind::Nlb, vec![("CreateListener", count), ("ModifyLoadBalancerAttributes", 1)]),
    ] {
        let account = Account::new();
        let stack = of_backend(&account, kind, SERVICES);
        let (outcome, calls, _) = account.counted(account.apply_as(&stack, Mode::Converge)).await;
        assert!(outcome.is_success(), "{outcome:#?}");
        let expected: BTreeMap<&str, usize> = alone.into_iter().chain(ways).collect();
        assert_eq!(of_balancing(&calls, true), expected, "{kind:?}");
        let ours = calls.iter().filter(|call| call.service == "elasticloadbalancing");
        assert_eq!(ours.filter(|call| call.error.is_some()).count(), 0, "{kind:?}");
    }
}

/// AWS has no batch for the attributes of target groups. All other reads are pages.
#[tokio::test(start_paused = true)]
async fn plan_reads_each_page_once() {
    for (kind, services) in
        [(BackendKind::Alb, 1), (BackendKind::Alb, 10), (BackendKind::Nlb, 1), (BackendKind::Nlb, 10)]
    {
        let account = Account::new();
        let stack = of_backend(&account, kind, services);
        account.apply(&stack).await;
        tokio::time::sleep(Duration::from_mins(1)).await;
        let (plan, calls, _) = account.counted(account.plan(&stack)).await;
        assert!(plan.is_empty(), "{plan:#?}");
        let mut expected = BTreeMap::from([
            ("DescribeLoadBalancers", 1),
            ("DescribeLoadBalancerAttributes", 1),
            ("DescribeListeners", 1),
            ("DescribeTargetGroups", 1),
            ("DescribeTargetGroupAttributes", usize::from(services)),
        ]);
        if kind == BackendKind::Alb {
            expected.insert("DescribeRules", 1);
        }
        assert_eq!(of_balancing(&calls, false), expected, "{kind:?}, {services} services");
    }
}

#[tokio::test(start_paused = true)]
async fn stack_without_load_balancers_reads_none() {
    let account = Account::new();
    let stack = of_backend(&account, BackendKind::CloudMap, 2);
    account.apply(&stack).await;
    let ((), calls, _) = account.counted(account.apply(&stack)).await;
    assert_eq!(of_balancing(&calls, false), BTreeMap::new());
}
