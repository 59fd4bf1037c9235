//! The checks of a stack before its first write.

use sss_model::Stack;

use super::Deployer;
use crate::{
    Error, Result, lower,
    verify::{self, Verification},
};

impl Deployer {
    /// Checks what the stack needs from its surroundings, before anything is written.
    ///
    /// Use it beside a plan, and [`Verification::for_plan`] to keep the checks that the plan needs.
    ///
    /// # Guarantees
    ///
    /// As [`verify`](crate::verify::verify()).
    ///
    /// # Errors
    ///
    /// The stack is invalid ([`Error::invalid_stack`]). A read that fails is a check that was not made.
    pub async fn verify(&self, stack: &Stack, reach: verify::Reach) -> Result<Verification> {
        let graph = lower(stack).map_err(Error::invalid)?;
        Ok(verify::verify(&self.aws, &graph, reach).await)
    }
}
