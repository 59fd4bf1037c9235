//! The availability zones in which API Gateway has VPC links for HTTP APIs, by zone id.
//!
//! The table is of October 2026, from AWS's page "Work with VPC links for HTTP APIs". A zone id means the same zone in
//! every account, a zone's name does not. The page does not name every region, so a zone that is not in the table is
//! not known.

/// Zones of the regions that the page names, and that it leaves out.
const WITHOUT_LINKS: [&str; 6] = ["use1-az3", "cac1-az4", "euw3-az2", "apne1-az3", "apne2-az4", "ape1-az1"];

/// The beginnings of the ids of zones in regions that have a zone without VPC links.
const REGIONS_WITH_GAPS: [(&str, &str); 6] = [
    ("us-east-1", "use1-"),
    ("ca-central-1", "cac1-"),
    ("eu-west-3", "euw3-"),
    ("ap-northeast-1", "apne1-"),
    ("ap-northeast-2", "apne2-"),
    ("ap-east-1", "ape1-"),
];

/// Whether API Gateway had no VPC links in an availability zone when the table was made.
///
/// ```
/// assert!(sss_model::is_without_vpc_links("apne1-az3"));
/// assert!(!sss_model::is_without_vpc_links("apne1-az1"));
/// ```
pub fn is_without_vpc_links(zone_id: &str) -> bool {
    WITHOUT_LINKS.contains(&zone_id)
}

/// Whether a region has an availability zone without VPC links. In other regions nobody has to ask for zones.
pub fn has_zones_without_vpc_links(region: &str) -> bool {
    REGIONS_WITH_GAPS.iter().any(|(listed, _)| *listed == region)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partition::Partition;

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
