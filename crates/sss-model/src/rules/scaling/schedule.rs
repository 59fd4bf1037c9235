//! The grammar of the times of scheduled actions: `cron(…)`, `rate(…)` and `at(…)`, and the names of time zones.
//!
//! A cron expression of AWS has six fields: minutes, hours, day of the month, month, day of the week and year. One of
//! the two days is `?`. AWS describes the fields on the page "Cron expressions reference".
//!
//! `zones.txt` has the names of the time zone database of IANA, version 2025b, with its links.

use std::ops::RangeInclusive;

use validator::ValidationError;

use super::super::{AAS_ACT_002, AAS_ACT_003, broken, judge, required};
use crate::nearest::nearest;

/// A field of a cron expression.
struct Field {
    name: &'static str,
    numbers: RangeInclusive<u32>,
    /// The names of its numbers, from the lowest on.
    words: &'static [&'static str],
    /// Whether it is a day, of which `?` says that the other one counts.
    is_day: bool,
}

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const FIELDS: [Field; 6] = [
    Field { name: "minutes", numbers: 0..=59, words: &[], is_day: false },
    Field { name: "hours", numbers: 0..=23, words: &[], is_day: false },
    Field { name: "day of the month", numbers: 1..=31, words: &[], is_day: true },
    Field { name: "month", numbers: 1..=12, words: &MONTHS, is_day: false },
    Field { name: "day of the week", numbers: 1..=7, words: &DAYS, is_day: true },
    Field { name: "year", numbers: 1970..=2199, words: &[], is_day: false },
];

/// The days of the months of a year that is no leap year.
const LENGTHS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Checks the times of a scheduled action.
pub(crate) fn expression(text: &str) -> Result<(), ValidationError> {
    required(text)?;
    let inner = |kind: &str| text.strip_prefix(kind)?.strip_prefix('(')?.strip_suffix(')');
    if let Some(fields) = inner("cron") {
        cron(fields)
    } else if let Some(interval) = inner("rate") {
        judge(is_rate(interval), || broken!(AAS_ACT_002, "not-a-rate", given = text))
    } else if let Some(time) = inner("at") {
        judge(is_time(time), || broken!(AAS_ACT_002, "not-a-time", given = text))
    } else {
        Err(broken!(AAS_ACT_002, "not-a-schedule", given = text).into())
    }
}

/// Checks the six fields of a cron expression.
fn cron(text: &str) -> Result<(), ValidationError> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    judge(fields.len() == FIELDS.len(), || {
        broken!(AAS_ACT_002, "not-six-fields", count = fields.len(), given = text)
    })?;
    for (field, given) in FIELDS.iter().zip(&fields) {
        judge(field.takes(given), || {
            broken!(AAS_ACT_002, "not-a-field", given = *given, field = field.name)
        })?;
    }
    judge((fields[2] == "?") != (fields[4] == "?"), || broken!(AAS_ACT_002, "two-days", given = text))
}

impl Field {
    /// Returns whether a text is a field: everything, nothing, or numbers with commas between them.
    fn takes(&self, text: &str) -> bool {
        text == "*" || (self.is_day && text == "?") || text.split(',').all(|part| self.takes_part(part))
    }

    /// Returns whether a text is a number, a range, or one of these with a step.
    fn takes_part(&self, part: &str) -> bool {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let is_step = step.is_none_or(|step| step.parse::<u32>().is_ok_and(|step| step > 0));
        let is_range = match range.split_once('-') {
            Some((first, last)) => self.number(first).is_some() && self.number(last).is_some(),
            None => {
                (range == "*" && step.is_some()) || self.number(range).is_some() || self.is_special(range)
            }
        };
        is_step && is_range
    }

    fn number(&self, text: &str) -> Option<u32> {
        let word = self.words.iter().position(|word| word.eq_ignore_ascii_case(text));
        let number = match word {
            Some(index) => u32::try_from(index).ok()? + self.numbers.start(),
            None => text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())??,
        };
        self.numbers.contains(&number).then_some(number)
    }

    /// Returns whether a text is a day by its place: the last one, the weekday next to one, or the n-th of a month.
    fn is_special(&self, text: &str) -> bool {
        let is_of_month = *self.numbers.end() == 31;
        self.is_day
            && match text.split_once('#') {
                Some((day, nth)) => {
                    !is_of_month && self.number(day).is_some() && matches!(nth, "1" | "2" | "3" | "4" | "5")
                }
                None if is_of_month => {
                    matches!(text, "L" | "LW")
                        || text.strip_suffix('W').is_some_and(|day| self.number(day).is_some())
                }
                None => text == "L" || text.strip_suffix('L').is_some_and(|day| self.number(day).is_some()),
            }
    }
}

/// Returns whether a text is a positive number and a unit.
fn is_rate(text: &str) -> bool {
    let Some((number, unit)) = text.split_once(' ') else { return false };
    let is_number =
        number.bytes().all(|b| b.is_ascii_digit()) && number.parse::<u32>().is_ok_and(|number| number > 0);
    is_number && matches!(unit, "minute" | "minutes" | "hour" | "hours" | "day" | "days")
}

/// Returns whether a text is a time without a zone, such as `2026-12-24T18:00:00`.
fn is_time(text: &str) -> bool {
    let is_form = text.len() == "yyyy-mm-ddThh:mm:ss".len()
        && text
            .bytes()
            .zip("0000-00-00T00:00:00".bytes())
            .all(|(given, form)| if form == b'0' { given.is_ascii_digit() } else { given == form });
    if !is_form {
        return false;
    }
    let number = |start: usize, end: usize| text[start..end].parse::<u32>().unwrap_or(u32::MAX);
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = (month as usize).checked_sub(1).and_then(|index| LENGTHS.get(index));
    let length = length.map(|length| length + u32::from(month == 2 && is_leap));
    length.is_some_and(|length| (1..=length).contains(&day))
        && number(11, 13) < 24
        && number(14, 16) < 60
        && number(17, 19) < 60
}

/// Returns the names of time zones.
fn zones() -> impl Iterator<Item = &'static str> {
    include_str!("zones.txt").split_whitespace()
}

/// Checks the name of a time zone.
pub(crate) fn time_zone(name: &str) -> Result<(), ValidationError> {
    if zones().any(|known| known == name) {
        return Ok(());
    }
    Err(match nearest(name, zones()) {
        Some(near) => broken!(AAS_ACT_003, "near-zone", name = name, near = near).into(),
        None => broken!(AAS_ACT_003, "unknown-zone", name = name).into(),
    })
}
