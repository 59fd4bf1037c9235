//! Tests of your own stack on the sandbox: no account, no network, and minutes of AWS in milliseconds.
//!
//! In your workspace, each function that `main` calls is a test under
//! `#[tokio::test(start_paused = true)]`. `cargo run --example test_your_stack`

use serde_json::{Value, json};
use sss_aws::{Action, Deployer, Options, Plan, Planned};
use sss_model::{Api, Invalid, JwtAuthorizer, Network, Route, Rule, SecurityGroup, Service, Stack};
use sss_sandbox::Sandbox;

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    converges().await;
    println!("test converges ... ok");
    scaling_changes_nothing_else().await;
    println!("test scaling_changes_nothing_else ... ok");
    only_the_health_route_is_public().await;
    println!("test only_the_health_route_is_public ... ok");
    goes_without_a_trace().await;
    println!("test goes_without_a_trace ... ok");
}

/// After an apply, a second plan is empty.
async fn converges() {
    let account = Account::new();
    account.apply(&shop(2).expect("a valid stack")).await;
    let plan = account.plan(&shop(2).expect("a valid stack")).await;
    assert!(plan.is_empty(), "{plan:#?}");
}

/// Another number of tasks changes one field in place.
async fn scaling_changes_nothing_else() {
    let account = Account::new();
    account.apply(&shop(2).expect("a valid stack")).await;
    let plan = account.plan(&shop(5).expect("a valid stack")).await;
    let [step] = plan.steps.as_slice() else { panic!("one step: {plan:#?}") };
    let paths: Vec<_> = step.changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(
        (step.action, step.id.name.as_str(), paths),
        (Action::Update, "shop-orders", vec!["desired_count"])
    );
}

/// Every route except one requires a token. The test reads the account, not the stack.
async fn only_the_health_route_is_public() {
    let account = Account::new();
    account.apply(&shop(2).expect("a valid stack")).await;
    let apis = account.ask("apigateway", "GetApis", &json!({}));
    let routes = account.ask("apigateway", "GetRoutes", &json!({"apiId": apis["items"][0]["apiId"]}));
    let routes = routes["items"].as_array().expect("a listing");
    let public = routes.iter().filter(|route| route["authorizationType"] != "JWT");
    let public: Vec<_> = public.filter_map(|route| route["routeKey"].as_str()).collect();
    assert_eq!((routes.len(), public), (2, vec!["GET /orders/health"]));
}

/// A destroy deletes everything that the stack created.
async fn goes_without_a_trace() {
    let account = Account::new();
    let stack = shop(2).expect("a valid stack");
    account.apply(&stack).await;
    account.destroy(&stack).await;
    for (service, operation, list) in [
        ("apigateway", "GetApis", "items"),
        ("ecs", "ListClusters", "clusterArns"),
        ("logs", "DescribeLogGroups", "logGroups"),
        ("servicediscovery", "ListNamespaces", "Namespaces"),
    ] {
        assert_eq!(account.ask(service, operation, &json!({}))[list], json!([]), "{operation}");
    }
}

/// A new account for each test, so that tests run side by side.
struct Account {
    sandbox: Sandbox,
    deployer: Deployer,
}

impl Account {
    fn new() -> Self {
        let sandbox = Sandbox::in_region("eu-central-1");
        let deployer = Deployer::new(&sandbox.sdk_config());
        Self { sandbox, deployer }
    }

    async fn plan(&self, stack: &Stack) -> Plan {
        self.deployer.plan(stack).await.expect("the account can be read").plan().clone()
    }

    async fn apply(&self, stack: &Stack) {
        Self::carry_out(self.deployer.plan(stack).await.expect("the account can be read")).await;
    }

    async fn destroy(&self, stack: &Stack) {
        Self::carry_out(self.deployer.destroy(stack).await.expect("the account can be read")).await;
    }

    async fn carry_out(planned: Planned) {
        let outcome = planned.apply(Options::default()).await.expect("nobody else holds the lock");
        assert!(outcome.is_success(), "{outcome:#?}");
    }

    fn ask(&self, service: &str, operation: &str, input: &Value) -> Value {
        self.sandbox.request(service, operation, input).expect("a valid request")
    }
}

/// The stack under test.
fn shop(tasks: u32) -> Result<Stack, Invalid> {
    let network = Network::builder()
        .vpc_id("vpc-0a1b2c3d4e5f60718")
        .private_subnet_ids(["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"])
        .vpc_link_security_group_ids(["sg-0a1b2c3d4e5f60000"])
        .build()?;
    let authorizer = JwtAuthorizer::builder().issuer("https://id.example.com").audience(["shop"]).build()?;
    let orders = Service::builder()
        .name("orders")
        .image("123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders:1.4")
        .port(8080)
        .stop_timeout(60)
        .desired_count(tasks)
        .route(Route::builder().path("/orders/{proxy+}").build()?)
        .route(Route::builder().path("/orders/health").authorizer(false).build()?)
        .build()?;
    let within_vpc = Rule::tcp(8080).from("10.0.0.0/16");
    Stack::builder()
        .name("shop")
        .region("eu-central-1")
        .network(network)
        .security_group(SecurityGroup::builder().ingress(within_vpc).build()?)
        .api(Api::builder().authorizer(authorizer).build()?)
        .service(orders)
        .build()
}
