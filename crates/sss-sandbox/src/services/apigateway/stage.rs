//! Stages of an API.
//!
//! A stage with automatic deployment gets a new deployment with each change of its API. The deployment fails,
//! as a message of the stage, while the API has no routes. Callers cannot set the deployment of such a stage
//! (ACK, apigatewayv2-controller#15). A stage without automatic deployment gets a deployment only by the id of an
//! automatic one, because manual deployments are left out.
//!
//! The format of access logs must have a request id, and their log group must exist. Permissions for log
//! delivery and the size of resource policies are not simulated. Settings of a single route need a route with
//! that key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    api, check_updated,
    constraint::{bad_request, conflict, not_found, quota, required},
    date, deployment,
    listing::{self, ListInput},
    merge, merge_text, render,
    route_settings::{RouteSettings, RouteSettingsInput},
    tag,
};
use crate::{refusal::Refusal, services::logs, tags::Tags, world::World};

/// The quota of stages in an API.
const PER_API: usize = 10;

/// A stage in the form of AWS's answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "AWS's names, as on the wire")]
pub(super) struct Stage {
    stage_name: String,
    auto_deploy: bool,
    /// The last deployment. `None` if no deployment has succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) deployment_id: Option<String>,
    /// AWS's words about the last attempt to deploy. `None` before the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_deployment_status_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// The destination and the format of access logs. `None` if the stage has no access logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    access_log_settings: Option<AccessLogSettings>,
    /// The settings of routes without settings of their own.
    default_route_settings: RouteSettings,
    /// Settings by route key.
    route_settings: BTreeMap<String, RouteSettings>,
    pub(super) stage_variables: BTreeMap<String, String>,
    created_date: String,
    last_updated_date: String,
    pub(super) tags: Tags,
}

/// Access logs on the wire and in the account. An empty text in an update removes the member.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccessLogSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    destination_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<String>,
}

/// The input of a creation and of an update. `None` keeps a member.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StageInput {
    #[serde(default)]
    api_id: String,
    stage_name: Option<String>,
    auto_deploy: Option<bool>,
    deployment_id: Option<String>,
    description: Option<String>,
    access_log_settings: Option<AccessLogSettings>,
    default_route_settings: Option<RouteSettingsInput>,
    route_settings: Option<BTreeMap<String, RouteSettingsInput>>,
    stage_variables: Option<BTreeMap<String, String>>,
    tags: Option<Tags>,
}

impl Stage {
    /// Changes the members of the request and checks the result.
    ///
    /// A variable with an empty value disappears; variables that the request does not name stay.
    ///
    /// # Errors
    ///
    /// Refuses a deployment id, access logs without a format or an existing group, execution logs, and
    /// settings of an unknown route.
    fn merge(&mut self, world: &World, input: StageInput) -> Result<(), Refusal> {
        merge(&mut self.auto_deploy, input.auto_deploy);
        if let Some(id) = input.deployment_id {
            if self.auto_deploy {
                return Err(bad_request("Deployment ID cannot be set on stages with auto-deploy enabled"));
            }
            deployment::find(api::find(world, &input.api_id)?, &id)?;
            self.deployment_id = Some(id);
        }
        merge_text(&mut self.description, input.description);
        self.stage_variables.extend(input.stage_variables.unwrap_or_default());
        self.stage_variables.retain(|_, value| !value.is_empty());
        if let Some(new) = input.access_log_settings {
            let settings = self.access_log_settings.get_or_insert_default();
            merge_text(&mut settings.destination_arn, new.destination_arn);
            merge_text(&mut settings.format, new.format);
            settings.check(world)?;
        }
        if let Some(new) = input.default_route_settings {
            self.default_route_settings.merge(&new)?;
        }

        let routes = &api::find(world, &input.api_id)?.routes;
        for (key, new) in input.route_settings.unwrap_or_default() {
            if key != "$default" && !routes.values().any(|route| route.route_key == key) {
                return Err(not_found(format!(
                    "Unable to find Route by key {key} within the provided RouteSettings"
                )));
            }
            self.route_settings.entry(key).or_default().merge(&new)?;
        }
        Ok(())
    }
}

impl AccessLogSettings {
    /// Refuses access logs that AWS cannot deliver.
    fn check(&self, world: &World) -> Result<(), Refusal> {
        required(self.format.as_ref(), "Access log format")?;
        let arn = self.destination_arn.as_deref().unwrap_or_default();
        let group = arn.strip_prefix(&world.arn("logs", "log-group:"));
        let group = group.map(|name| name.strip_suffix(":*").unwrap_or(name));
        if group.is_some_and(|name| logs::has_group(world, name)) {
            return Ok(());
        }
        let message = format!("Invalid ARN specified in the request. The log group does not exist: {arn}");
        Err(bad_request(message))
    }
}

/// Deploys a changed API to its stages with automatic deployment.
///
/// An API without routes cannot be deployed; its stages keep their last deployment and get a message.
pub(super) fn deploy(world: &mut World, api_id: &str) {
    let id = world.new_alphanumeric(6);
    let now = date(world.now);
    let Some(api) = world.apigateway.apis.get_mut(api_id) else {
        return;
    };

    let message = if api.routes.is_empty() {
        "Deployment attempt failed: Unable to deploy API because no routes exist in this API".to_owned()
    } else {
        format!("Successfully deployed stage with deployment ID '{id}'")
    };
    let has_auto_deploy = api.stages.values().any(|stage| stage.auto_deploy);
    if has_auto_deploy && !api.routes.is_empty() {
        deployment::add(api, &id, &now);
    }
    for stage in api.stages.values_mut().filter(|stage| stage.auto_deploy) {
        if !api.routes.is_empty() {
            stage.deployment_id = Some(id.clone());
        }
        stage.last_deployment_status_message = Some(message.clone());
        stage.last_updated_date.clone_from(&now);
    }
}

/// Carries out `CreateStage`.
///
/// # Errors
///
/// Refuses unknown APIs, a taken name, more than 10 stages, and members that do not fit.
pub(super) fn create(world: &mut World, mut input: StageInput) -> Result<Value, Refusal> {
    let id = input.api_id.clone();
    let stages = &api::find(world, &id)?.stages;
    let name = required(input.stage_name.take(), "StageName")?;
    if stages.contains_key(&name) {
        return Err(conflict("Stage already exists"));
    }
    quota(stages.len(), PER_API, "stages for this API")?;

    let mut stage = Stage {
        stage_name: name.clone(),
        auto_deploy: false,
        deployment_id: None,
        last_deployment_status_message: None,
        description: None,
        access_log_settings: None,
        default_route_settings: RouteSettings::default(),
        route_settings: BTreeMap::new(),
        stage_variables: BTreeMap::new(),
        created_date: date(world.now),
        last_updated_date: date(world.now),
        tags: tag::checked(input.tags.take().unwrap_or_default())?,
    };
    stage.merge(world, input)?;
    store(world, &id, stage)
}

/// Stores a stage, deploys its API and returns the stage.
fn store(world: &mut World, api_id: &str, stage: Stage) -> Result<Value, Refusal> {
    let name = stage.stage_name.clone();
    api::find_mut(world, api_id)?.stages.insert(name.clone(), stage);
    deploy(world, api_id);
    Ok(render(&api::find(world, api_id)?.stages[&name]))
}

/// The input of calls that name a stage.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NameInput {
    #[serde(default)]
    api_id: String,
    #[serde(default)]
    stage_name: String,
    #[serde(default)]
    route_key: String,
}

/// Returns a stage of an API by its name.
fn find<'a>(world: &'a World, api_id: &str, name: &str) -> Result<&'a Stage, Refusal> {
    let stages = &api::find(world, api_id)?.stages;
    stages.get(name).ok_or_else(|| not_found(format!("Invalid stage identifier specified: {name}")))
}

/// Carries out `GetStage`.
pub(super) fn get(world: &World, input: &NameInput) -> Result<Value, Refusal> {
    Ok(render(find(world, &input.api_id, &input.stage_name)?))
}

/// Carries out `GetStages`, in the order of the names.
pub(super) fn list(world: &World, input: &ListInput) -> Result<Value, Refusal> {
    listing::page(&api::find(world, &input.api_id)?.stages, input)
}

/// Carries out `UpdateStage`. It changes the members of the request and keeps the others.
pub(super) fn update(world: &mut World, input: StageInput) -> Result<Value, Refusal> {
    let id = input.api_id.clone();
    let mut stage = find(world, &id, input.stage_name.as_deref().unwrap_or_default())?.clone();
    stage.merge(world, input)?;
    check_updated("CreateStage", &id, &stage)?;
    stage.last_updated_date = date(world.now);
    store(world, &id, stage)
}

/// Carries out `DeleteStage`.
pub(super) fn delete(world: &mut World, input: &NameInput) -> Result<Value, Refusal> {
    find(world, &input.api_id, &input.stage_name)?;
    api::find_mut(world, &input.api_id)?.stages.remove(&input.stage_name);
    Ok(json!({}))
}

/// Carries out `DeleteAccessLogSettings`. It succeeds on a stage without access logs.
pub(super) fn delete_access_logs(world: &mut World, input: &NameInput) -> Result<Value, Refusal> {
    let mut stage = find(world, &input.api_id, &input.stage_name)?.clone();
    stage.access_log_settings = None;
    store(world, &input.api_id, stage)?;
    Ok(json!({}))
}

/// Carries out `DeleteRouteSettings`.
///
/// # Errors
///
/// Refuses a stage without settings of the route.
pub(super) fn delete_route_settings(world: &mut World, input: &NameInput) -> Result<Value, Refusal> {
    let mut stage = find(world, &input.api_id, &input.stage_name)?.clone();
    if stage.route_settings.remove(&input.route_key).is_none() {
        return Err(not_found(format!("Unable to find Route by key {}", input.route_key)));
    }
    store(world, &input.api_id, stage)?;
    Ok(json!({}))
}
