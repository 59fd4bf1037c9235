//! Observes the target of each route, again and again.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use crate::account::Account;

/// The time between two observations, which is shorter than the time between any two of the engine's calls.
const EVERY: Duration = Duration::from_millis(50);

/// A time in which a route led to no registered task, although it exists before and after.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Gap {
    /// Its key, without the names of variables.
    pub(super) route: String,
    pub(super) why: String,
    pub(super) lasted: Duration,
}

/// The gaps while `work` runs.
pub(super) async fn watched(account: &Account, work: impl Future<Output = ()>) -> Vec<Gap> {
    let before = routes(account);
    let mut seen: BTreeMap<String, Gap> = BTreeMap::new();
    let look = async {
        loop {
            tokio::time::sleep(EVERY).await;
            let now = routes(account);
            for route in before.keys() {
                let led = now.get(route).cloned().unwrap_or_else(|| Err("there is no route".to_owned()));
                let Err(why) = led else { continue };
                let gap = Gap { route: route.clone(), why, lasted: Duration::ZERO };
                seen.entry(route.clone()).or_insert(gap).lasted += EVERY;
            }
        }
    };
    tokio::select! {
        biased;
        () = work => {}
        () = look => {}
    }
    // A route that is missing at the end was removed on purpose.
    let after = routes(account);
    seen.into_values().filter(|gap| after.contains_key(&gap.route)).collect()
}

/// Returns the routes of the only API, and whether each leads to a registered task.
fn routes(account: &Account) -> BTreeMap<String, Result<(), String>> {
    let list =
        |operation: &str, input: &Value| account.by_hand("apigateway", operation, input)["items"].clone();
    let apis = list("GetApis", &json!({}));
    let Some(api) = apis.get(0) else { return BTreeMap::new() };
    let of_api = json!({"apiId": api["apiId"]});
    let integrations = list("GetIntegrations", &of_api);
    let routes = list("GetRoutes", &of_api);
    let routes = routes.as_array().into_iter().flatten();
    routes.map(|route| (shape(&text(&route["routeKey"])), leads(account, route, &integrations))).collect()
}

fn leads(account: &Account, route: &Value, integrations: &Value) -> Result<(), String> {
    let target = text(&route["target"]);
    let id = target.trim_start_matches("integrations/");
    let mut all = integrations.as_array().into_iter().flatten();
    let integration = all.find(|found| found["integrationId"] == id).ok_or("there is no integration")?;
    let links = account.by_hand("apigateway", "GetVpcLinks", &json!({}))["items"].clone();
    let mut links = links.as_array().into_iter().flatten();
    let is_up = |link: &Value| link["vpcLinkStatus"] == "AVAILABLE";
    if !links.any(|link| link["vpcLinkId"] == integration["connectionId"] && is_up(link)) {
        return Err("there is no VPC link".to_owned());
    }
    let uri = text(&integration["integrationUri"]);
    let registry = uri.rsplit('/').next().unwrap_or_default();
    let input = json!({"ServiceId": registry});
    let found = account.sandbox.request("servicediscovery", "ListInstances", &input);
    let found = found.map_err(|(code, _)| code)?;
    let mut instances = found["Instances"].as_array().into_iter().flatten();
    if instances.any(|instance| runs(account, instance)) { Ok(()) } else { Err("no task".to_owned()) }
}

/// Returns whether an instance belongs to a running task. ECS leaves the instances of some stopped tasks.
fn runs(account: &Account, instance: &Value) -> bool {
    let cluster = &instance["Attributes"]["ECS_CLUSTER_NAME"];
    let input = json!({"cluster": cluster, "tasks": [instance["Id"]]});
    let found = account.sandbox.request("ecs", "DescribeTasks", &input);
    found.is_ok_and(|found| found["tasks"][0]["lastStatus"] == "RUNNING")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Returns a key without the names of variables.
fn shape(key: &str) -> String {
    let segments = key.split('/').map(|segment| match (segment.starts_with('{'), segment.ends_with("+}")) {
        (true, true) => "{+}",
        (true, false) => "{}",
        _ => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}
