use serde_json::json;
use sss_aws::{Area, Change, Mode, Step};
use sss_model::tfvars;

use super::*;
use crate::render::written;

/// The services of a stack whose parts beside them are those of the reference stack.
const SERVICE: &str = r#"
[services.NAME]
image = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/NAME:1.0"
port = 80
desired_count = 1
routes = [{ methods = ["GET", "POST"], path = "/NAME/{proxy+}" }]
backend.kind = "cloud_map"
"#;

/// Returns the reference stack with these services in the place of its own.
fn stack(services: impl IntoIterator<Item = String>) -> Stack {
    let text = tfvars::starter();
    let shared = text.split("[services").next().expect("the part before the services").to_owned();
    let services = services.into_iter().map(|name| SERVICE.replace("NAME", &name));
    let text = shared + &services.collect::<String>();
    Stack::from_toml(&text).unwrap_or_else(|problems| panic!("{problems:?}")).stack
}

/// Returns the text of the first plan of a stack.
fn first_plan(stack: &Stack, width: Option<usize>, amount: Amount) -> String {
    let graph = sss_aws::lower(stack).expect("a valid stack");
    let world = sss_aws::World::default();
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    text(&plan, stack, Areas::of(stack, &graph, &world), width, amount)
}

fn text(plan: &Plan, stack: &Stack, areas: Areas, width: Option<usize>, amount: Amount) -> String {
    let place = Place {
        stack: stack.name.clone(),
        region: stack.region.clone(),
        account: None,
        note: None,
        images: Vec::new(),
    };
    let source = "sss.toml".to_owned();
    let (purpose, forecast, monthly) = (Purpose::Converge, None, None);
    let shown = Shown { place, plan, stack, areas, purpose, forecast, monthly, source };
    written(|w| show(w, Screen { width, styled: false }, &shown, amount))
}

#[test]
fn first_plan_of_five_services_has_at_most_40_lines() {
    let stack = stack(["orders", "search", "mailer", "billing", "users"].map(str::to_owned));
    let text = first_plan(&stack, Some(80), Amount::Grouped);
    assert!(text.lines().count() <= 40, "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    for name in stack.services.keys() {
        assert!(text.contains(&format!("+ {name}:")), "{text}");
    }
}

#[test]
fn plan_of_a_hundred_services_names_those_that_fit() {
    let stack = stack((0..100).map(|number| format!("svc-{number:03}")));
    let text = first_plan(&stack, Some(80), Amount::Grouped);
    assert!(text.lines().count() <= 40, "{text}");
    assert!(text.contains("+ 100 services (svc-000"), "{text}");
    assert!(text.contains("25 vCPU / 50 GiB in all, 200 routes"), "{text}");
}

#[test]
fn same_change_of_many_services_is_one_line() {
    let stack = stack((0..100).map(|number| format!("svc-{number:03}")));
    let graph = sss_aws::lower(&stack).expect("a valid stack");
    let mut plan = sss_aws::plan(&graph, &sss_aws::World::default(), Mode::Converge);
    plan.steps.retain(|step| step.id.kind == "ecs/service");
    for step in &mut plan.steps {
        step.action = Action::Update;
        step.workload = Some(sss_aws::Workload::Kept);
        change(step, "desired_count", json!(1), json!(2));
    }
    let areas = Areas::of(&stack, &graph, &sss_aws::World::default());
    let text = text(&plan, &stack, areas, Some(80), Amount::Grouped);
    assert!(text.contains("~ 100 services (svc-000, svc-001, svc-002 and 97 more):"), "{text}");
    assert!(text.contains("desired_count 1 → 2"), "{text}");
    assert!(text.lines().count() <= 6, "{text}");
}

/// Lets a step change one value.
fn change(step: &mut Step, path: &str, before: serde_json::Value, after: serde_json::Value) {
    let path = path.parse().expect("a path");
    step.changes = vec![Change { path, before: Some(before), after: Some(after) }];
}

#[test]
fn image_change_is_one_calm_line() {
    let stack = stack(["orders".to_owned()]);
    let graph = sss_aws::lower(&stack).expect("a valid stack");
    let mut plan = sss_aws::plan(&graph, &sss_aws::World::default(), Mode::Converge);
    let container = stack.container_name("orders");
    plan.steps.retain(|step| ["ecs/service", "ecs/task-definition"].contains(&step.id.kind.name()));
    for step in &mut plan.steps {
        if step.id.kind == "ecs/service" {
            let after = json!(format!("(ARN of the new revision of {})", stack.family_name("orders")));
            change(step, "task_definition", json!("arn:aws:ecs:…:1"), after);
            (step.action, step.workload) = (Action::Update, Some(sss_aws::Workload::Replaced));
        } else {
            let (before, after) =
                (json!("shop.example.com/orders:1.0"), json!("shop.example.com/orders:1.1"));
            change(step, &format!("containers.{container}.image"), before, after);
            step.action = Action::Revise;
        }
    }
    let areas = Areas::of(&stack, &graph, &sss_aws::World::default());
    let text = text(&plan, &stack, areas, Some(80), Amount::Grouped);
    assert!(text.contains("\n2 to update\n\n~ orders: image 1.0 → 1.1 (new revision, rolling)\n"), "{text}");
}

#[test]
fn full_plan_has_every_path() {
    let stack = stack(["orders".to_owned()]);
    let text = first_plan(&stack, None, Amount::Full);
    assert!(text.contains("+ ecs/service ") && text.contains("    + desired_count: 1\n"), "{text}");
    assert!(text.contains("    + tags.\"sss:stack\": "), "{text}");
}

#[test]
fn deletion_says_why() {
    let source = Source { name: "sss.toml", is_removal: false };
    assert_eq!(source.reason(Removal::NotInStack).as_deref(), Some("not in sss.toml"));
    let by_hand = source.reason(Removal::MadeByOthers).expect("a reason");
    assert!(by_hand.starts_with("made by hand in an API of this stack"), "{by_hand}");
    assert_eq!(Source { name: "sss.toml", is_removal: true }.reason(Removal::NotInStack), None);
}

#[test]
fn service_that_is_gone_is_an_area() {
    let stack = stack(["orders".to_owned()]);
    let graph = sss_aws::lower(&stack).expect("a valid stack");
    let areas = Areas::of(&stack, &graph, &sss_aws::World::default());
    let gone = Id { kind: "ecs/service".parse().expect("a kind"), name: format!("{}-mailer", stack.name) };
    assert_eq!(areas.get(&gone), Area::Service("mailer".to_owned()));
}
