//! The security group of the services' tasks.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::{built, setters};
use crate::problem::{Invalid, Part, Place, Problem, Report};
use crate::rules;

/// The security group of the services' tasks: its rules are these and no others.
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default)]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct SecurityGroup {
    /// A description of 1 to 255 characters, which AWS cannot change later. Default `Managed by Terraform`, which is
    /// what the Terraform provider gives a group without one.
    #[builder(setter(into))]
    #[schemars(length(min = 1, max = 255))]
    #[validate(custom(function = "rules::security_group::description"))]
    pub description: String,
    /// What may reach the tasks. Default nothing.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ingress: Vec<Rule>,
    /// What the tasks may reach. Default everything over IPv4.
    #[builder(setter(custom))]
    pub egress: Vec<Rule>,
    /// Tags of the security group; the tag `Name` follows the naming scheme.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

impl Default for SecurityGroup {
    fn default() -> Self {
        SecurityGroup {
            description: "Managed by Terraform".to_owned(),
            ingress: Vec::new(),
            egress: vec![Rule::all().to("0.0.0.0/0")],
            tags: BTreeMap::new(),
        }
    }
}

setters!(SecurityGroupBuilder {
    pairs: tags;
    adds: ingress -> ingress: Rule, egress -> egress: Rule;
});
built!(SecurityGroup by SecurityGroupBuilder, Rule by RuleBuilder);

impl SecurityGroupBuilder {
    /// Lets the tasks reach nothing.
    #[must_use]
    pub fn without_egress(mut self) -> Self {
        self.egress = Some(Vec::new());
        self
    }
}

impl Part for SecurityGroup {
    fn inspect(&self, at: &Place, report: &mut Report) {
        rules::security_group::inspect(self, at, report);
    }
}

/// A rule of the security group: a protocol, its ports, and the other side.
///
/// In a file one port is `port = 80`, several are `ports = "8000-8010"`; `from_port` and `to_port` say the same.
///
/// ```
/// use sss_model::{Rule, SecurityGroup};
///
/// let group = SecurityGroup::builder()
///     .ingress(Rule::tcp(80).from("10.0.0.0/16"))
///     .ingress(Rule::tcp_range(8000..=8010).from("sg-0a1b2c3d4e5f60000").described("from the batch hosts"))
///     .build()?;
/// assert_eq!(group.ingress.len(), 2);
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(try_from = "RuleWords")]
#[non_exhaustive]
pub struct Rule {
    /// The protocol. Default `tcp`.
    pub protocol: Protocol,
    /// The first port, or the ICMP type. Required for tcp and udp.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_port: Option<u16>,
    /// The last port, or the ICMP code. Required for tcp and udp.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_port: Option<u16>,
    /// The other side by address: IPv4 or IPv6 with a mask.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cidrs: Vec<String>,
    /// The other side by security group.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<String>,
    /// A description, at most 255 characters.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "rules::security_group::rule_description"))]
    pub description: Option<String>,
}

setters!(RuleBuilder { lists: cidrs, security_groups; });

impl Rule {
    /// One TCP port.
    #[must_use]
    pub fn tcp(port: u16) -> Self {
        Rule::tcp_range(port..=port)
    }

    /// A range of TCP ports.
    #[must_use]
    pub fn tcp_range(ports: RangeInclusive<u16>) -> Self {
        Rule { from_port: Some(*ports.start()), to_port: Some(*ports.end()), ..Rule::default() }
    }

    /// One UDP port.
    #[must_use]
    pub fn udp(port: u16) -> Self {
        Rule { protocol: Protocol::Udp, ..Rule::tcp(port) }
    }

    /// A range of UDP ports.
    #[must_use]
    pub fn udp_range(ports: RangeInclusive<u16>) -> Self {
        Rule { protocol: Protocol::Udp, ..Rule::tcp_range(ports) }
    }

    /// Every protocol and port.
    #[must_use]
    pub fn all() -> Self {
        Rule { protocol: Protocol::All, ..Rule::default() }
    }

    /// Adds an address range, or a security group by its id, to the other side.
    #[must_use]
    pub fn from(mut self, source: impl Into<String>) -> Self {
        let source = source.into();
        if source.starts_with("sg-") {
            self.security_groups.push(source);
        } else {
            self.cidrs.push(source);
        }
        self
    }

    /// The same as [`Rule::from`], for rules of outgoing traffic.
    #[must_use]
    pub fn to(self, destination: impl Into<String>) -> Self {
        self.from(destination)
    }

    /// Says what the rule is for.
    #[must_use]
    pub fn described(self, description: impl Into<String>) -> Self {
        Rule { description: Some(description.into()), ..self }
    }
}

impl Part for Rule {
    fn inspect(&self, at: &Place, report: &mut Report) {
        rules::security_group::rule(self, at, report);
    }
}

/// The protocol of a security-group rule.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Protocol {
    /// TCP.
    #[default]
    Tcp,
    /// UDP.
    Udp,
    /// ICMP for IPv4; the ports are type and code.
    Icmp,
    /// ICMP for IPv6; the ports are type and code.
    Icmpv6,
    /// Every protocol; ports mean nothing.
    All,
}

impl Protocol {
    /// The protocol's name on AWS: `-1` for every protocol.
    pub const fn as_str(self) -> &'static str {
        match self {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Icmp => "icmp",
            Protocol::Icmpv6 => "icmpv6",
            Protocol::All => "-1",
        }
    }
}

/// A rule as a file has it, its ports not judged yet.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "Rule")]
pub(crate) struct RuleWords {
    /// The protocol. Default `tcp`.
    protocol: Protocol,
    /// The port.
    #[schemars(extend("x-rule" = rules::SG_010.id))]
    port: Option<u16>,
    /// A range of ports, such as `8000-8010`.
    #[schemars(pattern("^[0-9]{1,5}-[0-9]{1,5}$"))]
    ports: Option<String>,
    /// The first port, or the ICMP type.
    #[schemars(extend("x-rule" = rules::SG_010.id))]
    from_port: Option<u16>,
    /// The last port, or the ICMP code.
    #[schemars(extend("x-rule" = rules::SG_010.id))]
    to_port: Option<u16>,
    /// The other side by address: IPv4 or IPv6 with a mask, such as `10.0.0.0/16`.
    cidrs: Vec<String>,
    /// The other side by security group, such as `sg-0a1b2c3d4e5f60000`.
    security_groups: Vec<String>,
    /// A description, at most 255 characters.
    #[schemars(length(max = 255))]
    description: Option<String>,
}

impl RuleWords {
    fn range(&self) -> Result<(Option<u16>, Option<u16>), Problem> {
        let refuse = |key, message: &str| Err(Problem::new(&rules::SG_010, &Place::root().key(key), message));
        let bounds = self.from_port.is_some() || self.to_port.is_some();
        match (self.port, &self.ports) {
            (Some(_), Some(_)) => refuse("ports", "stands beside `port`"),
            (Some(_), None) if bounds => refuse("port", "stands beside `from_port` or `to_port`"),
            (None, Some(_)) if bounds => refuse("ports", "stands beside `from_port` or `to_port`"),
            (Some(port), None) => Ok((Some(port), Some(port))),
            (None, Some(ports)) => {
                let range = ports
                    .split_once('-')
                    .and_then(|(from, to)| Some((from.trim().parse().ok()?, to.trim().parse().ok()?)));
                match range {
                    Some((from, to)) => Ok((Some(from), Some(to))),
                    None => refuse("ports", "is not a range of ports such as `8000-8010`"),
                }
            }
            (None, None) => Ok((self.from_port, self.to_port)),
        }
    }
}

impl TryFrom<RuleWords> for Rule {
    type Error = Problem;

    fn try_from(words: RuleWords) -> Result<Self, Problem> {
        let (from_port, to_port) = words.range()?;
        Ok(Rule {
            protocol: words.protocol,
            from_port,
            to_port,
            cidrs: words.cidrs,
            security_groups: words.security_groups,
            description: words.description,
        })
    }
}
