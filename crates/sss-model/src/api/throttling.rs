//! Limits on the requests that the API lets through.
//!
//! API Gateway has two limits for each route: requests per second, and requests at once. A stage has one pair for every
//! route, and a route may have a pair of its own. All clients of a route share its limits. A request above them gets the
//! answer 429.
//!
//! Both limits belong together: API Gateway lets nothing through where one of them is 0, and tools that leave one out
//! have blocked whole APIs (pulumi-aws#2363).

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use validator::Validate;

use crate::path::Path;
use crate::report::{Part, Report};
use crate::rules;

/// The limits of the requests to a route.
///
/// ```
/// use sss_model::{Api, Throttling};
///
/// let api = Api::builder().throttling(Throttling::new(100.0, 200)).build()?;
/// assert_eq!(api.throttling.map(|limits| limits.burst), Some(200));
/// assert!(Api::builder().throttling(Throttling::new(-1.0, 200)).build().is_err());
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Throttling {
    /// Requests per second, 0 or more.
    #[schemars(range(min = 0), extend("x-rule" = rules::APIGW_STAGE_020.id))]
    pub rate: RequestRate,
    /// Requests at once, 0 to 2147483647: the requests that may come before the rate counts.
    #[schemars(range(max = 2_147_483_647), extend("x-rule" = rules::APIGW_STAGE_020.id))]
    #[validate(custom(function = "rules::api::burst"))]
    pub burst: u32,
}

impl Throttling {
    /// Returns the limits: requests per second, and requests at once.
    #[must_use]
    pub const fn new(rate: f64, burst: u32) -> Self {
        Throttling { rate: RequestRate(rate), burst }
    }
}

impl Part for Throttling {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::api::throttling(*self, at, report);
    }
}

/// Requests per second, with or without a fraction.
///
/// A whole number is written without a point.
///
/// ```
/// use sss_model::Throttling;
///
/// let limits = Throttling::new(2.5, 5);
/// assert_eq!(limits.rate.per_second(), 2.5);
/// assert_eq!(serde_json::to_string(&Throttling::new(100.0, 5))?, r#"{"rate":100,"burst":5}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct RequestRate(f64);

impl From<f64> for RequestRate {
    fn from(per_second: f64) -> Self {
        RequestRate(per_second)
    }
}

impl RequestRate {
    /// Returns the number of requests per second.
    pub const fn per_second(self) -> f64 {
        self.0
    }

    /// Returns the rate without a fraction, if it has none.
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
    fn whole(self) -> Option<i64> {
        // Above this bound a float has no digit for every whole number.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        (self.0.fract() == 0.0 && self.0.abs() < EXACT).then_some(self.0 as i64)
    }
}

/// Rates are equal if they are the same number, so that stacks can be compared whatever a file has.
impl PartialEq for RequestRate {
    fn eq(&self, other: &Self) -> bool {
        self.0.total_cmp(&other.0).is_eq()
    }
}

impl Eq for RequestRate {}

impl fmt::Display for RequestRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for RequestRate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.whole() {
            Some(whole) => serializer.serialize_i64(whole),
            None => serializer.serialize_f64(self.0),
        }
    }
}
