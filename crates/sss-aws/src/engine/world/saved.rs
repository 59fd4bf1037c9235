//! The saved forms of the maps of a world.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Live;
use crate::Id;

/// A map by id as a list of pairs: JSON maps need string keys.
pub(super) mod pairs {
    use super::{BTreeMap, Deserialize, Deserializer, Id, Serialize, Serializer};

    pub(in crate::engine::world) fn serialize<T: Serialize, S: Serializer>(
        values: &BTreeMap<Id, T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values)
    }

    pub(in crate::engine::world) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<Id, T>, D::Error> {
        Ok(Vec::<(Id, T)>::deserialize(deserializer)?.into_iter().collect())
    }
}

/// Objects as a list: JSON maps need string keys. Loading checks each state by its kind.
pub(super) mod listed {
    use super::{BTreeMap, Deserialize, Deserializer, Id, Live, Serialize, Serializer, de};

    #[derive(Serialize)]
    struct Written<'a> {
        id: &'a Id,
        #[serde(flatten)]
        live: &'a Live,
    }

    #[derive(Deserialize)]
    struct Read {
        id: Id,
        #[serde(flatten)]
        live: Live,
    }

    pub(in crate::engine::world) fn serialize<S: Serializer>(
        objects: &BTreeMap<Id, Vec<Live>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let all = objects.iter().flat_map(|(id, all)| all.iter().map(move |live| Written { id, live }));
        serializer.collect_seq(all)
    }

    pub(in crate::engine::world) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<Id, Vec<Live>>, D::Error> {
        let mut objects: BTreeMap<Id, Vec<Live>> = BTreeMap::new();
        for Read { id, live } in Vec::<Read>::deserialize(deserializer)? {
            (id.kind.spec().check)(&live).map_err(|error| de::Error::custom(format!("{id}: {error}")))?;
            objects.entry(id).or_default().push(live);
        }
        Ok(objects)
    }
}
