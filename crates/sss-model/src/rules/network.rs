//! The existing network.

use validator::ValidationError;

use super::{APIGW_VL_002, EC2_ID_001, ECS_SVC_021, judge, required};
use crate::network::Network;
use crate::path::Path;
use crate::report::Report;
use crate::rules::worded;

pub(crate) fn vpc_id(id: &str) -> Result<(), ValidationError> {
    required(id)?;
    self::id(id, "vpc", "a VPC")
}

/// The rule on ids of a kind; `what` says in words what it is the id of.
pub(crate) fn id(id: &str, kind: &str, what: &str) -> Result<(), ValidationError> {
    judge(is_id(id, kind), || worded(&EC2_ID_001, format!("`{id}` is not the id of {what}")))
}

/// An id of EC2: the kind, a hyphen, and 8 or 17 hexadecimal digits.
pub(crate) fn is_id(id: &str, kind: &str) -> bool {
    let digits = id.strip_prefix(kind).and_then(|rest| rest.strip_prefix('-'));
    digits.is_some_and(|digits| {
        [8, 17].contains(&digits.len()) && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

pub(crate) fn inspect(network: &Network, at: &Path, report: &mut Report) {
    let subnets = at.key("private_subnet_ids");
    for (index, id) in network.private_subnet_ids.iter().enumerate() {
        if !is_id(id, "subnet") {
            report
                .add(&subnets.index(index), worded(&EC2_ID_001, format!("`{id}` is not the id of a subnet")));
        }
    }
    let count = network.private_subnet_ids.len();
    if count > 16 {
        report.add(&subnets, worded(&ECS_SVC_021, format!("names {count} subnets")));
    }
    let groups = at.key("vpc_link_security_group_ids");
    for (index, id) in network.vpc_link_security_group_ids.iter().enumerate() {
        if !is_id(id, "sg") {
            report.add(
                &groups.index(index),
                worded(&EC2_ID_001, format!("`{id}` is not the id of a security group")),
            );
        }
    }
    let count = network.vpc_link_security_group_ids.len();
    link_groups(count, &groups, report);
}

/// A network interface is in 5 security groups, and AWS raises that to 16 on request.
pub(crate) fn link_groups(count: usize, at: &Path, report: &mut Report) {
    let message = format!("names {count} security groups");
    if count > 16 {
        report.add(at, worded(&APIGW_VL_002, message));
    } else if count > 5 {
        report.warn(at, worded(&APIGW_VL_002, message));
    }
}
