//! The state of a stack: what runs, who works on it, and how the account differs from it.
//!
//! The text has one row for each service. Below it are the differences, by where they come from: a change of the stack
//! that nobody has applied is no drift. `--all` adds a row for each object:
//!
//! - `managed`: the stack manages the object, and the next plan does not change it.
//! - `differs`: the stack manages it, and the next plan changes, replaces or deletes it.
//! - `foreign`: somebody else owns the object, or nobody does.
//! - `missing`: the next plan creates it.

mod table;

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::{
    Action, Area, Areas, Attempt, Difference, Holder, Id, Observed, Origin, Ownership, Plan, ServiceState,
    ServiceStatus,
};

pub(crate) use self::table::age;
use super::{
    Place, count, noun,
    palette::{BAD, CHANGED, FAINT, GOOD, HINT, STRONG},
    plan,
    screen::{Line, Screen, listed, whole},
};
use crate::exit::Exit;

/// The most objects that a line of differences names. `--all` lists them all.
const NAMED: usize = 6;

/// The kind of VPC links.
const VPC_LINK: &str = "apigateway/vpc-link";
/// The status of a VPC link that can be used.
const AVAILABLE: &str = "AVAILABLE";

/// The state of a stack, which is also the JSON of `status`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Status {
    /// The stack and the account.
    #[serde(flatten)]
    place: Place,
    /// The URL of the API. `None` without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The run that holds the stack's lock.
    #[serde(skip_serializing_if = "Option::is_none")]
    locked_by: Option<Holder>,
    /// What runs.
    services: Vec<ServiceStatus>,
    /// The objects that the next plan changes, each with the origin of the difference.
    differences: Vec<Difference>,
    /// The objects that were found.
    objects: Vec<Object>,
    /// The objects that the stack has and the account does not.
    missing: Vec<Id>,
    /// The differences of existing objects.
    drift: Drift,
    /// The number of objects that have the stack's names and are not managed by it.
    in_the_way: usize,
    /// The number of services that are behind the stack because their last deployment failed.
    held: usize,
    /// The areas of the objects.
    #[serde(skip)]
    areas: Areas,
    /// Whether it is about chosen services only.
    #[serde(skip)]
    is_part: bool,
    /// The services that the stack gives routes.
    #[serde(skip)]
    routed: Vec<String>,
}

/// An object that was found.
#[derive(Debug, Serialize, JsonSchema)]
struct Object {
    /// The kind and the logical name.
    id: Id,
    /// The name or ARN on AWS.
    physical: String,
    /// The owner by the marks on the object.
    ownership: Ownership,
    /// The status in AWS's words. `None` for kinds without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    /// The last deployment, if it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    given_up: Option<GivenUp>,
    /// Whether it differs from the stack, or is not in the stack.
    drifted: bool,
}

/// A last deployment that failed.
#[derive(Debug, Serialize, JsonSchema)]
struct GivenUp {
    /// The status in AWS's words, such as `ROLLBACK_SUCCESSFUL`.
    status: String,
    /// The reason in AWS's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The revision that the deployment tried.
    wanted: String,
    /// The revision that the service names now.
    running: String,
}

impl GivenUp {
    /// Copies the facts of the engine's record.
    fn of(attempt: &Attempt) -> Self {
        Self {
            status: attempt.status.clone(),
            reason: attempt.reason.clone(),
            wanted: attempt.wanted.clone(),
            running: attempt.running.clone(),
        }
    }
}

/// The changes that a plan makes to existing objects.
#[derive(Debug, Serialize, JsonSchema)]
struct Drift {
    /// The number of objects.
    objects: usize,
    /// The number of changed paths of all these objects.
    changes: usize,
}

impl Status {
    /// Combines the objects that were found with the plan for them, those of chosen services or all.
    pub(crate) fn of(
        place: Place,
        observed: &Observed,
        mut plan: Plan,
        locked_by: Option<Holder>,
        chosen: Option<&[&str]>,
    ) -> Self {
        let areas = observed.areas();
        let is_chosen = |id: &Id| {
            chosen.is_none_or(
                |keys| matches!(areas.get(id), Area::Service(key) if keys.contains(&key.as_str())),
            )
        };
        plan.steps.retain(|step| is_chosen(&step.id));
        plan.refusals.retain(|refused| is_chosen(&refused.id));
        plan.held.retain(|held| is_chosen(&held.id));
        let mut services = observed.services();
        services.retain(|service| chosen.is_none_or(|keys| keys.contains(&service.name.as_str())));

        let (missing, drifted): (Vec<_>, Vec<_>) =
            plan.steps.iter().partition(|step| step.action == Action::Create);
        let world = observed.world();

        let objects = world.objects().filter(|(id, _)| is_chosen(id)).map(|(id, live)| Object {
            id: id.clone(),
            physical: live.physical.clone(),
            ownership: live.ownership.clone(),
            status: live.status.clone(),
            given_up: world.attempt(id).map(GivenUp::of),
            drifted: drifted
                .iter()
                .any(|step| step.id == *id && step.physical.as_ref() == Some(&live.physical)),
        });
        let routed = observed.stack().services.values().filter(|service| !service.routes.is_empty());

        Self {
            url: observed.url(),
            locked_by,
            services,
            differences: observed.differences(&plan),
            objects: objects.collect(),
            missing: missing.into_iter().map(|step| step.id.clone()).collect(),
            drift: Drift {
                objects: drifted.len(),
                changes: drifted.iter().map(|step| step.changes.len()).sum(),
            },
            in_the_way: plan.refusals.len(),
            held: plan.held.len(),
            areas: observed.areas(),
            is_part: chosen.is_some(),
            routed: routed.map(|service| service.name.clone()).collect(),
            place,
        }
    }

    /// Returns the services about which it is worth to ask why they failed.
    pub(crate) fn failed_services(&mut self) -> impl Iterator<Item = &mut ServiceStatus> {
        self.services.iter_mut().filter(|service| service.has_failed())
    }

    /// Returns the exit code of this state: a failure comes before differences from the stack.
    pub(crate) fn exit(&self) -> Exit {
        let is_well = self.services.iter().all(|service| service.state.is_good());
        if self.has_failed() {
            Exit::Failed
        } else if is_well && self.differences.is_empty() && self.in_the_way == 0 {
            Exit::Done
        } else {
            Exit::Pending
        }
    }

    /// Returns whether a service is not at its count, a deployment has failed, or the VPC link cannot be used.
    fn has_failed(&self) -> bool {
        let is_short = |service: &ServiceStatus| match service.state {
            ServiceState::RolledBack | ServiceState::Failed => true,
            ServiceState::Deploying | ServiceState::Scaling => service.running != service.desired,
            _ => false,
        };
        let is_broken_link = |object: &Object| {
            let status = object.status.as_deref();
            object.id.kind == *VPC_LINK && status.is_some_and(|status| status != AVAILABLE)
        };
        self.held > 0 || self.services.iter().any(is_short) || self.objects.iter().any(is_broken_link)
    }
}

/// The words that a status needs beside its values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words<'a> {
    /// The name of the program, for hints.
    pub(crate) program: &'a str,
    /// The name of the stack's file, or `the stack`.
    pub(crate) source: &'a str,
    /// The account's time, in seconds since the Unix epoch.
    pub(crate) now: i64,
    /// Whether each object has a row.
    pub(crate) all: bool,
}

/// Prints a row for each service, and below them the lock and the differences.
pub(crate) fn show(w: &mut dyn Write, screen: Screen, status: &Status, words: Words<'_>) -> io::Result<()> {
    status.place.show(w, screen)?;
    status.url.iter().try_for_each(|url| writeln!(w, "{url}"))?;
    if !status.services.is_empty() {
        writeln!(w)?;
        table::show(w, screen, &status.services, &status.routed, words.now)?;
    }
    if words.all {
        writeln!(w)?;
        show_objects(w, screen, status)?;
    }
    writeln!(w)?;
    show_lock(w, status, words.now)?;
    conclusion(w, screen, status, words)
}

/// Prints who works on the stack.
fn show_lock(w: &mut dyn Write, status: &Status, now: i64) -> io::Result<()> {
    let Some(holder) = &status.locked_by else { return Ok(()) };
    let since = age(&holder.since, now).map(|age| format!(" for {age}")).unwrap_or_default();
    writeln!(w, "{CHANGED}locked:{CHANGED:#} {} works on the stack{since}", holder.holder)
}

/// Prints a row for each object, by area.
fn show_objects(w: &mut dyn Write, screen: Screen, status: &Status) -> io::Result<()> {
    let mut by_area: BTreeMap<Area, Vec<&Object>> = BTreeMap::new();
    for object in &status.objects {
        by_area.entry(status.areas.get(&object.id)).or_default().push(object);
    }
    for id in &status.missing {
        by_area.entry(status.areas.get(id)).or_default();
    }

    for (area, objects) in &by_area {
        writeln!(w, "{STRONG}{}{STRONG:#}", noun::area(area))?;
        objects.iter().try_for_each(|object| show_object(w, screen, object))?;
        for id in status.missing.iter().filter(|id| status.areas.get(id) == *area) {
            writeln!(w, "  {BAD}missing{BAD:#}  {} {}", noun::of(id.kind), id.name)?;
        }
    }
    Ok(())
}

/// Prints the row of one object.
fn show_object(w: &mut dyn Write, screen: Screen, object: &Object) -> io::Result<()> {
    let (word, style) = match &object.ownership {
        Ownership::Ours if object.drifted => ("differs", CHANGED),
        Ownership::Ours => ("managed", GOOD),
        Ownership::Unmarked | Ownership::Other(_) | Ownership::Elsewhere(_) => ("foreign", BAD),
    };
    let owner = match &object.ownership {
        Ownership::Other(owner) => format!("  managed by the stack {owner}"),
        Ownership::Elsewhere(region) => format!("  managed by the stack of this name in {region}"),
        Ownership::Ours | Ownership::Unmarked => String::new(),
    };
    let revision = object.physical.rsplit(':').next().filter(|_| object.id.kind == "ecs/task-definition");
    let revision = revision.map(|number| format!(":{number}")).unwrap_or_default();
    let note = object.status.as_ref().map(|status| format!("  {status}")).unwrap_or_default();

    let line = Line::hanging(13).text("  ").with(style, format!("{word:<7}"));
    let line = line.text(format!("  {} {}{revision}", noun::of(object.id.kind), object.id.name));
    line.with(FAINT, format!("{owner}{note}")).write(w, screen)
}

/// Prints the differences by their origin, and the commands that show or retry them.
fn conclusion(w: &mut dyn Write, screen: Screen, status: &Status, words: Words<'_>) -> io::Result<()> {
    let Words { program, source, all, .. } = words;
    if status.held > 0 {
        let line = Line::hanging(4).with(BAD, plan::behind(status.held));
        line.text(format!("; retry with {}", whole(&format!("`{program} apply --retry`"))))
            .write(w, screen)?;
    }
    if status.in_the_way > 0 {
        let objects = count(status.in_the_way, "object");
        let line = Line::hanging(4).with(BAD, format!("{objects} of these names not managed by this stack"));
        line.text(format!("; {} lists them", whole(&format!("`{program} plan`")))).write(w, screen)?;
    }

    let is_missing = |one: &&Difference| one.action == Action::Create && one.origin != Origin::Stack;
    let missing: Vec<&Difference> = status.differences.iter().filter(is_missing).collect();
    if !missing.is_empty() {
        let names: Vec<String> =
            missing.iter().map(|one| whole(&format!("{} {}", noun::of(one.id.kind), one.id.name))).collect();
        let text = listed(&names, (names.len() > NAMED).then_some(60));
        Line::hanging(4).with(BAD, "missing:").text(format!(" {text}")).write(w, screen)?;
    }
    let origins = [
        (Origin::Stack, "not applied yet:".to_owned()),
        (Origin::Account, "changed in the account:".to_owned()),
        (Origin::Unknown, format!("different from {source}:")),
    ];
    for (origin, heading) in origins {
        let these: Vec<&Difference> =
            status.differences.iter().filter(|one| one.origin == origin && !is_missing(one)).collect();
        if !these.is_empty() {
            let text = format!(" {}", areas(&these));
            Line::hanging(4).with(CHANGED, heading).text(text).write(w, screen)?;
        }
    }

    if !status.differences.is_empty() {
        return writeln!(w, "{HINT}hint:{HINT:#} `{program} plan` prints the changes");
    }
    if status.held > 0 || status.in_the_way > 0 {
        return Ok(());
    }
    let objects = count(status.objects.len(), if status.is_part { "own object" } else { "object" });
    let hint = if all { String::new() } else { format!("; `{program} status --all` lists them") };
    writeln!(w, "{objects}, all as in {source}{FAINT}{hint}{FAINT:#}")
}

/// Returns the areas of differences with the number of their objects.
fn areas(these: &[&Difference]) -> String {
    let mut counted: BTreeMap<&Area, usize> = BTreeMap::new();
    for one in these {
        *counted.entry(&one.area).or_default() += 1;
    }
    let names: Vec<String> = counted.keys().map(|area| noun::area(area)).collect();
    format!("{} ({})", listed(&names, (names.len() > NAMED).then_some(60)), count(these.len(), "object"))
}
