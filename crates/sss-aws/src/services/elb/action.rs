//! The actions of listeners and rules in normal form.
//!
//! AWS answers a forward to one target group in two places at once: as `TargetGroupArn`, and as a `ForwardConfig` with
//! a weight of 1 and stickiness that is off. Here both are one list. A weight of a single target group has no meaning,
//! so it is left out.

use aws_sdk_elasticloadbalancingv2::types::{
    Action as SdkAction, ActionTypeEnum, FixedResponseActionConfig, ForwardActionConfig,
    TargetGroupStickinessConfig,
};
use serde::{Deserialize, Serialize};

/// The action on a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Action {
    /// `forward` or `fixed-response`; others than these two are never desired.
    #[serde(rename = "type")]
    kind: String,
    /// The target groups of a forward.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    target_groups: Vec<Weighted>,
    /// The seconds for which a forward keeps a client at one target group. Never desired.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    stickiness: Option<i32>,
    /// The answer of a fixed response.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    response: Option<Response>,
}

/// A target group of a forward.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Weighted {
    arn: String,
    /// The weight beside other target groups.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    weight: Option<i32>,
}

/// The answer of a fixed response.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Response {
    status: String,
    content_type: String,
    text: String,
}

impl Action {
    /// Returns the forward to one target group.
    pub(super) fn forward(target_group: String) -> Self {
        Self {
            kind: "forward".to_owned(),
            target_groups: vec![Weighted { arn: target_group, weight: None }],
            stickiness: None,
            response: None,
        }
    }

    /// Returns the target group of a forward to one, without stickiness.
    pub(super) fn only_target(&self) -> Option<&str> {
        match self.target_groups.as_slice() {
            [only] if self.kind == "forward" && self.stickiness.is_none() => Some(&only.arn),
            _ => None,
        }
    }

    /// Returns the answer to requests that no rule matches.
    ///
    /// A missing rule must not lead to the tasks of another service.
    pub(super) fn not_found() -> Self {
        let response = Response {
            status: "404".to_owned(),
            content_type: "text/plain".to_owned(),
            text: "no service of the stack has this request".to_owned(),
        };
        Self {
            kind: "fixed-response".to_owned(),
            target_groups: Vec::new(),
            stickiness: None,
            response: Some(response),
        }
    }

    /// Returns the desired action in the form of the client.
    pub(super) fn encode(&self) -> SdkAction {
        let action = SdkAction::builder().r#type(ActionTypeEnum::from(self.kind.as_str()));
        let target = self.target_groups.first().map(|target| target.arn.clone());
        let response = self.response.as_ref().map(|response| {
            FixedResponseActionConfig::builder()
                .status_code(&response.status)
                .content_type(&response.content_type)
                .message_body(&response.text)
                .build()
        });
        action.set_target_group_arn(target).set_fixed_response_config(response).build()
    }
}

/// Decodes the actions of a listener or a rule in their order.
///
/// Only the last one answers the request; those before it check who asks. The stack wants one action.
pub(super) fn decode(found: &[SdkAction]) -> Vec<Action> {
    let mut ordered: Vec<&SdkAction> = found.iter().collect();
    ordered.sort_by_key(|action| action.order().unwrap_or(0));
    ordered.into_iter().map(one).collect()
}

/// Decodes one action.
fn one(found: &SdkAction) -> Action {
    let response = found.fixed_response_config().map(|response| Response {
        status: response.status_code().unwrap_or_default().to_owned(),
        content_type: response.content_type().unwrap_or_default().to_owned(),
        text: response.message_body().unwrap_or_default().to_owned(),
    });
    let config = found.forward_config();
    let stickiness = config.and_then(ForwardActionConfig::target_group_stickiness_config);
    let stickiness = stickiness.filter(|one| one.enabled() == Some(true));
    Action {
        kind: found.r#type().map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        target_groups: target_groups(found, config),
        stickiness: stickiness.and_then(TargetGroupStickinessConfig::duration_seconds),
        response,
    }
}

/// Returns the target groups of a forward. Of several, each has a weight.
fn target_groups(found: &SdkAction, config: Option<&ForwardActionConfig>) -> Vec<Weighted> {
    let listed = config.map(ForwardActionConfig::target_groups).unwrap_or_default();
    let is_alone = listed.len() <= 1;
    let weighted = listed.iter().map(|one| Weighted {
        arn: one.target_group_arn().unwrap_or_default().to_owned(),
        weight: one.weight().filter(|_| !is_alone),
    });
    let mut all: Vec<Weighted> = weighted.collect();
    if let Some(arn) = found.target_group_arn().filter(|_| all.is_empty()) {
        all.push(Weighted { arn: arn.to_owned(), weight: None });
    }
    all.sort_by(|one, other| one.arn.cmp(&other.arn));
    all
}

#[cfg(test)]
mod tests {
    use aws_sdk_elasticloadbalancingv2::types::TargetGroupTuple;

    use super::*;

    fn tuple(arn: &str, weight: Option<i32>) -> TargetGroupTuple {
        TargetGroupTuple::builder().target_group_arn(arn).set_weight(weight).build()
    }

    fn forward(groups: Vec<TargetGroupTuple>, arn: Option<&str>) -> SdkAction {
        let off = TargetGroupStickinessConfig::builder().enabled(false).build();
        let config = ForwardActionConfig::builder().set_target_groups(Some(groups));
        SdkAction::builder()
            .r#type(ActionTypeEnum::Forward)
            .set_target_group_arn(arn.map(str::to_owned))
            .forward_config(config.target_group_stickiness_config(off).build())
            .build()
    }

    #[test]
    fn forward_in_both_places_is_one() {
        let want = [Action::forward("tg".to_owned())];
        assert_eq!(decode(&[want[0].encode()]), want);
        assert_eq!(decode(&[forward(vec![tuple("tg", Some(1))], Some("tg"))]), want);
        assert_eq!(decode(&[forward(vec![tuple("tg", None)], None)]), want, "an NLB has no weights");
    }

    #[test]
    fn second_target_group_is_a_difference() {
        let found = decode(&[forward(vec![tuple("tg", Some(1)), tuple("other", Some(9))], None)]);
        assert_ne!(found, [Action::forward("tg".to_owned())]);
        assert_eq!(found[0].target_groups[0].weight, Some(9));
    }

    #[test]
    fn fixed_response_is_read_back() {
        let want = Action::not_found();
        assert_eq!(decode(&[want.encode()]), [want]);
    }
}
