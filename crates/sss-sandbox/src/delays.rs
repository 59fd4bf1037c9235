//! The delays of what is eventually consistent.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The delays after which AWS knows of a change everywhere.
///
/// [`Delays::default`] has AWS's usual delays and no delay of listings. [`Delays::long`] delays everything.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use sss_sandbox::{Delays, Sandbox};
///
/// let delays = Delays { role_assumable: Duration::from_secs(20), ..Delays::default() };
/// let sandbox = Sandbox::new().with_delays(delays);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Delays {
    /// The time from the creation of a role until a service can assume it.
    pub role_assumable: Duration,
    /// The time from the creation of a role until IAM finds and lists it.
    pub role_listed: Duration,
    /// The longest time from a change of an object or its tags until the tagging API knows of it.
    ///
    /// The tagging API reads the account once in this time while there are changes, so it knows some changes earlier.
    pub tags_listed: Duration,
    /// The time from the end of a task or a VPC link until its network interfaces release their security groups, if it
    /// is longer than usual.
    pub interfaces_gone: Duration,
}

impl Default for Delays {
    fn default() -> Self {
        Self {
            role_assumable: Duration::from_secs(10),
            role_listed: Duration::ZERO,
            tags_listed: Duration::ZERO,
            interfaces_gone: Duration::ZERO,
        }
    }
}

impl Delays {
    /// Returns the long delays that users of AWS report.
    pub fn long() -> Self {
        Self {
            role_assumable: Duration::from_secs(30),
            role_listed: Duration::from_secs(5),
            tags_listed: Duration::from_secs(10),
            interfaces_gone: Duration::from_mins(20),
        }
    }
}
