//! The time for which a log group keeps its events.
//!
//! CloudWatch Logs has 22 retentions in days, and log groups without one, whose events never expire. [`Retention`] can
//! hold only these, so no later check is needed. The default of a stack is 7 days. Each service and the access log may
//! have another one.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::path::Path;
use crate::problem::{Invalid, Problem};
use crate::rules;

/// The time for which a log group keeps its events: one of the numbers of days that CloudWatch Logs has, or for ever.
///
/// In a stack file it is the number, or `"never"` for events that never expire.
///
/// ```
/// use sss_model::Retention;
///
/// assert_eq!(Retention::days(14)?.in_days(), Some(14));
/// assert_eq!(Retention::NEVER.in_days(), None);
/// assert!(Retention::days(8).is_err());
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Retention(Option<u32>);

impl Retention {
    /// The retention of events that never expire. They are paid for every month; rule LOG-006 warns about it.
    pub const NEVER: Retention = Retention(None);

    /// All numbers of days that CloudWatch Logs takes, in ascending order.
    pub const DAYS: [u32; 22] = [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
        3653,
    ];

    /// Returns the retention after which events expire, in days.
    ///
    /// # Errors
    ///
    /// Fails if the number is not one of [`Retention::DAYS`].
    pub fn days(days: u32) -> Result<Self, Invalid> {
        if Retention::DAYS.contains(&days) {
            return Ok(Retention(Some(days)));
        }
        Err(Problem::new(&Path::root(), rules::logs::unknown_retention(days.into())).into())
    }

    /// Returns the number of days, or `None` for events that never expire.
    pub const fn in_days(self) -> Option<u32> {
        self.0
    }
}

impl Default for Retention {
    fn default() -> Self {
        Retention(Some(7))
    }
}

impl Serialize for Retention {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(days) => serializer.serialize_u32(days),
            None => serializer.serialize_str("never"),
        }
    }
}

/// A retention as a file has it, before it is checked.
#[derive(Deserialize)]
#[serde(untagged)]
enum Words {
    Days(u32),
    Never(String),
}

impl<'de> Deserialize<'de> for Retention {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Words::deserialize(deserializer)? {
            Words::Days(days) => Retention::days(days).map_err(D::Error::custom),
            Words::Never(word) if word == "never" => Ok(Retention::NEVER),
            Words::Never(_) => Err(D::Error::custom("expected a number of days or \"never\"")),
        }
    }
}

impl JsonSchema for Retention {
    fn schema_name() -> Cow<'static, str> {
        "Retention".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut values: Vec<serde_json::Value> = Retention::DAYS.iter().map(|days| (*days).into()).collect();
        values.push("never".into());
        json_schema!({ "enum": values, "x-rule": rules::LOG_003.id })
    }
}
