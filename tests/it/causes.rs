//! Why a deployment failed: a healthy stack, one mutation, and the id of the cause first.
//!
//! The words of AWS are the sandbox's (`services/ecs/image/texts.rs`), which knows nothing of the recogniser.

use sss_aws::{FailedDeployment, Mode};
use sss_sandbox::{Fault, Faults, Rule};

use crate::account::{Account, reference};

/// The tags of images, each with the cause of its failure. `None` for a text that nobody knows.
const MUTATIONS: [(&str, Option<&str>); 57] = [
    ("ends-image-missing", Some("P1")),
    ("ends-repository-missing", Some("P2")),
    ("ends-login-denied", Some("P3")),
    ("ends-pull-denied", Some("P4")),
    ("ends-no-way-to-ecr", Some("P5")),
    ("ends-pull-timeout", Some("P5")),
    ("ends-no-way-to-layers", Some("P6")),
    ("ends-wrong-platform", Some("P8")),
    ("ends-pull-limit", Some("P10")),
    ("ends-no-credentials", Some("P11")),
    ("ends-disk-full", Some("P12")),
    ("ends-pull-canceled", Some("P13")),
    ("ends-pull-panic", Some("P14")),
    ("ends-pull-killed", Some("X17")),
    ("ends-registry-unknown", Some("P18")),
    ("ends-login-timeout", Some("X1")),
    ("ends-secret-denied", Some("X2")),
    ("ends-secret-missing", Some("X3")),
    ("ends-secret-deleted", Some("X4")),
    ("ends-no-way-to-secrets", Some("X5")),
    ("ends-secret-key", Some("X6")),
    ("ends-secret-not-json", Some("X7")),
    ("ends-secret-arn", Some("X8")),
    ("ends-parameter-missing", Some("X9")),
    ("ends-parameter-denied", Some("X2")),
    ("ends-no-way-to-parameters", Some("X10")),
    ("ends-key-denied", Some("X11")),
    ("ends-log-group-missing", Some("X12")),
    ("ends-logs-denied", Some("X13")),
    ("ends-no-way-to-logs", Some("X14")),
    ("ends-log-driver", Some("X15")),
    ("ends-volume", Some("X16")),
    ("ends-env-file", Some("X19")),
    ("ends-subnet-full", Some("Q6")),
    ("ends-interface-limit", Some("Q7")),
    ("ends-interface-slow", Some("Q8")),
    ("ends-disk-slow", Some("Q9")),
    ("ends-capacity", Some("Q4")),
    ("ends-command-missing", Some("K8")),
    ("ends-runtime-slow", Some("K19")),
    ("ends-exit-0", Some("K1")),
    ("ends-exit-1", Some("K2")),
    ("ends-exit-126", Some("K6")),
    ("ends-exit-139", Some("K5")),
    ("ends-memory", Some("K3")),
    ("ends-spot", Some("E15")),
    ("ends-retired", Some("E16")),
    ("ends-infrastructure", Some("E17")),
    ("ends-killed", Some("K4")),
    ("ends-new-text", None),
    ("ends-vcpu-limit", Some("Q1")),
    ("ends-task-limit", Some("Q2")),
    ("ends-too-large", Some("Q3")),
    ("ends-zone", Some("Q5")),
    ("ends-throttled", Some("Q10")),
    ("ends-no-room", Some("E8")),
    ("ends-flapping", Some("E6")),
];

/// Deploys the image with this tag over a healthy stack. The deployment must fail.
async fn failed(account: &Account, tag: &str) -> FailedDeployment {
    let mut stack = reference(account);
    stack.services.get_mut("app").expect("the service").task.image = format!("public.ecr.aws/shop/app:{tag}");
    let outcome = account.apply_as(&stack, Mode::Converge).await;
    let deployment = outcome.failures().find_map(|(_, error)| error.deployment().cloned());
    deployment.unwrap_or_else(|| panic!("{tag}: {outcome:#?}"))
}

fn cause_of(deployment: &FailedDeployment) -> Option<&'static str> {
    deployment.diagnosis().map(|diagnosis| diagnosis.cause.id)
}

#[tokio::test(start_paused = true)]
async fn each_mutation_shows_its_cause_first() {
    let account = Account::new();
    account.apply(&reference(&account)).await;
    let mut wrong = Vec::new();
    for (tag, expected) in MUTATIONS {
        let deployment = failed(&account, tag).await;
        if cause_of(&deployment) != expected {
            wrong.push(format!("{tag}: {:?}, not {expected:?}", cause_of(&deployment)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn text_of_aws_is_evidence_as_it_is() {
    let account = Account::new();
    account.apply(&reference(&account)).await;
    let deployment = failed(&account, "ends-secret-key").await;
    let diagnosis = deployment.diagnosis().expect("a cause");
    let reason = deployment.tasks[0].reason.clone().expect("a reason");
    assert_eq!(diagnosis.evidence[0].value, reason);
    assert_eq!(diagnosis.evidence[0].operation, "ecs:DescribeTasks");
    assert_eq!(diagnosis.subject.as_deref(), Some("password"));
}

#[tokio::test(start_paused = true)]
async fn denied_reads_never_show_a_wrong_cause() {
    for operation in ["ListTasks", "DescribeTasks", "GetLogEvents"] {
        let account = Account::new();
        account.apply(&reference(&account)).await;
        account
            .sandbox
            .set_faults(Faults::default().with(Rule::new(Fault::AccessDenied).operation(operation)));
        let deployment = failed(&account, "ends-image-missing").await;
        let cause = cause_of(&deployment);
        assert!(matches!(cause, None | Some("E4" | "P1")), "{operation}: {cause:?}");
    }
}
