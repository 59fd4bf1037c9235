//! The events that an apply emits.
//!
//! The library prints nothing. A caller renders the events as lines, as JSON, or as a progress bar; each
//! event has the resource and can be shown without those before it.

use std::{sync::Arc, time::Duration};

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::{
    Action, Aws, FailedDeployment, Id,
    causes::Diagnosis,
    client::pace::{Listener, Silent},
};

/// One event of an apply.
///
/// # Guarantees
///
/// Each step of a plan that is carried out ends with exactly one event: [`Done`](Self::Done),
/// [`Failed`](Self::Failed), [`Interrupted`](Self::Interrupted), [`Skipped`](Self::Skipped) or
/// [`NotStarted`](Self::NotStarted). The last two follow as soon as their cause is known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// A step began.
    Started {
        /// The resource.
        id: Id,
        /// The action.
        action: Action,
    },
    /// A step waits for AWS.
    Waiting {
        /// The resource.
        id: Id,
        /// The named condition, such as `VPC link is available`.
        condition: &'static str,
        /// The state that AWS reports at the moment. The event repeats only when it changes.
        note: String,
        /// The time that the wait usually takes from its start. In JSON in milliseconds.
        #[serde(rename = "usual_ms", serialize_with = "millis")]
        #[schemars(with = "u64")]
        usual: Duration,
    },
    /// A call has had no answer for a while. The event repeats from time to time, for one call in place of all.
    Unanswered {
        /// The operation by its name in IAM policies, such as `ecs:DescribeServices`.
        call: String,
        /// The host that was called.
        host: String,
        /// The seconds since the last answer of that host.
        seconds: u64,
    },
    /// AWS reported something about the resource, such as an event of an ECS service.
    Message {
        /// The resource.
        id: Id,
        /// The text of AWS.
        text: String,
    },
    /// A creation is repeated: AWS refused the call as one too many, or its effect is in doubt. In the second
    /// case, the engine looks for the object first.
    Retrying {
        /// The resource.
        id: Id,
        /// The number of the repetition, from 1.
        again: u32,
        /// The error of the call before.
        error: String,
    },
    /// A step is done.
    Done {
        /// The resource.
        id: Id,
        /// The action.
        action: Action,
    },
    /// A step failed.
    Failed {
        /// The resource.
        id: Id,
        /// The action.
        action: Action,
        /// The cause. `None` if the catalogue has no text of AWS that shows it.
        #[serde(skip_serializing_if = "Option::is_none")]
        cause: Option<Box<Diagnosis>>,
        /// The error, as one sentence.
        error: String,
        /// The remedy. `None` if the error says it all.
        #[serde(skip_serializing_if = "Option::is_none")]
        hint: Option<String>,
        /// The facts about a deployment that failed. `None` for any other failure.
        #[serde(skip_serializing_if = "Option::is_none")]
        deployment: Option<Box<FailedDeployment>>,
    },
    /// A step was interrupted, because the apply was asked to end.
    Interrupted {
        /// The resource.
        id: Id,
        /// The action.
        action: Action,
        /// The condition that the step was waiting for, and its fate.
        text: String,
    },
    /// A step was not tried, because a step that it depends on failed.
    Skipped {
        /// The resource.
        id: Id,
        /// The action.
        action: Action,
        /// The resource of the failed step.
        because: Id,
    },
    /// A step was not tried, because the apply was asked to end.
    NotStarted {
        /// The resource.
        id: Id,
        /// The action.
        action: Action,
    },
}

fn millis<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

/// A function that gets the events of an apply in their order.
///
/// It runs within the apply, so it should return soon: a slow one holds up all steps.
pub type Events = Arc<dyn Fn(Event) + Send + Sync>;

// The clients do not know the events of the engine, so these methods are here.
impl Aws {
    /// Emits [`Event::Unanswered`] for calls through these clients and their clones.
    ///
    /// Use it while a program observes. During an [`apply`](crate::apply()), the events of the apply get them
    /// instead.
    pub fn listen(&self, events: Events) {
        self.hear_silence(Some(listener(events)));
    }

    /// Emits them to other events until the returned value is dropped.
    pub(crate) fn listen_for_now(&self, events: Events) -> Listening<'_> {
        Listening { aws: self, before: self.hear_silence(Some(listener(events))) }
    }
}

/// Returns a listener that turns reports of the clients into events.
fn listener(events: Events) -> Listener {
    Arc::new(move |Silent { call, host, seconds }| events(Event::Unanswered { call, host, seconds }))
}

/// Restores the former listener when it is dropped.
pub(crate) struct Listening<'a> {
    aws: &'a Aws,
    before: Option<Listener>,
}

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        self.aws.hear_silence(self.before.take());
    }
}
