//! The way of a request through an API.
//!
//! A watch follows each request from the route with the best fit to the integration and the VPC link, and
//! then on to Cloud Map or a listener and to the tasks. This module has the part inside API Gateway. The names of path
//! variables make no difference.

use std::collections::{BTreeMap, BTreeSet};

use super::{api::Api, integration::Integration, vpc_link};
use crate::{services::elb::Arriving, watch::Request, world::World};

/// The stage whose name is not part of paths.
const DEFAULT_STAGE: &str = "$default";

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
    /// The URI of the integration: the ARN of a Cloud Map service or of a listener.
    pub(crate) integration: String,
    /// The request as the integration sends it.
    pub(crate) request: Arriving,
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
    let (link, uri, integration) = through(api, key)?;
    let (link, interfaces) =
        vpc_link::open(world, link).map_err(|why| format!("{key} goes through VPC link {link}, {why}"))?;
    Ok(Lead {
        api: api.settings.name.clone(),
        key: key.to_owned(),
        link,
        interfaces,
        integration: uri.to_owned(),
        request: arriving(api, (key, integration), request),
    })
}

/// Returns a request as an integration sends it.
///
/// The path has the name of the stage, unless it is the default stage or the integration sets the path. Headers that
/// depend on the request of the client are left out.
fn arriving(api: &Api, (key, integration): (&str, &Integration), request: &Request) -> Arriving {
    let parameters = &integration.request_parameters;
    let stage = api.stages.keys().find(|name| *name == DEFAULT_STAGE).or_else(|| api.stages.keys().next());
    let prefix =
        stage.filter(|name| *name != DEFAULT_STAGE).map(|name| format!("/{name}")).unwrap_or_default();
    let path = match parameters.get("overwrite:path").map(String::as_str) {
        None => format!("{prefix}{}", request.path()),
        Some(path) => mapped(path, key, request),
    };

    let fixed = parameters.iter().filter(|(_, value)| !value.starts_with('$'));
    let headers: BTreeMap<String, String> = fixed
        .filter_map(|(key, value)| {
            let name =
                key.strip_prefix("overwrite:header.").or_else(|| key.strip_prefix("append:header."))?;
            Some((name.to_lowercase(), value.clone()))
        })
        .collect();
    let method = integration.integration_method.as_deref().filter(|method| *method != "ANY");
    Arriving {
        method: method.unwrap_or(request.method()).to_owned(),
        path,
        host: headers.get("host").cloned().or_else(|| integration.server_name().map(str::to_owned)),
        headers,
        is_secure: integration.server_name().is_some(),
    }
}

/// Returns the path of a mapping, with the values that a request has for the variables of its route.
fn mapped(path: &str, key: &str, request: &Request) -> String {
    let full = request.path();
    let pattern = key.split_once(' ').map_or("", |(_, pattern)| pattern);
    let mut given = full.split('/');
    let mut values = BTreeMap::new();
    for segment in pattern.split('/') {
        let name = segment.strip_prefix('{').map(|name| name.trim_end_matches('}'));
        if let Some(greedy) = name.and_then(|name| name.strip_suffix('+')) {
            values.insert(greedy, given.by_ref().collect::<Vec<_>>().join("/"));
        } else if let (Some(value), Some(name)) = (given.next(), name) {
            values.insert(name, value.to_owned());
        }
    }

    let segments = path.split('/').map(|segment| match segment.strip_prefix("$request.path") {
        Some("") => full.clone(),
        Some(name) => values.get(name.trim_start_matches('.')).cloned().unwrap_or_default(),
        None => segment.to_owned(),
    });
    segments.collect::<Vec<_>>().join("/")
}

/// Returns the id of a route's VPC link, the URI of its integration, and the integration.
fn through<'a>(api: &'a Api, key: &str) -> Result<(&'a str, &'a str, &'a Integration), String> {
    let route = api.routes.values().find(|route| route.route_key == key);
    let id = route.and_then(|route| route.integration_id());
    let integration = id.and_then(|id| api.integrations.get(id));
    let way = integration.and_then(|found| Some((found.connection_id.as_deref()?, found.uri()?, found)));
    way.ok_or_else(|| format!("{key} has no integration with a VPC link"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mapped_path_has_the_values_of_the_route() {
        let request = Request::of_route("GET /shop/7/b/c").remove(0);
        for (path, sent) in [
            ("$request.path", "/shop/7/b/c"),
            ("/$request.path.rest", "/b/c"),
            ("/v2/$request.path.id/x", "/v2/7/x"),
            ("/fixed", "/fixed"),
        ] {
            assert_eq!(mapped(path, "GET /shop/{id}/{rest+}", &request), sent);
        }
    }
}
