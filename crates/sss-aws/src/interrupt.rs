//! The request that an apply ends before it is done.
//!
//! A program connects it with Ctrl-C, a lost lock, or a deadline of its own. The steps of an apply read it
//! before they start and wait for it beside AWS.

use std::sync::Arc;

use tokio::sync::watch;

/// A handle that asks an apply to end early. Clones are the same handle.
///
/// # Guarantees
///
/// - A request is final: no method takes it back, and a handle that was used once ends every later apply that
///   gets it.
/// - After the request, no step starts. The apply waits for calls that are under way, because a call without
///   an answer may have created something. It does not wait for work that AWS does by itself.
/// - A request may come from any thread, before or during the apply, and more than once.
///
/// ```
/// let interrupt = sss_aws::Interrupt::default();
/// let on_signal = interrupt.clone();
/// let options = sss_aws::Options::default().interrupt(interrupt);
/// on_signal.request(); // An apply with these options starts no step.
/// # drop(options);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<watch::Sender<bool>>);

impl Interrupt {
    /// Asks the apply to end. It returns at once; the apply ends when its calls have their answers.
    pub fn request(&self) {
        self.0.send_replace(true);
    }

    /// Returns whether the apply is asked to end.
    pub(crate) fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until the apply is asked to end; at once if it was asked before.
    pub(crate) async fn requested(&self) {
        let mut receiver = self.0.subscribe();
        receiver.wait_for(|requested| *requested).await.expect("the handle keeps the sender");
    }
}

/// The fate of a running deployment of a service when an apply ends early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnInterrupt {
    /// ECS continues it. The next plan finds it and waits for it.
    #[default]
    Leave,
    /// The apply asks ECS to stop it. ECS then rolls back to the revision that ran before, if there is one.
    Stop,
}
