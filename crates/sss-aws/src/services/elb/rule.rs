//! Rules of a listener: the requests that an Application Load Balancer forwards to one service.
//!
//! The integration of a service sets a header, and the rule of the service matches its value. So rules do not depend on
//! routes, and they exclude one another: any priority will do. A rule has no name on AWS, so the tag `sss:name` has its
//! logical name.
//!
//! # Facts about AWS
//!
//! - A priority is taken once in a listener (`PriorityInUse`), and `CreateRule` takes no token. A creation asks once,
//!   and looks for the rule before it asks again.
//! - `ModifyRule` replaces the lists that it names whole. Transforms go with `ResetTransforms`.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types::{HttpHeaderConditionConfig, Rule as SdkRule, RuleCondition};
use serde::{Deserialize, Serialize};
use sss_model::Path;

use super::{
    Place, TAGGING,
    action::{self, Action},
    listener::Listener,
    places::Free,
    reading, tags_for_sdk,
    target_group::TargetGroup,
};
use crate::{
    Graph, Id, Kind, Result,
    engine::{
        graph::{Handle, Refs},
        kind::{Found, Immutable, NewName, Object, Resource, Retag, Settling, Share, Way, name_tag},
        once::{once, send_once},
        run::Context,
        world::Live,
    },
    error::{Absent, Answer, Sent},
    grant::Grant,
    services::{
        lag,
        whole::{Change, Whole},
    },
    tags::{NAME, Tags, observed, of_others},
};

/// The header by which an Application Load Balancer knows the service of a request.
pub(crate) const HEADER: &str = "x-sss-service";

/// The rule of one service.
pub(crate) struct ListenerRule {
    /// The logical name.
    pub(crate) name: String,
    pub(crate) listener: Place<Listener>,
    /// The value of the header in requests to the service.
    pub(crate) value: String,
    pub(crate) target_group: Handle<TargetGroup>,
    pub(crate) tags: Tags,
}

/// The managed part of a rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The ARN of the listener.
    pub(crate) listener: String,
    /// The values that a request must have, sorted, by what is compared. The stack wants one value of one header.
    pub(crate) conditions: BTreeMap<String, Vec<String>>,
    /// The actions on a request. The stack wants one.
    pub(crate) actions: Vec<Action>,
    /// Whether the rule changes requests. Never desired.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) transforms: bool,
    pub(crate) tags: Tags,
}

/// The names of a rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    /// The ARN.
    pub(crate) arn: String,
    /// The value of the header. Integrations refer to the rule by it.
    pub(crate) value: String,
}

/// The priorities of the stack's rules.
const PRIORITIES: std::ops::RangeInclusive<i32> = 1..=50_000;

impl Resource for ListenerRule {
    const NAME: &'static str = "elasticloadbalancing/listener-rule";
    const IMMUTABLE: &'static [Immutable] = &[Immutable {
        path: Path::literal("listener"),
        because: "Elastic Load Balancing cannot move a rule to another listener",
        name: NewName::Same,
        downtime: None,
    }];
    const PART_OF: Option<Kind> = Some(Listener::KIND);
    const PASSES_ON: bool = true;
    const TAGGING: Option<[&'static str; 2]> = Some(TAGGING);
    const SETTLING: Option<Settling> = Some(lag::SETTLING);
    const SHARED: Option<Share> = Some(Free::share);
    const CREATE: &'static str = "elasticloadbalancing:CreateRule";
    const GRANTS: &'static [Grant] = super::grants::LISTENER_RULE;
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a, Self>;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { arn: format!("(ARN of {id})"), value: format!("(header of {id})") }
    }

    fn desired(&self, refs: &Refs<'_>) -> State {
        State {
            listener: self.listener.arn(refs, |output| output.arn),
            conditions: BTreeMap::from([(format!("http-header {HEADER}"), vec![self.value.clone()])]),
            actions: vec![Action::forward(refs.get(&self.target_group).arn)],
            transforms: false,
            tags: self.tags.clone(),
        }
    }

    /// Creates the rule with the lowest free priority.
    ///
    /// Somebody may have taken the priority since the observation; the next free one is tried then. If the answer is
    /// lost, the rule with these conditions and the stack's mark is the one.
    async fn create(cx: &Context, id: &Id, _name: &str, want: &State) -> Result<Output> {
        let request = cx
            .aws
            .elb
            .create_rule()
            .listener_arn(&want.listener)
            .set_conditions(Some(conditions(want)))
            .set_actions(Some(want.actions.iter().map(Action::encode).collect()))
            .set_tags(Some(tags_for_sdk(&name_tag(id, "", &want.tags))));
        let make = || async {
            loop {
                let priority = cx.shared::<Free>().take(&want.listener, PRIORITIES);
                let request = request.clone().priority(priority);
                match send_once!(aws_sdk_elasticloadbalancingv2, request).await.of(Self::CREATE) {
                    Err(error) if error.has_code("PriorityInUse") && priority < *PRIORITIES.end() => {}
                    answer => break arn_of(answer?.rules.and_then(|mut all| all.pop())),
                }
            }
        };
        let arn = once(cx, id, make, || made(cx, want)).await?;
        Ok(Output { arn, value: value(&want.conditions) })
    }

    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a, Self>> {
        Change::of(way)
    }

    /// Carries out one write. A rule that no longer exists counts as deleted.
    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a, Self>) -> Result<()> {
        let arn = &on.output.arn;
        match write {
            Change::Update { live, want } => update(cx, arn, live, want).await,
            Change::Delete(_) => {
                let answer = cx.aws.elb.delete_rule().rule_arn(arn).send().await.of(Self::DELETE);
                answer.none_if(&["RuleNotFound"]).map(drop)
            }
        }
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: Retag) -> Result<()> {
        super::retag(cx, &found.output.arn, change).await
    }

    /// Only the listing of tags has the tags.
    fn listed_as(output: &Output) -> Option<&str> {
        Some(&output.arn)
    }
}

impl Whole for ListenerRule {
    const UPDATE: &'static str = "elasticloadbalancing:ModifyRule";
    const DELETE: &'static str = "elasticloadbalancing:DeleteRule";
}

/// Returns the value of the header, or an empty text if the rule matches something else.
fn value(conditions: &BTreeMap<String, Vec<String>>) -> String {
    let values = conditions.get(&format!("http-header {HEADER}"));
    values.and_then(|values| values.first()).cloned().unwrap_or_default()
}

/// Returns the desired condition in the form of the client.
fn conditions(want: &State) -> Vec<RuleCondition> {
    let config =
        HttpHeaderConditionConfig::builder().http_header_name(HEADER).values(value(&want.conditions));
    vec![RuleCondition::builder().field("http-header").http_header_config(config.build()).build()]
}

/// Returns the rule of the listener that matches the same requests and is ours.
async fn made(cx: &Context, want: &State) -> Result<Option<String>> {
    let rules = reading::rules(&cx.aws, &want.listener).await?;
    let same = rules.into_iter().filter(|rule| decoded(rule.conditions()) == want.conditions);
    let arns: Vec<String> = same.filter_map(|rule| rule.rule_arn).collect();
    let tags = reading::described_tags(&cx.aws, &arns).await?;
    let is_ours = |arn: &String| {
        tags.get(arn).is_some_and(|tags| crate::tags::marks(&cx.stack, crate::tags::pairs(tags)))
    };
    Ok(arns.into_iter().find(is_ours))
}

fn arn_of(rule: Option<SdkRule>) -> Result<String> {
    rule.and_then(|rule| rule.rule_arn).sent(ListenerRule::CREATE, "RuleArn")
}

/// Calls `ModifyRule` with the lists that differ.
async fn update(cx: &Context, arn: &str, live: &State, want: &State) -> Result<()> {
    let actions = want.actions.iter().map(Action::encode).collect();
    cx.aws
        .elb
        .modify_rule()
        .rule_arn(arn)
        .set_conditions((live.conditions != want.conditions).then(|| conditions(want)))
        .set_actions((live.actions != want.actions).then_some(actions))
        .set_reset_transforms(live.transforms.then_some(true))
        .send()
        .await
        .of(ListenerRule::UPDATE)
        .map(drop)
}

/// Returns the priority of a rule. The default rule has none.
pub(super) fn priority(found: &SdkRule) -> Option<i32> {
    found.priority()?.parse().ok()
}

/// Returns whether a rule may be of this stack: its condition is a header as the stack sets it.
pub(super) fn may_be_ours(stack: &str, found: &SdkRule) -> bool {
    value(&decoded(found.conditions())).starts_with(&format!("{stack}/"))
}

/// Decodes conditions: the values by what is compared.
fn decoded(found: &[RuleCondition]) -> BTreeMap<String, Vec<String>> {
    let mut conditions = BTreeMap::new();
    for condition in found {
        let field = condition.field().unwrap_or_default();
        let header = condition.http_header_config();
        let name = match header.and_then(HttpHeaderConditionConfig::http_header_name) {
            Some(name) => format!("{field} {}", name.to_ascii_lowercase()),
            None => field.to_owned(),
        };
        let mut values = values(condition);
        values.sort();
        conditions.insert(name, values);
    }
    conditions
}

/// Returns the values of a condition, whatever it compares.
fn values(condition: &RuleCondition) -> Vec<String> {
    let header = condition.http_header_config().map(|config| config.values().to_vec());
    let host = condition.host_header_config().map(|config| config.values().to_vec());
    let path = condition.path_pattern_config().map(|config| config.values().to_vec());
    let method = condition.http_request_method_config().map(|config| config.values().to_vec());
    let source = condition.source_ip_config().map(|config| config.values().to_vec());
    let query = condition.query_string_config().map(|config| {
        let pair = |pair: &aws_sdk_elasticloadbalancingv2::types::QueryStringKeyValuePair| {
            format!("{}={}", pair.key().unwrap_or_default(), pair.value().unwrap_or_default())
        };
        config.values().iter().map(pair).collect()
    });
    let configured = header.or(host).or(path).or(method).or(source).or(query);
    configured.unwrap_or_else(|| condition.values().to_vec())
}

/// Decodes a rule of a listener with its tags. One without a logical name has its ARN as its name.
///
/// # Errors
///
/// The answer lacks the ARN, which AWS always sends.
pub(super) fn decode(graph: &Graph, listener: &str, found: &SdkRule, all: Tags) -> Result<(Id, Live)> {
    const OPERATION: &str = "elasticloadbalancing:DescribeRules";
    let arn = found.rule_arn().sent(OPERATION, "RuleArn")?.to_owned();
    let id = Id::new(ListenerRule::KIND, all.get(NAME).unwrap_or(&arn).clone());
    let of_others = of_others(&all);
    let (ownership, tags) = observed(graph.stack(), all);

    let conditions = decoded(found.conditions());
    // Integrations send the value that the stack wants, whatever somebody has made of the rule.
    let wanted = graph.resource::<ListenerRule>(&id).map(|wanted| wanted.value.clone());
    let output = Output { arn: arn.clone(), value: wanted.unwrap_or_else(|| value(&conditions)) };
    let state = State {
        listener: listener.to_owned(),
        conditions,
        actions: action::decode(found.actions()),
        transforms: !found.transforms().is_empty(),
        tags,
    };
    let name = id.name.clone();
    let live = Found::<ListenerRule> { physical: arn, name, state, output }.into_live(ownership);
    Ok((id, live.with_tags_of_others(&of_others)))
}
