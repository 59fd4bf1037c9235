//! Custom domain names, and their mappings to stages of APIs.
//!
//! A domain name has a certificate of its region, and gets a regional name to which an alias record leads. A
//! mapping sends the requests below a key to a stage. The gate judges both by the model's rules. An update of the
//! certificate or the policy takes the time of [`Delays::domain_updated`](crate::Delays::domain_updated), during which the
//! domain name takes no other update (chalice#1986).
//!
//! Domain names of REST APIs, mutual TLS, ownership certificates and routing rules are left out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Event, api,
    constraint::{bad_request, conflict, not_found, quota, required},
    listing::{self, ListInput},
    merge, pass, render, tag,
};
use crate::{clock::milliseconds, refusal::Refusal, tags::Tags, world::World};

/// The quota of public custom domain names in a region.
const PER_REGION: usize = 120;
/// The quota of mappings of a domain name.
const PER_DOMAIN: usize = 200;

/// A domain name in the form of AWS's answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "AWS's names, as on the wire")]
pub(super) struct DomainName {
    domain_name: String,
    domain_name_arn: String,
    api_mapping_selection_expression: String,
    domain_name_configurations: Vec<Configuration>,
    routing_mode: String,
    pub(super) tags: Tags,
}

/// The only configuration of a domain name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Configuration {
    /// The name to which an alias record leads.
    api_gateway_domain_name: String,
    certificate_arn: String,
    domain_name_status: String,
    endpoint_type: String,
    /// The zone of the regional name, which an alias record names.
    hosted_zone_id: String,
    ip_address_type: String,
    security_policy: String,
}

/// A mapping in the form of AWS's answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "AWS's names, as on the wire")]
pub(super) struct ApiMapping {
    api_mapping_id: String,
    pub(super) api_id: String,
    /// The path in front of that of the API. Empty for the root.
    #[serde(default)]
    api_mapping_key: String,
    stage: String,
}

/// A domain name with its mappings, by id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Mapped {
    pub(super) domain: DomainName,
    pub(super) mappings: BTreeMap<String, ApiMapping>,
}

/// The configuration in a request. `None` keeps a member.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ConfigurationInput {
    certificate_arn: Option<String>,
    endpoint_type: Option<String>,
    ip_address_type: Option<String>,
    security_policy: Option<String>,
}

/// The input of a creation and of an update.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DomainInput {
    domain_name: Option<String>,
    domain_name_configurations: Option<Vec<ConfigurationInput>>,
    routing_mode: Option<String>,
    tags: Option<Tags>,
}

impl Configuration {
    /// Changes the members of the request.
    fn merge(&mut self, input: ConfigurationInput) {
        merge(&mut self.certificate_arn, input.certificate_arn);
        merge(&mut self.endpoint_type, input.endpoint_type);
        merge(&mut self.ip_address_type, input.ip_address_type);
        merge(&mut self.security_policy, input.security_policy);
    }

    /// Refuses a certificate of another region. The gate has judged everything else.
    fn check_region(&self, region: &str) -> Result<(), Refusal> {
        let arn = &self.certificate_arn;
        if arn.split(':').nth(3) == Some(region) {
            return Ok(());
        }
        let message = format!("Invalid certificate ARN: {arn}. Certificate must be in '{region}'.");
        Err(bad_request(message))
    }

    /// Returns whether a change from the other configuration takes API Gateway some time.
    fn takes_time(&self, other: &Self) -> bool {
        self.certificate_arn != other.certificate_arn || self.security_policy != other.security_policy
    }
}

/// Returns a domain name, or the refusal of an unknown one.
fn find<'a>(world: &'a World, name: &str) -> Result<&'a Mapped, Refusal> {
    world.apigateway.domains.get(name).ok_or_else(|| not_found("Invalid domain name identifier specified"))
}

fn find_mut<'a>(world: &'a mut World, name: &str) -> Result<&'a mut Mapped, Refusal> {
    let found = world.apigateway.domains.get_mut(name);
    found.ok_or_else(|| not_found("Invalid domain name identifier specified"))
}

/// Carries out `CreateDomainName`. The certificate is not looked for, because the sandbox has no ACM.
///
/// # Errors
///
/// Refuses a name that exists, a certificate of another region, and more than 120 domain names.
pub(super) fn create(world: &mut World, input: DomainInput) -> Result<Value, Refusal> {
    let name = required(input.domain_name, "DomainName")?;
    if world.apigateway.domains.contains_key(&name) {
        return Err(conflict("The domain name you provided already exists."));
    }
    quota(world.apigateway.domains.len(), PER_REGION, "domain names")?;

    let target = world.new_alphanumeric(10);
    let mut configuration = Configuration {
        api_gateway_domain_name: format!(
            "d-{target}.{}",
            world.partition().endpoint("execute-api", &world.region)
        ),
        certificate_arn: String::new(),
        domain_name_status: AVAILABLE.to_owned(),
        endpoint_type: "REGIONAL".to_owned(),
        hosted_zone_id: ZONE.to_owned(),
        ip_address_type: "ipv4".to_owned(),
        security_policy: "TLS_1_2".to_owned(),
    };
    configuration.merge(only(input.domain_name_configurations)?);
    configuration.check_region(&world.region)?;
    let domain = DomainName {
        domain_name_arn: tag::arn(world, &format!("/domainnames/{name}")),
        domain_name: name.clone(),
        api_mapping_selection_expression: "$request.basepath".to_owned(),
        domain_name_configurations: vec![configuration],
        routing_mode: input.routing_mode.unwrap_or_else(|| "API_MAPPING_ONLY".to_owned()),
        tags: input.tags.unwrap_or_default(),
    };
    let answer = render(&domain);
    world.apigateway.domains.insert(name, Mapped { domain, mappings: BTreeMap::new() });
    Ok(answer)
}

const AVAILABLE: &str = "AVAILABLE";
const UPDATING: &str = "UPDATING";

/// The hosted zone of regional names. AWS has one for each region; here all have that of Tokyo.
const ZONE: &str = "Z1YSHQZHG15GKL";

/// Returns the only configuration of a request.
fn only(configurations: Option<Vec<ConfigurationInput>>) -> Result<ConfigurationInput, Refusal> {
    let mut all = required(configurations, "DomainNameConfigurations")?;
    let first = all.pop().filter(|_| all.is_empty());
    first.ok_or_else(|| bad_request("Exactly one domain name configuration is supported"))
}

/// The input of calls that name a domain name, and perhaps a mapping.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NameInput {
    #[serde(default)]
    domain_name: String,
    #[serde(default)]
    api_mapping_id: String,
}

/// Carries out `GetDomainName`.
pub(super) fn get(world: &World, input: &NameInput) -> Result<Value, Refusal> {
    Ok(render(&find(world, &input.domain_name)?.domain))
}

/// Carries out `GetDomainNames`, in the order of the names.
pub(super) fn list(world: &World, input: &ListInput) -> Result<Value, Refusal> {
    let all = &world.apigateway.domains;
    let all: BTreeMap<String, &DomainName> =
        all.iter().map(|(name, one)| (name.clone(), &one.domain)).collect();
    listing::page(&all, input)
}

/// Carries out `UpdateDomainName`. It changes the members of the configuration that the request names.
///
/// # Errors
///
/// Refuses another update during one, and what a creation refuses.
pub(super) fn update(world: &mut World, input: DomainInput) -> Result<Value, Refusal> {
    let mut changed = find(world, &input.domain_name.unwrap_or_default())?.domain.clone();
    let former = changed.domain_name_configurations[0].clone();
    if former.domain_name_status == UPDATING {
        return Err(conflict("There is already an update in progress"));
    }

    let configuration = &mut changed.domain_name_configurations[0];
    if input.domain_name_configurations.is_some() {
        configuration.merge(only(input.domain_name_configurations)?);
    }
    let is_slow = configuration.takes_time(&former) && !world.delays.domain_updated.is_zero();
    if is_slow {
        UPDATING.clone_into(&mut configuration.domain_name_status);
    }
    merge(&mut changed.routing_mode, input.routing_mode);
    pass("CreateDomainName", &render(&changed))?;
    changed.domain_name_configurations[0].check_region(&world.region)?;

    if is_slow {
        let event = Event::Updated { domain: changed.domain_name.clone() };
        let time = milliseconds(world.delays.domain_updated);
        world.schedule(time, crate::world::Event::ApiGateway(event));
    }
    let answer = render(&changed);
    let name = changed.domain_name.clone();
    find_mut(world, &name)?.domain = changed;
    Ok(answer)
}

/// Ends the update of a domain name.
pub(super) fn become_available(world: &mut World, name: &str) {
    if let Some(mapped) = world.apigateway.domains.get_mut(name) {
        AVAILABLE.clone_into(&mut mapped.domain.domain_name_configurations[0].domain_name_status);
    }
}

/// Carries out `DeleteDomainName`, with its mappings.
pub(super) fn delete(world: &mut World, input: &NameInput) -> Result<Value, Refusal> {
    find(world, &input.domain_name)?;
    world.apigateway.domains.remove(&input.domain_name);
    Ok(json!({}))
}

/// The input of the creation and of an update of a mapping. `None` keeps a member.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MappingInput {
    #[serde(default)]
    domain_name: String,
    #[serde(default)]
    api_mapping_id: String,
    api_id: Option<String>,
    api_mapping_key: Option<String>,
    stage: Option<String>,
}

impl ApiMapping {
    /// Refuses an unknown stage, and a key that another mapping has.
    fn check(&self, world: &World, domain: &Mapped) -> Result<(), Refusal> {
        if !api::find(world, &self.api_id)?.stages.contains_key(&self.stage) {
            return Err(bad_request(format!("Invalid stage identifier specified: {}", self.stage)));
        }
        let key = &self.api_mapping_key;
        let mut others = domain.mappings.values().filter(|other| other.api_mapping_id != self.api_mapping_id);
        if others.any(|other| other.api_mapping_key == *key) {
            return Err(conflict("ApiMapping key already exists for this domain name"));
        }
        Ok(())
    }
}

/// Carries out `CreateApiMapping`.
///
/// # Errors
///
/// Refuses unknown domain names, APIs and stages, taken keys, and more than 200 mappings.
pub(super) fn map(world: &mut World, input: MappingInput) -> Result<Value, Refusal> {
    let id = world.new_alphanumeric(6);
    let domain = find(world, &input.domain_name)?;
    quota(domain.mappings.len(), PER_DOMAIN, "API mappings for this domain name")?;
    let mapping = ApiMapping {
        api_mapping_id: id,
        api_id: required(input.api_id, "ApiId")?,
        api_mapping_key: input.api_mapping_key.unwrap_or_default(),
        stage: required(input.stage, "Stage")?,
    };
    mapping.check(world, domain)?;
    store(world, &input.domain_name, mapping)
}

/// Stores a mapping and returns it.
fn store(world: &mut World, domain: &str, mapping: ApiMapping) -> Result<Value, Refusal> {
    let answer = render(&mapping);
    find_mut(world, domain)?.mappings.insert(mapping.api_mapping_id.clone(), mapping);
    Ok(answer)
}

fn find_mapping<'a>(world: &'a World, domain: &str, id: &str) -> Result<&'a ApiMapping, Refusal> {
    let mappings = &find(world, domain)?.mappings;
    mappings.get(id).ok_or_else(|| not_found(format!("Unable to find ApiMapping by id {id}")))
}

/// Carries out `GetApiMapping`.
pub(super) fn get_mapping(world: &World, input: &NameInput) -> Result<Value, Refusal> {
    Ok(render(find_mapping(world, &input.domain_name, &input.api_mapping_id)?))
}

/// The input of a listing of mappings.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MappingsInput {
    #[serde(default)]
    domain_name: String,
    #[serde(flatten)]
    page: ListInput,
}

/// Carries out `GetApiMappings`, in the order of the ids.
pub(super) fn list_mappings(world: &World, input: &MappingsInput) -> Result<Value, Refusal> {
    listing::page(&find(world, &input.domain_name)?.mappings, &input.page)
}

/// Carries out `UpdateApiMapping`. A key is not removed by an empty one (aws-cdk#32401).
pub(super) fn remap(world: &mut World, input: MappingInput) -> Result<Value, Refusal> {
    let mut mapping = find_mapping(world, &input.domain_name, &input.api_mapping_id)?.clone();
    mapping.api_id = required(input.api_id, "ApiId")?;
    merge(&mut mapping.stage, input.stage);
    merge(&mut mapping.api_mapping_key, input.api_mapping_key.filter(|key| !key.is_empty()));
    let mut request = render(&mapping);
    request["domainName"] = json!(input.domain_name);
    pass("CreateApiMapping", &request)?;
    mapping.check(world, find(world, &input.domain_name)?)?;
    store(world, &input.domain_name, mapping)
}

/// Carries out `DeleteApiMapping`.
pub(super) fn unmap(world: &mut World, input: &NameInput) -> Result<Value, Refusal> {
    find_mapping(world, &input.domain_name, &input.api_mapping_id)?;
    find_mut(world, &input.domain_name)?.mappings.remove(&input.api_mapping_id);
    Ok(json!({}))
}

/// Refuses the deletion of an API to which a domain name leads.
pub(super) fn check_unmapped(world: &World, api: &str) -> Result<(), Refusal> {
    let mut mappings = world.apigateway.domains.values().flat_map(|domain| domain.mappings.values());
    if mappings.all(|mapping| mapping.api_id != api) {
        return Ok(());
    }
    Err(bad_request(format!(
        "Deleting API {api} failed. Please remove all API mappings for the API from your custom domain names."
    )))
}
