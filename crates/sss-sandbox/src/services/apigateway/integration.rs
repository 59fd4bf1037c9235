//! Integrations of an API.
//!
//! The sandbox has `HTTP_PROXY` and `AWS_PROXY` integrations. A private one goes through a VPC link to a Cloud
//! Map service or a listener, and AWS refuses a link that does not exist or is being deleted. A link that is
//! PENDING or FAILED is accepted. Rules of the model check types, methods, URIs and the mapping of
//! parameters.
//!
//! An integration with routes cannot be deleted (sst#5510). Permissions of Lambda functions and endpoints on
//! the internet are not simulated.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    api::{self, Api},
    constraint::{bad_request, quota, required},
    listing::{self, ListInput},
    merge, merge_text,
    part::{self, Part},
    render,
    route::Route,
    vpc_link,
};
use crate::{refusal::Refusal, world::World};

/// The quota of integrations in an API.
const PER_API: usize = 300;

/// An integration in the form of AWS's answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "AWS's names, as on the wire")]
pub(super) struct Integration {
    integration_id: String,
    integration_type: String,
    /// The method of requests to the backend. `None` if the type needs none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) integration_method: Option<String>,
    /// The ARN of the Cloud Map service or the listener, or a URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    integration_uri: Option<String>,
    /// `INTERNET`, which is the default, or `VPC_LINK`.
    connection_type: String,
    /// The id of the VPC link. `None` without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) connection_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credentials_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// The version of the payload, `1.0` by default.
    payload_format_version: String,
    /// The time limit of a request in milliseconds, 30,000 by default.
    timeout_in_millis: i64,
    /// The mapping of request parameters, by `action:location.name`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) request_parameters: BTreeMap<String, String>,
    /// The mapping of response parameters, by status and then by `action:location.name`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) response_parameters: BTreeMap<String, BTreeMap<String, String>>,
    /// The name that the backend's certificate must have. `None` stands for plain HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_config: Option<TlsConfig>,
}

/// The TLS settings on the wire and in the account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TlsConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    server_name_to_verify: Option<String>,
}

/// The input of a creation and of an update. `None` keeps a member.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IntegrationInput {
    #[serde(default)]
    api_id: String,
    #[serde(default)]
    integration_id: String,
    integration_type: Option<String>,
    integration_method: Option<String>,
    integration_uri: Option<String>,
    connection_type: Option<String>,
    connection_id: Option<String>,
    credentials_arn: Option<String>,
    description: Option<String>,
    payload_format_version: Option<String>,
    timeout_in_millis: Option<i64>,
    request_parameters: Option<BTreeMap<String, String>>,
    response_parameters: Option<BTreeMap<String, BTreeMap<String, String>>>,
    tls_config: Option<TlsConfig>,
}

impl Integration {
    /// Returns the URI. `None` if no request has set it.
    pub(super) fn uri(&self) -> Option<&str> {
        self.integration_uri.as_deref()
    }

    /// Returns the name that the certificate of the backend must have. `None` for plain HTTP.
    pub(super) fn server_name(&self) -> Option<&str> {
        self.tls_config.as_ref()?.server_name_to_verify.as_deref()
    }

    /// Changes the members of the request and checks the connection.
    ///
    /// A request parameter with an empty value disappears, except for those that remove a parameter. The
    /// mappings of a status are replaced as a whole, and disappear if they are empty.
    fn merge(&mut self, world: &World, input: IntegrationInput) -> Result<(), Refusal> {
        merge(&mut self.integration_type, input.integration_type);
        merge_text(&mut self.integration_method, input.integration_method);
        merge_text(&mut self.integration_uri, input.integration_uri);
        merge(&mut self.connection_type, input.connection_type);
        merge_text(&mut self.connection_id, input.connection_id);
        merge_text(&mut self.credentials_arn, input.credentials_arn);
        merge_text(&mut self.description, input.description);
        merge(&mut self.payload_format_version, input.payload_format_version);
        merge(&mut self.timeout_in_millis, input.timeout_in_millis);
        if let Some(tls) = input.tls_config {
            self.tls_config = Some(tls).filter(|tls| tls.server_name_to_verify.is_some());
        }

        self.request_parameters.extend(input.request_parameters.unwrap_or_default());
        // The values of mappings that remove a parameter are always empty.
        self.request_parameters.retain(|key, value| key.starts_with("remove:") || !value.is_empty());
        for (status, mappings) in input.response_parameters.unwrap_or_default() {
            self.response_parameters.insert(status, mappings);
        }
        self.response_parameters.retain(|_, mappings| !mappings.is_empty());
        self.check_connection(world)
    }

    /// Refuses a connection that cannot carry requests.
    ///
    /// # Errors
    ///
    /// Refuses a VPC link that AWS does not accept, and TLS settings without a VPC link.
    fn check_connection(&self, world: &World) -> Result<(), Refusal> {
        if self.connection_type == "VPC_LINK" {
            let link = required(self.connection_id.as_deref(), "ConnectionId")?;
            return vpc_link::check_usable(world, link);
        }
        if self.tls_config.is_some() {
            return Err(bad_request("TlsConfig is only supported for private integrations"));
        }
        Ok(())
    }
}

impl Part for Integration {
    const NOUN: &'static str = "Integration";

    fn id(&self) -> &str {
        &self.integration_id
    }

    fn all(api: &Api) -> &BTreeMap<String, Self> {
        &api.integrations
    }

    fn all_mut(api: &mut Api) -> &mut BTreeMap<String, Self> {
        &mut api.integrations
    }
}

/// Carries out `CreateIntegration`.
///
/// # Errors
///
/// Refuses unknown APIs, more than 300 integrations, and connections that cannot carry requests.
pub(super) fn create(world: &mut World, input: IntegrationInput) -> Result<Value, Refusal> {
    let api_id = input.api_id.clone();
    let count = api::find(world, &api_id)?.integrations.len();
    let integration_type = required(input.integration_type.clone(), "IntegrationType")?;
    quota(count, PER_API, "integrations for this API")?;

    let mut integration = Integration {
        integration_id: world.new_alphanumeric(7),
        integration_type,
        integration_method: None,
        integration_uri: None,
        connection_type: "INTERNET".to_owned(),
        connection_id: None,
        credentials_arn: None,
        description: None,
        payload_format_version: "1.0".to_owned(),
        timeout_in_millis: 30_000,
        request_parameters: BTreeMap::new(),
        response_parameters: BTreeMap::new(),
        tls_config: None,
    };
    integration.merge(world, input)?;
    part::store(world, &api_id, integration)
}

/// The input of calls that name an integration.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IdInput {
    #[serde(default)]
    api_id: String,
    #[serde(default)]
    integration_id: String,
}

/// Carries out `GetIntegration`.
pub(super) fn get(world: &World, input: &IdInput) -> Result<Value, Refusal> {
    Ok(render(part::find::<Integration>(world, &input.api_id, &input.integration_id)?))
}

/// Carries out `GetIntegrations`, in the order of the ids.
pub(super) fn list(world: &World, input: &ListInput) -> Result<Value, Refusal> {
    listing::page(&api::find(world, &input.api_id)?.integrations, input)
}

/// Carries out `UpdateIntegration`. It changes the members of the request and keeps the others.
pub(super) fn update(world: &mut World, input: IntegrationInput) -> Result<Value, Refusal> {
    let (api_id, id) = (input.api_id.clone(), input.integration_id.clone());
    part::update(world, (&api_id, &id), |world, integration: &mut Integration| {
        integration.merge(world, input)
    })
}

/// Carries out `DeleteIntegration`.
///
/// # Errors
///
/// Refuses an integration that is the target of routes with `ConflictException`, and names the routes.
pub(super) fn delete(world: &mut World, input: &IdInput) -> Result<Value, Refusal> {
    part::delete::<Integration>(world, (&input.api_id, &input.integration_id), Route::integration_id)
}
