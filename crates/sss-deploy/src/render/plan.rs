//! Plans.
//!
//! A plan is the text that somebody reads before they agree to it. So its steps show everything that can hurt:
//! downtime, replacements and their reasons, replaced tasks, deleted data. Below the steps are the objects that
//! the plan does not touch, each with the reason, and at the end a summary in one line.
//!
//! A step begins with the sign and the object. Its changes are indented by four columns: a sign, the path of
//! the value, and both values (`plan/change.rs`, `plan/value.rs`). Tags come last, because they rarely
//! matter. `plan/loss.rs` prints data that is deleted or kept.
//!
//! Values that look secret are digests when they come here. The renderer hides nothing by itself.

mod change;
mod loss;
mod value;

use std::{
    collections::BTreeSet,
    io::{self, Write},
};

use serde::Serialize;
use sss_aws::{Action, Error, Forecast, Held, Id, InUse, LeftAlone, Plan, Step, Unseen, Workload};
use sss_model::ImageOverride;

use super::{
    Place, Purpose, WIDTH, count,
    palette::{self, BAD, CHANGED, FAINT, HINT, STRONG},
    report::Report,
};

/// The number of paths that a reason for a replacement names. The changes show them all.
const PATHS: usize = 3;

/// The number of dependents that an error names. The plan shows them all.
const USES: usize = 3;

/// A plan as JSON.
#[derive(Debug, Serialize)]
pub(crate) struct Document<'a> {
    #[serde(flatten)]
    plan: &'a Plan,
    summary: Summary,
    /// Whether the plan has steps.
    changes: bool,
    /// The objects that a stack without services would delete, unless `--allow-empty` allows it.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    emptied: &'a [&'a Id],
    /// The images of `--image`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    images: Vec<String>,
    /// The least calls and the times of an apply. `None` where nobody asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    forecast: Option<&'a Forecast>,
    /// The calls and the time that planning took.
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
        Self {
            plan,
            summary,
            changes: !plan.is_empty(),
            emptied: &[],
            images: Vec::new(),
            forecast: None,
            report: None,
        }
    }

    /// Adds the objects that a stack without services would delete.
    pub(crate) fn with_emptied(self, emptied: &'a [&'a Id]) -> Self {
        Self { emptied, ..self }
    }

    /// Adds the images of `--image`.
    pub(crate) fn with_images(self, images: &[ImageOverride]) -> Self {
        Self { images: images.iter().map(ToString::to_string).collect(), ..self }
    }

    /// Adds the forecast of the apply.
    pub(crate) fn with_forecast(self, forecast: &'a Forecast) -> Self {
        Self { forecast: Some(forecast), ..self }
    }

    /// Adds the calls and the time that planning took.
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

/// Prints a plan as text. `purpose` decides about the words of the summary.
pub(crate) fn show(w: &mut dyn Write, place: &Place, plan: &Plan, purpose: Purpose) -> io::Result<()> {
    place.show(w)?;
    writeln!(w)?;
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

/// Returns the last line of a plan. An empty plan gets the words that fit its purpose.
fn summary(plan: &Plan, purpose: Purpose) -> String {
    if plan.is_empty() && !plan.is_refused() {
        return match purpose {
            Purpose::Converge if plan.is_held() => {
                format!("{}; retry with `--retry`, or change it", behind(plan.held.len()))
            }
            Purpose::Converge => "no changes: the account matches the stack".to_owned(),
            Purpose::Adopt => "no changes: the stack manages all objects with its names".to_owned(),
            Purpose::Destroy => "no changes: the stack has no objects in the account".to_owned(),
        };
    }

    let Summary { create, update, replace, delete, adopt } = Summary::of(plan);
    if purpose == Purpose::Adopt {
        return format!("plan: {adopt} to adopt");
    }
    format!("plan: {create} to create, {update} to update, {replace} to replace, {delete} to delete")
}

/// Returns the words for a number of services that do not run the desired revision.
pub(super) fn behind(services: usize) -> String {
    if services == 1 {
        return "1 service is behind the stack: its last deployment failed".to_owned();
    }
    format!("{services} services are behind the stack: their last deployments failed")
}

/// Prints a step with its reasons, its risks and its changes.
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
        step.lost.iter().try_for_each(|lost| writeln!(w, "    {BAD}lost:{BAD:#} {lost}"))?;
    }

    tasks(w, step.action, step.workload)?;
    loss::show(w, step)?;
    // The values of a deleted object say nothing about the step. The JSON has them.
    if step.action == Action::Delete {
        return Ok(());
    }
    let (tags, others): (Vec<_>, Vec<_>) = step.changes.iter().partition(|change| change.is_of_tags());
    others.into_iter().chain(tags).try_for_each(|changed| change::show(w, changed))
}

/// Prints the line that names a step, with its id on AWS if that differs from the name.
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
        Some(with) => Some(format!("deleted with {with}")),
        None => physical.map(short_name).filter(|name| *name != id.name).map(str::to_owned),
    };
    if let Some(note) = note {
        let fits = id.to_string().chars().count() + note.chars().count() + 5 <= WIDTH;
        let gap = if fits { " " } else { "\n    " };
        write!(w, "{gap}{FAINT}({note}){FAINT:#}")?;
    }
    writeln!(w)
}

/// Prints why an object is replaced. A reason is a path, a cause and a downtime; equal causes are one line.
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
        writeln!(w, "    no downtime: its dependents move to the new object first")?;
    }
    Ok(())
}

/// Prints whether a step replaces the tasks of an existing service.
fn tasks(w: &mut dyn Write, action: Action, tasks: Option<Workload>) -> io::Result<()> {
    if !matches!(action, Action::Update | Action::Replace) {
        return Ok(());
    }
    match tasks {
        Some(Workload::Replaced) => {
            writeln!(w, "    {CHANGED}tasks: a new deployment replaces them{CHANGED:#}")
        }
        Some(Workload::Awaited) => writeln!(w, "    tasks: the step waits for the running deployment"),
        Some(_) => writeln!(w, "    tasks: they keep running"),
        None => Ok(()),
    }
}

/// Returns the last part of an ARN, and any other text unchanged.
fn short_name(physical: &str) -> &str {
    if !physical.starts_with("arn:") {
        return physical;
    }
    physical.rsplit(['/', ':']).next().unwrap_or(physical)
}

/// Prints the objects that the plan leaves to others, and how to delete those that `--prune` covers.
fn show_left_alone(w: &mut dyn Write, plan: &Plan, purpose: Purpose) -> io::Result<()> {
    if plan.left_alone.is_empty() || purpose == Purpose::Adopt {
        return Ok(());
    }
    writeln!(w, "note: these objects are not managed by the stack, and stay unchanged:")?;
    for left in &plan.left_alone {
        writeln!(w, "    {} {FAINT}({}){FAINT:#}", left.id, short_name(&left.physical))?;
    }

    let is_part = |left: &LeftAlone| left.id.kind.name().starts_with("apigatewayv2/");
    if purpose == Purpose::Converge && plan.left_alone.iter().any(is_part) {
        writeln!(
            w,
            "{0}hint:{0:#} `--prune` deletes those that are parts of the stack's API",
            palette::HINT
        )?;
    }
    writeln!(w)
}

/// Prints a kind of which the plan may leave objects behind.
fn show_unseen(w: &mut dyn Write, unseen: &Unseen) -> io::Result<()> {
    writeln!(w, "note: {} objects that the stack no longer has could not be listed, and stay:", unseen.kind)?;
    writeln!(w, "    {}\n", unseen.because)
}

/// Prints a kind of which the plan deletes objects that others may use.
fn show_unchecked(w: &mut dyn Write, unchecked: &Unseen) -> io::Result<()> {
    writeln!(
        w,
        "note: other objects may use the {} objects that this plan deletes; the check failed:",
        unchecked.kind
    )?;
    writeln!(w, "    {}\n", unchecked.because)
}

/// Prints an object that cannot be deleted, and the object that uses it.
fn show_in_use(w: &mut dyn Write, used: &InUse) -> io::Result<()> {
    let InUse { id, physical, by, .. } = used;
    writeln!(
        w,
        "{0}refused:{0:#} {STRONG}{id}{STRONG:#} cannot be deleted: other objects use it",
        palette::BAD
    )?;
    writeln!(w, "    used by: {by}")?;
    show_id(w, physical, id)
}

/// Prints a service that the plan does not update, because its last deployment failed.
fn show_held(w: &mut dyn Write, held: &Held) -> io::Result<()> {
    let Held { id, ending, wanted, running, .. } = held;
    writeln!(w, "{CHANGED}not retried:{CHANGED:#} {STRONG}{id}{STRONG:#} stays at {running}")?;
    writeln!(w, "    the deployment of {wanted} {ending}")?;
    held.reason.iter().try_for_each(|reason| writeln!(w, "    reason: {reason}"))?;
    held.with.iter().try_for_each(|id| writeln!(w, "    skipped with it: {id}"))?;
    writeln!(w, "{HINT}hint:{HINT:#} retry with `--retry`, or change the stack\n")
}

/// Prints an object that has the stack's name and is not managed by the stack.
fn refusal(w: &mut dyn Write, id: &Id, physical: &str, owner: Option<&str>) -> io::Result<()> {
    write!(w, "{0}refused:{0:#} {STRONG}{id}{STRONG:#} already exists", palette::BAD)?;
    match owner {
        Some(owner) => writeln!(w, " and is managed by the stack {owner}")?,
        None => writeln!(w, " and is not managed by this stack")?,
    }
    show_id(w, physical, id)
}

/// Prints the id on AWS, unless it is the name.
fn show_id(w: &mut dyn Write, physical: &str, id: &Id) -> io::Result<()> {
    if physical == id.name { Ok(()) } else { writeln!(w, "    id: {physical}") }
}

/// Prints an object that AWS would refuse to create or change.
fn obstacle(w: &mut dyn Write, id: &Id, because: &str, hint: Option<&str>) -> io::Result<()> {
    writeln!(w, "{BAD}refused:{BAD:#} {STRONG}{id}{STRONG:#} {because}")?;
    hint.iter().try_for_each(|hint| writeln!(w, "    {HINT}hint:{HINT:#} {hint}"))
}

/// Prints the error of a refused plan, and how to continue.
///
/// Objects in use have an error of their own, which names the users: the fix is a change of those.
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
            "{HINT}hint:{HINT:#} nothing was changed; delete those users or change them, then run `{program} {purpose}`"
        )?;
    }

    if plan.refusals.is_empty() {
        return Ok(());
    }
    // The others have printed their own hint.
    let others = plan.refusals.iter().filter(|refused| refused.hint.is_none());
    let (foreign, unmarked): (Vec<_>, Vec<_>) = others.partition(|refused| refused.owner.is_some());

    let all = count(plan.refusals.len(), "object");
    let verb = if plan.refusals.len() == 1 { "is" } else { "are" };
    writeln!(w, "{BAD}error:{BAD:#} failed to {purpose}: {all} {verb} refused (see above)")?;
    if !unmarked.is_empty() {
        writeln!(w, "{HINT}hint:{HINT:#} `{program} adopt` takes over objects without an owner")?;
    }
    if !foreign.is_empty() {
        writeln!(
            w,
            "{HINT}hint:{HINT:#} objects of another stack stay with it; set other `names` in this stack"
        )?;
    }
    Ok(())
}

/// Returns the hint for a stack without services.
pub(crate) fn emptied_hint(program: &str) -> String {
    format!("`{program} apply --allow-empty` deletes them; `{program} destroy` deletes the whole stack")
}

/// Prints the warning that a stack without services would delete its objects.
pub(crate) fn show_emptied(w: &mut dyn Write, error: &Error, program: &str) -> io::Result<()> {
    writeln!(w, "{CHANGED}warning:{CHANGED:#} {error}")?;
    writeln!(w, "{HINT}hint:{HINT:#} {}", emptied_hint(program))
}

#[cfg(test)]
mod tests;
