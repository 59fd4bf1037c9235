//! Rules in the words of a stack file: a protocol and its ports, or ICMP types.
//!
//! A file can give the same ports in four ways: `port`, `ports = "8000-8010"`, `from_port` with `to_port`, and, for
//! ICMP, `icmp_type` with `icmp_code`. [`RuleWords`] is a rule as a file has it; it becomes a [`Rule`] only if its
//! words agree with each other and with the protocol (SG-010, SG-011, SG-013). `port = 8` of an ICMP rule is refused,
//! because EC2 would read it as a type.
//!
//! A rule is written back with `icmp_type` and `icmp_code` for ICMP, and with `from_port` and `to_port` otherwise.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::{Protocol, Rule};
use crate::nearest::nearest;
use crate::path::Path;
use crate::problem::Problem;
use crate::rules::security_group::permission::{self, Bound};
use crate::rules::{self, Broken, SG_010, SG_011, SG_013, broken};

/// The names of protocols in a file.
const NAMES: [&str; 6] = ["tcp", "udp", "icmp", "icmpv6", ALL, "-1"];
const ALL: &str = "all";

/// A rule in the words of a stack file, before its ports are checked.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "Rule")]
pub(crate) struct RuleWords {
    /// The protocol. Default `tcp`.
    protocol: Word,
    /// The port.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-rule" = rules::SG_010.id))]
    port: Option<u16>,
    /// A range of ports, such as `8000-8010`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(pattern("^[0-9]{1,5}-[0-9]{1,5}$"))]
    ports: Option<String>,
    /// The first port, or the ICMP type; -1 is every type.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -1, max = 65535), extend("x-rule" = rules::SG_010.id))]
    from_port: Option<i32>,
    /// The last port, or the ICMP code; -1 is every code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -1, max = 65535), extend("x-rule" = rules::SG_010.id))]
    to_port: Option<i32>,
    /// The ICMP type, such as 8 (echo request). Default every type.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -1, max = 255), extend("x-rule" = rules::SG_013.id))]
    icmp_type: Option<i32>,
    /// The ICMP code. Default every code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -1, max = 255), extend("x-rule" = rules::SG_013.id))]
    icmp_code: Option<i32>,
    /// The other side by address: IPv4 or IPv6 with a mask, such as `10.0.0.0/16`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cidrs: Vec<String>,
    /// The other side by security group, such as `sg-0a1b2c3d4e5f60000`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    security_groups: Vec<String>,
    /// A description, at most 255 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 255))]
    description: Option<String>,
}

/// A protocol in a stack file: a name, or a number with or without quotes.
///
/// It is kept as it was written until the rule is read, so that a problem can name it.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Word {
    Number(i64),
    Name(String),
}

impl Default for Word {
    fn default() -> Self {
        Word::Name("tcp".to_owned())
    }
}

impl JsonSchema for Word {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Protocol".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "type": "string", "enum": NAMES },
                { "type": "string", "pattern": "^[0-9]{1,3}$" },
                { "type": "integer", "minimum": -1, "maximum": 255 },
            ],
            "x-rule": rules::SG_011.id,
        })
    }
}

impl Word {
    /// Returns the protocol, or the refusal of an unknown word with the nearest known one.
    fn protocol(&self) -> Result<Protocol, Refusal> {
        let text = match self {
            Word::Number(number) => number.to_string(),
            Word::Name(name) => name.clone(),
        };
        text.parse().map_err(|_| {
            let protocol = text.as_str();
            let broken = if let Some(known) = nearest(protocol, NAMES.into_iter()) {
                broken!(SG_011, "misspelt-protocol", protocol = protocol, known = known)
            } else {
                broken!(SG_011, "unknown-protocol", protocol = protocol)
            };
            refusal("protocol", broken)
        })
    }
}

/// A refused key of the rule, and the case that its value breaks.
struct Refusal {
    key: &'static str,
    broken: Broken,
}

fn refusal(key: &'static str, broken: Broken) -> Refusal {
    Refusal { key, broken }
}

impl From<Refusal> for Problem {
    /// Returns the problem at the key; the reader of the file adds the path of the rule.
    fn from(Refusal { key, broken }: Refusal) -> Self {
        Problem::new(&Path::literal(key), broken)
    }
}

/// The ends of a range, or type and code. `None` is an end that the file does not give.
type Ends = (Option<i32>, Option<i32>);

impl RuleWords {
    /// Returns the range of a protocol that has ports, or whose ports EC2 ignores.
    ///
    /// Only one way to give ports may be used.
    fn range(&self, protocol: Protocol) -> Result<Ends, Refusal> {
        for (key, value) in [("icmp_type", self.icmp_type), ("icmp_code", self.icmp_code)] {
            if value.is_some() {
                let broken = broken!(SG_013, "not-icmp", protocol = protocol.to_string());
                return Err(refusal(key, broken));
            }
        }

        let beside = |key, other: &str| Err(refusal(key, broken!(SG_010, "both-set", other = other)));
        match (self.port, &self.ports, self.bound()) {
            (Some(_), Some(_), _) => beside("ports", "port"),
            (Some(_), None, Some(bound)) => beside("port", bound),
            (None, Some(_), Some(bound)) => beside("ports", bound),
            (Some(port), None, None) => Ok((Some(port.into()), Some(port.into()))),
            (None, Some(ports), None) => match ends(ports) {
                Some((from, to)) => Ok((Some(from.into()), Some(to.into()))),
                None => Err(refusal("ports", broken!(SG_010, "not-a-range", given = ports.as_str()))),
            },
            (None, None, _) => Ok((self.from_port, self.to_port)),
        }
    }

    /// Returns the key that sets an end of a range by itself, if one does.
    fn bound(&self) -> Option<&'static str> {
        let of_last = self.to_port.map(|_| "to_port");
        self.from_port.map(|_| "from_port").or(of_last)
    }

    /// Returns type and code of a rule for ICMP.
    ///
    /// A type without a code is every code of it. `from_port` and `to_port` mean type and code too, as in EC2.
    fn types(&self, protocol: Protocol) -> Result<Ends, Refusal> {
        for (key, is_set) in [("port", self.port.is_some()), ("ports", self.ports.is_some())] {
            if is_set {
                let broken = broken!(SG_013, "port-of-icmp", protocol = protocol.to_string());
                return Err(refusal(key, broken));
            }
        }

        let (kind, code) = (self.icmp_type, self.icmp_code);
        if kind.is_none() && code.is_none() {
            return Ok((self.from_port, self.to_port));
        }
        if let Some(bound) = self.bound() {
            let key = if kind.is_some() { "icmp_type" } else { "icmp_code" };
            return Err(refusal(key, broken!(SG_013, "both-set", other = bound)));
        }

        let ends = (kind, code.or(kind.map(|_| -1)));
        match permission::icmp(ends.0.map(i64::from), ends.1.map(i64::from)).into_iter().next() {
            None => Ok(ends),
            Some((Bound::To, broken)) => Err(refusal("icmp_code", broken)),
            Some((_, broken)) => Err(refusal("icmp_type", broken)),
        }
    }
}

/// Reads a range such as `8000-8010`; spaces around the numbers are allowed.
fn ends(ports: &str) -> Option<(u16, u16)> {
    let (from, to) = ports.split_once('-')?;
    Some((from.trim().parse().ok()?, to.trim().parse().ok()?))
}

impl TryFrom<RuleWords> for Rule {
    type Error = Problem;

    fn try_from(words: RuleWords) -> Result<Self, Problem> {
        let protocol = words.protocol.protocol()?;
        let (from_port, to_port) =
            if protocol.is_icmp() { words.types(protocol)? } else { words.range(protocol)? };
        Ok(Rule {
            protocol,
            from_port,
            to_port,
            cidrs: words.cidrs,
            security_groups: words.security_groups,
            description: words.description,
        })
    }
}

impl From<Rule> for RuleWords {
    fn from(rule: Rule) -> Self {
        let (from, to) = (rule.from_port, rule.to_port);
        let words = RuleWords {
            protocol: Word::Name(match rule.protocol.named() {
                Protocol::All => ALL.to_owned(),
                other => other.to_string(),
            }),
            cidrs: rule.cidrs,
            security_groups: rule.security_groups,
            description: rule.description,
            ..RuleWords::default()
        };

        // The words of an invalid rule are its fields, so that its problem names them.
        let is_fine = permission::icmp(from.map(i64::from), to.map(i64::from)).is_empty();
        if rule.protocol.is_icmp() && is_fine {
            RuleWords { icmp_type: from, icmp_code: to, ..words }
        } else {
            RuleWords { from_port: from, to_port: to, ..words }
        }
    }
}
