//! A stack as people look at it: the reasons for deletions, the areas of objects, and what runs.

use serde_json::json;
use sss_aws::{Action, Area, Areas, Deployer, Goal, Origin, Removal, ServiceState};

use crate::account::{Account, of_services, reference};

#[tokio::test(start_paused = true)]
async fn deletions_tell_the_stack_from_routes_by_hand() {
    let account = Account::new();
    let mut stack = of_services(&account, 2);
    account.apply(&stack).await;
    let api = account.by_hand("apigateway", "GetApis", &json!({}))["items"][0]["apiId"].clone();
    account.by_hand("apigateway", "CreateRoute", &json!({"apiId": api, "routeKey": "GET /legacy"}));
    let gone = stack.services.keys().next().expect("a service").clone();
    stack.services.remove(&gone);

    let (graph, world) = account.observe(&stack).await;
    let plan = account.plan(&stack).await;
    let areas = Areas::of(&stack, &graph, &world);
    let deleted: Vec<_> = plan.steps.iter().filter(|step| step.action == Action::Delete).collect();
    assert!(deleted.len() > 5, "{deleted:#?}");
    for step in deleted {
        let by_hand = step.id.name == "GET /legacy";
        let expected = if by_hand {
            (Removal::MadeByOthers, Area::Api)
        } else {
            (Removal::NotInStack, Area::Service(gone.clone()))
        };
        assert_eq!((step.because, areas.get(&step.id)), (Some(expected.0), expected.1), "{}", step.id);
    }
}

#[tokio::test(start_paused = true)]
async fn status_follows_a_service() {
    let account = Account::new();
    let mut stack = reference(&account);
    let deployer = Deployer::new(&account.sandbox.sdk_config());
    let observed = deployer.observe(&stack).await.expect("an observation");
    assert_eq!(observed.services()[0].state, ServiceState::Missing);

    account.apply(&stack).await;
    let observed = deployer.observe(&stack).await.expect("an observation");
    let app = &observed.services()[0];
    assert_eq!((app.name.as_str(), app.state, app.revision), ("app", ServiceState::Steady, Some(1)));
    assert_eq!((app.running, app.desired, app.routes.as_slice()), (1, 1, &["GET /{proxy+}".to_owned()][..]));
    assert_eq!(app.image, Some(stack.services["app"].task.image.clone()));
    assert!(app.since.is_some() && observed.differences(&observed.plan(Goal::Converge)).is_empty());

    let service =
        json!({"cluster": stack.cluster_name(), "service": "mz-dev-app", "forceNewDeployment": true});
    account.by_hand("ecs", "UpdateService", &service);
    let observed = deployer.observe(&stack).await.expect("an observation");
    let app = &observed.services()[0];
    assert_eq!(
        (app.state, app.deploying.as_ref().map(|new| new.running)),
        (ServiceState::Deploying, Some(0))
    );

    stack.services.get_mut("app").expect("the service").task.image = "public.ecr.aws/other:1".to_owned();
    let differences = observed_differences(&deployer, &stack).await;
    assert!(differences.contains(&("ecs/task-definition".to_owned(), Origin::Stack)), "{differences:?}");
}

/// Returns the kinds of the objects that differ, each with the origin of the difference.
async fn observed_differences(deployer: &Deployer, stack: &sss_model::Stack) -> Vec<(String, Origin)> {
    let observed = deployer.observe(stack).await.expect("an observation");
    let differences = observed.differences(&observed.plan(Goal::Converge));
    differences.into_iter().map(|one| (one.id.kind.to_string(), one.origin)).collect()
}
