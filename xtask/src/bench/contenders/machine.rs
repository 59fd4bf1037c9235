//! The machine and the date of a measurement, in words for the page.

use std::{
    fs,
    process::Command,
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use sss_aws::Moment;

/// Returns the processor, the memory and the system of this machine, as far as they are known.
pub(super) fn description() -> String {
    let processors = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let model = value("/proc/cpuinfo", "model name").unwrap_or_else(|| "an unknown processor".to_owned());
    let memory = value("/proc/meminfo", "MemTotal").and_then(|text| {
        let kilobytes: u64 = text.strip_suffix(" kB")?.parse().ok()?;
        Some(format!(", {} GB of memory", kilobytes.div_ceil(1 << 20)))
    });
    let system = Command::new("uname").arg("-sr").output().ok();
    let system = system.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let system = system.filter(|text| !text.is_empty()).map(|text| format!(", {text}"));
    format!("{processors} cores of {model}{}{}", memory.unwrap_or_default(), system.unwrap_or_default())
}

/// Returns today's date in UTC.
pub(super) fn today() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let millis = i64::try_from(since.as_millis()).unwrap_or_default();
    Moment::from_millis(millis).to_string().chars().take(10).collect()
}

/// Returns the first value of this name in a file of lines `name : value`.
fn value(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_has_ten_characters() {
        let today = today();
        assert!(today.len() == 10 && today.matches('-').count() == 2, "{today}");
    }
}
