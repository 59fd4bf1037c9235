//! The wish that an apply ends before it is done.

use std::sync::Arc;

use tokio::sync::watch;

/// A handle by which an apply is asked to end early. Clones are the same handle.
///
/// What was asked for is not taken back: no step starts any more, calls that are under way are waited for, and nothing
/// that AWS takes its time for is.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<watch::Sender<bool>>);

impl Interrupt {
    /// Asks the apply to end.
    pub fn request(&self) {
        self.0.send_replace(true);
    }

    pub(crate) fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Ends when the apply is to end.
    pub(crate) async fn requested(&self) {
        let mut receiver = self.0.subscribe();
        receiver.wait_for(|requested| *requested).await.expect("the handle keeps the sender");
    }
}

/// What becomes of a deployment of a service that is on its way when an apply ends early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnInterrupt {
    /// ECS goes on with it.
    #[default]
    Leave,
    /// It is stopped, and ECS goes back to what ran before.
    Stop,
}
