//! The writes on a load balancer that exists.

use std::{borrow::Cow, collections::BTreeSet, time::Duration};

use aws_sdk_elasticloadbalancingv2::types::{IpAddressType, LoadBalancerAttribute};

use super::State;
use crate::{
    Id, Result,
    engine::{
        kind::{Calls, Write},
        run::Context,
        wait::{Condition, Look, wait},
    },
    error::{Absent, Answer},
};

/// The attribute of deletion protection.
pub(super) const PROTECTION: &str = "deletion_protection.enabled";
/// The attribute of cross-zone load balancing.
pub(super) const CROSS_ZONE: &str = "load_balancing.cross_zone.enabled";

/// The moment from which a Network Load Balancer takes another subnet in a zone that it has left. AWS says that this
/// takes up to 3 minutes.
const LEFT: Condition = Condition::new(
    "the zones of removed subnets to be free",
    Duration::from_mins(2),
    Duration::from_mins(10),
)
.looked_at_once();

const SET_SUBNETS: &str = "elasticloadbalancing:SetSubnets";
const SET_GROUPS: &str = "elasticloadbalancing:SetSecurityGroups";
const SET_ADDRESSES: &str = "elasticloadbalancing:SetIpAddressType";
const SET_ATTRIBUTES: &str = "elasticloadbalancing:ModifyLoadBalancerAttributes";
const DELETE: &str = "elasticloadbalancing:DeleteLoadBalancer";

/// A write on a load balancer.
pub(crate) enum Change<'a> {
    /// Waits until AWS has created the load balancer.
    Await,
    Subnets(Cow<'a, BTreeSet<String>>),
    /// Sets the subnets once the zones of removed ones are free.
    Resettle(&'a BTreeSet<String>),
    SecurityGroups(&'a BTreeSet<String>),
    IpAddressType(&'a str),
    /// Sets these attributes. All others stay.
    Attributes(Vec<(&'static str, bool)>),
    /// Deletes the load balancer.
    Delete,
}

impl Write for Change<'_> {
    fn calls(&self) -> Calls {
        match self {
            Self::Await => &[],
            Self::Subnets(_) | Self::Resettle(_) => &[SET_SUBNETS],
            Self::SecurityGroups(_) => &[SET_GROUPS],
            Self::IpAddressType(_) => &[SET_ADDRESSES],
            Self::Attributes(_) => &[SET_ATTRIBUTES],
            Self::Delete => &[DELETE],
        }
    }
}

/// Returns the writes between two states, each member by its own call.
pub(super) fn changes<'a>(live: &'a State, want: &'a State) -> Vec<Change<'a>> {
    let pending = live.pending.then_some(Change::Await);
    let family = (live.ip_address_type != want.ip_address_type)
        .then_some(Change::IpAddressType(&want.ip_address_type));
    let [removal, subnets] = subnets(live, want);
    let groups = (live.security_groups != want.security_groups)
        .then_some(Change::SecurityGroups(&want.security_groups));
    let attributes = attributes(Some(live), want);
    [pending, family, removal, subnets, groups, attributes].into_iter().flatten().collect()
}

/// Returns the writes of the subnets: the removal of those that go, and all that are wanted.
///
/// A Network Load Balancer takes another subnet in a zone once it has left that zone, so it loses subnets by a call of
/// its own.
fn subnets<'a>(live: &State, want: &'a State) -> [Option<Change<'a>>; 2] {
    let kept = &live.subnets & &want.subnets;
    let is_swapped = kept.len() < live.subnets.len() && kept.len() < want.subnets.len();
    let apart = is_swapped && want.kind == "network" && !kept.is_empty();
    if apart {
        return [Some(Change::Subnets(Cow::Owned(kept))), Some(Change::Resettle(&want.subnets))];
    }
    let all = (live.subnets != want.subnets).then_some(Change::Subnets(Cow::Borrowed(&want.subnets)));
    [None, all]
}

async fn set_subnets(cx: &Context, arn: &str, ids: &BTreeSet<String>) -> Result<()> {
    let request = cx.aws.elb.set_subnets().load_balancer_arn(arn);
    request.set_subnets(Some(ids.iter().cloned().collect())).send().await.of(SET_SUBNETS).map(drop)
}

/// Sets subnets of which some may be in zones that a Network Load Balancer is leaving.
pub(super) async fn resettle(cx: &Context, id: &Id, arn: &str, ids: &BTreeSet<String>) -> Result<()> {
    wait(cx, id, &LEFT, || async {
        match set_subnets(cx, arn, ids).await {
            Err(error) if error.has_code("InvalidConfigurationRequest") => Ok(Look::Unmet(error.to_string())),
            answer => answer.map(Look::Met),
        }
    })
    .await
}

/// Returns the write of the attributes that differ. A new load balancer has AWS's defaults: both are off.
pub(super) fn attributes<'a>(live: Option<&State>, want: &State) -> Option<Change<'a>> {
    let protected = live.is_some_and(|live| live.deletion_protection);
    let crossing = live.and_then(|live| live.cross_zone).unwrap_or(false);
    let protection =
        (protected != want.deletion_protection).then_some((PROTECTION, want.deletion_protection));
    let cross_zone = want.cross_zone.filter(|is_on| *is_on != crossing).map(|is_on| (CROSS_ZONE, is_on));
    let changed: Vec<_> = protection.into_iter().chain(cross_zone).collect();
    (!changed.is_empty()).then_some(Change::Attributes(changed))
}

impl Change<'_> {
    /// Sends the write. A deletion of a load balancer that no longer exists is a success.
    pub(super) async fn send(self, cx: &Context, arn: &str) -> Result<()> {
        match self {
            // These wait, and know the step.
            Self::Await | Self::Resettle(_) => Ok(()),
            Self::Subnets(ids) => set_subnets(cx, arn, &ids).await,
            Self::SecurityGroups(ids) => {
                let request = cx.aws.elb.set_security_groups().load_balancer_arn(arn);
                let request = request.set_security_groups(Some(ids.iter().cloned().collect()));
                request.send().await.of(SET_GROUPS).map(drop)
            }
            Self::IpAddressType(word) => {
                let request = cx.aws.elb.set_ip_address_type().load_balancer_arn(arn);
                request.ip_address_type(IpAddressType::from(word)).send().await.of(SET_ADDRESSES).map(drop)
            }
            Self::Attributes(all) => {
                let attribute = |(key, value): (&str, bool)| {
                    LoadBalancerAttribute::builder().key(key).value(value.to_string()).build()
                };
                let request = cx.aws.elb.modify_load_balancer_attributes().load_balancer_arn(arn);
                let request = request.set_attributes(Some(all.into_iter().map(attribute).collect()));
                request.send().await.of(SET_ATTRIBUTES).map(drop)
            }
            Self::Delete => {
                let answer = cx.aws.elb.delete_load_balancer().load_balancer_arn(arn).send().await.of(DELETE);
                answer.none_if(&["LoadBalancerNotFound"]).map(drop)
            }
        }
    }
}
