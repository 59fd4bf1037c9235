//! Services behind load balancers: they converge, move without a gap, and leave nothing behind.

mod fewest;
mod moves;
mod places;

use std::time::Duration;

use serde_json::{Value, json};
use sss_aws::Mode;
use sss_model::{AlbBackend, Backend, BackendKind, LoadBalancer, NlbBackend, Stack, TargetHealthCheck};
use sss_sandbox::{Fault, Faults, Rule};

use crate::account::{Account, of_backend, steps, writes};

/// The kinds of backends.
const ALL: [BackendKind; 3] = [BackendKind::CloudMap, BackendKind::Alb, BackendKind::Nlb];

/// Returns the reference stack with its service behind a backend of this kind.
fn behind(account: &Account, kind: BackendKind) -> Stack {
    of_backend(account, kind, 1)
}

/// Returns the listings of Elastic Load Balancing.
fn balancing(account: &Account) -> [usize; 2] {
    let count = |operation: &str, member: &str| {
        let found = account.by_hand("elasticloadbalancing", operation, &json!({}));
        found[member].as_array().map_or(0, Vec::len)
    };
    [count("DescribeLoadBalancers", "LoadBalancers"), count("DescribeTargetGroups", "TargetGroups")]
}

#[tokio::test(start_paused = true)]
async fn stack_behind_a_load_balancer_comes_and_goes() {
    for kind in [BackendKind::Alb, BackendKind::Nlb] {
        let account = Account::new();
        let empty = account.inventory();
        let stack = of_backend(&account, kind, 2);
        account.apply(&stack).await;
        assert_eq!(balancing(&account), [1, 2], "{kind:?}");
        let ((), calls, _) = account.counted(account.apply(&stack)).await;
        assert_eq!(writes(&calls), Vec::<&str>::new(), "{kind:?}");
        account.destroy(&stack).await;
        assert_eq!(balancing(&account), [0, 0], "{kind:?}");
        assert_eq!(account.inventory(), empty, "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn settings_of_a_backend_change_in_place() {
    let account = Account::new();
    let mut stack = behind(&account, BackendKind::Alb);
    account.apply(&stack).await;
    let check = TargetHealthCheck::builder().path("/health").matcher("200-299").interval(5).timeout(3);
    let backend = AlbBackend::builder()
        .health_check(check.healthy_threshold(3).unhealthy_threshold(4).build().expect("a valid check"))
        .deregistration_delay(60)
        .slow_start(30)
        .stickiness(3600);
    let backend = Backend::Alb(backend.build().expect("a valid backend"));
    stack.services.get_mut("s000").expect("the service").backend = Some(backend);
    let plan = account.plan(&stack).await;
    let step = "update elasticloadbalancing/target-group mz-dev-s000".to_owned();
    assert_eq!(steps(&plan), [step].into());
    account.apply(&stack).await;
    stack.services.get_mut("s000").expect("the service").backend = Some(Backend::from(BackendKind::Alb));
    account.apply(&stack).await;
}

#[tokio::test(start_paused = true)]
async fn load_balancer_with_a_certificate_converges() {
    const CERTIFICATE: &str =
        "arn:aws:acm:ap-northeast-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f";
    for kind in [BackendKind::Alb, BackendKind::Nlb] {
        let account = Account::new();
        let mut stack = behind(&account, kind);
        let plain = stack.clone();
        let balancer = LoadBalancer::builder().certificate(CERTIFICATE).server_name("shop.example.com");
        let balancer = balancer.deletion_protection(true).build().expect("a valid load balancer");
        stack.load_balancers.alb = balancer.clone();
        stack.load_balancers.nlb = balancer;
        account.apply(&stack).await;
        account.apply(&plain).await;
        account.apply(&stack).await;
        account.destroy(&stack).await;
        assert_eq!(balancing(&account), [0, 0], "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn protection_is_turned_off_before_a_removal() {
    let account = Account::new();
    let mut stack = behind(&account, BackendKind::Alb);
    stack.load_balancers.alb.deletion_protection = true;
    account.apply(&stack).await;
    let ((), calls, _) = account.counted(account.destroy(&stack)).await;
    let operations = writes(&calls);
    let at = |name: &str| operations.iter().position(|operation| *operation == name).expect("a call");
    assert!(at("ModifyLoadBalancerAttributes") < at("DeleteLoadBalancer"), "{operations:?}");
}

/// A service behind a load balancer has no registry, so another one may have the name that it would have.
#[tokio::test(start_paused = true)]
async fn registry_name_of_another_backend_is_free() {
    let account = Account::new();
    let mut stack = of_backend(&account, BackendKind::CloudMap, 2);
    for service in stack.services.values_mut() {
        service.names.cloud_map = Some("shared".to_owned());
    }
    stack.services.get_mut("s000").expect("the service").backend = Some(Backend::from(BackendKind::Alb));
    let watched = account.apply_watched(&stack).await;
    assert!(watched.unanswered.is_empty(), "{:#?}", watched.unanswered);
    let plan = account.plan(&stack).await;
    assert!(plan.is_empty(), "{plan:#?}");
    let api = account.inventory()["apis"][0]["apiId"].clone();
    let integrations = account.by_hand("apigateway", "GetIntegrations", &json!({ "apiId": api }));
    assert_eq!(integrations["items"].as_array().map(Vec::len), Some(2));
}

#[tokio::test(start_paused = true)]
async fn destroy_takes_as_long_as_the_vpc_link() {
    for kind in [BackendKind::Alb, BackendKind::Nlb] {
        let account = Account::new();
        let stack = of_backend(&account, kind, 2);
        account.apply(&stack).await;
        let ((), calls, time) = account.counted(account.destroy(&stack)).await;
        let operations = writes(&calls);
        assert!(!operations.contains(&"DeleteListener") && !operations.contains(&"DeleteRule"), "{kind:?}");
        assert!(time < Duration::from_secs(125), "{kind:?}: {time:?}");
    }
}

/// The API stays, so requests to the removed service are answered until its tasks have left.
#[tokio::test(start_paused = true)]
async fn load_balancer_outlives_its_services() {
    for kind in [BackendKind::Alb, BackendKind::Nlb] {
        let account = Account::new();
        let mut stack = of_backend(&account, BackendKind::CloudMap, 2);
        stack.services.get_mut("s000").expect("the service").backend = Some(Backend::from(kind));
        account.apply(&stack).await;
        stack.services.remove("s000");
        let ((), calls, _) = account.counted(account.apply(&stack)).await;
        let at = |name: &str| calls.iter().find(|call| call.operation == name).expect("a call").at;
        let between = at("DeleteLoadBalancer").saturating_sub(at("DeleteService"));
        assert!(between > Duration::from_secs(40), "{kind:?}: {between:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_fault_of_load_balancing_is_survived() {
    for kind in [BackendKind::Alb, BackendKind::Nlb] {
        let undisturbed = Account::new();
        let stack = behind(&undisturbed, kind);
        undisturbed.apply(&stack).await;
        let calls = undisturbed.sandbox.calls();
        let operations: std::collections::BTreeSet<&str> = calls
            .iter()
            .filter(|call| call.service == "elasticloadbalancing")
            .map(|call| call.operation.as_str())
            .collect();
        assert!(operations.len() > 8, "{operations:?}");
        for operation in operations {
            for fault in [Fault::LostAnswer, Fault::Before, Fault::Throttle, Fault::ServerError] {
                let account = Account::new();
                let rule = Rule::new(fault).service("elasticloadbalancing").operation(operation).nth(1);
                account.sandbox.set_faults(Faults::default().with(rule));
                let outcome = account.apply_as(&stack, Mode::Converge).await;
                assert!(outcome.is_success(), "{operation} {fault:?}: {outcome:#?}");
                account.sandbox.clear_faults();
                assert!(account.plan(&stack).await.is_empty(), "{operation} {fault:?}");
                assert_eq!(balancing(&account), [1, 1], "{operation} {fault:?}");
            }
        }
    }
}

/// Returns the load balancer that somebody else made, with a listener and a rule.
fn of_others(account: &Account) -> (String, String) {
    let call = |operation: &str, input: &Value| account.by_hand("elasticloadbalancing", operation, input);
    let input = json!({
        "Name": "shared", "Scheme": "internal", "Subnets": account.sandbox.private_subnet_ids(),
        "SecurityGroups": [account.sandbox.default_security_group_id()],
    });
    let balancer = call("CreateLoadBalancer", &input)["LoadBalancers"][0]["LoadBalancerArn"].clone();
    let response = json!([{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]);
    let listener = json!({
        "LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": 8080, "DefaultActions": response,
    });
    let listener = call("CreateListener", &listener)["Listeners"][0]["ListenerArn"].clone();
    let condition = json!([{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/theirs"]}}]);
    let rule = json!({"ListenerArn": listener, "Priority": 1, "Conditions": condition, "Actions": response});
    call("CreateRule", &rule);
    let text = |value: &Value| value.as_str().expect("an ARN").to_owned();
    (text(&balancer), text(&listener))
}

#[tokio::test(start_paused = true)]
async fn listener_of_others_gets_rules_only() {
    let account = Account::new();
    let (_, listener) = of_others(&account);
    let shown = |account: &Account| {
        let input = json!({"ListenerArns": [listener]});
        account.by_hand("elasticloadbalancing", "DescribeListeners", &input)
    };
    let before = shown(&account);
    let mut stack = of_backend(&account, BackendKind::Alb, 2);
    stack.security_group.ingress = None;
    stack.load_balancers.alb.listener = Some(listener.clone());
    stack.load_balancers.alb.security_group_ids = vec![account.sandbox.default_security_group_id()];
    account.apply(&stack).await;
    assert_eq!(shown(&account), before);
    let rules = || {
        let input = json!({"ListenerArn": listener});
        let rules = account.by_hand("elasticloadbalancing", "DescribeRules", &input);
        rules["Rules"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(rules(), 4, "theirs, the default one, and one for each service");
    account.destroy(&stack).await;
    assert_eq!(rules(), 2);
    assert_eq!(shown(&account), before);
}

#[tokio::test(start_paused = true)]
async fn load_balancer_of_others_gets_listeners_only() {
    let account = Account::new();
    let (balancer, _) = of_others(&account);
    let mut stack = of_backend(&account, BackendKind::Alb, 1);
    stack.security_group.ingress = None;
    stack.load_balancers.alb.arn = Some(balancer.clone());
    stack.load_balancers.alb.security_group_ids = vec![account.sandbox.default_security_group_id()];
    account.apply(&stack).await;
    account.destroy(&stack).await;
    let input = json!({"LoadBalancerArn": balancer});
    let listeners = account.by_hand("elasticloadbalancing", "DescribeListeners", &input);
    assert_eq!(listeners["Listeners"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(start_paused = true)]
async fn rule_of_others_refuses_the_removal() {
    let account = Account::new();
    let stack = behind(&account, BackendKind::Alb);
    account.apply(&stack).await;
    let found = account.by_hand("elasticloadbalancing", "DescribeLoadBalancers", &json!({}));
    let balancer = &found["LoadBalancers"][0]["LoadBalancerArn"];
    let found =
        account.by_hand("elasticloadbalancing", "DescribeListeners", &json!({"LoadBalancerArn": balancer}));
    let response = json!([{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]);
    let rule = json!({
        "ListenerArn": found["Listeners"][0]["ListenerArn"], "Priority": 500, "Actions": response,
        "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/theirs"]}}],
    });
    account.by_hand("elasticloadbalancing", "CreateRule", &rule);
    assert!(account.plan(&stack).await.is_empty());
    let outcome = account.destroy_with(&stack, sss_aws::Options::default()).await;
    let said: Vec<String> = outcome.failures().map(|(_, error)| error.to_string()).collect();
    assert!(said.iter().any(|said| said.contains("the rule with priority 500")), "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn nlb_checks_by_http_with_a_path() {
    let account = Account::new();
    let mut stack = behind(&account, BackendKind::Nlb);
    account.apply(&stack).await;
    let check = TargetHealthCheck::builder().path("/health").build().expect("a valid check");
    let backend = NlbBackend::builder().health_check(check).build().expect("a valid backend");
    stack.services.get_mut("s000").expect("the service").backend = Some(Backend::Nlb(backend));
    account.apply(&stack).await;
    account.apply(&behind(&account, BackendKind::Nlb)).await;
}
