//! Custom domain names of an API, and their mappings.

use std::time::Duration;

use serde_json::{Value, json};
use sss_aws::{Mode, Plan};
use sss_model::{Domain, IpAddressType, Stack};
use sss_sandbox::{Call, Delays, Fault, Faults, Rule, Sandbox};

use crate::account::{Account, reference, writes};

const CERTIFICATE: &str = "arn:aws:acm:ap-northeast-1:123456789012:certificate/one";

fn domain() -> Domain {
    Domain::builder().certificate(CERTIFICATE).build().expect("a domain name")
}

/// Returns the reference stack with this domain name.
fn with(account: &Account, name: &str, domain: Domain) -> Stack {
    let mut stack = reference(account);
    stack.api.as_mut().expect("an API").domains.insert(name.to_owned(), domain);
    stack
}

fn steps(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(|step| format!("{} {}", step.action, step.id)).collect()
}

/// Returns the domain names of the account with the keys of their mappings.
fn mapped(account: &Account) -> Vec<(String, Vec<String>)> {
    let names = account.inventory()["domain_names"].take();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let keys = |domain: &Value| {
        let all = domain["Mappings"].as_array().into_iter().flatten();
        all.map(|one| text(&one["apiMappingKey"])).collect()
    };
    names.as_array().into_iter().flatten().map(|domain| (text(&domain["domainName"]), keys(domain))).collect()
}

fn has(account: &Account, name: &str, keys: &[&str]) {
    assert_eq!(mapped(account), [(name.to_owned(), keys.iter().map(|key| (*key).to_owned()).collect())]);
}

/// Returns the writes to domain names and their mappings.
fn of_domains(calls: &[Call]) -> Vec<&str> {
    writes(calls).into_iter().filter(|name| name.contains("Domain") || name.contains("Mapping")).collect()
}

#[tokio::test(start_paused = true)]
async fn domain_leads_to_the_stage_of_the_api() {
    let account = Account::new();
    let stack = with(&account, "api.example.com", domain());
    account.apply(&stack).await;
    has(&account, "api.example.com", &[""]);
    let found = account.by_hand("apigateway", "GetApiMappings", &json!({"domainName": "api.example.com"}));
    assert_eq!(found["items"][0]["stage"], "$default");
    assert_eq!(of_domains(&account.sandbox.calls()), ["CreateDomainName", "CreateApiMapping"]);

    let (plan, calls, _) = account.counted(account.plan(&stack)).await;
    assert!(plan.is_empty(), "{plan:#?}");
    let reads =
        calls.iter().filter(|call| call.operation.contains("Domain") || call.operation.contains("Mapping"));
    assert_eq!(reads.count(), 2);

    let ((), calls, _) = account.counted(account.destroy(&stack)).await;
    let order: Vec<&str> = writes(&calls)
        .into_iter()
        .filter(|name| ["DeleteApiMapping", "DeleteDomainName", "DeleteApi"].contains(name))
        .collect();
    assert_eq!(order[0], "DeleteApiMapping");
    assert_eq!(mapped(&account), []);
}

#[tokio::test(start_paused = true)]
async fn stack_without_domains_reads_none() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    account.destroy(&stack).await;
    let calls = account.sandbox.calls();
    let asked =
        calls.iter().filter(|call| call.operation.contains("Domain") || call.operation.contains("Mapping"));
    assert_eq!(asked.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn api_moves_to_another_domain_without_a_gap() {
    let account = Account::new();
    account.apply(&with(&account, "old.example.com", domain())).await;
    let moved = with(&account, "new.example.com", domain());
    let ((), calls, _) = account.counted(account.apply(&moved)).await;
    assert_eq!(
        of_domains(&calls),
        ["CreateDomainName", "CreateApiMapping", "DeleteApiMapping", "DeleteDomainName"]
    );
    has(&account, "new.example.com", &[""]);
}

#[tokio::test(start_paused = true)]
async fn path_of_a_domain_moves_without_a_gap() {
    let account = Account::new();
    account.apply(&with(&account, "api.example.com", domain())).await;
    let mut below = domain();
    below.path = Some("shop/v1".to_owned());
    let ((), calls, _) = account.counted(account.apply(&with(&account, "api.example.com", below))).await;
    assert_eq!(of_domains(&calls), ["CreateApiMapping", "DeleteApiMapping"]);
    has(&account, "api.example.com", &["shop/v1"]);
    account.apply(&with(&account, "api.example.com", domain())).await;
    has(&account, "api.example.com", &[""]);
}

#[tokio::test(start_paused = true)]
async fn domain_taken_out_is_found_and_removed() {
    let account = Account::new();
    account.apply(&with(&account, "api.example.com", domain())).await;
    account.apply(&reference(&account)).await;
    assert_eq!(mapped(&account), []);
}

#[tokio::test(start_paused = true)]
async fn stage_with_limits_of_routes_has_a_domain() {
    let account = Account::new();
    let mut stack = with(&account, "*.example.com", domain());
    let app = stack.services.get_mut("app").expect("the service");
    app.routes[0].throttling = Some(sss_model::Throttling::new(2.5, 5));
    account.apply(&stack).await;
    has(&account, "*.example.com", &[""]);
    account.destroy(&stack).await;
}

/// Creates a domain name without marks, with this mapping to an API of others.
fn domain_of_others(account: &Account, key: &str) {
    let configuration = json!([{"certificateArn": CERTIFICATE}]);
    let input = json!({"domainName": "api.example.com", "domainNameConfigurations": configuration});
    account.by_hand("apigateway", "CreateDomainName", &input);
    map_others(account, key);
}

fn map_others(account: &Account, key: &str) {
    let api = account.by_hand("apigateway", "CreateApi", &json!({"name": "theirs", "protocolType": "HTTP"}));
    let api = &api["apiId"];
    account.by_hand("apigateway", "CreateStage", &json!({"apiId": api, "stageName": "$default"}));
    let mapping =
        json!({"domainName": "api.example.com", "apiId": api, "stage": "$default", "apiMappingKey": key});
    account.by_hand("apigateway", "CreateApiMapping", &mapping);
}

#[tokio::test(start_paused = true)]
async fn domain_of_others_is_refused_before_a_write() {
    let account = Account::new();
    domain_of_others(&account, "theirs");
    let stack = with(&account, "api.example.com", domain());
    let plan = account.plan(&stack).await;
    let refused: Vec<String> = plan.refusals.iter().map(|refused| refused.id.to_string()).collect();
    assert_eq!(refused, ["apigatewayv2/domain-name api.example.com"]);

    let outcome = account.apply_as(&stack, Mode::Adopt).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    account.apply(&stack).await;
    has_keys(&account, &["", "theirs"]);
}

/// Checks the keys of the only domain name, in any order.
fn has_keys(account: &Account, keys: &[&str]) {
    let mut found = mapped(account).remove(0).1;
    found.sort();
    assert_eq!(found, keys);
}

#[tokio::test(start_paused = true)]
async fn mapping_of_others_holds_the_domain() {
    let account = Account::new();
    let stack = with(&account, "api.example.com", domain());
    account.apply(&stack).await;
    map_others(&account, "theirs");
    assert!(account.plan(&stack).await.is_empty(), "it is left to others");

    let plan = account.plan(&reference(&account)).await;
    let used: Vec<String> = plan.in_use.iter().map(|used| format!("{} {}", used.id, used.by)).collect();
    assert_eq!(used.len(), 1, "{plan:#?}");
    let start = "apigatewayv2/domain-name api.example.com the mapping api.example.com/theirs to the API ";
    assert!(used[0].starts_with(start), "{used:?}");
}

#[tokio::test(start_paused = true)]
async fn mapping_led_elsewhere_by_hand_is_put_back() {
    let account = Account::new();
    let stack = with(&account, "api.example.com", domain());
    account.apply(&stack).await;
    map_others(&account, "theirs");
    let all = account.by_hand("apigateway", "GetApiMappings", &json!({"domainName": "api.example.com"}));
    let named = |key: &str| {
        let mut all = all["items"].as_array().expect("mappings").iter();
        all.find(|one| one["apiMappingKey"] == key).expect("the mapping").clone()
    };
    let change = json!({"domainName": "api.example.com", "apiMappingId": named("")["apiMappingId"],
        "apiId": named("theirs")["apiId"]});
    account.by_hand("apigateway", "UpdateApiMapping", &change);
    let plan = account.plan(&stack).await;
    assert_eq!(steps(&plan), ["update apigatewayv2/api-mapping api.example.com"]);
    account.apply(&stack).await;
    has_keys(&account, &["", "theirs"]);
}

#[tokio::test(start_paused = true)]
async fn mapping_made_by_hand_to_the_api_is_removed() {
    let account = Account::new();
    let stack = with(&account, "api.example.com", domain());
    account.apply(&stack).await;
    let api = account.by_hand("apigateway", "GetApis", &json!({}))["items"][0]["apiId"].clone();
    let mapping = json!({"domainName": "api.example.com", "apiId": api, "stage": "$default", "apiMappingKey": "by-hand"});
    account.by_hand("apigateway", "CreateApiMapping", &mapping);
    account.apply(&stack).await;
    has(&account, "api.example.com", &[""]);
}

#[tokio::test(start_paused = true)]
async fn certificate_waits_for_the_update_before() {
    let delays = Delays { domain_updated: Duration::from_mins(3), ..Delays::default() };
    let account = Account::of(Sandbox::new().with_delays(delays));
    let stack = with(&account, "api.example.com", domain());
    account.apply(&stack).await;
    let other = |id: &str| {
        let mut other = domain();
        other.certificate = CERTIFICATE.replace("/one", id);
        with(&account, "api.example.com", other)
    };
    account.apply(&other("/two")).await;
    let ((), _, time) = account.counted(account.apply(&other("/three"))).await;
    assert!(time >= Duration::from_mins(2), "{time:?}");
    let found = account.by_hand("apigateway", "GetDomainName", &json!({"domainName": "api.example.com"}));
    let arn = CERTIFICATE.replace("/one", "/three");
    assert_eq!(found["domainNameConfigurations"][0]["certificateArn"], arn);
}

/// The changes of a stack with a domain name: the first apply, another domain name and path, and the removal.
const CHANGES: [&str; 3] = ["created", "moved", "removed"];

fn change(account: &Account, name: &str) -> Stack {
    let mut below = domain();
    below.path = Some("shop".to_owned());
    match name {
        "created" => with(account, "old.example.com", domain()),
        "moved" => with(account, "new.example.com", below),
        _ => reference(account),
    }
}

#[tokio::test(start_paused = true)]
async fn apply_killed_at_any_call_goes_on() {
    for (index, name) in CHANGES.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| CHANGES[index]);
        let prepared = async || {
            let account = Account::new();
            account
                .apply(&before.map_or_else(|| reference(&account), |before| change(&account, before)))
                .await;
            account.sandbox.reset_calls();
            account
        };
        let undisturbed = prepared().await;
        undisturbed.apply(&change(&undisturbed, name)).await;
        let (expected, calls) = (mapped(&undisturbed), undisturbed.sandbox.calls());
        for operation in of_domains(&calls) {
            for fault in [Fault::Crash, Fault::CrashAfter] {
                let account = prepared().await;
                let stack = change(&account, name);
                account.sandbox.set_faults(Faults::default().with(Rule::new(fault).operation(operation)));
                tokio::select! {
                    () = account.sandbox.crashed() => {}
                    outcome = account.apply_as(&stack, Mode::Converge) => panic!("not killed: {outcome:#?}"),
                }
                account.sandbox.clear_faults();
                account.apply(&stack).await;
                assert_eq!(mapped(&account), expected, "{name}, {operation}, {fault:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn lost_answers_create_nothing_twice() {
    for fault in [Fault::LostAnswer, Fault::Before, Fault::Throttle, Fault::ServerError] {
        let account = Account::new();
        account.apply(&reference(&account)).await;
        for name in CHANGES {
            let of = ["CreateDomainName", "CreateApiMapping", "DeleteApiMapping", "DeleteDomainName"];
            let rules = of.map(|operation| Rule::new(fault).operation(operation).nth(1));
            account.sandbox.set_faults(rules.into_iter().fold(Faults::default(), Faults::with));
            account.apply(&change(&account, name)).await;
        }
        assert_eq!(mapped(&account), [], "{fault:?}");
    }
}

const ZONE: &str = "Z0A1B2C3D4E5F60718293";

/// Returns a domain name whose records are in the zone of the account.
fn with_zone() -> Domain {
    let mut domain = domain();
    domain.zone = Some(ZONE.to_owned());
    domain
}

/// Returns the records of the zone, as `name type`.
fn records(account: &Account) -> Vec<String> {
    let all = account.inventory()["records"].take();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = all.as_array().into_iter().flatten();
    all.map(|record| format!("{} {}", text(&record["Name"]), text(&record["Type"]))).collect()
}

/// Returns the writes to Route 53, by the action of the first change.
fn of_records(calls: &[Call]) -> usize {
    calls.iter().filter(|call| call.operation == "ChangeResourceRecordSets").count()
}

#[tokio::test(start_paused = true)]
async fn record_leads_to_the_regional_name() {
    let account = Account::new();
    let mut dual = with_zone();
    dual.ip_address_type = IpAddressType::Dualstack;
    let stack = with(&account, "*.example.com", dual);
    account.apply(&stack).await;
    assert_eq!(records(&account), ["\\052.example.com. A", "\\052.example.com. AAAA"]);
    let found = account.by_hand("apigateway", "GetDomainName", &json!({"domainName": "*.example.com"}));
    let target =
        found["domainNameConfigurations"][0]["apiGatewayDomainName"].as_str().expect("a name").to_owned();
    let record = account.inventory()["records"][0].take();
    assert_eq!(record["AliasTarget"]["DNSName"], format!("{target}."));

    let (plan, calls, _) = account.counted(account.plan(&stack)).await;
    assert!(plan.is_empty(), "{plan:#?}");
    assert_eq!(calls.iter().filter(|call| call.service == "route53").count(), 1);
    account.apply(&with(&account, "*.example.com", with_zone())).await;
    assert_eq!(records(&account), ["\\052.example.com. A"]);
    account.destroy(&stack).await;
    assert_eq!(records(&account), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn record_goes_with_the_zone_of_the_stack() {
    let account = Account::new();
    account.apply(&with(&account, "api.example.com", with_zone())).await;
    account.apply(&with(&account, "api.example.com", domain())).await;
    assert_eq!(records(&account), Vec::<String>::new());
    let found = account.by_hand("apigateway", "GetDomainName", &json!({"domainName": "api.example.com"}));
    assert_eq!(found["tags"]["sss:inside"], Value::Null);

    account.apply(&with(&account, "api.example.com", with_zone())).await;
    account.apply(&reference(&account)).await;
    assert_eq!((records(&account), mapped(&account)), (Vec::new(), Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn record_moves_after_the_new_one_is_there() {
    let account = Account::new();
    account.apply(&with(&account, "old.example.com", with_zone())).await;
    let moved = with(&account, "new.example.com", with_zone());
    let ((), calls, _) = account.counted(account.apply(&moved)).await;
    assert_eq!(of_records(&calls), 2);
    let place =
        |operation: &str| calls.iter().position(|call| call.operation == operation).expect("the call");
    assert!(place("GetChange") < place("DeleteApiMapping"), "{calls:#?}");
    assert_eq!(records(&account), ["new.example.com. A"]);
}

#[tokio::test(start_paused = true)]
async fn record_of_others_is_refused_before_a_write() {
    for (kind, values) in [("A", "10.0.0.1"), ("CNAME", "example.org")] {
        let account = Account::new();
        let record = json!({"Name": "api.example.com", "Type": kind, "TTL": "60", "ResourceRecords": [{"Value": values}]});
        let batch = json!({"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]});
        account.by_hand("route53", "ChangeResourceRecordSets", &json!({"Id": ZONE, "ChangeBatch": batch}));
        let stack = with(&account, "api.example.com", with_zone());
        let plan = account.plan(&stack).await;
        let refused: Vec<String> = plan.refusals.iter().map(|refused| refused.id.to_string()).collect();
        assert_eq!(refused, [format!("route53/record-set {ZONE}/api.example.com A")], "{kind}");
        assert_eq!(records(&account), [format!("api.example.com. {kind}")]);
    }
}

#[tokio::test(start_paused = true)]
async fn lost_answers_leave_the_records_right() {
    for fault in [Fault::LostAnswer, Fault::Before, Fault::Throttle, Fault::ServerError] {
        let account = Account::new();
        account.apply(&reference(&account)).await;
        for domain in [Some("old.example.com"), Some("new.example.com"), None] {
            let rule = Rule::new(fault).operation("ChangeResourceRecordSets").nth(1);
            account.sandbox.set_faults(Faults::default().with(rule));
            let stack = domain.map_or_else(|| reference(&account), |name| with(&account, name, with_zone()));
            account.apply(&stack).await;
            let expected: Vec<String> = domain.iter().map(|name| format!("{name}. A")).collect();
            assert_eq!(records(&account), expected, "{fault:?}");
        }
    }
}
