use serde_json::{Value, json};
use sss_aws::Change;

use super::*;
use crate::render::written;

fn id(kind: &str, name: &str) -> Id {
    Id { kind: kind.parse().expect("a kind"), name: name.to_owned() }
}

fn check(path: &str, before: Option<Value>, after: Option<Value>, expected: &str) {
    let change = Change { path: path.parse().expect("a path"), before, after };
    let text = written(|w| change::show(w, &change));
    assert_eq!(text, format!("{expected}\n"));
    assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
}

#[test]
fn change_shows_path_and_values() {
    check("cpu", None, Some(json!(256)), "    + cpu: 256");
    check("tags.Owner", Some(json!("a")), None, "    - tags.Owner: \"a\"");
    check("cpu", Some(json!(256)), Some(json!("512")), "    ~ cpu: 256 -> \"512\"");
}

#[test]
fn long_value_is_shortened_to_the_line() {
    let list = json!(["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002", "subnet-0a1b2c3d4e5f60003"]);
    check(
        "subnets",
        None,
        Some(list),
        "    + subnets: [\"subnet-0a1b2c3d4e5f60001\",\"sub…002\",\"subnet-0a1b2c3d4e5f60003\"]",
    );
}

#[test]
fn long_list_is_shown_by_its_changed_elements() {
    check(
        "subnets",
        Some(json!(["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002", "subnet-0a1b2c3d4e5f60003"])),
        Some(json!(["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60004"])),
        "    ~ subnets:\n        - \"subnet-0a1b2c3d4e5f60002\"\n        - \"subnet-0a1b2c3d4e5f60003\"\n        \
         + \"subnet-0a1b2c3d4e5f60004\"",
    );
}

#[test]
fn replacement_has_reason_and_downtime() {
    let text = |reasons: &[_]| written(|w| replacement(w, reasons));
    assert_eq!(
        text(&[("cpu", "a revision never changes", None), ("memory", "a revision never changes", None)]),
        "    replaced because of cpu, memory: a revision never changes\n    \
         no downtime: its dependents move to the new object first\n"
    );
    assert_eq!(
        text(&[("vpc", "a namespace stays in its VPC", Some("names do not resolve meanwhile"))]),
        "    replaced because of vpc: a namespace stays in its VPC\n    downtime: names do not resolve meanwhile\n"
    );
}

#[test]
fn value_after_a_long_path_has_its_own_line() {
    let path = "containers.mz-dev-app.environment.A_VARIABLE_WITH_A_NAME_LONGER_THAN_OTHERS";
    let expected = format!("    ~ {path}:\n        \"before\" -> \"after\"");
    let change = Change {
        path: path.parse().expect("a path"),
        before: Some(json!("before")),
        after: Some(json!("after")),
    };
    assert_eq!(written(|w| change::show(w, &change)), format!("{expected}\n"));
}

#[test]
fn step_is_named_by_its_object() {
    let line = |physical: Option<&str>, with: Option<&Id>| {
        written(|w| headline(w, Action::Delete, &id("ecs/service", "mz-dev-app"), physical, with))
    };
    assert_eq!(line(None, None), "- ecs/service mz-dev-app\n");
    let arn = "arn:aws:ecs:eu-central-1:123456789012:service/mz-dev-ecs-cluster/mz-dev-app";
    assert_eq!(line(Some(arn), None), "- ecs/service mz-dev-app\n");
    assert_eq!(line(Some("a1b2c3"), None), "- ecs/service mz-dev-app (a1b2c3)\n");
    let api = id("apigatewayv2/api", "X");
    assert_eq!(line(None, Some(&api)), "- ecs/service mz-dev-app (deleted with apigatewayv2/api X)\n");
}

#[test]
fn step_says_whether_tasks_are_replaced() {
    let text = |action, of| written(|w| tasks(w, action, of));
    assert_eq!(text(Action::Update, Some(Workload::Replaced)), "    tasks: a new deployment replaces them\n");
    assert_eq!(text(Action::Update, Some(Workload::Kept)), "    tasks: they keep running\n");
    assert_eq!(
        text(Action::Update, Some(Workload::Awaited)),
        "    tasks: the step waits for the running deployment\n"
    );
    assert_eq!(text(Action::Create, Some(Workload::Started)) + &text(Action::Update, None), "");
}

#[test]
fn refusal_names_object_and_owner() {
    let text = |owner| written(|w| refusal(w, &id("ecs/cluster", "c"), "arn:aws:ecs:r:1:cluster/c", owner));
    assert_eq!(
        text(None),
        "refused: ecs/cluster c already exists and is not managed by this stack\n    id: arn:aws:ecs:r:1:cluster/c\n"
    );
    assert!(text(Some("other")).contains("managed by the stack other"));
}

/// The first step of a first apply, which creates a role.
fn first_step() -> Step {
    let stack = r#"
        name = "shop"
        region = "ap-northeast-1"
        [network]
        vpc_id = "vpc-0a1b2c3d4e5f60718"
        private_subnet_ids = ["subnet-0a1b2c3d4e5f60001"]
        vpc_link_security_group_ids = ["sg-0a1b2c3d4e5f60000"]
        [api]
        "#;
    let stack = sss_model::Stack::from_toml(stack).expect("a valid stack").stack;
    let graph = sss_aws::lower(&stack).expect("a valid stack");
    let plan = sss_aws::plan(&graph, &sss_aws::World::default(), sss_aws::Mode::Converge);
    plan.steps.into_iter().next().expect("a step")
}

#[test]
fn changes_of_tags_come_after_all_others() {
    let mut step = first_step();
    let paths = [r#"tags."Cost Centre""#, "tags.Owner", "tags_of_others", "zone"];
    let change =
        |path: &str| Change { path: path.parse().expect("a path"), before: None, after: Some(json!(1)) };
    step.changes = paths.into_iter().map(change).collect();
    assert_eq!(
        written(|w| show_step(w, &step)),
        "+ iam/role shop-ecs-task-exec-role\n    + tags_of_others: 1\n    + zone: 1\n    \
         + tags.\"Cost Centre\": 1\n    + tags.Owner: 1\n"
    );
}

#[test]
fn step_shows_old_name_and_downtime() {
    let mut step = first_step();
    step.changes.clear();
    step.moved_from = Some(id("iam/role", "shop-old"));
    step.downtime = Some("requests fail for a second");
    assert_eq!(
        written(|w| show_step(w, &step)),
        "+ iam/role shop-ecs-task-exec-role\n    moved from shop-old\n    downtime: requests fail for a second\n"
    );
}
