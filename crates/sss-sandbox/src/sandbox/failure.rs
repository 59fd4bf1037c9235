//! Failures that a caller sets on an account.

use super::Sandbox;
use crate::{
    fault::Faults,
    services::{
        apigateway,
        ecs::{self, BrokenImage},
    },
};

impl Sandbox {
    /// Sets the faults of calls over HTTP, as [`Sandbox::set_faults`] does.
    #[must_use]
    pub fn with_faults(self, faults: Faults) -> Self {
        self.set_faults(faults);
        self
    }

    /// Sets the faults of calls over HTTP from now on.
    ///
    /// They replace earlier faults, which forget their counts. A crashed caller is replaced by a new one. Calls by
    /// [`Sandbox::request`] never meet a fault.
    pub fn set_faults(&self, faults: Faults) {
        self.lock().set_faults(faults);
    }

    /// Removes all faults. A crashed caller is replaced by a new one.
    pub fn clear_faults(&self) {
        self.set_faults(Faults::default());
    }

    /// Waits until a fault has crashed the caller.
    ///
    /// A test that then drops the caller's work has killed it between two calls, or during one. The method returns at once if
    /// the caller has crashed already.
    #[expect(clippy::missing_panics_doc, reason = "the account outlives the handle")]
    pub async fn crashed(&self) {
        let mut crashed = self.lock().crashed();
        crashed.wait_for(|crashed| *crashed).await.expect("the account keeps the sender");
    }

    /// Breaks an image for all containers that start from now on.
    pub fn break_image(&self, image: &str, how: BrokenImage) {
        ecs::break_image(&mut self.lock().world, image, how);
    }

    /// Makes a broken image work for all containers that start from now on.
    pub fn mend_image(&self, image: &str) {
        ecs::mend_image(&mut self.lock().world, image);
    }

    /// Makes the next new VPC link end as `FAILED` with this status message.
    pub fn fail_next_vpc_link(&self, message: &str) {
        apigateway::fail_next(&mut self.lock().world, message);
    }

    /// Refuses new VPC links in an availability zone, by its id, such as `apne1-az4`.
    ///
    /// Some zones have none by default, as at AWS.
    pub fn allow_no_vpc_links_in(&self, zone_id: &str) {
        apigateway::allow_no_links_in(&mut self.lock().world, zone_id);
    }
}
