//! The trait of an AWS service, and the handle by which an observation runs services without knowing them.

use std::{any::Any, future::Future, pin::Pin};

use crate::{
    Aws, Graph, Kind, Result, World,
    client::pace::{Bounds, Quota},
    services::tagging::Tagged,
};

/// The inputs of an observation.
pub(crate) struct Reading<'a> {
    pub(crate) aws: &'a Aws,
    pub(crate) graph: &'a Graph,
    pub(crate) trust: Trust,
}

/// The accepted source of the state of an object that never changes once it is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// A hash in a tag, if it is the hash of the desired state.
    Hashes,
    /// The object itself.
    Nothing,
}

/// A type of resource by which the tagging API lists objects of a kind.
///
/// A service lists the types whose own listings have no tags, or do not show objects with names that the stack no longer has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TagType {
    /// The name in the tagging API, such as `ecs:cluster`.
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Whether a listing of its own reads it once the stack has more objects than a page, because a stack has many of them.
    pub(crate) is_apart: bool,
}

impl TagType {
    pub(crate) const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, is_apart: false }
    }

    pub(crate) const fn apart(self) -> Self {
        Self { is_apart: true, ..self }
    }
}

/// An AWS service: its facts, and the listings of its objects.
///
/// The kinds of the service encode and decode their own objects. The service decides which calls read them, in which batches.
///
/// # Guarantees
///
/// - A read that fails or is denied is an error, never an absence.
/// - The second and the third round make no call if the account is as the stack says, except for the contents of objects that
///   the first round has found.
pub(crate) trait AwsService: 'static {
    /// The name in IAM policies and ARNs.
    const NAME: &'static str;
    /// The quotas on calls, with their source.
    const QUOTAS: &'static [Quota];
    /// The error codes by which the service refuses a call as one too many.
    const THROTTLED: &'static [&'static str];
    /// The types of its objects that the tagging API lists.
    const TAG_TYPES: &'static [TagType] = &[];
    /// The answers between two rounds.
    type Found: Send + 'static;

    /// Reads all objects that have a name of the stack, and all that are listed whole.
    ///
    /// The first rounds of all services run at the same time, beside the listing of the tagging API.
    fn first_round(cx: &Reading<'_>) -> impl Future<Output = Result<Self::Found>> + Send;

    /// Reads objects with the stack's mark under other names, and tags that the tagging API does not have.
    ///
    /// The second rounds of all services run at the same time.
    fn second_round(
        _cx: &Reading<'_>,
        found: Self::Found,
        _tagged: &Tagged,
    ) -> impl Future<Output = Result<Self::Found>> + Send {
        async { Ok(found) }
    }

    /// Adds the objects to the world.
    ///
    /// The third rounds run one after the other, in the order of the list of services. The world has the objects of the
    /// services before, so a service may read what it can only ask for once it knows them.
    fn third_round(
        cx: &Reading<'_>,
        found: Self::Found,
        world: &mut World,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Returns the least number of calls that its rounds take for the objects of a world.
    fn least_reads(graph: &Graph, world: &World) -> usize;
}

type Running<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// The answers of a service without their types.
pub(crate) type Found = Box<dyn Any + Send>;

/// An AWS service without its types.
#[derive(Debug)]
pub(crate) struct ServiceSpec {
    pub(crate) bounds: Bounds,
    pub(crate) tag_types: &'static [TagType],
    pub(crate) first_round: for<'a> fn(&'a Reading<'a>) -> Running<'a, Found>,
    pub(crate) second_round: for<'a> fn(&'a Reading<'a>, Found, &'a Tagged) -> Running<'a, Found>,
    pub(crate) third_round: for<'a> fn(&'a Reading<'a>, Found, &'a mut World) -> Running<'a, ()>,
    pub(crate) least_reads: fn(&Graph, &World) -> usize,
}

impl ServiceSpec {
    pub(crate) const fn of<S: AwsService>() -> Self {
        Self {
            bounds: Bounds { service: S::NAME, quotas: S::QUOTAS, throttled: S::THROTTLED },
            tag_types: S::TAG_TYPES,
            first_round: |cx| Box::pin(async move { Ok(Box::new(S::first_round(cx).await?) as Found) }),
            second_round: |cx, found, tagged| {
                Box::pin(async move {
                    Ok(Box::new(S::second_round(cx, typed::<S>(found), tagged).await?) as Found)
                })
            },
            third_round: |cx, found, world| Box::pin(S::third_round(cx, typed::<S>(found), world)),
            least_reads: S::least_reads,
        }
    }
}

fn typed<S: AwsService>(found: Found) -> S::Found {
    *found.downcast().expect("a service gets the answers of its own round before")
}
