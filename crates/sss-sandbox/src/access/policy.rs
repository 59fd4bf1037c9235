//! Policies, and the decision about a need.
//!
//! A statement that denies wins over all statements that allow. Without any statement about a need, it is denied
//! too.

use serde_json::{Map, Value};

use super::{Keys, Need, condition::Condition, pattern};

/// A policy document that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Policy {
    /// The name under which a simulation reports it.
    pub(crate) name: String,
    statements: Vec<Statement>,
}

/// A statement of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Statement {
    is_allow: bool,
    actions: Patterns,
    resources: Patterns,
    conditions: Vec<Condition>,
}

/// The patterns of a member, such as `Action`, or of its negated form, such as `NotAction`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Patterns {
    patterns: Vec<String>,
    is_negated: bool,
}

/// The decision about a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// A statement allows it, and none denies it.
    Allowed,
    /// No statement is about it.
    ImplicitDeny,
    /// A statement denies it.
    ExplicitDeny,
}

/// The policies of a caller.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rights {
    /// The inline and managed policies of the role.
    pub(crate) identity: Vec<Policy>,
    /// The permissions boundary. `None` without one.
    pub(crate) boundary: Option<Vec<Policy>>,
}

/// Whether rights cover a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The call may take place.
    Allowed,
    /// AWS refuses the call.
    Denied(Reason),
}

/// The reason of a refusal, by the layer that decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// A statement of an identity-based policy denies.
    IdentityDenies,
    /// A statement of the boundary denies.
    BoundaryDenies,
    /// No identity-based policy allows.
    IdentityIsSilent,
    /// The boundary does not allow.
    BoundaryIsSilent,
}

impl Reason {
    /// Returns the end of AWS's sentence. Source: "Troubleshoot access denied error messages", in the IAM user guide.
    pub(crate) fn words(self, action: &str) -> String {
        match self {
            Self::IdentityDenies => "with an explicit deny in an identity-based policy".to_owned(),
            Self::BoundaryDenies => "with an explicit deny in a permissions boundary".to_owned(),
            Self::IdentityIsSilent => format!("because no identity-based policy allows the {action} action"),
            Self::BoundaryIsSilent => format!("because no permissions boundary allows the {action} action"),
        }
    }
}

impl Rights {
    /// Returns whether the rights cover a need.
    pub(crate) fn verdict(&self, need: &Need) -> Verdict {
        let identity = decide(&self.identity, need);
        let boundary = self.boundary.as_ref().map_or(Decision::Allowed, |policies| decide(policies, need));
        match (identity, boundary) {
            (Decision::ExplicitDeny, _) => Verdict::Denied(Reason::IdentityDenies),
            (_, Decision::ExplicitDeny) => Verdict::Denied(Reason::BoundaryDenies),
            (Decision::ImplicitDeny, _) => Verdict::Denied(Reason::IdentityIsSilent),
            (_, Decision::ImplicitDeny) => Verdict::Denied(Reason::BoundaryIsSilent),
            (Decision::Allowed, Decision::Allowed) => Verdict::Allowed,
        }
    }

    /// Returns the decision of all layers together, as a simulation reports it.
    pub(crate) fn decision(&self, need: &Need) -> Decision {
        match self.verdict(need) {
            Verdict::Allowed => Decision::Allowed,
            Verdict::Denied(Reason::IdentityDenies | Reason::BoundaryDenies) => Decision::ExplicitDeny,
            Verdict::Denied(Reason::IdentityIsSilent | Reason::BoundaryIsSilent) => Decision::ImplicitDeny,
        }
    }
}

/// Returns the decision of policies about a need.
pub(crate) fn decide(policies: &[Policy], need: &Need) -> Decision {
    let concerned =
        || policies.iter().flat_map(|policy| &policy.statements).filter(|statement| statement.concerns(need));
    if concerned().any(|statement| !statement.is_allow) {
        Decision::ExplicitDeny
    } else if concerned().next().is_some() {
        Decision::Allowed
    } else {
        Decision::ImplicitDeny
    }
}

impl Policy {
    /// Reads a document. A text that is no policy allows nothing.
    pub(crate) fn read(name: &str, text: &str) -> Self {
        let document: Value = serde_json::from_str(text).unwrap_or_default();
        let statements = match &document["Statement"] {
            Value::Object(statement) => vec![Statement::of(statement)],
            Value::Array(list) => list.iter().filter_map(Value::as_object).map(Statement::of).collect(),
            _ => Vec::new(),
        };
        Self { name: name.to_owned(), statements }
    }

    /// Returns whether a statement decides about a need.
    pub(crate) fn concerns(&self, need: &Need) -> bool {
        self.statements.iter().any(|statement| statement.concerns(need))
    }

    /// Returns the keys of conditions, in lower case, in the statements about an action that the request does not
    /// have.
    pub(crate) fn missing_keys(&self, action: &str, keys: &Keys) -> Vec<String> {
        let statements = self.statements.iter().filter(|statement| statement.actions.fit_action(action));
        let asked = statements.flat_map(|statement| &statement.conditions).map(Condition::key);
        asked.filter(|key| !keys.contains_key(*key)).map(str::to_owned).collect()
    }
}

impl Statement {
    /// Reads a statement.
    fn of(statement: &Map<String, Value>) -> Self {
        Self {
            is_allow: statement.get("Effect").and_then(Value::as_str) == Some("Allow"),
            actions: Patterns::of(statement, "Action"),
            resources: Patterns::of(statement, "Resource"),
            conditions: Condition::all(statement.get("Condition")),
        }
    }

    /// Returns whether the statement is about a need: action, resource and conditions fit.
    fn concerns(&self, need: &Need) -> bool {
        self.actions.fit_action(&need.action)
            && self.resources.fit(&need.resource, pattern::matches)
            && self.conditions.iter().all(|condition| condition.holds(&need.keys))
    }
}

impl Patterns {
    /// Reads a member, or its negated form.
    fn of(statement: &Map<String, Value>, member: &str) -> Self {
        let negated = statement.get(&format!("Not{member}"));
        let value = negated.or_else(|| statement.get(member));
        Self { patterns: value.map(texts).unwrap_or_default(), is_negated: negated.is_some() }
    }

    /// Returns whether an action fits, without regard to case.
    fn fit_action(&self, action: &str) -> bool {
        self.fit(action, pattern::matches_without_case)
    }

    /// Returns whether a text fits.
    fn fit(&self, text: &str, matches: fn(&str, &str) -> bool) -> bool {
        self.patterns.iter().any(|pattern| matches(pattern, text)) != self.is_negated
    }
}

/// Returns the texts of a value, or of a list of values. Numbers and flags become texts.
pub(super) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        Value::Null | Value::Object(_) => Vec::new(),
        scalar => vec![scalar.to_string()],
    }
}
