//! The way of a request through an API.

use std::collections::BTreeSet;

use super::{api::Api, vpc_link};
use crate::{watch::Request, world::World};

/// The way of a request: API, key of the route, name and interfaces of the VPC link, and URI of the integration.
pub(crate) struct Lead {
    pub(crate) api: String,
    pub(crate) key: String,
    pub(crate) link: String,
    pub(crate) interfaces: Vec<String>,
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

/// Returns the present way of a request to an API, or the reason why it has none.
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
