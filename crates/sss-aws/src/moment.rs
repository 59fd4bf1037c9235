//! A moment in AWS's time.

use std::{borrow::Cow, fmt, time::SystemTime};

use aws_smithy_types::date_time::{DateTime, Format};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

/// A moment, to the millisecond. It is shown and serialised as `2026-01-31T12:00:00Z`.
///
/// ```
/// use sss_aws::Moment;
///
/// let noon = Moment::parse("2026-01-31T12:00:00Z").expect("a time with a zone");
/// assert_eq!(noon.plus(1_500).to_string(), "2026-01-31T12:00:01.5Z");
/// assert!(noon < noon.plus(1));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// Returns the moment of so many milliseconds since 1970.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Returns the milliseconds since 1970.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Returns the moment so many milliseconds later, or earlier for a negative number.
    #[must_use]
    pub const fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Reads a time with a zone, such as `2026-01-31T12:00:00Z`. `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let time = DateTime::from_str(text, Format::DateTimeWithOffset).ok()?;
        time.to_millis().ok().map(Self)
    }

    /// Returns the moment of a clock.
    pub(crate) fn of_clock(time: SystemTime) -> Self {
        Self(DateTime::from(time).to_millis().unwrap_or(i64::MAX))
    }
}

impl From<&DateTime> for Moment {
    fn from(time: &DateTime) -> Self {
        Self(time.to_millis().unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::from_millis(self.0).fmt(Format::DateTime) {
            Ok(text) => f.pad(&text),
            Err(_) => f.pad("an unknown time"),
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for Moment {
    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}
