//! The revisions of task definitions that an observation reads.
//!
//! These are the revision that a service runs, the newest one of a family that no service runs, and an
//! earlier revision that has the desired content where another one runs.
//!
//! # Order of the questions
//!
//! A revision takes one call to read, so the cheapest answer comes first:
//!
//! - The service has the hash of the revision with which it was created. If it is that of the desired state,
//!   nothing is read.
//! - The tagging API has the hashes of revisions, a hundred per call. If the content is as desired and the
//!   number is that of the revision, nothing is read.
//! - Otherwise the newest revision of the family is read, and the running one if it is another.
//!
//! A hash does not show whether a revision is active, and ECS deploys only active ones. So a revision is read
//! as well if a plan would deploy it ([`deployed`]), or if its family has no active revision.
//!
//! Where nobody has to confirm a plan, revisions that only show what changes are read [`late`], while the first changes
//! are made.
//!
//! # Revisions of others
//!
//! Another pipeline may deploy its own revisions in the stack's family. Such a revision concerns the stack if
//! the stack has the family, or if a service of the stack runs it. A family that a run left behind when it
//! died is found by its mark, not by its name.

pub(in crate::services::ecs) mod late;

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::types::{Service as SdkService, TaskDefinitionStatus};
use futures_util::future::try_join_all;

use crate::{
    Error, Graph, Id, Mode, Result, Step, World,
    engine::{
        diff::{Change, diff},
        graph::Node,
        kind::{Found, Resource, Workload, from_value},
        plan::plan,
        world::Live,
    },
    error::Absent,
    services::{
        aws_service::{Reading, Trust},
        ecs::{
            family_prefix,
            listing::{active, revision},
            plain_tags,
            task_definition::{Output, State, TaskDefinition, content, decode, number, proof},
        },
        tagging,
    },
    tags::{CONTENT, NUMBER, Ownership, REVISION, Tags},
};

/// The revision that a service runs.
pub(in crate::services::ecs) struct Running {
    arn: String,
    /// The hash of its ARN and its state with tags, if the service was created with it.
    proof: Option<String>,
    /// Whether the service is ours.
    of_ours: bool,
}

impl Running {
    /// Returns the revision of a service that has one.
    ///
    /// The hash counts only if the service's own tags are as desired: it was created with the tags of its
    /// revision, and both change together.
    pub(in crate::services::ecs) fn of(
        graph: &Graph,
        id: &Id,
        live: &Live,
        service: &SdkService,
    ) -> Option<Self> {
        let arn = service.task_definition()?.to_owned();
        let tags = plain_tags(service.tags());
        let proof = tags.get(REVISION).filter(|_| tagging::is_as_wanted(graph, id, &tags)).cloned();
        Some(Self { arn, proof, of_ours: live.ownership == Ownership::Ours })
    }
}

/// Returns the families whose running revision is to be deployed, if it is as desired. ECS deploys only
/// active revisions.
///
/// It plans on the assumption that all running revisions are as desired, and returns those that a step of
/// that plan would deploy. It makes no call.
fn deployed(graph: &Graph, world: &World, running: &ByFamily<'_>) -> BTreeSet<String> {
    let mut presumed = world.clone();
    let revisions = running.iter().filter_map(|(family, running)| {
        let id = Id::new(TaskDefinition::KIND, *family);
        let state: State = from_value(&graph.desired(&id, world)?);
        Some(as_wanted(id, &running.arn, state))
    });
    presumed.extend(revisions);
    let plan = plan(graph, &presumed, Mode::Converge);
    let deploys = |step: &&Step| matches!(step.workload, Some(Workload::Started | Workload::Replaced));
    let reads = plan.steps.iter().filter(deploys).flat_map(|step| graph.reads(&step.id));
    reads.filter(|read| read.kind == TaskDefinition::KIND).map(|read| read.name.clone()).collect()
}

/// Reads the revisions that run, are desired, or belong to the stack. The one that runs comes first.
///
/// # Errors
///
/// A call failed or was denied.
pub(in crate::services::ecs) async fn found(
    cx: &Reading<'_>,
    world: &World,
    running: &[Running],
    families: &BTreeSet<String>,
) -> Result<Vec<(Id, Live)>> {
    let graph = cx.graph;
    let mut by_family = ByFamily::new();
    for running in running {
        // A service that the stack no longer has may run an older revision of the same family. The
        // others come first.
        by_family.entry(family(&running.arn)).or_insert(running);
    }

    // The listing shows whether a family with the prefix of the stack exists. A family of another name
    // has to be asked for.
    let prefix = family_prefix(graph);
    let unlisted = graph.names(TaskDefinition::KIND).filter(|family| !family.starts_with(&prefix));
    let idle = families.iter().map(String::as_str).filter(|family| !by_family.contains_key(family));
    let (wanted, strange): (BTreeSet<&str>, BTreeSet<&str>) =
        idle.partition(|family| graph.node(&Id::new(TaskDefinition::KIND, *family)).is_some());
    let unlisted = unlisted.filter(|family| !by_family.contains_key(family));
    let idle: BTreeSet<&str> =
        wanted.into_iter().chain(unlisted).chain(marked_families(cx, strange).await?).collect();

    let (proven, unproven) = match cx.trust {
        Trust::Hashes => {
            // A hash does not show whether a revision is active. The listing of families shows it only
            // where no revision is.
            let is_inactive = |family: &str| family.starts_with(&prefix) && !families.contains(family);
            let deployed = deployed(graph, world, &by_family);
            let (doubted, trusted): (ByFamily<'_>, ByFamily<'_>) = by_family
                .into_iter()
                .partition(|(family, _)| deployed.contains(*family) || is_inactive(family));
            let can_wait = doubted.is_empty() && idle.is_empty();
            let (proven, mut unproven) = proven(cx, world, &trusted).await?;
            if can_wait && late::can_wait(cx, running) {
                return Ok(proven.into_iter().chain(late::left(cx, world, &unproven)).collect());
            }
            unproven.extend(doubted);
            (proven, unproven)
        }
        Trust::Nothing => (Vec::new(), by_family),
    };

    let runs = unproven.iter().map(|(family, running)| read(cx, world, family, &running.arn));
    let idles = idle.into_iter().map(|family| newest(cx, family));
    let (runs, idles) = tokio::try_join!(try_join_all(runs), try_join_all(idles))?;

    let mut all: Vec<(Id, Live)> = proven.into_iter().chain(runs.into_iter().flatten()).collect();
    let concerns = all.iter().filter(|(_, live)| is_concern(live, running));
    let earlier = earlier(cx, world, concerns).await?;
    all.extend(earlier);

    of_concern(cx, all, idles.into_iter().flatten()).await
}

/// Returns the revisions that concern the stack, of those that run or are desired and of those that no service runs.
///
/// A revision of others concerns the stack only where the stack wants its family or a service of ours runs it.
async fn of_concern(
    cx: &Reading<'_>,
    all: Vec<(Id, Live)>,
    idles: impl Iterator<Item = (Id, Live)>,
) -> Result<Vec<(Id, Live)>> {
    let is_ours = |live: &Live| live.ownership == Ownership::Ours;
    let (doubtful, mut all): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(id, live)| !is_ours(live) && cx.graph.node(id).is_none());
    let (own, foreign): (Vec<_>, Vec<_>) = idles.partition(|(_, live)| is_ours(live));
    all.extend(own);
    all.extend(beside_ours(cx, doubtful.into_iter().chain(foreign).collect()).await?);
    Ok(all)
}

/// Returns whether a revision is ours, or a service of ours runs it.
fn is_concern(live: &Live, running: &[Running]) -> bool {
    let is_run = || running.iter().any(|running| running.of_ours && running.arn == live.physical);
    live.ownership == Ownership::Ours || is_run()
}

/// Returns the families that the stack does not want and that have a revision with its mark, which a run that
/// died has left.
///
/// The prefix of the stack alone proves nothing: the stack `shop-2` has families with the prefix of `shop`.
async fn marked_families<'a>(cx: &Reading<'_>, strange: BTreeSet<&'a str>) -> Result<BTreeSet<&'a str>> {
    // One family is read in as many calls as a listing of tags takes.
    if strange.len() < 2 {
        return Ok(strange);
    }
    let revisions = tagging::revisions(cx).await?;
    let marked: BTreeSet<&str> = revisions.iter().map(|arn| family(arn)).collect();
    Ok(strange.into_iter().filter(|family| marked.contains(family)).collect())
}

/// Returns the family in the ARN of a revision.
fn family(arn: &str) -> &str {
    let resource = arn.rsplit('/').next().unwrap_or(arn);
    resource.rsplit_once(':').map_or(resource, |(family, _)| family)
}

/// The running revisions by family.
type ByFamily<'a> = BTreeMap<&'a str, &'a Running>;

/// Returns the revisions that are as desired by their hashes, and all others.
async fn proven<'a>(
    cx: &Reading<'_>,
    world: &World,
    running: &ByFamily<'a>,
) -> Result<(Vec<(Id, Live)>, ByFamily<'a>)> {
    let (mut lives, mut rest) = (Vec::new(), ByFamily::new());
    for (family, running) in running {
        match made_with(cx.graph, world, family, running) {
            Some(live) => lives.push(live),
            None => drop(rest.insert(family, running)),
        }
    }

    let arns: Vec<String> = rest.values().map(|running| running.arn.clone()).collect();
    let tags = tagging::of_arns(cx.aws, &arns).await?;
    rest.retain(|family, running| {
        let live = marked(cx.graph, world, family, &running.arn, tags.get(&running.arn));
        let is_read = live.is_none();
        lives.extend(live);
        is_read
    });
    Ok((lives, rest))
}

/// Returns the desired revision, if the service was created with it.
fn made_with(graph: &Graph, world: &World, family: &str, running: &Running) -> Option<(Id, Live)> {
    let id = Id::new(TaskDefinition::KIND, family);
    let state: State = from_value(&graph.desired(&id, world)?);
    (running.proof.as_ref()? == &proof(&running.arn, &state)).then(|| as_wanted(id, &running.arn, state))
}

/// Returns the desired revision, if the running one carries its hash.
fn marked(graph: &Graph, world: &World, family: &str, arn: &str, tags: Option<&Tags>) -> Option<(Id, Live)> {
    let id = Id::new(TaskDefinition::KIND, family);
    let tags = tags.filter(|tags| tagging::is_as_wanted(graph, &id, tags))?;
    let state: State = from_value(&graph.desired(&id, world)?);
    let is_wanted = tags.get(CONTENT)? == &content(&state);
    (is_wanted && has_own_tags(arn, tags)).then(|| as_wanted(id, arn, state))
}

/// Returns whether the tags of a revision were made for it: a copy of a revision often has its tags, too.
fn has_own_tags(arn: &str, tags: &Tags) -> bool {
    tags.get(NUMBER).is_some_and(|noted| *noted == number(arn).to_string())
}

/// Returns a running revision in the desired state, as if it had been read. The world remembers that only a
/// hash says so.
fn as_wanted(id: Id, arn: &str, state: State) -> (Id, Live) {
    let output = Output { arn: arn.to_owned() };
    let name = id.name.clone();
    let state = state.concealed();
    let found = Found::<TaskDefinition> { physical: arn.to_owned(), name, state, output };
    (id, found.into_live(Ownership::Ours).known_by_hash())
}

/// Reads the revision that runs, and the newest one if that is another and as desired.
///
/// In that case an earlier run has registered the newest one and not deployed it. The plan then uses it and
/// registers nothing.
async fn read(cx: &Reading<'_>, world: &World, family: &str, arn: &str) -> Result<Vec<(Id, Live)>> {
    let graph = cx.graph;
    let newest = newest(cx, family).await?;
    if let Some(newest) = newest.as_ref().filter(|(_, live)| live.physical == arn) {
        return Ok(vec![newest.clone()]);
    }
    let (revision, tags) = revision(cx.aws, arn).await?;
    let running = decode(graph, &revision, tags)?;
    let newest = newest.filter(|newest| is_wanted(graph, world, &running, newest));
    Ok([Some(running), newest].into_iter().flatten().collect())
}

/// Reads the newest active revision of a family. `None` if it has no active one.
pub(in crate::services::ecs) async fn newest(cx: &Reading<'_>, family: &str) -> Result<Option<(Id, Live)>> {
    let newest = revision(cx.aws, family).await.none_if(&["ClientException"])?;
    newest.map(|(revision, tags)| decode(cx.graph, &revision, tags)).transpose()
}

/// Returns whether the newest revision of a family is ours and has the content that is desired in the place of the
/// running one.
pub(in crate::services::ecs) fn is_wanted(
    graph: &Graph,
    world: &World,
    (_, running): &(Id, Live),
    (id, newest): &(Id, Live),
) -> bool {
    let wanted = wanted_over(graph, world, id, running);
    newest.ownership == Ownership::Ours
        && wanted.is_some_and(|state| diff(&newest.state, &state).iter().all(Change::is_of_tags))
}

/// Returns the desired state of a family with this running revision.
///
/// Members that are left to others have the running values.
fn wanted_over(graph: &Graph, world: &World, id: &Id, running: &Live) -> Option<serde_json::Value> {
    let desired = graph.desired(id, world)?;
    Some(graph.node(id)?.desired_over(&running.state, &desired).into_owned())
}

/// Reads earlier revisions that are as desired where another one runs: no step has to register those anew.
///
/// A plan that goes back to an earlier image finds its revision here. Of several with the same content, the
/// one with its own tags and the highest number is taken, if it is active.
async fn earlier<'a>(
    cx: &Reading<'_>,
    world: &World,
    runs: impl Iterator<Item = &'a (Id, Live)>,
) -> Result<Vec<(Id, Live)>> {
    let graph = cx.graph;
    let mut wanted: BTreeMap<&Id, Option<String>> = BTreeMap::new();
    for (id, live) in runs {
        let Some(state) = wanted_over(graph, world, id, live) else { continue };
        let counts = live.ownership == Ownership::Ours || graph.node(id).is_some_and(Node::is_shared);
        let is_there = counts && diff(&live.state, &state).iter().all(Change::is_of_tags);
        let content = content(&from_value(&state));
        // Where a family has two revisions here, the second is as desired.
        wanted.entry(id).and_modify(|content| *content = None).or_insert((!is_there).then_some(content));
    }
    wanted.retain(|_, content| content.is_some());

    let contents: Vec<String> = wanted.values().flatten().cloned().collect();
    let found = tagging::of_contents(cx, &contents).await?;

    let revisions = wanted.into_iter().map(async |(id, content)| {
        let same = found
            .iter()
            .filter(|(arn, tags)| family(arn) == id.name && tags.get(CONTENT) == content.as_ref());
        let best = same.max_by_key(|(arn, tags)| (has_own_tags(arn, tags), number(arn)));
        let Some((arn, _)) = best else { return Ok(None) };
        let Some((revision, tags)) = revision(cx.aws, arn).await.none_if(&["ClientException"])? else {
            return Ok(None);
        };
        let is_active = revision.status() == Some(&TaskDefinitionStatus::Active);
        is_active.then(|| decode(graph, &revision, tags)).transpose()
    });
    Ok(try_join_all(revisions).await?.into_iter().flatten().collect())
}

/// Returns revisions of others, each with the newest one of ours.
///
/// A family that the stack does not want and has no revision of is left out.
async fn beside_ours(cx: &Reading<'_>, foreign: Vec<(Id, Live)>) -> Result<Vec<(Id, Live)>> {
    if foreign.is_empty() {
        return Ok(foreign);
    }
    let marked = tagging::revisions(cx).await?;
    let pairs = foreign.into_iter().map(async |(id, live)| {
        let own = newest_among(cx, &id.name, &marked).await?;
        let stays = own.is_some() || cx.graph.node(&id).is_some();
        Ok::<_, Error>(stays.then_some((id, live)).into_iter().chain(own))
    });
    Ok(try_join_all(pairs).await?.into_iter().flatten().collect())
}

/// Reads the newest of a family's active revisions that are among these, or `None` if none is.
async fn newest_among(cx: &Reading<'_>, name: &str, marked: &BTreeSet<String>) -> Result<Option<(Id, Live)>> {
    if !marked.iter().any(|arn| family(arn) == name) {
        return Ok(None);
    }
    let active = active(cx.aws, name).await?.into_iter().filter(|arn| marked.contains(arn));
    let Some(arn) = active.max_by_key(|arn| number(arn)) else {
        return Ok(None);
    };
    let (revision, tags) = revision(cx.aws, &arn).await?;
    decode(cx.graph, &revision, tags).map(Some)
}
