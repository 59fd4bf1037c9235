//! The HTTP API with its stage and authorizer, and the VPC link.

use std::collections::BTreeMap;

use sss_model::{Access, IpAddressType, Stack};

use super::{log_group, number, said, tagged};
use crate::{
    Graph,
    engine::{
        graph::Handle,
        kind::{Resource, Settings},
    },
    services::{
        apigateway::{
            api::{self, Api},
            api_mapping::ApiMapping,
            authorizer::Authorizer,
            domain_name::{self, DomainName},
            route::Proof,
            stage::{self, Stage},
            vpc_link::{self, VpcLink},
        },
        logs::log_group::LogGroup,
        route53::record_set::RecordSet,
    },
    tags::{self, Tags},
};

/// The name of the stage that serves an API at the root of its URL. A named stage would add its name to each
/// path, and tasks behind a VPC link would see it (openab PR#1283).
const DEFAULT_STAGE: &str = "$default";

/// Returns the VPC link in the private subnets.
///
/// The desired link is neither failed nor pending, so a live link in such a state differs.
pub(super) fn vpc_link(stack: &Stack) -> VpcLink {
    let network = &stack.network;
    let state = vpc_link::State {
        name: stack.vpc_link_name(),
        subnets: network.private_subnet_ids.iter().cloned().collect(),
        security_groups: network.vpc_link_security_group_ids.iter().cloned().collect(),
        failed: false,
        pending: false,
        tags: tagged(stack, []),
    };
    VpcLink { state, zones_with_links: network.vpc_link_zone_ids.clone() }
}

/// The API as the services of a stack need it.
pub(super) struct Front {
    pub(super) api: Handle<Api>,
    /// The authorizers: the API's own has no name.
    authorizers: BTreeMap<Option<String>, Handle<Authorizer>>,
    stage: FrontStage,
}

/// The stage of an API while the graph is built.
enum FrontStage {
    /// It is in the graph.
    Added(Handle<Stage>),
    /// Routes have limits of their own. API Gateway refuses limits of a route that does not exist, so the stage follows
    /// the routes.
    Late(Box<Stage>),
}

/// Adds the API, its stage and its log group, and its authorizers.
pub(super) fn add(graph: &mut Graph, stack: &Stack, wanted: &sss_model::Api) -> Front {
    let tags = tagged(stack, [&wanted.tags]);
    let state = api::State {
        name: stack.api_name(),
        description: said(wanted.description.as_ref()),
        cors: wanted.cors.as_ref().map(cors),
        disable_execute_api_endpoint: wanted.disable_execute_api_endpoint,
        tags: tags.clone(),
    };

    let api = graph.add(Api { state });

    let access_log = wanted.access_log.as_ref().map(|log| {
        let retention = log.retention_days.unwrap_or(stack.log_retention_days);
        let group = if let Some(text) = &log.log_group.existing {
            graph.refer(text, "api.access_log.log_group.existing")
        } else {
            let name = stack.api_log_group_name();
            graph.add(log_group(stack, name, retention, &log.log_group, tags.clone()))
        };
        (group, log.format.clone())
    });
    let mut routes = stack.services.values().flat_map(|service| &service.routes);
    let follows_routes = routes.any(|route| route.throttling.is_some());
    let default = stage(wanted, api.clone(), access_log, follows_routes, tags);
    let front_stage = if follows_routes {
        FrontStage::Late(Box::new(default))
    } else {
        FrontStage::Added(graph.add(default))
    };

    let own = wanted.authorizer.iter().map(|own| (None, own));
    let named = wanted.authorizers.iter().map(|(name, named)| (Some(name), named));
    let authorizers = own.chain(named).map(|(name, authorizer)| {
        let added = graph.add(Authorizer {
            name: name.map_or_else(|| stack.authorizer_name(), |name| stack.named_authorizer_name(name)),
            key: name.map_or_else(|| "api.authorizer".to_owned(), |name| format!("api.authorizers.{name}")),
            api: api.clone(),
            issuer: authorizer.issuer.clone(),
            audience: authorizer.audience.iter().cloned().collect(),
            identity_source: authorizer.identity_source.clone(),
        });
        (name.cloned(), added)
    });
    let authorizers = authorizers.collect();

    Front { api, authorizers, stage: front_stage }
}

impl Front {
    /// Adds what follows the routes: the stage, if they have limits of their own, and the domain names with their
    /// mappings.
    pub(super) fn close(
        self,
        graph: &mut Graph,
        stack: &Stack,
        wanted: &sss_model::Api,
        routes: stage::RoutesWithLimits,
    ) {
        let stage = match self.stage {
            FrontStage::Added(stage) => stage,
            FrontStage::Late(stage) => graph.add(Stage { routes, ..*stage }),
        };
        for (name, domain) in &wanted.domains {
            let mut tags = tagged(stack, [&wanted.tags]);
            let zone = domain.zone.iter().map(|zone| format!("{}={zone}", RecordSet::NAME));
            tags.extend(tags::hold_inside(zone));
            let wanted = domain_name::State::of(&domain.certificate, domain.ip_address_type.as_str(), tags);
            let added = graph.add(DomainName { name: name.clone(), state: wanted });
            let mapping = graph.add(ApiMapping {
                domain: added.clone(),
                key: domain.path.clone().unwrap_or_default(),
                api: self.api.clone(),
                stage: stage.clone(),
            });
            let kinds = match domain.ip_address_type {
                IpAddressType::Dualstack => ["A", "AAAA"].as_slice(),
                _ => ["A"].as_slice(),
            };
            for (zone, kind) in domain.zone.iter().flat_map(|zone| kinds.iter().map(move |kind| (zone, kind)))
            {
                let (domain, mapping) = (added.clone(), mapping.clone());
                graph.add(RecordSet { zone: zone.clone(), kind, domain, mapping });
            }
        }
    }

    /// Returns the proof that a route asks of a request.
    pub(super) fn proof(&self, api: &sss_model::Api, route: &sss_model::Route) -> Proof {
        match route.access(api) {
            Access::Iam => Proof::Signature,
            Access::Token { name, .. } => {
                let authorizer = self.authorizers.get(&name.map(ToOwned::to_owned));
                authorizer.cloned().map_or(Proof::None, Proof::Token)
            }
            _ => Proof::None,
        }
    }
}

/// Returns the stage, without the limits of routes.
fn stage(
    wanted: &sss_model::Api,
    api: Handle<Api>,
    access_log: Option<(Handle<LogGroup>, String)>,
    limits_routes: bool,
    mut tags: Tags,
) -> Stage {
    let optional = Settings::of([
        ("throttling", wanted.throttling.is_some()),
        ("detailed_metrics", wanted.detailed_metrics.is_some()),
        ("routes", limits_routes),
    ]);
    optional.record(&mut tags);
    Stage {
        name: DEFAULT_STAGE.to_owned(),
        api,
        access_log,
        throttling: wanted.throttling.map(limits),
        detailed_metrics: wanted.detailed_metrics.unwrap_or(false),
        routes: BTreeMap::new(),
        variables: wanted.stage_variables.clone(),
        unset: optional.unset(),
        tags,
    }
}

/// Returns the limits of requests.
pub(super) fn limits(wanted: sss_model::Throttling) -> stage::Limits {
    stage::Limits { rate: Some(wanted.rate), burst: Some(number(wanted.burst)) }
}

/// Returns CORS in normal form: sets instead of lists, and header names in lower case, as browsers compare
/// them. A maximum age of 0 seconds is left out, as in the live state.
fn cors(wanted: &sss_model::Cors) -> api::Cors {
    let set = |list: &[String]| list.iter().cloned().collect();
    let headers = |list: &[String]| list.iter().map(|header| header.to_ascii_lowercase()).collect();
    api::Cors {
        allow_origins: set(&wanted.allow_origins),
        allow_methods: set(&wanted.allow_methods),
        allow_headers: headers(&wanted.allow_headers),
        expose_headers: headers(&wanted.expose_headers),
        allow_credentials: wanted.allow_credentials,
        max_age: wanted.max_age.filter(|seconds| *seconds != 0),
    }
}
