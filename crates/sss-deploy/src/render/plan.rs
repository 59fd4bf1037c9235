//! Plans.

mod change;
mod loss;
mod value;

use std::{
    collections::BTreeSet,
    io::{self, Write},
};

use serde::Serialize;
use sss_aws::{Action, Forecast, Held, Id, InUse, LeftAlone, Plan, ServiceTasks, Step, Unseen};

use super::{
    Place, Purpose, WIDTH, count,
    palette::{self, BAD, CHANGED, FAINT, HINT, STRONG},
    report::Report,
};

/// So many paths tell why something is replaced; the changes show them all.
const PATHS: usize = 3;

/// So many objects of others are named in an error; the plan shows them all.
const USES: usize = 3;

/// A plan as JSON.
#[derive(Debug, Serialize)]
pub(crate) struct Document<'a> {
    #[serde(flatten)]
    plan: &'a Plan,
    summary: Summary,
    /// Whether there is something to do.
    changes: bool,
    /// What a stack without services would delete, unless `--allow-empty` allows it.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    emptied: &'a [&'a Id],
    #[serde(skip_serializing_if = "Option::is_none")]
    forecast: Option<&'a Forecast>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<&'a Report>,
}

#[derive(Debug, Serialize)]
struct Summary {
    create: usize,
    update: usize,
    replace: usize,
    delete: usize,
    adopt: usize,
}

impl<'a> Document<'a> {
    pub(crate) fn of(plan: &'a Plan) -> Self {
        let summary = Summary::of(plan);
        Self { plan, summary, changes: !plan.is_empty(), emptied: &[], forecast: None, report: None }
    }

    /// With what a stack without services would delete.
    pub(crate) fn with_emptied(self, emptied: &'a [&'a Id]) -> Self {
        Self { emptied, ..self }
    }

    /// With what it is going to take.
    pub(crate) fn with_forecast(self, forecast: &'a Forecast) -> Self {
        Self { forecast: Some(forecast), ..self }
    }

    /// With what it took to make the plan.
    pub(crate) fn with_report(self, report: &'a Report) -> Self {
        Self { report: Some(report), ..self }
    }
}

impl Summary {
    fn of(plan: &Plan) -> Self {
        Self {
            create: plan.count(Action::Create),
            update: plan.count(Action::Update),
            replace: plan.count(Action::Replace),
            delete: plan.count(Action::Delete),
            adopt: plan.count(Action::Adopt),
        }
    }
}

/// A plan as text.
pub(crate) fn show(w: &mut dyn Write, place: &Place, plan: &Plan, purpose: Purpose) -> io::Result<()> {
    writeln!(w, "{STRONG}{place}{STRONG:#}\n")?;
    for step in &plan.steps {
        show_step(w, step)?;
    }
    if !plan.steps.is_empty() {
        writeln!(w)?;
    }
    show_left_alone(w, plan, purpose)?;
    loss::show_kept(w, plan)?;
    loss::hint(w, plan)?;
    plan.unseen.iter().try_for_each(|unseen| show_unseen(w, unseen))?;
    plan.unchecked.iter().try_for_each(|unseen| show_unchecked(w, unseen))?;
    plan.held.iter().try_for_each(|held| show_held(w, held))?;
    for refused in &plan.refusals {
        match &refused.because {
            Some(because) => obstacle(w, &refused.id, because, refused.hint.as_deref())?,
            None => refusal(w, &refused.id, &refused.physical, refused.owner.as_deref())?,
        }
    }
    plan.in_use.iter().try_for_each(|used| show_in_use(w, used))?;
    if plan.is_refused() {
        writeln!(w)?;
    }
    let summary = summary(plan, purpose);
    if plan.is_refused() {
        let refused = plan.refusals.len() + plan.in_use.len();
        return writeln!(w, "{STRONG}{summary}; refused: {refused}{STRONG:#}");
    }
    writeln!(w, "{STRONG}{summary}{STRONG:#}")
}

fn summary(plan: &Plan, purpose: Purpose) -> String {
    if plan.is_empty() && !plan.is_refused() {
        return match purpose {
            Purpose::Converge if plan.is_held() => {
                "no changes: what was given up is not tried again by itself"
            }
            Purpose::Converge => "no changes: the account is as the stack says",
            Purpose::Adopt => "nothing to adopt: everything of the stack's names is the stack's",
            Purpose::Destroy => "no changes: nothing of the stack is in the account",
        }
        .to_owned();
    }
    let Summary { create, update, replace, delete, adopt } = Summary::of(plan);
    if purpose == Purpose::Adopt {
        return format!("plan: {adopt} to adopt");
    }
    format!("plan: {create} to create, {update} to update, {replace} to replace, {delete} to delete")
}

fn show_step(w: &mut dyn Write, step: &Step) -> io::Result<()> {
    headline(w, step.action, &step.id, step.physical.as_deref(), step.with.as_ref())?;
    if let Some(moved_from) = &step.moved_from {
        writeln!(w, "    moved from {}", moved_from.name)?;
    }
    if let Some(downtime) = step.downtime {
        writeln!(w, "    {BAD}downtime: {downtime}{BAD:#}")?;
    }
    if step.action == Action::Replace {
        let reasons =
            step.reasons.iter().map(|reason| (reason.path.as_str(), reason.because, reason.downtime));
        replacement(w, &reasons.collect::<Vec<_>>())?;
        step.lost.iter().try_for_each(|lost| writeln!(w, "    {BAD}is lost:{BAD:#} {lost}"))?;
    }
    tasks(w, step.action, step.tasks)?;
    loss::show(w, step)?;
    // What goes, goes whole: its values tell nothing about what happens. They are in the JSON.
    if step.action == Action::Delete {
        return Ok(());
    }
    let (tags, others): (Vec<_>, Vec<_>) = step.changes.iter().partition(|change| change.is_of_tags());
    others.into_iter().chain(tags).try_for_each(|changed| change::show(w, changed))
}

/// The line that names a step.
fn headline(
    w: &mut dyn Write,
    action: Action,
    id: &Id,
    physical: Option<&str>,
    with: Option<&Id>,
) -> io::Result<()> {
    let style = palette::action(action);
    write!(w, "{style}{}{style:#} {STRONG}{id}{STRONG:#}", action.sign())?;
    let note = match with {
        Some(with) => Some(format!("goes with {with}")),
        None => physical.map(short_name).filter(|name| *name != id.name).map(str::to_owned),
    };
    if let Some(note) = note {
        let fits = id.to_string().chars().count() + note.chars().count() + 5 <= WIDTH;
        let gap = if fits { " " } else { "\n    " };
        write!(w, "{gap}{FAINT}({note}){FAINT:#}")?;
    }
    writeln!(w)
}

/// Why something is replaced, from paths, why AWS cannot change them, and what fails meanwhile.
fn replacement(w: &mut dyn Write, reasons: &[(&str, &str, Option<&str>)]) -> io::Result<()> {
    let mut told = BTreeSet::new();
    for (_, because, downtime) in reasons {
        if !told.insert(because) {
            continue;
        }
        let paths: Vec<_> =
            reasons.iter().filter(|other| other.1 == *because).map(|(path, ..)| *path).collect();
        let more = if paths.len() > PATHS { ", …" } else { "" };
        writeln!(
            w,
            "    replaced because of {}{more}: {because}",
            paths[..paths.len().min(PATHS)].join(", ")
        )?;
        if let Some(downtime) = downtime {
            writeln!(w, "    {0}downtime: {downtime}{0:#}", palette::BAD)?;
        }
    }
    if reasons.iter().all(|(.., downtime)| downtime.is_none()) {
        writeln!(w, "    no downtime: what depends on it moves to the new one first")?;
    }
    Ok(())
}

/// What becomes of the tasks of a service that exists and stays.
fn tasks(w: &mut dyn Write, action: Action, tasks: Option<ServiceTasks>) -> io::Result<()> {
    if !matches!(action, Action::Update | Action::Replace) {
        return Ok(());
    }
    match tasks {
        Some(ServiceTasks::Replaced) => {
            writeln!(w, "    {CHANGED}tasks: a new deployment replaces them{CHANGED:#}")
        }
        Some(ServiceTasks::Awaited) => writeln!(w, "    tasks: the deployment under way is awaited"),
        Some(_) => writeln!(w, "    tasks: no new deployment replaces them"),
        None => Ok(()),
    }
}

/// The part of an ARN that tells objects of one kind apart; everything else as it is.
fn short_name(physical: &str) -> &str {
    if !physical.starts_with("arn:") {
        return physical;
    }
    physical.rsplit(['/', ':']).next().unwrap_or(physical)
}

fn show_left_alone(w: &mut dyn Write, plan: &Plan, purpose: Purpose) -> io::Result<()> {
    if plan.left_alone.is_empty() || purpose == Purpose::Adopt {
        return Ok(());
    }
    writeln!(w, "note: not the stack's, and left alone:")?;
    for left in &plan.left_alone {
        writeln!(w, "    {} {FAINT}({}){FAINT:#}", left.id, short_name(&left.physical))?;
    }
    let is_part = |left: &LeftAlone| left.id.kind.name().starts_with("apigatewayv2/");
    if purpose == Purpose::Converge && plan.left_alone.iter().any(is_part) {
        writeln!(
            w,
            "{0}hint:{0:#} `--prune` removes those that are parts of the stack's API",
            palette::HINT
        )?;
    }
    writeln!(w)
}

/// What a plan may leave behind.
fn show_unseen(w: &mut dyn Write, unseen: &Unseen) -> io::Result<()> {
    writeln!(w, "note: each {} that the stack no longer has stays unseen:", unseen.kind)?;
    writeln!(w, "    {}\n", unseen.because)
}

/// A kind of which a plan removes objects that others may use.
fn show_unchecked(w: &mut dyn Write, unchecked: &Unseen) -> io::Result<()> {
    writeln!(
        w,
        "note: not checked: whether others use the objects of {} that this plan removes",
        unchecked.kind
    )?;
    writeln!(w, "    {}\n", unchecked.because)
}

/// An object that is not removed because somebody else uses it.
fn show_in_use(w: &mut dyn Write, used: &InUse) -> io::Result<()> {
    let InUse { id, physical, by, .. } = used;
    writeln!(w, "{0}refused:{0:#} {STRONG}{id}{STRONG:#} cannot be removed: others use it", palette::BAD)?;
    writeln!(w, "    used by: {by}")?;
    if *physical == id.name { Ok(()) } else { writeln!(w, "    it is {physical}") }
}

/// A service that stays as it is, and why.
fn show_held(w: &mut dyn Write, held: &Held) -> io::Result<()> {
    let Held { id, ending, wanted, running, .. } = held;
    writeln!(w, "{CHANGED}held:{CHANGED:#} {STRONG}{id}{STRONG:#} stays at {running}")?;
    writeln!(w, "    its last deployment, of {wanted}, {ending}")?;
    held.reason.iter().try_for_each(|reason| writeln!(w, "    because: {reason}"))?;
    held.with.iter().try_for_each(|id| writeln!(w, "    so this waits, too: {id}"))?;
    writeln!(w, "{HINT}hint:{HINT:#} `--retry` tries it again; so does a changed stack\n")
}

fn refusal(w: &mut dyn Write, id: &Id, physical: &str, owner: Option<&str>) -> io::Result<()> {
    write!(w, "{0}refused:{0:#} {STRONG}{id}{STRONG:#} exists", palette::BAD)?;
    match owner {
        Some(owner) => writeln!(w, " and belongs to the stack {owner}")?,
        None => writeln!(w, " and is not marked as this stack's")?,
    }
    if physical == id.name { Ok(()) } else { writeln!(w, "    it is {physical}") }
}

/// What stands in the way for another reason than whose it is.
fn obstacle(w: &mut dyn Write, id: &Id, because: &str, hint: Option<&str>) -> io::Result<()> {
    writeln!(w, "{BAD}refused:{BAD:#} {STRONG}{id}{STRONG:#} {because}")?;
    hint.iter().try_for_each(|hint| writeln!(w, "    {HINT}hint:{HINT:#} {hint}"))
}

/// What stopped and what to do about it, for a plan that is refused.
pub(crate) fn refused_hint(
    w: &mut dyn Write,
    plan: &Plan,
    purpose: Purpose,
    program: &str,
) -> io::Result<()> {
    if !plan.in_use.is_empty() {
        let named = plan.in_use.iter().take(USES).map(|used| format!("{} uses {}", used.by, used.id));
        let more = plan.in_use.len().saturating_sub(USES);
        let more = (more > 0).then(|| format!("and {more} more"));
        let uses: Vec<_> = named.chain(more).collect();
        writeln!(w, "{BAD}error:{BAD:#} failed to {purpose}: {}", uses.join(", "))?;
        writeln!(
            w,
            "{HINT}hint:{HINT:#} nothing was changed; delete these objects or let them use others, then run it again"
        )?;
    }
    if plan.refusals.is_empty() {
        return Ok(());
    }
    // Those with a hint of their own have told it.
    let others = plan.refusals.iter().filter(|refused| refused.hint.is_none());
    let (foreign, unmarked): (Vec<_>, Vec<_>) = others.partition(|refused| refused.owner.is_some());
    let all = count(plan.refusals.len(), "object");
    let verb = if plan.refusals.len() == 1 { "is" } else { "are" };
    writeln!(w, "{BAD}error:{BAD:#} failed to {purpose}: {all} {verb} refused (see above)")?;
    if !unmarked.is_empty() {
        writeln!(w, "{HINT}hint:{HINT:#} `{program} adopt` takes over what has no owner")?;
    }
    if !foreign.is_empty() {
        writeln!(
            w,
            "{HINT}hint:{HINT:#} what another stack owns is not taken over: set other `names` in the stack"
        )?;
    }
    Ok(())
}

/// So many deleted objects are named.
const NAMED: usize = 5;

/// That a stack without services would delete these objects.
pub(crate) fn emptied(deleted: &[&Id]) -> String {
    let named: Vec<String> = deleted.iter().take(NAMED).map(ToString::to_string).collect();
    let more = deleted.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let objects = count(deleted.len(), "object");
    format!("the stack has no services, and this plan deletes {objects}: {}{more}", named.join(", "))
}

/// How to go on with a stack without services.
pub(crate) fn emptied_hint(program: &str) -> String {
    format!("`{program} apply --allow-empty` deletes them; `{program} destroy` deletes the whole stack")
}

/// The warning that a stack without services would delete what it had.
pub(crate) fn show_emptied(w: &mut dyn Write, deleted: &[&Id], program: &str) -> io::Result<()> {
    writeln!(w, "{CHANGED}warning:{CHANGED:#} {}", emptied(deleted))?;
    writeln!(w, "{HINT}hint:{HINT:#} {}", emptied_hint(program))
}

#[cfg(test)]
mod tests;
