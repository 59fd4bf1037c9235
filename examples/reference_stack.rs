//! The reference stack by builders: an HTTP API with a JWT authorizer in front of one service on Fargate.
//!
//! The program plans, applies and plans again on the sandbox. `cargo run --example reference_stack`

use std::error::Error;

use sss_aws::{Action, Deployer, Event, Options, Plan};
use sss_model::{
    AccessLog, Api, Backend, CloudMapBackend, Cors, Deployment, ExecutionRole, Invalid, JwtAuthorizer,
    Method, Network, Route, Rule, SecurityGroup, Service, Stack, Statement, TaskRole, TaskSize,
};
use sss_sandbox::Sandbox;

/// The command of the container: it writes a page and starts the web server.
const COMMAND: &str = r#"/bin/sh -c "echo '<html> <head> <title>Amazon ECS Sample App</title> <style>body {margin-top: 40px; background-color: #333;} </style> </head><body> <div style=color:white;text-align:center> <h1>Amazon ECS Sample App</h1> <h2>Congratulations!</h2> <p>Your application is now running on a container in Amazon ECS.</p> </div></body></html>' >  /usr/local/apache2/htdocs/index.html && httpd-foreground""#;

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::in_region("ap-northeast-1");
    let deployer = Deployer::new(&sandbox.sdk_config()).events(|event| {
        if let Event::Done { id, .. } = event {
            println!("done {id}");
        }
    });
    let stack = stack()?;

    let planned = deployer.plan(&stack).await?;
    print(planned.plan());
    let outputs = planned.apply(Options::default()).await?.into_result()?;

    print(deployer.plan(&stack).await?.plan());
    for (name, value) in outputs {
        println!("{name} = {value}");
    }
    Ok(())
}

fn print(plan: &Plan) {
    for step in &plan.steps {
        println!("{} {}", step.action.sign(), step.id);
    }
    println!("plan: {} steps, {} to create", plan.steps.len(), plan.count(Action::Create));
}

/// Returns the stack. The names of all its objects follow from `mz-dev` and `app`.
pub(crate) fn stack() -> Result<Stack, Invalid> {
    let network = Network::builder()
        .vpc_id("vpc-0a1b2c3d4e5f60718")
        .private_subnet_ids([
            "subnet-0a1b2c3d4e5f60001",
            "subnet-0a1b2c3d4e5f60002",
            "subnet-0a1b2c3d4e5f60003",
        ])
        .vpc_link_security_group_ids(["sg-0a1b2c3d4e5f60000"])
        .build()?;
    let within_vpc = Rule::tcp(80).from("10.0.0.0/16");
    Stack::builder()
        .name("mz-dev")
        .region("ap-northeast-1")
        .tags([
            ("Owner", "mamezou"),
            ("Environment", "mz-dev-site"),
            ("SystemName", "Mamezou Developer Site Example System"),
        ])
        .network(network)
        .execution_role(ExecutionRole::builder().statement(put_metrics()).build()?)
        .security_group(SecurityGroup::builder().ingress(within_vpc).build()?)
        .api(api()?)
        .service(app()?)
        .build()
}

fn api() -> Result<Api, Invalid> {
    let cors = Cors::builder()
        .allow_origins(["https://example.com"])
        .allow_headers(["authorization", "origin", "content-type", "accept", "x-requested-with"])
        .allow_methods(["GET", "POST", "PUT", "DELETE"])
        .allow_credentials(true)
        .max_age(80_000)
        .build()?;
    let authorizer = JwtAuthorizer::builder()
        .issuer("https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_example01")
        .audience(["1example23456789abcdefghij"])
        .build()?;
    Api::builder().cors(cors).authorizer(authorizer).access_log(AccessLog::default()).build()
}

fn app() -> Result<Service, Invalid> {
    Service::builder()
        .name("app")
        .image("public.ecr.aws/docker/library/httpd:latest")
        .port(80)
        .backend(Backend::CloudMap(CloudMapBackend::builder().ttl(300).build()?))
        .task_size(TaskSize::new(256, 512)?)
        .entry_point(["sh", "-c"])
        .command([COMMAND])
        .deployment(Deployment::builder().force_new_deployment(true).build()?)
        .task_role(TaskRole::builder().statement(put_metrics()).build()?)
        .route(Route::builder().methods([Method::Get]).path("/{proxy+}").build()?)
        .build()
}

fn put_metrics() -> Statement {
    Statement::allow(["cloudwatch:PutMetricData"], ["*"])
}
