//! Parts of an API: parts that are deleted with it, parts that are deleted alone, and parts that are not the
//! stack's.

use serde_json::{Value, json};
use sss_aws::{Action, Mode, Plan};
use sss_model::Api;

use crate::account::{Account, base, reference, steps, writes};

const API: &str = "apigatewayv2/api mz-dev-api-gateway";
const PARTS: [&str; 4] = [
    "apigatewayv2/authorizer mz-dev-jwt-authorizer",
    "apigatewayv2/integration mz-dev-app",
    "apigatewayv2/route GET /{proxy+}",
    "apigatewayv2/stage $default",
];

/// Returns the objects that are deleted with another one, each with that one.
fn together(plan: &Plan) -> Vec<(String, String)> {
    let with = |with: &sss_aws::Step| Some((with.id.to_string(), with.with.as_ref()?.to_string()));
    let mut together: Vec<_> = plan.steps.iter().filter_map(with).collect();
    together.sort();
    together
}

#[tokio::test(start_paused = true)]
async fn parts_go_with_their_api() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let (graph, world) = account.observe(&stack).await;
    let nothing = graph.emptied();
    let plan = sss_aws::plan(&nothing, &world, Mode::Converge);
    assert_eq!(together(&plan), PARTS.map(|part| (part.to_owned(), API.to_owned())));
    let (outcome, calls, _) = account.counted(account.carry_out(&nothing, &world, &plan)).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    let calls: Vec<_> = calls.into_iter().filter(|call| call.service == "apigateway").collect();
    assert_eq!(writes(&calls), ["DeleteApi", "DeleteVpcLink"]);
}

#[tokio::test(start_paused = true)]
async fn only_part_of_an_api_goes_with_it() {
    let account = Account::new();
    let before = account.inventory();
    let api = Api::builder().build().expect("a valid API");
    let stack = base(&account).api(api).build().expect("a valid stack");
    account.apply(&stack).await;
    account.destroy(&stack).await;
    assert_eq!(account.inventory(), before);
}

#[tokio::test(start_paused = true)]
async fn part_of_a_changed_api_is_deleted_by_itself() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    stack.api.as_mut().expect("an API").cors = None;
    stack.services.get_mut("app").expect("the service").routes.clear();
    let plan = account.plan(&stack).await;
    assert!(steps(&plan).is_superset(&[format!("update {API}"), format!("delete {}", PARTS[2])].into()));
    assert_eq!(together(&plan), []);
    let ((), calls, _) = account.counted(account.apply(&stack)).await;
    assert!(writes(&calls).contains(&"DeleteRoute"));
    assert_eq!(account.api_part("GetRoutes", "routeKey", "GET /{proxy+}"), Value::Null);
}

#[tokio::test(start_paused = true)]
async fn foreign_api_of_the_same_name_is_no_obstacle() {
    let account = Account::new();
    let api = json!({"name": "mz-dev-api-gateway", "protocolType": "HTTP"});
    let stack = reference(&account);
    account.apply(&stack).await;
    account.by_hand("apigateway", "CreateApi", &api);
    let plan = account.plan(&stack).await;
    assert!(plan.is_empty() && !plan.is_refused(), "{plan:#?}");
    account.destroy(&stack).await;
    assert_eq!(account.inventory()["apis"].as_array().map(Vec::len), Some(1));
}

/// Returns an account with an API of somebody else that has the stack's name, and with a route that the stack
/// does not have.
fn foreign_api() -> Account {
    let account = Account::new();
    let input = json!({"name": "mz-dev-api-gateway", "protocolType": "HTTP"});
    let api = account.by_hand("apigateway", "CreateApi", &input);
    account.by_hand("apigateway", "CreateRoute", &json!({"apiId": api["apiId"], "routeKey": "GET /older"}));
    account
}

#[tokio::test(start_paused = true)]
async fn parts_of_a_foreign_api_are_not_pruned() {
    let account = foreign_api();
    let plan = account.plan_as(&reference(&account), Mode::Prune).await;
    let refused: Vec<_> = plan.refusals.iter().map(|refused| refused.id.to_string()).collect();
    assert_eq!(refused, [API]);
    assert_eq!(plan.count(Action::Delete), 0, "{plan:#?}");
    let left: Vec<_> = plan.left_alone.iter().map(|left| left.id.to_string()).collect();
    assert_eq!(left, ["apigatewayv2/route GET /older"]);
}
