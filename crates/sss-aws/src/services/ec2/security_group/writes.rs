//! The writes that lead from some rules to others, in calls for many rules each.
//!
//! Each direction takes at most three calls, whatever the number of rules: one that authorizes, one that
//! revokes, and one that changes descriptions. The forecast counts the same list that an apply carries out.

use aws_sdk_ec2::types::IpPermission;

use crate::{
    Result,
    engine::{
        kind::{Calls, Write},
        run::Context,
    },
    error::{Absent, Answer},
    services::ec2::security_group::{MOST_RULES, Rule, Rules},
};

/// A write on a security group.
pub(crate) enum Change {
    /// One call for all these rules of one direction.
    Rules(Verb, Side, Vec<IpPermission>),
    Delete,
}

/// The act of a call on rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    /// Takes rules away.
    Revoke,
    /// Adds rules.
    Authorize,
    /// Changes descriptions in place. A rule that is revoked and authorized again blocks its peer meanwhile.
    Describe,
}

/// The direction of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Inbound traffic.
    Ingress,
    /// Outbound traffic.
    Egress,
}

impl Write for Change {
    fn calls(&self) -> Calls {
        match self {
            Self::Rules(Verb::Revoke, Side::Ingress, _) => &["ec2:RevokeSecurityGroupIngress"],
            Self::Rules(Verb::Authorize, Side::Ingress, _) => &["ec2:AuthorizeSecurityGroupIngress"],
            Self::Rules(Verb::Describe, Side::Ingress, _) => {
                &["ec2:UpdateSecurityGroupRuleDescriptionsIngress"]
            }
            Self::Rules(Verb::Revoke, Side::Egress, _) => &["ec2:RevokeSecurityGroupEgress"],
            Self::Rules(Verb::Authorize, Side::Egress, _) => &["ec2:AuthorizeSecurityGroupEgress"],
            Self::Rules(Verb::Describe, Side::Egress, _) => {
                &["ec2:UpdateSecurityGroupRuleDescriptionsEgress"]
            }
            Self::Delete => &["ec2:DeleteSecurityGroup"],
        }
    }
}

/// Returns the writes from live to desired rules. Each pair of rules is ingress and egress.
///
/// New rules are authorized before old ones are revoked, where both fit: a new rule may let the same traffic
/// in. Where they do not fit, the old ones go first. Descriptions come last, because they need the rules to
/// exist.
pub(super) fn between(live: [&Rules; 2], want: [&Rules; 2]) -> Vec<Change> {
    let sides = || [Side::Ingress, Side::Egress].into_iter().zip(live.into_iter().zip(want));
    let moved = sides().flat_map(|(side, (live, want))| {
        let revoke = Change::of(Verb::Revoke, side, missing(live, want));
        let authorize = Change::of(Verb::Authorize, side, missing(want, live));
        let order = if fit_together(live, want) { [authorize, revoke] } else { [revoke, authorize] };
        order.into_iter().flatten()
    });
    let described = sides()
        .filter_map(|(side, (live, want))| Change::of(Verb::Describe, side, described_otherwise(live, want)));
    moved.chain(described).collect()
}

/// Returns whether a group can have the live and the desired rules at the same time.
///
/// They do not fit beyond the quota, or if two rules with one key allow different traffic.
fn fit_together(live: &Rules, want: &Rules) -> bool {
    let is_like = |(key, rule): (&String, &Rule)| live.get(key).is_none_or(|other| rule.allows_like(other));
    let new = want.keys().filter(|key| !live.contains_key(*key)).count();
    live.len() + new <= usize::from(MOST_RULES) && want.iter().all(is_like)
}

/// Returns the rules of `from` that `without` does not have. The description does not count.
fn missing(from: &Rules, without: &Rules) -> Vec<IpPermission> {
    let is_missing = |key: &str, rule: &Rule| !without.get(key).is_some_and(|other| rule.allows_like(other));
    from.iter().filter(|(key, rule)| is_missing(key, rule)).map(|(_, rule)| rule.permission()).collect()
}

/// Returns the desired rules that differ from the live ones in their description only.
fn described_otherwise(live: &Rules, want: &Rules) -> Vec<IpPermission> {
    let differs = |key: &str, rule: &Rule| {
        live.get(key).is_some_and(|other| rule.allows_like(other) && rule.description != other.description)
    };
    want.iter().filter(|(key, rule)| differs(key, rule)).map(|(_, rule)| rule.permission()).collect()
}

impl Change {
    /// Returns the write of these rules, or `None` without rules.
    fn of(verb: Verb, side: Side, rules: Vec<IpPermission>) -> Option<Self> {
        (!rules.is_empty()).then_some(Self::Rules(verb, side, rules))
    }

    /// Sends the write. A call that the SDK repeats after a lost answer may find its rules done.
    ///
    /// # Errors
    ///
    /// The call failed. A rule that exists already, a missing rule and a missing group are no errors.
    pub(super) async fn send(self, cx: &Context, group: &str) -> Result<()> {
        const AUTHORIZED: &[&str] = &["InvalidPermission.Duplicate"];
        const REVOKED: &[&str] = &["InvalidPermission.NotFound"];
        let call = self.calls()[0];

        /// Sends a request with the rules.
        macro_rules! send {
            ($request:expr, $rules:expr) => {
                $request.group_id(group).set_ip_permissions(Some($rules)).send().await.of(call)
            };
        }
        let (verb, side, rules) = match self {
            Self::Rules(verb, side, rules) => (verb, side, rules),
            Self::Delete => {
                let gone = cx.aws.ec2.delete_security_group().group_id(group).send().await.of(call);
                return gone.none_if(&["InvalidGroup.NotFound"]).map(drop);
            }
        };
        match (verb, side) {
            (Verb::Revoke, Side::Ingress) => {
                send!(cx.aws.ec2.revoke_security_group_ingress(), rules).none_if(REVOKED).map(drop)
            }
            (Verb::Revoke, Side::Egress) => {
                send!(cx.aws.ec2.revoke_security_group_egress(), rules).none_if(REVOKED).map(drop)
            }
            (Verb::Authorize, Side::Ingress) => {
                send!(cx.aws.ec2.authorize_security_group_ingress(), rules).none_if(AUTHORIZED).map(drop)
            }
            (Verb::Authorize, Side::Egress) => {
                send!(cx.aws.ec2.authorize_security_group_egress(), rules).none_if(AUTHORIZED).map(drop)
            }
            (Verb::Describe, Side::Ingress) => {
                send!(cx.aws.ec2.update_security_group_rule_descriptions_ingress(), rules).map(drop)
            }
            (Verb::Describe, Side::Egress) => {
                send!(cx.aws.ec2.update_security_group_rule_descriptions_egress(), rules).map(drop)
            }
        }
    }
}
