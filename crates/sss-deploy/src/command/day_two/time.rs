//! Times of the arguments: `10m`, `2h`, or `2026-01-31T12:00:00Z`.

use std::{str::FromStr, time::Duration};

use sss_aws::{Aws, Moment};

/// A time, or a time before the present one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    /// So many milliseconds ago.
    Ago(i64),
    /// A moment.
    At(Moment),
}

/// The units of durations, in milliseconds.
const UNITS: [(&str, i64); 4] = [("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

impl FromStr for Time {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(moment) = Moment::parse(text) {
            return Ok(Self::At(moment));
        }
        let ago = UNITS.iter().find_map(|(unit, millis)| {
            let number: i64 = text.strip_suffix(unit)?.parse().ok().filter(|number| *number >= 0)?;
            number.checked_mul(*millis)
        });
        ago.map(Self::Ago).ok_or_else(|| {
            "a time is a duration such as 30s, 10m, 2h or 7d, or a time such as 2026-01-31T12:00:00Z"
                .to_owned()
        })
    }
}

impl Time {
    /// Returns the moment, by the clock of the account.
    pub(super) fn moment(self, aws: &Aws) -> Moment {
        match self {
            Self::Ago(millis) => aws.now().plus(-millis),
            Self::At(moment) => moment,
        }
    }
}

/// The longest time of a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wait(pub(super) Duration);

impl FromStr for Wait {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(Time::Ago(millis)) => Ok(Self(Duration::from_millis(millis.unsigned_abs()))),
            _ => Err("it is a duration such as 90s, 20m or 1h".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_times_are_read() {
        assert_eq!("10m".parse(), Ok(Time::Ago(600_000)));
        assert_eq!("0s".parse(), Ok(Time::Ago(0)));
        assert_eq!("20m".parse(), Ok(Wait(Duration::from_mins(20))));
        assert!("2026-01-31T12:00:00Z".parse::<Wait>().is_err());
        let noon = Moment::parse("2026-01-31T12:00:00Z").expect("a time");
        assert_eq!("2026-01-31T12:00:00Z".parse(), Ok(Time::At(noon)));
        for wrong in
            ["", "10", "m", "-1m", "1w", "2026-01-31", "99999999999999999999s", "9223372036854775807d"]
        {
            assert!(wrong.parse::<Time>().is_err(), "{wrong}");
        }
    }
}
