//! Data that is deleted together with its objects.

use super::Folder;
use crate::Exit;

#[test]
fn deleted_log_groups_say_what_is_lost() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    let (exit, _, err) = folder.run("destroy --sandbox");
    assert_eq!(exit, Exit::Refused);
    assert!(
        err.contains("! lost for good:\n")
            && err.contains("    all log events of /aws/ecs/fargate/mz-dev-app ("),
        "{err}"
    );
    assert_eq!(err.matches("all log events of").count(), 2, "{err}");
    assert!(err.contains("hint: `--keep-logs` keeps log groups and their events\n"), "{err}");
    let (_, lines) = folder.json("destroy --sandbox --json");
    let steps = lines[0]["plan"]["steps"].as_array().expect("steps");
    let losses: Vec<_> = steps.iter().filter(|step| step["loses"]["data"] == "log events").collect();
    assert_eq!(losses.len(), 2, "{steps:#?}");
    assert!(losses.iter().all(|step| step["loses"]["stored_bytes"].is_i64()), "{losses:#?}");
}

#[test]
fn renamed_log_group_says_what_is_lost() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("[services.app]\n", "[services.app]\nnames.log_group = \"/other\"\n");
    let (_, out, _) = folder.run("plan --sandbox");
    assert!(out.contains("    all log events of /aws/ecs/fargate/mz-dev-app ("), "{out}");
    let (_, out, _) = folder.run("plan --sandbox --keep-logs");
    assert!(!out.contains("lost for good"), "{out}");
    assert!(
        out.contains(
            "note: these objects stay, with all their data:\n    logs/log-group /aws/ecs/fargate/mz-dev-app\n"
        ),
        "{out}"
    );
}

#[test]
fn destroy_keeps_logs_when_asked_to() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    let (exit, _, err) = folder.run("destroy --sandbox --yes --keep-logs");
    assert_eq!(exit, Exit::Done, "{err}");
    assert!(!err.contains("lost for good") && !err.contains("done  - logs/log-group"), "{err}");
    let (_, documents) = folder.json("plan --sandbox --json");
    assert_eq!(documents[0]["summary"]["create"], 14, "both log groups are used again: {}", documents[0]);
    let (exit, _, err) = folder.run("destroy --sandbox --yes");
    assert_eq!(exit, Exit::Done, "{err}");
    assert!(err.contains("\n2 to delete, about"), "{err}");
}

#[test]
fn saved_plan_holds_while_logs_grow() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("[services.app]\n", "[services.app]\nnames.log_group = \"/other\"\n");
    let plan = folder.0.path().join("plan.json");
    folder.run(&format!("plan --sandbox --out {}", plan.display()));
    let text = std::fs::read_to_string(plan).expect("the plan");
    assert!(text.contains("\"loses\"") && !text.contains("stored_bytes"), "{text}");
}
