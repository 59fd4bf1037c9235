//! The availability zones in which API Gateway has VPC links for HTTP APIs, by zone id.
//!
//! API Gateway refuses a VPC link in a subnet of some zones (aws-cdk#13569, with the words "is in Availability Zone
//! 'euw3-az2' where service is not available"). The zone of a subnet is a fact of the account, so this crate has the
//! table and the engine asks for the zones, in regions that have such zones only.
//!
//! The table is of October 2026, from AWS's page "Work with VPC links for HTTP APIs". A zone id means the same zone in
//! every account, and the name of a zone does not. The page does not name every region, so a zone that is not in the
//! table is not known to be without VPC links. [`Network::vpc_link_zone_ids`](crate::Network::vpc_link_zone_ids)
//! corrects it when AWS adds zones.

/// The zones with VPC links, in the regions that the page names.
const WITH_LINKS: [&str; 59] = [
    "use1-az1",
    "use1-az2",
    "use1-az4",
    "use1-az5",
    "use1-az6",
    "use2-az1",
    "use2-az2",
    "use2-az3",
    "usw1-az1",
    "usw1-az3",
    "usw2-az1",
    "usw2-az2",
    "usw2-az3",
    "usw2-az4",
    "cac1-az1",
    "cac1-az2",
    "sae1-az1",
    "sae1-az2",
    "sae1-az3",
    "euw1-az1",
    "euw1-az2",
    "euw1-az3",
    "euw2-az1",
    "euw2-az2",
    "euw2-az3",
    "euw3-az1",
    "euw3-az3",
    "euc1-az1",
    "euc1-az2",
    "euc1-az3",
    "eun1-az1",
    "eun1-az2",
    "eun1-az3",
    "eus2-az1",
    "eus2-az2",
    "eus2-az3",
    "apne1-az1",
    "apne1-az2",
    "apne1-az4",
    "apne2-az1",
    "apne2-az2",
    "apne2-az3",
    "apse1-az1",
    "apse1-az2",
    "apse1-az3",
    "apse2-az1",
    "apse2-az2",
    "apse2-az3",
    "aps1-az1",
    "aps1-az2",
    "aps1-az3",
    "ape1-az2",
    "ape1-az3",
    "mes1-az1",
    "mes1-az2",
    "mes1-az3",
    "usgw1-az1",
    "usgw1-az2",
    "usgw1-az3",
];

/// The zones without VPC links, in the regions that the page names.
const WITHOUT_LINKS: [&str; 6] = ["use1-az3", "cac1-az4", "euw3-az2", "apne1-az3", "apne2-az4", "ape1-az1"];

/// The regions that have a zone without VPC links, and the beginnings of the ids of their zones.
const REGIONS_WITH_GAPS: [(&str, &str); 6] = [
    ("us-east-1", "use1-"),
    ("ca-central-1", "cac1-"),
    ("eu-west-3", "euw3-"),
    ("ap-northeast-1", "apne1-"),
    ("ap-northeast-2", "apne2-"),
    ("ap-east-1", "ape1-"),
];

/// The zones without Fargate, from AWS's page "Supported Regions for Amazon ECS on AWS Fargate".
const WITHOUT_FARGATE: [&str; 2] = ["apne1-az3", "usw1-az2"];

/// Returns whether API Gateway has VPC links in an availability zone, as far as the table says. `None` for a zone
/// that it does not name.
///
/// It takes the zone's id, not its name.
///
/// ```
/// assert_eq!(sss_model::has_vpc_links("euw3-az1"), Some(true));
/// assert_eq!(sss_model::has_vpc_links("euw3-az2"), Some(false));
/// assert_eq!(sss_model::has_vpc_links("afs1-az1"), None);
/// ```
pub fn has_vpc_links(zone_id: &str) -> Option<bool> {
    let is_known = WITH_LINKS.contains(&zone_id) || is_without_vpc_links(zone_id);
    is_known.then(|| WITH_LINKS.contains(&zone_id))
}

/// Returns whether Fargate starts no tasks in an availability zone, by the zone's id.
///
/// ```
/// assert!(sss_model::is_without_fargate("apne1-az3"));
/// assert!(!sss_model::is_without_fargate("apne1-az1"));
/// ```
pub fn is_without_fargate(zone_id: &str) -> bool {
    WITHOUT_FARGATE.contains(&zone_id)
}

/// Returns whether API Gateway had no VPC links in an availability zone when the table was written.
///
/// It takes the zone's id, not its name: names such as `eu-west-3b` mean other zones in other accounts.
///
/// ```
/// assert!(sss_model::is_without_vpc_links("apne1-az3"));
/// assert!(!sss_model::is_without_vpc_links("apne1-az1"));
/// ```
pub fn is_without_vpc_links(zone_id: &str) -> bool {
    WITHOUT_LINKS.contains(&zone_id)
}

/// Returns whether a region has an availability zone without VPC links.
///
/// In other regions no call is needed to learn the zones of subnets.
///
/// ```
/// assert!(sss_model::has_zones_without_vpc_links("ap-northeast-1"));
/// assert!(!sss_model::has_zones_without_vpc_links("eu-central-1"));
/// ```
pub fn has_zones_without_vpc_links(region: &str) -> bool {
    REGIONS_WITH_GAPS.iter().any(|(listed, _)| *listed == region)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partition::Partition;

    #[test]
    fn no_zone_is_on_both_sides() {
        for zone in WITH_LINKS {
            assert!(!is_without_vpc_links(zone), "{zone}");
        }
    }

    #[test]
    fn each_zone_is_of_a_region_with_gaps() {
        for zone in WITHOUT_LINKS {
            let regions = REGIONS_WITH_GAPS.iter().filter(|(_, prefix)| zone.starts_with(prefix));
            assert_eq!(regions.count(), 1, "{zone}");
        }
        for (region, prefix) in REGIONS_WITH_GAPS {
            assert!(Partition::is_listed(region), "{region}");
            assert!(WITHOUT_LINKS.iter().any(|zone| zone.starts_with(prefix)), "{region}");
        }
    }
}
