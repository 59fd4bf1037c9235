//! Custom domain names of the API.
//!
//! A domain name has a certificate of ACM, and API Gateway gives it a regional name to which a record of DNS leads.
//! Mappings are kinds of their own ([`api_mapping`](super::api_mapping)).
//!
//! # Facts about AWS
//!
//! - Names are unique in a region, among all accounts. A second creation is refused with `ConflictException`.
//! - The certificate is of the region of the domain name; another one is refused with `BadRequestException`.
//! - An update of the certificate takes some minutes, in which API Gateway serves the former one and refuses another
//!   update with `ConflictException`, "There is already an update in progress" (`chalice#1986`). A step is done when API
//!   Gateway has accepted the update.
//! - TLS 1.2 is the only policy of domain names of HTTP APIs.
//! - One domain name is created, changed and deleted in 30 seconds.
//!
//! # Settings of others
//!
//! The stack wants requests to find the API by mappings, because routing rules can send them elsewhere. Certificates of
//! clients (mutual TLS) stay as others have set them.

use std::time::Duration;

use aws_sdk_apigatewayv2::{
    operation::get_domain_name::GetDomainNameOutput,
    types::{DomainNameConfiguration, EndpointType, IpAddressType, RoutingMode, SecurityPolicy},
};
use serde::{Deserialize, Serialize};
use sss_model::Partition;

use crate::{
    Graph, Id, Result,
    engine::{
        graph::Refs,
        kind::{Found, Object, Resource, Retag, Settling, Way},
        once::{once, send_once},
        run::Context,
        wait::{Condition, Look, wait},
        world::Live,
    },
    error::{Absent, Answer, Sent},
    grant::Grant,
    services::{
        apigateway::{self, ApiGateway, is_ours, listing, plain, sdk_tags},
        aws_service::AwsService,
        lag,
        whole::{Change, Whole},
    },
    tags::{Tags, keep_inside, observed},
};

/// A custom domain name.
pub(crate) struct DomainName {
    /// The name, such as `api.example.com`.
    pub(crate) name: String,
    pub(crate) state: State,
}

/// The managed part of a domain name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The ARN of the certificate.
    pub(crate) certificate: String,
    /// The security policy. The stack wants `TLS_1_2`.
    pub(crate) security_policy: String,
    /// The addresses: `ipv4` or `dualstack`.
    pub(crate) ip_address_type: String,
    /// The way in which requests find an API. The stack wants `API_MAPPING_ONLY`.
    pub(crate) routing_mode: String,
    pub(crate) tags: Tags,
}

impl State {
    /// Returns a state with the values that every stack wants.
    pub(crate) fn of(certificate: &str, ip_address_type: &str, tags: Tags) -> Self {
        Self {
            certificate: certificate.to_owned(),
            security_policy: SecurityPolicy::Tls12.as_str().to_owned(),
            ip_address_type: ip_address_type.to_owned(),
            routing_mode: RoutingMode::ApiMappingOnly.as_str().to_owned(),
            tags,
        }
    }
}

/// The names of a domain name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    /// The name itself, by which mappings refer to it.
    pub(crate) name: String,
    /// The ARN, by which the tagging API lists it.
    pub(crate) arn: String,
    /// The regional name of AWS, to which a record of DNS leads.
    pub(crate) target: String,
    /// The id of the hosted zone of the regional name, which an alias record of Route 53 names.
    pub(crate) target_zone: String,
}

/// The moment from which API Gateway accepts an update.
const CHANGEABLE: Condition = Condition::new(
    "the last update of the domain name to end",
    Duration::from_mins(1),
    Duration::from_mins(15),
)
.looked_at_once();

impl Resource for DomainName {
    const NAME: &'static str = "apigatewayv2/domain-name";
    const TAGGING: Option<[&'static str; 2]> = Some(apigateway::TAGGING);
    const SETTLING: Option<Settling> = Some(lag::SETTLING);
    const CREATE: &'static str = "apigateway:CreateDomainName";
    const GRANTS: &'static [Grant] = super::grants::DOMAIN_NAME;
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a, Self>;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output {
            name: id.name.clone(),
            arn: format!("(ARN of {id})"),
            target: format!("(regional name of {id})"),
            target_zone: format!("(hosted zone of {id})"),
        }
    }

    fn desired(&self, _refs: &Refs<'_>) -> State {
        self.state.clone()
    }

    /// Returns a state that still records the hosted zones of the live one, if the stack leaves one: only the record
    /// tells where its records are, so it stays until they are gone.
    fn widened(live: &State, want: &State) -> Option<State> {
        let mut both = want.clone();
        keep_inside(&live.tags, &mut both.tags).then_some(both)
    }

    /// Creates the domain name with its tags in one call.
    ///
    /// If the answer is lost, the domain name with the stack's mark is the one.
    async fn create(cx: &Context, id: &Id, name: &str, want: &State) -> Result<Output> {
        let request = cx.aws.apigateway.create_domain_name().domain_name(name);
        let request = request
            .domain_name_configurations(configuration(want))
            .routing_mode(RoutingMode::from(want.routing_mode.as_str()))
            .set_tags(Some(sdk_tags(&want.tags)));
        let region = cx.aws.region();
        let make = || async {
            let answer = send_once!(aws_sdk_apigatewayv2, request.clone()).await.of(Self::CREATE)?;
            output(region, name, answer.domain_name_configurations(), Self::CREATE)
        };
        let look = || async {
            let found = listing::domain_name(&cx.aws, name).await?;
            let ours = found.filter(|found| is_ours(cx, found.tags()));
            ours.map(|found| output(region, name, found.domain_name_configurations(), Self::CREATE))
                .transpose()
        };
        once(cx, id, make, look).await
    }

    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a, Self>> {
        Change::of(way)
    }

    /// Carries out one write. A domain name that no longer exists counts as deleted.
    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a, Self>) -> Result<()> {
        match write {
            Change::Update { want, .. } => update(cx, on.id, on.name, want).await,
            Change::Delete(_) => {
                let gone = cx.aws.apigateway.delete_domain_name().domain_name(on.name).send().await;
                gone.of(Self::DELETE).none_if(&["NotFoundException"]).map(drop)
            }
        }
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: Retag) -> Result<()> {
        apigateway::retag(cx, &format!("/domainnames/{}", found.name), change).await
    }

    /// Only the listing of tags has domain names that the stack no longer has.
    fn listed_as(output: &Output) -> Option<&str> {
        Some(&output.arn)
    }
}

impl Whole for DomainName {
    const UPDATE: &'static str = "apigateway:UpdateDomainName";
    const DELETE: &'static str = "apigateway:DeleteDomainName";
}

/// Calls `UpdateDomainName` with all members that the stack manages, once API Gateway takes it.
async fn update(cx: &Context, id: &Id, name: &str, want: &State) -> Result<()> {
    let request = cx.aws.apigateway.update_domain_name().domain_name(name);
    let request = request
        .domain_name_configurations(configuration(want))
        .routing_mode(RoutingMode::from(want.routing_mode.as_str()));
    wait(cx, id, &CHANGEABLE, || async {
        match request.clone().send().await.of(DomainName::UPDATE) {
            Err(error) if error.has_code("ConflictException") => {
                Ok(Look::Refused("another update is in progress".to_owned(), error))
            }
            answer => answer.map(|_| Look::Met(())),
        }
    })
    .await
}

/// Returns the only configuration of a domain name.
fn configuration(want: &State) -> DomainNameConfiguration {
    DomainNameConfiguration::builder()
        .certificate_arn(&want.certificate)
        .endpoint_type(EndpointType::Regional)
        .ip_address_type(IpAddressType::from(want.ip_address_type.as_str()))
        .security_policy(SecurityPolicy::from(want.security_policy.as_str()))
        .build()
}

/// Returns the names of a domain name from its configuration.
///
/// # Errors
///
/// The answer lacks the regional name, which AWS always sends.
fn output(
    region: &str,
    name: &str,
    configurations: &[DomainNameConfiguration],
    operation: &'static str,
) -> Result<Output> {
    let only = configurations.first();
    let target = only.and_then(|one| one.api_gateway_domain_name.clone());
    let resource = format!("/domainnames/{name}");
    Ok(Output {
        name: name.to_owned(),
        // The ARNs of API Gateway have no account.
        arn: Partition::of_region(region).arn(ApiGateway::NAME, region, "", &resource),
        target: target.sent(operation, "apiGatewayDomainName")?,
        target_zone: only.and_then(|one| one.hosted_zone_id.clone()).unwrap_or_default(),
    })
}

/// Decodes a domain name.
///
/// # Errors
///
/// The answer lacks the name or the regional name, which AWS always sends.
pub(super) fn decode(graph: &Graph, region: &str, found: &GetDomainNameOutput) -> Result<(Id, Live)> {
    const OPERATION: &str = "apigateway:GetDomainName";
    let name = found.domain_name.clone().sent(OPERATION, "domainName")?;
    let (ownership, tags) = observed(graph.stack(), plain(found.tags.clone()));

    let only = found.domain_name_configurations().first();
    let policy = only.and_then(|one| one.security_policy.as_ref());
    let addresses = only.and_then(|one| one.ip_address_type.as_ref());
    let routing = found.routing_mode.as_ref();
    let state = State {
        certificate: only.and_then(|one| one.certificate_arn.clone()).unwrap_or_default(),
        security_policy: policy.unwrap_or(&SecurityPolicy::Tls12).as_str().to_owned(),
        ip_address_type: addresses.unwrap_or(&IpAddressType::Ipv4).as_str().to_owned(),
        routing_mode: routing.unwrap_or(&RoutingMode::ApiMappingOnly).as_str().to_owned(),
        tags,
    };
    let output = output(region, &name, found.domain_name_configurations(), OPERATION)?;
    let status = only.and_then(|one| one.domain_name_status.as_ref());
    let status = status.map_or("AVAILABLE", |status| status.as_str()).to_owned();
    let id = Id::new(DomainName::KIND, name.clone());
    let live = Found::<DomainName> { physical: name.clone(), name, state, output }.into_live(ownership);
    Ok((id, live.with_status(status)))
}
