//! The log driver of a container, and the log router that a container is.

use std::collections::BTreeMap;

use aws_sdk_ecs::types::{
    FirelensConfiguration, FirelensConfigurationType, LogConfiguration, LogDriver, Secret,
};
use serde::{Deserialize, Serialize};

use super::{Container, some};

/// A log router.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Router {
    /// `fluentd` or `fluentbit`.
    #[serde(rename = "type")]
    pub(crate) program: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) options: BTreeMap<String, String>,
}

impl Router {
    pub(super) fn encode(&self) -> FirelensConfiguration {
        let router =
            FirelensConfiguration::builder().r#type(FirelensConfigurationType::from(self.program.as_str()));
        let options = (!self.options.is_empty()).then(|| self.options.clone().into_iter().collect());
        router.set_options(options).build().expect("a log router with a type")
    }

    pub(super) fn decode(found: &FirelensConfiguration) -> Self {
        let options = found.options().cloned().unwrap_or_default();
        Self { program: found.r#type().as_str().to_owned(), options: options.into_iter().collect() }
    }
}

/// Returns the log configuration in the form of the client, or `None` without a driver.
pub(super) fn encode(container: &Container) -> Option<LogConfiguration> {
    let driver = container.log_driver.as_deref()?;
    let options = &container.log_options;
    let secrets = container.log_secret_options.iter().map(|(option, from)| {
        Secret::builder().name(option).value_from(from).build().expect("a secret with name and source")
    });
    let log = LogConfiguration::builder().log_driver(LogDriver::from(driver));
    let log = log.set_options((!options.is_empty()).then(|| options.clone().into_iter().collect()));
    Some(log.set_secret_options(some(secrets)).build().expect("a log driver"))
}
