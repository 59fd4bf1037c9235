//! The lock of one region of an account.
//!
//! IAM is global: several regions share its roles, and each region has a lock of its own. A call that locks a
//! region also locks IAM, and finds IAM's state in the region's world for that time. Services then read roles
//! where they read everything else.

use std::{
    mem,
    ops::{Deref, DerefMut},
    sync::MutexGuard,
};

use crate::{account::Account, services::iam};

/// A locked region, with IAM's part of the account in its world. Other regions of the account wait.
pub(crate) struct Entered<'a> {
    account: MutexGuard<'a, Account>,
    iam: MutexGuard<'a, iam::State>,
}

impl<'a> Entered<'a> {
    /// Puts IAM's state into the world of the locked region. Dropping the value takes it out again.
    pub(crate) fn new(account: MutexGuard<'a, Account>, iam: MutexGuard<'a, iam::State>) -> Self {
        let mut entered = Self { account, iam };
        entered.exchange();
        entered
    }

    /// Exchanges the state of IAM with the one in the world.
    fn exchange(&mut self) {
        mem::swap(&mut self.account.world.iam, &mut self.iam);
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.exchange();
    }
}

impl Deref for Entered<'_> {
    type Target = Account;

    fn deref(&self) -> &Account {
        &self.account
    }
}

impl DerefMut for Entered<'_> {
    fn deref_mut(&mut self) -> &mut Account {
        &mut self.account
    }
}
