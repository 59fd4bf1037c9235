//! CPU and memory of a task as ECS writes them: a number, or a number with a word.
//!
//! `1024` and `1 vCPU` are the same CPU, `2048` and `2 GB` the same memory. ECS accepts both in
//! `RegisterTaskDefinition` and answers with the number. One vCPU is 1024 CPU units, and one GB here is 1024 MiB.
//! Fractions have at most 3 digits and must give a whole number of units; floating-point numbers are not used, so no
//! size is rounded.
//!
//! Whether Fargate has the size is a question for [`TaskSize`](crate::TaskSize).

/// The unit after a number of vCPU.
pub(crate) const CPU_UNIT: &str = "vCPU";

/// The unit after a number of GiB.
pub(crate) const MEMORY_UNIT: &str = "GB";

/// Returns the CPU units of `1024` or `1 vCPU`.
///
/// `None` is a text in another form, or a size that is not a whole number of units.
pub(crate) fn cpu_units(text: &str) -> Option<i64> {
    units(text, CPU_UNIT)
}

/// Returns the MiB of `1024` or `1 GB`.
pub(crate) fn mebibytes(text: &str) -> Option<i64> {
    units(text, MEMORY_UNIT)
}

/// Returns a whole number, or 1024 times the number before the word, which may be in any case.
///
/// The word is [`CPU_UNIT`] or [`MEMORY_UNIT`].
pub(crate) fn units(text: &str, word: &str) -> Option<i64> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok();
    }
    let start = text.len().checked_sub(word.len())?;
    let (number, unit) = (text.get(..start)?, text.get(start..)?);
    if !unit.eq_ignore_ascii_case(word) {
        return None;
    }
    let thousandths = thousandths(number.trim())?;
    let units = thousandths.checked_mul(1024)?;
    (units % 1000 == 0).then_some(units / 1000)
}

/// Returns the thousandths of a number such as `1`, `0.5` or `.25`.
fn thousandths(number: &str) -> Option<i64> {
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (if whole.is_empty() { "0" } else { whole }, fraction),
        None => (number, "0"),
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 3 {
        return None;
    }
    let fraction: i64 = format!("{fraction:0<3}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(1000)?.checked_add(fraction)
}

#[cfg(test)]
mod tests {
    use super::{cpu_units, mebibytes};

    #[test]
    fn sizes_are_read_with_and_without_a_unit() {
        for (text, want) in [
            ("256", Some(256)),
            (".25 vCPU", Some(256)),
            (".5vcpu", Some(512)),
            ("16     vCpU", Some(16384)),
            ("0.250 VCPU", Some(256)),
            ("1.0 vcpu", Some(1024)),
            (".125 vCPU", Some(128)),
            ("0.1125 vCPU", None),
            ("", None),
            ("vCPU", None),
            (". vCPU", None),
            ("1. vCPU", None),
            ("-1 vCPU", None),
            ("1 GB", None),
            ("1,5 vCPU", None),
            ("1.0", None),
            ("99999999999999999999", None),
            ("9999999999999999999 vCPU", None),
        ] {
            assert_eq!(cpu_units(text), want, "{text}");
        }
        for (text, want) in
            [("512", Some(512)), ("0.5 GB", Some(512)), ("22 gb", Some(22528)), ("1 MB", None), ("é", None)]
        {
            assert_eq!(mebibytes(text), want, "{text}");
        }
    }
}
