//! Plain values that look secret: they are registered with ECS, and appear nowhere else.

use serde_json::json;
use sss_model::Stack;

use crate::account::{Account, reference};

const PASSWORD: &str = "hunter2";

fn stack(account: &Account) -> Stack {
    let mut stack = reference(account);
    let app = stack.services.get_mut("app").expect("the service");
    app.task.environment.insert("DB_PASSWORD".to_owned(), PASSWORD.to_owned());
    stack
}

/// Returns the value at ECS that the stack has in plain text.
fn registered(account: &Account) -> String {
    let input = json!({"taskDefinition": "mz-dev-site"});
    let described = account.by_hand("ecs", "DescribeTaskDefinition", &input);
    let environment = &described["taskDefinition"]["containerDefinitions"][0]["environment"];
    environment[0]["value"].as_str().expect("a value").to_owned()
}

#[tokio::test(start_paused = true)]
async fn reports_of_the_engine_hold_no_secret_value() {
    let account = Account::new();
    let stack = stack(&account);
    account.apply(&stack).await;
    assert_eq!(registered(&account), PASSWORD, "the value itself is applied");
    // Without the hash of its content, the revision is read.
    let input = json!({"taskDefinition": "mz-dev-site"});
    let arn =
        &account.by_hand("ecs", "DescribeTaskDefinition", &input)["taskDefinition"]["taskDefinitionArn"];
    let untag = json!({"resourceArn": arn, "tagKeys": ["sss:content"]});
    let check = async || {
        let (graph, world) = account.observe(&stack).await;
        let plan = sss_aws::plan(&graph, &world, sss_aws::Mode::Converge);
        assert!(plan.is_empty(), "what is hidden compares: {plan:#?}");
        let saved = serde_json::to_string(&world).expect("a world is plain data");
        assert!(saved.contains("DB_PASSWORD") && !saved.contains(PASSWORD), "{saved}");
        let told = format!("{graph:?} {world:?} {plan:?} {:?}", account.events.lock().expect("events"));
        assert!(!told.contains(PASSWORD), "{told}");
        let loaded = serde_json::from_str(&saved).expect("a saved world");
        assert_eq!(sss_aws::plan(&graph, &loaded, sss_aws::Mode::Converge), plan);
    };
    check().await;
    account.by_hand("ecs", "UntagResource", &untag);
    check().await;
}

#[tokio::test(start_paused = true)]
async fn another_value_is_another_revision() {
    let account = Account::new();
    let mut stack = stack(&account);
    account.apply(&stack).await;
    let app = stack.services.get_mut("app").expect("the service");
    app.task.environment.insert("DB_PASSWORD".to_owned(), "correct horse".to_owned());
    let plan = account.plan(&stack).await;
    let paths: Vec<_> =
        plan.steps.iter().flat_map(|step| &step.changes).map(|change| change.path.as_str()).collect();
    assert!(paths.contains(&"containers.mz-dev-app.environment.DB_PASSWORD"), "{paths:?}");
    account.apply(&stack).await;
    assert_eq!(registered(&account), "correct horse");
}
