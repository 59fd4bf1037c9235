//! The trait of an AWS service, and the handle by which an observation runs services without knowing them.
//!
//! An observation reads the account in three rounds, batched by service and never object by object:
//!
//! - The first round asks for all objects that have a name of the stack or are listed whole.
//! - The second round asks for objects with the stack's mark under other names. The tagging API, which is
//!   read beside the first round, names them.
//! - The third round adds the objects to the world. It may read what can only be asked once all other objects
//!   are known.
//!
//! A caller that wants to plan before everything is read lets the third round leave objects for a late round.
//!
//! The rounds of one service hand their answers on in a value of the type `Found`. Between rounds that value
//! is kept as `dyn Any`, because each service has another type. [`ServiceSpec`] is the table that hides these
//! types; each entry puts them back before it calls the service.

use std::{any::Any, future::Future, pin::Pin};

use crate::{
    Aws, Graph, Kind, Result, World,
    client::pace::{Bounds, Quota},
    grant::Grant,
    services::tagging::Tagged,
};

/// The inputs of an observation.
///
/// All rounds of all services share one value of it.
pub(crate) struct Reading<'a> {
    /// The clients. Each call waits for its turn in the quotas of its service.
    pub(crate) aws: &'a Aws,
    /// The desired stack. A destroy reads with the graph of the whole stack, too, because it finds objects
    /// without tags by their names.
    pub(crate) graph: &'a Graph,
    /// The accepted source of revisions of task definitions.
    pub(crate) trust: Trust,
    /// Whether the third rounds may leave objects for the [late round](AwsService::late_round).
    pub(crate) leaves: bool,
}

/// The accepted source of the state of an object that never changes once it is created.
///
/// Revisions of task definitions are such objects. ECS describes one revision per call, so a stack of 300
/// services takes 300 calls, or 12 seconds of the quota, without hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// A hash in a tag, if it is the hash of the desired state. `observe` uses it.
    Hashes,
    /// The object itself. `reread` uses it, because a tag that somebody changed by hand shows only there.
    Nothing,
}

/// A type of resource by which the tagging API lists objects of a kind.
///
/// A service lists the types whose own listings have no tags, or do not show objects with names that the
/// stack no longer has. Roles have no type: the tagging API does not know them (`aws/aws-sdk#581`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct TagType {
    /// The name in the tagging API, such as `ecs:cluster`.
    pub(crate) name: &'static str,
    /// The kind of the objects. The number of desired objects of this kind decides how the listing is split.
    pub(crate) kind: Kind,
    /// Whether a listing of its own reads it once the stack has more objects than fit on a page.
    ///
    /// It is for types of which a stack has many.
    pub(crate) is_apart: bool,
}

impl TagType {
    /// Returns a type that shares one listing with the other types.
    pub(crate) const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, is_apart: false }
    }

    /// Returns the type with a listing of its own.
    pub(crate) const fn apart(self) -> Self {
        Self { is_apart: true, ..self }
    }
}

/// An AWS service: its facts, and the listings of its objects.
///
/// The kinds of the service encode and decode their own objects. The service decides which calls read them,
/// in which batches. Each service is an empty type that implements this trait and stands in the list of
/// services.
///
/// # Guarantees
///
/// - A read that fails or is denied is an error, never an absence.
/// - The second and the third round make no call if the account is as the stack says, except for the contents
///   of objects that the first round has found.
/// - No round writes.
///
/// # Assumptions
///
/// - The tagging API may be behind. A service uses it as a hint where else to look, and asks itself for every
///   tag that decides something.
///
/// # Cancellation
///
/// An observation may drop the future of each round at any await. No round leaves anything behind in the
/// account.
pub(crate) trait AwsService: 'static {
    /// The name in IAM policies and ARNs.
    const NAME: &'static str;
    /// The quotas on calls, with their source.
    ///
    /// The pace holds a token bucket for each of them: a burst in calls, and a refill in calls per second. A
    /// quota without operations counts all calls of the service.
    const QUOTAS: &'static [Quota];
    /// The error codes by which the service refuses a call as one too many.
    ///
    /// The pace slows the following calls down after such an answer. The code leaves no doubt that AWS did
    /// nothing, so the engine may repeat even a creation.
    const THROTTLED: &'static [&'static str];
    /// The types of its objects that the tagging API lists. Empty for a service that needs no such listing.
    const TAG_TYPES: &'static [TagType] = &[];
    /// The rights that its listings need, for every stack.
    const GRANTS: &'static [Grant];
    /// The answers between two rounds.
    type Found: Send + 'static;

    /// Reads all objects that have a name of the stack, and all that are listed whole.
    ///
    /// The first rounds of all services run at the same time, beside the listing of the tagging API. So no
    /// service may depend on the answers of another one here.
    ///
    /// # Errors
    ///
    /// A call failed or was denied, or an answer lacks a member that AWS always sends.
    fn first_round(cx: &Reading<'_>) -> impl Future<Output = Result<Self::Found>> + Send;

    /// Reads objects with the stack's mark under other names, and tags that the tagging API does not have.
    ///
    /// The second rounds of all services run at the same time. A service whose own listings show all its
    /// objects with their tags keeps the default, which makes no call.
    ///
    /// # Errors
    ///
    /// As the first round.
    fn second_round(
        _cx: &Reading<'_>,
        found: Self::Found,
        _tagged: &Tagged,
    ) -> impl Future<Output = Result<Self::Found>> + Send {
        async { Ok(found) }
    }

    /// Adds the objects to the world.
    ///
    /// The third rounds run one after the other, in the order of the list of services. The world has the
    /// objects of the services before, so a service may read what it can only ask for once it knows them.
    ///
    /// Objects that neither belong to the stack nor have one of its names stay out of the world. They may
    /// still be noted as dependents, if they use an object of the stack.
    ///
    /// # Errors
    ///
    /// As the first round.
    fn third_round(
        cx: &Reading<'_>,
        found: Self::Found,
        world: &mut World,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Reads at most this number of objects that the third round has left for later, and puts them in the place of the
    /// presumed ones.
    ///
    /// A third round may presume an object to be as desired ([`Source::Presumed`](crate::Source)) if
    /// [`Reading::leaves`] allows it, and if a plan of the world then shows which other steps there are. A service that
    /// leaves nothing keeps the default, which makes no call.
    ///
    /// # Errors
    ///
    /// As the first round.
    fn late_round(
        _cx: &Reading<'_>,
        _world: &mut World,
        _most: usize,
    ) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Reads the services of a [scope](Graph::only) alone, and presumes the outputs of what is around them.
    ///
    /// It takes the place of all rounds. An AWS service whose kinds are never in a scope keeps the default, which makes
    /// no call.
    ///
    /// # Errors
    ///
    /// As the first round.
    fn scoped_round(_cx: &Reading<'_>, _world: &mut World) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Returns the least number of calls of [`AwsService::scoped_round`].
    fn least_scoped_reads(_graph: &Graph) -> usize {
        0
    }

    /// Returns the least number of calls that its rounds take for the objects of a world.
    ///
    /// The forecast and the tests of call counts use it. It counts the calls of an account that is as the
    /// stack says, without those of second and third rounds.
    fn least_reads(graph: &Graph, world: &World) -> usize;
}

/// A call of a round without the type of its future.
type Running<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// The answers of a service without their types.
///
/// Only the next round of the same service opens it.
pub(crate) type Found = Box<dyn Any + Send>;

/// An AWS service without its types: its constants, and its rounds as functions.
///
/// `observe` runs the rounds of all specs, and the pace takes its quotas from their bounds.
#[derive(Debug)]
pub(crate) struct ServiceSpec {
    /// The name, the quotas and the codes of throttling.
    pub(crate) bounds: Bounds,
    /// The types of its objects that the tagging API lists.
    pub(crate) tag_types: &'static [TagType],
    /// The rights that its listings need.
    pub(crate) grants: &'static [Grant],
    pub(crate) first_round: for<'a> fn(&'a Reading<'a>) -> Running<'a, Found>,
    pub(crate) second_round: for<'a> fn(&'a Reading<'a>, Found, &'a Tagged) -> Running<'a, Found>,
    pub(crate) third_round: for<'a> fn(&'a Reading<'a>, Found, &'a mut World) -> Running<'a, ()>,
    pub(crate) late_round: for<'a> fn(&'a Reading<'a>, &'a mut World, usize) -> Running<'a, ()>,
    pub(crate) scoped_round: for<'a> fn(&'a Reading<'a>, &'a mut World) -> Running<'a, ()>,
    pub(crate) least_reads: fn(&Graph, &World) -> usize,
}

impl ServiceSpec {
    /// Returns the table of a service.
    pub(crate) const fn of<S: AwsService>() -> Self {
        Self {
            bounds: Bounds { service: S::NAME, quotas: S::QUOTAS, throttled: S::THROTTLED },
            tag_types: S::TAG_TYPES,
            grants: S::GRANTS,
            first_round: |cx| Box::pin(async move { Ok(Box::new(S::first_round(cx).await?) as Found) }),
            second_round: |cx, found, tagged| {
                Box::pin(async move {
                    Ok(Box::new(S::second_round(cx, typed::<S>(found), tagged).await?) as Found)
                })
            },
            third_round: |cx, found, world| Box::pin(S::third_round(cx, typed::<S>(found), world)),
            late_round: |cx, world, most| Box::pin(S::late_round(cx, world, most)),
            scoped_round: |cx, world| Box::pin(S::scoped_round(cx, world)),
            least_reads: |graph, world| {
                if graph.only().is_empty() {
                    S::least_reads(graph, world)
                } else {
                    S::least_scoped_reads(graph)
                }
            },
        }
    }
}

/// Returns the answers of a service with their type.
///
/// # Panics
///
/// The answers are those of another service. `observe` pairs specs and answers by their place, so this does
/// not happen.
fn typed<S: AwsService>(found: Found) -> S::Found {
    *found.downcast().expect("a service gets the answers of its own round before")
}
