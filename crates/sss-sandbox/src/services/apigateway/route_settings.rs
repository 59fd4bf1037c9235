//! Settings of a stage for all of its routes or for one.
//!
//! HTTP APIs have throttling and detailed metrics. They have no execution logs, and AWS refuses the members
//! for them.

use serde::{Deserialize, Serialize};

use super::constraint::bad_request;
use crate::refusal::Refusal;

/// The settings, with AWS's defaults.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RouteSettings {
    detailed_metrics_enabled: bool,
    /// The number of requests at once. `None` stands for the account's limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    throttling_burst_limit: Option<i64>,
    /// The number of requests in a second. `None` stands for the account's limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    throttling_rate_limit: Option<f64>,
}

/// The settings in a request. `None` keeps a member.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RouteSettingsInput {
    data_trace_enabled: Option<bool>,
    detailed_metrics_enabled: Option<bool>,
    logging_level: Option<String>,
    throttling_burst_limit: Option<i64>,
    throttling_rate_limit: Option<f64>,
}

impl RouteSettings {
    /// Changes the members of the request and keeps the others.
    ///
    /// # Errors
    ///
    /// Refuses execution logs.
    pub(super) fn merge(&mut self, input: &RouteSettingsInput) -> Result<(), Refusal> {
        let logs = input.logging_level.as_deref().is_some_and(|level| level != "OFF");
        if logs || input.data_trace_enabled == Some(true) {
            return Err(bad_request("Execution logs are not supported on protocol type HTTP"));
        }
        super::merge(&mut self.detailed_metrics_enabled, input.detailed_metrics_enabled);
        self.throttling_burst_limit = input.throttling_burst_limit.or(self.throttling_burst_limit);
        self.throttling_rate_limit = input.throttling_rate_limit.or(self.throttling_rate_limit);
        Ok(())
    }
}
