//! The SDK clients.

use aws_types::SdkConfig;

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
    pub(crate) tagging: aws_sdk_resourcegroupstagging::Client,
    region: String,
}

impl Aws {
    /// Clients of this configuration.
    pub fn new(config: &SdkConfig) -> Self {
        Self {
            apigateway: aws_sdk_apigatewayv2::Client::new(config),
            cloudmap: aws_sdk_servicediscovery::Client::new(config),
            ec2: aws_sdk_ec2::Client::new(config),
            ecs: aws_sdk_ecs::Client::new(config),
            iam: aws_sdk_iam::Client::new(config),
            logs: aws_sdk_cloudwatchlogs::Client::new(config),
            tagging: aws_sdk_resourcegroupstagging::Client::new(config),
            region: config.region().map(ToString::to_string).unwrap_or_default(),
        }
    }

    pub(crate) fn region(&self) -> &str {
        &self.region
    }
}
