//! The execution role: whether it may pull the images, write the logs and read the secrets.
//!
//! A role of the stack with AWS's policy may do so by its own policies, and no call is made. IAM simulates the
//! others: a role of others by its ARN, and a role of the stack by the policies that it is to have.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::json;
use sss_model::Partition;

use super::{
    Check,
    image::{Place, Reference},
    subject::Subject,
    unread,
};
use crate::{
    Aws, Graph, Id,
    services::{
        ecs::task_definition::Container,
        iam::{
            execution,
            role::Role,
            simulation::{Decision, Question, Verdict, of_documents, of_principal},
        },
        secretsmanager,
    },
};

/// The source of the rights of a role.
enum Rights {
    /// The policies that the stack gives the role.
    OfStack {
        /// The documents that the stack has, and that of AWS's policy.
        documents: Vec<String>,
        /// A managed policy that the stack does not have.
        unread: Option<String>,
        /// The boundary, which the stack does not have either.
        boundary: Option<String>,
    },
    /// The policies that a role of others has, by its ARN.
    OfOthers(String),
}

/// Something that the role must be allowed to do.
struct Need {
    work: &'static str,
    actions: &'static [&'static str],
    resources: Vec<String>,
    /// The other policies that may allow it.
    beside: Beside,
}

/// The policies of resources that can allow what the role's own policies do not.
#[derive(Clone, Copy)]
enum Beside {
    Nobody,
    Repositories,
    Secrets,
}

/// Checks the execution role of the stack. `account` is the number of the stack's account.
pub(super) async fn check(
    aws: &Aws,
    graph: &Graph,
    subject: &Subject<'_>,
    account: Option<&str>,
) -> Vec<Check> {
    let Some(first) = subject.services.first() else { return Vec::new() };
    let id = first.definition.execution_role.id();
    let users: Vec<&Id> = subject.services.iter().map(|need| need.definition_id).collect();

    let own = graph.resource::<Role>(id);
    if own.is_some_and(covers) {
        return vec![Check::ok("role", &id.name).seen("the policies of the stack").about(users)];
    }
    let Some(account) = account else {
        let reason = "the account of the stack is not known";
        return vec![Check::not_checked("role", &id.name, reason).about(users)];
    };

    let rights = match own {
        Some(role) => of_stack(role),
        None if id.name.starts_with("arn:") => Rights::OfOthers(id.name.clone()),
        None => Rights::OfOthers(arn(subject, "iam", "", account, &format!("role/{}", id.name))),
    };
    let needs = needs(subject, account);
    let checked = join_all(needs.iter().map(|need| one(aws, id, &rights, need))).await;
    checked.into_iter().map(|check| check.about(users.iter().copied())).collect()
}

/// Returns whether the policies that the stack gives its role cover all needs without a doubt.
fn covers(role: &Role) -> bool {
    let state = &role.state;
    let denies = state.inline_policies.values().any(|policy| policy.to_string().contains("\"Deny\""));
    let has_aws_policy = state.managed_policies.iter().any(|policy| execution::is_policy(policy));
    has_aws_policy && !denies && state.permissions_boundary.is_none()
}

/// Returns the rights that the stack gives its role.
fn of_stack(role: &Role) -> Rights {
    let state = &role.state;
    let (of_aws, others): (Vec<_>, Vec<_>) =
        state.managed_policies.iter().partition(|policy| execution::is_policy(policy));
    let of_aws =
        of_aws.first().map(|_| json!({ "Version": "2012-10-17", "Statement": [execution::statement()] }));
    let documents = state.inline_policies.values().cloned().chain(of_aws);
    Rights::OfStack {
        documents: documents.map(|document| document.to_string()).collect(),
        unread: others.first().map(|policy| (*policy).clone()),
        boundary: state.permissions_boundary.clone(),
    }
}

/// Returns an ARN in the partition of the stack.
fn arn(subject: &Subject<'_>, service: &str, region: &str, account: &str, resource: &str) -> String {
    Partition::of_region(subject.region).arn(service, region, account, resource)
}

/// The calls of a pull.
const PULL: &[&str] = &["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/// The resources that the containers need, by their ARNs.
#[derive(Default)]
struct Used {
    pulls: bool,
    repositories: BTreeSet<String>,
    streams: BTreeSet<String>,
    secrets: BTreeSet<String>,
    parameters: BTreeSet<String>,
}

impl Used {
    /// Adds the needs of a container. Secrets and repositories of other accounts have policies of their own.
    fn add(&mut self, container: &Container, subject: &Subject<'_>, account: &str) {
        if let Place::Ecr(repository) = Reference::parse(&container.image).place {
            self.pulls = true;
            let resource = format!("repository/{}", repository.name);
            let repositories = (repository.registry == account).then_some(&mut self.repositories);
            repositories.map(|all| all.insert(arn(subject, "ecr", &repository.region, account, &resource)));
        }
        if container.log_driver.as_deref() == Some("awslogs") {
            let option = |name: &str| container.log_options.get(name).map(String::as_str);
            let group = option("awslogs-group").unwrap_or_default();
            let group =
                group.split_once(":log-group:").map_or(group, |(_, name)| name).trim_end_matches(":*");
            let stream =
                format!("log-group:{group}:log-stream:{}", option("awslogs-stream-prefix").unwrap_or("x"));
            let region = option("awslogs-region").unwrap_or(subject.region);
            self.streams.insert(arn(subject, "logs", region, account, &format!("{stream}/x/x")));
        }
        for value in container.secrets.values().chain(container.log_secret_options.values()) {
            let parts: Vec<&str> = value.split(':').collect();
            match parts[..] {
                // Policies name the whole ARN of a secret, with the six characters at its end.
                ["arn", _, "secretsmanager", _, owner, _, name, ..] => {
                    let is_whole = name.rsplit_once('-').is_some_and(|(_, end)| end.len() == 6);
                    let secrets = (is_whole && owner == account).then_some(&mut self.secrets);
                    secrets.map(|all| all.insert(parts[..7].join(":")));
                }
                ["arn", _, "ssm", ..] => drop(self.parameters.insert(value.clone())),
                [name] => {
                    let resource = format!("parameter/{}", name.trim_start_matches('/'));
                    self.parameters.insert(arn(subject, "ssm", subject.region, account, &resource));
                }
                _ => (),
            }
        }
    }
}

/// Returns what the containers need of the role.
fn needs(subject: &Subject<'_>, account: &str) -> Vec<Need> {
    let mut used = Used::default();
    for container in subject.services.iter().flat_map(|need| need.content.containers.values()) {
        used.add(container, subject, account);
    }
    let token = used.pulls.then(|| "*".to_owned()).into_iter().collect();
    let need = |work, actions, resources: BTreeSet<String>, beside| {
        let resources = resources.into_iter().collect();
        Need { work, actions, resources, beside }
    };
    let all = [
        need("log in to ECR", &["ecr:GetAuthorizationToken"][..], token, Beside::Nobody),
        need("pull images of ECR", PULL, used.repositories, Beside::Repositories),
        need("write logs", &["logs:CreateLogStream", "logs:PutLogEvents"], used.streams, Beside::Nobody),
        need("read secrets", &["secretsmanager:GetSecretValue"], used.secrets, Beside::Secrets),
        need("read parameters", &["ssm:GetParameters"], used.parameters, Beside::Nobody),
    ];
    all.into_iter().filter(|need| !need.resources.is_empty()).collect()
}

/// Checks one need.
async fn one(aws: &Aws, id: &Id, rights: &Rights, need: &Need) -> Check {
    let subject = format!("{} to {}", id.name, need.work);
    let question = Question { actions: need.actions, resources: &need.resources, keys: &[] };
    let (asked, operation) = match rights {
        Rights::OfOthers(arn) => (of_principal(aws, arn, &question).await, "iam:SimulatePrincipalPolicy"),
        Rights::OfStack { documents, .. } if documents.is_empty() => {
            (Ok(silent(need)), "the policies of the stack")
        }
        Rights::OfStack { documents, .. } => {
            (of_documents(aws, documents.clone(), &question).await, "iam:SimulateCustomPolicy")
        }
    };
    let check = match asked {
        Ok(verdicts) => judge(aws, rights, need, &subject, &verdicts).await,
        // A role with a path is not found by its name.
        Err(error) if error.has_code("NoSuchEntity") => {
            let reason = "IAM has no role of this ARN; name a role with a path by its ARN";
            Check::not_checked("role", subject, reason)
        }
        Err(error) => Check::unread("role", subject, &error),
    };
    check.seen(operation)
}

/// Returns the verdicts about a role without policies.
fn silent(need: &Need) -> Vec<Verdict> {
    let verdict = |action: &str, resource: &str| {
        let decision = Decision::Silent;
        Verdict { action: action.to_owned(), resource: resource.to_owned(), decision }
    };
    let of = |action: &&'static str| {
        need.resources.iter().map(move |one| verdict(action, one)).collect::<Vec<_>>()
    };
    need.actions.iter().flat_map(of).collect()
}

/// Returns the outcome of the verdicts. The worst one decides.
async fn judge(aws: &Aws, rights: &Rights, need: &Need, subject: &str, verdicts: &[Verdict]) -> Check {
    let first = |is_it: fn(&Decision) -> bool| verdicts.iter().find(|verdict| is_it(&verdict.decision));
    if let Some(denied) = first(|decision| *decision == Decision::Denied) {
        return problem(rights, subject, denied, "a policy denies the role");
    }
    if let Some(silent) = first(|decision| *decision == Decision::Silent) {
        return match elsewhere(aws, rights, need, &silent.resource).await {
            None => problem(rights, subject, silent, "no policy allows the role"),
            Some(where_else) => {
                let reason = format!("no policy of the role allows `{}`, {where_else}", silent.action);
                Check::not_checked("role", subject, reason)
            }
        };
    }

    let open = verdicts.iter().find_map(|verdict| match &verdict.decision {
        Decision::Open(why) => Some(format!("{why} about `{}`", verdict.action)),
        _ => None,
    });
    let bound = match rights {
        Rights::OfStack { boundary: Some(policy), .. } => {
            Some(format!("the boundary {policy} can deny it, and is not read"))
        }
        _ => None,
    };
    match open.or(bound) {
        Some(reason) => Check::not_checked("role", subject, reason),
        None if verdicts.is_empty() => Check::not_checked("role", subject, "IAM gave no answer"),
        None => Check::ok("role", subject),
    }
}

/// Returns the other policy that may allow what those that were read do not. `None` if there is none.
async fn elsewhere(aws: &Aws, rights: &Rights, need: &Need, resource: &str) -> Option<String> {
    if let Rights::OfStack { unread: Some(policy), .. } = rights {
        return Some(format!("unless {policy} does, which is not read"));
    }
    match need.beside {
        Beside::Nobody => None,
        Beside::Repositories => {
            Some("unless the policy of the repository does, which is not read".to_owned())
        }
        Beside::Secrets => match secretsmanager::policy(aws, resource).await {
            Ok(None) => None,
            Ok(Some(_)) => Some("unless the policy of the secret does".to_owned()),
            Err(error) => Some(format!("unless the policy of the secret does: {}", unread(&error))),
        },
    }
}

/// Returns the problem of a call that the role may not make.
fn problem(rights: &Rights, subject: &str, verdict: &Verdict, why: &str) -> Check {
    let Verdict { action, resource, .. } = verdict;
    let reason = format!("{why} to call `{action}` on {resource}");
    let fix = match rights {
        Rights::OfOthers(arn) => format!("allow it in a policy of {arn}"),
        Rights::OfStack { .. } => {
            "remove `managed_policies` from `execution_role`, or allow it under `execution_role.statements`"
                .to_owned()
        }
    };
    Check::problem("role", subject, reason, fix)
}
