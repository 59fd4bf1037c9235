//! Rules of custom domain names and their mappings.
//!
//! The functions over plain values serve the domain names of a stack and the requests of `request/api/domain`.

use validator::ValidationError;

use super::{APIGW_DOM_001, APIGW_DOM_002, APIGW_DOM_003, APIGW_DOM_005, TOO_LONG, broken, judge, required};
use crate::partition::Arn;

/// The most characters of a name of DNS.
const LONGEST_NAME: usize = 253;
/// The most characters of the key of a mapping.
const LONGEST_PATH: usize = 300;

/// Checks a domain name: two or more labels in lower case. The first label may be `*`.
pub(crate) fn name(name: &str) -> Result<(), ValidationError> {
    required(name)?;
    let count = name.chars().count();
    judge(count <= LONGEST_NAME, || broken!(&APIGW_DOM_001, TOO_LONG, count = count, most = LONGEST_NAME))?;

    let lower = name.to_ascii_lowercase();
    let rest = name.strip_prefix("*.").unwrap_or(name);
    judge(!rest.contains('*'), || broken!(APIGW_DOM_001, "wildcard", given = name))?;
    let labels = rest.to_ascii_lowercase();
    let is_name = labels.contains('.') && labels.split('.').all(is_label);
    judge(is_name, || broken!(APIGW_DOM_001, "not-a-domain", given = name))?;
    judge(lower == name, || broken!(APIGW_DOM_001, "upper-case", given = name, lower = lower))
}

/// Returns whether a text in lower case is a label of DNS: 1 to 63 letters, digits and inner hyphens.
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Checks the certificate of a domain name: the ARN of one of ACM. The region of the stack is compared elsewhere.
pub(crate) fn certificate(arn: &str) -> Result<(), ValidationError> {
    required(arn)?;
    judge(is_certificate(arn), || broken!(APIGW_DOM_002, "not-an-arn", given = arn))
}

/// Returns whether a text is the ARN of a certificate of ACM, with a region.
pub(crate) fn is_certificate(arn: &str) -> bool {
    Arn::of(arn).is_some_and(|arn| {
        let id = arn.resource.strip_prefix("certificate/").unwrap_or_default();
        arn.service == "acm" && !arn.region.is_empty() && !id.is_empty()
    })
}

/// Checks the path of a domain name in a stack. An API without one has the whole domain name.
pub(crate) fn path(path: &str) -> Result<(), ValidationError> {
    judge(!path.is_empty(), || broken!(APIGW_DOM_003, "empty"))?;
    mapping_key(path)
}

/// Checks the id of a hosted zone: `Z`, and up to 31 capitals and digits.
pub(crate) fn zone(id: &str) -> Result<(), ValidationError> {
    let taken = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    let is_id = id.starts_with('Z') && (2..=32).contains(&id.len()) && id.bytes().all(taken);
    judge(is_id, || broken!(APIGW_DOM_005, "not-a-zone", given = id))
}

/// Checks the key of a mapping: segments of letters, digits and `$-_.+!*'()`, with one `/` between them.
///
/// An empty key stands for the whole domain name.
pub(crate) fn mapping_key(key: &str) -> Result<(), ValidationError> {
    let count = key.chars().count();
    judge(count <= LONGEST_PATH, || broken!(&APIGW_DOM_003, TOO_LONG, count = count, most = LONGEST_PATH))?;

    let taken = |b: u8| b.is_ascii_alphanumeric() || b"$-_.+!*'()/".contains(&b);
    judge(key.bytes().all(taken), || broken!(APIGW_DOM_003, "invalid-characters", given = key))?;
    let has_empty_part = !key.is_empty() && key.split('/').any(str::is_empty);
    judge(!has_empty_part, || {
        let parts: Vec<&str> = key.split('/').filter(|part| !part.is_empty()).collect();
        broken!(APIGW_DOM_003, "empty-segment", given = key, path = parts.join("/"))
    })
}
