//! The rates of calls: the quotas that AWS documents, and the ones that an account has instead.
//!
//! A documented quota is a default. AWS raises some on request, and other programs use the same ones, so a
//! program may replace a quota or keep to a share of all. The rates to keep to are a little lower than the
//! granted ones, because the two clocks differ and calls take time to AWS.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::client::pace::{Bounds, Documented};

/// The part of AWS's own rate that is used at most.
const MARGIN: f64 = 0.99;

/// The number of tokens that stay in a bucket of more than `MANY`, because calls may arrive closer together
/// than they were sent.
const LEFT: u32 = 1;
/// The largest bucket that is used to the last token. One token less would be a large part of it.
const MANY: u32 = 4;

/// Error codes by which any AWS service, or a gateway in front of it, may refuse a call as one too many.
const THROTTLED: [&str; 5] =
    ["Throttling", "ThrottlingException", "RequestThrottled", "RequestThrottledException", "SlowDown"];

/// A token bucket.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Rate {
    /// The number of calls that may go out at once. At least 1.
    pub burst: u32,
    /// The number of further calls in each second. More than 0; 0.2 is one call in 5 seconds.
    pub per_second: f64,
}

/// The rates of calls: the documented quotas of AWS, the quotas that an account has instead, and the used
/// share of them.
///
/// ```
/// use sss_aws::{Rate, Rates};
///
/// let rates = Rates::default().share(0.5)?.quota("ECS task definition modify", Rate::new(40, 2.0))?;
/// # Ok::<(), sss_aws::InvalidRate>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Rates {
    /// The bounds of all services.
    bounds: Vec<&'static Bounds>,
    /// The used part of each quota, above 0 and at most 1.
    share: f64,
    /// The quotas that the account has instead of the documented ones.
    own: BTreeMap<&'static str, Rate>,
}

/// The error of a rate or a share that cannot be kept. Its text names the valid values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidRate(String);

impl std::fmt::Display for InvalidRate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidRate {}

impl Rate {
    /// Returns a rate of so many calls at once, and so many more in each second.
    pub const fn new(burst: u32, per_second: f64) -> Self {
        Self { burst, per_second }
    }
}

impl Rates {
    /// Returns the documented rates of these services.
    pub(crate) fn of(bounds: impl IntoIterator<Item = &'static Bounds>) -> Self {
        Self { bounds: bounds.into_iter().collect(), share: 1.0, own: BTreeMap::new() }
    }

    /// Returns the quotas by name, as AWS documents them.
    pub fn documented(&self) -> impl Iterator<Item = (&'static str, Rate)> {
        self.quotas().map(|(_, quota)| (quota.name, quota.rate))
    }

    /// Returns the documented quotas that a call draws on, by its name in IAM policies.
    ///
    /// ```
    /// use sss_aws::{Rate, Rates};
    ///
    /// let rates = Rates::default();
    /// let of_call: Vec<_> = rates.of_call("ecs:RegisterTaskDefinition").collect();
    /// assert_eq!(of_call, [("ECS task definition modify", Rate::new(20, 1.0))]);
    /// ```
    pub fn of_call(&self, call: &str) -> impl Iterator<Item = (&'static str, Rate)> {
        let all: Vec<_> = self.documented().collect();
        self.rows_of(call).map(move |row| all[row])
    }

    /// Returns the quotas with their services. All other lists of quotas have this order.
    pub(crate) fn quotas(&self) -> impl Iterator<Item = Documented> {
        self.bounds.iter().flat_map(|bounds| bounds.quotas.iter().map(|quota| (bounds.service, quota)))
    }

    /// Returns whether AWS refuses a call as one too many by this error code.
    ///
    /// Each service has codes of its own. A code means the same in all services.
    ///
    /// ```
    /// use sss_aws::Rates;
    ///
    /// let rates = Rates::default();
    /// assert!(rates.is_throttling("ThrottledException") && !rates.is_throttling("AccessDenied"));
    /// ```
    pub fn is_throttling(&self, code: &str) -> bool {
        self.throttled().any(|known| known == code)
    }

    /// Returns all error codes that refuse a call as one too many.
    pub(crate) fn throttled(&self) -> impl Iterator<Item = &'static str> {
        self.bounds.iter().flat_map(|bounds| bounds.throttled).copied().chain(THROTTLED)
    }

    /// Keeps to a share of every quota and leaves the rest to others in the account.
    ///
    /// Half of a quota is half of its burst and half of its rate. A burst stays at least 1.
    ///
    /// # Errors
    ///
    /// The share is 0 or less, or more than 1.
    pub fn share(mut self, share: f64) -> Result<Self, InvalidRate> {
        if share > 0.0 && share <= 1.0 {
            self.share = share;
            return Ok(self);
        }
        Err(InvalidRate(format!("a share is above 0 and at most 1, not {share}")))
    }

    /// Replaces a documented quota by the quota that the account has. A share applies to it as well.
    ///
    /// # Errors
    ///
    /// The name is not documented, the burst is 0, or the rate is not above 0. The error lists the names.
    pub fn quota(mut self, name: &str, rate: Rate) -> Result<Self, InvalidRate> {
        let Some((name, _)) = self.documented().find(|(known, _)| *known == name) else {
            let known: Vec<_> = self.documented().map(|(name, _)| name).collect();
            return Err(InvalidRate(format!("no quota is named {name:?}; there are: {}", known.join(", "))));
        };
        if rate.burst == 0 || !rate.per_second.is_finite() || rate.per_second <= 0.0 {
            return Err(InvalidRate(format!("{name} has a burst of at least 1 and a rate above 0")));
        }
        self.own.insert(name, rate);
        Ok(self)
    }

    /// Returns the quotas of the account, without share and margin. A forecast counts with them.
    pub(crate) fn granted(&self) -> Vec<(&'static str, Rate)> {
        let own = |(name, rate)| (name, self.own.get(name).copied().unwrap_or(rate));
        self.documented().map(own).collect()
    }

    /// Returns the places of the quotas that a call draws on, by its name in IAM policies.
    pub(crate) fn rows_of(&self, call: &str) -> impl Iterator<Item = usize> {
        let (service, operation) = call.split_once(':').unwrap_or_default();
        let quotas = self.quotas().enumerate();
        quotas.filter(move |(_, (of, quota))| *of == service && quota.is_about(operation)).map(|(row, _)| row)
    }

    /// Returns the rates to keep to, in the order of the quotas: with share and margin.
    pub(crate) fn kept(&self) -> Vec<Rate> {
        let kept = |(_, rate): (&'static str, Rate)| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a share of a number is no more than it, and not negative"
            )]
            let burst = (f64::from(rate.burst) * self.share).floor().max(1.0) as u32;
            let burst = if burst > MANY { burst - LEFT } else { burst };
            Rate { burst, per_second: rate.per_second * self.share * MARGIN }
        };
        self.granted().into_iter().map(kept).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn share_reduces_burst_and_rate() {
        let all = Rates::default().kept();
        let half = Rates::default().share(0.5).expect("a share").kept();
        for (all, half) in all.iter().zip(half) {
            assert!((half.burst * 2).abs_diff(all.burst) <= 2, "{half:?} of {all:?}");
            assert!((half.per_second * 2.0 - all.per_second).abs() < 1e-9);
        }
    }

    #[test]
    fn account_may_have_a_quota_of_its_own() {
        let rates = Rates::default().quota("ECS task definition modify", Rate::new(40, 2.0));
        let kept = rates.expect("a quota").kept();
        let place = Rates::default().documented().position(|(name, _)| name == "ECS task definition modify");
        assert_eq!(kept[place.expect("a row")].burst, 39);
    }

    #[test]
    fn invalid_share_or_quota_is_refused() {
        assert!([0.0, -1.0, 1.5, f64::NAN].into_iter().all(|share| Rates::default().share(share).is_err()));
        let quota = |name, rate| Rates::default().quota(name, rate).map_err(|error| error.to_string());
        assert!(quota("ECS", Rate::new(1, 1.0)).is_err_and(|text| text.contains("ECS cluster modify")));
        assert!(quota("IAM", Rate::new(0, 1.0)).is_err());
        assert!(quota("IAM", Rate::new(1, f64::INFINITY)).is_err());
    }
}
