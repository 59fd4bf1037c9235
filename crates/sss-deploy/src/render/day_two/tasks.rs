//! Tasks: a line for each, or everything about one.

use std::io::{self, Write};

use anstyle::Style;
use sss_aws::{
    Moment,
    operate::{
        Target,
        tasks::{Container, Inspected, Task, Times, Which},
    },
};

use super::{
    super::{
        cause,
        palette::{BAD, CHANGED, FAINT, GOOD, STRONG},
        status::age,
    },
    short,
};

/// Prints the tasks of each service below its name, and then those that no service started. Tasks that stopped have
/// their end below them.
///
/// `now` is the account's time, for their ages.
pub(crate) fn list(
    w: &mut dyn Write,
    target: &Target,
    tasks: &[Task],
    now: i64,
    program: &str,
) -> io::Result<()> {
    for named in &target.services {
        let own = tasks.iter().filter(|task| task.service.as_ref() == Some(&named.service));
        group(w, &named.key, Some(&named.family), &own.collect::<Vec<_>>(), now)?;
    }
    let alone = tasks.iter().filter(|task| task.service.is_none());
    group(w, "without a service", None, &alone.collect::<Vec<_>>(), now)?;
    let failed = tasks.iter().find(|task| task.cause.is_some());
    failed.map_or(Ok(()), |task| {
        writeln!(w, "\n`{program} task {}` prints everything about a task", short(&task.id))
    })
}

/// Prints tasks in columns below their heading. A revision of the family is its number only, because the heading has the
/// family.
fn group(
    w: &mut dyn Write,
    heading: &str,
    family: Option<&str>,
    tasks: &[&Task],
    now: i64,
) -> io::Result<()> {
    if tasks.is_empty() {
        return Ok(());
    }
    write!(w, "{STRONG}{heading}{STRONG:#}")?;
    family.iter().try_for_each(|family| write!(w, "  {FAINT}{family}{FAINT:#}"))?;
    writeln!(w)?;

    let revision = |task: &Task| {
        let number = task.revision.rsplit(':').next().filter(|_| family == Some(task.family()));
        number.map_or_else(|| task.revision.clone(), |number| format!("rev {number}"))
    };
    let longest = |of: fn(&Task) -> &str| tasks.iter().map(|task| of(task).len()).max().unwrap_or(0);
    let of_revisions = tasks.iter().map(|task| revision(task).len()).max().unwrap_or(0);
    let widths = [longest(|task| &task.last_status), longest(|task| &task.health), of_revisions];
    tasks.iter().try_for_each(|task| {
        line(w, task, &revision(task), widths, now)?;
        end(w, "    ", task)
    })
}

/// Prints the states, the revision, the place and the age of a task. The first three have columns of these widths.
fn line(w: &mut dyn Write, task: &Task, revision: &str, widths: [usize; 3], now: i64) -> io::Result<()> {
    let Task { last_status, health, .. } = task;
    let (state, well) = (style(last_status), style(health));
    let created = task.times.created.map(|created| created.to_string());
    let age = created.and_then(|created| age(&created, now));
    let place = [task.zone.as_deref(), task.address.as_deref(), age.as_deref()];
    let place: Vec<&str> = place.into_iter().flatten().collect();
    let [first, second, third] = widths;
    write!(w, "  {}  {state}{last_status:<first$}{state:#}", short(&task.id))?;
    write!(w, "  {well}{health:<second$}{well:#}  {revision:<third$}")?;
    writeln!(w, "  {FAINT}{}{FAINT:#}", place.join(" "))
}

/// Returns the style of a state of a task or of a health.
fn style(word: &str) -> Style {
    match word {
        "RUNNING" | "HEALTHY" => GOOD,
        "UNHEALTHY" => BAD,
        "STOPPED" => FAINT,
        _ => CHANGED,
    }
}

/// Prints why a task stopped: the cause first, then the words of AWS.
fn end(w: &mut dyn Write, indent: &str, task: &Task) -> io::Result<()> {
    if task.is_wanted() {
        return Ok(());
    }
    if let Some(diagnosis) = &task.cause {
        write!(w, "{indent}")?;
        cause::headline(w, diagnosis)?;
    }
    let time = task.times.stopped.or(task.times.stopping);
    let time = time.map_or_else(String::new, |time| format!("{time} "));
    let code = task.stop_code.as_deref().unwrap_or("stopped");
    let reason =
        task.reason.as_ref().map_or_else(String::new, |reason| format!(": {}", cause::printable(reason)));
    cause::wrapped(w, indent, &format!("{indent}  "), &format!("{time}{code}{reason}"))
}

/// Prints that there are no tasks.
pub(crate) fn none(w: &mut dyn Write, which: Which, program: &str) -> io::Result<()> {
    match which {
        Which::Wanted => writeln!(w, "note: no task runs; `{program} tasks --stopped` lists the last ones"),
        Which::Stopped | Which::All => writeln!(w, "note: no task stopped within the last hour"),
    }
}

/// Prints everything about one task.
pub(crate) fn one(
    w: &mut dyn Write,
    target: &Target,
    found: &Inspected,
    now: i64,
    program: &str,
) -> io::Result<()> {
    let task = &found.task;
    let service = task.service.as_deref().and_then(|name| target.key(name));
    let owner = service.map_or_else(|| "without a service".to_owned(), |service| format!("of {service}"));
    writeln!(w, "{STRONG}task {}{STRONG:#} {owner}", task.id)?;
    line(w, task, &task.revision, [0; 3], now)?;
    end(w, "  ", task)?;
    if let Some(diagnosis) = &task.cause {
        cause::fixes(w, "  ", diagnosis, program)?;
    }

    phases(w, &task.times)?;
    task.containers.iter().try_for_each(|one| container(w, one))?;
    for tail in found.logs.iter().filter(|tail| !tail.lines.is_empty()) {
        writeln!(w, "  last lines of {STRONG}{}{STRONG:#}:", tail.container)?;
        tail.lines
            .iter()
            .try_for_each(|line| writeln!(w, "    {FAINT}|{FAINT:#} {}", cause::printable(line)))?;
    }
    found.unread.iter().try_for_each(|error| writeln!(w, "  some details could not be read: {error}"))
}

/// Prints the times of the phases that have come.
fn phases(w: &mut dyn Write, times: &Times) -> io::Result<()> {
    let phases: [(&str, Option<Moment>); 7] = [
        ("created", times.created),
        ("pull began", times.pull_started),
        ("pull ended", times.pull_stopped),
        ("containers began", times.started),
        ("stop began", times.stopping),
        ("containers ended", times.execution_stopped),
        ("stopped", times.stopped),
    ];
    let come = phases.iter().filter_map(|(name, time)| Some((name, (*time)?)));
    come.into_iter().try_for_each(|(name, time)| writeln!(w, "  {time}  {name}"))
}

/// Prints a container with its exit code and its image.
fn container(w: &mut dyn Write, container: &Container) -> io::Result<()> {
    let Container { name, status, health, .. } = container;
    write!(w, "  container {STRONG}{name}{STRONG:#}  {status}  {health}")?;
    container.exit_code.iter().try_for_each(|code| write!(w, "  exit code {code}"))?;
    writeln!(w)?;
    container.image.iter().try_for_each(|image| writeln!(w, "    image {image}"))?;
    container.digest.iter().try_for_each(|digest| writeln!(w, "    digest {digest}"))?;
    container
        .reason
        .iter()
        .try_for_each(|reason| cause::wrapped(w, "    reason: ", "      ", &cause::printable(reason)))
}
