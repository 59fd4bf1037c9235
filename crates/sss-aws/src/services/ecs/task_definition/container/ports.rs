//! Port mappings of a container.
//!
//! The key of a mapping is its port, or its range as AWS writes it. A UDP port whose number is a TCP port as well has
//! `/udp` behind the number.

use std::collections::BTreeMap;

use aws_sdk_ecs::types::{ApplicationProtocol, PortMapping, TransportProtocol};
use serde::{Deserialize, Serialize};

/// The name of a port, which Service Connect uses.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PortName {
    pub(crate) name: String,
    /// The protocol of the application. `None` is plain TCP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) app_protocol: Option<String>,
}

/// A mapping before it has a key.
pub(crate) struct Mapping {
    /// The port, or the range as AWS writes it.
    pub(crate) port: String,
    pub(crate) protocol: String,
    pub(crate) name: Option<PortName>,
}

/// Returns the protocols of mappings and their names, both by key.
pub(crate) fn normal(
    mappings: impl Iterator<Item = Mapping>,
) -> (BTreeMap<String, String>, BTreeMap<String, PortName>) {
    let mut all: Vec<Mapping> = mappings.collect();
    // TCP comes first, so that the key of a port does not depend on the order of a list.
    all.sort_by(|one, other| one.protocol.cmp(&other.protocol));
    let (mut ports, mut names) = (BTreeMap::new(), BTreeMap::new());
    for Mapping { port, protocol, name } in all {
        let key = if ports.contains_key(&port) { format!("{port}/{protocol}") } else { port };
        names.extend(name.map(|name| (key.clone(), name)));
        ports.insert(key, protocol);
    }
    (ports, names)
}

/// Returns the mappings in the form of the client. A range has no port of the host.
pub(super) fn encode(
    ports: &BTreeMap<String, String>,
    names: &BTreeMap<String, PortName>,
) -> impl Iterator<Item = PortMapping> {
    ports.iter().map(|(key, protocol)| {
        let mapping = PortMapping::builder().protocol(TransportProtocol::from(protocol.as_str()));
        let text = key.split_once('/').map_or(key.as_str(), |(port, _)| port);
        let mapping = match text.parse() {
            Ok(port) => mapping.container_port(port).host_port(port),
            Err(_) => mapping.container_port_range(text),
        };
        let name = names.get(key);
        let app_protocol = name.and_then(|name| name.app_protocol.as_deref()).map(ApplicationProtocol::from);
        mapping.set_name(name.map(|name| name.name.clone())).set_app_protocol(app_protocol).build()
    })
}

/// Returns a live mapping, or `None` for one without a port.
pub(super) fn decode(found: &PortMapping) -> Option<Mapping> {
    let number = found.container_port().map(|port| port.to_string());
    let name = found.name().filter(|name| !name.is_empty()).map(|name| PortName {
        name: name.to_owned(),
        app_protocol: found.app_protocol().map(|protocol| protocol.as_str().to_owned()),
    });
    Some(Mapping {
        port: found.container_port_range().map(str::to_owned).or(number)?,
        protocol: found.protocol().map_or("tcp", |protocol| protocol.as_str()).to_owned(),
        name,
    })
}
