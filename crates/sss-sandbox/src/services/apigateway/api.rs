//! HTTP APIs.
//!
//! Names are not unique. The id is part of the address, so an API that replaces another one has another
//! address. A deletion removes all parts of the API at once, and AWS does not ask whether they are in use. An API to
//! which a custom domain name leads stays.
//!
//! Quick create (`target`) and `WebSocket` APIs are refused as not implemented.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    authorizer::Authorizer,
    check_updated,
    constraint::{not_found, required},
    cors::{Cors, CorsInput},
    date,
    deployment::Deployments,
    domain,
    integration::Integration,
    listing::{self, ListInput},
    merge, merge_text, render,
    route::Route,
    stage::{self, Stage},
    tag,
};
use crate::{refusal::Refusal, tags::Tags, world::World};

/// The quota of APIs in a region.
const PER_REGION: usize = 600;

/// An API with the objects that its deletion removes, by their ids. Stages have their names as ids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Api {
    pub(super) settings: Settings,
    pub(super) authorizers: BTreeMap<String, Authorizer>,
    pub(super) integrations: BTreeMap<String, Integration>,
    pub(super) routes: BTreeMap<String, Route>,
    pub(super) stages: BTreeMap<String, Stage>,
    #[serde(default)]
    pub(super) deployments: Deployments,
}

/// An API in the form of AWS's answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Settings {
    api_id: String,
    /// The address of the default stage.
    api_endpoint: String,
    pub(super) name: String,
    protocol_type: String,
    route_selection_expression: String,
    api_key_selection_expression: String,
    disable_execute_api_endpoint: bool,
    /// `ipv4`, which is the default, or `dualstack`.
    ip_address_type: String,
    created_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// The cross-origin settings. `None` leaves preflights to the routes.
    #[serde(skip_serializing_if = "Option::is_none")]
    cors_configuration: Option<Cors>,
    pub(super) tags: Tags,
}

/// The input of a creation and of an update. `None` keeps a member.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ApiInput {
    #[serde(default)]
    api_id: String,
    name: Option<String>,
    protocol_type: Option<String>,
    description: Option<String>,
    version: Option<String>,
    route_selection_expression: Option<String>,
    disable_execute_api_endpoint: Option<bool>,
    ip_address_type: Option<String>,
    cors_configuration: Option<CorsInput>,
    target: Option<String>,
    tags: Option<Tags>,
}

impl Settings {
    /// Changes the members of the request and keeps the others. Tags and protocol do not change.
    fn merge(&mut self, input: ApiInput) {
        merge(&mut self.name, input.name);
        merge_text(&mut self.description, input.description);
        merge_text(&mut self.version, input.version);
        merge(&mut self.route_selection_expression, input.route_selection_expression);
        merge(&mut self.disable_execute_api_endpoint, input.disable_execute_api_endpoint);
        merge(&mut self.ip_address_type, input.ip_address_type);
        if let Some(cors) = input.cors_configuration {
            self.cors_configuration.get_or_insert_default().merge(cors);
        }
    }
}

/// Returns an API by its id, or a refusal.
pub(super) fn find<'a>(world: &'a World, id: &str) -> Result<&'a Api, Refusal> {
    world.apigateway.apis.get(id).ok_or_else(|| unknown(world, id))
}

/// Returns an API by its id for a change, or a refusal.
pub(super) fn find_mut<'a>(world: &'a mut World, id: &str) -> Result<&'a mut Api, Refusal> {
    if !world.apigateway.apis.contains_key(id) {
        return Err(unknown(world, id));
    }
    Ok(world.apigateway.apis.get_mut(id).expect("its key was found above"))
}

/// Returns the refusal of an unknown API. AWS names the account in it.
fn unknown(world: &World, id: &str) -> Refusal {
    not_found(format!("Invalid API identifier specified {}:{id}", world.account))
}

/// Carries out `CreateApi`. The new API has no routes and no stages.
///
/// # Errors
///
/// Refuses other protocols than HTTP and quick create with status 501, tags that break a rule, and more than
/// 600 APIs.
pub(super) fn create(world: &mut World, mut input: ApiInput) -> Result<Value, Refusal> {
    let name = required(input.name.take(), "Name")?;
    let protocol = required(input.protocol_type.take(), "ProtocolType")?;
    if protocol != "HTTP" || input.target.is_some() {
        let message = "only HTTP APIs without a quick-create target are simulated";
        return Err(Refusal::with_status(501, "NotImplemented", message));
    }
    let tags = tag::checked(input.tags.take().unwrap_or_default())?;
    super::constraint::quota(world.apigateway.apis.len(), PER_REGION, "APIs")?;

    let id = world.new_alphanumeric(10);
    let mut settings = Settings {
        api_endpoint: format!("https://{id}.{}", world.partition().endpoint("execute-api", &world.region)),
        api_id: id.clone(),
        name,
        protocol_type: protocol,
        route_selection_expression: "$request.method $request.path".to_owned(),
        api_key_selection_expression: "$request.header.x-api-key".to_owned(),
        disable_execute_api_endpoint: false,
        ip_address_type: "ipv4".to_owned(),
        created_date: date(world.now),
        description: None,
        version: None,
        cors_configuration: None,
        tags,
    };

    settings.merge(input);
    let answer = render(&settings);
    let api = Api {
        settings,
        authorizers: BTreeMap::new(),
        integrations: BTreeMap::new(),
        routes: BTreeMap::new(),
        stages: BTreeMap::new(),
        deployments: Deployments::new(),
    };
    world.apigateway.apis.insert(id, api);
    Ok(answer)
}

/// The input of calls that need only the API's id.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IdInput {
    #[serde(default)]
    api_id: String,
}

/// Carries out `GetApi`.
pub(super) fn get(world: &World, input: &IdInput) -> Result<Value, Refusal> {
    Ok(render(&find(world, &input.api_id)?.settings))
}

/// Carries out `GetApis`, in the order of the ids.
pub(super) fn list(world: &World, input: &ListInput) -> Result<Value, Refusal> {
    let apis = &world.apigateway.apis;
    let settings: BTreeMap<String, &Settings> =
        apis.iter().map(|(id, api)| (id.clone(), &api.settings)).collect();
    listing::page(&settings, input)
}

/// Carries out `UpdateApi`. It changes the members of the request and keeps the others.
pub(super) fn update(world: &mut World, input: ApiInput) -> Result<Value, Refusal> {
    let id = input.api_id.clone();
    let mut settings = find(world, &id)?.settings.clone();
    settings.merge(input);
    check_updated("CreateApi", &id, &settings)?;
    let answer = render(&settings);
    find_mut(world, &id)?.settings = settings;
    stage::deploy(world, &id);
    Ok(answer)
}

/// Carries out `DeleteApi`, with all parts of the API.
///
/// # Errors
///
/// Refuses an unknown API, and one to which a domain name leads.
pub(super) fn delete(world: &mut World, input: &IdInput) -> Result<Value, Refusal> {
    find(world, &input.api_id)?;
    domain::check_unmapped(world, &input.api_id)?;
    world.apigateway.apis.remove(&input.api_id);
    Ok(json!({}))
}

/// Carries out `DeleteCorsConfiguration`. It succeeds on an API without cross-origin settings.
pub(super) fn delete_cors(world: &mut World, input: &IdInput) -> Result<Value, Refusal> {
    find_mut(world, &input.api_id)?.settings.cors_configuration = None;
    stage::deploy(world, &input.api_id);
    Ok(json!({}))
}
