//! The partitions of AWS and their regions: one table for ARNs, endpoints, and the names of services.
//!
//! The table is of November 2026, from the endpoint data of botocore 1.44.8 (`partitions.json`). A region that AWS has
//! opened since belongs to the partition whose prefix its code has.

mod arn;

pub(crate) use arn::Arn;

/// A partition: regions with one IAM, which nothing outside of it can refer to.
///
/// ```
/// use sss_model::Partition;
///
/// let china = Partition::of_region("cn-north-1");
/// assert_eq!(china.name, "aws-cn");
/// assert_eq!(china.arn("logs", "cn-north-1", "123456789012", "log-group:a"), "arn:aws-cn:logs:cn-north-1:123456789012:log-group:a");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Partition {
    /// Its name, which stands in each ARN.
    pub name: &'static str,
    /// What the host names of its endpoints end with.
    pub dns_suffix: &'static str,
    /// How the codes of its regions begin.
    prefixes: &'static [&'static str],
    /// The codes of its regions.
    pub regions: &'static [&'static str],
}

/// The principal of ECS tasks. It is the same in every partition; that it is so in the isolated ones is not documented.
pub const TASK_PRINCIPAL: &str = "ecs-tasks.amazonaws.com";

/// Every partition. Of two prefixes of one region the longer one counts.
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
    /// Every partition.
    pub fn all() -> &'static [Partition] {
        &PARTITIONS
    }

    /// The partition of this name, if there is one.
    pub fn named(name: &str) -> Option<&'static Partition> {
        PARTITIONS.iter().find(|partition| partition.name == name)
    }

    /// The partition of a region: by the longest prefix, and `aws` for a code that has no known one.
    pub fn of_region(region: &str) -> &'static Partition {
        let prefix = |partition: &Partition| {
            let fitting = partition.prefixes.iter().filter(|prefix| region.starts_with(**prefix));
            fitting.map(|prefix| prefix.len()).max().unwrap_or(0)
        };
        // `max_by_key` takes the last of equals, and `aws` stands first.
        PARTITIONS.iter().rev().max_by_key(|partition| prefix(partition)).unwrap_or(&PARTITIONS[0])
    }

    /// Whether the table has a region.
    pub fn is_listed(region: &str) -> bool {
        Self::regions().any(|listed| listed == region)
    }

    /// The codes of all regions.
    pub(crate) fn regions() -> impl Iterator<Item = &'static str> {
        PARTITIONS.iter().flat_map(|partition| partition.regions.iter().copied())
    }

    /// The ARN of a resource. A global resource has no region.
    pub fn arn(&self, service: &str, region: &str, account: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{region}:{account}:{resource}", self.name)
    }

    /// The ARN of a policy that AWS manages, from its path and name.
    pub fn managed_policy(&self, name: &str) -> String {
        self.arn("iam", "", "aws", &format!("policy/{name}"))
    }

    /// The host name of a service's endpoint in a region.
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
    fn a_new_region_is_in_the_partition_of_its_prefix() {
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
    fn a_managed_policy_is_of_the_partition() {
        let policy = |region| Partition::of_region(region).managed_policy("ReadOnlyAccess");
        assert_eq!(policy("us-gov-west-1"), "arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess");
        assert_eq!(policy("eu-west-1"), "arn:aws:iam::aws:policy/ReadOnlyAccess");
    }
}
