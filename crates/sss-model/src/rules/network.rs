//! Rules of the existing network: ids of EC2, and how many of them ECS and a VPC link take.
//!
//! An id is checked by its form only. Whether the account has the object is a question for the engine. EC2 has ids of 8
//! and of 17 hexadecimal digits, see its user guide on resource ids (rule EC2-ID-001).

use validator::ValidationError;

use super::{APIGW_VL_002, Broken, EC2_ID_001, ECS_SVC_021, broken, judge, required};
use crate::network::Network;
use crate::path::Path;
use crate::report::Report;

/// The most subnets of an ECS service.
const MOST_SUBNETS: usize = 16;

/// The most security groups of a VPC link: the quota of an account, and the highest to which AWS raises it.
const MOST_LINK_GROUPS: [usize; 2] = [5, 16];

/// Checks the id of a VPC.
///
/// An empty id breaks the rule on required values instead.
pub(crate) fn vpc_id(id: &str) -> Result<(), ValidationError> {
    required(id)?;
    self::id(id, "vpc", "a VPC")
}

/// Checks an id of EC2 that begins with a prefix such as `sg`; `kind` names the object in a message.
pub(crate) fn id(id: &str, prefix: &str, kind: &str) -> Result<(), ValidationError> {
    judge(is_id(id, prefix), || not_an_id(id, prefix, kind))
}

/// Returns the case of a text that is not the id of an object of a kind.
pub(crate) fn not_an_id(id: &str, prefix: &str, kind: &str) -> Broken {
    broken!(EC2_ID_001, "invalid-id", id = id, kind = kind, prefix = prefix)
}

/// Checks the ids of a list.
///
/// Each bad id is a problem at its own index.
fn ids(ids: &[String], prefix: &str, kind: &str, at: &Path, report: &mut Report) {
    for (index, id) in ids.iter().enumerate().filter(|(_, id)| !is_id(id, prefix)) {
        report.add(&at.index(index), not_an_id(id, prefix, kind));
    }
}

/// Checks the ids of security groups.
pub(crate) fn group_ids(groups: &[String], at: &Path, report: &mut Report) {
    ids(groups, "sg", "a security group", at, report);
}

/// Returns whether a text is an id of EC2: the prefix, a hyphen, and 8 or 17 hexadecimal digits.
fn is_id(id: &str, prefix: &str) -> bool {
    let digits = id.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('-'));
    digits.is_some_and(|digits| {
        [8, 17].contains(&digits.len()) && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Checks the network of a stack.
pub(crate) fn inspect(network: &Network, at: &Path, report: &mut Report) {
    let subnets = at.key("private_subnet_ids");
    ids(&network.private_subnet_ids, "subnet", "a subnet", &subnets, report);
    let count = network.private_subnet_ids.len();
    if count > MOST_SUBNETS {
        report.add(&subnets, broken!(ECS_SVC_021, "too-many", count = count, most = MOST_SUBNETS));
    }

    let groups = at.key("vpc_link_security_group_ids");
    group_ids(&network.vpc_link_security_group_ids, &groups, report);
    link_groups(network.vpc_link_security_group_ids.len(), &groups, report);
}

/// Checks the number of security groups of a VPC link.
///
/// A network interface is in 5 security groups, and AWS raises that to 16 on request.
pub(crate) fn link_groups(count: usize, at: &Path, report: &mut Report) {
    let [quota, most] = MOST_LINK_GROUPS;
    if count > most {
        report.add(at, broken!(APIGW_VL_002, "too-many", count = count, most = most));
    } else if count > quota {
        report.warn(at, broken!(APIGW_VL_002, "above-quota", count = count, quota = quota));
    }
}
