//! Actions and resources of statements, and the length of documents.
//!
//! The functions follow the grammar of IAM's policy language. A stack's inline policies and the documents of requests
//! are both judged here. IAM is exact about resources: an ARN has six parts, its service has no wildcard, and the ARN
//! of a global service has no Region.

use super::condition::Verdict;

/// The versions of the policy language.
///
/// A stack writes the first one. Variables of a policy need it.
pub(crate) const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];

/// Returns the number of characters that IAM counts: all but white space.
pub(crate) fn length(document: &str) -> usize {
    document.chars().filter(|c| !c.is_whitespace()).count()
}

/// Returns whether IAM takes the id of a statement.
pub(crate) fn is_sid(sid: &str) -> bool {
    sid.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Returns whether a text is `*`, or a service and a name, which may have wildcards.
///
/// Only the name may have wildcards: `s*:Get` is refused.
pub(crate) fn is_action(action: &str) -> bool {
    let Some((service, name)) = action.split_once(':') else {
        return action == "*";
    };
    let service_char = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    let name_char = |b: u8| b.is_ascii_alphanumeric() || b"*?_-".contains(&b);
    !service.is_empty()
        && service.bytes().all(service_char)
        && !name.is_empty()
        && name.bytes().all(name_char)
}

/// Services whose resources are of no Region.
const GLOBAL: [&str; 2] = ["iam", "route53"];

/// The beginnings of resources of S3 that belong to a Region and an account; buckets and objects do not.
const REGIONAL_IN_S3: [&str; 6] =
    ["accesspoint", "access-grants", "async-request", "job", "storage-lens", "*"];

/// Judges a resource: `*`, or an ARN of six parts without a wildcard for the service.
///
/// IAM may take a shorter ARN that ends with a wildcard.
pub(crate) fn resource(resource: &str) -> Verdict {
    if resource == "*" {
        return Verdict::Taken;
    }
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    let ["arn", partition, service, region, account, name] = parts.as_slice() else {
        let is_open = matches!(parts.as_slice(), ["arn", partition, service, ..] if is_partition(partition) && is_service(service))
            && resource.ends_with('*');
        return if is_open { Verdict::Unsure } else { Verdict::Refused };
    };
    let is_regional = !account.is_empty() && REGIONAL_IN_S3.iter().any(|kind| name.starts_with(kind));
    let is_global = GLOBAL.contains(service) || (*service == "s3" && !is_regional);
    let holds = is_partition(partition) && is_service(service) && !name.is_empty();
    if holds && (region.is_empty() || !is_global) { Verdict::Taken } else { Verdict::Refused }
}

/// Returns whether a text is a partition of AWS or has a wildcard. IAM does not replace variables there.
///
/// A new partition begins with `aws-`, so the table of partitions is not needed.
fn is_partition(partition: &str) -> bool {
    partition == "aws" || partition.starts_with("aws-") || partition.contains(['*', '?'])
}

fn is_service(service: &str) -> bool {
    !service.is_empty() && !service.contains(['*', '?'])
}

/// Returns whether IAM takes all characters in a policy: those of Latin-1 that are no controls.
pub(crate) fn is_latin(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{ff}'))
}
