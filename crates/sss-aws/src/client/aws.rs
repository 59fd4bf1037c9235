//! The SDK clients of one account in one region.
//!
//! All clients share one [`Pace`], because all calls to an account and region share AWS's quotas. An
//! identity cache in each client lets its calls wait before they are signed, and an interceptor names them. So no
//! caller has to know of quotas.

use std::time::SystemTime;

use aws_sdk_ecs::config::IdentityCache;
use aws_types::{
    SdkConfig,
    sdk_config::{SharedTimeSource, TimeSource},
};

use crate::{
    Moment,
    client::{
        pace::{Listener, Pace, Rates, Statistics, Turns, Watch, WholeAnswers},
        web::Web,
    },
};

/// Access to one account in one region, through the AWS SDK.
///
/// Endpoint, credentials, retries and HTTP client are those of the [`SdkConfig`]: a real account, a sandbox
/// in process, or any endpoint that speaks AWS's protocols.
///
/// Clones share the clients, the quotas and the counts. Two values for one account and region do not: their
/// calls together may exceed the quotas, and AWS then refuses some of them.
///
/// # Assumptions
///
/// The configuration has an HTTP client and credentials. Without an HTTP client, the SDK's default applies, and
/// calls have no deadline for the whole answer. Calls without credentials do not wait for quotas; AWS refuses them.
#[derive(Debug, Clone)]
pub struct Aws {
    pub(crate) apigateway: aws_sdk_apigatewayv2::Client,
    pub(crate) cloudmap: aws_sdk_servicediscovery::Client,
    pub(crate) ec2: aws_sdk_ec2::Client,
    pub(crate) ecr: aws_sdk_ecr::Client,
    pub(crate) ecs: aws_sdk_ecs::Client,
    pub(crate) elb: aws_sdk_elasticloadbalancingv2::Client,
    pub(crate) iam: aws_sdk_iam::Client,
    /// Logs as they are written: its answers have no end, so nobody waits for a whole one.
    pub(crate) live: aws_sdk_cloudwatchlogs::Client,
    pub(crate) logs: aws_sdk_cloudwatchlogs::Client,
    pub(crate) scaling: aws_sdk_applicationautoscaling::Client,
    pub(crate) secrets: aws_sdk_secretsmanager::Client,
    pub(crate) quotas: aws_sdk_servicequotas::Client,
    pub(crate) route53: aws_sdk_route53::Client,
    pub(crate) ssm: aws_sdk_ssm::Client,
    pub(crate) sts: aws_sdk_sts::Client,
    pub(crate) tagging: aws_sdk_resourcegroupstagging::Client,
    /// Others than AWS, such as issuers and registries.
    pub(crate) web: Web,
    region: String,
    pace: Pace,
    clock: Option<SharedTimeSource>,
}

/// A client of a service, whose calls the pace knows by the service's name in IAM policies.
macro_rules! client {
    ($sdk:ident, $service:literal, $config:expr, $pace:expr, $identities:expr) => {
        $sdk::Client::from_conf(
            $sdk::config::Builder::from($config)
                .identity_cache(Turns::new($service, $pace.clone(), $identities.clone()))
                .interceptor(Watch::new($service, $pace.clone()))
                .build(),
        )
    };
}

impl Aws {
    /// Returns clients of this configuration that keep AWS's documented quotas on calls.
    ///
    /// ```no_run
    /// # fn example(config: &aws_types::SdkConfig) {
    /// let aws = sss_aws::Aws::new(config);
    /// assert_eq!(aws.statistics().total(), 0);
    /// # }
    /// ```
    pub fn new(config: &SdkConfig) -> Self {
        Self::with_rates(config, &Rates::default())
    }

    /// Returns clients that keep to these rates: for an account with quotas of its own, or to leave a share
    /// of them to others.
    pub fn with_rates(config: &SdkConfig, rates: &Rates) -> Self {
        let pace = Pace::new(rates);
        let mut whole = config.to_builder();
        let http_client = config.http_client();
        if let Some(client) = config.http_client() {
            whole = whole.http_client(WholeAnswers::new(client, pace.silence.clone()));
        }
        let (endless, config) = (config, &whole.build());
        let lazy = || IdentityCache::lazy().build();
        let identities = config.identity_cache().unwrap_or_else(lazy);

        Self {
            apigateway: client!(aws_sdk_apigatewayv2, "apigateway", config, pace, identities),
            cloudmap: client!(aws_sdk_servicediscovery, "servicediscovery", config, pace, identities),
            ec2: client!(aws_sdk_ec2, "ec2", config, pace, identities),
            ecr: client!(aws_sdk_ecr, "ecr", config, pace, identities),
            ecs: client!(aws_sdk_ecs, "ecs", config, pace, identities),
            elb: client!(aws_sdk_elasticloadbalancingv2, "elasticloadbalancing", config, pace, identities),
            iam: client!(aws_sdk_iam, "iam", config, pace, identities),
            live: client!(aws_sdk_cloudwatchlogs, "logs", endless, pace, identities),
            logs: client!(aws_sdk_cloudwatchlogs, "logs", config, pace, identities),
            scaling: client!(
                aws_sdk_applicationautoscaling,
                "application-autoscaling",
                config,
                pace,
                identities
            ),
            secrets: client!(aws_sdk_secretsmanager, "secretsmanager", config, pace, identities),
            quotas: client!(aws_sdk_servicequotas, "servicequotas", config, pace, identities),
            route53: client!(aws_sdk_route53, "route53", config, pace, identities),
            ssm: client!(aws_sdk_ssm, "ssm", config, pace, identities),
            sts: client!(aws_sdk_sts, "sts", config, pace, identities),
            tagging: client!(aws_sdk_resourcegroupstagging, "tag", config, pace, identities),
            web: Web::new(http_client),
            clock: config.time_source(),
            region: config.region().map(ToString::to_string).unwrap_or_default(),
            pace,
        }
    }

    /// Sets the listener for calls without an answer, for these clients and their clones. Returns the former
    /// listener.
    pub(crate) fn hear_silence(&self, listener: Option<Listener>) -> Option<Listener> {
        self.pace.silence.listen(listener)
    }

    /// Returns the calls through these clients and their clones so far.
    ///
    /// Subtract earlier statistics with [`Statistics::since`] to count the calls of one operation.
    pub fn statistics(&self) -> Statistics {
        self.pace.statistics()
    }

    /// Returns the present time of the configuration's clock, which is the system's by default.
    pub fn now(&self) -> Moment {
        Moment::of_clock(self.clock.as_ref().map_or_else(SystemTime::now, TimeSource::now))
    }

    /// Returns the region, or an empty text if the configuration has none.
    pub(crate) fn region(&self) -> &str {
        &self.region
    }
}
