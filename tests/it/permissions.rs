//! A caller with the printed policy, and with nothing else.
//!
//! The account enforces the policies of the caller. The jobs are those that a deployer has: apply, change, replace,
//! adopt, release, destroy, and daily operation. None of their calls is denied; without any one statement, a call of
//! them is.

mod jobs;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sss_aws::{
    Claim, Lease, Mode,
    operate::Target,
    permissions::{Boundary, Permission, Permissions, Purpose},
};
use sss_model::{AlbBackend, Backend, BackendKind, PolicyDocument, Stack};
use sss_sandbox::{Call, Sandbox};

use self::jobs::{JOBS, changed, do_jobs, intervene, read, replaced, stack};
use crate::account::{Account, of_backend};

/// The number of the sandbox's account.
const ACCOUNT: &str = "123456789012";
/// The error codes of denied calls.
const DENIED: [&str; 3] = ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"];

/// The rights for the stack.
fn rights(stack: &Stack, purpose: Purpose) -> Vec<Permission> {
    Permissions::of(stack, purpose, ACCOUNT).expect("a valid stack").permissions
}

/// A caller of an account, and somebody with all rights.
struct Caller {
    account: Account,
    admin: Account,
}

impl Caller {
    /// Returns a caller with these rights in this account.
    fn with(sandbox: &Sandbox, permissions: &[Permission]) -> Self {
        let statements: Vec<_> = permissions.iter().map(Permission::statement).collect();
        let parts = statements.chunks(statements.len().div_ceil(8).max(1));
        let documents: Vec<String> = parts.map(|part| PolicyDocument::new(part).to_json()).collect();
        Self::of(sandbox, &documents)
    }

    /// Returns a caller with these documents.
    fn of(sandbox: &Sandbox, documents: &[String]) -> Self {
        let role = sandbox.as_role("deployer", documents).expect("valid policies");
        Self { account: Account::of(role), admin: Account::of(sandbox.clone()) }
    }

    /// Returns the denied calls so far, as `service:Operation`.
    fn denied(&self) -> BTreeSet<String> {
        let calls = self.account.sandbox.calls().into_iter();
        let denied = calls.filter(|call| call.error.as_deref().is_some_and(|code| DENIED.contains(&code)));
        denied.map(|call| format!("{}:{}", call.service, call.operation)).collect()
    }

    /// Observes, plans and applies. Returns why it did not succeed.
    async fn run(&self, stack: &Stack, mode: Mode, destroys: bool) -> Result<(), String> {
        let graph = sss_aws::lower(stack).map_err(|error| error.to_string())?;
        let world = Box::pin(sss_aws::observe(&self.account.aws, &graph)).await;
        let world = world.map_err(|error| error.to_string())?;
        let graph = if destroys { graph.emptied() } else { graph };
        let plan = sss_aws::plan(&graph, &world, mode);
        if plan.is_refused() {
            return Err(format!("refused: {:?}", plan.refusals));
        }
        let world = sss_aws::dependents(&self.account.aws, world, &plan).await;
        let world = world.map_err(|error| error.to_string())?;
        let outcome = self.account.carry_out(&graph, &world, &plan).await;
        let failures: Vec<String> = outcome.failures().map(|(id, error)| format!("{id}: {error}")).collect();
        if failures.is_empty() { Ok(()) } else { Err(failures.join("; ")) }
    }

    /// Applies a stack under its lock.
    async fn apply(&self, stack: &Stack) -> Result<(), String> {
        let claim = Lease::acquire(&self.account.aws, &stack.name, "test", &|_| ()).await;
        let Ok(Claim::Ours(lease)) = claim else { return Err("the lock was not acquired".to_owned()) };
        let applied = tokio::select! {
            error = lease.lost() => Err(error.to_string()),
            applied = self.run(stack, Mode::Converge, false) => applied,
        };
        lease.release().await.map_err(|error| error.to_string())?;
        applied
    }
}

#[tokio::test(start_paused = true)]
async fn jobs_of_a_deployer_are_not_denied() {
    let sandbox = Sandbox::new();
    let documents = Permissions::of(&stack(), Purpose::Deploy, ACCOUNT).expect("a stack").documents();
    assert!(documents.len() <= 10, "IAM attaches ten policies to a role");
    let documents: Vec<String> = documents.iter().map(PolicyDocument::to_json).collect();
    let caller = Caller::of(&sandbox, &documents);
    do_jobs(&caller, &JOBS).await.expect("all jobs end well");
}

/// Returns the operation of a call, as policies have it.
fn operation(call: &Call) -> String {
    let service = if call.service == "tagging" { "tag" } else { &call.service };
    format!("{service}:{}", call.operation)
}

/// Does all jobs with all rights. Returns the account before each job, and the operations of its calls.
async fn recorded(all: &[Permission]) -> Vec<(Vec<u8>, BTreeSet<String>)> {
    let caller = Caller::with(&Sandbox::new(), all);
    let mut recorded = Vec::new();
    for name in JOBS {
        let before = caller.admin.sandbox.save();
        caller.account.sandbox.reset_calls();
        do_jobs(&caller, &[name]).await.expect("the job ends well with all rights");
        recorded.push((before, caller.account.sandbox.calls().iter().map(operation).collect()));
    }
    recorded
}

/// A run without a statement begins with the first job that calls one of its operations: the jobs before it do not
/// depend on the statement.
#[tokio::test(start_paused = true)]
async fn each_statement_of_a_deployer_is_needed() {
    let all = rights(&stack(), Purpose::Deploy);
    let recorded = Box::pin(recorded(&all)).await;
    let mut spare = BTreeMap::new();
    for left_out in &all {
        let others: Vec<Permission> = all.iter().filter(|one| one.sid != left_out.sid).cloned().collect();
        let needs =
            |(_, calls): &(_, BTreeSet<String>)| left_out.calls.iter().any(|call| calls.contains(call));
        let first = recorded.iter().position(needs).unwrap_or_default();
        let sandbox = Sandbox::load(&recorded[first].0).expect("a saved account");
        let caller = Caller::with(&sandbox, &others);
        let ended = do_jobs(&caller, &JOBS[first..]).await;
        if caller.denied().is_empty() {
            spare.insert(left_out.sid.clone(), ended);
        }
    }
    assert!(spare.is_empty(), "no call is denied without {spare:#?}");
}

/// Plans and reads as a caller with these rights. Returns why a call failed.
async fn reads(caller: &Caller) -> Result<(), String> {
    let stack = stack();
    let graph = sss_aws::lower(&stack).map_err(|error| error.to_string())?;
    let world =
        Box::pin(sss_aws::observe(&caller.account.aws, &graph)).await.map_err(|error| error.to_string())?;
    let nothing = graph.emptied();
    let plan = sss_aws::plan(&nothing, &world, Mode::Converge);
    let _ =
        sss_aws::dependents(&caller.account.aws, world, &plan).await.map_err(|error| error.to_string())?;
    read(caller, &Target::of(&stack)).await.map_err(|error| error.to_string())
}

/// Returns an account with the stack, a failed deployment and a removed tag.
async fn applied() -> Sandbox {
    let account = Account::new();
    account.apply(&stack()).await;
    let mut broken = stack();
    let web = broken.services.get_mut("web").expect("the service");
    "public.ecr.aws/shop/app:ends-memory".clone_into(&mut web.task.image);
    assert!(!account.apply_as(&broken, Mode::Converge).await.is_success());
    account.sandbox
}

#[tokio::test(start_paused = true)]
async fn reader_reads_everything_and_writes_nothing() {
    let sandbox = applied().await;
    let all = rights(&stack(), Purpose::Read);
    let caller = Caller::with(&sandbox, &all);
    reads(&caller).await.expect("a reader reads");
    assert_eq!(caller.denied(), BTreeSet::new());

    let before = caller.admin.inventory();
    caller.account.sandbox.reset_calls();
    for stack in [changed(), replaced()] {
        assert!(caller.run(&stack, Mode::Converge, false).await.is_err());
    }
    for (mode, destroys) in [(Mode::Release, false), (Mode::Converge, true)] {
        assert!(caller.run(&stack(), mode, destroys).await.is_err());
    }
    assert!(caller.apply(&stack()).await.is_err());
    assert!(intervene(&caller, &Target::of(&stack())).await.is_err());
    let written = caller.account.sandbox.calls();
    let written: Vec<_> =
        written.iter().filter(|call| call.writes && call.error.is_none()).map(operation).collect();
    assert_eq!(written, Vec::<String>::new());
    assert_eq!(caller.admin.inventory(), before);

    for left_out in &all {
        let others: Vec<Permission> = all.iter().filter(|one| one.sid != left_out.sid).cloned().collect();
        let caller = Caller::with(&sandbox, &others);
        caller.account.sandbox.reset_calls();
        let _ = reads(&caller).await;
        assert!(!caller.denied().is_empty(), "no read is denied without {}", left_out.sid);
    }
}

#[tokio::test(start_paused = true)]
async fn deployer_cannot_touch_what_others_own() {
    let sandbox = Sandbox::new();
    let mut other = stack();
    // The names of this stack begin like those of the stack `all`.
    other.name = "all-other".to_owned();
    other.services.get_mut("web").expect("the service").names.container = Some("all-web".to_owned());
    // Records have no tags, so a right on a hosted zone covers those of others in it.
    other.api.as_mut().expect("an API").domains.values_mut().for_each(|domain| domain.zone = None);
    Account::of(sandbox.clone()).apply(&other).await;
    let caller = Caller::with(&sandbox, &rights(&stack(), Purpose::Deploy));
    let before = caller.admin.inventory();
    assert!(caller.run(&other, Mode::Converge, true).await.is_err());
    assert_eq!(caller.admin.inventory(), before);
}

#[tokio::test(start_paused = true)]
async fn user_with_a_denial_is_denied() {
    let account = Account::new();
    let deny = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Deny", "Action": "ecs:CreateCluster", "Resource": "*" }] });
    let policy = json!({ "UserName": "sandbox", "PolicyName": "denies", "PolicyDocument": deny.to_string() });
    account.by_hand("iam", "PutUserPolicy", &policy);
    let outcome = account.apply_as(&stack(), Mode::Converge).await;
    let denied = outcome.failures().filter(|(_, error)| error.is_denied()).count();
    assert_eq!(denied, 1);
}

#[tokio::test(start_paused = true)]
async fn boundary_allows_what_the_roles_may_do() {
    let stack = stack();
    let boundary = Boundary::of(&stack).expect("a valid stack");
    assert_eq!(boundary.unknown, ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]);
    let account = Account::new();
    account.apply(&stack).await;
    let roles = account.inventory()["roles"].clone();
    let simulate = |action: &str, resource: &str| {
        let input = json!({
            "PolicyInputList": [boundary.document.to_json()],
            "ActionNames": [action],
            "ResourceArns": [resource],
            "ContextEntries": [{ "ContextKeyName": "aws:RequestedRegion", "ContextKeyType": "string",
                "ContextKeyValues": [stack.region] }],
        });
        let answer = account.by_hand("iam", "SimulateCustomPolicy", &input);
        answer["EvaluationResults"][0]["EvalDecision"].as_str().expect("a decision").to_owned()
    };
    assert!(roles.as_array().is_some_and(|roles| roles.len() > 2));
    for (action, resource, decision) in [
        ("sqs:SendMessage", "arn:aws:sqs:ap-northeast-1:123456789012:jobs", "allowed"),
        ("sqs:SendMessage", "arn:aws:sqs:ap-northeast-1:123456789012:other", "implicitDeny"),
        ("ssm:GetParameters", "arn:aws:ssm:ap-northeast-1:123456789012:parameter/key", "allowed"),
        ("ecr:GetAuthorizationToken", "*", "allowed"),
        ("ssmmessages:OpenDataChannel", "*", "allowed"),
        ("iam:CreateRole", "*", "implicitDeny"),
    ] {
        assert_eq!(simulate(action, resource), decision, "{action} {resource}");
    }
}

/// Applies a stack behind load balancers, changes each part of it, moves it to Cloud Map, and removes it.
async fn balanced_jobs(caller: &Caller, before: &Stack) -> Result<(), String> {
    let mut after = before.clone();
    for balancer in [&mut after.load_balancers.alb, &mut after.load_balancers.nlb] {
        balancer.deletion_protection = true;
        balancer.certificate = Some(format!("arn:aws:acm:ap-northeast-1:{ACCOUNT}:certificate/shop"));
        balancer.server_name = Some("shop.example.com".to_owned());
    }
    after.tags.remove("Owner");
    for service in after.services.values_mut() {
        if let Some(Backend::Alb(AlbBackend { health_check, deregistration_delay, .. })) =
            &mut service.backend
        {
            (health_check.interval, *deregistration_delay) = (20, 60);
        }
    }
    for stack in [before, &after, before] {
        caller.run(stack, Mode::Converge, false).await?;
    }
    caller.run(before, Mode::Converge, true).await
}

#[tokio::test(start_paused = true)]
async fn rights_for_load_balancers_are_the_least() {
    let sandbox = Sandbox::new();
    let account = Account::of(sandbox);
    let mut before = of_backend(&account, BackendKind::Alb, 2);
    before.services.get_mut("s001").expect("a service").backend = Some(Backend::from(BackendKind::Nlb));
    let all = rights(&before, Purpose::Deploy);
    let caller = Caller::with(&Sandbox::new(), &all);
    balanced_jobs(&caller, &before).await.expect("all jobs end well");
    assert_eq!(caller.denied(), BTreeSet::new());

    let of_balancing = |one: &&Permission| {
        let mut actions = one.statement().actions.into_iter();
        actions.any(|action| action.starts_with("elasticloadbalancing:"))
    };
    assert!(all.iter().filter(of_balancing).count() > 8);
    for left_out in all.iter().filter(of_balancing) {
        let others: Vec<Permission> = all.iter().filter(|one| one.sid != left_out.sid).cloned().collect();
        let caller = Caller::with(&Sandbox::new(), &others);
        let _ = balanced_jobs(&caller, &before).await;
        assert!(!caller.denied().is_empty(), "no call is denied without {}", left_out.sid);
    }
}
