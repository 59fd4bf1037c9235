//! A plan by the areas that people think in, as data: what is shown, without its layout.
//!
//! The engine plans objects and paths. People agree to something else: a service gets a new image, a route goes away,
//! a VPC link is replaced. So a view has one group for what happens to an area. It leaves out what follows by itself,
//! such as the integration that learns the id of a new VPC link, and counts what people rarely read, such as tags.
//! Equal groups of several services are one group with several names.
//!
//! `grouped` and `markdown` print a view; `plan --full` prints the steps themselves.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use sss_aws::{Action, Area, Areas, Plan, Removal, Step};
use sss_model::Stack;

use super::{changed, phrase};
use crate::render::noun;

/// The most groups of services that a view shows one by one. More of them are summed up.
const MOST: usize = 12;

/// A plan as people think of it.
#[derive(Debug, Default)]
pub(crate) struct View {
    /// What happens to the areas: creations and changes first, then deletions.
    pub(super) groups: Vec<Group>,
    /// The tags that change on objects that exist, each with the number of objects.
    pub(super) tags: BTreeMap<String, usize>,
    /// The number of values of all steps.
    pub(super) values: usize,
    /// How many of them are tags.
    pub(super) values_of_tags: usize,
    /// How many of them the groups show.
    pub(super) shown: usize,
}

/// What happens to an area, or the same to several.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// The action, which decides about the sign. It is `Replace` only where people must be afraid.
    pub(super) action: Action,
    /// The names of the areas.
    pub(super) names: Vec<String>,
    /// What the group is about, in a few words each.
    pub(super) lead: Vec<String>,
    /// What the change does to tasks and revisions.
    pub(super) notes: Vec<String>,
    /// Further lines, such as the routes of a new service.
    pub(super) lines: Vec<String>,
    /// What people must be afraid of: downtime, a new id, lost settings.
    pub(super) dangers: Vec<String>,
    /// What people need not be afraid of.
    pub(super) comforts: Vec<String>,
    /// The values that change.
    pub(super) changes: Vec<Delta>,
    /// The number of values that it shows.
    pub(super) values: usize,
    /// The reason for a deletion.
    pub(super) because: Option<Removal>,
}

/// A value that changes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Delta {
    /// The path, in as few words as tell it apart within its group.
    pub(super) label: String,
    pub(super) before: Option<Value>,
    pub(super) after: Option<Value>,
}

impl Group {
    pub(super) fn new(action: Action, area: &Area) -> Self {
        Self {
            action,
            names: vec![noun::area(area)],
            lead: Vec::new(),
            notes: Vec::new(),
            lines: Vec::new(),
            dangers: Vec::new(),
            comforts: Vec::new(),
            changes: Vec::new(),
            values: 0,
            because: None,
        }
    }

    /// Returns whether people must not overlook the group.
    pub(super) fn is_dangerous(&self) -> bool {
        self.action == Action::Replace || !self.dangers.is_empty()
    }

    /// Adds a text to a list unless it is there.
    pub(super) fn note(list: &mut Vec<String>, text: impl Into<String>) {
        let text = text.into();
        if !list.contains(&text) {
            list.push(text);
        }
    }

    /// Returns everything but the names, to find equal groups.
    fn content(&self) -> String {
        let Self { action, lead, notes, lines, dangers, comforts, changes, because, .. } = self;
        format!("{:?}", (action, lead, notes, lines, dangers, comforts, changes, because))
    }
}

impl View {
    /// Returns the view of a plan for this stack.
    pub(crate) fn of(plan: &Plan, stack: &Stack, areas: &Areas) -> Self {
        let mut by_area: BTreeMap<Area, Vec<&Step>> = BTreeMap::new();
        for step in &plan.steps {
            by_area.entry(areas.get(&step.id)).or_default().push(step);
        }

        let pending = plan.pending();
        let (mut shared, mut services, mut deleted) = (Vec::new(), Vec::new(), Vec::new());
        for (area, steps) in &by_area {
            let marks = [Action::Adopt, Action::Release].into_iter();
            let marks = marks.filter_map(|action| retagged(action, area, steps));
            let groups = created(area, steps, stack).into_iter();
            let groups = groups.chain(changed::group(area, steps, stack, &pending)).chain(marks);
            let is_service = matches!(area, Area::Service(_));
            if is_service { &mut services } else { &mut shared }.extend(groups);
            deleted.extend(removed(area, steps));
        }

        let services = bounded(merged(services), stack);
        let groups = shared.into_iter().chain(services).chain(bounded(merged(deleted), stack));
        let groups: Vec<Group> = groups.collect();
        let all = || plan.steps.iter().flat_map(|step| &step.changes);
        Self {
            shown: groups.iter().map(|group| group.values * group.names.len()).sum(),
            groups,
            tags: tags(plan),
            values: all().count(),
            values_of_tags: all().filter(|change| change.is_of_tags()).count(),
        }
    }
}

/// Returns what is created in an area.
fn created(area: &Area, steps: &[&Step], stack: &Stack) -> Option<Group> {
    let steps = with(steps, Action::Create);
    if steps.is_empty() {
        return None;
    }
    let mut group = Group::new(Action::Create, area);
    group.lines = phrase::routes(area, &steps, stack);
    group.lead = phrase::created(area, &steps, stack);
    let only_routes = steps.iter().all(|step| noun::of(step.id.kind) == "route");
    if only_routes && !group.lines.is_empty() {
        group.lead = std::mem::take(&mut group.lines).iter().map(|line| format!("route {line}")).collect();
    }
    for step in steps {
        changed::explain(step, &mut group);
    }
    Some(group)
}

/// Returns what is deleted in an area, by reason.
fn removed(area: &Area, steps: &[&Step]) -> Vec<Group> {
    let mut by_reason: BTreeMap<Option<Removal>, Vec<&Step>> = BTreeMap::new();
    for step in with(steps, Action::Delete) {
        by_reason.entry(step.because).or_default().push(step);
    }
    let group = |(because, steps): (Option<Removal>, Vec<&Step>)| {
        let goes_as_a_whole = match area {
            Area::Service(_) => steps.iter().any(|step| step.id.kind == "ecs/service"),
            _ => steps.len() > 2,
        };
        let mut group = Group { because, ..Group::new(Action::Delete, area) };
        group.lead = if goes_as_a_whole { phrase::nouns(&steps) } else { named(&steps) };
        for step in &steps {
            changed::explain(step, &mut group);
        }
        group
    };
    by_reason.into_iter().map(group).collect()
}

/// Returns what is adopted or released in an area.
fn retagged(action: Action, area: &Area, steps: &[&Step]) -> Option<Group> {
    let steps = with(steps, action);
    let group = Group { lead: named(&steps), ..Group::new(action, area) };
    (!steps.is_empty()).then_some(group)
}

/// Returns objects by noun and name.
fn named(steps: &[&Step]) -> Vec<String> {
    steps.iter().map(|step| format!("{} {}", noun::of(step.id.kind), step.id.name)).collect()
}

/// Returns the steps with an action.
fn with<'a>(steps: &[&'a Step], action: Action) -> Vec<&'a Step> {
    steps.iter().copied().filter(|step| step.action == action).collect()
}

/// Puts equal groups together, at the place of the first of them.
fn merged(groups: Vec<Group>) -> Vec<Group> {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut merged: Vec<Group> = Vec::new();
    for group in groups {
        let content = group.content();
        if let Some(index) = known.get(&content) {
            merged[*index].names.extend(group.names);
            continue;
        }
        known.insert(content, merged.len());
        merged.push(group);
    }
    merged
}

/// Sums up the groups beyond the most that a view shows. Dangerous ones are always shown.
fn bounded(groups: Vec<Group>, stack: &Stack) -> Vec<Group> {
    if groups.len() <= MOST {
        return groups;
    }
    let mut shown = Vec::new();
    let mut summed: BTreeMap<Action, Vec<Group>> = BTreeMap::new();
    for group in groups {
        let is_change =
            matches!(group.action, Action::Update | Action::Revise | Action::Adopt | Action::Release);
        if group.is_dangerous() || (is_change && shown.len() < MOST) {
            shown.push(group);
        } else {
            summed.entry(group.action).or_default().push(group);
        }
    }
    shown.extend(summed.into_iter().map(|(action, groups)| sum(action, groups, stack)));
    shown
}

/// Returns many groups of one action as one.
fn sum(action: Action, groups: Vec<Group>, stack: &Stack) -> Group {
    let lead = match action {
        Action::Create => total(&groups, stack),
        Action::Delete => vec!["all their objects".to_owned()],
        _ => vec!["other changes".to_owned()],
    };
    let because = groups.first().and_then(|group| group.because);
    let names: Vec<String> = groups.into_iter().flat_map(|group| group.names).collect();
    Group { names, lead, because, ..Group::new(action, &Area::Tasks) }
}

/// Returns the number and size of the tasks of new services, and the number of their routes.
fn total(groups: &[Group], stack: &Stack) -> Vec<String> {
    let names = groups.iter().flat_map(|group| &group.names);
    let services: Vec<_> = names.filter_map(|name| stack.services.get(name)).collect();
    let tasks: u32 = services.iter().map(|service| phrase::tasks(service)).sum();
    let size = |of: &dyn Fn(&sss_model::Service) -> u32| {
        let all: u64 = services.iter().map(|one| u64::from(of(one)) * u64::from(phrase::tasks(one))).sum();
        all.div_ceil(1024)
    };
    let routes: usize =
        services.iter().flat_map(|service| &service.routes).map(|route| route.keys().len()).sum();
    vec![
        noun::counted(tasks as usize, "task"),
        format!("{} vCPU / {} GiB in all", size(&|one| one.task.cpu), size(&|one| one.task.memory)),
        noun::counted(routes, "route"),
    ]
}

/// Returns the user's tags that change on existing objects, each with the number of objects.
fn tags(plan: &Plan) -> BTreeMap<String, usize> {
    let mut tags: BTreeMap<String, usize> = BTreeMap::new();
    let exists = |step: &&Step| matches!(step.action, Action::Update | Action::Replace);
    let changes = plan.steps.iter().filter(exists).flat_map(|step| &step.changes);
    for change in changes.filter(|change| change.is_of_tags()) {
        let path = change.path.to_string();
        let key = path.trim_start_matches("tags").trim_start_matches('.');
        let key = key.trim_matches(['[', ']', '"']);
        if !key.starts_with("sss:") {
            *tags.entry(key.to_owned()).or_default() += 1;
        }
    }
    tags
}
