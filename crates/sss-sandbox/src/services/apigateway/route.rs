//! Routes of an API.
//!
//! The keys of an API's routes are unique. AWS also refuses two keys that name a variable at the same place
//! differently, such as `GET /a/{x}` beside `GET /a/{y}/b` (plutomi#271). That variables clash across
//! methods, and that an update judges a key as a creation does, are assumptions. Target, authorizer and
//! scopes must exist and fit the type of authorization.
//!
//! Request validation and models are left out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    api::{self, Api},
    constraint::{bad_request, conflict, quota, required},
    listing::{self, ListInput},
    merge, merge_text,
    part::{self, Part},
    render, stage,
};
use crate::{refusal::Refusal, world::World};

/// The quota of routes in an API. AWS raises it on request, and the sandbox does not.
const PER_API: usize = 300;

/// A route in the form of AWS's answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "AWS's names, as on the wire")]
pub(super) struct Route {
    route_id: String,
    /// `METHOD /path` or `$default`.
    pub(super) route_key: String,
    /// `integrations/ID`. A route without a target answers no request.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    /// `NONE`, which is the default, `JWT`, `CUSTOM` or `AWS_IAM`.
    authorization_type: String,
    /// The id of the authorizer. `None` if the type needs none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) authorizer_id: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    authorization_scopes: Vec<String>,
    api_key_required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation_name: Option<String>,
}

/// The input of a creation and of an update. `None` keeps a member.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RouteInput {
    #[serde(default)]
    api_id: String,
    #[serde(default)]
    route_id: String,
    route_key: Option<String>,
    target: Option<String>,
    authorization_type: Option<String>,
    authorizer_id: Option<String>,
    authorization_scopes: Option<Vec<String>>,
    api_key_required: Option<bool>,
    operation_name: Option<String>,
}

impl Route {
    /// Returns the id of the route's integration. `None` without a target.
    pub(super) fn integration_id(&self) -> Option<&str> {
        self.target.as_deref()?.strip_prefix("integrations/")
    }

    /// Changes the members of the request and checks the result against the API.
    ///
    /// A route without authorization loses its authorizer and its scopes.
    fn merge(&mut self, api: &Api, input: RouteInput) -> Result<(), Refusal> {
        merge(&mut self.route_key, input.route_key);
        merge_text(&mut self.target, input.target);
        merge(&mut self.authorization_type, input.authorization_type);
        merge_text(&mut self.authorizer_id, input.authorizer_id);
        merge(&mut self.authorization_scopes, input.authorization_scopes);
        merge(&mut self.api_key_required, input.api_key_required);
        merge_text(&mut self.operation_name, input.operation_name);
        if self.authorization_type == "NONE" {
            self.authorizer_id = None;
            self.authorization_scopes.clear();
        }
        self.check_key(api)?;
        self.check_target(api)?;
        self.check_authorizer(api)
    }

    /// Refuses a key that does not fit beside the others.
    ///
    /// # Errors
    ///
    /// Refuses a key with a slash at its end, one that another route has, and one whose variables clash.
    fn check_key(&self, api: &Api) -> Result<(), Refusal> {
        let key = &self.route_key;
        // AWS does not document this refusal; users report it.
        if key.ends_with('/') && !key.ends_with(" /") {
            return Err(bad_request(format!("The provided route key {key} ends with a slash")));
        }

        for other in api.routes.values().filter(|other| other.route_id != self.route_id) {
            if other.route_key == *key {
                return Err(conflict(format!("Route with key {key} already exists for this API")));
            }
            if clash(key, &other.route_key) {
                return Err(conflict(format!(
                    "The provided route key {key} has a conflicting variable on the same hierarchical level as {}",
                    other.route_key
                )));
            }
        }
        Ok(())
    }

    /// Refuses a target that is an integration which does not exist.
    fn check_target(&self, api: &Api) -> Result<(), Refusal> {
        match self.integration_id() {
            Some(id) if !api.integrations.contains_key(id) => {
                Err(bad_request(format!("Unable to find Integration by id {id}")))
            }
            _ => Ok(()),
        }
    }

    /// Refuses a type of authorization without an authorizer of the matching type.
    fn check_authorizer(&self, api: &Api) -> Result<(), Refusal> {
        let needed = match self.authorization_type.as_str() {
            "JWT" => "JWT",
            "CUSTOM" => "REQUEST",
            _ => return Ok(()),
        };
        let authorizer = self.authorizer_id.as_deref().and_then(|id| api.authorizers.get(id));
        if authorizer.is_some_and(|authorizer| authorizer.authorizer_type == needed) {
            return Ok(());
        }
        Err(bad_request(
            "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or JWT requires \
             a valid authorizer.",
        ))
    }
}

/// Returns whether a segment of a path is a variable, greedy or not.
fn is_variable(segment: &str) -> bool {
    segment.starts_with('{')
}

/// Returns whether a segment of a path is a greedy variable, which takes the rest of the path.
fn is_greedy(segment: &str) -> bool {
    segment.ends_with("+}")
}

/// Returns whether two keys name a variable at the same place differently.
///
/// A greedy variable does not clash with one that takes a single segment.
fn clash(one: &str, other: &str) -> bool {
    let (Some((_, one)), Some((_, other))) = (one.split_once(' '), other.split_once(' ')) else {
        return false;
    };
    let different = one.split('/').zip(other.split('/')).find(|(one, other)| one != other);
    different.is_some_and(|(one, other)| {
        is_variable(one) && is_variable(other) && is_greedy(one) == is_greedy(other)
    })
}

impl Part for Route {
    const NOUN: &'static str = "Route";

    fn id(&self) -> &str {
        &self.route_id
    }

    fn all(api: &Api) -> &BTreeMap<String, Self> {
        &api.routes
    }

    fn all_mut(api: &mut Api) -> &mut BTreeMap<String, Self> {
        &mut api.routes
    }
}

/// Carries out `CreateRoute`.
///
/// # Errors
///
/// Refuses unknown APIs, more than 300 routes, and keys, targets and authorizers that do not fit.
pub(super) fn create(world: &mut World, input: RouteInput) -> Result<Value, Refusal> {
    let api_id = input.api_id.clone();
    api::find(world, &api_id)?;
    let mut route = Route {
        route_id: world.new_alphanumeric(7),
        route_key: required(input.route_key.clone(), "RouteKey")?,
        target: None,
        authorization_type: "NONE".to_owned(),
        authorizer_id: None,
        authorization_scopes: Vec::new(),
        api_key_required: false,
        operation_name: None,
    };

    let api = api::find(world, &api_id)?;
    route.merge(api, input)?;
    quota(api.routes.len(), PER_API, "routes for this API")?;
    part::store(world, &api_id, route)
}

/// The input of calls that name a route.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IdInput {
    #[serde(default)]
    api_id: String,
    #[serde(default)]
    route_id: String,
}

/// Carries out `GetRoute`.
pub(super) fn get(world: &World, input: &IdInput) -> Result<Value, Refusal> {
    Ok(render(part::find::<Route>(world, &input.api_id, &input.route_id)?))
}

/// Carries out `GetRoutes`, in the order of the ids.
pub(super) fn list(world: &World, input: &ListInput) -> Result<Value, Refusal> {
    listing::page(&api::find(world, &input.api_id)?.routes, input)
}

/// Carries out `UpdateRoute`. It changes the members of the request and keeps the others.
pub(super) fn update(world: &mut World, input: RouteInput) -> Result<Value, Refusal> {
    let (api_id, id) = (input.api_id.clone(), input.route_id.clone());
    part::update(world, (&api_id, &id), |world, route: &mut Route| {
        route.merge(api::find(world, &api_id)?, input)
    })
}

/// Carries out `DeleteRoute`, which nothing prevents.
pub(super) fn delete(world: &mut World, input: &IdInput) -> Result<Value, Refusal> {
    part::find::<Route>(world, &input.api_id, &input.route_id)?;
    api::find_mut(world, &input.api_id)?.routes.remove(&input.route_id);
    stage::deploy(world, &input.api_id);
    Ok(json!({}))
}
