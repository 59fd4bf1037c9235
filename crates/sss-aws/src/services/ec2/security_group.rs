//! Security groups. The stack owns all rules in them.
//!
//! A rule that somebody adds by hand is a difference, and a plan revokes it. The state has the rules as a map
//! from what they allow, so the order in which EC2 lists them does not matter. [`rule`] has the normal form
//! of a rule, and [`writes`] the calls from some rules to others.
//!
//! # Facts about AWS
//!
//! - Names are unique in a VPC, without case (`InvalidGroup.Duplicate`). VPC and description cannot change.
//! - `CreateSecurityGroup` adds a rule that allows all outbound traffic. The writes after a creation start
//!   from this rule.
//! - A group has at most 60 rules for each direction.
//! - A group on a network interface cannot be deleted, and the interfaces of stopped tasks and deleted links
//!   stay for up to 20 minutes (`terraform-provider-aws#3414`, `alchemy#937`). So a deletion waits for them.
//! - `CreateSecurityGroup` takes no token, but refuses a second group of the name.
//!
//! # Two parts of an update
//!
//! Tasks use a group until they stop. An update that takes rules away adds the new ones first
//! ([`Resource::widened`]), and revokes the old ones after the tasks have been replaced. It does so only
//! where both fit into the quota.

mod rule;
mod writes;

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_ec2::types::{Filter, ResourceType, SecurityGroup as SdkGroup, Tag, TagSpecification};
use serde::{Deserialize, Serialize};
use sss_model::Path;

pub(crate) use self::rule::{Peer, Rule, Rules, canonical};
use self::{
    rule::rules,
    writes::{Change, between},
};
use crate::{
    Aws, Graph, Id, Result, World,
    engine::{
        dependent::Dependent,
        graph::{Handle, Refs},
        kind::{Found, Immutable, Limit, NewName, Object, Resource, Retag, Waits, Way, from_value, name_tag},
        once::{once, send_once},
        run::Context,
        successor::Successors,
        wait::{Condition, Look, wait},
        world::Live,
    },
    error::{Answer, Sent},
    grant::Grant,
    services::{
        apigateway::vpc_link::VpcLink,
        ec2::{dependents, listing, tags_for_sdk},
    },
    tags::{self, NAME, Ownership, Tags, observed, of_others},
};

/// A security group of the stack: that of its tasks, or that of its load balancers.
pub(crate) struct SecurityGroup {
    /// The name of the group in the console.
    pub(crate) name: String,
    /// The VPC link of others that sends requests. `None` if the rules of the state are complete.
    pub(crate) callers: Option<Callers>,
    /// The state without the rules for other groups of the stack.
    pub(crate) state: State,
    /// The other groups of the stack that rules let in, each with the rule without its peer.
    pub(crate) lets_in: Vec<(Handle<SecurityGroup>, Rule)>,
}

/// The callers of the tasks whose security groups only the account knows.
pub(crate) struct Callers {
    pub(crate) link: Handle<VpcLink>,
    /// The TCP ports that are open to them.
    pub(crate) ports: BTreeSet<u16>,
    /// The description of the rules.
    pub(crate) description: String,
}

/// The managed part of a security group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The id of the VPC.
    pub(crate) vpc: String,
    /// The description, which EC2 cannot change.
    pub(crate) description: String,
    /// The rules of inbound traffic.
    pub(crate) ingress: Rules,
    /// The rules of outbound traffic.
    pub(crate) egress: Rules,
    pub(crate) tags: Tags,
}

/// The id that EC2 gives a group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    /// The id. ECS services refer to it.
    pub(crate) id: String,
}

/// The end of the network interfaces in a group that is to be deleted.
const UNUSED: Condition = Condition::new(
    "the network interfaces of the security group to disappear",
    Duration::from_mins(1),
    Duration::from_mins(30),
)
.looked_at_once();

/// Returns the fact that a member cannot change. Services move to the new group before the old one goes.
const fn fixed(path: &'static str, because: &'static str, name: NewName) -> Immutable {
    Immutable { path: Path::literal(path), because, name, downtime: None }
}

/// The quota on rules of a group in one direction. AWS raises it on request; a group beyond it is then
/// changed in the order that needs no room.
pub(crate) const MOST_RULES: u8 = 60;

impl SecurityGroup {
    /// Returns the number of rules that count for the quota: those of the direction and the family of addresses with
    /// the most. A group as the other side counts in both families.
    ///
    /// A VPC link of others counts as one group: how many it has is not known before it is read.
    pub(crate) fn most_rules(&self) -> usize {
        let most = |rules: &Rules| {
            let without =
                |is_other: fn(&Peer) -> bool| rules.values().filter(|rule| !is_other(&rule.peer)).count();
            without(|peer| matches!(peer, Peer::Ipv6(_))).max(without(|peer| matches!(peer, Peer::Ipv4(_))))
        };
        let derived = self.callers.as_ref().map_or(0, |callers| callers.ports.len()) + self.lets_in.len();
        (most(&self.state.ingress) + derived).max(most(&self.state.egress))
    }
}

/// Returns the most rules that a group of the stack has.
fn of_fullest(graph: &Graph) -> f64 {
    let counts = graph.resources::<SecurityGroup>().map(|(_, group)| group.most_rules());
    counts.max().and_then(|most| u32::try_from(most).ok()).map_or(0.0, f64::from)
}

impl Resource for SecurityGroup {
    const NAME: &'static str = "ec2/security-group";
    const IMMUTABLE: &'static [Immutable] = &[
        fixed("vpc", "EC2 cannot move a security group to another VPC", NewName::Same),
        fixed("description", "EC2 cannot change the description of a security group", NewName::Other),
    ];
    const SUCCESSORS: Successors = Successors { longest: 255, taken: &["InvalidGroup.Duplicate"] };
    const WAITS: Waits =
        Waits { removed: Some(&UNUSED), look: ("ec2:DescribeNetworkInterfaces", 1), ..Waits::NONE };
    const TAGGING: Option<[&'static str; 2]> = Some([SET_TAGS, REMOVE_TAGS]);
    const CREATE: &'static str = "ec2:CreateSecurityGroup";
    const GRANTS: &'static [Grant] = super::grants::SECURITY_GROUP;
    const TOLD: Option<(&'static str, &'static str)> = Some(("ecs_security_group_id", "id"));
    const HAS_PEERS: bool = true;
    const LIMITS: &'static [Limit] = &[Limit {
        name: "rules of a security group",
        at_most: MOST_RULES as f64,
        used: |graph, _, _| of_fullest(graph),
    }];
    type State = State;
    type Output = Output;
    type Write<'a> = Change;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { id: format!("(id of {id})") }
    }

    /// A task is in groups of its own VPC only.
    fn unusable(live: &Live, vpc: &str) -> Option<(String, String)> {
        let other = from_value::<State>(&live.state).vpc;
        let hint = || "name a security group of the stack's VPC under `{key}`".to_owned();
        (other != vpc).then(|| (format!("is in {other}, not in {vpc}"), hint()))
    }

    /// Returns the rules of the stack, and those for the groups of a VPC link of others.
    fn desired(&self, refs: &Refs<'_>) -> State {
        let mut state = self.state.clone();
        if let Some(Callers { link, ports, description }) = &self.callers {
            for group in refs.get(link).security_groups {
                let rules = ports.iter().map(|port| Rule {
                    protocol: "tcp".to_owned(),
                    from_port: Some(i32::from(*port)),
                    to_port: Some(i32::from(*port)),
                    peer: Peer::SecurityGroup(group.clone()),
                    description: Some(description.clone()),
                });
                state.ingress.extend(rules.map(|rule| (rule.key(), rule)));
            }
        }
        for (group, rule) in &self.lets_in {
            let rule = Rule { peer: Peer::SecurityGroup(refs.get(group).id), ..rule.clone() };
            state.ingress.insert(rule.key(), rule);
        }
        state
    }

    /// EC2 compares names without case.
    fn is_same_name(one: &str, other: &str) -> bool {
        one.eq_ignore_ascii_case(other)
    }

    /// Returns a state with the live and the desired rules of both directions.
    ///
    /// A direction whose rules do not fit together has the desired rules only. The record of clusters and namespaces of
    /// others keeps those that the stack leaves, until no object of the stack is there.
    fn widened(live: &State, want: &State) -> Option<State> {
        let both = |live: &Rules, want: &Rules| {
            let both: Rules = live.clone().into_iter().chain(want.clone()).collect();
            if both.len() > usize::from(MOST_RULES) { want.clone() } else { both }
        };
        let mut state = State {
            ingress: both(&live.ingress, &want.ingress),
            egress: both(&live.egress, &want.egress),
            ..want.clone()
        };
        let forgets = tags::keep_inside(&live.tags, &mut state.tags);
        (forgets || state.ingress.len() > want.ingress.len() || state.egress.len() > want.egress.len())
            .then_some(state)
    }

    /// Returns the groups that the rules let in.
    fn served(state: &State) -> Vec<&str> {
        state.ingress.values().filter_map(|rule| rule.peer.group()).collect()
    }

    /// Creates a group with its tags. Its rules follow as writes.
    ///
    /// If the answer is lost, the group of this name with the stack's mark is the one.
    async fn create(cx: &Context, id: &Id, name: &str, want: &State) -> Result<Output> {
        let tags = TagSpecification::builder()
            .resource_type(ResourceType::SecurityGroup)
            .set_tags(Some(tags_for_sdk(&name_tag(id, name, &want.tags))))
            .build();
        let request = cx.aws.ec2.create_security_group().group_name(name).description(&want.description);
        let request = request.vpc_id(&want.vpc).tag_specifications(tags);
        let create = || async {
            let answer = send_once!(aws_sdk_ec2, request.clone()).await.of(Self::CREATE)?;
            answer.group_id.sent(Self::CREATE, "groupId")
        };
        let group = once(cx, id, create, || made(cx, name, &want.vpc)).await?;
        Ok(Output { id: group })
    }

    /// Returns the writes of rules. After a creation they begin with the rule that EC2 itself gives a new
    /// group.
    fn writes(way: &Way<'_, State>) -> Vec<Change> {
        match way {
            Way::Make(want) => between([&Rules::new(), &everywhere()], [&want.ingress, &want.egress]),
            Way::Change(live, want) => between([&live.ingress, &live.egress], [&want.ingress, &want.egress]),
            Way::Remove(_) => vec![Change::Delete],
        }
    }

    /// Carries out one write. A deletion waits until no network interface uses the group.
    async fn write(cx: &Context, on: &Object<'_, Self>, write: Change) -> Result<()> {
        let group = &on.output.id;
        if matches!(write, Change::Delete) {
            until_unused(cx, on.id, group).await?;
        }
        write.send(cx, group).await
    }

    /// Sets or removes tags. EC2 has calls of its own for all its objects, which name them by id.
    async fn tag(cx: &Context, found: &Found<Self>, change: Retag) -> Result<()> {
        let group = &found.output.id;
        match change {
            Retag::Remove(keys) => {
                let tags = keys.iter().map(|key| Tag::builder().key(key).build()).collect();
                let request = cx.aws.ec2.delete_tags().resources(group).set_tags(Some(tags));
                request.send().await.of(REMOVE_TAGS).map(drop)
            }
            Retag::Set(tags) => {
                let request = cx.aws.ec2.create_tags().resources(group).set_tags(Some(tags_for_sdk(&tags)));
                request.send().await.of(SET_TAGS).map(drop)
            }
        }
    }

    /// Reads the network interfaces of others in these groups.
    async fn dependents(aws: &Aws, world: &World, removed: &[&Live]) -> Result<Vec<Dependent>> {
        dependents::interfaces(aws, world, removed).await
    }
}

const SET_TAGS: &str = "ec2:CreateTags";
const REMOVE_TAGS: &str = "ec2:DeleteTags";

/// Waits until no network interface uses a group.
///
/// # Errors
///
/// The deadline of 30 minutes passed. The error names the interfaces with their descriptions.
async fn until_unused(cx: &Context, id: &Id, group: &str) -> Result<()> {
    wait(cx, id, &UNUSED, || async {
        let filter = Filter::builder().name("group-id").values(group).build();
        let request = cx.aws.ec2.describe_network_interfaces().filters(filter);
        let answer = request.send().await.of("ec2:DescribeNetworkInterfaces")?;

        let using = answer.network_interfaces().iter().map(|interface| {
            let id = interface.network_interface_id().unwrap_or("?");
            format!("{id} ({})", interface.description().unwrap_or(""))
        });
        let using: Vec<_> = using.collect();
        Ok(if using.is_empty() {
            Look::Met(())
        } else {
            Look::Unmet(format!("in use by {}", using.join(", ")))
        })
    })
    .await
}

/// Returns the rules that EC2 itself gives a new group: all outbound traffic to all IPv4 addresses.
pub(crate) fn everywhere() -> Rules {
    let rule = Rule {
        protocol: "-1".to_owned(),
        from_port: None,
        to_port: None,
        peer: Peer::Ipv4("0.0.0.0/0".to_owned()),
        // EC2 gives no description, so the desired one is a change.
        description: None,
    };
    Rules::from([(rule.key(), rule)])
}

/// Returns the group of this name that is ours.
async fn made(cx: &Context, name: &str, vpc: &str) -> Result<Option<String>> {
    let groups = listing::security_groups(&cx.aws, "vpc-id", vec![vpc.to_owned()]).await?;
    let found = groups.into_iter().find(|group| {
        let tags = group.tags().iter().filter_map(|tag| tag.key().zip(tag.value()));
        group.group_name() == Some(name) && tags::marks(&cx.stack, tags)
    });
    Ok(found.and_then(|group| group.group_id))
}

/// Decodes a group as EC2 lists it.
///
/// The tag `sss:name` is the logical name of a group that replaced another one.
///
/// # Errors
///
/// The answer lacks the name or the id, which AWS always sends.
pub(super) fn decode(graph: &Graph, group: &SdkGroup) -> Result<(Id, Live)> {
    const OPERATION: &str = "ec2:DescribeSecurityGroups";
    let name = group.group_name().sent(OPERATION, "groupName")?;
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let all: Tags = group.tags().iter().map(|tag| (text(tag.key()), text(tag.value()))).collect();
    let called = all.get(NAME).map_or(name, String::as_str);
    let called = graph.without_case(SecurityGroup::KIND, called).to_owned();
    let of_others = of_others(&all);
    let (ownership, tags) = observed(graph.stack(), all);

    // A group of others counts by its own name, whatever its tags say.
    let own = || graph.without_case(SecurityGroup::KIND, name).to_owned();
    let logical = if ownership == Ownership::Ours { called } else { own() };

    let id = group.group_id().sent(OPERATION, "groupId")?.to_owned();
    let state = State {
        vpc: text(group.vpc_id()),
        description: text(group.description()),
        ingress: rules(group.ip_permissions()),
        egress: rules(group.ip_permissions_egress()),
        tags,
    };
    let output = Output { id: id.clone() };
    let found = Found::<SecurityGroup> { physical: id, name: name.to_owned(), state, output };
    let live = found.into_live(ownership).with_tags_of_others(&of_others);
    Ok((Id::new(SecurityGroup::KIND, logical), live))
}
