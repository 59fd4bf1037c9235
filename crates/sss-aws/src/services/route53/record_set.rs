//! Alias records: the way from a custom domain name to its regional name.
//!
//! A domain name has a record of the type A, and one of the type AAAA if it has IPv6 addresses.
//!
//! # Facts about AWS
//!
//! - An alias of API Gateway names the regional name and its hosted zone. Route 53 adds a dot to names, and writes `\052`
//!   for `*`.
//! - A deletion names the present values, so it never removes a record that others have changed.
//! - A name with a CNAME takes no alias.

use std::time::Duration;

use aws_sdk_route53::{
    operation::change_resource_record_sets::ChangeResourceRecordSetsOutput,
    types::{
        AliasTarget, Change as SdkChange, ChangeAction, ChangeBatch, ChangeStatus, ResourceRecordSet, RrType,
    },
};
use serde::{Deserialize, Serialize};

use super::listing;
use crate::{
    Id, Result,
    engine::{
        graph::{Handle, Refs},
        kind::{Found, Nothing, Object, Resource, Waits, Way},
        once::{once, send_once},
        run::Context,
        wait::{Condition, Look, wait},
        world::Live,
    },
    error::{Answer, Sent},
    grant::Grant,
    services::{
        apigateway::{api_mapping::ApiMapping, domain_name::DomainName},
        whole::{Change, Whole},
    },
    tags::Ownership,
};

/// An alias record of a domain name.
pub(crate) struct RecordSet {
    /// The id of the hosted zone.
    pub(crate) zone: String,
    /// `A` or `AAAA`.
    pub(crate) kind: &'static str,
    pub(crate) domain: Handle<DomainName>,
    /// The mapping, which leads to the API before requests come.
    pub(crate) mapping: Handle<ApiMapping>,
}

impl RecordSet {
    /// Returns the hosted zone and the name.
    pub(super) fn place(&self) -> listing::Place {
        (self.zone.clone(), self.domain.id().name.clone())
    }
}

/// The managed part of a record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The id of the hosted zone.
    pub(crate) zone: String,
    /// The domain name, without the dot at its end.
    pub(crate) domain: String,
    /// `A` or `AAAA`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The regional name of the domain name.
    pub(crate) target: String,
    /// The hosted zone of the regional name.
    pub(crate) target_zone: String,
    /// Whether Route 53 asks for the health of the target. The stack does not want it.
    pub(crate) evaluate_target_health: bool,
}

/// The moment from which all servers of Route 53 have a change.
const IN_SYNC: Condition = Condition::new(
    "the servers of Route 53 to have the record",
    Duration::from_secs(30),
    Duration::from_mins(10),
);

/// Returns the name of a record: zone, domain name and type.
fn name(zone: &str, domain: &str, kind: &str) -> String {
    format!("{zone}/{domain} {kind}")
}

/// Returns a name as the stack writes it, from that of Route 53.
pub(super) fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase().replace("\\052", "*")
}

impl Resource for RecordSet {
    const NAME: &'static str = "route53/record-set";
    const WAITS: Waits = Waits { made: Some(&IN_SYNC), look: ("route53:GetChange", 1), ..Waits::NONE };
    const CREATE: &'static str = CHANGE;
    const GRANTS: &'static [Grant] = super::grants::RECORD_SET;
    type State = State;
    type Output = Nothing;
    type Write<'a> = Change<'a, Self>;

    fn name(&self) -> String {
        name(&self.zone, &self.domain.id().name, self.kind)
    }

    fn pending(_id: &Id) -> Nothing {
        Nothing {}
    }

    /// Clients move from one record to another one, so a new one is there before a former one goes.
    fn overlap(_one: &str, _other: &str) -> bool {
        true
    }

    fn desired(&self, refs: &Refs<'_>) -> State {
        refs.get(&self.mapping);
        let domain = refs.get(&self.domain);
        State {
            zone: self.zone.clone(),
            domain: domain.name,
            kind: self.kind.to_owned(),
            target: domain.target,
            target_zone: domain.target_zone,
            evaluate_target_health: false,
        }
    }

    /// Creates the record, and waits until all servers have it.
    ///
    /// If the answer is lost, a record with these values is the one.
    async fn create(cx: &Context, id: &Id, _name: &str, want: &State) -> Result<Nothing> {
        let request = request(cx, ChangeAction::Create, want);
        let make = || async {
            let answer = send_once!(aws_sdk_route53, request.clone()).await.of(CHANGE)?;
            Ok(Some(change_of(&answer)?))
        };
        let look = || async {
            let all = listing::records(&cx.aws, &want.zone, &want.domain).await?;
            let is_made = all
                .iter()
                .any(|record| alias(record).is_some_and(|alias| is_as_wanted(record, &alias, want)));
            Ok(is_made.then_some(None))
        };
        if let Some(change) = once(cx, id, make, look).await? {
            until_in_sync(cx, id, &change).await?;
        }
        Ok(Nothing {})
    }

    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a, Self>> {
        Change::of(way)
    }

    /// Carries out one write. A record that no longer exists counts as deleted.
    async fn write<'a>(cx: &Context, _on: &'a Object<'_, Self>, write: Change<'a, Self>) -> Result<()> {
        match write {
            Change::Update { want, .. } => {
                request(cx, ChangeAction::Upsert, want).send().await.of(CHANGE).map(drop)
            }
            Change::Delete(live) => match request(cx, ChangeAction::Delete, live).send().await.of(CHANGE) {
                // The refusal has no code of its own.
                Err(error) if error.to_string().contains("but it was not found") => Ok(()),
                answer => answer.map(drop),
            },
        }
    }
}

impl Whole for RecordSet {
    const UPDATE: &'static str = CHANGE;
    const DELETE: &'static str = CHANGE;
}

const CHANGE: &str = "route53:ChangeResourceRecordSets";

/// Returns the request of one change.
fn request(
    cx: &Context,
    action: ChangeAction,
    state: &State,
) -> aws_sdk_route53::operation::change_resource_record_sets::builders::ChangeResourceRecordSetsFluentBuilder
{
    let all = "all members are set";
    let target = AliasTarget::builder()
        .dns_name(&state.target)
        .hosted_zone_id(&state.target_zone)
        .evaluate_target_health(state.evaluate_target_health);
    let record = ResourceRecordSet::builder()
        .name(&state.domain)
        .r#type(RrType::from(state.kind.as_str()))
        .alias_target(target.build().expect(all));
    let change = SdkChange::builder()
        .action(action)
        .resource_record_set(record.build().expect(all))
        .build()
        .expect(all);
    let batch = ChangeBatch::builder().changes(change).build().expect(all);
    cx.aws.route53.change_resource_record_sets().hosted_zone_id(&state.zone).change_batch(batch)
}

/// Returns the id of a change.
fn change_of(answer: &ChangeResourceRecordSetsOutput) -> Result<String> {
    answer.change_info().map(|info| info.id().to_owned()).sent(CHANGE, "ChangeInfo")
}

/// Waits until all servers of Route 53 have a change.
async fn until_in_sync(cx: &Context, id: &Id, change: &str) -> Result<()> {
    wait(cx, id, &IN_SYNC, || async {
        let answer = cx.aws.route53.get_change().id(change).send().await.of("route53:GetChange")?;
        let status = answer.change_info().map(|info| info.status().clone());
        Ok(match status {
            Some(ChangeStatus::Insync) => Look::Met(()),
            status => Look::Unmet(status.map_or("no status".to_owned(), |status| status.as_str().to_owned())),
        })
    })
    .await
}

/// Returns the target of an alias: regional name, zone, and whether its health counts. `None` for another record.
fn alias(record: &ResourceRecordSet) -> Option<(String, String, bool)> {
    let target = record.alias_target()?;
    Some((plain(target.dns_name()), target.hosted_zone_id().to_owned(), target.evaluate_target_health()))
}

/// Returns whether a record is an alias with these values.
fn is_as_wanted(record: &ResourceRecordSet, alias: &(String, String, bool), want: &State) -> bool {
    record.r#type().as_str() == want.kind && alias.0 == want.target && alias.1 == want.target_zone
}

/// Decodes a record of a name. `None` for a record of a type that stands beside an alias.
///
/// An alias to a regional name of API Gateway in the region of the stack is the stack's, because a region has one domain
/// name of a name. A CNAME is in the way of an alias, so it stands for the record of the type A.
pub(super) fn decode(
    region: &str,
    zone: &str,
    domain: &str,
    record: &ResourceRecordSet,
) -> Option<(Id, Live)> {
    let kind = match record.r#type().as_str() {
        kind @ ("A" | "AAAA") => kind,
        "CNAME" => "A",
        _ => return None,
    };
    let alias = alias(record);
    let leads_to_regional = alias.as_ref().is_some_and(|(target, ..)| {
        target.starts_with("d-") && target.contains(&format!(".execute-api.{region}."))
    });
    let ownership = if leads_to_regional { Ownership::Ours } else { Ownership::Unmarked };
    let (target, target_zone, evaluate_target_health) = alias.unwrap_or_default();
    let state = State {
        zone: zone.to_owned(),
        domain: domain.to_owned(),
        kind: kind.to_owned(),
        target,
        target_zone,
        evaluate_target_health,
    };
    let name = name(zone, domain, kind);
    let id = Id::new(RecordSet::KIND, name.clone());
    let physical = format!("{zone}/{} {}", record.name(), record.r#type().as_str());
    Some((id, Found::<RecordSet> { physical, name, state, output: Nothing {} }.into_live(ownership)))
}
