//! Reads about many objects in one call.
//!
//! The waits of a hundred services poll at the same moments, and one `DescribeServices` describes ten of
//! them. A `Batch` collects the questions of one moment and passes them on together: a *round*. Each caller
//! gets the answer about its own key.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use tokio::time::sleep;

use crate::Result;

/// The time that a question waits for others. Polls fall on whole and half seconds, so those of one moment
/// come within it.
const LINGER: Duration = Duration::from_millis(1);

/// The answers of a round by key, shared by all its callers.
type Answers<K, V> = Result<Arc<BTreeMap<K, V>>>;
type Ask<K, V> = dyn Fn(BTreeSet<K>) -> BoxFuture<'static, Result<BTreeMap<K, V>>> + Send + Sync;

/// Questions of one sort.
///
/// # Guarantees
///
/// - Questions that come within a millisecond of the first one are one call of `ask`.
/// - A key without an answer is `None`; a failed call is the error of all callers of the round.
/// - A caller may be dropped: the round goes on as long as one caller waits for it.
pub(crate) struct Batch<K, V> {
    ask: Arc<Ask<K, V>>,
    /// The round that still takes questions.
    open: Arc<Mutex<Option<Round<K, V>>>>,
}

/// A round before or during its call.
struct Round<K, V> {
    keys: BTreeSet<K>,
    answers: Shared<BoxFuture<'static, Answers<K, V>>>,
}

impl<K, V> Batch<K, V>
where
    K: Ord + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Returns a batch whose rounds call `ask`. It gets the keys of a round, each once, and splits them if
    /// AWS takes fewer at a time.
    pub(crate) fn new<F>(ask: impl Fn(BTreeSet<K>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<BTreeMap<K, V>>> + Send + 'static,
    {
        Self { ask: Arc::new(move |keys| ask(keys).boxed()), open: Arc::default() }
    }

    /// Returns the answer about one object, or `None` if the round has none.
    ///
    /// # Errors
    ///
    /// The call of the round failed.
    pub(crate) async fn get(&self, key: K) -> Result<Option<V>> {
        let answers = {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            let round = open.get_or_insert_with(|| self.begin());
            round.keys.insert(key.clone());
            round.answers.clone()
        };
        Ok(answers.await?.get(&key).cloned())
    }

    /// Opens a round. Its call starts when the time is over, whoever polls it.
    fn begin(&self) -> Round<K, V> {
        let (ask, open) = (self.ask.clone(), self.open.clone());
        let answers = async move {
            sleep(LINGER).await;
            let round = open.lock().unwrap_or_else(PoisonError::into_inner).take();
            ask(round.map(|round| round.keys).unwrap_or_default()).await.map(Arc::new)
        };
        Round { keys: BTreeSet::new(), answers: answers.boxed().shared() }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;
    use crate::Error;

    type Asked = Arc<Mutex<Vec<Vec<u32>>>>;

    /// Returns a batch that doubles numbers below ten, and the list of its calls.
    fn doubling() -> (Batch<u32, u32>, Asked) {
        let asked = Asked::default();
        let log = asked.clone();
        let batch = Batch::new(move |keys: BTreeSet<u32>| {
            log.lock().expect("no test panics").push(keys.iter().copied().collect());
            async move {
                match keys.iter().find(|key| **key > 99) {
                    Some(_) => Err(Error::failed("numbers are small", "one is not")),
                    None => Ok(keys.into_iter().filter(|key| *key < 10).map(|key| (key, 2 * key)).collect()),
                }
            }
        });
        (batch, asked)
    }

    #[tokio::test(start_paused = true)]
    async fn questions_of_one_moment_take_one_call() {
        let (batch, asked) = doubling();
        let answers = join_all([3, 1, 3, 20].map(|key| batch.get(key))).await;
        let answers: Vec<_> = answers.into_iter().map(|answer| answer.expect("an answer")).collect();
        assert_eq!(answers, [Some(6), Some(2), Some(6), None]);
        assert_eq!(batch.get(1).await.expect("an answer"), Some(2), "and again later");
        assert_eq!(*asked.lock().expect("no test panics"), [vec![1, 3, 20], vec![1]]);
    }

    #[tokio::test(start_paused = true)]
    async fn failed_round_fails_all_its_callers() {
        let (batch, _) = doubling();
        let answers = join_all([1, 100].map(|key| batch.get(key))).await;
        assert!(answers.iter().all(Result::is_err));
    }

    #[tokio::test(start_paused = true)]
    async fn first_caller_may_leave_its_round() {
        let (batch, _) = doubling();
        let first = tokio::time::timeout(Duration::ZERO, batch.get(1));
        let (first, second) = tokio::join!(first, batch.get(2));
        assert!(first.is_err());
        assert_eq!(second.expect("an answer"), Some(4));
    }
}
