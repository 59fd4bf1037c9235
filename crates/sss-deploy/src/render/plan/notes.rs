//! What a plan leaves as it is, what refuses it, and how to continue.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use sss_aws::{Held, Id, InUse, LeftAlone, Plan, Refused, Unseen, Used};

use super::full::short_name;
use crate::render::{
    Purpose, count, noun,
    palette::{BAD, CHANGED, FAINT, HINT, STRONG},
    screen::{Line, Screen},
};

/// The most objects of one note that are listed.
const MOST: usize = 20;

/// The most services that a line names.
const NAMED: usize = 10;

/// The number of dependents that an error names. The plan shows them all.
const USES: usize = 3;

/// Prints all notes of a plan, each with an empty line before it.
pub(super) fn show(w: &mut dyn Write, screen: Screen, plan: &Plan, purpose: Purpose) -> io::Result<()> {
    show_only(w, screen, plan)?;
    show_uses(w, screen, plan)?;
    show_left_alone(w, plan, purpose)?;
    plan.unseen.iter().try_for_each(|unseen| show_unseen(w, unseen))?;
    plan.unchecked.iter().try_for_each(|unseen| show_unchecked(w, unseen))?;
    plan.held.iter().take(MOST).try_for_each(|held| show_held(w, held))?;
    show_more(w, plan.held.len())?;
    show_refusals(w, screen, plan)?;
    plan.in_use.chunk_by(|one, next| one.id == next.id).try_for_each(|uses| show_in_use(w, uses))
}

/// Prints how many of these things a note does not list.
fn show_more(w: &mut dyn Write, all: usize) -> io::Result<()> {
    match all.saturating_sub(MOST) {
        0 => Ok(()),
        more => writeln!(w, "    and {more} more; `--json` has them all"),
    }
}

/// Prints the objects that exist and belong to others, by owner, and those that AWS would refuse.
fn show_refusals(w: &mut dyn Write, screen: Screen, plan: &Plan) -> io::Result<()> {
    let (refused, taken): (Vec<_>, Vec<_>) =
        plan.refusals.iter().partition(|refused| refused.because.is_some());
    let mut by_owner: BTreeMap<Option<&str>, Vec<&Refused>> = BTreeMap::new();
    for refused in taken {
        by_owner.entry(refused.owner.as_deref()).or_default().push(refused);
    }

    for (owner, objects) in by_owner {
        let (verb, be) = if objects.len() == 1 { ("exists", "is") } else { ("exist", "are") };
        let owner = owner.map_or_else(
            || "not managed by this stack".to_owned(),
            |owner| format!("managed by the stack {owner}"),
        );
        let all = count(objects.len(), "object");
        writeln!(w, "\n{BAD}refused:{BAD:#} {all} {verb} already and {be} {owner}")?;
        for object in objects.iter().take(MOST) {
            let line = Line::hanging(6).text("    ").text(noun::of(object.id.kind)).text(" ");
            let line = line.with(STRONG, object.id.name.as_str());
            let id = (object.physical != object.id.name).then(|| format!("  {}", object.physical));
            line.with(FAINT, id.unwrap_or_default()).write(w, screen)?;
            object.hint.iter().try_for_each(|hint| writeln!(w, "      {HINT}hint:{HINT:#} {hint}"))?;
        }
        show_more(w, objects.len())?;
    }
    for object in &refused {
        let because = object.because.as_deref().unwrap_or_default();
        obstacle(w, &object.id, because, object.hint.as_deref())?;
    }
    Ok(())
}

/// Prints which services a plan is about, if it is not about the whole stack.
fn show_only(w: &mut dyn Write, screen: Screen, plan: &Plan) -> io::Result<()> {
    let Some(named) = only(plan) else { return Ok(()) };
    let verb = if plan.only.len() == 1 { "was" } else { "were" };
    writeln!(w)?;
    let text = format!("note: only {named} {verb} looked at; other changes are neither shown nor applied");
    Line::hanging(6).text(text).write(w, screen)
}

/// Returns the services that a plan is about, as a list. `None` for a plan of the whole stack.
pub(super) fn only(plan: &Plan) -> Option<String> {
    let named = plan.only.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>();
    let more = plan.only.len() - named.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!named.is_empty()).then(|| format!("{}{more}", named.join(", ")))
}

/// Prints the objects of others that the stack uses. An empty plan that nothing prevents does not repeat them.
fn show_uses(w: &mut dyn Write, screen: Screen, plan: &Plan) -> io::Result<()> {
    if plan.uses.is_empty() {
        return Ok(());
    }
    if plan.is_empty() && !plan.is_refused() {
        return show_warnings(w, screen, plan);
    }
    writeln!(w, "\nuses these objects of others, which stay unchanged:")?;
    for used in plan.uses.iter().take(MOST) {
        let Used { id, called, physical, owner, .. } = used;
        let line =
            Line::hanging(6).text(format!("    {} ", noun::of(id.kind))).with(STRONG, id.name.as_str());
        let id = if *called == id.name { short_name(physical) } else { called };
        let id = Some(id.to_owned()).filter(|id| *id != used.id.name);
        let owner = owner.as_ref().map(|owner| format!("of the stack {owner}"));
        let remarks: Vec<String> = id.into_iter().chain(owner).collect();
        let remarks = if remarks.is_empty() { String::new() } else { format!("  {}", remarks.join(", ")) };
        line.with(FAINT, remarks).write(w, screen)?;
    }
    show_more(w, plan.uses.len())?;
    show_warnings(w, screen, plan)
}

/// Prints the reasons why the stack may not work with an object of others.
fn show_warnings(w: &mut dyn Write, screen: Screen, plan: &Plan) -> io::Result<()> {
    for used in &plan.uses {
        let (Some(warning), Some(hint)) = (&used.warning, &used.hint) else { continue };
        let line = Line::hanging(4).with(CHANGED, "warning:").text(format!(" {} ", noun::of(used.id.kind)));
        writeln!(w)?;
        line.with(STRONG, used.id.name.as_str()).text(format!(" {warning}")).write(w, screen)?;
        Line::hanging(4).with(HINT, "hint:").text(format!(" {hint}")).write(w, screen)?;
    }
    Ok(())
}

/// Prints the objects that the plan leaves to others, and how to delete those that `--prune` covers.
fn show_left_alone(w: &mut dyn Write, plan: &Plan, purpose: Purpose) -> io::Result<()> {
    if plan.left_alone.is_empty() || matches!(purpose, Purpose::Adopt | Purpose::Release) {
        return Ok(());
    }
    writeln!(w, "\nnote: these objects are not managed by the stack, and stay unchanged:")?;
    for left in plan.left_alone.iter().take(MOST) {
        let noun = noun::of(left.id.kind);
        writeln!(w, "    {noun} {} {FAINT}({}){FAINT:#}", left.id.name, short_name(&left.physical))?;
    }
    show_more(w, plan.left_alone.len())?;

    let is_part = |left: &LeftAlone| left.id.kind.name().starts_with("apigatewayv2/");
    if purpose == Purpose::Converge && plan.left_alone.iter().any(is_part) {
        writeln!(w, "{HINT}hint:{HINT:#} `--prune` deletes those that are parts of the stack's API")?;
    }
    Ok(())
}

/// Prints a kind of which the plan may leave objects behind.
fn show_unseen(w: &mut dyn Write, unseen: &Unseen) -> io::Result<()> {
    writeln!(
        w,
        "\nnote: {} objects that the stack no longer has could not be listed, and stay:",
        unseen.kind
    )?;
    writeln!(w, "    {}", unseen.because)
}

/// Prints a kind of which the plan deletes objects that others may use.
fn show_unchecked(w: &mut dyn Write, unchecked: &Unseen) -> io::Result<()> {
    writeln!(
        w,
        "\nnote: other objects may use the {} objects that this plan deletes; the check failed:",
        unchecked.kind
    )?;
    writeln!(w, "    {}", unchecked.because)
}

/// Prints an object that cannot be deleted, and the objects that use it.
fn show_in_use(w: &mut dyn Write, uses: &[InUse]) -> io::Result<()> {
    let Some(InUse { id, physical, .. }) = uses.first() else { return Ok(()) };
    let noun = noun::of(id.kind);
    writeln!(
        w,
        "\n{BAD}refused:{BAD:#} {noun} {STRONG}{}{STRONG:#} cannot be deleted: others use it",
        id.name
    )?;
    uses.iter().take(MOST).try_for_each(|used| writeln!(w, "    used by: {}", used.by))?;
    show_more(w, uses.len())?;
    show_id(w, physical, id)
}

/// Prints a service that the plan does not update, because its last deployment failed.
fn show_held(w: &mut dyn Write, held: &Held) -> io::Result<()> {
    let Held { id, ending, wanted, running, .. } = held;
    let (noun, name) = (noun::of(id.kind), &id.name);
    writeln!(w, "\n{CHANGED}not retried:{CHANGED:#} {noun} {STRONG}{name}{STRONG:#} stays at {running}")?;
    writeln!(w, "    the deployment of {wanted} {ending}")?;
    held.reason.iter().try_for_each(|reason| writeln!(w, "    reason: {reason}"))?;
    held.with
        .iter()
        .try_for_each(|id| writeln!(w, "    skipped with it: {} {}", noun::of(id.kind), id.name))?;
    writeln!(w, "{HINT}hint:{HINT:#} retry with `--retry`, or change the stack")
}

/// Prints the id on AWS, unless it is the name.
fn show_id(w: &mut dyn Write, physical: &str, id: &Id) -> io::Result<()> {
    if physical == id.name { Ok(()) } else { writeln!(w, "    id: {physical}") }
}

/// Prints an object that AWS would refuse to create or change.
fn obstacle(w: &mut dyn Write, id: &Id, because: &str, hint: Option<&str>) -> io::Result<()> {
    writeln!(w, "\n{BAD}refused:{BAD:#} {} {STRONG}{}{STRONG:#} {because}", noun::of(id.kind), id.name)?;
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
        writeln!(w, "{BAD}error:{BAD:#} {}", uses.join(", "))?;
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
    writeln!(w, "{BAD}error:{BAD:#} {all} {verb} refused (see above); nothing was changed")?;
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
