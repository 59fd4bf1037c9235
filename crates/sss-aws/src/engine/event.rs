//! What an apply tells while it works.

use std::sync::Arc;

use serde::Serialize;

use crate::{
    Action, Aws, FailedDeployment, Id,
    client::pace::{Listener, Silent},
};

/// One thing that happened during an apply. The library prints nothing; whoever calls it renders these.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// A step began.
    Started {
        /// The resource.
        id: Id,
        /// What is done with it.
        action: Action,
    },
    /// A step waits for AWS.
    Waiting {
        /// The resource.
        id: Id,
        /// The named condition, such as `VPC link is available`.
        condition: &'static str,
        /// What AWS says at the moment.
        note: String,
    },
    /// A call has had no answer for a while. Told again from time to time, for one call in the place of all.
    Unanswered {
        /// The operation by its name in IAM policies, such as `ecs:DescribeServices`.
        call: String,
        /// The host that was called.
        host: String,
        /// For how many seconds that host has answered nothing.
        seconds: u64,
    },
    /// AWS said something about the resource, such as an event of an ECS service.
    Message {
        /// The resource.
        id: Id,
        /// AWS's words.
        text: String,
    },
    /// A creation is asked for again: AWS was asked too often, or nobody knows what became of it and it is looked for
    /// first.
    Retrying {
        /// The resource.
        id: Id,
        /// Which time it is; the first time is not told.
        again: u32,
        /// What became of the one before.
        error: String,
    },
    /// A step is done.
    Done {
        /// The resource.
        id: Id,
        /// What was done with it.
        action: Action,
    },
    /// A step failed.
    Failed {
        /// The resource.
        id: Id,
        /// What was tried.
        action: Action,
        /// Why it failed.
        error: String,
        /// What to do about it.
        #[serde(skip_serializing_if = "Option::is_none")]
        hint: Option<String>,
        /// What is known of the deployment, where it is one that did not come to run.
        #[serde(skip_serializing_if = "Option::is_none")]
        deployment: Option<Box<FailedDeployment>>,
    },
    /// A step was left in the middle, because the apply was asked to end.
    Interrupted {
        /// The resource.
        id: Id,
        /// What was being done with it.
        action: Action,
        /// What was waited for, and what becomes of it.
        text: String,
    },
    /// A step was not tried, because one that it stands on failed.
    Skipped {
        /// The resource.
        id: Id,
        /// What would have been done.
        action: Action,
        /// The failed resource that it stands on.
        because: Id,
    },
}

/// Takes the events of an apply, in their order.
pub type Events = Arc<dyn Fn(Event) + Send + Sync>;

// Here, because the clients do not know the events of the engine.
impl Aws {
    /// Lets somebody hear of calls that AWS has not answered for a while ([`Event::Unanswered`]), through these clients
    /// and their clones. During an [`apply`](crate::apply()) those who hear its events hear them instead.
    pub fn listen(&self, events: Events) {
        self.hear_silence(Some(listener(events)));
    }

    /// Lets others hear of them until what is returned is dropped.
    pub(crate) fn listen_for_now(&self, events: Events) -> Listening<'_> {
        Listening { aws: self, before: self.hear_silence(Some(listener(events))) }
    }
}

fn listener(events: Events) -> Listener {
    Arc::new(move |Silent { call, host, seconds }| events(Event::Unanswered { call, host, seconds }))
}

/// Somebody hears of calls without an answer as long as this is there, in the place of who heard them before.
pub(crate) struct Listening<'a> {
    aws: &'a Aws,
    before: Option<Listener>,
}

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        self.aws.hear_silence(self.before.take());
    }
}
