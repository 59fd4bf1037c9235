//! Integrations as API Gateway lists them.

use std::collections::BTreeMap;

use aws_sdk_apigatewayv2::types::Integration as SdkIntegration;

use super::{Integration, LONGEST, Output, PATH, SERVICE_HEADER, State};
use crate::{
    Id, World,
    engine::{
        kind::{Found, Resource, from_value},
        world::Live,
    },
    services::{
        apigateway::hidden,
        cloudmap::cloudmap_service::{self, CloudMapService},
        elb::{
            listener::{self, Listener},
            rule::{self, ListenerRule},
        },
    },
    tags::Ownership,
};

/// The names of the stack's registries, and of its listeners and rules that lead to one service.
pub(in super::super) struct Targets {
    /// The names of registries and of listeners without rules, by their ARNs.
    by_arn: BTreeMap<String, String>,
    /// The names of rules, by the ARN of the listener and the value of the header.
    by_header: BTreeMap<(String, String), String>,
}

impl Targets {
    /// Returns the targets of integrations that a world has.
    pub(in super::super) fn of(world: &World) -> Self {
        let registries = world.of_kind(CloudMapService::KIND);
        let registries = registries
            .map(|(id, live)| (from_value::<cloudmap_service::Output>(&live.output).arn, id.name.clone()));
        let listeners = world.of_kind(Listener::KIND);
        let listeners =
            listeners.map(|(id, live)| (from_value::<listener::Output>(&live.output).arn, id.name.clone()));
        let rules = world.of_kind(ListenerRule::KIND).map(|(id, live)| {
            let listener = from_value::<rule::State>(&live.state).listener;
            ((listener, from_value::<rule::Output>(&live.output).value), id.name.clone())
        });
        Self { by_arn: registries.chain(listeners).collect(), by_header: rules.collect() }
    }

    /// Returns the name of a target. A header tells the services behind one listener apart.
    fn name(&self, uri: &str, header: Option<&str>) -> Option<&str> {
        match header {
            Some(header) => self.by_header.get(&(uri.to_owned(), header.to_owned())),
            None => self.by_arn.get(uri),
        }
        .map(String::as_str)
    }
}

/// Decodes an integration of an API. It takes no tags, so its owner is not known here.
///
/// An integration with a target that is not the stack's has its own id as its name, so no resource of the stack is
/// paired with it.
pub(in super::super) fn decode(api: &str, targets: &Targets, found: SdkIntegration) -> (Id, Live) {
    let physical = found.integration_id.unwrap_or_default();
    let uri = found.integration_uri.unwrap_or_default();
    let response_parameters = found.response_parameters.unwrap_or_default().into_iter();
    let mut request_parameters = found.request_parameters;
    let service_header = request_parameters.as_mut().and_then(|all| all.remove(SERVICE_HEADER));
    let path = request_parameters.as_mut().and_then(|all| all.remove(PATH));
    let target = targets.name(&uri, service_header.as_deref());
    let name = target.map_or_else(|| physical.clone(), |target| super::name(target, path.as_deref()));

    let state = State {
        api: api.to_owned(),
        kind: found.integration_type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        method: found.integration_method.unwrap_or_default(),
        uri,
        service_header,
        path,
        server_name: found.tls_config.and_then(|config| config.server_name_to_verify),
        connection_type: found.connection_type.map_or("INTERNET".to_owned(), |kind| kind.as_str().to_owned()),
        connection: found.connection_id.unwrap_or_default(),
        payload_format_version: found.payload_format_version.unwrap_or_else(|| "1.0".to_owned()),
        timeout: found.timeout_in_millis.unwrap_or(LONGEST),
        request_parameters: hidden(request_parameters),
        response_parameters: response_parameters
            .map(|(status, changes)| (status, hidden(Some(changes))))
            .collect(),
    };
    let id = Id::new(Integration::KIND, name.clone());
    let output = Output { id: physical.clone() };
    (id, Found::<Integration> { physical, name, state, output }.into_live(Ownership::Unmarked))
}
