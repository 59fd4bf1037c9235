//! The partitions of AWS and their regions: one table for ARNs, endpoints, and the names of services.
//!
//! A *partition* is a part of AWS with accounts and an IAM of its own, such as `aws-cn`. Its name is the second part of
//! each ARN, and its regions have codes with prefixes of their own. An object of one partition cannot refer to one of
//! another.
//!
//! The table is of November 2026, from the endpoint data of botocore 1.44.8 (`partitions.json`). It ages: AWS opens
//! regions. A region that the table does not list belongs to the partition whose prefix its code has, so ARNs and
//! endpoints stay right. Only the check that a region exists needs the list; `allow_unlisted_region` of a stack skips
//! it.

mod arn;

pub(crate) use arn::Arn;

/// A partition: regions with one IAM, to which objects outside of it cannot refer.
///
/// The eight partitions are constants; [`Partition::of_region`] and [`Partition::named`] return one.
///
/// ```
/// use sss_model::Partition;
///
/// let china = Partition::of_region("cn-north-1");
/// assert_eq!(china.name, "aws-cn");
/// assert_eq!(china.arn("logs", "cn-north-1", "123456789012", "log-group:a"),
///            "arn:aws-cn:logs:cn-north-1:123456789012:log-group:a");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Partition {
    /// The name of the partition, as it is in each ARN.
    pub name: &'static str,
    /// The end of the host names of its endpoints, such as `amazonaws.com.cn`.
    pub dns_suffix: &'static str,
    /// The beginnings of the codes of its regions.
    prefixes: &'static [&'static str],
    /// The codes of the regions that the table lists, in alphabetical order.
    pub regions: &'static [&'static str],
}

/// The principal of ECS tasks, which trust policies of their roles name.
///
/// It is the same in every partition. AWS does not document it for the isolated ones.
pub const TASK_PRINCIPAL: &str = "ecs-tasks.amazonaws.com";

/// Every partition. Of two prefixes of one region the longer one counts: `us-gov-` before `us-`.
const PARTITIONS: [Partition; 8] = [
    Partition {
        name: "aws",
        dns_suffix: "amazonaws.com",
        prefixes: &["us-", "eu-", "ap-", "sa-", "ca-", "me-", "af-", "il-", "mx-"],
        regions: &[
            "af-south-1",
            "ap-east-1",
            "ap-east-2",
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-south-2",
            "ap-southeast-1",
            "ap-southeast-2",
            "ap-southeast-3",
            "ap-southeast-4",
            "ap-southeast-5",
            "ap-southeast-6",
            "ap-southeast-7",
            "ca-central-1",
            "ca-west-1",
            "eu-central-1",
            "eu-central-2",
            "eu-north-1",
            "eu-south-1",
            "eu-south-2",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "il-central-1",
            "me-central-1",
            "me-south-1",
            "me-west-1",
            "mx-central-1",
            "sa-east-1",
            "sa-west-1",
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
        ],
    },
    Partition {
        name: "aws-cn",
        dns_suffix: "amazonaws.com.cn",
        prefixes: &["cn-"],
        regions: &["cn-north-1", "cn-northwest-1"],
    },
    Partition {
        name: "aws-us-gov",
        dns_suffix: "amazonaws.com",
        prefixes: &["us-gov-"],
        regions: &["us-gov-east-1", "us-gov-west-1"],
    },
    Partition {
        name: "aws-eusc",
        dns_suffix: "amazonaws.eu",
        prefixes: &["eusc-"],
        regions: &["eusc-de-east-1"],
    },
    Partition {
        name: "aws-iso",
        dns_suffix: "c2s.ic.gov",
        prefixes: &["us-iso-"],
        regions: &["us-iso-east-1", "us-iso-west-1"],
    },
    Partition {
        name: "aws-iso-b",
        dns_suffix: "sc2s.sgov.gov",
        prefixes: &["us-isob-"],
        regions: &["us-isob-east-1", "us-isob-west-1"],
    },
    Partition {
        name: "aws-iso-e",
        dns_suffix: "cloud.adc-e.uk",
        prefixes: &["eu-isoe-"],
        regions: &["eu-isoe-west-1"],
    },
    Partition {
        name: "aws-iso-f",
        dns_suffix: "csp.hci.ic.gov",
        prefixes: &["us-isof-"],
        regions: &["us-isof-east-1", "us-isof-south-1"],
    },
];

impl Partition {
    /// Returns every partition, `aws` first.
    pub fn all() -> &'static [Partition] {
        &PARTITIONS
    }

    /// Returns the partition of a name such as `aws-us-gov`, or `None` if there is no such partition.
    ///
    /// ```
    /// use sss_model::Partition;
    ///
    /// assert_eq!(Partition::named("aws-eusc").unwrap().dns_suffix, "amazonaws.eu");
    /// assert_eq!(Partition::named("aws-moon"), None);
    /// ```
    pub fn named(name: &str) -> Option<&'static Partition> {
        PARTITIONS.iter().find(|partition| partition.name == name)
    }

    /// Returns the partition of a region: the one with the longest fitting prefix.
    ///
    /// Use it for any code, listed or not. A code without a known prefix is in `aws`.
    ///
    /// ```
    /// use sss_model::Partition;
    ///
    /// assert_eq!(Partition::of_region("us-gov-west-1").name, "aws-us-gov");
    /// assert_eq!(Partition::of_region("nowhere-1").name, "aws");
    /// ```
    pub fn of_region(region: &str) -> &'static Partition {
        let prefix = |partition: &Partition| {
            let fitting = partition.prefixes.iter().filter(|prefix| region.starts_with(**prefix));
            fitting.map(|prefix| prefix.len()).max().unwrap_or(0)
        };
        // `max_by_key` takes the last of equals, and `aws` stands first.
        PARTITIONS.iter().rev().max_by_key(|partition| prefix(partition)).unwrap_or(&PARTITIONS[0])
    }

    /// Returns whether the table has a region. `false` is a typing error, or a region that is newer than the table.
    ///
    /// ```
    /// use sss_model::Partition;
    ///
    /// assert!(Partition::is_listed("eu-central-1"));
    /// assert!(!Partition::is_listed("eu-centrl-1"));
    /// ```
    pub fn is_listed(region: &str) -> bool {
        Self::regions().any(|listed| listed == region)
    }

    /// Returns the codes of all regions of all partitions.
    pub(crate) fn regions() -> impl Iterator<Item = &'static str> {
        PARTITIONS.iter().flat_map(|partition| partition.regions.iter().copied())
    }

    /// Returns the ARN of a resource.
    ///
    /// `region` is empty for a global resource, such as one of IAM, and `account` is `aws` for one that AWS manages.
    /// The parts are not checked.
    pub fn arn(&self, service: &str, region: &str, account: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{region}:{account}:{resource}", self.name)
    }

    /// Returns the ARN of a policy that AWS manages, from its path and name.
    ///
    /// ```
    /// use sss_model::{Partition, TASK_EXECUTION_POLICY};
    ///
    /// let policy = Partition::of_region("eu-west-1").managed_policy(TASK_EXECUTION_POLICY);
    /// assert_eq!(policy, "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy");
    /// ```
    pub fn managed_policy(&self, name: &str) -> String {
        self.arn("iam", "", "aws", &format!("policy/{name}"))
    }

    /// Returns the host name of an AWS service's endpoint in a region: `<service>.<region>.<suffix>`.
    ///
    /// Services with another form of host names are not covered.
    ///
    /// ```
    /// use sss_model::Partition;
    ///
    /// let china = Partition::of_region("cn-north-1");
    /// assert_eq!(china.endpoint("ecs", "cn-north-1"), "ecs.cn-north-1.amazonaws.com.cn");
    /// ```
    pub fn endpoint(&self, service: &str, region: &str) -> String {
        format!("{service}.{region}.{}", self.dns_suffix)
    }
}

#[cfg(test)]
mod tests {
    use super::Partition;

    #[test]
    fn each_listed_region_is_in_its_own_partition() {
        for partition in Partition::all() {
            for region in partition.regions {
                assert_eq!(Partition::of_region(region).name, partition.name, "{region}");
                assert!(Partition::is_listed(region));
            }
        }
    }

    #[test]
    fn new_region_is_in_the_partition_of_its_prefix() {
        for (region, name) in [
            ("eu-west-9", "aws"),
            ("cn-south-1", "aws-cn"),
            ("us-gov-central-1", "aws-us-gov"),
            ("eusc-fr-west-1", "aws-eusc"),
            ("us-iso-south-1", "aws-iso"),
            ("us-isob-south-1", "aws-iso-b"),
            ("eu-isoe-east-1", "aws-iso-e"),
            ("us-isof-west-1", "aws-iso-f"),
            ("nz-central-1", "aws"),
        ] {
            assert_eq!(Partition::of_region(region).name, name, "{region}");
            assert!(!Partition::is_listed(region), "{region}");
        }
    }

    #[test]
    fn managed_policy_is_of_the_partition() {
        let policy = |region| Partition::of_region(region).managed_policy("ReadOnlyAccess");
        assert_eq!(policy("us-gov-west-1"), "arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess");
        assert_eq!(policy("eu-west-1"), "arn:aws:iam::aws:policy/ReadOnlyAccess");
    }
}
