//! The mutations: each makes a healthy stack fail in one way.

use std::time::Duration;

use serde_json::{Value, json};
use sss_model::{Condition, Container, Firelens, FirelensType, HealthCheck, Stack};
use sss_sandbox::{BrokenImage, Fault, Faults, Network, Rule};

use super::mutated::{CLUSTER, Making, Mutated, SERVICE};
use crate::account::{Account, reference};

/// The default security group of the VPC.
const DEFAULT_GROUP: &str = "sg-0a1b2c3d4e5f60000";
/// The image that runs before the mutation.
pub(super) const IMAGE: &str = "public.ecr.aws/docker/library/httpd:2.4";

/// An image in a private repository of ECR.
pub(super) const PRIVATE: &str = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/shop/app:1";

/// A mutation.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mutation {
    /// An apply deploys an image with this tag.
    Image(&'static str),
    /// The same, and the container has a health check.
    Checked(&'static str),
    /// AWS refuses the update of the service with this code and these words.
    Refused(&'static str, &'static str),
    /// The trust policy of the execution role has these statements, and the service starts new tasks.
    Trust(fn() -> Value),
    /// The VPC has dedicated tenancy, and the service starts new tasks.
    Dedicated,
    /// The subnets have no way out, and the service starts new tasks.
    NoWayOut,
    /// The log group is deleted, and the service starts new tasks.
    NoLogGroup,
    /// The subnets have VPC endpoints but this one, and the service starts new tasks.
    NoEndpoint(&'static str),
    /// The VPC endpoint for this service admits nobody, and the service starts new tasks.
    ClosedEndpoint(&'static str),
    /// The registry loses the image, and the service starts new tasks.
    NoImage,
    /// The log router of the task exits.
    LogRouter,
    /// A container waits for another one that never becomes healthy.
    Waits,
    /// The service has no tasks.
    NoTasks,
    /// The service is deleted.
    Deleted,
    /// A deployment is under way, and this happens beside it.
    UnderWay(Beside),
    /// The failed tasks of a deployment are forgotten. It is the first one of the service, or a later one.
    Forgotten { is_first: bool },
    /// Tasks run for a while and exit with a code that nobody knows.
    Crashes,
    /// The description of the service has these members.
    Described(fn() -> Value),
    /// Tasks of the former deployment run on after an early success.
    EarlySuccess,
    /// Somebody registered a revision that nobody deploys.
    NewerRevision,
    /// ECS gives up to start tasks for a while.
    BacksOff,
    /// Old and new tasks become unhealthy at once.
    BothIll,
    /// The tag of the image is pushed again.
    TagMoved,
    /// Somebody registers an autoscaler.
    Autoscaled,
    /// A secret gets another value.
    SecretChanged,
    /// The result of a function of this name.
    Made(&'static str, fn() -> Making),
}

impl Mutation {
    /// Returns its name, for messages.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Made(name, _) => (*name).to_owned(),
            other => format!("{other:?}"),
        }
    }
}

/// The rest of a deployment that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    /// Nothing.
    Nothing,
    /// It waits at a hook.
    Hook,
    /// A task failed for a reason that nobody knows.
    Failure,
}

/// Returns the stack with another image of its service.
pub(super) fn with_image(stack: &Stack, image: &str) -> Stack {
    let mut stack = stack.clone();
    image.clone_into(&mut stack.services.get_mut("app").expect("the service").task.image);
    stack
}

/// Returns the stack with a health check of its main container.
pub(super) fn checked(stack: &Stack) -> Stack {
    let mut stack = stack.clone();
    let check = Some(HealthCheck::shell("true"));
    stack.services.get_mut("app").expect("the service").task.health_check = check;
    stack
}

/// Returns the stack with a second container.
pub(super) fn beside(stack: &Stack, container: Container) -> Stack {
    let mut stack = stack.clone();
    stack.services.get_mut("app").expect("the service").task.containers.push(container);
    stack
}

/// Returns the stack with a secret in its main container.
fn with_secret(account: &Account, stack: &Stack) -> Stack {
    let made = account.by_hand("secretsmanager", "CreateSecret", &json!({ "Name": "shop/key" }));
    let arn = made["ARN"].as_str().expect("an ARN");
    let mut stack = stack.clone();
    let task = &mut stack.services.get_mut("app").expect("the service").task;
    task.secrets.insert("KEY".to_owned(), arn.to_owned());
    stack
}

/// An end that nobody knows.
fn unknown_end() -> BrokenImage {
    BrokenImage::Ends {
        code: "TaskFailedToStart".to_owned(),
        reason: "A text that AWS wrote yesterday".to_owned(),
        container: None,
        exit_code: None,
    }
}

/// Applies the reference stack to a new account, and mutates it.
pub(super) async fn mutated(mutation: Mutation) -> Mutated {
    if let Mutation::Made(_, make) = mutation {
        return make().await;
    }
    let account = Account::new();
    let stack = reference(&account);
    let mut mutated = Mutated::of(account, &stack);
    if !matches!(mutation, Mutation::Forgotten { is_first: true }) {
        let before = match mutation {
            Mutation::BothIll => checked(&stack),
            Mutation::NoEndpoint(_) | Mutation::ClosedEndpoint(_) | Mutation::TagMoved => {
                with_image(&stack, PRIVATE)
            }
            Mutation::SecretChanged => with_secret(&mutated.account, &stack),
            _ => stack.clone(),
        };
        mutated.account.apply(&before).await;
    }

    let image = |tag: &str| format!("public.ecr.aws/shop/app:{tag}");
    match mutation {
        Mutation::Image(tag) => mutated.fail(&with_image(&stack, &image(tag))).await,
        Mutation::Checked(tag) => mutated.fail(&checked(&with_image(&stack, &image(tag)))).await,
        Mutation::Refused(code, message) => {
            let refused = Rule::new(Fault::refused(code, message)).operation("UpdateService");
            mutated.account.sandbox.set_faults(Faults::default().with(refused));
            mutated.fail(&with_image(&stack, &image("2"))).await;
        }
        Mutation::LogRouter => {
            let firelens = Firelens::builder().router(FirelensType::Fluentbit).build().expect("valid");
            let router = Container::builder().name("router").image(image("ends-exit-1")).firelens(firelens);
            mutated.fail(&beside(&stack, router.build().expect("valid"))).await;
        }
        Mutation::Forgotten { .. } => {
            mutated.fail(&with_image(&stack, &image("ends-new-text"))).await;
            mutated.advance(Duration::from_hours(2));
        }
        other => Box::pin(intervene(&mut mutated, &stack, other)).await,
    }
    mutated
}

/// Mutates what the tasks of the service need.
fn surround(account: &Account, mutation: Mutation) {
    match mutation {
        Mutation::Trust(statements) => {
            let document = json!({ "Version": "2012-10-17", "Statement": statements() }).to_string();
            let roles = account.by_hand("iam", "ListRoles", &json!({}));
            let roles = roles["Roles"].as_array().expect("a listing").iter();
            for role in roles.filter(|role| role["Path"] == "/") {
                let input = json!({ "RoleName": role["RoleName"], "PolicyDocument": document });
                account.by_hand("iam", "UpdateAssumeRolePolicy", &input);
            }
        }
        Mutation::Dedicated => {
            let mut network = Network::named("private+nat").expect("a usual network");
            "dedicated".clone_into(&mut network.tenancy);
            account.sandbox.set_network(&network);
        }
        Mutation::NoWayOut => {
            account.sandbox.set_network(&Network::named("private+nothing").expect("a usual network"));
        }
        Mutation::NoEndpoint(service) => {
            let mut network = Network::named("private+endpoints").expect("a usual network");
            network.endpoints.remove(service).expect("a usual endpoint");
            account.sandbox.set_network(&network);
        }
        Mutation::ClosedEndpoint(service) => {
            let mut network = Network::named("private+endpoints").expect("a usual network");
            let endpoint = network.endpoints.get_mut(service).expect("a usual endpoint");
            // The default group admits its own members only.
            endpoint.groups = vec![DEFAULT_GROUP.to_owned()];
            account.sandbox.set_network(&network);
        }
        Mutation::NoLogGroup => {
            account.by_hand(
                "logs",
                "DeleteLogGroup",
                &json!({ "logGroupName": "/aws/ecs/fargate/mz-dev-app" }),
            );
        }
        Mutation::NoImage => {
            account.sandbox.break_image(IMAGE, BrokenImage::Missing);
        }
        other => unreachable!("{other:?} is a mutation of the service"),
    }
}

/// Mutates the account beside the engine.
async fn intervene(mutated: &mut Mutated, stack: &Stack, mutation: Mutation) {
    let account = &mutated.account;
    match mutation {
        Mutation::Trust(_)
        | Mutation::Dedicated
        | Mutation::NoWayOut
        | Mutation::NoEndpoint(_)
        | Mutation::ClosedEndpoint(_)
        | Mutation::NoLogGroup
        | Mutation::NoImage => {
            surround(account, mutation);
            mutated.restart().await;
        }
        Mutation::Waits => {
            let image = "public.ecr.aws/shop/app:unhealthy";
            let slow =
                Container::builder().name("slow").image(image).health_check(HealthCheck::shell("true"));
            let mut stack = beside(stack, slow.build().expect("valid"));
            let task = &mut stack.services.get_mut("app").expect("the service").task;
            task.depends_on.insert("slow".to_owned(), Condition::Healthy);
            mutated.fail(&stack).await;
        }
        Mutation::NoTasks => {
            let none = json!({ "cluster": CLUSTER, "service": SERVICE, "desiredCount": 0 });
            mutated.ecs("UpdateService", &none);
            mutated.advance(Duration::from_mins(2));
        }
        Mutation::Deleted => {
            let service = json!({ "cluster": CLUSTER, "service": SERVICE, "force": true });
            mutated.ecs("DeleteService", &service);
        }
        Mutation::UnderWay(beside) => {
            match beside {
                Beside::Nothing => {}
                Beside::Hook => account.sandbox.pause_next_deployment(SERVICE, "hook-1"),
                Beside::Failure => account.sandbox.break_image(IMAGE, unknown_end()),
            }
            mutated.deploy();
            mutated.advance(Duration::from_secs(25));
        }
        Mutation::Crashes => {
            let crash = BrokenImage::Exits { code: 200, after: Duration::from_mins(1), log: Vec::new() };
            account.sandbox.break_image(IMAGE, crash);
            mutated.deploy();
            mutated.advance(Duration::from_secs(42 + 60 + 21));
        }
        other => last(mutated, other),
    }
}

/// Mutates what ECS says of the service.
fn last(mutated: &Mutated, mutation: Mutation) {
    let sandbox = &mutated.account.sandbox;
    match mutation {
        Mutation::Described(members) => sandbox.describe_service_with(SERVICE, members()),
        Mutation::EarlySuccess => sandbox.describe_service_with(SERVICE, early_success(mutated)),
        Mutation::NewerRevision => {
            let named = json!({ "taskDefinition": "mz-dev-site" });
            let mut revision = mutated.ecs("DescribeTaskDefinition", &named)["taskDefinition"].take();
            let members = revision.as_object_mut().expect("a revision");
            let made = ["taskDefinitionArn", "revision", "status", "registeredAt", "registeredBy"];
            members.retain(|name, _| !made.contains(&name.as_str()));
            members.retain(|name, _| !["requiresAttributes", "compatibilities"].contains(&name.as_str()));
            mutated.ecs("RegisterTaskDefinition", &revision);
        }
        Mutation::BacksOff => {
            sandbox.break_image(IMAGE, unknown_end());
            mutated.deploy();
            mutated.advance(Duration::from_secs(25));
            sandbox.write_service_event(SERVICE, "is unable to consistently start tasks successfully.");
        }
        Mutation::BothIll => {
            sandbox.break_image(IMAGE, BrokenImage::Unhealthy);
            mutated.deploy();
            mutated.advance(Duration::from_mins(1));
            sandbox.fail_health_checks(SERVICE);
            mutated.advance(Duration::from_secs(90));
        }
        Mutation::TagMoved => {
            sandbox.publish(PRIVATE, sss_sandbox::Image::default().content("another"));
        }
        Mutation::Autoscaled => {
            let target = json!({
                "ServiceNamespace": "ecs",
                "ResourceId": format!("service/{CLUSTER}/{SERVICE}"),
                "ScalableDimension": "ecs:service:DesiredCount",
                "MinCapacity": 1,
                "MaxCapacity": 4,
            });
            mutated.account.by_hand("application-autoscaling", "RegisterScalableTarget", &target);
        }
        Mutation::SecretChanged => {
            mutated.advance(Duration::from_mins(1));
            mutated.account.by_hand("secretsmanager", "PutSecretValue", &json!({ "SecretId": "shop/key" }));
        }
        other => unreachable!("{other:?} is a mutation of the engine"),
    }
}

/// Returns the members of a service whose deployment counted as a success before the old tasks had left.
fn early_success(mutated: &Mutated) -> Value {
    let named = json!({ "cluster": CLUSTER, "services": [SERVICE] });
    let mut service = mutated.ecs("DescribeServices", &named)["services"][0].take();
    let mut older = service["deployments"][0].clone();
    older["id"] = json!("ecs-svc/1");
    older["status"] = json!("ACTIVE");
    service["deployments"].as_array_mut().expect("rows").push(older);
    service["deploymentConfiguration"]["earlySuccessCriteria"] = json!({ "enable": true });

    json!({
        "deployments": service["deployments"],
        "deploymentConfiguration": service["deploymentConfiguration"],
    })
}
