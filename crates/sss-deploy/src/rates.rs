//! The rates of calls, where they differ from the quotas that AWS documents.
//!
//! The engine calls AWS as often as AWS's documented quotas allow. An account can have other quotas, because
//! AWS raised them, or other programs can need a part of them. `--rate` scales all quotas down, and `--rates`
//! names a TOML file:
//!
//! ```toml
//! share = 0.5
//!
//! [quotas."ECS task definition modify"]
//! burst = 40
//! per_second = 2.0
//! ```
//!
//! `share` is a part of the quotas, above 0 and at most 1. `burst` is a number of calls, `per_second` is
//! calls per second. The names of quotas are the engine's; an unknown name is refused, and the message lists
//! the known ones.

use std::{collections::BTreeMap, path::PathBuf};

use clap::Args;
use serde::Deserialize;
use sss_aws::{Rate, Rates};

use crate::{failure::Failure, file, invocation::quoted};

/// The hint after an unusable file.
const HINT: &str = "a file of rates has a `share` above 0 and at most 1, and for each quota a table \
    `[quotas.\"ECS task definition modify\"]` with `burst` and `per_second`";

/// The flags about rates.
#[derive(Debug, Default, Clone, Args)]
pub(crate) struct Arguments {
    /// Use only this share of AWS's call quotas, above 0 and at most 1 [default: 1]
    #[arg(long, global = true, value_name = "SHARE")]
    rate: Option<f64>,
    /// Read the account's call quotas from FILE
    #[arg(long, global = true, value_name = "FILE")]
    rates: Option<PathBuf>,
}

/// A file of rates.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Stored {
    /// The share of all quotas. `None` means the whole quotas. `--rate` takes precedence.
    share: Option<f64>,
    /// The quotas of the account that differ from AWS's documentation, by name.
    quotas: BTreeMap<String, Rate>,
}

impl Arguments {
    /// Returns the flags as words of a command.
    pub(crate) fn typed(&self) -> impl Iterator<Item = String> {
        let rate = self.rate.map(|rate| format!("--rate {rate}"));
        let file = self.rates.as_ref().map(|file| format!("--rates {}", quoted(&file.display().to_string())));
        rate.into_iter().chain(file)
    }

    /// Returns the rates of calls.
    ///
    /// # Errors
    ///
    /// The share is out of its range, the file cannot be read, or it names a quota that does not exist.
    pub(crate) fn read(&self) -> Result<Rates, Failure> {
        let stored = self.stored()?;
        let mut rates = Rates::default();
        if let Some(share) = self.rate.or(stored.share) {
            rates = rates
                .share(share)
                .map_err(|error| Failure::new(format!("use the rate of `--rate`: {error}")))?;
        }
        stored.quotas.iter().try_fold(rates, |rates, (name, rate)| {
            let kept = rates.quota(name, *rate);
            kept.map_err(|error| Failure::new(format!("use the rates of the file: {error}")).hint(HINT))
        })
    }

    /// Reads the file of `--rates`. Without one it is empty.
    fn stored(&self) -> Result<Stored, Failure> {
        let Some(path) = &self.rates else { return Ok(Stored::default()) };
        let text = file::read(path).map_err(|error| Failure::file("read", path, &error))?;
        let read = |error: toml::de::Error| {
            Failure::new(format!("read {}: {}", path.display(), error.message())).hint(HINT)
        };
        toml::from_str(&text).map_err(read)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn check(text: &str, rate: Option<f64>) -> Result<Rates, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rates.toml");
        fs::write(&path, text).expect("a file");
        let read = Arguments { rate, rates: Some(path) }.read();
        read.map_err(|failure| format!("{failure:?}"))
    }

    #[test]
    fn rates_file_has_a_share_and_quotas() {
        let text = "share = 0.5\n[quotas.\"ECS task definition modify\"]\nburst = 40\nper_second = 2.0\n";
        let quota = |rates: Rates| rates.quota("ECS task definition modify", Rate::new(40, 2.0));
        let expected =
            |share| Rates::default().share(share).and_then(quota).map_err(|error| error.to_string());
        assert_eq!(check(text, None), expected(0.5));
        assert_eq!(check(text, Some(0.25)), expected(0.25), "the flag wins");
        assert_eq!(check("", None), Ok(Rates::default()));
        assert_eq!(check(&format!("\u{feff}{}", text.replace('\n', "\r\n")), None), expected(0.5));
    }

    #[test]
    fn invalid_rates_are_reported() {
        for text in ["share = 2.0", "speed = 1", "[quotas.ECS]\nburst = 1\nper_second = 1.0", "share ="] {
            assert!(check(text, None).is_err(), "{text}");
        }
    }
}
