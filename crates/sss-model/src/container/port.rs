//! Ports that a container listens on.
//!
//! Most ports are TCP ports of which only the number matters, so a file may write the number alone. The table has what
//! `PortMapping` of ECS has on Fargate: a name, a protocol, an application protocol, and a range in place of a number.

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::built;
use crate::problem::Invalid;
use crate::report::Part;
use crate::rules;

/// A port of a container, or a range of ports.
///
/// Exactly one of `port` and `range` is set. A number alone is a TCP port without a name.
///
/// ```
/// use sss_model::{Container, Port, TransportProtocol};
///
/// let daemon = Port::builder().port(2000).protocol(TransportProtocol::Udp).name("xray").build()?;
/// let xray = Container::builder().name("xray").image("amazon/aws-xray-daemon:3.3").ports([daemon]).build()?;
/// assert_eq!(xray.ports[0].number(), Some(2000));
/// assert_eq!(Port::from(80).protocol, TransportProtocol::Tcp);
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "PortTable")]
#[non_exhaustive]
pub struct Port {
    /// The number, 1 to 65535.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65535), extend("x-rule" = rules::ECS_TD_031.id))]
    pub port: Option<u16>,
    /// The first and the last number of a range, such as `8000-8010`, in place of `port`.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
    /// The protocol. Default `tcp`.
    #[serde(skip_serializing_if = "TransportProtocol::is_tcp")]
    pub protocol: TransportProtocol,
    /// The name by which Service Connect knows the port: 1 to 64 small letters, digits, `_` and `-`.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The protocol of the application, for a port with a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_protocol: Option<AppProtocol>,
}

impl Part for Port {}

built!(Port by PortBuilder);

impl Port {
    /// Returns the number of the port, or `None` for a range.
    pub fn number(&self) -> Option<u16> {
        self.port
    }

    /// Returns whether the mapping opens this TCP port, alone or in a range.
    pub fn opens(&self, port: u16) -> bool {
        self.protocol.is_tcp() && self.holds(port)
    }

    /// Returns whether the number is that of the mapping, or in its range, for either protocol.
    pub(crate) fn holds(&self, port: u16) -> bool {
        let range = self.range.as_deref().and_then(rules::ports::range);
        self.port == Some(port) || range.is_some_and(|range| range.contains(&port.into()))
    }

    /// Returns whether only the number matters, so that a file writes the number alone.
    pub(crate) fn is_plain(&self) -> bool {
        self.port.is_some_and(|port| *self == Port::from(port))
    }
}

impl From<u16> for Port {
    fn from(port: u16) -> Self {
        Port { port: Some(port), ..Port::default() }
    }
}

/// A port as a file has it: the number of a TCP port, or a table.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Port")]
pub(crate) enum PortWords {
    /// The number of a TCP port.
    Number(#[schemars(range(min = 1, max = 65535))] u16),
    /// A table.
    Table(Port),
}

/// Ports in a file.
pub(crate) mod words {
    use super::{Port, PortWords};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(ports: &[Port], serializer: S) -> Result<S::Ok, S::Error> {
        let words = |port: &Port| match port.port {
            Some(number) if port.is_plain() => PortWords::Number(number),
            _ => PortWords::Table(port.clone()),
        };
        ports.iter().map(words).collect::<Vec<_>>().serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Port>, D::Error> {
        let port = |words| match words {
            PortWords::Number(number) => Port::from(number),
            PortWords::Table(port) => port,
        };
        Ok(Vec::<PortWords>::deserialize(deserializer)?.into_iter().map(port).collect())
    }
}

/// The protocol of a port.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum TransportProtocol {
    /// TCP.
    #[default]
    Tcp,
    /// UDP.
    Udp,
}

impl TransportProtocol {
    /// Returns the name of the protocol on AWS.
    pub const fn as_str(self) -> &'static str {
        match self {
            TransportProtocol::Tcp => "tcp",
            TransportProtocol::Udp => "udp",
        }
    }

    /// Returns whether the protocol is TCP, the default.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(crate) fn is_tcp(&self) -> bool {
        matches!(self, TransportProtocol::Tcp)
    }
}

/// The protocol of the application behind a port with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AppProtocol {
    /// HTTP.
    Http,
    /// HTTP/2.
    Http2,
    /// gRPC.
    Grpc,
}

impl AppProtocol {
    /// Returns the name of the protocol on AWS.
    pub const fn as_str(self) -> &'static str {
        match self {
            AppProtocol::Http => "http",
            AppProtocol::Http2 => "http2",
            AppProtocol::Grpc => "grpc",
        }
    }
}
