//! Authorizers of an API.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    api,
    constraint::{bad_request, conflict, not_found, quota, required, text},
    listing::{self, ListInput},
    merge, merge_text, render, stage,
};
use crate::{refusal::Refusal, world::World};

const PER_API: usize = 10;
const AUDIENCES: usize = 50;

/// An authorizer as it is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "AWS's names, as on the wire")]
pub(super) struct Authorizer {
    authorizer_id: String,
    pub(super) authorizer_type: String,
    name: String,
    identity_source: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwt_configuration: Option<JwtConfiguration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorizer_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorizer_payload_format_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorizer_result_ttl_in_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enable_simple_responses: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorizer_credentials_arn: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct JwtConfiguration {
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
}

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
    fn merge(&mut self, input: AuthorizerInput) -> Result<(), Refusal> {
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
        text(&self.name, "Name", 128)?;
        match self.authorizer_type.as_str() {
            "JWT" => self.check_jwt(),
            "REQUEST" => self.check_request(),
            other => Err(bad_request(format!("Invalid authorizer type: {other}"))),
        }
    }

    fn check_jwt(&self) -> Result<(), Refusal> {
        let configuration = required(self.jwt_configuration.as_ref(), "JwtConfiguration")?;
        let issuer = configuration.issuer.as_deref().unwrap_or_default();
        let host =
            issuer.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
        if host.is_empty() || issuer.len() > 2048 || issuer.contains(char::is_whitespace) {
            return Err(bad_request("Issuer is not a valid URL for JWT Authorizer"));
        }
        let audiences = configuration.audience.as_ref().map_or(0, Vec::len);
        if !(1..=AUDIENCES).contains(&audiences) {
            let message = format!("A JWT Authorizer requires 1 to {AUDIENCES} audiences");
            return Err(bad_request(message));
        }
        match self.identity_source.as_slice() {
            [source] if is_source(source, &["$request.header.", "$request.querystring."]) => Ok(()),
            [_] => Err(bad_request("Identity source for JWT Authorizer is not a valid selection expression")),
            _ => Err(bad_request("A JWT Authorizer requires exactly one identity source")),
        }
    }

    fn check_request(&self) -> Result<(), Refusal> {
        required(self.authorizer_uri.as_ref(), "AuthorizerUri")?;
        let version =
            required(self.authorizer_payload_format_version.as_deref(), "AuthorizerPayloadFormatVersion")?;
        if !["1.0", "2.0"].contains(&version) {
            return Err(bad_request(format!("Invalid AuthorizerPayloadFormatVersion: {version}")));
        }
        if self.enable_simple_responses == Some(true) && version != "2.0" {
            return Err(bad_request("Simple responses require AuthorizerPayloadFormatVersion 2.0"));
        }
        let ttl = self.authorizer_result_ttl_in_seconds.unwrap_or(0);
        if !(0..=3600).contains(&ttl) || (ttl > 0 && self.identity_source.is_empty()) {
            return Err(bad_request("Invalid AuthorizerResultTtlInSeconds"));
        }
        let prefixes = ["$request.header.", "$request.querystring.", "$context.", "$stageVariables."];
        match self.identity_source.iter().find(|source| !is_source(source, &prefixes)) {
            Some(source) => Err(bad_request(format!("Invalid identity source: {source}"))),
            None => Ok(()),
        }
    }
}

fn is_source(source: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| source.strip_prefix(prefix).is_some_and(|name| !name.is_empty()))
}

pub(super) fn create(world: &mut World, mut input: AuthorizerInput) -> Result<Value, Refusal> {
    let api_id = input.api_id.clone();
    let count = api::find(world, &api_id)?.authorizers.len();
    let authorizer_type = required(input.authorizer_type.take(), "AuthorizerType")?;
    let name = required(input.name.take(), "Name")?;
    quota(count, PER_API, "authorizers for this API")?;
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
    authorizer.merge(input)?;
    store(world, &api_id, authorizer)
}

fn store(world: &mut World, api_id: &str, authorizer: Authorizer) -> Result<Value, Refusal> {
    let answer = render(&authorizer);
    let authorizers = &mut api::find_mut(world, api_id)?.authorizers;
    authorizers.insert(authorizer.authorizer_id.clone(), authorizer);
    stage::deploy(world, api_id);
    Ok(answer)
}

/// The input of the calls that name an authorizer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IdInput {
    #[serde(default)]
    api_id: String,
    #[serde(default)]
    authorizer_id: String,
}

fn find<'a>(world: &'a World, api_id: &str, id: &str) -> Result<&'a Authorizer, Refusal> {
    let authorizers = &api::find(world, api_id)?.authorizers;
    authorizers.get(id).ok_or_else(|| not_found(format!("Unable to find Authorizer by id {id}")))
}

pub(super) fn get(world: &World, input: &IdInput) -> Result<Value, Refusal> {
    Ok(render(find(world, &input.api_id, &input.authorizer_id)?))
}

pub(super) fn list(world: &World, input: &ListInput) -> Result<Value, Refusal> {
    listing::page(&api::find(world, &input.api_id)?.authorizers, input)
}

pub(super) fn update(world: &mut World, input: AuthorizerInput) -> Result<Value, Refusal> {
    let api_id = input.api_id.clone();
    let mut authorizer = find(world, &api_id, &input.authorizer_id)?.clone();
    authorizer.merge(input)?;
    store(world, &api_id, authorizer)
}

pub(super) fn delete(world: &mut World, input: &IdInput) -> Result<Value, Refusal> {
    find(world, &input.api_id, &input.authorizer_id)?;
    let api = api::find_mut(world, &input.api_id)?;
    let on_it =
        api.routes.iter().filter(|(_, route)| route.authorizer_id.as_deref() == Some(&input.authorizer_id));
    let routes: Vec<&str> = on_it.map(|(id, _)| id.as_str()).collect();
    if !routes.is_empty() {
        return Err(conflict(format!(
            "Cannot delete Authorizer because it is referenced by the following Routes with Ids: [{}]",
            routes.join(", ")
        )));
    }
    api.authorizers.remove(&input.authorizer_id);
    Ok(json!({}))
}
