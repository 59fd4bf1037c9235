//! Authorizers of an API.
//!
//! A JWT authorizer has one identity source, an HTTPS issuer and an audience. Lambda authorizers have the
//! type REQUEST; only their form is checked. A creation and an update fetch the discovery document of the issuer
//! and refuse an issuer without one, which AWS does not document. No request is ever authorized, so the keys of
//! the issuer are not read. An authorizer with routes cannot be deleted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    api::{self, Api},
    constraint::{quota, required},
    listing::{self, ListInput},
    merge, merge_text,
    part::{self, Part},
    render,
};
use crate::{refusal::Refusal, web, world::World};

/// The quota of authorizers in an API.
const PER_API: usize = 10;

/// An authorizer in the form of AWS's answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "AWS's names, as on the wire")]
pub(super) struct Authorizer {
    authorizer_id: String,
    /// `JWT` or `REQUEST`.
    pub(super) authorizer_type: String,
    name: String,
    /// The parts of a request that have the token.
    identity_source: Vec<String>,
    /// The issuer and the audience. `None` for a Lambda authorizer.
    #[serde(skip_serializing_if = "Option::is_none")]
    jwt_configuration: Option<JwtConfiguration>,
    /// The URI of the Lambda function. `None` for a JWT authorizer.
    #[serde(skip_serializing_if = "Option::is_none")]
    authorizer_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorizer_payload_format_version: Option<String>,
    /// The time in seconds for which the function's answer is cached.
    #[serde(skip_serializing_if = "Option::is_none")]
    authorizer_result_ttl_in_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enable_simple_responses: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorizer_credentials_arn: Option<String>,
}

/// The configuration of JWT on the wire and in the account. An update can name one member only.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct JwtConfiguration {
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
}

/// The input of a creation and of an update. `None` keeps a member.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AuthorizerInput {
    #[serde(default)]
    api_id: String,
    #[serde(default)]
    authorizer_id: String,
    authorizer_type: Option<String>,
    name: Option<String>,
    identity_source: Option<Vec<String>>,
    jwt_configuration: Option<JwtConfiguration>,
    authorizer_uri: Option<String>,
    authorizer_payload_format_version: Option<String>,
    authorizer_result_ttl_in_seconds: Option<i64>,
    enable_simple_responses: Option<bool>,
    authorizer_credentials_arn: Option<String>,
}

impl Authorizer {
    /// Changes the members of the request and keeps the others.
    fn merge(&mut self, input: AuthorizerInput) {
        merge(&mut self.authorizer_type, input.authorizer_type);
        merge(&mut self.name, input.name);
        merge(&mut self.identity_source, input.identity_source);
        if let Some(new) = input.jwt_configuration {
            let configuration = self.jwt_configuration.get_or_insert_default();
            configuration.audience = new.audience.or(configuration.audience.take());
            configuration.issuer = new.issuer.or(configuration.issuer.take());
        }
        merge_text(&mut self.authorizer_uri, input.authorizer_uri);
        merge_text(&mut self.authorizer_payload_format_version, input.authorizer_payload_format_version);
        merge_text(&mut self.authorizer_credentials_arn, input.authorizer_credentials_arn);
        self.authorizer_result_ttl_in_seconds =
            input.authorizer_result_ttl_in_seconds.or(self.authorizer_result_ttl_in_seconds);
        self.enable_simple_responses = input.enable_simple_responses.or(self.enable_simple_responses);
    }
}

impl Part for Authorizer {
    const NOUN: &'static str = "Authorizer";

    fn id(&self) -> &str {
        &self.authorizer_id
    }

    fn all(api: &Api) -> &BTreeMap<String, Self> {
        &api.authorizers
    }

    fn all_mut(api: &mut Api) -> &mut BTreeMap<String, Self> {
        &mut api.authorizers
    }
}

/// Carries out `CreateAuthorizer`.
///
/// # Errors
///
/// Refuses unknown APIs, more than 10 authorizers, and an issuer without a discovery document.
pub(super) fn create(world: &mut World, mut input: AuthorizerInput) -> Result<Value, Refusal> {
    let api_id = input.api_id.clone();
    let count = api::find(world, &api_id)?.authorizers.len();
    let authorizer_type = required(input.authorizer_type.take(), "AuthorizerType")?;
    let name = required(input.name.take(), "Name")?;
    quota(count, PER_API, "authorizers for this API")?;
    check_issuer(world, &input)?;

    let mut authorizer = Authorizer {
        authorizer_id: world.new_alphanumeric(6),
        authorizer_type,
        name,
        identity_source: Vec::new(),
        jwt_configuration: None,
        authorizer_uri: None,
        authorizer_payload_format_version: None,
        authorizer_result_ttl_in_seconds: None,
        enable_simple_responses: None,
        authorizer_credentials_arn: None,
    };
    authorizer.merge(input);
    part::store(world, &api_id, authorizer)
}

/// Refuses an issuer whose discovery document API Gateway cannot fetch.
fn check_issuer(world: &World, input: &AuthorizerInput) -> Result<(), Refusal> {
    let issuer = input.jwt_configuration.as_ref().and_then(|configuration| configuration.issuer.as_ref());
    issuer.map_or(Ok(()), |issuer| web::discover(world, issuer))
}

/// The input of calls that name an authorizer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IdInput {
    #[serde(default)]
    api_id: String,
    #[serde(default)]
    authorizer_id: String,
}

/// Carries out `GetAuthorizer`.
pub(super) fn get(world: &World, input: &IdInput) -> Result<Value, Refusal> {
    Ok(render(part::find::<Authorizer>(world, &input.api_id, &input.authorizer_id)?))
}

/// Carries out `GetAuthorizers`, in the order of the ids.
pub(super) fn list(world: &World, input: &ListInput) -> Result<Value, Refusal> {
    listing::page(&api::find(world, &input.api_id)?.authorizers, input)
}

/// Carries out `UpdateAuthorizer`. It changes the members of the request and keeps the others.
///
/// # Errors
///
/// Refuses unknown authorizers, and an issuer without a discovery document.
pub(super) fn update(world: &mut World, input: AuthorizerInput) -> Result<Value, Refusal> {
    let (api_id, id) = (input.api_id.clone(), input.authorizer_id.clone());
    part::find::<Authorizer>(world, &api_id, &id)?;
    check_issuer(world, &input)?;
    part::update(world, (&api_id, &id), |_, authorizer: &mut Authorizer| {
        authorizer.merge(input);
        Ok(())
    })
}

/// Carries out `DeleteAuthorizer`.
///
/// # Errors
///
/// Refuses an authorizer of routes with `ConflictException`, and names the routes.
pub(super) fn delete(world: &mut World, input: &IdInput) -> Result<Value, Refusal> {
    part::delete::<Authorizer>(world, (&input.api_id, &input.authorizer_id), |route| {
        route.authorizer_id.as_deref()
    })
}
