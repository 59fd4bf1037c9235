//! The parts of an API that are kept by id: authorizers, integrations and routes.
//!
//! An update changes the members of the request and keeps the others. The rules of the creation judge the result,
//! and each change deploys the API to its stages. What a part checks beside the rules is its own.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    api::{self, Api},
    check_updated,
    constraint::{conflict, not_found},
    render,
    route::Route,
    stage,
};
use crate::{refusal::Refusal, world::World};

/// A part of an API in the form of AWS's answers.
pub(super) trait Part: Clone + Serialize {
    /// The noun in AWS's refusals. `Create` and the noun are the name of the creation.
    const NOUN: &'static str;

    /// Returns its id.
    fn id(&self) -> &str;

    /// Returns the parts of this type in an API, by id.
    fn all(api: &Api) -> &BTreeMap<String, Self>;

    /// Returns the parts of this type in an API for a change, by id.
    fn all_mut(api: &mut Api) -> &mut BTreeMap<String, Self>;
}

/// Returns a part of an API by its id.
pub(super) fn find<'a, P: Part>(world: &'a World, api_id: &str, id: &str) -> Result<&'a P, Refusal> {
    let found = P::all(api::find(world, api_id)?).get(id);
    found.ok_or_else(|| not_found(format!("Unable to find {} by id {id}", P::NOUN)))
}

/// Stores a part, deploys its API and returns the part.
pub(super) fn store<P: Part>(world: &mut World, api_id: &str, part: P) -> Result<Value, Refusal> {
    let answer = render(&part);
    P::all_mut(api::find_mut(world, api_id)?).insert(part.id().to_owned(), part);
    stage::deploy(world, api_id);
    Ok(answer)
}

/// Changes a part by the members of a request, which `merge` takes over.
///
/// # Errors
///
/// Refuses an unknown part, and a result that `merge` or a rule of the creation refuses.
pub(super) fn update<P: Part>(
    world: &mut World,
    (api_id, id): (&str, &str),
    merge: impl FnOnce(&World, &mut P) -> Result<(), Refusal>,
) -> Result<Value, Refusal> {
    let mut part = find::<P>(world, api_id, id)?.clone();
    merge(world, &mut part)?;
    check_updated(&format!("Create{}", P::NOUN), api_id, &part)?;
    store(world, api_id, part)
}

/// Deletes a part that routes refer to as `of_route` says.
///
/// # Errors
///
/// Refuses an unknown part, and one that routes refer to with `ConflictException`, which names the routes.
pub(super) fn delete<P: Part>(
    world: &mut World,
    (api_id, id): (&str, &str),
    of_route: impl Fn(&Route) -> Option<&str>,
) -> Result<Value, Refusal> {
    find::<P>(world, api_id, id)?;
    let api = api::find_mut(world, api_id)?;
    let on_it = Route::all(api).values().filter(|route| of_route(route) == Some(id));
    let routes: Vec<&str> = on_it.map(Part::id).collect();
    if !routes.is_empty() {
        let (noun, routes) = (P::NOUN, routes.join(", "));
        return Err(conflict(format!(
            "Cannot delete {noun} because it is referenced by the following Routes with Ids: [{routes}]"
        )));
    }
    P::all_mut(api).remove(id);
    Ok(json!({}))
}
