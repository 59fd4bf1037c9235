//! How late AWS can be.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How long AWS goes on for as if something had not happened yet.
///
/// By default it is as late as it mostly is, except that listings are never behind. [`Delays::long`] is late
/// everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Delays {
    /// From the creation of a role until a service can assume it.
    pub role_assumable: Duration,
    /// From the creation of a role until it is found and listed.
    pub role_listed: Duration,
    /// From a change of an object or its tags until the tagging API knows of it. It looks at the account this often
    /// while there are changes, so some are known earlier.
    pub tags_listed: Duration,
    /// From the end of a task or a VPC link until its network interfaces let go of their security groups, when that
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
    /// About as late as AWS is reported to be at times.
    pub fn long() -> Self {
        Self {
            role_assumable: Duration::from_secs(30),
            role_listed: Duration::from_secs(5),
            tags_listed: Duration::from_secs(10),
            interfaces_gone: Duration::from_mins(20),
        }
    }
}
