//! The limits of requests and the metrics of a stage, for all routes and for single ones.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_apigatewayv2::types::RouteSettings as SdkRouteSettings;
use sss_model::RequestRate;

use super::{Limits, RouteLimits, State};

/// The limits that an account has by default, for a stage that has no limits any more.
///
/// No call takes the limits for all routes away (pulumi-aws#2363). Those of the account count anyway, so these let the
/// same requests through unless AWS has raised the quota.
const OF_ACCOUNT: (f64, i32) = (10_000.0, 5_000);

/// Returns the settings for all routes that a call names, or `None` if they are to stay as they are.
pub(super) fn of_all(live: Option<&State>, want: &State) -> Option<SdkRouteSettings> {
    let (limited, measured) = live.map_or((None, false), |live| (live.throttling, live.detailed_metrics));
    if limited == want.throttling && measured == want.detailed_metrics {
        return None;
    }

    let (rate, burst) = match want.throttling {
        Some(limits) => (limits.rate.map(RequestRate::per_second), limits.burst),
        None if limited.is_some() => (Some(OF_ACCOUNT.0), Some(OF_ACCOUNT.1)),
        None => (None, None),
    };
    let settings = SdkRouteSettings::builder().detailed_metrics_enabled(want.detailed_metrics);
    Some(settings.set_throttling_rate_limit(rate).set_throttling_burst_limit(burst).build())
}

/// Returns the settings of single routes that a call names, by route key.
///
/// Settings of a route take the place of those for all routes as a whole (terraform-aws-apigateway-v2#78). So they have
/// the metrics too.
pub(super) fn of_routes(want: &State) -> Option<HashMap<String, SdkRouteSettings>> {
    let settings = |(key, limits): (&String, &RouteLimits)| {
        let settings = SdkRouteSettings::builder()
            .detailed_metrics_enabled(want.detailed_metrics)
            .set_throttling_rate_limit(limits.limits.rate.map(RequestRate::per_second))
            .set_throttling_burst_limit(limits.limits.burst);
        (key.clone(), settings.build())
    };
    (!want.routes.is_empty()).then(|| want.routes.iter().map(settings).collect())
}

/// Decodes the limits of a stage or of a route. Settings without any limit have none.
pub(super) fn decode(found: &SdkRouteSettings) -> Option<Limits> {
    let rate = found.throttling_rate_limit.map(RequestRate::from);
    let limits = Limits { rate, burst: found.throttling_burst_limit };
    (limits.rate.is_some() || limits.burst.is_some()).then_some(limits)
}

/// Decodes the settings of single routes. The metrics of a route count only if the stack has a say in metrics.
pub(super) fn decode_routes(
    found: Option<HashMap<String, SdkRouteSettings>>,
    sets_metrics: bool,
) -> BTreeMap<String, RouteLimits> {
    let decoded = |(key, found): (String, SdkRouteSettings)| {
        let metrics = found.detailed_metrics_enabled.unwrap_or(false);
        let limits = decode(&found).unwrap_or_default();
        (key, RouteLimits { limits, detailed_metrics: sets_metrics.then_some(metrics) })
    };
    found.unwrap_or_default().into_iter().map(decoded).collect()
}
