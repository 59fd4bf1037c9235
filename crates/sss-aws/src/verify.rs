//! The check of a stack before the first write: what would make an apply fail in the middle.
//!
//! A plan compares the stack with the account. It does not know whether an image exists, whether a token's
//! issuer answers, or whether a task has a way to its registry. Each of these fails an apply after minutes, when
//! half of the stack is there. [`verify()`] reads them before.
//!
//! | id | finds |
//! |---|---|
//! | `subnet` | subnets that do not exist, or are in another VPC |
//! | `zone` | subnets in zones without VPC links, or without Fargate |
//! | `address` | subnets without free addresses |
//! | `way-out` | tasks without a way to their registry, logs and secrets |
//! | `dns` | a VPC without DNS |
//! | `image` | images that do not exist, or are for another architecture |
//! | `issuer` | an issuer whose discovery document or keys API Gateway cannot use |
//! | `secret`, `parameter` | secrets and parameters that do not exist |
//! | `path` | security groups that keep the VPC link from the tasks |
//! | `log-group` | log groups of others that do not exist, and to which containers write |
//! | `role` | an execution role that may not pull the images, write the logs or read the secrets |
//! | `pass-role` | a caller who may not pass the roles to ECS |
//! | `linked-role` | a service-linked role that is missing, and that the caller may not create |
//! | `log-policy` | access logs for which no resource policy has room |
//! | `quota` | quotas that the stack passes |
//!
//! # Guarantees
//!
//! - It only reads. All reads run at the same time, and most need one round trip.
//! - A read that fails or is denied makes a check [`Outcome::NotChecked`], never a problem. The same holds for
//!   everything that can be in order in a way that cannot be seen from here.
//! - It reads no value of a secret or parameter, and sends no credentials to others than AWS.

mod address;
mod caller;
pub(crate) mod image;
mod issuer;
mod log_group;
mod log_policy;
mod network;
mod path;
mod quota;
mod role;
mod secret;
mod subject;
mod way_out;

use schemars::JsonSchema;
use serde::Serialize;

use self::subject::Subject;
use crate::{Action, Aws, Error, Graph, Id, Plan, services::ec2::surroundings::surroundings};

/// The outcome of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// It is in order.
    Ok,
    /// It cannot be seen from here, or the caller may not read it.
    NotChecked,
    /// It works, and may hurt.
    Warning,
    /// An apply would fail, or the stack would not work.
    Problem,
}

/// One thing that was checked, and what came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Check {
    /// The stable name of the kind of check, such as `image`.
    pub id: &'static str,
    /// The thing that was checked, such as the reference of an image.
    pub subject: String,
    /// The outcome.
    pub outcome: Outcome,
    /// The reason of the outcome, as a sentence without its end. `None` if there is nothing to say.
    pub reason: Option<String>,
    /// The action that repairs it. `None` if nobody has to do anything.
    pub fix: Option<String>,
    /// The facts behind the outcome: the operation, its object and the value.
    pub evidence: Vec<String>,
    /// The resources of the stack that need it.
    pub concerns: Vec<Id>,
    /// Whether the warning is a problem of an object that does not exist yet.
    #[serde(skip)]
    is_problem_of_new: bool,
}

impl Check {
    /// Returns a check that found everything in order.
    fn ok(id: &'static str, subject: impl Into<String>) -> Self {
        Self {
            id,
            subject: subject.into(),
            outcome: Outcome::Ok,
            reason: None,
            fix: None,
            evidence: Vec::new(),
            concerns: Vec::new(),
            is_problem_of_new: false,
        }
    }

    /// Returns a check that found a problem.
    fn problem(
        id: &'static str,
        subject: impl Into<String>,
        reason: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        let (reason, fix) = (Some(reason.into()), Some(fix.into()));
        Self { outcome: Outcome::Problem, reason, fix, ..Self::ok(id, subject) }
    }

    /// Returns a check that found something that may hurt.
    fn warning(
        id: &'static str,
        subject: impl Into<String>,
        reason: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self { outcome: Outcome::Warning, ..Self::problem(id, subject, reason, fix) }
    }

    /// Returns a check that could not be made.
    fn not_checked(id: &'static str, subject: impl Into<String>, reason: impl Into<String>) -> Self {
        let reason = Some(reason.into());
        Self { outcome: Outcome::NotChecked, reason, ..Self::ok(id, subject) }
    }

    /// Returns a check whose read failed.
    fn unread(id: &'static str, subject: impl Into<String>, error: &Error) -> Self {
        Self::not_checked(id, subject, unread(error))
    }

    /// Adds a fact.
    fn seen(mut self, evidence: impl Into<String>) -> Self {
        self.evidence.push(evidence.into());
        self
    }

    /// Sets the resources that need it.
    fn about<'a>(self, concerns: impl IntoIterator<Item = &'a Id>) -> Self {
        Self { concerns: concerns.into_iter().cloned().collect(), ..self }
    }

    /// Marks a warning that is a problem of an object that does not exist yet.
    fn worse_for_new(self) -> Self {
        Self { is_problem_of_new: true, ..self }
    }
}

/// Returns the reason of a check whose read failed: the missing right, or the failure.
fn unread(error: &Error) -> String {
    let hint = error.hint().filter(|_| error.is_denied());
    hint.map_or_else(|| error.answer(), |hint| format!("denied: {hint}"))
}

/// The findings of a verification.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Verification {
    /// The checks, in the order of their table.
    pub checks: Vec<Check>,
}

impl Verification {
    /// Returns the checks with this outcome.
    pub fn with(&self, outcome: Outcome) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(move |check| check.outcome == outcome)
    }

    /// Returns whether no check found a problem.
    pub fn is_sound(&self) -> bool {
        self.with(Outcome::Problem).next().is_none()
    }

    /// Returns the verification for a plan of the same stack, with the checks that its steps need.
    ///
    /// A problem of objects without a step is no reason to refuse the plan. Lack of room is a warning for services
    /// that run already, and a problem of those that the plan creates.
    #[must_use]
    pub fn for_plan(mut self, plan: &Plan) -> Self {
        let is_written = |id: &Id| plan.steps.iter().any(|step| step.id == *id);
        let is_created =
            |id: &Id| plan.steps.iter().any(|step| step.id == *id && step.action == Action::Create);
        self.checks.retain(|check| check.concerns.iter().any(is_written));
        for check in self.checks.iter_mut().filter(|check| check.is_problem_of_new) {
            if check.concerns.iter().any(is_created) {
                check.outcome = Outcome::Problem;
            }
        }
        self
    }

    /// Returns the verification with the checks of these ids, or without them.
    #[must_use]
    pub fn choosing(mut self, is_wanted: impl Fn(&str) -> bool) -> Self {
        self.checks.retain(|check| is_wanted(check.id));
        self
    }
}

/// The ids of all kinds of checks, in the order in which a verification has them.
pub const IDS: [&str; 16] = [
    "subnet",
    "zone",
    "dns",
    "address",
    "way-out",
    "path",
    "image",
    "issuer",
    "secret",
    "parameter",
    "log-group",
    "role",
    "pass-role",
    "linked-role",
    "log-policy",
    "quota",
];

/// How much of the web a verification asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Reach {
    /// AWS, issuers and registries.
    #[default]
    Everywhere,
    /// AWS only. The others are not checked.
    AwsOnly,
}

/// Checks the images of a graph and nothing else.
///
/// # Guarantees
///
/// As [`verify`].
pub async fn images(aws: &Aws, graph: &Graph, reach: Reach) -> Verification {
    Verification { checks: Box::pin(image::check(aws, &Subject::of(graph), reach)).await }
}

/// Checks what a stack needs and no plan reads, before anything is written.
///
/// # Guarantees
///
/// It only reads, and it does not fail: a read that fails is a check with the outcome `NotChecked`.
///
/// # Cancellation
///
/// Dropping the future is safe at any time.
pub async fn verify(aws: &Aws, graph: &Graph, reach: Reach) -> Verification {
    let subject = Subject::of(graph);
    let Some(vpc) = graph.vpc_id() else { return Verification::default() };
    let (network, images, issuer, secrets, groups, callers, logs, quotas) = tokio::join!(
        Box::pin(surroundings(aws, vpc, subject.subnets().into_iter().collect())),
        Box::pin(image::check(aws, &subject, reach)),
        Box::pin(issuer::check(aws, &subject, reach)),
        Box::pin(secret::check(aws, &subject)),
        log_group::check(aws, graph, &subject),
        Box::pin(caller::check(aws, graph, &subject)),
        log_policy::check(aws, &subject),
        quota::check(aws, graph, &subject),
    );

    let account =
        network.groups.as_ref().ok().and_then(|groups| groups.iter().find_map(|group| group.owner_id()));
    let secrets = secret::of_others(secrets, account);
    let roles = Box::pin(role::check(aws, graph, &subject, account)).await;
    let checks = [
        network::check(vpc, &subject, &network),
        address::check(&subject, &network),
        way_out::check(&subject, &network),
        path::check(&subject, &network),
        images,
        issuer,
        secrets,
        groups,
        roles,
        callers,
        logs,
        quotas,
    ];
    Verification { checks: checks.into_iter().flatten().collect() }
}
