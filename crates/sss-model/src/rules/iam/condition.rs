//! Conditions of statements: their operators, and the values that each takes.
//!
//! The table [`OPERATORS`] is that of IAM's reference of condition operators. The form of a value follows from its
//! operator: a number, a date of ISO 8601 or seconds since the epoch, base64, an address range, an ARN, or any text. A
//! value with a variable of the policy (`${…}`) can become anything, so it is taken.
//!
//! IAM answers a policy that it does not understand with `MalformedPolicyDocument`. The keys of a condition are free
//! texts, and this module does not judge them.

use crate::rules::security_group::permission::parse_cidr;

/// The kind of values that an operator compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Values {
    /// Any text.
    Any,
    /// A number, perhaps with a fraction.
    Number,
    /// A date of ISO 8601, or seconds since the epoch.
    Date,
    /// A text in base64.
    Binary,
    /// An address of IPv4 or IPv6, or a range of addresses.
    Address,
    /// An ARN, perhaps with wildcards.
    Arn,
}

/// The certainty that IAM takes a value.
///
/// A refused value is an error, an unsure one a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// IAM takes the value.
    Taken,
    /// IAM may take the value: AWS's texts disagree.
    Unsure,
    /// IAM refuses the value.
    Refused,
}

/// The operators of IAM conditions without prefix and suffix.
const OPERATORS: [(&str, Values); 27] = [
    ("StringEquals", Values::Any),
    ("StringNotEquals", Values::Any),
    ("StringEqualsIgnoreCase", Values::Any),
    ("StringNotEqualsIgnoreCase", Values::Any),
    ("StringLike", Values::Any),
    ("StringNotLike", Values::Any),
    ("NumericEquals", Values::Number),
    ("NumericNotEquals", Values::Number),
    ("NumericLessThan", Values::Number),
    ("NumericLessThanEquals", Values::Number),
    ("NumericGreaterThan", Values::Number),
    ("NumericGreaterThanEquals", Values::Number),
    ("DateEquals", Values::Date),
    ("DateNotEquals", Values::Date),
    ("DateLessThan", Values::Date),
    ("DateLessThanEquals", Values::Date),
    ("DateGreaterThan", Values::Date),
    ("DateGreaterThanEquals", Values::Date),
    ("Bool", Values::Any),
    ("BinaryEquals", Values::Binary),
    ("IpAddress", Values::Address),
    ("NotIpAddress", Values::Address),
    ("ArnEquals", Values::Arn),
    ("ArnLike", Values::Arn),
    ("ArnNotEquals", Values::Arn),
    ("ArnNotLike", Values::Arn),
    ("Null", Values::Any),
];

/// Returns the kind of an operator's values, and whether IAM knows the operator, or `None` if it does not.
///
/// An operator is `[ForAnyValue:|ForAllValues:]Operator[IfExists]`, but never `NullIfExists`. AWS writes `ARNEquals` as
/// well as `ArnEquals`.
///
/// The spelling with `ARN` is judged unsure.
pub(crate) fn operator(operator: &str) -> Option<(Values, Verdict)> {
    let plain = operator
        .strip_prefix("ForAnyValue:")
        .or_else(|| operator.strip_prefix("ForAllValues:"))
        .unwrap_or(operator);
    let plain = match plain.strip_suffix("IfExists") {
        Some("Null") => return None,
        Some(plain) => plain,
        None => plain,
    };
    let find = |name: &str| OPERATORS.iter().find(|(known, _)| *known == name).map(|(_, values)| *values);
    let spelled_otherwise = || find(&format!("Arn{}", plain.strip_prefix("ARN")?));
    let known = find(plain).map(|values| (values, Verdict::Taken));
    known.or_else(|| spelled_otherwise().map(|values| (values, Verdict::Unsure)))
}

/// Judges a value by the kind that its operator compares. A variable of the policy can have any value.
pub(crate) fn value(values: Values, text: &str) -> Verdict {
    let taken = match values {
        _ if text.contains("${") => true,
        Values::Any => true,
        Values::Number => text.parse::<f64>().is_ok_and(f64::is_finite),
        Values::Date => is_date(text),
        Values::Binary => is_base64(text),
        Values::Address => text.parse::<std::net::IpAddr>().is_ok() || parse_cidr(text).is_some(),
        Values::Arn => return arn(text),
    };
    if taken { Verdict::Taken } else { Verdict::Refused }
}

/// Judges an ARN: six parts are taken, fewer may be, and another text is refused.
///
/// AWS does not document whether an ARN with fewer than six parts matches.
fn arn(text: &str) -> Verdict {
    let is_short = text == "*" || text.starts_with("arn:");
    match text.split(':').collect::<Vec<_>>().as_slice() {
        ["arn", _, _, _, _, _, ..] => Verdict::Taken,
        _ if is_short => Verdict::Unsure,
        _ => Verdict::Refused,
    }
}

/// Returns whether a text is a number of seconds since the epoch, or a date of ISO 8601 with or without a time.
///
/// A date may lack the day, and only a whole date has a time behind it. The number of days of the month is not checked.
fn is_date(text: &str) -> bool {
    if is_digits(text) {
        return true;
    }
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };

    let parts: Vec<&str> = date.split('-').collect();
    let is_day = match parts.as_slice() {
        [year, month] => is_number(year, 4, 0..=9999) && is_number(month, 2, 1..=12),
        [year, month, day] => {
            is_number(year, 4, 0..=9999) && is_number(month, 2, 1..=12) && is_number(day, 2, 1..=31)
        }
        _ => false,
    };

    is_day && time.is_none_or(|time| parts.len() == 3 && is_time(time))
}

/// Returns whether a text is `hh:mm[:ss[.s]]` with `Z`, an offset, or nothing behind it.
fn is_time(time: &str) -> bool {
    let (clock, zone) = match time.find(['Z', '+', '-']) {
        Some(at) => time.split_at(at),
        None => (time, "Z"),
    };
    let is_zone = zone == "Z"
        || zone[1..].split_once(':').is_some_and(|(hours, minutes)| {
            is_number(hours, 2, 0..=23) && is_number(minutes, 2, 0..=59) && !zone.starts_with('Z')
        });

    let mut parts = clock.split(':');
    let (hours, minutes, seconds) = (parts.next(), parts.next(), parts.next());
    let is_second = |seconds: &str| {
        let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
        is_number(whole, 2, 0..=60) && is_digits(fraction)
    };

    is_zone
        && hours.is_some_and(|hours| is_number(hours, 2, 0..=23))
        && minutes.is_some_and(|minutes| is_number(minutes, 2, 0..=59))
        && seconds.is_none_or(is_second)
        && parts.next().is_none()
}

/// Returns whether a text has digits only, at least one.
fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Returns whether a text has so many digits and is in a range.
fn is_number(text: &str, digits: usize, range: std::ops::RangeInclusive<u16>) -> bool {
    text.len() == digits && is_digits(text) && text.parse().is_ok_and(|number| range.contains(&number))
}

/// Returns whether a text is base64 with its padding.
fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - body.len() <= 2
        && body.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/".contains(&b))
}
