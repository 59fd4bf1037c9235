//! API Gateway v2 (`apigateway`): HTTP APIs and VPC links.
//!
//! # Terms
//!
//! - An *API* has routes, integrations, authorizers and stages, which its deletion removes.
//! - A *route* has a key, `METHOD /path` or `$default`. Its *target* is an integration.
//! - An *integration* says where the requests of its routes go. A *private* one goes through a VPC link.
//! - A *stage* is a deployed state of the API under its own name. With automatic deployment it follows each
//!   change.
//! - A *VPC link* is a set of network interfaces in a VPC, which the APIs of a region share.
//!
//! # How the parts work together
//!
//! Each kind has a module with its operations, and keeps its objects in the form of AWS's answers. An update
//! merges the request into a copy of the object; the rules of the creation judge the result before it is
//! stored. Each creation and update, and the deletion of a route, deploy the API to its stages with automatic
//! deployment.
//!
//! `reach` follows a request through routes, integrations and VPC links for a watch; the APIs serve no
//! requests. `listing` has the pages, `path` the paths of the protocol, and `constraint` the refusals that
//! all modules share.
//!
//! # Behaviour of AWS
//!
//! - Two calls that write to one API at the same time: AWS refuses the later one with `ConflictException`
//!   (tfp#18018, tfp#40575; `tfp` is hashicorp/terraform-provider-aws). That it never refuses a read is an
//!   assumption.
//! - An update changes the members that it names. An empty text removes a member (cdkd, fixture
//!   `apigatewayv2-update-removal`).
//! - A VPC link takes 150 s to become AVAILABLE and 120 s to disappear. These times are assumptions within
//!   the range that threads report.
//!
//! # Left out
//!
//! `WebSocket` APIs, quick create, import and export, manual deployments, models, request
//! validation and mutual TLS.

mod access;
mod api;
mod authorizer;
mod constraint;
mod cors;
mod deployment;
mod domain;
mod integration;
mod listing;
mod part;
mod path;
mod reach;
mod route;
mod route_settings;
mod stage;
mod tag;
#[cfg(test)]
#[expect(clippy::needless_pass_by_value, reason = "inputs are written out where they are used")]
mod tests;
mod vpc_link;

use std::collections::{BTreeMap, BTreeSet};

use aws_smithy_types::{DateTime, date_time::Format};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::{api::Api, vpc_link::VpcLink};
use crate::{
    gate::{self, Form, Maps},
    input::parse,
    quota::{Calls, Quota},
    refusal::Refusal,
    service::{AwsService, Scope, Tagged, Trouble, Troubles},
    token::Tokens,
    wire::{Protocol, Rest},
    world::World,
    writer::OneWriter,
};

pub(crate) use self::{
    reach::{Lead, api_ids, lead, routes},
    vpc_link::{allow_no_links_in, fail_next},
};

/// The facts about this service.
pub(crate) static SERVICE: AwsService = AwsService {
    name: "apigateway",
    cli_name: "apigatewayv2",
    protocol: Protocol::Rest(Rest { root: "/v2/", paths: path::PATHS, lists: &["tagKeys"] }),
    form: Form::LowerCase(MAPS),
    scope: Scope::Region,
    quotas: QUOTAS,
    troubles: Troubles {
        throttled: Trouble { status: 429, code: "TooManyRequestsException", message: "Too Many Requests" },
        failed: Trouble::failed(500, "InternalServerErrorException"),
        denied: Trouble::denied(403, "AccessDeniedException"),
    },
    access: access::ACCESS,
    one_writer: Some(OneWriter { member: "apiId", refusal: concurrent_modification }),
    tokens: Some(TOKENS),
    operate: call,
    tagged: Some(Tagged { objects: tag::objects, tags: tag::tags_of_arn }),
    furnish: None,
    conceal: Some(conceal),
};

/// The tokens of this service's listings.
const TOKENS: &Tokens = &Tokens {
    asked: "nextToken",
    given: &["nextToken"],
    refusal: || constraint::bad_request("Invalid next token specified"),
};

/// Quotas on the calls of this service.
///
/// Source: "Amazon API Gateway quotas", in the developer guide. None of them can be raised.
const QUOTAS: &[Quota] = &[
    Quota::new(Calls::All, 40, 10),
    Quota::slow(Calls::Any(&["CreateVpcLink"]), 1, 15),
    Quota::slow(Calls::Any(&["DeleteVpcLink"]), 1, 30),
    Quota::slow(Calls::Any(&["CreateDomainName"]), 1, 30),
    Quota::slow(Calls::Any(&["UpdateDomainName"]), 1, 30),
    Quota::slow(Calls::Any(&["DeleteDomainName"]), 1, 30),
];

/// The members whose value is a map, in the API's requests, with the number of levels of the map.
///
/// The gate changes the case of member names, and must not change the keys of these maps.
const MAPS: Maps = &[
    ("requestModels", 1),
    ("requestParameters", 1),
    ("requestTemplates", 1),
    ("responseParameters", 2),
    ("routeSettings", 1),
    ("stageVariables", 1),
    ("tags", 1),
];

/// This service's part of the account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// APIs by id.
    apis: BTreeMap<String, Api>,
    /// Custom domain names with their mappings, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    domains: BTreeMap<String, domain::Mapped>,
    /// VPC links by id. A link stays until its deletion is over.
    vpc_links: BTreeMap<String, VpcLink>,
    /// The status message of the next VPC link, which fails. `None` lets it succeed.
    #[serde(default)]
    next_failure: Option<String>,
    /// Whether integrations with a VPC link that is PENDING are refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    refuses_pending_links: bool,
    /// The ids of availability zones without VPC links, beside those in the model's table.
    #[serde(default)]
    zones_without_links: BTreeSet<String>,
}

/// Refuses integrations with a VPC link that is PENDING from now on.
pub(crate) fn refuse_pending_links(world: &mut World) {
    world.apigateway.refuses_pending_links = true;
}

/// A later change of a VPC link or a domain name. It does nothing if the object is in another state by then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// A VPC link has its network interfaces.
    Ready { link: String },
    /// A VPC link had no traffic for too long.
    Idle { link: String },
    /// The deletion of a VPC link is over.
    Gone { link: String },
    /// The update of a domain name is over.
    Updated { domain: String },
}

/// Replaces the variables of stages and the parameters of integrations, which may be secret.
///
/// `conceal` gets the name and the value, and returns the replacement or the value itself.
pub(crate) fn conceal(world: &mut World, conceal: &dyn Fn(&str, &str) -> String) {
    for api in world.apigateway.apis.values_mut() {
        let stages = api.stages.values_mut().map(|stage| &mut stage.stage_variables);
        let integrations = api.integrations.values_mut().flat_map(|integration| {
            std::iter::once(&mut integration.request_parameters)
                .chain(integration.response_parameters.values_mut())
        });
        for (name, value) in stages.chain(integrations).flatten() {
            *value = conceal(name, value);
        }
    }
}

/// Carries out a due event.
pub(crate) fn happen(world: &mut World, event: Event) {
    match event {
        Event::Ready { link } => vpc_link::become_ready(world, &link),
        Event::Idle { link } => vpc_link::become_inactive(world, &link),
        Event::Gone { link } => vpc_link::vanish(world, &link),
        Event::Updated { domain } => domain::become_available(world, &domain),
    }
}

/// Carries out one operation and returns its answer.
///
/// # Errors
///
/// Returns the refusal of a broken rule, the operation's own refusal, or the one for an operation that the
/// sandbox does not have. A refused call changes no object.
pub(crate) fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    pass(operation, input)?;

    match operation {
        "CreateApi" => api::create(world, parse(input)?),
        "GetApi" => api::get(world, &parse(input)?),
        "GetApis" => api::list(world, &parse(input)?),
        "UpdateApi" => api::update(world, parse(input)?),
        "DeleteApi" => api::delete(world, &parse(input)?),
        "DeleteCorsConfiguration" => api::delete_cors(world, &parse(input)?),
        "CreateStage" => stage::create(world, parse(input)?),
        "GetStage" => stage::get(world, &parse(input)?),
        "GetStages" => stage::list(world, &parse(input)?),
        "UpdateStage" => stage::update(world, parse(input)?),
        "DeleteStage" => stage::delete(world, &parse(input)?),
        "DeleteAccessLogSettings" => stage::delete_access_logs(world, &parse(input)?),
        "DeleteRouteSettings" => stage::delete_route_settings(world, &parse(input)?),
        "GetDeployment" => deployment::get(world, &parse(input)?),
        "GetDeployments" => deployment::list(world, &parse(input)?),
        "CreateAuthorizer" => authorizer::create(world, parse(input)?),
        "GetAuthorizer" => authorizer::get(world, &parse(input)?),
        "GetAuthorizers" => authorizer::list(world, &parse(input)?),
        "UpdateAuthorizer" => authorizer::update(world, parse(input)?),
        "DeleteAuthorizer" => authorizer::delete(world, &parse(input)?),
        "CreateIntegration" => integration::create(world, parse(input)?),
        "GetIntegration" => integration::get(world, &parse(input)?),
        "GetIntegrations" => integration::list(world, &parse(input)?),
        "UpdateIntegration" => integration::update(world, parse(input)?),
        "DeleteIntegration" => integration::delete(world, &parse(input)?),
        "CreateRoute" => route::create(world, parse(input)?),
        "GetRoute" => route::get(world, &parse(input)?),
        "GetRoutes" => route::list(world, &parse(input)?),
        "UpdateRoute" => route::update(world, parse(input)?),
        "DeleteRoute" => route::delete(world, &parse(input)?),
        _ => call_outside_apis(world, operation, input),
    }
}

/// Carries out the operations on objects outside of APIs.
fn call_outside_apis(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "CreateVpcLink" => vpc_link::create(world, parse(input)?),
        "GetVpcLink" => vpc_link::get(world, &parse(input)?),
        "GetVpcLinks" => vpc_link::list(world, &parse(input)?),
        "UpdateVpcLink" => vpc_link::update(world, parse(input)?),
        "DeleteVpcLink" => vpc_link::delete(world, &parse(input)?),
        "CreateDomainName" => domain::create(world, parse(input)?),
        "GetDomainName" => domain::get(world, &parse(input)?),
        "GetDomainNames" => domain::list(world, &parse(input)?),
        "UpdateDomainName" => domain::update(world, parse(input)?),
        "DeleteDomainName" => domain::delete(world, &parse(input)?),
        "CreateApiMapping" => domain::map(world, parse(input)?),
        "GetApiMapping" => domain::get_mapping(world, &parse(input)?),
        "GetApiMappings" => domain::list_mappings(world, &parse(input)?),
        "UpdateApiMapping" => domain::remap(world, parse(input)?),
        "DeleteApiMapping" => domain::unmap(world, &parse(input)?),
        "GetTags" => tag::get(world, &parse(input)?),
        "TagResource" => tag::tag(world, parse(input)?),
        "UntagResource" => tag::untag(world, parse(input)?),
        _ => Err(Refusal::new("UnknownOperationException", format!("unknown operation {operation}"))),
    }
}

/// Returns the refusal of a second writer of an API.
fn concurrent_modification() -> Refusal {
    Refusal::with_status(
        409,
        "ConflictException",
        "Unable to complete operation due to concurrent modification. Please try again later.",
    )
}

/// Returns an object in the form of AWS's answers, which is the form in which it is kept.
fn render(object: &impl Serialize) -> Value {
    serde_json::to_value(object).expect("all maps have text for keys")
}

/// Checks an updated object of an API by the rules of its creation.
///
/// # Errors
///
/// Returns the refusal of the first broken rule.
fn check_updated(creation: &str, api_id: &str, object: &impl Serialize) -> Result<(), Refusal> {
    let mut request = render(object);
    request["apiId"] = json!(api_id);
    pass(creation, &request)
}

/// Refuses a request that breaks a rule. Every API here is an HTTP API, which the rules have to know: a request does not
/// name the kind of its API.
fn pass(operation: &str, request: &Value) -> Result<(), Refusal> {
    let api = json!({ "apigatewayv2:CreateApi": { "Name": "api", "ProtocolType": "HTTP" } });
    let referred = if operation == "CreateApi" { json!({}) } else { api };
    gate::pass_beside(&SERVICE, operation, request, referred)
}

/// Returns a date in API Gateway's form, RFC 3339 in seconds.
fn date(milliseconds: u64) -> String {
    let seconds = i64::try_from(milliseconds / 1_000).expect("a thousandth of a u64 fits");
    DateTime::from_secs(seconds).fmt(Format::DateTime).expect("the world's clock is far from the year 10000")
}

/// Sets a text. An empty text removes it, and `None` keeps it.
fn merge_text(current: &mut Option<String>, new: Option<String>) {
    if let Some(new) = new {
        *current = Some(new).filter(|text| !text.is_empty());
    }
}

/// Sets a value. `None` keeps the current one.
fn merge<T>(current: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *current = new;
    }
}
