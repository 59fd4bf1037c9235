//! Route 53: alias records that lead to the custom domain names of the API.
//!
//! # Facts about AWS
//!
//! - Records take no tags. One belongs to the stack if it is an alias of a domain name of the stack, and leads to a
//!   regional name of API Gateway in the stack's region. A region has one domain name of a name, so such an alias can
//!   only be the stack's.
//! - `CREATE` refuses a record that exists, so a record of others is never replaced.
//! - A change is PENDING until all servers of Route 53 have it, usually for less than a minute.
//! - An account takes five requests per second, and one change of a zone at a time (`PriorRequestNotComplete`).
//! - Nothing tells the zones of former records. The tag `sss:inside` of the domain name has them.
//!
//! # Modules
//!
//! [`record_set`] is the kind, and [`listing`] reads it.

mod grants;
mod listing;
pub(crate) mod record_set;

use self::listing::Found;
use crate::{
    Graph, Result, World,
    client::pace::{Quota, Rate},
    grant::Grant,
    services::aws_service::{AwsService, Reading},
};

/// Route 53.
///
/// A stack without a hosted zone makes no call.
pub(crate) struct Route53;

impl AwsService for Route53 {
    const NAME: &'static str = "route53";
    /// Source: "Quotas", in the developer guide of Route 53.
    const QUOTAS: &'static [Quota] = &[Quota::on_all("Route 53", Rate::new(5, 5.0))];
    const THROTTLED: &'static [&'static str] =
        &["Throttling", "ThrottlingException", "PriorRequestNotComplete"];
    /// The kind has the rights for itself, so that a stack without a hosted zone needs none.
    const GRANTS: &'static [Grant] = &[];
    type Found = Vec<Found>;

    /// Reads the records of the names that the stack wants.
    async fn first_round(cx: &Reading<'_>) -> Result<Vec<Found>> {
        listing::wanted(cx).await
    }

    /// Reads the records in the zones that domain names of the stack had before, and adds all to the world.
    async fn third_round(cx: &Reading<'_>, mut found: Vec<Found>, world: &mut World) -> Result<()> {
        found.extend(listing::former(cx, world, &found).await?);
        listing::insert(cx.graph, world, &found);
        Ok(())
    }

    /// One call for each domain name with a hosted zone.
    fn least_reads(graph: &Graph, _world: &World) -> usize {
        listing::places(graph).len()
    }
}
