//! Revisions of our task definitions that others register, run or deregister, and stacks with many revisions.
//!
//! Each revision of a family has its own owner. A plan compares the revision that runs, and a removal
//! deregisters only revisions with the stack's mark.

use std::time::Duration;

use serde_json::{Value, json};
use sss_aws::{Action, Mode, Plan, Workload};
use sss_model::{CpuArchitecture, Ignored, Service, Stack};
use sss_sandbox::{Delays, Fault, Faults, Rule, Sandbox};

use crate::account::{Account, reference, steps};

const CLUSTER: &str = "mz-dev-ecs-cluster";
const FAMILY: &str = "mz-dev-site";
const HOTFIX: &str = "public.ecr.aws/docker/library/httpd:hotfix";

fn app(stack: &mut Stack) -> &mut Service {
    stack.services.get_mut("app").expect("the service")
}

/// Returns the family's revisions of this status, by their numbers.
fn numbers(account: &Account, status: &str) -> Vec<u32> {
    let asked = json!({"familyPrefix": FAMILY, "status": status, "maxResults": 100});
    let listed = account.by_hand("ecs", "ListTaskDefinitions", &asked);
    let arns = listed["taskDefinitionArns"].as_array().into_iter().flatten().filter_map(Value::as_str);
    arns.filter_map(|arn| arn.rsplit(':').next()?.parse().ok()).collect()
}

/// Returns the number of the revision that the service names.
fn running(account: &Account) -> String {
    let service = account.service(CLUSTER, "mz-dev-app");
    let arn = service["taskDefinition"].as_str().unwrap_or_default();
    arn.rsplit(':').next().unwrap_or_default().to_owned()
}

fn deregister(account: &Account, number: u32) {
    let revision = json!({"taskDefinition": format!("{FAMILY}:{number}")});
    account.by_hand("ecs", "DeregisterTaskDefinition", &revision);
}

/// Registers the newest revision again with another image, like somebody who ignores tags.
fn register(account: &Account, image: &str) -> Value {
    let asked = json!({"taskDefinition": FAMILY});
    let mut revision = account.by_hand("ecs", "DescribeTaskDefinition", &asked)["taskDefinition"].take();
    revision["containerDefinitions"][0]["image"] = image.into();
    account.by_hand("ecs", "RegisterTaskDefinition", &revision)["taskDefinition"]["taskDefinitionArn"].take()
}

/// The same, and deploys it.
async fn deploy(account: &Account, image: &str) {
    let arn = register(account, image);
    let change = json!({"cluster": CLUSTER, "service": "mz-dev-app", "taskDefinition": arn});
    account.by_hand("ecs", "UpdateService", &change);
    tokio::time::sleep(Duration::from_mins(5)).await;
}

fn paths(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().flat_map(|step| &step.changes).map(|change| change.path.as_str()).collect()
}

/// Returns the objects of the plan that are not the stack's, by their ids on AWS.
fn left_alone(plan: &Plan) -> Vec<&str> {
    plan.left_alone.iter().filter_map(|left| left.physical.rsplit('/').next()).collect()
}

#[tokio::test(start_paused = true)]
async fn deregistered_revision_is_registered_anew() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    deregister(&account, 1);
    let plan = account.plan(&stack).await;
    assert_eq!(paths(&plan), ["status", "task_definition"], "{plan:#?}");
    assert_eq!(plan.steps[1].workload, Some(Workload::Replaced));
    app(&mut stack).desired_count = Some(2);
    account.apply(&stack).await;
    assert_eq!((running(&account).as_str(), numbers(&account, "ACTIVE")), ("2", vec![2]));
}

#[tokio::test(start_paused = true)]
async fn deregistered_revision_is_seen_when_it_is_needed() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    // With another revision the family is active.
    register(&account, HOTFIX);
    deregister(&account, 1);
    assert_eq!(paths(&account.verified_plan(&stack).await), ["status", "task_definition"]);
    // ECS starts and stops tasks of such a revision.
    app(&mut stack).desired_count = Some(2);
    account.apply(&stack).await;
    assert_eq!(running(&account), "1");
    // ECS does not deploy such a revision.
    stack.network.assign_public_ip = true;
    account.apply(&stack).await;
    assert_eq!((running(&account).as_str(), numbers(&account, "ACTIVE")), ("3", vec![2, 3]));
}

#[tokio::test(start_paused = true)]
async fn family_of_two_services_is_of_the_wanted_one() {
    let account = Account::new();
    let mut stack = reference(&account);
    app(&mut stack).names.family = Some("mz-dev-family".to_owned());
    account.apply(&stack).await;
    // The new service runs the second revision, and the old one stays with the first.
    let mut site = stack.services.remove("app").expect("the service");
    "zone".clone_into(&mut site.name);
    site.task.image = HOTFIX.to_owned();
    stack.services.insert("zone".to_owned(), site);
    account
        .sandbox
        .set_faults(Faults::default().with(Rule::new(Fault::AccessDenied).operation("DeleteService")));
    assert!(!account.apply_as(&stack, Mode::Converge).await.is_success());
    account.sandbox.clear_faults();
    let (plan, calls, _) = account.counted(account.plan(&stack)).await;
    assert!(plan.steps.iter().all(|step| step.action == Action::Delete), "{plan:#?}");
    // Its revision is trusted by its hash. The other one would have to be read.
    assert!(calls.iter().all(|call| call.operation != "DescribeTaskDefinition"), "{calls:#?}");
    account.apply(&stack).await;
}

#[tokio::test(start_paused = true)]
async fn family_of_any_name_is_read_no_more_than_others() {
    for family in ["mz-dev", "mz-devices", "other"] {
        let account = Account::new();
        let mut stack = reference(&account);
        app(&mut stack).names.family = Some(family.to_owned());
        account.apply(&stack).await;
        let (plan, calls, _) = account.counted(account.plan(&stack)).await;
        assert!(plan.is_empty(), "{plan:#?}");
        let reads = calls.iter().filter(|call| call.operation == "DescribeTaskDefinition").count();
        assert_eq!(reads, 0, "{family}");
    }
}

#[tokio::test(start_paused = true)]
async fn revision_of_others_that_runs_is_drift() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    deploy(&account, HOTFIX).await;
    let plan = account.plan(&stack).await;
    assert!(!plan.is_refused(), "{plan:#?}");
    assert_eq!(paths(&plan), ["task_definition", "task_definition.containers.mz-dev-app.image"]);
    account.apply(&stack).await;
    assert_eq!((running(&account).as_str(), numbers(&account, "ACTIVE")), ("1", vec![1, 2]));
    deploy(&account, HOTFIX).await;
    "public.ecr.aws/docker/library/httpd:2.5".clone_into(&mut app(&mut stack).task.image);
    let plan = account.plan(&stack).await;
    let image = plan.steps[0].changes.iter().find(|change| change.path == "containers.mz-dev-app.image");
    let image = image.expect("another image");
    assert_eq!((image.before.clone(), plan.steps[0].action), (Some(HOTFIX.into()), Action::Revise));
    account.apply(&stack).await;
    assert_eq!((running(&account).as_str(), numbers(&account, "ACTIVE")), ("4", vec![1, 2, 3, 4]));
}

#[tokio::test(start_paused = true)]
async fn revision_of_others_with_our_content_is_drift() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    deploy(&account, &stack.services["app"].task.image).await;
    assert_eq!(paths(&account.plan(&stack).await), ["task_definition"]);
    account.apply(&stack).await;
    assert_eq!(running(&account), "1");
    deploy(&account, &stack.services["app"].task.image).await;
    deregister(&account, 1);
    let plan = account.plan(&stack).await;
    assert_eq!(steps(&plan).len(), 2, "none of ours can run: {plan:#?}");
    account.apply(&stack).await;
    assert_eq!((running(&account).as_str(), numbers(&account, "ACTIVE")), ("4", vec![2, 3, 4]));
}

#[tokio::test(start_paused = true)]
async fn idle_revisions_of_others_are_in_nobodys_way() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    register(&account, HOTFIX);
    let plan = account.plan(&stack).await;
    assert!(plan.is_empty() && !plan.is_refused() && plan.left_alone.is_empty(), "{plan:#?}");
    account.destroy(&stack).await;
    assert_eq!((numbers(&account, "ACTIVE"), numbers(&account, "INACTIVE")), (vec![2], vec![1]));
    let plan = account.plan(&stack).await;
    assert!(!plan.is_refused(), "{plan:#?}");
    assert_eq!(left_alone(&plan), ["mz-dev-site:2"]);
    account.apply(&stack).await;
    assert_eq!((running(&account).as_str(), numbers(&account, "ACTIVE")), ("3", vec![2, 3]));
    assert!(account.plan(&stack).await.left_alone.is_empty(), "it is told once");
}

/// Removes the stack, and asserts that the revisions of others are all that is left of the family.
async fn check_removal(account: &Account, stack: &Stack, others: &[u32]) {
    let (graph, world) = account.observe(stack).await;
    let plan = sss_aws::plan(&graph.emptied(), &world, Mode::Converge);
    assert!(steps(&plan).contains("delete ecs/task-definition mz-dev-site"), "{plan:#?}");
    let named: Vec<_> = plan.steps.iter().filter(|step| step.id.name == FAMILY).collect();
    let of_others = |physical: &str| others.iter().any(|number| physical.ends_with(&format!(":{number}")));
    assert!(named.iter().all(|step| !step.physical.as_deref().is_some_and(of_others)), "{named:#?}");
    account.destroy(stack).await;
    assert_eq!(numbers(account, "ACTIVE"), others);
    let (graph, world) = account.observe(stack).await;
    let plan = sss_aws::plan(&graph.emptied(), &world, Mode::Converge);
    assert!(plan.is_empty(), "{plan:#?}");
}

#[tokio::test(start_paused = true)]
async fn removal_leaves_what_another_pipeline_registered() {
    for ignored in [vec![Ignored::Image], vec![]] {
        let account = Account::new();
        let mut stack = reference(&account);
        app(&mut stack).ignore_changes = ignored.into_iter().collect();
        account.apply(&stack).await;
        deploy(&account, HOTFIX).await;
        let (graph, world) = account.observe(&stack).await;
        let plan = sss_aws::plan(&graph.emptied(), &world, Mode::Converge);
        assert_eq!(left_alone(&plan), ["mz-dev-site:2"]);
        check_removal(&account, &stack, &[2]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn service_taken_out_takes_its_own_revisions_along() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    deploy(&account, HOTFIX).await;
    stack.services.clear();
    let plan = account.plan(&stack).await;
    assert!(steps(&plan).contains("delete ecs/task-definition mz-dev-site"), "{plan:#?}");
    assert_eq!(left_alone(&plan), ["mz-dev-site:2"]);
    account.apply(&stack).await;
    assert_eq!(numbers(&account, "ACTIVE"), [2]);
}

#[tokio::test(start_paused = true)]
async fn family_of_others_that_our_service_runs_stays() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let asked = json!({"taskDefinition": FAMILY});
    let mut revision = account.by_hand("ecs", "DescribeTaskDefinition", &asked)["taskDefinition"].take();
    revision["family"] = json!("theirs");
    account.by_hand("ecs", "RegisterTaskDefinition", &revision);
    let change = json!({"cluster": CLUSTER, "service": "mz-dev-app", "taskDefinition": "theirs"});
    account.by_hand("ecs", "UpdateService", &change);
    tokio::time::sleep(Duration::from_mins(5)).await;
    assert_eq!(
        steps(&account.plan(&stack).await).into_iter().collect::<Vec<_>>(),
        ["update ecs/service mz-dev-app"]
    );
    let (graph, world) = account.observe(&stack).await;
    let plan = sss_aws::plan(&graph.emptied(), &world, Mode::Converge);
    assert!(!steps(&plan).contains("delete ecs/task-definition theirs"), "{plan:#?}");
    account.destroy(&stack).await;
    assert_eq!(numbers(&account, "ACTIVE"), Vec::<u32>::new());
    account.by_hand("ecs", "DescribeTaskDefinition", &json!({"taskDefinition": "theirs"}));
}

#[tokio::test(start_paused = true)]
async fn removal_deregisters_ours_below_revisions_of_others() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    "public.ecr.aws/docker/library/httpd:2.5".clone_into(&mut app(&mut stack).task.image);
    account.apply(&stack).await;
    register(&account, HOTFIX);
    // An unfinished removal had deleted the service.
    let service = json!({"cluster": CLUSTER, "service": "mz-dev-app", "force": true});
    account.by_hand("ecs", "DeleteService", &service);
    tokio::time::sleep(Duration::from_mins(5)).await;
    check_removal(&account, &stack, &[3]).await;
    assert_eq!(numbers(&account, "INACTIVE"), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn removal_takes_more_than_a_page_of_revisions() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let asked = json!({"taskDefinition": FAMILY, "include": ["TAGS"]});
    let mut described = account.by_hand("ecs", "DescribeTaskDefinition", &asked);
    let mut revision = described["taskDefinition"].take();
    revision["tags"] = described["tags"].take();
    for _ in 0..230 {
        account.by_hand("ecs", "RegisterTaskDefinition", &revision);
    }
    let ((), calls, _) = account.counted(account.destroy(&stack)).await;
    assert_eq!(numbers(&account, "ACTIVE"), Vec::<u32>::new());
    let place = |operation: &str| calls.iter().position(|call| call.operation == operation);
    let pages = calls.iter().rposition(|call| call.operation == "ListTaskDefinitions");
    assert!(pages < place("DeregisterTaskDefinition"), "the listing is read whole before it changes");
}

#[tokio::test(start_paused = true)]
async fn removal_takes_more_than_a_page_of_instances() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let services = account.by_hand("servicediscovery", "ListServices", &json!({}));
    let registry = &services["Services"][0]["Id"];
    for number in 0..120 {
        let attributes = json!({
            "AWS_INSTANCE_IPV4": "10.0.1.9", "AWS_INSTANCE_PORT": "80", "ECS_SERVICE_NAME": "mz-dev-app",
        });
        let instance = json!({
            "ServiceId": registry, "InstanceId": format!("left-{number}"), "Attributes": attributes,
            "CreatorRequestId": format!("{number}"),
        });
        account.by_hand("servicediscovery", "RegisterInstance", &instance);
    }
    tokio::time::sleep(Duration::from_mins(1)).await;
    account.destroy(&stack).await;
}

/// An account after somebody cleaned up: the running revision is deregistered, and others of its family stay.
struct TidiedUp {
    account: Account,
    stack: Stack,
}

impl TidiedUp {
    /// Prepares the account. `is_updated` decides whether the service got its revision by an update or at its
    /// creation.
    async fn new(is_updated: bool, ignored: &[Ignored]) -> Self {
        // The listing of tags does not show the change yet.
        let account = Account::of(Sandbox::new().with_delays(Delays::long()));
        let mut stack = reference(&account);
        app(&mut stack).names.family = Some(FAMILY.to_owned());
        app(&mut stack).ignore_changes = ignored.iter().copied().collect();
        account.apply(&stack).await;
        if is_updated {
            app(&mut stack).task.cpu_architecture = CpuArchitecture::Arm64;
            account.apply(&stack).await;
        } else {
            register(&account, HOTFIX);
        }
        tokio::time::sleep(Duration::from_mins(5)).await;
        deregister(&account, if is_updated { 2 } else { 1 });
        Self { account, stack }
    }
}

type Change = (&'static str, fn(&mut Stack));

/// Changes that make ECS deploy the same revision again, or create another service with it.
const DEPLOYING: [Change; 8] = [
    ("public addresses", |stack| stack.network.assign_public_ip = true),
    ("another security group", |stack| stack.names.security_group = Some("other".to_owned())),
    ("a security group described otherwise", |stack| {
        "tasks".clone_into(&mut stack.security_group.description);
    }),
    ("another namespace", |stack| stack.names.namespace = Some("other.internal".to_owned())),
    ("another cluster", |stack| stack.names.cluster = Some("other".to_owned())),
    ("another service", |stack| app(stack).names.service = Some("other".to_owned())),
    ("another registry", |stack| app(stack).names.cloud_map = Some("other".to_owned())),
    ("another count that is forced", |stack| {
        app(stack).deployment.force_new_deployment = true;
        app(stack).desired_count = Some(2);
    }),
];

#[tokio::test(start_paused = true)]
async fn deregistered_revision_is_not_deployed() {
    for (is_updated, ignored) in
        [(false, &[][..]), (true, &[]), (false, &[Ignored::Image]), (true, &[Ignored::Image])]
    {
        let tidied_up = TidiedUp::new(is_updated, ignored).await;
        let saved = tidied_up.account.sandbox.save();
        for (what, change) in DEPLOYING {
            let account = Account::of(Sandbox::load(&saved).expect("a saved account"));
            let mut stack = tidied_up.stack.clone();
            change(&mut stack);
            account.apply(&stack).await;
            let stays = if is_updated { 1 } else { 2 };
            assert_eq!(numbers(&account, "ACTIVE"), [stays, 3], "{what}, {is_updated}, {ignored:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn listing_that_is_behind_hides_it_for_a_while() {
    let TidiedUp { account, stack } = TidiedUp::new(true, &[]).await;
    tokio::time::sleep(Delays::long().tags_listed).await;
    assert_eq!(paths(&account.plan(&stack).await), ["status", "task_definition"]);
    account.apply(&stack).await;
    assert_eq!((running(&account).as_str(), numbers(&account, "ACTIVE")), ("3", vec![1, 3]));
}
