//! The steps of an apply by area.
//!
//! A terminal, and the log of a large stack, show areas in place of steps: `orders  3 created in 71 s`.

use std::{
    collections::{BTreeMap, HashMap},
    io::{self, Write},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sss_aws::{Action, Area, Areas, Id, Plan};

use crate::render::{
    noun,
    palette::{FAINT, GOOD, STRONG},
};

/// The areas of a plan, and how far each of them is.
pub(super) struct Groups {
    areas: Areas,
    /// The steps that have not ended, by object. Several steps may have one.
    open: Mutex<HashMap<Id, Vec<Action>>>,
    counts: Mutex<BTreeMap<Area, Counts>>,
}

/// The steps of an area.
#[derive(Debug, Clone, Default)]
struct Counts {
    steps: usize,
    done: BTreeMap<&'static str, usize>,
}

/// An area whose steps are all done.
pub(super) struct Ended {
    name: String,
    done: BTreeMap<&'static str, usize>,
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
        Self { areas, open: Mutex::new(open), counts: Mutex::new(counts) }
    }

    /// Returns the number of areas.
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Notes that a step is done. Returns its area if it was the last step of it.
    pub(super) fn done(&self, id: &Id) -> Option<Ended> {
        let action = self.open.lock().unwrap_or_else(PoisonError::into_inner).get_mut(id)?.pop()?;
        let area = self.areas.get(id);
        let mut counts = self.lock();
        let of_area = counts.get_mut(&area)?;
        *of_area.done.entry(past(action)).or_default() += 1;
        let is_last = of_area.done.values().sum::<usize>() == of_area.steps;
        is_last.then(|| Ended { name: noun::area(&area), done: of_area.done.clone() })
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

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Area, Counts>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ended {
    /// Prints the area with the number of its steps, and the time since the start of the apply.
    pub(super) fn show(&self, w: &mut dyn Write, elapsed: Duration) -> io::Result<()> {
        let done = self.done.iter().map(|(verb, steps)| format!("{steps} {verb}"));
        let done = done.collect::<Vec<_>>().join(", ");
        let seconds = elapsed.as_secs();
        writeln!(
            w,
            "{GOOD}✓{GOOD:#} {STRONG}{}{STRONG:#}  {done} {FAINT}after {seconds} s{FAINT:#}",
            self.name
        )
    }

    /// Prints the area as a line of a log.
    pub(super) fn log(&self, w: &mut dyn Write, elapsed: Duration) -> io::Result<()> {
        let done = self.done.iter().map(|(verb, steps)| format!("{steps} {verb}"));
        let done = done.collect::<Vec<_>>().join(", ");
        let seconds = elapsed.as_secs_f64();
        writeln!(w, "{FAINT}[{seconds:>6.1}s]{FAINT:#} {GOOD}done{GOOD:#}    {}: {done}", self.name)
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
