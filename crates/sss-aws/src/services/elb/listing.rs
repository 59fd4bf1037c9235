//! The listings of Elastic Load Balancing, and the contents of the load balancers that concern the stack.
//!
//! A load balancer concerns the stack if it has a name of the stack or its mark, or if the stack uses it although it
//! exists already. Listeners are read for each of these, and rules for each listener of an Application Load Balancer
//! that is ours or that the stack uses.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticloadbalancingv2::types::{
    Listener as SdkListener, LoadBalancer as SdkLoadBalancer, Rule as SdkRule, TargetGroup as SdkTargetGroup,
};

use super::{
    Elb, Place,
    listener::{self, Listener},
    load_balancer::{self, LoadBalancer},
    reading::{Attributes, all, attributes, described_tags, inside},
    rule::{self, ListenerRule},
    target_group::{self, TargetGroup},
};
use crate::{
    Aws, Graph, Result, World,
    engine::{
        dependent::Dependent,
        kind::{Resource, from_value},
    },
    services::{
        aws_service::{AwsService, Reading},
        tagging::Tagged,
    },
    tags::{Tags, marks, pairs},
};

/// The answers of Elastic Load Balancing.
#[derive(Default)]
pub(crate) struct Found {
    /// All load balancers and target groups of the region, once they have been listed.
    all: Option<(Vec<SdkLoadBalancer>, Vec<SdkTargetGroup>)>,
    /// The ones that concern the stack.
    load_balancers: Vec<SdkLoadBalancer>,
    target_groups: Vec<SdkTargetGroup>,
    /// The attributes of both, by ARN.
    attributes: BTreeMap<String, Attributes>,
    /// The listeners of these load balancers.
    pub(super) listeners: Vec<SdkListener>,
    /// The rules of listeners but the default ones, each with its listener.
    pub(super) rules: Vec<(String, SdkRule)>,
    /// The ARNs of the load balancers and listeners whose contents have been read.
    read: BTreeSet<String>,
    /// The tags of the objects that may be ours, by ARN.
    tags: BTreeMap<String, Tags>,
}

/// Lists load balancers and target groups, and reads the ones with a name of the stack.
///
/// A stack without load balancers makes no call.
pub(super) async fn named(cx: &Reading<'_>) -> Result<Found> {
    if cx.graph.names(TargetGroup::KIND).next().is_none() {
        return Ok(Found::default());
    }
    let mut found = Found { all: Some(all(cx.aws).await?), ..Found::default() };
    let balancers: BTreeSet<&str> = cx.graph.names(LoadBalancer::KIND).collect();
    let groups: BTreeSet<&str> = cx.graph.names(TargetGroup::KIND).collect();
    let (given_balancers, given_listeners) = given(cx.graph);

    let wanted = Wanted {
        load_balancers: Box::new(move |one| {
            one.load_balancer_name().is_some_and(|name| balancers.contains(name))
        }),
        target_groups: Box::new(move |one| one.target_group_name().is_some_and(|name| groups.contains(name))),
        balancers: given_balancers,
        listeners: given_listeners,
    };
    found.add(cx.aws, wanted).await?;
    Ok(found)
}

/// Reads the objects with the stack's mark that have not been read, and the tags of all that may be ours.
pub(super) async fn marked(cx: &Reading<'_>, mut found: Found, tagged: &Tagged) -> Result<Found> {
    let arns =
        |part: &'static str| tagged.arns(Elb::NAME, part).map(str::to_owned).collect::<BTreeSet<String>>();
    let (balancers, groups) = (arns("loadbalancer/"), arns("targetgroup/"));
    let known: BTreeSet<String> = found.arns().map(str::to_owned).collect();
    // Listeners and rules of the stack may be at load balancers that it no longer uses.
    let of_listeners =
        arns("listener/").iter().filter_map(|arn| parent(arn, "listener/", "loadbalancer/")).collect();
    let of_rules =
        arns("listener-rule/").iter().filter_map(|arn| parent(arn, "listener-rule/", "listener/")).collect();
    let is_new = |arns: &BTreeSet<String>| arns.iter().any(|arn| !known.contains(arn));
    if found.all.is_none() && (is_new(&balancers) || is_new(&groups)) {
        found.all = Some(all(cx.aws).await?);
    }

    let wanted = Wanted {
        load_balancers: Box::new(move |one| {
            one.load_balancer_arn().is_some_and(|arn| balancers.contains(arn))
        }),
        target_groups: Box::new(move |one| one.target_group_arn().is_some_and(|arn| groups.contains(arn))),
        balancers: of_listeners,
        listeners: of_rules,
    };
    found.add(cx.aws, wanted).await?;
    found.read_tags(cx, tagged).await?;
    Ok(found)
}

/// The objects to read.
struct Wanted<'a> {
    /// Whether a load balancer of the region concerns the stack.
    load_balancers: Box<dyn Fn(&SdkLoadBalancer) -> bool + Send + 'a>,
    /// Whether a target group of the region concerns the stack.
    target_groups: Box<dyn Fn(&SdkTargetGroup) -> bool + Send + 'a>,
    /// The ARNs of further load balancers whose listeners are read.
    balancers: BTreeSet<String>,
    /// The ARNs of further listeners whose rules are read.
    listeners: BTreeSet<String>,
}

impl Found {
    /// Returns the ARNs of the load balancers and target groups that have been read.
    fn arns(&self) -> impl Iterator<Item = &str> {
        let balancers = self.load_balancers.iter().filter_map(SdkLoadBalancer::load_balancer_arn);
        balancers.chain(self.target_groups.iter().filter_map(SdkTargetGroup::target_group_arn))
    }

    /// Adds the objects that concern the stack with their attributes, listeners and rules.
    async fn add(&mut self, aws: &Aws, mut wanted: Wanted<'_>) -> Result<()> {
        let known: BTreeSet<String> = self.arns().map(str::to_owned).collect();
        let is_new = |arn: Option<&str>| arn.is_some_and(|arn| !known.contains(arn));
        let (balancers, groups) = self.all.as_ref().map_or((&[][..], &[][..]), |(one, other)| (one, other));
        let balancers: Vec<_> = balancers
            .iter()
            .filter(|one| is_new(one.load_balancer_arn()) && (wanted.load_balancers)(one))
            .cloned()
            .collect();
        let groups: Vec<_> = groups
            .iter()
            .filter(|one| is_new(one.target_group_arn()) && (wanted.target_groups)(one))
            .cloned()
            .collect();

        wanted.balancers.extend(balancers.iter().filter_map(|one| one.load_balancer_arn.clone()));
        let unread = wanted.balancers.iter().filter(|arn| !self.read.contains(*arn));
        let ((listeners, rules), attributes) = tokio::try_join!(
            inside(aws, unread.cloned().collect(), wanted.listeners, &self.read),
            attributes(aws, &balancers, &groups),
        )?;

        self.read.extend(wanted.balancers);
        self.read.extend(rules.iter().map(|(listener, _)| listener.clone()));
        self.load_balancers.extend(balancers);
        self.target_groups.extend(groups);
        self.attributes.extend(attributes);
        self.listeners.extend(listeners);
        self.rules.extend(
            rules
                .into_iter()
                .flat_map(|(listener, rules)| rules.into_iter().map(move |rule| (listener.clone(), rule))),
        );
        Ok(())
    }

    /// Reads the tags of all objects that may be ours: from the listing of tags where they are as desired, and
    /// otherwise from the service.
    async fn read_tags(&mut self, cx: &Reading<'_>, tagged: &Tagged) -> Result<()> {
        let (mut believed, mut unknown) = (BTreeMap::new(), Vec::new());
        let listeners = self.listeners.iter().filter_map(SdkListener::listener_arn);
        let rules = self.rules.iter().filter_map(|(_, rule)| {
            let arn = rule.rule_arn()?;
            let is_candidate = rule::may_be_ours(cx.graph.stack(), rule) || tagged.tags(arn).is_some();
            is_candidate.then_some(arn)
        });
        for arn in self.arns().chain(listeners).chain(rules) {
            match tagged.tags(arn).filter(|tags| is_believed(cx.graph, arn, tags)) {
                Some(tags) => {
                    believed.insert(arn.to_owned(), tags.clone());
                }
                None => unknown.push(arn.to_owned()),
            }
        }
        believed.extend(described_tags(cx.aws, &unknown).await?);
        self.tags = believed;
        Ok(())
    }
}

/// Returns whether the tags of an object, as the listing of tags has them, are as the stack wants them.
fn is_believed(graph: &Graph, arn: &str, tags: &Tags) -> bool {
    let kind = match arn.splitn(6, ':').nth(5).and_then(|resource| resource.split('/').next()) {
        Some("loadbalancer") => LoadBalancer::KIND,
        Some("targetgroup") => TargetGroup::KIND,
        Some("listener") => Listener::KIND,
        _ => ListenerRule::KIND,
    };
    let of_name = || arn.rsplit('/').nth(1).unwrap_or(arn);
    let name = tags.get(crate::tags::NAME).map_or_else(of_name, String::as_str);
    crate::services::tagging::is_as_wanted(graph, &crate::Id::new(kind, name), tags)
}

/// Returns the ARNs of the load balancers and listeners that exist already and that the stack uses.
fn given(graph: &Graph) -> (BTreeSet<String>, BTreeSet<String>) {
    let balancers = graph.resources::<Listener>().filter_map(|(_, listener)| match &listener.load_balancer {
        Place::Given(arn) => Some(arn.clone()),
        Place::Own(_) => None,
    });
    let listeners = graph.resources::<ListenerRule>().filter_map(|(_, rule)| match &rule.listener {
        Place::Given(arn) => Some(arn.clone()),
        Place::Own(_) => None,
    });
    (balancers.collect(), listeners.collect())
}

/// Returns the ARN of the object that contains another one: the load balancer of a listener, or the listener of a
/// rule.
fn parent(arn: &str, part: &str, above: &str) -> Option<String> {
    let (path, _) = arn.rsplit_once('/')?;
    Some(path.replacen(&format!(":{part}"), &format!(":{above}"), 1))
}

/// Returns the listeners of others at our load balancers, and the rules of others at our listeners.
///
/// Elastic Load Balancing deletes them with our objects, and their users would lose them.
pub(super) fn of_others(stack: &str, found: &Found) -> Vec<Dependent> {
    let is_ours = |arn: &str| found.tags.get(arn).is_some_and(|tags| marks(stack, pairs(tags)));
    let listeners = found.listeners.iter().filter_map(|one| {
        let (arn, balancer) = one.listener_arn().zip(one.load_balancer_arn())?;
        let port = one.port().unwrap_or_default();
        (is_ours(balancer) && !is_ours(arn))
            .then(|| Dependent::new(format!("a listener at port {port}"), balancer))
    });
    let rules = found.rules.iter().filter_map(|(listener, rule)| {
        let priority = rule.priority().unwrap_or_default();
        let is_foreign = is_ours(listener) && !rule.rule_arn().is_some_and(is_ours);
        is_foreign.then(|| Dependent::new(format!("the rule with priority {priority}"), listener))
    });
    listeners.chain(rules).collect()
}

/// Adds all objects to the world: load balancers first, because target groups go by their names.
pub(super) fn insert(graph: &Graph, world: &mut World, found: &Found) -> Result<()> {
    let tags = |arn: Option<&str>| arn.and_then(|arn| found.tags.get(arn)).cloned().unwrap_or_default();
    let none = Attributes::new();
    let attributes = |arn: Option<&str>| arn.and_then(|arn| found.attributes.get(arn)).unwrap_or(&none);

    for one in &found.load_balancers {
        let arn = one.load_balancer_arn();
        let (id, live) = load_balancer::decode(graph, one, attributes(arn), tags(arn))?;
        world.extend(Some((id, live)).filter(|(id, live)| graph.concerns(id, live)));
    }
    for one in &found.target_groups {
        let arn = one.target_group_arn();
        let (id, live) = target_group::decode(graph, world, one, attributes(arn), tags(arn))?;
        world.extend(Some((id, live)).filter(|(id, live)| graph.concerns(id, live)));
    }
    for one in &found.listeners {
        let (id, live) = listener::decode(graph, one, tags(one.listener_arn()))?;
        world.extend(Some((id, live)).filter(|(id, live)| graph.concerns(id, live)));
    }
    for (listener, one) in &found.rules {
        let (id, live) = rule::decode(graph, listener, one, tags(one.rule_arn()))?;
        world.extend(Some((id, live)).filter(|(id, live)| graph.concerns(id, live)));
    }
    Ok(())
}

/// Returns the least number of calls that a world takes: two listings, and for each load balancer its attributes, its
/// listeners and their rules, and the attributes of each target group.
pub(super) fn least_reads(graph: &Graph, world: &World) -> usize {
    if graph.names(TargetGroup::KIND).next().is_none() {
        return 0;
    }
    let (balancers, listeners) = given(graph);
    let own = world.of_kind(LoadBalancer::KIND).count();
    let with_rules = world
        .of_kind(Listener::KIND)
        .filter(|(_, live)| from_value::<listener::Output>(&live.output).arn.contains(":listener/app/"));
    2 + 2 * own
        + balancers.len()
        + listeners.len()
        + with_rules.count()
        + world.of_kind(TargetGroup::KIND).count()
}
