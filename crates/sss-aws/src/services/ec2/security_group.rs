//! Security groups with their rules, exclusively.

mod rule;

use std::time::Duration;

use aws_sdk_ec2::types::{Filter, IpPermission, ResourceType, Tag, TagSpecification};
use serde::{Deserialize, Serialize};

pub(crate) use self::rule::{Peer, Rule, Rules, canonical, rules};
use crate::{
    Aws, Id, Result, World,
    engine::{
        dependent::Dependent,
        graph::Refs,
        kind::{Found, Immutable, NewName, Resource, Waits, Way, name_tag},
        once::{once, send_once},
        run::Context,
        successor::Successors,
        wait::{Condition, Look, wait},
        world::Live,
    },
    error::{Absent, Answer, Sent},
    services::ec2::dependents,
    tags::{self, TagChange, Tags},
};

/// The security group of the stack's tasks.
pub(crate) struct SecurityGroup {
    pub(crate) name: String,
    pub(crate) state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) vpc: String,
    pub(crate) description: String,
    pub(crate) ingress: Rules,
    pub(crate) egress: Rules,
    pub(crate) tags: Tags,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) id: String,
}

const UNUSED: Condition = Condition::new(
    "the network interfaces of the security group to disappear",
    Duration::from_mins(1),
    Duration::from_mins(30),
)
.looked_at_once();

const fn fixed(path: &'static str, because: &'static str, name: NewName) -> Immutable {
    Immutable { path, because, name, downtime: None }
}

/// The most rules that a group has in one direction.
const MOST_RULES: usize = 60;

impl Resource for SecurityGroup {
    const NAME: &'static str = "ec2/security-group";
    const IMMUTABLE: &'static [Immutable] = &[
        fixed("vpc", "EC2 cannot move a security group to another VPC", NewName::Same),
        fixed("description", "EC2 cannot change the description of a security group", NewName::Other),
    ];
    const SUCCESSORS: Successors = Successors { longest: 255, taken: &["InvalidGroup.Duplicate"] };
    const WAITS: Waits =
        Waits { removed: Some(&UNUSED), look: ("ec2:DescribeNetworkInterfaces", 1), ..Waits::NONE };
    const TAGGING: Option<[&'static str; 2]> = Some(["ec2:CreateTags", "ec2:DeleteTags"]);
    const TOLD: Option<(&'static str, &'static str)> = Some(("ecs_security_group_id", "id"));
    type State = State;
    type Output = Output;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { id: format!("(id of {id})") }
    }

    fn desired(&self, _refs: &Refs<'_>) -> State {
        self.state.clone()
    }

    /// EC2 takes names for the same that differ in case only.
    fn is_same_name(one: &str, other: &str) -> bool {
        one.eq_ignore_ascii_case(other)
    }

    fn widened(live: &State, want: &State) -> Option<State> {
        let both = |live: &Rules, want: &Rules| {
            let both: Rules = live.clone().into_iter().chain(want.clone()).collect();
            if both.len() > MOST_RULES { want.clone() } else { both }
        };
        let state = State {
            ingress: both(&live.ingress, &want.ingress),
            egress: both(&live.egress, &want.egress),
            ..want.clone()
        };
        (state.ingress.len() > want.ingress.len() || state.egress.len() > want.egress.len()).then_some(state)
    }

    async fn create(cx: &Context, id: &Id, name: &str, want: State) -> Result<Output> {
        const OPERATION: &str = "ec2:CreateSecurityGroup";
        let tags = TagSpecification::builder()
            .resource_type(ResourceType::SecurityGroup)
            .set_tags(Some(sdk_tags(&name_tag(id, name, &want.tags))))
            .build();
        let request = cx.aws.ec2.create_security_group().group_name(name).description(&want.description);
        let request = request.vpc_id(&want.vpc).tag_specifications(tags);
        let create = || async {
            let answer = send_once!(aws_sdk_ec2, request.clone()).await.of(OPERATION)?;
            answer.group_id.sent(OPERATION, "groupId")
        };
        let group = once(cx, id, create, || made(cx, name, &want.vpc)).await?;
        authorize_ingress(cx, &group, &want.ingress, &Rules::new()).await?;
        let made = everywhere();
        revoke_egress(cx, &group, &made, &want.egress).await?;
        authorize_egress(cx, &group, &want.egress, &made).await?;
        // The way out that EC2 gives has no description.
        describe_egress(cx, &group, &made, &want.egress).await?;
        Ok(Output { id: group })
    }

    async fn update(cx: &Context, _id: &Id, found: Found<Self>, want: State) -> Result<()> {
        let (group, live) = (&found.output.id, &found.state);
        exchange_ingress(cx, group, &live.ingress, &want.ingress).await?;
        exchange_egress(cx, group, &live.egress, &want.egress).await?;
        describe_ingress(cx, group, &live.ingress, &want.ingress).await?;
        describe_egress(cx, group, &live.egress, &want.egress).await
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: TagChange) -> Result<()> {
        if !change.remove.is_empty() {
            let tags = change.remove.iter().map(|key| Tag::builder().key(key).build()).collect();
            let request = cx.aws.ec2.delete_tags().resources(&found.output.id).set_tags(Some(tags));
            request.send().await.of("ec2:DeleteTags")?;
        }
        if !change.set.is_empty() {
            let request = cx.aws.ec2.create_tags().resources(&found.output.id);
            request.set_tags(Some(sdk_tags(&change.set))).send().await.of("ec2:CreateTags")?;
        }
        Ok(())
    }

    fn calls(way: &Way<'_, State>) -> Vec<&'static str> {
        let rules = |live: [&Rules; 2], want: [&Rules; 2]| {
            let calls = [
                ("ec2:RevokeSecurityGroupIngress", missing(live[0], want[0])),
                ("ec2:AuthorizeSecurityGroupIngress", missing(want[0], live[0])),
                ("ec2:RevokeSecurityGroupEgress", missing(live[1], want[1])),
                ("ec2:AuthorizeSecurityGroupEgress", missing(want[1], live[1])),
            ];
            let described = [
                ("ec2:UpdateSecurityGroupRuleDescriptionsIngress", described_otherwise(live[0], want[0])),
                ("ec2:UpdateSecurityGroupRuleDescriptionsEgress", described_otherwise(live[1], want[1])),
            ];
            let all = calls.into_iter().chain(described);
            all.filter_map(|(call, rules)| rules.is_some().then_some(call)).collect::<Vec<_>>()
        };
        match way {
            Way::Make(want) => {
                let made = rules([&Rules::new(), &everywhere()], [&want.ingress, &want.egress]);
                std::iter::once("ec2:CreateSecurityGroup").chain(made).collect()
            }
            Way::Change(live, want) => rules([&live.ingress, &live.egress], [&want.ingress, &want.egress]),
            Way::Remove(_) => vec!["ec2:DeleteSecurityGroup"],
        }
    }

    async fn dependents(aws: &Aws, world: &World, removed: &[&Live]) -> Result<Vec<Dependent>> {
        dependents::interfaces(aws, world, removed).await
    }

    async fn delete(cx: &Context, id: &Id, found: Found<Self>) -> Result<()> {
        let group = &found.output.id;
        wait(cx, id, &UNUSED, || async {
            let filter = Filter::builder().name("group-id").values(group).build();
            let request = cx.aws.ec2.describe_network_interfaces().filters(filter);
            let answer = request.send().await.of("ec2:DescribeNetworkInterfaces")?;
            let using: Vec<_> = answer
                .network_interfaces()
                .iter()
                .map(|eni| {
                    format!(
                        "{} ({})",
                        eni.network_interface_id().unwrap_or("?"),
                        eni.description().unwrap_or("")
                    )
                })
                .collect();
            Ok(if using.is_empty() {
                Look::Met(())
            } else {
                Look::Unmet(format!("in use by {}", using.join(", ")))
            })
        })
        .await?;
        let gone =
            cx.aws.ec2.delete_security_group().group_id(group).send().await.of("ec2:DeleteSecurityGroup");
        gone.none_if(&["InvalidGroup.NotFound"]).map(drop)
    }
}

/// The way out that EC2 itself gives a new group.
fn everywhere() -> Rules {
    let rule = Rule {
        protocol: "-1".to_owned(),
        from_port: None,
        to_port: None,
        peer: Peer::Ipv4("0.0.0.0/0".to_owned()),
        description: None,
    };
    Rules::from([(rule.key(), rule)])
}

/// The group of this name that is ours.
async fn made(cx: &Context, name: &str, vpc: &str) -> Result<Option<String>> {
    let groups = crate::services::ec2::read::described(&cx.aws, "vpc-id", vec![vpc.to_owned()]).await?;
    let found = groups.into_iter().find(|group| {
        let tags = group.tags().iter().filter_map(|tag| tag.key().zip(tag.value()));
        group.group_name() == Some(name) && tags::marks(&cx.stack, tags)
    });
    Ok(found.and_then(|group| group.group_id))
}

/// What an SDK that has repeated a call, because its answer was lost, is answered the second time.
const AUTHORIZED: &[&str] = &["InvalidPermission.Duplicate"];
const REVOKED: &[&str] = &["InvalidPermission.NotFound"];

/// The rules of `from` that `without` does not have, as EC2 takes them. The description does not count.
fn missing(from: &Rules, without: &Rules) -> Option<Vec<IpPermission>> {
    let is_missing = |key: &str, rule: &Rule| !without.get(key).is_some_and(|other| rule.allows_like(other));
    permissions(from.iter().filter(|(key, rule)| is_missing(key, rule)))
}

/// The desired rules that differ from the live ones in their description only.
fn described_otherwise(live: &Rules, want: &Rules) -> Option<Vec<IpPermission>> {
    let differs = |key: &str, rule: &Rule| {
        live.get(key).is_some_and(|other| rule.allows_like(other) && rule.description != other.description)
    };
    permissions(want.iter().filter(|(key, rule)| differs(key, rule)))
}

fn permissions<'a>(rules: impl Iterator<Item = (&'a String, &'a Rule)>) -> Option<Vec<IpPermission>> {
    let permissions: Vec<_> = rules.map(|(_, rule)| rule.permission()).collect();
    (!permissions.is_empty()).then_some(permissions)
}

/// Whether a group can have the live and the desired rules at the same time.
fn fit_together(live: &Rules, want: &Rules) -> bool {
    let is_like = |(key, rule): (&String, &Rule)| live.get(key).is_none_or(|other| rule.allows_like(other));
    let new = want.keys().filter(|key| !live.contains_key(*key)).count();
    live.len() + new <= MOST_RULES && want.iter().all(is_like)
}

/// Authorizes the new rules before it revokes the old ones, where both fit: a new rule may let the same traffic in.
async fn exchange_ingress(cx: &Context, group: &str, live: &Rules, want: &Rules) -> Result<()> {
    if fit_together(live, want) {
        authorize_ingress(cx, group, want, live).await?;
        revoke_ingress(cx, group, live, want).await
    } else {
        revoke_ingress(cx, group, live, want).await?;
        authorize_ingress(cx, group, want, live).await
    }
}

async fn exchange_egress(cx: &Context, group: &str, live: &Rules, want: &Rules) -> Result<()> {
    if fit_together(live, want) {
        authorize_egress(cx, group, want, live).await?;
        revoke_egress(cx, group, live, want).await
    } else {
        revoke_egress(cx, group, live, want).await?;
        authorize_egress(cx, group, want, live).await
    }
}

/// Changes descriptions in place: a rule that is revoked and authorized anew lets nobody in meanwhile.
async fn describe_ingress(cx: &Context, group: &str, live: &Rules, want: &Rules) -> Result<()> {
    let Some(rules) = described_otherwise(live, want) else {
        return Ok(());
    };
    let request = cx.aws.ec2.update_security_group_rule_descriptions_ingress().group_id(group);
    let answer = request.set_ip_permissions(Some(rules)).send().await;
    answer.of("ec2:UpdateSecurityGroupRuleDescriptionsIngress").map(drop)
}

async fn describe_egress(cx: &Context, group: &str, live: &Rules, want: &Rules) -> Result<()> {
    let Some(rules) = described_otherwise(live, want) else {
        return Ok(());
    };
    let request = cx.aws.ec2.update_security_group_rule_descriptions_egress().group_id(group);
    let answer = request.set_ip_permissions(Some(rules)).send().await;
    answer.of("ec2:UpdateSecurityGroupRuleDescriptionsEgress").map(drop)
}

async fn authorize_ingress(cx: &Context, group: &str, want: &Rules, live: &Rules) -> Result<()> {
    let Some(rules) = missing(want, live) else {
        return Ok(());
    };
    let request = cx.aws.ec2.authorize_security_group_ingress().group_id(group);
    let answer = request.set_ip_permissions(Some(rules)).send().await;
    answer.of("ec2:AuthorizeSecurityGroupIngress").none_if(AUTHORIZED).map(drop)
}

async fn authorize_egress(cx: &Context, group: &str, want: &Rules, live: &Rules) -> Result<()> {
    let Some(rules) = missing(want, live) else {
        return Ok(());
    };
    let request = cx.aws.ec2.authorize_security_group_egress().group_id(group);
    let answer = request.set_ip_permissions(Some(rules)).send().await;
    answer.of("ec2:AuthorizeSecurityGroupEgress").none_if(AUTHORIZED).map(drop)
}

async fn revoke_ingress(cx: &Context, group: &str, live: &Rules, want: &Rules) -> Result<()> {
    let Some(rules) = missing(live, want) else {
        return Ok(());
    };
    let request = cx.aws.ec2.revoke_security_group_ingress().group_id(group);
    let answer = request.set_ip_permissions(Some(rules)).send().await;
    answer.of("ec2:RevokeSecurityGroupIngress").none_if(REVOKED).map(drop)
}

async fn revoke_egress(cx: &Context, group: &str, live: &Rules, want: &Rules) -> Result<()> {
    let Some(rules) = missing(live, want) else {
        return Ok(());
    };
    let request = cx.aws.ec2.revoke_security_group_egress().group_id(group);
    let answer = request.set_ip_permissions(Some(rules)).send().await;
    answer.of("ec2:RevokeSecurityGroupEgress").none_if(REVOKED).map(drop)
}

fn sdk_tags(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}
