//! Mutations that need more than the reference stack: a second service, a second container, a task without a service.

use std::time::Duration;

use serde_json::{Value, json};
use sss_aws::operate::change::Change;
use sss_model::{Container, CpuArchitecture, HealthCheck, Rule, Stack};
use sss_sandbox::BrokenImage;

use super::{
    mutated::{CLUSTER, Making, Mutated, SERVICE},
    scenarios::{IMAGE, PRIVATE, beside, checked, with_image},
};
use crate::account::{Account, reference, service};

/// The name of the other service, and the port at which it is registered.
const OTHER: &str = "mz-dev-orders";
const PORT: u16 = 8080;

/// Returns a stack with two services.
fn of_two(account: &Account) -> Stack {
    let mut stack = reference(account);
    stack.services.insert("orders".to_owned(), service("orders", PORT));
    stack
}

/// Applies a stack to a new account.
async fn applied(stack: impl FnOnce(&Account) -> Stack) -> Mutated {
    let account = Account::new();
    let stack = stack(&account);
    account.apply(&stack).await;
    Mutated::of(account, &stack)
}

/// Returns the description of a task of a service that runs.
fn task(mutated: &Mutated, service: &str) -> Value {
    let listed = mutated.ecs("ListTasks", &json!({ "cluster": CLUSTER, "serviceName": service }));
    let named = json!({ "cluster": CLUSTER, "tasks": listed["taskArns"] });
    mutated.ecs("DescribeTasks", &named)["tasks"][0].clone()
}

/// Returns the private address of a task of the other service.
fn address(mutated: &Mutated) -> String {
    let details = task(mutated, OTHER)["attachments"][0]["details"].take();
    let mut details = details.as_array().expect("details").iter();
    let address = details.find(|detail| detail["name"] == "privateIPv4Address").expect("an address");
    address["value"].as_str().expect("a text").to_owned()
}

/// Lets new containers log a line and exit, and restarts the service.
async fn complain(mut mutated: Mutated, line: String) -> Mutated {
    let exits = BrokenImage::Exits { code: 1, after: Duration::ZERO, log: vec![line] };
    mutated.account.sandbox.break_image(IMAGE, exits);
    mutated.restart().await;
    mutated
}

/// The service calls another one at port 80, and that one is registered with another port.
pub(super) fn other_port() -> Making {
    Box::pin(async {
        let mutated = applied(of_two).await;
        let line = format!("dial tcp {}:80: connect: connection refused", address(&mutated));
        complain(mutated, line).await
    })
}

/// The service calls an address that a task of another service had.
pub(super) fn old_address() -> Making {
    Box::pin(async {
        let mutated = applied(of_two).await;
        let line = format!("Error: connect ETIMEDOUT {}:{PORT}", address(&mutated));
        let change = Change::new(&mutated.account.aws, &mutated.target, |_| {});
        change.restart(mutated.target.service("orders").expect("the service")).await.expect("a restart");
        drop(change);
        complain(mutated, line).await
    })
}

/// The service calls another one, whose security group admits the VPC link only.
pub(super) fn closed_group() -> Making {
    Box::pin(async {
        let mutated = applied(of_two).await;
        let line = format!("dial tcp {}:{PORT}: i/o timeout", address(&mutated));
        complain(mutated, line).await
    })
}

/// The same, and a rule admits the range of the VPC.
pub(super) fn open_group() -> Making {
    Box::pin(async {
        let open = |account: &Account| {
            let mut stack = of_two(account);
            let link = account.sandbox.default_security_group_id();
            let rules = [80, PORT].map(|port| Rule::tcp(port).from(link.clone()));
            let all = Rule::tcp(PORT).from("10.0.0.0/8");
            stack.security_group.ingress = Some(rules.into_iter().chain([all]).collect());
            stack
        };
        let mutated = applied(open).await;
        let line = format!("dial tcp {}:{PORT}: i/o timeout", address(&mutated));
        complain(mutated, line).await
    })
}

/// The service names a host with an underscore.
pub(super) fn underscore() -> Making {
    Box::pin(async {
        let line = "org.apache.http.client.ClientProtocolException: URI does not specify a valid host name: \
                    http://orders.my_shop.local:8080/";
        complain(applied(reference).await, line.to_owned()).await
    })
}

/// A task counts as unhealthy because of a container without a health check.
pub(super) fn unknown_container() -> Making {
    Box::pin(async {
        let router = || Container::builder().name("router").image(IMAGE).build().expect("valid");
        let mutated = applied(|account| beside(&checked(&reference(account)), router())).await;
        let mut containers = task(&mutated, SERVICE)["containers"].take();
        for container in containers.as_array_mut().expect("containers") {
            let health = if container["name"] == "router" { "UNKNOWN" } else { "HEALTHY" };
            container["healthStatus"] = json!(health);
        }
        let members = json!({ "healthStatus": "UNHEALTHY", "containers": containers });
        mutated.account.sandbox.describe_tasks_with(SERVICE, members);
        mutated
    })
}

/// Somebody runs a task of the service's definition without the service, and it is unhealthy.
pub(super) fn unhealthy_alone() -> Making {
    Box::pin(async {
        let mutated = applied(|account| checked(&reference(account))).await;
        mutated.account.sandbox.break_image(IMAGE, BrokenImage::Unhealthy);
        let found = mutated.account.service(CLUSTER, SERVICE);
        let run = json!({
            "cluster": CLUSTER,
            "taskDefinition": found["taskDefinition"],
            "networkConfiguration": found["networkConfiguration"],
        });
        mutated.ecs("RunTask", &run);
        mutated.advance(Duration::from_mins(10));
        mutated
    })
}

/// There is no capacity for a task on ARM.
pub(super) fn no_capacity_of_arm() -> Making {
    Box::pin(async {
        let of_arm = |account: &Account| {
            let mut stack = reference(account);
            let task = &mut stack.services.get_mut("app").expect("the service").task;
            task.cpu_architecture = CpuArchitecture::Arm64;
            stack
        };
        let mut mutated = applied(of_arm).await;
        let stack = with_image(&of_arm(&mutated.account), "public.ecr.aws/shop/app:ends-capacity");
        mutated.fail(&stack).await;
        mutated
    })
}

/// A container exits before it has written a line.
pub(super) fn silent() -> Making {
    Box::pin(async {
        let mut mutated = applied(reference).await;
        let stack = with_image(&reference(&mutated.account), "public.ecr.aws/shop/app:ends-exit-1");
        mutated.fail(&stack).await;
        let group = "/aws/ecs/fargate/mz-dev-app";
        let streams =
            mutated.account.by_hand("logs", "DescribeLogStreams", &json!({ "logGroupName": group }));
        for stream in streams["logStreams"].as_array().expect("streams") {
            let named = json!({ "logGroupName": group, "logStreamName": stream["logStreamName"] });
            mutated.account.by_hand("logs", "DeleteLogStream", &named);
        }
        mutated.error = None;
        mutated
    })
}

/// A container becomes unhealthy after it was healthy for longer than all tries take.
pub(super) fn ill_later() -> Making {
    Box::pin(async {
        let mutated = applied(|account| checked(&reference(account))).await;
        mutated.deploy();
        mutated.advance(Duration::from_mins(10));
        mutated.account.sandbox.fail_health_checks(SERVICE);
        mutated.account.sandbox.break_image(IMAGE, BrokenImage::Unhealthy);
        mutated.advance(Duration::from_secs(30));
        mutated
    })
}

/// A health check is shorter than the start of the application.
pub(super) fn impatient() -> Making {
    Box::pin(async {
        let mut mutated = applied(reference).await;
        let mut stack = with_image(&reference(&mutated.account), "public.ecr.aws/shop/app:unhealthy");
        let task = &mut stack.services.get_mut("app").expect("the service").task;
        task.health_check = Some(HealthCheck::shell("true"));
        mutated.fail(&stack).await;
        mutated
    })
}

/// The image of the service has a health check of its own.
pub(super) fn checked_image() -> Making {
    Box::pin(async {
        let account = Account::new();
        account.sandbox.publish(PRIVATE, sss_sandbox::Image::default().checked());
        let stack = with_image(&reference(&account), PRIVATE);
        account.apply(&stack).await;
        Mutated::of(account, &stack)
    })
}
