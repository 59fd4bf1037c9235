//! Facts that one AWS service learns while it observes, and that only it reads.
//!
//! A listing often answers more than the state of an object: the stored bytes of a log group, or the names of
//! APIs of others. Such a fact saves a later call or completes a sentence of a plan, but the engine has no
//! use for it. It travels here by name, as JSON, so a saved world has it as well.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

/// A fact that an AWS service notes about an object or about the account.
///
/// The engine carries facts without knowing their types. A fact that nobody noted, or that a saved world
/// holds in another form, has its default.
pub(crate) trait Fact: Serialize + DeserializeOwned + Default {
    /// The name under which a saved world keeps it. It must differ from the names of all other facts of an
    /// object.
    const NAME: &'static str;
}

/// Facts by their names.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Facts(BTreeMap<String, Value>);

impl Facts {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns a fact, or its default if nobody noted it.
    pub(crate) fn get<F: Fact>(&self) -> F {
        let noted = self.0.get(F::NAME).and_then(|fact| F::deserialize(fact).ok());
        noted.unwrap_or_default()
    }

    /// Notes a fact. It replaces an earlier one of its type.
    pub(crate) fn note<F: Fact>(&mut self, fact: &F) {
        let value = serde_json::to_value(fact).expect("facts are plain data");
        self.0.insert(F::NAME.to_owned(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default, Serialize, Deserialize)]
    struct Size(Option<i64>);

    impl Fact for Size {
        const NAME: &'static str = "size";
    }

    #[test]
    fn noted_fact_is_read_back() {
        let mut facts = Facts::default();
        assert_eq!(facts.get::<Size>().0, None);
        facts.note(&Size(Some(5)));
        let loaded: Facts = serde_json::from_value(serde_json::json!(facts)).expect("facts");
        assert_eq!(loaded.get::<Size>().0, Some(5));
    }
}
