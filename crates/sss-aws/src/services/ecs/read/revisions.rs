//! Task definitions: the revision that a service runs, or the newest of a family that no service runs; and where
//! something else is wanted than runs, the revision that already has it.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::types::{
    Service as SdkService, TaskDefinition as SdkRevision, TaskDefinitionField, TaskDefinitionStatus,
};
use futures_util::future::try_join_all;

use crate::{
    Aws, Error, Graph, Id, Mode, Result, Step,
    engine::{
        diff::{Change, diff},
        graph::Node,
        kind::{Found, Resource, ServiceTasks, from_value},
        plan::plan,
        world::{Live, Trust, World},
    },
    error::{Absent, Answer, Sent},
    services::{
        ecs::{
            read::{family_prefix, normal::live, plain_tags},
            task_definition as kind,
            task_definition::TaskDefinition,
        },
        tagging,
    },
    tags::{CONTENT, NUMBER, Ownership, REVISION, Tags},
};

const OPERATION: &str = "ecs:DescribeTaskDefinition";

/// The revision that a service runs.
pub(super) struct Running {
    arn: String,
    /// The hash of it and all that it holds, tags as well, if the service was made with it.
    proof: Option<String>,
    /// Whether the service is ours.
    of_ours: bool,
}

impl Running {
    /// None for a service without one. Only a service whose own tags are as wanted is believed: it was made with the tags of its
    /// revision, and they change together.
    pub(super) fn of(graph: &Graph, id: &Id, live: &Live, service: &SdkService) -> Option<Self> {
        let arn = service.task_definition()?.to_owned();
        let tags = plain_tags(service.tags());
        let proof = tags.get(REVISION).filter(|_| tagging::is_as_wanted(graph, id, &tags)).cloned();
        Some(Self { arn, proof, of_ours: live.ownership == Ownership::Ours })
    }
}

/// The families whose running revision is to be deployed, if it has what is wanted. ECS deploys only active ones.
fn deployed(graph: &Graph, world: &World, running: &ByFamily<'_>) -> BTreeSet<String> {
    let mut presumed = world.clone();
    let revisions = running.iter().filter_map(|(family, running)| {
        let id = Id::new(TaskDefinition::KIND, *family);
        let state: kind::State = from_value(&graph.desired(&id, world)?);
        Some(as_wanted(id, &running.arn, state))
    });
    presumed.extend(revisions);
    let plan = plan(graph, &presumed, Mode::Converge);
    let deploys = |step: &&Step| matches!(step.tasks, Some(ServiceTasks::Started | ServiceTasks::Replaced));
    let reads = plan.steps.iter().filter(deploys).flat_map(|step| graph.reads(&step.id));
    reads.filter(|read| read.kind == TaskDefinition::KIND).map(|read| read.name.clone()).collect()
}

/// The task definitions that are run, are wanted, or belong to the stack. The one that runs comes first.
pub(super) async fn found(
    aws: &Aws,
    graph: &Graph,
    world: &World,
    running: &[Running],
    families: &BTreeSet<String>,
    trust: Trust,
) -> Result<Vec<(Id, Live)>> {
    let mut by_family = ByFamily::new();
    for running in running {
        // A service that the stack no longer has may run an older revision of the same family. The others come first.
        by_family.entry(family(&running.arn)).or_insert(running);
    }
    // A family that begins as the stack's do is known to exist or not; one of another name has to be asked for.
    let prefix = family_prefix(graph);
    let unlisted = graph.names(TaskDefinition::KIND).filter(|family| !family.starts_with(&prefix));
    let idle = families.iter().map(String::as_str).filter(|family| !by_family.contains_key(family));
    let (wanted, strange): (BTreeSet<&str>, BTreeSet<&str>) =
        idle.partition(|family| graph.node(&Id::new(TaskDefinition::KIND, *family)).is_some());
    let unlisted = unlisted.filter(|family| !by_family.contains_key(family));
    let idle: BTreeSet<&str> =
        wanted.into_iter().chain(unlisted).chain(marked_families(aws, graph, strange).await?).collect();
    let (proven, unproven) = match trust {
        Trust::Hashes => {
            // Hashes do not tell whether a revision is active, and a listing of families only where none of one is.
            let is_inactive = |family: &str| family.starts_with(&prefix) && !families.contains(family);
            let deployed = deployed(graph, world, &by_family);
            let (doubted, trusted): (ByFamily<'_>, ByFamily<'_>) = by_family
                .into_iter()
                .partition(|(family, _)| deployed.contains(*family) || is_inactive(family));
            let (proven, mut unproven) = proven(aws, graph, world, &trusted).await?;
            unproven.extend(doubted);
            (proven, unproven)
        }
        Trust::Nothing => (Vec::new(), by_family),
    };
    let runs = unproven.iter().map(|(family, running)| read(aws, graph, world, family, &running.arn));
    let idles = idle.into_iter().map(async |family| {
        let Some((revision, tags)) = revision(aws, family).await.none_if(&["ClientException"])? else {
            return Ok(None);
        };
        live(graph, &revision, tags).map(Some)
    });
    let (runs, idles) = tokio::try_join!(try_join_all(runs), try_join_all(idles))?;
    let mut all: Vec<(Id, Live)> = proven.into_iter().chain(runs.into_iter().flatten()).collect();
    let earlier = earlier(aws, graph, world, &all, running).await?;
    all.extend(earlier);
    // One of others stands for nothing of ours where the stack does not want its family or nothing runs it.
    let (doubtful, mut all): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(id, live)| live.ownership != Ownership::Ours && graph.node(id).is_none());
    let (own, foreign): (Vec<_>, Vec<_>) =
        idles.into_iter().flatten().partition(|(_, live)| live.ownership == Ownership::Ours);
    all.extend(own);
    all.extend(beside_ours(aws, graph, doubtful.into_iter().chain(foreign).collect()).await?);
    Ok(all)
}

/// Whether a revision is ours, or a service of ours runs it.
fn is_concern(live: &Live, running: &[Running]) -> bool {
    let is_run = || running.iter().any(|running| running.of_ours && running.arn == live.physical);
    live.ownership == Ownership::Ours || is_run()
}

/// Those of the families that the stack does not want which have a revision with its mark: a run that was killed has
/// left them. That a family begins as the stack's do proves nothing.
async fn marked_families<'a>(
    aws: &Aws,
    graph: &Graph,
    strange: BTreeSet<&'a str>,
) -> Result<BTreeSet<&'a str>> {
    // One is read in the one call that a listing of tags takes.
    if strange.len() < 2 {
        return Ok(strange);
    }
    let revisions = tagging::revisions(aws, graph).await?;
    let marked: BTreeSet<&str> = revisions.iter().map(|arn| family(arn)).collect();
    Ok(strange.into_iter().filter(|family| marked.contains(family)).collect())
}

/// The name of the family in a revision's ARN.
fn family(arn: &str) -> &str {
    let resource = arn.rsplit('/').next().unwrap_or(arn);
    resource.rsplit_once(':').map_or(resource, |(family, _)| family)
}

type ByFamily<'a> = BTreeMap<&'a str, &'a Running>;

/// Those that are known to have what is wanted without being read, and the others.
async fn proven<'a>(
    aws: &Aws,
    graph: &Graph,
    world: &World,
    running: &ByFamily<'a>,
) -> Result<(Vec<(Id, Live)>, ByFamily<'a>)> {
    let (mut lives, mut rest) = (Vec::new(), ByFamily::new());
    for (family, running) in running {
        match made_with(graph, world, family, running) {
            Some(live) => lives.push(live),
            None => drop(rest.insert(family, running)),
        }
    }
    let arns: Vec<String> = rest.values().map(|running| running.arn.clone()).collect();
    let tags = tagging::of_arns(aws, &arns).await?;
    rest.retain(|family, running| {
        let live = marked(graph, world, family, &running.arn, tags.get(&running.arn));
        let is_read = live.is_none();
        lives.extend(live);
        is_read
    });
    Ok((lives, rest))
}

/// The revision as it is wanted, if that is what the service was made with.
fn made_with(graph: &Graph, world: &World, family: &str, running: &Running) -> Option<(Id, Live)> {
    let id = Id::new(TaskDefinition::KIND, family);
    let state: kind::State = from_value(&graph.desired(&id, world)?);
    (running.proof.as_ref()? == &kind::proof(&running.arn, &state))
        .then(|| as_wanted(id, &running.arn, state))
}

/// The same, if the revision itself carries the hash of what is wanted.
fn marked(graph: &Graph, world: &World, family: &str, arn: &str, tags: Option<&Tags>) -> Option<(Id, Live)> {
    let id = Id::new(TaskDefinition::KIND, family);
    let tags = tags.filter(|tags| tagging::is_as_wanted(graph, &id, tags))?;
    let state: kind::State = from_value(&graph.desired(&id, world)?);
    let is_wanted = tags.get(CONTENT)? == &kind::content(&state);
    (is_wanted && has_own_tags(arn, tags)).then(|| as_wanted(id, arn, state))
}

/// Whether the tags of a revision were made for it: whoever makes a revision from another often takes the tags along.
fn has_own_tags(arn: &str, tags: &Tags) -> bool {
    tags.get(NUMBER).is_some_and(|number| *number == kind::number(arn).to_string())
}

fn as_wanted(id: Id, arn: &str, state: kind::State) -> (Id, Live) {
    let output = kind::Output { arn: arn.to_owned() };
    let name = id.name.clone();
    let state = state.concealed();
    let found = Found::<TaskDefinition> { physical: arn.to_owned(), name, state, output };
    (id, found.into_live(Ownership::Ours))
}

/// The revision that runs, and the newest one if that is another and what is wanted: an earlier run has registered it
/// and come no further.
async fn read(aws: &Aws, graph: &Graph, world: &World, family: &str, arn: &str) -> Result<Vec<(Id, Live)>> {
    let newest = revision(aws, family).await.none_if(&["ClientException"])?;
    let newest = newest.map(|(revision, tags)| live(graph, &revision, tags)).transpose()?;
    if let Some(newest) = newest.as_ref().filter(|(_, live)| live.physical == arn) {
        return Ok(vec![newest.clone()]);
    }
    let (revision, tags) = revision(aws, arn).await?;
    let running = live(graph, &revision, tags)?;
    let is_wanted = |(id, newest): &(Id, Live)| {
        let wanted = wanted_over(graph, world, id, &running.1);
        newest.ownership == Ownership::Ours
            && wanted.is_some_and(|state| diff(&newest.state, &state).iter().all(Change::is_of_tags))
    };
    let newest = newest.filter(is_wanted);
    Ok([Some(running), newest].into_iter().flatten().collect())
}

/// What is wanted of a family whose running revision is this.
fn wanted_over(graph: &Graph, world: &World, id: &Id, running: &Live) -> Option<serde_json::Value> {
    let desired = graph.desired(id, world)?;
    Some(graph.node(id)?.desired_over(&running.state, &desired).into_owned())
}

/// Earlier revisions that have what is wanted where something else runs: going back to one costs no registration.
async fn earlier(
    aws: &Aws,
    graph: &Graph,
    world: &World,
    runs: &[(Id, Live)],
    running: &[Running],
) -> Result<Vec<(Id, Live)>> {
    let mut wanted: BTreeMap<&Id, Option<String>> = BTreeMap::new();
    for (id, live) in runs.iter().filter(|(_, live)| is_concern(live, running)) {
        let Some(state) = wanted_over(graph, world, id, live) else { continue };
        let counts = live.ownership == Ownership::Ours || graph.node(id).is_some_and(Node::is_shared);
        let is_there = counts && diff(&live.state, &state).iter().all(Change::is_of_tags);
        let content = kind::content(&from_value(&state));
        // Of a family with two, the second is what is wanted.
        wanted.entry(id).and_modify(|content| *content = None).or_insert((!is_there).then_some(content));
    }
    wanted.retain(|_, content| content.is_some());
    let contents: Vec<String> = wanted.values().flatten().cloned().collect();
    let found = tagging::of_contents(aws, graph, &contents).await?;
    let revisions = wanted.into_iter().map(async |(id, content)| {
        let same = found
            .iter()
            .filter(|(arn, tags)| family(arn) == id.name && tags.get(CONTENT) == content.as_ref());
        let best = same.max_by_key(|(arn, tags)| (has_own_tags(arn, tags), kind::number(arn)));
        let Some((arn, _)) = best else { return Ok(None) };
        let Some((revision, tags)) = revision(aws, arn).await.none_if(&["ClientException"])? else {
            return Ok(None);
        };
        let is_active = revision.status() == Some(&TaskDefinitionStatus::Active);
        is_active.then(|| live(graph, &revision, tags)).transpose()
    });
    Ok(try_join_all(revisions).await?.into_iter().flatten().collect())
}

/// Revisions of others, with the newest one of ours beside each. Of a family that the stack does not want and has no part
/// in, nothing is left.
async fn beside_ours(aws: &Aws, graph: &Graph, foreign: Vec<(Id, Live)>) -> Result<Vec<(Id, Live)>> {
    if foreign.is_empty() {
        return Ok(foreign);
    }
    let marked = tagging::revisions(aws, graph).await?;
    let pairs = foreign.into_iter().map(async |(id, live)| {
        let own = newest_among(aws, graph, &id.name, &marked).await?;
        let stays = own.is_some() || graph.node(&id).is_some();
        Ok::<_, Error>(stays.then_some((id, live)).into_iter().chain(own))
    });
    Ok(try_join_all(pairs).await?.into_iter().flatten().collect())
}

/// The newest of a family's active revisions that are among these.
async fn newest_among(
    aws: &Aws,
    graph: &Graph,
    name: &str,
    marked: &BTreeSet<String>,
) -> Result<Option<(Id, Live)>> {
    if !marked.iter().any(|arn| family(arn) == name) {
        return Ok(None);
    }
    let active = kind::active(aws, name).await?.into_iter().filter(|arn| marked.contains(arn));
    let Some(arn) = active.max_by_key(|arn| kind::number(arn)) else {
        return Ok(None);
    };
    let (revision, tags) = revision(aws, &arn).await?;
    live(graph, &revision, tags).map(Some)
}

/// A revision, by its ARN or its family, with its tags.
pub(crate) async fn revision(aws: &Aws, name: &str) -> Result<(SdkRevision, Tags)> {
    let request = aws.ecs.describe_task_definition().task_definition(name).include(TaskDefinitionField::Tags);
    let answer = request.send().await.of(OPERATION)?;
    let tags = plain_tags(answer.tags());
    Ok((answer.task_definition.sent(OPERATION, "taskDefinition")?, tags))
}
