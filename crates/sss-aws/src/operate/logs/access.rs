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
