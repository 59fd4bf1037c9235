//! What changes in an area: the values that somebody changed, and what follows for tasks, ids and requests.

use std::collections::HashMap;

use serde_json::Value;
use sss_aws::{Action, Area, Change, Id, Step, Workload};
use sss_model::Stack;

use super::view::{Delta, Group};
use crate::render::{difference, noun};

/// The most values that stand in the first line of a group.
const WITHIN_THE_LINE: usize = 3;

/// Returns the changes of an area. `None` if only tags change, which a view counts.
pub(super) fn group(
    area: &Area,
    steps: &[&Step],
    stack: &Stack,
    pending: &HashMap<String, &Id>,
) -> Option<Group> {
    let mut group = Group::new(Action::Update, area);
    let is_change = |step: &&&Step| matches!(step.action, Action::Update | Action::Revise | Action::Replace);
    for step in steps.iter().filter(is_change) {
        add(step, area, stack, pending, &mut group);
    }

    let is_empty = group.lead.is_empty() && group.changes.is_empty() && group.notes.is_empty();
    if is_empty && group.dangers.is_empty() {
        return None;
    }
    group.values = group.changes.len();
    into_the_line(&mut group);
    if group.lead.is_empty() && group.notes.is_empty() {
        group.lead = changed_nouns(steps);
    }
    Some(group)
}

/// Returns the nouns of the objects whose values change.
fn changed_nouns(steps: &[&Step]) -> Vec<String> {
    let is_changed = |step: &&&Step| {
        step.action == Action::Update && step.changes.iter().any(|change| !change.is_of_tags())
    };
    let mut nouns: Vec<String> = steps.iter().filter(is_changed).map(|step| noun::of(step.id.kind)).collect();
    nouns.dedup();
    nouns
}

/// Adds the changes of one step.
fn add(step: &Step, area: &Area, stack: &Stack, pending: &HashMap<String, &Id>, group: &mut Group) {
    let changes: Vec<_> = step.changes.iter().filter(|change| !change.is_of_tags()).collect();
    if changes.is_empty() && step.action == Action::Update {
        return;
    }
    let (followed, own): (Vec<&Change>, Vec<&Change>) =
        changes.into_iter().partition(|change| target(change, pending).is_some());

    let noun = noun::of(step.id.kind);
    match step.action {
        Action::Revise => Group::note(&mut group.notes, "new revision"),
        Action::Replace => {
            group.action = Action::Replace;
            group.lead.push(format!("{noun} {} is replaced, new id", step.id.name));
        }
        _ => {}
    }

    // A service follows its new revision, which says it all.
    let targets = followed.iter().filter_map(|change| target(change, pending));
    for to in targets.filter(|to| step.action == Action::Update && noun::of(to.kind) != "task definition") {
        Group::note(&mut group.lead, format!("{noun} moves to the new {}", noun::of(to.kind)));
    }
    group.changes.extend(own.into_iter().filter_map(|change| delta(change, step, area, stack)));
    if let Some(earlier) = earlier_revision(step) {
        Group::note(&mut group.notes, format!("back to revision {earlier}"));
    }
    tasks(step, group);
    explain(step, group);
}

/// Returns the object that does not exist yet and that a changed value leads to.
fn target<'a>(change: &Change, pending: &HashMap<String, &'a Id>) -> Option<&'a Id> {
    let within = |value: &Value| match value {
        Value::String(text) => pending.get(text).copied(),
        Value::Array(items) => items.iter().find_map(|item| pending.get(item.as_str()?).copied()),
        _ => None,
    };
    within(change.after.as_ref()?)
}

/// Returns a changed value with a label that is short within its area. `None` if a note says it.
fn delta(change: &Change, step: &Step, area: &Area, stack: &Stack) -> Option<Delta> {
    let path = change.path.to_string();
    let is_said = path == "deployment" && step.workload.is_some();
    if is_said || (path == "task_definition" && earlier_revision(step).is_some()) {
        return None;
    }

    let path = path.strip_prefix("task_definition.").unwrap_or(&path);
    let label = match area {
        Area::Service(key) if is_of_tasks(step) => {
            let main = format!("containers.{}.", stack.container_name(key));
            let path = path.strip_prefix(&main).unwrap_or(path);
            path.strip_prefix("containers.").unwrap_or(path).to_owned()
        }
        _ => format!("{} {path}", noun::of(step.id.kind)),
    };
    Some(Delta { label, before: change.before.clone(), after: change.after.clone() })
}

/// Returns whether a step is about the service itself or its revision, whose paths need no noun.
fn is_of_tasks(step: &Step) -> bool {
    step.workload.is_some() || noun::of(step.id.kind) == "task definition"
}

/// Returns the number of the earlier revision that a service goes back to.
fn earlier_revision(step: &Step) -> Option<String> {
    let is_shown_within = |change: &&Change| change.path.to_string().starts_with("task_definition.");
    step.changes.iter().find(is_shown_within)?;
    let moved = step.changes.iter().find(|change| change.path == "task_definition")?;
    moved.after.as_ref()?.as_str()?.rsplit(':').next().map(str::to_owned)
}

/// Adds what an update does to the tasks of a service.
fn tasks(step: &Step, group: &mut Group) {
    let note = match step.workload {
        _ if step.action != Action::Update => return,
        Some(Workload::Replaced) => "rolling",
        Some(Workload::Awaited) => "waits for the running deployment",
        Some(Workload::Kept) => "tasks keep running",
        _ => return,
    };
    Group::note(&mut group.notes, note);
}

/// Adds the reasons, the downtime and the losses of a step.
pub(super) fn explain(step: &Step, group: &mut Group) {
    if let Some(moved_from) = &step.moved_from {
        let verb = if step.action == Action::Create { "takes the place of" } else { "was" };
        Group::note(
            &mut group.comforts,
            format!("{} {} {verb} {}", noun::of(step.id.kind), step.id.name, moved_from.name),
        );
    }
    if let Some(phase) = step.phase {
        Group::note(&mut group.comforts, phase.why());
    }
    for consequence in &step.consequences {
        Group::note(&mut group.comforts, consequence.clone());
    }
    if step.action == Action::Replace {
        for reason in &step.reasons {
            Group::note(&mut group.dangers, format!("{}: {}", reason.path, reason.because));
        }
        let gaps = step.reasons.iter().filter_map(|reason| reason.downtime);
        let gaps: Vec<_> = gaps.chain(step.downtime).collect();
        if gaps.is_empty() {
            Group::note(&mut group.comforts, "no downtime: its dependents move to the new object first");
        }
        let gaps = gaps.into_iter().map(|gap| format!("downtime: {gap}"));
        for danger in gaps.chain(step.lost.iter().map(|lost| format!("lost: {lost}"))) {
            Group::note(&mut group.dangers, danger);
        }
    } else if let Some(gap) = step.downtime {
        Group::note(&mut group.dangers, format!("downtime: {gap}"));
    }
}

/// Puts values into the first line of the group, if all of them fit there.
fn into_the_line(group: &mut Group) {
    let words: Option<Vec<String>> = group.changes.iter().map(words).collect();
    if let Some(words) = words.filter(|words| words.len() <= WITHIN_THE_LINE) {
        group.lead.extend(words);
        group.changes.clear();
    }
}

/// Returns a changed value in a few words. `None` if it needs lines of its own.
pub(super) fn words(delta: &Delta) -> Option<String> {
    let (before, after) = (delta.before.as_ref()?, delta.after.as_ref()?);
    let label = &delta.label;
    let is_image = label.rsplit('.').next() == Some("image");
    let texts = is_image.then(|| image(before.as_str()?, after.as_str()?)).flatten();
    texts.or_else(|| difference::within_a_line(before, after)).map(|texts| format!("{label} {texts}"))
}

/// Returns the tags of two images of one repository: `1.0 → 1.1`.
fn image(before: &str, after: &str) -> Option<String> {
    let (old_name, old_tag) = tagged(before)?;
    let (new_name, new_tag) = tagged(after)?;
    (old_name == new_name).then(|| format!("{old_tag} → {new_tag}"))
}

/// Divides an image into its repository and its tag. `None` for one with a digest, which is shown whole.
fn tagged(image: &str) -> Option<(&str, &str)> {
    let (name, tag) = image.rsplit_once(':')?;
    (!image.contains('@') && !tag.contains('/')).then_some((name, tag))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(label: &str, before: &str, after: &str, expected: Option<&str>) {
        let delta = Delta { label: label.to_owned(), before: Some(json!(before)), after: Some(json!(after)) };
        assert_eq!(words(&delta).as_deref(), expected);
    }

    #[test]
    fn image_of_one_repository_shows_its_tags() {
        let image = |tag: &str| format!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:{tag}");
        check("image", &image("1.0"), &image("1.1"), Some("image 1.0 → 1.1"));
        check("proxy.image", &image("1.0"), &image("1.1"), Some("proxy.image 1.0 → 1.1"));
    }

    #[test]
    fn image_of_another_repository_needs_lines() {
        let (old, new) =
            ("registry.example.com:5000/team/orders:1.0", "registry.example.com:5000/shop/orders:1.0");
        check("image", old, new, None);
        check("image", "registry.example.com/orders@sha256:0123", "registry.example.com/orders:1.0", None);
    }
}
