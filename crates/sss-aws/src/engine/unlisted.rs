//! The objects that an apply has created or tagged, and that no listing of tags has shown since.
//!
//! The listing of tags is eventually consistent. Some objects are found by it alone, so the next plan would
//! miss an object that it does not list yet. Each kind says which objects those are
//! (`Resource::listed_as`), the engine notes them here, and a wait of the kind takes them out again.

use std::{collections::BTreeMap, time::Duration};

use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use crate::{Id, tags::Tags};

/// An object with the tags that the listing has to show.
#[derive(Debug, Clone)]
struct Written {
    id: Id,
    tags: Tags,
    /// The time at which the object was created or tagged.
    at: Instant,
}

impl Written {
    /// Returns whether a listing with these tags shows the object as it is. A listing may have more tags.
    fn is_shown_by(&self, tags: &Tags) -> bool {
        self.tags.iter().all(|(key, value)| tags.get(key) == Some(value))
    }
}

/// The objects that no listing has shown yet, by ARN.
#[derive(Debug, Default)]
pub(crate) struct Unlisted(watch::Sender<BTreeMap<String, Written>>);

impl Unlisted {
    /// Notes an object that was created or tagged just now.
    pub(crate) fn note(&self, arn: &str, id: &Id, tags: Tags) {
        let written = Written { id: id.clone(), tags, at: Instant::now() };
        self.0.send_modify(|objects| drop(objects.insert(arn.to_owned(), written)));
    }

    /// Returns the ARNs of all objects.
    pub(crate) fn arns(&self) -> Vec<String> {
        self.0.borrow().keys().cloned().collect()
    }

    /// Returns the resource of one of the objects, and the number of all. `None` if there is no object.
    pub(crate) fn first(&self) -> Option<(Id, usize)> {
        let objects = self.0.borrow();
        objects.values().next().map(|object| (object.id.clone(), objects.len()))
    }

    /// Forgets the objects that a listing shows as they are, and all that are older than `patience`.
    pub(crate) fn forget(&self, listing: &BTreeMap<String, Tags>, patience: Duration) {
        self.0.send_modify(|objects| {
            objects.retain(|arn, object| {
                let is_shown = listing.get(arn).is_some_and(|tags| object.is_shown_by(tags));
                !is_shown && object.at.elapsed() < patience
            });
        });
    }

    /// Waits until there are objects, and the newest is `age` old. Not earlier than `age` after `last`.
    ///
    /// An object that is noted meanwhile delays the end: a later look shows more objects.
    pub(crate) async fn rested(&self, age: Duration, last: Instant) {
        let mut noted = self.0.subscribe();
        loop {
            let newest = noted.borrow_and_update().values().map(|object| object.at).max();
            let changed = noted.changed();
            match newest {
                None => drop(changed.await),
                Some(newest) => tokio::select! {
                    () = sleep_until(newest.max(last) + age) => return,
                    _ = changed => {}
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    fn id() -> Id {
        Id::new("logs/log-group".parse::<Kind>().expect("a kind"), "/ecs/shop")
    }

    fn tags(value: &str) -> Tags {
        Tags::from([("Owner".to_owned(), value.to_owned())])
    }

    fn listing(value: &str) -> BTreeMap<String, Tags> {
        let mut tags = tags(value);
        tags.insert("of others".to_owned(), "x".to_owned());
        BTreeMap::from([("arn".to_owned(), tags)])
    }

    #[tokio::test(start_paused = true)]
    async fn object_stays_until_its_tags_are_listed() {
        let unlisted = Unlisted::default();
        unlisted.note("arn", &id(), tags("two"));
        unlisted.forget(&BTreeMap::new(), Duration::from_secs(9));
        unlisted.forget(&listing("one"), Duration::from_secs(9));
        assert_eq!(unlisted.first(), Some((id(), 1)), "the listing has the tags before");
        unlisted.forget(&listing("two"), Duration::from_secs(9));
        assert_eq!(unlisted.first(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn object_is_given_up_after_a_time() {
        let unlisted = Unlisted::default();
        unlisted.note("arn", &id(), tags("one"));
        tokio::time::sleep(Duration::from_secs(9)).await;
        unlisted.forget(&BTreeMap::new(), Duration::from_secs(9));
        assert_eq!(unlisted.arns(), Vec::<String>::new());
    }

    #[tokio::test(start_paused = true)]
    async fn rest_begins_with_the_newest_object() {
        let (unlisted, start) = (Unlisted::default(), Instant::now());
        let notes = async {
            for arn in ["one", "two"] {
                tokio::time::sleep(Duration::from_secs(6)).await;
                unlisted.note(arn, &id(), tags("one"));
            }
        };
        tokio::join!(unlisted.rested(Duration::from_secs(10), start), notes);
        assert_eq!(start.elapsed().as_secs(), 12 + 10);
        unlisted.rested(Duration::from_secs(10), Instant::now()).await;
        assert_eq!(start.elapsed().as_secs(), 22 + 10, "the pause between two looks");
    }
}
