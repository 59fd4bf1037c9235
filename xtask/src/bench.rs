//! `bench`: measures the jobs of the engine (calls, time, memory), and the same jobs with other tools.
//!
//! There are five parts:
//!
//! - `calls`, `alb`, `nlb`: each job on a sandbox in virtual time, for several numbers of services behind Cloud Map or
//!   a load balancer. The results are the same in every run and on every machine, so `--check` compares them with the page.
//! - `process`: the real program over TCP: time, processor and memory. Results differ from run to run.
//! - `contenders`: the same tasks with Terraform, boto3 and the AWS CLI, one after the other, each on its own sandbox.
//!
//! The page `docs/performance.md` has a place for the results of each part, and `docs/performance.svg` is a
//! picture of the first. `--write` replaces them.

mod calls;
mod chart;
mod contenders;
mod floor;
mod job;
mod least;
mod measured;
mod page;
mod process;
mod server;
mod table;

use std::iter;

use contenders::{Contender, Quotas};
use page::Written;
use sss_model::BackendKind;

use crate::{cargo::Build, failure::Failure};

/// The parts, in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Calls,
    Alb,
    Nlb,
    Process,
    Contenders,
}

impl Part {
    const ALL: [Self; 5] = [Self::Calls, Self::Alb, Self::Nlb, Self::Process, Self::Contenders];

    /// Returns the name of the part on the command line and in the page.
    fn name(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Alb => "alb",
            Self::Nlb => "nlb",
            Self::Process => "process",
            Self::Contenders => "contenders",
        }
    }

    /// Returns the backend of the services, if the results of the part are the same in every run.
    fn backend(self) -> Option<BackendKind> {
        match self {
            Self::Calls => Some(BackendKind::CloudMap),
            Self::Alb => Some(BackendKind::Alb),
            Self::Nlb => Some(BackendKind::Nlb),
            Self::Process | Self::Contenders => None,
        }
    }
}

/// The use of the results, besides printing them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Then {
    #[default]
    Nothing,
    /// Write them into the page.
    Write,
    /// Compare the results that are the same in every run with the page.
    Check,
}

/// The request of the command line.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Request {
    /// The part. `None` means all parts.
    part: Option<Part>,
    /// The numbers of services, from 1 to 300. `None` means the defaults of each part.
    services: Option<Vec<u16>>,
    /// The speeds of AWS for contenders, as multiples of its usual speed. `None` means the default.
    factors: Option<Vec<f64>>,
    /// Whether the accounts of contenders have quotas. `None` means that they have.
    quotas: Option<Vec<Quotas>>,
    /// The numbers of new images before the contenders destroy the stack. `None` means one.
    images: Option<Vec<u16>>,
    /// The contenders. `None` means all.
    contenders: Option<Vec<Contender>>,
    /// The build of the program that is measured.
    build: Build,
    /// The use of the results.
    then: Then,
}

impl Request {
    /// Parses the arguments. Returns `None` if they are wrong.
    pub(crate) fn parse(arguments: &[&str]) -> Option<Self> {
        let mut request = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match *argument {
                "--services" => request.services = Some(list(rest.next()?, number)?),
                "--factor" => request.factors = Some(list(rest.next()?, number_above_zero)?),
                "--quotas" => request.quotas = Some(list(rest.next()?, Quotas::of)?),
                "--images" => request.images = Some(list(rest.next()?, number)?),
                "--by" => request.contenders = Some(list(rest.next()?, Contender::of)?),
                "--release" => request.build = Build::Release,
                "--write" => request.then = Then::Write,
                "--check" => request.then = Then::Check,
                name if request.part.is_none() => {
                    request.part = Some(Part::ALL.into_iter().find(|part| part.name() == name)?);
                }
                _ => return None,
            }
        }
        // Measured times differ from run to run, and the page has the default numbers of services.
        let checkable =
            request.part.is_none_or(|part| part.backend().is_some()) && request.services.is_none();
        (request.then != Then::Check || checkable).then_some(request)
    }

    /// Returns whether a part runs. A check only runs the parts whose results never vary.
    fn asks_for(&self, part: Part) -> bool {
        let is_asked = self.part.is_none_or(|asked| asked == part);
        is_asked && (self.then != Then::Check || part.backend().is_some())
    }

    /// Returns the numbers of services: those of the command line, or the usual ones of a part.
    fn services(&self, usual: &[u16]) -> Vec<u16> {
        self.services.clone().unwrap_or_else(|| usual.to_vec())
    }
}

/// Parses a finite number above 0.
fn number_above_zero(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0)
}

/// Parses a number, at most the number of services that one API takes.
fn number(text: &str) -> Option<u16> {
    text.parse().ok().filter(|number| (1..=300).contains(number))
}

/// Parses words with commas in between.
fn list<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    text.split(',').map(parse).collect()
}

/// Runs the request and prints the results.
pub(crate) fn run(request: &Request) -> Result<(), Failure> {
    let mut written = Vec::new();
    for part in Part::ALL.into_iter().filter(|part| request.asks_for(*part)) {
        written.extend(match part {
            Part::Calls | Part::Alb | Part::Nlb => counted(request, part)?,
            Part::Process => vec![Written::in_page(part.name(), process::run(request)?)],
            Part::Contenders => vec![contenders::run(request)?],
        });
    }

    match request.then {
        Then::Nothing => Ok(()),
        Then::Write => written.iter().try_for_each(Written::write),
        Then::Check => written.iter().try_for_each(Written::check),
    }
}

/// The numbers of services at limits and quotas: one, one batch, and the most that one API takes.
const SERVICES: [u16; 4] = [1, 10, 100, 300];

/// Runs the jobs behind the backend of a part, prints their table, and returns it. The picture shows those of Cloud Map.
fn counted(request: &Request, part: Part) -> Result<Vec<Written>, Failure> {
    let backend = part.backend().expect("the part has a backend");
    let rows = calls::rows(backend, &request.services(&SERVICES))?;
    let table = table::of_calls(&rows).text();
    println!("\n{table}");
    let picture = (part == Part::Calls).then(|| Written::picture(part.name(), chart::of(&rows)));
    Ok(iter::once(Written::in_page(part.name(), table)).chain(picture).collect())
}

/// Returns the path of the Terraform configuration of the reference stack.
pub(crate) fn configuration() -> std::path::PathBuf {
    measured::script("main.tf")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_a_part_numbers_and_what_is_done_then() {
        for (arguments, expected) in [
            (&[][..], Some(Request::default())),
            (&["process"], Some(Request { part: Some(Part::Process), ..Request::default() })),
            (&["--services", "1,300"], Some(Request { services: Some(vec![1, 300]), ..Request::default() })),
            (&["--factor", "0.5,1"], Some(Request { factors: Some(vec![0.5, 1.0]), ..Request::default() })),
            (&["--quotas", "off"], Some(Request { quotas: Some(vec![Quotas::Off]), ..Request::default() })),
            (&["--images", "1,3"], Some(Request { images: Some(vec![1, 3]), ..Request::default() })),
            (
                &["--by", "aws-cli"],
                Some(Request { contenders: Some(vec![Contender::AwsCli]), ..Request::default() }),
            ),
            (&["--release"], Some(Request { build: Build::Release, ..Request::default() })),
            (&["--check"], Some(Request { then: Then::Check, ..Request::default() })),
            (&["process", "--check"], None),
            (&["--services", "1", "--check"], None),
            (&["--services", "0"], None),
            (&["--services", "301"], None),
            (&["--services"], None),
            (&["--factor", "-1"], None),
            (&["--quotas", "some"], None),
            (&["--by", "magic"], None),
            (&["calls", "process"], None),
            (&["naps"], None),
        ] {
            assert_eq!(Request::parse(arguments), expected, "{arguments:?}");
        }
    }
}
