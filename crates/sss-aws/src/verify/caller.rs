//! The caller: whether it may pass the roles of the tasks to ECS, and create the service-linked roles that the account
//! lacks.
//!
//! The caller is a user, or the role behind a session, as in a pipeline. The policies of the session itself can only
//! take rights away, and IAM does not tell them.

use std::collections::BTreeSet;

use sss_model::TASK_PRINCIPAL;

use super::{Check, subject::Subject, unread};
use crate::{
    Aws, Graph, Id, Result,
    engine::{graph::Handle, kind::Resource},
    services::{
        apigateway::vpc_link::VpcLink,
        ecs::cluster::Cluster,
        iam::{
            caller::{Principal, caller_and_linked_roles},
            role::Role,
            simulation::{Decision, Question, Verdict, of_principal},
        },
    },
};

/// The action that hands a role to a service.
const PASS: &str = "iam:PassRole";
/// The action that creates a service-linked role.
const CREATE: &str = "iam:CreateServiceLinkedRole";

/// A service-linked role that the stack needs.
struct Linked<'a> {
    name: &'static str,
    /// The service, as a principal.
    service: &'static str,
    id: &'a Id,
}

/// Checks what the caller may do with roles.
pub(super) async fn check(aws: &Aws, graph: &Graph, subject: &Subject<'_>) -> Vec<Check> {
    let linked = linked(graph);
    let (caller, roles) = caller_and_linked_roles(aws).await;
    let (passed, created) =
        tokio::join!(pass_roles(aws, graph, subject, &caller), service_linked(aws, &linked, &caller, roles),);
    passed.into_iter().chain(created).collect()
}

/// Returns the service-linked roles that creations of the stack need.
fn linked(graph: &Graph) -> Vec<Linked<'_>> {
    let cluster =
        graph.resources::<Cluster>().map(|(id, _)| ("AWSServiceRoleForECS", "ecs.amazonaws.com", id));
    let link = graph.resources::<VpcLink>();
    let link = link.map(|(id, _)| ("AWSServiceRoleForAPIGateway", "ops.apigateway.amazonaws.com", id));
    cluster.chain(link).map(|(name, service, id)| Linked { name, service, id }).collect()
}

/// Checks that the caller may pass the roles of the task definitions.
async fn pass_roles(
    aws: &Aws,
    graph: &Graph,
    subject: &Subject<'_>,
    caller: &Result<Principal>,
) -> Option<Check> {
    let users: Vec<&Id> = subject.services.iter().map(|need| need.definition_id).collect();
    users.first()?;
    let check = match caller {
        Err(error) => Check::unread("pass-role", "the caller", error),
        Ok(Principal::Unknown(why)) => Check::not_checked("pass-role", "the caller", why),
        Ok(Principal::Known(caller)) => {
            let roles = subject.services.iter().flat_map(|need| {
                [&need.definition.execution_role, &need.definition.task_role]
                    .map(|role| arn(graph, role, caller))
            });
            let roles: Vec<String> = roles.flatten().collect::<BTreeSet<_>>().into_iter().collect();
            pass(aws, caller, &roles).await
        }
    };
    Some(check.seen("sts:GetCallerIdentity, iam:SimulatePrincipalPolicy").about(users))
}

/// Checks that the caller may pass these roles.
async fn pass(aws: &Aws, caller: &str, roles: &[String]) -> Check {
    // Without resources, IAM would answer for all of them.
    if roles.is_empty() {
        let reason = "the roles are named without their ARNs, so their paths are not known";
        return Check::not_checked("pass-role", caller, reason);
    }
    let keys = [("iam:PassedToService", TASK_PRINCIPAL)];
    let question = Question { actions: &[PASS], resources: roles, keys: &keys };
    match of_principal(aws, caller, &question).await {
        Err(error) => Check::unread("pass-role", caller, &error),
        Ok(verdicts) => passing(caller, &verdicts),
    }
}

/// Returns the ARN of a role, in the account of the caller. `None` for the name of a role of others: its path is not
/// known.
fn arn(graph: &Graph, role: &Handle<Role>, caller: &str) -> Option<String> {
    let id = role.id();
    match graph.resource::<Role>(id) {
        Some(role) => Some(format!("{}:role/{}", account(caller), role.in_arns(&id.name))),
        None => id.name.starts_with("arn:").then(|| id.name.clone()),
    }
}

/// Returns the beginning of ARNs in the account of an ARN of IAM, such as `arn:aws:iam::123456789012`.
fn account(arn: &str) -> &str {
    arn.rsplit_once(':').map_or(arn, |(account, _)| account)
}

/// Returns the outcome for the caller. The worst verdict decides.
fn passing(caller: &str, verdicts: &[Verdict]) -> Check {
    let fix = || {
        format!(
            "allow `{PASS}` for {TASK_PRINCIPAL}; `permissions` prints the statement, and `--no-verify` skips this check"
        )
    };
    let with = |decision: &Decision| verdicts.iter().find(|verdict| verdict.decision == *decision);
    if let Some(verdict) = with(&Decision::Denied) {
        let reason = format!("a policy denies the caller `{PASS}` on {}", verdict.resource);
        return Check::problem("pass-role", caller, reason, fix());
    }
    if let Some(verdict) = with(&Decision::Silent) {
        let reason = format!("no policy allows the caller `{PASS}` on {}", verdict.resource);
        return Check::warning("pass-role", caller, reason, fix());
    }
    let open = verdicts.iter().find_map(|verdict| match &verdict.decision {
        Decision::Open(why) => Some(why.clone()),
        _ => None,
    });
    match open {
        Some(why) => Check::not_checked("pass-role", caller, why),
        None => Check::ok("pass-role", caller),
    }
}

/// Checks that the account has the service-linked roles, or that the caller may create them.
async fn service_linked(
    aws: &Aws,
    linked: &[Linked<'_>],
    caller: &Result<Principal>,
    roles: Result<Vec<String>>,
) -> Vec<Check> {
    let mut checks = Vec::new();
    for one in linked {
        let check = match &roles {
            Err(error) => Check::unread("linked-role", one.name, error),
            Ok(roles) if roles.iter().any(|name| name == one.name) => Check::ok("linked-role", one.name),
            Ok(_) => match caller {
                Err(error) => missing(one, &unread(error)),
                Ok(Principal::Unknown(why)) => missing(one, why),
                Ok(Principal::Known(caller)) => creation(aws, one, caller).await,
            },
        };
        checks.push(check.seen("iam:ListRoles").about([one.id]));
    }
    checks
}

/// Returns the check of a role that the account lacks, for a caller whose rights are not known.
fn missing(linked: &Linked<'_>, why: &str) -> Check {
    Check::not_checked("linked-role", linked.name, why)
}

/// Checks that the caller may create a service-linked role. AWS does so at the first use of the service.
async fn creation(aws: &Aws, linked: &Linked<'_>, caller: &str) -> Check {
    let Linked { name, service, .. } = linked;
    let role = [format!("{}:role/aws-service-role/{service}/{name}", account(caller))];
    let keys = [("iam:AWSServiceName", *service)];
    let question = Question { actions: &[CREATE], resources: &role, keys: &keys };
    let verdicts = match of_principal(aws, caller, &question).await {
        Ok(verdicts) => verdicts,
        Err(error) => return Check::unread("linked-role", *name, &error),
    };
    match verdicts.first().map(|verdict| &verdict.decision) {
        Some(Decision::Allowed) => Check::ok("linked-role", *name),
        Some(Decision::Denied | Decision::Silent) => {
            let reason =
                format!("the account does not have the role, and the caller may not call `{CREATE}`");
            let fix = format!(
                "let somebody else run `aws iam create-service-linked-role --aws-service-name {service}`"
            );
            Check::problem("linked-role", *name, reason, fix)
        }
        Some(Decision::Open(why)) => missing(linked, why),
        None => missing(linked, "IAM gave no answer"),
    }
}
