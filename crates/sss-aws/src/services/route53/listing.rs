//! The records of the names that concern the stack.
//!
//! A listing of a zone begins at a name, so the records of one name take one call in a zone of any size.

use std::collections::BTreeSet;

use aws_sdk_route53::types::{ResourceRecordSet, RrType};
use futures_util::future::try_join_all;

use super::record_set::{self, RecordSet, plain};
use crate::{
    Aws, Graph, Result, World,
    engine::kind::Resource,
    error::{Absent, Answer},
    services::{apigateway::domain_name::DomainName, aws_service::Reading},
    tags::{self, Ownership},
};

/// A hosted zone and a name in it.
pub(super) type Place = (String, String);

/// The records of a name in a hosted zone.
pub(crate) struct Found {
    place: Place,
    records: Vec<ResourceRecordSet>,
}

/// The most records that one call returns. A name has fewer types.
const PAGE: i32 = 20;

/// Returns the zones and names of the records that the stack wants.
pub(super) fn places(graph: &Graph) -> BTreeSet<Place> {
    graph.resources::<RecordSet>().map(|(_, record)| record.place()).collect()
}

/// Reads the records of all names that the stack wants, at the same time.
pub(super) async fn wanted(cx: &Reading<'_>) -> Result<Vec<Found>> {
    read_all(cx.aws, places(cx.graph)).await
}

/// Reads the records in the other zones that domain names of the stack record.
pub(super) async fn former(cx: &Reading<'_>, world: &World, found: &[Found]) -> Result<Vec<Found>> {
    let ours = world.of_kind(DomainName::KIND).filter(|(_, live)| live.ownership == Ownership::Ours);
    let recorded = ours.flat_map(|(id, live)| {
        let tags = tags::of_state(&live.state);
        let zones: Vec<String> = tags::inside(&tags, RecordSet::NAME).collect();
        zones.into_iter().map(|zone| (zone, id.name.clone()))
    });
    let unread = recorded.filter(|place| found.iter().all(|known| known.place != *place));
    read_all(cx.aws, unread.collect()).await
}

async fn read_all(aws: &Aws, places: BTreeSet<Place>) -> Result<Vec<Found>> {
    try_join_all(places.into_iter().map(async |place| {
        let records = records(aws, &place.0, &place.1).await?;
        Ok(Found { place, records })
    }))
    .await
}

/// Reads the records of a name in a zone. A zone that no longer exists has none.
pub(super) async fn records(aws: &Aws, zone: &str, name: &str) -> Result<Vec<ResourceRecordSet>> {
    let request = aws.route53.list_resource_record_sets().hosted_zone_id(zone);
    let request = request.start_record_name(name).start_record_type(RrType::A).max_items(PAGE);
    let answer = request.send().await.of("route53:ListResourceRecordSets");
    let Some(page) = answer.none_if(&["NoSuchHostedZone"])? else { return Ok(Vec::new()) };
    Ok(page.resource_record_sets.into_iter().filter(|record| plain(record.name()) == name).collect())
}

/// Adds the records to the world that concern the stack.
///
/// # Assumptions
///
/// The world has the domain names already.
pub(super) fn insert(graph: &Graph, world: &mut World, found: &[Found]) {
    let region = graph.region().unwrap_or_default();
    for Found { place: (zone, name), records } in found {
        let decoded = records.iter().filter_map(|record| record_set::decode(region, zone, name, record));
        let concerning = decoded.filter(|(id, live)| graph.concerns(id, live));
        world.extend(concerning.collect::<Vec<_>>());
    }
}
