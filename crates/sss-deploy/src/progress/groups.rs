//! The steps of an apply by area.
//!
//! A terminal, and the log of a large stack, show areas in place of steps: `orders  3 created after 71 s`. Of a large
//! stack, the areas that end within a few seconds and in the same way are one line with the names that fit.

use std::{
    collections::{BTreeMap, HashMap},
    io::{self, Write},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sss_aws::{Action, Area, Areas, Event, Id, Plan};

use crate::render::{
    noun,
    palette::{BAD, FAINT, GOOD, STRONG},
    screen::listed,
};

/// The most areas whose steps and ends are shown one by one.
const MOST: usize = 12;

/// The time for which the ends of many areas are collected.
const COLLECTED: Duration = Duration::from_secs(10);

/// The columns for the names of areas that end in the same way.
const NAMES: usize = 60;

/// The areas of a plan, and how far each of them is.
pub(super) struct Groups {
    areas: Areas,
    /// The areas that have ended and are not shown yet.
    ended: Mutex<Collected>,
    /// The steps that have not ended, by object. Several steps may have one.
    open: Mutex<HashMap<Id, Vec<Action>>>,
    counts: Mutex<BTreeMap<Area, Counts>>,
}

/// The steps of an area, and the number of those that ended in each way.
#[derive(Debug, Clone, Default)]
struct Counts {
    steps: usize,
    done: BTreeMap<&'static str, usize>,
    undone: BTreeMap<&'static str, usize>,
}

/// Areas whose steps have all ended, and how these ended in each of them.
#[derive(Debug)]
pub(super) struct Ended {
    names: Vec<String>,
    done: BTreeMap<&'static str, usize>,
    undone: BTreeMap<&'static str, usize>,
}

/// The words of steps that ended without success. They have their own events, or follow from others.
const UNDONE: [&str; 4] = ["failed", "interrupted", "skipped", "not started"];

/// Areas that have ended since a time.
#[derive(Debug, Default)]
struct Collected {
    since: Duration,
    areas: Vec<Ended>,
}

impl Collected {
    /// Adds an area. Those that ended in the same way are put together.
    fn add(&mut self, elapsed: Duration, area: Ended) {
        if self.areas.is_empty() {
            self.since = elapsed;
        }
        let is_alike = |known: &&mut Ended| known.done == area.done && known.undone == area.undone;
        match self.areas.iter_mut().find(is_alike) {
            Some(known) => known.names.extend(area.names),
            None => self.areas.push(area),
        }
    }
}

impl Groups {
    /// Returns the areas of a plan.
    pub(super) fn of(plan: &Plan, areas: Areas) -> Self {
        let mut open: HashMap<Id, Vec<Action>> = HashMap::new();
        let mut counts: BTreeMap<Area, Counts> = BTreeMap::new();
        for step in &plan.steps {
            open.entry(step.id.clone()).or_default().push(step.action);
            counts.entry(areas.get(&step.id)).or_default().steps += 1;
        }
        Self { areas, ended: Mutex::default(), open: Mutex::new(open), counts: Mutex::new(counts) }
    }

    /// Returns whether there are so many areas that a log shows no single steps.
    pub(super) fn are_many(&self) -> bool {
        self.lock().len() > MOST
    }

    /// Notes the end of a step, if the event is one. Returns the areas to show now.
    pub(super) fn note(&self, event: &Event, elapsed: Duration) -> Vec<Ended> {
        let [failed, interrupted, skipped, not_started] = UNDONE;
        let (id, undone) = match event {
            Event::Done { id, .. } => (id, None),
            Event::Failed { id, .. } => (id, Some(failed)),
            Event::Interrupted { id, .. } => (id, Some(interrupted)),
            Event::Skipped { id, .. } => (id, Some(skipped)),
            Event::NotStarted { id, .. } => (id, Some(not_started)),
            _ => return Vec::new(),
        };
        let Some(ended) = self.end(id, undone) else { return Vec::new() };
        if !self.are_many() {
            return vec![ended];
        }
        self.collected().add(elapsed, ended);
        self.due(elapsed)
    }

    /// Returns the areas that have ended and were collected for long enough.
    pub(super) fn due(&self, elapsed: Duration) -> Vec<Ended> {
        let mut collected = self.collected();
        if elapsed < collected.since + COLLECTED {
            return Vec::new();
        }
        std::mem::take(&mut collected.areas)
    }

    /// Returns all areas that have ended and were not shown.
    pub(super) fn rest(&self) -> Vec<Ended> {
        std::mem::take(&mut self.collected().areas)
    }

    /// Notes the end of a step. Returns its area if it was the last step of it.
    fn end(&self, id: &Id, undone: Option<&'static str>) -> Option<Ended> {
        let action = self.open.lock().unwrap_or_else(PoisonError::into_inner).get_mut(id)?.pop()?;
        let area = self.areas.get(id);
        let mut counts = self.lock();
        let of_area = counts.get_mut(&area)?;
        match undone {
            Some(word) => *of_area.undone.entry(word).or_default() += 1,
            None => *of_area.done.entry(past(action)).or_default() += 1,
        }
        let ended: usize = of_area.done.values().chain(of_area.undone.values()).sum();
        let Counts { steps, done, undone } = of_area.clone();
        (ended == steps).then(|| Ended { names: vec![noun::area(&area)], done, undone })
    }

    /// Returns the number of steps that are done, and of all.
    pub(super) fn counts(&self) -> (usize, usize) {
        let counts = self.lock();
        let done = counts.values().flat_map(|counts| counts.done.values()).sum();
        (done, counts.values().map(|counts| counts.steps).sum())
    }

    /// Returns a name that is as short as it tells a step apart.
    pub(super) fn short_name(&self, id: &Id) -> String {
        let noun = noun::of(id.kind);
        match self.areas.get(id) {
            _ if noun == "route" => format!("route {}", id.name),
            Area::Service(name) if id.kind == "ecs/service" => name,
            Area::Service(name) => format!("{name} {noun}"),
            _ => noun,
        }
    }

    fn collected(&self) -> MutexGuard<'_, Collected> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Area, Counts>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ended {
    /// Prints the areas with the number of their steps, and the time since the start of the apply.
    pub(super) fn show(&self, w: &mut dyn Write, elapsed: Duration) -> io::Result<()> {
        let (name, steps, seconds) = (self.name(), self.steps(), elapsed.as_secs());
        let (sign, style) = if self.undone.is_empty() { ('✓', GOOD) } else { ('✗', BAD) };
        writeln!(
            w,
            "{style}{sign}{style:#} {STRONG}{name}{STRONG:#}  {steps} {FAINT}after {seconds} s{FAINT:#}"
        )
    }

    /// Prints the areas as a line of a log.
    pub(super) fn log(&self, w: &mut dyn Write, elapsed: Duration) -> io::Result<()> {
        let (name, steps, seconds) = (self.name(), self.steps(), elapsed.as_secs_f64());
        let (word, style) = if self.undone.is_empty() { ("done", GOOD) } else { ("fail", BAD) };
        writeln!(w, "{FAINT}[{seconds:>6.1}s]{FAINT:#} {style}{word}{style:#}    {name}: {steps}")
    }

    /// Returns the names of the areas, as many as fit.
    fn name(&self) -> String {
        let names = listed(&self.names, Some(NAMES));
        if self.names.len() > 2 { format!("{} services ({names})", self.names.len()) } else { names }
    }

    /// Returns the number of steps by their ends.
    fn steps(&self) -> String {
        let all = self.done.iter().chain(&self.undone).map(|(word, steps)| format!("{steps} {word}"));
        let each = if self.names.len() > 1 { " each" } else { "" };
        format!("{}{each}", all.collect::<Vec<_>>().join(", "))
    }
}

/// Returns the verb of an action that is done.
const fn past(action: Action) -> &'static str {
    match action {
        Action::Create => "created",
        Action::Update | Action::Revise => "updated",
        Action::Replace => "replaced",
        Action::Delete => "deleted",
        Action::Adopt => "adopted",
        Action::Release => "released",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::written;

    fn ended(name: &str, updated: usize) -> Ended {
        let done = BTreeMap::from([("updated", updated)]);
        Ended { names: vec![name.to_owned()], done, undone: BTreeMap::new() }
    }

    #[test]
    fn areas_that_end_alike_are_one_line() {
        let mut collected = Collected::default();
        for number in 0..100 {
            collected.add(Duration::from_secs(70), ended(&format!("svc-{number:02}"), 2));
        }
        let undone = BTreeMap::from([("failed", 1), ("skipped", 2)]);
        collected.add(Duration::from_secs(71), Ended { undone, ..ended("api", 1) });
        let text =
            written(|w| collected.areas.iter().try_for_each(|areas| areas.log(w, Duration::from_secs(80))));
        assert_eq!(
            text,
            "[  80.0s] done    100 services (svc-00, svc-01, svc-02, svc-03, svc-04, svc-05 and 94 more): 2 updated each\n\
             [  80.0s] fail    api: 1 updated, 1 failed, 2 skipped\n"
        );
    }
}
