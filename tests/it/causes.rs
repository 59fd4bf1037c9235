//! Why a deployment failed: a healthy stack, one mutation, and the id of the cause first.
//!
//! The words of AWS are the sandbox's (`services/ecs/image/texts.rs`), which knows nothing of the recogniser. For each
//! mutation, each read is denied in turn: the answer then is the same, or that something was not checked.

mod made;
mod mutated;
mod scenarios;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sss_sandbox::Network;

use self::scenarios::{
    Beside,
    Mutation::{self, *},
    mutated,
};

/// Images that are not pulled.
const PULLS: [(&str, Mutation); 24] = [
    ("P1", Image("ends-image-missing")),
    ("P1", Image("does-not-exist")),
    ("P1", NoImage),
    ("P2", Image("ends-repository-missing")),
    ("P3", Image("ends-login-denied")),
    ("P4", Image("ends-pull-denied")),
    ("P5", Image("ends-no-way-to-ecr")),
    ("P5", Image("ends-pull-timeout")),
    ("P5", NoWayOut),
    ("P5", NoEndpoint("ecr.dkr")),
    ("P6", NoEndpoint("s3")),
    ("P7", ClosedEndpoint("ecr.dkr")),
    ("P6", Image("ends-no-way-to-layers")),
    ("P8", Image("ends-wrong-platform")),
    ("P10", Image("ends-pull-limit")),
    ("P11", Image("ends-no-credentials")),
    ("P12", Image("ends-disk-full")),
    ("P13", Image("ends-pull-canceled")),
    ("P14", Image("ends-pull-panic")),
    ("P15", Image("ends-upstream-denied")),
    ("P16", Image("ends-image-archived")),
    ("P17", Image("ends-repository-key")),
    ("P18", Image("ends-registry-unknown")),
    ("X17", Image("ends-pull-killed")),
];

/// Tasks that do not start.
const STARTS: [(&str, Mutation); 24] = [
    ("X1", Image("ends-login-timeout")),
    ("X1", NoEndpoint("ecr.api")),
    ("X14", NoEndpoint("logs")),
    ("P7", ClosedEndpoint("ecr.api")),
    ("P7", ClosedEndpoint("logs")),
    ("X2", Image("ends-secret-denied")),
    ("X2", Image("ends-parameter-denied")),
    ("X3", Image("ends-secret-missing")),
    ("X4", Image("ends-secret-deleted")),
    ("X5", Image("ends-no-way-to-secrets")),
    ("X6", Image("ends-secret-key")),
    ("X7", Image("ends-secret-not-json")),
    ("X8", Image("ends-secret-arn")),
    ("X9", Image("ends-parameter-missing")),
    ("X10", Image("ends-no-way-to-parameters")),
    ("X11", Image("ends-key-denied")),
    ("X12", Image("ends-log-group-missing")),
    ("X12", NoLogGroup),
    ("X13", Image("ends-logs-denied")),
    ("X14", Image("ends-no-way-to-logs")),
    ("X15", Image("ends-log-driver")),
    ("X16", Image("ends-volume")),
    ("X18", LogRouter),
    ("X19", Image("ends-env-file")),
];

/// Tasks that ECS does not place, and roles.
const PLACES: [(&str, Mutation); 20] = [
    ("Q1", Image("ends-vcpu-limit")),
    ("Q2", Image("ends-task-limit")),
    ("Q3", Image("ends-too-large")),
    ("Q4", Image("ends-capacity")),
    ("Q5", Image("ends-zone")),
    ("Q6", Image("ends-subnet-full")),
    ("Q7", Image("ends-interface-limit")),
    ("Q8", Image("ends-interface-slow")),
    ("Q9", Image("ends-disk-slow")),
    ("Q10", Image("ends-throttled")),
    ("Q11", Refused("PlatformUnknownException", "The specified platform version doesn't exist.")),
    (
        "Q12",
        Refused(
            "PlatformTaskDefinitionIncompatibilityException",
            "The specified platform version does not satisfy the task definition's required capabilities.",
        ),
    ),
    ("Q14", Dedicated),
    ("Q15", Refused("BlockedException", "Your account has been blocked. Contact AWS Support.")),
    ("L1", Trust(trust_in_another_service)),
    ("L2", Trust(trust_in_another_account)),
    (
        "L3",
        Refused(
            "AccessDeniedException",
            "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: iam:PassRole on resource: \
             arn:aws:iam::123456789012:role/shop-exec",
        ),
    ),
    ("L4", Refused("InvalidParameterException", "Unable to assume the service linked role.")),
    ("L5", Image("ends-call-denied")),
    (
        "L6",
        Refused(
            "AccessDeniedException",
            "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: ecs:UpdateService with an \
             explicit deny in a service control policy",
        ),
    ),
];

/// Containers that end, or do not begin.
const CONTAINERS: [(&str, Mutation); 20] = [
    ("K1", Image("ends-exit-0")),
    ("K2", Image("ends-exit-1")),
    ("K3", Image("ends-memory")),
    ("K4", Image("ends-killed")),
    ("K5", Image("ends-exit-139")),
    ("K6", Image("ends-exit-126")),
    ("K7", Image("ends-interpreter-missing")),
    ("K8", Image("ends-command-missing")),
    ("K9", Checked("unhealthy")),
    ("K12", Checked("ends-loopback")),
    ("K11", Made("an image with a health check", made::checked_image)),
    ("K13", Made("a container without a health check", made::unknown_container)),
    ("K14", Made("a task without a service", made::unhealthy_alone)),
    ("K15", Image("ends-read-only")),
    ("K18", SecretChanged),
    ("K19", Image("ends-runtime-slow")),
    ("P9", Image("ends-architecture")),
    ("D1", Image("ends-name-unknown")),
    ("E18", Image("ends-rebalanced")),
    ("E15", Image("ends-spot")),
];

/// Connections between services, as the log of a caller tells them.
const NEIGHBOURS: [(&str, Mutation); 5] = [
    ("D2", Made("another port", made::other_port)),
    ("D3", Made("an old address", made::old_address)),
    ("D4", Made("an underscore", made::underscore)),
    ("D5", Made("a closed group", made::closed_group)),
    ("K2", Made("an open group", made::open_group)),
];

/// The causes that are never the first one. `docs/causes.md` says why.
const UNSEEN: [&str; 4] = ["Q13", "K10", "K16", "K17"];

/// Causes with another one that the same texts may show, and without it.
const BESIDE: [(&str, &[&str], Mutation); 6] = [
    ("Q4", &["Q13"], Made("no capacity for ARM", made::no_capacity_of_arm)),
    ("Q4", &[], Image("ends-capacity")),
    ("K9", &["K10"], Made("a check without patience", made::impatient)),
    ("K9", &[], Made("ill after a while", made::ill_later)),
    ("K2", &["K17"], Made("no log", made::silent)),
    ("K2", &[], Image("ends-exit-1")),
];

/// Services and their deployments.
const SERVICES: [(&str, Mutation); 21] = [
    ("E1", NoTasks),
    ("E2", Deleted),
    ("E3", UnderWay(Beside::Nothing)),
    ("E4", Forgotten { is_first: false }),
    ("E5", Forgotten { is_first: true }),
    ("E6", Image("ends-flapping")),
    ("E7", UnderWay(Beside::Failure)),
    ("E8", Image("ends-no-room")),
    ("E9", UnderWay(Beside::Hook)),
    ("E10", Crashes),
    ("E11", EarlySuccess),
    ("E12", BacksOff),
    ("E13", Waits),
    ("E14", Described(controlled_by_others)),
    ("E16", Image("ends-retired")),
    ("E17", Image("ends-infrastructure")),
    ("E19", BothIll),
    ("E20", NewerRevision),
    ("E21", TagMoved),
    ("E22", Autoscaled),
    ("E23", Described(managed_by_ecs)),
];

fn trust_in_another_service() -> Value {
    json!([{ "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole" }])
}

fn trust_in_another_account() -> Value {
    json!([{
        "Effect": "Allow",
        "Principal": { "Service": "ecs-tasks.amazonaws.com" },
        "Action": "sts:AssumeRole",
        "Condition": { "StringEquals": { "aws:SourceAccount": "999999999999" } },
    }])
}

fn controlled_by_others() -> Value {
    json!({ "deploymentController": { "type": "CODE_DEPLOY" } })
}

fn managed_by_ecs() -> Value {
    json!({ "resourceManagementType": "ECS" })
}

/// Checks each mutation: its cause is first, also in the report of an apply, and with each read denied in turn it is
/// the same or not checked.
async fn check(table: &[(&str, Mutation)]) {
    let mut wrong = Vec::new();
    for (expected, mutation) in table {
        let (name, mutated) = (mutation.name(), mutated(*mutation).await);
        if let Some(error) = &mutated.error
            && !matches!(mutation, Waits | Forgotten { .. })
        {
            let cause = error.cause().map(|found| found.cause.id);
            if cause != Some(expected) {
                wrong.push(format!("{name}: the apply says {cause:?}, not {expected}: {error:?}"));
            }
        }
        if matches!(mutation, Refused(..)) {
            continue;
        }

        mutated.account.sandbox.reset_calls();
        let found = mutated.why().await;
        let reads = mutated.account.sandbox.calls().into_iter().map(|call| call.operation);
        let reads: BTreeSet<String> = reads.collect();
        let first = found.causes.first().map(|found| found.cause.id);
        if first != Some(expected) || !found.not_checked.is_empty() {
            wrong.push(format!("{name}: {first:?}, not {expected}: {found:?}"));
        }
        for operation in &reads {
            mutated.deny(operation);
            let found = mutated.why().await;
            let first = found.causes.first().map(|found| found.cause.id);
            let is_sound = first == Some(expected) || (first.is_none() && !found.not_checked.is_empty());
            if !is_sound {
                wrong.push(format!("{name} without {operation}: {first:?}, not {expected}: {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn failed_pulls_show_their_cause() {
    check(&PULLS).await;
}

#[tokio::test(start_paused = true)]
async fn failed_starts_show_their_cause() {
    check(&STARTS).await;
}

#[tokio::test(start_paused = true)]
async fn placements_and_roles_show_their_cause() {
    check(&PLACES).await;
}

#[tokio::test(start_paused = true)]
async fn containers_show_their_cause() {
    check(&CONTAINERS).await;
}

#[tokio::test(start_paused = true)]
async fn services_show_their_cause() {
    check(&SERVICES).await;
}

#[tokio::test(start_paused = true)]
async fn connections_between_services_show_their_cause() {
    check(&NEIGHBOURS).await;
}

#[tokio::test(start_paused = true)]
async fn causes_beside_the_first_one_are_told_by_reads() {
    for (id, also, mutation) in BESIDE {
        let (name, found) = (mutation.name(), mutated(mutation).await.why().await);
        let first = found.causes.first().map(|found| (found.cause.id, found.also));
        assert_eq!(first, Some((id, also)), "{name}: {found:?}");
    }
}

#[test]
fn table_has_most_causes_that_reads_can_see() {
    let tables: [&[(&str, Mutation)]; 6] = [&PULLS, &STARTS, &PLACES, &CONTAINERS, &NEIGHBOURS, &SERVICES];
    let ids: BTreeSet<&str> = tables.into_iter().flatten().map(|(id, _)| *id).collect();
    let unseen: Vec<&str> = sss_aws::causes::CAUSES
        .iter()
        .map(|cause| cause.id)
        .filter(|id| !ids.contains(id) && !id.starts_with('Z'))
        .collect();
    assert_eq!(unseen, UNSEEN);
    assert!(ids.len() >= 90, "{}", ids.len());
}

#[tokio::test(start_paused = true)]
async fn unknown_text_of_aws_shows_no_cause() {
    let mutated = mutated(Image("ends-new-text")).await;
    let report = mutated.report().expect("a report");
    assert_eq!(report.cause, None);
    assert_eq!(report.tasks[0].reason.as_deref(), Some("A text that AWS wrote yesterday"));
    let found = mutated.why().await;
    assert!(found.causes.is_empty() && found.not_checked.is_empty(), "{found:?}");
}

#[tokio::test(start_paused = true)]
async fn text_of_aws_is_evidence_as_it_is() {
    let mutated = mutated(Image("ends-secret-key")).await;
    let report = mutated.report().expect("a report");
    let diagnosis = report.cause.clone().expect("a cause");
    assert_eq!(diagnosis.evidence[0].value, report.tasks[0].reason.clone().expect("a reason"));
    assert_eq!(diagnosis.evidence[0].operation, "ecs:DescribeTasks");
    assert_eq!(diagnosis.subject.as_deref(), Some("password"));
}

#[tokio::test(start_paused = true)]
async fn subnets_with_all_endpoints_start_tasks() {
    let mut mutated = mutated(TagMoved).await;
    mutated.account.sandbox.set_network(&Network::named("private+endpoints").expect("a usual network"));
    mutated.restart_well().await;
    assert_eq!(mutated.why().await, sss_aws::operate::why::Why::default());
}

#[tokio::test(start_paused = true)]
async fn healthy_service_has_no_cause() {
    let mutated = mutated(Described(|| json!({}))).await;
    assert_eq!(mutated.why().await, sss_aws::operate::why::Why::default());
}
