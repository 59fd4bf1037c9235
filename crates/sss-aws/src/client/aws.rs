//! The SDK clients.

use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_types::SdkConfig;

use crate::client::pace::{Listener, Pace, PacedClient, Rates, Statistics, Watch};

/// Access to one account in one region, through the AWS SDK.
///
/// Endpoint, credentials, retries and HTTP client are those of the [`SdkConfig`]: a real account, a sandbox in process,
/// or any endpoint that speaks AWS's protocols.
#[derive(Debug, Clone)]
pub struct Aws {
    pub(crate) apigateway: aws_sdk_apigatewayv2::Client,
    pub(crate) cloudmap: aws_sdk_servicediscovery::Client,
    pub(crate) ec2: aws_sdk_ec2::Client,
    pub(crate) ecs: aws_sdk_ecs::Client,
    pub(crate) iam: aws_sdk_iam::Client,
    pub(crate) logs: aws_sdk_cloudwatchlogs::Client,
    pub(crate) ssm: aws_sdk_ssm::Client,
    pub(crate) tagging: aws_sdk_resourcegroupstagging::Client,
    region: String,
    pace: Pace,
}

/// A client of a service, whose calls the pace knows by the service's name in IAM policies.
macro_rules! client {
    ($sdk:ident, $service:literal, $config:expr, $pace:expr) => {
        $sdk::Client::from_conf(
            $sdk::config::Builder::from($config).interceptor(Watch::new($service, $pace.clone())).build(),
        )
    };
}

impl Aws {
    /// Clients of this configuration that keep AWS's quotas on calls.
    pub fn new(config: &SdkConfig) -> Self {
        Self::with_rates(config, &Rates::default())
    }

    /// Clients that keep to these rates.
    pub fn with_rates(config: &SdkConfig, rates: &Rates) -> Self {
        let pace = Pace::new(rates);
        // A call that waits for its turn is not stalled; the paced client has a deadline of its own for answers.
        let stalled = StalledStreamProtectionConfig::enabled().upload_enabled(false).build();
        let mut paced = config.to_builder().stalled_stream_protection(stalled);
        if let Some(client) = config.http_client() {
            paced = paced.http_client(PacedClient::new(client, pace.clone()));
        }
        let config = &paced.build();
        Self {
            apigateway: client!(aws_sdk_apigatewayv2, "apigateway", config, pace),
            cloudmap: client!(aws_sdk_servicediscovery, "servicediscovery", config, pace),
            ec2: client!(aws_sdk_ec2, "ec2", config, pace),
            ecs: client!(aws_sdk_ecs, "ecs", config, pace),
            iam: client!(aws_sdk_iam, "iam", config, pace),
            logs: client!(aws_sdk_cloudwatchlogs, "logs", config, pace),
            ssm: client!(aws_sdk_ssm, "ssm", config, pace),
            tagging: client!(aws_sdk_resourcegroupstagging, "tag", config, pace),
            region: config.region().map(ToString::to_string).unwrap_or_default(),
            pace,
        }
    }

    /// Lets somebody hear of calls without an answer from now on, through these clients and their clones. Returns who heard
    /// it before.
    pub(crate) fn hear_silence(&self, listener: Option<Listener>) -> Option<Listener> {
        self.pace.silence.listen(listener)
    }

    /// What was called through these clients and their clones so far.
    pub fn statistics(&self) -> Statistics {
        self.pace.statistics()
    }

    pub(crate) fn region(&self) -> &str {
        &self.region
    }
}
