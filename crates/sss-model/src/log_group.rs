//! Log groups: encryption and class, or a log group of others.
//!
//! The stack has a log group for each service and one for the access log of the API. Name and retention of a group are
//! keys of their own ([`ServiceNames::log_group`](crate::ServiceNames::log_group), `log_retention_days`).

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::built;
use crate::problem::Invalid;
use crate::report::Part;
use crate::rules;

/// The encryption and the class of a log group, or a log group of others in its place.
///
/// ```
/// use sss_model::{LogClass, LogGroup};
///
/// let group = LogGroup::builder().class(LogClass::InfrequentAccess).build()?;
/// assert_eq!((group.class.map(LogClass::as_str), group.existing), (Some("INFREQUENT_ACCESS"), None));
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct LogGroup {
    /// The name or the ARN of a log group of others. The stack writes to it, and changes nothing of it.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    #[validate(custom(function = "rules::existing::log_group"))]
    pub existing: Option<String>,
    /// The ARN of the KMS key that encrypts new events. By default the stack leaves the setting to others.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 256), extend("x-rule" = rules::LOG_005.id))]
    #[validate(custom(function = "rules::logs::kms_key"))]
    pub kms_key_id: Option<String>,
    /// The class. AWS cannot change it, so another class is another group, and the old one is deleted with its events.
    /// By default the stack leaves the class to others; AWS gives a new group the class `STANDARD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<LogClass>,
}

impl LogGroup {
    /// Returns whether nothing is set, so that a stack file leaves it out.
    pub(crate) fn is_plain(&self) -> bool {
        *self == LogGroup::default()
    }

    /// Returns the name of the log group of others, which is the end of its ARN.
    pub(crate) fn name_of_others(&self) -> Option<String> {
        let text = self.existing.as_deref()?;
        let name = text.split_once(":log-group:").map_or(text, |(_, name)| name);
        Some(name.trim_end_matches(":*").to_owned())
    }
}

impl Part for LogGroup {}

built!(LogGroup by LogGroupBuilder);

/// The class of a log group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum LogClass {
    /// All functions of CloudWatch Logs.
    Standard,
    /// Half the price, without live tail, metric filters and subscriptions.
    InfrequentAccess,
    /// Events are only delivered to other services, and kept for a day. A retention has no effect.
    Delivery,
}

impl LogClass {
    /// Returns the word of CloudWatch Logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            LogClass::Standard => "STANDARD",
            LogClass::InfrequentAccess => "INFREQUENT_ACCESS",
            LogClass::Delivery => "DELIVERY",
        }
    }
}
