//! The values of the conditions of a rule, each by the field of its condition.
//!
//! Paths, hosts, headers and queries may have the wildcards `*` (any characters) and `?` (one character).

use std::ops::RangeInclusive;

use validator::ValidationError;

use crate::path::Path;
use crate::report::Report;
use crate::rules::security_group::permission::parse_cidr;
use crate::rules::{ELB_RULE_002, ELB_RULE_003, broken, judge};

/// The most values, and the most wildcards, in all conditions of a rule.
const MOST: usize = 5;

/// The most characters of a value.
const LONGEST: usize = 128;

/// The most characters of a header's name, and of a method.
const LONGEST_NAME: RangeInclusive<usize> = 1..=40;

/// The field of conditions on headers.
const HEADER: &str = "http-header";

/// Checks a path: letters, digits, and the characters that AWS allows beside them.
pub(crate) fn path(value: &str) -> Result<(), ValidationError> {
    length(value, LONGEST, "path-pattern")?;
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"_-.$/~\"'@:+&*?".contains(&b);
    judge(!value.is_empty() && value.bytes().all(is_allowed), || {
        broken!(ELB_RULE_003, "not-a-path", given = value)
    })
}

/// Checks a host name. It has a dot, and its last label is no number.
pub(crate) fn host(value: &str) -> Result<(), ValidationError> {
    length(value, LONGEST, "host-header")?;
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"-.*?".contains(&b);
    let last = value.rsplit_once('.').map(|(_, last)| last);
    let is_top = |last: &str| !last.is_empty() && !last.bytes().any(|b| b.is_ascii_digit());
    judge(last.is_some_and(is_top) && value.bytes().all(is_allowed), || {
        broken!(ELB_RULE_003, "not-a-host", given = value)
    })
}

/// Checks the name of a header. `Host` has a field of its own.
pub(crate) fn header(name: &str) -> Result<(), ValidationError> {
    length(name, *LONGEST_NAME.end(), HEADER)?;
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    let is_name = !name.is_empty() && name.bytes().all(is_allowed) && !name.eq_ignore_ascii_case("host");
    judge(is_name, || broken!(ELB_RULE_003, "not-a-header", given = name))
}

/// Checks the length of a header's value, which is all that AWS says of it.
pub(crate) fn header_value(value: &str) -> Result<(), ValidationError> {
    length(value, LONGEST, HEADER)
}

/// Checks the length of a key or a value of the query.
pub(crate) fn query(value: &str) -> Result<(), ValidationError> {
    length(value, LONGEST, "query-string")
}

/// Checks a method. It is compared exactly, so it has capital letters.
pub(crate) fn method(value: &str) -> Result<(), ValidationError> {
    let is_allowed = |b: u8| b.is_ascii_uppercase() || b"-_".contains(&b);
    let is_method = LONGEST_NAME.contains(&value.len()) && value.bytes().all(is_allowed);
    judge(is_method, || broken!(ELB_RULE_003, "not-a-method", given = value))
}

/// Checks an address range of IPv4 or IPv6.
pub(crate) fn range(value: &str) -> Result<(), ValidationError> {
    judge(parse_cidr(value).is_some(), || broken!(ELB_RULE_003, "not-a-range", given = value))
}

/// Checks the number of values in all conditions of a rule, and of wildcards in them.
///
/// The values of all fields count together, `values` has them in any order.
pub(crate) fn amount(values: &[&str], at: &Path, report: &mut Report) {
    if values.len() > MOST {
        report.add(at, broken!(ELB_RULE_002, "too-many-values", count = values.len(), most = MOST));
    }
    let wildcards = values.iter().flat_map(|value| value.chars()).filter(|c| matches!(c, '*' | '?')).count();
    if wildcards > MOST {
        report.add(at, broken!(ELB_RULE_002, "too-many-wildcards", count = wildcards, most = MOST));
    }
}

/// Checks the number of characters of a value.
fn length(value: &str, most: usize, field: &str) -> Result<(), ValidationError> {
    let count = value.chars().count();
    judge(count <= most, || broken!(ELB_RULE_003, "too-long", field = field, count = count, most = most))
}
