//! Convergence: the plan after an apply is empty, and a plan writes nothing.

use sss_aws::{Action, Mode, World, plan};
use sss_sandbox::{Call, Fault, Faults, Rule};

use crate::account::{Account, LATENCY, of_services, reference, writes};

#[tokio::test(start_paused = true)]
async fn second_apply_writes_nothing() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let ((), calls, _) = account.counted(account.apply(&stack)).await;
    assert_eq!(writes(&calls), Vec::<&str>::new());
}

#[tokio::test(start_paused = true)]
async fn hundred_services_are_never_throttled() {
    let account = Account::new();
    let stack = of_services(&account, 100);
    account.apply(&stack).await;
    account.destroy(&stack).await;
    let refused = |call: &&Call| {
        call.error.as_deref().is_some_and(|code| code.contains("Throttl") || code.contains("TooMany"))
    };
    assert_eq!(account.sandbox.calls().iter().filter(refused).count(), 0);
    let statistics = account.aws.statistics();
    assert_eq!((statistics.throttled, statistics.total()), (0, account.sandbox.calls().len() as u64));
    assert!(statistics.waits.contains_key("ECS task definition modify"), "{:?}", statistics.waits);
}

#[tokio::test(start_paused = true)]
async fn throttled_call_of_each_service_is_counted() {
    for operation in
        ["GetResources", "DescribeLogGroups", "DescribeSecurityGroups", "GetApis", "ListNamespaces"]
    {
        let account = Account::new();
        let stack = reference(&account);
        let rule = Rule::new(Fault::Throttle).operation(operation).nth(1);
        account.sandbox.set_faults(Faults::default().with(rule));
        account.observe(&stack).await;
        assert_eq!(account.aws.statistics().throttled, 1, "{operation}");
    }
}

#[tokio::test(start_paused = true)]
async fn plan_writes_nothing() {
    let account = Account::new();
    let stack = reference(&account);
    let (_, calls, _) = account.counted(account.plan(&stack)).await;
    assert_eq!(writes(&calls), Vec::<&str>::new());
    account.apply(&stack).await;
    let (_, calls, _) = account.counted(account.plan(&stack)).await;
    assert_eq!(writes(&calls), Vec::<&str>::new());
}

#[test]
fn observing_and_applying_can_be_spawned() {
    fn check<T: Send>(_: impl FnOnce() -> T) {}
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let _inside = runtime.enter();
    let account = Account::new();
    let stack = reference(&account);
    let graph = sss_aws::lower(&stack).expect("a valid stack");
    check(|| sss_aws::observe(&account.aws, &graph));
}

#[tokio::test(start_paused = true)]
async fn world_can_be_saved_and_replayed() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    stack.services.get_mut("app").expect("the service").desired_count = Some(5);
    let (graph, world) = account.observe(&stack).await;
    let saved = serde_json::to_string(&world).expect("a world is plain data");
    let loaded: World = serde_json::from_str(&saved).expect("what was saved is read");
    assert_eq!(loaded, world);
    let (planned, replayed) = (plan(&graph, &world, Mode::Converge), plan(&graph, &loaded, Mode::Converge));
    assert_eq!(planned, replayed);
    assert_eq!(planned.count(Action::Update), 1);
    for (from, to) in [("ecs/service", "ecs/servant"), ("\"desired_count\":1", "\"desired_count\":\"one\"")] {
        let broken = saved.replace(from, to);
        assert_ne!(broken, saved);
        assert!(serde_json::from_str::<World>(&broken).is_err(), "{to} is no world");
    }
}

#[tokio::test(start_paused = true)]
async fn one_api_has_one_writer_at_a_time() {
    let account = Account::new();
    let ((), calls, _) = account.counted(account.apply(&of_services(&account, 5))).await;
    let parts = ["CreateStage", "CreateAuthorizer", "CreateIntegration", "CreateRoute"];
    let answered: Vec<_> =
        calls.iter().filter(|call| parts.contains(&call.operation.as_str())).map(|call| call.at).collect();
    assert_eq!(answered.len(), 12);
    // Two calls at the same time would be answered less than one latency apart.
    assert!(answered.windows(2).all(|pair| pair[1] >= pair[0] + LATENCY), "{answered:?}");
}

/// Returns rules of the security group in the spellings of a file: each protocol by each of its names, with
/// and without ports.
fn written_rules() -> Vec<String> {
    let names = ["tcp", "udp", "icmp", "icmpv6", "all", "-1", "6", "17", "1", "58", "0", "50", "255", "TCP"];
    let ports = [
        "",
        "port = 80\n",
        "port = 0\n",
        "ports = \"0-65535\"\n",
        "from_port = -1\nto_port = -1\n",
        "from_port = 8\nto_port = 0\n",
        "from_port = 0\nto_port = 0\n",
        "icmp_type = 8\n",
        "icmp_type = 8\nicmp_code = 0\n",
        "icmp_type = -1\n",
        "icmp_type = 255\nicmp_code = 255\n",
    ];
    let rule = |name, ports| format!("[[security_group.ingress]]\nprotocol = \"{name}\"\n{ports}");
    names.into_iter().flat_map(|name| ports.map(|ports| rule(name, ports))).collect()
}

/// Returns the stack with this rule, for IPv4, IPv6 and a group. `None` if the model refuses the rule.
fn with_rule(account: &Account, rule: &str) -> Option<sss_model::Stack> {
    let mut stack = reference(account);
    stack.api = None;
    stack.services.clear();
    stack.security_group.ingress = None;
    let (text, group) = (stack.to_toml(), account.sandbox.default_security_group_id());
    let text = text.replacen("ingress = []\n", "", 1);
    let text =
        format!("{text}\n{rule}cidrs = [\"10.0.0.9/8\", \"FD00::1/64\"]\nsecurity_groups = [\"{group}\"]\n");
    sss_model::Stack::from_toml(&text).ok().map(|parsed| parsed.stack)
}

#[tokio::test(start_paused = true)]
async fn every_rule_that_the_model_accepts_converges() {
    let mut accepted = 0;
    for rule in written_rules() {
        let account = Account::new();
        let Some(stack) = with_rule(&account, &rule) else { continue };
        accepted += 1;
        account.apply(&stack).await;
        let again = account.plan(&stack).await;
        assert!(again.is_empty() && !again.is_refused(), "{rule}: {:#?}", again.steps);
    }
    assert!(accepted >= 80, "the model accepts {accepted} rules");
}
