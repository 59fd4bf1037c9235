//! The way of a request through an API.
//!
//! A watch follows each request from the route with the best fit to the integration and the VPC link, and
//! then on to Cloud Map and the tasks. This module has the part inside API Gateway. The names of path
//! variables make no difference.

use std::collections::BTreeSet;

use super::{api::Api, vpc_link};
use crate::{watch::Request, world::World};

/// The way of a request through an API.
pub(crate) struct Lead {
    /// The name of the API.
    pub(crate) api: String,
    /// The key of the route that answers.
    pub(crate) key: String,
    /// The name of the VPC link.
    pub(crate) link: String,
    /// The ids of the link's network interfaces, from which connections come.
    pub(crate) interfaces: Vec<String>,
    /// The URI of the integration, such as the ARN of a Cloud Map service.
    pub(crate) integration: String,
}

/// Returns the ids of all APIs.
pub(crate) fn api_ids(world: &World) -> BTreeSet<String> {
    world.apigateway.apis.keys().cloned().collect()
}

/// Returns all routes: id and name of the API, and key of the route.
pub(crate) fn routes(world: &World) -> Vec<(String, String, String)> {
    let routes = world.apigateway.apis.iter().flat_map(|(id, api)| {
        api.routes.values().map(|route| (id.clone(), api.settings.name.clone(), route.route_key.clone()))
    });
    routes.collect()
}

/// Returns the present way of a request to an API.
///
/// # Errors
///
/// Returns the reason why the request has no way: a deleted API, no stage, no route, no private integration,
/// or a link that is not AVAILABLE.
pub(crate) fn lead(world: &World, api_id: &str, request: &Request) -> Result<Lead, String> {
    let api = world.apigateway.apis.get(api_id).ok_or("the API was deleted")?;
    if api.stages.is_empty() {
        return Err("the API has no stage".to_owned());
    }
    let keys = api.routes.values().map(|route| route.route_key.as_str());
    let key = request.answered_by(keys).ok_or("no route answers the request")?;
    let (link, integration) = through(api, key)?;
    let (link, interfaces) =
        vpc_link::open(world, link).map_err(|why| format!("{key} goes through VPC link {link}, {why}"))?;
    let name = api.settings.name.clone();
    Ok(Lead { api: name, key: key.to_owned(), link, interfaces, integration: integration.to_owned() })
}

/// Returns the id of a route's VPC link and the URI of its integration.
fn through<'a>(api: &'a Api, key: &str) -> Result<(&'a str, &'a str), String> {
    let route = api.routes.values().find(|route| route.route_key == key);
    let id = route.and_then(|route| route.integration_id());
    let integration = id.and_then(|id| api.integrations.get(id));
    let way = integration.and_then(|found| Some((found.connection_id.as_deref()?, found.uri()?)));
    way.ok_or_else(|| format!("{key} has no integration with a VPC link"))
}
