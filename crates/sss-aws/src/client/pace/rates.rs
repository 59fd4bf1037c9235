//! The rates of calls: those that AWS documents, and those that an account has instead.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::client::pace::{Bounds, Documented};

/// The share of AWS's own rate that is used at most, because AWS's clock is another one and calls take time to it.
const MARGIN: f64 = 0.99;

/// The tokens that stay in a bucket of more than `MANY`, because calls may arrive closer together than they were sent.
const LEFT: u32 = 1;
const MANY: u32 = 4;

/// Error codes by which any AWS service, or a gateway in front of it, may refuse a call as one too many.
const THROTTLED: [&str; 5] =
    ["Throttling", "ThrottlingException", "RequestThrottled", "RequestThrottledException", "SlowDown"];

/// A token bucket.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Rate {
    /// The number of calls that may go out at once.
    pub burst: u32,
    /// The number of further calls in each second.
    pub per_second: f64,
}

/// The rates of calls: the documented quotas of AWS, the quotas that an account has instead, and the share of them to use.
///
/// ```
/// use sss_aws::{Rate, Rates};
///
/// let rates = Rates::default().share(0.5)?.quota("ECS task definition modify", Rate::new(40, 2.0))?;
/// # Ok::<(), sss_aws::InvalidRate>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Rates {
    bounds: Vec<&'static Bounds>,
    share: f64,
    own: BTreeMap<&'static str, Rate>,
}

/// The error of a rate that cannot be kept to.
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

    pub(crate) fn throttled(&self) -> impl Iterator<Item = &'static str> {
        self.bounds.iter().flat_map(|bounds| bounds.throttled).copied().chain(THROTTLED)
    }

    /// Keeps to a share of every quota and leaves the rest to others in the account.
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

    /// Replaces a documented quota by the quota that the account has.
    ///
    /// # Errors
    ///
    /// The name is not documented, the burst is 0, or the rate is not above 0.
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

    /// Returns the rates that the account has, in the order of the quotas.
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

    /// Returns the rates to keep to, in the order of the quotas.
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
    fn a_share_is_a_part_of_burst_and_rate() {
        let all = Rates::default().kept();
        let half = Rates::default().share(0.5).expect("a share").kept();
        for (all, half) in all.iter().zip(half) {
            assert!((half.burst * 2).abs_diff(all.burst) <= 2, "{half:?} of {all:?}");
            assert!((half.per_second * 2.0 - all.per_second).abs() < 1e-9);
        }
    }

    #[test]
    fn an_account_may_have_a_quota_of_its_own() {
        let rates = Rates::default().quota("ECS task definition modify", Rate::new(40, 2.0));
        let kept = rates.expect("a quota").kept();
        let place = Rates::default().documented().position(|(name, _)| name == "ECS task definition modify");
        assert_eq!(kept[place.expect("a row")].burst, 39);
    }

    #[test]
    fn what_cannot_be_kept_is_refused() {
        assert!([0.0, -1.0, 1.5, f64::NAN].into_iter().all(|share| Rates::default().share(share).is_err()));
        let quota = |name, rate| Rates::default().quota(name, rate).map_err(|error| error.to_string());
        assert!(quota("ECS", Rate::new(1, 1.0)).is_err_and(|text| text.contains("ECS cluster modify")));
        assert!(quota("IAM", Rate::new(0, 1.0)).is_err());
        assert!(quota("IAM", Rate::new(1, f64::INFINITY)).is_err());
    }
}
