//! `torture`: runs the engine while everything goes wrong, and checks the result of each case.
//!
//! The cases are those of `tests/torture`; the integration tests run a few of them, this runs as many as
//! asked for. A case follows from its number alone. Each failure is printed with the command that repeats it.

mod table;

use std::{
    io::{self, IsTerminal},
    time::{Duration, Instant},
};

use sss_tests::torture::{self, Part, Report};

use crate::failure::Failure;

/// The number of failures of a part that are printed.
const TOLD: usize = 20;

/// Creates a part.
type Make = fn() -> Part;

/// The parts by name.
const PARTS: [(&str, Make); 7] = [
    ("crashes", torture::crashes),
    ("faults", torture::faults),
    ("walks", || torture::walks(20)),
    ("permissions", || torture::permissions(20)),
    ("moves", torture::moves),
    ("rivals", torture::rivals),
    ("rollouts", torture::rollouts),
];

/// The request of the command line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Request {
    /// The part, or `None` for all parts.
    part: Option<String>,
    /// The number of cases of each part, in place of the default.
    seeds: Option<u64>,
    /// The number of the first case.
    from: Option<u64>,
    /// The only case to run.
    seed: Option<u64>,
}

impl Request {
    /// Parses the arguments. Returns `None` if they are wrong.
    pub(crate) fn parse(arguments: &[&str]) -> Option<Self> {
        let mut request = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match *argument {
                "--seeds" => request.seeds = Some(rest.next()?.parse().ok()?),
                "--from" => request.from = Some(rest.next()?.parse().ok()?),
                "--seed" => request.seed = Some(rest.next()?.parse().ok()?),
                name if request.part.is_none() && PARTS.iter().any(|(part, _)| *part == name) => {
                    request.part = Some(name.to_owned());
                }
                _ => return None,
            }
        }

        // A case number belongs to one part.
        let has_number = request.seed.is_some() || request.from.is_some();
        let has_both = request.seed.is_some() && request.from.is_some();
        (!has_both && (!has_number || request.part.is_some())).then_some(request)
    }

    /// Returns the numbers of the cases of a part.
    fn numbers(&self, part: &Part) -> Vec<u64> {
        let cases = self.seeds.unwrap_or(part.usual);
        match (self.seed, self.from) {
            (Some(seed), _) => vec![seed],
            (None, Some(from)) => part.numbers_from(from, cases),
            (None, None) => part.numbers(cases),
        }
    }
}

/// Runs the cases and prints the results.
pub(crate) fn run(request: &Request) -> Result<(), Failure> {
    let mut wrong = 0;
    let asked = PARTS.iter().filter(|(name, _)| request.part.as_deref().is_none_or(|part| part == *name));
    for (_, part) in asked {
        let part = part();
        let numbers = request.numbers(&part);
        let start = Instant::now();
        let report = part.run(&numbers, &|ended| progress(part.name, ended, numbers.len()));
        tell(&part, &report, start.elapsed());
        wrong += report.values().filter(|case| case.end.is_err()).count();
    }
    if wrong == 0 { Ok(()) } else { Err(Failure::new(format!("pass {wrong} cases"))) }
}

/// Shows the progress on a terminal.
fn progress(name: &str, ended: usize, of: usize) {
    if io::stderr().is_terminal() {
        eprint!("\r{name}: {ended} of {of}{}", if ended == of { "\r\x1b[K" } else { "" });
    }
}

/// Prints the table of a part, its first failures, and its total effort.
fn tell(part: &Part, report: &Report, real: Duration) {
    println!("{}: {}", part.name, part.about);
    print!("{}", table::of(report));

    let wrong: Vec<_> = report.iter().filter(|(_, case)| case.end.is_err()).collect();
    for (number, case) in wrong.iter().take(TOLD) {
        let why = case.end.as_ref().err().map_or("", String::as_str);
        println!("  {}, {}: {why}", case.row, case.column);
        println!("    again: cargo xtask torture {} --seed {number}", part.name);
    }

    let hours = report.values().map(|case| case.lasted).sum::<Duration>().as_secs_f64() / 3600.0;
    let calls: usize = report.values().map(|case| case.calls).sum();
    let (cases, seconds) = (report.len(), real.as_secs_f64());
    println!(
        "  {cases} cases, {} wrong; {calls} calls and {hours:.1} hours of the sandbox in {seconds:.0} s\n",
        wrong.len()
    );
}

#[cfg(test)]
mod tests {
    use super::Request;

    #[test]
    fn arguments_are_a_part_and_numbers() {
        let of = |part: &str| Some(part.to_owned());
        for (arguments, expected) in [
            (&[][..], Some(Request::default())),
            (&["walks"], Some(Request { part: of("walks"), ..Request::default() })),
            (&["--seeds", "7"], Some(Request { seeds: Some(7), ..Request::default() })),
            (
                &["faults", "--seed", "3"],
                Some(Request { part: of("faults"), seed: Some(3), ..Request::default() }),
            ),
            (
                &["walks", "--seeds", "7", "--from", "3"],
                Some(Request { part: of("walks"), seeds: Some(7), from: Some(3), seed: None }),
            ),
            (&["--from", "3"], None),
            (&["walks", "--from", "3", "--seed", "3"], None),
            (&["--seed", "3"], None),
            (&["--seed"], None),
            (&["walks", "--seeds", "many"], None),
            (&["walks", "faults"], None),
            (&["naps"], None),
        ] {
            assert_eq!(Request::parse(arguments), expected, "{arguments:?}");
        }
    }
}
