//! The account behind the handles on a sandbox: the world, its clock, and its quotas, faults and watches.
//!
//! A call over HTTP passes these steps:
//!
//! 1. It arrives: `wire` reads the request, and the call takes its turn among the writers of its object.
//! 2. The latency passes, outside of this module and without a lock.
//! 3. All events that are due happen.
//! 4. A fault may stop the call. Then a quota, the caller's policies or another writer may refuse it.
//! 5. The service carries the call out, and the watches examine the world.
//! 6. The call is recorded, and its answer is written.
//!
//! So calls that overlap take effect in the order in which their latencies end. A call by hand begins at step
//! 5, after the events that are due.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use tokio::sync::watch;

use crate::{
    access,
    call::{self, Call},
    clock::Clock,
    counts::Counter,
    fault::{Fault, Faults, Injector},
    quota::Quotas,
    refusal::Refusal,
    service::AwsService,
    services::iam,
    watch::{By, Watches},
    web,
    wire::{self, Incoming},
    world::{self, World},
    writer::{Turn, Writers},
};

/// A request between its arrival and the effect of its call. Dropping it ends its turn as a writer.
#[derive(Debug)]
pub(crate) struct Arrival {
    request: Incoming,
    turn: Turn,
}

/// An account with its time and its callers.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) world: World,
    pub(crate) clock: Clock,
    /// The recorded calls over HTTP, oldest first.
    pub(crate) calls: Vec<Call>,
    /// The world's time when the sandbox was created or loaded.
    start: u64,
    /// The number of calls so far. `calls` may have forgotten some of them.
    answered: u64,
    /// The quotas on calls. `None` if there are no quotas.
    pub(crate) quotas: Option<Quotas>,
    /// The calls by operation and quota.
    pub(crate) counter: Counter,
    /// The objects that have a writer now. `None` if overlapping writes are no conflict.
    pub(crate) writers: Option<Writers>,
    /// The rules of faults, with their counts.
    faults: Injector,
    /// Whether a fault has killed the caller.
    crashed: watch::Sender<bool>,
    pub(crate) watches: Watches,
    /// Whether strangers may call. Then no call can end the process, and the record of calls is bounded.
    pub(crate) guarded: bool,
}

/// The least number of recorded calls where strangers may call.
const REMEMBERED: usize = 20_000;

/// The reply to a caller.
#[derive(Debug)]
pub(crate) enum Reply {
    /// An answer after an additional time.
    Answer { response: Response<Bytes>, after: Duration },
    /// The connection breaks.
    Broken,
    /// The caller is dead and never gets an answer.
    Never,
}

impl Account {
    /// Creates an account around a world, with full quotas and without faults.
    pub(crate) fn new(world: World) -> Self {
        let start = world.now;
        Self {
            world,
            clock: Clock::starting_at(start),
            calls: Vec::new(),
            start,
            answered: 0,
            quotas: Some(Quotas::full()),
            counter: Counter::default(),
            writers: Some(Writers::default()),
            faults: Injector::default(),
            crashed: watch::Sender::new(false),
            watches: Watches::default(),
            guarded: false,
        }
    }

    /// Carries out all events that are due. The watches examine the world after each of them.
    pub(crate) fn catch_up(&mut self) {
        let now = self.clock.now();
        while let Some(event) = self.world.step(now) {
            self.watches.look(&self.world, By::Time, || event.name());
        }
    }

    /// Returns the time from the creation or the loading of the sandbox until `at`, a time of the world.
    pub(crate) fn since_start(&self, at: u64) -> Duration {
        Duration::from_millis(at.saturating_sub(self.start))
    }

    /// Carries out a call and shows its effect to the watches.
    ///
    /// `by` is the cause for the watches. Quotas, faults and the record do not matter here.
    ///
    /// # Errors
    ///
    /// Returns the service's refusal.
    pub(crate) fn call(
        &mut self,
        by: By,
        service: &'static AwsService,
        operation: &str,
        input: &Value,
    ) -> Result<Value, Refusal> {
        let answer = if self.guarded {
            guarded(&mut self.world, service, operation, |world| service.call(world, operation, input))
        } else {
            service.call(&mut self.world, operation, input)
        };
        if call::writes(operation) {
            self.watches.look(&self.world, by, || format!("{}:{operation}", service.name));
        }
        answer
    }

    /// Replaces the faults, for a new caller. A crashed caller is forgotten.
    pub(crate) fn set_faults(&mut self, faults: Faults) {
        self.faults = Injector::new(faults);
        self.crashed.send_replace(false);
    }

    /// Returns a receiver that learns of a crash of the caller.
    pub(crate) fn crashed(&self) -> watch::Receiver<bool> {
        self.crashed.subscribe()
    }

    /// Reads a request. Its call takes effect later, with [`Account::answer`].
    pub(crate) fn arrive(&mut self, request: &Request<Bytes>) -> Arrival {
        let request = wire::read(&self.world.region, request);
        let turn = self.writers.as_mut().map_or(Turn::Free, |writers| writers.enter(&request));
        Arrival { request, turn }
    }

    /// Carries out an arrived call, with its fault, and records it.
    ///
    /// The caller of this method waits for the additional time of a slow answer, without a lock.
    pub(crate) fn answer(&mut self, arrival: &Arrival) -> Reply {
        let request = &arrival.request;
        self.catch_up();
        self.answered += 1;
        let fault = self.fault(request);
        let answer = self.effect(arrival, fault);
        let refusal = answer.as_ref().and_then(|answer| answer.as_ref().err());
        self.counter.count(self.world.now, request, refusal, answer.is_none());
        let error = refusal.map(|refusal| refusal.code.to_owned());
        // The id does not come from the world, because a call that reads must not change the world.
        let request_id = world::uuid(self.answered);

        let response = answer.map(|answer| wire::write(request, answer, &request_id));
        if self.guarded && self.calls.len() >= 2 * REMEMBERED {
            self.calls.drain(..REMEMBERED);
        }
        self.calls.push(Call {
            service: request.addressee().to_owned(),
            operation: request.operation.clone(),
            at: self.since_start(self.world.now),
            writes: call::writes(&request.operation),
            status: response.as_ref().map(|response| response.status().as_u16()),
            error,
            fault,
        });
        if matches!(fault, Some(Fault::Crash | Fault::CrashAfter)) {
            self.crashed.send_replace(true);
            return Reply::Never;
        }

        match (fault, response) {
            (Some(Fault::LostAnswer), _) | (_, None) => Reply::Broken,
            (Some(Fault::Slow { ms }), Some(response)) => {
                Reply::Answer { response, after: Duration::from_millis(ms) }
            }
            (_, Some(response)) => Reply::Answer { response, after: Duration::ZERO },
        }
    }

    /// Answers and records a request to the web around the account. Faults are for calls to AWS only.
    pub(crate) fn browse(&mut self, request: &Request<Bytes>) -> web::Reply {
        self.catch_up();
        let reply = web::answer(&self.world, request);
        let status = match &reply {
            web::Reply::Answer { response, .. } => Some(response.status().as_u16()),
            web::Reply::Unreachable => None,
        };
        let (service, operation) = web::name(request);
        let at = self.since_start(self.world.now);
        self.calls.push(Call { service, operation, at, writes: false, status, error: None, fault: None });
        reply
    }

    /// Returns the fault of a call. All calls of a dead caller meet [`Fault::Crash`].
    fn fault(&mut self, request: &Incoming) -> Option<Fault> {
        if *self.crashed.borrow() {
            return Some(Fault::Crash);
        }
        self.faults.next(request.addressee(), &request.operation)
    }

    /// Returns the result of a call, `None` if it does not reach its service.
    fn effect(&mut self, arrival: &Arrival, fault: Option<Fault>) -> Option<Result<Value, Refusal>> {
        let Incoming { service, operation, .. } = &arrival.request;
        match fault {
            Some(Fault::Before | Fault::Crash) => None,
            Some(Fault::Throttle) => Some(Err(service.throttled())),
            Some(Fault::ServerError) => Some(Err(service.failed())),
            Some(Fault::AccessDenied) => {
                let input = arrival.request.input.as_ref().ok();
                Some(Err(access::denial(&mut self.world, service, operation, input)))
            }
            Some(Fault::Refused(words)) => Some(Err(Refusal::new(words.code, words.message))),
            None | Some(Fault::LostAnswer | Fault::Slow { .. } | Fault::CrashAfter) => {
                Some(self.serve(arrival))
            }
        }
    }

    /// Carries out a call, unless it is above a quota or the object has another writer.
    fn serve(&mut self, Arrival { request, turn }: &Arrival) -> Result<Value, Refusal> {
        let Incoming { service, operation, input, .. } = request;
        let input = input.as_ref().map_err(Refusal::clone)?;
        let now = self.world.now;
        if self.quotas.as_mut().is_some_and(|quotas| !quotas.admit(now, service, operation, input)) {
            return Err(service.throttled());
        }
        self.as_caller(request, |account| {
            turn.check()?;
            account.call(By::Caller, service, operation, input)
        })
    }

    /// Carries out a call as the caller of the request.
    ///
    /// # Errors
    ///
    /// Refuses a call that the policies of the caller do not allow. The user may make every call that its inline
    /// policies do not deny.
    fn as_caller(
        &mut self,
        request: &Incoming,
        call: impl FnOnce(&mut Self) -> Result<Value, Refusal>,
    ) -> Result<Value, Refusal> {
        let session = request.access_key.as_deref().and_then(|key| iam::session(&self.world, key));
        let (caller, rights) = match session {
            Some((caller, rights)) => (Some(caller), rights),
            None if iam::user_is_limited(&self.world) => (None, iam::rights_of_user(&self.world)),
            None => return call(self),
        };
        let Incoming { service, operation, input, .. } = request;
        let input = input.as_ref().map_err(Refusal::clone)?;

        self.world.caller = caller;
        let answer = access::check(&mut self.world, service, operation, input, &rights);
        let answer = answer.and_then(|()| call(self));
        self.world.caller = None;
        answer
    }
}

/// Returns the result of a call. A call that panics fails and does not change the world.
fn guarded(
    world: &mut World,
    service: &'static AwsService,
    operation: &str,
    call: impl FnOnce(&mut World) -> Result<Value, Refusal>,
) -> Result<Value, Refusal> {
    let before = call::writes(operation).then(|| world.clone());
    let answer = catch_unwind(AssertUnwindSafe(|| call(world)));
    answer.unwrap_or_else(|_| {
        if let Some(before) = before {
            *world = before;
        }
        Err(service.failed())
    })
}

#[cfg(test)]
mod tests;
