//! The rights that calls to Route 53 need. Its ARNs have neither a region nor an account.

use crate::grant::Grant;

/// The rights of stacks with a hosted zone.
pub(super) const RECORD_SET: &[Grant] = &[
    Grant::read(
        "ReadRecords",
        &["route53:ListResourceRecordSets"],
        &["route53:::hostedzone/{route53/record-set.zone}"],
        "Reads the records of the custom domain names",
    ),
    Grant::deploy(
        "Records",
        &["route53:ChangeResourceRecordSets"],
        &["route53:::hostedzone/{route53/record-set.zone}"],
        "Creates, changes and deletes the records of the custom domain names. IAM cannot tell those of others in the zone apart by tags",
    ),
    Grant::deploy(
        "RecordChanges",
        &["route53:GetChange"],
        &["route53:::change/*"],
        "Waits until the servers of Route 53 have a change. Ids of changes are random",
    ),
];
