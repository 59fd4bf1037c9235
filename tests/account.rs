//! A sandbox account and the stacks that are applied to it.
//!
//! An [`Account`] puts the real engine with the SDK's real clients in front of a sandbox. Tests call the
//! engine's functions one by one (`observe`, `plan`, `apply`), because they check the values between them.
//! [`Account::by_hand`] is a second client, for the acts of other people and for checks.

#![expect(clippy::missing_panics_doc, reason = "a helper of tests panics where the test fails")]

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};
use sss_aws::{Aws, Event, Graph, Mode, Options, Outcome, Plan, World};
use sss_model::{
    AccessLog, Api, Backend, BackendKind, CloudMapBackend, Cors, ExecutionRole, JwtAuthorizer, Network,
    Route, Rule, SecurityGroup, Service, Stack, StackBuilder, Statement, TaskRole,
};
use sss_sandbox::{Call, Sandbox, Watched};

/// The time of one call. The time of a run divided by it is the number of sequential calls, if nothing else
/// takes time.
pub const LATENCY: Duration = Duration::from_millis(100);

/// An account of the sandbox, and the real engine with the real clients in front of it.
pub struct Account {
    /// The account.
    pub sandbox: Sandbox,
    /// The engine's clients.
    pub aws: Aws,
    /// The events of all applies, in their order.
    pub events: Arc<Mutex<Vec<Event>>>,
    /// The plans that were applied, in their order.
    pub plans: Arc<Mutex<Vec<Plan>>>,
}

impl Default for Account {
    fn default() -> Self {
        Self::new()
    }
}

impl Account {
    /// Returns a new account.
    pub fn new() -> Self {
        Self::of(Sandbox::new())
    }

    /// Returns the engine in front of this sandbox, with a latency of [`LATENCY`].
    pub fn of(sandbox: Sandbox) -> Self {
        let sandbox = sandbox.latency(LATENCY);
        let aws = Aws::new(&sandbox.sdk_config());
        Self { sandbox, aws, events: Arc::default(), plans: Arc::default() }
    }

    /// Returns another caller of the account. Its plans are kept with the others.
    #[must_use]
    pub fn beside(&self) -> Self {
        Self { plans: Arc::clone(&self.plans), ..Self::of(self.sandbox.clone()) }
    }

    /// Returns the desired state of the stack, and the account's objects.
    pub async fn observe(&self, stack: &Stack) -> (Graph, World) {
        let graph = sss_aws::lower(stack).expect("a valid stack");
        let world = Box::pin(sss_aws::observe(&self.aws, &graph)).await.expect("the account can be read");
        let graph = sss_aws::lower_in(stack, &world).expect("a valid stack");
        (graph, world)
    }

    /// Returns the plan for the stack.
    pub async fn plan(&self, stack: &Stack) -> Plan {
        self.plan_as(stack, Mode::Converge).await
    }

    /// Returns the plan for the stack when every revision is read, as with `--reread`.
    pub async fn verified_plan(&self, stack: &Stack) -> Plan {
        let graph = sss_aws::lower(stack).expect("a valid stack");
        let world = sss_aws::reread(&self.aws, &graph).await.expect("the account can be read");
        sss_aws::plan(&graph, &world, Mode::Converge)
    }

    /// Returns the plan in this mode.
    pub async fn plan_as(&self, stack: &Stack, mode: Mode) -> Plan {
        let (graph, world) = self.observe(stack).await;
        sss_aws::plan(&graph, &world, mode)
    }

    /// Applies a stack in this mode. The outcome may be a failure.
    pub async fn apply_as(&self, stack: &Stack, mode: Mode) -> Outcome {
        let (graph, world) = self.observe(stack).await;
        let plan = sss_aws::plan(&graph, &world, mode);
        self.carry_out(&graph, &world, &plan).await
    }

    /// Applies a stack. The apply must succeed, do nothing that the plan does not say, and leave nothing to
    /// do.
    pub async fn apply(&self, stack: &Stack) {
        self.apply_watched(stack).await;
    }

    /// Does the same as [`Account::apply`], and returns the observations of the watch.
    pub async fn apply_watched(&self, stack: &Stack) -> Watched {
        let watch = self.watch();
        let outcome = self.apply_as(stack, Mode::Converge).await;
        assert!(outcome.is_success(), "{outcome:#?}");
        let plan = self.plan(stack).await;
        assert!(plan.is_empty() && !plan.is_refused(), "the plan after an apply is empty: {plan:#?}");
        watch.end_of_done().unwrap_or_else(|unsaid| panic!("{unsaid}"))
    }

    /// Removes a stack. The removal must succeed.
    pub async fn destroy(&self, stack: &Stack) {
        let outcome = self.destroy_with(stack, Options::default()).await;
        assert!(outcome.is_success(), "{outcome:#?}");
    }

    /// Removes a stack. The outcome may be a failure.
    pub async fn destroy_with(&self, stack: &Stack, options: Options) -> Outcome {
        let (graph, world) = self.observe(stack).await;
        let nothing = graph.emptied();
        let plan = sss_aws::plan(&nothing, &world, Mode::Converge);
        self.carry_out_with(&nothing, &world, &plan, options).await
    }

    /// Applies a plan. The outcome may be a failure.
    pub async fn carry_out(&self, graph: &Graph, world: &World, plan: &Plan) -> Outcome {
        self.carry_out_with(graph, world, plan, Options::default()).await
    }

    /// Does the same as [`Account::carry_out`], with options.
    pub async fn carry_out_with(
        &self,
        graph: &Graph,
        world: &World,
        plan: &Plan,
        options: Options,
    ) -> Outcome {
        self.plans.lock().expect("no holder panics").push(plan.clone());
        Box::pin(sss_aws::apply(&self.aws, graph, world, plan, options, self.listener())).await
    }

    fn listener(&self) -> sss_aws::Events {
        let events = Arc::clone(&self.events);
        Arc::new(move |event| events.lock().expect("no listener panics").push(event))
    }

    /// Returns the calls that were made while `work` ran, and its time.
    pub async fn counted<T>(&self, work: impl Future<Output = T>) -> (T, Vec<Call>, Duration) {
        self.sandbox.reset_calls();
        let start = tokio::time::Instant::now();
        let result = work.await;
        (result, self.sandbox.calls(), start.elapsed())
    }

    /// Calls the account without the engine. The call must succeed.
    pub fn by_hand(&self, service: &str, operation: &str, input: &Value) -> Value {
        self.sandbox
            .request(service, operation, input)
            .unwrap_or_else(|(code, message)| panic!("{operation}: {code}: {message}"))
    }

    /// Returns a service as ECS describes it, without its history.
    pub fn service(&self, cluster: &str, name: &str) -> Value {
        let input = json!({"cluster": cluster, "services": [name], "include": ["TAGS"]});
        let mut service = self.by_hand("ecs", "DescribeServices", &input)["services"][0].take();
        let members = service.as_object_mut().expect("a described service");
        members.remove("events");
        members.remove("deployments");
        service
    }

    /// Returns the only member of a listing of API Gateway with this value.
    pub fn api_part(&self, operation: &str, member: &str, value: &str) -> Value {
        let apis = self.by_hand("apigateway", "GetApis", &json!({}));
        let api = apis["items"][0]["apiId"].clone();
        let items = self.by_hand("apigateway", operation, &json!({"apiId": api}));
        let items = items["items"].as_array().expect("a listing");
        items.iter().find(|item| item[member] == value).cloned().unwrap_or_default()
    }
}

/// Returns the operations of the calls that write.
pub fn writes(calls: &[Call]) -> Vec<&str> {
    calls.iter().filter(|call| call.writes).map(|call| call.operation.as_str()).collect()
}

/// Returns the builder of the reference stack, without its API and its services.
pub fn base(account: &Account) -> StackBuilder {
    let metrics = Statement::allow(["cloudwatch:PutMetricData"], ["*"]);
    Stack::builder()
        .name("mz-dev")
        .region(account.sandbox.region())
        .tags([
            ("Owner", "mamezou"),
            ("Environment", "mz-dev-site"),
            ("SystemName", "Mamezou Developer Site Example System"),
        ])
        .network(
            Network::builder()
                .vpc_id(account.sandbox.vpc_id())
                .private_subnet_ids(account.sandbox.private_subnet_ids())
                .vpc_link_security_group_ids([account.sandbox.default_security_group_id()])
                .build()
                .expect("a valid network"),
        )
        .execution_role(ExecutionRole::builder().statement(metrics).build().expect("a valid role"))
        .security_group(
            SecurityGroup::builder()
                .ingress(Rule::tcp(80).from("10.0.0.0/16"))
                .build()
                .expect("a valid group"),
        )
}

/// Returns the reference API.
pub fn api() -> Api {
    Api::builder()
        .cors(
            Cors::builder()
                .allow_origins(["https://example.com"])
                .allow_methods(["GET", "POST", "PUT", "DELETE"])
                .allow_headers(["authorization", "origin", "content-type", "accept", "x-requested-with"])
                .allow_credentials(true)
                .max_age(80_000)
                .build()
                .expect("valid CORS"),
        )
        .authorizer(
            JwtAuthorizer::builder()
                .issuer("https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_example01")
                .audience(["1example23456789abcdefghij"])
                .build()
                .expect("a valid authorizer"),
        )
        .access_log(AccessLog::default())
        .build()
        .expect("a valid API")
}

/// Returns a service with a route of its own.
pub fn service(name: &str, port: u16) -> Service {
    let path = if name == "app" { "/{proxy+}".to_owned() } else { format!("/{name}/{{proxy+}}") };
    Service::builder()
        .name(name)
        .image("public.ecr.aws/docker/library/httpd:2.4")
        .port(port)
        .desired_count(1)
        .backend(Backend::CloudMap(CloudMapBackend::builder().ttl(300).build().expect("a valid back end")))
        .route(Route::builder().path(path).build().expect("a valid route"))
        .task_role(
            TaskRole::builder()
                .statement(Statement::allow(["cloudwatch:PutMetricData"], ["*"]))
                .build()
                .expect("a valid role"),
        )
        .build()
        .expect("a valid service")
}

/// Returns the reference stack.
pub fn reference(account: &Account) -> Stack {
    base(account).api(api()).service(service("app", 80)).build().expect("a valid stack")
}

/// Returns a stack with this number of services.
pub fn of_services(account: &Account, count: u16) -> Stack {
    let services = (0..count).map(|number| service(&format!("s{number:03}"), 8000 + number));
    let stack = services.fold(base(account).api(api()), StackBuilder::service);
    stack.build().expect("a valid stack")
}

/// Returns a stack with this number of services behind one kind of backend. Its tasks are open to their backend only.
pub fn of_backend(account: &Account, kind: BackendKind, count: u16) -> Stack {
    let services = (0..count).map(|number| {
        let mut service = service(&format!("s{number:03}"), 8000);
        service.backend = Some(Backend::from(kind));
        service
    });
    let stack = services.fold(base(account).api(api()), StackBuilder::service);
    stack.security_group(SecurityGroup::default()).build().expect("a valid stack")
}

/// Returns the steps of a plan, as `action kind name`.
pub fn steps(plan: &Plan) -> BTreeSet<String> {
    plan.steps.iter().map(|step| format!("{} {}", step.action, step.id)).collect()
}
