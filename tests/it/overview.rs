//! A stack as people look at it: the reasons for deletions, the areas of objects, and what runs.

use serde_json::json;
use sss_aws::{Action, Area, Areas, Deployer, Goal, Origin, Removal, ServiceState};
use sss_model::{Service, Stack};

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

/// Returns the differences after a change of the applied stack, each with its action.
async fn after(change: fn(&mut Stack)) -> Vec<(String, Action, Origin)> {
    let account = Account::new();
    let mut stack = of_services(&account, 2);
    account.apply(&stack).await;
    change(&mut stack);
    let planned = Deployer::new(&account.sandbox.sdk_config()).plan(&stack).await.expect("a plan");
    let differences = planned.observed().differences(planned.plan());
    differences.into_iter().map(|one| (one.id.to_string(), one.action, one.origin)).collect()
}

fn first(stack: &mut Stack) -> &mut Service {
    stack.services.values_mut().next().expect("a service")
}

#[tokio::test(start_paused = true)]
async fn change_of_the_stack_is_never_called_drift() {
    let changes: [fn(&mut Stack); 14] = [
        |stack| first(stack).task.image = "public.ecr.aws/other:1".to_owned(),
        |stack| first(stack).task.memory = 1024,
        |stack| first(stack).desired_count = Some(3),
        |stack| first(stack).names.cloud_map = Some("other".to_owned()),
        |stack| first(stack).routes.clear(),
        |stack| first(stack).routes[0].path = "/other".to_owned(),
        |stack| drop(stack.services.pop_first()),
        |stack| {
            let (mut service, key) = (first(stack).clone(), "newer".to_owned());
            service.name.clone_from(&key);
            service.routes[0].path = "/newer".to_owned();
            stack.services.insert(key, service);
        },
        |stack| stack.api.as_mut().expect("an API").cors = None,
        |stack| stack.api.as_mut().expect("an API").authorizer = None,
        |stack| stack.api.as_mut().expect("an API").access_log = None,
        |stack| drop(stack.tags.insert("Team".to_owned(), "shop".to_owned())),
        |stack| drop(stack.network.private_subnet_ids.pop()),
        |stack| stack.names.cluster = Some("other".to_owned()),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let found = after(change).await;
        assert!(!found.is_empty(), "change {number}");
        assert!(found.iter().all(|(.., origin)| *origin != Origin::Account), "change {number}: {found:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn surplus_object_has_an_unknown_origin() {
    let account = Account::new();
    let stack = of_services(&account, 1);
    account.apply(&stack).await;
    let apis = account.by_hand("apigateway", "GetApis", &json!({}));
    let (name, tags) = (&apis["items"][0]["name"], &apis["items"][0]["tags"]);
    let second = json!({"name": name, "protocolType": "HTTP", "tags": tags});
    account.by_hand("apigateway", "CreateApi", &second);
    let planned = Deployer::new(&account.sandbox.sdk_config()).plan(&stack).await.expect("a plan");
    let differences = planned.observed().differences(planned.plan());
    assert!(!differences.is_empty());
    assert!(differences.iter().all(|one| one.origin == Origin::Unknown), "{differences:#?}");
}
