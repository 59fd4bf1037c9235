//! The security group of the services' tasks.
//!
//! A [`SecurityGroup`] has incoming and outgoing [`Rule`]s. A rule is a protocol, its ports, and the other side:
//! address ranges or security groups. The engine removes rules that the stack does not have, so the list is complete.
//! Without incoming rules, they follow from the routes (the module `reach`).
//!
//! EC2 keeps rules in one form, and people write them in several. [`Protocol`] and [`Rule::ports`] bring both sides
//! into EC2's form, so that the same rule is never a difference: 58 is `icmpv6`, no ICMP type is every type, and -1 to
//! -1 of TCP is 0 to 65535. In a file, rules have more words than fields (`port`, `ports`, `icmp_type`); the module
//! `words` translates.

mod protocol;
mod words;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::{built, setters};
use crate::path::Path;
use crate::problem::Invalid;
use crate::report::{Part, Report};
use crate::rules;
pub use protocol::{Protocol, UnknownProtocol};
pub(crate) use words::RuleWords;

/// The security group of the services' tasks. It has these rules and no others; [`Stack::ingress`](crate::Stack::ingress)
/// has the rules of a group without `ingress`.
///
/// ```
/// use sss_model::{Rule, SecurityGroup};
///
/// let group = SecurityGroup::builder().ingress(Rule::tcp(8080).from("10.0.0.0/16")).build()?;
/// assert_eq!(group.egress, [Rule::all().to("0.0.0.0/0")]);
/// assert!(SecurityGroup::builder().without_egress().build()?.egress.is_empty());
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default)]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct SecurityGroup {
    /// A description of 1 to 255 characters, which AWS cannot change later. Default `Managed by Terraform`, the
    /// description that the Terraform provider gives to a group without one.
    #[builder(setter(into))]
    #[schemars(length(min = 1, max = 255))]
    #[validate(custom(function = "rules::security_group::description"))]
    pub description: String,
    /// The traffic that may reach the tasks, as a complete list. Default: requests of the VPC link to the ports of
    /// services with routes. An empty list lets nothing in.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingress: Option<Vec<Rule>>,
    /// The traffic that the tasks may send. Default: all traffic over IPv4.
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
            ingress: None,
            egress: vec![Rule::all().to("0.0.0.0/0")],
            tags: BTreeMap::new(),
        }
    }
}

setters!(SecurityGroupBuilder {
    pairs: tags;
    adds: egress -> egress: Rule;
});
built!(SecurityGroup by SecurityGroupBuilder, Rule by RuleBuilder);

impl SecurityGroupBuilder {
    /// Adds one element to `ingress`, which is then the complete list: nothing else is let in.
    #[must_use]
    pub fn ingress(mut self, value: Rule) -> Self {
        self.ingress.get_or_insert_default().get_or_insert_default().push(value);
        self
    }

    /// Lets no traffic reach the tasks, not even the requests of routes.
    ///
    /// Use it if another security group of the tasks has the rules.
    #[must_use]
    pub fn without_ingress(mut self) -> Self {
        self.ingress = Some(Some(Vec::new()));
        self
    }

    /// Lets the tasks send no traffic.
    ///
    /// Tasks need some: they pull images and write logs. Add rules with `egress` for these.
    #[must_use]
    pub fn without_egress(mut self) -> Self {
        self.egress = Some(Vec::new());
        self
    }
}

impl Part for SecurityGroup {
    fn settle(&mut self) {
        self.ingress.iter_mut().flatten().chain(&mut self.egress).for_each(Rule::settle);
    }

    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::security_group::inspect(self, at, report);
    }
}

/// A rule of the security group: a protocol, its ports, and the other side.
///
/// In a file one port is `port = 80`, several are `ports = "8000-8010"`; `from_port` and `to_port` say the same. ICMP
/// has types and codes in place of ports: `icmp_type = 8` and `icmp_code = 0`.
///
/// ```
/// use sss_model::{Rule, SecurityGroup};
///
/// let group = SecurityGroup::builder()
///     .ingress(Rule::tcp(80).from("10.0.0.0/16"))
///     .ingress(Rule::tcp_range(8000..=8010).from("sg-0a1b2c3d4e5f60000").described("from the batch hosts"))
///     .ingress(Rule::icmp().from("10.0.0.0/16"))
///     .build()?;
/// let rules = group.ingress.expect("the builder has set them");
/// assert_eq!(rules[2].ports(), Some((-1, -1)));
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(try_from = "RuleWords", into = "RuleWords")]
#[non_exhaustive]
pub struct Rule {
    /// The protocol. Default `tcp`.
    pub protocol: Protocol,
    /// The first port, or the ICMP type; -1 is every type. Required for tcp and udp.
    pub from_port: Option<i32>,
    /// The last port, or the ICMP code; -1 is every code. Required for tcp and udp.
    pub to_port: Option<i32>,
    /// The other side by address: IPv4 or IPv6 with a mask.
    #[builder(setter(custom))]
    pub cidrs: Vec<String>,
    /// The other side by security group.
    #[builder(setter(custom))]
    pub security_groups: Vec<String>,
    /// A description, at most 255 characters.
    #[builder(setter(into))]
    #[validate(custom(function = "rules::security_group::rule_description"))]
    pub description: Option<String>,
}

setters!(RuleBuilder { lists: cidrs, security_groups; });

impl Rule {
    /// Returns a rule for one TCP port, without another side: [`Rule::from`] or [`Rule::to`] adds it.
    #[must_use]
    pub fn tcp(port: u16) -> Self {
        Rule::tcp_range(port..=port)
    }

    /// Returns a rule for a range of TCP ports.
    ///
    /// Both ends belong to the range. A reversed range is a problem of `build`.
    #[must_use]
    pub fn tcp_range(ports: RangeInclusive<u16>) -> Self {
        let (first, last) = (i32::from(*ports.start()), i32::from(*ports.end()));
        Rule { from_port: Some(first), to_port: Some(last), ..Rule::default() }
    }

    /// Returns a rule for one UDP port.
    #[must_use]
    pub fn udp(port: u16) -> Self {
        Rule { protocol: Protocol::Udp, ..Rule::tcp(port) }
    }

    /// Returns a rule for a range of UDP ports.
    #[must_use]
    pub fn udp_range(ports: RangeInclusive<u16>) -> Self {
        Rule { protocol: Protocol::Udp, ..Rule::tcp_range(ports) }
    }

    /// Returns a rule for every type and code of ICMP for IPv4; [`Rule::of_type`] names one.
    #[must_use]
    pub fn icmp() -> Self {
        Rule { protocol: Protocol::Icmp, ..Rule::default() }.of_type(-1, -1)
    }

    /// Returns a rule for every type and code of ICMP for IPv6; [`Rule::of_type`] names one.
    #[must_use]
    pub fn icmpv6() -> Self {
        Rule { protocol: Protocol::Icmpv6, ..Rule::icmp() }
    }

    /// Narrows an ICMP rule to a type and a code, of which -1 is every one.
    ///
    /// Type 8 with code 0 is an echo request of IPv4.
    ///
    /// ```
    /// use sss_model::Rule;
    ///
    /// assert_eq!(Rule::icmp().of_type(8, 0).from("10.0.0.0/16").ports(), Some((8, 0)));
    /// ```
    #[must_use]
    pub fn of_type(self, kind: i16, code: i16) -> Self {
        Rule { from_port: Some(kind.into()), to_port: Some(code.into()), ..self }
    }

    /// Returns a rule for every protocol and port, without another side.
    #[must_use]
    pub fn all() -> Self {
        Rule { protocol: Protocol::All, ..Rule::default() }
    }

    /// Adds an address range, or a security group by its id, to the other side.
    ///
    /// A text that begins with `sg-` is a security group; each other text is an address range. `build` checks both.
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

    /// Adds an address range or a security group like [`Rule::from`], for rules of outgoing traffic.
    #[must_use]
    pub fn to(self, destination: impl Into<String>) -> Self {
        self.from(destination)
    }

    /// Sets the description of the rule, at most 255 characters.
    #[must_use]
    pub fn described(self, description: impl Into<String>) -> Self {
        Rule { description: Some(description.into()), ..self }
    }
}

impl Rule {
    /// Returns the ports, or the ICMP type and code, in the form in which EC2 keeps them: [`Protocol::ports`].
    pub fn ports(&self) -> Option<(i32, i32)> {
        self.protocol.ports(self.from_port, self.to_port)
    }

    /// Returns whether the rule has ports that EC2 ignores, and that do not mean every port.
    pub(crate) fn has_idle_ports(&self) -> bool {
        let narrows = |port: &i32| ![-1, 0, 65535].contains(port);
        self.ports().is_none() && self.from_port.iter().chain(&self.to_port).any(narrows)
    }
}

impl Part for Rule {
    fn settle(&mut self) {
        self.protocol = self.protocol.named();
        let is_icmp_for_all = self.protocol.is_icmp() && self.from_port.is_none() && self.to_port.is_none();
        let is_all = (self.from_port, self.to_port) == (Some(-1), Some(-1));
        if is_icmp_for_all || is_all {
            (self.from_port, self.to_port) = self.ports().unzip();
        } else if self.ports().is_none() && !self.has_idle_ports() {
            (self.from_port, self.to_port) = (None, None);
        }
    }

    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::security_group::rule(self, at, report);
    }
}
