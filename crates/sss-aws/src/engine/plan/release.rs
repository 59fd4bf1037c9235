//! The reverse of an adoption: the marks of the stack are removed, and everything else stays.
//!
//! Marks and bookkeeping are the tags that begin with `sss:`. Tags of the stack file stay, because others may
//! rely on them by now. A part without tags of its own belongs to whom its parent belongs, so it is released
//! together with its parent. Earlier revisions of a task definition are in no plan; a release finds them itself.
//!
//! An interrupted release leaves some objects with marks. The next one finds and releases them.

use serde_json::Value;

use crate::{
    Action, Id, Step,
    engine::{
        diff::diff,
        plan::step::with_tags,
        world::{Live, World},
    },
    tags::{self, Ownership, Tags, is_mark},
};

/// Returns a step for each object of the stack that carries a mark, in or out of the graph.
pub(super) fn steps(world: &World) -> Vec<Step> {
    let marked = world.objects().filter(|(_, live)| live.ownership == Ownership::Ours);
    let marked = marked.filter(|(_, live)| tags::of_state(&live.state).keys().any(|key| is_mark(key)));
    let step = |(id, live): (&Id, &Live)| {
        let (_, released) = states(world, id, live);
        Step::new(id.clone(), Action::Release, Some(live), diff(&live.state, &released))
    };
    marked.map(step).collect()
}

/// Returns the state of an object with all its marks, and its state without them.
///
/// The observed state lacks the bookkeeping. The first state has every key that the object may carry: AWS
/// ignores the removal of a tag that is not there.
pub(crate) fn states(world: &World, id: &Id, live: &Live) -> (Value, Value) {
    let observed = tags::of_state(&live.state);
    let kept = observed.iter().filter(|(key, _)| !is_mark(key));
    let kept: Tags = kept.map(|(key, value)| (key.clone(), value.clone())).collect();

    let has_parts = world.objects().any(|(_, part)| part.parent.as_ref() == Some(id));
    let mut all = observed;
    all.extend(tags::bookkeeping(has_parts).map(|key| (key, String::new())));
    (with_tags(&live.state, &all), with_tags(&live.state, &kept))
}
