//! The access log of an API: lines in the format that its stage has.
//!
//! The format is the owner's, so its keys are. A line is read by the variables behind them.

use std::{collections::BTreeMap, str::FromStr};

use serde_json::Value;

/// A request of an access log, by the variables of API Gateway without `$context.`.
///
/// ```
/// use sss_aws::operate::logs::access::Format;
///
/// let format = Format::of(r#"{"s":"$context.status","r":"$context.routeKey"}"#).expect("JSON");
/// let request = format.read(r#"{"s":"404","r":"-"}"#).expect("a line of this format");
/// assert_eq!(request["status"], "404");
/// ```
pub type Request = BTreeMap<String, String>;

/// The part of the way of a request that answered it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answerer {
    /// API Gateway itself: no backend was reached.
    Gateway,
    /// The authorizer of the route.
    Authorizer,
    /// The service behind the integration.
    Backend,
}

impl Answerer {
    /// Returns the part that answered a request. `None` if the log has no status of the integration, or if API Gateway
    /// answered as it should, as it does for preflight requests.
    ///
    /// ```
    /// use sss_aws::operate::logs::access::{Answerer, Format};
    ///
    /// let format = Format::of(r#"{"s":"$context.status","i":"$context.integration.status"}"#).expect("JSON");
    /// let of = |line: &str| Answerer::of(&format.read(line).expect("a line of this format"));
    /// assert_eq!(of(r#"{"s":"503","i":"503"}"#), Some(Answerer::Backend));
    /// assert_eq!(of(r#"{"s":"503","i":"-"}"#), Some(Answerer::Gateway));
    /// ```
    pub fn of(request: &Request) -> Option<Self> {
        let status = STATUSES.iter().find_map(|name| request.get(*name))?;
        let is_unset = |value: &String| value == "-" || value.is_empty();
        if !is_unset(status) {
            return Some(Self::Backend);
        }
        if request.get("authorizer.error").is_some_and(|error| !is_unset(error)) {
            return Some(Self::Authorizer);
        }
        let failed = request.get("status").is_some_and(|status| status.starts_with(['4', '5']));
        failed.then_some(Self::Gateway)
    }

    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gateway => "API Gateway",
            Self::Authorizer => "the authorizer",
            Self::Backend => "the backend",
        }
    }
}

/// The names of the variable that has the status of the integration.
const STATUSES: [&str; 3] = ["integration.status", "integrationStatus", "integration.integrationStatus"];

/// The variables that have the reason of a failure, the most telling one first.
const REASONS: [&str; 5] = [
    "integrationErrorMessage",
    "integration.error",
    "authorizer.error",
    "error.message",
    "error.responseType",
];

/// Returns the reasons why a request failed, in the words of API Gateway and each once.
pub fn reasons(request: &Request) -> Vec<&str> {
    let mut reasons: Vec<&str> = Vec::new();
    for reason in REASONS.iter().filter_map(|name| request.get(*name)).filter(|reason| *reason != "-") {
        if !reasons.contains(&reason.as_str()) {
            reasons.push(reason);
        }
    }
    reasons
}

/// The format of an access log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format(BTreeMap<String, String>);

impl Format {
    /// Reads the format of a stage. `None` if it is not a flat object of JSON.
    pub fn of(text: &str) -> Option<Self> {
        let keys: BTreeMap<String, Value> = serde_json::from_str(text).ok()?;
        let variables = keys
            .into_iter()
            .filter_map(|(key, value)| Some((key, value.as_str()?.strip_prefix("$context.")?.to_owned())));
        Some(Self(variables.collect()))
    }

    /// Returns whether lines tell which part answered a request.
    pub fn tells_answerers(&self) -> bool {
        self.0.values().any(|variable| STATUSES.contains(&variable.as_str()))
    }

    /// Reads a line. `None` if it is not of this format: API Gateway pastes values without quoting them.
    pub fn read(&self, line: &str) -> Option<Request> {
        let values: BTreeMap<String, Value> = serde_json::from_str(line).ok()?;
        let named = values.into_iter().filter_map(|(key, value)| {
            let text = match value {
                Value::String(text) => text,
                other => other.to_string(),
            };
            Some((self.0.get(&key)?.clone(), text))
        });
        Some(named.collect())
    }
}

/// A choice of statuses, with the format of the lines: `5xx`, `404`.
#[derive(Debug, Clone)]
pub struct Status {
    format: Format,
    pattern: Pattern,
}

/// A status with `x` for any digit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// Returns the pattern of failures of the API or of what is behind it.
    pub(crate) fn of_failures() -> Self {
        Self("5xx".to_owned())
    }
}

impl FromStr for Pattern {
    type Err = String;

    /// Reads three digits, of which the last ones may be `x`.
    fn from_str(text: &str) -> Result<Self, String> {
        let lower = text.to_ascii_lowercase();
        let is_sound = lower.len() == 3
            && lower.starts_with(|first: char| ('1'..='5').contains(&first))
            && lower.chars().all(|one| one.is_ascii_digit() || one == 'x');
        if is_sound {
            Ok(Self(lower))
        } else {
            Err("a status is three digits, such as 404 or 5xx".to_owned())
        }
    }
}

impl Status {
    /// Returns the choice of a pattern among lines of a format.
    pub fn new(format: Format, pattern: Pattern) -> Self {
        Self { format, pattern }
    }

    /// Returns whether a line has one of the statuses. A line of another format has none.
    pub(super) fn takes(&self, line: &str) -> bool {
        let request = self.format.read(line);
        let status = request.as_ref().and_then(|request| request.get("status"));
        status.is_some_and(|status| {
            let pairs = self.pattern.0.chars().zip(status.chars());
            status.len() == 3 && pairs.into_iter().all(|(wanted, found)| wanted == 'x' || wanted == found)
        })
    }
}
