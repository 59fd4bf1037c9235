//! The apply of a plan that becomes known part by part.
//!
//! The observation of a stack may leave objects for later that a plan needs to show what changes. Where nobody has
//! to confirm the plan, the steps of the objects that were read begin while the others are still being read.
//! The steps of a part depend on no step of another part.
//!
//! Nobody has seen the plan when the first step begins. So events are kept until the caller asks for them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, mem,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::{
    StreamExt,
    future::{BoxFuture, Either, select},
    stream::FuturesUnordered,
};
use serde_json::Value;

use super::{
    settled,
    work::{Carried, Work},
};
use crate::{
    Aws, Event, Events, Graph, Id, Options, Plan, World,
    engine::{
        order::Tasks,
        outcome::{Ended, Outcome},
        outputs::named,
        run::Context,
    },
};

/// An apply that has begun before its plan was complete.
///
/// Dropping it drops the steps that are running, as dropping an [`apply`](crate::apply()) does.
pub(crate) struct Ahead {
    cx: Arc<Context>,
    graph: Arc<Graph>,
    relay: Arc<Relay>,
    /// The resources whose steps have begun.
    begun: BTreeSet<Id>,
    running: FuturesUnordered<BoxFuture<'static, Carried>>,
    /// The ends of the steps of the parts that have ended.
    ended: BTreeMap<Id, Ended>,
    /// The outputs of the resources of these steps.
    outputs: BTreeMap<Id, Value>,
}

impl Ahead {
    /// Returns an apply of a graph to a world, of which no step has begun.
    pub(crate) fn new(aws: &Aws, graph: &Arc<Graph>, world: &World, options: Options) -> Self {
        let relay = Arc::<Relay>::default();
        let told = Arc::clone(&relay);
        let cx = Context::ahead(aws, graph, world, options, Arc::new(move |event| told.tell(event)));
        Self {
            cx: Arc::new(cx),
            graph: Arc::clone(graph),
            relay,
            begun: BTreeSet::new(),
            running: FuturesUnordered::new(),
            ended: BTreeMap::new(),
            outputs: BTreeMap::new(),
        }
    }

    /// Begins the steps of a plan that have not begun yet. They run while somebody waits for this apply.
    ///
    /// The steps must not depend on those that have begun.
    pub(crate) fn begin(&mut self, world: &World, plan: &Plan) {
        let mut part = plan.clone();
        part.steps.retain(|step| !self.begun.contains(&step.id));
        if part.steps.is_empty() {
            return;
        }
        let ids: BTreeSet<Id> = part.steps.iter().map(|step| step.id.clone()).collect();
        let world = world.only(&ids);
        self.begun.extend(ids);
        self.cx.note_replaced(&part);

        let (cx, graph) = (Arc::clone(&self.cx), Arc::clone(&self.graph));
        self.running.push(Box::pin(async move {
            let tasks = Tasks::of(&graph, &world, &part);
            Work::new(&cx, &graph, &world, &part, &tasks).carry_out().await
        }));
    }

    /// Does other work, and the steps that have begun beside it.
    pub(crate) async fn beside<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = Box::pin(work);
        loop {
            if self.running.is_empty() {
                return work.await;
            }
            match select(work, self.running.next()).await {
                Either::Left((done, _)) => return done,
                Either::Right((carried, rest)) => {
                    if let Some(carried) = carried {
                        self.keep(carried);
                    }
                    work = rest;
                }
            }
        }
    }

    /// Waits for the steps that have begun, and returns how each step of the plan ended.
    ///
    /// `events` gets the events of all steps, those before this call first.
    pub(crate) async fn finish(mut self, aws: &Aws, plan: &Plan, events: Events) -> Outcome {
        let _listening = aws.listen_for_now(Events::clone(&events));
        self.relay.open(&events);
        let cx = Arc::clone(&self.cx);
        let work = async {
            self.drain().await;
            cx.end_steps();
        };
        tokio::join!(work, settled(&cx, plan));

        let mut outputs = plan.outputs.clone();
        outputs.extend(self.outputs);
        Outcome {
            steps: plan.steps.iter().filter_map(|step| self.ended.remove(&step.id)).collect(),
            outputs: named(&self.graph, |id| outputs.get(id)),
            not_verified: cx.not_verified(),
        }
    }

    /// Waits for the end of the steps that have begun, after the caller has asked them to end.
    pub(crate) async fn abandon(mut self, events: &Events) {
        self.relay.open(events);
        self.drain().await;
    }

    async fn drain(&mut self) {
        while let Some(carried) = self.running.next().await {
            self.keep(carried);
        }
    }

    /// Keeps the ends of the steps of a part.
    fn keep(&mut self, carried: Carried) {
        let Carried { steps, mut outputs } = carried;
        for ended in steps {
            self.outputs.extend(outputs.remove_entry(&ended.id));
            self.ended.insert(ended.id.clone(), ended);
        }
    }
}

impl fmt::Debug for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ahead").field("begun", &self.begun).finish_non_exhaustive()
    }
}

/// Keeps events until somebody receives them.
#[derive(Default)]
struct Relay(Mutex<Route>);

/// The way of an event.
enum Route {
    Kept(Vec<Event>),
    To(Events),
}

impl Default for Route {
    fn default() -> Self {
        Self::Kept(Vec::new())
    }
}

impl Relay {
    fn tell(&self, event: Event) {
        let events = match &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Route::Kept(kept) => return kept.push(event),
            Route::To(events) => Events::clone(events),
        };
        // A receiver may call back, so the lock is released before.
        events(event);
    }

    /// Passes the kept events on in their order, and every later event at once.
    fn open(&self, events: &Events) {
        let before = mem::replace(
            &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner),
            Route::To(Events::clone(events)),
        );
        if let Route::Kept(kept) = before {
            for event in kept {
                events(event);
            }
        }
    }
}
