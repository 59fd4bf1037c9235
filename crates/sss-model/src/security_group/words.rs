//! Rules as a file has them: the words that say which protocol and which ports, or which ICMP types.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::{Protocol, Rule};
use crate::nearest::nearest;
use crate::path::Path;
use crate::problem::Problem;
use crate::rules::security_group::permission::{self, Bound};
use crate::rules::worded;
use crate::rules::{self, SG_010, SG_011, SG_013};

/// The names of protocols in a file.
const NAMES: [&str; 6] = ["tcp", "udp", "icmp", "icmpv6", ALL, "-1"];
const ALL: &str = "all";

/// A rule as a file has it, its ports not judged yet.
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

/// A protocol as a file has it: a name, or a number with or without quotes.
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
    fn protocol(&self) -> Result<Protocol, Problem> {
        let text = match self {
            Word::Number(number) => number.to_string(),
            Word::Name(name) if name.eq_ignore_ascii_case(ALL) => return Ok(Protocol::All),
            Word::Name(name) => name.clone(),
        };
        text.parse().map_err(|_| {
            let problem = refusal(&SG_011, "protocol", format!("`{text}` is not a protocol"));
            match nearest(&text, NAMES.into_iter()) {
                Some(name) => problem.with_fix(format!("did you mean `{name}`?")),
                None => problem,
            }
        })
    }
}

fn refusal(rule: &'static rules::Rule, key: &str, message: impl Into<String>) -> Problem {
    Problem::new(&Path::root().key(key), worded(rule, message))
}

/// The ends of a range, or type and code.
type Ends = (Option<i32>, Option<i32>);

impl RuleWords {
    /// The range of a protocol that has ports, or whose ports EC2 ignores.
    fn range(&self, protocol: Protocol) -> Result<Ends, Problem> {
        for (key, value) in [("icmp_type", self.icmp_type), ("icmp_code", self.icmp_code)] {
            if value.is_some() {
                let message =
                    format!("`{key}` is for the protocols icmp and icmpv6, and this one is {protocol}");
                return Err(refusal(&SG_013, key, message).with_fix(format!("take `{key}` out")));
            }
        }
        let bounds = self.from_port.is_some() || self.to_port.is_some();
        match (self.port, &self.ports) {
            (Some(_), Some(_)) => Err(refusal(&SG_010, "ports", "stands beside `port`")),
            (Some(_), None) if bounds => {
                Err(refusal(&SG_010, "port", "stands beside `from_port` or `to_port`"))
            }
            (None, Some(_)) if bounds => {
                Err(refusal(&SG_010, "ports", "stands beside `from_port` or `to_port`"))
            }
            (Some(port), None) => Ok((Some(port.into()), Some(port.into()))),
            (None, Some(ports)) => match ends(ports) {
                Some((from, to)) => Ok((Some(from.into()), Some(to.into()))),
                None => Err(refusal(&SG_010, "ports", "is not a range of ports such as `8000-8010`")),
            },
            (None, None) => Ok((self.from_port, self.to_port)),
        }
    }

    /// Type and code of an ICMP rule.
    fn types(&self, protocol: Protocol) -> Result<Ends, Problem> {
        for (key, is_there) in [("port", self.port.is_some()), ("ports", self.ports.is_some())] {
            if is_there {
                let message = format!("`{key}` is for tcp and udp, and this protocol is {protocol}");
                let fix = "write `icmp_type` and `icmp_code`, or neither for every type";
                return Err(refusal(&SG_013, key, message).with_fix(fix));
            }
        }
        let (kind, code) = (self.icmp_type, self.icmp_code);
        if kind.is_none() && code.is_none() {
            return Ok((self.from_port, self.to_port));
        }
        if self.from_port.is_some() || self.to_port.is_some() {
            let key = if kind.is_some() { "icmp_type" } else { "icmp_code" };
            return Err(refusal(&SG_013, key, "stands beside `from_port` or `to_port`"));
        }
        let ends = (kind, code.or(kind.map(|_| -1)));
        match permission::icmp(ends.0.map(i64::from), ends.1.map(i64::from)).into_iter().next() {
            None => Ok(ends),
            Some((Bound::To, message)) => Err(refusal(&SG_013, "icmp_code", message)),
            Some((_, message)) => Err(refusal(&SG_013, "icmp_type", message)),
        }
    }
}

/// `first-last`
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
        // Of a rule that is refused, the words are those of its fields.
        let is_fine = permission::icmp(from.map(i64::from), to.map(i64::from)).is_empty();
        if rule.protocol.is_icmp() && is_fine {
            RuleWords { icmp_type: from, icmp_code: to, ..words }
        } else {
            RuleWords { from_port: from, to_port: to, ..words }
        }
    }
}
