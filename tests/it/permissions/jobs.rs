//! The jobs of a deployer: everything that the program does with a stack.

use std::time::Duration;

use serde_json::json;
use sss_aws::{
    Error, Lease, Mode,
    operate::{
        Named, Target,
        change::{Back, Change, Scale},
        events::events,
        exec,
        history::history,
        images::images,
        logs::{self, Request},
        tasks::{Which, inspect, tasks},
    },
    verify::{Reach, verify},
};
use sss_model::{Backend, Retention, Rule, Stack};

use super::{ACCOUNT, Caller};
use crate::{account::Account, fields};

/// The work of a deployer, in its order. Each job has a name for messages.
pub(super) const JOBS: [&str; 9] = [
    "apply",
    "fail",
    "read",
    "change",
    "intervene",
    "replace",
    "release and adopt",
    "remove a service",
    "destroy",
];

/// The stack that uses everything, with an image that works.
pub(super) fn stack() -> Stack {
    let mut stack = fields::stack();
    stack.tags.insert("Layer".to_owned(), "all".to_owned());
    let worker = stack.services.get_mut("worker").expect("the service");
    worker.task.image = format!("{ACCOUNT}.dkr.ecr.ap-northeast-1.amazonaws.com/shop/worker:1.4");
    stack
}

/// Returns the stack with another value in each part that AWS changes by a call of its own.
pub(super) fn changed() -> Stack {
    let mut stack = stack();
    stack.tags.remove("Layer");
    stack.tags.insert("Owner".to_owned(), "others".to_owned());
    (stack.names.vpc_link, stack.names.api) = (Some("all-way-in".to_owned()), Some("all-door".to_owned()));
    stack.log_group.kms_key_id = match stack.log_group.kms_key_id {
        Some(_) => None,
        None => Some("arn:aws:kms:ap-northeast-1:123456789012:key/0a1b2c3d".to_owned()),
    };
    stack.cluster.capacity_providers.truncate(1);
    stack.cluster.default_capacity.clear();
    stack.namespace.description = Some("another".to_owned());
    let ingress = stack.security_group.ingress.as_mut().expect("rules");
    ingress[0].description = Some("in".to_owned());
    ingress.push(Rule::tcp(9000).from("10.1.0.0/16"));
    stack.security_group.egress[0].description = Some("out".to_owned());
    stack.security_group.egress.push(Rule::udp(53).to("10.1.0.0/16"));
    stack.log_retention_days = Retention::NEVER;
    let api = stack.api.as_mut().expect("an API");
    (api.cors, api.access_log) = (None, None);
    let domain = api.domains.get_mut("api.example.com").expect("a domain name");
    domain.certificate = domain.certificate.replace("/one", "/two");
    domain.path = None;
    api.authorizer.as_mut().expect("an authorizer").audience = vec!["c".to_owned()];
    stack.services.get_mut("worker").expect("the service").scaling = None;
    let web = stack.services.get_mut("web").expect("the service");
    if let Some(Backend::CloudMap(backend)) = &mut web.backend {
        backend.ttl += 30;
    }
    web.routes.truncate(1);
    web.routes[0].scopes.clear();
    web.capacity.clear();
    web.tags.clear();
    web.task.environment.insert("COLOUR".to_owned(), "blue".to_owned());
    let role = &mut web.task.task_role;
    (role.permissions_boundary, role.statements) = (None, Vec::new());
    role.managed_policies.clear();
    stack
}

/// Returns the stack with another value in parts that AWS cannot change.
pub(super) fn replaced() -> Stack {
    let mut stack = stack();
    "another group".clone_into(&mut stack.security_group.description);
    stack.network.private_subnet_ids = vec!["subnet-0a1b2c3d4e5f60002".to_owned()];
    stack.names.namespace = Some("other.internal".to_owned());
    stack
}

/// Does one job.
async fn job(caller: &Caller, name: &str) -> Result<(), String> {
    let stack = stack();
    let target = Target::of(&stack);
    match name {
        "apply" => {
            let role = json!({ "RoleName": "AWSServiceRoleForECS" });
            caller.admin.by_hand("iam", "DeleteServiceLinkedRole", &role);
            caller.apply(&stack).await
        }
        "fail" => {
            let mut broken = stack.clone();
            let web = broken.services.get_mut("web").expect("the service");
            "public.ecr.aws/shop/app:ends-memory".clone_into(&mut web.task.image);
            let failed = caller.apply(&broken).await;
            if failed.is_ok() {
                return Err("the broken image was deployed".to_owned());
            }
            caller.apply(&stack).await
        }
        "read" => read(caller, &target).await.map_err(|error| error.to_string()),
        "change" => {
            by_hand(&caller.admin);
            caller.apply(&changed()).await?;
            caller.apply(&stack).await
        }
        "replace" => {
            caller.apply(&replaced()).await?;
            caller.apply(&stack).await
        }
        "release and adopt" => {
            caller.run(&stack, Mode::Release, false).await?;
            caller.run(&stack, Mode::Adopt, false).await
        }
        "intervene" => intervene(caller, &target).await.map_err(|error| error.to_string()),
        "remove a service" => {
            let mut fewer = stack.clone();
            fewer.services.remove("worker");
            caller.apply(&fewer).await
        }
        "destroy" => caller.run(&stack, Mode::Converge, true).await,
        other => panic!("no job {other}"),
    }
}

/// Changes by hand what a stack file cannot change: the trust of a role, the lines of a log.
fn by_hand(admin: &Account) {
    let trust = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": { "Service": ["ecs-tasks.amazonaws.com", "ec2.amazonaws.com"] } }] });
    let role = json!({ "RoleName": "all-web-role", "PolicyDocument": trust.to_string() });
    admin.by_hand("iam", "UpdateAssumeRolePolicy", &role);
}

/// Reads everything that daily operation reads.
pub(super) async fn read(caller: &Caller, target: &Target) -> Result<(), Error> {
    let aws = &caller.account.aws;
    let services: Vec<&Named> = target.services.iter().collect();
    Lease::holder(aws, &stack().name).await?;
    let graph = sss_aws::lower(&stack()).expect("a valid stack");
    let _ = verify(aws, &graph, Reach::AwsOnly).await;
    let found = tasks(aws, target, &services, Which::All).await?;
    for task in &found {
        inspect(aws, target, &task.id).await?;
    }
    events(aws, target, &services, &[], None).await?;
    history(aws, target, &services, 10).await?;
    images(aws, &stack(), &services, Some(Reach::AwsOnly)).await?;
    let mut request = Request::of_services(&services, None);
    request.since = None;
    logs::read::<Error>(aws, &request, |_| Ok(())).await?;
    if let Some(request) = Request::of_api(target) {
        logs::read::<Error>(aws, &request, |_| Ok(())).await?;
    }
    Ok(())
}

/// Makes each intervention of daily operation.
pub(super) async fn intervene(caller: &Caller, target: &Target) -> Result<(), Error> {
    let aws = &caller.account.aws;
    let web = target.service("web").expect("the service");
    let change = Change::new(aws, target, |_| {});
    change.restart(web).await?;
    let autoscaler = json!({
        "ServiceNamespace": "ecs",
        "ResourceId": format!("service/{}/{}", target.cluster, web.service),
        "ScalableDimension": "ecs:service:DesiredCount",
        "MinCapacity": 1,
        "MaxCapacity": 4,
    });
    caller.admin.by_hand("application-autoscaling", "RegisterScalableTarget", &autoscaler);
    let mut scale = Scale::to(3);
    scale.max = Some(5);
    change.scale(web, scale).await?;
    let mut pause = Scale::to(0);
    pause.suspended = Some(true);
    change.scale(web, pause).await?;
    change.scale(web, Scale::resumed()).await?;
    change.roll_back(web, Back::Usual).await?;
    let running = tasks(aws, target, &[web], Which::Wanted).await?;
    change.stop(&running[0].id, "a test").await?;
    change.stable(web, Duration::from_mins(10)).await?;
    let again = json!({ "cluster": target.cluster, "service": web.service, "forceNewDeployment": true });
    caller.admin.by_hand("ecs", "UpdateService", &again);
    change.abort(web, true).await?;

    let worker = target.service("worker").expect("the service");
    let place = exec::ready(aws, target, exec::Choice::Service(worker), None).await?;
    let session = exec::open(aws, &place, "true").await?;
    exec::close(aws, &session).await
}

/// Does these jobs until a call is denied or a job fails.
pub(super) async fn do_jobs(caller: &Caller, names: &[&str]) -> Result<(), String> {
    for name in names {
        let ended = Box::pin(job(caller, name)).await;
        let denied = caller.denied();
        if !denied.is_empty() {
            return Err(format!("{name}: denied {denied:?}"));
        }
        ended.map_err(|why| format!("{name}: {why}"))?;
    }
    Ok(())
}
