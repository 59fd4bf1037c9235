//! The delays of what is eventually consistent.
//!
//! AWS answers a write before all of its parts know of it. Threads report a role that no service can assume
//! yet (terraform#2869; tfp#6566 and tfp#43124, of hashicorp/terraform-provider-aws), a tagging API that lags
//! (aws-sdk#581), and network interfaces that linger (alchemy#937). The lengths are assumptions. Delays after
//! a role is removed or its policies change are not simulated.

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
    /// The time from the creation of a role until a service can assume it. The default is 10 s.
    pub role_assumable: Duration,
    /// The time from the creation of a role until IAM finds and lists it. The default is zero.
    ///
    /// The name of the role is taken at once.
    pub role_listed: Duration,
    /// The longest time from a change of an object or its tags until the tagging API knows of it.
    ///
    /// The tagging API reads the account once in this time while there are changes, so it knows some changes earlier.
    pub tags_listed: Duration,
    /// The time from the end of a task or a VPC link until its network interfaces release their security groups, if it
    /// is longer than usual.
    pub interfaces_gone: Duration,
    /// The time that an update of the certificate of a domain name takes. The default is zero.
    pub domain_updated: Duration,
}

impl Default for Delays {
    fn default() -> Self {
        Self {
            role_assumable: Duration::from_secs(10),
            role_listed: Duration::ZERO,
            tags_listed: Duration::ZERO,
            interfaces_gone: Duration::ZERO,
            domain_updated: Duration::ZERO,
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
            domain_updated: Duration::from_mins(1),
        }
    }
}
