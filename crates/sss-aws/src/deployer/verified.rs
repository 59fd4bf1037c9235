//! The checks of a stack before its first write.

use std::collections::BTreeSet;

use sss_model::Stack;

use super::Deployer;
use crate::{
    Error, Result, lower, lower_only,
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

    /// Checks the images of some services, before they are deployed without the rest of the stack.
    ///
    /// Such a deployment uses no other object for the first time, so nothing else is checked.
    ///
    /// # Errors
    ///
    /// The stack is invalid ([`Error::invalid_stack`]), or has no service of a name ([`Error::is_unnamed`]). A read that
    /// fails is a check that was not made.
    pub async fn verify_only(
        &self,
        stack: &Stack,
        services: &BTreeSet<String>,
        reach: verify::Reach,
    ) -> Result<Verification> {
        let graph = lower_only(stack, services)?;
        Ok(verify::images(&self.aws, &graph, reach).await)
    }
}
