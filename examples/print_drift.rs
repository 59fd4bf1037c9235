//! A program that embeds planning: it prints how an account differs from its stack, and changes nothing.
//!
//! First, somebody changes the account by hand. `cargo run --example print_drift`

use std::error::Error;

use serde_json::{Value, json};
use sss_aws::{Change, Deployer, Options};
use sss_model::{Api, Invalid, Network, Route, Rule, SecurityGroup, Service, Stack};
use sss_sandbox::Sandbox;

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::in_region("eu-central-1");
    let deployer = Deployer::new(&sandbox.sdk_config());
    let stack = stack()?;
    deployer.plan(&stack).await?.apply(Options::default()).await?.into_result()?;
    print_drift(&deployer, &stack).await?;
    work_by_hand(&sandbox, &stack)?;
    print_drift(&deployer, &stack).await
}

/// Prints the differences. It only reads, so a service can run it periodically.
async fn print_drift(deployer: &Deployer, stack: &Stack) -> Result<(), Box<dyn Error>> {
    let planned = deployer.plan(stack).await?;
    let plan = planned.plan();
    for step in &plan.steps {
        println!("{} {}", step.action.sign(), step.id);
        for Change { path, before, after } in &step.changes {
            let (live, desired) = (shown(before.as_ref()), shown(after.as_ref()));
            println!("    {path}: {live} in the account, {desired} in the stack");
        }
    }
    for refused in &plan.refusals {
        println!("! {} is not the stack's", refused.id);
    }
    println!("{}: {} objects differ", stack.name, plan.steps.len() + plan.refusals.len());
    Ok(())
}

fn shown(value: Option<&Value>) -> String {
    value.map_or("nothing".to_owned(), ToString::to_string)
}

/// Scales the service, extends the retention of its log, and opens a port.
fn work_by_hand(sandbox: &Sandbox, stack: &Stack) -> Result<(), Box<dyn Error>> {
    let call = |service: &str, operation: &str, input: Value| {
        let answer = sandbox.request(service, operation, &input);
        answer.map_err(|(code, message)| format!("failed to call {operation}: {code}: {message}"))
    };
    let (cluster, service) = (stack.cluster_name(), stack.service_name("web"));
    call("ecs", "UpdateService", json!({"cluster": cluster, "service": service, "desiredCount": 4}))?;
    let log_group = stack.log_group_name("web");
    call("logs", "PutRetentionPolicy", json!({"logGroupName": log_group, "retentionInDays": 90}))?;
    let named = json!({"Filter": [{"Name": "group-name", "Value": [stack.security_group_name()]}]});
    let found = call("ec2", "DescribeSecurityGroups", named)?;
    let ssh = json!({
        "GroupId": found["securityGroupInfo"][0]["groupId"],
        "IpPermissions": [
            {"IpProtocol": "tcp", "FromPort": "22", "ToPort": "22", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        ],
    });
    call("ec2", "AuthorizeSecurityGroupIngress", ssh)?;
    Ok(())
}

fn stack() -> Result<Stack, Invalid> {
    let network = Network::builder()
        .vpc_id("vpc-0a1b2c3d4e5f60718")
        .private_subnet_ids(["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"])
        .vpc_link_security_group_ids(["sg-0a1b2c3d4e5f60000"])
        .build()?;
    let web = Service::builder()
        .name("web")
        .image("public.ecr.aws/docker/library/httpd:2.4")
        .port(80)
        .stop_timeout(60)
        .desired_count(2)
        .route(Route::default())
        .build()?;
    let within_vpc = Rule::tcp(80).from("10.0.0.0/16");
    Stack::builder()
        .name("shop")
        .region("eu-central-1")
        .network(network)
        .security_group(SecurityGroup::builder().ingress(within_vpc).build()?)
        .api(Api::default())
        .service(web)
        .build()
}
