//! The events that an apply emits.

use std::sync::Arc;

use serde::Serialize;

use crate::{
    Action, Aws, FailedDeployment, Id,
    client::pace::{Listener, Silent},
};

/// One thing that happened during an apply. The library prints nothing; its caller renders the events.
///
/// # Guarantees
///
/// Each step of a plan that is carried out ends with exactly one event: [`Done`](Self::Done), [`Failed`](Self::Failed),
/// [`Interrupted`](Self::Interrupted), [`Skipped`](Self::Skipped) or [`NotStarted`](Self::NotStarted). The last two follow
/// as soon as their cause is known.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
        /// What AWS reports at the moment.
        note: String,
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
        /// The words of AWS.
        text: String,
    },
    /// A creation is retried: AWS refused the call as one too many, or did not answer. In the second case the object is looked
    /// for first.
    Retrying {
        /// The resource.
        id: Id,
        /// The number of the retry.
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
        /// The error.
        error: String,
        /// What to do about it.
        #[serde(skip_serializing_if = "Option::is_none")]
        hint: Option<String>,
        /// The facts about a deployment that failed.
        #[serde(skip_serializing_if = "Option::is_none")]
        deployment: Option<Box<FailedDeployment>>,
    },
    /// A step was interrupted, because the apply was asked to end.
    Interrupted {
        /// The resource.
        id: Id,
        /// The action.
        action: Action,
        /// The condition that the step was waiting for, and what happens to it.
        text: String,
    },
    /// A step was not tried, because a step that it depends on failed.
    Skipped {
        /// The resource.
        id: Id,
        /// The action.
        action: Action,
        /// The failed resource that it depends on.
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

/// A function that takes the events of an apply in their order.
pub type Events = Arc<dyn Fn(Event) + Send + Sync>;

// Here, because the clients do not know the events of the engine.
impl Aws {
    /// Emits [`Event::Unanswered`] for calls through these clients and their clones.
    ///
    /// During an [`apply`](crate::apply()), the events of the apply get them instead.
    pub fn listen(&self, events: Events) {
        self.hear_silence(Some(listener(events)));
    }

    /// Emits them to others until the returned value is dropped.
    pub(crate) fn listen_for_now(&self, events: Events) -> Listening<'_> {
        Listening { aws: self, before: self.hear_silence(Some(listener(events))) }
    }
}

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
