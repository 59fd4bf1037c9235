//! A worker without a port and without a route. It takes jobs from a queue, and nothing can reach it.
//!
//! So it needs no API, no VPC link, no namespace and no open port. `cargo run --example private_worker`

use std::error::Error;

use serde_json::json;
use sss_aws::{Deployer, Options};
use sss_model::{Invalid, Network, Service, Stack, Statement, TaskRole, TaskSize};
use sss_sandbox::Sandbox;

const QUEUE: &str = "arn:aws:sqs:eu-central-1:123456789012:mails";

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::in_region("eu-central-1");
    let stack = stack()?;
    let deployer = Deployer::new(&sandbox.sdk_config());

    let planned = deployer.plan(&stack).await?;
    for step in &planned.plan().steps {
        println!("{} {}", step.action.sign(), step.id);
    }
    planned.apply(Options::default()).await?.into_result()?;

    let input = json!({"cluster": stack.cluster_name(), "services": [stack.service_name("mailer")]});
    let described = sandbox
        .request("ecs", "DescribeServices", &input)
        .map_err(|(code, message)| format!("failed to describe the service: {code}: {message}"))?;
    let service = &described["services"][0];
    println!("{} of {} tasks are running", service["runningCount"], service["desiredCount"]);
    Ok(())
}

fn stack() -> Result<Stack, Invalid> {
    let network = Network::builder()
        .vpc_id("vpc-0a1b2c3d4e5f60718")
        .private_subnet_ids(["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"])
        .build()?;
    let take_jobs = Statement::allow(["sqs:ReceiveMessage", "sqs:DeleteMessage"], [QUEUE]);
    let mailer = Service::builder()
        .name("mailer")
        .image("123456789012.dkr.ecr.eu-central-1.amazonaws.com/mailer:1.4")
        .command(["work", "--queue", "mails"])
        .task_size(TaskSize::new(512, 1024)?)
        .desired_count(2)
        // The time to finish a job after SIGTERM.
        .stop_timeout(120)
        .secrets([("SMTP_PASSWORD", "arn:aws:ssm:eu-central-1:123456789012:parameter/mailer/smtp-password")])
        .task_role(TaskRole::builder().statement(take_jobs).build()?)
        .build()?;
    Stack::builder().name("shop").region("eu-central-1").network(network).service(mailer).build()
}
