//! The access log of the API's stage.
//!
//! A line of the log has the values of `$context` variables. Two formats have a word. `default` is the format of the
//! article that the project follows, so that a stack of Terraform's has no change. `full` has the status of the
//! integration, the error of the authorizer and the class of API Gateway's own refusals as well: a reader sees which of
//! the three answered a request.

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use validator::Validate;

use crate::builder::built;
use crate::log_group::LogGroup;
use crate::path::Path;
use crate::problem::Invalid;
use crate::report::{Part, Report};
use crate::retention::Retention;
use crate::rules;

/// The format by default. Its keys are sorted and it is compact, as Terraform's `jsonencode` writes it.
const USUAL: &str = concat!(
    r#"{"errMsg":"$context.integrationErrorMessage","httpMethod":"$context.httpMethod","#,
    r#""ip":"$context.identity.sourceIp","path":"$context.path","protocol":"$context.protocol","#,
    r#""requestId":"$context.requestId","requestTime":"$context.requestTime","#,
    r#""responseLength":"$context.responseLength","routeKey":"$context.routeKey","#,
    r#""status":"$context.status"}"#,
);

/// The format that tells API Gateway, authorizer and backend apart.
const FULL: &str = concat!(
    r#"{"authErr":"$context.authorizer.error","err":"$context.error.message","#,
    r#""errMsg":"$context.integrationErrorMessage","errType":"$context.error.responseType","#,
    r#""httpMethod":"$context.httpMethod","intLatency":"$context.integration.latency","#,
    r#""intStatus":"$context.integration.status","ip":"$context.identity.sourceIp","#,
    r#""latency":"$context.responseLatency","path":"$context.path","protocol":"$context.protocol","#,
    r#""requestId":"$context.requestId","requestTime":"$context.requestTime","#,
    r#""responseLength":"$context.responseLength","routeKey":"$context.routeKey","#,
    r#""status":"$context.status"}"#,
);

/// Returns the format that a word stands for, or the text itself.
fn spelled_out(format: String) -> String {
    match format.as_str() {
        "full" => FULL.to_owned(),
        "default" => USUAL.to_owned(),
        _ => format,
    }
}

fn format<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    String::deserialize(deserializer).map(spelled_out)
}

/// The access log of the API's stage.
///
/// ```
/// use sss_model::{AccessLog, Retention};
///
/// let log = AccessLog::builder()
///     .format("$context.requestId $context.status")
///     .retention_days(Retention::days(30)?)
///     .build()?;
/// assert!(AccessLog::builder().format("$context.status").build().is_err());
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct AccessLog {
    /// A line of the log, with `$context` variables. It must have `$context.requestId` or `$context.extendedRequestId`,
    /// and at most 3072 characters.
    ///
    /// `full` stands for a line that tells API Gateway, authorizer and backend apart, `default` for the usual one.
    #[builder(setter(custom))]
    #[serde(deserialize_with = "format")]
    #[schemars(length(max = 3072))]
    #[validate(custom(function = "rules::api::access_log_format"))]
    pub format: String,
    /// Days for which the log group keeps its events. Default: the stack's `log_retention_days`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<Retention>,
    /// The log group: its encryption and class, or one of others. Default: the stack's `log_group`.
    #[serde(skip_serializing_if = "LogGroup::is_plain")]
    pub log_group: LogGroup,
}

impl Default for AccessLog {
    fn default() -> Self {
        AccessLog { format: USUAL.to_owned(), retention_days: None, log_group: LogGroup::default() }
    }
}

impl AccessLogBuilder {
    /// Sets the format of a line. `full` and `default` stand for formats.
    ///
    /// ```
    /// let log = sss_model::AccessLog::builder().format("full").build()?;
    /// assert!(log.format.contains("$context.integration.status"));
    /// # Ok::<(), sss_model::Invalid>(())
    /// ```
    #[must_use]
    pub fn format(mut self, format: impl Into<String>) -> Self {
        self.format = Some(spelled_out(format.into()));
        self
    }
}

built!(AccessLog by AccessLogBuilder);

impl Part for AccessLog {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::api::access_log::doubts(&self.format, &at.key("format"), report);
    }
}

/// An access log in a file: a table, or `false` for none.
///
/// `None` is `false`, because TOML has no null and an absent key means the default log.
pub(super) mod switch {
    use schemars::JsonSchema;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::AccessLog;

    #[derive(Deserialize, JsonSchema)]
    #[serde(untagged)]
    #[schemars(rename = "AccessLogSwitch")]
    pub(in super::super) enum Words {
        /// `false` writes no log, `true` writes the default one.
        Switch(bool),
        /// The format of the log, and its retention.
        Log(AccessLog),
    }

    #[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
    pub(in super::super) fn serialize<S: Serializer>(
        log: &Option<AccessLog>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match log {
            Some(log) => log.serialize(serializer),
            None => serializer.serialize_bool(false),
        }
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<AccessLog>, D::Error> {
        Ok(match Words::deserialize(deserializer)? {
            Words::Switch(false) => None,
            Words::Switch(true) => Some(AccessLog::default()),
            Words::Log(log) => Some(log),
        })
    }
}
